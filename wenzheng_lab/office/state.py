"""县里此刻的样子：全部由日志一条一条推出来，别处不存。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = dict[str, Any]
"""一条 JSON 记录"""


@dataclass(slots=True)
class CaseState:
    """一件来信到此刻的样子；只给本室用，学员看到的是 ``CaseFile``。"""

    id: str
    message: Row
    truth: Row
    arrived: datetime
    source: Row
    opened: datetime | None = None
    sorting: Row = field(default_factory=dict)
    lead: str = ""
    partners: tuple[str, ...] = ()
    leads: list[str] = field(default_factory=list)
    assigned: datetime | None = None
    due: datetime | None = None
    first_due: datetime | None = None
    notices: list[datetime] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)
    talk: list[Row] = field(default_factory=list)
    replies: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    letters: list[Row] = field(default_factory=list)
    questions: tuple[str, ...] = ()
    promises: list[Row] = field(default_factory=list)
    meeting: Row = field(default_factory=dict)
    phase: str = ""
    """单位那头：sent 已送、queued 排队、working 在办、back 退件、dispute 争议、result 已回件"""
    rounds: int = 0
    """单位办了几轮"""
    trial: int = 0
    """第几次交办；过期的预约以它作废"""
    outcome: str = ""
    """回件的结果：full、partial、refused、evasive、wrong"""
    result_at: datetime | None = None
    """最近一次回件的时刻"""
    conclusion: str = ""
    """回件单上写的结论；学员看得到的只有它"""
    world: str = ""
    """实地：done 真办了，partial 办了一部分，refused 讲清了不能办，空为没动"""
    world_at: datetime | None = None
    finished: bool = False
    """卷里记着办完了没有"""
    merged_into: str = ""
    merged: list[str] = field(default_factory=list)
    parent: str = ""
    children: list[str] = field(default_factory=list)
    redacted: Row = field(default_factory=dict)
    closed: datetime | None = None
    closed_reason: str = ""
    reopened: int = 0
    urged: list[datetime] = field(default_factory=list)
    returned: int = 0
    called: list[Row] = field(default_factory=list)
    exposed: bool = False
    thanked: bool = False
    overdue: bool = False
    harmed: bool = False
    deleted: datetime | None = None
    draft: str = ""
    corrected: bool = False

    @property
    def status(self) -> str:
        """办到哪一步。"""
        if self.merged_into:
            return "已合并"
        if self.children:
            return "已拆分"
        if self.closed:
            return "已办结"
        if self.waiting:
            return "再次来信"
        if self.replies:
            if self.phase in ("back", "dispute"):  # 先答了、后被退回的，不能让人看不见
                return _PHASES[self.phase]
            if self.result_at and self.result_at > datetime.fromisoformat(str(self.replies[-1]["at"])):
                return "待答复"
            # 评的是上一封、这一封还没有评的，不算已评价
            seen = self.ratings and str(self.ratings[-1]["at"]) > str(self.replies[-1]["at"])
            return "已评价" if seen else "已答复"
        if self.phase in _PHASES:
            return _PHASES[self.phase]
        if self.sorting:
            return "待交办"
        return "待分拣" if self.opened else "未读"

    @property
    def waiting(self) -> bool:
        """来信人又写来了，还没有答。"""
        if not self.letters:
            return False
        last = self.letters[-1]["at"]
        return not self.replies or str(self.replies[-1]["at"]) < str(last)

    @property
    def live(self) -> bool:
        """还要不要办。"""
        return not (self.merged_into or self.children or self.closed)

    @property
    def first_touch(self) -> datetime | None:
        """第一次动它的时刻：交办、答复、合并或办结。"""
        moments = [self.assigned, self.closed]
        moments += [datetime.fromisoformat(str(self.replies[0]["at"]))] if self.replies else []
        known = [moment for moment in moments if moment is not None]
        return min(known) if known else None


_PHASES = {
    "sent": "已交办",
    "queued": "已交办",
    "working": "办理中",
    "back": "被退回",
    "dispute": "有争议",
    "result": "待答复",
}


@dataclass(slots=True)
class DeptState:
    """一个单位手上的件。"""

    busy: list[str] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """约好了要发生的一件事。"""

    key: str
    at: datetime
    what: str
    case_id: str
    data: Row


@dataclass(slots=True)
class State:
    """整个县到此刻的样子。"""

    header: Row = field(default_factory=dict)
    now: datetime = datetime.min
    cases: dict[str, CaseState] = field(default_factory=dict)
    depts: dict[str, DeptState] = field(default_factory=dict)
    agenda: dict[str, Plan] = field(default_factory=dict)
    posts: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    rhythms: list[Row] = field(default_factory=list)
    bulletins: list[Row] = field(default_factory=list)
    guide: list[Row] = field(default_factory=list)
    known: dict[str, Row] = field(default_factory=dict)
    """查清了的议论"""
    told: dict[str, list[datetime]] = field(default_factory=dict)
    """各桩议论里，什么时候有人不满而说出去"""
    actions: int = 0

    def dept(self, name: str) -> DeptState:
        """一个单位手上的件。"""
        return self.depts.setdefault(name, DeptState())

    def plan(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """约几件事。"""
        for row in rows:
            # 先去掉再添：改约的排到最后，重新打开以后次序不变
            self.agenda.pop(row["key"], None)
            self.agenda[row["key"]] = Plan(
                row["key"],
                datetime.fromisoformat(row["at"]),
                row["what"],
                row.get("case", ""),
                dict(row.get("data", {})),
            )
