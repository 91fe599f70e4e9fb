"""各镇小图：一镇一格，同一把尺子，不用地图也比得出。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.matrix import EMPTY, cells
from wenzheng_lab.figures.style import drawing, dress, shorten, style
from wenzheng_lab.trends.counts import UNITS
from wenzheng_lab.trends.indicators_spec import spec
from wenzheng_lab.trends.indicators_table import IndicatorTable, show_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST, _ACROSS = 20, 5


def plot_towns(found: IndicatorTable, value: str = "n", *, title: str | None = None) -> Chart:
    """画各镇小图：同一个指标，一镇一格，随时间怎样。

    各格同一把纵轴；灰线是各镇的中位数；不够五封的时期不画点，下边打一个叉。按封数排，不是名次。

    Args:
        found: ``wz.indicators(frame, by=["place", "month"])`` 的结果，前一层是地方，后一层是时期。
        value: 画哪个指标。
        title: 标题。

    Returns:
        ``Chart``；``.table`` 一行一镇一个时期：地方、时期、值、分母、写法。

    Raises:
        InputTypeError: 不是指标。
        InputError: 不是恰好两层，后一层不是时期，没有这个指标，或没有一格能显示。

    Examples:
        >>> import pandas as pd, wenzheng_lab as wz
        >>> times = pd.to_datetime(["2026-01-05", "2026-02-05"] * 6)
        >>> frame = pd.DataFrame({"place": ["东镇"] * 12, "created_at": times})
        >>> plot_towns(wz.indicators(frame, by=["place", "month"])).table["value"].tolist()
        [6.0, 6.0]
    """
    data = cells(found, value, layers=2)
    place, period = found.by
    if period not in UNITS:
        raise InputError(
            explain(
                f"后一层是 {period}",
                f"应为时期：{'、'.join(UNITS)}",
                '请写成 wz.indicators(frame, by=["place", "month"])',
            )
        )
    data = data[data[place] != EMPTY]
    sizes = data.groupby(place, sort=True)["n"].sum().sort_values(ascending=False, kind="stable")
    shown = [str(name) for name in sizes.index if data[data[place] == name]["value"].notna().any()][:_MOST]
    table = data[data[place].isin(shown)].drop(columns="n").sort_values([place, period], kind="stable")
    table = table.reset_index(drop=True)
    label = found.label(value)
    title = title or f"各地的{label}"
    signature = sign("towns", table, found.signature)
    left = len(sizes) - len(shown)
    notes = [
        f"各格纵轴相同，灰线是各地同一时期的中位数，叉是不到 {found.smallest} 封、不显示。按封数排，不是名次。",
        f"另有 {left} 处没有画（排在 {_MOST} 处以后，或各时期都不到 {found.smallest} 封）。" if left else "",
        next((item.caution for item in [spec().get(value)] if item and item.caution), ""),
    ]
    item = spec().get(value)
    unit = item.unit if item else ""
    last = _last(table, place)
    best = last.iloc[int(last["value"].to_numpy().argmax())]
    reading = (
        f"{len(shown)} 处。最近一个有数的时期，最高的是{best[place]}（{best[period]}），"
        f"{show_value(float(best['value']), unit)}{'' if unit == '%' else ' ' + unit}。"
    )
    height = 1.3 * -(-len(shown) // _ACROSS) + 0.25
    with drawing(title, reading, below(notes, signature), height=height) as figure:
        across = min(_ACROSS, len(shown))
        down = -(-len(shown) // across)
        axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
        periods = sorted(set(table[period]))
        middle = table.groupby(period)["value"].median().reindex(periods)
        top = float(table["value"].max()) * 1.22 or 1.0
        for at, one in enumerate(axes):
            if at >= len(shown):
                one.axis("off")
                continue
            rows = table[table[place] == shown[at]].set_index(period)
            _draw(one, rows, periods, middle, shown[at], unit)
            one.set_ylim(0, top)
            one.tick_params(labelbottom=at + across >= len(shown))
    return Chart(figure, table, title, reading, tuple(note for note in notes if note), signature)


def _last(table: pd.DataFrame, place: str) -> pd.DataFrame:
    return table[table["value"].notna()].groupby(place, sort=False).tail(1)


def _draw(axes: Axes, rows: pd.DataFrame, periods: list[str], middle: pd.Series, name: str, unit: str) -> None:
    look = style()
    xs = np.arange(len(periods))
    values = rows["value"].reindex(periods).to_numpy(dtype=np.float64)
    hidden = [at for at, when in enumerate(periods) if when in rows.index and values[at] != values[at]]
    axes.plot(xs, middle.to_numpy(dtype=np.float64), color=look.grid, linewidth=1.6)
    axes.plot(xs, values, color=look.main, linewidth=1.5, marker="o", markersize=2.6)
    axes.plot(hidden, np.zeros(len(hidden)), "x", color=look.soft, markersize=3, clip_on=False)
    known = np.flatnonzero(~np.isnan(values))
    if len(known):
        at = int(known[-1])
        axes.annotate(
            show_value(float(values[at]), unit), (at, values[at]), xytext=(0, 4), textcoords="offset points",
            ha="right" if at > len(xs) / 2 else "left", fontsize=look.note, color=look.main,
        )  # fmt: skip
    axes.set_title(shorten(name, 9), fontsize=look.label, loc="left", pad=3)
    ends = [0, len(xs) - 1] if len(xs) > 1 else [0]
    axes.set_xticks(ends, [periods[at] for at in ends])
    dress(axes, grid="y")
    axes.tick_params(labelsize=look.note)
    for at, text in enumerate(axes.get_xticklabels()):
        text.set_horizontalalignment("left" if at == 0 else "right")
        text.set_in_layout(at == 0)
    axes.locator_params(axis="y", nbins=3)
    if unit == "%":
        from matplotlib.ticker import PercentFormatter

        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
