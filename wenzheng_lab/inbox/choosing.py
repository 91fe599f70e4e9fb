"""取舍：按想写的篇幅挑事实与话头，排好先后。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.facts import Facts
from wenzheng_lab.inbox.grammar import Fragment
from wenzheng_lab.inbox.issue import BEATS, LEVELS, Ask, Beat, Issue
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.rows import Rows

_EXTRA = {"calls": 2, "feeling": 2}  # 一封信里最多写几遍；别的部分只写一遍
_LUCK = itemgetter(0)  # 抽到的数相同时保持原来的先后
EXPAND = 330  # 想写这么长的信，才把计划之外的部分也写上
# 部分，与放在谁的后面（background 放在前面）
_PLACES = (
    ("effect", ("facts", "core")),
    ("tried", ("effect", "facts", "core")),
    ("calls", ("tried", "effect", "facts", "core")),
    ("reason", ("calls", "tried", "facts", "core")),
    ("quote", ("calls", "reason", "core")),
    ("policy", ("reason", "quote", "core")),
    ("impact", ("effect", "tried", "facts", "core")),
    ("feeling", ("policy", "reason", "calls", "facts")),
    ("background", ("core",)),
    ("sign", ("close", "thanks", "ask", "core")),
)
# 这类诉求不会写的部分
UNFIT = {
    "感谢": ("calls", "quote", "policy", "threat", "again", "bridge", "background"),
    "咨询": ("threat", "quote", "policy"),
    "建议": ("threat", "quote", "background", "calls", "again"),
}
_CORE = 60
_LONG = 90  # 平均篇幅以上才写落款、开场这些可有可无的话


def expand(plan: Sequence[tuple[str, float]], chosen: Stream, *, aloof: bool) -> tuple[tuple[str, float], ...]:
    """长信：计划里没有的部分也写上，放在合适的地方。"""
    steps = list(plan)
    have = {name for name, _ in steps}
    for name, anchors in _PLACES:
        if name in have or not chosen.chance(0.85) or (name == "background" and aloof):
            continue
        at = next((n for anchor in anchors for n, (step, _) in enumerate(steps) if step == anchor), None)
        if at is not None:
            if name == "sign":
                steps.append((name, 0.5))
            else:
                steps.insert(at + (0 if name == "background" else 1), (name, 0.8))
            have.add(name)
    return tuple(steps)


@dataclass(slots=True)
class Choice:
    """挑好的内容。"""

    picked: Mapping[int, list[tuple[int, tuple[Fragment, ...]]]]
    """计划的第几步写哪几条"""
    beats: tuple[Beat, ...]
    """用到的事实"""
    asks: tuple[Ask, ...]
    """提出的诉求；空就是不写"""
    all_asks: tuple[Ask, ...]
    """这封信的诉求，写没写出来都在"""
    room: float
    """还剩多少篇幅"""


_CHEAP = frozenset(("hello", "thanks", "sign", "close", "again", "caller", "where", "who", "impact"))


def choose_parts(order: Order, rows: Rows, plan: Sequence[tuple[str, float]], target: float, chosen: Stream) -> Choice:
    """按篇幅挑事实：先难后易都按随机的先后，够长就停。"""
    issue, draw = order.issue, chosen.draw
    # 冷静与愤怒的一对口吻不同，可用的说法不同，篇幅要按同一个数估
    room = target - (_CORE if order.plan else rows.core_size)
    asks = [ask for n, ask in enumerate(rows.asks) if n == 0 or draw() < ask.p]
    with_ask = "ask" in [name for name, _ in plan] and (room > 8 or draw() < 0.45)
    if with_ask:
        room -= 26
    while len(asks) > 1 and room < 20 * (len(asks) - 1):
        asks.pop()
    room -= 22 * (len(asks) - 1)
    candidates: list[tuple[float, int, int, float, Beat | None, tuple[Fragment, ...]]] = []
    add = candidates.append
    slack = 0.6 if order.appeal == "咨询" and issue.appeals[0][0] != "咨询" else 1.0
    raw = order.facts.raw
    for step, (name, p) in enumerate(plan):
        if name in BEATS:
            scale = (1.25 if name == "facts" else 0.9) * slack
            for n, beat, p, when, size, says in rows.beats[name]:
                # 不管用不用得上都抽一个数，冷静与愤怒的一对才挑出同样的事实
                luck = draw()
                if draw() <= p and says and (when is None or when.holds(raw)):
                    add((luck / (p * scale), step, n, size, beat, says))
        elif name != "core" and name != "ask":
            luck = draw()
            cheap = name in _CHEAP
            if luck < p * (1.0 if target > _LONG or name in ("again", "caller", "where") else 0.45):
                add((0.0 if cheap else 0.3 + luck, step, 0, 14.0 if cheap else 28.0, None, ()))
            for n in range(1, 1 if order.appeal == "咨询" else _EXTRA.get(name, 1)):
                add((2.0 + n * 0.5 + draw(), step, n, 44.0, None, ()))
    picked: dict[int, list[tuple[int, tuple[Fragment, ...]]]] = {}
    beats: list[Beat] = []
    candidates.sort(key=_LUCK)
    for _, step, n, size, chosen_beat, says in candidates:
        if size > 14:
            if room <= 4:
                break
            if size > room + 14:
                continue
        room -= size
        picked.setdefault(step, []).append((n, says))
        if chosen_beat is not None:
            beats.append(chosen_beat)
    for found in picked.values():
        found.sort(key=_LUCK)
    return Choice(picked, tuple(beats), tuple(asks) if with_ask else (), tuple(asks), room)


def urgency_of(issue: Issue, facts: Facts, beats: Sequence[Beat]) -> tuple[str, str]:
    """这封信有多急、为什么：事项本来的，被数目与写到的情节抬高。"""
    level, because = issue.urgency, issue.because
    for formula, higher, why in issue.urgent:
        if LEVELS.index(higher) > LEVELS.index(level) and formula.holds(facts.raw):
            level, because = higher, why
    for beat in beats:
        if beat.urgency and LEVELS.index(beat.urgency) > LEVELS.index(level):
            level, because = beat.urgency, beat.because
    return level, because
