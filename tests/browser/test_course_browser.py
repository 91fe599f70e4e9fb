"""真的浏览器：只用键盘做一道题，重启内核后答案还在；没有运行时也看得到题面。"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from lab_driver import Lab, Visit, find_chromium, open_chromium, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Playwright

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium：装上 Debian 的 chromium 包就会跑这一组测试"),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    # 测试平时把记录写进临时目录；这里要看学员的记录真的落在学习文件夹里
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WENZHENG_HOME", raising=False)
        with running_lab(tmp_path_factory.mktemp("course-lab")) as started:
            yield started


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def visit(playwright: Playwright, lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    with open_chromium(playwright, lab.host, tmp_path_factory.mktemp("course-chromium")) as (_, opened):
        opened.page.goto(lab.address)
        opened.wait_for_lesson()
        yield opened


def form(visit: Visit, number: int) -> Locator:
    """第几题的表单。"""
    cell = visit.code_cells().filter(has_text=f"unit.q{number}.form()")
    cell.scroll_into_view_if_needed()
    return cell.locator(".wz-form")


def answers(lab: Lab) -> dict[str, object]:
    """学习记录里存下的答案。"""
    path = lab.folder / "我的学习记录" / "L00.json"
    if not path.is_file():
        return {}
    saved: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))["answers"]
    return saved


def wait_for_answer(visit: Visit, lab: Lab, question: str, value: object) -> None:
    """等到学习记录里出现这个答案。"""
    for _ in range(50):
        if answers(lab).get(question) == value:
            return
        visit.page.wait_for_timeout(100)
    raise AssertionError(f"{question} 没有存成 {value!r}：{answers(lab)}")


def test_question_is_readable_before_running(visit: Visit) -> None:
    """刚打开、还没有运行：看到的是题面，不是“找不到控件”。"""
    text = form(visit, 1).page.locator(".jp-Notebook").inner_text()
    assert "第 1 题" in text
    assert "Error displaying widget" not in text


def test_lesson_runs_and_is_answered_by_keyboard_alone(visit: Visit, lab: Lab) -> None:
    """全部运行之后，只用键盘勾选、选按钮、看结果。"""
    visit.run_all()
    keyboard = visit.page.keyboard
    boxes = form(visit, 1).locator("input[type=checkbox]")
    boxes.first.focus()
    for _ in range(3):
        keyboard.press("Space")
        keyboard.press("Tab")
    wait_for_answer(visit, lab, "L00-Q1", ["A", "B", "C"])
    keyboard.press("Tab")
    keyboard.press("Space")
    form(visit, 1).get_by_text("✔ 正确").wait_for(timeout=10_000)
    choices = form(visit, 4).locator("button")
    choices.first.focus()
    keyboard.press("Tab")
    keyboard.press("Enter")
    wait_for_answer(visit, lab, "L00-Q4", "B")


def test_written_answer_survives_a_kernel_restart(visit: Visit, lab: Lab) -> None:
    """写了一半重启内核再运行，字还在。"""
    box = form(visit, 3).locator("textarea")
    box.fill("您好！3月12日前修好。")
    wait_for_answer(visit, lab, "L00-Q3", "您好！3月12日前修好。")
    visit.page.get_by_role("menuitem", name="内核", exact=True).click()
    visit.page.get_by_role("menuitem", name=re.compile("^重启内核 和 运行所有单元格")).first.click()
    visit.page.locator(".jp-Dialog-button.jp-mod-accept").click()
    visit.page.wait_for_timeout(2000)
    visit.wait_for_lesson()
    form(visit, 3).get_by_text("上次的答案还在").wait_for(timeout=60_000)
    assert form(visit, 3).locator("textarea").input_value() == "您好！3月12日前修好。"
    assert "✔ B." in form(visit, 4).locator("button.mod-active").evaluate(
        "button => getComputedStyle(button, '::before').content.replaceAll('\"', '') + button.innerText"
    )


def test_nothing_left_the_machine(visit: Visit, lab: Lab) -> None:
    """整个过程没有向外面要过东西。"""
    assert visit.blocked == []
    assert lab.outside_connections() == []
