"""nbgrader 认我们的格式：元数据合它的规格；用它从头评一遍，机评的题与我们一分不差，书面题都等人批。"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from classroom_helper import answered, copy_cell, delete_grade_cell, hand_in, mixed_answers, new_class, right_answers

from wenzheng_lab._paths import PACKAGE
from wenzheng_lab.classroom.assignment import Assignment, release
from wenzheng_lab.classroom.autograde import autograde
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.gradebook import load_gradebook
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.course import units

pytest.importorskip("nbgrader", reason="没有安装 nbgrader：pip install 'wenzheng-lab[classroom]'")


def test_every_unit_is_valid_nbgrader_format(tmp_path: Path) -> None:
    """每一课的教员版与学员版，元数据都合 nbgrader 第 3 版的规格，编号各一次。"""
    from nbgrader.nbgraderformat import reads

    folder = new_class(tmp_path / "班", 1, units=())
    for unit in units():
        release(folder, unit)
        for step in ("source", "release"):
            (path,) = folder.place(step, unit).glob("*.ipynb")
            notebook = reads(path.read_text(encoding="utf-8"), as_version=4)
            ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
            assert len(ids) == len(set(ids))
        assert Assignment.load(folder, unit).total > 0


def nbgrader(folder: ClassFolder, *arguments: str) -> None:
    # nbgrader 要从 PATH 上找 alembic
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": str(PACKAGE.parent),
        "WENZHENG_HOME": str(folder.path.parent / "家"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder.path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
def test_nbgrader_gives_the_same_scores(tmp_path: Path) -> None:
    """全对、有对有错、复制了格子、删了评分格：查件修好以后，nbgrader 与我们评得一样。"""
    from nbgrader.api import Gradebook

    folder = new_class(tmp_path / "班", 4)
    place = tmp_path / "收"
    full = right_answers(folder, "L00")
    hand_in(place, folder, 0, answered(folder, "L00", full))
    hand_in(place, folder, 1, answered(folder, "L00", mixed_answers(folder, "L00", random.Random("3:nb"))))
    hand_in(place, folder, 2, copy_cell(answered(folder, "L00", full)))
    hand_in(place, folder, 3, delete_grade_cell(answered(folder, "L00", full)))
    collect(folder, [place])
    autograde(folder, "L00", jobs=1)
    for paper in load_gradebook(folder, "L00").papers:
        # 我们的结果换个地方比，免得 nbgrader 往 autograded 里写时碰上
        assert paper.lines
    ours = {
        (paper.learner.id, line.id): line.score
        for paper in load_gradebook(folder, "L00").papers
        for line in paper.lines
    }
    nbgrader(folder, "generate_assignment", "L00", "--force", "--create")
    nbgrader(folder, "autograde", "L00", "--force", "--create")
    book = Gradebook(f"sqlite:///{folder.path / 'gradebook.db'}")
    try:
        for learner in folder.roster:
            submission = book.find_submission("L00", learner.id)
            for grade in submission.notebooks[0].grades:
                name = grade.name.removesuffix("-grade")
                mine = ours[learner.id, name]
                if name == "L00-Q3":
                    assert mine is None and grade.auto_score in (None, 0.0)
                else:
                    assert grade.auto_score == pytest.approx(mine or 0.0, abs=0.006), (learner.id, name)
    finally:
        book.close()
