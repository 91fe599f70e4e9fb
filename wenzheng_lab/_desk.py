"""``wenzheng desk``：不写代码，在浏览器的一页里办件；只听本机，带口令。

页面由 Voilà 供：它只运行我们写好的一格，浏览器里看不到也改不了代码。
"""

from __future__ import annotations

import json
import os
import secrets
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab import __version__
from wenzheng_lab._desk_server import serve, server_arguments
from wenzheng_lab._files import write_text
from wenzheng_lab._lab import LOOPBACK, jupyter_environment, register_kernel, state_dir
from wenzheng_lab.errors import WenzhengError, explain, suggest

if TYPE_CHECKING:
    import argparse

PAGE = "办件台.ipynb"


def page_source(folder: Path, scenario: str) -> str:
    """那一页的笔记本：只有一格。

    Args:
        folder: 学习文件夹，日志放在它下面。
        scenario: 情景，可空。

    Returns:
        nbformat 4 的 JSON。
    """
    code = f"from wenzheng_lab.desk.welcome import page\npage({str(folder)!r}, {scenario!r})"
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "desk",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": code,
    }
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记 ``wenzheng desk`` 的参数。"""
    parser.add_argument("scenario", nargs="?", default="", metavar="情景", help="直接开哪一局；不写就在页面上挑")
    parser.add_argument("--folder", metavar="文件夹", help="学习文件夹，日志放在它下面的“办件记录”里；默认是当前目录")
    parser.add_argument("--port", type=int, default=8866, metavar="端口", help="监听端口；占用了就往后找")
    parser.add_argument("--no-browser", action="store_true", help="只显示地址，不打开浏览器")


def run(args: argparse.Namespace) -> int:
    """``wenzheng desk``：起动办件台，直到按 Ctrl+C。"""
    from wenzheng_lab.office import scenario_names

    if not 0 < args.port <= 65000:
        raise WenzhengError(explain(f"端口是 {args.port}", "应在 1 到 65000 之间", "请换一个，例如 --port 8899"))
    if args.scenario and args.scenario not in scenario_names():
        came = f"没有情景“{args.scenario}”"
        raise WenzhengError(
            explain(came, "可用：" + "、".join(scenario_names()), suggest(args.scenario, scenario_names()))
        )
    folder = Path(args.folder or Path.cwd()).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    _say(f"问政实训 {__version__}", "正在起动办件台……")
    state = state_dir()
    register_kernel(state)
    page = state / "desk" / PAGE
    write_text(page, page_source(folder, args.scenario))
    # 必须在载入 jupyter 之前设好：它在载入时就定下各目录
    os.environ.update(jupyter_environment(state))
    token = secrets.token_hex(24)

    def ready(port: int) -> None:
        address = f"http://{LOOPBACK}:{port}/?token={token}"
        _say(
            "办件台已经打开。浏览器没有自动弹出时，请把下面的地址复制到浏览器的地址栏：",
            f"    {address}",
            "办完后关掉网页，在这个窗口按 Ctrl+C 结束；每一步都已存盘。",
        )
        if not args.no_browser:
            webbrowser.open(address)

    serve(server_arguments(page, token=token, port=args.port), ready)
    _say("", "已结束。")
    return 0


def _say(*lines: str) -> None:
    # 立刻写出：经 make 或管道起动时，地址不能压在缓冲区里
    print("\n".join(lines), flush=True)
