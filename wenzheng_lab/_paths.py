"""数据在哪里：装好的包里，或仓库里。"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from wenzheng_lab.errors import DatasetError, explain

PACKAGE = Path(__file__).resolve().parent
SHARED_FOLDERS = ("notebooks", "exercises", "datasets")


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
