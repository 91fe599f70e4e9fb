"""HTML：凡文字必转义。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzheng_lab import score_reply
from wenzheng_lab._html import Markup, escape, join, mark, table, tag
from wenzheng_lab.model import Span

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


@pytest.mark.parametrize(
    "made",
    [
        escape(HOSTILE),
        str(tag("p", HOSTILE, attrs={"title": HOSTILE})),
        str(table([[HOSTILE]], headers=[HOSTILE])),
        str(join([HOSTILE, HOSTILE], HOSTILE)),
        str(mark(HOSTILE, [(Span(0, 5), "x", HOSTILE)])),
    ],
    ids=["escape", "tag", "table", "join", "mark"],
)
def test_hostile_text_is_escaped(made: str) -> None:
    """脚本、图片、引号都只能作为文字出现。"""
    assert "<script" not in made
    assert "<img" not in made
    assert 'onerror=alert(2)>"' not in made


def test_event_attributes_are_refused() -> None:
    """不许写事件属性。"""
    with pytest.raises(ValueError, match="onclick"):
        tag("p", attrs={"onclick": "x"})


def test_markup_is_not_escaped_twice() -> None:
    """已是安全 HTML 的不再转。"""
    assert escape(Markup("<b>")) == "<b>"


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_can_be_written_as_utf8(text: str) -> None:
    """任何文字转义后都写得进 UTF-8 文件，没有控制字符。"""
    made = escape(text)
    made.encode("utf-8")
    assert "\x00" not in made and "\u202e" not in made


def test_card_escapes_letter_and_reply() -> None:
    """评分卡片里，来信与答复中的脚本都不会执行。"""
    card = score_reply(
        f"您好，{HOSTILE}路灯3月5日已修好。", to={"subject": HOSTILE, "body": f"路灯不亮{HOSTILE}，什么时候修好？"}
    )._repr_html_()
    assert "<script>alert" not in card
    assert "<img" not in card
    assert "&lt;script&gt;" in card
