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
from wenzheng_lab.inbox.people import Person, make_person
from wenzheng_lab.inbox.rows import stories
from wenzheng_lab.inbox.slots import Formula
from wenzheng_lab.inbox.voices import Voice, load_voices

# 篇幅取对数正态，两侧宽窄不同；量自公开来信的 10/50/90 百分位（69、209、939 字）
_MIDDLE, _SHORT_SIDE, _LONG_SIDE = 5.66, 0.95, 1.5
_PEOPLE = 20  # 找不到合适的来信人，最多换几个


def length_target(key: str) -> float:
    """想写多长；六个均匀数之和近似正态，只用 random()，各版本一致。

    Args:
        key: 这封信的流名。

    Returns:
        字数，未乘口吻的篇幅。
    """
    draw = Stream(key, "length").draw
    z = (draw() + draw() + draw() + draw() + draw() + draw() - 3) * 1.4142135623730951
    return exp(_MIDDLE + z * (_SHORT_SIDE if z < 0 else _LONG_SIDE))


@cache
def _alike(hour: int) -> int:
    """与这个钟点合用的口吻相同的最早的钟点；二十四个钟点只有几样。"""
    awake = [hour in voice.hours for voice in load_voices()]
    return next(early for early in range(24) if [early in voice.hours for voice in load_voices()] == awake)


Runner = tuple[int, Voice, float, int, int, bool]
"""第几种口吻、口吻、比重的倒数、年龄的上下限、是不是只有女性"""


@cache
def _voices(
    kind: str, channel: str, appeal: str, crowd: bool, hour: int, again: bool
) -> tuple[int, tuple[Runner, ...]]:
    """共几种口吻，与其中合身份、渠道、时辰的。"""
    rows = []
    for at, voice in enumerate(load_voices()):
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
        suits = (
            (not voice.people or kind in voice.people)
            and (not voice.appeals or appeal in voice.appeals)
            and (crowd or not voice.crowd)
            and (not voice.hours or hour in voice.hours)
            and voice.again == again
        )
        if suits and weight > 0:
            rows.append((at, voice, 1 / weight, voice.ages[0], voice.ages[1], voice.women))
    return len(load_voices()), tuple(rows)


@cache
def _appeals(issue: Issue) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return tuple(row[0] for row in issue.appeals), cumulate([row[1] for row in issue.appeals])


@cache
def _limits(issue: Issue) -> tuple[Formula, ...]:
    """只与来信人的年龄、时间有关的关系：定人的时候就要满足。"""
    return tuple(f for f in issue.check if f.names and f.names <= {"me_age", "woman", "month", "year"})


def pick_voice(
    issue: Issue, kind: str, age: int, woman: bool, channel: str, appeal: str, at: datetime, again: bool, key: str
) -> Voice:
    """挑一种合身份、年龄、渠道、时辰的口吻。

    每种口吻各抽一个数，按比重赛跑，最快的当选：在文件末尾添一种口吻，只有它跑赢的信会变，别的信一个字不动。

    Args:
        issue: 事项。
        kind: 身份。
        age: 年龄。
        woman: 是否女性。
        channel: 渠道。
        appeal: 诉求类型。
        at: 写信的时刻。
        again: 是不是再次反映。
        key: 这封信的流名。

    Returns:
        口吻。
    """
    again = again and channel != "12345热线"
    draw = Stream(key, "voice").draw
    best, first = 0.0, None
    everyone, runners = _voices(kind, channel, appeal, issue.crowd, _alike(at.hour), again)
    drawn = [draw() for _ in range(everyone)]
    for lane, voice, slow, low, high, women in runners:
        if low <= age <= high and (woman or not women):
            # u ** (1 / 比重) 最大者，当选的机会正与比重成正比
            speed = drawn[lane] ** slow
            if speed > best:
                best, first = speed, voice
    return first or load_voices()[0]


def _suitable(issue: Issue, home: Town, stream: Stream, at: datetime) -> Person:
    """年龄合得上这件事的来信人。"""
    alone = _limits(issue)
    if not alone:
        return make_person(stream.pick(issue.people), home, stream)
    for _ in range(_PEOPLE * 5):
        person = make_person(stream.pick(issue.people), home, stream)
        known = {
            "me_age": float(person.age),
            "woman": float(person.woman),
            "month": float(at.month),
            "year": float(at.year),
        }
        if all(formula.value(known) for formula in alone):
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
    case = Stream(case_key, "case")
    home, places = draw_places(county, issue, case, town)
    own = Stream(person_key, "person")
    for _ in range(_PEOPLE):
        person = _suitable(issue, home, own, at)
        facts = draw_facts(county, issue, case, person, at.date(), home, places)
        if facts.sound:
            break
    if not appeal:
        appeal = Stream(key, "appeal").weigh(*_appeals(issue))
    voice = pick_voice(issue, person.kind, person.age, person.woman, channel, appeal, at, False, key)
    target = length_target(key) * voice.length
    story = Stream(case_key, "story").pick(stories(issue, appeal))
    return Order(issue, facts, person, voice, appeal, at, target, key, f"{key}:plan", story=story)
