"""答复的评分结果：公共部分之外，另有诉求与答复的对照。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from wenzheng_lab._html import Markup
from wenzheng_lab.model import Signature
from wenzheng_lab.reply.scored import Criterion, Edit, Gate, Scored
from wenzheng_lab.rules import Rubric

SCHEMA = "reply-score/1"
"""``to_dict`` 的格式版本"""


@dataclass(frozen=True, slots=True)
class Answer:
    """一条诉求的下落，给学员看的对照表的一行。"""

    ask: str
    """诉求原文"""
    status: str
    """已答、已说明不行、给了日子、答了一部分、没有理会"""
    quote: str
    """答到它的那一句；没有时为空串"""


@dataclass(frozen=True, slots=True, repr=False)
class ReplyScore(Scored):
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

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典，格式有版本。

        Returns:
            ``schema``、``total``、``raw_total``、``grade``、``reason``、``signature``、``criteria``、``gates``、
            ``answers``、``history``。
        """
        answers = [{"ask": row.ask, "status": row.status, "quote": row.quote} for row in self.answers]
        return self.record(SCHEMA, about={}, tables={"answers": answers})

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
        return self.describe()
