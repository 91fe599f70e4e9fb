"""分数表：每一项由哪些量合成，量到多少加几分、减几分。表是数据（points.csv），由标注的答复拟合。"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.errors import RuleFileError

FILE = Path(__file__).resolve().parent / "data" / "points.csv"
BASE = "(base)"
"""这一行的 ``gain`` 是起点：各种量都是零时的分"""
HEADER = ["criterion", "quantity", "from", "to", "gain"]


@dataclass(frozen=True, slots=True)
class Segment:
    """折线的一段：量从 ``start`` 到 ``stop``，分数变 ``gain``。"""

    quantity: str
    """量的名字，见 ``amounts.measure``"""
    start: float
    """从多少起算"""
    stop: float
    """到多少为止"""
    gain: float
    """走完这一段加几分（负数为减），0–3 分制"""

    def points(self, amount: float) -> float:
        """这一段给几分。

        Args:
            amount: 量。

        Returns:
            0 到 ``gain`` 之间。

        Examples:
            >>> Segment("answer", 0.0, 0.5, 1.0).points(0.25)
            0.5
        """
        return self.gain * min(1.0, max(0.0, (amount - self.start) / (self.stop - self.start)))


@dataclass(frozen=True, slots=True)
class PointTable:
    """全部评分项的分数表。"""

    base: Mapping[str, float]
    """评分项 → 起点"""
    segments: Mapping[str, tuple[Segment, ...]]
    """评分项 → 各段"""
    digest: str
    """文件的摘要，写进签名"""

    def score(self, criterion: str, amounts: Mapping[str, float]) -> float:
        """一项几分。

        Args:
            criterion: 评分项的英文名。
            amounts: 各种量。

        Returns:
            0–3，未取整。
        """
        total = 0.0
        # 与 Segment.points 同一个算法；一份答复要走几百段，写在一处快一倍
        for segment in self.segments[criterion]:
            part = (amounts[segment.quantity] - segment.start) / (segment.stop - segment.start)
            if part > 0.0:
                total += segment.gain if part >= 1.0 else segment.gain * part
        return min(3.0, max(0.0, self.base[criterion] + total))

    def shares(self, criterion: str, amounts: Mapping[str, float]) -> dict[str, float]:
        """每种量在这一项里加减了几分。

        Args:
            criterion: 评分项的英文名。
            amounts: 各种量。

        Returns:
            量的名字 → 分（正为加，负为减），不含起点。
        """
        out: dict[str, float] = {}
        for segment in self.segments[criterion]:
            out[segment.quantity] = out.get(segment.quantity, 0.0) + segment.points(amounts[segment.quantity])
        return out


def parse_points(name: str, text: str) -> PointTable:
    r"""由 CSV 造分数表。

    Args:
        name: 文件名，用在错误信息里。
        text: 全文。

    Returns:
        分数表。

    Raises:
        RuleFileError: 表头不对、缺列、不是数，或一段的起止颠倒。

    Examples:
        >>> table = parse_points("t", "criterion,quantity,from,to,gain\ntone,(base),,,1\ntone,warm,0,2,1.5\n")
        >>> table.score("tone", {"warm": 1.0})
        1.75
    """
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or rows[0] != HEADER:
        raise RuleFileError(f"{name}:1: 表头应为 {','.join(HEADER)}")
    base: dict[str, float] = {}
    segments: dict[str, list[Segment]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(HEADER):
            raise RuleFileError(f"{name}:{number}: 应有 {len(HEADER)} 列，来了 {len(row)} 列")
        criterion, quantity, start, stop, gain = row
        try:
            if quantity == BASE:
                base[criterion] = float(gain)
                continue
            segment = Segment(quantity, float(start), float(stop), float(gain))
        except ValueError as error:
            raise RuleFileError(f"{name}:{number}: from、to、gain 应为数，来的是 {row[2:]}") from error
        if not segment.stop > segment.start:
            raise RuleFileError(f"{name}:{number}: to（{stop}）应大于 from（{start}）")
        segments.setdefault(criterion, []).append(segment)
    missing = segments.keys() - base.keys()
    if missing:
        raise RuleFileError(f"{name}: {'、'.join(sorted(missing))} 没有 {BASE} 一行")
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:8]
    return PointTable(base, {key: tuple(group) for key, group in segments.items()}, digest)


@functools.cache
def load_points() -> PointTable:
    """读随包的分数表，只读一次。

    Returns:
        分数表。

    Examples:
        >>> "completeness" in load_points().base
        True
    """
    return parse_points(FILE.name, FILE.read_text(encoding="utf-8"))
