"""合并得对不对：按“哪两封在一组”算准、全与 F1。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MergeScore:
    """合并的得分，以一对一对计。"""

    found: int
    """该合并而合并了的对数"""
    right: int
    """该合并的对数"""
    made: int
    """合并了的对数"""

    @property
    def precision(self) -> float | None:
        """合并了的里有几成该合并；一对也没合并为 None。"""
        return self.found / self.made if self.made else None

    @property
    def recall(self) -> float | None:
        """该合并的里合并了几成；一对也不该合并为 None。"""
        return self.found / self.right if self.right else None

    @property
    def f1(self) -> float | None:
        """准与全的调和平均；没有该合并的，也没有合并，为 None。"""
        total = self.right + self.made
        return 2 * self.found / total if total else None


def group_of(ids: Sequence[str], parents: Sequence[str]) -> tuple[str, ...]:
    """由“与哪一封重复”得出各封属于哪一组。

    Args:
        ids: 各封的编号。
        parents: 各封与哪一封重复；空串为不重复。

    Returns:
        各封所在组的名字；不重复的自成一组。

    Examples:
        >>> group_of(["甲", "乙", "丙"], ["", "甲", "乙"])
        ('甲', '甲', '甲')
    """
    parent = {one: other for one, other in zip(ids, parents, strict=True) if other and other != one}
    groups = []
    for one in ids:
        seen = {one}
        # 抄来抄去写成圈的也要停得下来：圈里取最小的作组名
        while one in parent and parent[one] not in seen:
            one = parent[one]
            seen.add(one)
        groups.append(min(seen) if one in parent else one)
    return tuple(groups)


def score_merges(right: Sequence[str], made: Sequence[str]) -> MergeScore:
    """比两种分组，按对计，不展开成一对一对。

    Args:
        right: 正确的组。
        made: 判成的组，次序相同。

    Returns:
        得分。

    Examples:
        >>> score_merges(["a", "a", "b"], ["x", "x", "x"])
        MergeScore(found=1, right=1, made=3)
    """

    def pairs(counts: Counter[str] | Counter[tuple[str, str]]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    both = Counter(zip(right, made, strict=True))
    return MergeScore(pairs(both), pairs(Counter(right)), pairs(Counter(made)))
