"""换成编号：单位、地点、评分各有多少种先问一遍，编上号，一千万行就只按整数分组、接表。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from wenzheng_lab.trends.engine_base import Engine
from wenzheng_lab.trends.indicators_pack import Lazy, count_rows

_MOST = 4096
"""评分各有多少种以内才编号"""


@dataclass(frozen=True, slots=True)
class Codes:
    """几列的编号。"""

    labels: Mapping[str, Mapping[int, str]]
    """文字的列 → 编号 → 文字"""
    tables: Mapping[str, Lazy]
    """列 → 引擎里的小表（值，编号）；小整数本身就是编号的没有"""
    sizes: Mapping[str, int]
    """列 → 编号有几个"""

    @property
    def bits(self) -> dict[str, int]:
        """列 → 编号占几位；压起来空的占一个，所以多留一个。"""
        return {name: (size + 1).bit_length() for name, size in self.sizes.items()}

    def put(self, lf: Lazy, names: Iterable[str]) -> Lazy:
        """把这几列换成编号。

        Args:
            lf: 有这几列的表。
            names: 换哪几列；没有编过号的不动。

        Returns:
            列名不变，值是编号；文字空的是空串那一号，评分空的还是空。
        """
        for name in names:
            if name in self.tables:
                lf = lf.join(self.tables[name], left_on=name, right_on=_value(name), how="left")
                lf = lf.drop(name).rename({_code(name): name})
                if name in self.labels:
                    # 空串排在最前，是 0 号。接上以后才填：接的时候文字还是原样，引擎认得它们是同几个
                    lf = lf.with_columns(nw.col(name).fill_null(0))
        return lf

    def back(self, lf: Lazy, names: Iterable[str]) -> Lazy:
        """编号换回值。

        Args:
            lf: ``put`` 过的表。
            names: 换哪几列；没有编过号的不动。

        Returns:
            列名不变，值是原来的。
        """
        for name in names:
            if name in self.tables:
                lf = lf.join(self.tables[name], left_on=name, right_on=_code(name), how="left")
                lf = lf.drop(name).rename({_value(name): name})
        return lf


def read_codes(hand: Engine, lf: Lazy, texts: Sequence[str], numbers: Sequence[str] = ()) -> Codes:
    """各列有哪些值，编上号。

    Args:
        hand: 引擎。
        lf: 有这几列的表。
        texts: 文字的列。
        numbers: 数的列（评分）；种类太多的不编。

    Returns:
        ``Codes``；编号照值的先后，文字空的与空串是一号。
    """
    labels: dict[str, dict[int, str]] = {}
    tables: dict[str, Lazy] = {}
    sizes: dict[str, int] = {}

    def add(name: str, values: Sequence[object]) -> None:
        tables[name] = hand.small({_value(name): list(values), _code(name): list(range(len(values)))})
        sizes[name] = len(values)

    for name in texts:
        found = hand.fetch(count_rows(lf, [name]))[name].tolist()
        # 总有空串这一号，小表不会是空的
        words = sorted({"", *(value for value in found if isinstance(value, str))})
        labels[name] = dict(enumerate(words))
        add(name, words)
    for name in numbers:
        found = hand.fetch(count_rows(lf, [name]))[name].tolist()
        known = sorted({float(value) for value in found if value is not None and value == value})
        if known and known[0] >= 0 and known[-1] < _MOST and all(value.is_integer() for value in known):
            sizes[name] = int(known[-1]) + 1  # 小整数本身就是编号
        elif 0 < len(known) <= _MOST:
            add(name, known)
    return Codes(labels, tables, sizes)


def _value(name: str) -> str:
    return f"{name}__value"


def _code(name: str) -> str:
    return f"{name}__code"
