"""排序题：分先后；并列的谁先谁后都算对。条目写得比 ``show`` 多，多出来的备用，照种子抽。"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Self

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Drawn, Field, Kind, Prompt, Scene, pick, shown, split_keys, unreadable
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """待排的一条。"""

    key: str
    """字母"""
    text: str
    """内容"""
    place: int
    """该在第几档，1 最先；同档不分先后"""
    because: str
    """为什么在这一档"""


@dataclass(frozen=True, slots=True)
class Rank(Kind):
    """排序题。"""

    entries: tuple[Entry, ...]
    """各条"""
    fixed: bool = False
    """次序不可换"""
    spare: tuple[Entry, ...] = ()
    """备用的条目"""

    name = "rank"

    @classmethod
    def read(cls, node: Node) -> Self:
        entries = tuple(_entry(row) for row in node.nodes("item", at_least=3))
        keys = [entry.key for entry in entries]
        if keys != list(string.ascii_uppercase[: len(keys)]):
            raise node.error("item", f"各条的 key 应依次为 A、B、C……，现为 {'、'.join(keys)}")
        show = shown(node, len(entries))
        if len({entry.place for entry in entries[:show]}) < 2:
            raise node.error("item", "各条都在同一档，排不出先后")
        return cls(entries[:show], node.flag("fixed_order", default=False), entries[show:])

    def judge(self, answer: object, scene: Scene) -> Feedback:
        keys = split_keys(answer, [entry.key for entry in self.entries])
        if keys is None or len(keys) != len(self.entries):
            return unreadable(answer, f"应把 {len(self.entries)} 条都排上，每条一次。", self.prompt().how)
        order = [next(entry for entry in self.entries if entry.key == key) for key in keys]
        pairs = [(first, later) for first, later in combinations(order, 2) if first.place != later.place]
        wrong = [(first, later) for first, later in pairs if first.place > later.place]
        if not wrong:
            points = tuple(Point(f"{entry.key}：{entry.because}") for entry in order)
            return Feedback(Outcome.PASSED, "先后都排对了。", right=points, share=1.0)
        first, later = wrong[0]
        return Feedback(
            Outcome.NEEDS_WORK,
            f"{len(pairs)} 对先后里，有 {len(wrong)} 对颠倒了。",
            right=(Point(f"其余 {len(pairs) - len(wrong)} 对先后是对的。"),) if len(wrong) < len(pairs) else (),
            missing=(Point(f"{later.key} 应在 {first.key} 之前：{later.because}", later.text),),
            next_step="先改这一对，再交一次。",
            share=1 - len(wrong) / len(pairs),
        )

    def prompt(self) -> Prompt:
        lines = cards.bullets(join([tag("b", f"{entry.key}. "), entry.text]) for entry in self.entries)
        return Prompt((lines,), "[" + ", ".join(f'"{entry.key}"' for entry in self.entries) + "]（改成您的次序）")

    def fields(self) -> tuple[Field, ...]:
        pairs = tuple((entry.key, entry.key) for entry in self.entries)
        return tuple(Field("pick", str(n), f"第 {n} 位", pairs) for n in range(1, len(self.entries) + 1))

    def show_answer(self, answer: object) -> Content:
        keys = split_keys(answer, [entry.key for entry in self.entries]) or []
        known = {entry.key: entry for entry in self.entries}
        return cards.bullets(
            join([tag("b", f"{n}. {key} "), known[key].text, cards.small(known[key].because)])
            for n, key in enumerate(keys, 1)
        )

    def shuffled(self, rng: random.Random) -> tuple[Self, Mapping[str, str]]:
        if self.fixed:
            return self, {}
        order = list(self.entries)
        rng.shuffle(order)
        moved = {entry.key: key for entry, key in zip(order, string.ascii_uppercase, strict=False)}
        return replace(self, entries=tuple(replace(entry, key=moved[entry.key]) for entry in order)), moved

    def drawn(self, rng: random.Random) -> Drawn:
        if not self.spare:
            return Kind.drawn(self, rng)
        picked = pick((*self.entries, *self.spare), len(self.entries), lambda entry: entry.place, rng)
        moved = {entry.key: key for entry, key in zip(picked, string.ascii_uppercase, strict=False)}
        entries = tuple(replace(entry, key=moved[entry.key]) for entry in picked)
        places = {entry.key: entry.place for entry in entries}
        right = sorted(places, key=places.__getitem__)
        added = [moved[entry.key] for entry in self.spare if entry.key in moved]

        def carry(answer: object) -> object | None:
            keys = split_keys(answer, [entry.key for entry in self.entries])
            if keys is None:
                return answer
            old = {entry.key: entry.place for entry in self.entries}
            whole = len(keys) == len(old)
            if whole and [old[key] for key in keys] == sorted(old.values()):
                return list(right)
            kept = [moved[key] for key in keys if key in moved] + (added if whole else [])
            still_wrong = len(kept) < len(right) or [places[key] for key in kept] != sorted(places.values())
            return kept if kept and still_wrong else None

        return Drawn(replace(self, entries=entries, spare=()), carry, same=not added)


def _entry(node: Node) -> Entry:
    place = node.number("place", low=1)
    entry = Entry(node.text("key"), node.text("text"), int(place), node.text("because"))
    node.done()
    return entry
