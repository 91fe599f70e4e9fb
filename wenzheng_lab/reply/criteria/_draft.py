"""评分项的草稿：几分、凭什么。"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from wenzheng_lab.model import Case, Finding, Span
from wenzheng_lab.reply.evidence import Evidence
from wenzheng_lab.reply.match import Match
from wenzheng_lab.reply.points import load_points
from wenzheng_lab.rules import CriterionSpec, Hit

MAX_FINDINGS = 4
"""一项最多列几条依据；再多学员不会看"""
SHOWN = 0.25
"""把握乘力度到这个数才列为依据"""


@dataclass(frozen=True, slots=True)
class Situation:
    """评一项要用的一切。"""

    spec: CriterionSpec
    """这一项的规格"""
    evidence: Evidence
    """答复的依据"""
    matches: tuple[Match, ...]
    """诉求的下落"""
    case: Case
    """办理件"""
    replied_at: datetime | None
    """答复时间"""
    amounts: Mapping[str, float]
    """各种量，见 ``amounts.measure``"""

    def quote(
        self, rule_id: str, score: float, span: Span, message: str, why: str, *, source: str = "", where: str = "reply"
    ) -> Finding:
        """造一条有引文的依据。

        Args:
            rule_id: 规则编号。
            score: 支持的分（0–3）。
            span: 位置。
            message: 看到了什么。
            why: 为什么算数。
            source: 出处；空则用这一项的出处。
            where: 引自答复还是来信。

        Returns:
            依据。
        """
        text = self.evidence.reply if where == "reply" else self.evidence.message.text
        return Finding(
            rule_id, self.spec.name, score, span, span.of(text), message, why, source or self.spec.source, "", where
        )

    def lacks(self, rule_id: str, message: str, why: str) -> Finding:
        """造一条“缺少什么”的依据，没有引文。

        Args:
            rule_id: 规则编号。
            message: 缺什么。
            why: 为什么要有。

        Returns:
            依据。
        """
        return Finding(rule_id, self.spec.name, 0.0, None, "", message, why, self.spec.source)

    def from_hit(self, hit: Hit, score: float) -> Finding:
        """由规则命中造依据。

        Args:
            hit: 命中。
            score: 支持的分（0–3）。

        Returns:
            依据；``{match}`` 换成引文。
        """
        quote = hit.span.of(self.evidence.reply)
        return Finding(
            hit.rule.id,
            self.spec.name,
            score,
            hit.span,
            quote,
            hit.rule.message.replace("{match}", quote),
            hit.rule.why,
            hit.rule.source,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """一项的草稿。"""

    score: float | None
    """0–3；None 为不适用"""
    findings: tuple[Finding, ...]
    """依据"""
    counted: float | None = None
    """计入总分的分，0–3；None 就是 ``score``"""


def draft(score: float, findings: Iterable[Finding], *, counted: float | None = None) -> Draft:
    """收尾：分数夹在 0–3、取两位小数，依据取力度最大的几条。

    Args:
        score: 未取整的分。
        findings: 依据。
        counted: 计入总分的分，未取整；不写就是 ``score``。

    Returns:
        草稿。
    """
    rows = sorted(findings, key=lambda f: (-f.score, f.span or Span(10**9, 10**9), f.rule_id))
    return Draft(_round(score), tuple(rows[:MAX_FINDINGS]), None if counted is None else _round(counted))


def _round(score: float) -> float:
    return round(min(3.0, max(0.0, score)), 2)


def fill(amount: float, scale: float) -> float:
    """越多越高、但越来越慢：堆十条不等于十倍的分。

    Args:
        amount: 力度之和。
        scale: 到 63% 所需的量。

    Returns:
        0–1。
    """
    return 1.0 - math.exp(-max(0.0, amount) / scale)


def by_points(situation: Situation, table: str = "") -> float:
    """按分数表（``points.csv``）把各种量合成这一项的分。

    Args:
        situation: 评分情境。
        table: 用哪一张表；空则是这一项同名的那张。

    Returns:
        0–3，未取整。
    """
    return load_points().score(table or situation.spec.name, situation.amounts)


def evidence_for(situation: Situation, tops: Mapping[str, tuple[float, str, str]]) -> list[Finding]:
    """把最有把握的句子列成依据。

    Args:
        situation: 评分情境。
        tops: 作用 →（最高支持几分，看到了什么，为什么算数）。

    Returns:
        依据；把握与力度太小的不列。
    """
    findings = []
    for w in situation.evidence.sentences:
        for act, (top, message, why) in tops.items():
            share = w.force * w.chances[act]
            if share >= SHOWN:
                findings.append(
                    situation.quote(
                        f"{situation.spec.name}.{act}", round(top * share, 1), w.sentence.span, message, why
                    )
                )
    return findings
