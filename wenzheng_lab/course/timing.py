"""估一课要多少分钟：``python -m wenzheng_lab.course.timing``。

按字数、题型估，不是量出来的；带班的老师用它排时间，改课文的人用它看长了没有。
"""

from __future__ import annotations

import functools
import html
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._paths import share_dir
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.course.kinds import Kind
from wenzheng_lab.course.kinds.desk import AtDesk
from wenzheng_lab.course.lesson import Cell, Lesson
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.spec import UnitSpec
from wenzheng_lab.text import han_count

FILE = Path(__file__).parent / "data" / "timing.toml"
_FOLDED = re.compile(r"<(details|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# 一个字一个字读的：来信、答复、题面；别的输出扫一眼
_READ = re.compile(r"\.(?:read|form)\(")


@dataclass(frozen=True, slots=True)
class Minutes:
    """一课大约几分钟。"""

    unit: str
    """单元号"""
    reading: float
    """读课文、来信、题面（分钟）"""
    looking: float
    """看评分卡、表格，运行各格（分钟）"""
    answering: float
    """答题、看反馈（分钟）"""
    desk: float
    """在办件台上坐（分钟）"""

    @property
    def total(self) -> float:
        """合计（分钟）。"""
        return self.reading + self.looking + self.answering + self.desk

    def __repr__(self) -> str:
        parts = f"读 {self.reading:.0f}，看 {self.looking:.0f}，答 {self.answering:.0f}"
        desk = f"，上台 {self.desk:.0f}" if self.desk else ""
        return f"{self.unit}：约 {self.total:.0f} 分钟（{parts}{desk}）"


@dataclass(frozen=True, slots=True)
class Pace:
    """快慢。"""

    reading: float
    """一分钟读几个字"""
    skimming: float
    """一分钟扫几个字"""
    cell: float
    """运行一格几分钟"""
    minutes: Mapping[str, float]
    """题型到分钟"""
    desk_minutes: Mapping[str, float]
    """单元到台上的分钟"""


@functools.cache
def pace() -> Pace:
    """读出快慢；写错了指到行。

    Returns:
        ``data/timing.toml`` 里的数。
    """
    top = Node(TomlFile.read(FILE), (), TomlFile.read(FILE).data)
    top.text("version")
    known = Pace(
        top.number("reading", low=1),
        top.number("skimming", low=1),
        top.number("cell", low=0),
        top.numbers("minutes"),
        top.numbers("desk_minutes"),
    )
    top.done()
    return known


def lesson_minutes(lesson: Lesson, unit: UnitSpec) -> Minutes:
    """估一课。

    Args:
        lesson: 读好的课文，带着存好的输出。
        unit: 这一课的题。

    Returns:
        各段的分钟数。
    """
    at = pace()
    prose = sum(han_count(cell.source) for cell in lesson.cells if cell.kind == "markdown")
    code = [cell for cell in lesson.cells if cell.kind == "code"]
    read = sum(_shown(cell) for cell in code if _READ.search(cell.source))
    skimmed = sum(_shown(cell) for cell in code if not _READ.search(cell.source))
    return Minutes(
        unit.id,
        (prose + read) / at.reading,
        skimmed / at.skimming + at.cell * len(code),
        sum(_answering(variants[0].kind, at) for variants in unit.questions),
        at.desk_minutes.get(unit.id, 0.0),
    )


def all_minutes() -> tuple[Minutes, ...]:
    """各课。

    Returns:
        一课一行，按单元号排。

    Examples:
        >>> from wenzheng_lab.course.timing import all_minutes
        >>> all_minutes()[0].unit
        'L00'
    """
    paths = sorted(share_dir("notebooks").glob("*.ipynb"))
    units = [(path, load_unit(share_dir("exercises") / path.stem.split("_")[0])) for path in paths]
    return tuple(lesson_minutes(Lesson(path), unit) for path, unit in units)


def _answering(kind: Kind, at: Pace) -> float:
    """答一题几分钟；交上自己办的一局的，时间已经算在台上。"""
    return 0.0 if isinstance(kind, AtDesk) and not kind.moves else at.minutes[kind.name]


def _shown(cell: Cell) -> int:
    """输出里看得见的汉字；折起来的不算。"""
    count = 0
    for output in cell.outputs:
        data = output.get("data")
        page = data.get("text/html", "") if isinstance(data, dict) else output.get("text", "")
        text = "".join(map(str, page)) if isinstance(page, list) else str(page)
        count += han_count(html.unescape(_TAG.sub("", _FOLDED.sub("", text))))
    return count


def main() -> int:
    """一课一行地打印。"""
    for row in all_minutes():
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
