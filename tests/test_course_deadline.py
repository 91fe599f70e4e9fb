"""到期日卡片：日历上数到的天数、末日与时钟一致；放假、调休、停表、顺延都看得见。"""

from __future__ import annotations

from datetime import date

import pytest

from wenzheng_lab import course
from wenzheng_lab.errors import CalendarRangeError, InputError, WenzhengError

# DOMAIN 第 8 节的对照表：起算日、+3、+5、+7、+20 个工作日、按周一到周五数的 +20
GOLDEN = [
    ("2026-01-30", "02-04", "02-06", "02-10", "03-05", "02-27"),
    ("2026-02-10", "02-13", "02-24", "02-26", "03-16", "03-10"),
    ("2026-04-28", "05-06", "05-08", "05-11", "05-28", "05-26"),
    ("2026-09-17", "09-21", "09-23", "09-28", "10-21", "10-15"),
    ("2026-09-28", "10-08", "10-10", "10-13", "10-30", "10-26"),
]
RULES = {"shenyang.ordinary": 3, "jinan12345.answer": 5, "xxgk.correction": 7, "xxgk.answer": 20}


def day(text: str) -> date:
    """2026 年的一天。"""
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row[0])
def test_calendar_counts_like_the_table(row: tuple[str, ...]) -> None:
    """四条工作日时限，末日与对照表相同；日历末格就是末日，数到的正是那么多天，每个数只出现一次。"""
    start, *ends, naive = row
    for (rule, limit), end in zip(RULES.items(), ends, strict=True):
        card = course.deadline(rule, start)
        assert card.due.due_at.date() == day(end)
        assert card.days[-1].day == day(end)
        assert [cell.number for cell in card.days if cell.number] == list(range(1, limit + 1))
        assert card.days[0].word == "起"
    assert course.deadline("xxgk.answer", start).naive == day(naive)


def test_weekend_workday_is_shown_as_workday() -> None:
    """9月20日是周日，调休上班：照计，标“班”；按周一到周五数会晚一天，卡上写明。"""
    card = course.deadline("shenyang.ordinary", "2026-09-17")
    assert {cell.day: cell.word for cell in card.days}[day("09-20")].endswith("班")
    page = card._repr_html_()
    assert "会数成9月22日，晚了" in page
    assert "已核实" in page


def test_due_on_a_saturday_workday() -> None:
    """国庆后的周六上班，正好到期；假日各格写“放假”。"""
    card = course.deadline("jinan12345.answer", "2026-09-28")
    assert card.days[-1].word == "5班"
    assert sum(cell.word == "放假" for cell in card.days) == 5
    assert repr(card) == "5个工作日：到2026年10月10日（周六）止"


def test_extension_shows_both_dates() -> None:
    """延长以后，原来的日子也写着；超过上限、规则不许延长都报错。"""
    card = course.deadline("xinfang.close", "2026-09-28", extend=30)
    assert "本来到11月27日" in card._repr_html_()
    assert max(cell.number for cell in card.days) == 90
    for rule, extend in (("xinfang.close", 31), ("jinan12345.answer", 1)):
        with pytest.raises(InputError, match="延长"):
            course.deadline(rule, "2026-09-28", extend=extend)


def test_pause_is_drawn_and_only_where_allowed() -> None:
    """停表的日子标“停”，不计；不许停表的规则报错。"""
    stop = ("2026-09-21", "2026-09-25", "征求第三方意见")
    card = course.deadline("xxgk.answer", "2026-09-17", pauses=[stop])
    assert [cell.day for cell in card.days if cell.word == "停"] == [day(f"09-{n}") for n in range(21, 26) if n != 25]
    assert max(cell.number for cell in card.days) == 20
    assert "停：不计入" in card._repr_html_()
    with pytest.raises(InputError, match="停表"):
        course.deadline("jinan12345.answer", "2026-09-17", pauses=[stop])


def test_calendar_days_roll_over_a_holiday() -> None:
    """15 天数到国庆假期里，顺延到上班那天。"""
    card = course.deadline("xinfang.acknowledge", "2026-09-18")
    assert card.due.due_at.date() == day("10-08")
    assert card.days[-1].word == "顺延"
    assert max(cell.number for cell in card.days) == 15
    assert card.naive is None


def test_hours_have_no_calendar() -> None:
    """按小时计的没有日历，写到几点几分。"""
    card = course.deadline("yuqing.respond", "2026-09-30 18:20")
    assert card.days == ()
    assert repr(card).endswith("10月2日（周五）18:20止")
    assert "<table" not in card._repr_html_()


def test_unknown_year_is_loud() -> None:
    """没有公布放假安排的年份、认不出的日期、没有的编号都报错。"""
    with pytest.raises(CalendarRangeError):
        course.deadline("jinan12345.answer", "2090-03-01")
    for start in ("", "明天"):
        with pytest.raises(WenzhengError):
            course.deadline("jinan12345.answer", start)
    with pytest.raises(InputError):
        course.deadline("jinan", "2026-03-02")
