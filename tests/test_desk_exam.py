"""考试：八个情景都能当考试办，办的时候一样不露；教员拆封、回放。"""

from __future__ import annotations

from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.desk.welcome import Welcome
from wenzheng_lab.errors import InputError
from wenzheng_lab.office import scenario_names

BAD = "您好，您反映的问题我们高度重视，正在处理。"
PAGES = ("来信", "分拣", "办理", "答复", "经过", "记分牌", "动静", "发布")
LEAKS = ("先改这几处", "没有触红线", "带教人：", "把握 ", "分 差", "（差）", " 分）", "解决 0/")


@pytest.mark.parametrize("name", scenario_names())
def test_each_scenario_is_sealed(name: str, tmp_path: Path) -> None:
    """打开、分拣、交办、写、发出、过一天：画面上没有建议、评分、带教、记分牌；分数在日志里。"""
    path = tmp_path / "考.wzlog"
    desk = wz.desk.open(name, seed=11, path=path, mode="exam")
    assert desk.office.exam and desk.office.sealed
    if not desk.office.cases:
        desk.clock.day.click()
    number = desk.letters.shown[0]
    desk.letters.rows[0].click()
    assert desk.office.case(number).questions == () or desk.office.case(number).replies
    desk.tabs.value = "办理"
    desk.dispatch.fields["交办.lead"].value = "县政府办公室"
    desk.dispatch.go["交办"].click()
    desk.tabs.value = "答复"
    desk.editor.text.value = BAD
    desk.editor.send.click()
    assert not desk.sitting.failed
    desk.editor.text.value = BAD
    desk.clock.day.click()
    desk.sitting.choose(number)
    seen = desk.clock.guide.value + desk.clock.told.value
    for page in PAGES:
        desk.tabs.value = page
        seen += desk.message.view.value + desk.editor.sum.value + desk.editor.card.value + desk.triage.card.value
        seen += "".join(view.value for view in desk.boards.views.values())
    assert not [word for word in LEAKS if word in seen]
    assert "高度重视" in seen
    assert desk.triage.box.children[-3].layout.display == "none"
    sealed = [event for event in desk.office.log if event.kind == "replied" and event.by_learner]
    total = sealed[-1].data["score"]["total"]  # type: ignore[index]
    assert isinstance(total, int | float)
    mark = desk.office.fingerprint
    desk.shut()
    # 再开一次，哪怕照练习开，也还是考试
    again = wz.desk.open(name, seed=11, path=path)
    assert again.sitting.exam
    assert again.office.fingerprint == mark
    again.shut()


def test_the_teacher_unseals(tmp_path: Path) -> None:
    """教员：只看不办的一局看得见分数、诉求与记分牌；回放一步一步，分数在，点评另存，指纹对得上。"""
    path = tmp_path / "考.wzlog"
    desk = wz.desk.open("first-day", seed=11, path=path, mode="exam")
    desk.letters.rows[0].click()
    number = desk.sitting.current
    desk.tabs.value = "答复"
    desk.editor.text.value = BAD
    desk.editor.send.click()
    mark = desk.office.fingerprint
    desk.shut()
    office = wz.Office.view(path)
    assert office.exam and not office.sealed
    assert office.case(number).replies[0].total is not None
    assert "分" in str(office.trace(number))
    assert office.scoreboard().received > 0
    assert office.fingerprint == mark
    one = wz.desk.replay(path)
    while one.events[one.at].kind != "replied":
        one.act.click()
    assert "（差）" in one.case.value or " 分 差" in one.case.value
    assert " 分" in one.head.value
    one.note.value = "空话。缺谁、哪天、怎么办。"
    one.keep.click()
    assert list(wz.desk.replay(path).notes.values()) == ["空话。缺谁、哪天、怎么办。"]
    assert wz.Office.view(path).fingerprint == mark


def test_practice_cannot_be_handed_in_as_an_exam(tmp_path: Path) -> None:
    """练习的日志不能当考试接着办；进门选考试，另开一局。"""
    wz.desk.open("first-day", seed=11, path=tmp_path / "局.wzlog").shut()
    with pytest.raises(InputError, match="考试要从头开一局"):
        wz.desk.open("first-day", seed=11, path=tmp_path / "局.wzlog", mode="exam")
    door = Welcome(tmp_path)
    door.mode.value = "考试"
    door.rows["first-day"].click()
    assert door.desk is not None and door.desk.sitting.exam
    assert (tmp_path / "办件记录" / "first-day-85-考试.wzlog").is_file()
    door.desk.shut()
