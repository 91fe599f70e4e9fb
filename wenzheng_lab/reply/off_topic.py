"""张冠李戴：答复说得头头是道，却是另一封信的事。"""

from __future__ import annotations

from wenzheng_lab.model import Span
from wenzheng_lab.reply.evidence import SUBSTANCE, Evidence

LITTLE = 0.16
"""事由被说到不足这个比例，才可能是另一件事"""
MANY = 25
"""答复里来信没有的内容片达到这个数，才断定是另一件事；短答复只当没有说到点子上"""


def find(evidence: Evidence) -> Span | None:
    """找答非所问的那一段。

    Args:
        evidence: 答复的依据。

    Returns:
        最说明问题的一句的位置；不是另一件事则为 None。
    """
    rows = [
        w.sentence
        for w in evidence.sentences
        if w.sentence.has(*SUBSTANCE, "restate") and not w.sentence.has("general")
    ]
    foreign = sum(sum(n for piece, n in s.pieces.items() if piece not in evidence.topic.weights) for s in rows)
    if evidence.covered >= LITTLE or foreign < MANY or not evidence.topic.weights:
        return None
    # 复述句说的就是别的事，最说明问题
    told = [s for s in rows if s.has("restate") and s.link < 2]
    pick = told[0] if told else max(rows, key=lambda s: sum(s.pieces.values()) - s.link)
    return pick.span
