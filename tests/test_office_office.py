"""办件室：开局、动作、时间、撤销、接着办。"""

from __future__ import annotations

from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.office import LedgerError, check_log


def prepared(path: Path | None = None) -> tuple[wz.Office, str]:
    """开一局，第一封信分了、派给管它的那一家。"""
    office = wz.Office("county-week", seed=15, path=path)
    number = office.cases[0].id
    truth = office._engine.state.cases[number].truth
    office.open(number)
    office.sort(number, category=str(truth["category"]), appeal="投诉", urgency="一般")
    office.assign(number, lead=str(truth["department"]))
    return office, number


def test_the_office_opens_at_eight_with_the_letters_of_the_night() -> None:
    """开局是早上八点，夜里来的信已经在箱里。"""
    office = wz.Office("county-week", seed=7)
    assert f"{office.now:%Y-%m-%d %H:%M}" == "2026-06-08 08:00"
    assert all(case.message.created_at <= office.now for case in office.cases)  # type: ignore[operator]


def test_a_result_comes_and_the_letter_is_rated() -> None:
    """交办以后单位回件；照卷里的答，来信人评价。"""
    office, number = prepared()
    office.advance(hours=60)
    case = office.case(number)
    assert case.phase == "result"
    office.reply(number, "您好！" + "".join(row.text for row in case.facts if row.source == case.lead))
    office.advance(hours=48)
    assert office.case(number).status in ("已答复", "已评价", "再次来信")
    assert "单位回件" in str(office.trace(number))


def test_load_goes_on_from_where_one_stopped(tmp_path: Path) -> None:
    """关掉再打开，与一口气办下去，日志逐字相同。"""
    here, there = tmp_path / "甲.wzlog", tmp_path / "乙.wzlog"
    one, number = prepared(here)
    one.advance(hours=30)
    one.advance(hours=30)
    two, _ = prepared(there)
    two.shut()
    for _ in range(2):
        two = wz.Office.load(there)
        two.advance(hours=30)
        two.shut()
    two = wz.Office.load(there)
    assert [event.hash for event in one.log] == [event.hash for event in two.log]
    assert repr(one.case(number)) == repr(two.case(number))
    one.shut()
    two.shut()
    assert check_log(here) == ()


def test_undo_is_a_new_event() -> None:
    """撤销也是一条事件；时间往前走以后撤不了。"""
    office, number = prepared()
    before = len(list(office.log))
    assert office.undo().kind == "assigned"
    assert office.case(number).status == "待交办"
    assert len(list(office.log)) == before + 1
    office.advance(hours=1)
    with pytest.raises(InputError, match="没有可撤销"):
        office.undo()


def test_a_failed_action_leaves_no_trace() -> None:
    """写错的动作不进日志，也不改样子。"""
    office, number = prepared()
    before = [event.hash for event in office.log]
    with pytest.raises(InputError, match="没有单位"):
        office.assign(number, lead="水利")
    with pytest.raises(InputError, match="晚于"):
        office.set_deadline(number, "2020-01-01")
    with pytest.raises(InputTypeError):
        office.advance(hours="4")
    assert [event.hash for event in office.log] == before


def test_viewing_does_not_act(tmp_path: Path) -> None:
    """只看的一局能停在任一条，不能办件。"""
    office, number = prepared(tmp_path / "局.wzlog")
    office.shut()
    seen = wz.Office.view(tmp_path / "局.wzlog", upto=1)
    assert seen.read_only
    with pytest.raises(LedgerError, match="只读"):
        seen.sort(number, urgency="急")


def test_a_result_after_an_early_reply_is_seen() -> None:
    """先回了空话、后来单位回了件，件又回到“待答复”，不会被当成办过了。"""
    office, number = prepared()
    office.reply(number, "您好，您反映的问题收悉，正在处理。")
    assert office.case(number).status == "已答复"
    office.advance(hours=60)
    assert office.case(number).phase == "result"
    assert office.case(number).status in ("待答复", "再次来信")


@pytest.mark.parametrize(
    "act",
    [
        lambda office, number: office.split(number, 5),
        lambda office, number: office.delete_post(5, reason="重发"),
        lambda office, number: office.assign(number, lead=None),
        lambda office, number: office.reply(number, 5),
        lambda office, number: office.merge(number, "甲"),
        lambda office, number: office.set_deadline(number, 5),
        lambda office, number: office.open(5),
    ],
)
def test_the_wrong_kind_of_thing_is_refused(act: object) -> None:
    """种类不对的参数，用三段话说清，日志不动。"""
    office, number = prepared()
    before = len(list(office.log))
    with pytest.raises((InputError, InputTypeError), match=r"应为|至少"):
        act(office, number)  # type: ignore[operator]
    assert len(list(office.log)) == before


def test_a_letter_is_split_by_what_it_asks() -> None:
    """照信里的原话分：要答的随原话走，各件归管它的那一家；少一条、重一条都不成。"""
    office = wz.Office("county-week", seed=7)
    office.advance(hours=100)
    number = next(
        case.id
        for case in office.cases
        if len(case.asks) >= 2 and len(case.questions) >= 2 and office._engine.state.cases[case.id].truth["partners"]
    )
    case = office.case(number)
    truth = dict(office._engine.state.cases[number].truth)
    with pytest.raises(InputError, match="对不上"):
        office.split(number, [case.asks[:1], case.asks[:1]])
    parts = office.split(number, [case.asks[:1], case.asks[1:]])
    assert [part.id for part in parts] == [f"{number}-1", f"{number}-2"]
    assert len({part.message.subject for part in parts}) == 2
    owed = [ask for part in parts for ask in part.questions]
    assert set(truth["asks"]) <= set(owed)
    units = {truth["department"], *truth["partners"]}
    assert {office._engine.state.cases[part.id].truth["department"] for part in parts} <= units
