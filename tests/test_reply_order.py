"""次序：称呼在前，落款在后，编号从小到大。"""

from __future__ import annotations

import random

import pytest

import wenzheng_lab as wz
from wenzheng_lab import text as _text
from wenzheng_lab.letter.topic import Topic
from wenzheng_lab.model import Message
from wenzheng_lab.reply.order import find_misplaced
from wenzheng_lab.reply.sentences import read_sentences

LETTER = Message("北关路路灯不亮", "北关路路灯黑了半个月，什么时候修好？归谁管？")
PARTS = (
    "王女士您好，来信收悉。",
    "一、经县照明所6月2日到现场查看，是电缆被挖断。",
    "二、6月5日已换电缆120米，11盏灯当晚亮了。",
    "因此以后再不亮，请打照明所0700-5550113。",
    "感谢您对我们工作的支持！",
)


def _messages(reply: str) -> list[str]:
    topic = Topic.of(LETTER.subject, LETTER.body)
    return [one.message for one in find_misplaced(read_sentences(reply, LETTER, topic))]


def test_a_reply_in_order_has_nothing_misplaced() -> None:
    """照常的次序一处也不报。"""
    assert _messages("".join(PARTS)) == []


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ((1, 2, 3, 0, 4), "称呼"),
        ((0, 1, 4, 2, 3), "收尾"),
        ((0, 2, 1, 3, 4), "编号"),
        ((3, 1, 2, 4), "承接"),
    ],
)
def test_each_way_of_turning_it_round_is_said(order: tuple[int, ...], said: str) -> None:
    """颠倒一处，说得出是哪一处。"""
    assert any(said in message for message in _messages("".join(PARTS[at] for at in order)))


def test_answers_joined_by_date_are_read_one_by_one() -> None:
    """后一次答复接着前一次写，不算颠倒。"""
    assert _messages("".join(PARTS) + "2026年6月1日网友：您好，来信收悉，已转照明所。") == []


def test_numbers_inside_numbers_start_anew() -> None:
    """换了上一级的号，下一级从头数。"""
    assert _messages("一、1.已换灯。2.已换线。3.已验收。二、1.已赔偿。2.已道歉。") == []


def test_shuffling_mostly_costs_and_hardly_ever_pays() -> None:
    """这一封打乱二十次：多数降低，平均降两分以上，升高的不过半分。"""
    whole = "".join(PARTS)
    best = wz.score_reply(whole, to=LETTER).total
    assert best is not None
    totals = []
    for seed in range(20):
        parts = [span.of(whole) for span in _text.sentences(whole)]
        random.Random(seed).shuffle(parts)
        total = wz.score_reply("".join(parts), to=LETTER).total
        assert total is not None
        totals.append(total - best)
    assert max(totals) <= 0.5
    assert sum(totals) / len(totals) < -2
    assert sum(change < 0 for change in totals) >= 15
