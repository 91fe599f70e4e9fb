"""遮去个人信息：一字换一字，所以评分依据的位置不变。"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from wenzheng_lab.model import Finding, Message
from wenzheng_lab.privacy import find_personal_data
from wenzheng_lab.reply import ReplyScore

MASK = "＊"
_SHORTEST = 2
"""别处再出现同样的字串也遮去；一个字的不这样做，会误伤"""


@dataclass(frozen=True, slots=True)
class Mask:
    """一段文字里遮去的部分。"""

    text: str
    """遮好的文字，与原文等长"""
    hidden: tuple[str, ...]
    """遮去的原文，长的在前"""


def mask(text: str, kind: str = "auto", names: Iterable[str] = ()) -> Mask:
    """遮去一段文字里的个人信息。

    不用 ``redact`` 的成品，因为它的遮法可能改变长度，评分依据的位置就对不上了；找的办法是同一个。

    Args:
        text: 原文。
        kind: 是来信 ``message`` 还是答复 ``reply``：办公电话在答复里不遮；``auto`` 看行文。
        names: 留言人的网名等，出现就遮。

    Returns:
        等长的文字，与遮去的各段。
    """
    chars = list(text)
    hidden = set()
    spans = [(found.start, found.end) for found in find_personal_data(text, kind=kind)] if text else []
    for name in names:
        if len(name) >= _SHORTEST:
            spans += [(found.start(), found.end()) for found in re.finditer(re.escape(name), text)]
    for start, end in spans:
        hidden.add(text[start:end])
        for at in range(start, end):
            if not chars[at].isspace():
                chars[at] = MASK
    return Mask("".join(chars), tuple(sorted((part for part in hidden if len(part) >= _SHORTEST), key=len)[::-1]))


def hide(text: str, hidden: Iterable[str]) -> str:
    """遮去一句话里出现的同样字串，再查一遍这句话本身。

    Args:
        text: 说明、引文、改法。
        hidden: 已知要遮的字串。

    Returns:
        遮好的文字。
    """
    for part in hidden:
        text = text.replace(part, MASK * len(part))
    return mask(text).text


def mask_message(message: Message) -> tuple[Message, tuple[str, ...]]:
    """遮去来信的主题、详情；留言人的网名也遮去。

    Args:
        message: 来信。

    Returns:
        （遮好的来信，遮去的各段）。
    """
    names = (message.author,)
    subject, body = mask(message.subject, "message", names), mask(message.body, "message", names)
    hidden = (*subject.hidden, *body.hidden)
    return replace(message, subject=subject.text, body=body.text, author=""), hidden


def mask_score(score: ReplyScore, known: Iterable[str] = (), *, names: Iterable[str] = ()) -> ReplyScore:
    """遮去评分结果里的个人信息；分数、位置不变。

    Args:
        score: 评分结果。
        known: 来信里已知要遮的字串。
        names: 留言人的网名等。

    Returns:
        新的结果：答复、引文、说明、诉求对照都遮过。
    """
    reply = mask(score.reply, "reply", names)
    hidden = tuple(sorted({*reply.hidden, *known}, key=len)[::-1])

    def finding(item: Finding) -> Finding:
        quote = item.quote
        if item.span is not None and item.where == "reply":
            quote = item.span.of(reply.text)
        elif quote:
            quote = hide(quote, hidden)
        return replace(item, quote=quote, message=hide(item.message, hidden), advice=hide(item.advice, hidden))

    def cut(quote: str) -> str:
        at = score.reply.find(quote)
        return reply.text[at : at + len(quote)] if quote and at >= 0 else hide(quote, hidden)

    return replace(
        score,
        reply=reply.text,
        criteria=MappingProxyType(
            {
                name: replace(
                    row,
                    findings=tuple(finding(item) for item in row.findings),
                    level=hide(row.level, hidden),
                    advice=hide(row.advice, hidden),
                )
                for name, row in score.criteria.items()
            }
        ),
        gates=tuple(
            replace(gate, findings=tuple(finding(item) for item in gate.findings), advice=hide(gate.advice, hidden))
            for gate in score.gates
        ),
        answers=tuple(
            replace(answer, ask=hide(answer.ask, hidden), quote=cut(answer.quote)) for answer in score.answers
        ),
    )
