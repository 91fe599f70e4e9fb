"""把答复拆成句，逐句认出：做了什么、说了哪些新的实事、与来信有多近。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wenzheng_lab import text as _text
from wenzheng_lab.letter.topic import Topic, pieces_of_parts
from wenzheng_lab.model import Message, Span
from wenzheng_lab.rules import Hit, load_rules


@dataclass(frozen=True, slots=True)
class Fact:
    """答复里一处可以核对的东西。"""

    kind: str
    """date、limit、number、phone、unit、person、paper、spot"""
    span: Span
    """在答复原文中的位置"""
    text: str
    """折叠后的文字"""
    new: bool
    """来信与以前各轮答复里都没有"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """答复里的一句话。"""

    span: Span
    """在答复原文中的位置"""
    folded: str
    """折叠后的文字"""
    acts: Mapping[str, tuple[Hit, ...]]
    """作用 → 命中处"""
    facts: tuple[Fact, ...]
    """可核对的东西"""
    pieces: frozenset[str]
    """内容片"""
    link: float
    """与来信共有的分量"""
    copied: float
    """照抄或改写来信的比例，0–1"""
    answers: frozenset[str]
    """有哪几类问的答法：when、howmuch、why、who、how、whether、act、suggest"""

    def has(self, *acts: str) -> bool:
        """是否做了其中一件事。

        Args:
            *acts: 作用名。

        Returns:
            有一件就为真。
        """
        return any(act in self.acts for act in acts)

    def new(self, *kinds: str) -> int:
        """新的实事有几处。

        Args:
            *kinds: 种类；不给则全部。

        Returns:
            处数，相同文字只计一次。
        """
        return len({fact.text for fact in self.facts if fact.new and (not kinds or fact.kind in kinds)})


def read_sentences(reply: str, message: Message, topic: Topic, earlier: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """逐句分析答复。

    Args:
        reply: 答复原文。
        message: 来信。
        topic: 来信的事由。
        earlier: 以前各轮的答复；里面说过的实事不再算新。

    Returns:
        按先后排列的句子。
    """
    folded = _text.fold(reply)
    told = _text.fold("\n".join([message.text, *earlier]))
    spans = _text.sentences(reply)
    parts = [folded[span.start : span.end] for span in spans]
    acts = load_rules("acts.toml", targets="act").scan(parts)
    facts = load_rules("facts.toml", targets="fact").scan(parts)
    answers = load_rules("answers.toml", targets="answer").scan(parts)
    out = []
    for at, (span, pieces) in enumerate(zip(spans, map(frozenset, pieces_of_parts(parts)), strict=False)):
        out.append(
            Sentence(
                span=span,
                folded=parts[at],
                acts=_acts(acts[at], span.start),
                facts=_facts(facts[at], parts[at], span.start, told),
                pieces=pieces,
                link=topic.link(pieces),
                copied=topic.copied(parts[at], pieces),
                answers=frozenset(hit.rule.target for hit in answers[at]),
            )
        )
    return tuple(out)


def _acts(hits: Sequence[Hit], offset: int) -> dict[str, tuple[Hit, ...]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.rule.target, []).append(
            Hit(hit.rule, Span(hit.span.start + offset, hit.span.end + offset))
        )
    return {act: tuple(group) for act, group in found.items()}


def _facts(hits: Sequence[Hit], part: str, offset: int, told: str) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    taken: list[Span] = []
    # 先认电话、日期，再认数目：电话里的数字不再当数目
    for hit in hits:
        kind, span = hit.rule.target, hit.span
        if kind in ("number", "limit") and any(span.overlaps(other) for other in taken):
            continue
        if kind in ("date", "phone", "limit", "number"):
            taken.append(span)
        quote = span.of(part)
        facts.append(Fact(kind, Span(span.start + offset, span.end + offset), quote, quote not in told))
    return tuple(sorted(facts, key=lambda fact: fact.span))
