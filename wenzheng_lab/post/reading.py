"""读一篇发布：逐句认征象、认实的东西，估它有几分是自己的话。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wenzheng_lab import text as _text
from wenzheng_lab.letter.topic import pieces_of_parts
from wenzheng_lab.model import Span
from wenzheng_lab.rules import Hit, load_rules
from wenzheng_lab.text import han_count

_HEADING = 14
"""不到这么多字、后面没有句号的一行是小标题，与下一行合起来读"""
_LEADING = 3
"""开头几句"""
_OPENING = 2
"""开头的一句里时间、地点、数目有这么多种，就算写了什么事：事情的说法列不尽"""
_TAIL = 3
"""末尾几句算落款"""
_CHARS = 2
"""没有共同的两字片时，这么多个内容字相同，也算与全篇说的是同一件事"""
_STUFFED = 2
"""一句话里征象有这么多种以上，才疑心是堆词"""
_LISTED = 3
"""停顿有这么多处以上，才疑心是列词"""
_LIST_GAP = 5.5
"""平均不到这么多字一个停顿（逗号算半个），又没有实的东西，是列词不是说话"""
_LIST_MARK = re.compile("[、:;/|]")
_STYLE = frozenset({"slogan", "hush", "scold", "time", "place", "hours", "channel", "signed", "agency", "amount"})
"""不表示“写到了某件事”的征象，堆词时不计"""
_SIGNATURE = 40
"""落款的一句最多这么多字"""
_FULL_NUMBER = 7
"""这么多位以上是完整的电话；五位的热线要有“打、电话”之类的字才算联系方式"""
_CALL = re.compile("电话|热线|拨|打|致电|联系|咨询")
_SOLID_SIGNS = {
    "time": "time",
    "place": "place",
    "channel": "channel",
    "hours": "hours",
    "agency": "unit",
    "amount": "number",
}
"""这些征象本身就是实的东西"""
_HOLLOW = ("slogan", "hush", "scold")
"""这些话里的字不算“与全篇说的是同一件事”"""
_NUMBERED = re.compile(
    "[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十\\d]{1,2}[)）]|\\d{1,2}[、.](?!\\d)|【"
)
_NOISE = re.compile("[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z0-9]+")
_DATELINE = re.compile(r"\d{1,2}月\d{1,2}[日号]|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """发布里的一句话。"""

    span: Span
    """在原文中的位置"""
    folded: str
    """折叠后的文字"""
    signs: Mapping[str, tuple[Hit, ...]]
    """征象 → 命中处"""
    solid: Mapping[str, Span]
    """实的东西 → 第一处的位置"""
    own: float
    """自己的话占几分：去掉套话、堆词、重复之后，0–1"""


@dataclass(frozen=True, slots=True)
class Reading:
    """读好的一篇。"""

    text: str
    """原文"""
    folded: str
    """折叠后的全文"""
    sentences: tuple[Sentence, ...]
    """逐句，先后排列"""
    link: float
    """与所给背景共有的内容片占背景的几成（0–1）；没有给背景时为 1"""


def read_post(text: str, context: str = "") -> Reading:
    """逐句分析一篇发布。

    Args:
        text: 原文。
        context: 要说的那件事，可空。

    Returns:
        读好的一篇。
    """
    folded = _text.fold(text)
    spans = _join_headings(text, _text.sentences(text))
    parts = [folded[span.start : span.end].replace("\n", " ") for span in spans]
    signs = load_rules("post_signs.toml", targets="sign").scan(parts)
    facts = load_rules("facts.toml", targets="fact").scan(parts)
    background = _text.fold(context).replace("\n", " ")
    counted = pieces_of_parts([*parts, background])
    *pairs, known = map(_pairs, counted)
    *singles, _ = map(_singles, counted)
    squeezed = [_NOISE.sub("", part) for part in parts]
    drafts = [
        _draft(
            span,
            parts[at],
            signs[at],
            facts[at],
            again=any(squeezed[at] in earlier for earlier in squeezed[:at]),
            signed=at < 2 or at >= len(spans) - _TAIL,
            leading=at < _LEADING,
        )
        for at, span in enumerate(spans)
    ]
    sentences = []
    for at, draft in enumerate(drafts):
        # 只有落了实的句子才能替别的句子作证“说的是同一件事”：两句空话互相照应，仍是空话
        rest = frozenset().union(
            known, *(pairs[n] for n, other in enumerate(drafts) if n != at and other.solid and other.own > 0)
        )
        hollow = [hit.span for hit in signs[at] if hit.rule.target in _HOLLOW]
        free = _uncovered(parts[at], hollow)
        chars = frozenset().union(*(singles[n] for n, d in enumerate(drafts) if n != at and d.solid and d.own > 0))
        near = [char for char in singles[at] & chars if char in free]
        if len(near) >= _CHARS or any(piece in free for piece in pairs[at] & rest):
            draft = replace(draft, solid={**draft.solid, "topic": draft.span})
        sentences.append(draft)
    said = frozenset().union(*pairs)
    link = len(known & said) / len(known) if known else 1.0
    return Reading(text, folded, tuple(sentences), link)


def _pairs(pieces: Iterable[str]) -> frozenset[str]:
    """两字以上的内容片；单字太容易碰巧相同。"""
    return frozenset(piece for piece in pieces if len(piece) >= 2)


def _singles(pieces: Iterable[str]) -> frozenset[str]:
    """单字的内容片：“水变黄”与“黄水”没有共同的两字片。"""
    return frozenset(piece for piece in pieces if len(piece) == 1)


def _join_headings(text: str, spans: Sequence[Span]) -> list[Span]:
    """“停水范围：”单独成行时，与下一行合成一句。"""
    out: list[Span] = []
    waiting: Span | None = None
    for span in spans:
        whole = Span(waiting.start, span.end) if waiting is not None else span
        line = span.of(text)
        titled = line[-1] in ":：" or _NUMBERED.match(line)
        if titled and len(line) <= _HEADING and waiting is None and line[-1] not in "。！？；!?;":
            waiting = span
            continue
        out.append(whole)
        waiting = None
    if waiting is not None:
        out.append(waiting)
    return out


def _draft(
    span: Span, part: str, signs: Sequence[Hit], facts: Sequence[Hit], *, again: bool, signed: bool, leading: bool
) -> Sentence:
    """一句话自己说了什么；是不是与全篇同一件事，等各句都读完再看。"""
    found: dict[str, list[Hit]] = {}
    for hit in signs:
        found.setdefault(hit.rule.target, []).append(hit)
    solid: dict[str, Span] = {}
    for hit in facts:
        solid.setdefault(hit.rule.target, hit.span)
    for name, kind in _SOLID_SIGNS.items():
        if name in found:
            solid.setdefault(kind, found[name][0].span)
    derived = dict(found)
    if "signed" in derived and not (signed and (len(part) <= _SIGNATURE or derived["signed"][0].span.start == 0)):
        del derived["signed"]
    if "phone" in solid and (len(solid["phone"]) >= _FULL_NUMBER or _CALL.search(part)):
        derived["phone"] = []
    dated = _DATELINE.search(part)
    if signed and dated and len(part) <= _SIGNATURE and "next" not in found:
        derived["dateline"] = []
        solid["dateline"] = Span(*dated.span())
    if leading and len({"date", "time", "place", "spot", "number"} & solid.keys()) >= _OPENING:
        derived["opening"] = []
    many = len(facts) + sum(len(found.get(name, ())) for name in _SOLID_SIGNS)
    return Sentence(
        span=span,
        folded=part,
        signs={
            name: tuple(Hit(hit.rule, Span(hit.span.start + span.start, hit.span.end + span.start)) for hit in hits)
            for name, hits in derived.items()
        },
        solid={name: Span(at.start + span.start, at.end + span.start) for name, at in solid.items()},
        own=0.0 if again else _own(part, found, many),
    )


def _uncovered(part: str, spans: Sequence[Span]) -> str:
    chars = list(part)
    for span in spans:
        chars[span.start : span.end] = " " * len(span)
    return "".join(chars)


def _own(part: str, signs: Mapping[str, list[Hit]], facts: int) -> float:
    """套话占得多、词一个挨一个地列、好几种征象挤在一起却没有实的东西，都不算自己的话。"""
    whole = max(1, han_count(part))
    slogans = whole - han_count(_uncovered(part, [hit.span for hit in signs.get("slogan", ())]))
    marks = len(_LIST_MARK.findall(part)) + part.count(",") / 2
    # 停哪些路、哪些小区，本来就是一个挨一个地列，那是实的
    if marks >= _LISTED and whole / marks < _LIST_GAP and facts < marks / 2:
        return 0.0
    if not facts and len([name for name in signs if name not in _STYLE]) > _STUFFED:
        return 0.0
    return max(0.0, 1.0 - 1.5 * slogans / whole)
