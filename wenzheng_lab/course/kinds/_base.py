"""题型共有的样子。"""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from wenzheng_lab._html import Content
from wenzheng_lab.course.feedback import Feedback
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.model import Message, Reply
from wenzheng_lab.text import fold


@dataclass(frozen=True, slots=True)
class Scene:
    """判题时看得见的情境。"""

    letter: Message | None = None
    """题目所附的留言"""
    reply: Reply | None = None
    """题目所附的答复"""
    folder: Path | None = None
    """练习所在的目录；自带检查程序的题要用"""


@dataclass(frozen=True, slots=True)
class Prompt:
    """题型给出的题面部分：选项、条目或图，以及怎样交答案。"""

    parts: tuple[Content, ...]
    """接在题目后面的各段"""
    how: str
    """照抄就能交的写法，如 ``"B"``"""
    listing: tuple[Content, ...] = ()
    """选项或条目；表单里它们就在输入框旁边，不再列一遍"""


@dataclass(frozen=True, slots=True)
class Field:
    """不写代码时的一个输入框。"""

    kind: str
    """one（选一项，竖排）、many（选几项）、pick（选一项，横排）、long（长文字）、short（短文字）"""
    name: str
    """答案里的键；整题只有一个框时为空串"""
    label: str
    """框前面的字"""
    options: tuple[tuple[str, str], ...] = ()
    """（显示的字，值）"""
    start: str = ""
    """起始的文字"""
    text: str = ""
    """框上面的一段话，例如待标注的那一条"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """按种子抽过的一道题。"""

    kind: Kind
    """抽到的题"""
    carry: Callable[[object], object | None]
    """把写给原题的答案换成抽到的题的答案；这份答案用不上了，给 None"""
    same: bool
    """条目还是原来那几条，只换了次序"""


class Kind(ABC):
    """一种题型。"""

    __slots__ = ()

    name: str = ""
    written: bool = False
    """是否书面作答，判分只算形成性反馈"""

    @classmethod
    @abstractmethod
    def read(cls, node: Node) -> Self:
        """由练习文件的一张表读出；写错时报文件名与行号。"""

    def prepare(self, answer: object) -> object:
        """学员自己一边，判题以前把答案换成判得了的样子；批改不经过这里。

        Args:
            answer: 交来的答案，或参考答案。

        Returns:
            判题用的答案；多数题型原样返回。
        """
        return answer

    @abstractmethod
    def judge(self, answer: object, scene: Scene) -> Feedback:
        """判一次作答；答案非空。可以抛错，外层会接住。"""

    @abstractmethod
    def prompt(self) -> Prompt:
        """题面部分。"""

    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """不写代码时的输入框；没有就只能用代码作答。"""

    @abstractmethod
    def show_answer(self, answer: object) -> Content:
        """把参考答案写成给人看的话。"""

    def from_fields(self, values: Mapping[str, object]) -> object:
        """把输入框里的值拼成答案。

        Args:
            values: 框名到值。

        Returns:
            只有一个框时就是它的值；几个框时按次序成列表。
        """
        inputs = self.fields()
        if len(inputs) == 1 and not inputs[0].name:
            return values.get("", "")
        return [values.get(field.name, "") for field in inputs]

    def shuffled(self, _rng: random.Random) -> tuple[Self, Mapping[str, str]]:
        """换一个选项次序。

        Returns:
            新题与“原来的键 → 现在的键”；不换次序的题型原样返回。
        """
        return self, {}

    def drawn(self, rng: random.Random) -> Drawn:
        """照种子抽这一题：换选项次序；写了备用条目的题型，连条目也抽。

        Args:
            rng: 这一题自己的随机流。

        Returns:
            抽到的题，和答案怎样跟着换。
        """
        kind, moved = self.shuffled(rng)
        return Drawn(kind, lambda answer: _move(answer, moved), same=True)


def shown(node: Node, written: int) -> int:
    """一题显示几条；``show`` 不写就是全部。

    Args:
        node: 题。
        written: 写了几条。

    Returns:
        显示几条；后面的备用。
    """
    show = int(node.number("show", written, low=2))
    # 变式另写了条目，就不沿用原题的 show
    if node.place("show")[:-1] != node.place("item")[:-1]:
        return written
    if show > written:
        raise node.error("show", f"只写了 {written} 条，显示不出 {show} 条")
    return show


T = TypeVar("T")


def pick(pool: Sequence[T], count: int, group: Callable[[T], Hashable], rng: random.Random) -> tuple[T, ...]:
    """从一池条目里抽几条，先让每一组都有一条，再随便补足。

    不这样抽，碰巧会抽出“六条全是套话”的题，做题的人猜都猜得对。

    Args:
        pool: 全部条目。
        count: 抽几条。
        group: 一条属于哪一组，如它的标签、它该在的档。
        rng: 随机流。

    Returns:
        抽到的几条，次序也是抽的。

    Examples:
        >>> sorted(pick("aabbc", 3, lambda letter: letter, random.Random("1:例")))
        ['a', 'b', 'c']
    """
    order = list(range(len(pool)))
    rng.shuffle(order)
    firsts: dict[Hashable, int] = {}
    for number in order:
        firsts.setdefault(group(pool[number]), number)
    chosen = list(firsts.values())[:count]
    chosen += [number for number in order if number not in chosen][: count - len(chosen)]
    rng.shuffle(chosen)
    return tuple(pool[number] for number in chosen)


def _move(answer: object, moved: Mapping[str, str]) -> object:
    if isinstance(answer, str):
        return moved.get(answer, answer)
    if isinstance(answer, list):
        return [_move(part, moved) for part in answer]
    return answer


def split_keys(answer: object, known: Sequence[str]) -> list[str] | None:
    """把“A、C”“ac”“选 B”或列表读成选项的键。

    Args:
        answer: 交来的答案。
        known: 可用的键，单个字母。

    Returns:
        键的列表，按交来的次序、去重；认不出时为 None。

    Examples:
        >>> split_keys("ａ、c", "ABC"), split_keys(["B"], "ABC"), split_keys("E", "ABC")
        (['A', 'C'], ['B'], None)
    """
    if isinstance(answer, list | tuple | set | frozenset):
        pieces = [
            split_keys(part, known) for part in (sorted(answer) if isinstance(answer, set | frozenset) else answer)
        ]
        if any(piece is None for piece in pieces):
            return None
        keys = [key for piece in pieces if piece for key in piece]
    elif isinstance(answer, str):
        letters = re.sub(r"[\s,、;:.>()\"'和及与选项-]+", "", fold(answer)).upper()
        keys = list(letters)
    else:
        return None
    if not keys or any(key not in known for key in keys):
        return None
    return list(dict.fromkeys(keys))


def unreadable(answer: object, expected: str, how: str) -> Feedback:
    """认不出答案时的反馈。

    Args:
        answer: 交来的答案。
        expected: 应当是什么。
        how: 照抄就能交的写法。

    Returns:
        “还差一点”的反馈，说清写法。
    """
    from wenzheng_lab.errors import show

    return Feedback(
        Outcome.NEEDS_WORK,
        summary=f"认不出您的答案 {show(answer)}。{expected}",
        next_step=f"照这个样子写：{how}",
        share=0.0,
    )


def chars(text: str) -> int:
    """去掉空白后的字数。"""
    return len(re.sub(r"\s", "", text))
