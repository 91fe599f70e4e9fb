"""重做办件台的三张图：看信、写答复、记分牌。1366×768 的屏幕、放大到 125%，照第一天办一遍。"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from desk_driver import HEIGHT, SCALE, WIDTH, Player, running_desk
from desk_first_day import answer_badly, answer_well, sort_and_assign, to_the_end
from lab_driver import open_chromium

HERE = Path(__file__).resolve().parent
WANTED = {"5第二封信": "desk-letter", "6照卷里的答": "desk-reply", "9记分牌": "desk-board"}
"""办到哪一步的画面 → 存成什么名字"""


def make() -> None:
    """起动 ``wenzheng desk``，照第一天办一遍，留下三张。"""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        running_desk(Path(folder)) as desk,
        sync_playwright() as playwright,
        open_chromium(playwright, desk.host, Path(folder), width=WIDTH, height=HEIGHT, scale=SCALE) as (_, visit),
    ):
        player = Player(visit.page, shots=str(Path(folder) / "shots"))
        visit.page.goto(desk.address, wait_until="commit")
        visit.page.wait_for_selector(".wz-row:visible", timeout=90_000)
        player.row("上班第一天").click()
        visit.page.wait_for_selector(".wz-bar1:visible", timeout=60_000)
        number = sort_and_assign(player)
        answer_badly(player, number)
        answer_well(player, number)
        to_the_end(player)
        for name, kept in WANTED.items():
            shutil.copy(Path(folder) / "shots" / f"{name}.png", HERE / f"{kept}.png")
