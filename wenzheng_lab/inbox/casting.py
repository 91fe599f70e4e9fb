"""选角：这件事由谁、在哪、用什么口吻、从哪个渠道写来。"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from math import exp

from wenzheng_lab.inbox._streams import Stream, cumulate
from wenzheng_lab.inbox.county import County, Town
from wenzheng_lab.inbox.facts import draw_facts, draw_places
from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.pen import stories
from wenzheng_lab.inbox.people import Person, make_person
from wenzheng_lab.inbox.slots import Formula
from wenzheng_lab.inbox.voices import Voice, load_voices

# 篇幅取对数正态，两侧宽窄不同；量自公开来信的 10/50/90 百分位（69、209、939 字）
_MIDDLE, _SHORT_SIDE, _LONG_SIDE = 5.62, 0.92, 1.22
_PEOPLE = 8  # 找不到合适的来信人，最多换几个


def length_target(stream: Stream) -> float:
    """想写多长；六个均匀数之和近似正态，只用 random()，各版本一致。"""
    z = (sum(stream.draw() for _ in range(6)) - 3) * 1.4142135623730951
    return exp(_MIDDLE + z * (_SHORT_SIDE if z < 0 else _LONG_SIDE))


@cache
def _voices(
    kind: str, channel: str, appeal: str, crowd: bool, hour: int, again: bool
) -> tuple[tuple[Voice, ...], tuple[float, ...]]:
    rows, weights = [], []
    for voice in load_voices():
        if voice.people and kind not in voice.people:
            continue
        if voice.appeals and appeal not in voice.appeals:
            continue
        if voice.crowd and not crowd:
            continue
        if voice.hours and hour not in voice.hours:
            continue
        if voice.again != again:
            continue
        weight = voice.weight
        if channel == "12345热线":
            weight = voice.weight * 12 if voice.id == "hotline" else 0.0
        elif voice.id == "hotline":
            weight = 0.0
        elif voice.channels:
            weight *= voice.channels.get(channel, 0.0) / max(voice.channels.values())
        if voice.hours:
            weight *= 3
        if appeal in ("感谢", "咨询") and voice.emotion >= 2:
            weight *= 0.1
        if weight > 0:
            rows.append(voice)
            weights.append(weight)
    return tuple(rows), cumulate(weights)


@cache
def _appeals(issue: Issue) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return tuple(row[0] for row in issue.appeals), cumulate([row[1] for row in issue.appeals])


@cache
def _limits(issue: Issue) -> tuple[Formula, ...]:
    """只与来信人的年龄、时间有关的关系：定人的时候就要满足。"""
    return tuple(f for f in issue.check if f.names and f.names <= {"me_age", "month", "year"})


def pick_voice(
    issue: Issue, kind: str, age: int, woman: bool, channel: str, appeal: str, at: datetime, again: bool, stream: Stream
) -> Voice:
    """挑一种合身份、年龄、渠道、时辰的口吻。"""
    again = again and channel != "12345热线"
    rows, totals = _voices(kind, channel, appeal, issue.crowd, at.hour, again)
    for _ in range(30):
        if not rows:
            break
        voice = stream.weigh(rows, totals)
        if voice.ages[0] <= age <= voice.ages[1] and (woman or not voice.women):
            return voice
    return load_voices()[0]


def _suitable(issue: Issue, home: Town, stream: Stream, at: datetime) -> Person:
    """年龄合得上这件事的来信人。"""
    alone = _limits(issue)
    for _ in range(_PEOPLE * 5):
        person = make_person(stream.pick(issue.people), home, stream)
        if all(formula.value({"me_age": float(person.age), "month": float(at.month), "year": float(at.year)}) for formula in alone):
            break
    return person


def cast_letter(
    county: County,
    issue: Issue,
    at: datetime,
    key: str,
    *,
    channel: str = "网站留言",
    case_key: str = "",
    person_key: str = "",
    town: Town | None = None,
    appeal: str = "",
) -> Order:
    """定下一封信的一切，除了文字。

    Args:
        county: 县。
        issue: 事项。
        at: 写信的时刻。
        key: 这封信的流名。
        channel: 渠道。
        case_key: 这件事的流名；重复来信共用。默认就是这封信自己的。
        person_key: 来信人的流名；同一人再写时共用。
        town: 已经定下的乡镇。
        appeal: 已经定下的诉求类型。

    Returns:
        写信的要求。
    """
    case_key, person_key = case_key or key, person_key or key
    case = Stream(f"{case_key}:case")
    home, places = draw_places(county, issue, case, town)
    own = Stream(f"{person_key}:person")
    for _ in range(_PEOPLE):
        person = _suitable(issue, home, own, at)
        facts = draw_facts(county, issue, case, person, at.date(), home, places)
        if facts.sound:
            break
    taste = Stream(f"{key}:voice", brief=True)
    if not appeal:
        appeal = taste.weigh(*_appeals(issue))
    voice = pick_voice(issue, person.kind, person.age, person.woman, channel, appeal, at, False, taste)
    target = length_target(taste) * voice.length
    story = Stream(f"{case_key}:story", brief=True).pick(stories(issue, appeal))
    return Order(issue, facts, person, voice, appeal, at, target, key, f"{key}:plan", story=story)
