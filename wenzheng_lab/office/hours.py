"""县里的钟：以开局当天零点起的分钟计，工作时间按工作日历。"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.office.settings import setting

DAY = 24 * 60


@lru_cache(maxsize=1)
def _calendar() -> WorkdayCalendar:
    return WorkdayCalendar(estimate=True)


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """这天上不上班。"""
    return _calendar().is_workday(day)


def office_hours() -> tuple[int, int]:
    """上班与清理的时刻，以当天的分钟计。"""
    return int(setting("clock.day_start") * 60), int(setting("clock.day_end") * 60)


def add_work_hours(at: datetime, hours: float) -> datetime:
    """往后数几个工作小时。

    Args:
        at: 起点。
        hours: 工作小时。

    Returns:
        时刻，到分。

    Examples:
        >>> add_work_hours(datetime(2026, 6, 12, 17), 2)
        datetime.datetime(2026, 6, 15, 9, 0)
    """
    start, end = office_hours()
    left = max(1, round(hours * 60))
    now = at.replace(second=0, microsecond=0)
    while True:
        open_at = datetime.combine(now.date(), time()) + timedelta(minutes=start)
        close_at = datetime.combine(now.date(), time()) + timedelta(minutes=end)
        if is_workday(now.date()) and now < close_at:
            now = max(now, open_at)
            room = int((close_at - now).total_seconds() // 60)
            if left <= room:
                return now + timedelta(minutes=left)
            left -= room
        now = datetime.combine(now.date() + timedelta(days=1), time())


def work_days_between(start: datetime, end: datetime) -> int:
    """两个时刻之间隔几个工作日，起始日不计。

    Examples:
        >>> work_days_between(datetime(2026, 6, 12, 9), datetime(2026, 6, 15, 9))
        1
    """
    if end <= start:
        return 0
    days = (end.date() - start.date()).days
    return sum(is_workday(start.date() + timedelta(days=n + 1)) for n in range(days))


def add_workdays(at: datetime, days: int) -> datetime:
    """往后数几个工作日，到那天二十三时五十九分。

    Examples:
        >>> add_workdays(datetime(2026, 6, 12, 9), 1)
        datetime.datetime(2026, 6, 15, 23, 59)
    """
    day = at.date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, time(23, 59))


def say_day(at: datetime) -> str:
    """写成“6月8日”。

    Examples:
        >>> say_day(datetime(2026, 6, 8, 9))
        '6月8日'
    """
    return f"{at.month}月{at.day}日"


def say_moment(at: datetime) -> str:
    """写成“6月8日9时05分”。

    Examples:
        >>> say_moment(datetime(2026, 6, 8, 9, 5))
        '6月8日9时05分'
    """
    return f"{say_day(at)}{at.hour}时{at.minute:02d}分"
