"""一次读许多文件：文件夹与 zip。"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from wenzheng_lab.corpus.sources import SUFFIXES, kind_of
from wenzheng_lab.errors import ReadError, explain

_MOST_BYTES = 4 << 30
"""压缩包解开后的总量上限：再大的多半是压缩炸弹，该直接给解开的文件夹"""


@dataclass
class Several:
    """要一起读的文件。"""

    files: list[tuple[str, Path]] = field(default_factory=list)
    """（给人看的名字，路径）"""
    notes: list[str] = field(default_factory=list)
    """没有看的文件等"""


def members(folder: Path) -> Several:
    """文件夹里该读的文件，含子文件夹，按名字排。

    Args:
        folder: 文件夹。

    Returns:
        各文件；隐藏文件与 Excel 的锁文件不算。
    """
    out = Several()
    others = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        if path.suffix.lower() in SUFFIXES:
            out.files.append((path.relative_to(folder).as_posix(), path))
        else:
            others += 1
    if others:
        out.notes.append(f"文件夹里另有 {others} 个不是表格的文件，没有看")
    return out


def unpack(path: Path, folder: Path) -> Several | None:
    """把 zip 里该读的文件解到临时文件夹。

    Args:
        path: 文件。
        folder: 临时文件夹。

    Returns:
        各文件；``path`` 不是装着表格的 zip（例如它就是 xlsx）时为 None。

    Raises:
        ReadError: zip 坏了、有密码、解开太大。
    """
    if kind_of(path) != "zip":
        return None
    out = Several()
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if any(info.filename == "[Content_Types].xml" for info in infos):
                return None
            if sum(info.file_size for info in infos) > _MOST_BYTES:
                raise ReadError(explain(f"{path.name} 解开后超过 4 GB", "", "请先解开，再把文件夹交来"))
            for n, info in enumerate(infos):
                name = _name(info)
                inner = PurePosixPath(name)
                if inner.name.startswith((".", "~$")) or "__MACOSX" in inner.parts:
                    continue
                if inner.suffix.lower() not in SUFFIXES:
                    out.notes.append(f"{name} 不是表格，没有看")
                    continue
                # 只用序号起名：压缩包里的路径可能带 ../
                target = folder / f"{n:05d}{inner.suffix.lower()}"
                with archive.open(info) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
                out.files.append((name, target))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ReadError(
            explain(f"{path.name} 是坏的压缩包（{error}）", "应为完好的 zip 或 xlsx", "请重新导出或重新下载")
        ) from error
    except RuntimeError as error:  # zipfile 对加密成员抛 RuntimeError
        raise ReadError(explain(f"{path.name} 有密码", "应为没有密码的 zip", "请先解开，再把文件夹交来")) from error
    return out


def _name(info: zipfile.ZipInfo) -> str:
    """Windows 压的包常把 GBK 的文件名当 cp437 存；没有 UTF-8 标记时换回来。"""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
