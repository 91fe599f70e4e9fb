"""学到哪里：一个单元各题的结果、次数与下一题。"""

from __future__ import annotations

from dataclasses import dataclass

from wenzheng_lab._html import Content, Markup, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """一道题的进度。"""

    name: str
    """在单元对象上的名字，如 ``q1``"""
    title: str
    """题名"""
    outcome: Outcome
    """最好的结果"""
    attempts: int
    """作答次数（次）"""
    hints: int
    """看提示的次数（次）"""

    @property
    def finished(self) -> bool:
        """是否做完：做对，或开放题已记下。"""
        return self.outcome in (Outcome.PASSED, Outcome.NO_CHECK)


@dataclass(frozen=True, slots=True)
class Progress:
    """一个单元的进度。"""

    unit: str
    """单元号"""
    lines: tuple[Line, ...]
    """各题"""

    @property
    def done(self) -> int:
        """做完了几题。"""
        return sum(line.finished for line in self.lines)

    @property
    def following(self) -> Line | None:
        """接着该做的一题；都做完了为 None。"""
        return next((line for line in self.lines if not line.finished), None)

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            单元号、做完数与各题。
        """
        return {
            "unit": self.unit,
            "done": self.done,
            "total": len(self.lines),
            "questions": [
                {"name": line.name, "outcome": line.outcome.value, "attempts": line.attempts, "hints": line.hints}
                for line in self.lines
            ],
        }

    def rows(self) -> Markup:
        """各题一行的表。

        Returns:
            ``Markup``。
        """
        return cards.grid(
            (
                [
                    line.name,
                    line.title,
                    tag("b", f"{line.outcome.sign} {line.outcome.label}", attrs={"style": _colour(line)}),
                    line.attempts,
                    line.hints,
                ]
                for line in self.lines
            ),
            headers=["题", "题名", "结果", "作答次数", "看提示次数"],
        )

    def where(self) -> str:
        """一句话：做完几题，接着做哪题。

        Returns:
            一句话。
        """
        said = f"{len(self.lines)} 题做完 {self.done} 题。"
        line = self.following
        return said + (f"接着做：{line.name} {line.title}" if line else "这一课的题都做完了。")

    def __repr__(self) -> str:
        return f"{self.unit} {self.where()}"

    def _repr_html_(self) -> str:
        parts: list[Content] = [cards.para(self.where()), self.rows()]
        return str(cards.frame(f"{self.unit} 学到哪里", *parts, colour=cards.BLUE))


def _colour(line: Line) -> str:
    return f"color:{line.outcome.colour}"
