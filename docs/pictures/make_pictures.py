"""重做 README 里的两张图：第一课与评分卡。用法：``make pictures``（需要 Chromium）。"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "browser"))

from lab_driver import find_chromium, open_chromium, running_lab  # noqa: E402

# 第一课里的第一张评分卡（那份空话连篇的答复），和“读信”一节
CARD = ".jp-OutputArea-output .wz-card:has(.wz-total)"
SECTION = ".jp-Notebook h2:has-text('读信')"
WIDTH, HEIGHT = 1240, 820
SCALE = 1.5


def main() -> int:
    """照学员的做法打开第一课，跑完，截两张图。"""
    if find_chromium() is None:
        print("没有找到 Chromium，截不了图。", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

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
    return 0


if __name__ == "__main__":
    sys.exit(main())
