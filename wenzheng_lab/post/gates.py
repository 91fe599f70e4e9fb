"""公开发布的红线：触到就封顶，并说清触了哪一条、怎样改。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from wenzheng_lab.model import Finding, Span
from wenzheng_lab.post.reading import Reading
from wenzheng_lab.reply.scored import Gate
from wenzheng_lab.rules import Rubric, load_rules

OFF_TOPIC = 0.12
"""背景里的内容片，发布里说到的不足这个比例，说的就不是这件事"""
_CONFLICTS = (
    ("harm_none", "harm_some"),
    ("safe", "unsafe"),
    ("restored", "waiting"),
    ("false_claim", "true_claim"),
    ("known_cause", "open_cause"),
)
_BEFORE = 12
"""往前看这么多字"""
_HOME_PHONE = re.compile("(?:住宅|家庭|家里|家中|其家|他家|她家|户主|本人|住户)[^,。;]{0,6}$")
_LIVES = re.compile("(?:家住|现住|住在|居住|住址|住)[^,。;]{0,6}$")
_ROOM = re.compile(r"单元|室|\d+号楼\d|户$")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_CHECKED = ("event", "extent", "result", "check", "handled", "unfinished")
"""这几种句子里的数，要在所给的事实里找得到；下次通报的钟点、电话不查"""

Caught = tuple[str, float, Finding]


def check_gates(reading: Reading, rubric: Rubric, *, on: date | None, facts: tuple[str, ...]) -> tuple[Gate, ...]:
    """逐条查红线。

    Args:
        reading: 读好的一篇。
        rubric: 评分细则。
        on: 发布日期，用来查引用的规定当时是否有效。
        facts: 已查明的情况；给了才查有没有编造的数。

    Returns:
        触到的红线，按编号排列。
    """
    found: dict[str, list[tuple[float, Finding]]] = {}
    checks: tuple[Iterable[Caught], ...] = (
        _privacy(reading, rubric),
        _citations(reading, rubric, on),
        _off_topic(reading, rubric),
        _wording(reading),
        _unsigned(reading, rubric),
        _conflicts(reading, rubric),
        _unfounded(reading, rubric, facts),
    )
    for check in checks:
        for gate, cap, finding in check:
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


def _make(rubric: Rubric, gate: str, rule: str, reading: Reading, span: Span | None, message: str) -> Finding:
    spec = rubric.gates[gate]
    quote = "" if span is None else span.of(reading.text)
    return Finding(f"{gate}.{rule}", gate, 0.0, span, quote, message, spec.why, spec.source, spec.advice)


def _privacy(reading: Reading, rubric: Rubric) -> Iterator[Caught]:
    from wenzheng_lab.privacy import find_personal_data

    caps = rubric.gates["G1"].caps
    items = [
        item
        for item in find_personal_data(reading.text, kind="reply")
        if item.type in caps and not _public(reading, item.type, Span(item.start, item.end))
    ]
    # 姓名加住址就能找到人，比单独一样严重得多
    together = {"name", "home_address"} <= {item.type for item in items}
    for item in items:
        cap = min(caps[item.type], caps["together"]) if together else caps[item.type]
        span = Span(item.start, item.end)
        yield "G1", cap, _make(rubric, "G1", item.type, reading, span, f"公开的发布里有{item.label}")


def _public(reading: Reading, kind: str, span: Span) -> bool:
    """发布里的座机、门牌多是单位自己的；前面写明是谁家的、或写到几单元几室，才是个人的。"""
    if kind not in ("landline_home", "home_address"):
        return False
    before = reading.folded[max(0, span.start - _BEFORE) : span.start]
    if kind == "landline_home":
        return _HOME_PHONE.search(before) is None
    return _ROOM.search(span.of(reading.folded)) is None and _LIVES.search(before) is None


def _citations(reading: Reading, rubric: Rubric, on: date | None) -> Iterator[Caught]:
    from wenzheng_lab.rules.basis import check_citations

    caps = rubric.gates["G2"].caps
    for check in check_citations(reading.text, on=on):
        if check.outcome in caps:
            finding = _make(rubric, "G2", "citation", reading, check.citation.span, check.message)
            yield "G2", caps[check.outcome], finding


def _off_topic(reading: Reading, rubric: Rubric) -> Iterator[Caught]:
    if reading.link < OFF_TOPIC:
        message = "要说的那件事，这里几乎没有提到"
        yield "G3", rubric.gates["G3"].caps["off_topic"], _make(rubric, "G3", "off_topic", reading, None, message)


def _wording(reading: Reading) -> Iterator[Caught]:
    for rule in load_rules("post_gates.toml", targets="gate").rules:
        for span in rule.find(reading.folded):
            quote = span.of(reading.text)
            message = rule.message.replace("{match}", quote)
            finding = Finding(rule.id, rule.target, 0.0, span, quote, message, rule.why, rule.source, rule.advice)
            yield rule.target, rule.score, finding


def _unsigned(reading: Reading, rubric: Rubric) -> Iterator[Caught]:
    if not any("signed" in sentence.signs for sentence in reading.sentences):
        message = "没有写是哪个单位发布的"
        yield "G5", rubric.gates["G5"].caps["unsigned"], _make(rubric, "G5", "unsigned", reading, None, message)


def _conflicts(reading: Reading, rubric: Rubric) -> Iterator[Caught]:
    rules = load_rules("post_conflicts.toml", targets="side")
    sides: dict[str, list[Span]] = {}
    for rule in rules.rules:
        sides.setdefault(rule.target, []).extend(rule.find(reading.folded))
    cap = rubric.gates["G6"].caps["conflict"]
    for left, right in _CONFLICTS:
        if sides.get(left) and sides.get(right):
            one, other = sides[left][0], sides[right][0]
            first, second = sorted((one, other))
            message = f"前面说“{first.of(reading.text)}”，后面又说“{second.of(reading.text)}”"
            yield "G6", cap, _make(rubric, "G6", "conflict", reading, second, message)


def _unfounded(reading: Reading, rubric: Rubric, facts: tuple[str, ...]) -> Iterator[Caught]:
    if not facts:
        return
    from wenzheng_lab.text import fold

    known = set(_DIGITS.findall(fold("\n".join(facts))))
    cap = rubric.gates["G6"].caps["unfounded"]
    for sentence in reading.sentences:
        if "next" in sentence.signs or not any(sign in sentence.signs for sign in _CHECKED):
            continue
        for number in load_rules("facts.toml", targets="fact").of("number"):
            for at in number.find(sentence.folded):
                quote = at.of(sentence.folded)
                if not set(_DIGITS.findall(quote)) <= known:
                    span = Span(at.start + sentence.span.start, at.end + sentence.span.start)
                    message = f"已查明的情况里没有“{span.of(reading.text)}”"
                    yield "G6", cap, _make(rubric, "G6", "unfounded", reading, span, message)
