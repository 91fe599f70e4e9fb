"""代码题：写成文字的函数、不公开的试用、出错与死循环的说明；判题不运行来路不明的文字。"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from course_helper import COMMON, make_question

from wenzheng_lab.course import Outcome, Question, ____
from wenzheng_lab.course.kinds.code import Written
from wenzheng_lab.course.kinds.running import SECONDS, TooLong, explain, run

MEAN = (
    COMMON
    + '''kind = "code"
define = "mean"
starter = """
def mean(values):
    ____"""
[[question.case]]
args = [[1, 2]]
result = 1.5
because = "（1＋2）÷ 2。"
[[question.case]]
args = [[4]]
result = 4
[[question.case]]
args = [[]]
result = "没有"
hidden = true
about = "空的列表"
[[question.wrong]]
answer = "def mean(values):\\n    return sum(values) / len(values)"
outcome = "needs_work"
says = "空的列表"
'''
)
RIGHT = 'def mean(values):\n    return sum(values) / len(values) if values else "没有"\n'
ANSWER = f"[[answer]]\nid = 'L99-Q1'\nanswer = '''{RIGHT}'''\n"


def mean(folder: Path) -> Question:
    """求平均的题。"""
    return make_question(folder, MEAN, ANSWER)


def test_function_may_be_written_as_text(tmp_path: Path) -> None:
    """表单里交来的是文字：定义了再试用；直接交函数也收。"""
    one = mean(tmp_path)
    assert one.check(RIGHT).passed
    assert one.check(lambda values: sum(values) / len(values) if values else "没有").passed


def test_judging_alone_never_runs_text(tmp_path: Path) -> None:
    """批改只走 judge：交来的文字不当代码运行，只说这里要一个函数。"""
    mark = tmp_path / "运行过"
    evil = f"open({str(mark)!r}, 'w').close()\ndef mean(values):\n    return 1.5"
    feedback = mean(tmp_path).judge(evil)
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert "要一个函数" in str(feedback)
    assert not mark.exists()


def test_hidden_case_is_not_shown(tmp_path: Path) -> None:
    """不公开的试用没有通过：只说是哪一类，不露参数与应得的结果；题面上只写有几次。"""
    one = mean(tmp_path)
    page = str(one.check("def mean(values):\n    return sum(values) / max(1, len(values))"))
    assert "没有公开的试用没有通过：空的列表" in page
    assert "[]" not in page
    assert '"没有"' not in page
    sheet = one._repr_html_()
    assert "另有 1 次不公开的试用" in sheet
    assert "mean([4]) 应得 4" in sheet
    assert "mean([])" not in sheet


def test_error_names_the_line_and_the_reason(tmp_path: Path) -> None:
    """一次试用出错：别的照样试；说第几行、为什么、用什么参数。"""
    feedback = mean(tmp_path).check("def mean(values):\n    total = sum(values)\n    return total / len(values)")
    assert feedback.outcome is Outcome.NEEDS_WORK
    assert feedback.share == pytest.approx(2 / 3)
    assert "空的列表时出错：第 3 行：除以了零" in str(feedback)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def mean(values)：\n    return 1", "第 1 行写得不合语法"),
        ("def average(values):\n    return 1", "没有函数 mean"),
        ("import 没有这个包\ndef mean(values):\n    return 1", "没有安装这个包"),
        ("def mean(values):\n    return value", "第 2 行：有个名字没有定义"),
        ("raise SystemExit", "第 1 行：代码里叫停了程序"),
        ("def mean(values):\n    return mean(values)", "不停地调用自己"),
    ],
)
def test_bad_code_is_explained_in_plain_words(tmp_path: Path, text: str, says: str) -> None:
    """写错的代码：运行出错，一句平常话；不抛错。"""
    feedback = mean(tmp_path).check(text)
    assert feedback.outcome is Outcome.ERROR
    assert says in str(feedback)
    assert "Traceback" not in str(feedback)


def test_starter_and_blank_are_not_attempts(tmp_path: Path) -> None:
    """起头的代码原样交回、空位、空串：尚未作答。"""
    one = mean(tmp_path)
    for answer in ("def mean(values):\n    ____", ____, "", lambda _values: ____):
        assert one.check(answer).outcome is Outcome.NOT_ATTEMPTED
    assert one.attempts == 0


def test_endless_loop_is_stopped() -> None:
    """死循环到时候停下，except Exception 也接不住；跟踪函数还原。"""
    before = sys.gettrace()

    def stubborn() -> None:
        while True:
            try:
                sum([1])
            except Exception:
                continue

    with pytest.raises(TooLong):
        run(stubborn, (), seconds=0.2)
    assert sys.gettrace() is before
    assert "循环停不下来" in explain(TooLong())
    assert SECONDS >= 1


def test_arguments_are_copies(tmp_path: Path) -> None:
    """函数把参数改坏了，不影响下一次试用，也不影响下一个人。"""
    one = mean(tmp_path)
    spoiler = RIGHT.replace(
        "    return", "    values = values if values.append(0) else values[:-1] or values.clear()\n    return"
    )
    assert one.check(spoiler).passed
    assert one.check(RIGHT).passed


def test_model_answer_reads_as_code(tmp_path: Path) -> None:
    """参考答案显示成代码，测试里又能当函数用。"""
    one = mean(tmp_path)
    model = one.spec.models[0].answer
    assert isinstance(model, Written)
    assert model([2, 4]) == 3
    assert str(model).startswith("def mean")
    one.check(RIGHT)
    assert "def mean" in one.solution()._repr_html_()


def test_empty_list_is_a_result(tmp_path: Path) -> None:
    """应得空列表的，交空列表算对；没有写 return 的才算没有给出结果。"""
    text = (
        MEAN.split("[[question.case]]")[0].replace("mean", "keep")
        + "[[question.case]]\nargs = [[0]]\nresult = []\n"
        + "[[question.case]]\nargs = [[3]]\nresult = [3]\n"
        + '[[question.wrong]]\nanswer = "def keep(x): return x"\noutcome = "needs_work"\n'
    )
    one = make_question(
        tmp_path, text, "[[answer]]\nid = 'L99-Q1'\nanswer = 'def keep(values): return [x for x in values if x]'\n"
    )
    assert one.check("def keep(values):\n    return [x for x in values if x]").passed
    assert one.check("def keep(values):\n    values.sort()").outcome is Outcome.NOT_ATTEMPTED
