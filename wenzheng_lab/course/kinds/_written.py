"""两种书面题（答复、公开发布）共用的：材料怎样列，评分怎样变成反馈。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wenzheng_lab._html import Content
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Prompt, chars
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.text import fold

if TYPE_CHECKING:
    from wenzheng_lab.post import PostScore
    from wenzheng_lab.reply import ReplyScore


def squeeze(text: str) -> str:
    """去掉空白与补位的符号，只留字；比较是不是原样交回用。"""
    return "".join(fold(text).split()).strip("_.…")


def materials(facts: Sequence[str], lead: str, stub: str) -> Prompt:
    """题面：先说材料怎样用，再一条条列；``stub`` 是作答格里先写着的。"""
    parts: list[Content] = []
    if facts:
        parts += [cards.para(lead), cards.bullets(f"· {fact}" for fact in facts)]
    return Prompt(tuple(parts), stub)


def formative(score: ReplyScore | PostScore, text: str, right: Sequence[Point], missing: Sequence[Point]) -> Feedback:
    """由评分造形成性反馈；一条不缺才算过。

    Args:
        score: 评分，已有总分（0–100）。
        text: 交来的文字。
        right: 写到了的。
        missing: 还缺的。

    Returns:
        反馈。
    """
    total, done = float(score.total or 0.0), not missing
    marks = {name: float(row.score) for name, row in score.criteria.items() if row.score is not None}
    return Feedback(
        Outcome.PASSED if done else Outcome.NEEDS_WORK,
        f"评分 {total:.0f} 分（{score.grade}），共 {chars(text)} 字。",
        right=tuple(right),
        missing=tuple(missing),
        next_step="" if done else "先改第一个 △，再交一次；一次只改一处，看分怎样动。",
        share=total / 100,
        score=score,
        formative=True,
        details={"total": total, **marks},
    )
