"""一份作业：由练习的源文件造出教员版（``source``）与学员版（``release``）。

格子的标记照 nbgrader 的第 3 版：书面题是“人工批的答题格”；机评的题是一个答题格，后面跟一个锁住的评分格。
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenzheng_lab import __version__
from wenzheng_lab._course_files import blank_notebook
from wenzheng_lab._files import is_temporary, long_path, write_text
from wenzheng_lab._paths import share_dir
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.classroom.notebook import SCHEMA, Cell, cells_of, dump_notebook, make_cell, read_notebook
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.course.spec import QuestionSpec, UnitSpec
from wenzheng_lab.errors import DatasetError, explain, suggest

EXERCISE = "exercise.toml"
"""题目的文件名"""
_ANSWER = re.compile(r"unit\.(q\d+)\.check\(")
TASK = re.compile(r"(?P<unit>.+)-Q(?P<number>\d+)\Z")


@dataclass(frozen=True, slots=True)
class Task:
    """作业里的一道题。"""

    id: str
    """题号，如 ``L00-Q1``；也是答题格的编号"""
    points: float
    """满分"""
    by_hand: bool
    """由人批"""

    @property
    def name(self) -> str:
        """在单元对象上的名字，如 ``q1``。"""
        found = TASK.match(self.id)
        return f"q{found['number']}" if found else self.id


@dataclass(frozen=True, slots=True)
class Assignment:
    """发出去的一份作业。"""

    id: str
    """作业名，如 ``L00``"""
    file: str
    """文件名"""
    release: str
    """学员版的摘要：哪一次发出去的"""
    notebook: Mapping[str, Any]
    """学员版"""
    tasks: tuple[Task, ...]
    """各题"""
    place: Path
    """题目和答案所在的目录"""
    extra: Mapping[str, bytes]
    """随学员版发出去的别的文件（考试的试卷）；运行学员的代码时要用"""

    @classmethod
    def load(cls, folder: ClassFolder, name: str) -> Assignment:
        """读发出去的作业。

        Args:
            folder: 班级。
            name: 作业名。

        Returns:
            作业。

        Raises:
            DatasetError: 没有发过，或学员版坏了。
        """
        place = folder.place("release", name)
        found = _whole(place, "*.ipynb")
        if not found:
            known = released(folder)
            raise DatasetError(
                explain(
                    f"没有发过作业“{name}”",
                    f"发过的有：{'、'.join(known) or '（还没有）'}",
                    f"{suggest(name, known)}请先运行 wenzheng class release {name}",
                )
            )
        notebook, _ = read_notebook(found[0].read_bytes())
        if notebook is None:
            raise DatasetError(explain(f"{found[0].name} 坏了", "应是发出去的学员版", "请再运行一次 release"))
        mark = notebook.get("metadata", {}).get("wenzheng", {})
        own = folder.place("secret", name)
        home = own if (own / EXERCISE).is_file() else share_dir("exercises") / name
        extra = {path.name: path.read_bytes() for path in _whole(place, "*.json")}
        return cls(name, found[0].name, str(mark.get("release", "")), notebook, _tasks(notebook), home, extra)

    @property
    def unit(self) -> UnitSpec:
        """题目的内容；教员自己出的考卷在班级的 ``secret`` 里，不在包里。"""
        return load_unit(self.place)

    def question(self, task: Task) -> QuestionSpec:
        """一道题的内容。

        Args:
            task: 题。

        Returns:
            原题。
        """
        return next(group[0] for group in self.unit.questions if group[0].id == task.id)

    @property
    def total(self) -> float:
        """满分。"""
        return sum(task.points for task in self.tasks)


def _whole(place: Path, pattern: str) -> list[Path]:
    """写完了的文件；写到一半被杀留下的不算。"""
    return sorted(path for path in place.glob(pattern) if not is_temporary(path)) if place.is_dir() else []


def released(folder: ClassFolder) -> list[str]:
    """发过哪些作业。

    Args:
        folder: 班级。

    Returns:
        作业名，按次序。
    """
    place = folder.place("release")
    return sorted(path.name for path in place.iterdir() if _whole(path, "*.ipynb")) if place.is_dir() else []


def release(folder: ClassFolder, name: str) -> Path:
    """发一份作业：写教员版与学员版。

    Args:
        folder: 班级。
        name: 单元号，如 ``L00``。

    Returns:
        学员版的路径。

    Raises:
        DatasetError: 没有这个单元，或它没有练习笔记本。
    """
    root = share_dir("exercises")
    known = sorted(path.name for path in root.iterdir() if list(path.glob("*.ipynb")))
    if name not in known:
        raise DatasetError(
            explain(f"没有单元“{name}”的练习", f"现有：{'、'.join(known)}", f"{suggest(name, known)}请从中选一个")
        )
    origin = sorted((root / name).glob("*.ipynb"))[0]
    unit = load_unit(root / name)
    marked = mark_notebook(json.loads(origin.read_text(encoding="utf-8")), unit, folder)
    blank = json.loads(blank_notebook(dump_notebook(marked), origin.name))
    digest = notebook_digest(blank)
    for notebook in (marked, blank):
        notebook["metadata"]["wenzheng"] = {"assignment": name, "release": digest, "lab": __version__}
    for step, notebook in (("source", marked), ("release", blank)):
        write_text(long_path(folder.place(step, name) / origin.name), dump_notebook(notebook))
    return folder.place("release", name) / origin.name


def mark_notebook(
    notebook: dict[str, Any], unit: UnitSpec, folder: ClassFolder, *, grade_cells: bool = True
) -> dict[str, Any]:
    """给练习的格子写上 nbgrader 的标记，机评的题后面加评分格。

    Args:
        notebook: 练习的源文件。
        unit: 单元。
        folder: 班级；每题几分从它的设置来。
        grade_cells: 加评分格；考卷不加，学员那边没有答案，算不出分。

    Returns:
        新的笔记本，没有输出。

    Raises:
        DatasetError: 有的题在练习里没有答题格，或有两个。
    """
    questions = {group[0].name: group[0] for group in unit.questions}
    cells: list[dict[str, Any]] = []
    seen: list[str] = []
    for cell in cells_of(notebook):
        new = make_cell(cell.raw, cell.source)
        found = _ANSWER.search(cell.source) if cell.kind == "code" else None
        if found is None:
            new["metadata"] |= _mark(f"{unit.id}-{cell.id}", cell, locked=True)
            cells.append(new)
            continue
        question = questions[found.group(1)]
        seen.append(question.name)
        written = question.kind.written
        points = 0.0 if question.kind.name == "open" else folder.write_points if written else folder.auto_points
        # nbgrader 不许有零分的题，开放题就只作答题格
        new["metadata"] |= _mark(question.id, cell, solution=True, points=points if written else None)
        new["metadata"]["wenzheng"] = {"points": points}
        cells.append(new)
        if not written and points and grade_cells:
            source = f"unit.{question.name}.grade({points:g})  # 本题得分，批改用，请不要改"
            extra = {"cell_type": "code", "id": f"grade-{question.name}", "metadata": {"tags": ["nbval-ignore-output"]}}
            grade = make_cell(extra, source)
            grade["metadata"] |= _mark(f"{question.id}-grade", cell, locked=True, points=points)
            cells.append(grade)
    lost = [name for name in questions if seen.count(name) != 1]
    if lost:
        raise DatasetError(
            explain(f"{unit.id} 的练习里，{'、'.join(lost)} 的答题格不是恰好一个", "每题一个", "请改好练习的源文件")
        )
    return {**notebook, "cells": cells, "metadata": {**notebook.get("metadata", {})}}


def _mark(
    grade_id: str, cell: Cell, *, solution: bool = False, locked: bool = False, points: float | None = None
) -> dict[str, Any]:
    mark: dict[str, Any] = {
        "grade_id": grade_id,
        "grade": points is not None,
        "solution": solution,
        "locked": locked,
        "task": False,
        "schema_version": SCHEMA,
        "cell_type": cell.kind,
    }
    if points is not None:
        mark["points"] = points
    # 锁住的格子在 JupyterLab 里也改不动，看得出来
    return {"nbgrader": mark, **({"editable": False, "deletable": False} if locked else {"deletable": False})}


def notebook_digest(notebook: Mapping[str, Any]) -> str:
    """各格内容的摘要。

    Args:
        notebook: 笔记本。

    Returns:
        sha256 的前 12 位。
    """
    text = "\x1e".join(f"{cell.grade_id}\x1f{cell.source}" for cell in cells_of(notebook))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _tasks(notebook: Mapping[str, Any]) -> tuple[Task, ...]:
    cells = cells_of(notebook)
    points = {cell.grade_id: float(cell.mark.get("points", 0) or 0) for cell in cells if cell.mark.get("grade")}
    return tuple(
        Task(
            cell.grade_id,
            points.get(cell.grade_id, points.get(f"{cell.grade_id}-grade", _own_points(cell))),
            bool(cell.mark.get("grade")),
        )
        for cell in cells
        if cell.mark.get("solution") and TASK.match(cell.grade_id)
    )


def _own_points(cell: Cell) -> float:
    mark = cell.raw.get("metadata", {}).get("wenzheng")
    return float(mark.get("points", 0) or 0) if isinstance(mark, dict) else 0.0
