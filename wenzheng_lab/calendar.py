"""工作日历：哪天上班、加几个工作日、隔几个工作小时。

放假与调休以 chinesecalendar 收录的国务院办公厅通知为准。没有收录的年份一律报错：悄悄按“周一到周五”算，
春节前后会差出一周，国庆前后还会把真正的期限往后推。确要先估一个日子，用 ``WorkdayCalendar(estimate=True)``，
并把 ``is_estimated`` 给出的“估算（调休未公布）”显示出来。
"""

from __future__ import annotations

import functools
import itertools
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wenzheng_lab.errors import CalendarRangeError, InputError, InputTypeError, explain, show
from wenzheng_lab.model import is_blank, parse_time

ESTIMATED = "估算（调休未公布）"
"""估算出来的日子必须带的标记"""

OFFICE_HOURS = ((time(9), time(12)), (time(13), time(18)))
"""默认办公时间，一天 8 小时；是本包的约定，不是规定，各单位按自己的作息改"""

# 估算时只扣日期固定的法定节日（月，日）；春节、清明、端午、中秋与一切调休都要等通知
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_ESTIMATE_YEARS = (1996, 2099)  # 1995 年 5 月起才实行每周五天工作制，更早的不估
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class _Table:
    """一段年份里全部工作日，按先后排列。"""

    first: int
    """首日的序数（``date.toordinal``）"""
    last: int
    """末日的序数"""
    days: tuple[int, ...]
    """各工作日的序数"""


def _announced() -> tuple[dict[date, str], dict[date, str]]:
    """读 chinesecalendar 的放假日与调休上班日（含节日英文名）。"""
    from chinese_calendar import constants

    return constants.holidays, constants.workdays


@functools.cache
def _known_years() -> tuple[int, int]:
    holidays, _ = _announced()
    return min(holidays).year, max(holidays).year


@functools.cache
def _table(estimate: bool) -> _Table:
    holidays, extra = _announced()
    low, high = _known_years()
    years = _ESTIMATE_YEARS if estimate else (low, high)
    first, last = date(years[0], 1, 1).toordinal(), date(years[1], 12, 31).toordinal()
    days = []
    for number in range(first, last + 1):
        day = date.fromordinal(number)
        if low <= day.year <= high:
            works = day in extra or (day.weekday() < 5 and day not in holidays)
        else:
            works = day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS
        if works:
            days.append(number)
    return _Table(first, last, tuple(days))


def _moment(value: date, name: str) -> datetime:
    """确认是日期或时间；带时区的换到北京时间。"""
    if not isinstance(value, date) or is_blank(value):
        raise InputTypeError(
            explain(
                f"{name}是 {type(value).__name__} 类型的 {show(value)}",
                f"{name}应为 date 或 datetime",
                "文字请先用 wenzheng_lab.model.parse_time 读成时间；没有时间的行请先去掉",
            )
        )
    moment = parse_time(value, name)
    assert moment is not None  # 上面已排除空值
    return moment


@dataclass(frozen=True, slots=True)
class WorkdayCalendar:
    """中国大陆的工作日历，含节假日与调休上班。

    Examples:
        >>> calendar = WorkdayCalendar()
        >>> calendar.is_workday(date(2026, 9, 20))  # 周日，国庆节调休上班
        True
        >>> calendar.add_workdays(date(2026, 9, 17), 3)
        datetime.date(2026, 9, 21)
    """

    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    """办公时间的各段（起，止），按先后排列"""
    estimate: bool = False
    """没有公布放假安排的年份是否估算；默认报错"""

    def __post_init__(self) -> None:
        edges = [edge for part in self.office_hours for edge in part]
        ordered = all(early < late for early, late in itertools.pairwise(edges))
        if not edges or any(len(part) != 2 for part in self.office_hours) or not ordered:
            raise InputError(
                explain(
                    f"办公时间写成 {show(self.office_hours, 80)}",
                    "应为一段或几段（起，止），按先后排列、互不重叠，如 ((time(9), time(12)), (time(13), time(18)))",
                    "请改写 office_hours；昼夜值守写 ((time.min, time.max),)",
                )
            )

    @property
    def years(self) -> tuple[int, int]:
        """已收录放假安排的首年与末年。"""
        return _known_years()

    def is_estimated(self, *days: date) -> bool:
        """这些日子里有没有靠估算的。

        Args:
            *days: 日期或时间；给出首尾两天即可，中间年份不会比首尾更远。

        Returns:
            有一天不在已公布的年份里则真。

        Examples:
            >>> WorkdayCalendar(estimate=True).is_estimated(date(2026, 12, 31), date(2094, 1, 4))
            True
        """
        low, high = self.years
        return any(not low <= _moment(day, "日期").year <= high for day in days)

    def is_workday(self, day: date) -> bool:
        """这天上不上班。

        Args:
            day: 日期或时间。

        Returns:
            工作日（含调休上班）为真。

        Raises:
            CalendarRangeError: 这一年的放假安排没有收录。

        Examples:
            >>> WorkdayCalendar().is_workday(date(2026, 2, 14))  # 周六，春节调休上班
            True
        """
        number = self._number(day)
        days = _table(self.estimate).days
        at = bisect_left(days, number)
        return at < len(days) and days[at] == number

    def add_workdays(self, start: date, n: int) -> date:
        """往后数 n 个工作日，起始日不计。

        Args:
            start: 起始日；当天不计入（民法典第二百零一条）。
            n: 工作日数；0 为起始日本身，负数往前数。

        Returns:
            第 n 个工作日。

        Raises:
            CalendarRangeError: 起点或终点超出已公布的年份。
            InputTypeError: n 不是整数。

        Examples:
            >>> WorkdayCalendar().add_workdays(date(2026, 2, 10), 5)
            datetime.date(2026, 2, 24)
        """
        if isinstance(n, bool) or not isinstance(n, int):
            raise InputTypeError(explain(f"工作日数是 {show(n)}", "应为整数", "半天请改用 working_hours_between"))
        number = self._number(start)
        if n == 0:
            return date.fromordinal(number)
        table = _table(self.estimate)
        at = bisect_right(table.days, number) + n - 1 if n > 0 else bisect_left(table.days, number) + n
        if not 0 <= at < len(table.days):
            raise self._out_of_range(f"从 {date.fromordinal(number)} 起数 {n} 个工作日")
        return date.fromordinal(table.days[at])

    def workdays_between(self, start: date, end: date) -> int:
        """两天之间隔几个工作日，起始日不计、终止日计。

        Args:
            start: 起始日。
            end: 终止日；早于起始日时结果为负。

        Returns:
            工作日数；``end`` 是工作日时，``add_workdays(start, 结果)`` 就是 ``end``。

        Raises:
            CalendarRangeError: 超出已公布的年份。

        Examples:
            >>> WorkdayCalendar().workdays_between(date(2026, 9, 28), date(2026, 10, 10))
            5
        """
        first, last = self._number(start), self._number(end)
        days = _table(self.estimate).days
        if last >= first:
            return bisect_right(days, last) - bisect_right(days, first)
        return bisect_left(days, last) - bisect_left(days, first)

    def next_workday(self, day: date) -> date:
        """这天之后的第一个工作日。

        Args:
            day: 日期或时间。

        Returns:
            严格晚于 ``day`` 的工作日。

        Raises:
            CalendarRangeError: 超出已公布的年份。

        Examples:
            >>> WorkdayCalendar().next_workday(date(2026, 9, 30))
            datetime.date(2026, 10, 8)
        """
        return self.add_workdays(day, 1)

    def roll_forward(self, day: date) -> date:
        """是工作日就用这天，否则顺延到下一个工作日。

        民法典第二百零三条：期间最后一日是法定休假日的，以休假日结束的次日为最后一日。

        Args:
            day: 日期或时间。

        Returns:
            不早于 ``day`` 的第一个工作日。

        Raises:
            CalendarRangeError: 超出已公布的年份。

        Examples:
            >>> WorkdayCalendar().roll_forward(date(2026, 10, 2))
            datetime.date(2026, 10, 8)
        """
        here = date.fromordinal(self._number(day))
        return here if self.is_workday(here) else self.next_workday(here)

    def working_hours_between(self, start: datetime, end: datetime) -> float:
        """两个时刻之间有几个工作小时。

        Args:
            start: 起始时刻；只给日期时按当天零点。
            end: 终止时刻；早于起始时刻时结果为负。

        Returns:
            落在工作日办公时间内的小时数（小时）。

        Raises:
            CalendarRangeError: 超出已公布的年份。

        Examples:
            >>> WorkdayCalendar().working_hours_between(datetime(2026, 9, 18, 17), datetime(2026, 9, 20, 10))
            2.0
        """
        first, last = _moment(start, "起始时刻"), _moment(end, "终止时刻")
        if last < first:
            return -self.working_hours_between(last, first)
        if first.date() == last.date():
            return self._office(first.time(), last.time()) if self.is_workday(first) else 0.0
        hours = self._office(first.time(), time.max) if self.is_workday(first) else 0.0
        hours += self._office(time.min, last.time()) if self.is_workday(last) else 0.0
        whole = self.workdays_between(first, last - timedelta(days=1))
        return hours + whole * self._office(time.min, time.max)

    def describe(self, day: date) -> str:
        """用中文说这天是什么日子。

        Args:
            day: 日期或时间。

        Returns:
            如“2026年9月20日（周日，国庆节调休上班）”；估算的年份带“估算（调休未公布）”。

        Raises:
            CalendarRangeError: 超出已公布的年份。

        Examples:
            >>> WorkdayCalendar().describe(date(2026, 9, 20))
            '2026年9月20日（周日，国庆节调休上班）'
        """
        here = date.fromordinal(self._number(day))
        weekday = f"周{_WEEKDAYS[here.weekday()]}"
        holidays, extra = _announced()
        if here in extra:
            note = f"{weekday}，{_festival(extra[here])}调休上班"
        elif here in holidays:
            note = f"{weekday}，{_festival(holidays[here])}放假"
        elif self.is_workday(here):
            note = weekday
        else:
            note = f"{weekday}，休息"
        if self.is_estimated(here):
            note += f"，{ESTIMATED}"
        return f"{here.year}年{here.month}月{here.day}日（{note}）"

    def _number(self, day: date) -> int:
        here = _moment(day, "日期").date()
        table = _table(self.estimate)
        number = here.toordinal()
        if not table.first <= number <= table.last:
            raise self._out_of_range(f"日期是 {here.isoformat()}")
        return number

    def _out_of_range(self, came: str) -> CalendarRangeError:
        low, high = self.years
        if self.estimate:
            low, high = _ESTIMATE_YEARS
            return CalendarRangeError(explain(came, f"可估算的年份是 {low}–{high} 年", "请检查日期是否写错"))
        return CalendarRangeError(
            explain(
                came,
                f"工作日历只收录了 {low}–{high} 年的放假与调休安排",
                "请检查日期是否写错；是新的一年，请在国务院办公厅公布放假通知后升级 chinesecalendar；"
                f"确要先估一个日子，用 WorkdayCalendar(estimate=True)，结果须标明“{ESTIMATED}”",
            )
        )

    def _office(self, start: time, end: time) -> float:
        """一天里 [start, end] 与办公时间重合的小时数。"""
        total = 0.0
        for opens, closes in self.office_hours:
            low, high = max(_hours(start), _hours(opens)), min(_hours(end), _hours(closes))
            total += max(0.0, high - low)
        return total


def _hours(moment: time) -> float:
    # time.max 是 23:59:59.999999，当作 24 点，免得整夜值守每天少一微秒
    if moment == time.max:
        return 24.0
    return moment.hour + moment.minute / 60 + moment.second / 3600 + moment.microsecond / 3_600_000_000


def _festival(name: str) -> str:
    from chinese_calendar import Holiday

    try:
        return str(Holiday(name).chinese)
    except ValueError:
        return "节日"
