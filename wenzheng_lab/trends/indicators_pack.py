"""把几个小整数压成一个：按一列整数分组、接表，比按十列文字快得多。各引擎共用。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

Lazy = nw.LazyFrame[Any]
"""各引擎上都一样的惰性表"""
Fields = list[tuple[str, nw.Expr, int]]
"""要压在一起的几个小整数：名字，式子，占几位"""
TIMES_SEEN = "times"
"""小表里一行代表几封"""
_WHOLE = 52
"""小数能准准地表示的整数有五十三位"""


def packs(fields: Fields, name: str) -> dict[str, Fields]:
    """分成几个整数来压，各不超过五十二位。

    Args:
        fields: 要压的。
        name: 压成的列叫什么，后面接 0、1……

    Returns:
        压成的列名到其中的各样。
    """
    out: dict[str, Fields] = {}
    room = 0
    for field in fields:
        if field[2] > room:
            out[f"{name}{len(out)}"], room = [], _WHOLE
        out[f"{name}{len(out) - 1}"].append(field)
        room -= field[2]
    return out


def pack(lf: Lazy, fields: Fields, name: str) -> Lazy:
    """几个不小于 0 的小整数压在一起：按一列分组比按十列快得多。空的记作 0，别的加一。

    Args:
        lf: 表。
        fields: 要压的。
        name: 见 ``packs``。

    Returns:
        多了 ``packs`` 那几列。
    """
    return lf.with_columns(packed(part).alias(column) for column, part in packs(fields, name).items())


def packed(fields: Fields) -> nw.Expr:
    """压成一个整数的式子。

    Args:
        fields: 要压的，合起来不超过五十二位。

    Returns:
        式子，没有空的。
    """
    whole = nw.lit(0).cast(nw.Int64)
    for at, (_, value, bits) in enumerate(fields):
        one = value.fill_null(-1).cast(nw.Int64) + 1
        whole = one if at == 0 else whole * (1 << bits) + one
    return whole


def unpack(lf: Lazy, fields: Fields, name: str) -> Lazy:
    """把 ``pack`` 压的拆开。

    Args:
        lf: 压过的表。
        fields: 同 ``pack``；式子用不着。
        name: 同 ``pack``。

    Returns:
        各样拆成列，压成的列去掉。
    """
    for column, part in packs(fields, name).items():
        for one, _, bits in reversed(part):
            lf = lf.with_columns((nw.col(column) % (1 << bits)).alias(one)).with_columns(
                # 能整除，除出来的小数是准的
                ((nw.col(column) - nw.col(one)) / (1 << bits)).cast(nw.Int64).alias(column),
                nw.when(nw.col(one) > 0).then(nw.col(one) - 1).alias(one),
            )
        lf = lf.drop(column)
    return lf


def count_rows(lf: Lazy, keys: Sequence[str]) -> Lazy:
    """每一种有几封。

    Args:
        lf: 表。
        keys: 按哪几列分；没有就是全体一行。

    Returns:
        各列与 ``times``。
    """
    if not keys:
        return lf.select(nw.len().alias(TIMES_SEEN))
    return lf.group_by(*keys).agg(nw.len().alias(TIMES_SEEN))
