"""起动中文 JupyterLab：只听本机，带口令，不访问外网，不动学员自己的 Jupyter 设置。

语言、更新检查等设置是包里 ``_jupyter/`` 下的数据，经环境变量交给我们起动的这一个 JupyterLab；学员在界面里改的
偏好、运行时的口令文件，放在本机用户数据目录里属于我们的一格。
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from wenzheng_lab import __version__, _copy, _paths
from wenzheng_lab._course_files import FIRST_LESSON, course_files
from wenzheng_lab._files import write_text
from wenzheng_lab.errors import WenzhengError, explain

if TYPE_CHECKING:
    import argparse

CONFIG = _paths.PACKAGE / "_jupyter"
"""随包的 Jupyter 设置：中文界面，不查更新，不取新闻"""
LOOPBACK = "127.0.0.1"


def state_dir() -> Path:
    """放界面偏好、内核登记与口令文件的目录，只有本人可读；建不了时用缓存目录。"""
    import platformdirs

    path = Path(platformdirs.user_data_dir("wenzheng-lab", appauthor=False)) / "jupyter"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(path, os.W_OK)
    except OSError:
        writable = False
    return path if writable else _paths.cache_dir() / "jupyter"


def jupyter_environment(state: Path) -> dict[str, str]:
    """起动 JupyterLab 要加的环境变量。

    Args:
        state: 放我们这个 JupyterLab 的偏好与内核登记的目录。

    Returns:
        变量名 → 值；只用于我们起动的进程。
    """
    return {
        # 先读随包的设置，再读学员在我们界面里改的；不读、不写学员平时的 ~/.jupyter
        "JUPYTER_CONFIG_PATH": str(CONFIG),
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        # 内核一定是正在运行的这个 Python：学员电脑上别的 python3 内核里没有这门课
        "JUPYTER_PATH": str(state / "kernel"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "config" / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "config" / "lab" / "workspaces"),
    }


def register_kernel(state: Path) -> None:
    """登记内核：就是正在运行的这个 Python。

    Args:
        state: 同 ``jupyter_environment``。
    """
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "--log-level=40", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    write_text(
        state / "kernel" / "kernels" / "python3" / "kernel.json",
        json.dumps(spec, ensure_ascii=False, indent=1) + "\n",
    )


def trust_course(state: Path) -> None:
    """把随包的课文记为可信，界面才会照原样显示存好的卡片。

    只认内容：学员收到的别人改过的同名文件不在此列。

    Args:
        state: 同 ``jupyter_environment``。
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    data_dir = state / "data"
    # 记不下来不妨碍上课：界面只是先不显示存好的卡片，运行一遍就有
    with contextlib.suppress(OSError, sqlite3.Error):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        notary = NotebookNotary(data_dir=str(data_dir))
        for name, data in course_files():
            if name.endswith(".ipynb"):
                notary.sign(nbformat.reads(data.decode("utf-8"), as_version=4))
        notary.store.close()


def server_arguments(
    folder: Path, *, token: str, port: int | None = None, browser: bool = True, extra: Sequence[str] = ()
) -> list[str]:
    """交给 JupyterLab 的参数。

    Args:
        folder: 学习文件夹，也是 JupyterLab 里看得到的最上层。
        token: 口令。
        port: 端口；默认由 Jupyter 从 8888 起找空的。
        browser: 是否打开浏览器。
        extra: 使用者另加的 Jupyter 参数，排在最后，优先。

    Returns:
        参数表。
    """
    arguments = [
        f"--ServerApp.ip={LOOPBACK}",
        f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={token}",
        f"--LabApp.default_url={lesson_path(folder)}",
        f"--ServerApp.open_browser={browser}",
    ]
    if port is not None:
        arguments.append(f"--ServerApp.port={port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # 容器里常常只有 root；只听本机又有口令，所以放行，不要学员去找一个开关
        arguments.append("--ServerApp.allow_root=True")
    return [*arguments, *extra]


def lesson_path(folder: Path) -> str:
    """打开后显示的页面：上次学到的那一课，学完了就是下一课；没有学过是第一课，没有课文是文件列表。"""
    lesson = _stopped_at(folder) or FIRST_LESSON
    return f"/lab/tree/{quote(lesson)}" if (folder / lesson).is_file() else "/lab"


def _stopped_at(folder: Path) -> str:
    """上次学到哪一课的文件；没有学过、认不出为空串。"""
    from wenzheng_lab.course.record import FOLDER

    records = [path for path in (folder / FOLDER).glob("[LR]??.json") if path.is_file()]
    if not records:
        return ""
    from wenzheng_lab.course.unit import open_unit, units

    known = units()
    latest = max(records, key=lambda path: path.stat().st_mtime).stem
    if latest not in known:
        return ""
    if open_unit(latest, folder=folder).progress().following is None:
        latest = next((name for name in known if name > latest), latest)
    found = sorted((folder / "notebooks").glob(f"{latest}_*.ipynb"))
    # 旁边的“….新版.ipynb”是换下来的，学员在用的是短的那个
    return f"notebooks/{min(found, key=lambda path: len(path.name)).name}" if found else ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记 ``wenzheng lab`` 的参数。"""
    _copy.add_arguments(parser)
    parser.add_argument("--no-browser", action="store_true", help="只显示地址，不打开浏览器")
    parser.add_argument("--port", type=int, metavar="端口", help="监听端口；默认从 8888 起找空的")
    parser.add_argument("jupyter", nargs="*", metavar="-- Jupyter参数", help="“--”之后的参数原样交给 JupyterLab")


def run(args: argparse.Namespace) -> int:
    """``wenzheng lab``：复制课程，打开中文 JupyterLab，直到按 Ctrl+C。"""
    if args.port is not None and not 0 <= args.port <= 65535:
        raise WenzhengError(explain(f"端口是 {args.port}", "应在 0 到 65535 之间", "请换一个，例如 --port 8899"))
    delivery = _copy.copy_course(args.folder or _copy.default_folder())
    _say(f"问政实训 {__version__}", delivery.summary(), "正在起动 JupyterLab……")
    if args.jupyter and not args.jupyter[0].startswith("-"):
        raise WenzhengError(
            explain(f"不认识“{args.jupyter[0]}”", "wenzheng lab 后面只写选项", "要交给 JupyterLab 的参数请写在“--”之后")
        )
    state = state_dir()
    register_kernel(state)
    trust_course(state)
    # 必须在载入 jupyter 之前设好：它在载入时就定下各目录
    os.environ.update(jupyter_environment(state))
    return _serve(
        delivery.folder,
        server_arguments(
            delivery.folder,
            token=secrets.token_hex(24),
            port=args.port,
            browser=not args.no_browser,
            extra=args.jupyter,
        ),
    )


def _serve(folder: Path, arguments: Sequence[str]) -> int:
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise WenzhengError(
            explain(
                f"没有装好 JupyterLab（缺 {error.name}）",
                "它随问政实训一起安装",
                "请重新安装：pip install wenzheng-lab",
            )
        ) from error

    server = LabApp.initialize_server(argv=list(arguments))
    token = server.identity_provider.token
    address = f"http://{server.ip or LOOPBACK}:{server.port}{server.base_url.rstrip('/')}{lesson_path(folder)}"
    _say(
        "",
        "课程已经打开。浏览器没有自动弹出时，请把下面的地址复制到浏览器的地址栏：",
        f"    {address}" + (f"?token={token}" if token else ""),
        "学完后在这个窗口按 Ctrl+C 结束；笔记本每半分钟自动保存一次。",
    )
    server.start()
    _say("", "已结束。")
    return 0


def _say(*lines: str) -> None:
    # 立刻写出：经 make 或管道起动时，地址不能压在缓冲区里
    print("\n".join(lines), flush=True)
