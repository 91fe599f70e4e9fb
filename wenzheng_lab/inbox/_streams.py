"""随机流：一条留言的每样东西各用一条流，添一样不移动别的。"""

from __future__ import annotations

import random
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


_SIZE = 1 << 18  # 起点有这么多
_WORD, _SHIFT = (1 << 64) - 1, 64 - 18
_LONGEST = 1 << 14  # 一条流最多抽这么多个，一封信远远用不到


@cache
def _table() -> array[float]:
    """二十六万个随机数，各条短流从不同的地方读起。"""
    # 梅森旋转每播一次种要算 624 个数，一封信要十来条流，光播种就占去一成多；
    # 只播一次，排成表，每条流由名字的摘要定起点，抽一个数只是读下一格
    draw = random.Random(_SIZE).random
    return array("d", [draw() for _ in range(_SIZE + _LONGEST)])


@lru_cache(maxsize=512)
def _root(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")


@cache
def _salt(part: str) -> int:
    return int.from_bytes(blake2b(part.encode(), digest_size=8).digest(), "big") | 1


class Stream:
    """一条随机流；只用 ``random()``，因为 Python 只保证它在各版本里不变。"""

    __slots__ = ("draw",)

    def __init__(self, key: str, part: str = "") -> None:
        """由文字造流。

        Args:
            key: 流的名字，如 ``"7:12"``。
            part: 写了就是这封信的一条短流，如 ``"facts"``：从现成的表里读，起得快，至多抽一万多个数。
        """
        if part:
            row = iter(_table())
            # 信的摘要乘以流的奇数，取高位作起点：各条流互不相干，而一封信只算一次摘要
            row.__setstate__((_root(key) * _salt(part) & _WORD) >> _SHIFT)  # type: ignore[attr-defined]
            self.draw: Callable[[], float] = row.__next__
            return
        # 先把名字化成整数再播种：直接用文字播种要慢一倍
        seed = int.from_bytes(blake2b(key.encode(), digest_size=16).digest(), "big")
        self.draw = random.Random(seed).random

    def below(self, n: int) -> int:
        """0 到 ``n-1`` 的整数。"""
        return int(self.draw() * n)

    def between(self, low: int, high: int) -> int:
        """``low`` 到 ``high`` 的整数，两头都含。"""
        return low + int(self.draw() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """等概率取一个。"""
        return items[int(self.draw() * len(items))]

    def chance(self, p: float) -> bool:
        """以概率 ``p`` 为真。"""
        return self.draw() < p

    def weigh(self, items: Sequence[T], totals: Sequence[float]) -> T:
        """按累计权重取一个；``totals`` 由 ``cumulate`` 算好。"""
        return choose(items, totals, self.draw())

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """打乱后的新列表。"""
        rest = list(items)
        for at in range(len(rest) - 1, 0, -1):
            other = int(self.draw() * (at + 1))
            rest[at], rest[other] = rest[other], rest[at]
        return rest


def cumulate(weights: Sequence[float]) -> tuple[float, ...]:
    """累计权重。

    Examples:
        >>> cumulate([1, 2, 3])
        (1.0, 3.0, 6.0)
    """
    return tuple(float(total) for total in accumulate(weights))


def choose(items: Sequence[T], totals: Sequence[float], u: float) -> T:
    """按累计权重取一个；``u`` 是 0–1 的数。

    Examples:
        >>> choose("abc", cumulate([1, 2, 1]), 0.5)
        'b'
    """
    return items[min(bisect_right(totals, u * totals[-1]), len(items) - 1)]
