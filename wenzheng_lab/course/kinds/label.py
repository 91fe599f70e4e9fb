"""标注题：给每一条贴一个标签。

条目写得比 ``show`` 多，多出来的是备用的：照种子抽题时从全部条目里抽，不给种子就是前面几条。
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.blank import is_unanswered
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Drawn, Field, Kind, Prompt, Scene, pick, shown, unreadable
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.errors import show


@dataclass(frozen=True, slots=True)
class Item:
    """待标的一条。"""

    text: str
    """内容"""
    label: str
    """正确的标签"""
    because: str
    """为什么"""
    mistakes: Mapping[str, str]
    """错贴某个标签时的说明"""


@dataclass(frozen=True, slots=True)
class Label(Kind):
    """标注题。"""

    labels: tuple[str, ...]
    """可用的标签"""
    items: tuple[Item, ...]
    """各条，编号从 1 起"""
    spare: tuple[Item, ...] = ()
    """备用的条目"""

    name = "label"

    @classmethod
    def read(cls, node: Node) -> Self:
        labels = node.texts("labels", required=True)
        items = tuple(_item(row, labels) for row in node.nodes("item", at_least=2))
        show = shown(node, len(items))
        return cls(labels, items[:show], items[show:])

    def judge(self, answer: object, scene: Scene) -> Feedback:
        given = self._given(answer)
        if given is None:
            return unreadable(answer, f"应给 {len(self.items)} 条各写一个标签。", self.prompt().how)
        right: list[Point] = []
        missing: list[Point] = []
        for number, item in enumerate(self.items, 1):
            word = given.get(number)
            if is_unanswered(word):
                missing.append(Point(f"第 {number} 条还没有填。"))
            elif word == item.label:
                right.append(Point(f"第 {number} 条“{item.label}”：{item.because}"))
            elif word in self.labels:
                hint = item.mistakes.get(str(word), "再读一遍这一条：来信人要的究竟是什么？")
                missing.append(Point(f"第 {number} 条不是“{word}”：{hint}", item.text))
            else:
                missing.append(Point(f"第 {number} 条写的 {show(word)} 不在标签里；可用：{'、'.join(self.labels)}。"))
        done = not missing
        return Feedback(
            Outcome.PASSED if done else Outcome.NEEDS_WORK,
            f"{len(self.items)} 条全部贴对。" if done else f"{len(self.items)} 条中对了 {len(right)} 条。",
            right=tuple(right),
            missing=tuple(missing),
            next_step="" if done else "只改没有对的那几条，再交一次。",
            share=len(right) / len(self.items),
        )

    def _given(self, answer: object) -> dict[int, object] | None:
        if isinstance(answer, list | tuple):
            if len(answer) > len(self.items):
                return None
            return {number: _strip(word) for number, word in enumerate(answer, 1)}
        if isinstance(answer, Mapping):
            try:
                numbered = {int(key): _strip(word) for key, word in answer.items()}
            except (TypeError, ValueError):
                return None
            return numbered if set(numbered) <= set(range(1, len(self.items) + 1)) else None
        return None

    def prompt(self) -> Prompt:
        lines = cards.bullets(join([tag("b", f"{n}. "), item.text]) for n, item in enumerate(self.items, 1))
        words = cards.para("可用的标签：", "、".join(self.labels))
        how = "[" + ", ".join(f'"{self.labels[0]}"' if n == 0 else "____" for n in range(len(self.items))) + "]"
        return Prompt((), how, (lines, words))

    def fields(self) -> tuple[Field, ...]:
        pairs = tuple((word, word) for word in self.labels)
        return tuple(Field("pick", str(n), f"第 {n} 条", pairs, text=item.text) for n, item in enumerate(self.items, 1))

    def show_answer(self, answer: object) -> Content:
        given = self._given(answer) or {}
        return cards.bullets(
            join([tag("b", f"{n}. {given.get(n, '')}"), cards.small(item.because)])
            for n, item in enumerate(self.items, 1)
        )

    def drawn(self, rng: random.Random) -> Drawn:
        if not self.spare:
            return Drawn(self, lambda answer: answer, same=True)
        items = pick((*self.items, *self.spare), len(self.items), lambda item: item.label, rng)

        def carry(answer: object) -> object | None:
            given = self._given(answer)
            if given is None:
                return answer
            words = {item.text: given.get(number, "____") for number, item in enumerate(self.items, 1)}
            moved = [words.get(item.text, item.label) for item in items]
            was_right = all(words[item.text] == item.label for item in self.items)
            now_right = all(word == item.label for word, item in zip(moved, items, strict=True))
            return moved if was_right == now_right else None

        same = {item.text for item in items} == {item.text for item in self.items}
        return Drawn(replace(self, items=items, spare=()), carry, same=same)


def _strip(word: object) -> object:
    return word.strip() if isinstance(word, str) else word


def _item(node: Node, labels: tuple[str, ...]) -> Item:
    mistakes: dict[str, str] = {}
    if node.has("mistakes"):
        table = node.data["mistakes"]
        if not isinstance(table, dict) or not all(isinstance(text, str) and text for text in table.values()):
            raise node.error("mistakes", 'mistakes 应写成 { 标签 = "说明" }')
        for word in table:
            if word not in labels:
                raise node.error("mistakes", f"mistakes 里的 {word!r} 不在 labels 里")
        mistakes = dict(table)
    item = Item(node.text("text"), node.choice("label", labels), node.text("because"), mistakes)
    if item.label in mistakes:
        raise node.error("mistakes", f"{item.label!r} 是正确的标签，不该写在 mistakes 里")
    node.done()
    return item
