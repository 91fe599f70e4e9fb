"""笔：挑合口吻的说法，把空位写成这个人的话。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.facts import PII, mark, personal, say
from wenzheng_lab.inbox.grammar import Fragment, render
from wenzheng_lab.inbox.issue import BEATS, LOCAL, Issue, usable
from wenzheng_lab.inbox.orders import Order, span
from wenzheng_lab.inbox.people import Person, full_name, kinds
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.slots import PERSON
from wenzheng_lab.inbox.voices import Voice, load_pools


@dataclass(frozen=True, slots=True)
class Rows:
    """一种事项在一种口吻、一类诉求下可用的说法。"""

    title: tuple[Fragment, ...]
    who: tuple[Fragment, ...]
    core: tuple[Fragment, ...]
    feeling: tuple[Fragment, ...]
    core_size: float
    beats: Mapping[str, Mapping[int, tuple[Fragment, ...]]]


def age_group(person: Person) -> str:
    return "老" if person.age >= 58 else "少" if person.age <= 35 else ""


def fit(says: Sequence[Fragment], voice: Voice, age: str) -> tuple[Fragment, ...]:
    return tuple(
        s
        for s in says
        if (not s.age or s.age == age)
        and (not s.tones or any(tone in voice.tones for tone in s.tones))
        and not (voice.crowd and s.personal)
        and (voice.questions or "？" not in s.source)
    )


@cache
def rows_for(issue: Issue, voice: Voice, appeal: str, age: str) -> Rows:
    main = issue.appeals[0][0]

    def line(name: str) -> tuple[Fragment, ...]:
        says = usable(issue.lines[name], appeal, main)
        return fit(says, voice, age) or says

    beats: dict[str, dict[int, tuple[Fragment, ...]]] = {}
    for name in BEATS:
        beats[name] = {}
        for n, beat in enumerate(issue.beats[name]):
            says = [s for s in beat.says if not s.appeals or appeal in s.appeals]
            if appeal == "感谢" and main != "感谢":
                says = [s for s in says if "感谢" in s.appeals]
            chosen = fit(says, voice, age)
            if chosen:
                beats[name][n] = chosen
    who = line("who") if issue.lines["who"] else ()
    feeling = line("feeling") if issue.lines["feeling"] and appeal != "感谢" else ()
    if voice.crowd:
        who = tuple(s for s in who if not s.personal)
        feeling = tuple(s for s in feeling if not s.personal)
    core = line("core")
    return Rows(line("title"), who, core, feeling, sum(s.length for s in core) / len(core), beats)


@cache
def pool_of(name: str, voice: Voice, appeal: str, age: str) -> tuple[Fragment, ...]:
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
        self.age = age_group(order.person)
        self.today = order.at.date()
        self.extra: dict[str, str] = {}
        self.fixed: dict[str, str] = {}
        self.waited = max(span(order), 2)

    def fill(self, key: str) -> str:
        """空位的一种写法。"""
        order, stream = self.order, self.stream
        if key in self.extra:
            return self.extra[key]
        if key[0] == ">":
            return self.pool(key[1:])
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
                self.fixed["to"] = stream.pick(load_lists()["leaders"])
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
            back = min(6, max(span(order) - 1, 1))
            return values.past(order.since or self.today - timedelta(days=back), self.today, stream.draw, "day")
        if key == "wait":
            longest = max(min(self.waited - 1, 16), 1)
            return values.count(stream.between(min(3, longest), longest), "天", stream.draw, order.voice.han)
        if key == "ticket":
            return f"{stream.between(100, 9999):04d}"
        if key == "staff":
            return stream.pick(load_lists()["staff"]).replace("{surname}", full_name(stream, woman=False)[0])
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
        rows = pool_of(name, self.order.voice, self.order.appeal, self.age)
        return self.write(self.stream.pick(rows)) if rows else ""
