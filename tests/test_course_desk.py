"""上台办件的题：照着走、从日志看、自己办的也收；柱列图；写发布。"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from course_helper import CHOOSE, COMMON, make_question, make_unit, write_unit

import wenzheng_lab as wz
from wenzheng_lab.course import Outcome, Question, Unit
from wenzheng_lab.course.desk_goals import LABELS, NUMBERS
from wenzheng_lab.course.desk_steps import Run
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.course.record import Record
from wenzheng_lab.errors import RuleFileError

SCENARIO = """
id = "one"
name = "一封信"
start = "2026-06-15"
days = 5
brief = "只有一封信。"
[[topic]]
id = "noise"
name = "夜里施工"
issues = ["qh-canteen"]
truth = "6月16日查明，夜里施工没有批准。"
known_at = "2026-06-16 10:00"
unit = "教育局"
start = "2026-06-15 06:00"
[[script]]
at = "2026-06-15 08:00"
[script.message]
subject = "夜里施工"
body = "工地夜里施工，睡不着，谁来管？"
[script.truth]
department = "城市管理局"
category = "城乡建设"
subcategory = "城市管理"
appeal = "投诉"
asks = ["管一管夜里施工"]
follow_up = ["今晚还施工吗？"]
issue = "qh-canteen"
[script.results]
found = "{visit}城管队到工地查看，夜里施工没有批准。"
did = "{done}工地停了夜里的施工。"
"""
DESK = (
    COMMON
    + """kind = "desk"
scenario = "one.toml"
seed = 7
slots = 3
until = 2026-06-17T08:00:00
about = "QS0000001"
brief = "一封信来了。"
[[question.move]]
key = "A"
text = "交给城市管理局"
because = "有人去查了。"
do = [{ act = "assign", id = "QS0000001", lead = "城市管理局" }]
[[question.move]]
key = "B"
text = "删了它"
because = "删了，事情还在。"
do = [{ act = "delete_post", target = "QS0000001", reason = "不好看" }]
[[question.move]]
key = "C"
text = "先不说话，过四小时"
do = [{ act = "advance", hours = 4 }]
[[question.goal]]
want = "交给人去查"
did = "assigned"
case = "QS0000001"
by = 2026-06-15T09:00:00
right = "一早就交办了。"
missing = "九点以前没有交办。"
[[question.goal]]
want = "不删"
never = "post_deleted"
right = "没有删。"
missing = "删过。"
[[question.wrong]]
answer = "B"
outcome = "needs_work"
"""
)
ANSWER = '[[answer]]\nid = "L99-Q1"\nanswer = ["A", "C"]\n'


def unit(folder: Path, text: str = DESK, answers: str = ANSWER, *, seed: str = "") -> Unit:
    """造一个单元，情景文件放在练习旁边。"""
    place = write_unit(folder, text, answers)
    (place / "one.toml").write_text(SCENARIO, encoding="utf-8")
    spec = load_unit(place)
    return Unit(spec, Record(spec.id, folder / "家"), seed=seed)


def desk(folder: Path, text: str = DESK) -> Question:
    """造一道上台办件的题。"""
    return unit(folder, text).q1


# ---------------------------------------------------------------- 走几步


@pytest.mark.parametrize("given", [["A", "C"], "A、C", "ac", ["A", "-", "B"], ["A", "C", ""]])
def test_moves_are_read_in_many_spellings(tmp_path: Path, given: object) -> None:
    """字母的各种写法都收；“到此为止”以后的不走。"""
    assert desk(tmp_path).check(given).passed


def test_the_order_of_moves_matters(tmp_path: Path) -> None:
    """同样的几步，先后不同，从日志里看得出。"""
    feedback = desk(tmp_path).check(["C", "A"])
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert "九点以前没有交办" in str(feedback)
    assert feedback.share == 0.5


def test_feedback_shows_what_happened(tmp_path: Path) -> None:
    """反馈里有走过的几步各一句、引出日志的原话、一局的经过与热度，写明是教学参数。"""
    feedback = desk(tmp_path).check(["A", "B"])
    page = feedback._repr_html_()
    assert "删了，事情还在" in page
    assert feedback.missing[0].quote == "不好看"
    assert "看这一局的经过" in page
    assert "城市管理局" in page
    assert "教学参数，非预测" in page
    assert "有人去查了" in str(feedback)


def test_moves_not_walked_are_not_told(tmp_path: Path) -> None:
    """没走的几步好不好，不说。"""
    assert "有人去查了" not in desk(tmp_path).check("B")._repr_html_()


def test_a_move_that_cannot_be_done_is_said(tmp_path: Path) -> None:
    """此刻做不成的一步：说哪一步、为什么，不算过。"""
    early = '{ act = "return_case", id = "QS0000001", reason = "空话" }'
    feedback = desk(tmp_path, DESK.replace('{ act = "advance", hours = 4 }', early)).check(["A", "C"])
    assert "第 2 步“先不说话，过四小时”没有做成" in str(feedback)
    assert "请用 urge 督办" in str(feedback)
    assert not feedback.passed


@pytest.mark.parametrize(
    ("given", "says"), [("AAAA", "最多走 3 步"), ("AX", "可用 A、B、C"), (5, "认不出"), ("-", "认不出")]
)
def test_misshapen_moves_say_how(tmp_path: Path, given: object, says: str) -> None:
    """步数太多、认不出的字母：说怎样写。"""
    feedback = desk(tmp_path).check(given)
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert says in str(feedback)


def test_same_answer_same_run(tmp_path: Path) -> None:
    """同样的几步，经过逐字相同。"""
    one, two = (desk(tmp_path).judge(["A", "C"]).story for _ in range(2))
    assert one is not None
    assert two is not None
    assert one._repr_html_() == two._repr_html_()


def test_moved_letters_keep_their_meaning(tmp_path: Path) -> None:
    """换了次序，参考答案与错答跟着换。"""
    seen = set()
    for seed in range(12):
        spec = unit(tmp_path, seed=str(seed)).q1
        seen.add(str(spec.spec.models[0].answer))
        assert spec.judge(spec.spec.models[0].answer).passed
        assert spec.judge(spec.spec.wrongs[0].answer).outcome is Outcome.NEEDS_WORK
    assert len(seen) > 2


def test_time_runs_to_a_moment_and_answers_come_from_the_file(tmp_path: Path) -> None:
    """走到某一刻、等回件、照卷里查到的答：答复里有单位查到的原话，没有多出来的。"""
    answer = '{ act = "answer", id = "QS0000001", head = "您好！", tail = "{unit}{phone}，{day}" }'
    steps = '{ act = "wait", until = "dept_result", most = 90 }, { act = "until", at = 2026-06-18T17:00:00 }, ' + answer
    text = DESK.replace('{ act = "advance", hours = 4 }', steps).replace("until = 2026-06-17", "until = 2026-06-19")
    goal = """[[question.goal]]
want = "迟一点答"
did = "replied"
since = 2026-06-18T17:00:00
right = "答了。"
missing = "没答。"
"""
    feedback = desk(tmp_path, text.replace("[[question.wrong]]", goal + "[[question.wrong]]")).check(["A", "C"])
    assert feedback.passed, str(feedback)
    run = feedback.story
    assert isinstance(run, Run)
    sent = run.office.case("QS0000001").replies[-1]
    assert "城管队到工地查看，夜里施工没有批准" in sent.text
    assert "城市管理局0700-" in sent.text
    assert "6月18日" in sent.text
    assert sent.gates == ()


def test_the_story_keeps_to_its_issue(tmp_path: Path) -> None:
    """写了只讲哪一封、哪一桩，别的信来的电话、别的议论就不列；热度画成柱列，写明是教学参数。"""
    text = DESK.replace('scenario = "one.toml"', 'scenario = "school-canteen-rumour"')
    text = text.replace("2026-06-17T08:00:00", "2026-06-13T08:00:00").replace(
        'about = "QS0000001"', 'about = "canteen"'
    )
    text = text.replace(
        '{ act = "advance", hours = 4 }', '{ act = "publish", topic = "canteen", text = "还在查。县教育局" }'
    )
    page = str(desk(tmp_path, text).judge("C")._repr_html_())
    assert "还在查。县教育局" in page
    assert "沙湾头中学食堂与“投毒”的传言：看得见的在传的人" in page
    assert "学校封口" not in page
    assert "一日一清理" not in page
    assert "教学参数，非预测" in page


# ---------------------------------------------------------------- 自己办的


def office(folder: Path, *, seed: int = 7, path: Path | None = None) -> wz.Office:
    """自己开一局。"""
    return wz.Office(folder / "L99" / "one.toml", seed=seed, path=path)


def test_a_run_of_ones_own_is_judged(tmp_path: Path) -> None:
    """自己办的一局、办件台那样带着一局的东西都收；不改动它。"""
    one = desk(tmp_path)
    played = office(tmp_path)
    played.assign("QS0000001", lead="城市管理局")
    assert "才看得出结果" in str(one.check(played))
    played.advance(48)
    before = played.fingerprint

    class Holder:
        office = played

    assert one.check(played).passed
    assert one.check(Holder()).passed
    assert played.fingerprint == before


def test_another_run_is_refused(tmp_path: Path) -> None:
    """别的情景、别的种子：说清要的是哪一局。"""
    one = desk(tmp_path)
    assert "种子 7" in str(one.check(office(tmp_path, seed=8)))
    assert "要的是“一封信”" in str(one.check(wz.Office("first-day", seed=7)))


def test_a_log_file_is_judged(tmp_path: Path) -> None:
    """交日志文件也行；改动过的说被改动过，不算过。"""
    log = tmp_path / "我的.wzlog"
    one = desk(tmp_path)
    played = office(tmp_path, path=log)
    played.assign("QS0000001", lead="城市管理局")
    played.advance(48)
    played.shut()
    assert one.check(str(log)).passed
    assert one.check(log).passed
    base = sqlite3.connect(log)
    base.execute("DROP TRIGGER no_update")
    base.execute("UPDATE events SET data = replace(data, '城市管理局', '教育局')")
    base.commit()
    base.close()
    feedback = one.check(str(log))
    assert feedback.outcome is Outcome.ERROR
    assert "被改动过" in str(feedback)


def test_steps_may_be_written_out(tmp_path: Path) -> None:
    """没有现成的几手时，答案可以逐步写出；写错的动作说哪里不对。"""
    text = DESK.split("[[question.move]]")[0] + "[[question.goal]]" + DESK.split("[[question.goal]]", 1)[1]
    text = text.replace("slots = 3\n", "").replace('answer = "B"', 'answer = [{ act = "next_day" }]')
    one = unit(tmp_path, text, '[[answer]]\nid = "L99-Q1"\nanswer = [{ act = "next_day" }]\n').q1
    assert one.check([{"act": "assign", "id": "QS0000001", "lead": "城市管理局"}]).passed
    assert "没有动作" in str(one.check([{"act": "delete_everything"}]))
    assert "收您办过的一局" in str(one.check("AB"))


# ---------------------------------------------------------------- 写错了指得出


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('act = "advance"', 'act = "advanse"', "没有动作"),
        ("hours = 4", "hour = 4", "参数"),
        ('did = "assigned"', 'did = "asigned"', "没有事件"),
        ('never = "post_deleted"', 'number = "beauty"', "没有数"),
        ('never = "post_deleted"', 'number = "trust"', "要写 least"),
        ('never = "post_deleted"', 'never = "post_deleted"\ndid = "replied"', "恰写一样"),
        ('key = "C"', 'key = "D"', "依次为"),
    ],
)
def test_faults_in_the_file_are_pointed_at(tmp_path: Path, old: str, new: str, says: str) -> None:
    """动作、参数、事件、数写错，打开单元时就说。"""
    with pytest.raises(RuleFileError, match=says):
        desk(tmp_path, DESK.replace(old, new, 1))


def test_every_number_has_a_label_and_a_value(tmp_path: Path) -> None:
    """能量的数都有中文说明，量得出来或说还没有。"""
    assert set(NUMBERS) == set(LABELS)
    extra = "".join(
        f'[[question.goal]]\nwant = "看{name}"\nnumber = "{name}"\ncase = "QS0000001"\nleast = 0\n'
        f'right = "量到。"\nmissing = "没有。"\n'
        for name in NUMBERS
    )
    page = str(desk(tmp_path, DESK.replace("[[question.wrong]]", extra + "[[question.wrong]]")).check(["A", "C"]))
    for label in LABELS.values():
        assert f"（{label}：" in page


# ---------------------------------------------------------------- 柱列图

COLUMNS = (
    CHOOSE.replace('kind = "choose"', 'kind = "chart"')
    + """[[question.figure]]
title = "两种做法"
unit = "%"
hours = 72
every = 6
note = "教学参数，非预测"
[[question.figure.series]]
name = "说清"
push = [{ hour = 6, kind = "answer" }]
[[question.figure.series]]
name = "删帖"
push = [{ hour = 6, kind = "delete" }]
[[question.figure]]
title = "件数"
unit = "件"
labels = ["一月", "二月"]
[[question.figure.series]]
name = "来信"
values = [3, 8]
"""
)


def test_columns_are_modelled_and_readable(tmp_path: Path) -> None:
    """柱列由模型算：同一把尺子，删帖的后来更高；每格的数折在下面，读屏软件读得到。"""
    one = make_question(tmp_path, COLUMNS)
    first, second = one.spec.kind.figures  # type: ignore[attr-defined]
    answered, deleted = (series.values for series in first.series)
    assert len(answered) == len(first.labels) == 13
    assert max(deleted) > max(answered)
    assert second.series[0].values == (3, 8)
    page = one._repr_html_()
    assert "教学参数，非预测" in page
    assert "看每一格的数" in page
    assert "<svg" not in page
    assert one.check("A").passed


def test_too_many_figures_are_refused(tmp_path: Path) -> None:
    """一题四张图：读不过来，不收。"""
    figure = '[[question.figure]]\ntitle = "一"\nunit = "件"\nlabels = ["甲"]\nvalues = [1]\n'
    with pytest.raises(RuleFileError, match="最多配 3 张图"):
        make_question(tmp_path, CHOOSE.replace('"choose"', '"chart"') + figure * 4)


# ---------------------------------------------------------------- 写发布

POST = (
    COMMON
    + """kind = "post"
post = "outage"
pass_total = 60
need = { known = 2 }
facts = ["12月3日8点至20点，北关路停水，主管漏水要换管。"]
matter = "北关路停水"
starter = "北关路……"
posted_at = 2026-12-01T09:00:00
[[question.wrong]]
answer = "因施工将临时停水，敬请谅解。"
outcome = "needs_work"
"""
)
GOOD = (
    "12月3日8点至20点，北关路停水，主管漏水要换管。请提前存水，丁香小区门口有送水车。"
    "若20点不能来水，17点在小区门口通知。电话0700-5550168。青禾县自来水公司12月1日"
)


def test_a_post_is_scored_with_evidence(tmp_path: Path) -> None:
    """写发布：够了就过，引出原话；空话不过，说缺哪样；原样交回不算作答。"""
    one = make_unit(tmp_path, POST, f'[[answer]]\nid = "L99-Q1"\nanswer = "{GOOD}"\n').q1
    good = one.check(GOOD)
    assert good.passed, str(good)
    assert good.formative
    assert any(point.quote for point in good.right)
    poor = one.check("因施工将临时停水，敬请谅解。")
    assert poor.outcome is Outcome.NEEDS_WORK
    assert "已知" in str(poor)
    assert one.check("北关路……").outcome is Outcome.NOT_ATTEMPTED
    assert "（“3217户”）" in str(one.check(GOOD + "影响3217户。"))


@pytest.mark.parametrize(
    ("old", "new"), [('"outage"', '"party"'), ("known = 2", "knwon = 2"), ("known = 2", "known = 4")]
)
def test_post_faults_are_pointed_at(tmp_path: Path, old: str, new: str) -> None:
    """发布的类、评分项、要求写错，打开时就说。"""
    with pytest.raises(RuleFileError):
        make_unit(tmp_path, POST.replace(old, new, 1), f'[[answer]]\nid = "L99-Q1"\nanswer = "{GOOD}"\n')


def test_untouched_game_is_not_an_attempt(tmp_path: Path) -> None:
    """自己的一局一步没走就交：算尚未作答，“全部运行”不算作答一次。"""
    one = desk(tmp_path)
    office = wz.Office(tmp_path / "L99" / "one.toml", seed=7)
    assert one.check(office).outcome is Outcome.NOT_ATTEMPTED
    assert one.attempts == 0


# ---------------------------------------------------------------- 第二次答复

SECOND = (
    """[[letter]]
id = "灯"
message_id = "L99-0001"
subject = "路灯又不亮"
body = "北关路的灯还是不亮，哪天修？"
[[letter.reply]]
id = "上回"
text = "您反映的北关路路灯，县城市管理局12月1日已派人查看，12月9日前修好，电话0700-5550170。"
"""
    + COMMON
    + """kind = "write"
letter = "灯"
reply = "上回"
second_round = true
pass_total = 30
need = { disposition = 1 }
asks = ["北关路的灯哪天修"]
[[question.wrong]]
answer = "您反映的北关路路灯，县城市管理局12月1日已派人查看，12月9日前修好，电话0700-5550170。"
outcome = "needs_work"
"""
)
NEWS = "北关路的7盏灯，12月11日查明是电缆被挖断，城市管理局12月12日18点前换好电缆，当晚都亮。"


def test_repeating_the_first_reply_is_not_a_second_reply(tmp_path: Path) -> None:
    """第二次答复照抄上一轮的话，不算答；同样的话在头一回是够的；要写明上一轮是哪一份。"""
    answers = f'[[answer]]\nid = "L99-Q1"\nanswer = "{NEWS}"\n'
    old = "您反映的北关路路灯，县城市管理局12月1日已派人查看，12月9日前修好，电话0700-5550170。"
    second = make_unit(tmp_path, SECOND, answers).q1
    first = make_unit(tmp_path, SECOND.replace("second_round = true\n", ""), answers).q1
    assert second.check(NEWS).passed
    assert (second.check(old).share or 0) < (first.check(old).share or 0)
    with pytest.raises(RuleFileError, match="上一轮"):
        make_unit(tmp_path, SECOND.replace('reply = "上回"\n', ""), answers)
