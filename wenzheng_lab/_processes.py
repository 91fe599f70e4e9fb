"""开几个进程：查参数，定个数。"""

from __future__ import annotations

import os

from wenzheng_lab.errors import InputError, explain, show

MOST = 61
"""至多几个进程：Windows 一次只等得了 61 个，再多标准库就报错；机器有更多的核也用不着"""


def worker_count(rows: int | None, processes: object, *, few: int) -> int:
    """定进程个数。

    Args:
        rows: 几行；不知道为 None。
        processes: 使用者写的个数；None 为自己看着办。
        few: 少于这么多行不开进程。

    Returns:
        进程数，1 到 ``MOST``。

    Raises:
        InputError: 写的不是正整数。

    Examples:
        >>> worker_count(10, None, few=400), worker_count(10, 2, few=400), worker_count(10, 10**40, few=400)
        (1, 2, 61)
    """
    if processes is None:
        return 1 if rows is not None and rows < few else min(MOST, os.cpu_count() or 1)
    if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
        raise InputError(explain(f"processes 是 {show(processes)}", "应为正整数", "不清楚就不要写，程序自己会选"))
    return min(MOST, processes)
