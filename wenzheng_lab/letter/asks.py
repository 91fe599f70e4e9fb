"""来信人要什么：把来信里的每一问、每一求找出来。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wenzheng_lab import text as _text
from wenzheng_lab.letter.topic import pieces_of, pieces_of_parts
from wenzheng_lab.model import Message, Span
from wenzheng_lab.rules import Hit, load_rules

SHORT = 3
"""内容片少于这个数的问句，要借上一句才知道问的是什么"""
PLEA = "plea"
"""泛泛的恳求：不单算一条诉求"""
REPORTED = "reported"
"""转述别人的话、从前的问答：里面的问与求都不是这一次的"""
_PAUSE = re.compile("[,;:。!?]")
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
    pieces: frozenset[str]
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
        parts = [_text.fold(text).replace("\n", " ") for text in given]
        return tuple(
            Ask(None, text, kinds or ("act",), frozenset(pieces))
            for text, kinds, pieces in zip(given, _kinds(parts), pieces_of_parts(parts), strict=True)
        )
    text = message.text
    folded = _text.fold(text)
    title_end = len(message.subject)
    spans = _split(text, folded)
    parts = [folded[span.start : span.end].replace("\n", " ") for span in spans]
    asks: list[Ask] = []
    before: frozenset[str] = frozenset()
    for span, kinds, pieces in zip(spans, _kinds(parts), map(frozenset, pieces_of_parts(parts)), strict=False):
        if kinds and span.start >= title_end:
            # 短问句（“归谁管？”）说不出事由，借上一句的
            asks.append(Ask(span, span.of(text), kinds, pieces if len(pieces) >= SHORT else pieces | before))
        if pieces:
            before = pieces
    asks = _merge(asks)
    if not asks:
        first = Span(0, title_end) if message.subject.strip() else (spans[0] if spans else None)
        if first is None:
            return ()
        part = folded[first.start : first.end].replace("\n", " ")
        return (Ask(first, first.of(text), _kinds([part])[0] or ("act",), frozenset(pieces_of(folded))),)
    return tuple(asks)


def _split(text: str, folded: str) -> list[Span]:
    """分句；一句里连问几问的（“谁来鉴定，谁来赔”）再按逗号分开。"""
    sentences = _text.sentences(text)
    clauses = [
        [Span(sentence.start + part.start, sentence.start + part.end) for part in _text.clauses(sentence.of(text))]
        for sentence in sentences
    ]
    flat = [span for group in clauses for span in group]
    asking = {
        span
        for span, kinds in zip(flat, _kinds([folded[span.start : span.end] for span in flat]), strict=False)
        if kinds
    }
    out: list[Span] = []
    for sentence, group in zip(sentences, clauses, strict=True):
        out.extend(group if sum(span in asking for span in group) >= 2 else [sentence])
    return out


def _kinds(parts: Sequence[str]) -> list[tuple[str, ...]]:
    found = load_rules("asks.toml", targets="ask").scan(parts)
    return [_concrete(part, hits) for part, hits in zip(parts, found, strict=True)]


def _concrete(part: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """要的是什么；转述的话不算，“请领导重视”“望回复”同一小句里的“请”“望”不算要求办事。"""
    pleas = [hit.span for hit in hits if hit.rule.target == PLEA]
    told = [hit.span for hit in hits if hit.rule.target == REPORTED]
    return tuple(
        dict.fromkeys(
            hit.rule.target
            for hit in hits
            if hit.rule.target not in (PLEA, REPORTED)
            and not any(hit.span.overlaps(other) for other in told)
            and not (hit.rule.target == "act" and any(_beside(part, hit.span, plea) for plea in pleas))
        )
    )


def _beside(part: str, one: Span, other: Span) -> bool:
    """两处在同一小句里。"""
    low, high = min(one.end, other.end), max(one.start, other.start)
    return low > high or not _PAUSE.search(part, low, high)


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
        least = min(kept, key=lambda ask: (ask.kinds != ("act",), len(ask.pieces)))
        kept.remove(least)
    return kept


def _same(one: Ask, other: Ask) -> bool:
    shared = len(one.pieces & other.pieces)
    smaller = min(len(one.pieces), len(other.pieces))
    return smaller > 0 and shared / smaller >= 0.6 and bool(set(one.kinds) & set(other.kinds))
