"""读图题：图由数据画出，不用图片；答一个数，或选一项。"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from wenzheng_lab._html import Content, Markup, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Feedback
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene
from wenzheng_lab.course.kinds.choose import Choose
from wenzheng_lab.course.kinds.number import Number
from wenzheng_lab.course.node import Node


@dataclass(frozen=True, slots=True)
class Figure:
    """一张横条图。"""

    title: str
    """图题"""
    unit: str
    """单位"""
    labels: tuple[str, ...]
    """各条的名字"""
    values: tuple[float, ...]
    """各条的数"""
    note: str
    """图注：分母、数据来历"""

    def draw(self) -> Markup:
        """画出来：条的长短之外也写出数，读屏软件读得到。"""
        top = max(self.values) or 1.0
        rows: list[list[Content]] = []
        for label, value in zip(self.labels, self.values, strict=True):
            width = f"width:{100 * value / top:.1f}%"
            bar = tag("div", attrs={"style": f"{width};height:1em;background:#4c78a8;min-width:1px"})
            rows.append([label, tag("div", bar, attrs={"style": "width:18em"}), f"{value:g}"])
        parts = [tag("b", self.title), cards.grid(rows, headers=["", "", self.unit])]
        if self.note:
            parts.append(cards.small(self.note))
        return tag("div", *parts)


@dataclass(frozen=True, slots=True)
class Chart(Kind):
    """读图题。"""

    figure: Figure
    """图"""
    inner: Choose | Number
    """答法"""

    name = "chart"

    @classmethod
    def read(cls, node: Node) -> Self:
        (row, *more) = node.nodes("figure", at_least=1)
        if more:
            raise node.error("figure", "一题只配一张图")
        labels = row.texts("labels", required=True)
        raw = row.value("values")
        if not isinstance(raw, list) or len(raw) != len(labels):
            raise row.error("values", f"values 应有 {len(labels)} 个数，与 labels 一一对应")
        values = tuple(row.file.number(row.place("values"), value, low=0) for value in raw)
        figure = Figure(row.text("title"), row.text("unit"), labels, values, row.text("note", ""))
        row.done()
        return cls(figure, Choose.read(node) if node.has("option") else Number.read(node))

    def judge(self, answer: object, scene: Scene) -> Feedback:
        return self.inner.judge(answer, scene)

    def prompt(self) -> Prompt:
        inner = self.inner.prompt()
        return Prompt((self.figure.draw(), *inner.parts), inner.how, inner.listing)

    def fields(self) -> tuple[Field, ...]:
        return self.inner.fields()

    def show_answer(self, answer: object) -> Content:
        return self.inner.show_answer(answer)

    def shuffled(self, rng: random.Random) -> tuple[Self, Mapping[str, str]]:
        if not isinstance(self.inner, Choose):
            return self, {}
        inner, moved = self.inner.shuffled(rng)
        return replace(self, inner=inner), moved
