"""对照：各时期、各地方的多少与比例，都带区间；不足五封的不显示。"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.letter.frames import column_stamps, column_texts, require_frame
from wenzheng_lab.trends.counts import UNITS, require_choice

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 5
"""一组不足这么多封，比例与小数不显示：太少看得出是谁，也说明不了问题"""
_Z = 1.959963984540054


def wilson(successes: int, total: int) -> tuple[float, float]:
    """比例的 95% 区间（Wilson）。

    Args:
        successes: 有几封是。
        total: 共几封。

    Returns:
        （下限，上限），0–1；``total`` 为 0 时是（0，1）。

    Examples:
        >>> [round(value, 3) for value in wilson(8, 10)]
        [0.49, 0.943]
    """
    if total <= 0:
        return 0.0, 1.0
    share, z2 = successes / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """两个比例之差的 95% 区间（Newcombe 混合计分法）。

    Args:
        one: （有几封是，共几封）。
        other: 同上；差是前者减后者。

    Returns:
        （下限，上限）。

    Examples:
        >>> [round(value, 4) for value in newcombe((56, 70), (48, 80))]
        [0.0524, 0.3339]
    """
    p, q = (k / n if n else 0.0 for k, n in (one, other))
    (low, high), (low2, high2) = wilson(*one), wilson(*other)
    gap = p - q
    return gap - math.hypot(p - low, high2 - q), gap + math.hypot(high - p, q - low2)


def compare_groups(frame: pd.DataFrame, *, by: str, of: str, value: str) -> pd.DataFrame:
    """比各组里某一类占几成，带区间。

    每组与其余各组合起来比。组多时总有几组碰巧高，看 ``differs`` 之外还要看差多少。

    Args:
        frame: 一行一封的表。
        by: 按哪一列分组，如 ``place``、``department``；时期写 ``month``、``quarter``、``year``，
            由 ``created_at`` 得。
        of: 看哪一列，如 ``category``、``appeal``。
        value: 看那一列里的哪个值，如“环境保护”。

    Returns:
        一行一组：``group``、``total`` 共几封、``count`` 有几封是、``share`` 占几成及 95% 区间 ``low``、``high``
        （Wilson），``gap`` 比其余各组高几成及区间 ``gap_low``、``gap_high``（Newcombe），``differs`` 区间不含 0 为真。
        不足五封的组，与是或不是不足五封的，数字留空，``note`` 说明。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，或那一列里没有这个值。

    Examples:
        >>> import pandas as pd
        >>> rows = [("东镇", "供水")] * 15 + [("东镇", "供电")] * 5 + [("西镇", "供水")] * 6 + [("西镇", "供电")] * 14
        >>> frame = pd.DataFrame(rows, columns=["place", "category"])
        >>> table = compare_groups(frame, by="place", of="category", value="供水")
        >>> table[["group", "share", "differs"]].values.tolist()
        [['东镇', 0.75, True], ['西镇', 0.3, True]]
    """
    import pandas as pd

    table = require_frame(frame, needs=(of, "created_at" if by in UNITS else by))
    groups = period_labels(table, by) if by in UNITS else column_texts(table, by)
    cells = column_texts(table, of)
    if value not in cells:
        have = "、".join(list(dict.fromkeys(cell for cell in cells if cell))[:12])
        raise InputError(explain(f"{of} 列里没有 {show(value)}", f"有的是：{have}", "请改成其中一个"))
    hit = [cell == value for cell in cells]
    total, good = len([g for g in groups if g]), sum(h for h, g in zip(hit, groups, strict=True) if g)
    rows: list[tuple[object, ...]] = []
    for group in sorted({group for group in groups if group}):
        inside = [h for h, g in zip(hit, groups, strict=True) if g == group]
        n, k = len(inside), sum(inside)
        if n < SMALLEST or 0 < k < SMALLEST or 0 < n - k < SMALLEST:
            rows.append((group, n if n >= SMALLEST else None, *[None] * 8, f"不足 {SMALLEST} 封，不显示"))
            continue
        low, high = wilson(k, n)
        gap = newcombe((k, n), (good - k, total - n))
        rest = (good - k) / (total - n) if total > n else math.nan
        alone = total == n
        rows.append(
            (
                *(group, n, k, k / n, low, high),
                *((None, None, None, None) if alone else (k / n - rest, *gap, gap[0] > 0 or gap[1] < 0)),
                "",
            )
        )
    names = ["group", "total", "count", "share", "low", "high", "gap", "gap_low", "gap_high", "differs", "note"]
    return pd.DataFrame(rows, columns=names)


def count_over_time(frame: pd.DataFrame, *, by: str = "month", of: str | None = None) -> pd.DataFrame:
    """数各时期的来信，可按一列分开：分类、诉求随时间怎样变。

    Args:
        frame: 有 ``created_at`` 的表。
        by: ``day``、``week``、``month``、``quarter``、``year`` 之一。
        of: 按哪一列分开，如 ``category``、``appeal``；不给只数总数。

    Returns:
        一行一个时期（从头到尾，没有来信的是 0），一列一个值，由多到少；没有值的归“（空）”。
        首尾两个时期可能不满，``frame.attrs["partial"]`` 列出。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，没有时间，或 ``by`` 不在可选之列。

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"created_at": ["2026-01-05", "2026-03-02"], "appeal": ["投诉", "咨询"]})
        >>> count_over_time(frame, of="appeal").sum(axis=1).tolist()
        [1, 0, 1]
    """
    import pandas as pd

    require_choice(by, UNITS, "by")
    table = require_frame(frame, needs=("created_at", *((of,) if of else ())))
    times = column_stamps(table)
    known = times.notna()
    if not known.any():
        raise InputError(explain("没有一个时间", "应至少有一行有 created_at", "请检查这一列是否读成了时间"))
    periods = pd.PeriodIndex(times[known], freq=UNITS[by])
    labels = [cell or "（空）" for cell in column_texts(table, of)] if of else ["来信"] * len(table)
    column = pd.Series(labels)[known]
    counts = pd.crosstab(periods, column.to_numpy())
    whole = pd.period_range(periods.min(), periods.max(), freq=UNITS[by], name=by)
    counts = counts.reindex(whole, fill_value=0)
    counts = counts[counts.sum().sort_values(ascending=False, kind="stable").index]
    counts.columns.name = of or ""
    first, last = times[known].min(), times[known].max()
    counts.attrs["partial"] = [
        str(period)
        for period, partial in (
            (whole[0], first.normalize() > whole[0].start_time),
            (whole[-1], last.normalize() < whole[-1].end_time.normalize()),
        )
        if partial
    ]
    return counts


def period_labels(frame: pd.DataFrame, by: str) -> list[str]:
    """各行属于哪个时期；没有时间的是空串。

    Args:
        frame: 有 ``created_at`` 的表。
        by: ``day``、``week``、``month``、``quarter``、``year`` 之一。

    Returns:
        如 ``2026-03``。
    """
    import pandas as pd

    from wenzheng_lab.letter.frames import column_times

    freq = UNITS[require_choice(by, UNITS, "by")]
    return ["" if time is None else str(pd.Period(time, freq=freq)) for time in column_times(frame)]
