"""把课程复制到学习文件夹：学员改过的文件一概不覆盖。

交付过什么记在 ``.wenzheng/manifest.json``（每个文件交付时的 sha256）。文件与交付时一字不差，可以换成新版；
改过的留着，新版放在旁边，名为 ``….新版.ipynb``。运行过的笔记本带着学员的输出，也算改过。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab import __version__, _course_files
from wenzheng_lab._files import atomic_path, write_text
from wenzheng_lab.errors import WenzhengError, explain

if TYPE_CHECKING:
    import argparse

FOLDER_NAME = "问政实训"
MANIFEST = Path(".wenzheng") / "manifest.json"
MANIFEST_VERSION = 1
NEW_MARK = "新版"


@dataclass(frozen=True, slots=True)
class Delivery:
    """一次复制的结果；各项是相对学习文件夹的路径，用 ``/`` 分隔。"""

    folder: Path
    """学习文件夹"""
    added: tuple[str, ...]
    """新放进去的"""
    updated: tuple[str, ...]
    """学员没有改过、换成新版的"""
    kept: tuple[str, ...]
    """学员改过、原样留着的"""
    beside: tuple[str, ...]
    """学员改过而课程又有新版，放在旁边的新版"""

    def summary(self) -> str:
        """给学员看的说明，一行一件事。"""
        lines = [f"学习文件夹：{self.folder}"]
        if self.added:
            lines.append(f"放入 {len(self.added)} 个文件。")
        if self.updated:
            lines.append(f"更新 {len(self.updated)} 个您没有改过的文件。")
        if self.kept:
            lines.append(f"保留 {len(self.kept)} 个您改过的文件，内容未动。")
        if self.beside:
            lines.append("下列文件您改过，课程又有新版；新版放在旁边，您的文件未动：")
            lines += [f"  {name}" for name in self.beside]
        return "\n".join(lines)


@dataclass(slots=True)
class _Manifest:
    path: Path
    files: dict[str, str] = field(default_factory=dict)
    """相对路径 → 交付时的 sha256"""
    offered: dict[str, str] = field(default_factory=dict)
    """相对路径 → 已经放在旁边的新版的 sha256；学员把它删了也不再放"""

    @classmethod
    def read(cls, path: Path) -> _Manifest:
        # 清单丢了或坏了：当作什么都没有交付过，于是凡不同的都算学员改过，最坏是多放一份新版
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls(path)
        if not isinstance(data, dict) or data.get("version") != MANIFEST_VERSION:
            return cls(path)
        return cls(path, _hashes(data.get("files")), _hashes(data.get("offered")))

    def write(self) -> None:
        data = {
            "version": MANIFEST_VERSION,
            "course": __version__,
            "files": dict(sorted(self.files.items())),
            "offered": dict(sorted(self.offered.items())),
        }
        write_text(self.path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _hashes(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, dict) else {}


def default_folder() -> Path:
    """学习文件夹：当前目录已是学习文件夹时就用它，否则是个人目录下的“问政实训”。"""
    here = Path.cwd()
    return here if (here / MANIFEST).is_file() else Path.home() / FOLDER_NAME


def copy_course(folder: Path) -> Delivery:
    """把课程复制到学习文件夹，学员改过的文件不动。

    Args:
        folder: 学习文件夹；没有会建。

    Returns:
        ``Delivery``：放入、更新、保留了哪些文件。

    Raises:
        WenzhengError: 文件夹是一个文件、写不进，或课程没有随包安装。
    """
    folder = folder.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise WenzhengError(explain(f"{folder} 是一个文件", "学习文件夹应是文件夹", "请用 --folder 换一个位置"))
    manifest = _Manifest.read(folder / MANIFEST)
    done: dict[str, list[str]] = {"added": [], "updated": [], "kept": [], "beside": []}
    try:
        for name, data in _course_files.course_files():
            for kind, path in _deliver(folder, name, data, manifest):
                done[kind].append(path)
    finally:
        # 半路失败也记下已交付的，下次好接着做
        manifest.write()
    return Delivery(folder, *(tuple(done[kind]) for kind in ("added", "updated", "kept", "beside")))


def _deliver(folder: Path, name: str, data: bytes, manifest: _Manifest) -> Iterator[tuple[str, str]]:
    new = hashlib.sha256(data).hexdigest()
    current = _digest(folder / name)
    if current == new:
        manifest.files[name] = new
    elif current is None or current == manifest.files.get(name):
        _write(folder / name, data)
        manifest.files[name] = new
        yield ("added" if current is None else "updated"), name
    else:
        yield "kept", name
        if new not in (manifest.files.get(name), manifest.offered.get(name)):
            place = _place_beside(folder, name, new, manifest)
            _write(folder / place, data)
            manifest.offered[name] = manifest.files[place] = new
            yield "beside", place


def _place_beside(folder: Path, name: str, new: str, manifest: _Manifest) -> str:
    """放新版的位置；上一份新版也被改过时另起一个名字。"""
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while True:
        place = f"{stem}.{NEW_MARK}{number if number > 1 else ''}{dot}{suffix}"
        if _digest(folder / place) in (None, new, manifest.files.get(place)):
            return place
        number += 1


def _digest(path: Path) -> str | None:
    """文件现在的 sha256；没有这个文件时是 None。"""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WenzhengError(
            explain(
                f"读不了 {path}（{error.strerror or error}）",
                "它应是课程里的一个文件",
                "请关掉正在打开它的程序，或把它改名、移走，再试一次",
            )
        ) from error


def _write(path: Path, data: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记 ``wenzheng copy`` 的参数。"""
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="目录",
        help=f"学习文件夹；默认是个人目录下的“{FOLDER_NAME}”，当前目录已是学习文件夹时用当前目录",
    )


def run(args: argparse.Namespace) -> int:
    """``wenzheng copy``：只复制，不打开。"""
    print(copy_course(args.folder or default_folder()).summary())
    return 0
