"""把 ``exercises/<单元>/`` 读成单元；写错的地方指到文件与行。"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import replace
from pathlib import Path

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.course.blank import is_unanswered
from wenzheng_lab.course.kinds import KINDS, Kind
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.course.spec import ModelAnswer, PlannedWrong, QuestionSpec, UnitSpec
from wenzheng_lab.errors import RuleFileError, suggest
from wenzheng_lab.model import APPEALS, URGENCIES, Message, Reply

QUESTION_FILE = "exercise.toml"
ANSWER_FILE = "answers.toml"
_UNIT_ID = re.compile(r"[LRX]\d{1,2}\Z")
"""L 课、R 研究者的课；X 是教员自己出的考卷，不随包发布"""
_WRONG_OUTCOMES = tuple(item.value for item in Outcome if item is not Outcome.PASSED)


@functools.lru_cache(maxsize=64)
def load_unit(folder: Path) -> UnitSpec:
    """读一个单元。

    Args:
        folder: 练习目录，里面有 ``exercise.toml`` 与 ``answers.toml``。

    Returns:
        查过的单元。

    Raises:
        RuleFileError: 有缺漏、多余、对不上的地方；首行是“单元/文件:行号: 说明”。
    """
    questions = _read(folder, QUESTION_FILE)
    answers = _read(folder, ANSWER_FILE)
    top = Node(questions, (), questions.data)
    head = _head(top)
    letters, replies = _letters(top)
    models = _models(answers)
    specs = tuple(
        _question(node, number, head.text("id"), letters, replies, models)
        for number, node in enumerate(top.nodes("question", at_least=1), 1)
    )
    top.done()
    for (name, variant), (node, _) in models.items():
        known = {(spec.id, spec.variant) for group in specs for spec in group}
        if (name, variant) not in known:
            full = f"{name} 变式 {variant}" if variant else name
            raise node.error("id", f"没有题目“{full}”；{suggest(name, [key for key, _ in known])}")
    digest = hashlib.sha256((questions.digest + answers.digest).encode()).hexdigest()[:8]
    unit = UnitSpec(
        id=head.text("id"),
        title=head.text("title"),
        version=head.text("version"),
        minutes=int(head.number("minutes", low=1)),
        notebook=head.text("notebook", ""),
        goals=head.texts("goals", required=True),
        letters=letters,
        replies=replies,
        questions=specs,
        folder=folder,
        digest=digest,
    )
    head.done()
    return unit


class _Source(TomlFile):
    """练习文件：找行号时先认表头再认键。

    题目里有与表同名的键（``letter``、``answer``），不先认表头会指错行。
    """

    def line(self, where: Path_) -> int:
        """找一个位置在第几行。

        Args:
            where: 表内位置。

        Returns:
            行号，从 1 起；找不到键时给出所在表的行。
        """
        lines = self.text.split("\n")
        at, header = 0, ""
        for part, following in zip(where, (*where, None)[1:], strict=True):
            if isinstance(part, int):
                heads = [n for n in range(at, len(lines)) if _is_head(lines[n], f"[[{header}]]")]
                at = heads[part] if part < len(heads) else at
                continue
            header = f"{header}.{part}" if header else part
            if isinstance(following, int):
                continue
            for n in range(at, len(lines)):
                if n > at and lines[n].lstrip().startswith("[[") and following is None:
                    break
                if _is_head(lines[n], f"[{header}]") or re.match(rf"\s*{re.escape(part)}\s*=", lines[n]):
                    at = n
                    break
        return at + 1


def _is_head(line: str, head: str) -> bool:
    return line.split("#")[0].replace(" ", "").strip() == head


def _read(folder: Path, name: str) -> TomlFile:
    label = f"{folder.name}/{name}"
    path = folder / name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise RuleFileError(f"{label}: 找不到这个文件（{path}）") from error
    except UnicodeDecodeError as error:
        raise RuleFileError(f"{label}: 不是 UTF-8 编码，请用 UTF-8 另存") from error
    return _Source.parse(label, text)


def _head(top: Node) -> Node:
    head = Node(top.file, ("unit",), top.value("unit"))
    name = head.text("id")
    if not _UNIT_ID.match(name):
        raise head.error("id", f"单元号应如 L00 或 R1，来的是 {name!r}")
    return head


def _letters(top: Node) -> tuple[dict[str, Message], dict[str, Reply]]:
    letters: dict[str, Message] = {}
    replies: dict[str, Reply] = {}
    for node in top.nodes("letter"):
        name = node.text("id")
        if name in letters:
            raise node.error("id", f"留言的名字 {name!r} 用了两次")
        letters[name] = Message(
            id=node.text("message_id"),
            subject=node.text("subject"),
            body=node.text("body"),
            created_at=node.time("created_at"),
            channel=node.text("channel", ""),
            author=node.text("author", ""),
            place=node.text("place", ""),
            category=node.text("category", ""),
            appeal=node.choice("appeal", ("", *APPEALS), ""),
            urgency=node.choice("urgency", ("", *URGENCIES), ""),
            department=node.text("department", ""),
        )
        for row in node.nodes("reply"):
            key = row.text("id")
            if key in replies:
                raise row.error("id", f"答复的名字 {key!r} 用了两次")
            replies[key] = Reply(row.text("text"), row.time("replied_at"), row.text("unit", ""))
            row.done()
        node.done()
    return letters, replies


def _models(file: TomlFile) -> dict[tuple[str, str], tuple[Node, list[ModelAnswer]]]:
    found: dict[tuple[str, str], tuple[Node, list[ModelAnswer]]] = {}
    top = Node(file, (), file.data)
    for node in top.nodes("answer", at_least=1):
        key = (node.text("id"), node.text("variant", ""))
        answer = node.value("answer")
        if is_unanswered(answer):
            raise node.error("answer", "参考答案是空的")
        found.setdefault(key, (node, []))[1].append(ModelAnswer(answer, node.text("why", "")))
        node.done()
    top.done()
    return found


def _question(
    node: Node,
    number: int,
    unit: str,
    letters: dict[str, Message],
    replies: dict[str, Reply],
    models: dict[tuple[str, str], tuple[Node, list[ModelAnswer]]],
) -> tuple[QuestionSpec, ...]:
    wanted = f"{unit}-Q{number}"
    if node.text("id") != wanted:
        raise node.error("id", f"第 {number} 题的题号应为 {wanted!r}，来的是 {node.text('id')!r}")
    rows = [("", node)]
    for row in node.nodes("variant"):
        name = row.text("id")
        if name in dict(rows):
            raise row.error("id", f"变式的名字 {name!r} 用了两次")
        rows.append((name, node.overlay(row)))
    return tuple(_variant(row, wanted, name, letters, replies, models) for name, row in rows)


def _variant(
    node: Node,
    name: str,
    variant: str,
    letters: dict[str, Message],
    replies: dict[str, Reply],
    models: dict[tuple[str, str], tuple[Node, list[ModelAnswer]]],
) -> QuestionSpec:
    node.has("id")
    node.has("variant")
    kind = KINDS[node.choice("kind", tuple(KINDS))].read(node)
    letter, reply = node.text("letter", ""), node.text("reply", "")
    if letter and letter not in letters:
        raise node.error("letter", f"没有留言 {letter!r}；{suggest(letter, letters)}可用：{'、'.join(letters)}")
    if reply and reply not in replies:
        raise node.error("reply", f"没有答复 {reply!r}；{suggest(reply, replies)}可用：{'、'.join(replies)}")
    answers = models.get((name, variant))
    if answers is None:
        full = f"{name} 变式 {variant}" if variant else name
        raise node.error("", f"{full} 在 {ANSWER_FILE} 里没有参考答案，请补一个 [[answer]]")
    spec = QuestionSpec(
        id=name,
        variant=variant,
        kind=kind,
        title=node.text("title"),
        ask=node.text("ask"),
        measures=node.text("measures"),
        hints=node.texts("hints", required=True),
        more=node.text("more"),
        letter=letter,
        reply=reply,
        wrongs=_wrongs(node, kind),
        models=tuple(replace(model, answer=kind.prepare(model.answer)) for model in answers[1]),
        few=node.text("few", ""),
    )
    node.done()
    return spec


def _wrongs(node: Node, kind: Kind) -> tuple[PlannedWrong, ...]:
    wrongs = []
    # 开放题不分对错，可以没有错答；其余题型至少要有一个会被拦下
    least = 0 if node.data.get("kind") == "open" else 1
    for row in node.nodes("wrong", at_least=least):
        outcome = Outcome(row.choice("outcome", _WRONG_OUTCOMES))
        wrongs.append(PlannedWrong(kind.prepare(row.value("answer")), outcome, row.text("says", "")))
        row.done()
    return tuple(wrongs)
