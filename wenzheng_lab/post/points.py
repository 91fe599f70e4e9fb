"""要点写到了几成：每个要点只看写得最好的那一句，写十遍与写一遍一样。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab.model import Finding, Span
from wenzheng_lab.post.kinds import Kind, Kinds, Point
from wenzheng_lab.post.reading import Reading, Sentence
from wenzheng_lab.rules import CriterionSpec
from wenzheng_lab.text import han_count

SHORT = 8
"""没有实的东西又不到这么多字的，只是一个词，不算写到"""
FULL = 0.7
"""写到这个成数以上算“有”，以下算“不够具体”"""


@dataclass(frozen=True, slots=True)
class Mark:
    """一个要点的得分。"""

    point: Point
    """要点"""
    weight: float
    """在这一类发布里的分量"""
    share: float
    """写到几成，0–1"""
    sentence: int
    """写得最好的是第几句；没有写到为 -1"""
    finding: Finding
    """依据"""


def find_points(reading: Reading, kind: Kind, kinds: Kinds, criteria: Mapping[str, CriterionSpec]) -> tuple[Mark, ...]:
    """逐个要点找写得最好的一句。

    Args:
        reading: 读好的一篇。
        kind: 哪一类发布。
        kinds: 要点表。
        criteria: 评分项的规格，取出处用。

    Returns:
        每个要点一个，次序同细则。
    """
    out = []
    for name, weight in kind.weights.items():
        point = kinds.points[name]
        best, at = 0.0, -1
        for number, sentence in enumerate(reading.sentences):
            share = _share(sentence, point)
            if share > best:
                best, at = share, number
        out.append(Mark(point, weight, best, at, _finding(reading, point, best, at, criteria[point.criterion].source)))
    return tuple(out)


def _share(sentence: Sentence, point: Point) -> float:
    if not any(sign in sentence.signs for sign in point.signs):
        return 0.0
    solid = sum(kind in sentence.solid for kind in point.solid)
    # 什么实的东西都没有：要点若要求有，不算；不要求的（如“不属实”）也不能只是一个词
    if not sentence.solid and ((point.solid and not point.alone) or han_count(sentence.folded) < SHORT):
        return 0.0
    filled = 1.0 if not point.solid else min(1.0, solid / point.need)
    return (point.bare + (1.0 - point.bare) * filled) * sentence.own


def _finding(reading: Reading, point: Point, share: float, at: int, source: str) -> Finding:
    if at < 0:
        return Finding(
            f"{point.criterion}.{point.name}",
            point.criterion,
            0.0,
            None,
            "",
            f"没有写：{point.label}",
            point.ask,
            source,
        )
    sentence = reading.sentences[at]
    hits = [hit for sign in point.signs for hit in sentence.signs.get(sign, ())]
    span = hits[0].span if hits else _spot(sentence, point)
    quote = span.of(reading.text)
    message = f"写了{point.label}" if share >= FULL else f"提到了{point.label}，还不具体"
    why = hits[0].rule.why if hits else point.ask
    return Finding(
        f"{point.criterion}.{point.name}",
        point.criterion,
        round(3 * share, 1),
        span,
        quote,
        message,
        why,
        hits[0].rule.source if hits else source,
        "" if share >= FULL else point.ask,
    )


def _spot(sentence: Sentence, point: Point) -> Span:
    for name in (*point.signs, *point.solid):
        if name in sentence.solid:
            return sentence.solid[name]
    return sentence.span
