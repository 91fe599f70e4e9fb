"""单元：打开一课，拿到它的题、留言与进度。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from wenzheng_lab._html import Content
from wenzheng_lab._paths import as_path, share_dir
from wenzheng_lab.course import cards
from wenzheng_lab.course.loading import QUESTION_FILE, load_unit
from wenzheng_lab.course.progress import Line, Progress
from wenzheng_lab.course.question import Question
from wenzheng_lab.course.record import Record, learner_home
from wenzheng_lab.course.seeded import draw
from wenzheng_lab.course.spec import UnitSpec
from wenzheng_lab.errors import DatasetError, InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.model import Message, Reply, Signature
from wenzheng_lab.text import fold

T = TypeVar("T")


class Unit:
    """打开的一课。

    题在 ``q1``、``q2``……；在 Jupyter 里显示它就看到题目表与进度。
    """

    def __init__(self, spec: UnitSpec, record: Record, *, seed: str = "") -> None:
        self.spec = spec
        """单元的内容"""
        self.seed = seed
        """抽题的种子；空串为原题"""
        self.questions: Mapping[str, Question] = {
            variants[0].name: Question(spec, draw(variants, seed), record, seed=seed) for variants in spec.questions
        }
        """名字到题，如 ``{"q1": …}``"""
        self._record = record

    @property
    def id(self) -> str:
        """单元号，如 ``L00``。"""
        return self.spec.id

    @property
    def title(self) -> str:
        """单元名。"""
        return self.spec.title

    @property
    def signature(self) -> Signature:
        """题目版本与摘要。"""
        return self.spec.signature(seed=self.seed)

    def letter(self, name: str) -> Message:
        """取本课的一封留言（合成的）。

        Args:
            name: 留言的名字。

        Returns:
            留言。

        Raises:
            DatasetError: 没有这封。
        """
        return _pick("留言", name, self.spec.letters)

    def reply(self, name: str) -> Reply:
        """取本课的一份答复（合成的）。

        Args:
            name: 答复的名字。

        Returns:
            答复。

        Raises:
            DatasetError: 没有这份。
        """
        return _pick("答复", name, self.spec.replies)

    def read(self, name: str) -> Sheet:
        """把留言或答复显示成一张信纸。

        Args:
            name: 留言或答复的名字。

        Returns:
            信纸。

        Raises:
            DatasetError: 没有这个名字。
        """
        papers: dict[str, Message | Reply] = {**self.spec.letters, **self.spec.replies}
        return Sheet(_pick("留言或答复", name, papers))

    def progress(self) -> Progress:
        """学到哪里：各题的结果、次数与下一题。

        Returns:
            进度。
        """
        return Progress(
            self.id,
            tuple(
                Line(
                    name,
                    question.spec.title,
                    question.state,
                    question.attempts,
                    self._record.count(question.id, "hint"),
                )
                for name, question in self.questions.items()
            ),
        )

    def __getattr__(self, name: str) -> Question:
        questions = self.__dict__.get("questions", {})
        if name in questions:
            found: Question = questions[name]
            return found
        if re.fullmatch(r"[qQ]\d+", name):
            raise AttributeError(f"{self.id} 没有题 {name!r}；可用：{'、'.join(questions)}")
        raise AttributeError(f"单元没有 {name!r}；{suggest(name, self.__dir__())}")

    def __dir__(self) -> list[str]:
        return [*self.__dict__.get("questions", {}), "letter", "progress", "questions", "read", "reply", "signature"]

    def __repr__(self) -> str:
        return f"{self.id} {self.title}　{self.progress().where()}"

    def _repr_html_(self) -> str:
        spec = self.spec
        progress = self.progress()
        parts: list[Content] = [
            cards.para(f"{progress.where()}"),
            progress.rows(),
            cards.para(cards.small(f"题目版本 {spec.version} · 预计 {spec.minutes} 分钟")),
        ]
        problem = self._record.take_problem()
        if problem:
            parts.append(cards.para(cards.small(f"! {problem}")))
        return str(cards.frame(f"{spec.id}　{spec.title}", *parts, colour=cards.BLUE))


class Sheet:
    """一张信纸：留言或答复的原文。"""

    def __init__(self, content: Message | Reply) -> None:
        self.content = content
        """留言或答复"""

    def __repr__(self) -> str:
        if isinstance(self.content, Message):
            return f"留言：{self.content.text}"
        return f"答复：{self.content.text}"

    def _repr_html_(self) -> str:
        if isinstance(self.content, Message):
            return str(cards.letter_paper(self.content))
        return str(cards.reply_paper(self.content))


def units() -> tuple[str, ...]:
    """现有的单元号。

    Returns:
        按次序：先 L 后 R。

    Examples:
        >>> "L00" in units()
        True
    """
    folder = share_dir("exercises")
    return tuple(sorted(path.name for path in folder.iterdir() if (path / QUESTION_FILE).is_file()))


def open_unit(name: str, *, seed: int | str | None = None, folder: Path | None = None) -> Unit:
    """打开一课，得到它的题与进度。

    不下载任何东西；学习记录存在学员自己的文件夹里。

    Args:
        name: 单元号，如 ``"L00"``；大小写、全角都行，带文件名也行。
        seed: 抽题的种子；不给就是课文里的原题。
        folder: 学习记录放在哪个文件夹；不给就自己找。

    Returns:
        单元。

    Raises:
        InputTypeError: ``name`` 不是文字，``seed`` 不是整数或文字。
        InputError: ``seed`` 是空文字。
        DatasetError: 没有这个单元；附最像的一个。

    Examples:
        >>> open_unit("l00").id
        'L00'
    """
    if not isinstance(name, str):
        raise InputTypeError(
            explain(f"单元号是 {type(name).__name__} 类型的 {show(name)}", "应为文字", '请写成 wz.course.open("L00")')
        )
    known = units()
    wanted = re.split(r"[_.\s]", fold(name).strip().upper())[0]
    if wanted not in known:
        raise DatasetError(
            explain(f"没有单元 {show(name)}", f"现有：{'、'.join(known)}", f"{suggest(wanted, known)}请从中选一个")
        )
    spec = load_unit(share_dir("exercises") / wanted)
    return Unit(
        spec,
        Record(spec.id, learner_home() if folder is None else as_path(folder, "folder", what="学习文件夹")),
        seed=_seed(seed),
    )


def _seed(seed: object) -> str:
    if seed is None:
        return ""
    if isinstance(seed, bool) or not isinstance(seed, int | str):
        raise InputTypeError(
            explain(f"种子是 {type(seed).__name__} 类型的 {show(seed)}", "应为整数或文字", "请写成 seed=7")
        )
    if not str(seed).strip():
        raise InputError(explain("种子是空的", "应为整数或文字", "请写成 seed=7，或不写"))
    return str(seed).strip()


def _pick(what: str, name: object, known: Mapping[str, T]) -> T:
    if isinstance(name, str) and name in known:
        return known[name]
    raise DatasetError(
        explain(f"本课没有{what} {show(name)}", f"现有：{'、'.join(known)}", f"{suggest(str(name), known)}请从中选一个")
    )
