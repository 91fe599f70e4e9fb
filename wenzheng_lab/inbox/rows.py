"""可用的说法：一种事项在一种口吻、一类诉求、一个情节、一个年纪下，哪些话说得出。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from wenzheng_lab.inbox.grammar import MARKS, Fragment
from wenzheng_lab.inbox.issue import BEATS, Ask, Beat, Issue, every, openings, usable
from wenzheng_lab.inbox.people import Kind, Person
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.slots import Formula
from wenzheng_lab.inbox.voices import Manner, Voice, load_pools, load_voices

_LOCAL_ONLY = ("@home", "@resident", "@kindname", "address", "town", "area")


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
    """一个事项照某种口吻、诉求、年纪能用的各句；挑过的只挑一次。"""
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
    asks = tuple(
        [a if says.common & bit else Ask(a.text, says.fit(bit) or a.says, a.questions, a.p) for a, says in base.asks]
    )
    return Rows(title, who, core, feeling, sum(s.length for s in core) / len(core) if core else 0.0, beats, asks)


@cache
def pool_of(name: str, voice: Voice, appeal: str, age: str, kind: Kind) -> tuple[Fragment, ...]:
    """公用的一类句子里，这种口吻、这样的人说得出口的。"""
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
            or (age == "老" and s.works)
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
