"""课文：长短合适、没有毛病、事实有出处、存的输出是新的。各格的输出另由 nbval 逐一比对。"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wenzheng_lab import course
from wenzheng_lab._paths import share_dir
from wenzheng_lab.course.build import COMMAND, main
from wenzheng_lab.course.facts import FACT, SOURCE
from wenzheng_lab.course.lesson import Lesson
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.rules.status import load_statuses

PATHS = sorted(share_dir("notebooks").glob("*.ipynb"))
LESSONS = pytest.mark.parametrize("lesson", [Lesson(path) for path in PATHS], ids=lambda lesson: lesson.path.stem)


def test_there_are_lessons() -> None:
    """至少有第一课，文件名以单元号开头，号在练习里有。"""
    assert PATHS
    for path in PATHS:
        assert path.stem.split("_")[0] in course.units()


@LESSONS
def test_lesson_has_the_right_length(lesson: Lesson) -> None:
    """20–35 格，正文 900–1800 字，代码不超过 60 行、一格不超过 8 行，最多 6 题。"""
    shape = lesson.measure()
    assert 20 <= shape.cells <= 35, shape
    assert 900 <= shape.han <= 1800, shape
    assert shape.code_lines <= 60, shape
    assert shape.longest_code <= 8, shape
    assert 1 <= shape.questions <= 6, shape


@LESSONS
def test_lesson_is_clean(lesson: Lesson) -> None:
    """没有出错、标准错误、本机路径和外部地址。"""
    assert lesson.problems() == ()


@LESSONS
def test_counters_are_straight(lesson: Lesson) -> None:
    """次序号从 1 数到底；格子的 id 不重复；不存界面控件和运行时间。"""
    cells = lesson.data["cells"]
    assert isinstance(cells, list)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert len({cell["id"] for cell in cells}) == len(cells)
    assert "widget-view" not in json.dumps(cells)
    assert all(set(cell["metadata"]) <= {"tags"} for cell in cells)


@LESSONS
def test_lesson_asks_every_question(lesson: Lesson) -> None:
    """单元里的题，课文里都问到，一题不漏一题不多。"""
    unit = load_unit(share_dir("exercises") / lesson.path.stem.split("_")[0])
    asked = {
        name for cell in lesson.cells for name in re.findall(r"unit\.(q\d+)\b", cell.source) if cell.kind == "code"
    }
    assert asked == {variants[0].name for variants in unit.questions}
    assert unit.notebook == lesson.path.name


@LESSONS
def test_facts_carry_source_and_status(lesson: Lesson) -> None:
    """引文件、条款、报道的每一段都带〔出处：……；核实状态〕，状态是已核实的一种。"""
    verified = {status.label for status in load_statuses().values() if status.verified}
    for cell in lesson.cells:
        if cell.kind != "markdown":
            continue
        for line in cell.source.split("\n"):
            bare = SOURCE.sub("", line)
            labels = [found.group(2) for found in SOURCE.finditer(line)]
            assert not FACT.search(bare) or labels, f"第 {cell.number} 格没有出处：{line}"
            for label in labels:
                assert label in verified, f"第 {cell.number} 格的核实状态“{label}”不能当事实写给学员"


@LESSONS
def test_stored_outputs_are_of_this_source(lesson: Lesson) -> None:
    """课文改了就要重造输出；这里只看内容的摘要，输出是否还对由 nbval 和下面的测试看。"""
    assert lesson.built == lesson.digest, f"{lesson.path.name} 改过而没有重造输出，请运行 {COMMAND}"


@pytest.mark.slow
def test_first_lesson_outputs_are_fresh() -> None:
    """从干净的内核重新运行第一课，与存的输出一字不差；旧了就说出该运行哪条命令。"""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "wenzheng_lab.course.build", "--check", "L00"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_build_names_the_missing_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    """没有的课：说找的是什么、在哪里找。"""
    from wenzheng_lab.errors import WenzhengError

    with pytest.raises(WenzhengError, match="没有找到课文 没有这课"):
        main(["没有这课"])
    assert capsys.readouterr().out == ""


DIRTY = {
    "出错": {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []},
    "标准错误": {"output_type": "stream", "name": "stderr", "text": ["loading"]},
    "本机路径": {"output_type": "stream", "name": "stdout", "text": ["/home/", "somebody/a.py"]},
    "外部地址": {"output_type": "display_data", "data": {"text/html": ['<img src="https://x.y/z.png">']}},
}


@pytest.mark.parametrize(("says", "output"), DIRTY.items(), ids=DIRTY)
def test_dirt_is_found(tmp_path: Path, says: str, output: dict[str, object]) -> None:
    """出错、标准错误、本机路径、外部地址，各样都查得出来，并说在第几格。"""
    path = tmp_path / "a.ipynb"
    cell = {"cell_type": "code", "id": "a", "source": "1", "outputs": [output], "execution_count": 1, "metadata": {}}
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    (problem,) = Lesson(path).problems()
    assert problem.startswith("第 1 格")
    assert says in problem
