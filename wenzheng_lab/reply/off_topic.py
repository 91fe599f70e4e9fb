"""张冠李戴：答复说得头头是道，却是另一封信的事。"""

from __future__ import annotations

from wenzheng_lab.model import Span
from wenzheng_lab.reply.evidence import Evidence
from wenzheng_lab.reply.sentences import Sentence

MANY = 60
"""答复里来信没有的内容片达到这个数，才谈得上是另一件事；短答复只当没有说到点子上"""
LITTLE = 0.045
"""答复的内容片里来信有的不足这个比例。标注过的真实答复里，对题的极少低于 0.06，错贴的几乎都在 0.04 以下"""
FAINT = 3.0
"""没有一句与来信的关联超过这个量"""
RESTATED = 8
"""复述句的内容片达到这个数，才用它判断说的是哪件事"""


def find(evidence: Evidence) -> Span | None:
    """找答非所问的那一段。

    Args:
        evidence: 答复的依据。

    Returns:
        最说明问题的一句的位置；不是另一件事则为 None。
    """
    if not evidence.topic.weights:
        return None
    rows = [
        w.sentence
        for w in evidence.sentences
        # 套话、工作介绍、问候不算“说了另一件事”，那是没有说事
        if w.own > 0.6
        and not w.sentence.has("general", "greeting", "thanks", "contact", "slogan")
        and max(w.chances[act] for act in ("finding", "done", "answer", "plan", "policy", "instruct"))
        > w.chances["slogan"]
    ]
    said: set[str] = set().union(*(row.pieces for row in rows)) if rows else set()
    known = {piece for piece in said if piece in evidence.topic.weights}
    if len(said) - len(known) < MANY or len(known) > LITTLE * len(said) or max(row.link for row in rows) > FAINT:
        return None
    return _telling(rows).span


def _telling(rows: list[Sentence]) -> Sentence:
    """复述句说的就是别的事，最说明问题；没有复述句，取内容最多的一句。"""
    told = [row for row in rows if row.has("restate") and len(row.pieces) >= RESTATED]
    return told[0] if told else max(rows, key=lambda row: len(row.pieces))
