"""数据在哪里：装好的包里，或仓库里。"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from wenzheng_lab.errors import DatasetError, InputError, InputTypeError, explain, show

PACKAGE = Path(__file__).resolve().parent
SHARED_FOLDERS = ("notebooks", "exercises", "datasets")
_UNUSABLE = (errno.ENAMETOOLONG, errno.EINVAL)
"""系统说“太长”“不是合法的名字”；别的毛病（没有、没权限）由读写的地方去说"""


def as_path(value: object, name: str = "path", *, what: str = "文件") -> Path:
    """确认来的是路径，各处读写文件的入口都先过这里。

    只看写法，不管文件在不在。数字、空值、列表、bytes 不当作路径：悄悄建一个叫“3”的文件，谁也找不回来。

    Args:
        value: 任何值。
        name: 参数名，放进错误信息。
        what: 应当是什么的路径。

    Returns:
        路径。

    Raises:
        InputTypeError: 不是文字也不是 ``Path``。
        InputError: 是空的，含系统不收的字符，或太长。

    Examples:
        >>> as_path("资料/导出.xlsx").name
        '导出.xlsx'
        >>> as_path(None)
        Traceback (most recent call last):
        wenzheng_lab.errors.InputTypeError: path 是 NoneType 类型的 None。应为文件的路径。请加引号写成文字。
    """
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str):
        raise InputTypeError(
            explain(
                f"{name} 是 {type(value).__name__} 类型的 {show(value)}",
                f"应为{what}的路径",
                "请加引号写成文字",
            )
        )
    if not text.strip():
        raise InputError(explain(f"{name} 是空的", f"应为{what}的路径", "请写明"))
    try:
        if "\0" in text:
            raise ValueError
        os.fsencode(text)
        os.lstat(text)
    except OSError as error:
        if error.errno in _UNUSABLE:
            raise InputError(
                explain(
                    f"{name} 写成 {show(text)}（{error.strerror}）",
                    "应为系统收得下的文件名，通常一段不超过 255 字节（约 80 个汉字）",
                    "请改短一些，不用 \\ / : * ? 之类的符号",
                )
            ) from error
    except ValueError as error:  # 含 NUL、孤立代理项；后者的 UnicodeEncodeError 也是 ValueError
        raise InputError(
            explain(f"{name} 里有系统不收的字符：{show(text)}", "应为平常的文件名", "请重新输入文件名，不要从别处粘贴")
        ) from error
    return Path(text)


def share_dir(folder: str) -> Path:
    """课程、练习或数据集所在的目录。

    装成 wheel 时在包内 ``_share``，在仓库里开发时在仓库根目录。

    Args:
        folder: ``notebooks``、``exercises`` 或 ``datasets``。

    Returns:
        存在的目录。

    Raises:
        DatasetError: 两处都没有；信息里列出找过的地方。
    """
    tried = [PACKAGE / "_share" / folder, PACKAGE.parent / folder]
    for path in tried:
        if path.is_dir():
            return path
    raise DatasetError(
        explain(
            f"找不到 {folder}",
            "应在：" + "、".join(str(path) for path in tried),
            "请重新安装 wenzheng-lab；用源码时请在仓库目录里运行",
        )
    )


def cache_dir() -> Path:
    """本机缓存目录，只放可以重做的东西；建不了时退到临时目录里自己的一格。"""
    import platformdirs

    for path in (
        Path(platformdirs.user_cache_dir("wenzheng-lab", appauthor=False)),
        Path(tempfile.gettempdir()) / f"wenzheng-lab-{os.getuid() if hasattr(os, 'getuid') else 'user'}",
    ):
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(path, os.W_OK):
            return path
    return Path(tempfile.mkdtemp(prefix="wenzheng-lab-"))
