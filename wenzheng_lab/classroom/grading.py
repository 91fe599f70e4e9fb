"""批一份作业：读答案，读不出的到隔离进程里运行，再照题目判。

这里在批改进程里，学员的代码不在这里；一份出什么错都变成结果里的一句话，不往外抛。
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wenzheng_lab.classroom import _wire
from wenzheng_lab.classroom.answers import NeedsRun, clean_source, read_answer
from wenzheng_lab.classroom.assignment import Assignment, Task
from wenzheng_lab.classroom.hidden import read_hidden
from wenzheng_lab.classroom.isolation import Ran, Session, Stopped
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.classroom.notebook import Cell, cells_of, read_notebook
from wenzheng_lab.classroom.preflight import RECORD
from wenzheng_lab.course.blank import ____, is_unanswered
from wenzheng_lab.course.feedback import Feedback
from wenzheng_lab.course.kinds.code import Code
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.course.question import Question
from wenzheng_lab.course.record import Record
from wenzheng_lab.errors import show

SCORED, UNANSWERED, ERROR, BY_HAND, UNGRADED = "scored", "unanswered", "error", "by_hand", "ungraded"
LABELS = {
    SCORED: "已评",
    UNANSWERED: "未作答",
    ERROR: "运行出错",
    BY_HAND: "未批",
    UNGRADED: "不计分",
}
"""一道题的状态"""
_ASSIGNED = re.compile(r"^\s*([A-Ha-h])\s*=(?!=)", re.M)
_SHOWN = 4000
"""反馈里学员自己的作答最多显示多少字"""


@dataclass(slots=True)
class _Answers:
    """一份作业的各题答案。"""

    values: dict[str, object] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)


def grade_submission(folder: ClassFolder, assignment: Assignment, learner: str) -> dict[str, object]:
    """批一个人的一份作业。

    Args:
        folder: 班级。
        assignment: 作业。
        learner: 学号。

    Returns:
        可写 JSON 的结果：各题的状态、得分、反馈，上了哪几层锁，用了几秒。
    """
    started = time.perf_counter()
    place = folder.place("submitted", learner, assignment.id)
    notebook, _ = read_notebook((place / assignment.file).read_bytes())
    cells = cells_of(notebook or {})
    sources = {cell.grade_id: cell.source for cell in cells if cell.grade_id}
    found = _Answers()
    to_run = _read_literals(assignment, cells, found)
    forms = _forms(place / RECORD)
    ran = Ran()
    if to_run:
        jobs = [
            {"id": cell.grade_id or cell.id, "source": clean_source(cell.source)}
            for cell in cells
            if cell.kind == "code"
        ]
        with Session(folder.limits, files=assignment.extra) as session:
            ran = session.run(jobs)
            _take(to_run, ran, session, found)
            rows = _judge_all(folder, assignment, found, forms, sources)
    else:
        rows = _judge_all(folder, assignment, found, forms, sources)
    return {
        "learner": learner,
        "assignment": assignment.id,
        "release": assignment.release,
        "ran": bool(to_run),
        "layers": list(ran.layers),
        "stopped": ran.stopped,
        "seconds": round(time.perf_counter() - started, 3),
        "questions": rows,
    }


def _read_literals(assignment: Assignment, cells: Sequence[Cell], found: _Answers) -> list[Task]:
    to_run = []
    taken = frozenset(_ASSIGNED.findall("\n".join(cell.source for cell in cells if cell.kind == "code")))
    sources = {cell.grade_id: cell.source for cell in cells}
    for task in assignment.tasks:
        try:
            literal = read_answer(sources.get(task.id, ""), task.name, taken=taken)
        except NeedsRun:
            to_run.append(task)
            continue
        found.values[task.id] = literal.value
        if literal.note:
            found.notes[task.id] = literal.note
    return to_run


def _take(to_run: list[Task], ran: Ran, session: Session, found: _Answers) -> None:
    for task in to_run:
        if task.id in ran.values:
            try:
                found.values[task.id] = _wire.decode(ran.values[task.id], session.function(task.id), ____)
            except (ValueError, KeyError, TypeError, RecursionError):
                found.errors[task.id] = "答案传不出来"
            continue
        if task.id in ran.errors:
            found.errors[task.id] = ran.errors[task.id]
        elif ran.stopped:
            found.errors[task.id] = ran.stopped
        else:
            found.values[task.id] = ____


def _forms(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    answers: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))["answers"]
    return answers


def _judge_all(
    folder: ClassFolder,
    assignment: Assignment,
    found: _Answers,
    forms: Mapping[str, object],
    sources: Mapping[str, str],
) -> list[dict[str, object]]:
    unit = assignment.unit
    hidden = read_hidden(folder, unit)
    record = Record(unit.id, folder.place("autograded"))
    rows = []
    for task in assignment.tasks:
        value = found.values.get(task.id, ____)
        note = found.notes.get(task.id, "")
        error = found.errors.get(task.id, "")
        if is_unanswered(value) and task.id in forms and not error:
            value, note = forms[task.id], "答案取自学习记录里的表单"
        question = Question(unit, assignment.question(task), record)
        rows.append(_judge(task, question, value, error, note, hidden.get(task.id), sources.get(task.id, "")))
    return rows


def _judge(
    task: Task, question: Question, value: object, error: str, note: str, secret: Code | None, source: str
) -> dict[str, object]:
    row: dict[str, Any] = {
        "id": task.id,
        "title": question.spec.title,
        "kind": question.spec.kind.name,
        "max": task.points,
    }
    row |= {"note": note, "answer": _shown(value, source), "card": "", "feedback": None, "score": None, "share": None}
    if error:
        return row | {
            "status": ERROR,
            "score": None if task.by_hand else 0.0,
            "says": f"运行出错：{error}",
            "answer": source[:_SHOWN],
        }
    feedback = question.judge(value)
    said = feedback.to_dict()
    said.pop("score", None)
    row |= {"feedback": said, "says": feedback.summary, "share": feedback.share}
    card = getattr(feedback.score, "_repr_html_", None)
    if callable(card):
        row["card"] = card()
    if feedback.outcome is Outcome.NOT_ATTEMPTED:
        return row | {"status": UNANSWERED}
    if task.by_hand:
        # 书面题的机评只供批的人参考，不进成绩
        return row | {"status": BY_HAND}
    if feedback.outcome is Outcome.NO_CHECK or not task.points:
        return row | {"status": UNGRADED}
    if feedback.outcome is Outcome.ERROR:
        return row | {"status": ERROR, "score": 0.0, "says": feedback.summary}
    share = feedback.share or 0.0
    if secret is not None and callable(value):
        share, row["hidden"] = _with_hidden(question, feedback, secret, value)
    return row | {"status": SCORED, "share": share, "score": round(share * task.points, 2)}


def _with_hidden(question: Question, feedback: Feedback, secret: Code, value: object) -> tuple[float, dict[str, int]]:
    """公开的与不公开的试用合起来算；不公开的只报数目。"""
    kind = question.spec.kind
    shown = len(kind.trials) if isinstance(kind, Code) else 0
    right = 0
    for trial in secret.trials:
        one = Code(None, (trial,), secret.tolerance, "", "", "")
        try:
            right += one.judge(value, question._unit.scene(question.spec)).outcome is Outcome.PASSED
        except Stopped:
            break
        except Exception:
            continue
    total = shown + len(secret.trials)
    return ((feedback.share or 0.0) * shown + right) / total, {"total": len(secret.trials), "right": right}


def _shown(value: object, source: str) -> str:
    """学员自己的作答，给他看、给批的人看。"""
    if is_unanswered(value):
        return ""
    if callable(value):
        return source[:_SHOWN]
    if isinstance(value, str):
        return value[:_SHOWN]
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)[:_SHOWN]
    return show(value, 400)
