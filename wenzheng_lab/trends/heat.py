"""热度：多少人、多少人赞同、持续多久、长得多快，各算几分，加起来。

    热度 = 人数 + 赞同 + 持续 + 增长

    人数 = 写过信的人数（同一人写几封、抄几份都算一个）
    赞同 = 系数 × Σ √（这个人的来信所得点赞数）
    持续 = 系数 × ln（1 + 有来信的周数）
    增长 = 系数 × max log₂（（某一个月的人数 + 1） ÷ （前一个月的人数 + 1））

一分就是一个写信的人。系数在 ``trends.toml`` 的 ``[heat]``。
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.trends.letters import Letters


@dataclass(frozen=True, slots=True)
class Heat:
    """热度的四部分。"""

    people: float
    """人数：写过信的人"""
    support: float
    """赞同：点赞"""
    duration: float
    """持续：有来信的周数"""
    growth: float
    """增长：最快的一个月比前一个月"""

    @property
    def total(self) -> float:
        """热度。"""
        return self.people + self.support + self.duration + self.growth


def measure_heat(letters: Letters, rows: NDArray[np.int64], numbers: Mapping[str, float], since: int) -> Heat:
    """一组来信的热度。

    Args:
        letters: 全部来信。
        rows: 这一组是哪几封。
        numbers: 系数（``trends.toml`` 的 ``[heat]``）。

        since: 这张表最早的一天（序数）。

    Returns:
        ``Heat``。
    """
    people = letters.people[rows]
    who, index = np.unique(people, return_inverse=True)
    liked = np.bincount(index, weights=letters.likes[rows])
    known = ~np.isnat(letters.times[rows])
    days = letters.times[rows][known].astype("datetime64[D]").astype(np.int64)
    # 每个人只在头一次来信那天算一个：一个人天天写，不算增长
    first = np.full(len(who), np.iinfo(np.int64).max)
    np.minimum.at(first, index[known], days)
    # 1970-01-01 是周四，加三天使一周从周一起
    weeks = len(np.unique((days + 3) // 7))
    return Heat(
        float(len(who)),
        numbers["support"] * float(np.sqrt(liked).sum()),
        numbers["duration"] * math.log1p(weeks),
        numbers["growth"]
        * fastest_growth(np.sort(first[first < np.iinfo(np.int64).max]), int(numbers["window"]), since),
    )


def fastest_growth(days: NDArray[np.int64], window: int, since: int) -> float:
    """最快的一个月比前一个月多几倍，取以二为底的对数。

    Args:
        days: 各人头一次来信的日子（序数），由早到晚。
        window: 一个月几天（天）。
        since: 这张表从哪天起；前一个月不在表里的不比，免得把开头的都算成猛增。

    Returns:
        不小于 0；没有日子为 0。

    Examples:
        >>> fastest_growth(np.array([100, 125, 126, 127]), 30, since=75)  # 前一个月一人，后一个月三人：(3+1)/(1+1)
        1.0
    """
    # 一个月的起点取某人来信那天就够：从别的日子起不会更多
    start = np.searchsorted(days, days, side="left")
    now = np.searchsorted(days, days + window, side="left") - start
    before = start - np.searchsorted(days, days - window, side="left")
    comparable = days >= since + window
    if not comparable.any():
        return 0.0
    return max(0.0, float(np.log2((now[comparable] + 1) / (before[comparable] + 1)).max()))
