"""情景：随包的都能开、能走；写错的指出第几行；三位同事分得出高下。"""

from __future__ import annotations

from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, RuleFileError
from wenzheng_lab.office import compare, play, scenario_names
from wenzheng_lab.office.scenario import FOLDER, parse_scenario

NAMES = (
    "backlog",
    "county-week",
    "exam",
    "first-day",
    "flood",
    "goodhart",
    "property-certificates",
    "school-canteen-rumour",
)


def test_the_shipped_scenarios() -> None:
    """八个情景，一个不少。"""
    assert scenario_names() == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name != "backlog"])
def test_each_scenario_opens_and_runs(name: str) -> None:
    """开得了局，走得动，首页与记分牌画得出。"""
    office = wz.Office(name, seed=3)
    office.advance(hours=30)
    assert office.scenario.brief.strip() in office._repr_html_().replace("&quot;", '"') or office.scenario.brief
    assert office.scoreboard().received > 0
    assert len(office.inbox) == len(office.cases)


@pytest.mark.slow
def test_the_backlog_has_1804_questions_and_36_answers() -> None:
    """积压：一千八百零四个问题，当场答了三十六个。"""
    office = wz.Office("backlog", seed=3)
    assert len(office.cases) == 1804
    assert sum(bool(case.replies) for case in office.cases) == 36


def test_the_first_day_is_guided() -> None:
    """第一天：十二封信，做到哪一步，带教人说到哪一步。"""
    office = wz.Office("first-day", seed=7)
    assert office.scenario.messages == 12
    first = office.cases[0].id
    assert len(office.guide) == 1
    office.open(first)
    office.sort(first, appeal="投诉", urgency="一般")
    office.assign(first, lead="住房和城乡建设局")
    office.reply(first, "您好，您反映的问题我们高度重视，正在处理。")
    assert [row["step"] for row in office.guide] == [0, 1, 2, 3, 4]
    office.advance(hours=60)
    assert len(office.guide) >= 6
    assert office.case(first).ratings[0].stars.startswith("★☆")
    assert office.case(first).letters


def test_the_second_round_needs_something_new() -> None:
    """第二封信：照抄前任的话还是不满意；照卷里查到的答，来信人改了口。"""
    empty, real = (wz.Office("property-certificates", seed=5) for _ in range(2))
    number = "QS0000001"
    for office in (empty, real):
        office.advance(hours=2)
        assert office.case(number).status == "再次来信"
        assert office.case(number).replies[0].text.startswith("您好")
    empty.reply(number, empty.case(number).replies[0].text)
    empty.advance(hours=60)
    assert empty.case(number).ratings[-1].solved <= 2
    real.assign(number, lead="住房和城乡建设局", partners=["自然资源局", "税务局"])
    for _ in range(12):
        real.next_day()
        case = real.case(number)
        if case.phase == "result" and case.conclusion in ("在办",):
            real.return_case(number, reason="请写明卡在哪一步、哪天办、找谁。")
        elif case.conclusion == "办结":
            break
    case = real.case(number)
    facts = "".join(row.text for row in case.facts if row.source == case.lead)
    real.reply(number, f"您好，再次来信收到，上次没有说清，对不起。{facts}\n住房和城乡建设局")
    real.advance(hours=60)
    assert real.case(number).ratings[-1].solved >= 4


def test_the_exam_hides_the_score_and_seals_it() -> None:
    """考试：不显示评分，分数在日志里；种子由教员给。"""
    office = wz.Office("exam", seed=20260608)
    office.advance(hours=6)
    number = office.cases[0].id
    assert office.preview(number, "您好。").total is None
    assert office.reply(number, "您好，已请单位核查。").total is None
    assert office.case(number).replies[0].total is None
    sealed = next(event for event in office.log if event.kind == "replied")
    assert sealed.data["score"]["total"] is not None  # type: ignore[index]
    assert len(office.fingerprint) == 12


def test_goodhart_shows_both_numbers() -> None:
    """指标的诱惑：上级口径与来信人自己的话，记分牌上两样都有。"""
    office = play("template", "goodhart", seed=4, days=9)
    board = office.scoreboard()
    assert "五星率" in board.target
    assert board.auto_rated > 0
    assert board.satisfied.of + board.not_rated == sum(bool(case.replies) for case in office.cases if case.replies)


FIRST = (FOLDER / "first-day.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('wait = "opened"', 'wait = "open"', "wait 写成"),
        ("days = 4", 'days = "四"', "应为数"),
        ('start = "2026-06-08"', 'start = "六月八日"', "日期应写成"),
        ("messages = 12", "messages = 12\nmesages = 3", "未知字段"),
        ('inbox = "inboxes/first-day.toml"', 'inbox = "county-weak"', "没有情景"),
        ("days = 4", 'days = 4\nmode = "examm"', "mode 写成"),
    ],
)
def test_a_mistake_in_a_scenario_names_its_line(old: str, new: str, told: str) -> None:
    """情景文件写错，首行有文件名、行号、错在哪里。"""
    assert old in FIRST
    text = FIRST.replace(old, new, 1)
    with pytest.raises(RuleFileError, match=told) as caught:
        parse_scenario(TomlFile.parse("自己的.toml", text))
    line = int(str(caught.value).split(":")[1])
    assert new.split("\n")[-1].split(" =")[0] in text.split("\n")[line - 1]


def test_an_own_scenario_is_played_from_its_file(tmp_path: Path) -> None:
    """教员自己写的情景，按路径开局；接着办时给同一个文件。"""
    path = tmp_path / "我的.toml"
    path.write_text(FIRST.replace('id = "first-day"', 'id = "mine"'), encoding="utf-8")
    log = tmp_path / "局.wzlog"
    wz.Office(path, seed=2, path=log).shut()
    office = wz.Office.load(log, scenario=path)
    assert office.scenario.id == "mine"
    office.shut()
    with pytest.raises(InputError):
        wz.Office.load(log)


def test_hostile_letters_are_escaped() -> None:
    """来信、答复、评语里的脚本，在件夹、故事、首页里都转义。"""
    office = wz.Office("first-day", seed=7)
    number = office.cases[0].id
    office._engine.state.cases[number].message["subject"] = "<script>alert(1)</script>"
    office.reply(number, "<img src=x onerror=alert(1)>您好")
    for page in (office._repr_html_(), office.case(number)._repr_html_(), office.trace(number)._repr_html_()):
        assert "<script" not in page
        assert "<img" not in page


def test_colleagues_side_by_side() -> None:
    """与三位同事并排比，项项对得上。"""
    found = compare(scenario="first-day", seed=6, days=3)
    assert list(found.boards) == ["尽责者", "套话者", "踢球者"]
    assert "满意" in found._repr_html_()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_the_three_colleagues_rank(seed: int) -> None:
    """同一种子，尽责者 > 套话者 > 踢球者，解决与满意都是；二十个种子个个如此。"""
    boards = [play(who, "county-week", seed=seed, days=8).scoreboard() for who in ("careful", "template", "kicker")]
    solved = [board.solved.value or 0.0 for board in boards]
    happy = [board.satisfied.value or 0.0 for board in boards]
    assert solved[0] > solved[1] > solved[2]
    assert happy[0] > happy[1] > happy[2]


@pytest.mark.slow
def test_thirty_days_run_fast() -> None:
    """不大安宁的一周往后走三十天，不到十秒（不办件）。"""
    import time

    office = wz.Office("county-week", seed=7)
    begin = time.process_time()
    office.advance(hours=720)
    assert time.process_time() - begin < 10


@pytest.mark.slow
def test_thirty_days_of_careful_work_run_fast() -> None:
    """尽责者办满三十天，也不到十秒；词典先读好，不算在内。"""
    import time

    play("careful", "first-day", seed=1, days=1)
    begin = time.process_time()
    office = play("careful", "county-week", seed=7, days=30)
    assert time.process_time() - begin < 10
    assert any(event.kind == "bulletin" for event in office.log)
