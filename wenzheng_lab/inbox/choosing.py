"""取舍：按想写的篇幅挑事实与话头，排好先后。"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.facts import Facts
from wenzheng_lab.inbox.grammar import Fragment
from wenzheng_lab.inbox.issue import BEATS, LEVELS, Ask, Beat, Issue
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.pen import Rows

_EXTRA = {"calls": 12, "policy": 4, "background": 2, "feeling": 3, "quote": 3}
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
    ("feeling", ("policy", "reason", "calls", "facts")),
    ("background", ("core",)),
    ("sign", ("close", "thanks", "ask", "core")),
)
# 这类诉求不会写的部分
UNFIT = {
    "感谢": ("calls", "quote", "policy", "threat", "letter", "again", "bridge", "background"),
    "咨询": ("threat", "quote", "policy"),
    "建议": ("threat", "quote", "background"),
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


def choose_parts(
    order: Order, rows: Rows, plan: Sequence[tuple[str, float]], target: float, chosen: Stream
) -> tuple[dict[str, list[tuple[int, tuple[Fragment, ...]]]], list[Beat], bool, tuple[Ask, ...]]:
    """按篇幅挑事实：先难后易都按随机的先后，够长就停。"""
    issue = order.issue
    # 冷静与愤怒的一对口吻不同，可用的说法不同，篇幅要按同一个数估
    room = target - (_CORE if order.plan else rows.core_size)
    asks = [ask for n, ask in enumerate(issue.asks) if n == 0 or chosen.chance(ask.p)]
    names = {name for name, _ in plan}
    with_ask = "ask" in names and (room > 8 or chosen.chance(0.45))
    if with_ask:
        room -= 26
    while len(asks) > 1 and room < 20 * (len(asks) - 1):
        asks.pop()
    room -= 22 * (len(asks) - 1)
    candidates: list[tuple[float, int, str, int, float, Beat | None, tuple[Fragment, ...]]] = []
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
                        candidates.append((0.0 if cheap else 0.3 + luck, step, name, n, 12 if cheap else 32, None, ()))
                else:
                    candidates.append((2.0 + n * 0.5 + luck, step, name, n, 44, None, ()))
    picked: dict[str, list[tuple[int, tuple[Fragment, ...]]]] = {}
    beats: list[Beat] = []
    for _, step, _, n, size, chosen_beat, says in sorted(candidates, key=_LUCK):
        if size > room + 14 and size > 12:
            continue
        if room <= 4 and size > 12:
            break
        room -= size
        picked.setdefault(f"{step}", []).append((n, says))
        if chosen_beat is not None:
            beats.append(chosen_beat)
    for found in picked.values():
        found.sort(key=lambda row: row[0])
    return picked, beats, with_ask, tuple(asks)


def urgency_of(issue: Issue, facts: Facts, beats: Sequence[Beat]) -> tuple[str, str]:
    level, because = issue.urgency, issue.because
    for formula, higher, why in issue.urgent:
        if LEVELS.index(higher) > LEVELS.index(level) and formula.value(facts.raw):
            level, because = higher, why
    for beat in beats:
        if beat.urgency and LEVELS.index(beat.urgency) > LEVELS.index(level):
            level, because = beat.urgency, beat.because
    return level, because
