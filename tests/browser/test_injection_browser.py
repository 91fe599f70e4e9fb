"""真的 Chromium：恶意的来信放进每一个显示它的地方，什么也没有跑，什么也没有取，没有弹窗。"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_driver import FLAGS, find_chromium

from tests.injection_sinks import EVIL, FLAG, PIECES, SINKS, evil_class

sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Page, Route

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium"),
]
HERE = "http://here.invalid/"
"""网页的地址；由测试直接答话，不经过网络"""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
# 像一个什么都想试试的人：全展开，每样指一指、点一点、聚焦一下
_TOUCH = """() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
    for (const one of document.querySelectorAll('*')) {
        for (const kind of ['mouseover', 'mouseenter', 'focus', 'toggle', 'error', 'load'])
            one.dispatchEvent(new Event(kind, {bubbles: false}));
        if (one.matches('a, button, summary, input, label, mark, td, li')) one.click();
    }
}"""


class Watch:
    """看着一页：跑了没有、弹窗没有、要过什么。"""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.wanted: list[str] = []
        self.dialogs: list[str] = []
        self.html = ""
        context.route("**/*", self._answer)
        context.on("page", lambda page: page.on("dialog", self._dialog))

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if url == HERE:
            route.fulfill(body=self.html.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")
            return
        # 网页自己画的图标不算；别的一律记下、不给
        if not url.startswith(("data:", "blob:")) and not url.endswith("/favicon.ico"):
            self.wanted.append(url)
        route.abort()

    def look(self, html: str) -> list[str]:
        """打开、动一动，给出不该有的事。"""
        self.wanted, self.dialogs = [], []
        self.html = html if html.lstrip().startswith("<!DOCTYPE") else f"<!DOCTYPE html><meta charset=utf-8>{html}"
        # 每次一张新的页：上一样闹出来的事不算在这一样头上
        self.page.close()
        self.page = self.context.new_page()
        try:
            self.page.goto(HERE, wait_until="load", timeout=120_000)
            self.page.evaluate(_TOUCH)
            self.page.wait_for_timeout(150)
            ran = self.page.evaluate(f"() => window.{FLAG} !== undefined")
        except sync_api.Error as error:
            return [f"网页被换掉了：{str(error)[:80]}", *self.wanted]
        frames = len(self.page.frames) - 1
        more = len(self.context.pages) - 1
        left = [] if self.page.url.startswith(HERE) else [f"网页换成了 {self.page.url}"]
        return (
            (["代码跑了"] if ran else [])
            + [f"弹窗 {text}" for text in self.dialogs]
            + [f"要了 {url[:120]}" for url in self.wanted]
            + ([f"多了 {frames} 个框"] if frames else [])
            + ([f"多开了 {more} 页"] if more else [])
            + left
        )


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
        try:
            yield Watch(browser.new_context())
        finally:
            browser.close()


def test_the_watch_sees_what_runs(watch: Watch) -> None:
    """这一双眼睛看得见：不转义的花样，一样样跑得起来、取得到东西。"""
    seen = {name: watch.look(f'<p>{piece}</p><p title="{piece}">') for name, piece in PIECES.items()}
    caught = {name for name, found in seen.items() if found}
    assert {"脚本", "图片出错", "外面的图", "双引号", "样式", "关样式", "框", "链接", "刷新", "折叠"} <= caught, caught
    assert watch.look("<p>好好的一段</p>") == []


SOAK = bool(os.environ.get("WENZHENG_SOAK"))
QUICK = (
    "答复的评分卡",
    "公开发布的评分卡",
    "分拣的建议",
    "遮盖个人信息",
    "热点",
    "指标",
    "可筛选的表",
    "学习记录的一页",
    "办件台",
)


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", SINKS if SOAK else QUICK)
def test_nothing_runs_and_nothing_is_fetched(name: str, watch: Watch, tmp_path: Path) -> None:
    """去掉网页自带的策略再看：靠的是转义，不是策略。"""
    html = SINKS[name](tmp_path)
    assert watch.look(_POLICY.sub("", html)) == []
    if _POLICY.search(html):
        assert watch.look(html) == []


@pytest.mark.skipif(not SOAK, reason="费时，make soak 才做")
def test_no_page_of_a_class_runs_anything(watch: Watch, tmp_path: Path) -> None:
    """批改单、反馈、班级报告。"""
    for name, html in evil_class(tmp_path).items():
        assert watch.look(_POLICY.sub("", html)) == [], name


def test_the_text_itself_is_there(watch: Watch) -> None:
    """不是靠删：人看得见原来的字。"""
    import wenzheng_lab as wz

    watch.look(str(wz.redact(EVIL)._repr_html_()))
    shown = watch.page.inner_text("body")
    for text in ("<script>", "onerror=", "javascript:", "{{constructor", "=HYPERLINK"):
        assert text in shown
