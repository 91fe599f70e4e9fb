"""用真的 Chromium 办完第一天：JupyterLab 里一遍，``wenzheng desk`` 里一遍；每一按都量。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk_driver import HEIGHT, SCALE, SLOWEST, WIDTH, Player, notebook, running_desk
from desk_first_day import answer_badly, answer_well, by_keyboard, sort_and_assign, to_the_end
from lab_driver import find_chromium, open_chromium, running_lab

sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium"),
]


@contextmanager
def in_the_lab(folder: Path) -> Iterator[Player]:
    """JupyterLab 里的一格。"""
    with running_lab(folder) as lab, sync_api.sync_playwright() as playwright:
        (lab.folder / "desk.ipynb").write_text(
            notebook("import wenzheng_lab as wz\nwz.desk.open('first-day')"), encoding="utf-8"
        )
        address = re.sub(r"/lab/tree/[^?]*", "/lab/tree/desk.ipynb", lab.address)
        with open_chromium(playwright, lab.host, folder, width=WIDTH, height=HEIGHT, scale=SCALE) as (_, visit):
            visit.page.goto(address, timeout=90_000)
            visit.wait_for_lesson()
            visit.run_all()
            visit.page.wait_for_selector(".wz-desk .wz-row:visible", timeout=60_000)
            yield Player(visit.page)
            assert visit.blocked == []
        assert lab.outside_connections() == []


@contextmanager
def in_the_desk(folder: Path) -> Iterator[Player]:
    """``wenzheng desk``：一行代码也不写；等着的时候、挑情景的时候都是中文。"""
    with running_desk(folder) as lab, sync_api.sync_playwright() as playwright:
        with open_chromium(playwright, lab.host, folder, width=WIDTH, height=HEIGHT, scale=SCALE) as (_, visit):
            page = visit.page
            page.goto(lab.address, wait_until="commit")
            page.wait_for_selector("#loading_text")
            assert page.inner_text("#loading_text") == "正在打开办件台……"
            assert page.title() == "办件台"
            player = Player(page, keyboard=True)
            page.wait_for_selector(".wz-row:visible", timeout=60_000)
            assert page.evaluate("document.documentElement.lang") == "zh-CN"
            player.row("上班第一天").click()
            page.wait_for_selector(".wz-bar1:visible", timeout=30_000)
            yield player
            day = player.text(".wz-bar1")
            # 刷新网页等于关了再开：从停下的地方接着
            page.reload()
            page.wait_for_selector(".wz-row:visible", timeout=60_000)
            player.row("上班第一天").click()
            page.wait_for_selector(".wz-bar1:visible", timeout=30_000)
            assert player.text(".wz-bar1") == day
            page.goto(f"http://{lab.host}/nothing")
            assert "没有这一页" in page.inner_text("body")
            assert visit.blocked == []
        assert lab.outside_connections() == []


@pytest.mark.parametrize("door", [in_the_lab, in_the_desk], ids=["JupyterLab", "wenzheng desk"])
def test_the_first_day_to_the_end(door: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """打开、分拣、交办、胡乱答、一颗星与第二封信、照卷里的答、满意、走到头、记分牌；一按不过 0.3 秒，不出本机。"""
    with door(tmp_path) as player:  # type: ignore[operator]
        number = sort_and_assign(player)
        answer_badly(player, number)
        answer_well(player, number)
        to_the_end(player)
        if player.keyboard:
            by_keyboard(player)
        with capsys.disabled():
            print(f"\n{player.figures()}")
        slow = [f"“{name}” {seconds:.2f} 秒" for name, seconds in player.best().items() if seconds > SLOWEST]
        assert not slow, "按下到看见太久：" + "、".join(slow)
