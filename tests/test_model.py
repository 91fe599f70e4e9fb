"""公共数据：好的收下，坏的说清。"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pandas as pd
import pytest

from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.model import Message, Reply, Signature, Span, is_blank, parse_time


@pytest.mark.parametrize(
    "source",
    [
        Message("路灯", "不亮", id="7"),
        {"subject": "路灯", "body": "不亮", "message_id": 7},
        pd.Series({"subject": "路灯", "body": "不亮", "message_id": 7}),
        {"subject": "路灯", "body": "不亮", "message_id": "7", "likes": 3, "author": float("nan")},
    ],
    ids=["Message", "字典", "表格行", "多余的列与空值"],
)
def test_message_from_each_source(source: object) -> None:
    """Message、字典、表格行得到同一封信。"""
    message = Message.of(source)
    assert (message.subject, message.body, message.id) == ("路灯", "不亮", "7")


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("路灯不亮", InputTypeError, "subject、body"),
        (None, InputTypeError, "NoneType"),
        ({"标题": "路灯"}, InputError, "wz.read_messages"),
        ({"subject": 3, "body": "不亮"}, InputTypeError, "int"),
        ({"subject": "路灯", "body": "不亮", "created_at": "昨天"}, InputError, "认不出来"),
    ],
    ids=["字符串", "None", "没换列名", "数字", "时间"],
)
def test_bad_message_is_refused(source: object, error: type[Exception], words: str) -> None:
    """坏的来信给出三段式错误。"""
    with pytest.raises(error) as caught:
        Message.of(source)
    assert words in str(caught.value)
    assert str(caught.value).count("。") >= 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-05 21:15", datetime(2026, 3, 5, 21, 15)),
        ("2026/3/5 8:05:09", datetime(2026, 3, 5, 8, 5, 9)),
        ("2026年3月5日", datetime(2026, 3, 5)),
        ("２０２６-０３-０５", datetime(2026, 3, 5)),
        (date(2026, 3, 5), datetime(2026, 3, 5)),
        (pd.Timestamp("2026-03-05 21:15"), datetime(2026, 3, 5, 21, 15)),
        (pd.NaT, None),
        ("", None),
        (None, None),
        # 世界时 13:15 是北京时间 21:15
        (datetime(2026, 3, 5, 13, 15, tzinfo=timezone(timedelta(0))), datetime(2026, 3, 5, 21, 15)),
    ],
)
def test_times_are_read_as_beijing_time(value: object, expected: datetime | None) -> None:
    """各种写法的时间都读成北京时间。"""
    assert parse_time(value) == expected


def test_reply_that_is_a_number_is_refused() -> None:
    """答复写成数字时说清怎么办。"""
    with pytest.raises(InputTypeError, match="答复是 int"):
        Reply(3)  # type: ignore[arg-type]


def test_span_points_into_the_text() -> None:
    """位置取出的就是那几个字。"""
    assert Span(2, 4).of("北关路灯") == "路灯"
    assert len(Span(2, 4)) == 2


def test_signature_ends_with_package_version() -> None:
    """签名次序固定，包版本在最后。"""
    from wenzheng_lab import __version__

    assert str(Signature.of({"reply": "2026.1", "rules": "ab"})) == f"reply:2026.1|rules:ab|lab:{__version__}"


def test_missing_values_of_pandas_are_blank() -> None:
    """pandas 的几种缺失都算空，不会变成文字“<NA>”。"""
    for value in (pd.NA, pd.NaT, float("nan"), None):
        assert is_blank(value)
    assert Message.of({"subject": pd.NA, "body": "路灯坏了"}).subject == ""
