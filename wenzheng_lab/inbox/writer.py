"""写信：把挑好的事实按口吻的次序写出来，组成一封来信与它的真值。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.choosing import EXPAND, UNFIT, choose_parts, expand, urgency_of
from wenzheng_lab.inbox.composing import compose
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.facts import draw_facts, mark
from wenzheng_lab.inbox.issue import LEVELS, Ask, Issue, openings
from wenzheng_lab.inbox.issues import load_issues
from wenzheng_lab.inbox.noise import finish, unmark
from wenzheng_lab.inbox.orders import Letter, Order, span
from wenzheng_lab.inbox.pen import Pen
from wenzheng_lab.inbox.rows import aloof, rows_for, stories
from wenzheng_lab.inbox.tidying import tidy
from wenzheng_lab.inbox.titles import title_of

_PASTE = 430  # 想写这么长的信，才会贴旧信、再说一件事
_PARTY = ("投诉", "求助", "举报")


def write_letter(order: Order, county: County) -> Letter:
    """写一封信。

    Args:
        order: 要求。
        county: 县。

    Returns:
        信与真值。
    """
    voice, issue, appeal = order.voice, order.issue, order.appeal
    chosen = Stream(order.choice_key, "choice")
    pen = Pen(order, county, Stream(order.key, "words"))
    rows = rows_for(issue, voice.manner, appeal, pen.age, order.story)
    plan = order.plan or chosen.pick(voice.plans)
    target = min(max(order.target, voice.least), voice.most)
    if target > EXPAND and not order.plan and voice.questions:
        plan = expand(plan, chosen, aloof=voice.crowd or voice.heads)
    thanks = appeal == "感谢" and issue.appeals[0][0] != "感谢"
    if thanks:
        plan = tuple(step for step in plan if step[0] != "ask")
    if appeal in UNFIT:
        plan = tuple(step for step in plan if step[0] not in UNFIT[appeal])
    choice = choose_parts(order, rows, plan, target, chosen)
    voiced: list[Ask] = []
    second = _second(order, county, target, choice.room, chosen)
    body = compose(order, rows, pen, plan, choice, chosen, voiced, second[0] if second else "")
    # 事情已经办好了的感谢信，没有什么急的
    level, because = ("一般", "") if appeal == "感谢" else urgency_of(issue, order.facts, choice.beats)
    asks = ("转达感谢",) if thanks else tuple(ask.text for ask in voiced or choice.all_asks[:1])
    if second:
        _, extra = second
        asks = tuple(dict.fromkeys((*asks, *extra.asks)))[:4]
        if LEVELS.index(extra.urgency) > LEVELS.index(level):
            level, because = extra.urgency, extra.because
    pen.known["river"] = order.facts.places["river"]
    subject = tidy(title_of(order, rows, pen, body))
    noise = Stream(order.key, "noise")
    body = finish(body, voice, noise)
    earlier = order.earlier or ("" if second else _old_letter(order, county, target, len(body), chosen))
    if earlier:
        body += "\n" + earlier
    text, spans = unmark(body)
    subject, _ = unmark(subject)
    if voice.marks.get("half") and noise.chance(voice.marks["half"]):
        subject = subject.replace("，", ",").replace("？", "?")
    calm = 0 if appeal == "感谢" else 1 if appeal in ("建议", "咨询") else 3
    return Letter(
        subject,
        text,
        asks,
        level,
        because,
        min(voice.emotion, calm),
        spans,
        issue.follow_up,
        voice.id,
        appeal,
        second[1].issue.id if second else "",
        (second[1].issue.lead,) if second else (),
    )


@dataclass(frozen=True, slots=True)
class _Extra:
    """顺带说的另一件事。"""

    issue: Issue
    asks: tuple[str, ...]
    urgency: str
    because: str


def _second(order: Order, county: County, target: float, room: float, chosen: Stream) -> tuple[str, _Extra] | None:
    """很长的信，有的把另一件事也写上：同一类、同一处、谁都看得见的；说法里不涉及写信人是谁，所以不会换了一个人。"""
    luck, u = chosen.draw(), chosen.draw()
    voice = order.voice
    if (
        order.plan
        or order.earlier
        or order.appeal not in _PARTY
        or not voice.questions
        or voice.heads
        or target < _PASTE
        or room < 120
        or luck > 0.9
    ):
        return None
    others = _others(order.issue, order.facts.town.kind, order.person.kind, order.appeal, order.at.month)
    if not others:
        return None
    issue = others[int(u * len(others))]
    case = Stream(order.choice_key, "second")
    day = order.at.date()
    facts = draw_facts(county, issue, case, order.person, day, order.facts.town, order.facts.places)
    if not facts.sound:
        return None
    other = replace(order, issue=issue, facts=facts, story=case.pick(stories(issue, order.appeal)), since=None)
    pen = Pen(other, county, Stream(order.key, "second"))
    rows = rows_for(issue, voice.manner, order.appeal, pen.age, other.story, True)
    if not rows.core or not rows.asks:
        return None
    choice = choose_parts(other, rows, _SECOND_PLAN, room + rows.core_size, case)
    voiced: list[Ask] = []
    text = pen.pool("second") + compose(other, rows, pen, _SECOND_PLAN, choice, case, voiced)
    level, because = urgency_of(issue, facts, choice.beats)
    return text, _Extra(issue, tuple(ask.text for ask in voiced), level, because)


_SECOND_PLAN = (("core", 1.0), ("facts", 1.0), ("effect", 1.0), ("tried", 1.0), ("reason", 1.0), ("ask", 1.0))


@cache
def _others(issue: Issue, town: str, kind: str, appeal: str, month: int) -> tuple[Issue, ...]:
    def place(where: str) -> bool:
        return where in ("any", issue.where) or (where == "street") == (town == "street")

    return tuple(
        other
        for other in load_issues()
        if other.category == issue.category
        and other.subcategory != issue.subcategory
        and other.aside
        and not other.only_event
        and kind in other.people
        and appeal in (row[0] for row in other.appeals)
        and place(other.where)
        and other.months[month - 1] > 0
        and not aloof(other).isdisjoint(openings(other.lines["core"], appeal, other.appeals[0][0]))
    )


def _old_letter(order: Order, county: County, target: float, written: int, chosen: Stream) -> str:
    """很长的信，有的把以前写过的一封也贴上。"""
    days = min(span(order) - 1, 45)
    # 再次反映的信说的是上一封的日子，贴上的旧信不能比它还早
    if (
        order.plan
        or order.voice.again
        or target < _PASTE
        or target - written < 120
        or days < 4
        or not chosen.chance(0.8)
    ):
        return ""
    at = order.at - timedelta(days=1 + chosen.below(days - 2))
    voice = order.voice
    old = replace(
        order,
        at=at,
        target=min(target - written, 900),
        key=f"{order.key}:old",
        choice_key=f"{order.key}:oldplan",
        plan=voice.plans[0],
    )
    return paste_letter(write_letter(old, county), at, chosen)


def paste_letter(earlier: Letter, at: datetime, stream: Stream) -> str:
    """把以前的一封信贴在后面，个人信息重新夹上记号。

    Args:
        earlier: 以前的信。
        at: 它的日期。
        stream: 随机流。

    Returns:
        接在正文后面的文字。
    """
    text, shift = earlier.body, 0
    for start, end, kind in earlier.spans:
        text = text[: start + shift] + mark(kind, text[start + shift : end + shift]) + text[end + shift :]
        shift += 2
    day = f"{at.month}月{at.day}日"
    head = stream.pick(
        (
            "附上次来信：",
            f"以下是{day}发的原文：",
            f"————{day}的留言————\n",
            "原帖：",
            "（上次写的）",
            f"{day}写过一封，附后：",
        )
    )
    return head + text
