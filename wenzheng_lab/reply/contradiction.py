"""前后矛盾：一句说办完了，另一句说还没有办。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wenzheng_lab.model import Span
from wenzheng_lab.reply.evidence import Evidence
from wenzheng_lab.rules import load_rules


def claims(evidence: Evidence) -> Iterator[Span]:
    """答复里说“全部办完了”的地方。

    Args:
        evidence: 答复的依据。

    Yields:
        在答复原文中的位置。
    """
    yield from _spots(evidence, "complete")


def _spots(evidence: Evidence, target: str) -> Iterator[Span]:
    for rule in load_rules("completion.toml", targets="claim").of(target):
        for weighed in evidence.sentences:
            for span in rule.find(weighed.sentence.folded):
                start = weighed.sentence.span.start
                yield Span(span.start + start, span.end + start)


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
    for open_ in _spots(evidence, "unfinished"):
        for claim in done:
            if claim.overlaps(open_):
                continue
            whole = _spots_whole(evidence, claim)
            shared = _heads(_around(evidence, claim)) & _heads(_around(evidence, open_))
            if whole or shared:
                yield open_, f"前面说“{claim.of(evidence.reply)}”，这里又说“{open_.of(evidence.reply)}”"
                return


_WHOLE = re.compile(
    "此件办结|圆满解决|全部(?:整改|办结|解决|办理)(?:到位|完毕)?|已办结|彻底消除|已(?:经)?解决|已整改完毕"
)


def _spots_whole(evidence: Evidence, claim: Span) -> bool:
    return bool(_WHOLE.search(claim.of(evidence.reply)))


def _around(evidence: Evidence, span: Span) -> str:
    for weighed in evidence.sentences:
        sentence = weighed.sentence.span
        if sentence.start <= span.start < sentence.end:
            return weighed.sentence.span.of(evidence.reply)
    return span.of(evidence.reply)


_HAN_PAIR = re.compile("(?=([\u4e00-\u9fff]{2}))")
_EMPTY = frozenset(
    "已经 目前 尚未 预计 正在 我们 有关 部门 问题 情况 工作 进行 将于 近期 下一 完成 全部 到位 办理 处理 您反 反映".split()
)


def _heads(text: str) -> frozenset[str]:
    return frozenset(match.group(1) for match in _HAN_PAIR.finditer(text)) - _EMPTY
