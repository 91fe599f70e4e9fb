"""写信的要求与写好的信。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from wenzheng_lab.inbox.facts import Facts
from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.people import Person
from wenzheng_lab.inbox.voices import Voice


@dataclass(slots=True)
class Letter:
    """写好的一封信与它的真值。"""

    subject: str
    """标题"""
    body: str
    """正文"""
    asks: tuple[str, ...]
    """提出的诉求"""
    urgency: str
    """紧急程度"""
    because: str
    """理由"""
    emotion: int
    """情绪 0–3"""
    spans: tuple[tuple[int, int, str], ...]
    """正文里个人信息的位置与种类"""
    follow_up: tuple[str, ...]
    """答得不好时追问的话"""
    voice: str
    """口吻"""
    appeal: str
    """诉求类型"""
    also: str = ""
    """顺带写到的另一种事项"""
    partners: tuple[str, ...] = ()
    """另一种事项的主办"""


@dataclass(slots=True)
class Order:
    """写信的要求。"""

    issue: Issue
    """事项"""
    facts: Facts
    """事实"""
    person: Person
    """来信人"""
    voice: Voice
    """口吻"""
    appeal: str
    """诉求类型"""
    at: datetime
    """写信的时刻"""
    target: float
    """想写多长"""
    key: str
    """流的名字：种子与留言"""
    choice_key: str
    """挑哪些事实用的流；冷静与愤怒的一对共用"""
    earlier: str = ""
    """先前的来信，贴在后面"""
    since: date | None = None
    """先前来信的日期"""
    plan: tuple[tuple[str, float], ...] = ()
    """指定的先后次序；空就按口吻挑"""
    story: str = ""
    """写哪个情节；重复来信、冷静与愤怒的一对共用"""


def span(order: Order) -> int:
    """这件事最近的一桩过去了几天；找人反映只能在那以后。"""
    passed = (order.at.date() - order.facts.started).days
    raw = order.facts.raw
    ago = [int(raw[name]) + passed for name in _dated(order.issue) if name in raw]
    return max(min([*ago, 100]), 1) if ago else 30


@cache
def _dated(issue: Issue) -> tuple[str, ...]:
    return tuple(slot.name for slot in issue.slots if slot.kind == "ago")
