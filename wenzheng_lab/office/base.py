"""各样动作共用的底子：找件、记事、提交。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from wenzheng_lab.errors import InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.model import parse_time
from wenzheng_lab.office.arrivals import guide
from wenzheng_lab.office.case import CaseFile, view
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.engine import Engine
from wenzheng_lab.office.events import LEARNER
from wenzheng_lab.office.ledger import LedgerError
from wenzheng_lab.office.state import CaseState

TEXT_MOST = 20_000
"""一段文字最长多少字"""


class Base:
    """一局的底子；用 ``Office``，不要直接用它。"""

    _engine: Engine
    _frozen: str

    def case(self, id: str) -> CaseFile:
        """件夹：到此刻知道的一切；不算打开。

        Args:
            id: 来信编号。

        Returns:
            件夹。

        Raises:
            InputError: 没有这个编号。
        """
        return self._view(self._state(id))

    @property
    def exam(self) -> bool:
        """这一局是不是考试。"""
        return self._engine.ledger.events[0].data.get("mode") == "exam"

    @property
    def sealed(self) -> bool:
        """封着卷没有：考试的局，办的时候封着；只看不办（``Office.view``、回放）时拆封，给教员看。"""
        return self.exam and not self._frozen

    # ------------------------------------------------------------ 底下
    def _view(self, case: CaseState) -> CaseFile:
        return view(case, self._engine.state, sealed=self.sealed)

    @contextmanager
    def _act(self) -> Iterator[Engine]:
        """做一个动作：中途出错就当没做过，做完一次写进日志。"""
        if self._frozen:
            raise LedgerError(explain(self._frozen, "只读的局不能办件", "接着办请用 wz.Office.load(路径)"))
        if self._engine.ledger.closed:
            raise LedgerError(
                explain(f"这一局{self._engine.ledger.closed}", "一份日志一次只有一个在用", "请用新打开的那一个")
            )
        try:
            yield self._engine
        except BaseException:
            if self._engine.fresh:
                self._engine.discard()
            raise
        self._engine.commit()

    def _record(self, engine: Engine, kind: str, case: str = "", **data: object) -> None:
        engine.emit(kind, LEARNER, case, **data)  # type: ignore[arg-type]
        guide(engine, kind, case)

    def _state(self, id: object, *, live: bool = False) -> CaseState:
        cases = self._engine.state.cases
        if not isinstance(id, str):
            raise InputTypeError(
                explain(f"编号是 {type(id).__name__} 类型的 {show(id)}", "应为来信编号", '如 "QH0000004"')
            )
        if id not in cases:
            raise InputError(
                explain(
                    f"没有编号为 {show(id)} 的来信", "应为收件箱里已有的编号", suggest(id, cases) or "请看 office.inbox"
                )
            )
        case = cases[id]
        if live and case.merged_into:
            raise InputError(explain(f"{id} 已并到 {case.merged_into}", "并过的件不单独办", f"请办 {case.merged_into}"))
        if live and case.children:
            raise InputError(explain(f"{id} 已拆成 {'、'.join(case.children)}", "请办拆出来的件", "逐件办理"))
        return case

    def _units(self, lead: object, partners: object) -> tuple[str, tuple[str, ...]]:
        if isinstance(partners, str) or not isinstance(partners, Sequence):
            raise InputTypeError(explain(f"partners 是 {show(partners)}", "应为单位名的列表", '如 partners=["公安局"]'))
        return self._unit("lead", lead), tuple(
            dict.fromkeys(name for row in partners if (name := self._unit("partners", row)) != lead)
        )

    def _unit(self, what: str, name: object) -> str:
        if not isinstance(name, str):
            raise InputTypeError(explain(f"{what} 是 {show(name)}", "应为单位名", '如 lead="水利局"'))
        if name not in all_units():
            raise InputError(
                explain(
                    f"没有单位“{name}”",
                    "应为青禾县的部门、乡镇街道或公共企业的全称",
                    suggest(name, all_units()) or "全部单位见 office.units",
                )
            )
        return name

    def _text(self, what: str, value: object, *, empty: bool = False) -> str:
        if not isinstance(value, str):
            raise InputTypeError(
                explain(f"{what}是 {type(value).__name__} 类型的 {show(value)}", "应为文字", "请写成文字")
            )
        if not empty and not value.strip():
            raise InputError(explain(f"{what}是空的", "应写上内容", "请补上"))
        if len(value) > TEXT_MOST:
            raise InputError(explain(f"{what}有 {len(value)} 字", f"最长 {TEXT_MOST} 字", "请确认没有把整个文件粘进来"))
        # 孤立代理项写不进文件
        return value.encode("utf-8", "replace").decode("utf-8")

    def _day(self, what: str, value: object) -> datetime:
        if isinstance(value, str):
            value = parse_time(value, what)
        if value is not None and not isinstance(value, date):
            raise InputTypeError(explain(f"{what}是 {show(value)}", "应为日期", '如 "2026-06-15"'))
        moment = parse_time(value, what)
        if moment is None:  # 空串、None、pandas 的 NaT
            raise InputError(explain(f"{what}是空的", "应为日期", '请写明，如 "2026-06-15"'))
        if moment.hour == 0 and moment.minute == 0:
            moment = moment.replace(hour=23, minute=59)
        moment = moment.replace(second=0, microsecond=0)
        if moment <= self._engine.now:
            raise InputError(
                explain(
                    f"{what}是 {moment:%Y-%m-%d %H:%M}",
                    f"应晚于县里此刻 {self._engine.now:%Y-%m-%d %H:%M}",
                    "请往后写",
                )
            )
        return moment
