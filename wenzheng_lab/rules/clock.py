"""时限的钟：从起算那一刻算到哪一天，一步一步说得清。"""

from __future__ import annotations

import calendar as _month
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wenzheng_lab.calendar import ESTIMATED, WorkdayCalendar
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.model import is_blank, parse_time
from wenzheng_lab.rules.deadlines import CLOCK_UNITS, DeadlineRule, load_deadlines

_END = time(23, 59, 59)
"""按日计的时限到当日二十四时止，写成末一秒，日期才不会跳到次日"""


@dataclass(frozen=True, slots=True)
class Pause:
    """停表的一段：首尾两天都不计入。"""

    start: date
    """首日"""
    end: date
    """末日"""
    reason: str
    """为什么停"""


@dataclass(frozen=True, slots=True)
class Due:
    """算出来的最后时间。"""

    rule: DeadlineRule
    """所依的时限"""
    started_at: datetime
    """起算的时刻（北京时间）"""
    due_at: datetime
    """最后的时刻（北京时间）；按日计的为当日 23:59:59"""
    plain_due_at: datetime
    """不延长、不停表时的最后时刻；与 ``due_at`` 相同则没有动过"""
    estimated: bool
    """用到了还没公布放假安排的年份"""
    steps: tuple[str, ...]
    """怎样算出来的，一步一句"""

    @property
    def verified(self) -> bool:
        """时限数字核实过，且没有用到估算的日历。"""
        return self.rule.status.verified and not self.estimated

    @property
    def explanation(self) -> str:
        """给人看的完整说明：算法、出处与核实状态。"""
        tail = f"依据：{self.rule.source}；{self.rule.status.label}。"
        if not self.rule.status.verified:
            tail += "这个期限没有核实，只供练习，不得当作规定引用。"
        return "".join(self.steps) + tail

    def is_late(self, at: datetime) -> bool:
        """到这一刻是否已超期。

        Args:
            at: 答复或办结的时刻。

        Returns:
            晚于最后时刻为真。

        Examples:
            >>> due = due_at("shenyang.ordinary", datetime(2026, 9, 17, 9))
            >>> due.is_late(datetime(2026, 9, 21, 23)), due.is_late(datetime(2026, 9, 22))
            (False, True)
        """
        return _moment(at, "时刻") > self.due_at


def due_at(
    rule: DeadlineRule | str,
    start: date,
    calendar: WorkdayCalendar | None = None,
    *,
    extend: int = 0,
    pauses: Sequence[Pause] = (),
    roll: bool | None = None,
) -> Due:
    """算一条时限到哪一刻为止。

    按日计的，起始日不计；末日逢休息日是否顺延看规则。延长与停表只在规则允许时才能用，
    并且与“没有动过”的日期一起给出：停表好用也好滥用，要让人看得见。

    Args:
        rule: 时限，或它的编号。
        start: 起算的日期或时刻，如收到来信的时间。
        calendar: 工作日历；默认用已公布的放假安排，超出年份就报错。
        extend: 延长多少，单位与时限相同。
        pauses: 不计入的时段。
        roll: 末日逢休息日是否顺延；不给时按规则。

    Returns:
        最后的时刻，连同算法、出处、状态与是否估算。

    Raises:
        InputError: 规则不许延长、不许停表，或超过可延长的上限。
        CalendarRangeError: 用到了没有公布放假安排的年份。

    Examples:
        >>> due_at("jinan12345.answer", datetime(2026, 2, 10, 9)).due_at
        datetime.datetime(2026, 2, 24, 23, 59, 59)
        >>> due_at("yuqing.respond", datetime(2026, 2, 10, 9)).due_at
        datetime.datetime(2026, 2, 12, 9, 0)
    """
    if isinstance(rule, str):
        rule = load_deadlines().rule(rule)
    elif not isinstance(rule, DeadlineRule):
        raise InputTypeError(explain(f"时限是 {show(rule)}", "应为 DeadlineRule 或编号", "编号如 xinfang.close"))
    calendar = calendar or WorkdayCalendar()
    begun = _moment(start, "起算时间")
    _check(rule, extend, pauses)
    rolls = rule.roll if roll is None else roll
    steps = [_opening(rule, begun, calendar)]
    amount = rule.limit
    plain = end = _reach(rule, begun, amount, calendar, rolls)
    if pauses:
        stopped = _stopped(rule, begun, end, pauses, calendar)
        amount += stopped
        end = _reach(rule, begun, amount, calendar, rolls)
        reasons = "、".join(dict.fromkeys(pause.reason for pause in pauses))
        steps.append(f"停表{stopped}{_unit(rule)}（{reasons}），由{_day(plain)}推到{_day(end)}。")
    if extend:
        before, amount = end, amount + extend
        end = _reach(rule, begun, amount, calendar, rolls)
        who = f"经{rule.approve}批准" if rule.approve else ""
        notify = "，须告知来信人理由" if rule.notify else ""
        steps.append(f"{who}延长{extend}{_unit(rule)}{notify}，由{_day(before)}延到{_day(end)}。")
    estimated = rule.unit not in CLOCK_UNITS and (
        (rule.unit == "working_day" or rolls) and calendar.is_estimated(begun, end)
    )
    steps.append(_closing(rule, begun, amount, end, calendar, rolls))
    if estimated:
        steps.append(f"这个日子是{ESTIMATED}。")
    return Due(rule, begun, end, plain, estimated, tuple(steps))


def last_moment(rule: DeadlineRule, start: datetime, calendar: WorkdayCalendar) -> datetime:
    """只要最后的时刻，不要说明；逐日列表时用，比 ``due_at`` 快得多。

    Args:
        rule: 时限。
        start: 起算的时刻，不带时区。
        calendar: 工作日历。

    Returns:
        不延长、不停表时的最后时刻，与 ``due_at(...).plain_due_at`` 相同。

    Raises:
        CalendarRangeError: 用到了没有公布放假安排的年份。

    Examples:
        >>> rule = load_deadlines().rule("jinan12345.answer")
        >>> last_moment(rule, datetime(2026, 2, 10, 9), WorkdayCalendar())
        datetime.datetime(2026, 2, 24, 23, 59, 59)
    """
    return _reach(rule, start, rule.limit, calendar, rule.roll)


def _moment(value: date, name: str) -> datetime:
    if not isinstance(value, date) or is_blank(value):
        raise InputTypeError(
            explain(
                f"{name}是 {show(value)}",
                f"{name}应为 date 或 datetime",
                "文字请先用 wenzheng_lab.model.parse_time 读成时间",
            )
        )
    moment = parse_time(value, name)
    assert moment is not None  # 上面已排除空值
    return moment


def _check(rule: DeadlineRule, extend: int, pauses: Sequence[Pause]) -> None:
    if isinstance(extend, bool) or not isinstance(extend, int) or extend < 0:
        raise InputError(explain(f"延长写成 {show(extend)}", "应为 0 或正整数", "单位与时限相同"))
    if extend > rule.extend:
        allowed = f"最多延长{rule.extend}{_unit(rule)}" if rule.extend else "不得延长"
        raise InputError(
            explain(
                f"{rule.id} 要延长{extend}{_unit(rule)}",
                f"这条时限{allowed}",
                "办不完的请在到期前告知来信人进展和下一步的日期",
            )
        )
    for pause in pauses:
        if not rule.pause or rule.unit in CLOCK_UNITS:
            raise InputError(
                explain(
                    f"{rule.id} 要停表（{show(pause.reason)}）",
                    "这条时限没有不计入的时间",
                    "请按原期限办理；不能自行停表",
                )
            )
        if pause.end < pause.start:
            raise InputError(explain(f"停表从 {pause.start} 到 {pause.end}", "末日不应早于首日", "请对调"))


def _reach(rule: DeadlineRule, begun: datetime, amount: int, calendar: WorkdayCalendar, roll: bool) -> datetime:
    """从起算数到头，不管延长与停表。"""
    if rule.unit in CLOCK_UNITS:
        return begun + timedelta(**{f"{rule.unit}s": amount})
    if rule.unit == "working_day":
        return datetime.combine(calendar.add_workdays(begun, amount), _END)
    day = _add_months(begun.date(), amount) if rule.unit == "month" else begun.date() + timedelta(days=amount)
    return datetime.combine(calendar.roll_forward(day) if roll else day, _END)


def _add_months(day: date, months: int) -> date:
    """加几个月；那个月没有这一天时取月末（民法典第二百零二条）。"""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _month.monthrange(year, month + 1)[1]))


def _stopped(
    rule: DeadlineRule, begun: datetime, end: datetime, pauses: Sequence[Pause], calendar: WorkdayCalendar
) -> int:
    """各段停表里有几天落在期限内，重叠的只算一次。"""
    days: set[date] = set()
    for pause in sorted(pauses, key=lambda item: item.start):
        day = max(pause.start, begun.date() + timedelta(days=1))
        # 停表会把末日往后推，后一段停表可能因此落进来，所以不以原末日为界
        while day <= pause.end:
            if rule.unit != "working_day" or calendar.is_workday(day):
                days.add(day)
            day += timedelta(days=1)
    reached = end.date()
    counted = 0
    for day in sorted(days):
        if day > reached:
            break
        counted += 1
        reached = calendar.add_workdays(reached, 1) if rule.unit == "working_day" else reached + timedelta(days=1)
    return counted


def _unit(rule: DeadlineRule) -> str:
    return rule.unit_label.partition("（")[0]


def _day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _opening(rule: DeadlineRule, begun: datetime, calendar: WorkdayCalendar) -> str:
    if rule.unit in CLOCK_UNITS:
        return f"{rule.trigger}，从{_day(begun)}{begun:%H:%M}起，{rule.limit}{rule.unit_label}，昼夜节假日都计。"
    try:
        day = calendar.describe(begun)
    except ValueError:
        day = _day(begun)
    if not rule.limit:
        return f"{rule.trigger}，{day}当日。"
    return f"{rule.trigger}，{day}起算，当日不计，{rule.limit}{rule.unit_label}。"


def _closing(
    rule: DeadlineRule, begun: datetime, amount: int, end: datetime, calendar: WorkdayCalendar, roll: bool
) -> str:
    if rule.unit in CLOCK_UNITS:
        return f"到{_day(end)}{end:%H:%M}止。"
    try:
        day = calendar.describe(end)
    except ValueError:
        day = _day(end)
    text = ""
    if rule.unit == "working_day":
        holidays, extra = _unusual(begun.date(), end.date(), calendar)
        parts = [f"放假{holidays}天不计"] if holidays else []
        parts += [f"调休上班{extra}天照计"] if extra else []
        text = f"其间{'，'.join(parts)}。" if parts else ""
    elif roll:
        bare = _reach(rule, begun, amount, calendar, False)
        if bare.date() != end.date():
            text = f"末日{calendar.describe(bare)}逢休息日，顺延。"
    return f"{text}到{day}止。"


def _unusual(begun: date, end: date, calendar: WorkdayCalendar) -> tuple[int, int]:
    """期间内的周一到周五放假天数、周末上班天数。"""
    holidays = extra = 0
    day = begun + timedelta(days=1)
    while day <= end:
        works = calendar.is_workday(day)
        holidays += day.weekday() < 5 and not works
        extra += day.weekday() >= 5 and works
        day += timedelta(days=1)
    return holidays, extra
