"""来历：第几封信什么时候来、出自哪里、是不是再写一遍别的信。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from wenzheng_lab.inbox._streams import Stream, choose, cumulate
from wenzheng_lab.inbox.arrivals import Arrivals
from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.issues import load_issues
from wenzheng_lab.inbox.scenario import Scenario

_BLOCK = 50  # 冷静与愤怒的一对在五十封之内
_NEAR_DAYS = 40  # 重复来信最多隔几天


@dataclass(slots=True)
class Origin:
    """第几封信的来历：时刻、出处、与别的信的关系。"""

    at: datetime
    hour: int
    kind: str
    issue: float
    channel: float
    root: int = -1
    event: int = 0


class Origins:
    """每封信的来历；看第几封不必先看前面的。"""

    def __init__(self, n: int, seed: int, scenario: Scenario) -> None:
        """备好到达与各月的事项。

        Args:
            n: 共几封。
            seed: 种子。
            scenario: 情景。
        """
        self.n, self.seed, self.scenario = n, seed, scenario
        self.arrivals = _arrivals(scenario)
        self._channels = tuple(channel.name for channel in scenario.channels)
        self._by_month = [_month_table(scenario, month) for month in range(1, 13)]
        self._reach = max(1, round(n * _NEAR_DAYS / scenario.days))
        self.slot = lru_cache(maxsize=256)(self._slot)
        self._pair = lru_cache(maxsize=64)(self._draw_pair)

    def _slot(self, index: int) -> Origin:
        stream = Stream(f"{self.seed}:{index}", "kind")
        at, hour = self.arrivals.at(index, self.n, stream.draw())
        event, issue, channel = self.arrivals.source(hour, stream.draw()), stream.draw(), stream.draw()
        pair = self._pair(index // _BLOCK)
        if pair and index in pair:
            return Origin(at, hour, "twin", issue, channel, pair[0])
        if event:
            return Origin(at, hour, "event", issue, channel, event=event)
        luck, u = stream.draw(), stream.draw()
        for kind in ("spam", "same_person", "neighbour", "petition"):
            luck -= self.scenario.mix[kind]
            if luck < 0:
                if kind == "spam":
                    return Origin(at, hour, kind, issue, channel)
                root = index - 1 - int(u * min(self._reach, index)) if index else -1
                if root >= 0 and self.slot(root).kind == "ordinary":
                    if kind == "petition" and self.channel(self.slot(root)) == "12345热线":
                        kind = "neighbour"  # 话务员的记录没有谁能照抄
                    return Origin(at, hour, kind, issue, channel, root)
                break
        return Origin(at, hour, "ordinary", issue, channel)

    def _draw_pair(self, block: int) -> tuple[int, int] | None:
        stream = Stream(f"{self.seed}:{block}", "twins")
        if not stream.chance(self.scenario.mix["twins"] * _BLOCK / 2):
            return None
        first, gap = stream.below(_BLOCK // 2), 1 + stream.below(_BLOCK // 2 - 1)
        a, b = block * _BLOCK + first, block * _BLOCK + first + gap
        return (a, b) if b < self.n else None

    def other(self, index: int) -> int:
        """冷静与愤怒的一对里的另一封。"""
        pair = self._pair(index // _BLOCK)
        assert pair is not None
        return pair[1] if index == pair[0] else pair[0]

    def issue(self, slot: Origin, u: float) -> Issue:
        """写的是哪一种事项；``u`` 是 0–1 的数。"""
        if slot.event:
            rows = self.scenario.events[slot.event - 1].issues
            return choose([row[0] for row in rows], cumulate([row[1] for row in rows]), u)
        issues, totals = self._by_month[slot.at.month - 1]
        return choose(issues, totals, u)

    def channel(self, slot: Origin) -> str:
        """从哪个渠道写来。"""
        return choose(self._channels, self.arrivals.channels(slot.hour), slot.channel)


@lru_cache(maxsize=4)
def _arrivals(scenario: Scenario) -> Arrivals:
    return Arrivals(scenario)


@lru_cache(maxsize=64)
def _month_table(scenario: Scenario, month: int) -> tuple[tuple[Issue, ...], tuple[float, ...]]:
    issues = [
        issue for issue in load_issues() if not issue.only_event and scenario.categories.get(issue.category, 0) > 0
    ]
    sums: dict[str, float] = {}
    for issue in issues:
        sums[issue.category] = sums.get(issue.category, 0.0) + issue.weight
    weights = [
        scenario.categories[i.category] * i.weight / sums[i.category] * i.months[month - 1] / (sum(i.months) / 12)
        for i in issues
    ]
    return tuple(issues), cumulate(weights)
