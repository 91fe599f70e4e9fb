"""精确的中位数与九成位：先看每段有几封，定出要的那一封落在哪一段，再在那一段里数到它。

不把各封的用时都拿到内存里排序，所以一千万封与一亿封占的内存差不多；数出来的与排序的一样，不是估计。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """几组里各个值有几个，按组、按值排好，同组同值的并在一起。"""

    group: Ints
    """组号"""
    value: Ints
    """值"""
    upto: Ints
    """到这一行为止共几个，各组接着往下数"""
    start: Ints
    """各组以前共几个；长度是组数加一"""

    @classmethod
    def of(cls, group: Ints, value: Ints, times: Ints, groups: int) -> Counts:
        """排好，数好。

        Args:
            group: 组号，0 起。
            value: 值。
            times: 有几个。
            groups: 共几组。

        Returns:
            数好的。
        """
        order = np.argsort(_joined(group, value))
        group, value, times = group[order], value[order], times[order]
        start = np.zeros(groups + 1, dtype=np.int64)
        np.cumsum(np.bincount(group, weights=times, minlength=groups).astype(np.int64), out=start[1:])
        return cls(group, value, np.cumsum(times, dtype=np.int64), start)

    @property
    def size(self) -> Ints:
        """各组几个。"""
        return np.diff(self.start)

    def at(self, rank: Ints) -> tuple[Ints, Ints]:
        """各组里从小到大第几个（0 起）是什么值。

        Args:
            rank: 每组一个；组里没有这么多个的不要问。

        Returns:
            （值，比这个值小的有几个）。空组都是 0。
        """
        value, below = np.zeros_like(rank), np.zeros_like(rank)
        some = self.size > 0
        row = np.searchsorted(self.upto, (self.start[:-1] + rank)[some], side="right")
        # 段在 (组, 值) 里可以有几行（语气不同的分开数），退到同组同值的头一行
        first = np.searchsorted(_joined(self.group, self.value), _joined(self.group[row], self.value[row]))
        value[some] = self.value[row]
        before = np.where(first > 0, self.upto[np.maximum(first - 1, 0)], 0)
        below[some] = before - self.start[:-1][some]
        return value, below


def _joined(group: Ints, value: Ints) -> Ints:
    return group * (1 << 40) + value


def ranks(size: Ints, share: float) -> tuple[Ints, Ints, Floats]:
    """线性插值的分位是哪两个之间。

    Args:
        size: 各组几个。
        share: 分位，0–1。

    Returns:
        （前一个的名次，后一个的名次，离前一个多远），名次 0 起；空组都是 0。
    """
    last = np.maximum(size - 1, 0)
    position = last * share
    low = np.floor(position).astype(np.int64)
    return low, np.minimum(low + 1, last), position - low


def quantile(counts: Counts, share: float) -> Floats:
    """各组的分位。

    Args:
        counts: 各组里各个值有几个。
        share: 分位，0–1。

    Returns:
        每组一个；空组是 NaN。
    """
    low, high, part = ranks(counts.size, share)
    return _between(counts.at(low)[0], counts.at(high)[0], part, counts.size)


def needed(coarse: Counts, shares: Sequence[float]) -> list[tuple[int, int]]:
    """要数到分位，得取哪些组的哪些段。

    Args:
        coarse: 各组里各段有几个。
        shares: 几个分位。

    Returns:
        （组号，段号），不重样。
    """
    some = coarse.size > 0
    found: set[tuple[int, int]] = set()
    for share in shares:
        for rank in ranks(coarse.size, share)[:2]:
            bins = coarse.at(rank)[0]
            found.update(zip(np.flatnonzero(some).tolist(), bins[some].tolist(), strict=True))
    return sorted(found)


def refine(coarse: Counts, share: float, group: Ints, bins: Ints, value: Ints, times: Ints) -> Floats:
    """在取来的几段里数到分位那一封。

    Args:
        coarse: 各组里各段有几个。
        share: 分位，0–1。
        group: 取来的各行的组号。
        bins: 段号。
        value: 值。
        times: 有几个。

    Returns:
        每组一个；空组是 NaN。
    """
    groups = len(coarse.size)
    names, slot = np.unique(_joined(group, bins), return_inverse=True)
    fine = Counts.of(slot.astype(np.int64), value, times, len(names))
    low, high, part = ranks(coarse.size, share)
    ends = []
    for rank in (low, high):
        segment, below = coarse.at(rank)
        some = coarse.size > 0
        at = np.searchsorted(names, _joined(np.arange(groups, dtype=np.int64)[some], segment[some]))
        row = np.searchsorted(fine.upto, fine.start[at] + (rank - below)[some], side="right")
        end = np.zeros(groups, dtype=np.int64)
        end[some] = fine.value[row]
        ends.append(end)
    return _between(ends[0], ends[1], part, coarse.size)


def _between(low: Ints, high: Ints, part: Floats, size: Ints) -> Floats:
    found = low + (high - low) * part
    return np.where(size > 0, found, np.nan)
