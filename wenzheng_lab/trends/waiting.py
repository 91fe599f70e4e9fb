"""等答复：来信之后第几天还有几成没有等到答复（Kaplan–Meier），没答复的不当作没有。"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.letter.frames import check_years, column_texts, column_times, require_frame
from wenzheng_lab.model import is_blank, parse_time
from wenzheng_lab.trends.compare import SMALLEST, period_labels
from wenzheng_lab.trends.counts import UNITS

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("group", "letters", "day", "at_risk", "answered", "waiting", "low", "high")
"""结果的列"""
_Z = 1.959963984540054
_DAY = 86_400.0
ALL = "全部"
"""不分组时的组名"""


def response_curve(frame: pd.DataFrame, *, by: str | None = None, as_of: datetime | None = None) -> pd.DataFrame:
    """算等答复的曲线：第几天还有几成没等到。

    没答复的已等到 ``as_of`` 还没有，算“至少等了这么久”（右删失），不当作没有这封信；
    所以拖着不答不会使数字变好看。答复早于来信的必有一错，不算。

    Args:
        frame: 有 ``created_at`` 与 ``replied_at`` 的表；有 ``reply`` 文字而没有答复时间的不知道等了多久，不算。
        by: 按哪一列分组，如 ``department``；时期写 ``month``、``quarter``、``year``。不给只算全部。
        as_of: 截止时刻；默认取表里最晚的一个时间。

    Returns:
        一行一个时刻：``group`` 组、``letters`` 这组共几封可算、``day`` 第几天（自然日，含小数）、
        ``at_risk`` 还在等的封数、``answered`` 这一刻答复的封数、``waiting`` 还没等到的份额（0–1）
        及 95% 区间 ``low``、``high``（对数–对数变换）。
        不足五封的组不列。``frame.attrs`` 里：``as_of`` 截止时刻，``left_out`` 没有算的封数。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，或没有一封算得出。

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({
        ...     "created_at": pd.to_datetime(["2026-03-01"] * 5),
        ...     "replied_at": pd.to_datetime(["2026-03-03", "2026-03-03", "2026-03-05", None, None]),
        ... })
        >>> response_curve(frame)[["day", "at_risk", "waiting"]].round(2).values.tolist()
        [[0.0, 5.0, 1.0], [2.0, 5.0, 0.6], [4.0, 3.0, 0.4]]
    """
    import pandas as pd

    table = require_frame(frame, needs=("created_at", "replied_at", *((by,) if by and by not in UNITS else ())))
    days, answered, known, end = waiting_days(table, as_of)
    groups = np.array(
        [ALL] * len(table) if not by else period_labels(table, by) if by in UNITS else column_texts(table, by),
        dtype=object,
    )
    rows: list[tuple[object, ...]] = []
    for group in sorted({str(name) for name in groups[known] if name}):
        inside = known & (groups == group)
        if int(inside.sum()) < SMALLEST:
            continue
        rows += [(group, int(inside.sum()), *row) for row in _curve(days[inside], answered[inside])]
    if not rows:
        raise InputError(
            explain(f"没有一组有 {SMALLEST} 封算得出等了多久", "来信时间、答复时间应有数", "请检查两个时间列，或不分组")
        )
    out = pd.DataFrame(rows, columns=list(COLUMNS))
    out.attrs["as_of"] = end.isoformat(sep=" ")
    out.attrs["left_out"] = int((~known).sum())
    return out


def waiting_days(
    frame: pd.DataFrame, as_of: datetime | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], datetime]:
    """各封等了几天。

    Args:
        frame: 有 ``created_at`` 与 ``replied_at`` 的表。
        as_of: 截止时刻。

    Returns:
        （等了几天，等到没有，算得出没有，截止时刻）。
    """
    created, replied = column_times(frame), column_times(frame, "replied_at")
    texts = column_texts(frame, "reply")
    times = [time for time in (*created, *replied) if time is not None]
    if not times:
        raise InputError(explain("没有一个时间", "应至少有一行有 created_at", "请检查这一列是否读成了时间"))
    check_years(created, "created_at")
    check_years(replied, "replied_at")
    end = parse_time(as_of, "as_of") or max(times)
    days, answered = np.full(len(frame), np.nan), np.zeros(len(frame), dtype=np.bool_)
    for at, (start, done, text) in enumerate(zip(created, replied, texts, strict=True)):
        if start is None or start > end or (done is None and not is_blank(text)):
            continue
        stop = end if done is None or done > end else done
        days[at] = (stop - start).total_seconds() / _DAY
        answered[at] = done is not None and done <= end
    known: NDArray[np.bool_] = ~np.isnan(days) & (days >= 0)
    return days, answered, known, end


def _curve(days: NDArray[np.float64], answered: NDArray[np.bool_]) -> list[tuple[float, int, int, float, float, float]]:
    rows = [(0.0, len(days), 0, 1.0, 1.0, 1.0)]
    waiting, spread = 1.0, 0.0
    for day in np.unique(days[answered]):
        at_risk = int((days >= day).sum())
        done = int((answered & (days == day)).sum())
        waiting *= 1 - done / at_risk
        if at_risk > done:
            spread += done / (at_risk * (at_risk - done))
        low, high = _band(waiting, spread)
        rows.append((float(day), at_risk, done, waiting, low, high))
    return rows


def _band(waiting: float, spread: float) -> tuple[float, float]:
    """Greenwood 方差，对数–对数变换，界不出 0–1。"""
    if not 0 < waiting < 1:
        return waiting, waiting
    half = _Z * np.sqrt(spread) / abs(np.log(waiting))
    return float(waiting ** np.exp(half)), float(waiting ** np.exp(-half))


def quantile_day(curve: pd.DataFrame, share: float) -> float | None:
    """等到的份额头一次达到 ``share`` 是第几天。

    Args:
        curve: ``response_curve`` 的结果里的一组。
        share: 份额，0–1；0.5 是中位数。

    Returns:
        第几天；没有达到为 None。

    Examples:
        >>> import pandas as pd
        >>> quantile_day(pd.DataFrame({"day": [0.0, 2.0, 4.0], "waiting": [1.0, 0.6, 0.4]}), 0.5)
        4.0
    """
    days, waiting = curve["day"].to_numpy(), curve["waiting"].to_numpy()
    hit = np.flatnonzero(waiting <= 1 - share + 1e-12)
    if not len(hit):
        return None
    first = int(hit[0])
    # 恰好一半时取这一级台阶的中点，与偶数个数的中位数一样
    if abs(waiting[first] - (1 - share)) <= 1e-12 and first + 1 < len(days):
        return float(days[first] + days[first + 1]) / 2
    return float(days[first])
