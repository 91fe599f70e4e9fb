"""读图题：图由数据画出，不用图片；答一个数，或选一项。

两种图：横条（比大小）与柱列（看一段日子的起伏，可以上下摆几列来比）。都用文字和色块拼成，
关了样式也读得到数。柱列可以不写数，写几时做了什么，由办件室的议论模型算出来。
"""

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

_BAR = "#4c78a8"
_TALL = 5.0
"""柱列最高多少（em）"""
_TICKS = 8
"""横轴上最多写几个名字"""
_MOST_FIGURES = 3
_NARROW = 8.0
"""横轴末一格不到这么宽（占全宽百分之几），名字就靠右写"""


@dataclass(frozen=True, slots=True)
class Series:
    """柱列图里的一列。"""

    name: str
    """列名"""
    values: tuple[float, ...]
    """各格的数"""


@dataclass(frozen=True, slots=True)
class Figure:
    """一张图。"""

    title: str
    """图题"""
    unit: str
    """单位"""
    labels: tuple[str, ...]
    """各条、各格的名字"""
    series: tuple[Series, ...]
    """各列；横条图恰一列"""
    note: str
    """图注：分母、数据来历"""
    columns: bool
    """柱列图为真，横条图为假"""

    @property
    def values(self) -> tuple[float, ...]:
        """头一列的数。"""
        return self.series[0].values

    def draw(self) -> Markup:
        """画出来：条的长短之外也写出数，读屏软件读得到。"""
        parts: list[Content] = [tag("b", self.title), *(self._columns() if self.columns else self._bars())]
        if self.note:
            parts.append(cards.small(self.note))
        return tag("div", *parts, attrs={"style": "margin:.5em 0"})

    def _bars(self) -> list[Content]:
        top = max(self.values) or 1.0
        rows: list[list[Content]] = []
        for label, value in zip(self.labels, self.values, strict=True):
            width = f"width:{100 * value / top:.1f}%"
            bar = tag("div", attrs={"style": f"{width};height:1em;background:{_BAR};min-width:1px"})
            rows.append([label, tag("div", bar, attrs={"style": "width:18em"}), f"{value:g}"])
        return [cards.grid(rows, headers=["", "", self.unit])]

    def _axis(self) -> Markup:
        """横轴：隔几格写一个名字。"""
        every = -(-len(self.labels) // _TICKS)
        ticks = self.labels[::every]
        share = 100 * every / len(self.labels)
        names = [tag("span", name, attrs={"style": _axis_style(share)}) for name in ticks[:-1]]
        # 最后一个名字常比它下面的柱子宽：往左伸，不然右边要切掉半个字
        names.append(tag("span", ticks[-1], attrs={"style": _axis_style(100 - share * (len(ticks) - 1), last=True)}))
        return tag("div", *names, attrs={"style": "white-space:nowrap;overflow:hidden"})

    def _columns(self) -> list[Content]:
        top = max(max(series.values) for series in self.series) or 1.0
        each = 100 / len(self.labels)
        parts: list[Content] = []
        for series in self.series:
            bars = [
                _column(f"{label}：{value:g}{self.unit}", each, max(0.06, _TALL * value / top))
                for label, value in zip(self.labels, series.values, strict=True)
            ]
            most = max(range(len(series.values)), key=series.values.__getitem__)
            said = f"{series.name}　最高 {series.values[most]:g}{self.unit}（{self.labels[most]}）".strip()
            # 行高压成零，柱子才站得到底线上
            style = f"white-space:nowrap;line-height:0;height:{_TALL}em;border-bottom:1px solid rgba(128,128,128,.6)"
            stay = tag("span", attrs={"style": f"display:inline-block;height:{_TALL}em"})
            parts += [
                tag("div", said, attrs={"style": "margin-top:.4em"}),
                tag("div", stay, *bars, attrs={"style": style, "role": "img", "aria-label": said}),
            ]
        parts.append(self._axis())
        ends = "每格一柱" + ("；各列的高矮用同一把尺子。" if len(self.series) > 1 else "。")
        rows = [[label, *(f"{series.values[n]:g}" for series in self.series)] for n, label in enumerate(self.labels)]
        table = cards.grid(rows, headers=["", *(series.name for series in self.series)])
        return [*parts, cards.small(ends), cards.fold(f"看每一格的数（{self.unit}）", table)]


def _axis_style(share: float, *, last: bool = False) -> str:
    size = f"width:{share:.2f}%;overflow:visible;font-size:.85em;color:{cards.GREY}"
    place = "display:inline-flex;justify-content:flex-end" if last and share < _NARROW else "display:inline-block"
    return f"{place};white-space:nowrap;{size}"


def _column(title: str, wide: float, tall: float) -> Markup:
    """一柱；``wide`` 连空隙占全宽百分之几，``tall`` 单位 em。"""
    size = f"width:{wide * 0.86:.2f}%;margin-right:{wide * 0.14:.2f}%;height:{tall:.2f}em"
    style = f"display:inline-block;vertical-align:bottom;{size};background:{_BAR}"
    return tag("span", attrs={"title": title, "style": style})


@dataclass(frozen=True, slots=True)
class Chart(Kind):
    """读图题。"""

    figures: tuple[Figure, ...]
    """图，一张到三张"""
    inner: Choose | Number
    """答法"""

    name = "chart"

    @property
    def figure(self) -> Figure:
        """头一张图。"""
        return self.figures[0]

    @classmethod
    def read(cls, node: Node) -> Self:
        rows = node.nodes("figure", at_least=1)
        if len(rows) > _MOST_FIGURES:
            raise node.error("figure", f"一题最多配 {_MOST_FIGURES} 张图，再多就读不过来")
        figures = tuple(_figure(row) for row in rows)
        return cls(figures, Choose.read(node) if node.has("option") else Number.read(node))

    def judge(self, answer: object, scene: Scene) -> Feedback:
        return self.inner.judge(answer, scene)

    def prompt(self) -> Prompt:
        inner = self.inner.prompt()
        return Prompt((*(figure.draw() for figure in self.figures), *inner.parts), inner.how, inner.listing)

    def fields(self) -> tuple[Field, ...]:
        return self.inner.fields()

    def show_answer(self, answer: object) -> Content:
        return self.inner.show_answer(answer)

    def shuffled(self, rng: random.Random) -> tuple[Self, Mapping[str, str]]:
        if not isinstance(self.inner, Choose):
            return self, {}
        inner, moved = self.inner.shuffled(rng)
        return replace(self, inner=inner), moved


def _figure(row: Node) -> Figure:
    title, unit, note = row.text("title"), row.text("unit"), row.text("note", "")
    if row.has("series"):
        lines = row.nodes("series", at_least=1)
        if row.has("hours"):
            every = int(row.number("every", 6, low=1, high=48))
            count = int(row.number("hours", low=every, high=24 * 14)) // every
            labels = tuple(f"{n * every}时" for n in range(count + 1))
            series = tuple(_modelled(line, every, count) for line in lines)
        else:
            labels = row.texts("labels", required=True)
            series = tuple(Series(line.text("name"), _values(line, labels)) for line in lines)
        for line in lines:
            line.done()
        figure = Figure(title, unit, labels, series, note, columns=True)
    else:
        labels = row.texts("labels", required=True)
        figure = Figure(title, unit, labels, (Series("", _values(row, labels)),), note, columns=False)
    row.done()
    return figure


def _values(row: Node, labels: tuple[str, ...]) -> tuple[float, ...]:
    raw = row.value("values")
    if not isinstance(raw, list) or len(raw) != len(labels):
        raise row.error("values", f"values 应有 {len(labels)} 个数，与 labels 一一对应")
    return tuple(row.file.number(row.place("values"), value, low=0) for value in raw)


def _modelled(line: Node, every: int, count: int) -> Series:
    """由议论模型算一列：看得见的在传的人占百分之几。"""
    from wenzheng_lab.office.heat_model import KINDS, STEP, Push, spread
    from wenzheng_lab.office.settings import section

    pushes = []
    for row in line.nodes("push"):
        kind = row.choice("kind", KINDS)
        pushes.append(Push(row.number("hour", low=0), kind, row.number("strength", 1.0, low=0, high=1)))
        row.done()
    course = spread(pushes, count * every, section("heat"))
    seen = course.visible[:: round(every / STEP)]
    return Series(line.text("name"), tuple(round(100 * float(value), 1) for value in seen[: count + 1]))
