"""工作日历：黄金向量、调休、报错、估算，以及几条恒成立的性质。"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzheng_lab.calendar import ESTIMATED, WorkdayCalendar
from wenzheng_lab.errors import CalendarRangeError, InputError, InputTypeError

CALENDAR = WorkdayCalendar()
# 留足前后，使加减几十个工作日不出界
DAYS = st.dates(date(2005, 1, 1), date(2025, 12, 31))

# 起始日 → +3、+5、+7、+20 工作日，+20 只扣周末，+15、+60 自然日（领域资料第 8 节，另以 holidays 包核过）
GOLDEN = [
    ("2026-01-30", "2026-02-04", "2026-02-06", "2026-02-10", "2026-03-05", "2026-02-27", "2026-02-14", "2026-03-31"),
    ("2026-02-10", "2026-02-13", "2026-02-24", "2026-02-26", "2026-03-16", "2026-03-10", "2026-02-25", "2026-04-11"),
    ("2026-04-28", "2026-05-06", "2026-05-08", "2026-05-11", "2026-05-28", "2026-05-26", "2026-05-13", "2026-06-27"),
    ("2026-09-17", "2026-09-21", "2026-09-23", "2026-09-28", "2026-10-21", "2026-10-15", "2026-10-02", "2026-11-16"),
    ("2026-09-28", "2026-10-08", "2026-10-10", "2026-10-13", "2026-10-30", "2026-10-26", "2026-10-13", "2026-11-27"),
]


@pytest.mark.parametrize("row", GOLDEN, ids=[row[0] for row in GOLDEN])
@pytest.mark.parametrize(("column", "n"), [(1, 3), (2, 5), (3, 7), (4, 20)])
def test_golden_workdays(row: tuple[str, ...], column: int, n: int) -> None:
    """五个起始日各加 3、5、7、20 个工作日，与已核过的日子相同。"""
    assert CALENDAR.add_workdays(date.fromisoformat(row[0]), n) == date.fromisoformat(row[column])


@pytest.mark.parametrize("row", GOLDEN, ids=[row[0] for row in GOLDEN])
def test_golden_naive_differs(row: tuple[str, ...]) -> None:
    """只扣周末的算法得到表中“朴素”一列，与真正的第 20 个工作日不同。"""
    day, left = date.fromisoformat(row[0]), 20
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert day == date.fromisoformat(row[5]) != date.fromisoformat(row[4])


@pytest.mark.parametrize("row", GOLDEN, ids=[row[0] for row in GOLDEN])
@pytest.mark.parametrize(("column", "n"), [(6, 15), (7, 60)])
def test_golden_calendar_days(row: tuple[str, ...], column: int, n: int) -> None:
    """自然日两列就是日期加法。"""
    assert date.fromisoformat(row[0]) + timedelta(days=n) == date.fromisoformat(row[column])


def test_make_up_sunday_makes_limit_earlier() -> None:
    """9月20日（周日）调休上班，所以 9月17日起第 3 个工作日比朴素算法早一天。"""
    assert CALENDAR.is_workday(date(2026, 9, 20))
    assert CALENDAR.add_workdays(date(2026, 9, 17), 3) == date(2026, 9, 21)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),  # 周日，元旦调休上班
        (date(2026, 2, 14), True),  # 周六，春节调休上班
        (date(2026, 2, 16), False),  # 除夕
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # 周六，国庆调休上班
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
    ],
)
def test_known_days(day: date, works: bool) -> None:
    """2026 年有代表性的几天。"""
    assert CALENDAR.is_workday(day) is works


def test_same_as_chinesecalendar_every_day() -> None:
    """收录的每一天都与 chinesecalendar 的判断一致。"""
    import chinese_calendar

    low, high = CALENDAR.years
    days = [date.fromordinal(n) for n in range(date(low, 1, 1).toordinal(), date(high, 12, 31).toordinal() + 1)]
    assert len(days) > 8000
    wrong = [day for day in days if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


@given(DAYS, st.integers(1, 60))
def test_between_undoes_add(start: date, n: int) -> None:
    """加 n 个工作日之后，两天之间正好隔 n 个工作日，且落在工作日上。"""
    end = CALENDAR.add_workdays(start, n)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == n


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_add_is_additive(start: date, a: int, b: int) -> None:
    """先加 a 再加 b，等于一次加 a+b。"""
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(start, a), b) == CALENDAR.add_workdays(start, a + b)


@given(DAYS, st.integers(1, 60))
def test_subtract_returns(start: date, n: int) -> None:
    """从工作日往后数 n 个再往前数 n 个，回到原处。"""
    start = CALENDAR.roll_forward(start)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(start, n), -n) == start


@given(DAYS, DAYS, DAYS)
def test_between_adds_up(a: date, b: date, c: date) -> None:
    """三个日子先后排好，隔数可加；倒过来只差符号。"""
    a, b, c = sorted((a, b, c))
    assert CALENDAR.workdays_between(a, b) + CALENDAR.workdays_between(b, c) == CALENDAR.workdays_between(a, c)


@given(DAYS)
def test_roll_and_next(day: date) -> None:
    """顺延不早于当天，其间没有工作日；下一个工作日严格晚于当天。"""
    rolled = CALENDAR.roll_forward(day)
    assert rolled >= day and CALENDAR.is_workday(rolled)
    assert not any(CALENDAR.is_workday(day + timedelta(days=n)) for n in range((rolled - day).days))
    assert CALENDAR.next_workday(day) > day


@given(st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 30)), st.timedeltas(timedelta(0), timedelta(days=1)))
def test_hours_never_exceed_clock(start: datetime, length: timedelta) -> None:
    """工作小时不为负，也不超过钟表时间。"""
    hours = CALENDAR.working_hours_between(start, start + length)
    assert 0 <= hours <= length.total_seconds() / 3600 + 1e-9


@given(st.lists(st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 30)), min_size=3, max_size=3))
def test_hours_add_up(moments: list[datetime]) -> None:
    """中间切一刀，工作小时可加。"""
    a, b, c = sorted(moments)
    parts = CALENDAR.working_hours_between(a, b) + CALENDAR.working_hours_between(b, c)
    assert parts == pytest.approx(CALENDAR.working_hours_between(a, c), abs=1e-6)


def test_hours_over_holiday() -> None:
    """国庆前一天 17 点到节后 10 点：节前 1 小时，节后 1 小时。"""
    assert CALENDAR.working_hours_between(datetime(2026, 9, 30, 17), datetime(2026, 10, 8, 10)) == 2.0


def test_hours_skip_lunch_and_whole_days() -> None:
    """周一 11:30 到周三 13:30：0.5+5、8、3+0.5 共 17 小时。"""
    assert CALENDAR.working_hours_between(datetime(2026, 11, 16, 11, 30), datetime(2026, 11, 18, 13, 30)) == 17.0


def test_hours_backwards_are_negative() -> None:
    """答复早于来信时得负数，不悄悄取绝对值。"""
    assert CALENDAR.working_hours_between(datetime(2026, 11, 17, 10), datetime(2026, 11, 16, 17)) == -2.0


def test_around_the_clock_office() -> None:
    """昼夜值守时，一个工作日是 24 小时。"""
    duty = WorkdayCalendar(office_hours=((time.min, time.max),))
    assert duty.working_hours_between(datetime(2026, 11, 16), datetime(2026, 11, 18)) == pytest.approx(48.0)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(9), time(9)),),
        ((time(13), time(18)), (time(9), time(12))),
        ((time(9), time(14)), (time(13), time(18))),
    ],
)
def test_bad_office_hours(hours: tuple[tuple[time, time], ...]) -> None:
    """办公时间空缺、颠倒、重叠都报错。"""
    with pytest.raises(InputError, match="办公时间写成"):
        WorkdayCalendar(office_hours=hours)


def test_datetime_and_date_agree() -> None:
    """给时间与给日期得到同样的结果。"""
    assert CALENDAR.add_workdays(datetime(2026, 2, 10, 23, 59), 5) == CALENDAR.add_workdays(date(2026, 2, 10), 5)


def test_zone_is_beijing() -> None:
    """世界时 9月19日 17 点是北京时间 9月20日，调休上班。"""
    assert CALENDAR.is_workday(datetime(2026, 9, 19, 17, tzinfo=UTC))
    assert not CALENDAR.is_workday(datetime(2026, 9, 19, 15, tzinfo=UTC))


def test_pandas_timestamp() -> None:
    """pandas 的时间戳可用，NaT 报错。"""
    pandas = pytest.importorskip("pandas")
    assert CALENDAR.is_workday(pandas.Timestamp("2026-09-20 08:00"))
    with pytest.raises(InputTypeError, match="日期"):
        CALENDAR.is_workday(pandas.NaT)


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2094, 1, 4), date(1900, 1, 1)])
def test_out_of_range_is_loud(day: date) -> None:
    """没有收录的年份报错，说出收录到哪年、怎么办。"""
    low, high = CALENDAR.years
    with pytest.raises(CalendarRangeError, match=f"{low}–{high}") as caught:
        CALENDAR.is_workday(day)
    assert "升级 chinesecalendar" in str(caught.value)


def test_add_across_the_edge_is_loud() -> None:
    """起点在内、终点在外也报错，不在边上停住。"""
    _, high = CALENDAR.years
    with pytest.raises(CalendarRangeError, match="个工作日"):
        CALENDAR.add_workdays(date(high, 12, 25), 20)


def test_estimate_is_flagged() -> None:
    """估算要明说：日子照给，标记照带。"""
    _, high = CALENDAR.years
    guess = WorkdayCalendar(estimate=True)
    end = guess.add_workdays(date(high, 12, 25), 20)
    assert end.year == high + 1
    assert guess.is_estimated(date(high, 12, 25), end)
    assert ESTIMATED in guess.describe(end)
    assert not guess.is_estimated(date(high, 12, 25))


def test_estimate_keeps_announced_years() -> None:
    """估算模式不改动已公布的年份。"""
    guess = WorkdayCalendar(estimate=True)
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert guess.is_workday(day) == CALENDAR.is_workday(day)
        day += timedelta(days=1)


def test_estimate_skips_fixed_holidays() -> None:
    """估算也扣日期固定的法定节日，例如元旦。"""
    assert not WorkdayCalendar(estimate=True).is_workday(date(2099, 1, 1))


def test_estimate_has_limits() -> None:
    """估算也有边界，写错的年份照样报错。"""
    with pytest.raises(CalendarRangeError, match="检查日期"):
        WorkdayCalendar(estimate=True).is_workday(date(2226, 1, 1))


@pytest.mark.parametrize("value", ["2026-09-20", None, 20260920, float("nan")])
def test_wrong_type(value: object) -> None:
    """文字、空值、数字都报类型错误，并说怎样转。"""
    with pytest.raises(InputTypeError, match="parse_time"):
        CALENDAR.is_workday(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [1.5, "3", True, None])
def test_workday_count_must_be_whole(n: object) -> None:
    """工作日数必须是整数。"""
    with pytest.raises(InputTypeError, match="应为整数"):
        CALENDAR.add_workdays(date(2026, 1, 5), n)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 9, 20), "2026年9月20日（周日，国庆节调休上班）"),
        (date(2026, 2, 17), "2026年2月17日（周二，春节放假）"),
        (date(2026, 11, 20), "2026年11月20日（周五）"),
        (date(2026, 11, 21), "2026年11月21日（周六，休息）"),
    ],
)
def test_describe(day: date, text: str) -> None:
    """用中文说明这天为何上班、为何放假。"""
    assert CALENDAR.describe(day) == text
