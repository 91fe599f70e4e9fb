"""分词的快路与 jieba 逐词相同。"""

from __future__ import annotations

import random

import pytest

from wenzheng_lab._segment import FastSegmenter, JiebaSegmenter, open_segmenter

GOLDEN = [
    "青禾县望山镇下河村三组2026-03-05来信，电话0700-5550113，补偿4.3万元/亩。",
    "tcp-flags 和 A1区、B2县 100% 看看看人人人一一一",
    "𠮷先生㙍村的人民来信，龘龘龘",
    "您好！您反映的“北关路路灯半年不亮”问题收悉。",
    "",
    "   \n\t",
    "臺灣的龍與龜鬱",
]


@pytest.fixture(scope="module")
def pair() -> tuple[JiebaSegmenter, JiebaSegmenter]:
    fast = open_segmenter()
    if not isinstance(fast, FastSegmenter):
        pytest.skip("没有装 rjieba，快路不存在，无从比较")
    return JiebaSegmenter(), fast


@pytest.mark.parametrize("text", GOLDEN)
def test_fast_path_equals_jieba_on_golden(pair: tuple[JiebaSegmenter, JiebaSegmenter], text: str) -> None:
    """固定例句逐词相同。"""
    slow, fast = pair
    assert fast.cut(text) == slow.cut(text)


def test_fast_path_equals_jieba_on_random_text(pair: tuple[JiebaSegmenter, JiebaSegmenter]) -> None:
    """随机文字两千段逐词相同；字母、数字、符号、重字、生僻字都掺进去。"""
    slow, fast = pair
    source = random.Random("segment:fuzz")
    alphabet = "人民来信路灯修好不亮的了是在一二三看看村组镇县区A1b2-._#&+%，。！？“” \n㙍𠮷龘鬱臺0123456789"
    for _ in range(2000):
        text = "".join(source.choice(alphabet) for _ in range(source.randint(1, 40)))
        assert fast.cut(text) == slow.cut(text), text


def test_name_tells_which_engine() -> None:
    """签名里写明用的是哪一个。"""
    assert JiebaSegmenter().name == "jieba0.42.1"
