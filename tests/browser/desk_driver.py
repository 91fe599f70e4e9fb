"""浏览器里的办件台：起动 ``wenzheng desk``，像人那样按，量每一按到看见结果的时间。"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lab_driver import AUDIT, Lab

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

WIDTH, HEIGHT, SCALE = 1093, 614, 1.25
"""1366×768 的屏幕放大到 125%，浏览器里剩下的大小"""
SLOWEST = 0.3
"""按下到看见，最多几秒"""
# 按下的那一刻记在网页里：这样量出来的不含测试程序自己的来回
_WATCH = """() => { if (!window.wzWatching) { window.wzWatching = true;
    for (const kind of ['mousedown', 'keydown'])
        document.addEventListener(kind, () => { window.wzPressed = performance.now(); }, true); } }"""
_SEEN = """([selector, text]) => {
    for (const one of document.querySelectorAll(selector))
        if (one.checkVisibility() && one.innerText.includes(text)) return performance.now() - window.wzPressed;
    return false; }"""


_FOCUSED = """() => { const one = document.activeElement;
    return one.tagName === 'BUTTON' || one.tagName === 'SUMMARY' ? one.innerText
        : (one.placeholder || '') + (one.labels?.[0]?.innerText || ''); }"""


@contextmanager
def running_desk(temporary: Path, *words: str) -> Iterator[Lab]:
    """照学员的做法起动 ``wenzheng desk``，用完关掉；``folder`` 是学习文件夹。"""
    folder, home, hook = temporary / "办件", temporary / "desk-home", temporary / "desk-hook"
    connections = temporary / "desk-connections.txt"
    connections.touch()
    for one in (folder, home, hook):
        one.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(AUDIT, encoding="utf-8")
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
    command = [sys.executable, "-m", "wenzheng_lab", "desk", "--no-browser", "--folder", str(folder), *words]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=temporary,
        encoding="utf-8",
    ) as process:
        output: list[str] = []
        assert process.stdout is not None
        try:
            for line in process.stdout:
                output.append(line.rstrip())
                if match := re.search(r"http://127\.0\.0\.1:\d+/\S+", line):
                    yield Lab(match.group(), folder, output, connections)
                    break
            else:
                raise AssertionError("办件台没有起来：\n" + "\n".join(output))
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def notebook(code: str) -> str:
    """只有一格的笔记本。"""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": code}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return json.dumps({"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@dataclass(slots=True)
class Player:
    """坐在办件台前的人。"""

    page: Page
    keyboard: bool = False
    """这一扇门里，Tab 走得到每一处（JupyterLab 里方向键与回车另有用处）"""
    shots: str | None = os.environ.get("WENZHENG_DESK_SHOTS")
    """要看画面时写一个文件夹，一步存一张"""
    took: list[tuple[str, float]] = field(default_factory=list)
    """每一按：名字，到看见结果的秒数"""

    # ------------------------------------------------------------ 按与量
    def button(self, words: str) -> Locator:
        return self.page.locator(".wz-desk").get_by_role("button", name=words, exact=True).locator("visible=true")

    def row(self, words: str = "") -> Locator:
        """收件箱里写着这些字的一行。"""
        return self.page.locator(".wz-row:visible").filter(has_text=words).first

    def hit(self, name: str, one: Locator, seen: str, text: str = "", *, key: str = "") -> None:
        """按一下，等到 ``seen`` 里看得见 ``text``，记下用了多久；``key`` 是用键盘按。"""
        self.page.evaluate(_WATCH)
        if key:
            one.focus()
            self.page.keyboard.press(key)
        else:
            one.click()
        self._see(name, seen, text)

    def _see(self, name: str, seen: str, text: str) -> None:
        """等到看得见，记下用了多久；等不到就说当时上面那一行写着什么、焦点在哪里。"""
        from playwright.sync_api import TimeoutError as Timeout

        try:
            handle = self.page.wait_for_function(_SEEN, arg=[seen, text], polling="raf", timeout=15_000)
        except Timeout:
            told, focus = self.text(".wz-told"), self.page.evaluate(_FOCUSED)
            raise AssertionError(f"{name}：等不到“{text}”。上面写着“{told}”，焦点在“{focus}”") from None
        self.took.append((name, float(handle.json_value()) / 1000))

    def press(self, words: str, seen: str, text: str = "") -> None:
        """按写着这几个字的按钮。"""
        self.hit(words, self.button(words), seen, text)

    def told(self, words: str, text: str) -> None:
        """按一下，看上面那一行怎么说。"""
        self.press(words, ".wz-told", text)

    def turn(self, page: str, text: str = "") -> None:
        """翻到一页，等到页上看得见 ``text``。"""
        self.press(page, f".wz-page-{page}", text)

    # ------------------------------------------------------------ 只用键盘
    def reach(self, words: str, press: str = "", *, back: bool = False) -> None:
        """一下一下按 Tab（``back`` 是 Shift+Tab），走到写着这几个字的地方；``press`` 给了就按下。"""
        passed = []
        for _ in range(90):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            passed.append(self.page.evaluate(_FOCUSED))
            if words in passed[-1]:
                break
        else:
            raise AssertionError(f"按 Tab 走不到“{words}”，走过的是：{passed}")
        if press:
            self.page.keyboard.press(press)

    def key(self, name: str, words: str, press: str, seen: str, text: str) -> None:
        """走到，按下，等到看见，记下用了多久。"""
        self.page.evaluate(_WATCH)
        self.reach(words)
        self.page.keyboard.press(press)
        self._see(name, seen, text)

    # ------------------------------------------------------------ 看
    def text(self, selector: str) -> str:
        return "\n".join(self.page.locator(selector).locator("visible=true").all_inner_texts())

    def shot(self, name: str, *, top: str = "") -> None:
        """要看画面时存一张；``top`` 给了就先把那一处滚到最上面。"""
        if not self.shots:
            return
        if top:
            self.page.locator(top).locator("visible=true").first.evaluate("one => one.scrollIntoView()")
        else:
            self.page.evaluate("window.scrollTo(0, 0)")
        self.page.wait_for_timeout(400)
        Path(self.shots).mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=Path(self.shots) / f"{name}.png")

    def best(self) -> dict[str, float]:
        """每样最快的一次：同一台机器上别的程序也在跑，慢要回回慢才算它慢。"""
        found: dict[str, float] = {}
        for name, seconds in self.took:
            found[name] = min(found.get(name, seconds), seconds)
        return found

    def figures(self) -> str:
        """每样最慢的一次，慢的在前。"""
        worst: dict[str, float] = {}
        for name, seconds in self.took:
            worst[name] = max(worst.get(name, 0.0), seconds)
        rows = sorted(worst.items(), key=lambda row: -row[1])
        return "　".join(f"{name} {seconds * 1000:.0f}" for name, seconds in rows) + "（毫秒）"


def facts(player: Player, unit: str) -> Sequence[str]:
    """答复页“卷内事实”里这家单位查到的话，照屏幕上看见的抄。"""
    table = player.page.locator(".wz-page-答复 table").locator("visible=true").first
    rows = table.locator("tr")
    found = []
    for n in range(rows.count()):
        cells = rows.nth(n).locator("td").all_inner_texts()
        if len(cells) == 2 and cells[0].endswith(unit) and cells[1] not in found:
            found.append(cells[1])
    return found
