"""分组汇总：每组的计数、和、中位数、九成位。各引擎共用，只写在这里。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import narwhals as nw

from wenzheng_lab.trends.indicators_rows import Lazy, Plan

COUNTED = "行数"
"""每组的行数，汇总时才有"""
_SUMS = ("answered", "open", "no_created", "backwards", "rated", "auto", "satisfied", "satisfied_all", "solved")
_SHARES = ("auto", "satisfied_all", "again_mark", "identical", "template", "batch", "angry_mark", "rural_mark")
_MEANS = ("solved_score", "attitude_score", "speed_score", "quality")
_SPREADS = ("hours", "workdays", "open_hours", "open_workdays")
_SIDES = ("angry", "calm", "rural", "urban")


def summarize(lf: Lazy, by: Sequence[str], plan: Plan, *, only_spreads: bool = False) -> Lazy:
    """每组一行；``by`` 为空时全体一行。

    Args:
        lf: ``indicators_rows.measure`` 的结果。
        by: 分组的列，可空。
        plan: 这次怎样算。
        only_spreads: 只要分位；和与个数可由各组相加，不必再走一趟。

    Returns:
        每组各量的和、不空的个数、分位。名字：``量__sum``、``量__count``、``量__p50``、``量__p90``、``量__mean``。
    """
    have = set(lf.collect_schema().names())
    parts: list[nw.Expr] = []
    if only_spreads:
        parts += _spreads(have)
        return lf.select(*(parts or [nw.len().alias(COUNTED)]))
    parts.append(nw.len().alias(COUNTED))
    flags = [*_SUMS, *_SHARES, *(f"answered_{side}" for side in _SIDES)]
    flags += [f"{kind}__{clock.id}" for clock in plan.clocks for kind in ("on_time", "last_day")]
    for name in _there(flags, have):
        parts += [nw.col(name).sum().alias(f"{name}__sum"), nw.col(name).count().alias(f"{name}__count")]
    for name in _there([*_MEANS, *(f"quality_{side}" for side in _SIDES)], have):
        parts += [nw.col(name).sum().alias(f"{name}__sum"), nw.col(name).count().alias(f"{name}__count")]
    parts += _spreads(have)
    if by:
        return lf.group_by(*by).agg(*parts)
    return lf.select(*parts)


def _there(names: Iterable[str], have: set[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name in have]


def _spreads(have: set[str]) -> list[nw.Expr]:
    parts = []
    for name in _there([*_SPREADS, *(f"hours_{side}" for side in _SIDES)], have):
        parts += [nw.col(name).median().alias(f"{name}__p50"), nw.col(name).count().alias(f"{name}__count")]
        if name in _SPREADS:
            parts.append(nw.col(name).quantile(0.9, interpolation="linear").alias(f"{name}__p90"))
    return parts
