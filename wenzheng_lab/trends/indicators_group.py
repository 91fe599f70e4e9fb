"""分组汇总：原表先压成一张窄表，每一趟从它得出一张小表。各引擎共用，只写在这里。

能先数的先数：同一单位同一天来、同一天答、评一样分的并成一行，记下有几封，再算各种率，
所以式子只在几万行上算，不在几千万行上算；分位也先数每段几封，再只取落在那一段里的，内存不随封数涨。
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import narwhals as nw

from wenzheng_lab.trends.indicators_codes import Codes
from wenzheng_lab.trends.indicators_days import (
    DAYS,
    SEGMENT,
    day_fields,
    same_days,
    span_fields,
    span_of,
    with_days,
    with_periods,
    with_times,
)
from wenzheng_lab.trends.indicators_pack import TIMES_SEEN, Fields, Lazy, count_rows, packed, packs, unpack
from wenzheng_lab.trends.indicators_rows import (
    MARKS,
    RATINGS,
    SENT,
    Plan,
    prepare,
    sent_at,
    when_known,
    with_copies,
    with_ratings,
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
_RATES, _SPANS, _SIDED, _SPAN = "rates", "spans", "sided", "span"


@dataclass(frozen=True, slots=True)
class Narrow:
    """压好的窄表：一封一行，只有几个整数；各趟都只读它。"""

    lf: Lazy
    """窄表"""
    days: Fields
    """按天的量里压着什么"""
    rates: Fields
    """评分里压着什么"""
    scores: tuple[str, ...]
    """种类太多、没有编号的评分，原样留着"""
    spans: Fields
    """分组与用时的段里压着什么"""
    marks: Fields
    """两类来信里压着什么"""

    def keys(self, name: str, fields: Fields) -> list[str]:
        """压成了哪几列。"""
        return list(packs(fields, name))


def narrow(lf: Lazy, calendar: Lazy, codes: Codes, plan: Plan) -> Narrow:
    """把原表压窄。

    Args:
        lf: 原表，分组的列、``SENDER``、评分已换成编号。
        calendar: 日历表。
        codes: 编号。
        plan: 这次怎样算。

    Returns:
        ``Narrow``；各列还没有算，用的时候才算。
    """
    lf = prepare(lf, plan)
    days, segment = day_fields(lf, plan), span_fields(lf, plan)
    lf = _filled(with_periods(lf, calendar, plan), plan)
    have = lf.collect_schema().names()
    groups = group_fields(plan)
    marks: Fields = [(mark, nw.col(mark), 2) for mark in MARKS if mark in have]
    scored = [name for name, _ in plan.scales]
    rates: Fields = []
    if scored:
        rates = list(groups)
        if plan.has("auto_rated"):
            auto = nw.col("auto_rated")
            rates.append(("auto_rated", when_known(~auto.is_null(), auto), 2))
        rates += [(name, nw.col(name), plan.bits(name)) for name in scored if name in codes.sizes]
    scores = tuple(name for name in scored if name not in codes.sizes)
    parts = {DAYS: days, _RATES: rates, _SPANS: [*groups, *segment], _SIDED: marks}
    out = {column: packed(some) for name, part in parts.items() for column, some in packs(part, name).items()}
    if plan.has("replied_day"):
        out[SENT] = sent_at(plan)
    if segment:
        out[_SPAN] = span_of(lf, plan)
    if not out:  # 什么列也没有，只数行数
        out["row"] = nw.lit(0)
    lf = lf.with_columns(**out).select(*out, *scores)
    return Narrow(lf, days, rates, scores, parts[_SPANS], marks)


def group_fields(plan: Plan) -> Fields:
    """分组的各列：文字已换成编号，月份是编号；都压得进一个整数。

    Args:
        plan: 这次怎样算。

    Returns:
        （名字，式子，占几位）。
    """
    periods = [(name, nw.when(nw.col(name) >= 0).then(nw.col(name)), _PERIOD_BITS) for name in plan.derived]
    return [*((name, nw.col(name), plan.bits(name)) for name in plan.raw), *periods]


def day_counts(table: Narrow, calendar: Lazy, plan: Plan) -> Lazy:
    """各组里每一种（哪天来、哪天答、又来信……）有几封，连同按天算得出的量。

    Args:
        table: 窄表。
        calendar: 日历表。
        plan: 这次怎样算。

    Returns:
        分组的列、``FLAGS`` 里有的、``on_time__编号``、``last_day__编号``、workdays、open_workdays、times。
    """
    few = with_times(with_days(same_days(table.lf, table.days, plan), calendar, plan), plan)
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


def rating_sums(table: Narrow, codes: Codes, plan: Plan) -> Lazy | None:
    """各组评分的和与个数。

    Args:
        table: 窄表。
        codes: 编号。
        plan: 这次怎样算。

    Returns:
        分组的列、``量__sum``、``量__count``；没有评分为 None。
    """
    if not plan.scales:
        return None
    few = unpack(
        count_rows(table.lf, [*table.keys(_RATES, table.rates), *table.scores]), table.rates, _RATES
    ).with_columns(nw.col(name).fill_null(-1).cast(nw.Int64) for name in plan.derived)
    few = with_ratings(codes.back(few, [name for name in RATINGS if name not in table.scores]), plan)
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


def crowded_minutes(table: Narrow, plan: Plan) -> Lazy | None:
    """同一单位同一分钟里答复太多的（单位，分钟）。

    Args:
        table: 窄表。
        plan: 这次怎样算。

    Returns:
        列 ``SENT``、``together``；没有答复时间为 None。
    """
    if not plan.has("replied_day"):
        return None
    lf = table.lf.filter(~nw.col(SENT).is_null())
    return lf.group_by(SENT).agg(together=nw.len()).filter(nw.col("together") >= plan.batch)


def span_counts(table: Narrow, crowded: Lazy | None, plan: Plan) -> Lazy | None:
    """各组里用时、已等在每一段的有几封，批量的有几封。

    Args:
        table: 窄表。
        crowded: ``crowded_minutes`` 的结果；没有答复时间为 None。
        plan: 这次怎样算。

    Returns:
        分组的列、段、batch（1 是批量，0 不是，空是没有钟点）、``MARKS`` 里有的、times；两个时间都没有为 None。
    """
    if not plan.has("created_day") and crowded is None:
        return None
    lf, keys = table.lf, table.keys(_SPANS, table.spans)
    if crowded is not None:
        lf = lf.join(crowded, on=SENT, how="left")
        lf = lf.with_columns(batch=when_known(~nw.col(SENT).is_null(), ~nw.col("together").is_null()))
        keys.append("batch")
    few = count_rows(lf, [*keys, *table.keys(_SIDED, table.marks)])
    return unpack(unpack(few, table.spans, _SPANS), table.marks, _SIDED)


def span_picks(table: Narrow, targets: Lazy, plan: Plan) -> Lazy:
    """分位落在哪几段，就取那几段里各有几秒。

    Args:
        table: 窄表。
        targets: 要取的段（分组的列，段，组号；组号 -1 的是合计要的）。
        plan: 这次怎样算。

    Returns:
        组号、段、``MARKS`` 里有的、span（秒）、times。
    """
    groups = group_fields(plan)
    fields = [*groups, (SEGMENT, nw.col(SEGMENT), table.spans[-1][2])]
    there = packs(fields, _SPANS)
    targets = targets.with_columns(packed(some).alias(name) for name, some in there.items())
    # 一封可以既是本组要的、又是合计要的，接上就是两行
    lf = table.lf.join(targets.select(*there, GROUP, SEGMENT), on=list(there), how="inner")
    few = count_rows(lf, [GROUP, SEGMENT, _SPAN, *table.keys(_SIDED, table.marks)])
    return unpack(few, table.marks, _SIDED)


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
