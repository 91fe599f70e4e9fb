"""月报里的日子、份额、件数怎样写。"""

from __future__ import annotations

from datetime import datetime

from wenzheng_lab.report.briefing_settings import briefing_settings


def day(moment: datetime) -> str:
    """公文里的日期。

    Args:
        moment: 时刻。

    Returns:
        如“2026年3月5日”。

    Examples:
        >>> day(datetime(2026, 3, 5, 9))
        '2026年3月5日'
    """
    return f"{moment.year}年{moment.month}月{moment.day}日"


def share(part: int, whole: int) -> str:
    """占几成，一位小数。

    Args:
        part: 分子。
        whole: 分母。

    Returns:
        百分数；没有分母为“—”。

    Examples:
        >>> share(154, 2816)
        '5.5%'
    """
    return f"{part / whole:.1%}" if whole else "—"


def few(count: int) -> str:
    """一组的件数；太少不写出来。

    Args:
        count: 件数。

    Returns:
        如“12件”“不足5件”。

    Examples:
        >>> few(12), few(2), few(0)
        ('12件', '不足5件', '没有')
    """
    least = briefing_settings().limit("smallest")
    return "没有" if count == 0 else f"不足{least}件" if count < least else f"{count}件"
