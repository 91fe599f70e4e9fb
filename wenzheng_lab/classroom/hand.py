"""人批书面题：一张可以在浏览器里批的网页，和一张可以在 Excel 里填的表，机器的评分卡放在旁边。

批到一半关掉没有关系：网页把填的存在浏览器里，表存在盘上；读进来的分记在 ``hand/…_人批.json``。
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenzheng_lab._files import locked, long_path, write_text
from wenzheng_lab._html import Content, Markup, tag
from wenzheng_lab.classroom.gradebook import (
    Gradebook,
    Line,
    Mark,
    Paper,
    answer_digest,
    load_gradebook,
    read_marks,
    write_marks,
)
from wenzheng_lab.classroom.grading import UNANSWERED
from wenzheng_lab.classroom.layout import ClassFolder, read_table
from wenzheng_lab.classroom.pages import DATA, page
from wenzheng_lab.classroom.tables import write_csv
from wenzheng_lab.course import cards
from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.text import fold

_HEAD = ("编号", "学号", "姓名", "题号", "作答", "机器参考（0–100）", "机器说的", "满分", "得分", "评语")
_BLIND = tuple(name for name in _HEAD if name not in ("学号", "姓名"))


@dataclass(frozen=True, slots=True)
class _Item:
    """要批的一份作答。"""

    key: str
    paper: Paper
    line: Line


@dataclass(frozen=True, slots=True)
class Sheets:
    """写好的批改单。"""

    page: Path
    """网页"""
    table: Path
    """表"""
    read: int
    """已批几份"""
    total: int
    """一共几份"""

    def summary(self) -> str:
        """给教员看的话。

        Returns:
            几行文字。
        """
        return (
            f"要批 {self.total} 份，已批 {self.read} 份。\n在浏览器里批：{self.page}\n在 Excel 里批：{self.table}\n"
            f"批完（批一部分也行）读进来：wenzheng class marks 作业 表的路径"
        )


def write_sheets(folder: ClassFolder, name: str, *, blind: bool = False) -> Sheets:
    """写批改单；表里已经填了的先读进来，不会盖掉。

    Args:
        folder: 班级。
        name: 作业名。
        blind: 不写学号姓名，只写编号。

    Returns:
        写好的批改单。

    Raises:
        InputError: 上次的表里有填错的格子。
    """
    table = folder.place("hand", f"{name}_手批.csv")
    if table.is_file():
        read_sheet(folder, name, table)
    book = load_gradebook(folder, name)
    items = list(_items(book))
    head = _BLIND if blind else _HEAD
    write_csv(table, head, ([_cells(item)[column] for column in head] for item in items))
    target = folder.place("hand", f"{name}_手批.html")
    write_text(long_path(target), _page(folder, book, items, blind=blind))
    done = sum(item.line.by_person for item in items)
    return Sheets(target, table, done, len(items))


def read_sheet(folder: ClassFolder, name: str, path: Path) -> int:
    """读进批好的表；有一格填错就一格也不记，说是第几行。

    Args:
        folder: 班级。
        name: 作业名。
        path: Excel 里填的表，或网页导出的表。

    Returns:
        这张表里有几份填了分。

    Raises:
        InputError: 缺列、编号对不上、分不是数或超出满分。
    """
    rows = read_table(path)
    head = [fold(cell).strip() for cell in rows[0]] if rows else []
    for column in ("编号", "得分"):
        if column not in head:
            raise InputError(explain(f"{path.name} 没有“{column}”这一列", "应是批改单或网页导出的表", "请核对文件"))
    items = {item.key: item for item in _items(load_gradebook(folder, name))}
    with locked(folder.place("hand", f"{name}_人批.json")):
        return _take_marks(folder, name, path, rows, items)


def _take_marks(
    folder: ClassFolder, name: str, path: Path, rows: Sequence[Sequence[str]], items: Mapping[str, _Item]
) -> int:
    head = [fold(cell).strip() for cell in rows[0]]
    marks = read_marks(folder, name)
    count = 0
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(head, row, strict=False))
        text = fold(cells.get("得分", "")).strip().removesuffix("分").strip()
        key = cells.get("编号", "").strip().lstrip("'")
        if not key and not text:
            continue
        if key not in items:
            raise InputError(
                explain(f"{path.name} 第 {number} 行的编号 {key!r} 不在这份作业里", "编号不要改", "请重新写一张批改单")
            )
        if not text:
            continue
        item = items[key]
        points = _points(text, item.line.max, f"{path.name} 第 {number} 行")
        comment = cells.get("评语", "").strip().removeprefix("'")
        mark = Mark(points, comment, answer_digest(item.line.row))
        marks.setdefault(item.paper.learner.id, {})[item.line.id] = mark
        count += 1
    write_marks(folder, name, marks)
    return count


def _points(text: str, most: float, where: str) -> float:
    if not re.fullmatch(r"\d+(?:\.\d+)?", text):
        raise InputError(explain(f"{where}的得分是 {text!r}", "应为数", f"请写 0 到 {most:g} 之间的数；没有批就空着"))
    points = float(text)
    if points > most:
        raise InputError(explain(f"{where}的得分是 {text}", f"这题满分 {most:g}", "请改正"))
    return points


def _items(book: Gradebook) -> Iterator[_Item]:
    """书面题，一题一题地排：同一题连着批，尺子才稳。"""
    tasks = [task.id for task in book.assignment.tasks if task.by_hand]
    for question in tasks:
        for paper in book.papers:
            for line in paper.lines:
                if line.id == question and line.status != UNANSWERED:
                    yield _Item(_key(book.assignment.id, paper.learner.id, line.id), paper, line)


def _key(assignment: str, learner: str, question: str) -> str:
    """编号：看不出是谁，以字母开头，Excel 不会当成数。"""
    return "K" + hashlib.sha256(f"{assignment}\x1f{learner}\x1f{question}".encode()).hexdigest()[:10]


def _cells(item: _Item) -> Mapping[str, object]:
    line = item.line
    feedback: Mapping[str, Any] = line.row.get("feedback") or {}
    said = "；".join(str(point["text"]) for point in feedback.get("missing", ()))
    return {
        "编号": item.key,
        "学号": item.paper.learner.id,
        "姓名": item.paper.learner.name,
        "题号": line.id,
        "作答": str(line.row["answer"]),
        "机器参考（0–100）": (feedback.get("details") or {}).get("total"),
        "机器说的": said or str(line.row.get("says", "")),
        "满分": line.max,
        "得分": line.score if line.by_person else None,
        "评语": line.comment,
    }


def _page(folder: ClassFolder, book: Gradebook, items: Sequence[_Item], *, blind: bool) -> str:
    name = book.assignment.id
    done = sum(item.line.by_person for item in items)
    parts: list[Content] = [
        tag("h1", f"{name} 手批　{folder.name}"),
        tag(
            "p",
            "左边是学员的作答，右边是机器的评分卡。机器的分只供参考：它只看写法，不知道属实与否；成绩由您定。"
            "填的随时存在这个浏览器里；批一部分也可以导出，再用 wenzheng class marks 读进来。",
        ),
        tag(
            "p",
            tag("b", f"已批 {done} / {len(items)}", attrs={"id": "count"}),
            tag("button", "导出批好的分（csv）", attrs={"id": "save", "type": "button"}),
            tag("label", tag("input", attrs={"type": "checkbox", "id": "only"}), " 只看没有批的"),
            attrs={"class": "bar"},
        ),
    ]
    question = ""
    for number, item in enumerate(items, 1):
        if item.line.id != question:
            question = item.line.id
            parts.append(_ask(book, question))
        parts.append(_card(item, number, blind=blind))
    if not items:
        parts.append(tag("p", "没有要人批的作答。"))
    data = {"data-store": f"wenzheng-{folder.path.name}-{name}", "data-file": f"{name}_手批_网页.csv", "id": "sheet"}
    body = tag("main", *parts, attrs=data)
    return page(f"{name} 手批", body, script=(DATA / "hand.js").read_text(encoding="utf-8"), wide=True)


def _ask(book: Gradebook, question: str) -> Markup:
    unit = book.assignment.unit
    spec = next(group[0] for group in unit.questions if group[0].id == question)
    letter = unit.letters.get(spec.letter)
    parts: list[Content] = [tag("h2", f"{question}　{spec.title}"), cards.para(spec.ask)]
    if letter is not None:
        parts.append(cards.letter_paper(letter))
    parts += [*spec.kind.prompt().parts]
    models = [spec.kind.show_answer(model.answer) for model in spec.models]
    parts.append(cards.fold("参考答案", *models))
    return tag("section", *parts)


def _card(item: _Item, number: int, *, blind: bool) -> Markup:
    line = item.line
    who = f"第 {number} 份　{item.key}" if blind else f"第 {number} 份　{item.paper.learner.label}"
    given = f"{line.score:g}" if line.by_person and line.score is not None else ""
    box = tag(
        "p",
        tag(
            "label",
            f"得分（满分 {line.max:g}）",
            tag(
                "input",
                attrs={"type": "number", "min": 0, "max": line.max, "step": "any", "class": "points", "value": given},
            ),
        ),
        tag(
            "label",
            "评语",
            tag("textarea", line.comment, attrs={"rows": 2, "class": "comment"}),
            attrs={"class": "grow"},
        ),
        attrs={"class": "fill"},
    )
    text = str(line.row["answer"])
    left = tag(
        "div", cards.paper(f"作答（{len(re.sub(chr(92) + 's', '', text))} 字）", text), box, attrs={"class": "half"}
    )
    machine = (
        Markup(str(line.row.get("card") or "")) if line.row.get("card") else cards.para(str(line.row.get("says", "")))
    )
    right = tag("div", machine, attrs={"class": "half machine"})
    return tag(
        "article",
        tag("h3", who),
        tag("div", left, right, attrs={"class": "pair"}),
        attrs={"data-key": item.key, "data-max": line.max},
    )
