"""在真的浏览器里批书面题：填的关掉再开还在，填错的不导出，导出的表读得进来；不取任何外面的东西。"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classroom_helper import answered, hand_in, new_class, right_answers
from lab_driver import find_chromium

from wenzheng_lab.classroom.autograde import autograde
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.gradebook import load_gradebook
from wenzheng_lab.classroom.hand import read_sheet, write_sheets

pytestmark = pytest.mark.browser


def test_marking_in_a_browser_can_be_left_and_resumed(tmp_path: Path) -> None:
    """批一份、填错一份，关掉再开都在；导出只有批好的；读进来就有分。"""
    executable = find_chromium()
    if executable is None:
        pytest.skip("没有找到 Chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
    folder = new_class(tmp_path / "班 级", 2)
    place = tmp_path / "收"
    for number in range(2):
        hand_in(place, folder, number, answered(folder, "L00", right_answers(folder, "L00")))
    collect(folder, [place])
    autograde(folder, "L00", jobs=1)
    sheets = write_sheets(folder, "L00")
    outside: list[str] = []
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(tmp_path / "chromium"), executable_path=executable, args=["--no-sandbox"], accept_downloads=True
        )
        page = context.new_page()
        page.on("request", lambda request: outside.append(request.url))
        page.goto(sheets.page.as_uri())
        boxes = page.locator("article .points")
        boxes.nth(0).fill("17.5")
        page.locator("article .comment").nth(0).fill("=日期清楚，“谁来办”也写了")
        boxes.nth(1).fill("99")
        assert page.locator("#count").inner_text() == "已批 1 / 2"
        assert page.locator("article.wrong").count() == 1
        page.close()
        page = context.new_page()
        page.goto(sheets.page.as_uri())
        assert page.locator("article .points").nth(0).input_value() == "17.5"
        assert page.locator("#count").inner_text() == "已批 1 / 2"
        with page.expect_download() as waiting:
            page.locator("#save").click()
        table = tmp_path / "导出.csv"
        waiting.value.save_as(table)
        context.close()
    assert [url for url in outside if not url.startswith(("file:", "data:", "blob:"))] == []
    assert read_sheet(folder, "L00", table) == 1
    line = load_gradebook(folder, "L00").papers[0].lines[2]
    assert (line.score, line.comment) == (17.5, "=日期清楚，“谁来办”也写了")
