"""从表里取要比对的几列：编号、文字、时间、分得出的人。分拣与民意都用。"""

from __future__ import annotations

import functools
import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, InputTypeError, explain
from wenzheng_lab.letter.places import letters_file
from wenzheng_lab.model import is_blank, parse_time

if TYPE_CHECKING:
    import pandas as pd

_ACCOUNT = re.compile(r"(?:[0-9A-Za-z]\D{0,2}){4}")


def require_messages(frame: object, *, needs: tuple[str, ...] = ()) -> pd.DataFrame:
    """确认是一张有留言文字的表。

    Args:
        frame: 任何东西。
        needs: 另外必须有的列。

    Returns:
        原样的表。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``subject`` 也没有 ``body``；或缺 ``needs`` 里的列。

    Examples:
        >>> import pandas as pd
        >>> len(require_messages(pd.DataFrame({"body": ["路灯坏了"]})))
        1
    """
    table = require_frame(frame, needs=needs)
    columns = [str(name) for name in table.columns]
    if not {"subject", "body"} & set(columns):
        raise InputError(
            explain(
                f"表里的列是：{'、'.join(columns[:12]) or '（没有列）'}",
                "应有 subject（主题）或 body（详情）",
                "原始文件请用 wz.read_messages 读入，它会换好列名",
            )
        )
    return table


def require_frame(frame: object, *, needs: tuple[str, ...] = ()) -> pd.DataFrame:
    """确认是一张表，并有这些列。

    Args:
        frame: 任何东西。
        needs: 必须有的列。

    Returns:
        原样的表。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，或两列同名。
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(
            explain(
                f"来的是 {type(frame).__name__}", "应为 pandas 的表（DataFrame）", "请先用 wz.read_messages 读入文件"
            )
        )
    columns = [str(name) for name in frame.columns]
    twice = sorted(name for name, count in Counter(columns).items() if count > 1)
    if twice:
        raise InputError(
            explain(f"表里有几列都叫 {'、'.join(twice[:3])}", "一个列名应只用一次", "请先删去或改名，再算")
        )
    missing = [name for name in needs if name not in columns]
    if missing:
        raise InputError(
            explain(
                f"表里没有 {'、'.join(missing)}；有的列是：{'、'.join(columns[:12]) or '（没有列）'}",
                f"应有 {'、'.join(needs)}",
                "原始文件请用 wz.read_messages 读入，它会换好列名",
            )
        )
    return frame


def column_texts(frame: pd.DataFrame, name: str) -> list[str]:
    """一列文字；没有这列、没有值的是空串。

    Args:
        frame: 表。
        name: 列名。

    Returns:
        与表等长。
    """
    if name not in frame.columns:
        return [""] * len(frame)
    return ["" if is_blank(cell) else str(cell) for cell in frame[name].tolist()]


def column_times(frame: pd.DataFrame, name: str = "created_at") -> list[datetime | None]:
    """一列时间；没有这列、没有值的是 None。

    Args:
        frame: 表。
        name: 列名。

    Returns:
        与表等长，北京时间。
    """
    import pandas as pd

    if name not in frame.columns:
        return [None] * len(frame)
    column = frame[name]
    if str(column.dtype).startswith("datetime64") and getattr(column.dtype, "tz", None) is None:
        return [None if pd.isna(cell) else cell.to_pydatetime(warn=False) for cell in column]
    return [parse_time(cell, "留言时间") for cell in column]


def message_ids(frame: pd.DataFrame) -> list[object]:
    """各行的编号：有 ``message_id`` 用它，否则用索引。

    Args:
        frame: 表。

    Returns:
        与表等长。
    """
    cells: list[object] = (frame["message_id"] if "message_id" in frame.columns else frame.index).tolist()
    return cells


def known_authors(authors: list[str], *, accounts: bool = False) -> list[str]:
    """分不出是谁的称呼换成空串：“匿名”“王先生”不能当作同一人。

    Args:
        authors: 各封的留言人。
        accounts: 像账号的（含四个以上字母数字）出现再多次也算一个人。

    Returns:
        与 ``authors`` 等长；分不出的是空串。

    Examples:
        >>> known_authors(["匿名", "王先生", "A0001", ""])
        ['', '', 'A0001', '']
    """
    names, endings, most = _author_rules()
    count = Counter(authors)

    def known(name: str) -> bool:
        if name in names or name.endswith(endings):
            return False
        return count[name] <= most or (accounts and bool(_ACCOUNT.search(name)))

    return [name if known(name) else "" for name in authors]


@functools.cache
def _author_rules() -> tuple[frozenset[str], tuple[str, ...], int]:
    file = letters_file()
    part = file.table(("author",), file.data["author"], required=("names", "endings", "most"))
    names, endings = (file.strings(("author", key), part[key]) for key in ("names", "endings"))
    return frozenset(names), endings, int(file.number(("author", "most"), part["most"], low=1, high=1000))
