"""收来的文件夹或 zip 里有哪些文件：只读出来，不往别处写，所以越界的路径写不到任何地方。"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._files import is_temporary, long_path
from wenzheng_lab.classroom.problems import Problem
from wenzheng_lab.errors import InputError, explain

_SKIP = re.compile(
    r"(?:^|/)(?:__MACOSX|\.ipynb_checkpoints|\.git|\.DS_Store|Thumbs\.db|desktop\.ini|~\$[^/]*|\._[^/]*)(?:/|$)"
)
_PACKED = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
_DEEP = 2
"""zip 里的 zip 最多开几层：平台导出的全班 zip 里，常有每人一个 zip"""
_ENTRIES = 20_000
_TOTAL_MB = 2048
"""一次收件最多读出多少（MB）：防压缩炸弹"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """收来的一个文件。"""

    parts: tuple[str, ...]
    """它在收来的文件夹或 zip 里的各级名字，由外到里"""
    data: bytes
    """内容；太大的只有开头"""
    modified: float
    """修改时间（秒）；几份里用最新的一份"""
    problem: Problem | None = None
    """取不出来的原因"""

    @property
    def name(self) -> str:
        """文件名。"""
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """给人看的位置。"""
        return "/".join(self.parts)


def read_arrivals(source: Path, *, file_mb: int) -> Iterator[Arrival]:
    """逐个读出收来的文件。

    Args:
        source: 文件夹、zip，或单个文件。
        file_mb: 一个文件最多多大（MB）；更大的不读内容。

    Yields:
        各个文件，按名字排列；坏的、加密的、越界的带着原因。

    Raises:
        InputError: 没有这个路径。
    """
    source = source.expanduser().absolute()
    budget = [_TOTAL_MB << 20, _ENTRIES]
    top = long_path(source)
    if top.is_dir():
        for folder, names, files in os.walk(top):
            names.sort()
            for name in sorted(files):
                path = Path(folder, name)
                parts = path.relative_to(top).parts
                if _SKIP.search("/".join(parts)) or is_temporary(path):
                    continue
                if path.is_symlink():
                    # 链接可以指到教员自己的文件：不跟过去
                    yield Arrival(parts, b"", 0.0, Problem.of("unsafe_path", path="/".join(parts)[:80]))
                    continue
                yield from _file(parts, long_path(path), file_mb, budget)
    elif top.is_file():
        yield from _file((source.name,), top, file_mb, budget)
    else:
        raise InputError(explain(f"没有 {source}", "应是收来的文件夹或 zip", "请查路径；有空格的路径要加引号"))


def _file(parts: tuple[str, ...], path: Path, file_mb: int, budget: list[int]) -> Iterator[Arrival]:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return
        big = state.st_size > file_mb << 20
        if path.suffix.lower() == ".zip":
            with path.open("rb") as file:
                yield from _zip(parts, file, state.st_mtime, file_mb, budget, _DEEP)
            return
        with path.open("rb") as file:
            data = file.read(1024 if big else -1)
    except OSError as error:
        yield Arrival(parts, b"", 0.0, Problem.of("bad_zip" if path.suffix.lower() == ".zip" else "broken"))
        del error
        return
    yield _arrival(parts, data, state.st_mtime, state.st_size, file_mb)


def _arrival(parts: tuple[str, ...], data: bytes, modified: float, size: int, file_mb: int) -> Arrival:
    suffix = Path(parts[-1]).suffix.lower()
    problem = None
    if size > file_mb << 20:
        problem = Problem.of("too_large", size=f"{size / 2**20:.1f} MB", limit=f"{file_mb} MB")
    elif suffix in _PACKED:
        problem = Problem.of("archive_kind", suffix=suffix)
    return Arrival(parts, data, modified, problem)


def _zip(
    parts: tuple[str, ...], file: io.BufferedIOBase, modified: float, file_mb: int, budget: list[int], deep: int
) -> Iterator[Arrival]:
    try:
        with zipfile.ZipFile(file) as archive:
            for info in sorted(archive.infolist(), key=_zip_name):
                if info.is_dir():
                    continue
                budget[1] -= 1
                if budget[1] < 0:
                    yield Arrival(
                        parts, b"", modified, Problem.of("too_large", size="太多文件", limit=f"{_ENTRIES} 个")
                    )
                    return
                yield from _entry(parts, archive, info, file_mb, budget, deep)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError, zlib.error, EOFError):
        yield Arrival(parts, b"", modified, Problem.of("bad_zip"))


def _entry(
    parts: tuple[str, ...], archive: zipfile.ZipFile, info: zipfile.ZipInfo, file_mb: int, budget: list[int], deep: int
) -> Iterator[Arrival]:
    name = _zip_name(info)
    if _SKIP.search(name):
        return
    inner = tuple(piece for piece in name.split("/") if piece not in ("", "."))
    when = _zip_time(info)
    if _escapes(name) or not inner or stat.S_ISLNK(info.external_attr >> 16):
        yield Arrival((*parts, *(inner or ("?",))), b"", when, Problem.of("unsafe_path", path=name[:80]))
        return
    here = (*parts, *inner)
    if info.flag_bits & 0x1:
        yield Arrival(here, b"", when, Problem.of("encrypted"))
        return
    packed = inner[-1].lower().endswith(".zip")
    limit = (64 if packed else file_mb) << 20
    # 不信目录里写的大小：读到上限为止
    try:
        with archive.open(info) as entry:
            data = entry.read(limit + 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, EOFError):
        yield Arrival(here, b"", when, Problem.of("broken"))
        return
    budget[0] -= len(data)
    if len(data) > limit or budget[0] < 0:
        size = f"{max(info.file_size, len(data)) / 2**20:.1f} MB"
        yield Arrival(here, data[:1024], when, Problem.of("too_large", size=size, limit=f"{limit >> 20} MB"))
        return
    if packed and deep > 1:
        yield from _zip(here, io.BytesIO(data), when, file_mb, budget, deep - 1)
        return
    yield _arrival(here, data, when, len(data), file_mb)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Windows 压缩的中文名常是 GBK，标准库当成 cp437 读；读回来。"""
    name = info.orig_filename if hasattr(info, "orig_filename") else info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding) if raw else name
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/").split("\0")[0]


def _escapes(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or bool(re.match(r"[A-Za-z]:", name))


def _zip_time(info: zipfile.ZipInfo) -> float:
    from datetime import datetime

    try:
        return datetime(*info.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
