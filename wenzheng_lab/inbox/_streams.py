"""随机流：一条留言的每样东西各用一条流，添一样不移动别的。"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


def _congruential(state: int) -> Iterator[float]:
    """线性同余流，取 64 位里的高 53 位；整数运算，各版本、各机器都一样。"""
    # 梅森旋转的播种要算 624 个数，只抽几个数时白费；乘数取自 Knuth 的 MMIX
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        yield (state >> 11) * 1.1102230246251565e-16


class Stream:
    """一条随机流；只用 ``random()``，因为 Python 只保证它在各版本里不变。"""

    __slots__ = ("draw",)

    def __init__(self, key: str, *, brief: bool = False) -> None:
        """由文字造流。

        Args:
            key: 流的名字，如 ``"7:12:facts"``。
            brief: 只抽二三十个数以内的流写真：起得快，每抽一个慢一些。
        """
        # 先把名字化成整数再播种：直接用文字播种要慢一倍
        seed = int.from_bytes(blake2b(key.encode(), digest_size=16).digest(), "big")
        self.draw: Callable[[], float] = _congruential(seed).__next__ if brief else random.Random(seed).random

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
    at = u * totals[-1]
    low, high = 0, len(totals) - 1
    while low < high:
        middle = (low + high) // 2
        if totals[middle] > at:
            high = middle
        else:
            low = middle + 1
    return items[low]
