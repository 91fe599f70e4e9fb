"""写文件：先写临时文件再改名，断在哪里都不留半个文件；断电、被杀留下的临时文件，下次写时收走。

临时的文件与文件夹都以 ``MARK`` 开头，名字里有是哪台机器的哪个进程：读文件夹的地方照 ``is_temporary`` 跳过它们，
所以半个 parquet、半个笔记本不会被当成成品读进去。
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wenzheng_lab._paths import cache_dir
from wenzheng_lab.errors import WenzhengError, explain

MARK = ".~wz-"
"""临时文件与临时文件夹的名字的开头"""
_STEM, _SUFFIX = 20, 12
"""临时名里留原名的多少字符：中文一个字三个字节，文件名最长 255 字节"""
_FORGOTTEN = 24 * 3600
"""别的机器留下的、认不出主人死活的，多久没有动过才收走（秒）"""
_MINE: set[str] = set()
"""本进程正在用的临时名"""
_SWEPT: set[str] = set()
"""本进程已经收拾过的文件夹"""


def _host() -> str:
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:6]


def _temporary_name(target: Path) -> str:
    name = f"{MARK}{os.getpid()}-{_host()}-{secrets.token_hex(4)}-{target.stem[:_STEM]}{target.suffix[:_SUFFIX]}"
    _MINE.add(name)
    return name


def is_temporary(path: Path) -> bool:
    """是不是写到一半的临时文件；读文件夹时跳过。

    Args:
        path: 文件或文件夹。

    Returns:
        名字以 ``MARK`` 开头为真。

    Examples:
        >>> is_temporary(Path("a/.~wz-1-abc-留言.csv")), is_temporary(Path("留言.csv"))
        (True, False)
    """
    return path.name.startswith(MARK)


def sweep(folder: Path, *, again: bool = False) -> None:
    """收走一个文件夹里没有主人的临时文件；每个进程对每个文件夹只做一次。

    Args:
        folder: 文件夹；没有、读不了时什么也不做。
        again: 做过也再做一次。
    """
    key = str(folder)
    if key in _SWEPT and not again:
        return
    _SWEPT.add(key)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(MARK) and _orphaned(entry):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    # Windows 上正写着的文件删不掉，正好
                    with contextlib.suppress(OSError):
                        os.unlink(entry.path)  # noqa: PTH108


def _orphaned(entry: os.DirEntry[str]) -> bool:
    if entry.name in _MINE:
        return False
    owner, _, rest = entry.name.removeprefix(MARK).partition("-")
    # Windows 的 os.kill 是真的杀，不能用来问死活；那里只看时间
    if owner.isdecimal() and rest.startswith(_host() + "-") and sys.platform != "win32":
        if int(owner) == os.getpid():
            return True
        try:
            os.kill(int(owner), 0)
        except (ProcessLookupError, OverflowError):
            return True
        except OSError:
            pass
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > _FORGOTTEN
    except OSError:
        return False


def long_path(path: Path) -> Path:
    r"""Windows 上超过 260 个字符的路径要加前缀 ``\\?\`` 才打得开。

    Args:
        path: 路径。

    Returns:
        别的系统原样。
    """
    text = str(path)
    if sys.platform != "win32" or len(text) < 200 or text.startswith("\\\\?\\"):
        return path
    full = os.path.abspath(text)  # noqa: PTH100 — pathlib 的 absolute 不去掉 ..，而这个前缀不认 ..
    return Path("\\\\?\\UNC\\" + full[2:] if full.startswith("\\\\") else "\\\\?\\" + full)


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """给出一个同目录的临时路径，写完、落了盘才改名成 ``target``。

    Args:
        target: 最终路径；目录不存在时会建。

    Yields:
        供写入的临时路径，后缀与 ``target`` 相同。

    Raises:
        WenzhengError: 目录建不了、写不进或磁盘已满；信息里写明是哪个目录。
    """
    target = Path(target)
    final = long_path(target)
    temporary: Path | None = None
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        sweep(final.parent)
        temporary = final.parent / _temporary_name(target)
        # 先占住名字：文件夹只读、盘满，还没有花工夫算就说出来
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield temporary
        _to_disk(temporary)
        # 先前只有本人可读；成品按平常文件的权限
        if os.name == "posix":
            temporary.chmod(0o644)
        temporary.replace(final)
    except OSError as error:
        raise unwritable(target, error) from error
    except UnicodeEncodeError as error:
        raise unnameable(error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            _MINE.discard(temporary.name)


def unnameable(error: UnicodeEncodeError) -> WenzhengError:
    """系统的文件名编码写不出中文时的话。

    Args:
        error: Python 说的错。

    Returns:
        要抛出的错误。
    """
    return WenzhengError(
        explain(
            f"这台机器的文件名编码是 {error.encoding}，写不出 {error.object[error.start : error.end][:20]!r}",
            "应为 UTF-8",
            "请先设环境变量 PYTHONUTF8=1（或 LC_ALL=C.UTF-8），再起动 Python",
        )
    )


def unwritable(target: Path, error: OSError) -> WenzhengError:
    """写不进时的话：哪个文件、哪个目录、怎么办。

    Args:
        target: 要写的文件。
        error: 系统说的错。

    Returns:
        要抛出的错误。
    """
    return WenzhengError(
        explain(
            f"写不进 {target}（{error.strerror or error}）",
            f"目录 {target.parent} 应可写且有空余",
            "请换一个目录，或关掉正在打开这个文件的程序（Excel 会锁住文件）再试",
        )
    )


def _to_disk(path: Path) -> None:
    """改名以前先落盘：停电以后不会只剩一个空文件；有的盘到这时才说满了。"""
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    except OSError as error:
        # 有的网络盘不认这一步
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@contextmanager
def scratch_folder(near: Path | None = None) -> Iterator[Path]:
    """临时文件夹，用完收走；程序被杀没有收的，下次收。

    Args:
        near: 建在哪个目录里；不写就在系统的临时目录里。

    Yields:
        空的文件夹。

    Raises:
        WenzhengError: 建不了。
    """
    parent = near if near is not None else Path(tempfile.gettempdir())
    folder = parent / _temporary_name(Path("x"))
    try:
        sweep(parent)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _MINE.discard(folder.name)


@contextmanager
def locked(target: Path, *, wait: float = 10.0) -> Iterator[None]:
    """几个程序要读了再改同一个文件时，一个一个来；程序被杀，锁由系统放开。

    锁是本机缓存目录里的一个空文件，不放在使用者的文件夹里；建不了就不锁。两台电脑同写网络盘上的一个文件，它管不了。

    Args:
        target: 要改的文件。
        wait: 最多等多久（秒）。

    Yields:
        什么也不给。

    Raises:
        WenzhengError: 等了这么久，别的程序还没有写完。
    """
    name = hashlib.sha256(os.fsencode(os.path.realpath(target))).hexdigest()[:24]
    try:
        place = cache_dir() / "locks"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(place / name, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        yield
        return
    try:
        until = time.monotonic() + wait
        while not _take(handle):
            if time.monotonic() >= until:
                raise WenzhengError(
                    explain(f"{target} 正被另一个程序写", "一次只许一个程序写", "请等它写完，或关掉它，再做一次")
                )
            time.sleep(0.02)
        yield
    finally:
        # 关掉句柄就放开了
        os.close(handle)


def _take(handle: int) -> bool:
    """拿锁；别人拿着为假，这里的盘不认锁就当拿到了。"""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def copy_file(source: Path, target: Path) -> None:
    """抄一份；抄到一半断了，原来的还在。

    Args:
        source: 原件。
        target: 抄到哪里。

    Raises:
        WenzhengError: 写不进。
    """
    with atomic_path(target) as temporary:
        shutil.copyfile(long_path(source), temporary)


def write_bytes(target: Path, data: bytes) -> None:
    """写文件，原样的字节。

    Args:
        target: 路径。
        data: 内容。

    Raises:
        WenzhengError: 写不进。
    """
    with atomic_path(target) as path:
        path.write_bytes(data)


def write_text(target: Path, text: str, *, bom: bool = False) -> None:
    r"""写文字文件，UTF-8，换行统一为 ``\\n``。

    Args:
        target: 路径。
        text: 内容；孤立代理项写成问号，不让整个文件写不出来。
        bom: 是否带 BOM（给 Excel 打开的 csv 用）。

    Raises:
        WenzhengError: 写不进。
    """
    write_bytes(target, (b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8", "replace"))
