"""个人信息的位置、类型与依据；不存放个人信息本身。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from wenzheng_lab.model import Signature, Span


@dataclass(frozen=True, slots=True, order=True)
class PersonalData:
    """原文里的一处个人信息。"""

    start: int
    """起点（字符，从 0 起），在原文中"""
    end: int
    """终点（字符，不含）"""
    type: str
    """种类，如 ``mobile``、``name``、``home_address``"""
    label: str = field(compare=False)
    """种类的中文名"""
    confidence: str = field(compare=False)
    """``high`` 有把握；``medium`` 请人看一眼。两种都遮"""
    rule_id: str = field(compare=False)
    """认出它的规则"""
    reason: str = field(compare=False)
    """为什么认为是"""
    hash: str = field(compare=False)
    """带密钥的摘要，只供记日志、对重复；还原不出内容"""

    @property
    def span(self) -> Span:
        """位置。"""
        return Span(self.start, self.end)

    def of(self, text: str) -> str:
        """从原文取出这一处。

        Args:
            text: 原文。

        Returns:
            ``text[start:end]``。
        """
        return text[self.start : self.end]

    def to_dict(self) -> dict[str, object]:
        """转成可写日志的字典；不含内容。

        Returns:
            位置、种类、把握、规则、理由、摘要。
        """
        return {
            "start": self.start,
            "end": self.end,
            "type": self.type,
            "label": self.label,
            "confidence": self.confidence,
            "rule_id": self.rule_id,
            "reason": self.reason,
            "hash": self.hash,
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """看过、决定不遮的一处，列给人看。"""

    start: int
    """起点（字符），在原文中"""
    end: int
    """终点（字符，不含）"""
    rule_id: str
    """依据 ``keep.toml`` 的哪一条"""
    label: str
    """是什么"""
    reason: str
    """为什么不遮"""

    @property
    def span(self) -> Span:
        """位置。"""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Flag:
    """敏感事项。"""

    id: str
    """``reporter``、``minor``、``health`` 等"""
    label: str
    """中文名"""
    track: str
    """因此至少要用哪一档公开方式"""
    span: Span
    """看到的词在原文中的位置"""
    why: str
    """为什么敏感"""
    source: str
    """出处与核实状态"""


@dataclass(frozen=True, slots=True)
class Track:
    """一档公开方式。"""

    id: str
    """``open``、``masked``、``summary``、``private``"""
    label: str
    """中文名"""
    note: str
    """这一档怎么做"""


@dataclass(frozen=True, slots=True, repr=False)
class Redaction:
    """遮盖的结果：遮好的文字、找到的位置、能不能公开。"""

    text: str
    """遮好的文字，与原文等长，位置一一对应"""
    spans: tuple[PersonalData, ...]
    """遮了哪些，按位置排列，互不重叠"""
    kept: tuple[Kept, ...]
    """看过、决定不遮的"""
    sensitive: tuple[Flag, ...]
    """敏感事项"""
    track: Track
    """公开方式"""
    style: str
    """遮盖样式"""
    signature: Signature
    """签名"""

    @property
    def publishable(self) -> bool:
        """原文能不能原样公开：没有个人信息，也没有敏感事项。"""
        return not self.spans and self.track.id == "open"

    @property
    def masked_publishable(self) -> bool:
        """遮好的文字能不能公开；只公开摘要、不公开两档都不能。"""
        return self.track.id in ("open", "masked")

    @property
    def counts(self) -> Mapping[str, int]:
        """各种类各有几处，键是中文名。"""
        return Counter(found.label for found in self.spans)

    @property
    def summary(self) -> str:
        """一句话：遮了什么，怎样公开。"""
        found = "、".join(f"{label} {count} 处" for label, count in self.counts.items()) or "没有找到个人信息"
        flags = "；敏感事项：" + "、".join(flag.label for flag in self.sensitive) if self.sensitive else ""
        return f"{found}{flags}。{self.track.label}。"

    def to_dict(self) -> dict[str, object]:
        """转成可写日志的字典；不含个人信息，也不含遮好的文字。

        遮好的文字留着头尾几位，与日志里的位置、摘要放在一起会缩小猜测的范围，所以不写。

        Returns:
            ``version``、``spans``、``kept``、``sensitive``、``track``、``publishable``、``style``、``signature``。
        """
        return {
            "version": 1,
            "spans": [found.to_dict() for found in self.spans],
            "kept": [
                {"start": k.start, "end": k.end, "rule_id": k.rule_id, "label": k.label, "reason": k.reason}
                for k in self.kept
            ],
            "sensitive": [
                {"id": f.id, "label": f.label, "track": f.track, "start": f.span.start, "end": f.span.end}
                for f in self.sensitive
            ],
            "track": self.track.id,
            "publishable": self.publishable,
            "style": self.style,
            "signature": str(self.signature),
        }

    def __repr__(self) -> str:
        return f"Redaction({self.summary})"

    def _repr_html_(self) -> str:
        from wenzheng_lab.privacy.card import card

        return card(self).html
