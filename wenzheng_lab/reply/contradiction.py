"""前后矛盾：一句说办完了，另一句说还没有办。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wenzheng_lab import text as _text
from wenzheng_lab.model import Span
from wenzheng_lab.reply.evidence import Evidence
from wenzheng_lab.rules import load_rules
from wenzheng_lab.rules.lexicon import load_lexicon


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

    同一件东西（共有内容字）既说办完、又说未办，才算；不同的事一件办完一件没办，不算。

    Args:
        evidence: 答复的依据。

    Yields:
        （未办那一句的位置，说明）。
    """
    done = list(_spots(evidence, "complete"))
    if not done:
        return
    whole = list(_spots(evidence, "whole"))
    for open_ in _spots(evidence, "unfinished"):
        for claim in done:
            if claim.overlaps(open_):
                continue
            same = _heads(_around(evidence, claim)) & _heads(_around(evidence, open_))
            # “此件办结”说的是整件事，后面任何一样没办都与它矛盾
            if same or any(claim.overlaps(span) for span in whole):
                yield open_, f"前面说“{claim.of(evidence.reply)}”，这里又说“{open_.of(evidence.reply)}”"
                return


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
