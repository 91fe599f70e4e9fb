"""一件事的事实：取值、核对关系、在信里的写法。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from wenzheng_lab.inbox import values
from wenzheng_lab.inbox._streams import Stream, choose, cumulate
from wenzheng_lab.inbox.county import County, Town
from wenzheng_lab.inbox.issue import Issue, every
from wenzheng_lab.inbox.people import Person, full_name
from wenzheng_lab.inbox.slots import PERSON, Slot

OPEN, CLOSE = "\ue010", "\ue000"
PII = ("name", "phone", "landline", "idcard", "bank", "plate", "address", "qq", "email", "wechat", "passport", "cert")
"""个人信息的种类；正文里先用私用区字符夹住，成文后再换算成位置"""
_SPOTS = (
    ("estate", "estates"),
    ("road", "roads"),
    *((kind, kind) for kind in ("primary", "middle", "kindergarten", "hospital", "market", "park", "bridge")),
)
_TRIES = 60


def mark(kind: str, text: str) -> str:
    """把个人信息夹在记号里。"""
    return chr(ord(OPEN) + PII.index(kind)) + text + CLOSE


@dataclass(slots=True)
class Facts:
    """一件事的事实。"""

    town: Town
    """事发地"""
    places: dict[str, str]
    """各类地点"""
    raw: dict[str, float]
    """数值事项的值；ago 是写信那天往前多少天"""
    text: dict[str, str]
    """文字事项的值"""
    slots: Mapping[str, Slot]
    """各事项的取法"""
    started: date
    """这件事被写下的第一天；重复来信隔了几天，“多少天前”要加上"""
    marked: set[str] = field(default_factory=set)
    """文字事项里属于个人信息的"""
    sound: bool = True
    """各事项之间的关系是否都成立"""


def draw_places(county: County, issue: Issue, stream: Stream, town: Town | None = None) -> tuple[Town, dict[str, str]]:
    """定下事发的乡镇与各类地点，都在同一个乡镇里。

    Args:
        county: 县。
        issue: 事项，看它发生在哪类地方。
        stream: 随机流。
        town: 已经定下的乡镇；默认按来信多少随机。

    Returns:
        乡镇，与地点种类到地名的表。
    """
    draw, where = stream.draw, issue.where
    if town is None:
        town = choose(*_towns(county, where), draw())
    communities, rural, spots = _spots(town)
    areas = communities if where == "street" or town.kind == "street" else rural
    if where == "town" and communities and draw() < 0.5:
        areas = communities
    areas = areas or town.places["villages"]
    places = {"town": town.name, "area": areas[int(draw() * len(areas))], "river": town.river}
    for name, rows in spots:
        places[name] = rows[int(draw() * len(rows))]
    if issue.new_estate and places["estate"] not in _new_estates(town.name, town.places["estates"]):
        bought = _new_estates(town.name, town.places["estates"])
        places["estate"] = bought[int(draw() * len(bought))]
    return town, places


_OLD_ESTATE = re.compile("安置|宿舍|家属院|移民|矿工|搬迁|渔民")


@cache
def _new_estates(town: str, estates: tuple[str, ...]) -> tuple[str, ...]:
    """买来的小区；乡下没有这样的小区，就照旧。"""
    return tuple(name for name in estates if not _OLD_ESTATE.search(name)) or estates


@cache
def _towns(county: County, where: str) -> tuple[tuple[Town, ...], tuple[float, ...]]:
    usable = tuple(t for t in county.towns if where == "any" or (t.kind == "street") == (where == "street"))
    return usable, cumulate([t.weight for t in usable])


_SPOTS_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]] = {}


def _spots(town: Town) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    found = _SPOTS_OF.get(town.name)
    if found is None:
        rows = tuple((name, town.places[kind]) for name, kind in _SPOTS)
        found = _SPOTS_OF[town.name] = (town.communities, town.rural, rows)
    return found


def draw_facts(
    county: County, issue: Issue, stream: Stream, person: Person, day: date, town: Town, places: dict[str, str]
) -> Facts:
    """给各事项取值，直到满足 ``check`` 里的关系。

    Args:
        county: 县。
        issue: 事项。
        stream: 随机流。
        person: 来信人，``me_age``、``woman`` 用。
        day: 写信那天。
        town: 事发地。
        places: 地点。

    Returns:
        事实。
    """
    facts = Facts(town, places, {}, {}, _slot_table(issue), day)
    draw, used, free = stream.draw, mentioned(issue), _free_choices(issue)
    known = {
        "me_age": float(person.age),
        "woman": float(person.woman),
        "month": float(day.month),
        "year": float(day.year),
        "rural": 0.0 if town.kind == "street" else 1.0,
    }
    for _ in range(_TRIES):
        raw = facts.raw = known.copy()
        facts.text = {}
        for slot in issue.slots:
            name = slot.name
            if slot.steps:
                # 整数、钱、日期、钟点占了大半
                raw[name] = slot.low + int(draw() * slot.steps) * slot.step
            elif name in free:
                at = int(draw() * len(slot.choices))
                facts.text[name] = slot.choices[at]
                raw[name] = float(at)
            else:
                _draw(slot, facts, county, stream, used, person)
        for formula in issue.check:
            if not formula.holds(raw):
                facts.sound = False
                break
        else:
            facts.sound = True
            break
    return facts


@cache
def _slot_table(issue: Issue) -> Mapping[str, Slot]:
    return {slot.name: slot for slot in issue.slots}


@cache
def _free_choices(issue: Issue) -> frozenset[str]:
    """谁都可以取任何一种的文字事项：不说到亲属。"""
    return frozenset(slot.name for slot in issue.slots if slot.kind == "choice" and not any(map(_kin, slot.choices)))


@cache
def mentioned(issue: Issue) -> frozenset[str]:
    """说法里用到的内置地点；声明的地点不能与它们相同。"""
    return frozenset(name for says in every(issue) for s in says for name in s.slots)


# 亲属的叫法，与说得上这种亲属的年龄；后两样是只有男的、只有女的才说的
_KIN = (
    (re.compile("^(?:我的?|我家)?老伴"), 48, 120),
    (re.compile("^我?(?:孙子|孙女|外孙|女婿|儿媳)"), 46, 120),
    (re.compile("^我?(?:儿子|女儿|孩子|大女儿|小儿子|女娃|男娃)$"), 23, 120),
    (re.compile("^我?(?:爱人|丈夫|老公|老婆|妻子|前夫|前妻|小姨子|小舅子)"), 22, 120),
    (re.compile("^我?(?:父亲|母亲|爸|妈|公公|婆婆|岳父|岳母|丈母娘|老娘)"), 16, 68),
    (re.compile("^我?(?:爷爷|奶奶|外公|外婆)"), 14, 45),
)
_HIS = re.compile("^我?(?:妻子|老婆|前妻|小姨子|小舅子|岳父|岳母|丈母娘)")
_HERS = re.compile("^我?(?:丈夫|老公|公公|婆婆|前夫)")
_KIN_TRIES = 12


@cache
def _kin(text: str) -> tuple[int, int, str] | None:
    for pattern, low, high in _KIN:
        if pattern.search(text):
            return low, high, "男" if _HIS.search(text) else "女" if _HERS.search(text) else ""
    return None


def fits_kin(text: str, person: Person) -> bool:
    """这个年纪、性别的人，家里会不会有这样的亲属；不是亲属的都行。

    Args:
        text: 一种取值，如“老伴”“岳母”“棉被”。
        person: 来信人。

    Returns:
        说得通就是真。
    """
    kin = _kin(text)
    if kin is None:
        return True
    low, high, sex = kin
    return low <= person.age <= high and (not sex or (sex == "女") == person.woman)


def _draw(slot: Slot, facts: Facts, county: County, stream: Stream, used: frozenset[str], person: Person) -> None:
    kind = slot.kind
    if kind == "float":
        facts.raw[slot.name] = round(slot.low + stream.draw() * (slot.high - slot.low), slot.digits)
    elif kind == "calc":
        assert slot.formula is not None
        value = slot.formula.value(facts.raw)
        facts.raw[slot.name] = round(value, slot.digits) if slot.digits else float(int(value + 0.5))
    elif kind == "choice":
        at = stream.below(len(slot.choices))
        for _ in range(_KIN_TRIES):
            if fits_kin(slot.choices[at], person):
                break
            at = stream.below(len(slot.choices))
        else:
            # 运气不好，总也抽不到说得通的，就取第一个说得通的
            at = next((n for n, text in enumerate(slot.choices) if fits_kin(text, person)), at)
        facts.text[slot.name] = slot.choices[at]
        facts.raw[slot.name] = float(at)  # 算式里写 item == 2，指第三种
    elif kind == "firm":
        facts.text[slot.name] = stream.pick(county.firms(facts.town.name, slot.choices[0]))
    elif kind == "place":
        facts.text[slot.name] = _other_place(slot.choices[0], facts, county, stream, used)
    elif kind == "surname":
        facts.text[slot.name] = full_name(stream, woman=False)[0] + slot.choices[0]
    else:
        facts.text[slot.name] = full_name(stream, woman=stream.chance(0.4))
        facts.marked.add(slot.name)


def _other_place(kind: str, facts: Facts, county: County, stream: Stream, used: frozenset[str]) -> str:
    town = facts.town
    if kind == "town":
        return stream.pick([t.name for t in county.towns if t.name != town.name])
    if kind == "river":
        return town.river
    key = {"area": "villages", "estate": "estates", "road": "roads"}.get(kind, kind)
    taken = {*facts.text.values(), *((facts.places[kind],) if kind in used else ())}
    choices = [name for name in town.places[key] if name not in taken]
    if kind == "area":
        same = [name for name in choices if name[-1] == facts.places["area"][-1]]
        choices = same or choices
    if not choices:
        # 本地只有一所学校、一家医院，另一所只能在别的乡镇
        near = [t for t in county.towns if t.name != town.name and (t.kind == "street") == (town.kind == "street")]
        choices = [name for name in stream.pick(near).places[key] if name not in taken]
    return stream.pick(choices or town.places[key])


def say(facts: Facts, key: str, today: date, stream: Stream, hanzi: float, oral: float = 0.3) -> str:
    """一个事项在信里的写法。

    Args:
        facts: 事实。
        key: 事项名，可带变形，如 ``since.ago``。
        today: 写信那天。
        stream: 用词的流。
        hanzi: 数目写成汉字的几率。
        oral: 口语的比重，“块钱”与“元”由它定。

    Returns:
        文字。
    """
    name, _, form = key.partition(".")
    if name in facts.text:
        text = facts.text[name]
        return mark("name", text) if name in facts.marked else text
    slot, value = facts.slots[name], facts.raw[name]
    draw = stream.draw
    if slot.kind == "ago":
        return values.past(facts.started - timedelta(days=int(value)), today, draw, form)
    if slot.kind == "ahead":
        return values.future(max(facts.started + timedelta(days=int(value)), today), today, draw, form)
    if slot.kind == "clock":
        start = values.clock(int(value), draw)
        return f"{start}到{values.clock(int(value) + 2, draw)}" if form == "range" else start
    if form == "n":
        return f"{value:g}" if value < 1e6 else str(int(value))
    if slot.kind == "money" or slot.unit == "元":
        return values.about(value, draw, hanzi, oral) if form == "about" else values.money(value, draw, hanzi, oral)
    return values.count(value, slot.unit, draw, hanzi if slot.kind == "int" else 0.0)


def personal(person: Person, what: str, year: int, home: str) -> str:
    """来信人的资料，夹在个人信息记号里；年龄不夹。"""
    if what == "age":
        return str(person.age)
    assert what in PERSON or what in PII
    return mark(what, person.detail(what, year, home))
