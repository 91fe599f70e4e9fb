"""写信：把挑好的事实按口吻的次序写出来，组成一封来信与它的真值。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream, cumulate
from wenzheng_lab.inbox.choosing import EXPAND, UNFIT, choose_parts, expand, urgency_of
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.demand import number, write_demand
from wenzheng_lab.inbox.facts import mark
from wenzheng_lab.inbox.grammar import Fragment
from wenzheng_lab.inbox.issue import BEATS, Ask
from wenzheng_lab.inbox.noise import finish, outside, unmark
from wenzheng_lab.inbox.orders import Letter, Order, span
from wenzheng_lab.inbox.pen import Pen, Rows, pool_of, rows_for
from wenzheng_lab.inbox.phrases import load_lists

_PASTE = 700  # 想写这么长的信，才会贴旧信
_FIXES = (
    ("。。", "。"),
    ("，。", "。"),
    ("。，", "，"),
    ("：：", "："),
    ("！。", "！"),
    ("？。", "？"),
    ("，，", "，"),
    ("：\n\n", "：\n"),
    ("；。", "。"),
    ("。；", "；"),
    ("青禾县县", "青禾县"),
)


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
    chosen = Stream(order.choice_key)
    words = Stream(f"{order.key}:words")
    pen = Pen(order, county, words)
    rows = rows_for(issue, voice, appeal, pen.age)
    plan = order.plan or chosen.pick(voice.plans)
    target = min(max(order.target, voice.least), voice.most)
    if target > EXPAND and not order.plan and voice.questions:
        plan = expand(plan, chosen, aloof=voice.crowd or voice.heads)
    plan = tuple(step for step in plan if step[0] not in UNFIT.get(appeal, ()))
    picked, beats, with_ask, asks = choose_parts(order, rows, plan, target, chosen)
    voiced: list[Ask] = []
    body = _compose(order, rows, pen, plan, picked, asks if with_ask else (), chosen, voiced)
    level, because = urgency_of(issue, order.facts, beats)
    subject = _title(order, rows, pen, body)
    noise = Stream(f"{order.key}:noise")
    body = finish(body, voice, noise)
    earlier = order.earlier or _old_letter(order, county, target, len(body), chosen)
    if earlier:
        body += "\n" + earlier
    text, spans = unmark(body)
    subject, _ = unmark(subject)
    if voice.marks.get("half") and noise.chance(voice.marks["half"]):
        subject = subject.replace("，", ",").replace("？", "?")
    questions = []
    for line in issue.follow_up:
        questions.append(line)
    emotion = (
        voice.emotion if appeal not in ("感谢", "建议", "咨询") else min(voice.emotion, 1 if appeal != "感谢" else 0)
    )
    return Letter(
        subject,
        text,
        tuple(ask.text for ask in voiced or asks[:1]),
        level,
        because,
        emotion,
        spans,
        tuple(questions),
        voice.id,
        appeal,
    )


def _old_letter(order: Order, county: County, target: float, written: int, chosen: Stream) -> str:
    """很长的信，有的把以前写过的一封也贴上。"""
    days = min(span(order) - 1, 45)
    if order.plan or target < _PASTE or target - written < 150 or days < 4 or not chosen.chance(0.6):
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
    picked: Mapping[str, list[tuple[int, tuple[Fragment, ...]]]],
    asks: Sequence[Ask],
    chosen: Stream,
    voiced: list[Ask],
) -> str:
    voice, appeal = order.voice, order.appeal
    para = voice.marks.get("para", 0.0)
    points = chosen.pick(voice.points)
    out: list[str] = []
    used: set[tuple[str, str]] = set()

    def draw_pool(name: str) -> str:
        rows_ = pool_of(name, voice, appeal, pen.age)
        if not rows_:
            return ""
        fragment = pen.stream.pick(rows_)
        for _ in range(6):
            if (name, fragment.source) not in used:
                break
            fragment = pen.stream.pick(rows_)
        else:
            return ""
        used.add((name, fragment.source))
        return pen.write(fragment)

    calls = _call_days(order, sum(len(picked.get(str(s), ())) for s, (n, _) in enumerate(plan) if n == "calls"), chosen)
    linked, told, listed = False, False, False
    for step, (name, _) in enumerate(plan):
        found = picked.get(str(step), [])
        part: list[str] = []
        if name == "core":
            text = pen.write(pen.stream.pick(rows.core))
            part.append(("事由：" if voice.heads else "") + _end(text))
            told = True
        elif name == "ask":
            if asks:
                part.append(write_demand(order, pen, asks, points, voiced))
                listed = len(asks) > 1
        elif name in BEATS:
            numbered = (
                points != "none" and len(found) >= 3 and name == "facts" and told and not listed and chosen.chance(0.55)
            )
            if voice.heads and name == "facts" and found:
                part.append("经过：")
            for at, (_, says) in enumerate(found):
                fragment = pen.stream.pick(says)
                text = _end(pen.write(fragment))
                if numbered:
                    text = ("\n" if at and points != "一是" else "") + number(points, at) + text
                elif linked and pen.stream.chance(voice.link):
                    text = _link(pen, fragment.personal) + text
                part.append(text)
                linked = True
        elif found:
            part += _single(name, order, rows, pen, found, draw_pool, calls)
        if not part:
            continue
        if out and (voice.heads or name in ("sign", "letter") or (para and pen.stream.chance(para))):
            out.append("\n")
        out += part
        if name == "hello" and para and pen.stream.chance(para + 0.2):
            out.append("\n")
    text = "".join(out).strip()
    return outside(text, _tidy)


def _link(pen: Pen, personal_: bool) -> str:
    for _ in range(4):
        word = pen.pool("link" if personal_ or pen.stream.chance(0.75) else "link_known")
        if word not in pen.fixed:
            pen.fixed[word] = word
            return word
    return ""


def _single(
    name: str,
    order: Order,
    rows: Rows,
    pen: Pen,
    found: Sequence[tuple[int, object]],
    draw_pool: Callable[[str], str],
    calls: list[date],
) -> list[str]:
    voice = order.voice
    pick = draw_pool  # 短名
    part: list[str] = []
    if name == "who" and rows.who:
        part.append(_end(pen.write(pen.stream.pick(rows.who))))
    elif name == "feeling":
        for n, _ in found:
            text = (
                pen.write(pen.stream.pick(rows.feeling))
                if rows.feeling and (n == 0) and pen.stream.chance(0.7)
                else pick("feeling")
            )
            if text:
                part.append(_end(text))
    elif name == "calls":
        for _ in found:
            if calls:
                day = calls.pop(0)
                pen.waited = (pen.today - day).days
                pen.extra["call"] = values.past(
                    day, pen.today, pen.stream.draw, "day" if pen.stream.chance(0.7) else ""
                )
                text = pick("calls")
                del pen.extra["call"]
                if text:
                    part.append(_end(text))
    elif name == "sign":
        style = pen.stream.weigh(voice.sign[0], cumulate(voice.sign[1]))
        if style != "none":
            part.append(pen.pool(f"sign_{style}"))
    elif name == "where":
        places = order.facts.places
        spot = pen.stream.pick((places["road"], places["estate"], places["area"]))
        part.append(
            pen.stream.pick(("地点：", "位置：", "事发地："))
            + places["town"]
            + (places["area"] if order.issue.where == "village" else spot)
            + "\n"
        )
    elif name == "when":
        pass
    elif name in ("policy", "background", "quote", "hello", "bridge", "threat", "thanks", "close", "again", "caller"):
        for _ in found:
            text = pick(name)
            if text:
                part.append(text if name in ("hello", "caller") else _end(text))
    return part


def _call_days(order: Order, n: int, chosen: Stream) -> list[date]:
    if n <= 0:
        return []
    today, longest = order.at.date(), span(order)
    back = sorted({1 + int(chosen.draw() * max(longest - 1, 1)) for _ in range(n)}, reverse=True)
    return [today - timedelta(days=days) for days in back]


def _title(order: Order, rows: Rows, pen: Pen, body: str) -> str:
    stream = pen.stream
    title = pen.write(stream.pick(rows.title)).rstrip("。！")
    wraps = pool_of("title_wrap", order.voice, order.appeal, pen.age)
    if order.voice.again and stream.chance(0.3):
        return f"再次反映{title}" if not title.endswith("？") else title
    title, lists = _with_place(title, order, stream), load_lists()
    if (
        title.startswith(lists["title_starts"])
        or title.endswith("？")
        or any(word in title for word in lists["asking"])
    ):
        return title
    pen.extra["title"] = title
    text = pen.write(stream.pick(wraps))
    del pen.extra["title"]
    return text.replace("？，", "，").replace("！！", "！")


def _with_place(title: str, order: Order, stream: Stream) -> str:
    """标题里常带地名；原来没有的添上。"""
    places = order.facts.places
    if any(place in title for place in places.values()) or not stream.chance(0.5):
        return title
    small = (
        places["area"]
        if order.issue.where == "village"
        else stream.pick((places["estate"], places["area"], places["road"]))
    )
    place = stream.pick(
        (places["town"], places["town"], places["town"] + small, small, "青禾县", "青禾县" + places["town"])
    )
    for start in ("关于", "请问", "咨询", "投诉", "举报", "反映", "建议"):
        if title.startswith(start):
            return start + place + title[len(start) :]
    return place + title if not title.startswith(("请", "求", "恳", "盼", "感谢", "谢谢", "希望", "强烈")) else title


def _tidy(text: str) -> str:
    for wrong, right in _FIXES:
        if wrong in text:
            text = text.replace(wrong, right)
    return text
