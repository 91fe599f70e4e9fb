"""照发出去的那份修交来的笔记本：题目和评分的格子换回原样，作答搬过来。"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wenzheng_lab.classroom.assignment import Assignment
from wenzheng_lab.classroom.notebook import Cell, cells_of, make_cell
from wenzheng_lab.classroom.problems import Problem

_CALL = r"\bunit\s*\.\s*{name}\s*\.\s*check\s*[(（]"
_MARKED = re.compile(r"^\s*#+ (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)\s*$")


@dataclass(frozen=True, slots=True)
class Repaired:
    """修好的一份。"""

    notebook: dict[str, Any]
    """修好的笔记本，没有输出"""
    answers: Mapping[str, str]
    """题号 → 答题格的内容"""
    problems: tuple[Problem, ...]
    """修了什么"""
    blank: bool
    """一题也没有动过"""


def repair(assignment: Assignment, notebook: Mapping[str, Any]) -> Repaired:
    """照发出去的那份修一份作业。

    先按 nbgrader 的编号认格子，再按 Jupyter 的编号，再按内容；学员自己加的格子留在原处。

    Args:
        assignment: 发出去的作业。
        notebook: 交来的笔记本。

    Returns:
        修好的一份与修了什么。
    """
    sheet = _Sheet(assignment, cells_of(notebook))
    return sheet.result()


class _Sheet:
    def __init__(self, assignment: Assignment, came: Sequence[Cell]) -> None:
        self.assignment = assignment
        self.came = came
        self.problems: list[Problem] = []
        self.used: dict[int, int] = {}
        """交来的第几格 → 发出去的第几格"""
        self.stripped = bool(came) and not any(cell.grade_id for cell in came)

    def result(self) -> Repaired:
        tasks = {task.id: task for task in self.assignment.tasks}
        cells: list[dict[str, Any]] = []
        answers: dict[str, str] = {}
        untouched = True
        if self.stripped:
            self.problems.append(Problem.of("stripped"))
        for at, given in enumerate(cells_of(self.assignment.notebook)):
            task = tasks.get(given.grade_id)
            if task is None:
                self._locked(at, given)
                cells.append(make_cell(given.raw, given.source))
                continue
            source = self._answer(at, given, task.name)
            untouched = untouched and _squeeze(source) == _squeeze(given.source)
            answers[task.id] = source
            cells.append(make_cell(given.raw, source))
        fixed = {**json.loads(json.dumps(self.assignment.notebook)), "cells": self._with_extras(cells)}
        return Repaired(fixed, answers, tuple(dict.fromkeys(self.problems)), untouched)

    def _matches(self, given: Cell, pattern: str) -> tuple[list[Cell], bool]:
        """（认出来的格子，是不是靠编号认的）。"""
        free = [cell for cell in self.came if cell.number not in self.used]
        found = [cell for cell in free if cell.grade_id and cell.grade_id == given.grade_id]
        # 复制的格子，界面会换 Jupyter 的编号，nbgrader 的编号却跟着复制；反过来的也有
        found += [
            cell
            for cell in free
            if not found and cell.id and cell.id == given.id and cell.grade_id in ("", given.grade_id)
        ]
        if found or not pattern:
            return found, True
        return [cell for cell in free if not cell.grade_id and re.search(pattern, cell.source)], False

    def _answer(self, at: int, given: Cell, name: str) -> str:
        found, by_id = self._matches(given, _CALL.format(name=name))
        if not found:
            self.problems.append(Problem.of("deleted_cell", id=given.grade_id))
            return given.source
        for cell in found:
            self.used[cell.number] = at
        chosen = found[-1]
        if len(found) > 1:
            answered = [cell for cell in found if _squeeze(cell.source) != _squeeze(given.source)]
            chosen = answered[-1] if answered else found[-1]
            which = f"最后一份有作答的（第 {chosen.number} 格）" if answered else "最后一份"
            self.problems.append(Problem.of("copied_cell", id=given.grade_id, count=len(found), which=which))
        elif not by_id and not self.stripped:
            self.problems.append(Problem.of("stripped"))
        if chosen.kind != given.kind:
            self.problems.append(Problem.of("cell_type", id=given.grade_id))
        return "\n".join(line for line in chosen.source.splitlines() if not _MARKED.match(line))

    def _locked(self, at: int, given: Cell) -> None:
        found, _ = self._matches(given, "")
        if not found:
            found = [
                cell
                for cell in self.came
                if cell.number not in self.used
                and not cell.grade_id
                and _squeeze(cell.source) == _squeeze(given.source)
            ][:1]
        if not found:
            if not self.stripped and given.kind == "code":
                self.problems.append(Problem.of("deleted_cell", id=given.grade_id or given.id))
            return
        for cell in found:
            self.used[cell.number] = at
        if len(found) > 1 and given.kind == "code":
            self.problems.append(Problem.of("copied_cell", id=given.grade_id, count=len(found), which="发出去时的那份"))
        elif any(_squeeze(cell.source) != _squeeze(given.source) for cell in found):
            self.problems.append(Problem.of("changed_locked", id=given.grade_id or given.id))

    def _with_extras(self, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """学员自己加的代码格，接在它原来前面那一格的后面；锁住的格子被改过的内容也这样留着。"""
        after: dict[int, list[dict[str, Any]]] = {}
        at = -1
        for cell in self.came:
            if cell.number in self.used:
                at = self.used[cell.number]
                continue
            if cell.kind == "code" and cell.source.strip():
                extra = {"cell_type": "code", "id": f"extra-{cell.number}", "metadata": {}}
                after.setdefault(at, []).append(make_cell(extra, cell.source))
        out = list(after.get(-1, ()))
        for number, made in enumerate(cells):
            out += [made, *after.get(number, ())]
        return out


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
