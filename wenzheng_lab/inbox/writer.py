"""写信：挑事实、排先后、填词，组成一封来信与它的真值。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.facts import PII, Facts, mark, personal, say
from wenzheng_lab.inbox.grammar import Fragment, render
from wenzheng_lab.inbox.issues import BEATS, LEVELS, LOCAL, Ask, Beat, Issue, usable
from wenzheng_lab.inbox.noise import finish, outside, unmark
from wenzheng_lab.inbox.people import Person, full_name, kinds
from wenzheng_lab.inbox.slots import PERSON
from wenzheng_lab.inbox.voices import Voice, load_pools

LEADERS = ("领导", "领导", "领导", "县长", "书记", "县委领导", "县领导", "各位领导", "县委书记")
_EXTRA = {"calls": 7, "policy": 3, "background": 2, "feeling": 2, "quote": 2}
_EXPAND = 330  # 想写这么长的信，才把计划之外的部分也写上
# 部分，与放在谁的后面（background 放在前面）
_PLACES = (
    ("effect", ("facts", "core")),
    ("tried", ("effect", "facts", "core")),
    ("calls", ("tried", "effect", "facts", "core")),
    ("reason", ("calls", "tried", "facts", "core")),
    ("quote", ("calls", "reason", "core")),
    ("policy", ("reason", "quote", "core")),
    ("feeling", ("policy", "reason", "calls", "facts")),
    ("background", ("core",)),
)
# 这类诉求不会写的部分
_UNFIT = {
    "感谢": ("calls", "quote", "policy", "threat", "letter", "again", "bridge", "background"),
    "咨询": ("threat", "quote", "policy"),
    "建议": ("threat", "quote", "background"),
}
_ORDINALS = "一二三四五六七八九十"
_LONG = 90  # 平均篇幅以上才写落款、开场这些可有可无的话


@dataclass(frozen=True, slots=True)
class Letter:
    """写好的一封信与它的真值。"""

    subject: str
    """标题"""
    body: str
    """正文"""
    asks: tuple[str, ...]
    """提出的诉求"""
    urgency: str
    """紧急程度"""
    because: str
    """理由"""
    emotion: int
    """情绪 0–3"""
    spans: tuple[tuple[int, int, str], ...]
    """正文里个人信息的位置与种类"""
    follow_up: tuple[str, ...]
    """答得不好时追问的话"""
    voice: str
    """口吻"""
    appeal: str
    """诉求类型"""


@dataclass(frozen=True, slots=True)
class Order:
    """写信的要求。"""

    issue: Issue
    """事项"""
    facts: Facts
    """事实"""
    person: Person
    """来信人"""
    voice: Voice
    """口吻"""
    appeal: str
    """诉求类型"""
    at: datetime
    """写信的时刻"""
    target: float
    """想写多长"""
    key: str
    """流的名字：种子与留言"""
    choice_key: str
    """挑哪些事实用的流；冷静与愤怒的一对共用"""
    earlier: str = ""
    """先前的来信，贴在后面"""
    since: date | None = None
    """先前来信的日期"""
    plan: tuple[tuple[str, float], ...] = ()
    """指定的先后次序；空就按口吻挑"""


@dataclass(frozen=True, slots=True)
class _Rows:
    """一种事项在一种口吻、一类诉求下可用的说法。"""

    title: tuple[Fragment, ...]
    who: tuple[Fragment, ...]
    core: tuple[Fragment, ...]
    feeling: tuple[Fragment, ...]
    core_size: float
    beats: Mapping[str, Mapping[int, tuple[Fragment, ...]]]


def _age_group(person: Person) -> str:
    return "老" if person.age >= 58 else "少" if person.age <= 35 else ""


def _fit(says: Sequence[Fragment], voice: Voice, age: str) -> tuple[Fragment, ...]:
    return tuple(
        s
        for s in says
        if (not s.age or s.age == age)
        and (not s.tones or any(tone in voice.tones for tone in s.tones))
        and not (voice.crowd and s.personal)
        and (voice.questions or "？" not in s.source)
    )


@lru_cache(maxsize=None)
def _usable(issue: Issue, voice: Voice, appeal: str, age: str) -> _Rows:
    main = issue.appeals[0][0]

    def line(name: str) -> tuple[Fragment, ...]:
        fit = usable(issue.lines[name], appeal, main)
        return _fit(fit, voice, age) or fit

    beats: dict[str, dict[int, tuple[Fragment, ...]]] = {}
    for name in BEATS:
        beats[name] = {}
        for n, beat in enumerate(issue.beats[name]):
            says = [s for s in beat.says if not s.appeals or appeal in s.appeals]
            if appeal == "感谢" and main != "感谢":
                says = [s for s in says if "感谢" in s.appeals]
            fit = _fit(says, voice, age)
            if fit:
                beats[name][n] = fit
    who = line("who") if issue.lines["who"] else ()
    feeling = line("feeling") if issue.lines["feeling"] and appeal != "感谢" else ()
    if voice.crowd:
        who = tuple(s for s in who if not s.personal)
        feeling = tuple(s for s in feeling if not s.personal)
    core = line("core")
    return _Rows(line("title"), who, core, feeling, sum(s.length for s in core) / len(core), beats)


@lru_cache(maxsize=None)
def _pool(name: str, voice: Voice, appeal: str, age: str) -> tuple[Fragment, ...]:
    found = []
    for s in load_pools()[name]:
        if s.age and s.age != age:
            continue
        if s.appeals and appeal not in s.appeals:
            continue
        if s.tones and not any(tone in voice.tones for tone in s.tones):
            continue
        if (voice.crowd and s.personal and not name.startswith("sign")) or (not voice.questions and "？" in s.source):
            continue
        found.append(s)
    return tuple(found)


class Pen:
    """一封信的填空者：把空位写成这个人的话。"""

    def __init__(self, order: Order, county: County, words: Stream) -> None:
        """备好笔。

        Args:
            order: 写信的要求。
            county: 县。
            words: 用词的流。
        """
        self.order, self.county, self.stream = order, county, words
        self.words = order.voice.words
        self.age = _age_group(order.person)
        self.today = order.at.date()
        self.extra: dict[str, str] = {}
        self.fixed: dict[str, str] = {}
        self.waited = max(_span(order), 2)

    def fill(self, key: str) -> str:
        """空位的一种写法。"""
        order, stream = self.order, self.stream
        if key in self.extra:
            return self.extra[key]
        voice = order.voice
        if key in ("我", "我们"):
            # 一封信里自称大体一致，偶尔换一种
            if key not in self.fixed:
                self.fixed[key] = stream.pick(voice.me if key == "我" else voice.us)
            return self.fixed[key] if stream.draw() < 0.8 else (voice.me if key == "我" else voice.us)[0]
        if key == "我家":
            return stream.pick(voice.home)
        places = order.facts.places
        if key in places:
            return places[key]
        if key.partition(".")[0] in order.facts.slots:
            return say(order.facts, key, self.today, stream, voice.han)
        if key in PERSON or key in PII:
            home = places["area"] if order.issue.where == "village" else places["estate"]
            if key == "name" and voice.crowd:
                return mark("name", order.person.detail("name", self.today.year, home))
            return personal(order.person, key, self.today.year, home)
        return self._common(key)

    def _common(self, key: str) -> str:
        stream, order = self.stream, self.order
        if key == "county":
            return stream.pick((self.county.name, self.county.short, "我县", "县里", self.county.name))
        if key == "to":
            if "to" not in self.fixed:
                self.fixed["to"] = stream.pick(LEADERS)
            return self.fixed["to"]
        if key == "dept":
            return self.unit(order.issue.lead)
        if key == "short":
            units = (order.issue.lead, order.issue.lead, *order.issue.partners)
            return self.unit(stream.pick(units))
        if key == "who":
            return self.pool("who")
        if key == "kindname":
            return stream.pick(kinds()[order.person.kind].titles)
        if key in ("name2", "name3", "name4"):
            return mark("name", full_name(stream, woman=stream.chance(0.5)))
        if key == "goodday":
            hour = order.at.hour
            return "晚上好" if hour >= 18 or hour < 5 else "早上好" if hour < 9 else "上午好" if hour < 12 else "下午好"
        if key == "estate_or_area":
            places = order.facts.places
            return places["area"] if order.issue.where == "village" else places["estate"]
        if key == "today":
            return f"{self.today.year}年{self.today.month}月{self.today.day}日"
        if key == "year":
            return str(self.today.year)
        if key == "month":
            return str(self.today.month)
        if key == "call":
            back = min(6, max(_span(order) - 1, 1))
            return values.past(order.since or self.today - timedelta(days=back), self.today, stream.draw, "day")
        if key == "wait":
            longest = max(min(self.waited - 1, 16), 1)
            return values.count(stream.between(min(3, longest), longest), "天", stream.draw, order.voice.han)
        if key == "ticket":
            return f"{stream.between(100, 9999):04d}"
        if key == "staff":
            return stream.pick(
                (
                    "一个年轻人",
                    "一位工作人员",
                    "一个女同志",
                    "科室的人",
                    "一位姓" + full_name(stream, woman=False)[0] + "的",
                    "戴眼镜的小伙子",
                    "值班的人",
                    "一个管事的",
                )
            )
        raise KeyError(key)

    def unit(self, name: str) -> str:
        """单位的俗称；属地写成乡镇政府或街道办。"""
        town = self.order.facts.town
        if name == LOCAL:
            short = (
                ("街道", "街道办", "办事处")
                if town.kind == "street"
                else ("镇里", "镇政府", "镇上")
                if town.kind == "town"
                else ("乡里", "乡政府")
            )
            return self.stream.pick(short)
        unit = self.county.unit(name)
        return self.stream.pick((*unit.short, *unit.short, unit.name))

    def write(self, fragment: Fragment) -> str:
        """一段话。"""
        out: list[str] = []
        render(fragment.items, self.stream.draw, self, out)
        return "".join(out)

    def pool(self, name: str) -> str:
        """从共用的话里取一段；没有合适的就是空串。"""
        rows = _pool(name, self.order.voice, self.order.appeal, self.age)
        return self.write(self.stream.pick(rows)) if rows else ""


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
    rows = _usable(issue, voice, appeal, pen.age)
    plan = order.plan or chosen.pick(voice.plans)
    target = min(max(order.target, voice.least), voice.most)
    if target > _EXPAND and not order.plan and voice.questions:
        plan = _expand(plan, chosen, aloof=voice.crowd or voice.heads)
    plan = tuple(step for step in plan if step[0] not in _UNFIT.get(appeal, ()))
    picked, beats, with_ask, asks = _choose(order, rows, plan, target, chosen)
    voiced: list[Ask] = []
    body = _compose(order, rows, pen, plan, picked, asks if with_ask else (), chosen, voiced)
    level, because = _urgency(issue, order.facts, beats)
    subject = _title(order, rows, pen, body)
    noise = Stream(f"{order.key}:noise")
    body = finish(body, voice, noise)
    if order.earlier:
        body += "\n" + order.earlier
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


def _expand(plan: Sequence[tuple[str, float]], chosen: Stream, *, aloof: bool) -> tuple[tuple[str, float], ...]:
    """长信：计划里没有的部分也写上，放在合适的地方。"""
    steps = list(plan)
    have = {name for name, _ in steps}
    for name, anchors in _PLACES:
        if name in have or not chosen.chance(0.85) or (name == "background" and aloof):
            continue
        at = next((n for anchor in anchors for n, (step, _) in enumerate(steps) if step == anchor), None)
        if at is not None:
            steps.insert(at + (0 if name == "background" else 1), (name, 0.8))
            have.add(name)
    return tuple(steps)


def _choose(
    order: Order, rows: _Rows, plan: Sequence[tuple[str, float]], target: float, chosen: Stream
) -> tuple[dict[str, list[tuple[int, tuple[Fragment, ...]]]], list[Beat], bool, tuple[Ask, ...]]:
    """按篇幅挑事实：先难后易都按随机的先后，够长就停。"""
    issue, voice = order.issue, order.voice
    room = target - rows.core_size
    asks = [ask for n, ask in enumerate(issue.asks) if n == 0 or chosen.chance(ask.p)]
    names = {name for name, _ in plan}
    with_ask = "ask" in names and (room > 8 or chosen.chance(0.45))
    if with_ask:
        room -= 26
    while len(asks) > 1 and room < 20 * (len(asks) - 1):
        asks.pop()
    room -= 22 * (len(asks) - 1)
    candidates: list[tuple[float, int, str, int, float, object, object]] = []
    slack = 0.6 if order.appeal == "咨询" and issue.appeals[0][0] != "咨询" else 1.0
    for step, (name, p) in enumerate(plan):
        if name in BEATS:
            fitting = rows.beats[name]
            for n, beat in enumerate(issue.beats[name]):
                # 不管用不用得上都抽一个数，冷静与愤怒的一对才挑出同样的事实
                luck, gate = chosen.draw(), chosen.draw()
                if (
                    n not in fitting
                    or gate > beat.p
                    or (beat.when is not None and not beat.when.value(order.facts.raw))
                ):
                    continue
                weight = beat.p * (1.25 if name == "facts" else 0.9) * slack
                candidates.append((luck / weight, step, name, n, beat.size, beat, fitting[n]))
        elif name in ("core", "ask"):
            continue
        else:
            times = _EXTRA.get(name, 1)
            for n in range(times):
                luck = chosen.draw()
                if n == 0:
                    cheap = name in ("hello", "thanks", "sign", "close", "again", "caller", "where", "when", "letter")
                    if luck < p * (1.0 if target > _LONG or name in ("again", "caller", "where", "when") else 0.45):
                        candidates.append(
                            (0.0 if cheap else 0.3 + luck, step, name, n, 12 if cheap else 32, None, None)
                        )
                else:
                    candidates.append((2.0 + n * 0.5 + luck, step, name, n, 44, None, None))
    picked: dict[str, list[tuple[int, tuple[Fragment, ...]]]] = {}
    beats: list[Beat] = []
    for _, step, name, n, size, beat, says in sorted(candidates, key=lambda row: row[:4]):
        if size > room + 14 and size > 12:
            continue
        if room <= 4 and size > 12:
            break
        room -= size
        picked.setdefault(f"{step}", []).append((n, says or ()))  # type: ignore[arg-type]
        if isinstance(beat, Beat):
            beats.append(beat)
    for found in picked.values():
        found.sort(key=lambda row: row[0])
    return picked, beats, with_ask, tuple(asks)


def _compose(
    order: Order,
    rows: _Rows,
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
        rows_ = _pool(name, voice, appeal, pen.age)
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
                part.append(_demand(order, pen, asks, points, voiced))
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
                    text = ("\n" if at and points != "一是" else "") + _number(points, at) + text
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
    rows: _Rows,
    pen: Pen,
    found: Sequence[tuple[int, object]],
    draw_pool: object,
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
            )  # type: ignore[operator]
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
                text = pick("calls")  # type: ignore[operator]
                del pen.extra["call"]
                if text:
                    part.append(_end(text))
    elif name == "sign":
        style = pen.stream.weigh(voice.sign[0], _totals(voice.sign[1]))
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
            text = pick(name)  # type: ignore[operator]
            if text:
                part.append(text if name in ("hello", "caller") else _end(text))
    return part


def _totals(weights: Sequence[float]) -> tuple[float, ...]:
    total, found = 0.0, []
    for weight in weights:
        total += weight
        found.append(total)
    return tuple(found)


def _call_days(order: Order, n: int, chosen: Stream) -> list[date]:
    if n <= 0:
        return []
    today, span = order.at.date(), _span(order)
    back = sorted({1 + int(chosen.draw() * max(span - 1, 1)) for _ in range(n)}, reverse=True)
    return [today - timedelta(days=days) for days in back]


def _span(order: Order) -> int:
    """这件事最近的一桩过去了几天；找人反映只能在那以后。"""
    passed = (order.at.date() - order.facts.started).days
    slots = order.facts.slots
    ago = [int(v) + passed for name, v in order.facts.raw.items() if name in slots and slots[name].kind == "ago"]
    return max(min([*ago, 100]), 1) if ago else 30


def _number(points: str, at: int) -> str:
    if points == "1、":
        return f"{at + 1}、"
    if points == "1.":
        return f"{at + 1}."
    if points == "（1）":
        return f"（{at + 1}）"
    if points == "一是":
        return f"{_ORDINALS[at]}是" if at < 10 else "另外"
    if points == "第一，":
        return f"第{_ORDINALS[at]}，" if at < 10 else "还有，"
    return f"{_ORDINALS[at]}、" if at < 10 else ""


def _demand(order: Order, pen: Pen, asks: Sequence[Ask], points: str, voiced: list[Ask]) -> str:
    voice, stream = order.voice, pen.stream
    hotline = not voice.questions
    if order.appeal == "咨询" or (not hotline and asks[0].questions and stream.chance(0.12)):
        questions = [pen.write(stream.pick(ask.questions)) for ask in asks if ask.questions]
        if questions:
            voiced += [ask for ask in asks if ask.questions]
            lead = pen.pool("ask_lead") if order.appeal == "咨询" else ""
            if questions[0].startswith(("请问", "想", "问")):
                lead = ""
            if len(questions) > 1 and stream.chance(0.5):
                style = points if points in ("1、", "1.", "（1）", "一、") else "1、"
                text = (
                    lead.rstrip("：")
                    + ("：" if lead else "")
                    + "".join(_number(style, n) + q for n, q in enumerate(questions))
                )
            else:
                text = lead + "".join(questions)
            return text + (pen.pool("reply_wish") if stream.chance(0.3) else "")
    voiced += asks
    says = []
    for ask in asks:
        fit = _fit(ask.says, voice, pen.age) or ask.says
        says.append(pen.write(stream.pick(fit)).rstrip("。！"))
    if hotline:
        pen.extra["ask"] = "；".join(says) if len(says) < 3 else "，".join(says)
        text = pen.pool("hotline_demand")
        del pen.extra["ask"]
        return ("诉求：" if voice.heads else "") + text
    head = "诉求：" if voice.heads else ""
    if len(says) > 1 and (points != "none" or stream.chance(0.25)):
        style = points if points != "none" else stream.pick(("1、", "一、", "一是"))
        breaks = "\n" if style in ("1、", "一、", "1.", "（1）") and stream.chance(0.5) else ""
        joined = "".join(
            breaks + _number(style, n) + s + ("。" if n == len(says) - 1 else "；") for n, s in enumerate(says)
        )
        if head:
            return head + joined
        pen.extra["list"] = joined
        text = pen.pool("demand_many")
        del pen.extra["list"]
        return text
    if head and len(says) == 1:
        return head + says[0] + "。"
    pen.extra["ask"] = says[0]
    text = pen.pool("demand")
    for more in says[1:]:
        pen.extra["ask"] = more
        text += pen.pool("demand_more")
    del pen.extra["ask"]
    return text


def _urgency(issue: Issue, facts: Facts, beats: Sequence[Beat]) -> tuple[str, str]:
    level, because = issue.urgency, issue.because
    for formula, higher, why in issue.urgent:
        if LEVELS.index(higher) > LEVELS.index(level) and formula.value(facts.raw):
            level, because = higher, why
    for beat in beats:
        if beat.urgency and LEVELS.index(beat.urgency) > LEVELS.index(level):
            level, because = beat.urgency, beat.because
    return level, because


def _title(order: Order, rows: _Rows, pen: Pen, body: str) -> str:
    stream = pen.stream
    title = pen.write(stream.pick(rows.title)).rstrip("。！")
    wraps = _pool("title_wrap", order.voice, order.appeal, pen.age)
    if order.voice.again and stream.chance(0.3):
        return f"再次反映{title}" if not title.endswith("？") else title
    if (
        title.startswith(("关于", "请问", "请", "咨询", "投诉", "举报", "求助", "建议", "感谢", "反映", "盼", "恳"))
        or title.endswith(("？", "吗", "呢"))
        or any(word in title for word in _ASKING)
    ):
        return title
    pen.extra["title"] = title
    text = pen.write(stream.pick(wraps))
    del pen.extra["title"]
    return text.replace("？，", "，").replace("！！", "！")


_ASKING = ("怎么", "什么", "为何", "为啥", "谁", "哪", "能不能", "吗", "凭啥")  # 已是问句的标题不再加套子
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


def _tidy(text: str) -> str:
    for wrong, right in _FIXES:
        if wrong in text:
            text = text.replace(wrong, right)
    return text
