"""情景：多长时间、哪些渠道、各类多少、出什么事；教员可以自己写，逐项校验。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import exp
from pathlib import Path

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.inbox._streams import cumulate
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.issues import Issue, load_issues
from wenzheng_lab.inbox.voices import CHANNELS

FOLDER = Path(__file__).parent / "data" / "scenarios"
MIX = ("same_person", "neighbour", "petition", "spam", "twins")


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """一个渠道。"""

    name: str
    """名称"""
    share: float
    """份额"""
    hours: tuple[float, ...]
    """二十四小时的相对多少"""
    weekend: float
    """周末的折扣"""
    holiday: float
    """假日的折扣"""


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """一桩突发事件：一阵来信，涨起来又落下去。"""

    id: str
    """编号"""
    name: str
    """名称"""
    town: str
    """发生在哪个乡镇街道"""
    start: datetime
    """开始"""
    days: float
    """来信大体持续几天"""
    share: float
    """占全部来信的比例"""
    rise: float
    """到最多时占全程的比例"""
    issues: tuple[tuple[Issue, float], ...]
    """来信写哪几种事项，各占多少"""
    note: str
    """给教员看的：哪些是真的，哪些是讹传"""


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """一个情景。"""

    id: str
    """编号"""
    name: str
    """名称"""
    start: date
    """第一天"""
    end: date
    """最后一天"""
    holidays: frozenset[date]
    """放假日"""
    categories: Mapping[str, float]
    """一级分类的比重"""
    mix: Mapping[str, float]
    """普通来信之外各占多少"""
    channels: tuple[Channel, ...]
    """渠道"""
    events: tuple[Event, ...]
    """突发事件"""
    digest: str
    """文件摘要"""

    @property
    def days(self) -> int:
        """共几天。"""
        return (self.end - self.start).days + 1


def _day(file: TomlFile, where: Path_, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise file.error(where, f"日期应写成 2026-06-01 这样，来的是 {value!r}") from error


def read_scenario(path: Path) -> Scenario:
    """读一个情景文件。

    Args:
        path: TOML 文件。

    Returns:
        情景。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。
    """
    file, county = TomlFile.read(path), load_county()
    data = file.table(
        (),
        file.data,
        required=("id", "name", "start", "end", "channels"),
        optional=("holidays", "categories", "mix", "event", "note"),
    )
    start, end = _day(file, ("start",), data["start"]), _day(file, ("end",), data["end"])
    if end < start:
        raise file.error(("end",), f"最后一天 {end} 早于第一天 {start}")
    holidays = set()
    for row in data.get("holidays", []):  # type: ignore[attr-defined]
        if not isinstance(row, list) or len(row) != 2:
            raise file.error(("holidays",), f"放假应写成 [起, 止]，来的是 {row}")
        day, last = _day(file, ("holidays",), row[0]), _day(file, ("holidays",), row[1])
        while day <= last:
            holidays.add(day)
            day += timedelta(days=1)
    weights = file.table(("categories",), data.get("categories", {}), optional=tuple(county.taxonomy))
    mix = file.table(("mix",), data.get("mix", {}), optional=MIX)
    shares = {key: file.number(("mix", key), value, low=0, high=0.9) for key, value in mix.items()}
    if sum(shares.values()) > 0.9:
        raise file.error(("mix",), f"mix 各项合计 {sum(shares.values()):.2f}，不应超过 0.9")
    rows = file.table(("channels",), data["channels"], optional=CHANNELS)
    if not rows:
        raise file.error(("channels",), f"至少要有一个渠道；可用：{'、'.join(CHANNELS)}")
    return Scenario(
        id=file.string(("id",), data["id"]),
        name=file.string(("name",), data["name"]),
        start=start,
        end=end,
        holidays=frozenset(holidays),
        categories={key: file.number(("categories", key), value, low=0) for key, value in weights.items()}
        or dict.fromkeys(county.taxonomy, 1.0),
        mix={key: shares.get(key, 0.0) for key in MIX},
        channels=tuple(_channel(file, name, row) for name, row in rows.items()),
        events=tuple(_event(file, n, row, start, end) for n, row in enumerate(data.get("event", []))),  # type: ignore[arg-type,var-annotated]
        digest=file.digest,
    )


def _channel(file: TomlFile, name: str, raw: object) -> Channel:
    where: Path_ = ("channels", name)
    row = file.table(where, raw, required=("share", "hours"), optional=("weekend", "holiday"))
    hours = row["hours"]
    if not isinstance(hours, list) or len(hours) != 24 or not all(isinstance(h, int | float) and h >= 0 for h in hours):
        raise file.error((*where, "hours"), f"{name} 的 hours 应为 24 个不小于 0 的数")
    if not sum(hours):
        raise file.error((*where, "hours"), f"{name} 的 hours 不能全是 0")
    return Channel(
        name,
        file.number((*where, "share"), row["share"], low=0.01),
        tuple(float(hour) / sum(hours) for hour in hours),
        file.number((*where, "weekend"), row.get("weekend", 1), low=0, high=3),
        file.number((*where, "holiday"), row.get("holiday", 1), low=0, high=3),
    )


def _event(file: TomlFile, n: int, raw: object, start: date, end: date) -> Event:
    where: Path_ = ("event", n)
    row = file.table(
        where, raw, required=("id", "name", "town", "start", "days", "share", "issues"), optional=("rise", "note")
    )
    towns = [town.name for town in load_county().towns]
    if row["town"] not in towns:
        raise file.error(
            (*where, "town"), f"没有乡镇街道“{row['town']}”；{suggest(str(row['town']), towns)}可用：{'、'.join(towns)}"
        )
    try:
        at = datetime.fromisoformat(str(row["start"]))
    except ValueError as error:
        raise file.error((*where, "start"), f"开始应写成 2026-06-03 08:00 这样，来的是 {row['start']!r}") from error
    if not start <= at.date() <= end:
        raise file.error((*where, "start"), f"事件 {row['id']} 的开始 {at:%Y-%m-%d} 不在情景的 {start} 到 {end} 之内")
    found = {issue.id: issue for issue in load_issues()}
    issues = []
    table = row["issues"]
    if not isinstance(table, Mapping) or not table:
        raise file.error((*where, "issues"), 'issues 应为一张表，如 { "tap-water-colour" = 5 }')
    for key, weight in table.items():
        if key not in found:
            raise file.error(
                (*where, "issues"),
                f"没有事项“{key}”；{suggest(str(key), found)}用 python -m wenzheng_lab.inbox.check --samples 0 可查全部",
            )
        issues.append((found[key], file.number((*where, "issues"), weight, low=0.01)))
    return Event(
        str(row["id"]),
        str(row["name"]),
        str(row["town"]),
        at,
        file.number((*where, "days"), row["days"], low=0.1, high=400),
        file.number((*where, "share"), row["share"], low=0.0001, high=0.9),
        file.number((*where, "rise"), row.get("rise", 0.2), low=0.01, high=0.9),
        tuple(issues),
        str(row.get("note", "")),
    )


def names() -> tuple[str, ...]:
    """随包的情景。"""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_scenario(scenario: object) -> Scenario:
    """按名称或路径取情景。

    Args:
        scenario: 随包情景的名称，或 ``.toml`` 文件的路径。

    Returns:
        情景。

    Raises:
        InputTypeError: 不是文字也不是路径。
        InputError: 没有这个情景。

    Examples:
        >>> load_scenario("county").days
        365
    """
    if isinstance(scenario, Path) or (isinstance(scenario, str) and scenario.endswith(".toml")):
        path = Path(scenario)
        if not path.is_file():
            raise InputError(
                explain(f"找不到情景文件 {path}", "应为存在的 .toml 文件", f"随包的情景可用：{'、'.join(names())}")
            )
        return read_scenario(path)
    if not isinstance(scenario, str):
        raise InputTypeError(
            explain(
                f"情景是 {type(scenario).__name__} 类型的 {show(scenario)}",
                "应为情景的名称，或 .toml 文件的路径",
                f"可用：{'、'.join(names())}",
            )
        )
    if scenario not in names():
        raise InputError(
            explain(
                f"没有情景“{scenario}”",
                f"可用：{'、'.join(names())}，或自己写的 .toml 文件的路径",
                suggest(scenario, names()) or '不清楚时写 scenario="county"',
            )
        )
    return _named(scenario)


@lru_cache(maxsize=8)
def _named(name: str) -> Scenario:
    return read_scenario(FOLDER / f"{name}.toml")


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
        low, high = 0, len(self._totals) - 1
        while low < high:
            middle = (low + high) // 2
            if self._totals[middle] > want:
                high = middle
            else:
                low = middle + 1
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
