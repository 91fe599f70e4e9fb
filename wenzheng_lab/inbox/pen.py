"""笔：挑合口吻的说法，把空位写成这个人的话。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from itertools import product

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.facts import PII, mark, personal, say
from wenzheng_lab.inbox.grammar import MARKS, Fragment, writer_of
from wenzheng_lab.inbox.issue import BEATS, LOCAL, Ask, Beat, Issue, every, openings, usable
from wenzheng_lab.inbox.orders import Order, span
from wenzheng_lab.inbox.people import Kind, Person, full_name, kinds
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.slots import PERSON, Formula
from wenzheng_lab.inbox.voices import Manner, Voice, load_pools, load_voices

_LOCAL_ONLY = ("@home", "@resident", "@kindname", "address", "town", "area")


_HEAD = 6  # 两句话头几个字一样，就像说了两遍
_CONFLICTS = tuple((re.compile(row["one"]), re.compile(row["other"])) for row in MARKS["conflict"])
# 女的不说“我老婆”，男的不说“和老公”
_HIS, _HERS = re.compile("|".join(MARKS["his"])), re.compile("|".join(MARKS["hers"]))
_STREET, _RURAL = re.compile(MARKS["place"]["street"]), re.compile(MARKS["place"]["rural"])
_ANY_SIDE = re.compile("|".join(f"{row['one']}|{row['other']}" for row in MARKS["conflict"]))


@dataclass(frozen=True, slots=True)
class Rows:
    """一种事项在一种口吻、一类诉求、一个情节下可用的说法。"""

    title: tuple[Fragment, ...]
    who: tuple[Fragment, ...]
    core: tuple[Fragment, ...]
    feeling: tuple[Fragment, ...]
    core_size: float
    beats: Mapping[str, tuple[tuple[int, Beat, float, Formula | None, float, tuple[Fragment, ...]], ...]]
    """第几条、事实、倾向、条件、字数、说法"""
    asks: tuple[Ask, ...]


def age_group(person: Person) -> str:
    """老、少与说法里的标记相同；壮是还说不上“老伴”的中年，幼是还没有成家的。"""
    if person.age <= 22 or person.kind == "学生":
        return "幼"
    return "老" if person.age >= 58 else "少" if person.age <= 35 else "壮" if person.age <= 47 else ""


_GROUPS = ("", "幼", "少", "壮", "老")


def _fits(s: Fragment, manner: Manner, age: str) -> bool:
    """这种口吻、这个年纪的人说不说得出这句话。"""
    tones, crowd, questions = manner
    return (
        (not s.age or s.age == age or (s.age == "少" and age == "幼"))
        and (not s.tones or not tones.isdisjoint(s.tones))
        and not (crowd and s.personal)
        and (questions or not s.asks)
        and (age != "老" or not (s.parent or s.works))
        and not (s.elder and age in ("幼", "少", "壮"))
        and not (s.married and age == "幼")
    )


@cache
def _readers() -> Mapping[tuple[Manner, str], int]:
    """每种“口吻与年纪”占一个二进制位。"""
    manners = dict.fromkeys(voice.manner for voice in load_voices())
    return {(manner, age): 1 << n for n, (manner, age) in enumerate(product(manners, _GROUPS))}


_masks: dict[tuple[object, ...], int] = {}


def _mask(s: Fragment) -> int:
    """谁说得出这句话；标记相同的话算一次。"""
    key = (s.age, s.tones, s.personal, s.asks, s.parent, s.elder, s.works, s.married)
    found = _masks.get(key)
    if found is None:
        found = sum(bit for (manner, age), bit in _readers().items() if _fits(s, manner, age))
        _masks[key] = found
    return found


class Says:
    """一组说法；按口吻与年纪挑的时候只比一个二进制位。"""

    __slots__ = ("common", "masks", "says")

    def __init__(self, says: tuple[Fragment, ...]) -> None:
        """算好每句话谁说得出。

        Args:
            says: 说法。
        """
        self.says = says
        self.masks = tuple(map(_mask, says))
        self.common = ~0
        for mask in self.masks:
            self.common &= mask

    def fit(self, bit: int) -> tuple[Fragment, ...]:
        """这种口吻与年纪说得出的；多半是全部。"""
        if self.common & bit:
            return self.says
        return tuple([s for s, mask in zip(self.says, self.masks, strict=True) if mask & bit])


def told_in(says: Iterable[Fragment], story: str) -> tuple[Fragment, ...]:
    """这个情节里可用的说法：没有情节标记的，与标了它的。"""
    return tuple(s for s in says if not s.story or story in s.story)


@cache
def stories(issue: Issue, appeal: str) -> tuple[str, ...]:
    """一种事项在这类诉求下有哪几个情节；每个核心句算一份，没有标记就是只有一个情节。"""
    core = openings(issue.lines["core"], appeal, issue.appeals[0][0])
    return tuple(story for s in core for story in s.story) or ("",)


@cache
def _claims() -> re.Pattern[str]:
    return re.compile("|".join(load_lists()["claims"]))


@cache
def aloof(issue: Issue) -> frozenset[Fragment]:
    """说法里不涉及写信人是什么人、做什么、家里有谁的；谁都可以顺带说到。"""
    claims = _claims()
    own = {slot.name for slot in issue.slots if slot.kind == "choice" and any(map(claims.search, slot.choices))}
    return frozenset(
        s
        for says in every(issue)
        for s in says
        if not s.personal and s.slots.isdisjoint(own) and not claims.search(s.source)
    )


@dataclass(frozen=True, slots=True)
class _Story:
    """一种事项在一类诉求、一个情节下的说法，还没有按口吻与年龄挑。"""

    lines: Mapping[str, Says]
    beats: Mapping[str, tuple[tuple[int, Beat, Says], ...]]
    asks: tuple[tuple[Ask, Says], ...]


@cache
def _story(issue: Issue, appeal: str, story: str, aside: bool) -> _Story:
    main = issue.appeals[0][0]
    kept = aloof(issue) if aside else None

    def own(says: Iterable[Fragment]) -> tuple[Fragment, ...]:
        says = told_in(says, story)
        return says if kept is None else tuple(s for s in says if s in kept)

    thanks = appeal == "感谢" and main != "感谢"
    beats = {}
    for name in BEATS:
        found = []
        for n, beat in enumerate(issue.beats[name]):
            told = [s for s in own(beat.says) if appeal in s.appeals or not (thanks or s.appeals)]
            found.append((n, beat, Says(tuple(told))))
        beats[name] = tuple(found)
    lines = {name: usable(own(issue.lines[name]), appeal, main) for name in ("title", "who", "feeling")}
    lines["core"] = openings(own(issue.lines["core"]), appeal, main)
    if appeal == "感谢":
        lines["feeling"] = ()
    asks = []
    for ask in issue.asks:
        wants, questions = own(ask.says), own(ask.questions)
        if wants or (appeal == "咨询" and questions):
            asks.append((Ask(ask.text, wants, questions, ask.p), Says(wants)))
    return _Story({name: Says(says) for name, says in lines.items()}, beats, tuple(asks))


@lru_cache(maxsize=4096)
def rows_for(issue: Issue, manner: Manner, appeal: str, age: str, story: str, aside: bool = False) -> Rows:
    base, crowd, bit = _story(issue, appeal, story, aside), manner[1], _readers()[manner, age]

    def line(name: str) -> tuple[Fragment, ...]:
        says = base.lines[name]
        return says.fit(bit) or says.says

    beats = {
        name: tuple([(n, beat, beat.p, beat.when, beat.size, says.fit(bit)) for n, beat, says in rows])
        for name, rows in base.beats.items()
    }
    who, feeling, core, title = line("who"), line("feeling"), line("core"), line("title")
    if crowd:
        who = tuple(s for s in who if not s.personal)
        feeling = tuple(s for s in feeling if not s.personal)
    if not manner[2]:
        # 话务员起的标题不说“我们”
        title = tuple(s for s in title if s.slots.isdisjoint(("我", "我们", "我家"))) or title
    asks = tuple([a if says.common & bit else Ask(a.text, says.fit(bit) or a.says, a.questions, a.p) for a, says in base.asks])
    return Rows(title, who, core, feeling, sum(s.length for s in core) / len(core) if core else 0.0, beats, asks)


@cache
def pool_of(name: str, voice: Voice, appeal: str, age: str, kind: Kind) -> tuple[Fragment, ...]:
    pools, crowd, questions = load_pools(), voice.crowd, voice.questions
    found = []
    for s in (*pools[name], *(s for trait in kind.traits for s in pools.get(f"{name}_{trait}", ()))):
        if (
            (s.age and s.age != age and not (s.age == "少" and age == "幼"))
            or (s.appeals and appeal not in s.appeals)
            or (s.tones and voice.manner[0].isdisjoint(s.tones))
            or (crowd and s.personal and not name.startswith("sign"))
            or (not questions and s.asks)
            or (kind.away and not s.slots.isdisjoint(_LOCAL_ONLY))
            or (kind.lettered and "读书少" in s.source)
        ):
            continue
        found.append(s)
    own = [s for s in found if s.appeals]
    # 来问政策的人与投诉的人，找部门的经历不同
    return tuple(own if appeal == "咨询" and name == "calls" and own else found)


_CLOSE = 0.6  # 与核心句最近的标题，和差不多近的几个


_TRADES = tuple((re.compile(row["say"]), frozenset(row["kinds"])) for row in MARKS["trade"])


@cache
def suits(s: Fragment, kind: str) -> bool:
    """这种身份的人会不会这样自报家门：老师不说自己跑车。"""
    return all(kind in kinds for pattern, kinds in _TRADES if pattern.search(s.source))


@cache
def _gist(s: Fragment) -> frozenset[str]:
    """一段话说到什么：相邻两字与空位。"""
    text = re.sub(r"^@\S+ ", "", s.source)
    words = {text[n : n + 2] for n in range(len(text) - 1) if "一" <= text[n] <= "鿿" and "一" <= text[n + 1] <= "鿿"}
    return frozenset(words | {f"{{{name}" for name in s.slots})


@lru_cache(maxsize=8192)
def akin(titles: tuple[Fragment, ...], core: Fragment) -> tuple[Fragment, ...]:
    """与核心句说的是同一件事的标题；一个字都对不上就都行。"""
    told = _gist(core)
    near = [len(_gist(s) & told) / (len(_gist(s)) + 4) for s in titles]
    most = max(near, default=0.0)
    return tuple([s for s, value in zip(titles, near, strict=True) if value >= most * _CLOSE]) if most else titles


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
        self.draw = words.draw
        self.words = order.voice.words
        self.age = age_group(order.person)
        self.today = order.at.date()
        self.slots = order.facts.slots
        # 一封信里写法不变的：地点，与写过一次就定下的称呼
        self.known: dict[str, str] = dict(order.facts.places)
        self.waited = 0
        self.last = ""
        self.aged = False
        self.kind = kinds()[order.person.kind]
        self.core: Fragment | None = None
        self.heads: set[str] = set()
        self.sides: dict[int, int] = {}
        self.foreign = _HIS if order.person.woman else _HERS
        self.elsewhere = _STREET if order.facts.town.kind == "street" else _RURAL

    def agrees(self, text: str) -> bool:
        """这句话写信人说得出，与前面写过的对得上：不先说儿子后说女儿，开头也不雷同；对得上就记下。"""
        head = text[:_HEAD]
        if head in self.heads or self.foreign.search(text) or self.elsewhere.search(text):
            return False
        if _ANY_SIDE.search(text):
            for n, (one, other) in enumerate(_CONFLICTS):
                side = (1 if one.search(text) else 0) | (2 if other.search(text) else 0)
                before = self.sides.get(n, 0)
                if side in (1, 2):
                    if before and before != side:
                        return False
                    self.sides[n] = side
        self.heads.add(head)
        return True

    def fill(self, key: str) -> str:
        """空位的一种写法。"""
        text = self.known.get(key)
        if text is not None:
            if key == "river":
                self.known[key] = "这条河"  # 河名说过一次，再说就不必了
            return text
        if key[0] == ">":
            return self.pool(key[1:])
        order, stream, voice = self.order, self.stream, self.order.voice
        if key.partition(".")[0] in self.slots:
            text = say(order.facts, key, self.today, stream, voice.han, voice.oral)
            # “我父亲”这样的取值，话务记录里是“来电人父亲”
            return self.fill("我") + text[1:] if text[0] == "我" and voice.me[0] != "我" else text
        if key in ("我", "我们"):
            # 一封信里自称大体一致，偶尔换一种
            names = voice.me if key == "我" else voice.us
            fixed = self.known.get(f"={key}")
            if fixed is None:
                fixed = self.known[f"={key}"] = stream.pick(names)
            return fixed if stream.draw() < 0.85 else names[0]
        if key == "我家":
            return stream.pick(voice.home)
        if key[0] == "@":
            return self._common(key[1:])
        if key in PERSON or key in PII:
            self.aged = self.aged or key == "age"
            return personal(order.person, key, self.today.year, self.home)
        return self._county(key)

    @property
    def home(self) -> str:
        """来信人住的小区或村。"""
        village = self.order.issue.where == "village" or self.order.person.kind in ("村民", "村干部")
        return self.known["area" if village else "estate"]

    def _resident(self) -> tuple[str, ...]:
        kind, lists = self.kind.name, load_lists()
        if self.home.endswith("村"):
            return lists["villagers"]
        return self.kind.titles if kind in ("业主", "租户") else lists["residents"]

    def _county(self, key: str) -> str:
        stream = self.stream
        if key == "county":
            return stream.pick((self.county.name, self.county.short, "我县", "县里", self.county.name))
        if key == "to":
            return self.known.setdefault("to", stream.pick(load_lists()["leaders"]))
        if key == "dept":
            return self.unit(self.order.issue.lead)
        if key == "year":
            return str(self.today.year)
        if key == "month":
            return str(self.today.month)
        raise KeyError(key)

    def _common(self, key: str) -> str:
        """通用的话里的空位；名字以 @ 开头，不会与事项里的名字相混。"""
        stream, order = self.stream, self.order
        if key == "who":
            return self.pool("who")
        if key in ("short", "other"):
            return self._office(apart=key == "other")
        if key == "call":
            day = order.since or self.today - timedelta(days=min(6, max(span(order) - 1, 1)))
            self.waited = (self.today - day).days
            return values.past(day, self.today, stream.draw, "day")
        if key == "wait":
            longest = max(min((self.waited or span(order)) - 1, 20), 1)
            return values.count(stream.between(min(3, longest), longest), "天", stream.draw, order.voice.han)
        if key == "ago":
            return values.duration(self.waited or span(order), stream.draw)
        if key == "staff":
            return stream.pick(load_lists()["staff"]).replace("{surname}", full_name(stream, woman=False)[0])
        if key == "kindname":
            return self.known.setdefault("@kindname", stream.pick(kinds()[order.person.kind].titles))
        if key == "home":
            return self.home
        if key == "resident":
            return stream.pick(self._resident())
        if key in ("name2", "name3", "name4"):
            return mark("name", full_name(stream, woman=stream.chance(0.5)))
        if key == "goodday":
            hour = order.at.hour
            return "晚上好" if hour >= 18 or hour < 5 else "早上好" if hour < 9 else "上午好" if hour < 12 else "下午好"
        if key == "today":
            return f"{self.today.year}年{self.today.month}月{self.today.day}日"
        if key == "ticket":
            return f"{stream.between(100, 9999):04d}"
        raise KeyError(key)

    def _office(self, *, apart: bool) -> str:
        """一个相干部门的俗称；``apart`` 时不同于上一个。"""
        issue = self.order.issue
        units = (issue.lead, issue.lead, *issue.partners)
        if apart:
            units = tuple(unit for unit in units if unit != self.last) or ("信访局",)
        self.last = self.stream.pick(units)
        return self.unit(self.last)

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
        return writer_of(fragment)(self.draw, self.fill, self.words)

    def pool(self, name: str) -> str:
        """从共用的话里取一段；没有合适的就是空串。"""
        rows = pool_of(name, self.order.voice, self.order.appeal, self.age, self.kind)
        return self.write(self.stream.pick(rows)) if rows else ""
