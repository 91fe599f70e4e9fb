"""公开发布的评分结果：总分由各项算，各项由要点算，都不另存。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from wenzheng_lab._html import Markup
from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.model import Finding, Signature
from wenzheng_lab.reply.result import Criterion, Edit, Gate
from wenzheng_lab.rules import Rubric

SCHEMA = "post-score/1"
"""``to_dict`` 的格式版本"""


@dataclass(frozen=True, slots=True)
class PointFound:
    """一个要点写到了没有，给学员看的对照表的一行。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    criterion: str
    """记到哪一项"""
    status: str
    """有、不够具体、没有"""
    share: float
    """写到几成，0–1"""
    quote: str
    """写到它的原文；没有时为空串"""
    ask: str
    """还要写什么；写到了为空串"""


@dataclass(frozen=True, slots=True, repr=False)
class PostScore:
    """一篇公开发布的评分。

    总分由各项得分与权重算出，触红线则封顶；只看写了什么，不判断所写是否属实。

    Examples:
        >>> from wenzheng_lab import score_post
        >>> score_post("", kind="outage").grade
        '未评分'
    """

    post: str
    """原文"""
    kind: str
    """哪一类：announcement、rumour_correction、own_error、weekly、outage"""
    kind_label: str
    """类的中文名"""
    criteria: Mapping[str, Criterion]
    """评分项，次序固定"""
    gates: tuple[Gate, ...]
    """触到的红线；没有则为空"""
    points: tuple[PointFound, ...]
    """要点对照"""
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
        return None if raw is None else min([raw, *(gate.cap for gate in self.gates)])

    @property
    def grade(self) -> str:
        """等次：优、良、中、差；未评分为“未评分”。"""
        return self.rubric.grade(self.total)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """全部依据：红线在前，评分项在后。"""
        rows = [*(gate.findings for gate in self.gates), *(row.findings for row in self.criteria.values())]
        return tuple(finding for group in rows for finding in group)

    @property
    def next_steps(self) -> tuple[str, ...]:
        """接下来写什么：红线在前，再按能多得的分从大到小。"""
        rows = sorted(
            (row for row in self.criteria.values() if row.advice),
            key=lambda row: -row.weight * (3 - (row.score or 0.0)),
        )
        return (*(gate.advice for gate in self.gates), *(f"{row.label}：{row.advice}" for row in rows))

    @classmethod
    def unscored(
        cls, reason: str, *, post: str, kind: str, kind_label: str, rubric: Rubric, signature: Signature
    ) -> PostScore:
        """造一个“未评分”。

        Args:
            reason: 为什么不能评，如“发布是空的”。
            post: 原文。
            kind: 哪一类。
            kind_label: 类的中文名。
            rubric: 评分细则。
            signature: 签名。

        Returns:
            ``total`` 为 None、显示“未评分”的结果。
        """
        return cls(post, kind, kind_label, MappingProxyType({}), (), (), signature, rubric, reason)

    def revise(self, criterion: str, score: float, *, by: str, reason: str) -> PostScore:
        """记下人的更正，造一个新的结果。

        Args:
            criterion: 评分项的英文名。
            score: 改成几分（0–3）。
            by: 谁改的。
            reason: 为什么改。

        Returns:
            新的 ``PostScore``；原来的不动，更正记在 ``history``。

        Raises:
            InputError: 没有这一项、分数超出 0–3、没有写谁改的或为什么。
        """
        if criterion not in self.criteria:
            names = "、".join(self.criteria) or "（未评分，没有评分项）"
            raise InputError(explain(f"没有 {criterion!r} 这一项", f"可用：{names}", "请改用其中一个"))
        if not 0 <= score <= 3:
            raise InputError(explain(f"分数是 {score}", "应在 0–3 之间", "请改成 0、1、2 或 3"))
        if not by.strip() or not reason.strip():
            raise InputError(explain("更正没有写全", "要写明 by（谁改的）和 reason（为什么）", "请补上"))
        edit = Edit(criterion, self.criteria[criterion].score, float(score), by, reason)
        rows = dict(self.criteria)
        rows[criterion] = replace(rows[criterion], score=float(score))
        return replace(self, criteria=MappingProxyType(rows), history=(*self.history, edit))

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典，格式有版本。

        Returns:
            ``schema``、``kind``、``total``、``raw_total``、``grade``、``reason``、``signature``、``criteria``、``gates``、
            ``points``、``history``。
        """
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "total": self.total,
            "raw_total": self.raw_total,
            "grade": self.grade,
            "reason": self.reason,
            "signature": self.signature.to_dict(),
            "criteria": {name: row.to_dict() for name, row in self.criteria.items()},
            "gates": [gate.to_dict() for gate in self.gates],
            "points": [
                {
                    "name": row.name,
                    "label": row.label,
                    "criterion": row.criterion,
                    "status": row.status,
                    "share": row.share,
                    "quote": row.quote,
                    "ask": row.ask,
                }
                for row in self.points
            ],
            "history": [
                {"criterion": e.criterion, "before": e.before, "after": e.after, "by": e.by, "reason": e.reason}
                for e in self.history
            ],
        }

    def card(self) -> Markup:
        """评分卡片（HTML），在原文里标出引文。

        Returns:
            可嵌进网页的 ``Markup``。
        """
        from wenzheng_lab.post.card import render

        return render(self)

    def _repr_html_(self) -> str:
        return self.card().html

    def __repr__(self) -> str:
        if self.total is None:
            return f"PostScore(未评分：{self.reason})"
        parts = " ".join(
            f"{row.label}{'—' if row.score is None else format(row.score, 'g')}" for row in self.criteria.values()
        )
        red = " 红线：" + "、".join(f"{gate.id}{gate.label}" for gate in self.gates) if self.gates else ""
        return f"PostScore({self.kind_label} {self.total:g}分 {self.grade} | {parts}{red} | {self.signature})"
