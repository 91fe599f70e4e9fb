"""四字片：把文字变成一组数，用最小哈希分桶找相近的，再逐对核对。"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.text import fold

SIZE = 4
"""几个字一片"""
BANDS, ROWS = 16, 4
"""最小哈希分 16 段、每段 4 个：重合六成的一对几乎漏不掉"""
_CHUNK = 400_000
"""一次算多少片；再多就费内存"""
_CROWD = 8
"""一个桶里同时与前面几封比；同一封信被抄几千遍时不必两两都比"""
_DROP = re.compile(r"[^0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]")

Grams = NDArray[np.uint64]


def bare(text: str) -> str:
    """只留汉字、字母、数字：标点、空格、换行不算差别。

    Args:
        text: 原文。

    Returns:
        整理过的文字。

    Examples:
        >>> bare("路灯，不亮！ＯＫ") == bare("路灯不亮 ok")
        True
    """
    return _DROP.sub("", fold(text).lower())


def grams(text: str) -> Grams:
    """整理过的文字里各个四字片的哈希，去重排好。

    Args:
        text: ``bare`` 的结果。

    Returns:
        升序的哈希；不足四个字为空。
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if len(codes) < SIZE:
        return np.empty(0, dtype=np.uint64)
    value = np.zeros(len(codes) - SIZE + 1, dtype=np.uint64)
    for offset in range(SIZE):
        # 乘一个大奇数再相加：六十四位里自然回绕，与机器、进程无关
        value = (value + codes[offset : offset + len(value)]) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
    found: Grams = np.unique(value)
    return found


def jaccard(one: Grams, other: Grams) -> float:
    """两组四字片的重合度：共有的占合起来的几成。

    Args:
        one: 一组，升序无重复。
        other: 另一组。

    Returns:
        0–1；都空为 0。

    Examples:
        >>> jaccard(grams("路灯坏了半年没人修"), grams("路灯坏了半年没人修"))
        1.0
    """
    shared = len(np.intersect1d(one, other, assume_unique=True))
    total = len(one) + len(other) - shared
    return shared / total if total else 0.0


def candidate_pairs(sets: Sequence[Grams]) -> Iterator[tuple[int, int]]:
    """可能相近的对，前小后大，不重复；不逐对比，份数多时照样快。

    Args:
        sets: 各封信的四字片。

    Yields:
        （序号，序号）。
    """
    marks = _signatures(sets)
    filled = np.array([len(one) > 0 for one in sets], dtype=bool)
    seen: set[tuple[int, int]] = set()
    for band in range(BANDS):
        part = marks[:, band * ROWS : (band + 1) * ROWS]
        key = np.zeros(len(sets), dtype=np.uint64)
        for column in part.T:
            key = (key ^ column) * np.uint64(0x9E3779B97F4A7C15)
        order = np.argsort(key, kind="stable")
        order = order[filled[order]]
        edges = np.flatnonzero(np.diff(key[order])) + 1
        for bucket in np.split(order, edges):
            if len(bucket) < 2:
                continue
            members = [int(i) for i in bucket]
            for place, j in enumerate(members):
                for i in {*members[max(0, place - _CROWD) : place], *members[: min(place, 1)]}:
                    pair = (min(i, j), max(i, j))
                    if pair not in seen:
                        seen.add(pair)
                        yield pair


def _signatures(sets: Sequence[Grams]) -> NDArray[np.uint64]:
    chance = random.Random("triage:minhash")
    multipliers = [chance.getrandbits(64) | 1 for _ in range(BANDS * ROWS)]
    marks = np.full((len(sets), BANDS * ROWS), np.iinfo(np.uint64).max, dtype=np.uint64)
    start = 0
    while start < len(sets):
        end, total = start, 0
        while end < len(sets) and (total == 0 or total + len(sets[end]) <= _CHUNK):
            total += len(sets[end])
            end += 1
        rows = [i for i in range(start, end) if len(sets[i])]
        if rows:
            values = np.concatenate([sets[i] for i in rows])
            starts = np.cumsum([0, *(len(sets[i]) for i in rows[:-1])])
            for column, multiplier in enumerate(multipliers):
                mixed = values * np.uint64(multiplier)
                mixed ^= mixed >> np.uint64(32)
                marks[rows, column] = np.minimum.reduceat(mixed, starts)
        start = end
    return marks
