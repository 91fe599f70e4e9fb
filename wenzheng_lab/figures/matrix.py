"""单位矩阵：一行一个单位，一列一类事，格里写数，深浅表示大小。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, InputTypeError, explain, suggest
from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.style import drawing, dress, ink_on, shorten, style
from wenzheng_lab.trends.indicators_spec import spec
from wenzheng_lab.trends.indicators_table import IndicatorTable, show_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST_ROWS, _MOST_COLUMNS = 20, 10
EMPTY = "（空）"
"""没有填单位、地方的一组；不是一个单位，不画"""


def plot_matrix(found: IndicatorTable, value: str = "n", *, title: str | None = None) -> Chart:
    """画单位矩阵：哪个单位的哪类事多、慢、没答。

    格里上面是数，下面括号里是分母；不够五封的写“不足 5”，没有的写“—”。按封数排，不是名次。

    Args:
        found: ``wz.indicators(frame, by=["department", "category"])`` 的结果，恰好分两层：前一层是行，后一层是列。
        value: 画哪个指标，如 ``n`` 来信数、``answered_rate`` 答复率、``hours_median`` 答复用时。
        title: 标题；默认由指标名得出。

    Returns:
        ``Chart``；``.table`` 一行一格：行、列、值、分母、格里的字。

    Raises:
        InputTypeError: 不是指标。
        InputError: 不是恰好分两层，没有这个指标，或没有一格能显示。

    Examples:
        >>> import pandas as pd, wenzheng_lab as wz
        >>> frame = pd.DataFrame({"department": list("甲乙") * 10, "category": ["水"] * 20, "reply": ["已修好"] * 20})
        >>> plot_matrix(wz.indicators(frame, by=["department", "category"])).table["text"].tolist()
        ['10', '10']
    """
    data = cells(found, value, layers=2)
    data = data[(data[found.by[0]] != EMPTY) & (data[found.by[1]] != EMPTY)]
    # 一格都显示不了的行、列只会占地方
    some = data[data["value"].notna()]
    whole = data[found.by[0]].nunique(), data[found.by[1]].nunique()
    rows = [name for name in _by_size(data, found.by[0]) if name in set(some[found.by[0]])]
    columns = [name for name in _by_size(data, found.by[1]) if name in set(some[found.by[1]])]
    rows, columns = rows[:_MOST_ROWS], columns[:_MOST_COLUMNS]
    cut = whole[0] - len(rows), whole[1] - len(columns)
    table = (
        data[data[found.by[0]].isin(rows) & data[found.by[1]].isin(columns)].drop(columns="n").reset_index(drop=True)
    )
    label = found.label(value)
    title = title or f"各{_plain(found.label(found.by[0]))}、各{_plain(found.label(found.by[1]))}的{label}"
    signature = sign("matrix", table, found.signature)
    notes = [
        f"格里是{label}，括号里是分母（封）；一格不到 {found.smallest} 封的不显示。深浅表示大小。",
        "按封数排，不是名次；各单位的事难易不同，差别是去问为什么的起点。",
        f"封数少、各格都不够 {found.smallest} 封的，另有 {cut[0]} 行、{cut[1]} 列没有画。" if any(cut) else "",
    ]
    reading = _reading(table, found, value, label)
    with drawing(title, reading, below(notes, signature), height=0.36 * len(rows) + 0.7) as figure:
        _draw(figure.subplots(), table, rows, columns, found.by)
    return Chart(figure, table, title, reading, tuple(note for note in notes if note), signature)


def cells(found: object, value: str, *, layers: int) -> pd.DataFrame:
    """取一个指标，一行一格，连分母与写法。

    Args:
        found: 指标。
        value: 指标的列名。
        layers: 应当分几层。

    Returns:
        分组的列、``value``、``of`` 分母、``text`` 写法、``n`` 封数。
    """
    import pandas as pd

    from wenzheng_lab.trends.indicators_finish import bottom_name

    if not isinstance(found, IndicatorTable):
        raise InputTypeError(
            explain(f"来的是 {type(found).__name__}", "应为 wz.indicators 的结果", "请先算指标，再画图")
        )
    if len(found.by) != layers:
        raise InputError(
            explain(
                f"指标按 {'、'.join(found.by) or '（没有分组）'} 分了 {len(found.by)} 层",
                f"应恰好分 {layers} 层",
                'wz.indicators(frame, by=["department", "category"])' if layers == 2 else "请改 by",
            )
        )
    names = [str(name) for name in found.table.columns if spec().get(str(name))]
    if value not in names:
        raise InputError(
            explain(f"没有指标 {value!r}", f"这张表有：{'、'.join(names[:14])} 等", suggest(value, names) or "请改写")
        )
    item = spec().get(value)
    of = bottom_name(value, spec())
    rows = []
    for _, row in found.table.iterrows():
        number = row[value]
        bottom = row[of] if of and of in row else np.nan
        if number != number:
            text = "—" if row["n"] == row["n"] and not (0 < bottom < found.smallest) else f"不足 {found.smallest}"
        else:
            text = show_value(float(number), item.unit if item else "")
            if bottom == bottom:
                text += f"\n（{bottom:,.0f}）"
        rows.append((*(str(row[name]) for name in found.by), float(number), float(bottom), text, float(row["n"])))
    out = pd.DataFrame(rows, columns=[*found.by, "value", "of", "text", "n"])
    if out["value"].isna().all():
        raise InputError(explain(f"{value} 没有一组能显示", f"一组至少要有 {found.smallest} 封", "请把组分得粗一些"))
    return out


def _by_size(data: pd.DataFrame, name: str) -> list[str]:
    sizes = data.groupby(name, sort=True)["n"].sum().sort_values(ascending=False, kind="stable")
    return [str(value) for value in sizes.index]


def _plain(label: str) -> str:
    return label.partition("（")[0]


def _reading(table: pd.DataFrame, found: IndicatorTable, value: str, label: str) -> str:
    known = table[table["value"].notna()]
    best = known.iloc[int(known["value"].to_numpy().argmax())]
    low = known.iloc[int(known["value"].to_numpy().argmin())]
    where = [f"{row[found.by[0]]}的{row[found.by[1]]}" for row in (best, low)]
    texts = [str(row["text"]).replace("\n", "") for row in (best, low)]
    if len(known) == 1:
        return f"能显示的只有{where[0]}，{texts[0]}。"
    item = spec().get(value)
    most, least = ("最多", "最少") if item and item.unit == "封" else ("最高", "最低")
    return f"{_plain(label)}{most}的是{where[0]}，{texts[0]}；{least}的是{where[1]}，{texts[1]}。"


def _draw(axes: Axes, table: pd.DataFrame, rows: Sequence[str], columns: Sequence[str], by: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    look = style()
    known = table["value"].dropna()
    low, high = float(known.min()), float(known.max())
    for _, cell in table.iterrows():
        x, y = columns.index(cell[by[1]]), rows.index(cell[by[0]])
        value = cell["value"]
        if value != value:
            color, hatch = look.paper, "///" if str(cell["text"]).startswith("不足") else ""
        else:
            level = 0.0 if high <= low else (value - low) / (high - low)
            color, hatch = look.shades[1 + min(4, int(level * 5))], ""
        axes.add_patch(
            Rectangle(
                (x, y), 1, 1, facecolor=color, edgecolor=look.grid if hatch else look.paper, hatch=hatch, linewidth=1
            )
        )
        box = {"facecolor": look.paper, "edgecolor": "none", "pad": 0.8} if hatch else None
        axes.text(
            x + 0.5, y + 0.5, str(cell["text"]), ha="center", va="center", fontsize=look.label - 1.2,
            color=ink_on(color), linespacing=1.15, bbox=box,
        )  # fmt: skip
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks(np.arange(len(columns)) + 0.5, [_two_lines(name) for name in columns])
    axes.xaxis.tick_top()
    axes.set_yticks(np.arange(len(rows)) + 0.5, [shorten(name, 12) for name in rows])
    dress(axes, keep=())


def _two_lines(name: str) -> str:
    name = shorten(name, 10)
    return name if len(name) <= 5 else name[: -(-len(name) // 2)] + "\n" + name[-(-len(name) // 2) :]
