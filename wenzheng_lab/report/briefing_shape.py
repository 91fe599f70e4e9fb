"""月报的数长什么样：一段时间、一件热点、一个例子，与全部。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wenzheng_lab.report.summary import Summary


@dataclass(frozen=True, slots=True)
class Period:
    """一个时期的来信与答复。"""

    label: str
    """叫什么，如“2019年”"""
    count: int
    """来信（件）"""
    answered: int
    """已答复（件）"""
    timed: int
    """算得出用时的已答复（件）"""
    median: float | None
    """半数几天内答复；没有为 None"""
    late: int
    """超过“拖得久”的天数才答复的（件）"""


@dataclass(frozen=True, slots=True)
class Matter:
    """一件集中反映的事。"""

    title: str
    """标题，遮过个人信息"""
    place: str
    """地点，看不出为空"""
    people: int
    """人数"""
    letters: int
    """来信（件）"""
    likes: int
    """点赞"""
    start: datetime | None
    """最早一封"""
    end: datetime | None
    """最晚一封"""
    answered: int
    """已答复（件）"""
    still: bool
    """近三个月仍有来信"""
    local: bool
    """说得出是哪一处；说不出的多半是各处问同一类政策"""


@dataclass(frozen=True, slots=True)
class Example:
    """一件答得不好的。"""

    kind: str
    """毛病的编号"""
    number: str
    """留言编号，没有为空串"""
    row: int
    """表里第几行（从 0 起）"""
    days: float | None
    """几天才答"""
    total: float
    """总分"""


@dataclass(frozen=True, slots=True)
class Facts:
    """一份月报用到的全部数。"""

    total: int
    """来信（件）"""
    undated: int
    """没有时间的（件），在来信之内"""
    start: datetime | None
    """最早一封"""
    end: datetime | None
    """最晚一封"""
    as_of: datetime | None
    """截止时刻"""
    has_reply: bool
    """表里有没有答复"""
    whole: Period
    """合计"""
    before: Period | None
    """拿来比的上一期：写明月份的是上个月，没有写的是再前一年"""
    recent: Period | None
    """近一年；写明月份的为 None"""
    periods: tuple[Period, ...]
    """分期"""
    p90: float | None
    """九成几天内答复"""
    within: tuple[tuple[float, int], ...]
    """（天数，这么多天以内答复的件数）"""
    open_long: int
    """没有答复、已等得很久的（件）"""
    kinds: tuple[tuple[str, int], ...]
    """各类（件），多的在前"""
    kinds_known: int
    """认得出分类的（件）"""
    kinds_unsure: int
    """程序分类、没有把握的（件）；表里有分类为 0"""
    kinds_judged: bool
    """分类是程序判断的"""
    places: tuple[tuple[str, int], ...]
    """各地（件），多的在前；表里没有地点为空"""
    slow: tuple[tuple[str, int, float], ...]
    """慢的类或单位：（名，件数，中位天数）"""
    matters: tuple[Matter, ...]
    """集中反映的事"""
    hot_rows: int
    """在最近几件里找的；0 为全部"""
    quality: Summary | None
    """评分的概况；没有答复为 None"""
    sampled: int
    """抽了几份评；0 为全评"""
    template: int
    """几乎一样的答复（件）"""
    texts: int
    """有答复文字的（件）"""
    examples: tuple[Example, ...]
    """例子"""
