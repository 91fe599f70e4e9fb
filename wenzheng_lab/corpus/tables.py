"""原始表：不管哪种文件，都读成“行号＋各格”的流。"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Row = tuple[int, Sequence[object]]
"""（使用者在 Excel 或编辑器里看到的行号，各格）"""


@dataclass
class RawTable:
    """一张还没有认过的表。"""

    name: str
    """工作表名；没有工作表的格式为空串"""
    rows: Iterable[Row]
    """表头之前的行也在内，除非 ``header`` 已知"""
    format: str
    """给人看的格式名，如“xlsx”“csv（逗号分隔）”"""
    header: tuple[str, ...] | None = None
    """json、parquet 的列名；表格文件要在行里找表头，为 None"""
    encoding: str = ""
    """文字文件的编码，给人看的名字"""
    unit: str = "行"
    """行号的单位：行，或 json 数组的“项”"""
    notes: list[str] = field(default_factory=list)
    """读的时候发现的事，读完各行才齐"""
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """读不出来的（行号，原因）"""
    replaced: int = 0
    """解码时换成“�”的坏字节处数"""
    close: Callable[[], None] = lambda: None
    """读完或不读了时关掉文件（Windows 上不关就删不掉）"""


# XML 与 Excel 不收的控制字符、孤立代理项、非字符；制表与换行留着
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> tuple[str, int]:
    r"""换掉任何文件都写不下去的字符，并统一换行。

    Args:
        text: 原文。

    Returns:
        （文字，换成“�”的字符数）。

    Examples:
        >>> clean_text("甲\x00乙\r\n丙")
        ('甲�乙\n丙', 1)
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ILLEGAL.search(text):
        return _ILLEGAL.subn("\ufffd", text)
    return text, 0


def peek(rows: Iterable[Row], count: int) -> tuple[list[Row], Iterator[Row]]:
    """先看前几行，不丢掉它们。

    Args:
        rows: 行的流。
        count: 看几行。

    Returns:
        （前几行，从头开始的流）。

    Examples:
        >>> first, again = peek([(1, ["a"]), (2, ["b"])], 1)
        >>> first, [number for number, _ in again]
        ([(1, ['a'])], [1, 2])
    """
    stream = iter(rows)
    first: list[Row] = []
    for row in stream:
        first.append(row)
        if len(first) >= count:
            break

    def again() -> Iterator[Row]:
        yield from first
        yield from stream

    return first, again()
