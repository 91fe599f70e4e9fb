"""来信人要什么：把来信里的每一问、每一求找出来。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wenzheng_lab import text as _text
from wenzheng_lab.model import Message, Span
from wenzheng_lab.reply.topic import pieces_of
from wenzheng_lab.rules import load_rules

MAX_ASKS = 8
"""一封信最多列几条诉求；再多就合并进最相近的一条，免得长信把完整性压到零"""


@dataclass(frozen=True, slots=True)
class Ask:
    """一条诉求。"""

    span: Span | None
    """在 ``Message.text`` 中的位置；外部给定的诉求没有位置"""
    text: str
    """原文"""
    kinds: tuple[str, ...]
    """要的是什么：when、howmuch、why、who、how、whether、act、suggest"""
    pieces: Counter[str]
    """内容二字片，含上一句的（问句常省略主语）"""


def find_asks(message: Message, *, given: Sequence[str] = ()) -> tuple[Ask, ...]:
    """找出来信里的诉求。

    只看说了什么，不猜来信人的动机。

    Args:
        message: 来信。
        given: 已知的诉求（模拟或练习的真值）；给了就用它。

    Returns:
        诉求，按先后排列，最多 ``MAX_ASKS`` 条；一条也找不到时，标题（没有标题则首句）算一条。

    Examples:
        >>> [a.kinds[0] for a in find_asks(Message("路灯", "路灯黑了半年。请问什么时候修好？归谁管？"))]
        ['when', 'who']
    """
    if given:
        return tuple(
            Ask(None, text, _kinds(_text.fold(text)) or ("act",), pieces_of(_text.fold(text))) for text in given
        )
    text = message.text
    folded = _text.fold(text)
    title_end = len(message.subject)
    asks: list[Ask] = []
    before: Counter[str] = Counter()
    for sentence in _text.sentences(text):
        for span in _parts(text, sentence):
            part = folded[span.start : span.end]
            pieces = pieces_of(part)
            kinds = _kinds(part)
            if kinds and span.start >= title_end:
                own = pieces if sum(pieces.values()) >= 3 else pieces + before
                asks.append(Ask(span, span.of(text), kinds, own))
            if pieces:
                before = pieces
    asks = _merge(asks)
    if not asks:
        first = Span(0, title_end) if message.subject.strip() else next(iter(_text.sentences(text)), None)
        if first is None:
            return ()
        part = folded[first.start : first.end]
        return (Ask(first, first.of(text), _kinds(part) or ("act",), pieces_of(folded)),)
    return tuple(asks)


def _parts(text: str, sentence: Span) -> list[Span]:
    """长句按逗号再分；一句里连问几问的（“谁来鉴定，谁来赔”）要分开。"""
    inside = _text.clauses(sentence.of(text))
    if len(inside) <= 1:
        return [sentence]
    spans = [Span(sentence.start + part.start, sentence.start + part.end) for part in inside]
    asking = [span for span in spans if _kinds(_text.fold(span.of(text)))]
    return spans if len(asking) >= 2 else [sentence]


def _kinds(folded: str) -> tuple[str, ...]:
    found = [
        rule.target
        for rule in load_rules("asks.toml", targets="ask").rules
        if next(rule.find(folded), None) is not None
    ]
    return tuple(dict.fromkeys(found))


def _merge(asks: list[Ask]) -> list[Ask]:
    """同一件事问两遍的并成一条；仍太多时留下更具体的。"""
    kept: list[Ask] = []
    for ask in asks:
        twin = next((other for other in kept if _same(ask, other)), None)
        if twin is None:
            kept.append(ask)
        else:
            kept[kept.index(twin)] = Ask(
                twin.span, twin.text, tuple(dict.fromkeys(twin.kinds + ask.kinds)), twin.pieces | ask.pieces
            )
    while len(kept) > MAX_ASKS:
        least = min(kept, key=lambda ask: (ask.kinds != ("act",), sum(ask.pieces.values())))
        kept.remove(least)
    return kept


def _same(one: Ask, other: Ask) -> bool:
    shared = sum((one.pieces & other.pieces).values())
    smaller = min(sum(one.pieces.values()), sum(other.pieces.values()))
    return smaller > 0 and shared / smaller >= 0.6 and bool(set(one.kinds) & set(other.kinds))
