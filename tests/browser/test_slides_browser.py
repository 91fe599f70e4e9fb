"""真的浏览器：幻灯片占满一屏，放不下的说还有，翻页与滚动各归各。"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from lab_driver import FLAGS, find_chromium

from wenzheng_lab.course.slides import write_slides

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium：装上 Debian 的 chromium 包就会跑这一组测试"),
]

# 这一张：占一屏的几成，横着多出几像素，下面还有没有，写没写“下面还有”
LOOK = """() => {
    const slide = document.querySelector("section.wz-on"), sheet = slide.firstElementChild;
    return [sheet.getBoundingClientRect().height / slide.clientHeight,
            Math.max(slide.scrollWidth - slide.clientWidth, sheet.scrollWidth - sheet.clientWidth),
            slide.scrollHeight - slide.clientHeight - slide.scrollTop > 8,
            getComputedStyle(document.getElementById("wz-more")).visibility === "visible"];
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("slides")
    (path,) = write_slides(folder, ["L00"])
    with sync_playwright() as started:
        flags = [flag for flag in FLAGS if flag != "--headless"]
        browser = started.chromium.launch(executable_path=find_chromium(), args=flags)
        opened = browser.new_page(viewport={"width": 1280, "height": 720})
        opened.goto(path.as_uri())
        yield opened
        browser.close()


def test_every_slide_fills_the_screen_and_nothing_is_cut(page: Page) -> None:
    """每张至少占三成高，不横着溢出；放不下的，下面写着还有。"""
    page.keyboard.press("Home")
    for _ in range(page.locator("section").count()):
        share, wider, below, said = page.evaluate(LOOK)
        at = page.locator("#wz-at").inner_text()
        assert share >= 0.3, at
        assert wider <= 1, at
        assert below is said, at
        page.keyboard.press("ArrowRight")


def test_space_scrolls_a_long_slide_before_turning(page: Page) -> None:
    """长的一张，空格先往下滚，滚到底才翻；方向键直接翻。"""
    page.keyboard.press("Home")
    while not page.evaluate(LOOK)[2]:
        page.keyboard.press("ArrowRight")
    at = page.locator("#wz-at").inner_text()
    page.keyboard.press("Space")
    page.wait_for_timeout(200)
    assert page.locator("#wz-at").inner_text() == at
    for _ in range(6):
        page.keyboard.press("Space")
        page.wait_for_timeout(100)
    assert page.locator("#wz-at").inner_text() != at
