"""分类河流图：各类来信随时间的多少，一层一类，总的宽窄是总数。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, InputTypeError, explain
from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.style import drawing, dress, ink_on, shorten, style

if TYPE_CHECKING:
    import pandas as pd

_REST = "其余"
_BASES = ("sym", "zero")


def plot_stream(counts: pd.DataFrame, *, most: int = 7, baseline: str = "sym", title: str = "各类来信的起落") -> Chart:
    """画河流图：各类来信随时间怎样变。

    Args:
        counts: ``wz.count_over_time(frame, by=…, of="category")`` 的结果。
        most: 最多画几类，其余合成一层（类）。
        baseline: ``sym`` 上下对称，看各层宽窄；``zero`` 从零叠起，看总数。
        title: 标题。

    Returns:
        ``Chart``；``.table`` 一行一个时期一类：``period``、``kind``、``count``。

    Raises:
        InputTypeError: 不是 ``count_over_time`` 的结果。
        InputError: 不到三个时期，或 ``baseline`` 写错。

    Examples:
        >>> import pandas as pd, wenzheng_lab as wz
        >>> frame = pd.DataFrame({"created_at": ["2026-01-05", "2026-02-02", "2026-03-02"], "category": list("甲乙甲")})
        >>> len(plot_stream(wz.count_over_time(frame, of="category")).table)
        6
    """
    import pandas as pd

    if not isinstance(counts, pd.DataFrame) or not isinstance(counts.index, pd.PeriodIndex):
        raise InputTypeError(
            explain(
                f"来的是 {type(counts).__name__}",
                "应为 wz.count_over_time 的结果（一行一个时期，一列一类）",
                '请写成 wz.plot_stream(wz.count_over_time(frame, of="category"))',
            )
        )
    if baseline not in _BASES:
        raise InputError(explain(f"baseline 是 {baseline!r}", "应为 sym 或 zero", "请改写"))
    if len(counts) < 3:
        raise InputError(explain(f"只有 {len(counts)} 个时期", "至少三个才看得出起落", "请把 by 改小，如 week"))
    partial = [str(period) for period in counts.attrs.get("partial") or []]
    # 不满一个时期的两头会画成断崖，看着像来信忽然没了
    whole = counts[[str(period) not in partial for period in counts.index]]
    if len(whole) >= 3:
        counts = whole
    most = max(1, min(most, len(style().kinds) - 1))
    shown = counts.iloc[:, :most].copy()
    if counts.shape[1] > most:
        shown[_REST] = counts.iloc[:, most:].sum(axis=1)
    table = pd.DataFrame(
        [
            (str(period), str(name), int(shown[name].iloc[at]))
            for at, period in enumerate(shown.index)
            for name in shown.columns
        ],
        columns=["period", "kind", "count"],
    )
    signature = sign("stream", table)
    total = int(shown.to_numpy().sum())
    notes = [
        f"一层的宽窄是这一时期的封数；右边是合计。{'、'.join(partial)} 不满一个时期，没有画。"
        if partial and len(whole) >= 3
        else "",
        f"另有 {counts.shape[1] - most} 类合成“{_REST}”。" if counts.shape[1] > most else "",
    ]
    first = shown.columns[0]
    peak = shown.index[int(shown.sum(axis=1).to_numpy().argmax())]
    share = shown[first].sum() / max(total, 1)
    reading = (
        f"共 {total:,} 封。最多的是{first}，{int(shown[first].sum()):,} 封，占 {share:.0%}；"
        f"来信最多的时期是 {peak}，{int(shown.loc[peak].sum()):,} 封。"
    )
    with drawing(title, reading, below(notes, signature), height=3.6) as figure:
        _draw(figure.subplots(), shown, baseline, total)
    return Chart(figure, table, title, reading, tuple(note for note in notes if note), signature)


def _draw(axes: object, shown: pd.DataFrame, baseline: str, total: int) -> None:
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    look = style()
    xs = np.arange(len(shown))
    layers = shown.to_numpy(dtype=np.float64).T
    colors = [*look.kinds[: len(layers)]]
    if shown.columns[-1] == _REST:
        colors[-1] = look.kinds[-1]
    axes.stackplot(
        xs, layers, baseline="sym" if baseline == "sym" else "zero", colors=colors, edgecolor=look.paper, linewidth=0.9
    )
    bottom = -layers.sum(axis=0) / 2 if baseline == "sym" else np.zeros(len(xs))
    tops = bottom + np.cumsum(layers, axis=0)
    height = float(layers.sum(axis=0).max()) or 1.0
    # 层里写得下就写在最宽处；写不下的只在右边写
    for at, name in enumerate(shown.columns):
        # 层是斜的：字要落在左右邻居也盖得住的那一段里
        floor, ceiling = tops[at] - layers[at], tops[at]
        under = np.maximum.reduce([np.roll(floor, step) for step in (-1, 0, 1)])
        over = np.minimum.reduce([np.roll(ceiling, step) for step in (-1, 0, 1)])
        inner = over - under
        edge = max(1, len(inner) // 9)
        inner[:edge] = inner[-edge:] = 0
        where = int(inner.argmax())
        if inner[where] > 0.05 * height:
            middle = (under[where] + over[where]) / 2
            axes.text(
                where, middle, shorten(str(name), 6), ha="center", va="center",
                fontsize=look.label - 1, color=ink_on(colors[at]),
            )  # fmt: skip
    low, high = float(bottom.min()), float((bottom + layers.sum(axis=0)).max())
    room = np.linspace(high, low, len(layers) + 2)[1:-1]
    for at, spot in enumerate(room):
        index = len(layers) - 1 - at
        name = str(shown.columns[index])
        count = int(layers[index].sum())
        axes.text(
            len(xs) - 1 + 0.03 * len(xs), spot, "■", color=colors[index], fontsize=look.label + 2, va="center",
        )  # fmt: skip
        axes.text(
            len(xs) - 1 + 0.06 * len(xs), spot, f"{shorten(name, 9)} {count:,} 封 {count / max(total, 1):.0%}",
            fontsize=look.label, va="center",
        )  # fmt: skip
    axes.set_xlim(0, len(xs) - 1)
    axes.set_ylim(low - 0.04 * height, high + 0.04 * height)
    step = max(1, -(-len(xs) // 7))
    axes.set_xticks(xs[::step], [str(period) for period in shown.index[::step]])
    if baseline == "sym":
        dress(axes, grid="x", keep=("bottom",))
        axes.set_yticks([])
        unit = _round(height / 3)
        axes.plot([0.15, 0.15], [low, low + unit], color=look.ink, linewidth=2, solid_capstyle="butt")
        axes.text(0.15 + 0.012 * len(xs), low + unit / 2, f"{unit:,} 封", fontsize=look.label, va="center")
    else:
        dress(axes, grid="y")
        axes.set_ylabel("封")


def _round(value: float) -> int:
    """不大于 ``value`` 的整数：1、2、5 乘十的几次方。"""
    if value < 1:
        return 1
    base = 10 ** int(np.floor(np.log10(value)))
    return int(max(step * base for step in (1, 2, 5) if step * base <= value))
