"""办件台：不用浏览器，一下一下按过去，看该变的变了没有。"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.desk.editor import summary
from wenzheng_lab.desk.letters import age_look
from wenzheng_lab.desk.message import letter_page
from wenzheng_lab.desk.shell import Desk
from wenzheng_lab.errors import InputError
from wenzheng_lab.office import check_log
from wenzheng_lab.office.scenario import FOLDER

BAD = "您好，您反映的问题我们高度重视，正在处理。"
SLOWEST = 0.3
"""按下到看见，最多几秒"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    one = wz.desk.open("first-day", seed=85, path=tmp_path / "第一天.wzlog")
    yield one
    one.shut()


def first(desk: Desk) -> str:
    """按左边第一行。"""
    desk.letters.rows[0].click()
    return desk.sitting.current


def sort_and_assign(desk: Desk) -> None:
    """分拣三样，派给建议的单位。"""
    desk.tabs.value = "分拣"
    desk.triage.strips["category"].value = "劳动和社会保障"
    desk.triage.strips["appeal"].value = "投诉"
    desk.triage.strips["urgency"].value = "一般"
    desk.tabs.value = "办理"
    desk.dispatch.fields["交办.lead"].value = "人力资源和社会保障局"
    desk.dispatch.fields["交办.partners"].value = "税务局、县总工会"
    desk.dispatch.go["交办"].click()


def send(desk: Desk, text: str) -> None:
    desk.tabs.value = "答复"
    desk.editor.text.value = text
    desk.editor.send.click()


def test_opening_a_letter_shows_it(desk: Desk) -> None:
    """按一行就打开：翻到来信，行上不再是未读。"""
    assert "未读" in desk.letters.rows[0].description
    number = first(desk)
    assert desk.tabs.value == "来信"
    assert number in desk.message.view.value
    assert desk.office.case(number).status == "待分拣"
    assert any("待分拣" in row.description for row in desk.letters.rows)
    assert "wz-now" in desk.letters.rows[desk.letters.shown.index(number)]._dom_classes


def test_the_first_day_is_played(desk: Desk) -> None:
    """第一天从头办到记分牌：胡乱答一颗星、有第二封信；照卷里的答，星变多。"""
    number = first(desk)
    sort_and_assign(desk)
    case = desk.office.case(number)
    assert (case.category, case.appeal, case.urgency, case.lead) == (
        "劳动和社会保障",
        "投诉",
        "一般",
        "人力资源和社会保障局",
    )
    send(desk, BAD)
    assert "答复已发出" in desk.clock.told.value
    assert desk.editor.text.value == ""
    for _ in range(3):
        desk.clock.day.click()
    assert desk.tabs.value == "动静"
    case = desk.office.case(number)
    assert case.ratings[0].solved == 1
    desk.letters.choose(desk.letters.shown.index(number))
    assert "★☆☆☆☆" in desk.message.view.value
    assert "再次来信" in desk.message.view.value
    assert case.letters[0].text.splitlines()[0][:12] in desk.message.view.value
    for _ in range(8):
        case = desk.office.case(number)
        if case.conclusion in ("办结", "部分办理", "不予办理"):
            break
        if case.phase == "result":
            desk.tabs.value = "办理"
            desk.dispatch.strip.value = "退回"
            desk.dispatch.fields["退回.reason"].value = "请写明谁去看的、哪天办完、找谁。"
            desk.dispatch.go["退回"].click()
        desk.clock.day.click()
    facts = "".join(row.text for row in case.facts if row.source == case.lead)
    send(desk, f"您好，再次来信收到，上次没有说清，对不起。{facts}\n人力资源和社会保障局")
    for _ in range(3):
        desk.clock.day.click()
    ratings = desk.office.case(number).ratings
    assert ratings[-1].solved > ratings[0].solved
    desk.tabs.value = "记分牌"
    assert "一日一清理" in desk.boards.views["记分牌"].value
    desk.tabs.value = "热度"
    assert "教学参数，非预测" in desk.boards.views["热度"].value
    desk.tabs.value = "经过"
    assert "再次来信" in desk.boards.views["经过"].value


def test_suggestion_and_evidence_only_on_demand(desk: Desk) -> None:
    """不按不给建议；按了有依据；照建议填三样都填上。"""
    number = first(desk)
    desk.tabs.value = "分拣"
    assert desk.triage.card.value == ""
    desk.triage.ask.click()
    assert "各项的依据" in desk.triage.card.value
    desk.triage.fill.click()
    case = desk.office.case(number)
    assert case.category and case.appeal and case.urgency
    assert desk.triage.strips["urgency"].value == case.urgency


def test_the_live_card_follows_the_draft(desk: Desk) -> None:
    """停一停就评，草稿也存了；换一封信，草稿不串。"""
    number = first(desk)
    desk.tabs.value = "答复"
    desk.editor.text.value = BAD
    assert "分 差" in desk.editor.sum.value
    assert "先改这几处" in desk.editor.card.value
    assert desk.office.case(number).draft == BAD
    other = next(n for n, id in enumerate(desk.letters.shown) if id != number)
    desk.letters.choose(other)
    assert desk.tabs.value == "来信"  # 没有看过的，先看信
    desk.tabs.value = "答复"
    assert desk.editor.text.value == ""
    desk.letters.choose(desk.letters.shown.index(number))
    assert desk.editor.text.value == BAD


def test_reopening_goes_on(tmp_path: Path) -> None:
    """关了再开，从停下的地方接着；日志没有缺口。"""
    path = tmp_path / "局.wzlog"
    desk = wz.desk.open("first-day", seed=85, path=path)
    number = first(desk)
    desk.tabs.value = "答复"
    desk.editor.text.value = "写到一半"
    desk.clock.hour.click()
    now = desk.office.now
    desk.shut()
    again = wz.desk.open("first-day", seed=85, path=path)
    assert again.office.now == now
    again.letters.choose(again.letters.shown.index(number))
    again.tabs.value = "答复"
    assert again.editor.text.value == "写到一半"
    again.shut()
    assert check_log(path) == ()
    with pytest.raises(InputError, match="种子 85"):
        wz.desk.open("first-day", seed=8, path=path)


def test_what_fails_is_told(desk: Desk) -> None:
    """没有做成的说出原因，不崩，不进日志。"""
    first(desk)
    desk.tabs.value = "办理"
    before = desk.office.fingerprint
    desk.dispatch.fields["交办.lead"].value = "水利"
    desk.dispatch.go["交办"].click()
    assert "没有做成" in desk.clock.told.value
    assert "wz-bad" in desk.clock.told.value
    assert desk.office.fingerprint == before


def test_undo_gives_the_form_back(desk: Desk) -> None:
    """撤销分拣，选项跟着退回去。"""
    first(desk)
    desk.tabs.value = "分拣"
    desk.triage.strips["urgency"].value = "特急"
    desk.clock.undo.click()
    assert desk.triage.strips["urgency"].value is None


def test_the_exam_gives_no_help(tmp_path: Path) -> None:
    """考试：没有带教、建议、评分、记分牌；分数封在日志里。"""
    desk = wz.desk.open("exam", seed=20260608, path=tmp_path / "考.wzlog", mode="exam")
    desk.clock.hour.click()
    first(desk)
    send(desk, BAD)
    desk.editor.text.value = BAD
    assert "考试中不显示评分" in desk.editor.sum.value
    assert desk.editor.card.value == ""
    assert "带教人" not in desk.clock.guide.value
    assert desk.office.fingerprint in desk.clock.guide.value
    desk.tabs.value = "记分牌"
    assert "不显示" in desk.boards.views["记分牌"].value
    desk.tabs.value = "经过"
    assert " 分" not in desk.boards.views["经过"].value
    sealed = next(event for event in desk.office.log if event.kind == "replied")
    assert sealed.data["score"]["total"] is not None  # type: ignore[index]
    desk.shut()


def test_the_words_go_with_the_colours(desk: Desk) -> None:
    """每种颜色都有话说明。"""
    for row, id in zip(desk.letters.rows, desk.letters.shown, strict=False):
        _, words = age_look(desk.office.case(id))
        assert words in row.description


def test_filters_and_search(desk: Desk) -> None:
    """筛与找。"""
    number = first(desk)
    desk.letters.strip.value = "未读"
    assert number not in desk.letters.shown
    desk.letters.strip.value = "全部"
    desk.letters.search.value = number
    assert desk.letters.shown == [number]


def test_letters_are_escaped(tmp_path: Path) -> None:
    """来信人写的脚本只当文字。"""
    scenario = tmp_path / "坏信.toml"
    text = (FOLDER / "property-certificates.toml").read_text(encoding="utf-8")
    evil = text.replace("文昌府", "文昌府<script>alert(1)</script>")
    scenario.write_text(evil, encoding="utf-8")
    desk = wz.desk.open(str(scenario), seed=3, path=tmp_path / "坏.wzlog")
    desk.clock.hour.click()
    number = next(case.id for case in desk.office.cases if "<script>" in case.message.body)
    desk.sitting.choose(number)
    for page in ("来信", "分拣", "办理", "答复", "经过", "热度", "记分牌", "发布"):
        desk.tabs.value = page
    desk.triage.ask.click()
    desk.editor.text.value = "<img src=x onerror=alert(1)>您好"
    desk.tabs.value = "答复"
    views = [
        desk.message.view,
        desk.triage.head,
        desk.triage.card,
        desk.dispatch.head,
        desk.dispatch.facts,
        desk.editor.head,
        desk.editor.card,
        desk.clock.told,
        *desk.boards.views.values(),
    ]
    shown = "".join(view.value for view in views)
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<script" not in letter_page(desk.office.case(number), exam=False).html
    desk.shut()


def test_a_click_takes_less_than_a_third_of_a_second(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """每一样按下到看见，都不超过 0.3 秒。"""
    took: dict[str, float] = {}

    def timed(name: str, act: Callable[[], object]) -> None:
        start = time.perf_counter()
        act()
        took[name] = time.perf_counter() - start

    timed("打开来信", lambda: first(desk))
    for page in desk.pages:
        timed(f"翻到{page}", lambda page=page: setattr(desk.tabs, "value", page))  # type: ignore[misc]
    desk.tabs.value = "分拣"
    timed("分拣", lambda: setattr(desk.triage.strips["urgency"], "value", "一般"))
    timed("看建议", desk.triage.ask.click)
    desk.tabs.value = "办理"
    desk.dispatch.fields["交办.lead"].value = "人力资源和社会保障局"
    timed("交办", desk.dispatch.go["交办"].click)
    desk.tabs.value = "答复"
    timed("停笔评分", lambda: setattr(desk.editor.text, "value", BAD * 6))
    timed("发出答复", desk.editor.send.click)
    timed("过一小时", desk.clock.hour.click)
    timed("下一个工作日", desk.clock.day.click)
    timed("筛", lambda: setattr(desk.letters.strip, "value", "全部"))
    timed("撤销（没有可撤的）", desk.clock.undo.click)
    with capsys.disabled():
        print("\n" + "　".join(f"{name} {seconds * 1000:.0f} 毫秒" for name, seconds in took.items()))
    assert max(took.values()) <= SLOWEST


def test_the_line_counts_only_the_asks_that_are_answered() -> None:
    """“答到几问”：一问没有理会，就不算答到。"""
    unit = wz.course.open("L00")
    empty, solid = (wz.score_reply(unit.reply(name), to=unit.letter("路灯")) for name in ("空话", "实在"))
    assert "答到 0/3 问" in str(summary(empty))
    assert "答到 3/3 问" in str(summary(solid))
