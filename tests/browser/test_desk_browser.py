"""用真的 Chromium 在 JupyterLab 里办第一天：打开、分拣、交办、胡乱答、一颗星与第二封信、记分牌。"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from lab_driver import find_chromium, open_chromium, running_lab

sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium"),
]
BAD = "您好，您反映的问题我们高度重视，正在处理。"


def test_the_first_day_in_the_lab(tmp_path: Path) -> None:
    """1366×768、125%：一步一步办，看到一颗星、第二封信和记分牌；不出本机。"""
    with running_lab(tmp_path) as lab:
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        code = "import wenzheng_lab as wz\nwz.desk.open('first-day')"
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": code}
        book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (lab.folder / "desk.ipynb").write_text(json.dumps(book), encoding="utf-8")
        address = re.sub(r"/lab/tree/[^?]*", "/lab/tree/desk.ipynb", lab.address)
        with (
            sync_api.sync_playwright() as playwright,
            open_chromium(playwright, lab.host, tmp_path, width=1093, height=614, scale=1.25) as (_, visit),
        ):
            page = visit.page
            page.goto(address, timeout=90_000)
            visit.wait_for_lesson()
            visit.run_all()
            page.wait_for_selector(".wz-desk .wz-row:visible", timeout=60_000)

            def press(words: str) -> None:
                page.locator(".wz-desk").get_by_role("button", name=words, exact=True).locator("visible=true").click()

            start = time.perf_counter()
            page.locator(".wz-row:visible").first.click()
            page.wait_for_selector(".wz-letter:visible")
            print(f"打开来信 {time.perf_counter() - start:.2f} 秒")
            press("分拣")
            press("投诉")
            press("办理")
            page.get_by_label("主办").locator("visible=true").fill("住房和城乡建设局")
            page.keyboard.press("Tab")
            page.locator(".wz-desk button.mod-primary:visible").click()
            page.get_by_text("交办：做好了").wait_for()
            press("答复")
            page.locator(".wz-desk textarea:visible").first.fill(BAD)
            page.locator(".wz-sum:visible").get_by_text("分 差").wait_for()
            press("发出答复")
            page.get_by_text("答复已发出").wait_for()
            for _ in range(2):
                press("到下一个工作日")
                page.get_by_text("时间走了").wait_for()
            page.get_by_text("再次来信 1").wait_for()
            page.locator(".wz-row:visible").first.click()
            page.locator(".wz-stars:visible").get_by_text("★☆☆☆☆").wait_for()
            page.locator(".wz-second:visible").wait_for()
            press("记分牌")
            page.get_by_text("一日一清理").locator("visible=true").first.wait_for()
            assert visit.blocked == []
        assert lab.outside_connections() == []
