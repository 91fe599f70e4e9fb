"""个人信息：任何文字都成立的性质。"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenzheng_lab.privacy import redact

_PIECES = [
    "我叫",
    "我是",
    "本人",
    "苗广顺",
    "王建国",
    "欧阳铁柱",
    "张",
    "李女士",
    "局长",
    "反映",
    "：",
    "，",
    "、",
    "。",
    "\n",
    "\u3000",
    "（",
    "）",
    "电话",
    "手机",
    "身份证",
    "卡号",
    "家里",
    "座机",
    "QQ",
    "微信",
    "车牌",
    "护照",
    "邮箱",
    "家住",
    "地址",
    "13805550127",
    "幺三九零五五五零二六六",
    "１３８",
    "610399197503124018",
    "6217000055501234569",
    "0700-5550362",
    "湘Z·3K7P8",
    "E55512387",
    "a_b@mail.example",
    "liuan_0700",
    "青禾县",
    "望山镇",
    "柳树村",
    "三组",
    "18号",
    "春晓园",
    "2栋",
    "3单元",
    "501室",
    "订单号",
    "12345",
    "*",
    "**",
    "×",
    "某",
    "某某",
    "\u200b",
    "\ud800",
    "𠮷",
    "1",
    "-",
    ".",
    "和",
    "的",
    "儿子",
    "13岁",
    "举报",
]
_TEXT = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=24).map("".join)


@settings(max_examples=400, deadline=None)
@given(_TEXT, st.sampled_from(["default", "full"]), st.sampled_from(["auto", "message", "reply"]))
def test_any_text_is_handled(text: str, style: str, kind: str) -> None:
    """什么文字都不出错：等长、位置在文内、有序不重叠、遮两遍不变。"""
    result = redact(text, style=style, kind=kind)
    assert len(result.text) == len(text)
    assert all(0 <= item.start < item.end <= len(text) for item in result.spans)
    assert all(a.end <= b.start for a, b in zip(result.spans, result.spans[1:], strict=False))
    inside = {index for item in result.spans for index in range(item.start, item.end)}
    assert all(a == b for index, (a, b) in enumerate(zip(text, result.text, strict=True)) if index not in inside)
    # 行文种类由原文定；遮过以后按同一种再遮
    assert redact(result.text, style=style, kind=kind).text == result.text


@given(st.text(max_size=200))
def test_random_text_is_handled(text: str) -> None:
    """随机字符（含控制符、生僻字、表情）也不出错。"""
    result = redact(text)
    assert len(result.text) == len(text)
    assert result._repr_html_()
    assert result.to_dict()


@given(st.sampled_from(["13805550127", "15505550231", "19905550345"]), st.sampled_from([" ", "-", ".", "\u200b", ""]))
def test_separators_do_not_hide_a_mobile(number: str, mark: str) -> None:
    """号码怎样隔开都认得出。"""
    text = f"电话{mark.join(number)}，谢谢"
    assert [item.type for item in redact(text).spans] == ["mobile"]


@pytest.mark.parametrize(
    "unit",
    [
        *("本人", "1 ", "1.", "7", "村", "a@", "张伟、", "1栋101", "我叫王建国，"),
        *("1\u200b", "姓名\n", "1-", "京A", "王·", "十三岁"),
    ],
)
def test_long_text_takes_linear_time(unit: str) -> None:
    """文字长四倍，用时不超过十倍；反复的样子也拖不慢。"""
    redact("热身")

    def spent(size: int) -> float:
        text = (unit * size)[:size]
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    short = min(spent(10_000) for _ in range(2))
    assert spent(40_000) <= 10 * short + 0.1
