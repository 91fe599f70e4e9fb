"""日计数上的几样：节假日、报警、变点、突增、季节。已知的事件找得到，没有事时少误报。"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.trends.alarms import alarm_limits
from wenzheng_lab.trends.bursts import burst_days
from wenzheng_lab.trends.counts import HOLIDAY, WEEKEND, WORKDAY, daily_counts, day_kinds

DAYS = pd.date_range("2024-01-01", "2025-12-31", freq="D")


def quiet(level: float, seed: int) -> pd.Series:
    """没有事件的日计数：周末六成，节假日三成五。"""
    rng = np.random.default_rng(seed)
    mean = level * np.array([1.0, 0.6, 0.35])[day_kinds(DAYS)]
    return pd.Series(rng.poisson(mean), index=DAYS)


def test_days_are_told_apart_by_the_official_calendar() -> None:
    """2026 年 9 月 20 日是周日但上班；10 月 3 日周六在国庆假中；9 月 12 日是平常的周六。"""
    days = pd.DatetimeIndex(["2026-09-20", "2026-10-03", "2026-09-12", "2026-10-01"])
    assert day_kinds(days).tolist() == [WORKDAY, HOLIDAY, WEEKEND, HOLIDAY]


def test_missing_days_are_zero() -> None:
    """没有来信的日子是 0，不是没有。"""
    frame = pd.DataFrame({"created_at": ["2026-03-01 08:00", "2026-03-04 09:00", None, "2026-03-04 10:00"]})
    assert daily_counts(frame).tolist() == [1, 0, 0, 2]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ([1, 2], InputTypeError),
        (pd.Series([1, 2]), InputTypeError),
        (pd.Series([1.5], index=DAYS[:1]), InputError),
        (pd.Series([-1], index=DAYS[:1]), InputError),
        (pd.DataFrame({"created_at": [None]}), InputError),
        (pd.DataFrame({"time": ["2026-01-01"]}), InputError),
        (pd.DataFrame({"created_at": ["0206-01-01", "2026-01-01"]}), InputError),
    ],
    ids=["列表", "没有日期", "小数", "负数", "没有时间", "没有列", "写错年份"],
)
def test_bad_counts_are_refused(source: object, error: type[Exception]) -> None:
    """不能当日计数的，说明为什么。"""
    with pytest.raises(error):
        wz.watch_counts(source)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [2, 8, 30])
def test_false_alarms_stay_within_the_promise(level: int) -> None:
    """没有事件：十列两年，误报不超过说好的一年两回（容三成抽样误差）。"""
    episodes = 0
    for seed in range(10):
        flags = (wz.watch_counts(quiet(level, seed), false_alarms=2)["alarm"] != "").to_numpy()
        episodes += int((flags & ~np.concatenate([[False], flags[:-1]])).sum())
    assert episodes / (10 * len(DAYS) / 365) <= 2 * 1.3


def test_a_sudden_rise_is_reported_the_same_day() -> None:
    """一天来了四倍：当天报猛增，第二天不再报。"""
    counts = quiet(20, seed=1)
    counts.iloc[400] = 80
    alarm = wz.watch_counts(counts)["alarm"]
    assert alarm.iloc[400] == "猛增"
    assert alarm.iloc[402:410].eq("猛增").sum() == 0


def test_a_slow_rise_is_reported_in_time() -> None:
    """连着两周多六成：不到十天报出来。"""
    counts = quiet(20, seed=2)
    counts.iloc[430:444] = (counts.iloc[430:444] * 1.6).round().astype(int)
    alarm = wz.watch_counts(counts)["alarm"]
    assert (alarm.iloc[430:440] != "").any()


def test_only_the_past_is_used() -> None:
    """补看与当天看一样：截断后面的日子，前面的报警不变。"""
    counts = quiet(8, seed=3)
    whole, part = wz.watch_counts(counts), wz.watch_counts(counts.iloc[:300])
    pd.testing.assert_frame_equal(whole.iloc[:300], part)


def test_limits_follow_from_the_promise() -> None:
    """说好的误报越少，门槛越严；单日的概率是一半误报摊到 365 天。"""
    strict, loose = alarm_limits(1.0), alarm_limits(4.0)
    assert strict.single == pytest.approx(0.5 / 365)
    assert strict.single < loose.single
    assert strict.ewma > loose.ewma
    with pytest.raises(InputError, match=r"0\.1"):
        alarm_limits(0)


def test_change_points_are_found_where_they_are() -> None:
    """从第 400 天起多一倍，第 600 天回落：两个变点，前后差不过三天，倍数对得上。"""
    counts = quiet(10, seed=4)
    counts.iloc[400:600] = counts.iloc[400:600] * 2
    changes = wz.find_changes(counts)
    assert len(changes) == 2
    assert abs((pd.Timestamp(changes[0].day) - DAYS[400]).days) <= 3
    assert abs((pd.Timestamp(changes[1].day) - DAYS[600]).days) <= 3
    assert changes[0].ratio == pytest.approx(2, rel=0.15)


def test_nothing_changes_in_quiet_years() -> None:
    """没有变化的十列里，至多一列误报。"""
    assert sum(bool(wz.find_changes(quiet(10, seed))) for seed in range(10)) <= 1


def test_bursts_are_found_where_they_are() -> None:
    """三周里多两倍：突增段盖住它，两头差不过两天；平常的日子没有。"""
    counts = quiet(8, seed=5)
    counts.iloc[300:321] = counts.iloc[300:321] * 3
    ((start, end, _),) = burst_days(counts.to_numpy(), day_kinds(counts.index))
    assert abs(start - 300) <= 2
    assert abs(end - 320) <= 2


def bursting() -> pd.DataFrame:
    """一百天，每天三封；第 60–69 天有十个人说“停气”。"""
    rows = []
    for day in range(100):
        stamp = DAYS[day]
        for k, word in enumerate(("路灯", "噪声", "公交")):
            rows.append((stamp, f"{word}的事第{day}回来信", f"B{day}-{k}"))
        if 60 <= day < 70:
            rows.append((stamp, f"家里停气，第{day}天了", f"C{day}00"))
    return pd.DataFrame(rows, columns=["created_at", "body", "author"])


def test_a_bursting_word_is_named_and_dated() -> None:
    """说“停气”的那十天，词与起止都对，期望是零。"""
    burst = wz.find_bursts(bursting())[0]
    assert "停气" in burst.name
    assert (burst.start, burst.end) == (DAYS[60].date(), DAYS[69].date())
    assert (burst.count, burst.expected) == (10, 0.0)


def test_one_person_cannot_make_a_burst() -> None:
    """同一个人把一封信发五十遍，不成突增。"""
    frame = bursting()
    frame = frame[~frame["body"].str.contains("停气")]
    spam = pd.DataFrame({"created_at": [DAYS[50]] * 50, "body": "请立即处理楼下商铺的油烟问题", "author": "A000001"})
    assert all("油烟" not in burst.name for burst in wz.find_bursts(pd.concat([frame, spam], ignore_index=True)))


def test_bursts_by_column_need_the_column() -> None:
    """按列看突增，没有这一列就说明有哪些列。"""
    with pytest.raises(InputError, match="words 或一个列名"):
        wz.find_bursts(bursting(), of="category")


def test_the_week_and_holidays_are_measured() -> None:
    """造的数周末六成、节假日三成五：估出来的区间盖住真值，一周的起伏很强。"""
    season = wz.decompose_season(quiet(40, seed=6))
    table = season.days.set_index("kind")
    for kind, truth in (("周末", 0.6), ("节假日", 0.35)):
        assert table.loc[kind, "low"] <= truth <= table.loc[kind, "high"]
    assert season.week_strength > 0.6
    assert season.year_strength is not None
    parts = season.parts
    total = parts[["trend", "week", "year", "rest"]].sum(axis=1)
    assert np.allclose(total, np.log1p(parts["count"]))
    with pytest.raises(InputError, match="三周"):
        wz.decompose_season(quiet(4, seed=7).iloc[:20])


def test_dates_are_plain_dates() -> None:
    """变点给的是日期，印得明白。"""
    counts = pd.Series([4] * 40 + [12] * 40, index=pd.date_range("2026-03-02", periods=80))
    (change,) = wz.find_changes(counts)
    assert change.day == date(2026, 4, 11)
    assert "→" in repr(change)
