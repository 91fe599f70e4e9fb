"""重做 README 里的两张图：第一课与评分卡。用法：``make pictures``（需要 Chromium）。"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "browser"))

from lab_driver import find_chromium, open_chromium, running_lab  # noqa: E402

CARD = ".jp-OutputArea-output .wz-card"
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
        open_chromium(playwright, lab.host, Path(folder), width=1240, height=820, scale=SCALE) as (_, visit),
    ):
        page = visit.page
        page.goto(lab.address)
        visit.wait_for_lesson()
        visit.run_all()
        page.wait_for_timeout(1000)
        card = page.locator(CARD).nth(1)
        card.scroll_into_view_if_needed()
        card.screenshot(path=HERE / "card.png")
        page.locator(".jp-Notebook .jp-Cell").first.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / "lesson.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
