"""不公开的试用：写死公开答案的过不了；学员版、试卷、反馈里没有它；学员的代码读不到它。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from classroom_helper import answered, find_cell, hand_in, new_class

from wenzheng_lab.classroom.autograde import autograde, read_result
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.exam import make_exam
from wenzheng_lab.classroom.feedback_page import write_feedback
from wenzheng_lab.classroom.isolation import STRONG, check_layers
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.cli import main
from wenzheng_lab.errors import RuleFileError

QUESTION = """
[unit]
id = "X02"
title = "写一个函数"
version = "1"
minutes = 10
goals = ["写函数。"]

[[question]]
id = "X02-Q1"
kind = "code"
title = "平方"
ask = "写一个函数，给出一个数的平方。"
measures = "写函数。"
hints = ["考试没有提示。"]
more = "考完再想。"
starter = "square"
[[question.case]]
args = [2]
result = 4
[[question.case]]
args = [3]
result = 9
[[question.wrong]]
answer = "没有函数"
outcome = "needs_work"
"""
ANSWER = '[[answer]]\nid = "X02-Q1"\nanswer = "lambda x: x * x"\n'
HIDDEN = '[[case]]\nquestion = "X02-Q1"\nargs = [917]\nresult = 840889\n'


def exam_class(path: Path, hidden: str = HIDDEN) -> ClassFolder:
    """教员自己写的一道函数题，加一次不公开的试用。"""
    folder = new_class(path / "班 级", 5, units=())
    place = folder.place("secret", "X02")
    place.mkdir(parents=True)
    (place / "exercise.toml").write_text(QUESTION, encoding="utf-8")
    (place / "answers.toml").write_text(ANSWER, encoding="utf-8")
    (place / "种子.json").write_text('{"seed": "教员自己出的题"}', encoding="utf-8")
    folder.place("secret", "X02.toml").write_text(hidden, encoding="utf-8")
    make_exam(folder, "X02")
    return folder


def test_hidden_cases_catch_hard_coding_and_never_leak(tmp_path: Path) -> None:
    """老实写的满分；写死的只得公开的部分；想把参数带出来、想去读文件的，都带不出、读不到。"""
    folder = exam_class(tmp_path)
    secret = folder.place("secret", "X02.toml")
    functions = [
        "lambda x: x * x",
        "{2: 4, 3: 9}.get",
        "leak",
        "spy",
    ]
    helpers = {
        "leak": "def leak(x):\n    if x in (2, 3):\n        return x * x\n    raise ValueError(f'看到了 {x}')",
        "spy": f"def spy(x):\n    return open({str(secret)!r}, encoding='utf-8').read()",
    }
    place = tmp_path / "收"
    for number, function in enumerate(functions):
        notebook = answered(folder, "X02", {"X02-Q1": function})
        if function in helpers:
            at = notebook["cells"].index(find_cell(notebook, "X02-Q1"))
            cell = {"cell_type": "code", "metadata": {}, "source": [helpers[function]], "outputs": []}
            notebook["cells"].insert(at, cell)
        person = folder.roster[number]
        hand_in(place, folder, number, notebook, f"{person.name}_{person.id}_X02_答卷.ipynb")
    collect(folder, [place])
    autograde(folder, "X02", jobs=1)
    rows = []
    for person in folder.roster[:4]:
        result = read_result(folder, person.id, "X02")
        assert result is not None and result["ran"]
        rows.append(result["questions"][0])
    assert [row["score"] for row in rows] == [10.0, pytest.approx(6.67), pytest.approx(6.67), 0.0]
    assert rows[0]["hidden"] == {"total": 1, "right": 1}
    assert rows[1]["hidden"] == {"total": 1, "right": 0}
    written = write_feedback(folder, "X02")
    shown = [path.read_text(encoding="utf-8") for path in written.pages]
    assert "另有 1 次没有公开的试用，对了 0 次" in shown[1]
    given = [path.read_text(encoding="utf-8") for path in folder.place("release", "X02").iterdir()]
    for text in [*shown, *given]:
        assert "917" not in text and "840889" not in text
    if set(STRONG) <= set(check_layers()):
        assert "840889" not in json.dumps(rows[3], ensure_ascii=False)


@pytest.mark.parametrize(
    ("hidden", "says"),
    [
        (HIDDEN.replace("X02-Q1", "X02-Q9"), r"X02\.toml:2: .*不是写函数的题"),
        (HIDDEN.replace("args = [917]", "args = 917"), r"X02\.toml:3: .*args 应为列表"),
        (HIDDEN.replace("result", "results"), r"X02\.toml:\d+: .*results"),
    ],
)
def test_badly_written_hidden_cases_stop_before_grading(tmp_path: Path, hidden: str, says: str) -> None:
    """不公开的试用写错：开批之前就说哪一行，不让一份份都失败。"""
    folder = exam_class(tmp_path, hidden)
    with pytest.raises(RuleFileError, match=says):
        autograde(folder, "X02", jobs=1)
    assert main(["class", "autograde", "X02", "--class", str(folder.path)]) == 2
