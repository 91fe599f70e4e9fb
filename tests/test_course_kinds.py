"""各题型：判得对，说得清，收得下各种写法。"""

from __future__ import annotations

from pathlib import Path

import pytest
from course_helper import ANSWER_A, CHOOSE, COMMON, make_question, make_unit

from wenzheng_lab.course import Outcome, Question, ____
from wenzheng_lab.course.kinds._base import split_keys
from wenzheng_lab.course.kinds.code import same
from wenzheng_lab.course.kinds.number import to_number
from wenzheng_lab.course.seeded import draw

WRONG = '[[question.wrong]]\nanswer = "B"\noutcome = "needs_work"\n'
MANY = CHOOSE.replace('kind = "choose"', 'kind = "choose"\nmany = true').replace("right = false", "right = true", 1)
LABEL = (
    COMMON
    + """kind = "label"
labels = ["咨询", "投诉"]
[[question.item]]
text = "怎么办证"
label = "咨询"
because = "在问办法。"
mistakes = { "投诉" = "他没有说谁不好。" }
[[question.item]]
text = "窗口没人"
label = "投诉"
because = "在说窗口的不是。"
"""
    + WRONG
)
RANK = (
    COMMON
    + """kind = "rank"
[[question.item]]
key = "A"
text = "停水"
place = 1
because = "家家受影响。"
[[question.item]]
key = "B"
text = "路灯"
place = 2
because = "天黑才碍事。"
[[question.item]]
key = "C"
text = "站牌"
place = 2
because = "不急。"
"""
    + WRONG
)
FIGURE = """[[question.figure]]
title = "办结"
unit = "件"
labels = ["一月", "二月"]
values = [40, 10]
note = "合成数据"
"""
NUMBER = (
    COMMON
    + 'kind = "chart"\nnumber = 80\ntolerance = 0.5\nunit = "%"\nbecause = "40 除以 50。"\n'
    + FIGURE
    + '[[question.near]]\nvalue = 40\nbecause = "这是件数，不是比例。"\n'
    + WRONG
)
CODE = (
    COMMON
    + 'kind = "code"\n[[question.case]]\nargs = [[1, 2]]\nresult = 1.5\n[[question.case]]\nargs = [[4]]\nresult = 4\n'
    + WRONG
)
OPEN = COMMON + 'kind = "open"\nat_least = 5\npoints = ["想到了谁", "想到了哪天"]\n'


def answer(value: str) -> str:
    """一份参考答案的 TOML。"""
    return f'[[answer]]\nid = "L99-Q1"\nanswer = {value}\n'


def question(folder: Path, text: str, value: str) -> Question:
    """造一道题。"""
    return make_question(folder, text, answer(value))


# ---------------------------------------------------------------- 选择


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ("A、C", ["A", "C"]),
        ("ca", ["C", "A"]),
        (["A", "A"], ["A"]),
        ("选项B", ["B"]),
        ("", None),
        ("AE", None),
        (3, None),
    ],
)
def test_keys_are_read_in_many_spellings(given: object, keys: list[str] | None) -> None:
    """字母的各种写法。"""
    assert split_keys(given, "ABC") == keys


def test_many_choice_counts_what_is_lacking(tmp_path: Path) -> None:
    """多选少选：对的说明为什么，只说还差几项。"""
    feedback = question(tmp_path, MANY, '["A", "B"]').check("A")
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert "还有 1 项" in str(feedback)
    assert "乙说的是别的事" not in str(feedback)
    assert feedback.share == 0.5


def test_choosing_everything_is_not_rewarded(tmp_path: Path) -> None:
    """多选全勾上：错的抵掉对的。"""
    feedback = question(tmp_path, MANY, '["A", "B"]').check("ABC")
    assert feedback.share == 0.5
    assert not feedback.passed


def test_decision_shows_its_consequence(tmp_path: Path) -> None:
    """决策题先说后来怎样，再说为什么。"""
    text = CHOOSE.replace('"choose"', '"decide"').replace("right = false", 'right = false\nthen = "又来了三封信。"')
    text = text.replace("right = true", 'right = true\nthen = "来信人道谢。"')
    feedback = make_question(tmp_path, text, ANSWER_A).check("B")
    assert "后来：又来了三封信。乙说的是别的事。" in str(feedback)


# ---------------------------------------------------------------- 标注、排序


def test_label_points_at_each_wrong_one(tmp_path: Path) -> None:
    """错一条说一条：为什么不是它，引出原文；对的也说。"""
    feedback = question(tmp_path, LABEL, '["咨询", "投诉"]').check(["投诉", "投诉"])
    assert feedback.share == 0.5
    assert feedback.missing[0].text == "第 1 条不是“投诉”：他没有说谁不好。"
    assert feedback.missing[0].quote == "怎么办证"
    assert "在说窗口的不是" in feedback.right[0].text


@pytest.mark.parametrize("given", [["咨询", ____], {"1": "咨询"}, {1: " 咨询 "}, ["咨询"]])
def test_half_filled_label_is_not_lost(tmp_path: Path, given: object) -> None:
    """只填了一半：填的算数，没填的点出来。"""
    feedback = question(tmp_path, LABEL, '["咨询", "投诉"]').check(given)
    assert feedback.share == 0.5
    assert "第 2 条还没有填" in str(feedback)


@pytest.mark.parametrize("given", [["咨询"] * 3, {"9": "咨询"}, {"一": "咨询"}, "咨询", 1])
def test_misshapen_label_says_how(tmp_path: Path, given: object) -> None:
    """条数不对、编号不对：说怎样写。"""
    assert "照这个样子写" in question(tmp_path, LABEL, '["咨询", "投诉"]').check(given).next_step


def test_rank_accepts_ties_either_way(tmp_path: Path) -> None:
    """并列的谁先谁后都对。"""
    one = question(tmp_path, RANK, '["A", "B", "C"]')
    assert one.check(["A", "B", "C"]).passed
    assert one.check("ACB").passed


def test_rank_names_one_reversed_pair(tmp_path: Path) -> None:
    """颠倒了：说有几对，先指一对。"""
    feedback = question(tmp_path, RANK, '["A", "B", "C"]').check("BAC")
    assert feedback.summary == "2 对先后里，有 1 对颠倒了。"
    assert feedback.missing[0].text.startswith("A 应在 B 之前")


@pytest.mark.parametrize("given", ["AB", "AAB", ["A"], "ABCD", 5])
def test_rank_wants_every_item_once(tmp_path: Path, given: object) -> None:
    """少排、重排：说每条一次。"""
    assert "每条一次" in question(tmp_path, RANK, '["A", "B", "C"]').check(given).summary


# ---------------------------------------------------------------- 读图、数


def test_chart_has_numbers_beside_bars(tmp_path: Path) -> None:
    """图的长短之外写出数和图注，读屏软件读得到；不用图片。"""
    page = question(tmp_path, NUMBER, "80")._repr_html_()
    assert ">40<" in page
    assert "合成数据" in page
    assert "width:25.0%" in page
    assert "<img" not in page


@pytest.mark.parametrize("given", [80, 80.4, "80", "８０％", "80 %"])
def test_number_within_tolerance_passes(tmp_path: Path, given: object) -> None:
    """误差之内、带单位、全角都算对。"""
    assert question(tmp_path, NUMBER, "80").check(given).passed


@pytest.mark.parametrize(
    ("given", "says"), [(40, "这是件数"), (81, "偏大"), ("七成", "要一个数"), (float("inf"), "要一个数")]
)
def test_wrong_number_is_explained(tmp_path: Path, given: object, says: str) -> None:
    """常见的错数说明怎么来的，别的说偏大偏小。"""
    assert says in str(question(tmp_path, NUMBER, "80").check(given))


def test_numpy_number_is_a_number() -> None:
    """numpy 的数当数收，真假值不收。"""
    numpy = pytest.importorskip("numpy")
    assert to_number(numpy.float64(3.5)) == 3.5
    assert to_number(numpy.bool_(True)) is None


def test_chart_may_ask_for_a_choice(tmp_path: Path) -> None:
    """读图也可以选一项。"""
    text = CHOOSE.replace('kind = "choose"', 'kind = "chart"') + FIGURE
    assert make_question(tmp_path, text).check("A").passed


# ---------------------------------------------------------------- 代码


def test_function_is_tried_case_by_case(tmp_path: Path) -> None:
    """函数逐个试用，对几个算几个。"""
    one = question(tmp_path, CODE, '"x"')
    assert one.check(lambda values: sum(values) / len(values)).passed
    half = one.check(lambda values: values[0])
    assert half.share == 0.5
    assert "偏小" in str(half)


def test_unwritten_function_is_not_attempted(tmp_path: Path) -> None:
    """函数体还是空位：尚未作答。"""
    assert question(tmp_path, CODE, '"x"').check(lambda _values: ____).outcome is Outcome.NOT_ATTEMPTED


def test_learner_prints_and_warnings_stay_inside(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """学员的函数打印、警告，不跑到反馈外面。"""

    def noisy(values: list[float]) -> float:
        import sys
        import warnings

        print("打印")
        print("出错输出", file=sys.stderr)
        warnings.warn("警告", stacklevel=1)
        return sum(values) / len(values)

    assert question(tmp_path, CODE, '"x"').check(noisy).passed
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, RecursionError, ZeroDivisionError])
def test_any_failure_becomes_a_card(tmp_path: Path, error: type[BaseException]) -> None:
    """退出、中断、没完没了地自己调自己，都变成一张卡。"""

    def failing(_values: object) -> None:
        raise error

    assert question(tmp_path, CODE, '"x"').check(failing).outcome is Outcome.ERROR


def test_self_made_equal_is_not_believed() -> None:
    """自造的“怎么比都相等”的类不算数。"""

    class Always(int):
        def __eq__(self, _other: object) -> bool:
            return True

        __hash__ = int.__hash__

    assert not same(Always(1), 2, 0)
    assert not same(True, 1, 0)
    assert same({"a": [1.0]}, {"a": [1]}, 0)


# ---------------------------------------------------------------- 开放题


def test_open_question_is_not_marked(tmp_path: Path) -> None:
    """开放题记下来，给对照的想法，不评对错。"""
    one = question(tmp_path, OPEN, '"先问清楚再说"')
    feedback = one.check("先去现场看一看")
    assert feedback.outcome is Outcome.NO_CHECK
    assert feedback.share is None
    assert "想到了哪天" in str(feedback)
    assert one.check("嗯").outcome is Outcome.NEEDS_WORK


# ---------------------------------------------------------------- 种子


def test_same_seed_same_questions(tmp_path: Path) -> None:
    """同一个种子总是同一份题；没有种子就是原题。"""
    assert make_unit(tmp_path, seed="7").q1.spec == make_unit(tmp_path, seed="7").q1.spec
    assert make_unit(tmp_path).q1.spec.models[0].answer == "A"


def test_moved_letters_keep_their_meaning(tmp_path: Path) -> None:
    """换了次序，参考答案与错答跟着换，仍得原来的结果。"""
    seen = set()
    for seed in range(30):
        unit = make_unit(tmp_path, seed=str(seed))
        spec = unit.q1.spec
        seen.add(str(spec.models[0].answer))
        assert unit.q1.judge(spec.models[0].answer).passed
        assert unit.q1.judge(spec.wrongs[0].answer).outcome is Outcome.NEEDS_WORK
    assert seen == {"A", "B", "C"}


def test_fixed_order_stays(tmp_path: Path) -> None:
    """写明次序不换的，不换。"""
    text = CHOOSE.replace('kind = "choose"', 'kind = "choose"\nfixed_order = true')
    unit = make_unit(tmp_path, text)
    for seed in range(10):
        assert draw(unit.spec.questions[0], str(seed)).models[0].answer == "A"
