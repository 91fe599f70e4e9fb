"""县里的发动机：SimPy 推着钟走，约好的事到时发生，发生的事记成事件。

事件是唯一的真相。每次推进都由日志推出的约定重新搭起 SimPy 的环境，所以一口气推一周，
与中途关掉、重新打开、再推，得到的日志逐字相同。
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import simpy

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.events import WORLD, Event
from wenzheng_lab.office.fold import apply, replay, voided
from wenzheng_lab.office.hours import add_work_hours
from wenzheng_lab.office.ledger import Ledger
from wenzheng_lab.office.mailbag import Mailbag
from wenzheng_lab.office.scenario import Scenario
from wenzheng_lab.office.state import CaseState, Plan, State

Handler = Callable[["Engine", Plan], None]
HANDLERS: dict[str, Handler] = {}
"""约好的事的种类 → 怎样发生"""


def handler(what: str) -> Callable[[Handler], Handler]:
    """登记一种约好的事。"""

    def keep(function: Handler) -> Handler:
        HANDLERS[what] = function
        return function

    return keep


class Engine:
    """一局的发动机：状态、日志与钟。"""

    def __init__(self, scenario: Scenario, seed: int, ledger: Ledger) -> None:
        """接上日志。

        Args:
            scenario: 情景。
            seed: 种子。
            ledger: 日志；里面有事件就从头推出状态。
        """
        self.scenario, self.seed, self.ledger = scenario, seed, ledger
        self.mailbag = Mailbag(scenario, seed)
        self.state: State = replay(ledger.events)
        self.fresh: list[Event] = []
        self._fires = ""
        self._environment: simpy.Environment | None = None
        self._base = datetime.min

    # ------------------------------------------------------------ 记事
    @property
    def now(self) -> datetime:
        """此刻。"""
        if self._environment is not None:
            return self._base + timedelta(minutes=float(self._environment.now))
        return self.state.now

    def stream(self, *key: object) -> Stream:
        """一条随机流，名字由种子与几段组成。"""
        return Stream(":".join(str(part) for part in (self.seed, *key)))

    def emit(
        self,
        kind: str,
        actor: str = WORLD,
        case: str = "",
        *,
        plans: Iterable[Mapping[str, Any]] = (),
        cancels: Iterable[str] = (),
        **data: Any,
    ) -> Event:
        """记一条事件，立刻作用于状态；``commit`` 以后才算数。"""
        rows = list(plans)
        body: dict[str, Any] = dict(data)
        if rows:
            body["plan"] = rows
        if gone := [key for key in cancels if key in self.state.agenda]:
            body["cancels"] = gone
        if self._fires:
            body["fires"] = self._fires
            self._fires = ""
        prev = self.fresh[-1] if self.fresh else None
        event = self.ledger.next(prev, self.now, kind, actor, case, body)
        self.fresh.append(event)
        apply(self.state, event)
        if self._environment is not None:
            for row in rows:
                self._wait(self._environment, self.state.agenda[row["key"]])
        return event

    def commit(self) -> tuple[Event, ...]:
        """把这一步的事件一次写进日志；写不进就退回原样。"""
        fresh, self.fresh = self.fresh, []
        if fresh:
            try:
                self.ledger.append(fresh)
            except BaseException:
                self.state = replay(self.ledger.events)
                raise
        return tuple(fresh)

    def discard(self) -> None:
        """这一步不做了，退回原样。"""
        self.fresh = []
        self._environment = None
        self._fires = ""
        self.state = replay(self.ledger.events)

    def rebuild(self) -> None:
        """撤销以后重新推一遍。"""
        events = [*self.ledger.events, *self.fresh]
        assert voided(events)
        self.state = replay(events)

    # ------------------------------------------------------------ 约事
    def plan(self, what: str, at: datetime, case: str = "", key: str = "", **data: Any) -> dict[str, Any]:
        """约一件事。

        Args:
            what: 种类。
            at: 什么时候；不早于下一分钟。
            case: 哪一件。
            key: 约定的名字；同名的后约的顶替先约的。
            **data: 内容。

        Returns:
            放进事件 ``plans`` 的一条。
        """
        moment = max(at.replace(second=0, microsecond=0), self.now + timedelta(minutes=1))
        row: dict[str, Any] = {"key": key or f"{what}:{case}", "at": moment.isoformat(), "what": what}
        if case:
            row["case"] = case
        if data:
            row["data"] = data
        return row

    def later(self, hours: float) -> datetime:
        """几个钟点以后（昼夜都算）。"""
        return self.now + timedelta(minutes=max(1, round(hours * 60)))

    def working(self, hours: float, start: datetime | None = None) -> datetime:
        """几个工作小时以后。"""
        return add_work_hours(start or self.now, hours)

    def case(self, plan: Plan) -> CaseState:
        """约定说的那一件。"""
        return self.state.cases[plan.case_id]

    # ------------------------------------------------------------ 走钟
    def run(self, until: datetime) -> None:
        """让钟走到 ``until``，约好的事先后发生。

        Args:
            until: 走到什么时候；恰在这一刻的事留到下一次。
        """
        self._base = self.state.now
        self._environment = simpy.Environment()
        for plan in list(self.state.agenda.values()):
            if plan.at < self._base:  # 到过时而无事可记的，重新打开时还在
                del self.state.agenda[plan.key]
            else:
                self._wait(self._environment, plan)
        minutes = (until - self._base).total_seconds() / 60
        try:
            self._environment.run(until=minutes)
        finally:
            self._environment = None
        self.state.now = until

    def _wait(self, environment: simpy.Environment, plan: Plan) -> None:
        environment.process(self._due(environment, plan))

    def _due(self, environment: simpy.Environment, plan: Plan) -> Generator[simpy.Event, None, None]:
        yield environment.timeout(max(0.0, (plan.at - self._base).total_seconds() / 60 - environment.now))
        if self.state.agenda.get(plan.key) is not plan:
            return  # 已取消或改约
        self._fires = plan.key
        HANDLERS[plan.what](self, plan)
        if self._fires:  # 到时无事可记：约定作废
            self._fires = ""
            self.state.agenda.pop(plan.key, None)
