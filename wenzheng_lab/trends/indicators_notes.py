"""读指标表要知道的事：哪些没有算进去，时间有多准，小组怎样处理。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

from wenzheng_lab.trends.indicators_group import COUNTED
from wenzheng_lab.trends.indicators_rows import RATINGS, Plan
from wenzheng_lab.trends.indicators_spec import spec

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = {"reply": "reply_key", "body": "angry", "place": "rural"}


def build_notes(
    total: pd.DataFrame,
    plan: Plan,
    reading: Mapping[str, object] | None,
    as_of: datetime | None,
    guessed: bool,
    hidden: int,
    extra: int,
    smallest: int,
    columns: Mapping[str, str],
) -> tuple[str, ...]:
    """写说明。

    Args:
        total: 合计的汇总。
        plan: 这次怎样算。
        reading: 阅读报告；没有为 None。
        as_of: 截止时刻。
        guessed: 截止时刻是不是从表里取的。
        hidden: 不显示的组数。
        extra: 其中为防倒推而藏的。
        smallest: 门槛。
        columns: 原表的列。

    Returns:
        一条一句。
    """
    row = {str(name): float(total[name].iloc[0]) for name in total.columns}
    out = [
        f"指标的算法是{spec().source}自定的，不是规定的考核算法；各指标都带分母，没有作答、没有评价的不算进分子分母。"
    ]
    if as_of is not None:
        how = "（取表里最晚的一个时间；表是后来导出的，请写 as_of=导出时刻）" if guessed else ""
        out.append(f"截止时刻 {as_of:%Y-%m-%d %H:%M}{how}，未答复的等到这时。")
    out += _times(row, plan, reading)
    scales = dict(plan.scales)
    if scales:
        top = next(iter(scales.values()))
        out.append(
            f"评分按 {top:g} 分制（由最大值判断），{top * plan.good_share:g} 分及以上算解决、算满意"
            + ("；没有“自动好评”一列，自动好评去不掉，满意率偏高。" if "auto_rated" not in plan.columns else "。")
        )
    elif any(name in columns for name in RATINGS):
        out.append("评分各列全是空的，没有算解决率、满意率。")
    if "reply_key" in plan.columns and "reply_group" not in plan.columns:
        out.append("没有存“几乎相同”的分组，套用只认一字不差的，偏少。")
    missing = [name for name, feature in _TEXTS.items() if name in columns and feature not in plan.columns]
    if missing:
        out.append(
            f"由{'、'.join(missing)}得出的几项（套用、又来信、语气、城乡）没有算："
            "请先用 store_features 存好，或用 wenzheng analyse。"
        )
    if hidden:
        tail = f"，另藏 {extra} 组，免得用合计减出来" if extra else ""
        out.append(f"不到 {smallest} 封的 {hidden - extra} 组不显示{tail}。合计里仍含它们。")
    return tuple(out)


def _times(row: Mapping[str, float], plan: Plan, reading: Mapping[str, object] | None) -> list[str]:
    out = []
    if row.get("no_created__sum"):
        out.append(f"{row['no_created__sum']:,.0f} 封没有来信时间（或时间在 1990–2060 年以外），不算用时与按时。")
    if row.get("backwards__sum"):
        out.append(f"{row['backwards__sum']:,.0f} 封答复早于来信，时间必有一错，不算用时与按时。")
    if "replied_day" in plan.columns and row.get("answered__sum"):
        lacking = row["answered__sum"] - row.get("hours__count", 0.0) - row.get("backwards__sum", 0.0)
        if lacking > 0 and "created_day" in plan.columns:
            out.append(f"{lacking:,.0f} 封有答复而缺一个时间，只计入答复率。")
    if {"created_day", "replied_day"} <= plan.columns:
        lacking = row.get("hours__count", 0.0) - row.get("workdays__count", 0.0)
        if lacking > 0:
            out.append(f"{lacking:,.0f} 封落在放假安排没有收录的年份，工作日与按工作日的时限算不出。")
    if reading is not None:
        times = cast(Mapping[str, Mapping[str, object]], reading.get("times", {}))
        for name, word in (("created_at", "来信时间"), ("replied_at", "答复时间")):
            tally = times.get(name, {})
            for precision, text in (("month", "只到月，按 1 日零时算"), ("day", "只到日，按零时算")):
                count = tally.get(precision)
                if isinstance(count, int) and count:
                    out.append(
                        f"{count:,} 个{word}{text}，用时有最多一{'个月' if precision == 'month' else '天'}的出入。"
                    )
    if row.get(COUNTED, 0.0) == 0:
        out.append("表里一封也没有。")
    return out
