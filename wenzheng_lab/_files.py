"""写文件：先写临时文件再改名，断在哪里都不留半个文件。"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wenzheng_lab.errors import WenzhengError, explain


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """给出一个同目录的临时路径，写完才改名成 ``target``。

    Args:
        target: 最终路径；目录不存在时会建。

    Yields:
        供写入的临时路径，后缀与 ``target`` 相同。

    Raises:
        WenzhengError: 目录建不了、写不进或磁盘已满；信息里写明是哪个目录。
    """
    target = Path(target)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        # mkstemp 建的文件只有本人可读；成品按平常文件的权限
        if os.name == "posix":
            temporary.chmod(0o644)
        temporary.replace(target)
    except OSError as error:
        raise WenzhengError(
            explain(
                f"写不进 {target}（{error.strerror or error}）",
                f"目录 {target.parent} 应可写且有空余",
                "请换一个目录，或关掉正在打开这个文件的程序（Excel 会锁住文件）再试",
            )
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str, *, bom: bool = False) -> None:
    r"""写文字文件，UTF-8，换行统一为 ``\\n``。

    Args:
        target: 路径。
        text: 内容；孤立代理项写成问号，不让整个文件写不出来。
        bom: 是否带 BOM（给 Excel 打开的 csv 用）。

    Raises:
        WenzhengError: 写不进。
    """
    data = text.encode("utf-8", "replace")
    with atomic_path(target) as path:
        path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + data)
