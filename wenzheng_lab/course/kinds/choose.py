"""选择题：每个选项都说明自己为什么对、为什么不对。"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene, split_keys, unreadable
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome

# 换次序后字母会变，所以说明里不能写“A 项”“选项 B”
_LETTER = re.compile(r"选项\s*[A-H]|[A-H]\s*项|选\s*[A-H](?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Option:
    """一个选项。"""

    key: str
    """字母"""
    text: str
    """选项的话"""
    right: bool
    """是否该选"""
    because: str
    """为什么"""
    then: str = ""
    """选了以后发生什么；只有决策题有"""


@dataclass(frozen=True, slots=True)
class Choose(Kind):
    """选择题。"""

    options: tuple[Option, ...]
    """各选项"""
    many: bool = False
    """是否可选几项"""
    fixed: bool = False
    """选项次序不可换"""

    name = "choose"

    @classmethod
    def read(cls, node: Node) -> Self:
        options = tuple(_option(row, consequences=cls.name == "decide") for row in node.nodes("option", at_least=2))
        keys = [option.key for option in options]
        if keys != list(string.ascii_uppercase[: len(keys)]):
            raise node.error("option", f"选项的 key 应依次为 A、B、C……，现为 {'、'.join(keys)}")
        if len({option.text for option in options}) < len(options):
            raise node.error("option", "有两个选项的 text 一样")
        many = node.flag("many", default=False)
        right = sum(option.right for option in options)
        if right == 0 or (right > 1 and not many):
            raise node.error("option", f"单选题恰有一个 right = true，多选题至少一个；现有 {right} 个（many = {many}）")
        return cls(options, many, node.flag("fixed_order", default=False))

    def judge(self, answer: object, scene: Scene) -> Feedback:
        keys = self._keys(answer)
        if keys is None:
            return unreadable(answer, f"可选的是 {'、'.join(self.by_key)}。", self.prompt().how)
        if not self.many and len(keys) > 1:
            return Feedback(
                Outcome.NEEDS_WORK, "这一题只选一项。", next_step="留下您认为最合适的一项，再交一次。", share=0.0
            )
        chosen = [self.by_key[key] for key in keys]
        good = tuple(_point(option) for option in chosen if option.right)
        bad = tuple(_point(option) for option in chosen if not option.right)
        wanted = sum(option.right for option in self.options)
        if not bad and len(good) == wanted:
            rest = tuple(_point(option) for option in self.options if option not in chosen)
            return Feedback(Outcome.PASSED, right=good, others=rest, share=1.0)
        lacking = wanted - len(good)
        short = (Point(f"还有 {lacking} 项该选的没有选到。"),) if self.many and lacking else ()
        return Feedback(
            Outcome.NEEDS_WORK,
            right=good,
            missing=bad + short,
            next_step="照上面的说明再想一想，换一个答案；也可以先看提示。",
            share=max(0.0, (len(good) - len(bad)) / wanted),
        )

    @property
    def by_key(self) -> dict[str, Option]:
        """字母到选项。"""
        return {option.key: option for option in self.options}

    def _keys(self, answer: object) -> list[str] | None:
        if isinstance(answer, str):
            same = [option.key for option in self.options if option.text == answer.strip()]
            if same:
                return same
        return split_keys(answer, tuple(self.by_key))

    def prompt(self) -> Prompt:
        lines = cards.bullets(join([tag("b", f"{option.key}. "), option.text]) for option in self.options)
        return Prompt((), '["A", "B"]' if self.many else '"A"', (lines,))

    def fields(self) -> tuple[Field, ...]:
        pairs = tuple((f"{option.key}. {option.text}", option.key) for option in self.options)
        return (Field("many" if self.many else "one", "", "请选几项" if self.many else "请选一项", pairs),)

    def show_answer(self, answer: object) -> Content:
        keys = self._keys(answer) or []
        return cards.bullets(
            join([tag("b", f"{key}. "), self.by_key[key].text, cards.small(self.by_key[key].because)]) for key in keys
        )

    def shuffled(self, rng: random.Random) -> tuple[Self, Mapping[str, str]]:
        if self.fixed:
            return self, {}
        order = list(self.options)
        rng.shuffle(order)
        moved = {option.key: key for option, key in zip(order, string.ascii_uppercase, strict=False)}
        return replace(self, options=tuple(replace(option, key=moved[option.key]) for option in order)), moved


def _point(option: Option) -> Point:
    if option.then:
        return Point(f"{option.key} 后来：{option.then}{option.because}")
    return Point(f"{option.key}：{option.because}")


def _option(node: Node, *, consequences: bool) -> Option:
    option = Option(
        node.text("key"),
        node.text("text"),
        node.flag("right"),
        node.text("because"),
        node.text("then") if consequences else "",
    )
    node.done()
    for key in ("because", "then"):
        found = _LETTER.search(getattr(option, key))
        if found:
            raise node.error(key, f"说明里写了“{found.group()}”；选项次序会换，请改写成选项的内容")
    return option
