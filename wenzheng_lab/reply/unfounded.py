"""卷内没有的数：办理件写明了查到什么，答复里多出来的日期、数目、电话就是编的。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from wenzheng_lab import text as _text
from wenzheng_lab.model import Case, Span
from wenzheng_lab.reply.evidence import Evidence

_KINDS = ("date", "limit", "number", "phone")
_DIGITS = re.compile(r"\d+")
_HAN = {char: str(number) for number, char in enumerate("零一二三四五六七八九十")} | {"两": "2", "〇": "0"}


def find(evidence: Evidence, case: Case, replied_at: datetime | None) -> Iterator[Span]:
    """找卷内与来信里都没有的数。

    只比数，不比文字：换个说法不算编，多出一个日子才算。没有给卷内事实时不查。

    Args:
        evidence: 答复的依据。
        case: 办理件；``facts`` 是卷内已查明的情况。
        replied_at: 答复时间；落款日期不算多出来的。

    Yields:
        在答复原文中的位置。
    """
    if not case.facts:
        return
    known = _numbers("\n".join([evidence.message.text, *case.facts, *(reply.text for reply in case.replies)]))
    for moment in (replied_at, evidence.message.created_at, case.due_at):
        if moment is not None:
            known |= {str(part) for part in (moment.year, moment.month, moment.day)}
    for weighed in evidence.sentences:
        for fact in weighed.sentence.facts:
            if fact.kind in _KINDS and fact.new and not _numbers(fact.text) <= known:
                yield fact.span


def _numbers(text: str) -> set[str]:
    folded = _text.fold(text)
    found = {run.lstrip("0") or "0" for run in _DIGITS.findall(folded)}
    return found | {_HAN[char] for char in folded if char in _HAN}
