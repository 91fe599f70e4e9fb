"""成绩：机评与人批合在一起；未交、不能批、未作答、未批、零分，是五件事。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenzheng_lab._files import write_text
from wenzheng_lab.classroom.assignment import Assignment
from wenzheng_lab.classroom.autograde import read_result
from wenzheng_lab.classroom.grading import BY_HAND, LABELS, SCORED, UNANSWERED, UNGRADED
from wenzheng_lab.classroom.layout import ClassFolder, Learner
from wenzheng_lab.classroom.preflight import MISSING, READY, STOPPED, read_preflight
from wenzheng_lab.classroom.problems import Problem
from wenzheng_lab.classroom.tables import write_csv

STATES = {MISSING: "未交", STOPPED: "不能批", READY: "已交", "ungraded": "未机评"}
"""一份作业的状态"""


@dataclass(frozen=True, slots=True)
class Mark:
    """人给的一道题的分。"""

    points: float
    """得分"""
    comment: str
    """评语"""
    answer: str
    """批的是哪一份作答（摘要）；作答变了，这个分就不算"""


@dataclass(frozen=True, slots=True)
class Line:
    """一个人的一道题。"""

    id: str
    """题号"""
    title: str
    """题名"""
    max: float
    """满分"""
    status: str
    """状态，见 ``grading.LABELS``"""
    score: float | None
    """得分；未作答、未批、不计分为 None"""
    comment: str
    """评语"""
    by_person: bool
    """分是人给的"""
    row: Mapping[str, Any]
    """机评的原样"""

    @property
    def shown(self) -> str:
        """给人看的分：数，或状态的字。"""
        if self.score is None:
            return LABELS[self.status]
        return f"{self.score:g}"

    @property
    def share(self) -> float | None:
        """得了满分的几成（0–1）；没有分为 None。"""
        return None if self.score is None or not self.max else self.score / self.max

    @property
    def details(self) -> Mapping[str, float]:
        """书面题机评的各项（0–3）。"""
        found = (self.row.get("feedback") or {}).get("details") or {}
        return {key: float(value) for key, value in found.items() if key != "total"}


@dataclass(frozen=True, slots=True)
class Paper:
    """一个人的一份作业。"""

    learner: Learner
    """学员"""
    state: str
    """``STATES`` 里的一种"""
    problems: tuple[Problem, ...]
    """查件查出的毛病"""
    lines: tuple[Line, ...]
    """各题；未交、不能批时为空"""

    @property
    def earned(self) -> float | None:
        """已评部分的得分；一题也没有评为 None。未作答算 0 分。"""
        return sum(line.score or 0.0 for line in self.lines) if self.lines else None

    @property
    def possible(self) -> float:
        """已评部分的满分；未批、不计分的题不在里面。"""
        return sum(line.max for line in self.lines if line.status not in (BY_HAND, UNGRADED))

    @property
    def unread(self) -> int:
        """还有几题未批。"""
        return sum(line.status == BY_HAND for line in self.lines)

    @property
    def total(self) -> float | None:
        """总分；未交、不能批、还有题未批时为 None，不拿一部分冒充总分。"""
        return None if not self.lines or self.unread else self.earned

    @property
    def attempted(self) -> int:
        """做了几题。"""
        return sum(line.status != UNANSWERED for line in self.lines)


@dataclass(frozen=True, slots=True)
class Gradebook:
    """全班一份作业的成绩。"""

    assignment: Assignment
    """作业"""
    papers: tuple[Paper, ...]
    """各人，按名单的次序"""

    def lines(self, question: str) -> Iterator[Line]:
        """一道题，交了的各人。

        Args:
            question: 题号。

        Yields:
            各人的这道题。
        """
        for paper in self.papers:
            yield from (line for line in paper.lines if line.id == question)


def load_gradebook(folder: ClassFolder, name: str) -> Gradebook:
    """合起机评与人批。

    Args:
        folder: 班级。
        name: 作业名。

    Returns:
        全班的成绩。

    Raises:
        DatasetError: 没有发过这份作业。
    """
    assignment = Assignment.load(folder, name)
    marks = read_marks(folder, name)
    papers = []
    for item in read_preflight(folder, name):
        result = read_result(folder, item.learner.id, name) if item.state == READY else None
        rows: Sequence[Mapping[str, Any]] = result["questions"] if result else ()
        state = item.state if result or item.state != READY else "ungraded"
        own = marks.get(item.learner.id, {})
        lines = tuple(_line(row, own.get(str(row["id"]))) for row in rows)
        papers.append(Paper(item.learner, state, item.problems, lines))
    return Gradebook(assignment, tuple(papers))


def _line(row: Mapping[str, Any], mark: Mark | None) -> Line:
    status, score, comment = str(row["status"]), row["score"], ""
    by_person = mark is not None and mark.answer == answer_digest(row)
    if mark is not None and by_person:
        status, score, comment = SCORED, mark.points, mark.comment
    return Line(str(row["id"]), str(row["title"]), float(row["max"]), status, score, comment, by_person, row)


def answer_digest(row: Mapping[str, Any]) -> str:
    """一份作答的摘要：批过以后作答变了，要重批。

    Args:
        row: 机评的一行。

    Returns:
        sha256 的前 12 位。
    """
    return hashlib.sha256(str(row["answer"]).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_marks(folder: ClassFolder, name: str) -> dict[str, dict[str, Mark]]:
    """读人批的分。

    Args:
        folder: 班级。
        name: 作业名。

    Returns:
        学号 → 题号 → 分。
    """
    path = _marks_file(folder, name)
    if not path.is_file():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))["marks"]
    return {key: {question: Mark(**mark) for question, mark in rows.items()} for key, rows in data.items()}


def write_marks(folder: ClassFolder, name: str, marks: Mapping[str, Mapping[str, Mark]]) -> None:
    """存人批的分。

    Args:
        folder: 班级。
        name: 作业名。
        marks: 学号 → 题号 → 分。
    """
    data = {
        key: {
            question: {"points": mark.points, "comment": mark.comment, "answer": mark.answer}
            for question, mark in rows.items()
        }
        for key, rows in marks.items()
    }
    write_text(_marks_file(folder, name), json.dumps({"format": 1, "marks": data}, ensure_ascii=False, indent=1) + "\n")


def _marks_file(folder: ClassFolder, name: str) -> Path:
    return folder.place("hand", f"{name}_人批.json")


def write_scores(folder: ClassFolder, book: Gradebook) -> tuple[Path, Path]:
    """写成绩表：一人一行的，和一人一题一行的。

    Args:
        folder: 班级。
        book: 成绩。

    Returns:
        两张表的路径。
    """
    name = book.assignment.id
    wide, long = folder.place("report", f"{name}_成绩.csv"), folder.place("report", f"{name}_逐题.csv")
    tasks = book.assignment.tasks
    head = ["学号", "姓名", "单位", "状态", *(f"{task.id}（{task.points:g}）" for task in tasks)]
    write_csv(
        wide, [*head, "已评得分", "已评满分", "未批题数", "总分"], (_wide(paper, len(tasks)) for paper in book.papers)
    )
    write_csv(long, _LONG, (row for paper in book.papers for row in _long(paper)))
    return wide, long


_LONG = ("学号", "姓名", "题号", "题名", "状态", "得分", "满分", "谁评的", "机器参考（0–100）", "评语")


def _wide(paper: Paper, tasks: int) -> list[object]:
    learner = paper.learner
    cells: list[object] = [line.score if line.score is not None else line.shown for line in paper.lines]
    cells = cells or [STATES[paper.state]] * tasks
    earned = paper.earned if paper.lines else None
    return [
        learner.id,
        learner.name,
        learner.unit,
        STATES[paper.state],
        *cells,
        earned,
        paper.possible if paper.lines else None,
        paper.unread if paper.lines else None,
        paper.total if paper.total is not None else ("未批" if paper.unread else STATES[paper.state]),
    ]


def _long(paper: Paper) -> Iterator[list[object]]:
    learner = paper.learner
    if not paper.lines:
        yield [learner.id, learner.name, "", "", STATES[paper.state], None, None, "", None, ""]
    for line in paper.lines:
        machine = ((line.row.get("feedback") or {}).get("details") or {}).get("total")
        who = "人" if line.by_person else "机器" if line.score is not None else ""
        status = LABELS[line.status]
        yield [learner.id, learner.name, line.id, line.title, status, line.score, line.max, who, machine, line.comment]
