"""机评：一份坏了不误全班；没交、没作答、出错、未批与零分各是各的。"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from classroom_helper import (
    DAMAGES,
    Notebook,
    answered,
    find_cell,
    hand_in,
    loop_forever,
    mixed_answers,
    new_class,
    right_answers,
)

from wenzheng_lab.classroom.answers import NeedsRun, read_answer
from wenzheng_lab.classroom.autograde import autograde, read_result
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.classroom.notebook import dump_notebook
from wenzheng_lab.course import open as open_unit
from wenzheng_lab.course.blank import ____


@pytest.mark.parametrize(
    ("source", "value", "note"),
    [
        ('unit.q1.check("B")', "B", ""),
        ("unit.q1.check(\n    ____\n)", ____, ""),
        ('unit.q1.check(["A", ____])', ["A", ____], ""),
        ("unit.q1.check(-3.5)", -3.5, ""),
        ('unit.q1.check({"甲": [1, 2]})', {"甲": [1, 2]}, ""),
        ('%matplotlib inline\nunit.q1.check("甲" "乙")', "甲乙", ""),
        ("unit.q1.check（“B”）", "B", "全角"),
        ("unit.q1.check([A, C])", ["A", "C"], "没有加引号"),
        ('unit.q1.check("A", "C")', ["A", "C"], "没有放进方括号"),
        ('unit.q1.check("A")\nunit.q1.check("B")', "B", ""),
        ("unit.q1.check()", ____, ""),
        ("# 以后再做", ____, "没有交答案"),
        ('unit.q1.check("""您好“老师”！\n第二行""")', "您好“老师”！\n第二行", ""),
    ],
)
def test_written_answers_are_read_without_running(source: str, value: object, note: str) -> None:
    """写死的答案读得出来，常见的笔误照本意读并说明。"""
    found = read_answer(source, "q1")
    assert found.value == value
    assert note in found.note and bool(note) == bool(found.note)


@pytest.mark.parametrize(
    "source",
    ["x = 'A'\nunit.q1.check(x)", "if 1:\n    unit.q1.check('A')", "while True: pass\nunit.q1.check('A')",
      "unit.q1.check('A' + 'B')", "def f(x): return x\nunit.q1.check(f)", "A = 1\nunit.q1.check(A)",
     "unit.q1.check(f'{1}')", "unit.q1.check(*['A'])", "unit.q1.check((", "run_it()"],
)  # fmt: skip
def test_computed_answers_need_running(source: str) -> None:
    """算出来的、函数、语法不对的，要运行才知道。"""
    with pytest.raises(NeedsRun):
        read_answer(source, "q1")


def graded(folder: ClassFolder, *came: Notebook | bytes) -> list[dict[str, Any] | None]:
    place = folder.path.parent / "收"
    for number, notebook in enumerate(came):
        hand_in(place, folder, number, notebook)
    collect(folder, [place], expected="L00")
    autograde(folder, "L00", jobs=2)
    return [read_result(folder, learner.id, "L00") for learner in folder.roster]


def rows(result: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    assert result is not None
    return {row["id"]: row for row in result["questions"]}


def test_a_class_with_every_damage_is_graded_to_the_end(tmp_path: Path) -> None:
    """六种毛病各一人，夹在好的中间：好的满分，能修的照批，不能批的只误他自己。"""
    folder = new_class(tmp_path / "班 级", len(DAMAGES) + 2)
    settings = folder.path / "class.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("cell_seconds = 10", "cell_seconds = 1"), encoding="utf-8"
    )
    folder = ClassFolder.open(folder.path)
    full = answered(folder, "L00", right_answers(folder, "L00"))
    came = [json.loads(json.dumps(full)) for _ in folder.roster]
    broken = [damage(came[number]) for number, (damage, _) in enumerate(DAMAGES.values(), 1)]
    results = graded(folder, came[0], *broken, came[-1])
    want = {"L00-Q1": 10.0, "L00-Q2": 10.0, "L00-Q3": None, "L00-Q4": 10.0, "L00-Q5": 10.0, "L00-Q6": 10.0}
    for (name, (_, code)), result in zip(
        [("好", (None, "")), *DAMAGES.items(), ("好", (None, ""))], results, strict=True
    ):
        if code == "broken":
            assert result is None
            continue
        scores = {key: row["score"] for key, row in rows(result).items()}
        if name == "loop":
            # 这一格停掉，别的题一分不少
            assert scores == {**want, "L00-Q4": 0.0}
            assert "运行超过" in rows(result)["L00-Q4"]["says"]
        else:
            assert scores == want, name


def test_unread_unanswered_wrong_and_zero_differ(tmp_path: Path) -> None:
    """书面题是未批，空着的是未作答，答错的是零分，各有各的状态。"""
    folder = new_class(tmp_path / "班", 3)
    answers = {"L00-Q3": '"您好，我们会尽快为您处理的。"', "L00-Q4": '"A"', "L00-Q5": '"C"'}
    first, second, third = graded(folder, answered(folder, "L00", answers))
    assert {key: (row["status"], row["score"]) for key, row in rows(first).items()} == {
        "L00-Q1": ("unanswered", None),
        "L00-Q2": ("unanswered", None),
        "L00-Q3": ("by_hand", None),
        "L00-Q4": ("scored", 0.0),
        "L00-Q5": ("scored", 10.0),
        "L00-Q6": ("unanswered", None),
    }
    assert second is None and third is None
    assert "评分" in rows(first)["L00-Q3"]["card"]


def test_partial_credit_comes_with_a_message(tmp_path: Path) -> None:
    """部分得分与说明同时有。"""
    folder = new_class(tmp_path / "班", 1)
    wrong = next(group[0] for group in open_unit("L00").spec.questions if group[0].id == "L00-Q2").wrongs[0].answer
    row = rows(graded(folder, answered(folder, "L00", {"L00-Q2": repr(wrong)}))[0])["L00-Q2"]
    assert 0 < row["score"] < 10
    assert row["feedback"]["missing"]


def test_computed_answers_are_run_apart(tmp_path: Path) -> None:
    """用变量算出来的答案：到隔离进程里运行；读得出的一份则不运行。"""
    folder = new_class(tmp_path / "班", 2)
    notebook = answered(folder, "L00", {"L00-Q1": "list('ABC')", "L00-Q4": "mine"})
    at = notebook["cells"].index(find_cell(notebook, "L00-Q4"))
    notebook["cells"].insert(at, {"cell_type": "code", "metadata": {}, "source": ["mine = 'B'"], "outputs": []})
    first, second = graded(folder, notebook, answered(folder, "L00", right_answers(folder, "L00")))
    assert rows(first)["L00-Q1"]["score"] == rows(first)["L00-Q4"]["score"] == 10
    assert first is not None and first["ran"] and "guard" in first["layers"]
    assert second is not None and not second["ran"]


def test_printing_and_warnings_cost_nothing(tmp_path: Path) -> None:
    """打印、警告、分词库往标准错误写字：不扣分（nbgrader 会判零分）。"""
    folder = new_class(tmp_path / "班", 1)
    notebook = answered(folder, "L00", {"L00-Q4": "noisy()"})
    noisy = (
        "import sys, warnings, jieba\ndef noisy():\n    print('x', file=sys.stderr)\n    warnings.warn('w')\n"
        "    jieba.lcut('路灯')\n    return 'B'"
    )
    notebook["cells"].insert(2, {"cell_type": "code", "metadata": {}, "source": [noisy], "outputs": []})
    assert rows(graded(folder, notebook)[0])["L00-Q4"]["score"] == 10


def test_a_second_file_that_cannot_be_graded_clears_the_old_result(tmp_path: Path) -> None:
    """名单不变，作业文件撤换成坏的：旧成绩不留着冒充新的。"""
    folder = new_class(tmp_path / "班", 1)
    assert graded(folder, answered(folder, "L00", right_answers(folder, "L00")))[0]
    (folder.path / "received" / "台账.json").unlink()
    assert graded(folder, b"{")[0] is None


def test_form_answers_fill_what_the_notebook_leaves_blank(tmp_path: Path) -> None:
    """笔记本里空着、表单里做了的题，按表单批，并说明。"""
    folder = new_class(tmp_path / "班", 1)
    place = tmp_path / "收"
    hand_in(place, folder, 0, answered(folder, "L00", {"L00-Q4": '"A"'}))
    record = {"unit": "L00", "answers": {"L00-Q4": "B", "L00-Q5": "C"}, "events": []}
    hand_in(place, folder, 0, json.dumps(record).encode(), "赵学员一_202600101_L00.json")
    collect(folder, [place])
    autograde(folder, "L00", jobs=1)
    found = rows(read_result(folder, folder.roster[0].id, "L00"))
    assert (found["L00-Q4"]["score"], found["L00-Q5"]["score"]) == (0.0, 10.0)
    assert "表单" in found["L00-Q5"]["note"]


def test_grading_twice_gives_the_same(tmp_path: Path) -> None:
    """同一份批两次，除了用时一样。"""
    folder = new_class(tmp_path / "班", 1)
    came = answered(folder, "L00", mixed_answers(folder, "L00", random.Random("7:mixed")))

    def once() -> dict[str, Any]:
        (result,) = graded(folder, came)
        assert result is not None
        return {key: value for key, value in result.items() if key != "seconds"}

    assert once() == once()


def test_a_worker_that_dies_costs_one_submission(tmp_path: Path) -> None:
    """批改进程自己断了：那一份记着，别的照批。"""
    folder = new_class(tmp_path / "班", 3)
    full = answered(folder, "L00", right_answers(folder, "L00"))
    place = tmp_path / "收"
    for number in range(3):
        hand_in(place, folder, number, full)
    collect(folder, [place])
    from wenzheng_lab.classroom import autograde as module

    real = module.preflight

    def preflight_then_lose_one(at: ClassFolder, name: str) -> object:
        found = real(at, name)
        at.place("submitted", at.roster[1].id, name, "L00_练习.ipynb").write_text("{", encoding="utf-8")
        at.place("submitted", at.roster[2].id, name, "L00_练习.ipynb").unlink()
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "preflight", preflight_then_lose_one)
        done = autograde(folder, "L00", jobs=1)
    assert len(done.done) + len(done.failed) == 3
    assert [key for key, _ in done.failed] == [folder.roster[2].id]
    assert folder.roster[0].id in done.done


@pytest.mark.parametrize("points", [10, 7.5])
def test_the_grade_cell_gives_a_plain_float(points: float, tmp_path: Path) -> None:
    """评分格给普通小数，在 0 与满分之间：nbgrader 只认它。"""
    unit = open_unit("L00", folder=tmp_path)
    assert unit.q4.grade(points) == 0.0
    unit.q4.check("B")
    assert type(unit.q4.grade(points)) is float
    assert unit.q4.grade(points) == points
    unit.q4.check("A")
    assert unit.q4.grade(points) == 0.0
    unit.q4.check(1 / 3)
    assert 0 <= unit.q4.grade(points) <= points


def test_loops_really_run(tmp_path: Path) -> None:
    """停不下来的循环确实到了隔离进程里，整份的用时有上限。"""
    folder = new_class(tmp_path / "班", 1)
    settings = folder.path / "class.toml"
    text = settings.read_text(encoding="utf-8").replace("cell_seconds = 10", "cell_seconds = 1")
    settings.write_text(text, encoding="utf-8")
    folder = ClassFolder.open(folder.path)
    (result,) = graded(folder, loop_forever(answered(folder, "L00", right_answers(folder, "L00"))))
    assert result is not None and result["ran"] and result["seconds"] < 60
    assert dump_notebook(answered(folder, "L00", {}))
