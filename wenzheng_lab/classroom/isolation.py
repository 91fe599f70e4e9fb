"""起隔离进程、同它传话、到时收回它。

学员的代码在那边；判分在这边。那边送来的一切都当作学员写的：只收普通的值，限总量，限时间。
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from wenzheng_lab._files import scratch_folder
from wenzheng_lab._paths import PACKAGE, SHARED_FOLDERS
from wenzheng_lab.classroom import _wire
from wenzheng_lab.classroom._windows_job import limit_process
from wenzheng_lab.course.blank import ____

LAYERS = {
    "limits": "时间、内存、文件大小的限额（操作系统）",
    "files": "看不到其他文件（Linux 内核 Landlock）",
    "network": "不能联网（Linux 内核 seccomp）",
    "processes": "不能开新进程（Linux 内核 seccomp）",
    "guard": "Python 审计钩子：拦平常的读文件、联网、开进程",
    "job": "内存与进程数的限额（Windows 作业对象）",
}
"""隔离的各层"""
STRONG = ("limits", "files", "network", "processes")
"""由内核守着的四层；缺一层，就不该批来路不明的代码"""
_OUTPUT_LIMIT = 16 << 20
"""那边一共最多送来多少字节"""
_MOST_DISK, _MOST_FILES = 200 << 20, 2000
"""临时文件夹里最多写多少字节、多少个文件；超过就停，不让一份作业写满教员的盘"""
_START_GRACE = 20
"""起动、载入最多另给几秒"""
_SYSTEM_READ = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    # DuckDB 起动时看自己能用多少内存，打不开这两样就整个退出
    "/proc/self/cgroup",
    "/sys/fs/cgroup",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """一份作业的限额。"""

    wall_seconds: float = 60.0
    """总共多久（秒）"""
    cell_seconds: float = 10.0
    """一格、函数的一次试用多久（秒）"""
    memory_mb: int = 4096
    """地址空间（MB）；只是占着不用的也算，所以比真用的大得多：载入表格与统计的几个库就要 1 GB 以上"""
    file_mb: int = 5
    """交来的文件最多多大（MB）"""


@dataclass(slots=True)
class Ran:
    """运行一份作业的结果。"""

    values: dict[str, object] = field(default_factory=dict)
    """题号 → 传来的值（``_wire`` 的写法）"""
    errors: dict[str, str] = field(default_factory=dict)
    """格子的编号 → 出了什么错"""
    layers: tuple[str, ...] = ()
    """上好了哪几层锁"""
    stopped: str = ""
    """中途停下的原因；正常为空串"""
    at: str = ""
    """停下时在哪一格"""


class Stopped(Exception):
    """隔离进程没有答话：超时、被停、送得太多。"""


class Session:
    """一份作业的隔离进程；用 ``with``，出来时一定收回。"""

    def __init__(self, limits: Limits, *, files: Mapping[str, bytes] | None = None) -> None:
        self.limits = limits
        """限额"""
        self._deadline = time.monotonic() + limits.wall_seconds + _START_GRACE
        # 目录名里不带人名、作业名：学员的代码看得见它
        self._scratch = ExitStack()
        self.folder = self._scratch.enter_context(scratch_folder())
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        for name, data in (files or {}).items():
            (self.folder / name).write_bytes(data)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-X", "utf8", "-c", _BOOT, str(PACKAGE.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=_environment(self.folder),
            start_new_session=os.name == "posix",
            close_fds=True,
        )
        self._job = limit_process(self._process, limits.memory_mb)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.filled = False
        """是不是因为写得太多停的"""
        self._closing = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, cells: Sequence[Mapping[str, str]]) -> Ran:
        """运行各格。

        Args:
            cells: 各格的 ``id`` 与 ``source``。

        Returns:
            作答的值与各格的错；超时也不抛错，已经传来的照样在里面。
        """
        job = {
            "cells": list(cells),
            "cell_seconds": self.limits.cell_seconds,
            "lock": {
                "read": readable_places(),
                "write": [str(self.folder), os.devnull],
                # 几个线程的时间加在一起算
                "cpu_seconds": int(self.limits.wall_seconds * min(4, os.cpu_count() or 1)) + 1,
                "memory_mb": self.limits.memory_mb,
                "parent": os.getpid(),
            },
        }
        ran = Ran(layers=("job",) if self._job else ())
        try:
            self._send(job)
            # 上锁的那一句在学员的代码运行以前；以后再说的都是学员说的，不信，也不因此多给时间
            first = self._receive().get("layers")
            if isinstance(first, list):
                ran.layers = (*[str(name) for name in first], *ran.layers)
            self._deadline = time.monotonic() + self.limits.wall_seconds
            while True:
                message = self._receive()
                if "question" in message:
                    name = str(message["question"])
                    if "value" in message:
                        ran.values[name] = message["value"]
                    else:
                        ran.errors[name] = str(message.get("error", ""))[:300]
                elif "at" in message:
                    ran.at = str(message["at"])
                elif "cell" in message:
                    ran.errors[str(message["cell"])] = str(message.get("error", ""))[:300]
                elif message.get("done"):
                    return ran
        except Stopped as error:
            ran.stopped = str(error)
        return ran

    def function(self, question: str) -> Callable[..., object]:
        """代替学员的函数：每次调用都传到那边去算。

        Args:
            question: 题号。

        Returns:
            函数；那边出错时抛 ``RuntimeError``。
        """

        def call(*args: object) -> object:
            self._send({"call": question, "args": [_wire.encode(arg) for arg in args]})
            message = self._receive()
            if "result" not in message:
                raise RuntimeError(str(message.get("error", "没有结果"))[:300])
            return _wire.decode(message["result"], _refuse, ____)

        return call

    def close(self) -> None:
        """停掉进程，收走它的临时文件夹。"""
        self._closing.set()
        if os.name == "posix":
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, 9)
        with contextlib.suppress(OSError):
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
        self._reader.join(timeout=5)
        self._scratch.close()

    def _watch(self) -> None:
        """不时看一眼临时文件夹有多大。"""
        while self._process.poll() is None and not self._closing.wait(0.2):
            if _too_much(self.folder):
                self.filled = True
                with contextlib.suppress(OSError):
                    self._process.kill()
                return

    def _send(self, message: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message, ensure_ascii=True).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise Stopped("隔离进程已经停了") from error

    def _receive(self) -> dict[str, Any]:
        left = self._deadline - time.monotonic()
        try:
            line = self._lines.get(timeout=max(left, 0.001))
        except queue.Empty:
            self._process.kill()
            raise Stopped(f"总共超过 {self.limits.wall_seconds:g} 秒") from None
        if line is None:
            if self.filled:
                raise Stopped(f"写的文件超过 {_MOST_DISK >> 20} MB 或 {_MOST_FILES} 个")
            raise Stopped("运行中途断了：内存或时间超过限额，或者进程自己退出了")
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise Stopped("隔离进程送来的话看不懂") from None
        if not isinstance(message, dict):
            raise Stopped("隔离进程送来的话看不懂")
        return message

    def _read(self) -> None:
        """另一个线程里收话，主线程才能限时；送得太多就不再收。"""
        stream = self._process.stdout
        total = 0
        with contextlib.suppress(OSError, ValueError):
            while stream is not None and total < _OUTPUT_LIMIT:
                line = stream.readline(_OUTPUT_LIMIT)
                if not line:
                    break
                total += len(line)
                self._lines.put(line)
        self._lines.put(None)


def _too_much(folder: Path) -> bool:
    """文件夹是不是太大、太多；不跟链接，够了就不再数。"""
    size = count = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > _MOST_FILES:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
        except OSError:
            # 那边正在删、正在改
            continue
    return size > _MOST_DISK


_BOOT = (
    "import sys; root = sys.argv[1]; sys.path.insert(0, root); "
    "from wenzheng_lab.classroom import _runner; sys.path.remove(root); sys.argv[:] = ['']; _runner.main()"
)


def readable_places() -> list[str]:
    """学员的代码可以读的地方：Python 自己、装好的包、本包与它的数据。

    Returns:
        目录与文件；不含个人目录与班级文件夹。
    """
    paths = sysconfig.get_paths()
    places = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    places += [os.path.join(sys.base_prefix, "lib"), sys.base_exec_prefix + "/DLLs", str(PACKAGE)]  # noqa: PTH118
    for folder in SHARED_FOLDERS:
        places += [str(PACKAGE.parent / folder)]
    places += _SYSTEM_READ
    return [path for path in dict.fromkeys(places) if os.path.exists(path)]  # noqa: PTH110


def check_layers() -> tuple[str, ...]:
    """这台机器上得了哪几层。

    Returns:
        ``LAYERS`` 里的名字。
    """
    with Session(Limits(wall_seconds=20)) as session:
        return session.run([]).layers


def _environment(folder: Path) -> dict[str, str]:
    """空的环境：教员的口令、代理、个人目录都不在里面。"""
    kept = {name: os.environ[name] for name in ("SystemRoot", "SYSTEMROOT", "WINDIR") if name in os.environ}
    home = str(folder)
    return {
        **kept,
        "HOME": home,
        "USERPROFILE": home,
        "TMPDIR": home,
        "TEMP": home,
        "TMP": home,
        "WENZHENG_HOME": home,
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": home,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
    }


def _refuse(*_args: object) -> object:
    raise RuntimeError("函数的结果又是函数，不能判")
