"""JupyterHub 给每位学员起的服务：先复制课程，再用中文界面打开学到的那一课。

配置在 ``docs/jupyterhub``；只由 JupyterHub 起，不是给学员用的命令。学员改过的文件一概不动。
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from wenzheng_lab import _copy, _lab
from wenzheng_lab.errors import WenzhengError

MEMORY = "WENZHENG_MEMORY_MB"
"""环境变量：学员的每个进程最多用多少内存（MB）"""


def main() -> None:
    """备好学习文件夹，换成 JupyterHub 的单人服务。"""
    folder = Path.home() / _copy.FOLDER_NAME
    try:
        _copy.copy_course(folder)
    except WenzhengError as error:
        # 盘满、没有权限：照样打开，让学员看得见自己的文件
        print(error, file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    state = _lab.state_dir()
    os.environ.update(_lab.jupyter_environment(state))
    _lab.register_kernel(state)
    _lab.trust_course(state)
    os.environ.setdefault("JUPYTERHUB_DEFAULT_URL", _lab.lesson_path(folder))
    os.environ["WENZHENG_HOME"] = str(folder)
    limit_memory(os.environ.get(MEMORY, ""))
    os.chdir(folder)
    arguments = [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:], f"--ServerApp.root_dir={folder}"]
    os.execv(sys.executable, arguments)


def limit_memory(megabytes: str) -> None:
    """给自己和以后的子进程设内存上限；内核起的每个进程各算各的。

    Args:
        megabytes: 多少 MB；空串、不是数为不设。
    """
    if not megabytes.isdigit():
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20, int(megabytes) << 20))


if __name__ == "__main__":
    main()
