"""抄件：一大批来信里，几乎相同的归到一组。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.letter.frames import cell_text, message_ids, require_messages
from wenzheng_lab.letter.shingles import group_copies

if TYPE_CHECKING:
    import pandas as pd


def group_duplicates(frame: pd.DataFrame, *, threshold: float = 0.6) -> pd.Series:
    """把相同、几乎相同的来信归到一组；一百万封也能做。

    只看字面：四个字一片，重合到 ``threshold`` 的算几乎相同，逐对精确核对。要看“不同的话说同一件事”用
    ``find_hotspots``；要逐对的理由用 ``find_duplicates``。

    Args:
        frame: 有 ``subject``、``body`` 之一的表。
        threshold: 重合到几成算几乎相同（0.5–1）；上百万封时不要低于 0.6，否则会把不相干的串起来。

    Returns:
        与表等长、索引相同：各封所在组里最先一封的编号；没有同伴的就是自己的编号。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有文字列，或 ``threshold`` 不在范围内。

    Examples:
        >>> import pandas as pd
        >>> body = "柳林路的路灯黑了半年，老人晚上不敢出门，请派人修一修。"
        >>> frame = pd.DataFrame({"message_id": ["a", "b", "c"], "body": [body, "咨询社保卡补办", body + "谢谢"]})
        >>> group_duplicates(frame).tolist()
        ['a', 'b', 'a']
    """
    import pandas as pd

    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0.5 <= threshold <= 1:
        raise InputError(explain(f"threshold 是 {show(threshold)}", "应为 0.5–1 的数", "如 0.6"))
    table = require_messages(frame)
    labels = group_copies(_Texts(table), threshold=threshold)
    ids = message_ids(table)
    return pd.Series([ids[i] for i in labels.tolist()], index=table.index, name="group")


class _Texts(Sequence[str]):
    """主题接详情，用到哪段取哪段：一百万封不必先拼出一份。"""

    def __init__(self, table: pd.DataFrame) -> None:
        self._columns = [table[name].array for name in ("subject", "body") if name in table.columns]
        self._size = len(table)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, key: int) -> str: ...

    @overload
    def __getitem__(self, key: slice) -> list[str]: ...

    def __getitem__(self, key: slice | int) -> list[str] | str:
        import pandas as pd

        if isinstance(key, slice):
            cells = [column[key] for column in self._columns]
            return [
                "".join("" if pd.isna(cell) else cell_text(cell, "文字") for cell in row)
                for row in zip(*cells, strict=True)
            ]
        return "".join("" if pd.isna(column[key]) else str(column[key]) for column in self._columns)
