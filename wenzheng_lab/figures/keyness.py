"""关键词图：这一批比那一批多说什么、少说什么，多到几倍，有多拿得准。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, InputTypeError, explain
from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.style import drawing, dress, shorten, style
from wenzheng_lab.trends.keyness import COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_keyness(
    words: pd.DataFrame, *, top: int = 12, target: str = "这一批", reference: str = "那一批",
    title: str = "多说什么，少说什么",
) -> Chart:  # fmt: skip
    """画关键词图：两批来信用词差在哪里。

    点是多几倍，横线是 95% 区间；右边写两批里各几封说到。横轴按倍数的对数。

    Args:
        words: ``wz.compare_words(甲, 乙)`` 的结果。
        top: 多说的、少说的各画几个。
        target: 前一批叫什么，如“12月”。
        reference: 后一批叫什么，如“11月”。
        title: 标题。

    Returns:
        ``Chart``；``.table`` 是画出的各词。

    Raises:
        InputTypeError: 不是 ``compare_words`` 的结果。
        InputError: 没有一个词的差别拿得准。

    Examples:
        >>> import pandas as pd, wenzheng_lab as wz
        >>> now = pd.DataFrame({"body": [f"停水，编号{i}" for i in range(20)]})
        >>> old = pd.DataFrame({"body": [f"路灯，编号{i}" for i in range(20)]})
        >>> plot_keyness(wz.compare_words(now, old)).table["term"].tolist()
        ['停水', '路灯']
    """
    import pandas as pd

    if not isinstance(words, pd.DataFrame) or not set(COLUMNS) <= set(map(str, words.columns)):
        raise InputTypeError(
            explain(
                f"来的是 {type(words).__name__}",
                "应为 wz.compare_words 的结果",
                "请写成 wz.plot_keyness(wz.compare_words(甲, 乙))",
            )
        )
    sure = words[(words["q"] < 0.05) & ((words["low"] > 0) | (words["high"] < 0))]
    # 封数太少的词即使差得远也不画：公开的图不指向个别的人
    sure = sure[(sure["count"] + sure["reference_count"]) >= 5]
    more = sure[sure["log_ratio"] > 0].head(top).sort_values("log_ratio", ascending=False, kind="stable")
    less = sure[sure["log_ratio"] < 0].head(top).sort_values("log_ratio", ascending=False, kind="stable")
    table = pd.concat([more, less], ignore_index=True)
    if not len(table):
        raise InputError(
            explain(
                "没有一个词的差别拿得准", "应至少有一个词的 95% 区间不含零", "两批来信太少或说的差不多，可以换一批比"
            )
        )
    signature = sign("keyness", table)
    notes = [
        "倍数按“每千封里几封说到”比；一封里说几遍算一遍，抄件合成一份。横线：95% 区间，碰到竖线的不画。",
        "两批里合起来不到五封说到的不画。",
    ]
    reading = ""
    if len(more):
        reading += f"{target}比{reference}多说：{'、'.join(map(str, more['term'].head(6)))}。"
    if len(less):
        reading += f"少说：{'、'.join(map(str, less['term'][::-1].head(6)))}。"
    with drawing(title, reading, below(notes, signature), height=0.235 * len(table) + 0.7) as figure:
        _draw(figure.subplots(), table, len(more), target, reference)
    return Chart(figure, table, title, reading, tuple(notes), signature)


def _draw(axes: Axes, table: pd.DataFrame, more: int, target: str, reference: str) -> None:
    look = style()
    gap = 0.7 if 0 < more < len(table) else 0.0
    ys = np.array([at + (gap if at >= more else 0.0) for at in range(len(table))])
    for y, (_, row) in zip(ys, table.iterrows(), strict=True):
        up = row["log_ratio"] > 0
        color = look.main if up else look.warm
        axes.plot([row["low"], row["high"]], [y, y], color=color, linewidth=1.3, solid_capstyle="butt")
        axes.plot(row["log_ratio"], y, "o" if up else "D", color=color, markersize=5 if up else 4.2)
        words = f"{int(row['count']):,} ／ {int(row['reference_count']):,}"
        axes.text(1.01, y, words, transform=axes.get_yaxis_transform(), va="center", fontsize=look.label)
    axes.axvline(0, color=look.soft, linewidth=0.9)
    axes.set_yticks(ys, [shorten(str(term), 10) for term in table["term"]])
    axes.set_ylim(ys[-1] + 0.7, -1.1)
    axes.text(
        1.01, -0.85, f"{shorten(target, 6)} ／ {shorten(reference, 6)}（封）", transform=axes.get_yaxis_transform(),
        va="center", fontsize=look.note,
    )  # fmt: skip
    low, high = float(table["low"].min()), float(table["high"].max())
    axes.set_xlim(min(low, 0) - 0.3, max(high, 0) + 0.3)
    ticks = [tick for tick in range(-8, 9) if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]]
    if len(ticks) > 7:
        ticks = [tick for tick in ticks if tick % 2 == 0]
    axes.set_xticks(ticks, ["一样" if t == 0 else f"{2**t}倍" if t > 0 else f"1/{2**-t}" for t in ticks])
    dress(axes, grid="x", keep=("bottom",))
