"""把评分表算成报告要的数：每个比例都带分母，不适用与未评分另计。"""

from __future__ import annotations

import functools
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.model import is_blank
from wenzheng_lab.rules import CRITERIA, Rubric

if TYPE_CHECKING:
    from pandas import DataFrame

_FILE = Path(__file__).parent / "data" / "score_report.toml"
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """报告的刻度与提醒，来自 ``score_report.toml``。"""

    edges: tuple[float, ...]
    """办理天数的分段"""
    within: tuple[float, ...]
    """算“几天以内”的天数"""
    smallest: int
    """少于这么多份的组不单列"""
    most: int
    """最多列几组"""
    cards: int
    """最好、最差各列几份"""
    body: int
    """卡片里来信最多显示的字数"""
    caution: tuple[str, ...]
    """这些数字不能说明什么"""


@functools.cache
def settings() -> Settings:
    """读报告的设置，只读一次。

    Returns:
        设置。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> settings().within
        (15.0, 30.0, 60.0)
    """
    file = TomlFile.read(_FILE)
    top = file.table((), file.data, required=("days", "groups", "cards", "caution"))
    days = file.table(("days",), top["days"], required=("edges", "within"))
    groups = file.table(("groups",), top["groups"], required=("smallest", "most"))
    cards = file.table(("cards",), top["cards"], required=("count", "body"))
    caution = file.table(("caution",), top["caution"], required=("lines",))

    def numbers(key: str) -> tuple[float, ...]:
        value = days[key]
        if not isinstance(value, list):
            raise file.error(("days", key), f"{key} 应为数的列表")
        return tuple(file.number(("days", key), item, low=0) for item in value)

    return Settings(
        edges=numbers("edges"),
        within=numbers("within"),
        smallest=int(file.number(("groups", "smallest"), groups["smallest"], low=1)),
        most=int(file.number(("groups", "most"), groups["most"], low=1)),
        cards=int(file.number(("cards", "count"), cards["count"], low=0)),
        body=int(file.number(("cards", "body"), cards["body"], low=0)),
        caution=file.strings(("caution", "lines"), caution["lines"]),
    )


@dataclass(frozen=True, slots=True)
class CriterionTally:
    """一个评分项的分布。"""

    label: str
    """中文名"""
    question: str
    """这一项在问什么"""
    weight: float
    """权重"""
    levels: tuple[int, int, int, int]
    """0–3 四档的份数；算进最近的一档，恰在两档中间的算上一档"""
    not_applicable: int
    """不适用的份数"""
    words: tuple[str, ...]
    """四档的说法"""

    @property
    def count(self) -> int:
        """评了这一项的份数，即分母。"""
        return sum(self.levels)


@dataclass(frozen=True, slots=True)
class Times:
    """办理天数（自然日）。"""

    days: tuple[float, ...]
    """算得出的各份，由小到大"""
    negative: int
    """答复早于留言的份数，不计入"""
    missing: int
    """缺留言时间或答复时间的份数，不计入"""
    why_not: str = ""
    """算不得的原因；算得时为空串"""

    def share_within(self, limit: float) -> float:
        """几天以内的份额。

        Args:
            limit: 天数（含）。

        Returns:
            0–1；一份也没有时为 0。
        """
        return sum(1 for day in self.days if day <= limit) / len(self.days) if self.days else 0.0

    @property
    def median(self) -> float:
        """中位数（天）。"""
        return statistics.median(self.days)

    @property
    def p90(self) -> float:
        """九成的答复在这么多天以内：排在第 90% 位的那一份，不内插。"""
        return self.days[max(0, -(-len(self.days) * 9 // 10) - 1)]

    def histogram(self, edges: Sequence[float]) -> list[tuple[str, int]]:
        """分段的份数。

        Args:
            edges: 各段的上限。

        Returns:
            （段的说法，份数）。
        """
        out: list[tuple[str, int]] = []
        low = 0.0
        for high in edges:
            name = f"{high:g} 天以内" if not low else f"{low:g}–{high:g} 天"
            out.append((name, sum(1 for day in self.days if (day > low or not low) and day <= high)))
            low = high
        out.append((f"超过 {low:g} 天", sum(1 for day in self.days if day > low)))
        return out


@dataclass(frozen=True, slots=True)
class GroupTally:
    """一组（承办单位、分类）的概况。"""

    name: str
    """组名"""
    count: int
    """已评分的份数"""
    median: float
    """总分的中位数"""
    good: int
    """优、良的份数"""
    days: float | None
    """办理天数的中位数；算不得为 None"""


@dataclass(frozen=True, slots=True)
class Summary:
    """一张评分表的概况。"""

    rows: int
    """表里的行数"""
    scored: int
    """已评分的份数"""
    unscored: tuple[tuple[str, int], ...]
    """（未评分的原因，份数），多的在前"""
    totals: tuple[float, ...]
    """各份总分，由小到大"""
    grades: tuple[tuple[str, int], ...]
    """（等次，份数），由高到低"""
    criteria: tuple[CriterionTally, ...]
    """十个评分项"""
    gates: tuple[tuple[str, str, int], ...]
    """（红线编号，中文名，触到的份数），按编号"""
    gated: int
    """触到任何一条红线的份数"""
    times: Times
    """办理天数"""
    repeated: int
    """与前面某份一字不差（不看空白）的答复份数"""
    groups: tuple[tuple[str, tuple[GroupTally, ...]], ...]
    """（按什么分组，各组），份数多的在前"""

    @property
    def median(self) -> float:
        """总分的中位数。"""
        return statistics.median(self.totals)

    def quantile(self, share: float) -> float:
        """总分的分位数，不内插。

        Args:
            share: 0–1。

        Returns:
            排在这一位的总分。
        """
        return self.totals[min(len(self.totals) - 1, int(len(self.totals) * share))]

    @property
    def good(self) -> int:
        """优、良的份数。"""
        return sum(count for name, count in self.grades if name in ("优", "良"))


def summarize(frame: DataFrame, table: DataFrame, rubric: Rubric) -> Summary:
    """算概况。

    Args:
        frame: 规范列的表。
        table: ``wz.score_replies(frame)`` 的结果，同索引。
        rubric: 评分细则，取各项的名字。

    Returns:
        概况。
    """
    done = table["total"].notna()
    totals = sorted(float(value) for value in table.loc[done, "total"])
    reasons = Counter(_short(text) for text in table.loc[~done, "unscored"])
    counted = Counter(table.loc[done, "grade"])
    hits = Counter(gate for text in table.loc[done, "gates"] for gate in _gates(text))
    return Summary(
        rows=len(table),
        scored=len(totals),
        unscored=tuple(reasons.most_common()),
        totals=tuple(totals),
        grades=tuple((name, counted[name]) for name, _ in rubric.grades),
        criteria=tuple(_criterion(table.loc[done, name].tolist(), rubric, name) for name in CRITERIA),
        gates=tuple((name, spec.label, hits[name]) for name, spec in rubric.gates.items()),
        gated=sum(1 for text in table.loc[done, "gates"] if _gates(text)),
        times=response_times(frame, done.tolist()),
        repeated=_repeated(frame, done.tolist()),
        groups=tuple(
            (label, groups)
            for column, label in (("reply_unit", "答复单位"), ("department", "承办单位"), ("category", "一级分类"))
            if column in frame
            for groups in (_groups(frame, table, column),)
            if groups
        ),
    )


def _short(text: object) -> str:
    # 原因里有“答复有 n 字”这样带数的，同一类归在一起
    words = str(text) if not is_blank(text) else "没有写明原因"
    return "".join("n" if char.isdigit() else char for char in words).replace("nn", "n").replace("nn", "n")[:80]


def _gates(text: object) -> list[str]:
    return [part for part in text.split("、") if part] if isinstance(text, str) else []


def level_of(score: float) -> int:
    """分数归到哪一档。

    Args:
        score: 0–3。

    Returns:
        0、1、2、3；恰在两档中间的归上一档。

    Examples:
        >>> [level_of(score) for score in (0.0, 0.4, 0.5, 2.5, 3.0)]
        [0, 0, 1, 3, 3]
    """
    return min(3, max(0, int(score + 0.5)))


def _criterion(scores: Sequence[object], rubric: Rubric, name: str) -> CriterionTally:
    levels = [0, 0, 0, 0]
    absent = 0
    for score in scores:
        if isinstance(score, float) and not is_blank(score):
            levels[level_of(score)] += 1
        else:
            absent += 1
    spec = rubric.criteria[name]
    return CriterionTally(
        spec.label, spec.question, spec.weight, (levels[0], levels[1], levels[2], levels[3]), absent, spec.levels
    )


def day_counts(frame: DataFrame) -> list[float | None]:
    """每份的办理天数。

    Args:
        frame: 规范列的表。

    Returns:
        自然日（含小数）；缺时间的为 None；答复早于留言的是负数。
    """
    if "created_at" not in frame or "replied_at" not in frame:
        return [None] * len(frame)
    spans = (frame["replied_at"] - frame["created_at"]).dt.total_seconds() / _SECONDS_A_DAY
    return [None if is_blank(value) else float(value) for value in spans.tolist()]


def response_times(frame: DataFrame, wanted: Sequence[bool]) -> Times:
    """已评分的各份的办理天数。

    Args:
        frame: 规范列的表。
        wanted: 各行是否计入。

    Returns:
        办理天数；表里没有两个时间、或时间只到月时，写明算不得。
    """
    total = sum(wanted)
    lacking = [label for name, label in (("created_at", "留言时间"), ("replied_at", "答复时间")) if name not in frame]
    if lacking:
        return Times((), 0, total, f"表里没有{'、'.join(lacking)}，算不出办理天数")
    reading = frame.attrs.get("reading")
    if reading is not None and any(tally.get("month") for tally in reading.get("times", {}).values()):
        return Times((), 0, total, "有的时间只到月，算不得办理天数")
    days = [value for value, want in zip(day_counts(frame), wanted, strict=True) if want]
    known = sorted(value for value in days if value is not None and value >= 0)
    negative = sum(1 for value in days if value is not None and value < 0)
    why = "" if known else "没有一份有齐留言时间与答复时间"
    return Times(tuple(known), negative, len(days) - len(known) - negative, why)


def same_text(text: object) -> str:
    """比较两份答复是否一样时用的写法：不看空白。

    Args:
        text: 答复。

    Returns:
        去掉空白的文字。
    """
    return "".join(str(text).split())


def _repeated(frame: DataFrame, wanted: Sequence[bool]) -> int:
    if "reply" not in frame:
        return 0
    texts = [same_text(text) for text, want in zip(frame["reply"].tolist(), wanted, strict=True) if want]
    return len(texts) - len(set(texts))


def _groups(frame: DataFrame, table: DataFrame, column: str) -> tuple[GroupTally, ...]:
    rows: dict[str, list[tuple[float, str, float | None]]] = {}
    reading = response_times(frame, [True] * len(frame))
    days = day_counts(frame) if not reading.why_not else [None] * len(frame)
    for name, total, grade, day in zip(
        frame[column].tolist(), table["total"].tolist(), table["grade"].tolist(), days, strict=True
    ):
        if not is_blank(name) and not is_blank(total):
            rows.setdefault(str(name), []).append((float(total), str(grade), day))
    if len(rows) < 2:
        return ()
    ordered = sorted(rows.items(), key=lambda item: (-len(item[1]), item[0]))
    smallest, most = settings().smallest, settings().most
    large = [(name, items) for name, items in ordered if len(items) >= smallest][:most]
    rest = [items for name, items in ordered if name not in dict(large)]
    if rest and large:
        merged = [item for items in rest for item in items]
        if len(merged) >= smallest:
            large.append((f"其余 {len(rest)} 个（各不足 {smallest} 份，或排在 {most} 名以后）", merged))
    return tuple(_group(name, items) for name, items in large)


def _group(name: str, items: Sequence[tuple[float, str, float | None]]) -> GroupTally:
    days = [day for _, _, day in items if day is not None and day >= 0]
    return GroupTally(
        name,
        len(items),
        statistics.median(total for total, _, _ in items),
        sum(1 for _, grade, _ in items if grade in ("优", "良")),
        statistics.median(days) if days else None,
    )
