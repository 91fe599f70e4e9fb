"""一桩议论此刻热到什么份上：把日志里做过的事交给模型去推。"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from wenzheng_lab._html import Markup, join, table, tag
from wenzheng_lab.office.settings import section
from wenzheng_lab.office.state import CaseState

if TYPE_CHECKING:
    import pandas as pd

    from wenzheng_lab.office.engine import Engine
    from wenzheng_lab.office.heat_model import Push

NOTE = "教学参数，非预测"
"""每张图上都要写的话"""
_LABELS = {
    "answer": "说清",
    "wrong": "说错",
    "correct": "公开更正",
    "delete": "删帖",
    "unkept": "承诺没兑现",
    "told": "有人不满说出去",
}
_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Heat:
    """一桩议论从起来到此刻，每小时一个值。教学参数，非预测。"""

    id: str
    """议论的编号，或来信编号"""
    name: str
    """名称"""
    start: datetime
    """什么时候起来的"""
    spreading: tuple[float, ...]
    """在传的人占比"""
    visible: tuple[float, ...]
    """看得见的占比；删帖当时会少，随后反弹"""
    informed: tuple[float, ...]
    """知道实情的占比"""
    attention: tuple[float, ...]
    """预计每小时几条帖子"""
    posts: tuple[int, ...]
    """抽出来的每小时条数"""
    trust: tuple[float, ...]
    """对县里的信任 0–1"""
    marks: tuple[tuple[int, str], ...]
    """第几小时发生了什么"""
    note: str = NOTE
    """图上要写的话"""

    @property
    def hours(self) -> int:
        """起来几小时了。"""
        return len(self.spreading) - 1

    @property
    def peak(self) -> float:
        """到此刻为止在传的人最多占多少。"""
        return max(self.spreading)

    def frame(self) -> pd.DataFrame:
        """画图用的表，一小时一行；画了图请写上 ``note``。

        Returns:
            列 ``at, spreading, visible, informed, attention, posts, trust``。
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "at": [self.start + timedelta(hours=n) for n in range(len(self.spreading))],
                "spreading": self.spreading,
                "visible": self.visible,
                "informed": self.informed,
                "attention": self.attention,
                "posts": self.posts,
                "trust": self.trust,
            }
        )

    def spark(self, width: int = 48) -> str:
        """一行文字画的曲线：看得见的在传的人。

        Args:
            width: 最多画几格；时段更长时，一格取其中最高的一小时。

        Returns:
            一行方块字符，越高越满。
        """
        step = max(1, len(self.visible) // width)
        values = [max(self.visible[n : n + step]) for n in range(0, len(self.visible), step)]
        top = max(0.05, *values)
        return "".join(_BLOCKS[min(7, int(value / top * 7.99))] for value in values)

    def __repr__(self) -> str:
        """一行说明。"""
        return (
            f"Heat({self.name}，{self.hours} 小时，在传 {self.spreading[-1]:.0%}，最高 {self.peak:.0%}，"
            f"信任 {self.trust[-1]:.2f}；{self.note})"
        )

    def _repr_html_(self) -> str:
        rows = [(f"{self.start + timedelta(hours=hour):%m-%d %H}时", what) for hour, what in self.marks]
        parts: list[Markup] = [
            tag("b", self.name),
            tag("p", f"{self.spark()}　从 {self.start:%m-%d %H:%M} 起 {self.hours} 小时"),
            tag(
                "p",
                f"在传的人 {self.spreading[-1]:.0%}（最高 {self.peak:.0%}），知道实情 {self.informed[-1]:.0%}，"
                f"每小时约 {self.attention[-1]:.1f} 条，信任 {self.trust[-1]:.2f}。",
            ),
            table(rows, headers=("时刻", "做了什么")) if rows else tag("p", "到现在没有人公开说过一句话。"),
            tag("p", f"（{self.note}）"),
        ]
        return tag("div", join(parts)).html


def topic_heat(engine: Engine, topic: str) -> Heat | None:
    """一桩议论到此刻的热度；还没有起来为 None。"""
    found = next((row for row in engine.scenario.topics if row.id == topic), None)
    cases = [case for case in engine.state.cases.values() if _belongs(case, topic, found.issues if found else ())]
    if not cases:
        return None
    start = min(case.arrived for case in cases)
    if found and found.start:
        start = (
            min(start, datetime.fromisoformat(found.start))
            if datetime.fromisoformat(found.start) <= engine.now
            else start
        )
    name = found.name if found else str(cases[0].message["subject"])
    numbers = dict(section("heat"))
    if found is None:
        numbers["spread"] *= numbers["ordinary"]
    return _run(engine, topic, name, start, _pushes(engine, topic, cases, start), numbers)


def _belongs(case: CaseState, topic: str, issues: tuple[str, ...]) -> bool:
    return case.truth.get("issue") in issues or topic in (case.id, case.truth.get("duplicate_of"))


def _pushes(engine: Engine, topic: str, cases: list[CaseState], start: datetime) -> list[Push]:
    from wenzheng_lab.office.heat_model import Push

    found: list[Push] = []

    def push(at: object, kind: str, strength: float = 1.0) -> None:
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
        found.append(Push(max(0.0, (moment - start).total_seconds() / 3600), kind, strength))

    for post in engine.state.posts:
        if post["topic"] == topic:
            kind = "correct" if post["kind"] == "correction" and post["of"] else "answer"
            push(post["at"], kind if post["sound"] else "wrong")
            if post["deleted"]:
                push(post["deleted"], "delete")
    for case in cases:
        for reply in case.replies:
            total = reply["score"].get("total") if reply["score"] else None
            if total is not None and total >= 50:
                push(reply["at"], "answer", 0.35)
        for promise in case.promises:
            if promise.get("kept") is False:
                push(promise["due"], "unkept", 0.6)
        if case.deleted:
            push(case.deleted, "delete")
        if case.harmed:
            push(case.arrived + timedelta(hours=section("urgent")["harm_hours"]), "told", 1.0)
    for at in engine.state.told.get(topic, ()):
        push(at, "told")
    return found


def _run(
    engine: Engine, topic: str, name: str, start: datetime, pushes: list[Push], numbers: Mapping[str, float]
) -> Heat:
    from numpy.random import PCG64, Generator

    from wenzheng_lab.office.heat_model import draw_posts, spread

    hours = max(1, int((engine.now - start).total_seconds() // 3600))
    course = spread(pushes, hours, numbers)
    seed = int.from_bytes(hashlib.blake2b(f"{engine.seed}:{topic}:heat".encode(), digest_size=8).digest(), "big")
    posts = draw_posts(course, numbers, Generator(PCG64(seed)))
    each = slice(None, None, 4)
    marks = sorted((int(p.hour), _LABELS[p.kind]) for p in pushes if p.hour <= hours)
    return Heat(
        id=topic,
        name=name,
        start=start,
        spreading=_tuple(course.spreading[each]),
        visible=_tuple(course.visible[each]),
        informed=_tuple(course.informed[each]),
        attention=_tuple(course.attention[each]),
        posts=(*(int(value) for value in posts), 0)[: hours + 1],
        trust=_tuple(course.trust[each]),
        marks=tuple(dict.fromkeys(marks)),
    )


def _tuple(values: object) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)  # type: ignore[attr-defined]
