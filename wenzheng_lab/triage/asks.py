"""来信里的一问一求：用共同的 ``asks.toml``，只给原文与位置。"""

from __future__ import annotations

from dataclasses import dataclass

from wenzheng_lab.model import Message, Span
from wenzheng_lab.rules import load_rules
from wenzheng_lab.text import clauses, fold, sentences

MOST = 8
"""最多列几条；再多就要人来归并"""


@dataclass(frozen=True, slots=True)
class Ask:
    """一条诉求。"""

    text: str
    """原文"""
    span: Span
    """在 ``Message.text`` 中的位置"""
    kinds: tuple[str, ...]
    """要的是什么，中文：什么时候、多少、谁来管……"""

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            ``text``、``span``、``kinds``。
        """
        return {"text": self.text, "span": [self.span.start, self.span.end], "kinds": list(self.kinds)}


def list_asks(message: Message) -> tuple[Ask, ...]:
    """列出来信里的诉求。

    只看正文说了什么；一条也找不到时，主题（没有主题则首句）算一条。

    Args:
        message: 来信。

    Returns:
        诉求，按先后排列；空信为空。

    Examples:
        >>> [ask.kinds for ask in list_asks(Message("路灯", "路灯黑了半年。请问什么时候修好？归谁管？"))]
        [('什么时候',), ('谁来管、谁负责',)]
    """
    text = message.text
    folded = fold(text)
    title = len(message.subject)
    found: list[Ask] = []
    for sentence in sentences(text):
        if sentence.start < title:
            continue
        for span in _parts(text, folded, sentence):
            kinds = _kinds(folded[span.start : span.end])
            if kinds and not any(span.of(text) == ask.text for ask in found):
                found.append(Ask(span.of(text), span, kinds))
    if not found:
        first = Span(0, title) if message.subject.strip() else next(iter(sentences(text)), None)
        if first is None:
            return ()
        return (Ask(first.of(text), first, _kinds(folded[first.start : first.end])),)
    return tuple(found[:MOST])


def _parts(text: str, folded: str, sentence: Span) -> list[Span]:
    """一句里连问几问的分开。"""
    inside = [Span(sentence.start + part.start, sentence.start + part.end) for part in clauses(sentence.of(text))]
    asking = [span for span in inside if _kinds(folded[span.start : span.end])]
    return asking if len(asking) >= 2 else [sentence]


def _kinds(folded: str) -> tuple[str, ...]:
    rules = load_rules("asks.toml", targets="ask")
    targets = dict.fromkeys(rule.target for rule in rules.rules if next(rule.find(folded), None) is not None)
    return tuple(rules.labels[target] for target in targets)
