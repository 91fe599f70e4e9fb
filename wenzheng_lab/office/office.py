"""``wz.Office``：开局、接着办、让时间走。"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, InputTypeError, explain, require_whole, show
from wenzheng_lab.office.arrivals import guide, open_county
from wenzheng_lab.office.engine import HANDLERS, Engine
from wenzheng_lab.office.events import LEARNER, Event, Happened
from wenzheng_lab.office.fold import voided
from wenzheng_lab.office.hours import add_work_hours, say_moment
from wenzheng_lab.office.ledger import MEMORY, Ledger, LedgerError, read_log
from wenzheng_lab.office.look import Look
from wenzheng_lab.office.scenario import load_scenario

if TYPE_CHECKING:
    pass

assert HANDLERS  # 各样约定的做法在导入 rhythm、dept_work、citizens 时登记
MOST_HOURS = 24 * 370
"""一次最多推进多少小时"""


class Office(Look):
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

    def __init__(
        self, scenario: object = "county-week", *, seed: object = 7, path: object = None, exam: bool = False
    ) -> None:
        """新开一局。

        Args:
            scenario: 情景的名称，或情景文件的路径。
            seed: 种子，整数；同一种子、同样的做法，日志逐字相同。
            path: 日志文件；给了就逐步存盘，不给只放在内存里，关了就没有了。
            exam: 当考试办：不显示评分，不先列出诉求，成绩封在日志里；情景自己写明考试的，总是考试。

        Raises:
            InputTypeError: 种子不是整数。
            InputError: 没有这个情景。
            LedgerError: 文件已经有了，或写不进。
        """
        chosen, number = load_scenario(scenario), require_whole("seed", seed)
        target = None if path is None or path == MEMORY else as_path(path)
        self._frozen = ""
        self._engine = Engine(chosen, number, Ledger.create(target))
        self._source = str(scenario)
        try:
            open_county(self._engine, exam=exam)
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

    def __repr__(self) -> str:
        """一行说明。"""
        where = self.path.name if self.path else "只在内存，没有存盘"
        state = self._engine.state
        unread = sum(case.opened is None for case in state.cases.values())
        head = f"{self.scenario.id}, seed={self.seed}｜{say_moment(self.now)}"
        return f"Office({head}｜来信 {len(state.cases)}，未读 {unread}｜{where})"

    def _repr_html_(self) -> str:
        return self.card().html
