"""热点时间线：一件事一条线，上面是来信，下面是答复。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, InputTypeError, explain
from wenzheng_lab.figures.chart import Chart, below, sign
from wenzheng_lab.figures.style import drawing, dress, shorten, style
from wenzheng_lab.letter.frames import column_texts, column_times, message_ids, require_frame
from wenzheng_lab.model import is_blank
from wenzheng_lab.trends.hotspots import Hotspot

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST = 12


def plot_timeline(
    hotspots: Sequence[Hotspot] | Hotspot, frame: pd.DataFrame, *, title: str = "热点的来信与答复"
) -> Chart:
    """画热点的时间线：什么时候来的信，什么时候答的。

    圆点是来信（一周合成一个，越大越多），三角是答复；右边写几封来信里答复了几封。只数来信与答复，不看是谁写的。

    Args:
        hotspots: ``wz.find_hotspots`` 的结果，至多十二个。
        frame: 找热点用的那张表；有 ``reply``、``replied_at`` 就标答复。
        title: 标题。

    Returns:
        ``Chart``；``.table`` 一行一封：``hotspot``、``message_id``、``created_at``、``replied_at``、``answered``。

    Raises:
        InputTypeError: 不是热点，或不是表。
        InputError: 没有热点，成员不在表里，或都没有时间。

    Examples:
        >>> import pandas as pd, wenzheng_lab as wz
        >>> frame = pd.DataFrame({
        ...     "subject": ["柳林路的路灯黑了半年", "柳林路路灯半年不亮", "请修柳林路黑了半年的路灯", "咨询补办社保卡"],
        ...     "created_at": pd.to_datetime(["2026-03-01", "2026-03-05", "2026-03-20", "2026-03-02"]),
        ... })
        >>> len(plot_timeline(wz.find_hotspots(frame), frame).table)
        3
    """
    given: object = hotspots
    chosen = [hotspots] if isinstance(hotspots, Hotspot) else list(hotspots) if isinstance(given, Sequence) else None
    if chosen is None or not all(isinstance(one, Hotspot) for one in chosen):
        raise InputTypeError(
            explain("来的不是热点", "应为 wz.find_hotspots 的结果", "请写成 wz.plot_timeline(wz.find_hotspots(表), 表)")
        )
    chosen = chosen[:_MOST]
    if not chosen:
        raise InputError(explain("一个热点也没有", "至少要有一个", "来信太少或没有同一件事时画不出来"))
    table = member_table(chosen, frame)
    if table["created_at"].isna().all():
        raise InputError(explain("这些来信都没有时间", "至少要有一封有 created_at", "请检查时间列"))
    has_reply = bool({"reply", "replied_at"} & set(map(str, frame.columns)))
    signature = sign("timeline", table, chosen[0].signature)
    answered = int(table["answered"].sum())
    reading = f"{len(chosen)} 件事，{len(table):,} 封来信"
    reading += f"，其中 {answered:,} 封有答复。" if has_reply else "；这张表没有答复，只画来信。"
    quiet = [
        str(at + 1) for at in range(len(chosen)) if has_reply and not table[table["hotspot"] == at + 1].answered.any()
    ]
    if quiet:
        reading += f"第 {'、'.join(quiet)} 件一封也没有答复。"
    notes = [
        "圆点：来信，一周合成一个，越大越多。"
        + ("三角：答复，画在答复的日子；有答复而没有时间的不画。" if has_reply else ""),
        "热点由程序按用词与地点归并，标题取自来信主题；引用前请看过成员。",
    ]
    with drawing(title, reading, below(notes, signature), height=0.44 * len(chosen) + 0.5) as figure:
        _draw(figure.subplots(), chosen, table, has_reply=has_reply)
    return Chart(figure, table, title, reading, tuple(notes), signature)


def member_table(hotspots: Sequence[Hotspot], frame: pd.DataFrame) -> pd.DataFrame:
    """各热点的成员：来信、答复的时间。

    Args:
        hotspots: 热点。
        frame: 找热点用的表。

    Returns:
        一行一封；``hotspot`` 从 1 数起。

    Raises:
        InputError: 成员不在表里。
    """
    import pandas as pd

    table = require_frame(frame)
    at_of = {number: at for at, number in enumerate(message_ids(table))}
    created, replied = column_times(table), column_times(table, "replied_at")
    replies = column_texts(table, "reply")
    rows = []
    for number, one in enumerate(hotspots, 1):
        for member in one.members:
            if member not in at_of:
                raise InputError(
                    explain(
                        f"热点“{one.title}”里的来信 {member} 不在这张表里", "应为找热点用的那张表", "请换回原来的表"
                    )
                )
            at = at_of[member]
            done = not is_blank(replies[at]) or replied[at] is not None
            rows.append((number, member, created[at], replied[at], done))
    out = pd.DataFrame(rows, columns=["hotspot", "message_id", "created_at", "replied_at", "answered"])
    for name in ("created_at", "replied_at"):
        out[name] = pd.to_datetime(out[name])
    return out


def _draw(axes: Axes, chosen: Sequence[Hotspot], table: pd.DataFrame, *, has_reply: bool) -> None:
    import pandas as pd

    look = style()
    names = []
    first = table["created_at"].min()
    last = max(time for time in (table["created_at"].max(), table["replied_at"].max()) if not pd.isna(time))
    span = max((last - first).days, 7)
    for at, one in enumerate(chosen):
        rows = table[table["hotspot"] == at + 1]
        weeks = rows["created_at"].dropna().dt.to_period("W").value_counts().sort_index()
        if len(weeks):
            days = [(period.start_time - first).days + 3 for period in weeks.index]
            axes.plot([min(days), max(days)], [at - 0.12] * 2, color=look.grid, linewidth=1.2, zorder=1)
            axes.scatter(
                days, [at - 0.12] * len(days), s=[14 + 16 * np.sqrt(n - 1) for n in weeks], color=look.main,
                edgecolor=look.paper, linewidth=0.5, zorder=2,
            )  # fmt: skip
        done = [(time - first).days for time in rows["replied_at"].dropna()]
        axes.scatter(
            done, [at + 0.24] * len(done), s=16, marker="^", color=look.warm, linewidth=0, alpha=0.75, zorder=3
        )
        words = f"{len(rows)} 封" + (f"，答复 {int(rows['answered'].sum())}" if has_reply else "")
        axes.text(1.01, at, words, transform=axes.get_yaxis_transform(), va="center", fontsize=look.label)
        names.append(f"{at + 1} {shorten(one.title, 17)}")
    axes.set_yticks(range(len(chosen)), names)
    axes.set_ylim(len(chosen) - 0.4, -0.6)
    axes.set_xlim(-0.02 * span, 1.02 * span)
    ticks = _ticks(first, last)
    axes.set_xticks([(tick - first).days for tick in ticks], [_tick_name(tick, ticks) for tick in ticks])
    dress(axes, grid="x", keep=("bottom",))


def _ticks(first: pd.Timestamp, last: pd.Timestamp) -> list[pd.Timestamp]:
    import pandas as pd

    days = (last - first).days
    step = 1 if days < 240 else 3 if days < 800 else 12
    months = pd.date_range(first.normalize(), last, freq="MS")
    chosen = [month for month in months if (month.month - 1) % step == 0]
    return chosen or [first.normalize()]


def _tick_name(tick: pd.Timestamp, ticks: Sequence[pd.Timestamp]) -> str:
    if tick == ticks[0] or tick.month == 1:
        return f"{tick.year}年" if tick.month == 1 else f"{tick.year}年{tick.month}月"
    return f"{tick.month}月"
