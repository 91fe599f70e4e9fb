"""读时间：一格一格读，记下写法与精度，读不出的不猜。"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from wenzheng_lab.model import is_blank

_BEIJING = timezone(timedelta(hours=8))
_MIDNIGHT = time()
_CHINESE = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号]?)?"
    r"\s*(上午|下午|晚上|中午|凌晨|早上)?\s*(?:(\d{1,2})\s*[时点:]\s*(?:(\d{1,2})\s*分?)?(?:\s*[:]?\s*(\d{1,2})\s*秒?)?)?\Z"
)
_PLAIN_TIME = re.compile(
    r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?"
    r"(?:[T\s]+(上午|下午|晚上|中午|凌晨|早上)?\s*(\d{1,2})(?:[:时](\d{1,2})(?:[:分](\d{1,2})(?:[.,]\d+)?秒?)?分?)?)?"
    r"\s*(?:(Z|[+-]\d{2}:?\d{2})|(AM|PM|am|pm)|星期.|周.)?\Z"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?)?\Z")
_NUMBER = re.compile(r"\d+(?:\.\d+)?\Z")
_WIDE = str.maketrans("０１２３４５６７８９／：－．　", "0123456789/:-. ")
_AFTERNOON = ("下午", "晚上", "PM", "pm")
_EXCEL_DAY_ONE = datetime(1899, 12, 30)  # Excel 的 1900 日期制多算了 1900-02-29，所以从 30 日起算
EARLIEST = 1990
"""早于这一年的时间照读，但记为可疑"""


@dataclass
class TimeTally:
    """一列时间读下来的账。"""

    counts: Counter[str] = field(default_factory=Counter)
    """各种写法的格数：true、text、number、blank、unreadable；精度 day、month；可疑 odd"""
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    """读不出的（行号，原文）"""

    def read(self, value: object, row: int) -> datetime | None:
        """读一格，记账。

        Args:
            value: 原值。
            row: 行号。

        Returns:
            北京时间；空的或读不出的为 None。
        """
        if is_blank(value):
            self.counts["blank"] += 1
            return None
        found = read_time(value)
        if found is None:
            self.counts["unreadable"] += 1
            self.unreadable.append((row, str(value)[:40]))
            return None
        moment, how, precision = found
        self.counts[how] += 1
        if precision != "time":
            self.counts[precision] += 1
        if moment.year < EARLIEST:
            self.counts["odd"] += 1
        return moment


def read_time(value: object) -> tuple[datetime, str, str] | None:
    """读一个时间，连同写法与精度。

    不猜日月次序：``3/4/2019`` 与两位数的年都算读不出。

    Args:
        value: ``datetime``、``date``、文字、Excel 序列数、Unix 秒或毫秒。

    Returns:
        （北京时间，写法 ``true``/``text``/``number``，精度 ``time``/``day``/``month``）；读不出为 None。

    Examples:
        >>> read_time("2019/4/25 9:32:09")[0].isoformat()
        '2019-04-25T09:32:09'
        >>> read_time("2019年4月25日 下午3点")[0].hour, read_time("201802")[2], read_time("3/4/2019")
        (15, 'month', None)
    """
    if isinstance(value, datetime):
        moment = value.astimezone(_BEIJING).replace(tzinfo=None) if value.tzinfo else value
        # Excel 里只有日期的格子读出来是当天零时，分不出真是零时来的信
        return moment, "true", "day" if moment.time() == _MIDNIGHT else "time"
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day), "true", "day"
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(float(value))
    if not isinstance(value, str):
        return None
    return _from_text(value.translate(_WIDE).strip())


def _from_text(text: str) -> tuple[datetime, str, str] | None:
    found = _PLAIN_TIME.match(text)
    if found:
        year, month, day, half, hour, minute, second, zone, half2 = found.groups()
        return _build(year, month, day, hour, minute, second, half or half2, zone)
    found = _CHINESE.match(text)
    if found:
        year, month, day, half, hour, minute, second = found.groups()
        return _build(year, month, day, hour, minute, second, half, None)
    found = _DIGITS.match(text)
    if found and "1900" <= text[:4] <= "2100":
        year, month, day, hour, minute, second = found.groups()
        built = _build(year, month, day, hour, minute, second, None, None)
        if built is not None:
            return built
    return _from_number(float(text)) if _NUMBER.match(text) else None


def _build(
    year: str,
    month: str,
    day: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    half: str | None,
    zone: str | None,
) -> tuple[datetime, str, str] | None:
    h = int(hour or 0)
    if half in _AFTERNOON and 0 < h < 12:
        h += 12
    if half in ("AM", "am", "凌晨") and h == 12:
        h = 0
    try:
        moment = datetime(int(year), int(month), int(day or 1), h, int(minute or 0), int(second or 0))
    except ValueError:
        return None
    if zone:
        moment = datetime.fromisoformat(moment.isoformat() + ("+00:00" if zone == "Z" else zone))
        moment = moment.astimezone(_BEIJING).replace(tzinfo=None)
    return moment, "text", "month" if day is None else "day" if hour is None else "time"


def _from_number(number: float) -> tuple[datetime, str, str] | None:
    if 20_000 <= number < 80_000:  # Excel 序列数：1954–2119 年
        moment = _EXCEL_DAY_ONE + timedelta(seconds=round(number * 86_400))
        return moment, "number", "day" if number == int(number) else "time"
    if number.is_integer() and 190_001 <= number <= 21_001_231:  # 201802、20180226 写成了数
        digits = str(int(number))
        built = _build(digits[:4], digits[4:6], digits[6:] or None, None, None, None, None, None)
        return (built[0], "number", built[2]) if built else None
    seconds = number / 1000 if 1e11 <= number < 1e14 else number
    if 6e8 <= seconds < 1e10:  # Unix 秒或毫秒
        moment = datetime.fromtimestamp(int(seconds), _BEIJING).replace(tzinfo=None)
        return moment, "number", "time"
    return None
