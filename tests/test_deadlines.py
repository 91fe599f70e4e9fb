"""办理时限：数据完整、算得对、没有核实的说没有核实。"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.errors import CalendarRangeError, InputError, InputTypeError, RuleFileError
from wenzheng_lab.rules.clock import Pause, due_at
from wenzheng_lab.rules.deadlines import UNITS, DeadlineRule, load_deadlines

ALL = load_deadlines()
RULES = tuple(rule for profile in ALL.profiles.values() for rule in profile.rules)
CALENDAR = WorkdayCalendar()

# 编号 → 期限、单位、可延长、核实状态；逐条对着领域资料 2.1 抄第二遍
TABLE = {
    "yuqing.press": (24, "hour", 0, "O"),
    "yuqing.respond": (48, "hour", 0, "O"),
    "yuqing.authoritative": (5, "hour", 0, "X"),
    "xinfang.transfer": (15, "calendar_day", 0, "P"),
    "xinfang.acknowledge": (15, "calendar_day", 0, "P"),
    "xinfang.objection": (5, "working_day", 0, "P"),
    "xinfang.close": (60, "calendar_day", 30, "P"),
    "xinfang.ask_review": (30, "calendar_day", 0, "P"),
    "xinfang.review": (30, "calendar_day", 0, "P"),
    "xxgk.answer": (20, "working_day", 20, "P"),
    "xxgk.correction": (7, "working_day", 0, "P"),
    "xxgk.third_party": (15, "working_day", 0, "P"),
    "xxgk.publish": (20, "working_day", 0, "P"),
    "gbt33358.connect": (15, "second", 0, "O"),
    "gbt33358.sms": (3, "minute", 0, "O"),
    "gbt33358.mailbox": (24, "hour", 0, "X"),
    "beijing2021draft.emergency": (2, "hour", 0, "X"),
    "beijing2021draft.utility": (24, "hour", 0, "X"),
    "beijing2021draft.ordinary": (7, "calendar_day", 0, "X"),
    "beijing2021draft.complex": (15, "calendar_day", 0, "X"),
    "beijing2021draft.web": (2, "hour", 0, "X"),
    "jinan12345.answer": (5, "working_day", 0, "P"),
    "weifang12345.answer": (5, "working_day", 0, "P"),
    "website2015.advice": (3, "month", 0, "X"),
    "liaoning_site.error": (3, "working_day", 0, "X"),
    "gd2009.ordinary": (3, "working_day", 0, "S"),
    "gd2009.complex": (7, "working_day", 0, "S"),
    "sx2009.answer": (3, "calendar_day", 0, "S"),
    "nanjing2009.answer": (24, "hour", 0, "X"),
    "jingmen2010.acknowledge": (4, "hour", 0, "O"),
    "jingmen2010.answer": (5, "working_day", 5, "O"),
    "nantong2011.acknowledge": (3, "hour", 0, "X"),
    "nantong2011.answer": (5, "calendar_day", 2, "X"),
    "shenyang.ordinary": (3, "working_day", 0, "O"),
    "shenyang.complex": (10, "working_day", 0, "O"),
    "zhuzhou2024.consult": (0, "calendar_day", 0, "O"),
    "zhuzhou2024.ordinary": (5, "calendar_day", 0, "O"),
    "anhui_interview.leftover": (5, "working_day", 0, "X"),
    "ducha.objection": (30, "calendar_day", 0, "P"),
    "ducha.review": (30, "calendar_day", 0, "P"),
}


def test_table_is_whole() -> None:
    """数据里每一条都在这张复核表里，一条不多一条不少。"""
    got = {rule.id: (rule.limit, rule.unit, rule.extend, rule.status.mark) for rule in RULES}
    assert got == TABLE


def test_every_fact_of_the_field_is_there() -> None:
    """领域资料 R01–R21 都有着落。"""
    assert {rule.ref for rule in RULES} >= {f"R{n:02}" for n in range(1, 22)}


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_unverified_says_so(rule: DeadlineRule) -> None:
    """没有核实的数字，说明里必有“未核实”；核实过的没有。"""
    due = due_at(rule, datetime(2026, 3, 2, 9))
    assert due.verified == rule.status.verified
    for text in (rule.limit_text, due.explanation):
        assert ("未核实" in text) != rule.status.verified
    assert rule.source in due.explanation


# 起算、编号、最后时刻；工作日与自然日的日子取自领域资料第 8 节的黄金向量
GOLDEN = [
    (datetime(2026, 1, 30, 9), "shenyang.ordinary", datetime(2026, 2, 4, 23, 59, 59)),
    (datetime(2026, 2, 10, 9), "jinan12345.answer", datetime(2026, 2, 24, 23, 59, 59)),
    (datetime(2026, 4, 28, 9), "xxgk.correction", datetime(2026, 5, 11, 23, 59, 59)),
    (datetime(2026, 9, 17, 9), "xxgk.publish", datetime(2026, 10, 21, 23, 59, 59)),
    (datetime(2026, 9, 28, 9), "xxgk.answer", datetime(2026, 10, 30, 23, 59, 59)),
    (datetime(2026, 1, 30, 9), "xinfang.close", datetime(2026, 3, 31, 23, 59, 59)),
    # +15 日为 2026-02-14，周六，但春节调休上班，不顺延
    (datetime(2026, 1, 30, 9), "xinfang.transfer", datetime(2026, 2, 14, 23, 59, 59)),
    # +15 日为 2026-10-02，国庆放假，顺延到 10-08
    (datetime(2026, 9, 17, 9), "xinfang.transfer", datetime(2026, 10, 8, 23, 59, 59)),
    # 北京征求意见稿不顺延
    (datetime(2026, 9, 17, 9), "beijing2021draft.complex", datetime(2026, 10, 2, 23, 59, 59)),
    (datetime(2026, 9, 30, 23, 30), "yuqing.respond", datetime(2026, 10, 2, 23, 30)),
    (datetime(2026, 9, 30, 23, 30), "gbt33358.connect", datetime(2026, 9, 30, 23, 30, 15)),
    (datetime(2026, 9, 30, 23, 30), "gbt33358.sms", datetime(2026, 9, 30, 23, 33)),
    (datetime(2026, 9, 30, 23, 30), "zhuzhou2024.consult", datetime(2026, 9, 30, 23, 59, 59)),
    (datetime(2025, 11, 30, 9), "website2015.advice", datetime(2026, 2, 28, 23, 59, 59)),  # 二月没有 30 日
]


@pytest.mark.parametrize(("start", "rule", "end"), GOLDEN, ids=[f"{row[1]}@{row[0]:%m-%d}" for row in GOLDEN])
def test_golden(start: datetime, rule: str, end: datetime) -> None:
    """起算日与最后时刻的已知值。"""
    due = due_at(rule, start)
    assert due.due_at == end
    assert not due.estimated


def test_roll_can_be_chosen() -> None:
    """末日逢休息日顺延是惯例，可以关掉，也可以打开。"""
    start = datetime(2026, 9, 17)
    assert due_at("xinfang.transfer", start, roll=False).due_at.date() == date(2026, 10, 2)
    assert due_at("beijing2021draft.complex", start, roll=True).due_at.date() == date(2026, 10, 8)
    assert "国庆节放假" in due_at("xinfang.transfer", start).explanation


def test_extension_is_bounded_and_told() -> None:
    """延长不超过上限，说明里写谁批准、要告知。"""
    due = due_at("xinfang.close", datetime(2026, 1, 30), extend=30)
    assert due.due_at.date() == date(2026, 4, 30)
    assert due.plain_due_at.date() == date(2026, 3, 31)
    assert "负责人批准" in due.explanation and "告知来信人" in due.explanation
    with pytest.raises(InputError, match="最多延长30日"):
        due_at("xinfang.close", datetime(2026, 1, 30), extend=31)
    with pytest.raises(InputError, match="不得延长"):
        due_at("xinfang.transfer", datetime(2026, 1, 30), extend=1)


def test_pause_only_where_allowed() -> None:
    """规则写了不计入的时间才能停表；停了几天看得见。"""
    asked = Pause(date(2026, 2, 24), date(2026, 3, 2), "征求第三方意见")
    due = due_at("xxgk.answer", datetime(2026, 1, 30), pauses=[asked])
    # 2月24–27日、28日（周六调休上班）、3月2日，共 6 个工作日；3月5日再数 6 个是 3月13日
    assert "停表6个工作日" in due.explanation
    assert (due.plain_due_at.date(), due.due_at.date()) == (date(2026, 3, 5), date(2026, 3, 13))
    with pytest.raises(InputError, match="不能自行停表"):
        due_at("jinan12345.answer", datetime(2026, 1, 30), pauses=[asked])


def test_overlapping_pauses_count_once() -> None:
    """两段停表重叠的日子只算一次；到期以后的不算。"""
    one = Pause(date(2026, 2, 24), date(2026, 3, 2), "征求第三方意见")
    start = datetime(2026, 1, 30)
    late = Pause(date(2026, 8, 1), date(2026, 8, 31), "征求意见")
    assert (
        due_at("xxgk.answer", start, pauses=[one, one, late]).due_at
        == due_at("xxgk.answer", start, pauses=[one]).due_at
    )


def test_unannounced_year_is_loud_or_flagged() -> None:
    """用到没有公布放假安排的年份，报错；明说要估算的，标出来。"""
    _, high = CALENDAR.years
    start = datetime(high, 12, 25)
    with pytest.raises(CalendarRangeError):
        due_at("jinan12345.answer", start)
    due = due_at("jinan12345.answer", start, WorkdayCalendar(estimate=True))
    assert due.estimated and not due.verified
    assert "估算（调休未公布）" in due.explanation


def test_clock_units_need_no_calendar() -> None:
    """按小时计的不看节假日，多远的年份都算得出。"""
    assert due_at("yuqing.respond", datetime(2050, 1, 1)).due_at == datetime(2050, 1, 3)


@given(
    st.sampled_from(RULES),
    st.datetimes(datetime(2006, 1, 1), datetime(2025, 6, 1)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_later_start_never_ends_earlier(rule: DeadlineRule, start: datetime, gap: timedelta) -> None:
    """晚到的来信，期限不会更早；期限不早于起算。"""
    first, second = due_at(rule, start), due_at(rule, start + gap)
    assert first.due_at <= second.due_at
    assert first.due_at >= start.replace(microsecond=0)


def test_levels_and_fallback() -> None:
    """分档取得到；没有分的档用“一般”；不管这一步的给 None。"""
    guangdong = ALL.profile("gd2009")
    assert guangdong.levels() == ("一般", "复杂")
    assert guangdong.pick(level="紧急").limit == 3  # type: ignore[union-attr]
    assert guangdong.pick("review") is None


def test_verified_profiles() -> None:
    """条条核实过的才叫核实过。"""
    assert ALL.profile("xinfang").verified and not ALL.profile("yuqing").verified


def test_unknown_names_suggest() -> None:
    """写错编号，列出可用的并猜一个。"""
    with pytest.raises(InputError, match="是不是想写“xinfang”"):
        ALL.profile("xinfan")
    with pytest.raises(InputError, match=r"xinfang\.close"):
        ALL.rule("xinfang.clos")


@pytest.mark.parametrize("bad", [None, "2026-03-02", 5])
def test_bad_start(bad: object) -> None:
    """起算时间不是日期，报类型错误。"""
    with pytest.raises(InputTypeError, match="起算时间"):
        due_at("xinfang.close", bad)  # type: ignore[arg-type]


OWN = """
[profile.qinghe]
label = "青禾县网上来信办理规定"

[[rule]]
id = "qinghe.answer"
profile = "qinghe"
stage = "answer"
trigger = "收到来信"
limit = 4
unit = "working_day"
deliver = "答复"
source = "青禾县政府办（文号）"
"""


def test_own_profile(tmp_path: Path) -> None:
    """自己单位的时限写成文件就能用，状态是“未核实（本单位自填）”，随包的照旧在。"""
    path = tmp_path / "我的时限.toml"
    path.write_text(OWN, encoding="utf-8")
    mine = load_deadlines(path)
    assert mine.profile("qinghe").kind == "自定"
    assert due_at(mine.rule("qinghe.answer"), date(2026, 9, 17)).due_at.date() == date(2026, 9, 22)
    assert "本单位自填" in due_at(mine.rule("qinghe.answer"), date(2026, 9, 17)).explanation
    assert "xinfang" in mine.profiles and mine.digest.startswith(ALL.digest + "+")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("limit = 4", "limit = 4.5", r"我的时限.toml:10: limit 应为整数"),
        ("limit = 4", "limt = 4", r"我的时限.toml:10: .*是不是想写“limit”"),
        ('"working_day"', '"workday"', r"我的时限.toml:11: unit .*是不是想写“working_day”"),
        ('profile = "qinghe"', 'profile = "qinge"', r"我的时限.toml:7: profile .*是不是想写“qinghe”"),
        ('id = "qinghe.answer"', 'id = "answer"', r"我的时限.toml:6: .*qinghe\.answer"),
        ('source = "青禾县政府办（文号）"', "", r"我的时限.toml:5: .*source"),
        ('deliver = "答复"', 'deliver = "答复"\nstart = "moment"', r"我的时限.toml:13: 秒、分钟、小时"),
        ('deliver = "答复"', 'deliver = "答复"\nnotify = "是"', r"我的时限.toml:13: 应为 true 或 false"),
        ('deliver = "答复"', 'deliver = "答复"\nstatus = "好"', r"我的时限.toml:13: 核实状态"),
        ('deliver = "答复"', 'deliver = "答复', r"我的时限.toml:12: 不合 TOML 语法"),
        ("[[rule]]", "[profile.empty]\nlabel = '空'\n[[rule]]", r"没有一条"),
    ],
)
def test_bad_own_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    """自己的文件写错，首行给出文件名、行号和改法。"""
    path = tmp_path / "我的时限.toml"
    assert old in OWN
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError, match=message):
        load_deadlines(path)


def test_same_stage_and_level_twice(tmp_path: Path) -> None:
    """同一套里两条的步骤与分档都相同，分不清用哪条，报错。"""
    path = tmp_path / "我的时限.toml"
    again = OWN[OWN.index("[[rule]]") :].replace("qinghe.answer", "qinghe.again")
    path.write_text(OWN + again, encoding="utf-8")
    with pytest.raises(RuleFileError, match="都相同"):
        load_deadlines(path)


def test_units_are_all_used() -> None:
    """每种单位都有规则在用，没有摆设。"""
    assert {rule.unit for rule in RULES} == set(UNITS)
