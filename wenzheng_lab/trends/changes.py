"""变点：来信的多少从哪天起换了一个水平。

把日计数（除去周末、节假日的影响）分成几段，每段一个水平，用泊松似然与一段的罚分定出最好的分法（PELT）。
日计数的起伏常比泊松大，罚分按实际起伏放大，免得把噪声当变化。
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.trends.alarms import day_factors
from wenzheng_lab.trends.counts import daily_counts, day_kinds

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """一个变点。"""

    day: date
    """新水平的第一天"""
    before: float
    """此前一段一天几封（工作日）"""
    after: float
    """此后一段一天几封（工作日）"""
    gain: float
    """分开比不分开好多少（对数似然之差）"""

    @property
    def ratio(self) -> float:
        """后一段是前一段的几倍；前一段是 0 则为无穷大。"""
        return self.after / self.before if self.before else math.inf

    def __repr__(self) -> str:
        """一行说明。"""
        return f"ChangePoint({self.day}, 一天 {self.before:.1f} → {self.after:.1f} 封)"


def find_changes(
    source: pd.DataFrame | pd.Series, *, shortest: int = 7, strictness: float = 3.0
) -> tuple[ChangePoint, ...]:
    """找变点：来信的多少从哪天起换了水平。

    适合事后看一段时期；要当天就知道，用 ``watch_counts``。

    Args:
        source: 有 ``created_at`` 的表，或以日期为索引的日计数。
        shortest: 一段至少几天（天）。
        strictness: 罚分的倍数，越大报得越少。

    Returns:
        变点，由早到晚；没有则为空。

    Raises:
        InputTypeError: 既不是表也不是日计数。
        InputError: 没有时间。

    Examples:
        >>> import pandas as pd
        >>> days = pd.date_range("2026-03-02", periods=60)
        >>> find_changes(pd.Series([4] * 30 + [12] * 30, index=days))[0].day
        datetime.date(2026, 4, 1)
    """
    counts = daily_counts(source)
    values = counts.to_numpy(dtype=np.float64)
    kinds = day_kinds(counts.index)
    exposure = day_factors(values, kinds)[kinds]
    edges = _segment(values, exposure, shortest, strictness)
    cumulative, size = np.concatenate([[0], values.cumsum()]), np.concatenate([[0], exposure.cumsum()])
    found = []
    for left, here, right in zip(edges, edges[1:], edges[2:], strict=False):
        before = (cumulative[here] - cumulative[left]) / (size[here] - size[left])
        after = (cumulative[right] - cumulative[here]) / (size[right] - size[here])
        gain = _cost(cumulative, size, np.array([left]), right) - sum(
            _cost(cumulative, size, np.array([a]), b) for a, b in ((left, here), (here, right))
        )
        found.append(ChangePoint(counts.index[here].date(), float(before), float(after), float(gain[0])))
    return tuple(found)


def _cost(
    cumulative: NDArray[np.float64], size: NDArray[np.float64], starts: NDArray[np.int64], end: int
) -> NDArray[np.float64]:
    """从各起点到 ``end`` 作一段的代价：泊松负对数似然中与分段有关的部分。"""
    total = cumulative[end] - cumulative[starts]
    width = size[end] - size[starts]
    cost: NDArray[np.float64] = -total * np.log(np.maximum(total, 1e-12) / width)
    return cost


def _segment(values: NDArray[np.float64], exposure: NDArray[np.float64], shortest: int, strictness: float) -> list[int]:
    """最好的分段的各边界（含首尾）。"""
    n = len(values)
    if n < 2 * shortest:
        return [0, n]
    cumulative, size = np.concatenate([[0], values.cumsum()]), np.concatenate([[0], exposure.cumsum()])
    penalty = strictness * math.log(n) * _dispersion(values, exposure)
    best = np.full(n + 1, np.inf)
    best[0] = -penalty
    last = np.zeros(n + 1, dtype=np.int64)
    starts = np.array([0], dtype=np.int64)
    for end in range(shortest, n + 1):
        if end >= 2 * shortest:
            starts = np.append(starts, end - shortest)
        costs = best[starts] + _cost(cumulative, size, starts, end)
        at = int(costs.argmin())
        best[end], last[end] = costs[at] + penalty, starts[at]
        starts = starts[costs <= best[end]]  # 剪去再也不会最好的起点
    edges = [n]
    while edges[-1] > 0:
        edges.append(int(last[edges[-1]]))
    return edges[::-1]


def _dispersion(values: NDArray[np.float64], exposure: NDArray[np.float64]) -> float:
    """起伏是泊松的几倍：用相邻两天之差估，水平换了也不受影响。"""
    rate = values.sum() / exposure.sum()
    gaps = np.diff(values / exposure)
    usual = rate * (1 / exposure[1:] + 1 / exposure[:-1])
    return float(max(1.0, (gaps**2 / usual).mean())) if rate > 0 and len(gaps) else 1.0
