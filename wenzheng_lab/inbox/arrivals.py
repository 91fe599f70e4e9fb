"""到达：来信什么时候来、出自哪桩事、走哪个渠道；先后不乱，不必先造前面的。"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from math import exp

from wenzheng_lab.inbox._streams import cumulate
from wenzheng_lab.inbox.scenario import Scenario


class Arrivals:
    """到达：情景里每个小时有多少来信，由哪一桩事带来，走哪个渠道。"""

    def __init__(self, scenario: Scenario) -> None:
        """算好各小时的累计强度。

        Args:
            scenario: 情景。
        """
        self.scenario = scenario
        hours = scenario.days * 24
        begin = datetime.combine(scenario.start, datetime.min.time())
        self.begin = begin
        share = sum(channel.share for channel in scenario.channels)
        base, kinds = [], []
        for hour in range(hours):
            day = scenario.start + timedelta(days=hour // 24)
            holiday, weekend = day in scenario.holidays, day.weekday() >= 5
            row = [
                c.share / share * c.hours[hour % 24] * (c.holiday if holiday else c.weekend if weekend else 1.0)
                for c in scenario.channels
            ]
            kinds.append((2 if holiday else 1 if weekend else 0, hour % 24))
            base.append(sum(row))
        self._kinds = kinds
        quiet = max(0.02, 1 - sum(event.share for event in scenario.events))
        total = sum(base)
        streams = [[value / total * quiet for value in base]]
        for event in scenario.events:
            offset = (event.start - begin).total_seconds() / 3600
            peak, span = max(event.days * 24 * event.rise, 0.5), event.days * 24
            shape = []
            for hour in range(hours):
                t = hour - offset + 0.5
                # 伽马形：先快后慢；夜里按渠道的作息减少，但不到零
                form = (t / peak) * exp(1 - t / peak) if 0 < t < span * 3 else 0.0
                shape.append(form * (base[hour] / max(base) + 0.15))
            amount = sum(shape) or 1.0
            streams.append([value / amount * event.share for value in shape])
        self._rows = list(zip(*streams, strict=True))
        self._totals = cumulate([sum(row) for row in self._rows])
        self._channels = {
            (kind, hour): cumulate(
                [
                    c.share * c.hours[hour] * (c.holiday if kind == 2 else c.weekend if kind == 1 else 1.0) + 1e-9
                    for c in scenario.channels
                ]
            )
            for kind in (0, 1, 2)
            for hour in range(24)
        }

    def at(self, index: int, n: int, u: float) -> tuple[datetime, int]:
        """第 ``index`` 封（共 ``n`` 封）什么时候来；先后不乱。

        Args:
            index: 第几封，从 0 起。
            n: 共几封。
            u: 0–1 的随机数。

        Returns:
            时刻，与第几个小时。
        """
        want = (index + u) / n * self._totals[-1]
        low = min(bisect_right(self._totals, want), len(self._totals) - 1)
        before = self._totals[low - 1] if low else 0.0
        width = self._totals[low] - before
        inside = min(max((want - before) / width if width else 0.0, 0.0), 0.99999)
        return self.begin + timedelta(hours=low, seconds=int(inside * 3600)), low

    def source(self, hour: int, u: float) -> int:
        """这个小时的来信出自哪里：0 平常，1 起是第几桩事件。"""
        row = self._rows[hour]
        left = u * sum(row)
        for n, value in enumerate(row):
            left -= value
            if left < 0:
                return n
        return 0

    def channels(self, hour: int) -> tuple[float, ...]:
        """这个小时各渠道的累计比重。"""
        return self._channels[self._kinds[hour]]
