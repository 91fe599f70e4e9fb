"""等答复曲线：来信之后第几天，还有几成没有等到答复。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, InputTypeError, explain
from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.style import drawing, dress, shorten, style
from wenzheng_lab.trends.waiting import ALL, COLUMNS, quantile_day

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST = 5
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)))


def plot_response(
    curve: pd.DataFrame, *, marks: Sequence[float] = (15, 30, 60), longest: float | None = None,
    height: float = 3.5,
    title: str = "来信之后多久等到答复",
) -> Chart:  # fmt: skip
    """画等答复曲线：第几天还有几成没等到。

    线越快往下落，答得越快。没答复的也在内，拖着不答不会好看。

    Args:
        curve: ``wz.response_curve`` 的结果；组多时画封数最多的五组。
        marks: 画竖线的天数，只是刻度，不是适用的期限。
        longest: 横轴画到第几天；默认到九成五答复为止，至少到最后一条竖线。
        height: 坐标那一块的高（英寸）。
        title: 标题。

    Returns:
        ``Chart``；``.table`` 就是画出的曲线。

    Raises:
        InputTypeError: 不是 ``response_curve`` 的结果。
        InputError: 一行也没有。

    Examples:
        >>> import pandas as pd, wenzheng_lab as wz
        >>> frame = pd.DataFrame({
        ...     "created_at": pd.to_datetime(["2026-03-01"] * 5),
        ...     "replied_at": pd.to_datetime(["2026-03-03", "2026-03-03", "2026-03-05", None, None]),
        ... })
        >>> plot_response(wz.response_curve(frame)).reading
        '5 封里半数在 4.0 天内等到答复。'
    """
    import pandas as pd

    if not isinstance(curve, pd.DataFrame) or not set(COLUMNS) <= set(map(str, curve.columns)):
        raise InputTypeError(
            explain(
                f"来的是 {type(curve).__name__}",
                "应为 wz.response_curve 的结果",
                "请写成 wz.plot_response(wz.response_curve(frame))",
            )
        )
    if not len(curve):
        raise InputError(explain("曲线一行也没有", "至少要有一组", "请检查来信与答复的时间"))
    sizes = curve.groupby("group", sort=False)["letters"].first().sort_values(ascending=False, kind="stable")
    names = [str(name) for name in sizes.index[:_MOST]]
    table = curve[curve["group"].isin(names)].reset_index(drop=True)
    parts = {name: table[table["group"] == name] for name in names}
    signature = sign("response", table)
    left = curve.attrs.get("left_out", 0)
    notes = [
        f"浅色带：95% 区间。竖虚线：{'、'.join(f'{day:g}' for day in marks)} 天，只是刻度，不是适用的期限。"
        + (f"截止 {curve.attrs['as_of'][:16]}，还没答复的按等到这时算。" if "as_of" in curve.attrs else ""),
        f"{left:,} 封缺时间或答复早于来信，没有算。" if left else "",
        f"组多，只画封数最多的 {_MOST} 组；不足五封的组不画。" if len(sizes) > _MOST else "",
    ]
    reading = _reading(parts, marks)
    with drawing(title, reading, below(notes, signature), height=height) as figure:
        _draw(figure.subplots(), parts, marks, longest)
    return Chart(figure, table, title, reading, tuple(note for note in notes if note), signature)


def waiting_at(part: pd.DataFrame, day: float) -> float:
    """第 ``day`` 天还有几成没等到。

    Args:
        part: 一组的曲线。
        day: 第几天。

    Returns:
        份额，0–1。
    """
    return float(part.loc[part["day"] <= day, "waiting"].iloc[-1])


def _reading(parts: dict[str, pd.DataFrame], marks: Sequence[float]) -> str:
    if len(parts) > 1:
        words = []
        for name, part in parts.items():
            half = quantile_day(part, 0.5)
            words.append(f"{_name(name)} {'过半还没等到' if half is None else f'{half:.1f} 天'}")
        return "半数等到答复用的天数：" + "，".join(words) + "。"
    part = next(iter(parts.values()))
    half = quantile_day(part, 0.5)
    text = f"{int(part['letters'].iloc[0]):,} 封里"
    text += "，过半还没等到答复" if half is None else f"半数在 {half:.1f} 天内等到答复"
    for mark in marks[1:2]:
        if float(part["day"].max()) >= mark:
            text += f"；第 {mark:g} 天还有 {waiting_at(part, mark):.1%} 没等到"
    return text + "。"


def _name(group: str) -> str:
    return f"{group}年" if group.isdigit() and len(group) == 4 else shorten(group, 10)


def _draw(axes: Axes, parts: dict[str, pd.DataFrame], marks: Sequence[float], longest: float | None) -> None:
    look = style()
    if longest is None:
        ends = [quantile_day(part, 0.95) or float(part["day"].max()) for part in parts.values()]
        longest = max([*ends, *(mark * 1.08 for mark in marks)])
    for at, (name, part) in enumerate(parts.items()):
        color = look.kinds[(0, 3, 2, 5, 1)[at]]
        part = part[part["day"] <= longest]
        days = np.append(part["day"].to_numpy(), longest)
        values, lows, highs = (
            np.append(part[key].to_numpy(), part[key].iloc[-1]) for key in ("waiting", "low", "high")
        )
        axes.fill_between(days, lows, highs, step="post", color=color, alpha=0.15, linewidth=0)
        label = f"{_name(name)}（{int(part['letters'].iloc[0]):,} 封）"
        axes.step(days, values, where="post", color=color, linewidth=1.8, linestyle=_DASHES[at], label=label)
        half = quantile_day(part, 0.5)
        if len(parts) == 1 and half is not None:
            axes.plot([half], [0.5], "o", color=color, markersize=5)
            axes.annotate(
                f"半数 {half:.1f} 天", (half, 0.5), xytext=(8, 4), textcoords="offset points", fontsize=look.label
            )
    for mark in marks:
        if mark <= longest:
            axes.axvline(mark, color=look.soft, linewidth=0.8, linestyle=(0, (3, 3)))
            if len(parts) == 1:
                share = waiting_at(next(iter(parts.values())), mark)
                axes.annotate(
                    f"{mark:g} 天还有 {share:.1%}", (mark, share), xytext=(4, 8), textcoords="offset points",
                    fontsize=look.label,
                )  # fmt: skip
    axes.set_xlim(0, longest)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_ylabel("还没等到答复的份额")
    axes.set_xlabel("来信之后第几天（自然日）")
    dress(axes, grid="y")
    if list(parts) != [ALL]:
        axes.legend(frameon=False, fontsize=look.label, handlelength=3.2)
