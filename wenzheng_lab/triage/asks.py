"""来信里的一问一求：找法与答复评分共用（``letter.find_asks``），这里再归并成“几件事”。"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from wenzheng_lab.letter import find_asks
from wenzheng_lab.model import Message, Span
from wenzheng_lab.rules import load_rules
from wenzheng_lab.text import fold, sentences
from wenzheng_lab.triage.settings import load_settings

_CHINESE = "一二三四五六七八九十"


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
    """列出来信要办的几件事。

    写信人自己编了号的，一号算一件；没有编号的，说同一件事的几句话并成一件，
    “投诉过多次”一类的经过、“良心何在”一类的反问不算。只看正文说了什么。

    Args:
        message: 来信。

    Returns:
        诉求，按先后排列；空信为空。

    Examples:
        >>> [ask.kinds for ask in list_asks(Message("路灯", "路灯黑了半年。请问什么时候修好？"))]
        [('什么时候',)]
        >>> letter = Message("小区", "1.电梯一直坏，请修好。2.路灯不亮。3.物业费不公示。")
        >>> [ask.text for ask in list_asks(letter)]
        ['电梯一直坏，请修好', '路灯不亮', '物业费不公示。']
    """
    labels = load_rules("asks.toml", targets="ask").labels
    numbered = _numbered(message)
    if numbered:
        return tuple(Ask(span.of(message.text), span, ()) for span in numbered)
    found = [ask for ask in find_asks(message) if ask.span is not None]
    past, idle, asking = _patterns()
    kept = [
        ask
        for ask in found
        if not idle.search(text := fold(ask.text)) and (asking.search(text) or not past.search(text))
    ]
    merged: list[frozenset[str]] = []
    asks: list[Ask] = []
    settings = load_settings().asks
    for ask in kept or found[:1]:
        if any(_same(ask.pieces, other, settings.few, settings.overlap) for other in merged):
            continue
        merged.append(ask.pieces)
        assert ask.span is not None
        asks.append(Ask(ask.text, ask.span, tuple(labels[kind] for kind in ask.kinds if kind in labels)))
    return tuple(asks[: settings.most])


def _same(one: frozenset[str], other: frozenset[str], few: int, overlap: float) -> bool:
    smaller = min(len(one), len(other))
    # 内容太少的一句（“请领导重视”）没有自己的事
    return smaller < few or len(one & other) / smaller >= overlap


def _numbered(message: Message) -> tuple[Span, ...]:
    text, title = message.text, len(message.subject)
    folded = fold(text)
    starts: list[re.Match[str]] = []
    for match in _NUMBER.finditer(folded, title):
        number = int(match[1]) if match[1] else _CHINESE.index(match[2]) + 1
        if number == len(starts) + 1:
            starts.append(match)
    if len(starts) < 2:
        return ()
    ends = [match.start() for match in starts[1:]] + [len(text)]
    found = []
    for match, end in zip(starts, ends, strict=True):
        inside = sentences(text[match.end() : end])
        if inside:
            found.append(Span(match.end() + inside[0].start, match.end() + inside[0].end))
    return tuple(found[: load_settings().asks.most])


_NUMBER = re.compile(
    rf"(?:^|[\n。;；:：,，!！?？ ])\s*(?:[(（]?(\d{{1,2}})[)）.、．:：](?!\d)|(?:第)?([{_CHINESE}])[、是,，:：])"
)


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    settings = load_settings().asks
    return re.compile(settings.past), re.compile(settings.idle), re.compile(settings.asking)
