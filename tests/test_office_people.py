"""群众与单位的规矩：谁满意、谁不满意，派错会怎样，承诺要兑现。"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wenzheng_lab as wz
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.departments import SCENES, TEMPERS, all_units, load_departments, say
from wenzheng_lab.office.findings import load_results
from wenzheng_lab.office.promises import find_promises
from wenzheng_lab.office.rating import rate, satisfied
from wenzheng_lab.office.state import CaseState
from wenzheng_lab.office.texts import SCENES as TEXT_SCENES
from wenzheng_lab.office.texts import texts

GOOD = dict.fromkeys(
    ["relevance", "completeness", "fact_finding", "basis", "disposition", "owner_date", "remedy", "tone", "plain"], 2.4
)
WARM = {**dict.fromkeys(GOOD, 0.2), "tone": 3.0, "relevance": 2.5, "plain": 3.0}
few = settings(max_examples=40, deadline=None)


def letter(world: str, marks: dict[str, float], *, total: float = 70.0, days: int = 2, **more: object) -> CaseState:
    """一封答过的来信：实地怎样、答复写得怎样。"""
    start = datetime(2026, 6, 8, 9)
    truth = {"appeal": "投诉", "personal_data": [], "kind": "ordinary", "department": "水利局", "partners": []}
    case = CaseState("甲", {"author": "某"}, truth, start, {})
    case.world, case.phase, case.first_due = world, "result" if world else "working", start + timedelta(days=7)
    sent = start + timedelta(days=days)
    score = {"criteria": marks, "gates": more.pop("gates", []), "total": total}
    case.replies = [{"at": sent.isoformat(), "text": "答复", "score": score}]
    for name, value in more.items():
        setattr(case, name, value)
    return case


def stars(case: CaseState, person: int = 0, **more: bool) -> dict[str, object]:
    """某个人打的分。"""
    options = {"copied": False, "unkept": False, **more}
    row = rate(case, datetime(2026, 6, 12), Stream(f"人{person}"), **options)
    return {"solved": row.solved, "attitude": row.attitude, "speed": row.speed, "auto": False}


@few
@given(st.integers(0, 10**6))
def test_warm_words_without_action_satisfy_no_one(person: int) -> None:
    """没有查、没有办，话再暖、答得再快，谁也不满意。"""
    row = stars(letter("", WARM, days=0), person)
    assert not satisfied(row)
    assert row["solved"] <= 2  # type: ignore[operator]


@few
@given(st.integers(0, 10**6))
def test_a_justly_refused_request_can_satisfy(person: int) -> None:
    """不能办而讲清了理由与去处的，能让人满意；光说不行的不能。"""
    assert satisfied(stars(letter("refused", GOOD), person))
    bare = {**GOOD, "remedy": 0.0, "fact_finding": 0.3, "completeness": 0.4}
    assert not satisfied(stars(letter("refused", bare), person))


@few
@given(st.integers(0, 10**6), st.floats(0, 3), st.sampled_from(sorted(GOOD)))
def test_a_better_reply_is_never_rated_lower(person: int, worse: float, name: str) -> None:
    """同一个人、同一件事，哪一项写得差些，解决和态度不会反而高。"""
    good, poor = letter("done", GOOD), letter("done", {**GOOD, name: min(worse, GOOD[name])})
    high, low = stars(good, person), stars(poor, person)
    assert low["solved"] <= high["solved"]  # type: ignore[operator]
    assert low["attitude"] <= high["attitude"]  # type: ignore[operator]


def test_calm_and_angry_are_rated_by_the_same_rule() -> None:
    """冷静与愤怒的来信，同样的答复打同样的分。"""
    calm, angry = letter("done", GOOD), letter("done", GOOD)
    calm.truth["emotion"], angry.truth["emotion"] = 0, 3
    assert stars(calm) == stars(angry)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"gates": ["G4"]}, "attitude"),
        ({"gates": ["G6"]}, "solved"),
        ({"days": 14}, "speed"),
        ({"outcome": "wrong", "world": ""}, "solved"),
    ],
    ids=["威胁", "说了没有的事", "迟了", "报错了情况"],
)
def test_faults_are_felt(change: dict[str, object], name: str) -> None:
    """触红线、迟了、说错了，来信人都感觉得到。"""
    world = str(change.pop("world", "done"))
    assert stars(letter(world, GOOD, **change))[name] <= 2  # type: ignore[arg-type, operator]


def test_late_but_told_is_better_than_late_and_silent() -> None:
    """超期以前告知过进展的，比一声不吭的强。"""
    silent, told = letter("done", GOOD, days=14), letter("done", GOOD, days=14)
    told.notices = [told.arrived + timedelta(days=5)]
    assert stars(told)["speed"] > stars(silent)["speed"]  # type: ignore[operator]


def test_unkept_promises_and_leaks_cost() -> None:
    """承诺没有兑现、个人信息漏了，分都掉下来。"""
    case = letter("done", GOOD)
    assert stars(case, unkept=True)["solved"] < stars(case)["solved"]  # type: ignore[operator]
    case.truth["personal_data"] = [{"start": 0, "end": 1, "type": "phone"}]
    assert stars(case)["attitude"] <= 2  # type: ignore[operator]
    case.redacted = {"text": "*", "missed": []}
    assert stars(case)["attitude"] > 2  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("6月15日前修好路灯。", ["06-15"]),
        ("我们将在五个工作日内书面答复您。", ["06-15"]),
        ("十五日内给您反馈。", ["06-23"]),
        ("6月5日已到现场核查，情况属实。", []),
        ("我们高度重视，将尽快处理，近期给您答复。", []),
        ("您6月20日来信反映的问题收悉。", []),
        ("6月12日前完成清淤，6月30日前补种。", ["06-12"]),
        ("6月8日8时水厂检测，余氯合格。", []),
        ("6月8日上午9点已安装两盏临时灯。", []),
        ("6月8日17时前恢复供水。", ["06-08"]),
    ],
)
def test_promises_are_dates_not_moods(text: str, days: list[str]) -> None:
    """写明日子要做的事才是承诺；“尽快”不是，过去的日子不是。"""
    found = find_promises(text, datetime(2026, 6, 8, 9))
    assert [f"{row.due:%m-%d}" for row in found][: len(days) or None] == days


def test_a_wrong_unit_pushes_back_and_says_where() -> None:
    """派错了单位，退回来；退件多半写着该去哪家，改派算一次转办。"""
    office = wz.Office("county-week", seed=7)
    case = office.cases[0]
    office.assign(case.id, lead="县气象局")
    office.advance(hours=12)
    assert office.case(case.id).status == "被退回"
    assert office.case(case.id).talk[-1].who == "县气象局"
    office.assign(case.id, lead="市场监督管理局", partners=["商务局"])
    assert office.case(case.id).transfers == 1


def test_a_dispute_is_settled_by_a_joint_meeting() -> None:
    """两家争职责，开会定了牵头的，件就往前走。"""
    office = wz.Office("county-week", seed=11)
    office.advance(hours=30)
    for case in office.cases:
        office.assign(case.id, lead=office._engine.state.cases[case.id].truth["department"])
    office.advance(hours=10)
    rows = [case for case in office.cases if case.status == "有争议"]
    assert rows
    case = rows[0]
    others = [name for name in all_units() if name in case.talk[-1].text and name != case.lead]
    due = office.now + timedelta(days=6)
    office.meeting(case.id, units=[case.lead, *others], owner=case.lead, due=due, minutes="按会上说的办。")
    office.advance(hours=16)
    assert office.case(case.id).status not in ("有争议", "被退回")
    assert "联席会议定" in office.case(case.id).facts[-1].text or len(office.case(case.id).facts) > 2


def test_claiming_more_than_the_file_knows_trips_the_red_line() -> None:
    """卷里没有的日子、数目、电话，写进答复就触红线。"""
    office = wz.Office("county-week", seed=7)
    number = office.cases[0].id
    score = office.reply(number, "您好，6月11日已派17人到场修好，联系电话0700-5559999。")
    assert "G6" in {gate.id for gate in score.gates}


def test_every_unit_can_speak_in_every_scene() -> None:
    """每个单位在每种场合都有话说，没有填不上的空。"""
    assert set(load_departments()) == set(all_units())
    for unit in all_units():
        for scene in SCENES:
            text = say(unit, scene, Stream(f"{unit}{scene}"), right="水利局", day="6月9日")
            assert text
            assert "{" not in text
    assert len(TEMPERS) == 6
    assert all(texts(scene) for scene in TEXT_SCENES)


def test_every_issue_type_has_findings() -> None:
    """每种来信都有查明、办理与不能办的话。"""
    from wenzheng_lab.inbox.issues import load_issues

    rows = load_results()
    for issue in load_issues():
        row = rows[issue.id]
        if issue.grantable != "不可办":
            assert "did" in row, issue.id
        if issue.grantable != "可办":
            assert "no" in row, issue.id
