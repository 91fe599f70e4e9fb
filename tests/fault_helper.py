"""半途出事的测试共用：另起一个进程去写，在说定的一步杀掉它；看文件夹里留下什么。"""

from __future__ import annotations

import hashlib
import io
import os
import signal
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from wenzheng_lab._files import is_temporary

_STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATIENCE = 120
"""一个子进程最多多久（秒）"""
DONE, RAISED = 0, 3


def in_child(
    act: Callable[[], object],
    root: Path,
    *,
    die_at: int = 0,
    file_limit: int = 0,
    before: Callable[[], object] | None = None,
) -> tuple[int, int, str]:
    """在分出来的进程里做一件事。

    Args:
        act: 做什么。
        root: 只数这个文件夹里的写。
        die_at: 第几个写的动作（建、改名、删……）之前 ``kill -9``；0 为不杀。
        file_limit: 哪个文件写到这么多字节，系统就当场停掉进程（SIGXFSZ）；0 为不停。
        before: 上锁以前先做的事，如挂一个小盘。

    Returns:
        （退出码，被信号停掉时是负的信号号；数到几个动作；抛出的错误）。
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:  # pragma: no cover  子进程
        code, count = RAISED, [0]
        try:
            os.close(reader)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(_PATIENCE)
            null = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(null, number)
            if before is not None:
                before()
            _count_steps(str(root), count, die_at)
            if file_limit:
                _stop_at(file_limit)
            try:
                act()
                code = DONE
                os.write(writer, str(count[0]).encode())
            except BaseException as error:
                os.write(writer, f"{count[0]}|{type(error).__name__}|{error}".encode("utf-8", "replace")[:60_000])
        finally:
            os._exit(code)
    os.close(writer)
    said = b""
    while piece := os.read(reader, 65536):
        said += piece
    os.close(reader)
    _, status = os.waitpid(child, 0)
    number, _, error = said.decode("utf-8", "replace").partition("|")
    return os.waitstatus_to_exitcode(status), int(number or 0), error


def _count_steps(root: str, count: list[int], die_at: int) -> None:
    def hook(event: str, args: tuple[object, ...]) -> None:
        if event not in _STEPS or not args or not isinstance(args[0], str | bytes | os.PathLike):
            return
        if event == "open" and not (isinstance(args[2], int) and args[2] & _WRITING):
            return
        if os.fsdecode(args[0]).startswith(root):
            count[0] += 1
            if count[0] == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _stop_at(size: int) -> None:
    import resource

    # Python 平时不理 SIGXFSZ；改回系统的做法，写到第 size 个字节就死在那里
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def snapshot(folder: Path) -> dict[str, str]:
    """文件夹里各文件的内容；写到一半的临时文件不算。"""
    return {
        path.relative_to(folder).as_posix(): content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(is_temporary(part) for part in (path, *path.parents))
    }


def leftovers(folder: Path) -> list[str]:
    """留下的临时文件与文件夹。"""
    return sorted(path.name for path in folder.rglob("*") if is_temporary(path))


def content(path: Path) -> str:
    """内容的摘要；zip 一类（xlsx、docx、npz）看里面各份，不看压缩的时刻。"""
    data = path.read_bytes()
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = [(name, archive.read(name)) for name in sorted(archive.namelist())]
        except (zipfile.BadZipFile, OSError, ValueError):
            return f"坏的 zip，{len(data)} 字节"
        data = b"".join(name.encode() + hashlib.sha256(part).digest() for name, part in parts if "core.xml" not in name)
    return hashlib.sha256(data).hexdigest()
