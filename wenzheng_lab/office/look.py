"""看一局此刻的样子：钟、件夹、收件箱、发布、记分牌、故事、热度、首页。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenzheng_lab._html import Markup, join, table, tag
from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.office.actions import Actions
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.combine import Combine
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.events import Event
from wenzheng_lab.office.fold import voided
from wenzheng_lab.office.heat import Heat, topic_heat
from wenzheng_lab.office.hours import say_moment, work_days_between
from wenzheng_lab.office.outward import Outward
from wenzheng_lab.office.scenario import Scenario
from wenzheng_lab.office.scoreboard import Scoreboard, make_scoreboard
from wenzheng_lab.office.story import Trace, make_trace

if TYPE_CHECKING:
    import pandas as pd

PAGE = 12
"""首页列几封"""


class Look(Actions, Combine, Outward):
    """看的一面；动作见各父类。"""

    _seen: tuple[object, tuple[CaseFile, ...]] | None = None

    @property
    def now(self) -> datetime:
        """县里此刻。"""
        return self._engine.now

    @property
    def scenario(self) -> Scenario:
        """情景。"""
        return self._engine.scenario

    @property
    def seed(self) -> int:
        """种子。"""
        return self._engine.seed

    @property
    def path(self) -> Path | None:
        """日志文件；None 为只在内存。"""
        return self._engine.ledger.path

    @property
    def read_only(self) -> bool:
        """是不是只看不办。"""
        return bool(self._frozen)

    @property
    def over(self) -> bool:
        """这一局的日子到了没有；到了还可以接着办。"""
        return self.now >= datetime.combine(self.scenario.start, datetime.min.time()) + timedelta(
            days=self.scenario.days
        )

    @property
    def fingerprint(self) -> str:
        """日志末条摘要的前十二位；考试时记下它，事后对得上就没有改动过。"""
        return self._engine.ledger.head[:12]

    @property
    def units(self) -> tuple[str, ...]:
        """可以交办的单位。"""
        return all_units()

    @property
    def topics(self) -> tuple[tuple[str, str], ...]:
        """此刻已经有来信的议论：（编号，名称）。"""
        seen = {case.truth.get("issue") for case in self._engine.state.cases.values()}
        return tuple((row.id, row.name) for row in self.scenario.topics if seen & set(row.issues))

    def topic(self, id: str) -> str:
        """一封来信属于哪桩议论；不属于哪一桩为空串。

        Args:
            id: 来信编号。

        Returns:
            议论的编号。

        Raises:
            InputError: 没有这个编号。
        """
        issue = self._state(id).truth.get("issue")
        return next((row.id for row in self.scenario.topics if issue in row.issues), "")

    def known(self, topic: str) -> str:
        """一桩议论查清了没有：查清了给出实情，没有查清为空串。

        Args:
            topic: 议论的编号。

        Returns:
            实情。
        """
        return str(self._engine.state.known.get(topic, {}).get("text", ""))

    @property
    def cases(self) -> tuple[CaseFile, ...]:
        """全部件夹，先来的在前。"""
        engine = self._engine
        key = (engine.ledger.head, len(engine.fresh), engine.now, self._frozen)
        # 一封一份件夹，一千八百封要近十分之一秒：没有新的事件就用上次的
        if self._seen is None or self._seen[0] != key:
            self._seen = (key, tuple(self._view(case) for case in engine.state.cases.values()))
        return self._seen[1]

    @property
    def posts(self) -> tuple[dict[str, Any], ...]:
        """公开发布与更正：``post, at, kind, text, topic, expert, of, deleted``。"""
        keys = ("post", "at", "kind", "text", "topic", "expert", "of", "deleted")
        return tuple({key: row[key] for key in keys} for row in self._engine.state.posts)

    @property
    def phones(self) -> tuple[dict[str, Any], ...]:
        """接到的电话：``at, who, text, case``。"""
        return tuple({key: row[key] for key in ("at", "who", "text", "case")} for row in self._engine.state.phones)

    @property
    def guide(self) -> tuple[dict[str, Any], ...]:
        """带教人说过的话：``at, step, text, case``；最后一条是眼下该做的。"""
        return tuple(dict(row) for row in self._engine.state.guide)

    @property
    def log(self) -> Iterator[Event]:
        """全部事件，先后给出。"""
        return iter(tuple(self._engine.ledger.events))

    @property
    def inbox(self) -> pd.DataFrame:
        """收件箱：一封一行，规范列名，另加 ``status age due_at unread``。

        Returns:
            表，先来的在前；分类、诉求、缓急、单位是您写的，没写的为空。
        """
        import pandas as pd

        state = self._engine.state
        rows = []
        for case in state.cases.values():
            rows.append(
                {
                    **{key: case.message[key] for key in _MESSAGE},
                    "created_at": datetime.fromisoformat(str(case.message["created_at"])),
                    "category": case.sorting.get("category", ""),
                    "appeal": case.sorting.get("appeal", ""),
                    "urgency": case.sorting.get("urgency", ""),
                    "department": case.lead,
                    "status": case.status,
                    "age": work_days_between(case.arrived, state.now),
                    "due_at": case.due,
                    "overdue": case.overdue,
                    "unread": case.opened is None,
                    "replies": len(case.replies),
                    "stars": _stars(case.ratings),
                }
            )
        return pd.DataFrame(rows, columns=list(INBOX_COLUMNS))

    def scoreboard(self) -> Scoreboard:
        """记分牌：每个率都带分子、分母。

        Returns:
            到此刻的记分牌。
        """
        return make_scoreboard(self._engine)

    def trace(self, id: str) -> Trace:
        """一件来信从头到尾的故事。

        Args:
            id: 来信编号。

        Returns:
            故事；``print`` 出来一事一行。

        Raises:
            InputError: 没有这个编号。
        """
        case = self._state(id)
        events = self._engine.ledger.events
        return make_trace(events, voided(events), id, str(case.message["subject"]), sealed=self.sealed)

    def heat(self, issue: str) -> Heat:
        """一桩议论到此刻的热度。教学参数，非预测。

        Args:
            issue: 议论的编号（见 ``topics``），或来信编号。

        Returns:
            热度，每小时一个值。

        Raises:
            InputError: 没有这桩议论，或还没有起来。
        """
        about = self._topic(issue)
        heat = topic_heat(self._engine, about) if about else None
        if heat is None:
            known = [row[0] for row in self.topics]
            raise InputError(
                explain(f"议论 {show(issue)} 还没有起来", f"此刻有：{'、'.join(known) or '没有'}", "过些时候再看")
            )
        return heat

    def card(self) -> Markup:
        """首页（HTML）：此刻、带教的话、最该看的几封、最近的电话。

        Returns:
            可嵌进网页的 ``Markup``。
        """
        live = [case for case in self.cases if case.status not in ("已办结", "已合并", "已拆分", "已评价", "已答复")]
        live.sort(
            key=lambda case: (not case.overdue, case.urgency != "特急", case.due_at or datetime.max, case.arrived)
        )
        rows: Iterable[Sequence[str]] = [
            (
                case.id,
                case.message.subject[:28],
                case.status + ("（超期）" if case.overdue else ""),
                f"{case.age} 个工作日",
                case.lead,
            )
            for case in live[:PAGE]
        ]
        parts = [
            tag("h4", f"青禾县网络问政办公室　{say_moment(self.now)}　{self.scenario.name}"),
            tag("p", self.scenario.brief.strip()),
        ]
        if self.guide:
            parts.append(tag("p", tag("b", "带教人："), str(self.guide[-1]["text"])))
        parts.append(table(rows, headers=("编号", "主题", "办到", "收到", "主办")))
        if len(live) > PAGE:
            parts.append(tag("p", f"还有 {len(live) - PAGE} 封没有列出，全部见 office.inbox。"))
        calls = [(str(row["at"])[5:16].replace("T", " "), row["who"], row["text"]) for row in self.phones[-3:]]
        if calls:
            parts += [tag("b", "最近的电话"), table(calls)]
        return tag("div", join(parts))


_MESSAGE = ("message_id", "channel", "author", "place", "subject", "body", "likes", "dislikes")
INBOX_COLUMNS = (
    "message_id",
    "channel",
    "author",
    "place",
    "subject",
    "body",
    "created_at",
    "likes",
    "dislikes",
    "category",
    "appeal",
    "urgency",
    "department",
    "status",
    "age",
    "due_at",
    "overdue",
    "unread",
    "replies",
    "stars",
)
"""收件箱表的列"""


def _stars(ratings: Sequence[dict[str, Any]]) -> float | None:
    own = [row for row in ratings if not row["auto"]]
    if not own:
        return None
    return round(float(own[-1]["solved"] + own[-1]["attitude"] + own[-1]["speed"]) / 3, 1)
