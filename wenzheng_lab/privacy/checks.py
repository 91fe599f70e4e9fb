"""号码的校验：身份证校验位、出生日期、银行卡 Luhn。"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping

# GB 11643 的权与校验码 [M，未核对标准原文，只作筛查]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODES = "10X98765432"
_FIRST_YEAR = 1880
_LAST_YEAR = 2060


def id_check_digit(first17: str) -> str:
    """算身份证号的校验位。

    Args:
        first17: 前 17 位数字。

    Returns:
        一位数字或 ``X``。

    Examples:
        >>> id_check_digit("61039919750312401")
        '8'
    """
    return _CODES[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def _real_date(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def dated_id18(digits: str, provinces: frozenset[str]) -> bool:
    """18 位的地区与出生日期像不像身份证号。

    Args:
        digits: 18 位，末位可为 X。
        provinces: 省级代码。

    Returns:
        像则真。

    Examples:
        >>> dated_id18("610399197503124019", frozenset({"61"}))
        True
    """
    year = int(digits[6:10])
    return (
        digits[:2] in provinces
        and _FIRST_YEAR <= year <= _LAST_YEAR
        and _real_date(year, int(digits[10:12]), int(digits[12:14]))
    )


def dated_id15(digits: str, provinces: frozenset[str]) -> bool:
    """15 位的地区与出生日期像不像老身份证号。

    Args:
        digits: 15 位。
        provinces: 省级代码。

    Returns:
        像则真。

    Examples:
        >>> dated_id15("230899510203171", frozenset({"23"}))
        True
    """
    return digits[:2] in provinces and _real_date(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))


def luhn(digits: str) -> bool:
    """银行卡号的 Luhn 校验。

    Args:
        digits: 全部数字。

    Returns:
        对得上则真。

    Examples:
        >>> luhn("6222005555012345676"), luhn("6222005555012345675")
        (True, False)
    """
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


Check = Callable[[str, frozenset[str]], bool]

CHECKS: Mapping[str, Check] = {
    "": lambda digits, provinces: True,
    "id18": lambda digits, provinces: dated_id18(digits, provinces) and digits[17] == id_check_digit(digits[:17]),
    "id18_date": dated_id18,
    "id15": dated_id15,
    "luhn": lambda digits, provinces: luhn(digits),
    # 固话是家里的还是单位的，要看前后文，在 numbers.py 里判
    "landline": lambda digits, provinces: True,
    "landline_home": lambda digits, provinces: True,
}
