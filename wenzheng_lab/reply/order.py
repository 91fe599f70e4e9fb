"""次序：称呼在前，落款在后，承接的话前面有所承接，编号从小到大。前后颠倒的答复读第二遍才懂。"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wenzheng_lab.model import Span
from wenzheng_lab.reply.sentences import Sentence
from wenzheng_lab.rules import load_rules

_OPENING = ("greeting", "receipt")
_CORE = ("finding", "basis", "reason", "done", "plan", "decision", "refusal", "not_ours")
_BODY = (*_CORE, "next_step", "remedy", "contact")
_NUMBER = re.compile(r"^\(?([一二三四五六七八九十]{1,2}|\d{1,2})(?:、|\)|\.(?!\d))")
_TOP = "一、"
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九十", start=1)}


@dataclass(frozen=True, slots=True)
class Misplaced:
    """一处前后颠倒。"""

    span: Span
    """在答复原文中的位置"""
    message: str
    """怎样颠倒了"""


def find_misplaced(sentences: Sequence[Sentence]) -> tuple[Misplaced, ...]:
    """找前后颠倒的地方；合乎次序的答复一处也没有。

    Args:
        sentences: 答复的全部句子，先后排列。

    Returns:
        颠倒之处，先后排列。
    """
    places = load_rules("order.toml", targets="place").scan([sentence.folded for sentence in sentences])
    marks = [frozenset(hit.rule.target for hit in hits) for hits in places]
    # 几次答复接在一起的，从写着日子的那句起分开看
    starts = [0, *(at for at in range(1, len(sentences)) if "opened" in marks[at]), len(sentences)]
    found: list[Misplaced] = []
    for start, end in itertools.pairwise(starts):
        found += _places(sentences[start:end], marks[start:end])
        found += _numbers(sentences[start:end])
    return tuple(sorted(found, key=lambda one: one.span))


def _places(sentences: Sequence[Sentence], marks: Sequence[frozenset[str]]) -> Iterator[Misplaced]:
    body = [at for at, sentence in enumerate(sentences) if sentence.has(*_BODY) and "closing" not in marks[at]]
    if not body:
        return
    first = body[0]
    # 感谢之后再留电话、说怎么办，是常见的写法
    last = max((at for at in body if sentences[at].has(*_CORE)), default=first)
    for at, sentence in enumerate(sentences):
        if at in body:
            continue
        if at > first and sentence.has(*_OPENING):
            yield Misplaced(sentence.span, "称呼、收件的话放到了正文后面")
        elif first < at < last and "closing" in marks[at]:
            yield Misplaced(sentence.span, "收尾的话放到了正文中间")
    if "linking" in marks[first] and not any(sentence.has("restate") for sentence in sentences[:first]):
        yield Misplaced(sentences[first].span, "正文第一句就是承接的话，前面没有可承接的")


def _numbers(sentences: Sequence[Sentence]) -> Iterator[Misplaced]:
    """编号倒退的地方；次一级的从一另起、上一级换了号的不算。"""
    seen: dict[str, set[int]] = {}
    for sentence in sentences:
        match = _NUMBER.match(sentence.folded)
        if match is None:
            continue
        mark = match.group(1)
        style = match.group().replace(mark, "1" if mark.isdigit() else "一")
        value = int(mark) if mark.isdigit() else _han_number(mark)
        before = seen.get(style, set())
        # 前面已经有过“一”，再见到“一”是另起一列；没有过，是倒过来了
        restart = value == 1 and 1 in before and style != _TOP
        if before and value < max(before) and not restart:
            yield Misplaced(sentence.span, "编号的次序乱了")
        if style == _TOP:
            seen = {style: before | {value}}
        else:
            seen[style] = {value} if restart else before | {value}


def _han_number(mark: str) -> int:
    if len(mark) == 1:
        return _DIGITS[mark]
    # 十一至十九；“二十”按二乘十
    return 10 + _DIGITS[mark[1]] if mark[0] == "十" else 10 * _DIGITS[mark[0]]
