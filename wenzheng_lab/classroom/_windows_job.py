"""Windows 上的限额：作业对象管内存与进程数，句柄一关，里面的进程都停。

这里的调用照微软文档写，没有在 Windows 上运行过；上不了锁就返回 False，限时仍由外面管。
"""

from __future__ import annotations

import ctypes
import subprocess
import sys

_EXTENDED = 9
_ACTIVE_PROCESS, _PROCESS_MEMORY, _KILL_ON_CLOSE = 0x8, 0x100, 0x2000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("Basic", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def limit_process(process: subprocess.Popen[bytes], memory_mb: int) -> int:
    """把刚起的进程放进作业对象；那边要等到收了活才运行学员的代码，所以来得及。

    Args:
        process: 进程。
        memory_mb: 内存（MB）。

    Returns:
        作业对象的句柄；不是 Windows，或没有做成，为 0。
    """
    if sys.platform != "win32":
        return 0
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return 0
    limits = _Extended()
    limits.Basic.LimitFlags = _ACTIVE_PROCESS | _PROCESS_MEMORY | _KILL_ON_CLOSE
    limits.Basic.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = memory_mb << 20
    handle = ctypes.c_void_p(job)
    done = kernel.SetInformationJobObject(
        handle, _EXTENDED, ctypes.byref(limits), ctypes.sizeof(limits)
    ) and kernel.AssignProcessToJobObject(handle, ctypes.c_void_p(int(process._handle)))
    if not done:
        kernel.CloseHandle(handle)
        return 0
    return int(job)
