"""日历表：每天的序数、工作日数、月份，以及各套时限从这天起到哪天止。

时限与工作日的算法都在 ``rules.clock`` 与 ``calendar``，这里逐日算好列成表；各引擎只管接上、相减，
所以单机与集群不会算出两样。
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.errors import CalendarRangeError, InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.rules.clock import last_moment
from wenzheng_lab.rules.deadlines import CLOCK_UNITS, DeadlineRule, Deadlines, load_deadlines
from wenzheng_lab.trends.indicators_rows import DERIVED, Clock

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
FIRST, LAST = date(1990, 1, 1), date(2060, 12, 31)
"""日历表最早、最晚到哪天；时间写错成 1900 年的那几封按“没有时间”算，不为它们列几万天"""


def choose_rules(profiles: Sequence[str], deadlines: Deadlines | None = None) -> list[tuple[str, DeadlineRule]]:
    """由编号取答复时限。

    Args:
        profiles: 一套时限的编号（取它“一般”件的答复时限），或一条时限的编号，如 ``shenyang.complex``。
        deadlines: 时限；默认随包的。

    Returns:
        （列名里用的编号，时限）。

    Raises:
        InputError: 没有这一套，或它不管答复。

    Examples:
        >>> [(name, rule.limit) for name, rule in choose_rules(["xinfang", "shenyang.complex"])]
        [('xinfang', 60), ('shenyang_complex', 10)]
    """
    listed = isinstance(profiles, Sequence) and not isinstance(profiles, str)
    if not listed or not all(isinstance(name, str) for name in profiles):
        raise InputTypeError(
            explain(f"profile 写成 {show(profiles)}", "应为时限编号或几个编号", '请写成 profile=["jinan12345"]')
        )
    known = deadlines or load_deadlines()
    out: list[tuple[str, DeadlineRule]] = []
    answering = [item.id for item in known.profiles.values() if item.pick() is not None]
    for name in dict.fromkeys(profiles):
        rule: DeadlineRule | None
        if "." in name:
            rule = known.rule(name)
        elif name in known.profiles:
            rule = known.profiles[name].pick()
        else:
            raise InputError(
                explain(
                    f"没有 {name!r} 这套时限",
                    f"管答复的有：{'、'.join(answering)}",
                    f"请改写 profile；{suggest(name, answering)}",
                )
            )
        if rule is None:
            raise InputError(explain(f"{name} 不管答复要多久", f"管答复的有：{'、'.join(answering)}", "请改写 profile"))
        out.append((name.replace(".", "_"), rule))
    return out


def clocks_of(rules: Sequence[tuple[str, DeadlineRule]]) -> tuple[Clock, ...]:
    """时限在表里的样子。

    Args:
        rules: （编号，时限）。

    Returns:
        各套一个。
    """
    return tuple(
        Clock(name, rule.unit not in CLOCK_UNITS, rule.limit * _SECONDS.get(rule.unit, 0)) for name, rule in rules
    )


def calendar_table(
    first: date, last: date, rules: Sequence[tuple[str, DeadlineRule]], calendar: WorkdayCalendar
) -> dict[str, list[object]]:
    """从 ``first`` 到 ``last`` 每天一行。

    Args:
        first: 首日。
        last: 末日，含。
        rules: 各套时限。
        calendar: 工作日历。

    Returns:
        列名到各天的值：day（序数）、workdays（首日以来的工作日数，含当日）、month 等、
        ``due__编号``（最后一天的序数）。放假安排没有收录的，工作日数与时限是 None。
    """
    last = min(last, LAST)
    first = min(max(first, FIRST), last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    out: dict[str, list[object]] = {"day": [day.toordinal() for day in days]}
    out["workdays"] = [work_number(day, calendar) for day in days]
    for name in DERIVED:
        out[name] = [period(day, name) for day in days]
    for name, rule in rules:
        if rule.unit in CLOCK_UNITS:
            continue
        out[f"due__{name}"] = [_due(rule, day, calendar) for day in days]
    return out


def work_number(day: date, calendar: WorkdayCalendar) -> int | None:
    """这天以前（含）有几个工作日，从收录的首日数起；没有收录为 None。

    Args:
        day: 日期。
        calendar: 工作日历。

    Returns:
        工作日数。两天的数相减就是 ``workdays_between``。
    """
    low, _ = calendar.years
    try:
        return calendar.workdays_between(date(low, 1, 1), day) if day.year >= low else None
    except CalendarRangeError:
        return None


def _due(rule: DeadlineRule, day: date, calendar: WorkdayCalendar) -> int | None:
    try:
        return last_moment(rule, datetime(day.year, day.month, day.day), calendar).toordinal()
    except CalendarRangeError:
        return None


def period(day: date, kind: str) -> str:
    """这天属于哪个月、季度、年、周。

    Args:
        day: 日期。
        kind: month、quarter、year、week。

    Returns:
        如 ``2026-03``、``2026Q1``、``2026``、``2026-W09``（ISO 周，周一起）。

    Examples:
        >>> [period(date(2026, 1, 1), kind) for kind in ("month", "quarter", "year", "week")]
        ['2026-01', '2026Q1', '2026', '2026-W01']
    """
    if kind == "month":
        return f"{day:%Y-%m}"
    if kind == "quarter":
        return f"{day.year}Q{(day.month + 2) // 3}"
    if kind == "year":
        return f"{day.year}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
