"""诉求对答复：每一问由哪句回答、说了不行、给了日子，还是没有理会。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenzheng_lab.letter.asks import Ask
from wenzheng_lab.reply.evidence import Evidence, Weighed
from wenzheng_lab.reply.weighing import load_weighing

# 问什么就要什么来答：做了这些事的句子才算答到（作用名是模型的作用名）
_ACTS = {
    "when": ("plan", "done", "answer"),
    "howmuch": ("answer", "finding", "policy"),
    "why": ("reason", "finding", "named", "policy", "answer"),
    "who": ("answer", "done", "plan", "instruct"),
    "how": ("instruct", "answer", "plan", "policy"),
    "whether": ("answer", "refusal", "finding", "done"),
    "act": ("done", "plan", "refusal", "answer"),
    "suggest": ("answer", "refusal", "plan", "done", "reason"),
}

_CLOSE = 0.2
"""有最好的两成，算沾得上边"""


@dataclass(frozen=True, slots=True)
class Match:
    """一条诉求的下落。"""

    ask: Ask
    """诉求"""
    status: str
    """answered、declined、deferred、partly、ignored"""
    degree: float
    """答到几分，0–1"""
    by: Weighed | None
    """答到它的那一句，给人看；没有理会时为 None"""


def match_asks(evidence: Evidence) -> tuple[Match, ...]:
    """逐条诉求找回答它的句子。

    Args:
        evidence: 答复的依据。

    Returns:
        每条诉求一个 ``Match``，次序与诉求相同。
    """
    return tuple(_match(ask, evidence) for ask in evidence.asks)


def _match(ask: Ask, evidence: Evidence) -> Match:
    degrees = [(_degree(ask, weighed), weighed) for weighed in evidence.sentences]
    best = max((degree for degree, _ in degrees), default=0.0)
    if best < 0.15:
        return Match(ask, "ignored", best, None)
    by = _quoted(ask, degrees, best)
    chances = by.chances
    firm = max(chances["done"], chances["answer"], chances["finding"], chances["instruct"])
    if best < 0.35:
        status = "partly"
    elif chances["refusal"] > firm or (
        by.sentence.has("not_ours") and chances["done"] < 0.5 and "who" not in ask.kinds
    ):
        status = "declined"
    elif max(chances["plan"], chances["vague"]) > firm:
        status = "deferred"
    else:
        status = "answered"
    return Match(ask, status, best, by)


def _quoted(ask: Ask, degrees: Sequence[tuple[float, Weighed]], best: float) -> Weighed:
    """给人看的那一句：沾得上边的几句里，跟这一问共同的词最多的。

    分数照答得最好的一句算；可是末尾的“不满意可以再留言”常常也像在答，拿它给人看就配错了。
    """
    asked = {piece for piece in ask.pieces if piece in ask.text}
    close = [(degree, weighed) for degree, weighed in degrees if degree >= _CLOSE * best]
    return max(close, key=lambda one: (one[0] * len(asked & one[1].sentence.pieces) ** 2, one[0]))[1]


def _degree(ask: Ask, weighed: Weighed) -> float:
    numbers = load_weighing()
    sentence = weighed.sentence
    shared = len(ask.pieces & sentence.pieces)
    # 问句与答句没有共同的词时，整封答复若紧扣这件事，仍可能是在答它
    near = max(min(1.0, shared / 2.0), 0.6 * weighed.bound)
    if near * weighed.own < numbers.faint:
        return 0.0
    right = 0.0
    for kind in ask.kinds:
        fit = max(weighed.chances[act] for act in _ACTS[kind])
        # 有答法的按答法算；没有答法的，模型再有把握也只算沾边
        right = max(right, max(fit, numbers.spoken) if kind in sentence.answers else 0.5 * fit)
    return min(1.0, 1.4 * right) * weighed.own * near * (0.6 + 0.4 * weighed.solid)


LABELS = {
    "answered": "已答",
    "declined": "说明不行",
    "deferred": "给了打算",
    "partly": "答了一部分",
    "ignored": "没有理会",
}
"""下落的中文名"""
