"""数、钱、日期、钟点的写法：同一个值，不同的人写成不同的样子，都算得回去。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from wenzheng_lab.inbox.phrases import load_lists

DIGITS = "零一二三四五六七八九"
WEEKDAYS = "一二三四五六日"
Draw = Callable[[], float]


def han(number: int) -> str:
    """整数写成汉字。

    Examples:
        >>> han(45), han(10), han(120), han(3200), han(20800)
        ('四十五', '十', '一百二十', '三千二百', '二万零八百')
    """
    if number < 0 or number >= 100_000_000:
        return str(number)
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        middle = "零" if 0 < low < 1000 else ""
        return han(high) + "万" + (middle + han(low) if low else "")
    if number < 10:
        return DIGITS[number]
    text, gap = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + name
            gap = False
        elif text and number:
            gap = True
    return text[1:] if text.startswith("一十") else text


def count(number: float, unit: str, draw: Draw, hanzi: float) -> str:
    """带单位的数。

    Args:
        number: 值。
        unit: 单位。
        draw: 给 0–1 的随机数。
        hanzi: 写成汉字的几率。

    Returns:
        写法。

    Examples:
        >>> count(2, "个月", lambda: 0.5, 1.0), count(45, "分钟", lambda: 0.5, 0.0)
        ('两个月', '45分钟')
    """
    if number == int(number):
        whole = int(number)
        if whole <= 9999 and not (unit == "年" and whole >= 1000) and draw() < hanzi:
            return ("两" if whole == 2 and unit.startswith(load_lists()["two"]) else han(whole)) + unit
        return f"{whole}{unit}"
    return f"{number:g}{unit}"


def money(amount: float, draw: Draw, hanzi: float, oral: float = 0.3) -> str:
    """钱数。

    Args:
        amount: 元。
        draw: 给 0–1 的随机数。
        hanzi: 写成汉字的几率。
        oral: 口语的比重：0 都写“元”，1 多写“块钱”。

    Returns:
        写法，带单位。
    """
    whole = round(amount)
    if abs(amount - whole) > 0.004:
        return f"{amount:.2f}".rstrip("0").rstrip(".") + ("元" if draw() >= oral * 0.5 else "块钱")
    style = draw()
    spoken = draw() < oral * 0.6
    if whole >= 10_000 and whole % 1000 == 0 and style < 0.6:
        big = whole / 10_000
        tail = ("万块钱" if style < 0.2 else "万") if spoken else "万元" if style < 0.42 else "万"
        if draw() < hanzi and big == int(big):
            return ("两" if big == 2 else han(int(big))) + tail
        return f"{big:g}" + tail
    tail = ("块钱" if style < 0.6 else "块") if spoken else "元"
    if (whole >= 100 and whole % 100 == 0 and draw() < hanzi) or draw() < hanzi * 0.4:
        return han(whole) + tail
    return f"{whole}{tail}"


def about(amount: float, draw: Draw, hanzi: float, oral: float = 0.3) -> str:
    """钱的约数，只往下取整，不夸大。"""
    whole = int(amount)
    size = 10 ** max(1, len(str(whole)) - 1)
    base = whole // size * size
    word = "块" if draw() < oral * 0.7 else "元"
    if draw() < hanzi or base >= 10_000:
        text = "两千" if base == 2000 else "两百" if base == 200 else "两万" if base == 20_000 else han(base)
        return f"{text}多{word}" if base < whole else f"{text}{word}"
    return f"{base}多{word}" if base < whole else f"{base}{word}"


def _part(day: int) -> str:
    return "初" if day <= 8 else "中旬" if day <= 20 else "底" if day >= 25 else "下旬"


def past(day: date, today: date, draw: Draw, form: str = "") -> str:
    """过去的日期。

    Args:
        day: 那一天。
        today: 写信那天。
        draw: 给 0–1 的随机数。
        form: 空、ago、month、day、year、full。

    Returns:
        写法；各种写法说的是同一天。

    Examples:
        >>> past(date(2025, 11, 3), date(2026, 3, 6), lambda: 0.0, "ago")
        '四个月'
    """
    days = (today - day).days
    if form == "ago":
        return duration(days, draw)
    style = draw()
    number = "日" if draw() < 0.55 else "号"
    if form == "full":
        return f"{day.year}年{day.month}月{day.day}日"
    if form == "year":
        return (
            f"{day.year}年" if today.year - day.year > 1 or style < 0.6 else "去年" if day.year < today.year else "今年"
        )
    if form == "day":
        year = f"{day.year}年" if day.year < today.year - 1 else "去年" if day.year < today.year else ""
        return f"{year}{day.month}月{day.day}{number}"
    if days == 0 and not form:
        return "今天"
    if days <= 2 and not form:
        return ("昨天", "前天")[days - 1]
    if day.year == today.year:
        if form == "month":
            return f"{day.month}月" if day.month == today.month or style < 0.4 else f"今年{day.month}月"
        if days <= 6 and style < 0.3:
            return f"{DIGITS[days]}天前" if days > 2 else f"{days}天前"
        if style < 0.45:
            return f"{day.month}月{day.day}{number}"
        if style < 0.6:
            return f"今年{day.month}月{day.day}{number}"
        if style < 0.68:
            return f"{day.year}年{day.month}月{day.day}日"
        if days > 25:
            return f"{'今年' if style < 0.85 else ''}{day.month}月{_part(day.day) if draw() < 0.6 else '份'}"
        return f"{day.month}月{day.day}{number}"
    if day.year == today.year - 1:
        if form == "month" or style < 0.4:
            return f"去年{day.month}月"
        if style < 0.7:
            return f"去年{day.month}月{_part(day.day)}"
        return f"{day.year}年{day.month}月" + (f"{day.day}{number}" if style < 0.85 else "")
    if form == "month" or style < 0.5:
        return f"{day.year}年{day.month}月"
    return f"{day.year}年" if style < 0.85 else f"{day.year}年{day.month}月{day.day}日"


def duration(days: int, draw: Draw) -> str:
    """多久了。

    Examples:
        >>> duration(5, lambda: 0.9), duration(45, lambda: 0.9), duration(800, lambda: 0.9)
        ('5天', '一个多月', '两年多')
    """
    style = draw()
    if days < 14:
        return f"{max(days, 1)}天" if style < 0.95 or days < 3 else f"{han(days)}天"
    if days < 26:
        return "半个多月" if style < 0.5 else "两三个星期" if days > 17 else "两个星期"
    if days < 35:
        return "一个月" if style < 0.5 else "个把月"
    months = days / 30.44
    if months < 2:
        return "一个多月" if style > 0.3 else "快两个月" if days > 52 else "一个多月"
    if months < 12:
        whole = int(months)
        rest = months - whole
        if 5.6 < months < 6.4 and style < 0.6:
            return "半年"
        if 6.4 <= months < 8 and style < 0.4:
            return "半年多"
        name = ("两" if whole == 2 else han(whole)) if style < 0.7 else str(whole)
        return f"{name}个{'多' if rest > 0.25 else ''}月"
    years = days / 365.25
    whole, rest = int(years), years - int(years)
    if rest > 0.85:
        return f"快{'两' if whole + 1 == 2 else han(whole + 1)}年"
    name = "两" if whole == 2 else han(whole)
    if 0.42 < rest < 0.6:
        return f"{name}年半"
    return f"{name}年{'多' if rest > 0.12 else ''}"


def future(day: date, today: date, draw: Draw, form: str = "") -> str:
    """将来的日期。

    Examples:
        >>> future(date(2026, 6, 20), date(2026, 6, 1), lambda: 0.0, "full")
        '2026年6月20日'
    """
    if form == "full":
        return f"{day.year}年{day.month}月{day.day}日"
    days, style = (day - today).days, draw()
    number = "日" if style < 0.5 else "号"
    if not form:
        if days <= 2:
            return ("今天", "明天", "后天")[days]
        week = (day - timedelta(days=day.weekday()) - (today - timedelta(days=today.weekday()))).days // 7
        if week <= 1 and style < 0.5:
            return f"{'这' if week == 0 else '下'}周{WEEKDAYS[day.weekday()]}"
    year = "明年" if day.year > today.year else ""
    return f"{year}{day.month}月{day.day}{number}"


def clock(hour: int, draw: Draw) -> str:
    """钟点；25 是凌晨 1 点。

    Examples:
        >>> clock(25, lambda: 0.0), clock(22, lambda: 0.0)
        ('凌晨1点', '晚上10点')
    """
    hour %= 24
    name = (
        "半夜"
        if hour == 0
        else "凌晨"
        if hour < 5
        else "早上"
        if hour < 9
        else "上午"
        if hour < 12
        else "中午"
        if hour < 13
        else "下午"
        if hour < 18
        else "晚上"
    )
    shown = hour if hour <= 12 else hour - 12
    shown = 12 if hour == 0 else shown
    style = draw()
    if style < 0.55:
        return f"{name}{shown}点"
    if style < 0.75:
        return f"{name}{shown}点多"
    return f"{name}{'两' if shown == 2 else han(shown)}点{'多' if style > 0.9 else ''}"
