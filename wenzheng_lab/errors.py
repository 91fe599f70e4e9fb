"""错误：说清来了什么、应当是什么、怎么办。"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WenzhengError(Exception):
    """本包一切错误的父类；首行就是给使用者看的话。"""


class InputError(WenzhengError, ValueError):
    """交来的文字、数字或表格不合要求。"""


class InputTypeError(WenzhengError, TypeError):
    """交来的东西种类不对，例如答复是一个数字。"""


class RuleFileError(WenzhengError, ValueError):
    """规则文件写错；首行是“文件名:行号: 错在哪里”。"""


class DatasetError(WenzhengError, LookupError):
    """找不到数据或练习；信息里列出找过的地方。"""


class ReadError(WenzhengError, ValueError):
    """表格读不出来；信息里有文件名，能定位时有行号。"""


class CalendarRangeError(WenzhengError, ValueError):
    """日期超出已公布放假安排的年份。"""


def explain(came: str, expected: str, todo: str) -> str:
    """拼成三段式的错误信息。

    Args:
        came: 来了什么。
        expected: 应当是什么。
        todo: 使用者下一步怎么办。

    Returns:
        三段连成的一行文字，每段以句号结束。

    Examples:
        >>> explain("种子是 'a'", "应为整数", "请写成 seed=7")
        "种子是 'a'。应为整数。请写成 seed=7。"
    """
    return "".join(part if part[-1] in "。？！" else part + "。" for part in (came, expected, todo) if part)


def suggest(word: str, choices: Iterable[str]) -> str:
    """找最像的可用写法，没有时给出空串。

    Args:
        word: 使用者写的词。
        choices: 可用的词。

    Returns:
        ``是不是想写“…”？`` 或空串。

    Examples:
        >>> suggest("mesage", ["message", "why"])
        '是不是想写“message”？'
        >>> suggest("完全不同", ["message"])
        ''
    """
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"是不是想写“{close[0]}”？" if close else ""


def show(value: object, limit: int = 40) -> str:
    """把来的值缩短成一行，放进错误信息。

    Args:
        value: 任何值。
        limit: 最多显示的字符数。

    Returns:
        ``repr`` 的前 ``limit`` 个字符。

    Examples:
        >>> show("a" * 100, limit=5)
        "'aaaa…"
    """
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "…"
