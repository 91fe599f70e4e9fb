"""分拣建议：一封信的各项判断、依据、把握与签名。"""

from __future__ import annotations

from dataclasses import dataclass, fields

from wenzheng_lab.model import Finding, Signature
from wenzheng_lab.rules.clock import Due
from wenzheng_lab.rules.deadlines import DeadlineRule
from wenzheng_lab.triage.asks import Ask
from wenzheng_lab.triage.category import Alternative
from wenzheng_lab.triage.levels import WorkingPoint


@dataclass(frozen=True, slots=True)
class Deadline:
    """办理期限。"""

    term: str
    """档：当日、水电气、咨询、复杂、普通"""
    rule: DeadlineRule | None
    """所依的时限；这套时限不管答复则为 None"""
    due: Due | None
    """算出的最后时刻；不知道来信时间则为 None"""

    @property
    def text(self) -> str:
        """给人看的一句话，没有核实的带“未核实”。"""
        if self.rule is None:
            return f"{self.term}（所选的这套时限不管答复）"
        if self.due is None:
            return f"{self.term}：{self.rule.limit_text}，从{self.rule.trigger}起"
        mark = "" if self.due.verified else "（未核实或估算）"
        return f"{self.due.due_at:%Y年%m月%d日 %H:%M} 前{mark}（{self.term}：{self.rule.limit_text}）"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Channel:
    """可能应走的法定途径。"""

    id: str
    """英文名，如 ``litigation``"""
    label: str
    """去处的说法"""
    finding: Finding
    """依据"""


@dataclass(frozen=True, slots=True)
class TriageSuggestion:
    """一封信的分拣建议：各项都带依据，由人来定。

    情绪只显示，不影响任何一项。
    """

    message_id: str
    """留言编号"""
    category: str
    """一级分类"""
    subcategory: str
    """二级分类"""
    appeal: str
    """诉求：咨询、求助、投诉、举报、建议、感谢"""
    urgency: str
    """紧急程度：特急、急、一般"""
    department: str
    """主办单位"""
    partners: tuple[str, ...]
    """协办单位"""
    deadline: Deadline
    """办理期限"""
    asks: tuple[Ask, ...]
    """诉求的原文"""
    channel: tuple[Channel, ...]
    """可能应走的法定途径；空为照常办理"""
    publicity: str
    """能不能公开：可以公开、遮盖后公开、只公开摘要、不公开"""
    emotion: str
    """情绪：平和、着急、不满、激愤；只显示"""
    urgency_reason: str
    """紧急程度的一句话理由"""
    working_point: WorkingPoint
    """急件用的工作点；``measured`` 写着它的召回"""
    runner_up: str
    """第二可能的一级分类"""
    alternatives: tuple[Alternative, ...]
    """另外说得通的一级分类，由大到小；两可的信请人来定"""
    confidence: float
    """一级分类的把握（0–1）"""
    unsure: tuple[str, ...]
    """没有把握、要人看的项：分类、诉求、紧急程度；信太长时还有没看的后文"""
    evidence: tuple[Finding, ...]
    """全部依据；``criterion`` 说明是哪一项的"""
    text: str
    """来信原文（主题与详情），依据的位置指它"""
    signature: Signature
    """签名"""

    @property
    def transfers_now(self) -> bool:
        """是不是要马上转紧急服务或值班人员，不等派单。"""
        return self.urgency == "特急"

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典；不含来信原文。

        Returns:
            键与字段同名；``deadline`` 写成文字、期限档与最后时刻。
        """
        skip = {"text", "deadline", "asks", "channel", "evidence", "signature", "working_point", "alternatives"}
        data: dict[str, object] = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in skip}
        data["partners"], data["unsure"] = list(self.partners), list(self.unsure)
        data["alternatives"] = [{"category": a.category, "confidence": a.confidence} for a in self.alternatives]
        due = self.deadline.due
        data["term"] = self.deadline.term
        data["deadline"] = self.deadline.text
        data["due_at"] = None if due is None else due.due_at.isoformat()
        data["working_point"] = {"id": self.working_point.id, "measured": self.working_point.measured}
        data["asks"] = [ask.to_dict() for ask in self.asks]
        data["channel"] = [{"id": c.id, "label": c.label, "finding": c.finding.to_dict()} for c in self.channel]
        data["evidence"] = [finding.to_dict() for finding in self.evidence]
        data["signature"] = self.signature.to_dict()
        data["schema"] = "triage/1"
        return data

    def __repr__(self) -> str:
        """一行说明。"""
        return (
            f"TriageSuggestion({self.category}·{self.subcategory}, {self.appeal}, {self.urgency}, "
            f"{self.department}, 把握 {self.confidence:.0%})"
        )

    def _repr_html_(self) -> str:
        """Jupyter 里的卡片。"""
        from wenzheng_lab.triage.card import render

        return str(render(self))
