"""笔：把空位写成这个人的话，记住写过什么，前后不打架。"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import County
from wenzheng_lab.inbox.facts import PII, mark, personal, say
from wenzheng_lab.inbox.grammar import MARKS, Fragment, writer_of
from wenzheng_lab.inbox.issue import LOCAL
from wenzheng_lab.inbox.orders import Order, span
from wenzheng_lab.inbox.people import Person, full_name, kinds
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.rows import age_group, pool_of
from wenzheng_lab.inbox.slots import PERSON

_POOL_TRIES = 3  # 共用的话不合这个人、这个时节，换几次
_HEAD = 6  # 两句话头几个字一样，就像说了两遍
_CONFLICTS = tuple((re.compile(row["one"]), re.compile(row["other"])) for row in MARKS["conflict"])
# 说这些话要合时令、合年纪
_SEASONS = tuple((row["say"], frozenset(row["months"])) for row in MARKS["season"])
_LIVES = tuple((row["say"], *row["age"]) for row in MARKS["life"])
_ANY_SIDE = re.compile("|".join(f"{row['one']}|{row['other']}" for row in MARKS["conflict"]))


def _unsaid(person: Person, month: int, *, street: bool) -> re.Pattern[str]:
    """这个人这个月说不出口的话：女的不说“我老婆”，县城里不说“村支书”，腊月里不说苍蝇，二十岁不说孩子要高考。"""
    ages = tuple(n for n, (_, low, high) in enumerate(_LIVES) if not low <= person.age <= high)
    seasons = tuple(n for n, (_, months) in enumerate(_SEASONS) if month not in months)
    return _joined(person.woman, street, ages, seasons)


@cache
def _joined(woman: bool, street: bool, ages: tuple[int, ...], seasons: tuple[int, ...]) -> re.Pattern[str]:
    return re.compile(
        "|".join(
            (
                *MARKS["his" if woman else "hers"],
                MARKS["place"]["street" if street else "rural"],
                *(_LIVES[n][0] for n in ages),
                *(_SEASONS[n][0] for n in seasons),
            )
        )
    )


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
        self.unsaid = _unsaid(order.person, self.today.month, street=order.facts.town.kind == "street")

    def agrees(self, text: str) -> bool:
        """这句话写信人说得出，与前面写过的对得上：不先说儿子后说女儿，开头也不雷同；对得上就记下。"""
        head = text[:_HEAD]
        if head in self.heads or self.unsaid.search(text):
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
        text = ""
        for _ in range(_POOL_TRIES if rows else 0):
            text = self.write(self.stream.pick(rows))
            if not self.unsaid.search(text):
                break
        return text
