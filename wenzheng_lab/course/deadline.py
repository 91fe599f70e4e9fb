"""到期日卡片：一天一格数给人看，放假、调休、停表、顺延都画出来。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wenzheng_lab._html import Content, Markup, tag
from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.course import cards
from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.model import parse_time
from wenzheng_lab.rules.clock import Due, Pause, due_at
from wenzheng_lab.rules.deadlines import CLOCK_UNITS

_WEEK = "一二三四五六日"
_MOST_DAYS = 200
"""最多画这么多天（天）；再长只写文字"""
_LOOKS = {
    "start": "outline:2px solid #0969da;outline-offset:-2px",
    "count": "background:rgba(45,164,78,.18)",
    "extra": "background:rgba(212,120,20,.30);font-weight:bold",
    "pause": "background:repeating-linear-gradient(45deg,rgba(128,128,128,.25) 0 4px,transparent 4px 8px)",
    "rest": "color:#6e7781",
    "due": "background:#b42318;color:#fff;font-weight:bold",
    "out": "color:#b5bac0",
}
"""各种日子的样子；样式被去掉时格子里的字照样说得清"""


@dataclass(frozen=True, slots=True)
class Day:
    """一天一格。"""

    day: date
    """日期"""
    word: str
    """格子里的字：起、第几天、放假、休、停、顺延"""
    look: str
    """样子，见 ``_LOOKS``"""
    number: int = 0
    """计到第几天；不计的为 0（天）"""


class DeadlineCard:
    """一条时限到哪一天为止，连同日历。"""

    def __init__(self, due: Due, calendar: WorkdayCalendar, pauses: Sequence[Pause], extend: int) -> None:
        self.due = due
        """算出来的最后时间"""
        self.days = _days(due, calendar, pauses, extend)
        """从起算日到末日，一天一格；按小时计的为空"""
        self.naive = _weekdays_only(due, extend) if not pauses else None
        """只按“周一到周五”数会得到的日子；不按工作日计，或结果相同时为 None"""

    def __repr__(self) -> str:
        return f"{self.due.rule.limit_text}：到{_said(self.due)}止"

    def _repr_html_(self) -> str:
        rule = self.due.rule
        parts: list[Content] = [cards.para(tag("b", f"到{_said(self.due)}止"))]
        parts += [cards.para(step) for step in self.due.steps]
        if self.days:
            parts.append(_calendar(self.days))
        if self.naive and self.naive != self.due.due_at.date():
            way = "早了" if self.naive < self.due.due_at.date() else "晚了"
            parts.append(
                cards.para(
                    f"只按“周一到周五”数，会数成{self.naive.month}月{self.naive.day}日，{way}：没有看放假和调休。"
                )
            )
        if self.due.plain_due_at != self.due.due_at:
            plain = self.due.plain_due_at
            parts.append(cards.para(f"不延长、不停表，本来到{plain.month}月{plain.day}日。两个日子都要留着给人看。"))
        parts.append(cards.para(f"到期要交出：{rule.deliver}。"))
        parts.append(cards.para(cards.small(f"〔出处：{rule.source}；{rule.status.label}〕")))
        return str(cards.frame(f"期限：{rule.limit_text}", *parts, colour=cards.BLUE, note=rule.id))


def deadline(
    rule: str, start: date | str, *, extend: int = 0, pauses: Sequence[tuple[date | str, date | str, str]] = ()
) -> DeadlineCard:
    """算一条时限到哪一天，画出日历。

    Args:
        rule: 时限的编号，如 ``"jinan12345.answer"``。
        start: 起算的日期，如 ``"2026-09-17"``。
        extend: 延长多少，单位与时限相同；规则不许延长就报错。
        pauses: 不计入的时段，每段（首日，末日，为什么）；规则不许停表就报错。

    Returns:
        到期日卡片。

    Raises:
        InputError: 没有这条时限、不许延长或停表、日期认不出。
        CalendarRangeError: 用到了没有公布放假安排的年份。

    Examples:
        >>> deadline("shenyang.ordinary", "2026-09-17")
        3个工作日：到2026年9月21日（周一）止
    """
    calendar = WorkdayCalendar()
    stops = tuple(Pause(_date(first, "停表首日"), _date(last, "停表末日"), why) for first, last, why in pauses)
    due = due_at(rule, parse_time(start, "起算日期") or _date(start, "起算日期"), calendar, extend=extend, pauses=stops)
    return DeadlineCard(due, calendar, stops, extend)


def _date(value: date | str, name: str) -> date:
    moment = parse_time(value, name)
    if moment is None:
        raise InputError(explain(f"{name}是空的 {show(value)}", "应为日期", '请写成 "2026-09-17"'))
    return moment.date()


def _said(due: Due) -> str:
    end = due.due_at
    text = f"{end.year}年{end.month}月{end.day}日（周{_WEEK[end.weekday()]}）"
    return text + f"{end:%H:%M}" if due.rule.unit in CLOCK_UNITS else text


def _days(due: Due, calendar: WorkdayCalendar, pauses: Sequence[Pause], extend: int) -> tuple[Day, ...]:
    first, last = due.started_at.date(), due.due_at.date()
    if due.rule.unit not in ("working_day", "calendar_day") or (last - first).days > _MOST_DAYS:
        return ()
    working = due.rule.unit == "working_day"
    stopped = {pause.start + timedelta(days=n) for pause in pauses for n in range((pause.end - pause.start).days + 1)}
    limit = due.rule.limit + extend
    cells = [Day(first, "起", "start")]
    number = 0
    for n in range(1, (last - first).days + 1):
        day = first + timedelta(days=n)
        works, weekend = calendar.is_workday(day), day.weekday() >= 5
        if day in stopped and (works or not working):
            cells.append(Day(day, "停", "pause"))
        elif working and not works:
            cells.append(Day(day, "休" if weekend else "放假", "rest"))
        elif number == limit:
            # 只有按自然日计的会走到这里：数够了，末日逢休息日
            cells.append(Day(day, "顺延", "due" if day == last else "rest"))
        else:
            number += 1
            shifted = working and weekend
            look = "due" if day == last else "extra" if shifted else "count"
            cells.append(Day(day, f"{number}{'班' if shifted else ''}", look, number))
    return tuple(cells)


def _weekdays_only(due: Due, extend: int) -> date | None:
    if due.rule.unit != "working_day":
        return None
    day, left = due.started_at.date(), due.rule.limit + extend
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _calendar(days: Sequence[Day]) -> Markup:
    """周一到周日一行七格；首尾补齐整周。"""
    known = {cell.day: cell for cell in days}
    day = days[0].day - timedelta(days=days[0].day.weekday())
    end = days[-1].day + timedelta(days=6 - days[-1].day.weekday())
    style = "text-align:center;padding:.2em .5em;min-width:3.4em;border:1px solid rgba(128,128,128,.25)"
    rows: list[Content] = []
    while day <= end:
        row: list[Content] = []
        for n in range(7):
            here = day + timedelta(days=n)
            cell = known.get(here) or Day(here, "", "out")
            row.append(
                tag(
                    "td",
                    tag("div", f"{here.month}-{here.day}", attrs={"style": "font-size:.8em"}),
                    tag("div", cell.word or "\u00a0"),
                    attrs={"style": f"{style};{_LOOKS[cell.look]}"},
                )
            )
        rows.append(tag("tr", *row))
        day += timedelta(days=7)
    head = tag("tr", *(tag("th", f"周{word}", attrs={"scope": "col", "style": style}) for word in _WEEK))
    note = "起：起算日，不计。数字：第几天。班：周末调休上班，照计。红格：到期日。"
    if any(cell.look == "pause" for cell in days):
        note += "停：不计入的日子。"
    table = tag("table", tag("thead", head), tag("tbody", *rows), attrs={"style": "border-collapse:collapse"})
    return tag("div", table, cards.small(note), attrs={"style": "margin:.4em 0;overflow-x:auto"})
