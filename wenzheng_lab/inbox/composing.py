"""成篇：把挑好的内容按计划的先后写出来，前后不打架、不重样。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.choosing import Choice
from wenzheng_lab.inbox.demand import number, write_demand
from wenzheng_lab.inbox.grammar import Fragment
from wenzheng_lab.inbox.issue import BEATS, Ask
from wenzheng_lab.inbox.noise import outside
from wenzheng_lab.inbox.orders import Order, span
from wenzheng_lab.inbox.pen import Pen
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.rows import Rows, pool_of, suits
from wenzheng_lab.inbox.tidying import tidy

_RETRIES = 4  # 说法与前文对不上，最多换几种
_WAITED = 4  # 找过人以后至少过了几天
# 事情说完之后才写的几样；再说一件事，要放在它们前面
_TAIL = ("threat", "thanks", "close", "sign")
# 话务记录已经写了“来电人反映”
_REPORTED = re.compile("^(?:(?:投诉|举报|求助|咨询)(?:一下)?[：，]|反映(?:一下)?[：，]?)")


def _end(text: str) -> str:
    return text if text[-1] in "。！？…：；，”）\n" else text + "。"


def compose(
    order: Order,
    rows: Rows,
    pen: Pen,
    plan: Sequence[tuple[str, float]],
    choice: Choice,
    chosen: Stream,
    voiced: list[Ask],
    second: str = "",
) -> str:
    """照计划的先后写成正文。

    Args:
        order: 要求。
        rows: 可用的说法。
        pen: 填空的笔。
        plan: 先后次序。
        choice: 挑好的内容。
        chosen: 挑内容用的流。
        voiced: 说出口的诉求记在这里。
        second: 顺带说的另一件事；没有就是空串。

    Returns:
        正文，个人信息夹在记号里。
    """
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
