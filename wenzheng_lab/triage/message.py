"""一封信的分拣：分类、诉求、急件、派单、期限、途径、公开，一次给全。"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.errors import CalendarRangeError, require_kind
from wenzheng_lab.model import Finding, Message, Signature
from wenzheng_lab.privacy import redact
from wenzheng_lab.privacy.finder import finder
from wenzheng_lab.rules import load_rules
from wenzheng_lab.rules.clock import Due, due_at
from wenzheng_lab.rules.deadlines import DeadlineRule, Deadlines, load_deadlines
from wenzheng_lab.rules.sieve import find_rules
from wenzheng_lab.text import FOLD_VERSION, fold
from wenzheng_lab.triage.appeal import Appeal, judge_appeal, judge_channel, without_shouts
from wenzheng_lab.triage.asks import list_asks
from wenzheng_lab.triage.blend import load_blend
from wenzheng_lab.triage.category import Category, Letter, judge_category, shipped_digest
from wenzheng_lab.triage.dispatch import Assignment, Catalogue, load_catalogue
from wenzheng_lab.triage.levels import load_levels
from wenzheng_lab.triage.result import Channel, Deadline, TriageSuggestion
from wenzheng_lab.triage.scenes import load_scenes
from wenzheng_lab.triage.settings import load_settings
from wenzheng_lab.triage.urgency import Urgency, judge_urgency
from wenzheng_lab.triage.words import load_words

MOST = 50_000
"""一封信看多少字；再长的不是信，多半是粘贴了整个文件，请人看后文。各步用时随字数增长，五万字约一秒"""
_CLOSE_APPEAL = 0.55
"""诉求第一名的票占前两名不到几成，就请人看"""
_LIVE = 25.0
"""整句像险情、像时限到几分，就当作正在求助"""
_CLOCK = ("应为时限", "不写就用随包的；自己的请用 load_deadlines(文件) 读入")
_UNITS = ("应为派单目录", "不写就用随包的；自己的请用 load_catalogue(文件) 读入")
_CLOSE_URGENCY = 5.0
"""急件离门槛不到几分，就请人看"""


def triage_message(
    message: object,
    *,
    profile: str = "jinan12345",
    alert: str = "standard",
    deadlines: Deadlines | None = None,
    catalogue: Catalogue | None = None,
) -> TriageSuggestion:
    """给一封信分拣建议，逐项给出依据。

    只看信里写了什么，不查真假，不猜来信人是谁；五万字以后的不看，``unsure`` 里说明。
    情绪只显示。说得含糊的险情可能漏，所以工作点可以调。

    Args:
        message: ``Message``，或有 ``subject``、``body`` 的字典、表格行；有 ``created_at`` 才算得出最后时刻。
        profile: 用哪一套时限，如 ``jinan12345``、``xinfang``、``gd2009``。
        alert: 急件的工作点：``standard`` 通常、``cautious`` 从严、``sparing`` 从宽。
        deadlines: 自己的时限，用 ``load_deadlines(文件)`` 读入；默认用随包的。
        catalogue: 自己的派单目录，用 ``load_catalogue(文件)`` 读入；默认用随包的。

    Returns:
        分拣建议。

    Raises:
        InputTypeError: 来的不是留言、字典或表格行。
        InputError: 没有主题也没有详情，或没有这套时限、这个工作点。

    Examples:
        >>> one = triage_message({"subject": "楼道有煤气味", "body": "越来越浓，老人还在做饭，快来人。"})
        >>> one.urgency, one.transfers_now
        ('特急', True)
        >>> triage_message({"subject": "公交", "body": "建议10路公交增开早班车。"}).appeal
        '建议'
    """
    whole = Message.of(message)
    letter = _first_part(whole)
    clock = load_deadlines() if deadlines is None else require_kind(deadlines, Deadlines, "deadlines", *_CLOCK)
    rules = clock.profile(profile)
    units = load_catalogue() if catalogue is None else require_kind(catalogue, Catalogue, "catalogue", *_UNITS)
    text = letter.text
    folded, title = fold(text), len(letter.subject)
    urgency = judge_urgency(text, folded, title=title, profile=alert)
    seen = Letter.read(letter.subject, letter.body)
    category = judge_category(letter.subject, letter.body, seen)
    live = any(f.rule_id.startswith("scene.") and f.score >= _LIVE for f in urgency.findings)
    calm = without_shouts(folded, title)
    told = seen if calm == folded else Letter.read(letter.subject, calm[title:].strip())
    pressure = (urgency.heat, urgency.haste)
    appeal = judge_appeal(text, calm.rstrip(), title, live=live, pressure=pressure, learned=told.appeals)
    unit = units.assign(text, category=category.category, subcategory=category.subcategory, title=title)
    channels = tuple(Channel(*found) for found in judge_channel(text, folded))
    term = _term(urgency, appeal, unit)
    rule = rules.pick("answer", term[1])
    due = None
    if rule is not None and letter.created_at is not None:
        due = _due(rule, letter.created_at)
    evidence = (
        *urgency.findings,
        *category.findings,
        *appeal.findings,
        _unit_finding(text, unit, units),
        *(channel.finding for channel in channels),
    )
    return TriageSuggestion(
        message_id=letter.id,
        category=category.category,
        subcategory=category.subcategory,
        appeal=appeal.appeal,
        urgency=urgency.level,
        department=unit.lead,
        partners=unit.partners,
        deadline=Deadline(term[0], rule, due),
        asks=list_asks(letter),
        channel=channels,
        publicity=_publicity(text, appeal),
        emotion=_mood(folded),
        urgency_reason=urgency.reason,
        working_point=urgency.point,
        runner_up=category.runner_up,
        alternatives=category.alternatives,
        confidence=category.confidence,
        unsure=_unsure(category, appeal, urgency, cut=letter is not whole),
        evidence=evidence,
        text=whole.text,
        signature=_signature(clock, units, profile, alert),
    )


def _term(urgency: Urgency, appeal: Appeal, unit: Assignment) -> tuple[str, str]:
    targets = {rule.id: rule.target for rule in load_rules("urgency.toml", targets="signal").rules}
    signals = frozenset(targets[f.rule_id] for f in urgency.findings if f.score > 0 and f.rule_id in targets)
    for term in load_settings().terms:
        if term.fits(urgency=urgency.level, appeal=appeal.appeal, signals=signals, partners=len(unit.partners)):
            return term.id, term.level
    last = load_settings().terms[-1]
    return last.id, last.level


def _due(found: DeadlineRule, start: datetime) -> Due:
    try:
        return due_at(found, start)
    except CalendarRangeError:
        # 还没公布放假安排的年份照样给一个估算的日子，结果里标明是估算
        return due_at(found, start, WorkdayCalendar(estimate=True))


def _unit_finding(text: str, unit: Assignment, units: Catalogue) -> Finding:
    return Finding(
        rule_id=f"department.{unit.rule_id}",
        criterion="department",
        score=1,
        span=unit.span,
        quote=unit.span.of(text) if unit.span else "",
        message=unit.reason,
        why="按职权派到有权办的单位，少转一次，群众少等几天。",
        source=units.source,
        where="message",
    )


def _publicity(text: str, appeal: Appeal) -> str:
    # 举报一律不公开：举报人的信息不能让被举报人看到（信访工作条例第三十条）
    if appeal.appeal == "举报":
        return next(track.label for track in finder().flags.tracks if track.id == "private")
    return redact(text, kind="message").track.label


def _mood(folded: str) -> str:
    rules = load_rules("mood.toml", targets="mood")
    found = [rule for rule, _ in find_rules(rules, folded)]
    return rules.labels[max(found, key=lambda rule: rule.score).target] if found else "平和"


def _first_part(letter: Message) -> Message:
    """太长的只看开头；位置仍指原文。"""
    if len(letter.subject) + len(letter.body) <= MOST:
        return letter
    subject = letter.subject[:MOST]
    return replace(letter, subject=subject, body=letter.body[: MOST - len(subject)])


def _unsure(category: Category, appeal: Appeal, urgency: Urgency, *, cut: bool) -> tuple[str, ...]:
    found = []
    if category.unsure:
        found.append("分类")
    if appeal.confidence < _CLOSE_APPEAL or not appeal.findings:
        found.append("诉求")
    if urgency.margin < _CLOSE_URGENCY:
        found.append("紧急程度")
    if cut:
        found.append(f"后文（太长，只看了前 {MOST:,} 字）")
    return tuple(found)


def _signature(clock: Deadlines, units: Catalogue, profile: str, alert: str) -> Signature:
    urgency = load_rules("urgency.toml", targets="signal")
    return Signature.of(
        {
            "triage": load_settings().version,
            "urgency": f"{urgency.digest}+{load_levels().digest}+{load_scenes().digest}",
            "appeal": load_rules("appeal.toml", targets="appeal").digest,
            "channel": load_rules("channel.toml", targets="channel").digest,
            "dispatch": units.digest,
            "deadlines": f"{profile}@{clock.digest}",
            "alert": alert,
            "words": load_words().digest,
            "model": f"{shipped_digest()}+{shipped_digest(appeal=True)}+{load_blend().digest}",
            "fold": FOLD_VERSION,
        }
    )
