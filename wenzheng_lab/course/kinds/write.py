"""书面题：写一份答复，由 ``score_reply`` 给形成性反馈。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from wenzheng_lab.model import Case, Finding, Reply

if TYPE_CHECKING:
    from wenzheng_lab.reply import ReplyScore

CRITERIA = (
    "relevance",
    "completeness",
    "fact_finding",
    "basis",
    "disposition",
    "owner_date",
    "remedy",
    "tone",
    "plain",
    "timeliness",
)
"""评分项的名字，与 ``ReplyScore.criteria`` 的键相同"""


@dataclass(frozen=True, slots=True)
class Write(Kind):
    """书面题。"""

    need: Mapping[str, float]
    """必须达到的评分项与分（0–3）"""
    total: float
    """必须达到的总分（0–100）"""
    facts: tuple[str, ...]
    """卷内已查明的事实，给学员看，也交给评分"""
    asks: tuple[str, ...]
    """来信的诉求；写明了就按它判完整，不写由程序自己找"""
    starter: str
    """起头的文字；原样交回算没作答"""
    unit: str
    """答复单位"""
    replied_at: datetime | None
    """答复时间"""
    finished: bool | None
    """卷内是否已办结"""
    second: bool = False
    """是否第二次答复：题目所附的答复算上一轮，重复它的话不算新"""

    name = "write"
    written = True

    @classmethod
    def read(cls, node: Node) -> Self:
        need = node.numbers("need")
        for name, least in need.items():
            if name not in CRITERIA:
                raise node.error("need", f"没有评分项 {name!r}；可用：{'、'.join(CRITERIA)}")
            if not 0 < least <= 3:
                raise node.error("need", f"{name} 的要求应在 0–3 之间（不含 0），来的是 {least:g}")
        if not node.has("letter"):
            raise node.error("letter", "书面题要写明答复哪一封来信（letter）")
        finished = node.flag("finished") if node.has("finished") else None
        second = node.flag("second_round", default=False)
        if second and not node.has("reply"):
            raise node.error("second_round", "第二次答复的题要写明上一轮是哪一份答复（reply）")
        return cls(
            need,
            node.number("pass_total", low=1, high=100),
            node.texts("facts"),
            node.texts("asks"),
            node.text("starter", ""),
            node.text("unit", ""),
            node.time("replied_at"),
            finished,
            second,
        )

    def judge(self, answer: object, scene: Scene) -> Feedback:
        if not isinstance(answer, str):
            return unreadable(answer, "答复应是一段文字。", self.prompt().how)
        if self.starter and squeeze(answer) == squeeze(self.starter):
            return Feedback(Outcome.NOT_ATTEMPTED, "还是起头的文字，没有改动。", next_step="接着往下写，再交一次。")
        from wenzheng_lab.reply import score_reply

        if scene.letter is None:
            raise ValueError("书面题没有配来信")
        earlier = (scene.reply,) if self.second and scene.reply is not None else ()
        case = Case(scene.letter, replies=earlier, asks=self.asks, facts=self.facts, finished=self.finished)
        score = score_reply(Reply(answer, self.replied_at, self.unit), to=scene.letter, case=case)
        return self._feedback(score, answer)

    def _feedback(self, score: ReplyScore, text: str) -> Feedback:
        if score.total is None:
            return Feedback(
                Outcome.NEEDS_WORK,
                f"没有评分：{score.reason}",
                next_step="按题目把答复写完整，再交一次。",
                share=0.0,
                score=score,
                formative=True,
            )
        right: list[Point] = []
        missing = [
            Point(f"红线“{gate.label}”没有过：{_advice(gate.advice, gate.findings)}", _quote(gate.findings))
            for gate in score.gates
        ]
        for name, least in self.need.items():
            criterion = score.criteria[name]
            if criterion.score is None:
                continue
            enough = criterion.score >= least
            line = f"{criterion.label} {criterion.score:.1f}/3"
            if name == "completeness":
                answered, lacking = _by_ask(score)
                right += answered
                missing += [] if enough else lacking
            elif enough:
                right.append(Point(f"{line}：{_seen(criterion.findings)}", _quote(criterion.findings)))
            if not enough:
                advice = _advice(criterion.advice, criterion.findings)
                missing.append(Point(f"{line}，这一题要 {least:g}：{advice}"))
        if score.total < self.total:
            missing.append(Point(f"总分 {score.total:.0f}，这一题要 {self.total:.0f}。"))
        return formative(score, text, right, missing)

    def prompt(self) -> Prompt:
        return materials(self.facts, "卷内已查明的情况（答复只能用这些，不能编）：", '"""您好！……"""')

    def fields(self) -> tuple[Field, ...]:
        return (Field("long", "", "您的答复", start=self.starter),)

    def show_answer(self, answer: object) -> Content:
        return cards.paper("可以这样写（不是唯一的写法）", str(answer), self.unit)


def _by_ask(score: ReplyScore) -> tuple[list[Point], list[Point]]:
    """来信的每一问：答到的与没有答到的。"""
    from wenzheng_lab.reply.match import LABELS

    points: tuple[list[Point], list[Point]] = ([], [])
    for answer in score.answers:
        lacking = answer.status in (LABELS["ignored"], LABELS["partly"])
        said = answer.status if lacking else "答到了"
        points[lacking].append(Point(f"来信问“{answer.ask}”：{said}。", answer.quote))
    return points


def _quote(findings: Iterable[Finding]) -> str:
    return next((finding.quote for finding in findings if finding.quote and finding.where == "reply"), "")


def _seen(findings: Iterable[Finding]) -> str:
    return next((finding.message for finding in findings if finding.message), "达到要求。")


def _advice(advice: object, findings: Iterable[Finding]) -> str:
    """取改进的话：评分项自带的优先，没有就用依据里的。"""
    first = advice if isinstance(advice, str) else next(iter(advice), "") if isinstance(advice, tuple | list) else ""
    return str(first) or next((finding.advice for finding in findings if finding.advice), "请补上这一项。")
