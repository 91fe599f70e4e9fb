"""评分结果的公共部分：分项、红线、人的更正，以及总分怎样由它们算出。

答复与公开发布的评分是同一种东西：十来项，几条红线，一份细则。两种结果只各加自己的对照表。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.model import Finding, Signature
from wenzheng_lab.rules import Rubric


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
    counted: float | None = None
    """计入总分的分，0–3；None 就是 ``score``。只有“态度”不同：客气话给人看，不算进总分"""

    @property
    def in_total(self) -> float | None:
        """总分按几分算，0–3；None 为不适用。"""
        return self.score if self.counted is None else self.counted

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名。
        """
        return {
            "name": self.name,
            "label": self.label,
            "score": self.score,
            "in_total": self.in_total,
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

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名。
        """
        return {
            "criterion": self.criterion,
            "before": self.before,
            "after": self.after,
            "by": self.by,
            "reason": self.reason,
        }


class Scored:
    """一份评分结果：总分由各项得分与权重算出，各项得分由依据算出，都不另外存放。

    子类是冻结的 dataclass，自己声明下面这些字段：次序由子类定，这里只用它们。
    """

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    criteria: Mapping[str, Criterion]
    gates: tuple[Gate, ...]
    signature: Signature
    rubric: Rubric
    reason: str
    history: tuple[Edit, ...]

    @property
    def raw_total(self) -> float | None:
        """不计红线的总分（0–100）；未评分为 None。"""
        rows = [row for row in self.criteria.values() if row.score is not None]
        whole = sum(row.weight for row in rows)
        if self.reason or not whole:
            return None
        return round(100 * sum(row.weight * (row.in_total or 0.0) for row in rows) / (3 * whole), 1)

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
    def to_improve(self) -> tuple[Criterion, ...]:
        """有话可改的各项，能多得的分从大到小。"""
        rows = (row for row in self.criteria.values() if row.advice)
        return tuple(sorted(rows, key=lambda row: -row.weight * (3 - (row.in_total or 0.0))))

    def revise(self, criterion: str, score: float, *, by: str, reason: str) -> Self:
        """记下人的更正，造一个新的结果。

        Args:
            criterion: 评分项的英文名。
            score: 改成几分（0–3）。
            by: 谁改的。
            reason: 为什么改。

        Returns:
            同一种结果，新的一份；原来的不动，更正记在 ``history``。

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
        rows[criterion] = replace(rows[criterion], score=float(score), counted=None)
        return replace(self, criteria=MappingProxyType(rows), history=(*self.history, edit))

    def record(self, schema: str, *, about: Mapping[str, object], tables: Mapping[str, object]) -> dict[str, object]:
        """子类的 ``to_dict`` 用：公共的键，加上格式版本与自己的对照表。

        Args:
            schema: 格式版本。
            about: 写在总分前面的键，如发布的类别。
            tables: 对照表；人的更正排在它后面，先看机器怎样评，再看人怎样改。

        Returns:
            可写 JSON 的字典，键的次序固定。
        """
        return {
            "schema": schema,
            **about,
            "total": self.total,
            "raw_total": self.raw_total,
            "grade": self.grade,
            "reason": self.reason,
            "signature": self.signature.to_dict(),
            "criteria": {name: row.to_dict() for name, row in self.criteria.items()},
            "gates": [gate.to_dict() for gate in self.gates],
            **tables,
            "history": [edit.to_dict() for edit in self.history],
        }

    def describe(self, about: str = "") -> str:
        """一行的说法，``repr`` 用。

        Args:
            about: 写在总分前面的话，如发布的类别；空串为不写。

        Returns:
            类名、总分、等次、各项、红线、签名。
        """
        name = type(self).__name__
        if self.total is None:
            return f"{name}(未评分：{self.reason})"
        parts = " ".join(
            f"{row.label}{'—' if row.score is None else format(round(row.score, 1), 'g')}"
            for row in self.criteria.values()
        )
        red = " 红线：" + "、".join(f"{gate.id}{gate.label}" for gate in self.gates) if self.gates else ""
        return f"{name}({about}{' ' if about else ''}{self.total:g}分 {self.grade} | {parts}{red} | {self.signature})"
