"""年表与案例卡：网络问政走过的路、出过的毛病；每条带出处与核实状态。

没有核实的另放一处，标明不得当事实引用：课里教的“先查证再引用”，课文自己先做到。
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.course import cards
from wenzheng_lab.course.node import Node
from wenzheng_lab.errors import DatasetError, explain, show, suggest
from wenzheng_lab.rules.status import Status, load_statuses

T = TypeVar("T", "Event", "Mishap")
FILE = Path(__file__).parent / "data" / "chronicle.toml"
WARNING = "下面这些没有核实，不得当事实引用。想用，先自己查到正式出处。"
"""没有核实的各条前面的话"""


@dataclass(frozen=True, slots=True)
class Event:
    """年表的一条。"""

    when: str
    """时间，精确到材料写明的程度，如 ``2011-10-27``、``2025-06``"""
    what: str
    """发生了什么"""
    source: str
    """出处"""
    status: Status
    """核实状态"""

    def __repr__(self) -> str:
        return f"{self.when} {self.what}〔{self.source}；{self.status.label}〕"


@dataclass(frozen=True, slots=True)
class Mishap:
    """一件出过毛病的事。"""

    id: str
    """名字，如 ``shenqiu2013``"""
    ref: str
    """领域资料里的编号；报刊案例写 ``press``"""
    title: str
    """题目"""
    place: str
    """机关或地方；不写私人姓名"""
    when: str
    """时间"""
    happened: str
    """发生了什么（转述）"""
    broke: str
    """毛病在哪里"""
    better: str
    """换个做法"""
    source: str
    """出处"""
    status: Status
    """核实状态"""

    def __repr__(self) -> str:
        return f"{self.title}（{self.place}，{self.when}）：{self.happened}〔{self.source}；{self.status.label}〕"


class Chronicle:
    """年表：核实过的在前面，没有核实的折起来。"""

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = tuple(events)
        """各条，按时间先后"""

    def __repr__(self) -> str:
        sure = sum(event.status.verified for event in self.events)
        return f"网络问政年表：{len(self.events)} 条，其中 {sure} 条已核实"

    def _repr_html_(self) -> str:
        sure, unsure = _split(self.events)
        parts: list[Content] = [_years(sure)]
        if unsure:
            parts.append(
                cards.fold(
                    f"来源材料或转载里还有 {len(unsure)} 条，没有核实（点开看）", cards.para(WARNING), _years(unsure)
                )
            )
        return str(cards.frame("网络问政年表", *parts, colour=cards.BLUE, note=f"已核实 {len(sure)} 条"))


class Casebook:
    """案例卡：核实过的在前面，没有核实的折起来。"""

    def __init__(self, items: Iterable[Mishap]) -> None:
        self.items = tuple(items)
        """各件"""

    def __repr__(self) -> str:
        sure = sum(item.status.verified for item in self.items)
        return f"出过的毛病：{len(self.items)} 件，其中 {sure} 件已核实"

    def _repr_html_(self) -> str:
        sure, unsure = _split(self.items)
        parts: list[Content] = [_mishap(item) for item in sure]
        if unsure:
            parts.append(
                cards.fold(
                    f"还有 {len(unsure)} 件没有核实（点开看）", cards.para(WARNING), *(_mishap(item) for item in unsure)
                )
            )
        return str(cards.frame("出过的毛病", *parts, colour=cards.BLUE, note=f"已核实 {len(sure)} 件"))


def timeline() -> Chronicle:
    """网络问政年表，每条带出处与核实状态。

    Returns:
        年表；在 Jupyter 里显示为一张卡，没有核实的折在下面。

    Raises:
        RuleFileError: 随包的数据写坏了。

    Examples:
        >>> timeline().events[0].when
        '1983-04-23'
    """
    return Chronicle(_load()[0])


def cases(*names: str) -> Casebook:
    """出过毛病的事：发生了什么、毛病在哪里、换个什么做法。

    Args:
        *names: 只要这几件；不给就全要。

    Returns:
        案例卡；没有核实的折在下面。

    Raises:
        DatasetError: 没有这一件。
        RuleFileError: 随包的数据写坏了。

    Examples:
        >>> [item.title for item in cases("shenqiu2013").items]
        ['一句话答六百多封信']
    """
    known = {item.id: item for item in _load()[1]}
    for name in names:
        if name not in known:
            raise DatasetError(
                explain(f"没有案例 {show(name)}", f"现有：{'、'.join(known)}", f"{suggest(name, known)}请从中选")
            )
    return Casebook([known[name] for name in names] if names else known.values())


@functools.lru_cache(maxsize=1)
def _load() -> tuple[tuple[Event, ...], tuple[Mishap, ...]]:
    return read_chronicle(TomlFile.read(FILE))


def read_chronicle(file: TomlFile) -> tuple[tuple[Event, ...], tuple[Mishap, ...]]:
    """读年表与案例。

    Args:
        file: 数据文件。

    Returns:
        年表各条（须按时间先后）与各件案例。

    Raises:
        RuleFileError: 缺出处、状态不认识、次序乱了、名字用了两次；首行有文件名与行号。
    """
    top = Node(file, (), file.data)
    top.text("version")
    events: list[Event] = []
    for node in top.nodes("event", at_least=1):
        event = Event(node.text("when"), node.text("what"), node.text("source"), _status(node))
        if events and event.when < events[-1].when:
            raise node.error("when", f"{event.when} 排在 {events[-1].when} 后面；年表要按时间先后")
        node.done()
        events.append(event)
    items: dict[str, Mishap] = {}
    for node in top.nodes("case", at_least=1):
        item = Mishap(
            id=node.text("id"),
            ref=node.text("ref"),
            title=node.text("title"),
            place=node.text("place"),
            when=node.text("when"),
            happened=node.text("happened"),
            broke=node.text("broke"),
            better=node.text("better"),
            source=node.text("source"),
            status=_status(node),
        )
        if item.id in items:
            raise node.error("id", f"案例的名字 {item.id!r} 用了两次")
        node.done()
        items[item.id] = item
    top.done()
    return tuple(events), tuple(items.values())


def _status(node: Node) -> Status:
    known = load_statuses()
    return known[node.choice("status", tuple(known))]


def _split(items: Iterable[T]) -> tuple[list[T], list[T]]:
    rows = list(items)
    return [item for item in rows if item.status.verified], [item for item in rows if not item.status.verified]


def _years(events: Iterable[Event]) -> Content:
    return cards.grid(
        (
            [tag("b", event.when, attrs={"style": "white-space:nowrap"}), join([event.what, _tail(event)])]
            for event in events
        ),
        headers=["时间", "事情"],
    )


def _mishap(item: Mishap) -> Content:
    return tag(
        "div",
        tag("b", item.title),
        cards.small(f"{item.place}，{item.when}"),
        cards.para(item.happened),
        cards.bullets(
            [
                join([tag("b", "毛病　"), item.broke]),
                join([tag("b", "换个做法　"), item.better]),
            ]
        ),
        _tail(item),
        attrs={"style": "margin:.6em 0"},
    )


def _tail(item: Event | Mishap) -> Content:
    return cards.small(f"〔出处：{item.source}；{item.status.label}〕")
