"""几个人给同一批答复打分，合不合得上：一致性与各人的偏移。"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from wenzheng_lab._html import join, table, tag
from wenzheng_lab.errors import InputError, InputTypeError, explain

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("nominal", "ordinal", "interval")


@dataclass(frozen=True, slots=True)
class Drift:
    """一位打分人与其余各位的差别。"""

    mean: float
    """平均偏高（正）或偏低（负）多少分：同一份上减去其余各位的平均"""
    spread: float
    """差别的标准差（分）；平均为零而这个数大，说明时松时紧"""
    items: int
    """有几份可比"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """一致性。"""

    alpha: float
    """Krippendorff α：1 为完全一致，0 与随手打分无别，负数更糟"""
    level: str
    """按哪种尺度算：nominal、ordinal、interval"""
    items: int
    """至少两人打过分的份数"""
    drift: Mapping[str, Drift]
    """打分人 → 偏移"""

    @property
    def reading(self) -> str:
        """α 落在哪里，给人看的话；界线是这个统计量通行的约定。"""
        if self.alpha >= 0.8:
            return "合得上，可以直接用"
        if self.alpha >= 0.667:
            return "大体合得上，只宜作初步结论"
        return "合不上，先一起把标准读一遍再打"

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            ``alpha``、``level``、``items``、``drift``。
        """
        drift = {name: {"mean": d.mean, "spread": d.spread, "items": d.items} for name, d in self.drift.items()}
        return {"alpha": self.alpha, "level": self.level, "items": self.items, "drift": drift}

    def __repr__(self) -> str:
        return f"Agreement(α={self.alpha:.3f} {self.reading}，{self.items} 份，{len(self.drift)} 人)"

    def _repr_html_(self) -> str:
        rows = [
            (
                name,
                f"{d.mean:+.2f}",
                f"{d.spread:.2f}",
                d.items,
                "偏松" if d.mean > 0.3 else "偏紧" if d.mean < -0.3 else "",
            )
            for name, d in self.drift.items()
        ]
        head = tag("p", tag("b", f"α = {self.alpha:.3f}"), f"　{self.reading}（{self.items} 份至少两人打过）")
        return join([head, table(rows, headers=("打分人", "平均高出", "差别的标准差", "可比份数", ""))]).html


def agreement(ratings: pd.DataFrame, *, level: str = "ordinal") -> Agreement:
    """算几个人打分的一致性与各人的偏移。

    Args:
        ratings: 每行一份答复，每列一位打分人，格里是分数（数），没打的留空。
        level: 尺度：``ordinal`` 等级（默认，0–3 分用它）、``interval`` 等距、``nominal`` 类别。

    Returns:
        ``Agreement``：α 与每人的偏移。

    Raises:
        InputTypeError: 不是表，或格里不是数。
        InputError: 不到两人、没有一份有两人打过、所有分数都相同（此时 α 没有意义）、尺度写错。

    Examples:
        >>> import pandas as pd
        >>> round(agreement(pd.DataFrame({"甲": [0, 1, 2, 3], "乙": [0, 1, 2, 3]})).alpha, 3)
        1.0
    """
    import pandas as pd

    if not isinstance(ratings, pd.DataFrame):
        raise InputTypeError(
            explain(
                f"来的是 {type(ratings).__name__}", "应为表（DataFrame），一行一份、一列一人", "请用 pd.DataFrame 造表"
            )
        )
    if level not in LEVELS:
        raise InputError(explain(f"尺度写成 {level!r}", f"可用：{'、'.join(LEVELS)}", "0–3 分请用 ordinal"))
    names = [str(name) for name in ratings.columns]
    if len(names) < 2:
        raise InputError(explain(f"只有 {len(names)} 位打分人", "至少要两位", "请把每人的分数放在各自的一列"))
    units: list[dict[str, float]] = []
    for row in ratings.itertuples(index=False, name=None):
        units.append(
            {
                name: number
                for name, value in zip(names, row, strict=True)
                if (number := _number(value, name)) is not None
            }
        )
    alpha, items = _alpha([list(unit.values()) for unit in units], level)
    return Agreement(alpha, level, items, MappingProxyType({name: _drift(units, name) for name in names}))


def _number(value: object, name: str) -> float | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InputTypeError(
            explain(f"{name} 的分数里有 {value!r}", "应为数，没打的留空", "请改成 0、1、2、3")
        ) from error
    return None if math.isnan(number) else number


def _alpha(units: Sequence[Sequence[float]], level: str) -> tuple[float, int]:
    """Krippendorff α，按同份内各对的观察差别与全体的期望差别算。"""
    paired = [unit for unit in units if len(unit) >= 2]
    if not paired:
        raise InputError(explain("没有一份有两人打过分", "至少要有一份两人都打", "请让大家打同一批"))
    values = sorted({value for unit in paired for value in unit})
    if len(values) < 2:
        raise InputError(explain(f"所有分数都是 {values[0]:g}", "分数要有高低，α 才有意义", "请换一批有好有坏的答复"))
    index = {value: at for at, value in enumerate(values)}
    size = len(values)
    # 同份内每对分数的次数；一份有 m 人时每对记 1/(m-1)，人多的份不占便宜
    pairs = [[0.0] * size for _ in range(size)]
    for unit in paired:
        share = 1 / (len(unit) - 1)
        for i, one in enumerate(unit):
            for j, other in enumerate(unit):
                if i != j:
                    pairs[index[one]][index[other]] += share
    totals = [sum(row) for row in pairs]
    whole = sum(totals)
    gap = _gaps(values, totals, level)
    observed = sum(pairs[i][j] * gap[i][j] for i in range(size) for j in range(size)) / whole
    expected = sum(totals[i] * totals[j] * gap[i][j] for i in range(size) for j in range(size)) / (whole * (whole - 1))
    return 1 - observed / expected, len(paired)


def _gaps(values: Sequence[float], totals: Sequence[float], level: str) -> list[list[float]]:
    """两个分数差多少（平方）。等级尺度看中间隔着多少人，不看分数本身。"""
    if level == "nominal":
        return [[float(i != j) for j in range(len(values))] for i in range(len(values))]
    if level == "interval":
        return [[(a - b) ** 2 for b in values] for a in values]
    place = [totals[0] / 2]
    for before, after in pairwise(totals):
        place.append(place[-1] + (before + after) / 2)
    return [[(a - b) ** 2 for b in place] for a in place]


def _drift(units: Sequence[Mapping[str, float]], name: str) -> Drift:
    gaps = []
    for unit in units:
        others = [value for other, value in unit.items() if other != name]
        if name in unit and others:
            gaps.append(unit[name] - sum(others) / len(others))
    if not gaps:
        return Drift(0.0, 0.0, 0)
    mean = sum(gaps) / len(gaps)
    return Drift(mean, math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)), len(gaps))
