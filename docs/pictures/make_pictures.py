"""重做文档里的图：第一课、评分卡、办件台三张、课文三张。用法：``make pictures``（需要 Chromium）。"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "browser"))

import desk_pictures  # noqa: E402
import lesson_pictures  # noqa: E402
from lab_driver import find_chromium, open_chromium, running_lab  # noqa: E402

# 第一课里的第一张评分卡（那份空话连篇的答复），和“读信”一节
CARD = ".jp-OutputArea-output .wz-card:has(.wz-total)"
SECTION = ".jp-Notebook h2:has-text('读信')"
WIDTH, HEIGHT = 1240, 820
SCALE = 1.5


def main() -> int:
    """照学员的做法办一遍第一天、跑完第一课，截图。"""
    if find_chromium() is None:
        print("没有找到 Chromium，截不了图。", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    desk_pictures.make()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        sync_playwright() as playwright,
        open_chromium(playwright, lab.host, Path(folder), width=WIDTH, height=HEIGHT, scale=SCALE) as (_, visit),
    ):
        page = visit.page
        page.goto(lab.address)
        visit.wait_for_lesson()
        visit.run_all()
        page.wait_for_timeout(1000)
        # 卡片比一屏长：窗口放高再截，截完还原
        page.set_viewport_size({"width": WIDTH, "height": 2400})
        page.wait_for_timeout(500)
        page.locator(CARD).first.screenshot(path=HERE / "card.png")
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.locator(SECTION).evaluate("heading => heading.scrollIntoView()")
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / "lesson.png")
        lesson_pictures.make(lab, visit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
