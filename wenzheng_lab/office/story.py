"""把日志讲成故事：一件来信从头到尾，谁在什么时候做了什么。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenzheng_lab._html import tag
from wenzheng_lab.office.events import LABELS, Event
from wenzheng_lab.office.hours import say_day

_Teller = Callable[[Mapping[str, Any]], str]


def _day(at: object) -> str:
    return say_day(datetime.fromisoformat(str(at)))


def _stars(data: Mapping[str, Any]) -> str:
    mean = (data["solved"] + data["attitude"] + data["speed"]) / 3
    who = "（系统默认）" if data["auto"] else ""
    each = f"解决{data['solved']} 态度{data['attitude']} 速度{data['speed']}"
    return f"{'★' * int(mean + 0.5)}{who} {each}：{data['comment']}"


def _arrival(data: Mapping[str, Any]) -> str:
    earlier = "".join(f"（{_day(row['at'])}答过：{row['text']}）" for row in data.get("replies", ()))
    return f"{data['message']['subject']}{earlier}"


def _reply(data: Mapping[str, Any]) -> str:
    score = data["score"]
    total = "未评分" if not score or score["total"] is None else f"{score['total']:g} 分"
    red = f"，红线 {'、'.join(score['gates'])}" if score and score["gates"] else ""
    return f"{data['text']}（{total}{red}）"


_TELL: Mapping[str, _Teller] = {
    "arrived": _arrival,
    "guide": lambda d: d["text"],
    "drafted": lambda d: f"草稿 {len(d['text'])} 字",
    "sorted": lambda d: "、".join(d[k] for k in ("category", "appeal", "urgency") if d.get(k)),
    "assigned": lambda d: f"主办{d['lead']}" + (f"，协办{'、'.join(d['partners'])}" if d["partners"] else ""),
    "returned": lambda d: d["reason"],
    "deadline_set": lambda d: f"期限到{_day(d['due'])}",
    "extended": lambda d: (
        f"延 {d['days']} 个工作日到{_day(d['due'])}，{d['reason']}"
        + (f"；告知来信人：{d['notice']}" if d["notice"] else "；没有告知来信人")
    ),
    "urged": lambda d: d["text"],
    "merged": lambda d: f"并进 {'、'.join(d['ids'])}",
    "split": lambda d: f"拆成 {len(d['parts'])} 件",
    "redacted": lambda d: "遮盖了个人信息" + (f"，还漏了 {len(d['missed'])} 处" if d["missed"] else ""),
    "meeting": lambda d: f"{'、'.join(d['units'])}到会，{d['owner']}牵头，{_day(d['due'])}前办结：{d['minutes']}",
    "replied": _reply,
    "published": lambda d: f"{d['post']} {d['text']}" + ("" if d["sound"] else f"（站不住：{d['why']}）"),
    "corrected": lambda d: f"{d['post']} 更正 {d['of']}：{d['text']}",
    "post_deleted": lambda d: f"删 {d['post']}：{d['reason']}",
    "called_back": lambda d: f"来信人说：{d['text']}",
    "closed": lambda d: d["reason"],
    "bulletin": lambda d: d["text"],
    "undone": lambda d: f"撤销第 {d['of']} 条",
    "advanced": lambda d: f"过了 {d['hours']:g} 小时",
    "county_opened": lambda d: d["brief"],
    "dept_started": lambda d: d["text"] or "重新办理",
    "dept_queued": lambda d: (
        "经办人手上都有件，" + (f"前面还排着 {d['ahead']} 件" if d["ahead"] else "腾出手就办这一件")
    ),
    "rated": _stars,
    "not_rated": lambda d: "看过答复，没有评价",
    "promise_due": lambda d: f"“{d['text']}”{'兑现了' if d['kept'] else '没有兑现'}",
    "deadline_passed": lambda d: f"期限{_day(d['due'])}已过，还没有答复",
    "day_closed": lambda d: "休息日" if d.get("rest") else f"应清 {d['due']}，清了 {d['done']}",
    "week_closed": lambda d: f"满一周 {d['due']}，答过 {d['done']}",
    "month_closed": lambda d: f"满一月 {d['due']}，办结 {d['done']}",
}
_SEALED: Mapping[str, _Teller] = {
    "replied": lambda d: str(d["text"]),
    "published": lambda d: f"{d['post']} {d['text']}",
    "redacted": lambda d: "遮盖了个人信息",
}
"""封卷时的说法"""
_QUIET = ("clock", "not_rated", "drafted", "advanced", "undone")


def tell(event: Event, *, sealed: bool = False) -> str:
    """一条事件说成一句话；不说学员不该先知道的（单位报的是不是错的）。

    Args:
        event: 事件。
        sealed: 封着卷：不说答复几分、发布站不站得住。

    Returns:
        一句话；没有内容的为空串。
    """
    if sealed and event.kind in _SEALED:
        return _SEALED[event.kind](event.data)
    teller = _TELL.get(event.kind)
    if teller is not None:
        return teller(event.data)
    return str(event.data.get("text", ""))


@dataclass(frozen=True, slots=True)
class Trace:
    """一件来信的来龙去脉。"""

    case_id: str
    """来信编号"""
    title: str
    """来信主题"""
    lines: tuple[tuple[datetime, str, str, str], ...]
    """（什么时候，谁，做什么，内容）"""

    def __str__(self) -> str:
        """全文，一事一行。"""
        head = f"{self.case_id}　{self.title}"
        return "\n".join(
            [
                head,
                *(f"{at:%m-%d %H:%M}　{who}　{what}{'：' if text else ''}{text}" for at, who, what, text in self.lines),
            ]
        )

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Trace({self.case_id} {self.title[:20]}，{len(self.lines)} 步)"

    def _repr_html_(self) -> str:
        rows = [
            tag("li", tag("b", f"{at:%m-%d %H:%M} {who} {what}"), f"　{text}") for at, who, what, text in self.lines
        ]
        return tag("div", tag("h4", f"{self.case_id}　{self.title}"), tag("ol", *rows)).html


def make_trace(events: Sequence[Event], void: set[int], case_id: str, title: str, *, sealed: bool = False) -> Trace:
    """由日志讲一件来信的故事；撤销了的动作不讲，封卷时不说几分。"""
    lines = [
        (event.at, event.actor, LABELS[event.kind], tell(event, sealed=sealed))
        for event in events
        if event.seq not in void
        and event.kind not in _QUIET
        and (event.case_id == case_id or (event.kind == "merged" and case_id in event.data["ids"]))  # type: ignore[operator]
    ]
    return Trace(case_id, title, tuple(lines))
