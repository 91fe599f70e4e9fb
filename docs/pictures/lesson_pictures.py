"""重做课文的三张图：一题作答以后、一张到期日的卡、三条热度。照学员的做法打开课文，全部运行，答一题，再截。"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from PIL import Image, ImageChops

from wenzheng_lab._paths import share_dir
from wenzheng_lab.course.loading import load_unit

if TYPE_CHECKING:
    from lab_driver import Lab, Visit
    from playwright.sync_api import Locator

HERE = Path(__file__).resolve().parent
ANSWERED = (("L02", 2, "lesson-label"), ("L09", 3, "lesson-heat"))
"""哪一课第几题，答完存成什么名字"""
CARD = ("L04", 'wz.course.deadline("jinan12345.answer", "2026-09-28")', "lesson-deadline")
"""哪一课哪一格的卡，存成什么名字"""
_COLOURS = 128
"""色数：卡片没有几种颜色，减到这么多看不出，文件小一大半"""
_TALL = 2400
_SHORT = 820


def make(lab: Lab, visit: Visit) -> None:
    """在起动好的 JupyterLab 里打开三课，截三张。

    Args:
        lab: 起动好的课程。
        visit: 打开着的浏览器。
    """
    for unit, number, name in ANSWERED:
        _open(lab, visit, unit)
        form = visit.code_cells().filter(has_text=f"unit.q{number}.form()").locator(".wz-form").first
        _answer(form, unit, number)
        form.get_by_role("button", name="看结果").click()
        form.get_by_text("✔ 正确").wait_for(timeout=60_000)
        _shoot(visit, form, name)
    unit, code, name = CARD
    _open(lab, visit, unit)
    _shoot(visit, visit.code_cells().filter(has_text=code).locator(".wz-lesson-card").first, name)


def _open(lab: Lab, visit: Visit, unit: str) -> None:
    (lesson,) = (lab.folder / "notebooks").glob(f"{unit}_*.ipynb")
    at = urlsplit(lab.address)
    path = quote(f"notebooks/{lesson.name}")
    # 各用各的工作区：上一课的页签不跟过来
    visit.page.goto(f"{at.scheme}://{at.netloc}/lab/workspaces/{unit}/tree/{path}?{at.query}")
    visit.wait_for_lesson()
    visit.run_all(timeout=600)


def _answer(form: Locator, unit: str, number: int) -> None:
    """照参考答案点；标注题一条一组按钮，选择题一组。"""
    spec = load_unit(share_dir("exercises") / unit).questions[number - 1][0]
    answer = spec.models[0].answer
    answers = answer if isinstance(answer, list) else [answer]
    groups = form.locator(".widget-toggle-buttons")
    for place, (field, value) in enumerate(zip(spec.kind.fields(), answers, strict=True)):
        keys = [key for _, key in field.options]
        groups.nth(place).locator("button").nth(keys.index(value)).click()


def _shoot(visit: Visit, part: Locator, name: str) -> None:
    """卡片比一屏长：窗口放高再截，截完还原；减色以后存。"""
    page = visit.page
    size = page.viewport_size or {"width": 1240, "height": _SHORT}
    page.set_viewport_size({"width": size["width"], "height": _TALL})
    part.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    target = HERE / f"{name}.png"
    part.screenshot(path=target)
    page.set_viewport_size(size)
    with Image.open(target) as picture:
        whole = picture.convert("RGB")
        # 题面比表单窄，右边的空白裁掉
        box = ImageChops.difference(whole, Image.new("RGB", whole.size, "white")).crop((0, 8, *whole.size)).getbbox()
        right = min(whole.width, (box[2] if box else whole.width) + 12)
        small = whole.crop((0, 0, right, whole.height)).quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(target, optimize=True)
