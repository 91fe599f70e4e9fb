"""诉求与法定途径：诉求由规则的票与合成的概率定，途径把可能的都列出来。"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wenzheng_lab.model import APPEALS, Finding, Span
from wenzheng_lab.rules import Rule, load_rules
from wenzheng_lab.rules.sieve import find_rules
from wenzheng_lab.text import sentences
from wenzheng_lab.triage.blend import blend_features, load_blend
from wenzheng_lab.triage.settings import load_settings

_MOST = 3
"""同一条规则再出现，最多算几次"""


@dataclass(frozen=True, slots=True)
class Appeal:
    """诉求建议。"""

    appeal: str
    """咨询、求助、投诉、举报、建议、感谢"""
    runner_up: str
    """第二可能的"""
    confidence: float
    """第一名在前两名里的概率（0.5–1）"""
    findings: tuple[Finding, ...]
    """依据"""


def judge_appeal(
    text: str,
    folded: str,
    title: int,
    *,
    live: bool = False,
    pressure: tuple[float, float] = (0.0, 0.0),
    learned: Callable[[], Mapping[str, float]] | None = None,
) -> Appeal:
    """判断来信人主要为了什么。

    Args:
        text: 来信（主题与详情）。
        folded: 折叠过的同一段文字。
        title: 主题有几个字。
        live: 信里正在出事（整句像险情）：多半是求助，不是来评理的。
        pressure: 危险的分与时限的分（``Urgency.heat``、``Urgency.haste``）。
        learned: 诉求模型，给出各诉求的分；不给时只凭规则。

    Returns:
        诉求建议。

    Examples:
        >>> from wenzheng_lab.text import fold
        >>> judge_appeal("请问公积金怎么提取？", fold("请问公积金怎么提取？"), 0).appeal
        '咨询'
    """
    settings = load_settings()
    votes = dict(settings.prior)
    if live:
        votes["求助"] += settings.appeal["live"]
    findings: list[tuple[str, Finding]] = []
    hits: dict[str, tuple[Span, ...]] = {}
    for rule, spans in find_rules(load_rules("appeal.toml", targets="appeal"), folded):
        if rule.id.endswith("_title"):
            spans = tuple(span for span in spans if span.start < title)
        if not spans:
            continue
        points = rule.score * (1 + settings.appeal["again"] * min(len(spans) - 1, _MOST))
        if any(span.start < title for span in spans):
            points += rule.score * settings.appeal["title"]
        votes[rule.target] += points
        hits[rule.id] = spans
        findings.append((rule.target, _finding(text, rule, spans[0], points, "appeal")))
    if learned is None:
        scores = {name: settings.appeal["votes"] * votes[name] for name in APPEALS}
    else:
        found = blend_features(folded, title, hits, learned(), pressure)
        chance = load_blend().score(found)
        scores = {name: chance[name] + settings.appeal["votes"] * votes[name] for name in APPEALS}
    order = sorted(APPEALS, key=lambda name: (-scores[name], APPEALS.index(name)))
    if learned is None and not findings and not live:
        order = [settings.default, *(name for name in order if name != settings.default)]
    first, second = order[:2]
    return Appeal(
        appeal=first,
        runner_up=second,
        confidence=round(1 / (1 + math.exp(scores[second] - scores[first])), 3),
        findings=tuple(finding for target, finding in findings if target == first),
    )


def without_shouts(folded: str, title: int) -> str:
    """把只是发火的句子换成空白，长度不变：火气不该改变诉求。

    Args:
        folded: 折叠过的来信。
        title: 主题有几个字。

    Returns:
        等长的文字；句句都是喊出来的，就原样不动。

    Examples:
        >>> without_shouts("路灯几时修?气死我了!", 0)
        '路灯几时修?     '
    """
    body = folded[title:]
    rules = load_rules("appeal.toml", targets="appeal")
    shouts = []
    spans = sentences(body)
    for span in spans:
        part = span.of(body)
        if not part.endswith("!"):
            continue
        hits = {rule.id for rule, _ in find_rules(rules, part)}
        if not hits or (part.endswith("!!") and hits == {"appeal.complain"}):
            shouts.append(span)
    if not shouts or len(shouts) == len(spans):
        return folded
    kept = list(folded)
    for span in shouts:
        kept[title + span.start : title + span.end] = " " * len(span)
    return "".join(kept)


def judge_channel(text: str, folded: str) -> tuple[tuple[str, str, Finding], ...]:
    """找出可能应走的法定途径。

    只提示“可能属于”，由人定；一条也没有就是照常办理。

    Args:
        text: 来信（主题与详情）。
        folded: 折叠过的同一段文字。

    Returns:
        （去处的英文名，去处的说法，依据），按规则文件的先后，同一去处只列一次。

    Examples:
        >>> from wenzheng_lab.text import fold
        >>> t = "法院二审判决后一直不执行。"
        >>> judge_channel(t, fold(t))[0][0]
        'litigation'
    """
    rules = load_rules("channel.toml", targets="channel")
    found: dict[str, tuple[str, str, Finding]] = {}
    for rule, spans in find_rules(rules, folded):
        if rule.target not in found:
            found[rule.target] = (rule.target, rules.labels[rule.target], _finding(text, rule, spans[0], 1, "channel"))
    return tuple(found.values())


def _finding(text: str, rule: Rule, span: Span, points: float, criterion: str) -> Finding:
    quote = span.of(text)
    return Finding(
        rule_id=rule.id,
        criterion=criterion,
        score=round(points, 1),
        span=span,
        quote=quote,
        message=rule.message.replace("{match}", quote),
        why=rule.why,
        source=rule.source,
        advice=rule.advice,
        where="message",
    )
