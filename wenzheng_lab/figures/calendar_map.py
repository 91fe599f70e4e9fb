"""日历热力图：一格一天，一行一个星期几，一块一年。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.style import drawing, dress, style
from wenzheng_lab.trends.counts import HOLIDAY, KINDS, daily_counts, day_kinds

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

_MOST_YEARS = 6
_WEEK = "一二三四五六日"
_CLASSES = 5
_FEW = 0.01
"""来信不到最多一年的百分之一的年份，在两头时不画"""


def plot_calendar(source: pd.DataFrame | pd.Series, *, title: str = "每天来信") -> Chart:
    """画日历热力图：哪些日子来信多。

    颜色分五档，由浅到深；节假日的格子点一个点；每年最多的一天写在右边。一天一格是总数，不涉及哪个人。

    Args:
        source: 有 ``created_at`` 的表，或以日期为索引的日计数。
        title: 标题。

    Returns:
        ``Chart``；``.table`` 一天一行：``day``、``count``、``kind``（工作日、周末、节假日）。

    Raises:
        InputTypeError: 既不是表也不是日计数。
        InputError: 没有一个时间。

    Examples:
        >>> import pandas as pd
        >>> plot_calendar(pd.DataFrame({"created_at": ["2026-03-01", "2026-03-03"]})).table["count"].tolist()
        [1, 0, 1]
    """
    import pandas as pd

    counts = daily_counts(source)
    whole = int(counts.sum())
    sizes = counts.groupby(pd.DatetimeIndex(counts.index).year).sum()
    # 零星几封的早年占一整块而看不出什么；不画，但数出来
    busy = [int(year) for year in sizes.index if sizes[year] >= _FEW * sizes.max()]
    years = list(range(busy[0], busy[-1] + 1))[-_MOST_YEARS:]
    of_year = pd.DatetimeIndex(counts.index).year
    counts = counts[(of_year >= years[0]) & (of_year <= years[-1])]
    dropped = whole - int(counts.sum())
    kinds = day_kinds(counts.index)
    table = pd.DataFrame(
        {
            "day": [f"{stamp:%Y-%m-%d}" for stamp in counts.index],
            "count": counts.to_numpy(),
            "kind": [KINDS[kind] for kind in kinds],
        }
    )
    edges = _edges(counts.to_numpy())
    signature = sign("calendar", table)
    notes = [
        "点：节假日（按公布的放假安排；没有公布的年份只算日期固定的节日）。空白：不在这张表的日期之内。",
        f"没有画的年份（来信零星，或在最近 {_MOST_YEARS} 年以前）另有 {dropped:,} 封。" if dropped else "",
    ]
    reading = _reading(counts, kinds)
    with drawing(title, reading, below(notes, signature), height=1.28 * len(years) + 0.35) as figure:
        axes = figure.subplots(len(years) + 1, 1, height_ratios=[1.28] * len(years) + [0.35], squeeze=False)[:, 0]
        for year, one in zip(years, axes, strict=False):
            inside = pd.DatetimeIndex(counts.index).year == year
            _draw_year(one, counts[inside], kinds[inside], edges, year)
        _draw_key(axes[-1], edges)
    return Chart(figure, table, title, reading, tuple(note for note in notes if note), signature)


def _edges(values: NDArray[np.int64]) -> list[int]:
    """各档的下限：1 起，取整，多数日子分得开，个别极多的日子不把别的压成一片。"""
    some = values[values > 0]
    top = int(np.quantile(some, 0.98)) if len(some) else 1
    step = max(1, -(-top // _CLASSES))
    for nice in (1, 2, 3, 4, 5, 10, 15, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000):
        if nice >= step:
            step = nice
            break
    return [1, *(step * at + (1 if step > 1 else 0) for at in range(1, _CLASSES))] if step > 1 else [1, 2, 3, 4, 5]


def _draw_year(axes: Axes, counts: pd.Series, kinds: NDArray[np.int64], edges: list[int], year: int) -> None:
    import datetime

    import pandas as pd
    from matplotlib.patches import Rectangle

    look = style()
    offset = datetime.date(year, 1, 1).weekday()
    for stamp, count, kind in zip(counts.index, counts.tolist(), kinds.tolist(), strict=True):
        at = stamp.day_of_year - 1 + offset
        column, row = divmod(at, 7)
        shade = look.shades[int(np.searchsorted(edges, count, side="right"))]
        axes.add_patch(Rectangle((column + 0.06, row + 0.06), 0.88, 0.88, facecolor=shade, edgecolor="none"))
        if kind == HOLIDAY:
            axes.plot(column + 0.5, row + 0.5, ".", color=look.warm, markersize=2.6)
    for month in range(2, 13):
        at = (datetime.date(year, month, 1) - datetime.date(year, 1, 1)).days + offset
        column, row = divmod(at, 7)
        xs = [column, column, column + 1, column + 1] if row else [column, column]
        ys = [7, row, row, 0] if row else [7, 0]
        axes.plot(xs, ys, color=look.soft, linewidth=0.6)
    middles = [(datetime.date(year, month, 15) - datetime.date(year, 1, 1)).days + offset for month in range(1, 13)]
    axes.set_xticks([at / 7 for at in middles], [f"{month}月" for month in range(1, 13)])
    axes.xaxis.tick_top()
    axes.set_yticks([0.5, 2.5, 4.5, 5.5, 6.5], [_WEEK[at] for at in (0, 2, 4, 5, 6)])
    axes.set_xlim(0, 54)
    axes.set_ylim(7, 0)
    axes.set_aspect("equal")
    dress(axes, keep=())
    axes.tick_params(labelsize=look.note + 0.5, pad=1)
    best = pd.DatetimeIndex(counts.index)[int(counts.to_numpy().argmax())]
    words = f"{year} 年\n{int(counts.sum()):,} 封\n最多 {best.month}月{best.day}日\n{int(counts.max()):,} 封"
    axes.text(54.6, 3.5, words, va="center", fontsize=look.label, linespacing=1.5)


def _draw_key(axes: Axes, edges: list[int]) -> None:
    from matplotlib.patches import Rectangle

    look = style()
    names = ["没有"]
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        names.append(
            f"{low:,} 封以上" if high is None else f"{low:,} 封" if high == low + 1 else f"{low}–{high - 1} 封"
        )
    for at, (name, shade) in enumerate(zip(names, look.shades, strict=True)):
        axes.add_patch(Rectangle((at * 9, 0.2), 1.2, 0.6, facecolor=shade, edgecolor=look.soft, linewidth=0.4))
        axes.text(at * 9 + 1.6, 0.5, name, va="center", fontsize=look.label)
    axes.set_xlim(-0.5, 66)
    axes.set_ylim(0, 1)
    axes.axis("off")


def _reading(counts: pd.Series, kinds: NDArray[np.int64]) -> str:
    import pandas as pd

    values = counts.to_numpy()
    best = pd.DatetimeIndex(counts.index)[int(counts.to_numpy().argmax())]
    parts = [f"{counts.index[0]:%Y-%m-%d} 至 {counts.index[-1]:%Y-%m-%d}，共 {int(values.sum()):,} 封"]
    parts.append(f"最多的一天是 {best:%Y-%m-%d}，{int(values.max()):,} 封")
    means = [values[kinds == kind].mean() if (kinds == kind).any() else np.nan for kind in range(3)]
    if not np.isnan(means).any():
        parts.append(f"工作日平均一天 {means[0]:.1f} 封，周末 {means[1]:.1f} 封，节假日 {means[2]:.1f} 封")
    return "；".join(parts) + "。"
