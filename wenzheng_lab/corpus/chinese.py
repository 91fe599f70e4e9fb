"""繁体换简体：要求时才换，用 OpenCC 的 t2s（只换字，不换用词）。"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

from wenzheng_lab.errors import ReadError, explain


@functools.cache
def simplifier() -> Callable[[str], str]:
    """繁体换简体的函数。

    Returns:
        文字到文字；本来是简体的不变。

    Raises:
        ReadError: 没有装 OpenCC。

    Examples:
        >>> simplifier()("頭髮、發展、乾淨、乾隆、皇后、後面")
        '头发、发展、干净、乾隆、皇后、后面'
    """
    try:
        opencc = importlib.import_module("opencc")
    except ImportError as error:
        raise ReadError(
            explain("要把繁体换成简体，本机没有装 OpenCC", "", "请运行 pip install opencc，或去掉 simplify")
        ) from error
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert
