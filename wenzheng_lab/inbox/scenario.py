"""情景：多长时间、哪些渠道、各类多少、出什么事；教员可以自己写，逐项校验。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from wenzheng_lab._paths import as_path
from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.issues import load_issues
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
                f"没有事项“{key}”；{suggest(str(key), found)}"
                "用 python -m wenzheng_lab.inbox.check --samples 0 可查全部",
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
        path = as_path(scenario, "scenario")
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
                f"没有情景 {show(scenario)}",
                f"可用：{'、'.join(names())}，或自己写的 .toml 文件的路径",
                suggest(scenario, names()) or '不清楚时写 scenario="county"',
            )
        )
    return _named(scenario)


@lru_cache(maxsize=8)
def _named(name: str) -> Scenario:
    return read_scenario(FOLDER / f"{name}.toml")
