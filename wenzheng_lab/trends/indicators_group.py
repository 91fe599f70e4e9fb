"""分组汇总：每一趟从一行一封的表得出一张小表。各引擎共用，只写在这里。

一趟只读它要的几列。能先数的先数：同一单位同一天来、同一天答、评一样分的并成一行，记下有几封，再算各种率，
所以式子只在几万行上算，不在几千万行上算；分位也先数每段几封，再只取落在那一段里的，内存不随封数涨。
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import narwhals as nw

from wenzheng_lab.trends.indicators_rows import (
    MARKS,
    RATINGS,
    SEGMENT,
    TIMES_SEEN,
    Fields,
    Lazy,
    Plan,
    count_rows,
    pack,
    packed,
    packs,
    prepare,
    same_days,
    span_fields,
    span_of,
    unpack,
    with_batch,
    with_copies,
    with_days,
    with_minute,
    with_periods,
    with_ratings,
    with_times,
)

COUNTED = "行数"
"""每组的行数，汇总时才有"""
GROUP = "group"
"""组号，取回以后编的；-1 是只为合计取的"""
FLAGS = ("answered", "open", "no_created", "backwards", "again_mark", *MARKS)
"""按天的小表里的是非"""
_RATED = ("rated", "auto", "satisfied", "satisfied_all", "solved", "solved_score", "attitude_score", "speed_score")
_PERIOD_BITS = 13
_SIDES = {"angry_mark": ("angry", "calm"), "rural_mark": ("rural", "urban")}


def day_counts(lf: Lazy, calendar: Lazy, plan: Plan) -> Lazy:
    """各组里每一种（哪天来、哪天答、又来信……）有几封，连同按天算得出的量。

    Args:
        lf: 原表，见 ``indicators_rows.prepare``。
        calendar: 日历表。
        plan: 这次怎样算。

    Returns:
        分组的列、``FLAGS`` 里有的、``on_time__编号``、``last_day__编号``、workdays、open_workdays、times。
    """
    few = with_times(with_days(same_days(prepare(lf, plan), plan), calendar, plan), plan)
    have = few.collect_schema().names()
    clocks = [f"{kind}__{clock.id}" for clock in plan.clocks for kind in ("on_time", "last_day")]
    few = _filled(few, plan)
    keys = _there([*plan.by, *FLAGS, *clocks, "workdays", "open_workdays"], have)
    total = nw.col(TIMES_SEEN).sum().alias(TIMES_SEEN)
    return few.group_by(*keys).agg(total) if keys else few.select(total)


def _filled(lf: Lazy, plan: Plan) -> Lazy:
    """没有来信时间的，属于哪个月记作 -1：空与空在 SQL 里接不上。"""
    if not plan.derived:
        return lf
    if not plan.has("created_day"):
        return lf.with_columns(**{name: nw.lit(-1).cast(nw.Int64) for name in plan.derived})
    return lf.with_columns(nw.col(name).fill_null(-1).cast(nw.Int64) for name in plan.derived)


def rating_sums(lf: Lazy, calendar: Lazy, plan: Plan) -> Lazy | None:
    """各组评分的和与个数。

    Args:
        lf: 原表。
        calendar: 日历表。
        plan: 这次怎样算。

    Returns:
        分组的列、``量__sum``、``量__count``；没有评分为 None。
    """
    names = [name for name, _ in plan.scales]
    if not names:
        return None
    lf = _filled(with_periods(lf, calendar, plan), plan)
    extra = ["auto_rated"] if plan.has("auto_rated") else []
    few = with_ratings(count_rows(lf, [*plan.by, *extra, *(name for name in RATINGS if name in names)]), plan)
    names = _there(_RATED, few.collect_schema().names())
    # 先乘好再加：pandas 分组时只认简单的式子
    weighed: list[nw.Expr] = []
    for name in names:
        known = ~nw.col(name).is_null()
        weighed += [
            nw.when(known).then(nw.col(name) * nw.col(TIMES_SEEN)).otherwise(nw.lit(0)).alias(f"{name}__sum"),
            nw.when(known).then(nw.col(TIMES_SEEN)).otherwise(nw.lit(0)).alias(f"{name}__count"),
        ]
    few = few.select(*plan.by, *weighed)
    parts = [nw.col(f"{name}__{end}").sum() for name in names for end in ("sum", "count")]
    return few.group_by(*plan.by).agg(*parts) if plan.by else few.select(*parts)


def crowded_minutes(lf: Lazy, plan: Plan) -> Lazy | None:
    """同一单位同一分钟里答复太多的（单位，分钟）。

    Args:
        lf: 原表。
        plan: 这次怎样算。

    Returns:
        列 ``sender``、``minute``、``together``；没有答复时间为 None。
    """
    if not plan.has("replied_day"):
        return None
    lf = with_minute(lf.filter(~nw.col("replied_day").is_null()), plan).filter(~nw.col("minute").is_null())
    return lf.group_by("sender", "minute").agg(together=nw.len()).filter(nw.col("together") >= plan.batch)


def span_counts(lf: Lazy, calendar: Lazy, crowded: Lazy | None, plan: Plan) -> Lazy | None:
    """各组里用时、已等在每一段的有几封，批量的有几封。

    Args:
        lf: 原表。
        calendar: 日历表。
        crowded: ``crowded_minutes`` 的结果；没有答复时间为 None。
        plan: 这次怎样算。

    Returns:
        分组的列、段、batch、``MARKS`` 里有的、times；两个时间都没有为 None。
    """
    if not plan.has("created_day") and crowded is None:
        return None
    lf = prepare(lf, plan)
    if crowded is not None:
        lf = with_batch(lf, crowded, plan)
    lf, keys, fields = _span_keys(lf, calendar, plan)
    if crowded is not None:
        fields.append(("batch", nw.col("batch"), 2))
    have = lf.collect_schema().names()
    fields += [(mark, nw.col(mark), 2) for mark in MARKS if mark in have]
    return unpack(count_rows(pack(lf, fields), [*keys, *packs(fields)]), fields)


def _span_keys(lf: Lazy, calendar: Lazy, plan: Plan) -> tuple[Lazy, list[str], Fields]:
    """按哪几列分段：文字的列照旧，月份与段号压在一起。"""
    fields = span_fields(lf, plan)
    lf = _filled(with_periods(lf, calendar, plan), plan)
    periods = [(name, nw.when(nw.col(name) >= 0).then(nw.col(name)), _PERIOD_BITS) for name in plan.derived]
    return lf, [name for name in plan.by if name not in plan.derived], [*periods, *fields]


def span_picks(lf: Lazy, calendar: Lazy, targets: Lazy | None, segments: Sequence[int], plan: Plan) -> Lazy:
    """分位落在哪几段，就取那几段里各有几秒。

    Args:
        lf: 原表。
        calendar: 日历表。
        targets: 各组要取的段（分组的列，段，组号）；不分组为 None。
        segments: 合计要取的段。
        plan: 这次怎样算。

    Returns:
        组号、段、``MARKS`` 里有的、span（秒）、times。
    """
    lf = prepare(lf, plan)
    lf, keys, fields = _span_keys(lf, calendar, plan)
    segment = fields[-1:]
    (column,) = packs(segment)
    lf = lf.with_columns(packed(segment).alias(SEGMENT), span=span_of(lf, plan))
    wanted = nw.col(SEGMENT).is_in([one + 1 for one in segments])
    # 段号已压好，别再算一遍；压的时候空是 0，别的加一
    ready = [*fields[:-1], (SEGMENT, nw.col(SEGMENT) - 1, segment[0][2])]
    if targets is None:
        lf = lf.filter(wanted).with_columns(nw.lit(-1).cast(nw.Int64).alias(GROUP))
    else:
        there = pack(targets, [*fields[:-1], (SEGMENT, nw.col(SEGMENT), segment[0][2])])
        on = [*keys, *packs(fields)]
        lf = pack(lf, ready).join(there.select(*on, GROUP), on=on, how="left")
        lf = lf.filter((~nw.col(GROUP).is_null()) | wanted).with_columns(nw.col(GROUP).fill_null(-1))
    marks = _there(MARKS, lf.collect_schema().names())
    lf = lf.select(GROUP, nw.col(SEGMENT).alias(column), "span", *marks)
    return unpack(count_rows(lf, [GROUP, column, "span", *marks]), segment)


def text_sums(lf: Lazy, calendar: Lazy, plan: Plan) -> Lazy | None:
    """各组套用、答复质量的和与个数。

    Args:
        lf: 原表。
        calendar: 日历表。
        plan: 这次怎样算。

    Returns:
        分组的列、``量__sum``、``量__count``；这几样都没有为 None。
    """
    names = []
    if plan.has("quality"):
        names.append("quality")
        lf = prepare(lf, plan)
        for mark in _there(MARKS, lf.collect_schema().names()):
            for side, value in zip(_SIDES[mark], (1, 0), strict=True):
                mine = (~nw.col(mark).is_null()) & (nw.col(mark) == value)
                lf = lf.with_columns(nw.when(mine).then(nw.col("quality")).alias(f"quality_{side}"))
                names.append(f"quality_{side}")
    if plan.has("reply_key", "body_key"):
        lf = with_copies(lf, plan)
        names += ["identical", "template"]
    if not names:
        return None
    lf = _filled(with_periods(lf, calendar, plan), plan)
    parts: list[nw.Expr] = []
    for name in names:
        parts += [nw.col(name).sum().alias(f"{name}__sum"), nw.col(name).count().alias(f"{name}__count")]
    return lf.group_by(*plan.by).agg(*parts) if plan.by else lf.select(*parts)


def _there(names: Iterable[str], have: Iterable[str]) -> list[str]:
    known = set(have)
    return [name for name in dict.fromkeys(names) if name in known]
