"""一个单元的内容：留言、题目、参考答案；全部来自数据文件。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.course.kinds import Kind, Scene
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.model import Message, Reply, Signature

_NUMBER = re.compile(r"-Q(\d+)\Z")


@dataclass(frozen=True, slots=True)
class PlannedWrong:
    """一个预先想到的错答：测试要它得到写明的结果。"""

    answer: object
    """错答"""
    outcome: Outcome
    """应得的结果"""
    says: str
    """反馈里必须出现的话；不要求时为空串"""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """一份参考答案。"""

    answer: object
    """答案"""
    why: str
    """为什么这样答"""


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """一道题（或它的一个变式）。"""

    id: str
    """题号，如 ``L00-Q1``"""
    variant: str
    """变式的名字；原题为空串"""
    kind: Kind
    """题型与它的数据"""
    title: str
    """几个字的题名"""
    ask: str
    """题目"""
    measures: str
    """这题量的是什么；给教员和研究者看"""
    hints: tuple[str, ...]
    """提示，由浅入深"""
    more: str
    """做对之后再学的一点"""
    letter: str
    """所附留言的名字；没有时为空串"""
    reply: str
    """所附答复的名字；没有时为空串"""
    wrongs: tuple[PlannedWrong, ...]
    """预先想到的错答"""
    models: tuple[ModelAnswer, ...]
    """参考答案，至少一份"""
    few: str = ""
    """抽得出的样子少于三种时，写明为什么"""

    @property
    def number(self) -> int:
        """第几题。"""
        found = _NUMBER.search(self.id)
        return int(found.group(1)) if found else 0

    @property
    def name(self) -> str:
        """在单元对象上的名字，如 ``q1``。"""
        return f"q{self.number}"


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """一个单元。"""

    id: str
    """单元号，如 ``L00``"""
    title: str
    """单元名"""
    version: str
    """题目版本"""
    minutes: int
    """预计用时（分钟）"""
    notebook: str
    """课文的文件名"""
    goals: tuple[str, ...]
    """本课目标"""
    letters: Mapping[str, Message]
    """名字到留言"""
    replies: Mapping[str, Reply]
    """名字到答复"""
    questions: tuple[tuple[QuestionSpec, ...], ...]
    """各题；每题第一个是原题，其后是变式"""
    folder: Path
    """练习所在的目录"""
    digest: str
    """练习与答案两份文件的摘要"""

    def scene(self, question: QuestionSpec) -> Scene:
        """一道题的情境。

        Args:
            question: 题。

        Returns:
            所附的留言、答复与练习目录。
        """
        return Scene(self.letters.get(question.letter), self.replies.get(question.reply), self.folder)

    def signature(self, question: QuestionSpec | None = None, seed: str = "") -> Signature:
        """签名：哪个版本的哪道题。

        Args:
            question: 题；None 为整个单元。
            seed: 抽题的种子；没有时为空串。

        Returns:
            签名。
        """
        parts = {"course": f"{self.id}@{self.version}", "exercise": self.digest}
        if question is not None and question.variant:
            parts["variant"] = question.variant
        if seed:
            parts["seed"] = seed
        return Signature.of(parts)
