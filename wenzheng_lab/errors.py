"""错误：说清来了什么、应当是什么、怎么办。"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TypeVar

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
T = TypeVar("T")


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
    text = "".join(part if part[-1] in "。？！" else part + "。" for part in (came, expected, todo) if part)
    # 错误信息要能打印、能写进文件：文件名、列名里的控制字符与孤立代理项写成转义
    return _UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape", "backslashreplace").decode(), text)


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


def require_kind(value: object, kind: type[T], name: str, expected: str, todo: str) -> T:
    """确认来的是这一种，否则给出三段式错误。

    Args:
        value: 任何值。
        kind: 应当是的种类。
        name: 参数名，放进错误信息。
        expected: 应当是什么，给人看的话。
        todo: 怎么办。

    Returns:
        原样的值。

    Raises:
        InputTypeError: 不是这一种。

    Examples:
        >>> require_kind(3, str, "kind", "应为文字", "请加引号")
        Traceback (most recent call last):
        wenzheng_lab.errors.InputTypeError: kind 是 int 类型的 3。应为文字。请加引号。
    """
    if not isinstance(value, kind):
        raise InputTypeError(explain(f"{name} 是 {type(value).__name__} 类型的 {show(value)}", expected, todo))
    return value


def require_whole(name: str, value: object, *, least: int | None = None) -> int:
    """确认是整数。

    Args:
        name: 参数名。
        value: 来的值；numpy 的整数也行，真假不算整数。
        least: 最小值。

    Returns:
        整数。

    Raises:
        InputTypeError: 不是整数。
        InputError: 太小。

    Examples:
        >>> require_whole("seed", None)
        Traceback (most recent call last):
        wenzheng_lab.errors.InputTypeError: 种子 seed是 NoneType 类型的 None。应为整数。请写成 seed=7。
    """
    title = {"n": "封数 n", "seed": "种子 seed"}.get(name, name)
    example = {"n": "请写成 n=200", "seed": "请写成 seed=7"}.get(name, f"如 {name}={max(10, least or 0)}")
    whole = value if isinstance(value, int) and not isinstance(value, bool) else getattr(value, "__index__", None)
    if whole is None or isinstance(value, bool):
        raise InputTypeError(explain(f"{title}是 {type(value).__name__} 类型的 {show(value)}", "应为整数", example))
    number = value if isinstance(value, int) else int(whole())  # type: ignore[operator]
    if least is not None and number < least:
        raise InputError(explain(f"{title}是 {number}", f"应为不小于 {least} 的整数", example))
    return number


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
    try:
        text = repr(value)
    except Exception:  # 套得太深的、``repr`` 写坏的，也要说得出来的是什么
        text = f"{type(value).__name__}（显示不出来）"
    return text if len(text) <= limit else text[:limit] + "…"
