"""书面题：写一篇公开发布（通报、辟谣、更正、每周发布），由 ``score_post`` 给形成性反馈。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from wenzheng_lab._html import Content
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene, unreadable
from wenzheng_lab.course.kinds._written import formative, materials, squeeze
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.model import Case, Message

if TYPE_CHECKING:
    from wenzheng_lab.post import PostScore

CRITERIA = ("known", "unknown", "doing", "todo", "evidence", "next", "identity", "respect", "plain")
"""评分项的名字，与 ``PostScore.criteria`` 的键相同"""


@dataclass(frozen=True, slots=True)
class Post(Kind):
    """写一篇公开发布。"""

    form: str
    """哪一类发布，见 ``score_post`` 的 ``kind``"""
    need: Mapping[str, float]
    """必须达到的评分项与分（0–3）"""
    total: float
    """必须达到的总分（0–100）"""
    facts: tuple[str, ...]
    """手头的材料：给学员看；写明了就查有没有编出来的数"""
    matter: str
    """要说的是哪件事"""
    starter: str
    """起头的文字；原样交回算没作答"""
    unit: str
    """发布单位"""
    posted_at: datetime | None
    """发布时间"""

    name = "post"
    written = True

    @classmethod
    def read(cls, node: Node) -> Self:
        from wenzheng_lab.post.kinds import KINDS

        need = node.numbers("need")
        for name, least in need.items():
            if name not in CRITERIA:
                raise node.error("need", f"没有评分项 {name!r}；可用：{'、'.join(CRITERIA)}")
            if not 0 < least <= 3:
                raise node.error("need", f"{name} 的要求应在 0–3 之间（不含 0），来的是 {least:g}")
        return cls(
            node.choice("post", tuple(KINDS)),
            need,
            node.number("pass_total", low=1, high=100),
            node.texts("facts"),
            node.text("matter", ""),
            node.text("starter", ""),
            node.text("unit", ""),
            node.time("posted_at"),
        )

    def judge(self, answer: object, scene: Scene) -> Feedback:
        if not isinstance(answer, str):
            return unreadable(answer, "发布应是一段文字。", self.prompt().how)
        if self.starter and squeeze(answer) == squeeze(self.starter):
            return Feedback(Outcome.NOT_ATTEMPTED, "还是起头的文字，没有改动。", next_step="接着往下写，再交一次。")
        from wenzheng_lab.post import score_post

        context: Case | str | None = self.matter or None
        if self.facts:
            about = scene.letter or Message(self.matter, "；".join(self.facts), created_at=self.posted_at)
            context = Case(about, facts=self.facts)
        return self._feedback(score_post(answer, kind=self.form, context=context, posted_at=self.posted_at), answer)

    def _feedback(self, score: PostScore, text: str) -> Feedback:
        if score.total is None:
            return Feedback(
                Outcome.NEEDS_WORK,
                f"没有评分：{score.reason}",
                next_step="按题目把发布写完整，再交一次。",
                share=0.0,
                score=score,
                formative=True,
            )
        missing = [
            Point(f"红线“{gate.label}”没有过：{gate.advice}", next((f.quote for f in gate.findings if f.quote), ""))
            for gate in score.gates
        ]
        short = {name for name, least in self.need.items() if (score.criteria[name].score or 0.0) < least}
        # 要求的几项逐条引原话，其余的合成一句：十几条一样的“有”没有人读
        written = [row for row in score.points if row.status == "有" and row.quote]
        shown = [row for row in written if not self.need or row.criterion in self.need]
        right = [Point(f"{row.label}：写到了", row.quote) for row in shown]
        rest = "、".join(row.label for row in written if row not in shown)
        if rest:
            right.append(Point(f"还写到了：{rest}。"))
        for name in self.need:
            criterion = score.criteria[name]
            if name in short:
                line = f"{criterion.label} {criterion.score or 0:.1f}/3，这一题要 {self.need[name]:g}"
                missing.append(Point(f"{line}：{criterion.advice or criterion.level}"))
        if score.total < self.total:
            missing.append(Point(f"总分 {score.total:.0f}，这一题要 {self.total:.0f}。{_first(score)}"))
        return formative(score, text, right, missing)

    def prompt(self) -> Prompt:
        return materials(self.facts, "手头的材料（只能用这些，不能编）：", '"""……"""')

    def fields(self) -> tuple[Field, ...]:
        return (Field("long", "", "您的发布", start=self.starter),)

    def show_answer(self, answer: object) -> Content:
        return cards.paper("可以这样写（不是唯一的写法）", str(answer), self.unit)


def _first(score: PostScore) -> str:
    return next((step for step in score.next_steps if step), "")
