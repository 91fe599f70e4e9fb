"""课程引擎：空位、作答、提示、参考答案、打开单元。"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from course_helper import ANSWER_A, CHOOSE, COMMON, make_question, make_unit

from wenzheng_lab import course
from wenzheng_lab.course import Outcome, ____
from wenzheng_lab.course.blank import is_unanswered
from wenzheng_lab.errors import DatasetError, InputError, InputTypeError

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


# ---------------------------------------------------------------- 空位


def test_blank_survives_any_use() -> None:
    """没填的格子里，对空位做什么都不报错，得到的还是空位。"""
    assert ____.a.b(1)[2] + 3 is ____
    assert 1 - ____ / 2 is ____
    assert list(____) == []
    assert not ____
    assert repr(____) == "____"


def test_blank_does_not_pretend_to_be_anything() -> None:
    """Jupyter 和 pandas 试探以下划线开头的能力时，空位说没有。"""
    for name in ("_repr_html_", "__array__", "_ipython_display_"):
        assert not hasattr(____, name)


@pytest.mark.parametrize(
    "answer", [____, None, "", "  ", "____", "＿＿＿", ..., [], ["____", None], {"1": ""}, float("nan")]
)
def test_empty_answers_are_unanswered(answer: object) -> None:
    """各种没填的写法都算尚未作答。"""
    assert is_unanswered(answer)


@pytest.mark.parametrize("answer", [0, False, "A", ["____", "A"], 0.0])
def test_zero_and_false_are_answers(answer: object) -> None:
    """0、False、填了一部分，都是作答。"""
    assert not is_unanswered(answer)


# ---------------------------------------------------------------- check


def test_right_answer_passes_and_teaches_one_more_thing(tmp_path: Path) -> None:
    """做对了：说明为什么对，再教一点，列出其余选项为什么不选。"""
    feedback = make_question(tmp_path).check("A")
    assert feedback.outcome is Outcome.PASSED
    assert feedback.more == "再学一点"
    assert "因为是甲。" in str(feedback)
    assert {point.text for point in feedback.others} == {"B：乙说的是别的事。", "C：丙没有日期。"}


def test_wrong_answer_explains_itself_without_the_answer(tmp_path: Path) -> None:
    """做错了：说这一项为什么不对，不说哪一项对。"""
    feedback = make_question(tmp_path).check("B")
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert "乙说的是别的事。" in str(feedback)
    assert feedback.next_step
    assert "因为是甲" not in feedback._repr_html_()


def test_untouched_answer_is_not_attempted(tmp_path: Path) -> None:
    """没填就运行：尚未作答，不算一次作答，也不计份额。"""
    question = make_question(tmp_path)
    feedback = question.check(____)
    assert feedback.outcome is Outcome.NOT_ATTEMPTED
    assert feedback.share is None
    assert question.attempts == 0


def test_four_outcomes_have_words_and_signs() -> None:
    """每种结果有不同的字和记号，不靠颜色分辨。"""
    assert [outcome.label for outcome in Outcome][:4] == ["正确", "还差一点", "尚未作答", "运行出错"]
    assert len({outcome.sign for outcome in Outcome}) == len(Outcome)


@pytest.mark.parametrize("answer", ["E", "AB", 7, object(), ["A", 3], "随便写的", {"A": 1}])
def test_unreadable_answer_says_how_to_write(tmp_path: Path, answer: object) -> None:
    """认不出的答案得到写法，不抛错。"""
    feedback = make_question(tmp_path).check(answer)
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert feedback.next_step


@pytest.mark.parametrize("answer", ["A", "a", "Ａ", " A ", "选A", "A.", ["A"], ("A",), {"A"}, "甲"])
def test_many_ways_to_write_one_letter(tmp_path: Path, answer: object) -> None:
    """全角、小写、带“选”字、放进列表、照抄选项，都认。"""
    assert make_question(tmp_path).check(answer).passed


class _Rude:
    """什么都抛错的对象。"""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError("别碰我")

    def __repr__(self) -> str:
        raise RuntimeError("不给看")

    def __str__(self) -> str:
        raise RuntimeError("不给看")


def test_check_never_raises_and_stays_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """再怪的答案也只得到反馈，不抛错，不往屏幕上打印。"""
    feedback = make_question(tmp_path).check(_Rude())
    assert feedback.outcome is Outcome.ERROR
    assert str(feedback)
    assert capfd.readouterr() == ("", "")


def test_error_is_one_sentence_in_plain_words(tmp_path: Path) -> None:
    """学员的代码出错：一句话说明，用中文说错在哪里，不给一串回溯。"""
    question = make_question(
        tmp_path,
        COMMON
        + 'kind = "code"\n[[question.case]]\nargs = [1]\nresult = 2\n'
        + '[[question.wrong]]\nanswer = 1\noutcome = "needs_work"\n',
        '[[answer]]\nid = "L99-Q1"\nanswer = "lambda x: x + 1"\n',
    )
    feedback = question.check(lambda _x: {}["没有"])
    assert feedback.outcome is Outcome.ERROR
    assert "\n" not in feedback.summary
    page = feedback._repr_html_()
    assert "没有这个键" in page
    assert "Traceback" not in page
    assert "Traceback" not in str(feedback)


def test_judge_leaves_no_record(tmp_path: Path) -> None:
    """批改时只判不记。"""
    question = make_question(tmp_path)
    assert question.judge("A").passed
    assert question.attempts == 0


def test_feedback_carries_the_version(tmp_path: Path) -> None:
    """反馈带着题目版本、摘要与包版本。"""
    signature = str(make_question(tmp_path).check("A").signature)
    assert signature.startswith("course:L99@1|exercise:")
    assert "|lab:" in signature


# ---------------------------------------------------------------- hint, solution


def test_hints_come_step_by_step(tmp_path: Path) -> None:
    """提示一次一条，到最后一条就停在那里。"""
    question = make_question(tmp_path)
    assert [question.hint().text for _ in range(3)] == ["提示一", "提示二", "提示二"]
    assert question.hint(1).text == "提示一"
    assert "参考答案" in question.hint(99).after


def test_solution_asks_for_an_attempt_first(tmp_path: Path) -> None:
    """没作答过先请试一次；再要一次才给。"""
    question = make_question(tmp_path)
    assert "先试一次" in question.solution().title
    assert "就是甲" in question.solution()._repr_html_()


def test_solution_after_an_attempt_is_shown(tmp_path: Path) -> None:
    """作答过，哪怕错了，就给看答案和理由。"""
    question = make_question(tmp_path)
    question.check("B")
    shown = question.solution()
    assert shown.title == "参考答案"
    assert "就是甲" in shown._repr_html_()


# ---------------------------------------------------------------- 不可信的文字


def test_hostile_text_is_escaped_everywhere(tmp_path: Path) -> None:
    """题目、留言、选项、作答里的脚本到处都转义。"""
    bad = HOSTILE.replace('"', '\\"')
    text = CHOOSE.replace('ask = "题目"', f'ask = "{bad}"\nletter = "信"').replace('"丙"', f'"{bad}"')
    text = text.replace("乙说的是别的事。", bad).replace("提示一", bad).replace("再学一点", bad)
    letter = f'[[letter]]\nid = "信"\nmessage_id = "1"\nsubject = "{bad}"\nbody = "{bad}"\nauthor = "{bad}"\n'
    answers = ANSWER_A.replace("就是甲。", bad)
    unit = make_unit(tmp_path, letter + text, answers)
    question = unit.q1
    shown = [unit, question, unit.read("信"), question.hint(), question.check("A"), question.check("B")]
    shown += [question.check(HOSTILE), question.solution(), unit.progress()]
    for thing in shown:
        page = thing._repr_html_()
        assert "<script" not in page
        assert "<img" not in page
    assert "&lt;script&gt;" in question._repr_html_()


def test_reprs_are_plain_text(tmp_path: Path) -> None:
    """没有网页的地方，每样东西都能用文字显示，没有标签。"""
    unit = make_unit(tmp_path)
    for thing in (
        unit,
        unit.q1,
        unit.q1.check("B"),
        unit.q1.hint(),
        unit.q1.solution(),
        unit.progress(),
        unit.q1.form(),
    ):
        assert "<" not in repr(thing)
        assert repr(thing).strip()


# ---------------------------------------------------------------- open


def test_open_accepts_loose_names() -> None:
    """大小写、全角、带文件名都行。"""
    for name in ("L00", "l00", "Ｌ００", "L00_开始.ipynb", " L00 "):
        assert course.open(name).id == "L00"


def test_unknown_unit_names_the_known_ones() -> None:
    """没有的单元：说来了什么、现有哪些、像哪一个。"""
    with pytest.raises(DatasetError, match=r"没有单元 'L00x'。现有：.*L00.*是不是想写“L00”"):
        course.open("L00x")


@pytest.mark.parametrize("name", [0, None, ["L00"], b"L00"])
def test_unit_name_must_be_text(name: object) -> None:
    """单元号不是文字：说清怎样写。"""
    with pytest.raises(InputTypeError, match="单元号是"):
        course.open(name)  # type: ignore[arg-type]


@pytest.mark.parametrize(("seed", "error"), [(1.5, InputTypeError), (True, InputTypeError), ("", InputError)])
def test_bad_seed_is_refused(seed: object, error: type[Exception]) -> None:
    """种子只能是整数或文字。"""
    with pytest.raises(error, match="种子"):
        course.open("L00", seed=seed)  # type: ignore[arg-type]


def test_unknown_question_names_the_known_ones() -> None:
    """没有的题：列出有的。"""
    with pytest.raises(AttributeError, match=r"没有题 'q9'；可用：q1、q2"):
        _ = course.open("L00").q9


def test_unknown_letter_names_the_known_ones() -> None:
    """没有的留言：列出有的。"""
    with pytest.raises(DatasetError, match=r"没有留言 '路登'。现有：路灯"):
        course.open("L00").letter("路登")


def test_tab_completion_offers_the_questions() -> None:
    """补全时看得到各题。"""
    assert {"q1", "q2", "progress"} <= set(dir(course.open("L00")))


def test_import_is_light() -> None:
    """打开课程、判选择题都不载入 pandas、matplotlib、ipywidgets。"""
    program = (
        "import sys, wenzheng_lab as wz; u = wz.course.open('L00'); u.q1.judge('A'); u._repr_html_();"
        "print([m for m in ('pandas', 'matplotlib', 'ipywidgets') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=True)
    assert out.stdout.strip() == "[]"
