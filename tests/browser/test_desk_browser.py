"""用真的 Chromium 办完第一天：JupyterLab 里一遍，``wenzheng desk`` 里一遍；每一按都量。"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk_driver import HEIGHT, SCALE, SLOWEST, WIDTH, Player, facts, notebook, running_desk, shot
from lab_driver import find_chromium, open_chromium, running_lab

sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium"),
]
BAD = "您好，您反映的问题我们高度重视，正在处理。"
UNIT = "住房和城乡建设局"
SHOTS = os.environ.get("WENZHENG_DESK_SHOTS")
"""要看画面时写一个文件夹，每一步存一张"""


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


def sort_and_assign(player: Player) -> str:
    """打开第一封，分拣，看建议，交办。"""
    player.hit("打开来信", player.row(), ".wz-page-来信 h4", "QH")
    number = player.text(".wz-page-来信 h4").split()[0]
    shot(player, SHOTS, "1来信")
    player.turn("分拣", number)
    player.told("城乡建设", "已记下分类：城乡建设")
    player.told("投诉", "已记下诉求：投诉")
    player.told("特急", "已记下缓急：特急")
    player.told("撤销", "已撤销")
    player.told("一般", "已记下缓急：一般")
    player.press("看建议和依据", ".wz-page-分拣", "各项的依据")
    shot(player, SHOTS, "2分拣")
    player.turn("办理", number)
    player.page.get_by_label("主办").locator("visible=true").fill(UNIT)
    player.page.get_by_label("协办").locator("visible=true").fill("城市管理局、青禾燃气公司")
    player.page.keyboard.press("Tab")
    player.hit("交办", player.page.locator(".wz-desk button.mod-primary:visible"), ".wz-told", "交办：做好了")
    shot(player, SHOTS, "3办理")
    return number


def answer_badly(player: Player, number: str) -> None:
    """回一句空话；过两夜，一颗星，第二封信。"""
    player.turn("答复", number)
    player.page.locator(".wz-desk textarea:visible").first.fill(BAD)
    player.page.locator(".wz-sum:visible").get_by_text("分 差").wait_for()
    player.press("发出答复", ".wz-told", "答复已发出")
    player.hit("过一小时", player.button("过一小时"), ".wz-bar1", "09:00")
    player.hit("到下一个工作日", player.button("到下一个工作日"), ".wz-bar1", "6月9日")
    shot(player, SHOTS, "4第二天")
    player.hit("到下一个工作日", player.button("到下一个工作日"), ".wz-bar1", "6月10日")
    player.hit("打开第二封信", player.row("再次来信"), ".wz-page-来信 .wz-second", "再次来信")
    assert number in player.text(".wz-page-来信 h4")
    assert "★☆☆☆☆" in player.text(".wz-stars")
    shot(player, SHOTS, "5第二封信")


def answer_well(player: Player, number: str) -> None:
    """等到单位有了结论，照卷里有的逐条答；评分好，来信人满意。"""
    for day in ("6月11日", "6月12日", "6月15日", "6月16日", "6月17日"):
        player.hit("到下一个工作日", player.button("到下一个工作日"), ".wz-bar1", day)
        player.hit("打开来信", player.row("再次来信"), ".wz-page-来信 h4", number)
        folder = player.text(".wz-page-来信")
        if any(f"回件结论\t{word}" in folder for word in ("办结", "部分办理", "不予办理")):
            break
        if "单位已回件" in folder:
            player.turn("办理", number)
            player.press("退回", ".wz-page-办理", "写清缺什么")
            player.page.locator(".wz-desk textarea:visible").first.fill("请写明谁去看的、哪天办完、找谁。")
            player.hit("退回", player.page.locator(".wz-desk button.mod-primary:visible"), ".wz-told", "退回：做好了")
    player.turn("答复", number)
    found = facts(player, UNIT)
    assert found, "单位没有查到什么"
    phone = re.search(r"联系电话([\d-]+)", player.text(".wz-page-答复"))
    assert phone
    numbered = "\n".join(f"{n}、{text}" for n, text in enumerate(found, start=1))
    words = (
        f"您好！您第二次来信收到了。上次只回了一句“正在处理”，没有答您问的事，对不起。"
        f"{UNIT}到现场查了，逐条答复您：\n{numbered}\n"
        f"还没有铺好的，请找{UNIT}，联系电话{phone.group(1)}；不满意可以再给我们来信，或打12345热线。\n{UNIT}"
    )
    player.page.locator(".wz-desk textarea:visible").first.fill(words)
    player.page.locator(".wz-sum:visible").get_by_text(re.compile("分 [优良]")).wait_for()
    assert "没有触红线" in player.text(".wz-sum")
    shot(player, SHOTS, "6照卷里的答")
    player.press("发出答复", ".wz-told", "答复已发出")
    player.press("答过", ".wz-desk .wz-note", "1 封，1/1 页")
    for _ in range(3):
        before = player.text(".wz-bar1")
        player.press("到下一个工作日", ".wz-page-动静", "刚才这段时间")
        assert player.text(".wz-bar1") != before
        player.hit("打开来信", player.row(), ".wz-page-来信 h4", number)
        stars = player.page.locator(".wz-stars:visible").all_inner_texts()
        if len(stars) > 1:
            break
    assert len(stars) > 1 and "★★★★" in stars[-1], f"照卷里的答了，来信人还是：{stars}"
    shot(player, SHOTS, "7满意")


def by_keyboard(player: Player) -> None:
    """不碰鼠标：Tab 走到，回车、空格按下，把一封没看过的信从打开办到发出。"""
    player.reach("要办", "Space")
    player.page.locator(".wz-desk .wz-note").get_by_text("1/2 页").wait_for()
    player.key("打开来信（键盘）", "未读｜", "Enter", ".wz-page-来信 h4", "QH")
    player.key("翻到分拣（键盘）", "分拣", "Enter", ".wz-page-分拣 h4", "QH")
    player.key("一般（键盘）", "一般", "Space", ".wz-told", "已记下缓急：一般")
    player.key("求助（键盘）", "求助", "Enter", ".wz-told", "已记下诉求：求助")
    player.reach("办理", "Enter", back=True)
    player.page.locator(".wz-page-办理:visible").wait_for()
    player.reach("主办")
    player.page.keyboard.type("县政府办公室")
    player.key("交办（键盘）", "交办", "Enter", ".wz-told", "交办：做好了")
    player.reach("答复", "Enter", back=True)
    player.page.locator(".wz-page-答复 textarea:visible").wait_for()
    player.reach("在这里写答复")
    player.page.keyboard.type("您好，来信收到，已交县政府办公室核查，查到什么再告诉您。")
    player.page.locator(".wz-sum:visible").get_by_text(" 分 ").wait_for()
    player.key("发出答复（键盘）", "发出答复", "Enter", ".wz-told", "答复已发出")


def to_the_end(player: Player) -> None:
    """走到这一局的日子，翻一遍各页，看记分牌。"""
    for _ in range(6):
        if "日子到了" in player.text(".wz-bar1"):
            break
        before = player.text(".wz-bar1")
        player.press("到下一个工作日", ".wz-page-动静", "刚才这段时间")
        assert player.text(".wz-bar1") != before
    assert "日子到了" in player.text(".wz-bar1")
    for page, text in (("发布", "已经发布的"), ("经过", "群众评价"), ("热度", "教学参数，非预测")):
        player.turn(page, text)
        shot(player, SHOTS, f"8{page}")
    player.turn("记分牌", "一日一清理")
    assert "1/1" in player.text(".wz-page-记分牌")
    shot(player, SHOTS, "9记分牌")
