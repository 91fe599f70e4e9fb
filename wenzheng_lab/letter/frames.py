"""从表里取要比对的几列：编号、文字、时间、分得出的人。分拣与民意都用。"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.letter.places import letters_file
from wenzheng_lab.model import is_blank, parse_time

if TYPE_CHECKING:
    import pandas as pd

_SURROGATE = re.compile("[\ud800-\udfff]")
_YEARS = (1900, 2200)
"""时间在这些年之间才画得成时期；在外面的多半是写错的年份或占位的 0001、9999"""
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
    if frame.columns.nlevels > 1:
        raise InputError(
            explain(
                f"表的列名有 {frame.columns.nlevels} 层，如 {show(frame.columns[0] if len(frame.columns) else '')}",
                "列名应只有一层",
                "请先并成一层，如 frame.columns = frame.columns.get_level_values(-1)",
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

    孤立代理项（导出时截坏的半个字）一个换一个地换成“�”：不换，后面编码、分组、写文件处处会断。

    Args:
        frame: 表。
        name: 列名。

    Returns:
        与表等长。

    Raises:
        InputTypeError: 有一格是没有解码的字节。
    """
    if name not in frame.columns:
        return [""] * len(frame)
    return ["" if is_blank(cell) else cell_text(cell, name) for cell in frame[name].tolist()]


def cell_text(value: object, name: str) -> str:
    """一格的文字。

    Args:
        value: 不空的一格。
        name: 列名，放进错误信息。

    Returns:
        能编成 UTF-8 的文字。

    Raises:
        InputTypeError: 是没有解码的字节。
    """
    if isinstance(value, bytes | bytearray):
        raise InputTypeError(
            explain(
                f"{name} 一列里有字节（bytes）：{show(value)}",
                "应为文字",
                f'请先解码，如 frame["{name}"] = frame["{name}"].str.decode("utf-8")',
            )
        )
    return sound_text(str(value))


def sound_text(text: str) -> str:
    r"""孤立代理项换成“�”，长度不变。

    Args:
        text: 文字。

    Returns:
        能编成 UTF-8 的文字。

    Examples:
        >>> sound_text("甲\ud800乙"), sound_text("𠮷")
        ('甲�乙', '𠮷')
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


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


def column_stamps(frame: pd.DataFrame, name: str = "created_at") -> pd.Series[pd.Timestamp]:
    """一列时间，成 pandas 的时间列，供分时期、排先后。

    Args:
        frame: 表。
        name: 列名。

    Returns:
        与表等长，没有时间的是 NaT。

    Raises:
        InputError: 有写错的年份：占位的 0001 年、9999 年之类。
    """
    import pandas as pd

    times = column_times(frame, name)
    check_years(times, name)
    return pd.Series(times, dtype="datetime64[ns]")


def check_years(times: Sequence[datetime | None], name: str) -> None:
    """确认年份像话：截止时刻默认取最晚的一个时间，混进一个 9999 年，人人都等了八千年。

    Args:
        times: 各行的时间。
        name: 列名，放进错误信息。

    Raises:
        InputError: 有写错的年份。
    """
    wrong = [time for time in times if time is not None and not _YEARS[0] <= time.year <= _YEARS[1]]
    if wrong:
        raise InputError(
            explain(
                f"{name} 里有 {len(wrong)} 个时间年份不对，如 {wrong[0]:%Y-%m-%d}",
                f"应在 {_YEARS[0]} 年到 {_YEARS[1]} 年之间",
                "多半是写错了，或是占位用的；请先改正或留空",
            )
        )


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
