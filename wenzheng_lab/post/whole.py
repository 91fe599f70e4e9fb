"""看全篇的两项：分寸与平实。都按处数扣，不按比例：多写无关的话冲不淡毛病。"""

from __future__ import annotations

from collections.abc import Sequence

from wenzheng_lab.model import Finding, Span
from wenzheng_lab.post.kinds import Kind
from wenzheng_lab.post.points import Mark
from wenzheng_lab.post.reading import Reading
from wenzheng_lab.rules import CriterionSpec
from wenzheng_lab.text import han_count

_BASED = 0.5
"""一个要点写到这个成数，才算“要紧的”"""


def respect(
    reading: Reading, marks: Sequence[Mark], spec: CriterionSpec, *, error: bool
) -> tuple[float, tuple[Finding, ...]]:
    """分寸：平和是两分，说得出麻烦、认得出错才到三分；要求人、教训人往下扣。

    Args:
        reading: 读好的一篇。
        marks: 记到这一项的要点。
        spec: 这一项的规格。
        error: 是不是更正自己的错；是则不道歉就到不了两分。

    Returns:
        （0–3，依据）。
    """
    numbers = spec.numbers
    base = numbers["error_base"] if error else numbers["base"]
    whole = sum(mark.weight for mark in marks)
    warm = sum(mark.weight * mark.share for mark in marks) / whole if whole else 0.0
    findings = [mark.finding for mark in marks]
    cost = 0.0
    for name in ("hush", "scold"):
        hits = _distinct(reading, name)
        cost += numbers[name] * len(hits)
        findings += hits
    return _clip(base + (3.0 - base) * warm - cost), tuple(findings)


def plain(
    reading: Reading, marks: Sequence[Mark], kind: Kind, spec: CriterionSpec
) -> tuple[float, tuple[Finding, ...]]:
    """平实：要紧的在前面，短句，没有套话。

    Args:
        reading: 读好的一篇。
        marks: 全部要点。
        kind: 哪一类发布。
        spec: 这一项的规格。

    Returns:
        （0–3，依据）。
    """
    numbers = spec.numbers
    findings = list(_distinct(reading, "slogan"))
    cost = numbers["cliche"] * len(findings)
    seen: set[str] = set()
    for sentence in reading.sentences:
        if han_count(sentence.folded) > numbers["long"] and sentence.folded not in seen:
            seen.add(sentence.folded)
            cost += numbers["long_cost"]
            findings.append(
                _say(reading, "plain.long", spec, sentence.span, "这句太长", "长句读第二遍才懂；拆成两三句。")
            )
    front = [m for m in marks if m.point.name in kind.lead and m.share >= _BASED]
    if not any(_early(reading, mark, int(numbers["lead"])) for mark in front):
        cost += numbers["buried"]
        findings.append(
            _say(
                reading, "plain.buried", spec, None, "最要紧的没有写在最前面", "大家只看头两句；把最要紧的提到第一句。"
            )
        )
    return _clip(3.0 - cost), tuple(findings)


def _early(reading: Reading, mark: Mark, lead: int) -> bool:
    """前几句里就有这个要点的征象。"""
    return any(sign in sentence.signs for sentence in reading.sentences[:lead] for sign in mark.point.signs)


def _distinct(reading: Reading, name: str) -> list[Finding]:
    """一种征象的各处，同样的话只算一次。"""
    out: dict[str, Finding] = {}
    criterion = "plain" if name == "slogan" else "respect"
    for sentence in reading.sentences:
        for hit in sentence.signs.get(name, ()):
            quote = hit.span.of(reading.text)
            message = hit.rule.message.replace("{match}", quote)
            out.setdefault(
                quote, Finding(hit.rule.id, criterion, 0.0, hit.span, quote, message, hit.rule.why, hit.rule.source)
            )
    return list(out.values())


def _say(reading: Reading, rule: str, spec: CriterionSpec, span: Span | None, message: str, why: str) -> Finding:
    quote = "" if span is None else span.of(reading.text)
    return Finding(rule, "plain", 0.0, span, quote, message, why, spec.source)


def _clip(score: float) -> float:
    return min(3.0, max(0.0, score))
