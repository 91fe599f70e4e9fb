"""``wz.Office``：开局、接着办、让时间走、看此刻的样子。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenzheng_lab._html import Markup, join, table, tag
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.office.actions import Actions
from wenzheng_lab.office.arrivals import guide, open_county
from wenzheng_lab.office.case import CaseFile, view
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.engine import HANDLERS, Engine
from wenzheng_lab.office.events import LEARNER, Event, Happened
from wenzheng_lab.office.fold import voided
from wenzheng_lab.office.heat import Heat, topic_heat
from wenzheng_lab.office.hours import add_work_hours, say_moment, work_days_between
from wenzheng_lab.office.ledger import MEMORY, Ledger, LedgerError, as_path, read_log
from wenzheng_lab.office.outward import Outward
from wenzheng_lab.office.scenario import Scenario, load_scenario
from wenzheng_lab.office.scoreboard import Scoreboard, make_scoreboard
from wenzheng_lab.office.story import Trace, make_trace

if TYPE_CHECKING:
    import pandas as pd

assert HANDLERS  # 各样约定的做法在导入 rhythm、dept_work、citizens 时登记
MOST_HOURS = 24 * 370
"""一次最多推进多少小时"""
PAGE = 12
"""首页列几封"""


class Office(Actions, Outward):
    """会自己走动的青禾县网络问政办公室。

    您做的每一步、县里的每一个回应，都是日志里的一条；日志只添不改，关了可以接着办。
    人、地、单位、来信都是虚构的；议论的涨落用教学参数，不是预测。

    Examples:
        >>> import wenzheng_lab as wz
        >>> office = wz.Office("county-week", seed=7)
        >>> number = office.inbox["message_id"].iloc[0]
        >>> office.open(number).status
        '待分拣'
        >>> before = office.now
        >>> _ = office.advance(hours=4)
        >>> (office.now - before).total_seconds() / 3600
        4.0
    """

    def __init__(self, scenario: object = "county-week", *, seed: object = 7, path: object = None) -> None:
        """新开一局。

        Args:
            scenario: 情景的名称，或情景文件的路径。
            seed: 种子，整数；同一种子、同样的做法，日志逐字相同。
            path: 日志文件；给了就逐步存盘，不给只放在内存里，关了就没有了。

        Raises:
            InputTypeError: 种子不是整数。
            InputError: 没有这个情景。
            LedgerError: 文件已经有了，或写不进。
        """
        from wenzheng_lab.inbox.simulate import check_number

        chosen, number = load_scenario(scenario), check_number("seed", seed)
        target = None if path is None or path == MEMORY else as_path(path)
        self._frozen = ""
        self._engine = Engine(chosen, number, Ledger.create(target))
        self._source = str(scenario)
        try:
            open_county(self._engine)
            self._engine.commit()
        except BaseException:
            self._engine.ledger.close()
            raise

    # ------------------------------------------------------------ 打开、只读、关上
    @classmethod
    def load(cls, path: object, *, scenario: object = None) -> Office:
        """接着办：打开存过的日志，从停下的那一刻继续。

        Args:
            path: 日志文件。
            scenario: 自己写的情景文件；随包的情景不用写。

        Returns:
            接着办的一局。

        Raises:
            LedgerError: 找不到、不是日志、被改动过，或正被别的程序使用。
            InputError: 情景找不到，或与开局时不同。
        """
        ledger = Ledger.load(as_path(path))
        try:
            return cls._over(ledger, scenario, "")
        except BaseException:
            ledger.close()
            raise

    @classmethod
    def view(cls, path: object, *, upto: int | None = None, scenario: object = None) -> Office:
        """只看不办：打开谁的日志都行，可以停在第几条，回放、点评用。

        Args:
            path: 日志文件，只读的文件夹里也能看。
            upto: 停在第几条之后；不写看到最后。
            scenario: 自己写的情景文件。

        Returns:
            只读的一局。

        Raises:
            LedgerError: 找不到、不是日志，或被改动过。
        """
        target = as_path(path)
        if not target.is_file():
            raise LedgerError(explain(f"找不到 {target}", "应为存过的日志文件", "请核对文件夹和文件名"))
        events, fault = read_log(target)
        if fault:
            raise LedgerError(fault)
        ledger = Ledger.create(None)
        ledger.events = events[: None if upto is None else max(1, upto + 1)]
        return cls._over(ledger, scenario, f"这一局是只读的（{target.name}）")

    @classmethod
    def _over(cls, ledger: Ledger, scenario: object, frozen: str) -> Office:
        if not ledger.events or ledger.events[0].kind != "county_opened":
            raise LedgerError(explain("日志里没有开局", "第一条应为开局", "这份日志没有写完整，请重新开局"))
        header = ledger.events[0].data
        chosen = load_scenario(header["scenario"] if scenario is None else scenario)
        if chosen.digest != header["digest"] and scenario is not None:
            raise InputError(
                explain(
                    f"情景“{chosen.id}”与开局时的不同", f"开局时的摘要是 {header['digest']}", "请用开局时的情景文件"
                )
            )
        self = object.__new__(cls)
        self._frozen = frozen
        self._source = str(header["scenario"])
        self._engine = Engine(chosen, int(str(header["seed"])), ledger)
        return self

    def shut(self) -> None:
        """关上日志，放开文件；已经做的都在文件里。"""
        self._engine.ledger.close()

    # ------------------------------------------------------------ 时间
    def advance(self, hours: object = 4) -> tuple[Event, ...]:
        """让县里的钟往前走；来信、回件、评价、来电都在这时发生。

        Args:
            hours: 走几小时（昼夜都算），大于零。

        Returns:
            这段时间里发生的事。

        Raises:
            InputTypeError: 不是数。
            InputError: 不大于零，或太长。
        """
        if isinstance(hours, bool) or not isinstance(hours, int | float):
            raise InputTypeError(explain(f"hours 是 {show(hours)}", "应为小时数", "如 office.advance(hours=4)"))
        if not 1 / 60 <= hours <= MOST_HOURS:
            raise InputError(
                explain(f"hours 是 {hours}", f"应在一分钟与 {MOST_HOURS} 小时之间", "如 office.advance(hours=4)")
            )
        return self._run(self.now + timedelta(minutes=round(hours * 60)))

    def next_hour(self) -> tuple[Event, ...]:
        """过一小时。

        Returns:
            发生的事。
        """
        return self.advance(1)

    def next_day(self) -> tuple[Event, ...]:
        """到下一个工作日早上八点。

        Returns:
            发生的事。
        """
        target = add_work_hours(self.now.replace(hour=23, minute=0), 1 / 60) - timedelta(minutes=1)
        return self._run(target)

    def _run(self, until: datetime) -> tuple[Event, ...]:
        with self._act() as engine:
            start = engine.now
            engine.run(until)
            happened = len(engine.fresh)
            engine.emit("advanced", LEARNER, hours=round((until - start).total_seconds() / 3600, 4))
            if engine.state.now.hour < 9 and start.date() != until.date():
                guide(engine, "day", "")
            fresh = tuple(engine.fresh[:happened])
        return Happened(event for event in fresh if event.kind not in ("clock", "not_rated"))

    def undo(self) -> Event:
        """撤销最近一个动作；撤销本身也记一条。

        只能撤销时间往前走以前的动作：信发出去、过了夜，就收不回来了，那时要用 ``correct``。

        Returns:
            被撤销的那一条。

        Raises:
            InputError: 没有可撤销的。
        """
        with self._act() as engine:
            void = voided(engine.ledger.events)
            last = None
            for event in reversed(engine.ledger.events):
                if event.kind == "advanced" or event.kind == "county_opened":
                    break
                if event.by_learner and event.kind != "undone" and event.seq not in void:
                    last = event
                    break
            if last is None:
                raise InputError(
                    explain(
                        "没有可撤销的动作",
                        "只能撤销时间往前走以前的动作",
                        "已经过了时间的，说错了请用 correct 公开更正",
                    )
                )
            after = [event.seq for event in engine.ledger.events if event.seq >= last.seq and event.kind != "undone"]
            engine.emit("undone", LEARNER, last.case_id, of=last.seq, voids=[seq for seq in after if seq not in void])
            engine.rebuild()
        return last

    # ------------------------------------------------------------ 看
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
        return tuple(view(case, self._engine.state) for case in self._engine.state.cases.values())

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
        return make_trace(events, voided(events), id, str(case.message["subject"]))

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

    def __repr__(self) -> str:
        """一行说明。"""
        where = self.path.name if self.path else "只在内存，没有存盘"
        state = self._engine.state
        unread = sum(case.opened is None for case in state.cases.values())
        head = f"{self.scenario.id}, seed={self.seed}｜{say_moment(self.now)}"
        return f"Office({head}｜来信 {len(state.cases)}，未读 {unread}｜{where})"

    def _repr_html_(self) -> str:
        return self.card().html

    def card(self) -> Markup:
        """首页（HTML）：此刻、带教的话、最该看的几封、最近的电话。"""
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
