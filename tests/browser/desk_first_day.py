"""第一天怎样办：测试照它按，文档里的截图也照它按。"""

from __future__ import annotations

import re

from desk_driver import Player, facts

BAD = "您好，您反映的问题我们高度重视，正在处理。"
UNIT = "人力资源和社会保障局"


def sort_and_assign(player: Player) -> str:
    """打开第一封，分拣，看建议，交办。"""
    player.hit("打开来信", player.row(), ".wz-page-来信 h4", "QH")
    number = player.text(".wz-page-来信 h4").split()[0]
    player.shot("1来信")
    player.turn("分拣", number)
    player.told("劳动和社会保障", "已记下分类：劳动和社会保障")
    player.told("投诉", "已记下诉求：投诉")
    player.told("特急", "已记下缓急：特急")
    player.told("撤销", "已撤销")
    player.told("一般", "已记下缓急：一般")
    player.press("看建议和依据", ".wz-page-分拣", "各项的依据")
    player.shot("2分拣", top=".wz-page-分拣 h4")
    player.turn("办理", number)
    player.page.get_by_label("主办").locator("visible=true").fill(UNIT)
    player.page.get_by_label("协办").locator("visible=true").fill("税务局、县总工会")
    player.page.keyboard.press("Tab")
    player.hit("交办", player.page.locator(".wz-desk button.mod-primary:visible"), ".wz-told", "交办：做好了")
    player.shot("3办理")
    return number


def answer_badly(player: Player, number: str) -> None:
    """回一句空话；过两夜，一颗星，第二封信。"""
    player.turn("答复", number)
    player.page.locator(".wz-desk textarea:visible").first.fill(BAD)
    player.page.locator(".wz-sum:visible").get_by_text("分 差").wait_for()
    player.press("发出答复", ".wz-told", "答复已发出")
    player.hit("过一小时", player.button("过一小时"), ".wz-bar1", "09:00")
    player.hit("到下一个工作日", player.button("到下一个工作日"), ".wz-bar1", "6月9日")
    player.shot("4第二天")
    player.hit("到下一个工作日", player.button("到下一个工作日"), ".wz-bar1", "6月10日")
    player.hit("打开第二封信", player.row("再次来信"), ".wz-page-来信 .wz-second", "再次来信")
    assert number in player.text(".wz-page-来信 h4")
    assert "★☆☆☆☆" in player.text(".wz-stars")
    player.shot("5第二封信")


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
        f"还没有办好的，请找{UNIT}，联系电话{phone.group(1)}；不满意可以再给我们来信，或打12345热线。\n{UNIT}"
    )
    player.page.locator(".wz-desk textarea:visible").first.fill(words)
    player.page.locator(".wz-sum:visible").get_by_text(re.compile("分 [优良]")).wait_for()
    assert "没有触红线" in player.text(".wz-sum")
    player.shot("6照卷里的答", top=".wz-page-答复 textarea")
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
    player.shot("7满意")


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
        player.shot(f"8{page}")
    player.turn("记分牌", "一日一清理")
    assert "1/1" in player.text(".wz-page-记分牌")
    player.shot("9记分牌")
