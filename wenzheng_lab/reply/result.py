"""评分结果：总分由各项得分与权重算出，各项得分由依据算出。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from wenzheng_lab._html import Markup
from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.model import Finding, Signature
from wenzheng_lab.rules import Rubric

SCHEMA = "reply-score/1"
"""``to_dict`` 的格式版本"""


@dataclass(frozen=True, slots=True)
class Criterion:
    """一个评分项的得分。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    score: float | None
    """0–3；None 为不适用，不计入总分"""
    weight: float
    """权重"""
    level: str
    """落在哪一档的说法"""
    findings: tuple[Finding, ...]
    """依据"""
    advice: str
    """下一步写什么；满分或不适用时为空串"""

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名。
        """
        return {
            "name": self.name,
            "label": self.label,
            "score": self.score,
            "weight": self.weight,
            "level": self.level,
            "advice": self.advice,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Gate:
    """一条触到的红线。"""

    id: str
    """G1–G6"""
    label: str
    """中文名"""
    cap: float
    """总分封顶到多少"""
    findings: tuple[Finding, ...]
    """依据"""
    advice: str
    """怎样改"""

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名。
        """
        return {
            "id": self.id,
            "label": self.label,
            "cap": self.cap,
            "advice": self.advice,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """一条诉求的下落，给学员看的对照表的一行。"""

    ask: str
    """诉求原文"""
    status: str
    """已答、已说明不行、给了日子、答了一部分、没有理会"""
    quote: str
    """答到它的那一句；没有时为空串"""


@dataclass(frozen=True, slots=True)
class Edit:
    """人对机器评分的一次更正。"""

    criterion: str
    """改的是哪一项"""
    before: float | None
    """原来几分"""
    after: float
    """改成几分"""
    by: str
    """谁改的"""
    reason: str
    """为什么改"""


@dataclass(frozen=True, slots=True, repr=False)
class ReplyScore:
    """一份答复的评分。

    总分由各项得分与权重算出，各项得分由依据算出，都不另外存放。

    Examples:
        >>> from wenzheng_lab import score_reply
        >>> score_reply("", to={"subject": "路灯", "body": "不亮"}).grade
        '未评分'
    """

    reply: str
    """答复原文"""
    criteria: Mapping[str, Criterion]
    """十个评分项，次序固定"""
    gates: tuple[Gate, ...]
    """触到的红线；没有则为空"""
    answers: tuple[Answer, ...]
    """诉求与答复对照"""
    signature: Signature
    """签名：能移动分数的选择都在里面"""
    rubric: Rubric = field(repr=False)
    """所用的评分细则"""
    reason: str = ""
    """未评分的原因；已评分时为空串"""
    history: tuple[Edit, ...] = ()
    """人的更正，先后排列"""

    @property
    def raw_total(self) -> float | None:
        """不计红线的总分（0–100）；未评分为 None。"""
        rows = [row for row in self.criteria.values() if row.score is not None]
        whole = sum(row.weight for row in rows)
        if self.reason or not whole:
            return None
        return round(100 * sum(row.weight * (row.score or 0.0) for row in rows) / (3 * whole), 1)

    @property
    def total(self) -> float | None:
        """总分（0–100）；触红线则封顶；未评分为 None，不是 0。"""
        raw = self.raw_total
        if raw is None:
            return None
        return min([raw, *(gate.cap for gate in self.gates)])

    @property
    def grade(self) -> str:
        """等次：优、良、中、差；未评分为“未评分”。"""
        return self.rubric.grade(self.total)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """全部依据：红线在前，评分项在后。"""
        rows = [*(gate.findings for gate in self.gates), *(row.findings for row in self.criteria.values())]
        return tuple(finding for group in rows for finding in group)

    @classmethod
    def unscored(cls, reason: str, *, reply: str = "", rubric: Rubric, signature: Signature) -> ReplyScore:
        """造一个“未评分”。

        Args:
            reason: 为什么不能评，如“答复是空的”。
            reply: 答复原文。
            rubric: 评分细则。
            signature: 签名。

        Returns:
            ``total`` 为 None、显示“未评分”的结果。
        """
        return cls(reply, MappingProxyType({}), (), (), signature, rubric, reason)

    def revise(self, criterion: str, score: float, *, by: str, reason: str) -> ReplyScore:
        """记下人的更正，造一个新的结果。

        Args:
            criterion: 评分项的英文名。
            score: 改成几分（0–3）。
            by: 谁改的。
            reason: 为什么改。

        Returns:
            新的 ``ReplyScore``；原来的不动，更正记在 ``history``。

        Raises:
            InputError: 没有这一项、分数超出 0–3、没有写谁改的或为什么。
        """
        if criterion not in self.criteria:
            raise InputError(
                explain(
                    f"没有 {criterion!r} 这一项",
                    f"可用：{'、'.join(self.criteria) or '（未评分，没有评分项）'}",
                    "请改用其中一个",
                )
            )
        if not 0 <= score <= 3:
            raise InputError(explain(f"分数是 {score}", "应在 0–3 之间", "请改成 0、1、2 或 3"))
        if not by.strip() or not reason.strip():
            raise InputError(explain("更正没有写全", "要写明 by（谁改的）和 reason（为什么）", "请补上"))
        old = self.criteria[criterion]
        edit = Edit(criterion, old.score, float(score), by, reason)
        rows = dict(self.criteria)
        rows[criterion] = replace(old, score=float(score))
        return replace(self, criteria=MappingProxyType(rows), history=(*self.history, edit))

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典，格式有版本。

        Returns:
            ``schema``、``total``、``grade``、``reason``、``signature``、``criteria``、``gates``、``answers``、``history``。
        """
        return {
            "schema": SCHEMA,
            "total": self.total,
            "raw_total": self.raw_total,
            "grade": self.grade,
            "reason": self.reason,
            "signature": self.signature.to_dict(),
            "criteria": {name: row.to_dict() for name, row in self.criteria.items()},
            "gates": [gate.to_dict() for gate in self.gates],
            "answers": [{"ask": row.ask, "status": row.status, "quote": row.quote} for row in self.answers],
            "history": [
                {"criterion": e.criterion, "before": e.before, "after": e.after, "by": e.by, "reason": e.reason}
                for e in self.history
            ],
        }

    def card(self) -> Markup:
        """评分卡片（HTML），在答复里标出引文。

        Returns:
            可嵌进网页的 ``Markup``。
        """
        from wenzheng_lab.reply.card import render

        return render(self)

    def _repr_html_(self) -> str:
        return self.card().html

    def __repr__(self) -> str:
        if self.total is None:
            return f"ReplyScore(未评分：{self.reason})"
        parts = " ".join(
            f"{row.label}{'—' if row.score is None else format(round(row.score, 1), 'g')}"
            for row in self.criteria.values()
        )
        red = " 红线：" + "、".join(f"{gate.id}{gate.label}" for gate in self.gates) if self.gates else ""
        return f"ReplyScore({self.total:g}分 {self.grade} | {parts}{red} | {self.signature})"
