"""按天算得出的量与用时落在哪一段：先把同样的并成一行，再接日历、看时限。各引擎共用。"""

from __future__ import annotations

import narwhals as nw

from wenzheng_lab.trends.indicators_pack import Fields, Lazy, count_rows, packs, unpack
from wenzheng_lab.trends.indicators_rows import MARKS, Clock, Plan, flag

_DAY_BITS, _SEGMENT_BITS = 15, 21
"""日历表不到三万天，七十一年不到六十三万小时"""
_FINE, _COARSE = 7_200, 86_400
"""答复用时两小时一段，已等的一天一段（秒）"""
DAYS = "days"
"""按天的量压成的列"""
SEGMENT = "segment"
"""落在哪一段：偶数是答复用时，奇数是未答复的已等"""


def day_fields(lf: Lazy, plan: Plan) -> Fields:
    """按天的量要数的：分组的原列、哪天来、哪天答、各样是非。

    钟点上才分得出的几样先化成是非：用时是不是负的（``ahead``）、来信是不是晚于截止时刻（``future``）、
    过没过按小时的时限（``within__编号``、``over__编号``）。

    Args:
        lf: ``prepare`` 的结果。
        plan: 这次怎样算。

    Returns:
        （名字，式子，占几位）。
    """
    have = lf.collect_schema().names()
    marks = [name for name in ("answered", "again_mark", *MARKS) if name in have]
    flags: dict[str, nw.Expr] = {name: nw.col(name) for name in marks if name != "answered" or not _dated(plan)}
    hourly = [clock for clock in plan.clocks if not clock.days]
    if plan.has("created_day"):
        waited = _waited(plan)
        if not plan.ended:
            flags["future"] = flag(waited < 0)
        flags |= {f"over__{clock.id}": flag(waited > clock.seconds) for clock in hourly}
        if plan.has("replied_day"):
            flags["ahead"] = flag(_used() < 0)
            flags |= {f"within__{clock.id}": flag(_used() <= clock.seconds) for clock in hourly}
    fields: Fields = [(name, nw.col(name), plan.bits(name)) for name in plan.raw]
    fields += [(name, _day_in(name, plan), _DAY_BITS) for name in _days(plan)]
    return fields + [(name, value, 2) for name, value in flags.items()]


def same_days(lf: Lazy, fields: Fields, plan: Plan) -> Lazy:
    """同一组里同一天来、同一天答、各样是非都一样的并成一行，记下有几封（``times``）。

    Args:
        lf: 压过 ``day_fields`` 的表，压成的列叫 ``DAYS``。
        fields: ``day_fields`` 的结果。
        plan: 这次怎样算。

    Returns:
        分组的原列、created_day、replied_day 与各样是非，空的照旧是空。
    """
    if not fields:
        return count_rows(lf, [])
    names = [name for name, _, _ in fields]
    few = unpack(count_rows(lf, list(packs(fields, DAYS))), fields, DAYS)
    few = few.with_columns((nw.col(name) + plan.first_day).alias(name) for name in _days(plan))
    if _dated(plan):
        few = few.with_columns(answered=flag(~nw.col("replied_day").is_null()))
    if plan.has("created_day") and plan.ended:
        few = few.with_columns(future=nw.lit(0))
    answers = _dated(plan) or "answered" in names
    return few.with_columns(open=nw.lit(1) - nw.col("answered")) if answers else few


def _days(plan: Plan) -> list[str]:
    return [name for name in ("created_day", "replied_day") if plan.has(name)]


def _dated(plan: Plan) -> bool:
    """只有答复时间的，答没答看有没有答复那天；数过以后再定，不必一封一封地看。"""
    return plan.has("replied_day") and plan.covered and not plan.has("has_reply") and not plan.has("reply")


def _day_in(name: str, plan: Plan) -> nw.Expr:
    """日历表里的第几天；以外的当作没有。"""
    day = nw.col(name) - plan.first_day
    return day if plan.covered else nw.when(_within(name, plan)).then(day)


def _used() -> nw.Expr:
    """用了多少秒；缺一个时间是空。"""
    return nw.col("replied_moment") - nw.col("created_moment")


def _waited(plan: Plan) -> nw.Expr:
    """到截止时刻等了多少秒。"""
    return nw.lit(plan.as_of_moment) - nw.col("created_moment")


def with_days(lf: Lazy, calendar: Lazy, plan: Plan) -> Lazy:
    """接上日历：来信那天、答复那天的工作日数，各套时限的最后一天，属于哪个月。

    Args:
        lf: 有 created_day、replied_day 的表。
        calendar: 日历表，见 ``engine_calendar``。
        plan: 这次怎样算。

    Returns:
        多了 c_day、c_work、``due__编号``、r_day、r_work；日期在日历以外的是空。
    """
    lf = with_periods(lf, calendar, plan, "workdays", *(f"due__{clock.id}" for clock in plan.clocks if clock.days))
    if plan.has("created_day"):
        lf = lf.rename({"workdays": "c_work"})
    if plan.has("replied_day"):
        theirs = calendar.select("day", nw.col("day").alias("r_day"), nw.col("workdays").alias("r_work"))
        lf = lf.join(theirs, left_on="replied_day", right_on="day", how="left")
    return lf


def with_periods(lf: Lazy, calendar: Lazy, plan: Plan, *more: str) -> Lazy:
    """接上来信那天属于哪个月（季、年、周）的编号。

    Args:
        lf: 有 created_day 的表。
        calendar: 日历表。
        plan: 这次怎样算。
        more: 日历表里还要接的列。

    Returns:
        多了 c_day 与各编号；没有来信时间的表原样。
    """
    if not plan.has("created_day") or not (plan.derived or more):
        return lf
    mine = calendar.select("day", nw.col("day").alias("c_day"), *plan.derived, *more)
    return lf.join(mine, left_on="created_day", right_on="day", how="left")


def with_times(lf: Lazy, plan: Plan) -> Lazy:
    """按天算得出的量：工作日、已等的工作日、按不按时。

    Args:
        lf: ``same_days`` 的结果，接上 ``with_days`` 的结果。
        plan: 这次怎样算。

    Returns:
        多了 no_created、backwards、timed、workdays、open_workdays、``on_time__编号``、``last_day__编号``。
    """
    if not plan.has("created_day"):
        return lf
    begun = ~nw.col("c_day").is_null()
    lf = lf.with_columns(no_created=flag(~begun))
    if plan.has("answered") or "answered" in lf.collect_schema().names():
        waiting = (nw.col("open") == 1) & begun & (nw.col("future") == 0)
        lf = lf.with_columns(waiting=flag(waiting))
        if plan.as_of_workday is not None:
            since = nw.lit(plan.as_of_workday) - nw.col("c_work")
            lf = lf.with_columns(open_workdays=nw.when(waiting & ~nw.col("c_work").is_null()).then(since))
    if not plan.has("replied_day"):
        return lf
    both = begun & ~nw.col("r_day").is_null()
    timed = both & (nw.col("ahead") == 0)
    works = timed & ~nw.col("c_work").is_null() & ~nw.col("r_work").is_null()
    lf = lf.with_columns(
        backwards=flag(both & (nw.col("ahead") == 1)),
        timed=flag(timed),
        workdays=nw.when(works).then(nw.col("r_work") - nw.col("c_work")),
    )
    for clock in plan.clocks:
        lf = _with_deadline(lf, clock, timed, begun, plan)
    return lf


def _with_deadline(lf: Lazy, clock: Clock, timed: nw.Expr, begun: nw.Expr, plan: Plan) -> Lazy:
    """按时：答复不晚于最后一刻。逾期未答复的进分母；未到期又未答复的不进。"""
    waiting = (nw.col("open") == 1) & begun
    if clock.days:
        due = nw.col(f"due__{clock.id}")
        known = ~due.is_null()
        met = timed & known & (nw.col("r_day") <= due)
        missed = timed & known & (nw.col("r_day") > due)
        # 按日计的到当日二十四时止，所以过了那天才算逾期
        overdue = waiting & known & (nw.lit(plan.as_of_day) > due)
        lf = lf.with_columns(
            nw.when(met).then(flag(nw.col("r_day") == due)).alias(f"last_day__{clock.id}"),
        )
    else:
        met = timed & (nw.col(f"within__{clock.id}") == 1)
        missed = timed & (nw.col(f"within__{clock.id}") == 0)
        overdue = waiting & (nw.col(f"over__{clock.id}") == 1)
    return lf.with_columns(
        nw.when(met).then(nw.lit(1)).when(missed | overdue).then(nw.lit(0)).alias(f"on_time__{clock.id}")
    )


def span_fields(lf: Lazy, plan: Plan) -> Fields:
    """用时与已等落在哪一段（``SEGMENT``）：两样都不是的是空。

    段只用来粗分，各引擎取整的法子不同也不要紧，只要越久的段号不越小。

    Args:
        lf: ``prepare`` 的结果。
        plan: 这次怎样算。

    Returns:
        （名字，式子，占几位）；没有来信时间的没有。
    """
    if not plan.has("created_day"):
        return []
    waiting, waited = _waiting(lf, plan), _waited(plan)
    # 已等的按天分段，答复用时按两小时；一个数里，奇的是已等，偶的是用时
    held = nw.when(waiting).then((waited / _COARSE).cast(nw.Int64) * 2 + 1)
    if not plan.has("replied_day"):
        return [(SEGMENT, held, _SEGMENT_BITS)]
    return [(SEGMENT, nw.when(_timed(plan)).then((_used() / _FINE).cast(nw.Int64) * 2).otherwise(held), _SEGMENT_BITS)]


def span_of(lf: Lazy, plan: Plan) -> nw.Expr:
    """用时（答复了的）或已等（没有答复的），秒；两样都算不出是空。

    Args:
        lf: ``prepare`` 的结果。
        plan: 这次怎样算。

    Returns:
        式子。
    """
    held = nw.when(_waiting(lf, plan)).then(_waited(plan))
    return nw.when(_timed(plan)).then(_used()).otherwise(held) if plan.has("replied_day") else held


def _timed(plan: Plan) -> nw.Expr:
    used = _used()
    known = ~used.is_null()
    if not plan.covered:
        known = _within("created_day", plan) & _within("replied_day", plan)
    return known & (used >= 0)


def _waiting(lf: Lazy, plan: Plan) -> nw.Expr:
    if "open" not in lf.collect_schema().names():
        return nw.lit(False)
    waiting = (nw.col("open") == 1) & _within("created_day", plan)
    return waiting if plan.ended else waiting & (_waited(plan) >= 0)


def _within(name: str, plan: Plan) -> nw.Expr:
    """这天在日历表里；不接日历也分得出。"""
    column = nw.col(name)
    known = ~column.is_null()
    return known if plan.covered else known & (column >= plan.first_day) & (column <= plan.last_day)
