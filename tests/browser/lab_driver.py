"""浏览器测试与截图共用：起动真的 JupyterLab，用 Debian 的 Chromium 打开它，不许出本机。"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wenzheng_lab._fonts import font_path

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Playwright, Route

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # 浏览器自己也解析不到别的主机
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# 内核与服务端的每次外连都记下来：审计钩子对 Python 里一切套接字都有效
AUDIT = """
import os, sys
def _hook(event, args, log=os.environ["WENZHENG_TEST_CONNECTIONS"]):
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = args[0] or ""
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host and host not in ("localhost", "::1", "0.0.0.0") and not host.startswith("127."):
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{event} {host}\\n")
sys.addaudithook(_hook)
"""


def find_chromium() -> str | None:
    """Chromium 的位置；没有时是 None。"""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@dataclass(slots=True)
class Lab:
    """起动好的 JupyterLab。"""

    address: str
    folder: Path
    output: list[str]
    connections: Path

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    def outside_connections(self) -> list[str]:
        """服务端与内核连过的外面的主机。"""
        return self.connections.read_text(encoding="utf-8").splitlines()


@contextmanager
def running_lab(temporary: Path) -> Iterator[Lab]:
    """照学员的做法起动课程，用完关掉。"""
    folder = temporary / "问政实训"
    connections = temporary / "connections.txt"
    connections.touch()
    hook = temporary / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(AUDIT, encoding="utf-8")
    home = temporary / "home"
    home.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "LOCALAPPDATA": str(home),
        "PYTHONPATH": os.pathsep.join([str(hook), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "WENZHENG_TEST_CONNECTIONS": str(connections),
    }
    for name in [name for name in environment if name.startswith(("JUPYTER", "XDG_", "WENZHENG_HOME"))]:
        del environment[name]
    command = [sys.executable, "-m", "wenzheng_lab", "lab", "--no-browser", "--folder", str(folder)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=temporary,
        encoding="utf-8",
    ) as process:
        try:
            output: list[str] = []
            yield Lab(_read_address(process, output), folder, output, connections)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _read_address(process: subprocess.Popen[str], output: list[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        output.append(line.rstrip())
        if match := re.search(r"http://127\.0\.0\.1:\d+/\S+", line):
            return match.group()
    raise AssertionError("JupyterLab 没有起来：\n" + "\n".join(output))


@dataclass(slots=True)
class Visit:
    """浏览器里的一次打开。"""

    page: Page
    blocked: list[str] = field(default_factory=list)
    """被拦下的外网请求"""
    console_errors: list[str] = field(default_factory=list)

    def wait_for_lesson(self) -> None:
        """等到课文和内核都就绪。"""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        # 接上内核之前点“全部运行”，JupyterLab 会另起一个内核，后面的格子就丢了；
        # 状态栏先写“No Kernel”，接上并收到内核的答话后才写“Python 3 … | 空闲”
        self.page.wait_for_function(_KERNEL_READY, timeout=90_000, polling=100)
        self.page.wait_for_timeout(500)

    def run_all(self, timeout: float = 180) -> None:
        """像学员那样点菜单：运行 → 运行所有单元格，等到全部跑完。"""
        self.page.get_by_role("menuitem", name="运行", exact=True).click()
        self.page.get_by_role("menuitem", name=re.compile("^运行所有单元格")).first.click()
        # 存盘的课文带着编号，所以不能只看编号：先等到有格子在跑（[*]），再等到一格也不剩
        with contextlib.suppress(_timeout_error()):
            self.page.wait_for_function(
                f"() => ({_PROMPTS})().some(text => text.includes('[*]'))", timeout=5_000, polling=50
            )
        self.page.wait_for_function(
            f"() => !({_PROMPTS})().some(text => text.includes('[*]'))", timeout=timeout * 1000, polling=250
        )
        prompts = self.page.evaluate(_PROMPTS)
        stopped = [number for number, prompt in enumerate(prompts, start=1) if not re.search(r"\d", prompt)]
        if stopped:
            errors = self.page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts()
            raise AssertionError(f"第 {stopped[0]} 个代码格起没有跑：" + "\n".join(errors))

    def code_cells(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-CodeCell")


_KERNEL_READY = """() => [...document.querySelectorAll('.jp-StatusBar-TextItem')]
    .some(item => /^Python .*\\| 空闲$/.test(item.innerText.trim()))"""
# 各代码格的提示符：[*] 在跑，[3] 跑完，[ ] 没有跑
_PROMPTS = """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')]
    .filter(cell => cell.querySelector('.cm-content')?.innerText.trim())
    .map(cell => cell.querySelector('.jp-InputPrompt')?.innerText.trim() ?? '')"""


def _timeout_error() -> type[Exception]:
    from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

    return PlaywrightTimeoutError


@contextmanager
def open_chromium(
    playwright: Playwright, lab_host: str, temporary: Path, *, width: int = 1280, height: int = 860, scale: float = 1
) -> Iterator[tuple[BrowserContext, Visit]]:
    """打开一个全新的 Chromium；凡不是发给 ``lab_host`` 的请求都拦下并记录。"""
    executable = find_chromium()
    assert executable is not None
    context = playwright.chromium.launch_persistent_context(
        str(temporary / "chromium"),
        executable_path=executable,
        headless=True,
        args=list(FLAGS),
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="zh-CN",
        env={**os.environ, "FONTCONFIG_FILE": str(_font_configuration(temporary))},
    )
    try:
        visit = Visit(context.pages[0])

        def guard(route: Route) -> None:
            url = urlsplit(route.request.url)
            if url.netloc == lab_host or url.scheme in ("data", "blob", "file"):
                route.continue_()
            else:
                visit.blocked.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        visit.page.on("websocket", lambda socket: _guard_socket(socket.url, lab_host, visit))
        visit.page.on(
            "console",
            lambda message: visit.console_errors.append(message.text) if message.type == "error" else None,
        )
        yield context, visit
    finally:
        context.close()


def _guard_socket(url: str, lab_host: str, visit: Visit) -> None:
    if urlsplit(url).netloc != lab_host:
        visit.blocked.append(url)


def _font_configuration(temporary: Path) -> Path:
    """让没有中文字体的机器也能截图：用随 zhplot 安装的思源黑体。"""
    path = temporary / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{font_path().parent}</dir><cachedir>{temporary / 'fontcache'}</cachedir>"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>',
        encoding="utf-8",
    )
    return path


def error_outputs(notebook: Path) -> list[str]:
    """存盘的笔记本里的错误与警告输出。"""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        output.get("evalue") or "".join(output.get("text", ""))
        for cell in cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
