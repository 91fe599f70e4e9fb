"""六条红线：触到就封顶，并说清触了哪一条、怎样改。"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from wenzheng_lab import text as _text
from wenzheng_lab.model import Case, Finding, Span
from wenzheng_lab.reply import contradiction, off_topic, unfounded
from wenzheng_lab.reply.evidence import Evidence
from wenzheng_lab.reply.harm import load_harm_model
from wenzheng_lab.reply.harm_features import load_marks
from wenzheng_lab.reply.scored import Gate
from wenzheng_lab.reply.sentences import Sentence
from wenzheng_lab.rules import Rubric, load_rules

JUDGED = ("G4", "G5")
"""这几条红线的字面征象只是线索，由整份答复定"""


def check_gates(evidence: Evidence, case: Case, rubric: Rubric, replied_at: datetime | None) -> tuple[Gate, ...]:
    """逐条查红线。

    Args:
        evidence: 答复的依据。
        case: 办理件。
        rubric: 评分细则。
        replied_at: 答复时间，用来查引用的规定当时是否有效；None 为不知道。

    Returns:
        触到的红线，按编号排列。
    """
    found: dict[str, list[tuple[float, Finding]]] = {}
    checks: tuple[Callable[[], Iterable[tuple[str, float, Finding]]], ...] = (
        functools.partial(_privacy, evidence, rubric),
        functools.partial(_citations, evidence, rubric, replied_at.date() if replied_at else None),
        functools.partial(_off_topic, evidence, rubric),
        functools.partial(_wording, evidence, rubric),
        functools.partial(_contradiction, evidence, case, rubric, replied_at),
        functools.partial(_unfounded, evidence, case, rubric, replied_at),
    )
    for check in checks:
        for gate, cap, finding in check():
            found.setdefault(gate, []).append((cap, finding))
    return tuple(
        Gate(
            id=gate,
            label=rubric.gates[gate].label,
            cap=min(cap for cap, _ in found[gate]),
            findings=tuple(finding for _, finding in found[gate]),
            advice=rubric.gates[gate].advice,
        )
        for gate in sorted(found)
    )


def _make(
    rubric: Rubric,
    gate: str,
    rule_id: str,
    evidence: Evidence,
    span: Span | None,
    message: str,
    why: str = "",
    source: str = "",
) -> Finding:
    spec = rubric.gates[gate]
    quote = "" if span is None else span.of(evidence.reply)
    return Finding(rule_id, gate, 0.0, span, quote, message, why or spec.why, source or spec.source, spec.advice)


def _privacy(evidence: Evidence, rubric: Rubric) -> Iterable[tuple[str, float, Finding]]:
    from wenzheng_lab.privacy import find_personal_data

    caps = rubric.gates["G1"].caps
    told = evidence.message.text
    items = [
        item
        for item in find_personal_data(evidence.reply, kind="reply")
        # 来信人自己公开写了的地点、称呼，答复照着说不算新的泄露；号码无论如何不该再写一遍
        if item.type in caps
        and not (item.type in ("name", "home_address") and evidence.reply[item.start : item.end] in told)
    ]
    # 姓名加住址就能找到人，比单独一样严重得多
    together = {item.type for item in items} >= {"name", "home_address"}
    for item in items:
        cap = min(caps[item.type], caps["together"]) if together else caps[item.type]
        span = Span(item.start, item.end)
        yield "G1", cap, _make(rubric, "G1", f"G1.{item.type}", evidence, span, f"公开的答复里有{item.label}")


def _citations(evidence: Evidence, rubric: Rubric, on: date | None) -> Iterable[tuple[str, float, Finding]]:
    from wenzheng_lab.rules.basis import check_citations

    caps = rubric.gates["G2"].caps
    for check in check_citations(evidence.reply, on=on):
        cap = caps.get(check.outcome)
        if cap is not None:
            yield (
                "G2",
                cap,
                _make(rubric, "G2", "G2.citation", evidence, check.citation.span, check.message, "", check.source),
            )


def _off_topic(evidence: Evidence, rubric: Rubric) -> Iterable[tuple[str, float, Finding]]:
    spot = off_topic.find(evidence)
    if spot is not None:
        yield (
            "G3",
            rubric.gates["G3"].caps["other_case"],
            _make(rubric, "G3", "G3.other_case", evidence, spot, "复述的是另一件事，来信里没有提过"),
        )


def _wording(evidence: Evidence, rubric: Rubric) -> Iterable[tuple[str, float, Finding]]:
    folded = _text.fold(evidence.reply)
    hits = [(rule, span) for rule in load_rules("gates.toml", targets="gate").rules for span in rule.find(folded)]
    sentences = tuple(weighed.sentence for weighed in evidence.sentences)
    places = {id(span): _sentence_at(sentences, span) for rule, span in hits if rule.target in JUDGED}
    harmful = {harm.at: harm for harm in load_harm_model().find(sentences, set(places.values()))}
    for rule, span in hits:
        # 单凭字面会错认（“别总”“后果自负”也用在好话里），要整份答复看着也伤人才算
        if id(span) in places and places[id(span)] not in harmful:
            continue
        harmful.pop(places.get(id(span), -1), None)
        quote = span.of(evidence.reply)
        message = rule.message.replace("{match}", quote)
        advice = rule.advice or rubric.gates[rule.target].advice
        yield (
            rule.target,
            rule.score,
            Finding(rule.id, rule.target, 0.0, span, quote, message, rule.why, rule.source, advice),
        )
    for at, harm in sorted(harmful.items()):
        kind = load_marks().kinds[harm.kind]
        span = sentences[at].span
        because = f"（尤其是“{'”“'.join(harm.words)}”）" if harm.words else ""
        yield (
            kind.gate,
            rubric.gates[kind.gate].caps[harm.kind],
            Finding(
                f"{kind.gate}.{harm.kind}",
                kind.gate,
                0.0,
                span,
                span.of(evidence.reply),
                f"{kind.label}{because}",
                kind.why,
                kind.source,
                kind.advice,
            ),
        )


def _sentence_at(sentences: Sequence[Sentence], span: Span) -> int:
    return next((at for at, sentence in enumerate(sentences) if span.start < sentence.span.end), -1)


def _contradiction(
    evidence: Evidence, case: Case, rubric: Rubric, replied_at: datetime | None
) -> Iterable[tuple[str, float, Finding]]:
    caps = rubric.gates["G6"].caps
    if replied_at is not None:
        for span, message in contradiction.too_late(evidence, replied_at.date()):
            yield "G6", caps["contradiction"], _make(rubric, "G6", "G6.too_late", evidence, span, message)
    for span, message in contradiction.find(evidence):
        yield "G6", caps["contradiction"], _make(rubric, "G6", "G6.contradiction", evidence, span, message)
    if case.finished is False:
        for span in contradiction.claims(evidence):
            yield (
                "G6",
                caps["unfinished"],
                _make(rubric, "G6", "G6.unfinished", evidence, span, "卷内记载还没有办结，答复却说办结了"),
            )


def _unfounded(
    evidence: Evidence, case: Case, rubric: Rubric, replied_at: datetime | None
) -> Iterable[tuple[str, float, Finding]]:
    cap = rubric.gates["G6"].caps["unfounded"]
    for span in unfounded.find(evidence, case, replied_at):
        message = f"卷内和来信里都没有“{span.of(evidence.reply)}”，答复只能用查到的情况"
        yield "G6", cap, _make(rubric, "G6", "G6.unfounded", evidence, span, message)
