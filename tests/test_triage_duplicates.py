"""重复件：相同、几乎相同、同一件事，各有理由；同一人再来、抄一份、各说各的分得清。"""

from __future__ import annotations

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError

LAMP = "柳林路从小学到卫生院这一段路灯黑了半年，老人晚上不敢出门，请派人修一修。"


def frame(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["author", "subject", "body"])


def test_exact_and_near() -> None:
    """标点空格不同算一字不差；添几个字算几乎相同；谁写的也说清楚。"""
    pairs = wz.find_duplicates(
        frame(("甲一", "路灯", LAMP), ("甲一", "路灯", LAMP.replace("，", " ")), ("乙二", "路灯", LAMP + "谢谢领导。"))
    )
    assert pairs["kind"].tolist() == ["完全相同", "几乎相同"]
    assert pairs["relation"].tolist() == ["同一人再次来信", "不同的人抄同一份"]
    assert pairs["group"].nunique() == 1 and all(pairs["reason"])


def test_same_matter_told_by_neighbours() -> None:
    """邻居各写各的，说的是同一处同一件事。"""
    pairs = wz.find_duplicates(
        frame(
            ("甲一", "丽水苑搅拌站噪音", "丽水苑小区旁边的搅拌站夜里装车，噪音吵得睡不着，灰尘也大，请查处。"),
            ("乙二", "搅拌站扰民", "我住丽水苑小区，旁边搅拌站通宵开机，噪音和灰尘受不了，请管管搅拌站。"),
            ("丙三", "公交", "10路公交车末班太早，下班赶不上。"),
        )
    )
    assert pairs["kind"].tolist() == ["同一件事"]
    assert pairs["relation"].tolist() == ["不同的人说同一件事"]
    assert "丽水" in pairs["reason"][0] or "搅拌站" in pairs["reason"][0]


def test_same_kind_elsewhere_is_not_merged() -> None:
    """同一类事，不在一处，不合。"""
    pairs = wz.find_duplicates(
        frame(
            ("甲一", "柳林路路灯", "柳林路的路灯不亮，请修。柳林路小学旁边最暗。"),
            ("乙二", "河湾村路灯", "河湾村三组新装的太阳能灯全坏了，保修期内没人管。"),
        )
    )
    assert pairs.empty


def test_one_answer_for_many() -> None:
    """连着的都在一组：一份答复对几封信。"""
    rows = [(f"甲{i}", "路灯", LAMP + "请尽快。" * (i % 2)) for i in range(6)]
    pairs = wz.find_duplicates(frame(*rows))
    assert pairs["group"].nunique() == 1
    assert len(set(pairs["first"]) | set(pairs["second"])) == 6


def test_nothing_to_merge() -> None:
    """没有重复是一张空表，列照样在；空信不互相合并。"""
    pairs = wz.find_duplicates(frame(("甲", "", ""), ("乙", "", ""), ("丙", "路", "修路")))
    assert pairs.empty and "reason" in pairs.columns


def test_bad_input() -> None:
    """不是表、没有正文，说明白。"""
    with pytest.raises(InputTypeError):
        wz.find_duplicates([1])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="subject"):
        wz.find_duplicates(pd.DataFrame({"x": [1]}))
