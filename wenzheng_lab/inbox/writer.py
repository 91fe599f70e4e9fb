"""写信：把挑好的事实按口吻的次序写出来，组成一封来信与它的真值。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.choosing import EXPAND, UNFIT, Choice, choose_parts, expand, urgency_of
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.demand import number, write_demand
from wenzheng_lab.inbox.facts import draw_facts, mark
from wenzheng_lab.inbox.grammar import Fragment
from wenzheng_lab.inbox.issue import BEATS, LEVELS, Ask, Issue, openings
from wenzheng_lab.inbox.issues import load_issues
from wenzheng_lab.inbox.noise import finish, outside, unmark
from wenzheng_lab.inbox.orders import Letter, Order, span
from wenzheng_lab.inbox.pen import Pen
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.rows import Rows, aloof, pool_of, rows_for, stories, suits
from wenzheng_lab.inbox.tidying import tidy
from wenzheng_lab.inbox.titles import title_of

_RETRIES = 4  # 说法与前文对不上，最多换几种
_WAITED = 4  # 找过人以后至少过了几天
_PASTE = 430  # 想写这么长的信，才会贴旧信、再说一件事
# 事情说完之后才写的几样；再说一件事，要放在它们前面
_TAIL = ("threat", "thanks", "close", "sign")
_PARTY = ("投诉", "求助", "举报")
_REPORTED = re.compile("^(?:(?:投诉|举报|求助|咨询)(?:一下)?[：，]|反映(?:一下)?[：，]?)")
# 话务记录已经写了“来电人反映”


def _end(text: str) -> str:
    return text if text[-1] in "。！？…：；，”）\n" else text + "。"


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
    body = _compose(order, rows, pen, plan, choice, chosen, voiced, second[0] if second else "")
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
    text = pen.pool("second") + _compose(other, rows, pen, _SECOND_PLAN, choice, case, voiced, "")
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


def _compose(
    order: Order,
    rows: Rows,
    pen: Pen,
    plan: Sequence[tuple[str, float]],
    choice: Choice,
    chosen: Stream,
    voiced: list[Ask],
    second: str,
) -> str:
    voice = order.voice
    draw, pick = pen.draw, pen.stream.pick
    para = voice.marks.get("para", 0.0)
    points = chosen.pick(voice.points)
    out: list[str] = []
    picked, asks = choice.picked, choice.asks
    used: set[Fragment] = set()
    days = _call_days(order, sum(len(found) for step, found in picked.items() if plan[step][0] == "calls"), chosen)
    linked = told = asked = False
    # 核心句先挑好，前面自报家门时才知道不必重复什么
    core = chosen.pick(_shared(rows.core)) if order.plan else pick(rows.core)
    pen.core = core
    for step, (name, _) in enumerate(plan):
        found = picked.get(step, ())
        if second and name in _TAIL:
            out += ["\n" if para else "", second]
            second = ""
        part: list[str] = []
        if name == "core":
            if "age" in core.slots and pen.aged:
                core = pen.core = pick([s for s in rows.core if "age" not in s.slots] or rows.core)
            text = pen.write(core)
            for n in range(2 * _RETRIES):
                if not pen.unsaid.search(text):
                    break
                if n >= _RETRIES:
                    # 这一句怎么写都不合这个人、这个时节，换一句
                    core = pen.core = pick(_shared(rows.core) if order.plan else rows.core)
                text = pen.write(core)
            if not voice.questions:
                text = _REPORTED.sub("", text)
            part.append(("事由：" if voice.heads else "") + _end(text))
            pen.agrees(text)
            told = True
        elif name == "ask":
            if asks:
                text = write_demand(order, pen, asks, points, voiced)
                part.append(text + "\n" if "\n" in text else text)
                asked = True
        elif name in BEATS:
            if not found:
                continue
            numbered = points != "none" and len(found) >= 3 and name == "facts" and told and not asked and draw() < 0.4
            if voice.heads and name == "facts":
                part.append("经过：")
            elif numbered:
                part.append(pen.pool("points_lead"))
            told_here = 0
            for _, says in found:
                text = _told(pen, says)
                if not text:
                    continue
                at, told_here = told_here, told_here + 1
                if numbered:
                    text = ("\n" if points != "一是" else "") + number(points, at) + text
                elif linked and told and draw() < voice.link and text[0] not in "“‘":
                    text = _link(pen) + text
                part.append(text)
                linked = True
            if numbered and points != "一是":
                part.append("\n")
        elif found and (name != "quote" or days):
            part += _single(name, order, rows, pen, len(found), used, days, core)
        if not part:
            continue
        if out and out[-1][-1:] != "\n" and (voice.heads or name == "sign" or (para and draw() < para)):
            if out[-1][-1:] == "，":
                out[-1] = out[-1][:-1] + "。"
            out.append("\n")
        out += part
        if name == "hello" and para and out[-1][-1:] != "\n" and draw() < para + 0.2:
            out.append("\n")
    if second:
        out += ["\n" if para else "", second]
    return outside("".join(out).strip(), tidy)


def _told(pen: Pen, says: tuple[Fragment, ...]) -> str:
    """一条事实的一种说法；与前面说过的对不上、开头又一样的，换一种，都不行就不写。"""
    for _ in range(_RETRIES):
        text = _end(pen.write(pen.stream.pick(says)))
        if pen.agrees(text):
            return text
    return ""


def _shared(core: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
    return tuple(s for s in core if not s.tones and not s.age) or core


def _link(pen: Pen) -> str:
    """句间的连接词；只用表示并列的，别的连接词接错了就不通。一封信里不重样。"""
    for _ in range(3):
        word = pen.pool("link")
        if f"={word}" not in pen.known:
            pen.known[f"={word}"] = word
            return word
    return ""


_HOME = frozenset(("@home", "address"))
_SPOT = frozenset(("area", "estate"))
_NUMBERS = frozenset(("int", "money", "float", "ago", "ahead", "clock", "calc"))


def _repeats(fragment: Fragment, core: Fragment, pen: Pen) -> bool:
    """自报家门时说的，是不是已经说过、或者核心句里就要说。"""
    slots, table = fragment.slots, pen.slots
    if "age" in slots and (pen.aged or "age" in core.slots):
        return True
    if not slots.isdisjoint(_HOME) and not core.slots.isdisjoint(_SPOT):
        return True
    return any(name in core.slots and table[name].kind in _NUMBERS for name in slots if name in table)


def _fresh(name: str, order: Order, pen: Pen, used: set[Fragment], said: Fragment | None = None) -> str:
    """共用的话里还没用过的一段。"""
    rows = pool_of(name, order.voice, order.appeal, pen.age, pen.kind)
    if name == "calls" and (order.issue.aside or order.issue.subcategory in load_lists()["onsite"]):
        rows += pool_of("visits", order.voice, order.appeal, pen.age, pen.kind)
    if name == "calls" and order.issue.subcategory in load_lists()["disputes"]:
        rows += pool_of("mediation", order.voice, order.appeal, pen.age, pen.kind)
    for _ in range(6 if rows else 0):
        fragment = pen.stream.pick(rows)
        if fragment not in used and not (said and _repeats(fragment, said, pen)):
            used.add(fragment)
            return pen.write(fragment)
    return ""


def _single(
    name: str, order: Order, rows: Rows, pen: Pen, times: int, used: set[Fragment], days: list[date], core: Fragment
) -> list[str]:
    """计划里的一步，不是事实的那些：称呼、身份、心情、找人的经过、落款等。"""
    stream, part = pen.stream, list[str]()
    if name == "who":
        who = (
            [s for s in rows.who if suits(s, pen.kind.name) and not _repeats(s, core, pen)]
            if stream.chance(0.6)
            else []
        )
        text = _told(pen, tuple(who)) if who else ""
        if text:
            part.append(text)
        elif not order.voice.crowd:
            part.append(_fresh("am", order, pen, used, core))
    elif name == "feeling":
        for n in range(times):
            own = rows.feeling and n == 0 and stream.chance(0.7)
            text = _told(pen, rows.feeling) if own else _fresh("feeling", order, pen, used)
            if text:
                part.append(_end(text))
    elif name == "calls":
        for day in days[:times]:
            pen.waited = (pen.today - day).days
            pen.known["@call"] = values.past(day, pen.today, pen.draw, "day" if stream.chance(0.6) else "")
            text = _fresh("calls", order, pen, used)
            if text:
                part.append(_end(text))
        pen.known.pop("@call", None)
    elif name == "sign":
        style = stream.weigh(order.voice.sign[0], order.voice.sign[1])
        if style != "none":
            part.append(pen.pool(f"sign_{style}"))
    elif name == "where":
        places = order.facts.places
        spot = stream.pick((places["road"], places["estate"], places["area"]))
        small = places["area"] if order.issue.where == "village" else spot
        part.append(stream.pick(("地点：", "位置：", "事发地：")) + places["town"] + small + "\n")
    else:
        text = _fresh(name, order, pen, used, core)
        if text:
            part.append(text if name in ("hello", "caller") else _end(text))
    return part


def _call_days(order: Order, n: int, chosen: Stream) -> list[date]:
    if n <= 0:
        return []
    # 昨天才问过，说不上“没了下文”“等了几天”；事情才出两三天，也还没来得及找人
    today, longest = order.at.date(), span(order)
    back = {_WAITED + int(chosen.draw() * (longest - _WAITED)) for _ in range(n)}
    return [today - timedelta(days=days) for days in sorted(back, reverse=True)] if longest > _WAITED else []
