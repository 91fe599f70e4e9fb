"""公开发布的评分结果：公共部分与答复相同，另有要点的对照。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

from wenzheng_lab._html import Markup
from wenzheng_lab.model import Signature
from wenzheng_lab.reply.scored import Criterion, Edit, Gate, Scored
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
class PostScore(Scored):
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
    def next_steps(self) -> tuple[str, ...]:
        """接下来写什么：红线在前，再按能多得的分从大到小。"""
        steps = (f"{row.label}：{row.advice}" for row in self.to_improve)
        return (*(gate.advice for gate in self.gates), *steps)

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

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典，格式有版本。

        Returns:
            ``schema``、``kind``、``total``、``raw_total``、``grade``、``reason``、``signature``、``criteria``、``gates``、
            ``points``、``history``。
        """
        points = [asdict(row) for row in self.points]
        return self.record(SCHEMA, about={"kind": self.kind}, tables={"points": points})

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
        return self.describe(self.kind_label)
