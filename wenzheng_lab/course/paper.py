"""考卷：只有题面，没有答案；作答照常记下，不显示对错。"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from wenzheng_lab._html import Content
from wenzheng_lab._paths import as_path
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Feedback
from wenzheng_lab.course.kinds import Chart, Field, Kind, Prompt, Scene, Write
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.course.record import Record, learner_home
from wenzheng_lab.course.spec import QuestionSpec, UnitSpec
from wenzheng_lab.course.unit import Unit
from wenzheng_lab.errors import DatasetError, explain
from wenzheng_lab.model import Message

FORMAT = 1
_SAID = "已记下。考试不显示对错，可以改，以最后一次为准。"
_NO_ANSWER = "考试没有参考答案；考完由老师讲评。"


@dataclass(frozen=True, slots=True)
class Sealed(Kind):
    """封好的题：知道怎样问、怎样填，不知道答案。"""

    inputs: tuple[Field, ...]
    """输入框"""
    notes: tuple[str, ...]
    """题目下面的各条，例如卷内事实"""
    rows: tuple[tuple[str, ...], ...]
    """题目下面的表，头一行是表头；没有为空"""
    how: str
    """怎样写答案"""

    name = "sealed"

    @classmethod
    def read(cls, node: Node) -> Self:
        """封好的题不从练习文件里来。"""
        raise node.error("kind", "sealed 只在考卷里用")

    def judge(self, answer: object, scene: Scene) -> Feedback:
        return Feedback(Outcome.NO_CHECK, _SAID)

    def prompt(self) -> Prompt:
        parts: list[Content] = []
        if self.notes:
            parts += [
                cards.para("卷内已查明的情况（答复只能用这些，不能编）："),
                cards.bullets(f"· {x}" for x in self.notes),
            ]
        if self.rows:
            parts.append(cards.grid(self.rows[1:], headers=self.rows[0]))
        listing: list[Content] = []
        for field in self.inputs:
            if field.kind in ("one", "many"):
                listing.append(cards.bullets(text for text, _ in field.options))
            elif field.text:
                listing.append(cards.para(f"{field.label}：{field.text}"))
        words = [text for text, _ in self.inputs[0].options] if self.inputs and self.inputs[0].kind == "pick" else []
        if words:
            listing.append(cards.para(f"可用的：{'、'.join(words)}"))
        return Prompt(tuple(parts), self.how, tuple(listing))

    def fields(self) -> tuple[Field, ...]:
        return self.inputs

    def show_answer(self, answer: object) -> Content:
        return cards.para(_NO_ANSWER)


def seal_unit(unit: UnitSpec) -> dict[str, object]:
    """把一个单元封成考卷：去掉答案、说明、提示、通过的标准。

    Args:
        unit: 单元。

    Returns:
        可写 JSON 的考卷。
    """
    return {
        "format": FORMAT,
        "id": unit.id,
        "title": unit.title,
        "minutes": unit.minutes,
        "questions": [_seal(unit, group[0]) for group in unit.questions],
    }


def _seal(unit: UnitSpec, question: QuestionSpec) -> dict[str, object]:
    kind = question.kind
    letter = unit.letters.get(question.letter)
    fields: Sequence[Field] = kind.fields()
    rows: list[list[str]] = []
    if isinstance(kind, Chart):
        rows = [["", kind.figures[0].unit]]
        rows += [
            [name, f"{value:g}"] for name, value in zip(kind.figures[0].labels, kind.figures[0].values, strict=True)
        ]
    if kind.name == "rank":
        # 排先后的题，条目不在输入框里
        rows = [["", "来信"], *([entry.key, entry.text] for entry in getattr(kind, "entries", ()))]
    return {
        "id": question.id,
        "title": question.title,
        "ask": question.ask,
        "how": kind.prompt().how,
        "notes": list(kind.facts) if isinstance(kind, Write) else [],
        "rows": rows,
        "fields": [
            {
                "kind": field.kind,
                "name": field.name,
                "label": field.label,
                "options": [list(pair) for pair in field.options],
                "start": field.start,
                "text": field.text,
            }
            for field in fields
        ],
        "letter": None if letter is None else _letter_of(letter),
    }


def _letter_of(letter: Message) -> dict[str, object]:
    when = letter.created_at.isoformat() if letter.created_at else None
    row = {key: getattr(letter, key) for key in ("id", "subject", "body", "channel", "author", "place")}
    return {**row, "created_at": when}


def open_paper(path: str | Path, *, folder: Path | None = None) -> Unit:
    """打开一份考卷，得到它的题；作答记下，不显示对错。

    考卷里没有答案，``check`` 只记，``hint``、``solution`` 什么也不给。

    Args:
        path: 教员发的试卷文件，如 ``"X01_试卷.json"``；只写名字时，在当前目录和它的上一级找。
        folder: 学习记录放在哪个文件夹；不给就自己找。

    Returns:
        单元；用法与 ``open`` 得到的一样。

    Raises:
        DatasetError: 找不到，或不是考卷。

    Examples:
        >>> import json, pathlib, tempfile
        >>> home = tempfile.TemporaryDirectory()
        >>> file = pathlib.Path(home.name, "X01_试卷.json")
        >>> question = {"id": "X01-Q1", "title": "一", "ask": "？", "how": "", "notes": [], "rows": [], "fields": []}
        >>> paper = {"format": 1, "id": "X01", "title": "试", "minutes": 1, "questions": [question]}
        >>> _ = file.write_text(json.dumps(paper), encoding="utf-8")
        >>> open_paper(file, folder=pathlib.Path(home.name)).q1.check("A").outcome.label
        '已记下，不评对错'
        >>> home.cleanup()
    """
    given = as_path(path)
    found = next((place for place in (given, Path("..") / given) if place.is_file()), None)
    if found is None:
        raise DatasetError(
            explain(f"找不到试卷 {path}", f"应与答卷放在同一个文件夹（{Path.cwd()}）", "请把老师发的试卷文件放进来")
        )
    try:
        data = json.loads(found.read_text(encoding="utf-8-sig"))
        spec = _unit(data, found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DatasetError(explain(f"{found.name} 不是试卷", "应是老师发的原件", "请向老师要一份，不要改它")) from error
    return Unit(
        spec, Record(spec.id, learner_home() if folder is None else as_path(folder, "folder", what="学习文件夹"))
    )


def _unit(data: Mapping[str, Any], path: Path) -> UnitSpec:
    if data["format"] != FORMAT:
        raise ValueError("版本不对")
    letters = {row["id"]: _message(row["letter"]) for row in data["questions"] if row.get("letter")}
    questions = tuple((_question(row, row["id"] if row["id"] in letters else ""),) for row in data["questions"])
    return UnitSpec(
        id=str(data["id"]),
        title=str(data["title"]),
        version="考卷",
        minutes=int(data["minutes"]),
        notebook="",
        goals=(),
        letters=letters,
        replies={},
        questions=questions,
        folder=path.parent,
        digest="",
    )


def _question(row: Mapping[str, Any], letter: str) -> QuestionSpec:
    fields = tuple(
        Field(
            str(item["kind"]),
            str(item["name"]),
            str(item["label"]),
            tuple((str(text), str(value)) for text, value in item["options"]),
            str(item["start"]),
            str(item["text"]),
        )
        for item in row["fields"]
    )
    rows = tuple(tuple(str(cell) for cell in line) for line in row["rows"])
    return QuestionSpec(
        id=str(row["id"]),
        variant="",
        kind=Sealed(fields, tuple(str(text) for text in row["notes"]), rows, str(row["how"])),
        title=str(row["title"]),
        ask=str(row["ask"]),
        measures="",
        hints=("考试没有提示。",),
        more="",
        letter=letter,
        reply="",
        wrongs=(),
        models=(),
    )


def _message(row: Mapping[str, Any]) -> Message:
    when = datetime.fromisoformat(row["created_at"]) if row.get("created_at") else None
    return Message(
        id=str(row["id"]),
        subject=str(row["subject"]),
        body=str(row["body"]),
        created_at=when,
        channel=str(row["channel"]),
        author=str(row["author"]),
        place=str(row["place"]),
    )
