"""查件：每个人交的能不能批，毛病在哪里、怎样修；修得好的照发出去的那份修好，放进 ``submitted``。

不运行学员的任何代码，也不动原件。
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenzheng_lab._files import long_path, write_text
from wenzheng_lab.classroom.assignment import Assignment
from wenzheng_lab.classroom.collect import Entry, read_ledger
from wenzheng_lab.classroom.layout import ClassFolder, Learner
from wenzheng_lab.classroom.notebook import cells_of, dump_notebook, read_notebook
from wenzheng_lab.classroom.problems import Problem
from wenzheng_lab.classroom.repair import Repaired, repair
from wenzheng_lab.classroom.tables import write_csv
from wenzheng_lab.course.blank import is_unanswered
from wenzheng_lab.errors import InputError, explain

READY, STOPPED, MISSING = "ready", "stopped", "missing"
LABELS = {READY: "可以批", STOPPED: "不能批", MISSING: "未交"}
RECORD = "学习记录.json"
_COPY_MARK = re.compile(r"[（(]\d+[)）]|副本|[-_ ]?copy\d*", re.I)


@dataclass(frozen=True, slots=True)
class Checked:
    """一个人一份作业查下来的结果。"""

    learner: Learner
    """学员"""
    state: str
    """ready 可以批，stopped 不能批，missing 未交"""
    file: str
    """用的是哪个文件；没有为空串"""
    problems: tuple[Problem, ...]
    """毛病，已修好的也列"""

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            学号、状态、文件与毛病。
        """
        return {
            "learner": self.learner.id,
            "state": self.state,
            "file": self.file,
            "problems": [problem.to_dict() for problem in self.problems],
        }


def preflight(folder: ClassFolder, name: str) -> tuple[Checked, ...]:
    """查一份作业，全班一人一行。

    Args:
        folder: 班级。
        name: 作业名。

    Returns:
        各人的结果，按名单的次序；能批的已放进 ``submitted``。

    Raises:
        DatasetError: 没有发过这份作业。
        InputError: 名单还是空的。
        WenzhengError: 写不进。
    """
    assignment = Assignment.load(folder, name)
    if not folder.roster:
        raise InputError(explain("名单还是空的", "要有学号、姓名", "请填 名单.csv；或先收作业，程序由文件名补进名单"))
    ledger = read_ledger(folder)
    results = []
    for learner in folder.roster:
        entries = [
            entry for entry in ledger if entry.learner == learner.id and name in (entry.assignment, entry.expected)
        ]
        results.append(_Desk(folder, assignment, learner, entries).result())
    data = {"assignment": name, "release": assignment.release, "learners": [item.to_dict() for item in results]}
    write_text(_state_file(folder, name), json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    write_csv(folder.place("report", f"{name}_查件.csv"), _HEAD, _rows(results))
    return tuple(results)


def read_preflight(folder: ClassFolder, name: str) -> tuple[Checked, ...]:
    """读上一次查件的结果；没有查过就现查。

    Args:
        folder: 班级。
        name: 作业名。

    Returns:
        各人的结果。
    """
    path = _state_file(folder, name)
    if not path.is_file():
        return preflight(folder, name)
    rows = json.loads(path.read_text(encoding="utf-8"))["learners"]
    found = {row["learner"]: row for row in rows}
    results = []
    for learner in folder.roster:
        row = found.get(learner.id)
        if row is None:
            results.append(Checked(learner, MISSING, "", (Problem.of("missing"),)))
        else:
            problems = tuple(Problem.from_dict(item) for item in row["problems"])
            results.append(Checked(learner, row["state"], row["file"], problems))
    return tuple(results)


_HEAD = ("学号", "姓名", "状态", "文件", "毛病", "怎样修")


def _rows(results: Sequence[Checked]) -> Iterator[list[object]]:
    for item in results:
        for problem in item.problems or (None,):
            yield [
                item.learner.id,
                item.learner.name,
                LABELS[item.state],
                item.file,
                problem.title if problem else "",
                problem.repair if problem else "",
            ]


def _state_file(folder: ClassFolder, name: str) -> Path:
    return folder.place("received", f"{name}_查件.json")


class _Desk:
    """一个人一份作业。"""

    def __init__(self, folder: ClassFolder, assignment: Assignment, learner: Learner, entries: Sequence[Entry]) -> None:
        self.folder = folder
        self.assignment = assignment
        self.learner = learner
        self.entries = sorted(entries, key=lambda entry: (entry.modified, entry.stored))

    def result(self) -> Checked:
        self._clear()
        if not self.entries:
            return Checked(self.learner, MISSING, "", (Problem.of("missing"),))
        own = [entry for entry in self.entries if entry.assignment == self.assignment.id and not entry.stopped]
        books = [entry for entry in own if entry.kind == "notebook"]
        records = [entry for entry in own if entry.kind == "record"]
        if not books and not records:
            return self._cannot()
        # 几份都能批时，用最后改过、又做过题的一份
        read = [(entry, *found) for entry in books if (found := self._read(entry)) is not None]
        done = [item for item in read if not item[1].blank] or read
        problems: list[Problem] = []
        answers = self._record(records[-1]) if records else {}
        if done:
            entry, repaired, extra = done[-1]
            problems += [*extra, *repaired.problems]
            if len(read) > 1:
                which = f"“{entry.name}”（最后改过的一份）"
                problems.append(Problem.of("several", count=len(read), which=which))
        else:
            entry = records[-1]
            repaired = repair(self.assignment, self.assignment.notebook)
        problems += [problem for problem in entry.problems if problem not in problems]
        lost = [item for item in self.entries if item.stopped]
        problems += [problem for item in lost for problem in item.problems if problem.code == "unsafe_path"]
        if repaired.blank:
            problems.append(Problem.of("form_only" if answers else "blank"))
        self._write(repaired, answers)
        return Checked(self.learner, READY, entry.name, tuple(problems))

    def _read(self, entry: Entry) -> tuple[Repaired, list[Problem]] | None:
        notebook, encoding = read_notebook(self._bytes(entry))
        if notebook is None:
            return None
        problems = []
        if encoding:
            problems.append(Problem.of("encoding", encoding=encoding))
        stem, suffix = Path(entry.name).stem, Path(entry.name).suffix
        if _COPY_MARK.search(stem) or suffix.lower() != ".ipynb" or self.assignment.id not in entry.name.upper():
            problems.append(Problem.of("renamed", name=entry.name, file=self.assignment.file))
        found = _release_of(notebook)
        if found and found != self.assignment.release:
            problems.append(Problem.of("other_release", found=found))
        return repair(self.assignment, notebook), problems

    def _cannot(self) -> Checked:
        """没有一份能批：说最后交的那份为什么。"""
        entry = self.entries[-1]
        problems = [problem for item in self.entries for problem in item.problems if problem.level == "stop"]
        facts = {"file": self.assignment.file, "wanted": self.assignment.id, "found": entry.assignment}
        if not problems:
            if entry.assignment != self.assignment.id:
                problems.append(Problem.of("wrong_assignment", **facts))
            else:
                problems.append(self._why(entry))
        return Checked(self.learner, STOPPED, entry.name, tuple(dict.fromkeys(problems)))

    def _why(self, entry: Entry) -> Problem:
        data = self._bytes(entry)
        suffix = Path(entry.name).suffix.lower()
        if not data.strip():
            return Problem.of("empty_file")
        if suffix in (".ipynb", ".json", ".txt"):
            notebook, _ = read_notebook(data)
            return Problem.of("broken") if notebook is None else Problem.of("not_notebook", file=self.assignment.file)
        return Problem.of("wrong_format", suffix=suffix or "没有后缀的", file=self.assignment.file)

    def _record(self, entry: Entry) -> dict[str, object]:
        """学习记录里表单的答案，只取这份作业的题。"""
        data, _ = read_notebook(self._bytes(entry))
        answers: Mapping[str, Any] = data.get("answers", {}) if data else {}
        known = {task.id for task in self.assignment.tasks}
        return {key: value for key, value in answers.items() if key in known and not is_unanswered(value)}

    def _bytes(self, entry: Entry) -> bytes:
        return long_path(self.folder.path.joinpath("received", *entry.stored.split("/"))).read_bytes()

    def _place(self, name: str) -> Path:
        return self.folder.place("submitted", self.learner.id, self.assignment.id, name)

    def _clear(self) -> None:
        for name in (self.assignment.file, RECORD):
            self._place(name).unlink(missing_ok=True)

    def _write(self, repaired: Repaired, answers: Mapping[str, object]) -> None:
        write_text(self._place(self.assignment.file), dump_notebook(repaired.notebook))
        if answers:
            data = {"unit": self.assignment.id, "answers": answers}
            write_text(self._place(RECORD), json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _release_of(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    mark = metadata.get("wenzheng") if isinstance(metadata, dict) else None
    found = mark.get("release") if isinstance(mark, dict) else ""
    return found if isinstance(found, str) and cells_of(notebook) else ""
