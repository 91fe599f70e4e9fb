"""填数：允许误差，常见的错数各有说明。"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from wenzheng_lab._html import Content
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene, unreadable
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.text import fold


@dataclass(frozen=True, slots=True)
class Near:
    """一个常见的错数。"""

    value: float
    """错数"""
    because: str
    """怎么会得到它"""


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """填数。"""

    value: float
    """正确的数"""
    tolerance: float
    """允许相差多少（含）"""
    unit: str
    """单位；没有时为空串"""
    because: str
    """怎样得到"""
    nears: tuple[Near, ...]
    """常见的错数"""

    name = "number"

    @classmethod
    def read(cls, node: Node) -> Self:
        tolerance = node.number("tolerance", 0.0, low=0)
        value = node.number("number")
        nears = []
        for row in node.nodes("near"):
            near = Near(row.number("value"), row.text("because"))
            if abs(near.value - value) <= tolerance:
                raise row.error("value", f"{near.value} 在允许误差之内，不该算错数")
            row.done()
            nears.append(near)
        return cls(value, tolerance, node.text("unit", ""), node.text("because"), tuple(nears))

    def judge(self, answer: object, scene: Scene) -> Feedback:
        given = to_number(answer, self.unit)
        if given is None:
            return unreadable(answer, "这里要一个数。", self.prompt().how)
        if abs(given - self.value) <= self.tolerance + 1e-9:
            return Feedback(Outcome.PASSED, right=(Point(f"{given:g}{self.unit}：{self.because}"),), share=1.0)
        for near in self.nears:
            if abs(given - near.value) <= self.tolerance + 1e-9:
                missing = Point(f"{given:g}{self.unit}：{near.because}")
                return Feedback(Outcome.NEEDS_WORK, missing=(missing,), next_step="想想分母是谁，再算一次。", share=0.0)
        way = "偏大" if given > self.value else "偏小"
        return Feedback(
            Outcome.NEEDS_WORK,
            missing=(Point(f"{given:g}{self.unit} {way}了。"),),
            next_step="再看一遍图上的数和单位，重算一次。",
            share=0.0,
        )

    def prompt(self) -> Prompt:
        return Prompt((), "12.5")

    def fields(self) -> tuple[Field, ...]:
        return (Field("short", "", f"填一个数{f'（{self.unit}）' if self.unit else ''}"),)

    def show_answer(self, answer: object) -> Content:
        given = to_number(answer, self.unit)
        return f"{self.value if given is None else given:g}{self.unit}：{self.because}"


def to_number(answer: object, unit: str = "") -> float | None:
    """把答案读成数：接受全角、千分位逗号、带单位。

    Args:
        answer: 交来的答案。
        unit: 可以带上的单位。

    Returns:
        有限的数；读不出时为 None。真假值不算数。

    Examples:
        >>> to_number("１，２００ 件", "件"), to_number(True), to_number("很多")
        (1200.0, None, None)
    """
    item = getattr(answer, "item", None)
    # numpy 的 float64 是 float 的子类，也要先换成普通的数
    if callable(item) and type(answer) not in (int, float, str):
        answer = item()
    if type(answer) is int or type(answer) is float:
        number = float(answer)
    elif isinstance(answer, str):
        text = fold(answer).replace(",", "").replace(" ", "").removesuffix(fold(unit)).removesuffix("%")
        try:
            number = float(text)
        except ValueError:
            return None
    else:
        return None
    return number if math.isfinite(number) else None
