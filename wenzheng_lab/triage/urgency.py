"""紧急程度：看谁在危险里、正在发生什么、过几天会怎样，不看喊得响不响。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wenzheng_lab.model import Finding, Span
from wenzheng_lab.rules import Rule, load_rules
from wenzheng_lab.rules.sieve import find_rules
from wenzheng_lab.triage.levels import Levels, WorkingPoint, load_levels
from wenzheng_lab.triage.scenes import Scene, load_scenes

_ALWAYS = frozenset({"drill", "over"})
"""险情说得再重也照减：说的是演练、比方，或人已经平安"""
_CLOSE = frozenset({"strict", "trigger"})
"""只有几分迹象时，处境里只认这两样：“现在”“业主”在普通投诉里到处都是"""


@dataclass(frozen=True, slots=True)
class Urgency:
    """一封信的紧急程度。"""

    level: str
    """特急、急、一般"""
    heat: float
    """危险的分"""
    haste: float
    """时限的分"""
    point: WorkingPoint
    """用的工作点"""
    findings: tuple[Finding, ...]
    """依据，按先后排列；``score`` 是这一条加（或减）的分"""
    reason: str
    """一句话的理由"""

    @property
    def margin(self) -> float:
        """离最近的门槛有多远（分）；越小越没把握。"""
        gaps = [abs(self.heat - self.point.hot)]
        if self.level != "特急":
            gaps.append(abs(max(self.heat, self.haste) - self.point.warm))
        return min(gaps)


@dataclass(frozen=True, slots=True)
class _Seen:
    rule: Rule
    spans: tuple[Span, ...]
    factor: float = 1.0

    @property
    def points(self) -> float:
        """规则的分；整句说的是平常话时打了折。"""
        return self.rule.score * self.factor


def judge_urgency(text: str, folded: str, *, title: int = 0, profile: str = "standard") -> Urgency:
    """判断紧急程度，逐条给出依据。

    只凭信里写的；写得含糊的险情可能漏，所以工作点可以调。

    Args:
        text: 来信原文（主题与详情）。
        folded: 折叠过的同一段文字，与原文等长。
        title: 主题有几个字。
        profile: 工作点：``standard`` 通常、``cautious`` 从严、``sparing`` 从宽。

    Returns:
        紧急程度。

    Raises:
        InputError: 没有这个工作点。

    Examples:
        >>> from wenzheng_lab.text import fold
        >>> t = "楼道里有煤气味，越来越浓，老人还在做饭。"
        >>> judge_urgency(t, fold(t)).level
        '特急'
    """
    levels = load_levels()
    point = levels.point(profile)
    seen = [_Seen(rule, spans) for rule, spans in find_rules(load_rules("urgency.toml", targets="signal"), folded)]
    group: dict[str, list[_Seen]] = {"danger": [], "context": [], "damp": [], "haste": []}
    for item in seen:
        group[levels.group[item.rule.target]].append(item)
    heat, heat_findings = _heat(text, folded, group, levels, title)
    haste, haste_findings = _haste(text, group, levels, heat)
    danger, soon = load_scenes().read(folded, title)
    strongest = max((f.score for f in heat_findings), default=0.0)
    if strongest < levels.numbers["weak_from"] and danger.score < -levels.numbers["weak_below"]:
        # “存在安全隐患”加几个零星的字：没有一句是正在出事的说法，够急，不够特急
        heat = min(heat, levels.numbers["long_cap"])
    if not any(item.rule.target in _ALWAYS for item in group["damp"]):
        heat += _scene(text, danger, "scene.danger", levels, heat_findings)
    haste += _scene(text, soon, "scene.haste", levels, haste_findings)
    level = "特急" if heat >= point.hot else "急" if max(heat, haste) >= point.warm else "一般"
    findings = heat_findings + ([] if level == "特急" else haste_findings)
    return Urgency(level, heat, haste, point, tuple(findings), _reason(level, group, findings))


def _heat(
    text: str, folded: str, group: dict[str, list[_Seen]], levels: Levels, title: int
) -> tuple[float, list[Finding]]:
    n = levels.numbers
    dangers = sorted(
        (_checked(item, folded, levels, title) for item in _separate(group["danger"])), key=lambda item: -item.points
    )
    if not dangers:
        return 0.0, []
    findings: list[Finding] = []
    room = n["extra"]
    for number, item in enumerate(dangers):
        points = item.points + _again(text, item, n) * item.factor
        if number:
            points = min(points * n["second"], room)
            room -= points
        findings.append(_finding(text, item, points))
    strongest = dangers[0].points
    places = [span for item in dangers for span in item.spans]
    room, scene = n["context_cap"], False
    for item in group["context"] if sum(f.score for f in findings) >= n["context_floor"] else []:
        if strongest < n["loose_floor"] and item.rule.target not in _CLOSE:
            continue
        near = tuple(span for span in item.spans if _near(span, places, n["window"]))
        if near and room > 0:
            scene = scene or item.rule.target in _CLOSE
            points = min(item.rule.score, room)
            room -= points
            findings.append(_finding(text, _Seen(item.rule, near), points))
    room = n["damp_cap"]
    for item in group["damp"]:
        if strongest >= n["immune"] and item.rule.target not in _ALWAYS:
            continue
        if item.rule.target == "past" and (scene or not any(_near(span, places, n["window"]) for span in item.spans)):
            continue
        points = min(item.rule.score, room)
        room -= points
        findings.append(_finding(text, item, -points))
    heat = sum(f.score for f in findings)
    # 短短一封、通篇只说眼前的险象，又不问手续、不提建议：多半是现场的人在求救
    signs = sum(1 + int(_again(text, item, n) > 0) for item in dangers)
    hints = any(item.rule.target == "cue" for item in dangers)
    if len(text) < n["short_text"] and not group["damp"] and hints and (scene or signs > 1):
        heat += n["plain"]
    if len(text) > n["long_text"] and len(dangers) == 1:
        heat -= n["long_damp"]
    if dangers[0].factor < 1 and len(text) > n["long_from"]:
        # 最重的一处整句都像平常话：通常的工作点只算急，从严的照样抬到特急
        heat = min(heat, n["long_cap"])
    return max(heat, 0.0), [f for f in findings if f.score]


_SCENES = {
    "scene.danger": ("danger", "整句像正在出事的说法", "没有写进规则的险情，由手写的情景句学来；字片：{words}。"),
    "scene.haste": ("haste", "整句像过几天就来不及的说法", "没有写进规则的时限，由手写的情景句学来；字片：{words}。"),
}
_SCENE_SOURCE = "课程组手写的情景句（triage_scenes 2026.1），统计得出"


def _scene(text: str, scene: Scene, rule_id: str, levels: Levels, findings: list[Finding]) -> float:
    """整句的分折成征象的分；只加不减。"""
    kind, message, why = _SCENES[rule_id]
    n = levels.numbers
    points = round(min(n[f"scene_{kind}"] * (scene.score + n[f"scene_{kind}_offset"]), n["scene_cap"]), 1)
    if points <= 0 or scene.span is None:
        return 0.0
    findings.append(
        Finding(
            rule_id=rule_id,
            criterion="urgency",
            score=points,
            span=scene.span,
            quote=scene.span.of(text),
            message=message,
            why=why.replace("{words}", "、".join(scene.words) or "（单字）"),
            source=_SCENE_SOURCE,
            where="message",
        )
    )
    return points


def _checked(item: _Seen, folded: str, levels: Levels, title: int) -> _Seen:
    """字眼像险情、整句却是平常话的（“想死的心都有”“卷走物业费”），打折；长信看得更严。

    房屋、水电气一类的险情常用公事的口气说，短信里不打折；长信里只放过断水断电一类，而且要标题里写着、或说了不止一处：
    几百字里顺带一句“那天停水”，说的不是这件事。
    """
    n, target = levels.numbers, item.rule.target
    if item.rule.score < n["calm_from"]:
        return item
    short = target not in levels.sure
    # 只把特急往急里打：本来就只够急的，不因写得长而降成一般
    told = target in levels.told and (len(item.spans) > 1 or item.spans[0].start < title)
    long = len(folded) > n["long_from"] and not told and item.rule.score > n["long_least"]
    if not short and not long:
        return item
    scenes = load_scenes()
    best = max(scenes.score(_around(folded, span))[0] for span in item.spans[:_LOOKED])
    if short and best < -n["calm_below"]:
        return _Seen(item.rule, item.spans, n["calm_factor"])
    if long and best < -n["long_below"]:
        return _Seen(item.rule, item.spans, n["long_least"] / item.rule.score)
    return item


_LOOKED = 4
"""同一条规则的前几处看整句"""
_BEFORE, _AFTER = 60, 60
"""整句太长时，字眼前后各看多少字"""


def _around(folded: str, span: Span) -> str:
    start = max(folded.rfind(mark, 0, span.start) for mark in "。!?;\n") + 1
    ends = [at for mark in "。!?;\n" if (at := folded.find(mark, span.end)) >= 0]
    return folded[max(start, span.start - _BEFORE) : min([*ends, span.end + _AFTER])]


def _separate(found: Sequence[_Seen]) -> list[_Seen]:
    """由重到轻；同一处文字只记最重的一条，不重复算。"""
    kept: list[_Seen] = []
    taken: list[Span] = []
    for item in sorted(found, key=lambda item: -item.rule.score):
        spans = tuple(span for span in item.spans if not any(span.overlaps(other) for other in taken))
        if spans:
            kept.append(_Seen(item.rule, spans))
            taken += spans
    return kept


def _again(text: str, item: _Seen, n: Mapping[str, float]) -> float:
    """同一类迹象见到几处不同的，互相印证。"""
    if item.rule.target != "cue":
        return 0.0
    different = len({span.of(text) for span in item.spans})
    return min((different - 1) * n["again"], n["again_cap"])


def _haste(text: str, group: dict[str, list[_Seen]], levels: Levels, heat: float) -> tuple[float, list[Finding]]:
    n = levels.numbers
    found = sorted(group["haste"], key=lambda item: -item.rule.score)
    # 只说到了老弱病孕、没有别的，不算时限
    if not found or {item.rule.target for item in found} <= {"frail"}:
        return 0.0, []
    near = any(item.rule.target == "near" for item in found)
    stake = any(item.rule.target in ("stake", "need", "wages") for item in found)
    findings = []
    total = 0.0
    for number, item in enumerate(found):
        points = item.rule.score
        # 日子与损失要碰在一起才要紧：“周五之前”和“就报不了名”
        halved = not (near and stake) if item.rule.target in ("near", "stake") else number > 0
        if halved:
            points *= n["haste_second"]
        total += points
        findings.append(_finding(text, item, points))
    total += min(heat, levels.numbers["context_floor"]) * n["haste_second"]
    room = n["damp_cap"]
    for item in group["damp"]:
        if item.rule.target == "past":
            continue
        points = min(item.rule.score, room)
        room -= points
        total -= points
        findings.append(_finding(text, item, -points))
    return max(total, 0.0), [f for f in findings if f.score]


def _near(span: Span, places: Sequence[Span], window: float) -> bool:
    return any(span.start - place.end <= window and place.start - span.end <= window for place in places)


def _finding(text: str, item: _Seen, points: float) -> Finding:
    span, rule = item.spans[0], item.rule
    quote = span.of(text)
    return Finding(
        rule_id=rule.id,
        criterion="urgency",
        score=round(points, 1),
        span=span,
        quote=quote,
        message=rule.message.replace("{match}", quote),
        why=rule.why,
        source=rule.source,
        where="message",
    )


def _reason(level: str, group: dict[str, list[_Seen]], findings: Sequence[Finding]) -> str:
    up = [f for f in findings if f.score > 0]
    if level == "一般":
        calm = [f for f in findings if f.score < 0]
        if up and calm:
            return f"虽有“{up[0].quote}”，但{calm[0].message}"
        return "没有看到危险，也没有看到几天内的时限"
    labels = load_rules("urgency.toml", targets="signal").labels
    target = {rule.id: labels[rule.target] for rule in load_rules("urgency.toml", targets="signal").rules}
    target |= {rule_id: message for rule_id, (_, message, _) in _SCENES.items()}
    names = list(dict.fromkeys(target[f.rule_id] for f in up))[:3]
    return f"{'、'.join(names)}：“{up[0].quote}”"
