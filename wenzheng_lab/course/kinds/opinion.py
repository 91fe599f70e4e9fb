"""开放题：没有唯一答案，记下来，给几条可以对照的想法。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from wenzheng_lab._html import Content
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene, chars, unreadable
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Opinion(Kind):
    """开放题。"""

    points: tuple[str, ...]
    """可以对照的想法"""
    least: int
    """少于这么多字就请再写一点（字）"""

    name = "open"

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(node.texts("points", required=True), int(node.number("at_least", 10, low=1)))

    def judge(self, answer: object, scene: Scene) -> Feedback:
        if not isinstance(answer, str):
            return unreadable(answer, "请用一两句话写下来。", self.prompt().how)
        if chars(answer) < self.least:
            return Feedback(
                Outcome.NEEDS_WORK,
                f"只写了 {chars(answer)} 个字。",
                next_step=f"再写具体一点，至少 {self.least} 个字。",
            )
        return Feedback(
            Outcome.NO_CHECK,
            "这一题没有标准答案，请与下面几条对照。",
            right=tuple(Point(text) for text in self.points),
            next_step="与同事换着看一看，哪一条您没有想到？",
        )

    def prompt(self) -> Prompt:
        return Prompt((), '"我的想法是……"')

    def fields(self) -> tuple[Field, ...]:
        return (Field("long", "", "您的想法"),)

    def show_answer(self, answer: object) -> Content:
        return str(answer)
