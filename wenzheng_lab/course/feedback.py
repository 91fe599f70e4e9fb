"""反馈：对在哪里、还差什么、引文、下一步。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from wenzheng_lab._html import Content, Markup, join
from wenzheng_lab.course import cards
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.model import Signature

FORMATIVE = "形成性反馈，最终成绩由老师评定"


@runtime_checkable
class Displayed(Protocol):
    """能在 Jupyter 里显示成卡片的东西，例如答复评分。"""

    def _repr_html_(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Point:
    """反馈里的一条。"""

    text: str
    """说的是什么"""
    quote: str = ""
    """作答或来信里的原话；没有时为空串"""

    def to_dict(self) -> dict[str, str]:
        """转成字典。

        Returns:
            ``text`` 与 ``quote``。
        """
        return {"text": self.text, "quote": self.quote}

    def __str__(self) -> str:
        return f"{self.text}（“{self.quote}”）" if self.quote else self.text


@dataclass(frozen=True, slots=True)
class Feedback:
    """一次作答的反馈。"""

    outcome: Outcome
    """结果"""
    summary: str = ""
    """一句话"""
    right: tuple[Point, ...] = ()
    """做对的"""
    missing: tuple[Point, ...] = ()
    """还差的"""
    next_step: str = ""
    """下一步做什么"""
    more: str = ""
    """做对之后再学一点"""
    others: tuple[Point, ...] = ()
    """其余选项为什么不选；做对了才给"""
    walked: tuple[Point, ...] = ()
    """上台办件：走过的几步，各一句"""
    story: Displayed | None = None
    """上台办件：这一局的经过"""
    share: float | None = None
    """做对的份额（0–1）；没作答、出错、不评对错时为 None"""
    score: Displayed | None = None
    """书面答复的评分卡"""
    formative: bool = False
    """是否为机器给书面作答的形成性反馈"""
    trace: str = ""
    """运行错误的细节，折起来显示"""
    details: Mapping[str, float] = field(default_factory=dict)
    """记进学习记录的数，例如各评分项的得分"""
    notes: tuple[str, ...] = ()
    """与作答无关的提醒，例如学习记录没有存上"""
    question: str = ""
    """题号"""
    signature: Signature | None = None
    """题目版本与摘要"""

    @property
    def passed(self) -> bool:
        """是否做对。"""
        return self.outcome is Outcome.PASSED

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            各字段；评分卡只在它自己有 ``to_dict`` 时写入。
        """
        to_dict = getattr(self.score, "to_dict", None)
        return {
            "question": self.question,
            "outcome": self.outcome.value,
            "summary": self.summary,
            "right": [point.to_dict() for point in self.right],
            "missing": [point.to_dict() for point in self.missing],
            "walked": [point.to_dict() for point in self.walked],
            "next_step": self.next_step,
            "more": self.more,
            "share": self.share,
            "formative": self.formative,
            "details": dict(self.details),
            "notes": list(self.notes),
            "score": to_dict() if callable(to_dict) else None,
            "signature": None if self.signature is None else self.signature.to_dict(),
        }

    def __repr__(self) -> str:
        head = f"{self.question} {self.outcome.sign} {self.outcome.label}".strip()
        return f"{head}：{self.summary}" if self.summary else head

    def __str__(self) -> str:
        lines = [repr(self)]
        lines += [f"  ✔ {point}" for point in self.right]
        lines += [f"  △ {point}" for point in self.missing]
        lines += [f"  · {point}" for point in self.walked]
        if self.next_step:
            lines.append(f"  → 下一步：{self.next_step}")
        if self.more:
            lines.append(f"  ＋ 再学一点：{self.more}")
        if self.formative:
            lines.append(f"  （{FORMATIVE}）")
        lines += [f"  ! {note}" for note in self.notes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts: list[Content] = [cards.para(self.summary)] if self.summary else []
        if self.right:
            parts.append(cards.bullets(_line("✔ ", point) for point in self.right))
        if self.missing:
            parts.append(cards.bullets(_line("△ ", point) for point in self.missing))
        if self.walked:
            parts.append(cards.para("您走过的几步："))
            parts.append(cards.bullets(_line("· ", point) for point in self.walked))
        if self.next_step:
            parts.append(cards.para(Markup("→ <b>下一步</b>："), self.next_step))
        if self.more:
            parts.append(cards.para(Markup("＋ <b>再学一点</b>："), self.more))
        if self.others:
            parts.append(cards.fold("其余几项为什么不选", cards.bullets(_line("· ", point) for point in self.others)))
        if self.story is not None:
            parts.append(cards.fold("看这一局的经过", Markup(self.story._repr_html_())))
        if self.trace:
            parts.append(cards.fold("错误细节（给懂程序的同事看）", cards.preformatted(self.trace)))
        if self.formative:
            parts.append(cards.para(cards.small(FORMATIVE)))
        parts += [cards.para(cards.small(f"! {note}")) for note in self.notes]
        if self.score is not None:
            parts.append(cards.fold("看完整的评分卡", Markup(self.score._repr_html_())))
        title = f"{self.outcome.sign} {self.outcome.label}"
        return str(cards.frame(title, *parts, colour=self.outcome.colour, note=self.question))


def _line(sign: str, point: Point) -> Markup:
    return join([sign, point.text, *((" ", cards.quote(point.quote)) if point.quote else ())])
