"""前后矛盾：一句说办完了，另一句说还没有办。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from wenzheng_lab import text as _text
from wenzheng_lab.model import Span
from wenzheng_lab.reply.evidence import Evidence
from wenzheng_lab.rules import load_rules
from wenzheng_lab.rules.lexicon import load_lexicon

LONG = 8
"""超过这么多句的答复不判前后矛盾"""
NEAR = 2
"""“没有办”在“办完了”之后这么多句以内才算。真实答复里隔得更远的多半说的是另一样"""


def claims(evidence: Evidence) -> Iterator[Span]:
    """答复里说“全部办完了”的地方。

    Args:
        evidence: 答复的依据。

    Yields:
        在答复原文中的位置。
    """
    yield from _spots(evidence, "complete")


def _spots(evidence: Evidence, target: str) -> Iterator[Span]:
    folded = _text.fold(evidence.reply)
    for rule in load_rules("completion.toml", targets="claim").of(target):
        yield from rule.find(folded)


def find(evidence: Evidence) -> Iterator[tuple[Span, str]]:
    """找“说办结了，又说没有办”的一对。

    同一件东西（共有内容字）先说办完、紧接着一两句又说未办，才算；不同的事一件办完一件没办，不算。
    长答复常一条一条说几件事，有的办完有的没办，是正常的，不判。

    Args:
        evidence: 答复的依据。

    Yields:
        （未办那一句的位置，说明）。
    """
    if len(evidence.sentences) > LONG:
        return
    done = list(_spots(evidence, "complete"))
    if not done:
        return
    whole = list(_spots(evidence, "whole"))
    for open_ in _spots(evidence, "unfinished"):
        for claim in done:
            if not 1 <= _number(evidence, open_) - _number(evidence, claim) <= NEAR:
                continue
            same = _heads(_around(evidence, claim)) & _heads(_around(evidence, open_))
            # “此件办结”说的是整件事，后面任何一样没办都与它矛盾
            if same or any(claim.overlaps(span) for span in whole):
                yield open_, f"前面说“{claim.of(evidence.reply)}”，这里又说“{open_.of(evidence.reply)}”"
                return


_DONE_ON = re.compile(r"已(?:经)?(?:于|在)?(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日")
AHEAD = timedelta(days=183)
"""没有写年份的日子，比答复日晚不到半年才当成今年的；再晚多半是去年的"""


def too_late(evidence: Evidence, replied_on: date) -> Iterator[tuple[Span, str]]:
    """找写着“已于某日办了”、那一天却在答复之后的。

    Args:
        evidence: 答复的依据。
        replied_on: 答复的日期。

    Yields:
        （位置，说明）。
    """
    for match in _DONE_ON.finditer(_text.fold(evidence.reply)):
        year, month, day = match.groups()
        try:
            then = date(int(year or replied_on.year), int(month), int(day))
        except ValueError:
            continue  # 二月三十日之类由别处管
        if replied_on < then and (year or then - replied_on < AHEAD):
            yield Span(*match.span()), f"答复是 {replied_on.isoformat()} 的，{then.isoformat()} 还没有到，不能说“已”"


def _number(evidence: Evidence, span: Span) -> int:
    """在第几句。"""
    return sum(weighed.sentence.span.end <= span.start for weighed in evidence.sentences)


def _around(evidence: Evidence, span: Span) -> str:
    for weighed in evidence.sentences:
        sentence = weighed.sentence.span
        if sentence.start <= span.start < sentence.end:
            return weighed.sentence.span.of(evidence.reply)
    return span.of(evidence.reply)


_HAN_PAIR = re.compile("(?=([\u4e00-\u9fff]{2}))")


def _heads(text: str) -> set[str]:
    common = load_lexicon("common_words")
    return {pair for match in _HAN_PAIR.finditer(text) if (pair := match.group(1)) not in common}
