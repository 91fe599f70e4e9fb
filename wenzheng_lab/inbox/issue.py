"""事项：一种来信写什么事、要什么、归谁办。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wenzheng_lab.inbox.grammar import Fragment
from wenzheng_lab.inbox.slots import Formula, Slot

WHERE = ("street", "town", "village", "any")
LEVELS = ("一般", "急", "特急")
DEADLINES = ("当日", "水电气", "普通", "复杂", "咨询")
"""时限类别：只是类别名，天数由时限规则另定"""
GRANTABLE = ("可办", "部分可办", "不可办", "视核实情况")
LOCAL = "属地"
"""承办单位写“属地”时，由事发地的乡镇街道承办"""
BEATS = ("facts", "effect", "tried", "reason")
"""可以有多条、每条几种说法的四样"""
LINES = ("title", "who", "core", "feeling")
"""每封信只取一种说法的四样"""


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """一条事实或一层意思，有几种说法。"""

    says: tuple[Fragment, ...]
    """几种说法"""
    p: float = 1.0
    """被写进信里的倾向，1 为平常"""
    when: Formula | None = None
    """什么情况下才有这一条"""
    urgency: str = ""
    """写了这一条就升到的紧急程度"""
    because: str = ""
    """为什么升"""
    size: float = 0.0
    """平均字数"""


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """一项诉求。"""

    text: str
    """真值里的写法"""
    says: tuple[Fragment, ...]
    """动宾短语，接在“希望”“请”之后"""
    questions: tuple[Fragment, ...]
    """问句"""
    p: float = 1.0
    """提出这一项的概率"""


@dataclass(frozen=True, slots=True, eq=False)
class Issue:
    """一种事项。"""

    id: str
    """编号"""
    name: str
    """名称"""
    category: str
    """一级分类"""
    subcategory: str
    """二级分类"""
    weight: float
    """在本一级分类内的相对多少"""
    appeals: tuple[tuple[str, float], ...]
    """诉求类型与比重，第一个是主要的"""
    where: str
    """发生在哪类地方"""
    lead: str
    """主办"""
    partners: tuple[str, ...]
    """协办"""
    people: tuple[str, ...]
    """谁会写"""
    deadline: str
    """时限类别"""
    grantable: str
    """能不能办"""
    urgency: str
    """平常的紧急程度"""
    because: str
    """理由"""
    urgent: tuple[tuple[Formula, str, str], ...]
    """升级条件、程度、理由"""
    months: tuple[float, ...]
    """十二个月的相对多少"""
    crowd: bool
    """能否由一群人联名"""
    only_event: bool
    """只在突发事件里出现"""
    aside: bool
    """住在当地的人都看得见，可以在说别的事时顺带说到"""
    new_estate: bool
    """说的是买来的、带电梯的小区，不会是老宿舍、安置点"""
    slots: tuple[Slot, ...]
    """事项，被引用的在前"""
    check: tuple[Formula, ...]
    """各事项之间必须满足的关系"""
    asks: tuple[Ask, ...]
    """诉求"""
    good_answer: tuple[str, ...]
    """好的答复应当写到什么"""
    follow_up: tuple[str, ...]
    """答得不好时来信人会追问什么"""
    lines: Mapping[str, tuple[Fragment, ...]]
    """标题、身份、核心、心情"""
    beats: Mapping[str, tuple[Beat, ...]]
    """事实、影响、办过什么、道理"""
    file: str = ""
    """来自哪个文件"""
    line: int = 0
    """第几行"""


def every(issue: Issue) -> Iterator[tuple[Fragment, ...]]:
    """一种事项的全部说法。"""
    yield from issue.lines.values()
    for beats in issue.beats.values():
        for beat in beats:
            yield beat.says
    for ask in issue.asks:
        yield ask.says
        yield ask.questions


def usable(says: Iterable[Fragment], appeal: str, main: str) -> tuple[Fragment, ...]:
    """这类诉求可用的说法。

    有专用的（@问 等）就只用专用的；没有标记的说法，主要诉求和投诉、求助、举报都可用。

    Args:
        says: 几种说法。
        appeal: 这封信的诉求类型。
        main: 这种事项的主要诉求类型。

    Returns:
        可用的说法。
    """
    says = tuple(says)
    own = tuple(s for s in says if appeal in s.appeals)
    free = tuple(s for s in says if not s.appeals)
    if appeal == main or appeal in ("投诉", "求助", "举报"):
        return own + free
    return own or free


_ASKING = ("咨询", "建议", "感谢")


def openings(says: Iterable[Fragment], appeal: str, main: str) -> tuple[Fragment, ...]:
    """这类诉求可用的核心句。

    主要诉求是咨询、建议、感谢的事项，没有标记的核心句是在问、在提，不是在埋怨；有专用的就只用专用的。

    Args:
        says: 几种说法。
        appeal: 这封信的诉求类型。
        main: 这种事项的主要诉求类型。

    Returns:
        可用的说法。
    """
    says = tuple(says)
    if appeal != main and main in _ASKING:
        own = tuple(s for s in says if appeal in s.appeals)
        if own:
            return own
    return usable(says, appeal, main)
