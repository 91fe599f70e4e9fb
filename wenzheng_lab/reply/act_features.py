"""一句话的特征：训练与打分用同一份，差一个字都会让权重失准。"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from wenzheng_lab.letter.asks import Ask
from wenzheng_lab.reply.sentences import Sentence
from wenzheng_lab.rules import load_rules

# 具体的数、日期、文号换成记号：模型学的是“有没有日子”，不是“哪一天”
_MASKS = (
    (
        re.compile(
            r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}[日号](?![线楼机文])|\d{4}年(?:\d{1,2}月)?|\d{1,2}月|\d{4}[-./]\d{1,2}[-./]\d{1,2}"
        ),
        "〒",
    ),
    (re.compile(r"\(?0\d{2,3}\)?[- ]?\d{4,8}(?:-\d+)?|(?<!\d)1\d{10}(?!\d)"), "☎"),
    (re.compile(r"《[^》\n]{2,60}》"), "《》"),
    (re.compile(r'"[^"\n]{1,40}"'), '""'),
    (re.compile(r"[A-Z]\d{1,2}(?=[市县区])"), ""),
    (re.compile(r"\d+(?:\.\d+)?"), "0"),
)
MAX_GRAM = 3


@functools.cache
def _lead() -> re.Pattern[str]:
    (rule,) = load_rules("order.toml", targets="place").of("lead")
    return rule.regex


def masked(folded: str) -> str:
    """把数、日期、电话、书名、引文换成记号，两头加边界。

    Args:
        folded: 折叠过的句子。

    Returns:
        记号化的句子。

    Examples:
        >>> masked("3月5日已更换11盏")
        '^〒已更换0盏$'
        >>> masked("现回复如下: 该路已列入计划。")
        '^该路已列入计划。$'
    """
    folded = _lead().sub("", folded, count=1)
    for pattern, sign in _MASKS:
        folded = pattern.sub(sign, folded)
    return f"^{folded.replace(' ', '')}$"


def grams(folded: str) -> set[str]:
    """一到三字的片段。

    Args:
        folded: 折叠过的句子。

    Returns:
        片段的集合。
    """
    text = masked(folded)
    return {text[i : i + n] for n in range(1, MAX_GRAM + 1) for i in range(len(text) - n + 1)}


def flags(sentences: Sequence[Sentence], at: int, asks: Sequence[Ask]) -> set[str]:
    """句子之外的线索：命中的规则、实事、与来信的远近、上一句在做什么。

    不看在答复里的位置：前后添一句客气话，不该让别的句子变样。

    Args:
        sentences: 全部句子。
        at: 第几句。
        asks: 来信的诉求；同一句话，问了才是答，没问只是陈述。

    Returns:
        线索名的集合，以 ``@`` 开头。
    """
    sentence = sentences[at]
    out = {f"@act={act}" for act in sentence.acts}
    out |= {f"@rule={hit.rule.id}" for hits in sentence.acts.values() for hit in hits}
    out |= {f"@fact={fact.kind}" for fact in sentence.facts}
    out |= {f"@new={fact.kind}" for fact in sentence.facts if fact.new}
    out.add(f"@link={min(5, int(sentence.link / 2))}")
    out.add(f"@copied={int(sentence.copied * 4)}")
    out.add(f"@size={min(6, len(sentence.folded) // 15)}")
    out |= {f"@speaks={kind}" for kind in sentence.answers}
    for ask in asks:
        near = min(3, len(ask.pieces & sentence.pieces))
        out.add(f"@near={near}")
        for kind in ask.kinds:
            out.add(f"@asked={kind}")
            if kind in sentence.answers:
                out.add(f"@answers={kind}")
                out.add(f"@answers={kind}&near={near}")
    if at:
        out |= {
            f"@before={act}" for act in sentences[at - 1].acts if act in ("restate", "finding", "transfer", "basis")
        }
    return out
