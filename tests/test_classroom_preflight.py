"""查件：坏在哪里、谁的、怎样修；修得好的照发出去的那份修好，作答一字不丢。"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from classroom_helper import (
    DAMAGES,
    Notebook,
    answered,
    copy_cell,
    find_cell,
    hand_in,
    new_class,
    right_answers,
    sources,
    strip_metadata,
)

from wenzheng_lab.classroom.assignment import Assignment, release
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.layout import ClassFolder, make_class
from wenzheng_lab.classroom.notebook import dump_notebook
from wenzheng_lab.classroom.preflight import Checked, preflight
from wenzheng_lab.errors import InputError

Damage = Callable[[Notebook], Notebook | bytes]


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    return new_class(tmp_path / "班", 3, units=("L00", "L01"))


def check(folder: ClassFolder, came: Notebook | bytes, name: str = "") -> Checked:
    place = folder.path.parent / "收"
    hand_in(place, folder, 0, came, name)
    collect(folder, [place], expected="L00")
    return preflight(folder, "L00")[0]


def full(folder: ClassFolder) -> Notebook:
    return answered(folder, "L00", right_answers(folder, "L00"))


def submitted(folder: ClassFolder) -> Notebook:
    return json.loads(
        folder.place("submitted", folder.roster[0].id, "L00", "L00_练习.ipynb").read_text(encoding="utf-8")
    )


def codes(item: Checked) -> set[str]:
    return {problem.code for problem in item.problems}


def test_a_sound_one_has_no_problems(folder: ClassFolder) -> None:
    """没有毛病的，一句话也不说；交上来的格子与发出去的一样多。"""
    item = check(folder, full(folder))
    assert (item.state, item.problems) == ("ready", ())
    assert sources(submitted(folder)) == sources(full(folder))


@pytest.mark.parametrize(("damage", "code"), [item for item in DAMAGES.values() if item[1] != "broken" and item[1]])
def test_damage_is_repaired_from_the_release_copy(folder: ClassFolder, damage: Damage, code: str) -> None:
    """复制、删格、去标记、改锁住的格子：修好以后，编号各一次，作答一字不差，并说明修了什么。"""
    want = sources(full(folder))
    item = check(folder, damage(full(folder)))
    assert item.state == "ready"
    assert code in codes(item)
    fixed = submitted(folder)
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in fixed["cells"] if "nbgrader" in cell["metadata"]]
    assert len(ids) == len(set(ids)) == len(want)
    assert {key: text for key, text in sources(fixed).items() if key} == want


def test_the_answered_copy_of_a_copied_cell_is_kept(folder: ClassFolder) -> None:
    """复制的两格，一格空着一格做了：批做了的那格，说是第几格。"""
    notebook = copy_cell(full(folder))
    notebook["cells"][[c["id"] for c in notebook["cells"]].index("copied-cell")]["source"] = [
        "unit.q4.check(\n",
        "    ____\n",
        ")",
    ]
    item = check(folder, notebook)
    assert "第 " in next(problem.repair for problem in item.problems if problem.code == "copied_cell")
    assert '"B"' in sources(submitted(folder))["L00-Q4"] or "'B'" in sources(submitted(folder))["L00-Q4"]


def test_a_deleted_answer_cell_is_not_attempted(folder: ClassFolder) -> None:
    """答题格删掉了：补上空格，算没有作答，别的题照批。"""
    notebook = full(folder)
    notebook["cells"].remove(find_cell(notebook, "L00-Q2"))
    item = check(folder, notebook)
    assert any("L00-Q2" in problem.title for problem in item.problems)
    assert "____" in sources(submitted(folder))["L00-Q2"]


def test_an_answer_turned_into_text_is_read(folder: ClassFolder) -> None:
    """答题格被改成文字格：改回来。"""
    notebook = full(folder)
    find_cell(notebook, "L00-Q4")["cell_type"] = "markdown"
    assert "cell_type" in codes(check(folder, notebook))


def test_own_cells_stay_where_they_were(folder: ClassFolder) -> None:
    """学员自己加的格子留着：答案也许要用它里面的变量。"""
    notebook = full(folder)
    at = notebook["cells"].index(find_cell(notebook, "L00-Q4"))
    notebook["cells"].insert(at, {"cell_type": "code", "metadata": {}, "source": ["mine = 'B'"], "outputs": []})
    check(folder, notebook)
    cells = ["".join(cell["source"]) for cell in submitted(folder)["cells"]]
    assert cells.index("mine = 'B'") < next(n for n, text in enumerate(cells) if "unit.q4.check" in text)


@pytest.mark.parametrize(
    ("came", "name", "code"),
    [
        (b"", "", "empty_file"),
        (b'{"cells": [{"cell_ty', "", "broken"),
        (b'{"a": 1}', "", "not_notebook"),
        (b"<html></html>", "赵学员一_202600101_L00_练习.html", "wrong_format"),
        (b"PK\x05\x06" + b"\0" * 18, "赵学员一_202600101_L00_练习.docx", "wrong_format"),
        (b"\x00\xff\xfe\xfd" * 50, "", "broken"),
    ],
)
def test_what_cannot_be_graded_says_how_to_repair(folder: ClassFolder, came: bytes, name: str, code: str) -> None:
    """空文件、断了的、别的格式：不能批，说是什么、怎样修。"""
    item = check(folder, came, name)
    assert item.state == "stopped"
    assert codes(item) == {code}
    assert item.problems[0].repair
    assert not list(folder.place("submitted", folder.roster[0].id).rglob("*.ipynb"))


def test_another_lesson_handed_in_is_named(folder: ClassFolder) -> None:
    """交错了课：说交的是哪一课、要的是哪一课；交来的那份算在它自己的课上。"""
    item = check(folder, answered(folder, "L01", {}), "赵学员一_202600101_作业.ipynb")
    assert item.problems[0].title == "交错了：这是 L01，要的是 L00"
    assert preflight(folder, "L01")[0].state == "ready"


@pytest.mark.parametrize("name", ["赵学员一_202600101_L00_练习(1).ipynb", "赵学员一_202600101_L00_练习.ipynb.txt"])
def test_a_renamed_file_is_recognised(folder: ClassFolder, name: str) -> None:
    """改过名、带 (1)、多了后缀：按内容认出来。"""
    item = check(folder, full(folder), name)
    assert (item.state, codes(item)) == ("ready", {"renamed"})


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(folder: ClassFolder, encoding: str) -> None:
    """别的软件存成 GBK、UTF-16、带 BOM：读得出，说出来。"""
    item = check(folder, dump_notebook(full(folder)).encode(encoding))
    assert (item.state, codes(item)) == ("ready", {"encoding"})


def test_a_stripped_and_renamed_file_is_still_recognised(folder: ClassFolder) -> None:
    """标记都没有了，名字也改了：由“course.open”认出是哪一课。"""
    item = check(folder, strip_metadata(full(folder)), "赵学员一_202600101.ipynb")
    assert item.state == "ready"
    assert {"stripped", "renamed"} <= codes(item)


def test_the_newest_answered_one_of_several_is_used(folder: ClassFolder) -> None:
    """交了几份：用做过题、最后改过的一份，说用的是哪份。"""
    place = folder.path.parent / "收"
    for age, (name, notebook) in enumerate(
        {
            "L00_旧": answered(folder, "L00", {"L00-Q4": '"A"'}),
            "L00_新": full(folder),
            "L00_空": answered(folder, "L00", {}),
        }.items()
    ):
        path = hand_in(place, folder, 0, notebook, f"赵学员一_202600101_{name}.ipynb")
        os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))
    collect(folder, [place])
    item = preflight(folder, "L00")[0]
    assert "L00_新" in next(problem.title for problem in item.problems if problem.code == "several")
    assert sources(submitted(folder)) == sources(full(folder))


def test_a_blank_one_and_a_missing_one_differ(folder: ClassFolder) -> None:
    """没作答与没交是两件事。"""
    item = check(folder, answered(folder, "L00", {}))
    assert (item.state, codes(item)) == ("ready", {"blank"})
    assert preflight(folder, "L00")[1].state == "missing"


def test_answers_in_the_learning_record_are_taken(folder: ClassFolder) -> None:
    """用表单作答的学员交来学习记录：照批。"""
    record = {"format": 1, "unit": "L00", "answers": {"L00-Q4": "B", "L01-Q1": "A"}, "events": []}
    item = check(folder, json.dumps(record).encode(), "赵学员一_202600101_L00.json")
    assert (item.state, codes(item)) == ("ready", {"form_only"})
    stored = folder.place("submitted", folder.roster[0].id, "L00", "学习记录.json").read_text(encoding="utf-8")
    assert json.loads(stored)["answers"] == {"L00-Q4": "B"}


def test_an_older_release_is_said(folder: ClassFolder) -> None:
    """交的是另一次发出去的练习：照批，提醒。"""
    notebook = full(folder)
    notebook["metadata"]["wenzheng"]["release"] = "000000000000"
    assert codes(check(folder, notebook)) == {"other_release"}


def test_a_later_broken_file_replaces_nothing(folder: ClassFolder) -> None:
    """后交的一份坏了，先交的好：用好的。"""
    place = folder.path.parent / "收"
    hand_in(place, folder, 0, full(folder))
    hand_in(place, folder, 0, b"{", "赵学员一_202600101_L00_补交.ipynb")
    collect(folder, [place])
    assert preflight(folder, "L00")[0].state == "ready"


def test_the_list_for_the_instructor_opens_in_excel(folder: ClassFolder) -> None:
    """清单带 BOM，一处毛病一行，写着谁的、怎样修。"""
    check(folder, b"")
    data = (folder.path / "report" / "L00_查件.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert [row["状态"] for row in rows] == ["不能批", "未交", "未交"]
    assert rows[0]["姓名"] == folder.roster[0].name
    assert all(row["怎样修"] for row in rows)


def test_an_empty_roster_is_said(tmp_path: Path) -> None:
    """名单还是空的：说清楚，不写一张空清单、不说“批好 0 份”。"""
    empty = make_class(tmp_path / "班", name="空班")
    release(empty, "L00")
    with pytest.raises(InputError, match="名单还是空的"):
        preflight(empty, "L00")


def test_the_release_copy_has_no_answers(folder: ClassFolder) -> None:
    """学员版里没有参考答案、没有不公开的试用；编号各一次；锁住的格子改不动。"""
    assignment = Assignment.load(folder, "L00")
    text = folder.place("release", "L00", "L00_练习.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "路灯管护所" not in text
    cells = assignment.notebook["cells"]
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells]
    assert len(ids) == len(set(ids))
    assert all(cell["metadata"]["editable"] is False for cell in cells if cell["metadata"]["nbgrader"]["locked"])
    assert assignment.total == 70
