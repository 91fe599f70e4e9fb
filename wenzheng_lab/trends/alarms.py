"""日计数的报警：今天的来信是不是多得不寻常。

期望由前几周推出（隔开最近一周，免得正在涨的把自己当正常），周末、节假日按各自的比例折算；起伏比泊松大的
按实际放大。两把尺子一起看：当天猛增（一天的概率），连日渐增（指数加权平均）。门槛由“一年误报几次”定，
不由使用者猜。
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.trends.counts import HOLIDAY, KINDS, WEEKEND, WORKDAY, daily_counts, day_kinds

if TYPE_CHECKING:
    import pandas as pd

_BASE, _GUARD = 56, 7
"""期望由前多少天推出，隔开最近几天（天）"""
_FEWEST = 28
"""至少有多少天的过去才报警（天）"""
_LAMBDA = 0.2
"""指数加权平均里今天占几成"""
_SHRINK = 20.0
"""节假日见得少，按这么多封的分量向周末的比例靠拢（封）"""
_SLACK = 0.1
"""比期望多不到一成的不计较：一年里缓慢的涨落就有这么大，不是事情"""
_DAYS = 365


@dataclass(frozen=True, slots=True)
class Limits:
    """由误报率定的门槛。"""

    single: float
    """一天的概率小于多少算猛增"""
    ewma: float
    """指数加权平均超过多少个标准差算渐增"""


def watch_counts(source: pd.DataFrame | pd.Series, *, false_alarms: float = 2.0) -> pd.DataFrame:
    """逐日看来信是不是多得不寻常，给出期望与报警。

    只用当天以前的数，所以补看过去与当天看结果一样。节假日与调休按国务院办公厅的放假安排。

    Args:
        source: 有 ``created_at`` 的表，或以日期为索引的日计数。
        false_alarms: 没有事情时，一年最多误报几回（回），0.1–50。

    Returns:
        一天一行，索引是日期：``count`` 封数、``expected`` 期望、``upper`` 猛增的界、``kind`` 日子、``score``
        渐增的分（超过 ``limit`` 报警）、``alarm`` 空／猛增／渐增。过去不足四周的日子不报警，期望为空。

    Raises:
        InputTypeError: 既不是表也不是日计数。
        InputError: 没有时间，或 ``false_alarms`` 不在范围内。

    Examples:
        >>> import pandas as pd
        >>> days = pd.date_range("2026-03-02", periods=60)
        >>> table = watch_counts(pd.Series([5, 4, 6, 5, 6, 3, 3] * 8 + [5, 4, 30, 5], index=days))
        >>> table.index[table["alarm"] == "猛增"].strftime("%m-%d").tolist()
        ['04-29']
    """
    import pandas as pd
    from scipy.stats import norm

    limits = alarm_limits(false_alarms)
    counts = daily_counts(source)
    values = counts.to_numpy(dtype=np.float64)
    kinds = day_kinds(counts.index)
    n = len(values)
    expected, upper, score = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    alarm = np.full(n, "", dtype=object)
    calm = np.ones(n, dtype=bool)  # 报过警的日子不拿来推期望
    level = 0.0
    for day in range(n):
        past = np.arange(max(0, day - _BASE - _GUARD), max(0, day - _GUARD))
        past = past[calm[past]]
        if len(past) < _FEWEST - _GUARD:
            continue
        mean, spread = _forecast(values[past], kinds[past], int(kinds[day]))
        expected[day] = mean / (1 + _SLACK)
        tail, middle = _tail(values[day], mean, spread)
        upper[day] = _quantile(1 - limits.single, mean, spread)
        level = max(0.0, (1 - _LAMBDA) * level + _LAMBDA * float(norm.isf(np.clip(middle, 1e-9, 1 - 1e-9))))
        score[day] = level
        if tail < limits.single:
            alarm[day] = "猛增"
        elif level > limits.ewma:
            alarm[day] = "渐增"
        if alarm[day]:
            calm[day] = False
    return pd.DataFrame(
        {
            "count": counts.to_numpy(),
            "expected": expected,
            "upper": upper,
            "kind": [KINDS[kind] for kind in kinds],
            "score": score,
            "limit": limits.ewma,
            "alarm": alarm,
        },
        index=counts.index,
    )


@functools.cache
def alarm_limits(false_alarms: float) -> Limits:
    """由一年误报几回定门槛：两把尺子各担一半。

    Args:
        false_alarms: 一年最多误报几回（回）。

    Returns:
        ``Limits``。

    Raises:
        InputError: 不在 0.1–50 之间。

    Examples:
        >>> limits = alarm_limits(2.0)
        >>> round(limits.single, 4)
        0.0027
    """
    if isinstance(false_alarms, bool) or not isinstance(false_alarms, int | float) or not 0.1 <= false_alarms <= 50:
        raise InputError(explain(f"false_alarms 是 {show(false_alarms)}", "应为 0.1–50 的数（回/年）", "如 2"))
    half = false_alarms / 2
    run = _DAYS / half
    low, high = 0.1, 3.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _run_length(middle) < run else (low, middle)
    return Limits(half / _DAYS, (low + high) / 2)


def _run_length(limit: float, states: int = 120) -> float:
    """没有事情时，渐增平均几天才误报一回：把 0 到界分成小格，解马尔可夫链（Brook、Evans 1972）。"""
    from scipy.stats import norm

    width = limit / states
    centres = (np.arange(states) + 0.5) * width
    edges = np.arange(states + 1) * width
    shifted = (edges[None, :] - (1 - _LAMBDA) * centres[:, None]) / _LAMBDA
    cdf = norm.cdf(shifted)
    step = np.diff(cdf, axis=1)
    step[:, 0] += cdf[:, 0]  # 低于 0 的归到 0
    return float(np.linalg.solve(np.eye(states) - step, np.ones(states))[0])


def day_factors(values: NDArray[np.float64], kinds: NDArray[np.int64]) -> NDArray[np.float64]:
    """周末、节假日的来信是工作日的几成。

    Args:
        values: 各天的封数。
        kinds: 各天是哪一种日子。

    Returns:
        长度三：工作日 1，周末、节假日的比例。见得少的向上一种靠拢。
    """
    factors = np.ones(3)
    work = values[kinds == WORKDAY]
    base = work.mean() if len(work) and work.mean() > 0 else max(values.mean(), 1e-9)
    weekend = values[kinds == WEEKEND]
    factors[WEEKEND] = (weekend.sum() + _SHRINK / 4) / (len(weekend) * base + _SHRINK / 4)
    holiday = values[kinds == HOLIDAY]
    factors[HOLIDAY] = (holiday.sum() + _SHRINK * factors[WEEKEND]) / (len(holiday) * base + _SHRINK)
    return np.maximum(factors, 0.02)


def _forecast(values: NDArray[np.float64], kinds: NDArray[np.int64], today: int) -> tuple[float, float]:
    """今天的期望（已放宽一成）与起伏的倍数（方差是期望的几倍，含推断不准的份）。"""
    factors = day_factors(values, kinds)
    exposure = factors[kinds]
    total, width = values.sum(), exposure.sum()
    rate = (total + 0.5) / width
    mean = rate * factors[today]
    fitted = np.maximum(rate * exposure, 1e-9)
    pearson = float(((values - fitted) ** 2 / fitted).sum() / max(len(values) - 3, 1))
    return float(mean) * (1 + _SLACK), max(1.0, pearson) * (1 + mean / max(total, 1.0))


def _tail(count: float, mean: float, spread: float) -> tuple[float, float]:
    """（不少于这么多封的概率，折中的概率）：起伏大于泊松的用负二项。"""
    from scipy.stats import nbinom, poisson

    if spread <= 1.0001:
        at_least, more = poisson.sf(count - 1, mean), poisson.sf(count, mean)
    else:
        size = mean / (spread - 1)
        share = 1 / spread
        at_least, more = nbinom.sf(count - 1, size, share), nbinom.sf(count, size, share)
    return float(at_least), float((at_least + more) / 2)


def _quantile(share: float, mean: float, spread: float) -> float:
    from scipy.stats import nbinom, poisson

    if spread <= 1.0001:
        return float(poisson.ppf(share, mean))
    return float(nbinom.ppf(share, mean / (spread - 1), 1 / spread))
