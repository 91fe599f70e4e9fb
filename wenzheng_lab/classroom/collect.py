"""收作业：从文件夹或 zip 里认出是谁的、哪一份，原样存进 ``received``，记一本台账。

原件一字不动；同一个人同样的内容收两次只算一次，所以补交的放进来再收一遍就行。
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wenzheng_lab._files import locked, write_bytes, write_text
from wenzheng_lab.classroom.archive import Arrival, read_arrivals
from wenzheng_lab.classroom.assignment import TASK
from wenzheng_lab.classroom.layout import ClassFolder, Learner, add_learners
from wenzheng_lab.classroom.names import find_assignment, find_person, guess_person, safe_name
from wenzheng_lab.classroom.notebook import cells_of, read_notebook
from wenzheng_lab.classroom.problems import Problem

LEDGER = "台账.json"
UNKNOWN = "_认不出"
_OPEN = re.compile(r"course\.open\(\s*[\"']([LR]\d{2})[\"']")
_KNOWN = {".ipynb", ".json", ".txt", ".zip", ".wzlog"}


@dataclass(frozen=True, slots=True)
class Entry:
    """台账的一行：收到的一个文件。"""

    learner: str
    """学号；认不出为空串"""
    assignment: str
    """是哪一份作业；认不出为空串"""
    expected: str
    """这次收的是哪一份；没有写明为空串"""
    came: str
    """它在收来的文件夹或 zip 里的位置"""
    stored: str
    """存在 ``received`` 里的位置"""
    kind: str
    """notebook 笔记本，record 学习记录，log 办件日志，other 别的"""
    sha256: str
    """内容的摘要"""
    modified: float
    """修改时间（秒）"""
    problems: tuple[Problem, ...] = ()
    """收的时候看出的毛病"""

    @property
    def name(self) -> str:
        """原来的文件名。"""
        return self.came.split("/")[-1]

    @property
    def stopped(self) -> bool:
        """有没有不能批的毛病。"""
        return any(problem.level == "stop" for problem in self.problems)

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            各字段。
        """
        row: dict[str, object] = {
            key: getattr(self, key)
            for key in ("learner", "assignment", "expected", "came", "stored", "kind", "sha256", "modified")
        }
        return {**row, "problems": [problem.to_dict() for problem in self.problems]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Entry:
        """由 JSON 里的字典读回。

        Args:
            data: ``to_dict`` 写出的字典。

        Returns:
            一行。
        """
        return cls(**{**data, "problems": tuple(Problem.from_dict(row) for row in data["problems"])})


@dataclass(slots=True)
class Collected:
    """一次收件的结果。"""

    new: list[Entry] = field(default_factory=list)
    """新收的"""
    again: int = 0
    """以前收过、一字不差的"""
    added: list[Learner] = field(default_factory=list)
    """没有名单时，由文件名补进名单的人"""

    @property
    def unknown(self) -> list[Entry]:
        """认不出是谁的。"""
        return [entry for entry in self.new if not entry.learner]

    def summary(self) -> str:
        """给教员看的话。

        Returns:
            几行文字。
        """
        kinds = Counter(entry.assignment or "认不出是哪一份" for entry in self.new if entry.learner)
        said = "、".join(f"{name} {count} 个" for name, count in sorted(kinds.items()))
        lines = [f"新收 {len(self.new)} 个文件{f'（{said}）' if said else ''}，以前收过的 {self.again} 个。"]
        if self.added:
            lines.append(f"名单是空的，由文件名补进 {len(self.added)} 人，请核对 名单.csv。")
        for entry in self.new:
            lines += [f"  {entry.came}：{problem}" for problem in entry.problems if problem.level == "stop"]
        return "\n".join(lines)


def collect(folder: ClassFolder, sources: Iterable[Path], *, expected: str = "") -> Collected:
    """收件。

    Args:
        folder: 班级。
        sources: 收来的文件夹、zip 或文件。
        expected: 这次收的是哪一份作业；不写就按内容和文件名认。

    Returns:
        收到了什么。

    Raises:
        InputError: 没有这个路径。
        WenzhengError: 写不进。
    """
    # 两个窗口同时收：后来的等先来的收完，台账里一份不少
    with locked(folder.place("received", LEDGER), wait=120):
        return _collect(folder, sources, expected)


def _collect(folder: ClassFolder, sources: Iterable[Path], expected: str) -> Collected:
    ledger = read_ledger(folder)
    done = Collected()
    people: list[Learner] = list(folder.roster)
    guess = not people
    known = {(entry.learner, entry.sha256, entry.came) for entry in ledger}
    contents = {(entry.learner, entry.sha256) for entry in ledger}
    for source in sources:
        for arrival in read_arrivals(source, file_mb=folder.limits.file_mb):
            if guess:
                _add_guess(arrival, people, done)
            entry = _entry(arrival, people, expected)
            if entry is None:
                continue
            if (entry.learner, entry.sha256, entry.came) in known or (
                arrival.data and (entry.learner, entry.sha256) in contents
            ):
                done.again += 1
                continue
            entry = _store(folder, entry, arrival.data, len(ledger))
            known.add((entry.learner, entry.sha256, entry.came))
            contents.add((entry.learner, entry.sha256))
            ledger.append(entry)
            done.new.append(entry)
    add_learners(folder, done.added)
    _write_ledger(folder, ledger)
    return done


def read_ledger(folder: ClassFolder) -> list[Entry]:
    """读台账。

    Args:
        folder: 班级。

    Returns:
        各行；没有收过为空。
    """
    path = folder.place("received", LEDGER)
    if not path.is_file():
        return []
    return [Entry.from_dict(row) for row in json.loads(path.read_text(encoding="utf-8"))["files"]]


def _write_ledger(folder: ClassFolder, ledger: Sequence[Entry]) -> None:
    data = {"format": 1, "files": [entry.to_dict() for entry in ledger]}
    write_text(folder.place("received", LEDGER), json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _add_guess(arrival: Arrival, people: list[Learner], done: Collected) -> None:
    key, name = guess_person(arrival.parts)
    if key and all(person.id != key for person in people):
        people.append(Learner(key, name))
        done.added.append(people[-1])


def _entry(arrival: Arrival, people: Sequence[Learner], expected: str) -> Entry | None:
    suffix = Path(arrival.name).suffix.lower()
    person, written = find_person(arrival.parts, people)
    kind, assignment = ("other", "") if arrival.problem else look_at(arrival.data, suffix)
    if kind == "other" and suffix not in _KNOWN and not find_assignment(arrival.name) and person is None:
        # 平台导出时夹带的说明、名单，不是谁的作业
        return None
    problems = [arrival.problem] if arrival.problem else []
    if person is None:
        problems.append(Problem.of("unknown_learner"))
    elif written:
        problems.append(Problem.of("name_mismatch", written=written, listed=person.name))
    return Entry(
        learner=person.id if person else "",
        assignment=assignment or find_assignment(arrival.name) or expected,
        expected=expected,
        came=arrival.shown,
        stored="",
        kind=kind,
        sha256=hashlib.sha256(arrival.data).hexdigest(),
        modified=arrival.modified,
        problems=tuple(problems),
    )


def look_at(data: bytes, suffix: str) -> tuple[str, str]:
    """看内容：是什么文件、哪一份作业。

    Args:
        data: 内容。
        suffix: 后缀，小写。

    Returns:
        （种类，作业名）；作业名认不出为空串。
    """
    if suffix == ".wzlog" or data[:15] == b"SQLite format 3":
        return "log", ""
    notebook, _ = read_notebook(data)
    if notebook is None:
        return "other", ""
    if isinstance(notebook.get("answers"), dict) and isinstance(notebook.get("events"), list):
        return "record", str(notebook.get("unit", ""))
    cells = cells_of(notebook)
    if not cells:
        return "other", ""
    metadata = notebook.get("metadata")
    mark = metadata.get("wenzheng") if isinstance(metadata, dict) else None
    if isinstance(mark, dict) and isinstance(mark.get("assignment"), str):
        return "notebook", mark["assignment"]
    units = Counter(found["unit"] for cell in cells if (found := TASK.match(cell.grade_id)))
    units = units or Counter(name for cell in cells for name in _OPEN.findall(cell.source))
    return "notebook", units.most_common(1)[0][0] if units else ""


def _store(folder: ClassFolder, entry: Entry, data: bytes, number: int) -> Entry:
    place = (entry.learner or UNKNOWN, entry.assignment or "_")
    path = folder.place("received", *place, f"{number:04d}_{entry.name}")
    write_bytes(path, data)
    stored = "/".join(safe_name(part) for part in (*place, f"{number:04d}_{entry.name}"))
    return Entry(**{**{key: getattr(entry, key) for key in entry.__slots__}, "stored": stored})
