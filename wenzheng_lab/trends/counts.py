"""按日子数来信：一天几封，缺的补零；哪天上班、哪天放假。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.letter.frames import column_stamps, require_frame

if TYPE_CHECKING:
    import pandas as pd

WORKDAY, WEEKEND, HOLIDAY = 0, 1, 2
KINDS = ("工作日", "周末", "节假日")
"""日子的三种；调休上班的周末算工作日"""
UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
LONGEST = 40_000
"""一列日子最多多少天；更长多半是年份写错了"""


def daily_counts(source: object) -> pd.Series:
    """一天几封：由留言表、一列时间或现成的日计数来。

    Args:
        source: 有 ``created_at`` 的表；或以日期为索引、以封数为值的 ``Series``。

    Returns:
        以日期（``DatetimeIndex``，一天一格）为索引的整数 ``Series``，从头到尾没有缺的日子。

    Raises:
        InputTypeError: 既不是表也不是以日期为索引的 ``Series``。
        InputError: 没有一个时间；封数是负的、不是整数；首尾相隔太久。

    Examples:
        >>> import pandas as pd
        >>> daily_counts(pd.DataFrame({"created_at": ["2026-03-01 9:00", "2026-03-03 8:00"]})).tolist()
        [1, 0, 1]
    """
    import pandas as pd

    if isinstance(source, pd.Series):
        if not isinstance(source.index, pd.DatetimeIndex):
            raise InputTypeError(
                explain(
                    f"这一列的索引是 {type(source.index).__name__}",
                    "应以日期为索引（DatetimeIndex）",
                    "留言表请直接传整张表，它要有 created_at 列",
                )
            )
        values = pd.to_numeric(source, errors="coerce")
        if values.isna().any() or (values < 0).any() or (values % 1 != 0).any():
            raise InputError(explain("封数里有缺的、负的或不是整数的", "应为不小于 0 的整数", "请先补零、去掉小数"))
        days = source.index.tz_localize(None).normalize()
        table = pd.Series(values.to_numpy(dtype=np.int64), index=days).groupby(level=0).sum()
    else:
        frame = require_frame(source, needs=("created_at",))
        days = pd.DatetimeIndex(column_stamps(frame).dropna()).normalize()
        table = pd.Series(np.ones(len(days), dtype=np.int64), index=days).groupby(level=0).sum()
    if not len(table):
        raise InputError(explain("没有一个时间", "应至少有一天", "请检查 created_at 列是否读成了时间"))
    if (table.index[-1] - table.index[0]).days > LONGEST:
        raise too_long(table.index[0], table.index[-1])
    whole = pd.date_range(table.index[0], table.index[-1], freq="D")
    return table.reindex(whole, fill_value=0).rename("count")


def too_long(first: object, last: object) -> InputError:
    """首尾相隔太久：多半是年份写错了，照着列几百万天会把内存撑满。

    Args:
        first: 最早的时间。
        last: 最晚的时间。

    Returns:
        错误。
    """
    return InputError(
        explain(f"首尾是 {str(first)[:10]} 与 {str(last)[:10]}", "应在一百年以内", "多半有写错的年份，请先去掉")
    )


def day_kinds(index: pd.Index[Any]) -> NDArray[np.int64]:
    """各天是工作日、周末还是节假日。

    没有公布放假安排的年份按估算（只扣日期固定的节日）。

    Args:
        index: 各天。

    Returns:
        ``WORKDAY``、``WEEKEND``、``HOLIDAY`` 之一，与 ``index`` 等长。
    """
    calendar = WorkdayCalendar(estimate=True)
    out = np.empty(len(index), dtype=np.int64)
    for i, stamp in enumerate(index):
        day = date(stamp.year, stamp.month, stamp.day)
        if calendar.is_workday(day):
            out[i] = WORKDAY
        else:
            out[i] = WEEKEND if day.weekday() >= 5 and not _festive(calendar, day) else HOLIDAY
    return out


def _festive(calendar: WorkdayCalendar, day: date) -> bool:
    """周末连着放假的工作日，算节假日的一部分。"""
    edges = [day + timedelta(days=step) for step in ((-1, 2) if day.weekday() == 5 else (-2, 1))]
    return any(edge.weekday() < 5 and not calendar.is_workday(edge) for edge in edges)


def require_choice(value: object, choices: dict[str, str], name: str) -> str:
    """确认是可选的几个之一。

    Args:
        value: 来的值。
        choices: 可选的。
        name: 参数名。

    Returns:
        原值。

    Raises:
        InputError: 不在可选之列。
    """
    if not isinstance(value, str) or value not in choices:
        raise InputError(explain(f"{name} 是 {show(value)}", f"应为 {'、'.join(choices)} 之一", "请改写后再试"))
    return value
