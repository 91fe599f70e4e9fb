"""运行学员的代码：限时、不外泄打印、出错时用平常话说明。

不是安全的隔离：批改全班的作业由 ``wenzheng class`` 另起进程。这里只防写错：死循环、改坏参数、满屏的警告。
"""

from __future__ import annotations

import builtins
import contextlib
import io
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from copy import deepcopy
from types import FrameType
from typing import Any

SECONDS = 5.0
"""一次试用最多跑多久（秒）；正常的一次不到百分之一秒"""
_SOURCE = "<您的代码>"
_SAYS: tuple[tuple[type[BaseException], str], ...] = (
    (ZeroDivisionError, "除以了零：分母是 0 的时候要先想好给什么"),
    (KeyError, "没有这个键：{said}。先看看每一行有哪些键"),
    (IndexError, "列表没有那么长：空的时候也取了第一个"),
    (ModuleNotFoundError, "没有安装这个包：{said}"),
    (NameError, "有个名字没有定义：{said}"),
    (AttributeError, "它没有这个属性：{said}"),
    (RecursionError, "不停地调用自己，停不下来"),
    (TypeError, "类型对不上：{said}"),
    (ValueError, "值不合适：{said}"),
    (MemoryError, "占的内存太多"),
    (SystemExit, "代码里叫停了程序；去掉 exit、quit"),
    (KeyboardInterrupt, "运行被停下来了"),
)


class TooLong(BaseException):
    """跑得太久。不是 ``Exception``：学员的 ``except Exception`` 接不住它，循环才停得下来。"""


class CodeError(ValueError):
    """交来的文字不成代码，或没有定义要的函数；信息可以直接给学员看。"""


def define(text: str, name: str) -> Callable[..., object]:
    r"""由代码的文字得到函数。

    Args:
        text: 学员写的代码，里面用 ``def`` 定义了函数。
        name: 函数名。

    Returns:
        函数。

    Raises:
        CodeError: 语法不对、运行不到底，或没有定义这个名字。

    Examples:
        >>> define("def double(x):\n    return 2 * x", "double")(4)
        8
    """
    names: dict[str, object] = {"__name__": "answer", "__builtins__": builtins}
    try:
        code = compile(text, _SOURCE, "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"第 {line} 行" if line else "代码"
        raise CodeError(f"{where}写得不合语法：看看括号、冒号、缩进，标点是不是全角的") from error
    try:
        run(lambda: exec(code, names), ())
    except (TooLong, Exception, SystemExit) as error:
        raise CodeError(explain(error)) from error
    found = names.get(name)
    if not callable(found):
        raise CodeError(f"代码里没有函数 {name}；要用 def {name}(...) 来定义，名字一字不差")
    return found


def run(function: Callable[..., object], args: tuple[object, ...], *, seconds: float | None = SECONDS) -> object:
    """运行一次，限时，不让打印和警告跑到反馈外面去。

    Args:
        function: 学员的函数。
        args: 参数；限时的时候给的是抄本，函数改了也不影响下一次。
        seconds: 最多跑多久（秒）。只拦得住 Python 的循环，拦不住一次很长的 C 运算；None 为不限。

    Returns:
        函数的结果。

    Raises:
        TooLong: 跑得太久。

    Examples:
        >>> run(sorted, ([3, 1, 2],))
        [1, 2, 3]
    """
    sink = io.StringIO()
    before, end = sys.gettrace(), time.monotonic() + (seconds or 0)

    def watch(_frame: FrameType, _event: str, _value: object) -> Any:
        if time.monotonic() > end:
            raise TooLong
        return watch

    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if seconds is None:
            return function(*args)
        sys.settrace(watch)
        try:
            return function(*deepcopy(args))
        finally:
            sys.settrace(before)


def explain(error: BaseException) -> str:
    """出了什么错，用平常话说，带上在第几行。

    Args:
        error: 学员的代码抛的错。

    Returns:
        一句话，末尾没有句号。

    Examples:
        >>> explain(ZeroDivisionError("division by zero"))
        '除以了零：分母是 0 的时候要先想好给什么'
    """
    if isinstance(error, CodeError):
        return str(error)
    said = _first_line(error)
    if isinstance(error, TooLong):
        text = f"跑了 {SECONDS:g} 秒还没有完，多半是循环停不下来"
    else:
        text = next((says for kind, says in _SAYS if isinstance(error, kind)), f"{type(error).__name__}：{{said}}")
        text = text.replace("{said}", said)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _SOURCE]
    return f"第 {lines[-1]} 行：{text}" if lines else text


def _first_line(error: BaseException) -> str:
    """学员的类连 ``str`` 都可能写错。"""
    try:
        return (str(error).splitlines() or ["没有说明"])[0][:120]
    except Exception:
        return "没有说明"
