"""季节：一周里哪天多、一年里哪个月多、放假时少几成。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.trends.counts import KINDS, daily_counts, day_kinds

if TYPE_CHECKING:
    import pandas as pd

_WEEK, _YEAR = 7, 365
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Season:
    """日计数分成的几部分，与它们各有多强。"""

    parts: pd.DataFrame
    """一天一行：``count`` 封数、``trend`` 趋势、``week`` 一周的起伏、``year`` 一年的起伏（两年以上才有）、
    ``rest`` 其余。除 ``count`` 外都在 ln(1+封数) 的尺度上，相加就是 ln(1+封数)"""
    week_strength: float
    """一周的起伏有多强（0–1）：0 没有，1 全是它"""
    year_strength: float | None
    """一年的起伏有多强；不足两年为 None"""
    days: pd.DataFrame
    """工作日、周末、节假日：``kind``、``days`` 天数、``mean`` 一天几封、``ratio`` 是工作日的几倍及 95% 区间"""

    def __repr__(self) -> str:
        """一行说明。"""
        year = "不足两年，看不出" if self.year_strength is None else f"{self.year_strength:.2f}"
        return f"Season({len(self.parts)} 天, 一周的起伏 {self.week_strength:.2f}, 一年的起伏 {year})"


def decompose_season(source: pd.DataFrame | pd.Series) -> Season:
    """分出趋势、一周与一年的起伏，比工作日与节假日。

    用 statsmodels 的 STL（两年以上用 MSTL），稳健估计，个别极多的日子不带偏。节假日与调休按放假安排；
    没有公布的年份只扣日期固定的节日。

    Args:
        source: 有 ``created_at`` 的表，或以日期为索引的日计数。

    Returns:
        ``Season``。

    Raises:
        InputTypeError: 既不是表也不是日计数。
        InputError: 不足三周。

    Examples:
        >>> import pandas as pd
        >>> days = pd.date_range("2025-03-03", periods=140)
        >>> season = decompose_season(pd.Series([9, 9, 9, 9, 9, 3, 3] * 20, index=days))
        >>> round(season.week_strength, 2), season.year_strength
        (1.0, None)
    """
    import pandas as pd
    from statsmodels.tsa.seasonal import MSTL, STL

    counts = daily_counts(source)
    if len(counts) < 3 * _WEEK:
        raise InputError(explain(f"只有 {len(counts)} 天", "应至少三周（21 天）", "请多取一段时间"))
    level = np.log1p(counts.astype("float64"))
    parts = pd.DataFrame({"count": counts})
    strength: float | None = None
    if len(counts) >= 2 * _YEAR:
        fitted = MSTL(level, periods=(_WEEK, _YEAR), stl_kwargs={"robust": True}).fit()
        seasonal = fitted.seasonal
        parts["trend"], parts["week"] = fitted.trend, seasonal[f"seasonal_{_WEEK}"]
        parts["year"] = seasonal[f"seasonal_{_YEAR}"]
        strength = _strength(parts["year"], fitted.resid)
    else:
        fitted = STL(level, period=_WEEK, robust=True).fit()
        parts["trend"], parts["week"] = fitted.trend, fitted.seasonal
    parts["rest"] = fitted.resid
    return Season(parts, _strength(parts["week"], parts["rest"]), strength, _day_table(counts))


def _strength(seasonal: pd.Series, rest: pd.Series) -> float:
    both = float(np.var(seasonal + rest))
    return max(0.0, 1 - float(np.var(rest)) / both) if both > 0 else 0.0


def _day_table(counts: pd.Series) -> pd.DataFrame:
    """各种日子一天几封，是工作日的几倍；区间按实际的起伏算。"""
    import pandas as pd

    kinds, values = day_kinds(counts.index), counts.to_numpy(dtype=np.float64)
    groups = [values[kinds == kind] for kind in range(len(KINDS))]
    work = groups[0]
    rows = []
    for kind, group in zip(KINDS, groups, strict=True):
        mean = float(group.mean()) if len(group) else np.nan
        if kind == KINDS[0] or len(group) < 2 or len(work) < 2 or not work.mean() or not mean:
            rows.append((kind, len(group), mean, 1.0 if kind == KINDS[0] else np.nan, np.nan, np.nan))
            continue
        ratio = mean / work.mean()
        error = np.sqrt(
            group.var(ddof=1) / len(group) / mean**2 + work.var(ddof=1) / len(work) / float(work.mean()) ** 2
        )
        rows.append((kind, len(group), mean, ratio, ratio * np.exp(-_Z * error), ratio * np.exp(_Z * error)))
    return pd.DataFrame(rows, columns=["kind", "days", "mean", "ratio", "low", "high"])
