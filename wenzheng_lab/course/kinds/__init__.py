"""题型：一种一个文件；加题不用写程序，加题型才用。"""

from __future__ import annotations

from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene
from wenzheng_lab.course.kinds.chart import Chart
from wenzheng_lab.course.kinds.choose import Choose
from wenzheng_lab.course.kinds.code import Code
from wenzheng_lab.course.kinds.decide import Decide
from wenzheng_lab.course.kinds.desk import AtDesk
from wenzheng_lab.course.kinds.label import Label
from wenzheng_lab.course.kinds.opinion import Opinion
from wenzheng_lab.course.kinds.post import Post
from wenzheng_lab.course.kinds.rank import Rank
from wenzheng_lab.course.kinds.write import Write

KINDS: dict[str, type[Kind]] = {
    "choose": Choose,
    "label": Label,
    "rank": Rank,
    "write": Write,
    "post": Post,
    "decide": Decide,
    "desk": AtDesk,
    "chart": Chart,
    "code": Code,
    "open": Opinion,
}
"""题型的名字到读法"""

__all__ = [
    "KINDS",
    "AtDesk",
    "Chart",
    "Choose",
    "Code",
    "Decide",
    "Field",
    "Kind",
    "Label",
    "Opinion",
    "Post",
    "Prompt",
    "Rank",
    "Scene",
    "Write",
]
