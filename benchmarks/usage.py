"""量用度：进程占过的最多内存、处理器时间、机器有多忙。没有这些模块的系统（Windows）给 NaN，别的照量。"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAN = float("nan")
_UNIT = 2**20 if sys.platform == "darwin" else 1024
"""``ru_maxrss`` 的单位：Linux 是 KB，macOS 是字节"""


def peak_mb(*, children: bool = False) -> float:
    """占过的最多内存（MB）；``children`` 为真是已结束的子进程里最多的一个。"""
    if sys.platform == "linux" and not children:
        # ru_maxrss 会把起动它的那个进程的也算上
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), NAN)
    try:
        import resource
    except ImportError:
        return NAN
    return resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF).ru_maxrss / _UNIT


def cpu_seconds(*, children: bool = False) -> float:
    """用去的处理器时间（秒）；``children`` 为真是已结束的子进程合计。"""
    try:
        import resource
    except ImportError:
        used = os.times()
        # Windows 不记子进程的
        return NAN if children else used.user + used.system
    usage = resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def load() -> float:
    """一分钟的平均负载。"""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else NAN
