"""写错的调用：每一处曾经抛出 Python 自己的错误的，现在都用中文说清来了什么、应当是什么、怎么办。

门与坏法的总表在 ``test_doors.py``；这里只放要专门搭一个场面才碰得到的。
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab._paths import as_path
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, RuleFileError, WenzhengError, explain, show
from wenzheng_lab.rules import load_rubric

LETTER = {"subject": "路灯", "body": "北关路路灯坏了半年，什么时候修好？"}
REPLY = "北关路路灯3月5日已修好，共换灯11盏。再不亮请打0700-5550113。"


def frame(rows: int = 60) -> pd.DataFrame:
    """一张规范列的小表；文字按对象存，放得下孤立代理项。"""
    made = pd.DataFrame(
        {
            "message_id": [f"M{at:03d}" for at in range(rows)],
            "subject": pd.Series(["路灯", "公交"] * (rows // 2), dtype=object),
            "body": pd.Series([f"北关路第{at}盏路灯坏了半年，请修。" for at in range(rows)], dtype=object),
            "department": pd.Series(["城管局", "交通局"] * (rows // 2), dtype=object),
            "created_at": pd.to_datetime(["2026-03-01 09:00"] * rows) + pd.to_timedelta(range(rows), unit="h"),
            "reply": pd.Series([REPLY] * rows, dtype=object),
        }
    )
    made["replied_at"] = made["created_at"] + pd.Timedelta(hours=30)
    return made


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-10))),
        "9999-12-31T23:00:00-10:00",
    ],
)
def test_zoned_time_at_the_ends_of_the_calendar(moment: object) -> None:
    """公元元年、9999 年带时区的时间换不成北京时间，说得清楚。"""
    with pytest.raises(InputError, match="换不成北京时间"):
        wz.Message("题", "文", created_at=moment)


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (3, InputTypeError, "int"),
        (None, InputTypeError, "None"),
        (b"a.csv", InputTypeError, "bytes"),
        (["a.csv"], InputTypeError, "list"),
        ("", InputError, "空的"),
        ("  ", InputError, "空的"),
        ("甲\0乙.csv", InputError, "不收的字符"),
        ("\ud800.csv", InputError, "不收的字符"),
        ("长" * 300 + ".csv", InputError, "改短"),
    ],
)
def test_as_path_says_what_came(value: object, kind: type[Exception], words: str) -> None:
    """各处的路径都过同一道门：数字、空值、字节、NUL、太长，各有说法。"""
    with pytest.raises(kind, match=words):
        as_path(value, "path")


def test_error_text_can_always_be_printed() -> None:
    """错误信息里没有控制字符与孤立代理项，终端与日志都写得下去。"""
    text = explain("来了 a\0b\ud800\u202e", "应为文字", "请改")
    assert text.encode("utf-8") == "来了 a\\x00b\\ud800\\u202e。应为文字。请改。".encode()
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    # Python 3.13 写得出，再早的写不出，都要有话说
    assert show(deep) in ("list（显示不出来）", "[" * 40 + "…")


def _toml(text: str) -> Callable[[Path], object]:
    return lambda folder: TomlFile.parse("规则.toml", text)


@pytest.mark.parametrize(
    ("load", "words"),
    [
        (lambda folder: TomlFile.read(folder), "是文件夹"),
        (lambda folder: TomlFile.read(folder / "没有.toml"), "找不到"),
        (_toml('x = "\0"'), "规则.toml:1: 不合 TOML 语法"),
        (_toml("x = " + "[" * 5000), "套得太深"),
        (_toml("x = " + "{a=" * 5000), "套得太深"),
    ],
)
def test_rule_file_of_the_wrong_kind(load: Callable[[Path], object], words: str, tmp_path: Path) -> None:
    """规则文件是文件夹、含 NUL、括号套五千层：首行有文件名与毛病。"""
    with pytest.raises(RuleFileError, match=words):
        load(tmp_path)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wz.score_reply(REPLY, to=LETTER, rubric="reply"), "rubric 是 str"),
        (lambda: wz.score_reply(REPLY, to=LETTER, rubric=load_rubric("post")), "里没有 relevance"),
        (lambda: wz.score_reply(REPLY, to=LETTER, case={"asks": []}), "case 是 dict"),
        (lambda: wz.score_post(REPLY, kind=["outage"]), "kind 是"),
        (lambda: wz.score_post(REPLY, rubric=3), "rubric 是 int"),
        (lambda: wz.triage_message(LETTER, profile=["xinfang"]), "一套时限"),
        (lambda: wz.triage_message(LETTER, alert=["standard"]), "工作点写成"),
        (lambda: wz.triage_message(LETTER, deadlines=3), "deadlines 是 int"),
        (lambda: wz.triage_message(LETTER, catalogue=3), "catalogue 是 int"),
        (lambda: wz.indicators(frame(), profile=3), "profile 写成"),
        (lambda: wz.indicators(frame(), deadlines=3), "deadlines 是 int"),
        (lambda: wz.indicators(frame()["body"]), "Series"),
        (lambda: wz.indicators(pd.concat({"表": frame()}, axis=1)), "有 2 层"),
        (lambda: wz.indicators(frame().assign(department=b"x"), by=["department"]), "bytes"),
        (lambda: wz.indicators(frame().assign(body=b"x")), "bytes"),
        (lambda: wz.count_over_time(frame().assign(created_at=datetime(1, 1, 1))), "年份不对"),
        (lambda: wz.count_over_time(frame().assign(created_at=datetime(9999, 12, 31))), "年份不对"),
        (lambda: wz.compare_twins(frame(0)), "表是空的"),
        (lambda: wz.compare_twins(pd.DataFrame()), "没有列"),
        (lambda: wz.regress_response(frame(), ["department"]), "恰好等了 30 小时"),
        (lambda: wz.regress_response(frame(), ["department"], model="log_hours"), "恰好等了 30 小时"),
        (lambda: wz.draw_sample(frame(), 5, seed=None), "应为整数"),
        (lambda: wz.draw_sample(frame(), 5, seed=[1]), "应为整数"),
        (lambda: wz.read_codes(3, "tone"), "paths 是 3"),
    ],
)
def test_wrong_argument_is_named(call: Callable[[], object], words: str) -> None:
    """参数种类不对，错误里写着是哪个参数、来了什么。"""
    with pytest.raises(WenzhengError, match=words) as caught:
        call()
    assert str(caught.value).count("。") >= 2, caught.value


def test_lone_surrogates_are_read_as_a_mark() -> None:
    """表里有截坏的半个字：指标、合并照做，显示成“�”，不在编码时断掉。"""
    table = frame()
    table["body"] = pd.Series([f"北关路第{at}盏路灯\ud800坏了好久" for at in range(60)], dtype=object)
    table["department"] = pd.Series(["城管\ud800局"] * 60, dtype=object)
    assert wz.indicators(table, by=["department"]).table["department"].tolist() == ["城管�局"]
    assert "�" in str(wz.course.show_duplicates(table.head(6))._repr_html_())


def test_empty_table_has_indicators_of_nothing() -> None:
    """空表也算得出：零封，不是错误，也没有一个编出来的数。"""
    found = wz.indicators(frame(0))
    assert "IndicatorTable 0 封" in repr(found)
    counts = found.total.iloc[0].dropna()
    assert not any(isinstance(value, int | float) and value for value in counts.to_dict().values()), counts


def test_office_deadline_of_nothing(tmp_path: Path) -> None:
    """期限给了 NaT、None、空串：说是空的，日志里什么也没有添。"""
    office = wz.Office("first-day", seed=7)
    number = office.inbox["message_id"].iloc[0]
    office.open(number)
    before = len(list(office.log))
    for nothing in (pd.NaT, None, ""):
        with pytest.raises(InputError, match="空的"):
            office.set_deadline(number, nothing)
    assert len(list(office.log)) == before


def test_a_million_characters_are_triaged_in_the_time_of_fifty_thousand() -> None:
    """一百万字的“信”只看前五万字：用时不再跟着涨，没看的写在“请人看”里；险情在前面就认得出。"""
    one = "北关路路灯坏了半年，老人晚上出门摔了一跤，电话13805550127，请尽快修复。"
    head = "楼道里煤气味越来越浓，老人还在做饭，快来人。"
    wz.triage_message(LETTER)

    def spent(size: int) -> float:
        start = time.process_time()
        found = wz.triage_message({"subject": "题", "body": (head + one * (size // len(one) + 1))[:size]})
        assert found.urgency == "特急"
        assert any("后文" in item for item in found.unsure) == (size > 50_000), found.unsure
        assert all(f.span is None or f.span.of(found.text) == f.quote for f in found.evidence)
        return time.process_time() - start

    short = spent(49_000)
    assert spent(1_000_000) <= 3 * short + 0.5
