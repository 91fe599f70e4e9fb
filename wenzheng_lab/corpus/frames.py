"""做成 DataFrame：各列的类型在 pandas 2 与 3 上一样好用。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from wenzheng_lab.corpus.collect import Collected
from wenzheng_lab.corpus.registry import registry

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def build_frame(parts: Sequence[Collected]) -> DataFrame:
    """把读好的几份连成一张表。

    Args:
        parts: 各份；某份没有的列，那些行为缺失。

    Returns:
        规范列在前、次序固定，原列在后。
    """
    import pandas as pd

    kinds = {column.name: column.kind for column in registry().columns}
    names = [name for name in kinds if any(name in part.columns for part in parts)]
    names += [name for name in dict.fromkeys(key for part in parts for key in part.columns) if name not in kinds]
    data = {}
    for name in names:
        blank = "" if name in ("subject", "body") else None
        values: list[object] = []
        for part in parts:
            values += part.columns.get(name, [blank] * part.held)
        data[name] = _series(values, kinds.get(name, "any"))
    return pd.DataFrame(data, index=pd.RangeIndex(sum(part.held for part in parts)))


def _series(values: list[object], kind: str) -> Series:
    import numpy as np
    import pandas as pd

    if kind == "text":
        # pandas 3 的 str 把 None 存成 NaN；pandas 2 的 dtype="str" 会把 None 变成 'None' 三个字，所以用 object
        if int(pd.__version__.split(".")[0]) >= 3:
            return pd.Series(values, dtype="str")
        return pd.Series([np.nan if value is None else value for value in values], dtype=object)
    if kind == "time":
        return pd.Series(np.array(values, dtype="datetime64[us]"))
    if kind == "flag":
        return pd.Series(pd.array(cast(Any, values), dtype="boolean"))
    if kind == "number" and all(isinstance(value, float) and value.is_integer() for value in values):
        return pd.Series([int(value) for value in values if isinstance(value, float)], dtype="int64")
    if kind in ("number", "rating"):
        return pd.Series(values, dtype="float64")
    return pd.Series(values)
