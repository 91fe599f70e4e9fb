"""对内的动作：打开、分拣、交办、退回、定期限、延期、督办。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.model import APPEALS, URGENCIES
from wenzheng_lab.office.base import Base
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.departments import load_departments
from wenzheng_lab.office.dept_work import hurry, intake_plan
from wenzheng_lab.office.hours import add_workdays, say_day
from wenzheng_lab.office.settings import section, setting
from wenzheng_lab.office.state import CaseState

_DUE = {"咨询": "consult"}


class Actions(Base):
    """对内的动作。"""

    def open(self, id: str) -> CaseFile:
        """打开一封来信，给出件夹。

        第一次打开记一条日志；再开不再记。

        Args:
            id: 来信编号。

        Returns:
            件夹。

        Raises:
            InputError: 没有这个编号。
        """
        case = self._state(id)
        if case.opened is None and not self._frozen:
            with self._act() as engine:
                self._record(engine, "opened", id)
        return self._view(self._state(id))

    def draft(self, id: str, text: str) -> None:
        """存下没写完的答复，不发出。

        Args:
            id: 来信编号。
            text: 草稿；空串为清掉。

        Raises:
            InputError: 没有这个编号，或文字太长。
        """
        case, words = self._state(id), self._text("草稿", text, empty=True)
        if words != case.draft:
            with self._act() as engine:
                self._record(engine, "drafted", id, text=words)

    def sort(self, id: str, *, category: str = "", appeal: str = "", urgency: str = "") -> CaseFile:
        """分拣：分类、诉求、缓急，可以只写其中几样，也可以改。

        Args:
            id: 来信编号。
            category: 一级分类。
            appeal: 诉求：咨询、求助、投诉、举报、建议、感谢。
            urgency: 缓急：特急、急、一般。

        Returns:
            件夹。

        Raises:
            InputError: 没有这个编号，写法不在目录里，或一样也没写。
        """
        self._state(id, live=True)
        given = {"category": category, "appeal": appeal, "urgency": urgency}
        choices: dict[str, tuple[str, tuple[str, ...]]] = {
            "category": ("分类", (*load_county().taxonomy, "无效信息")),
            "appeal": ("诉求", APPEALS),
            "urgency": ("缓急", URGENCIES),
        }
        for name, value in given.items():
            label, known = choices[name]
            if value and (not isinstance(value, str) or value not in known):
                raise InputError(
                    explain(
                        f"{label}写成 {show(value)}",
                        f"可用：{'、'.join(known)}",
                        suggest(str(value), known) or "请照上面的写法改",
                    )
                )
        if not any(given.values()):
            raise InputError(explain("分拣一样也没写", "category、appeal、urgency 至少写一样", '如 urgency="特急"'))
        with self._act() as engine:
            self._record(engine, "sorted", id, **{name: value for name, value in given.items() if value})
        return self.case(id)

    def assign(self, id: str, *, lead: str, partners: Sequence[str] = (), note: str = "") -> CaseFile:
        """交办：定主办与协办。

        第一次交办按诉求与缓急给一个答复期限，可以用 ``set_deadline`` 改。派错了单位会退回来；
        换一个主办算一次转办。

        Args:
            id: 来信编号。
            lead: 主办单位，全称。
            partners: 协办单位。
            note: 给单位的交代。

        Returns:
            件夹。

        Raises:
            InputError: 没有这个编号或单位，或已经办结。
        """
        case = self._state(id, live=True)
        name, others = self._units(lead, partners)
        if case.closed:
            raise InputError(explain(f"{id} 已经办结", "办结的件不再交办", "来信人再来信会自动重开"))
        with self._act() as engine:
            trial = case.trial + 1
            due = case.due or default_due(case)
            plans = [intake_plan(engine, case, trial)]
            if case.due is None:
                plans.append(engine.plan("deadline", due, id))
            unit = load_departments()[name]
            facts = [
                {"source": "交办", "text": f"主办单位{name}，联系电话{unit.phone}。"},
                {"source": "交办", "text": f"答复期限到{say_day(due)}。"},
            ]
            self._record(
                engine,
                "assigned",
                id,
                lead=name,
                partners=list(others),
                note=self._text("交代", note, empty=True),
                trial=trial,
                due=due.isoformat(),
                facts=facts,
                plans=plans,
                cancels=[f"intake:{id}", f"finish:{id}", f"late:{id}"],
            )
        return self.case(id)

    def return_case(self, id: str, *, reason: str) -> CaseFile:
        """退回重办：回件说了空话、没有查明、与来信对不上时用。

        Args:
            id: 来信编号。
            reason: 理由，单位看得到；写明缺什么。

        Returns:
            件夹。

        Raises:
            InputError: 单位还没有回件，或没有写理由。
        """
        case, why = self._state(id, live=True), self._text("退回的理由", reason)
        if case.phase != "result":
            raise InputError(explain(f"{id} 现在是“{case.status}”", "单位回了件才能退回重办", "在办的请用 urge 督办"))
        with self._act() as engine:
            trial = case.trial + 1
            self._record(
                engine,
                "returned",
                id,
                reason=why,
                trial=trial,
                plans=[intake_plan(engine, case, trial, redo=True)],
                cancels=[f"finish:{id}", f"notice:{id}"] if not case.world else [f"finish:{id}"],
            )
        return self.case(id)

    def set_deadline(self, id: str, due: object) -> CaseFile:
        """定（改）答复期限。

        Args:
            id: 来信编号。
            due: 日期，如 ``"2026-06-15"``；只写日子的到当天二十三时五十九分。

        Returns:
            件夹。

        Raises:
            InputError: 没有这个编号，或日子已过。
        """
        self._state(id, live=True)
        moment = self._day("期限", due)
        with self._act() as engine:
            fact = {"source": "本办", "text": f"答复期限到{say_day(moment)}。"}
            plans = [engine.plan("deadline", moment, id)]
            self._record(
                engine,
                "deadline_set",
                id,
                due=moment.isoformat(),
                facts=[fact],
                plans=plans,
                cancels=[f"deadline:{id}"],
            )
        return self.case(id)

    def extend(self, id: str, *, days: int, reason: str, notice: str = "") -> CaseFile:
        """申请延期；``notice`` 是告知来信人的话，不写就是没有告知。

        Args:
            id: 来信编号。
            days: 延几个工作日。
            reason: 为什么延。
            notice: 给来信人的告知。

        Returns:
            件夹。

        Raises:
            InputError: 还没有期限，天数不对，或没有写理由。
        """
        case, why = self._state(id, live=True), self._text("延期的理由", reason)
        most = int(setting("deadline.extend_most"))
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= most:
            raise InputError(
                explain(f"延期写成 {show(days)}", f"应为 1–{most} 的整数（工作日）", "办不完的请先办能办的")
            )
        if case.due is None:
            raise InputError(explain(f"{id} 还没有期限", "先交办或 set_deadline", "再申请延期"))
        with self._act() as engine:
            moment = add_workdays(max(case.due, engine.now), days)
            fact = {"source": "本办", "text": f"答复期限延到{say_day(moment)}，因{why}。"}
            self._record(
                engine,
                "extended",
                id,
                days=days,
                reason=why,
                notice=self._text("告知", notice, empty=True),
                due=moment.isoformat(),
                facts=[fact],
                plans=[engine.plan("deadline", moment, id)],
                cancels=[f"deadline:{id}"],
            )
        return self.case(id)

    def urge(self, id: str, text: str = "请加快办理，按期回件。") -> CaseFile:
        """督办：在办的会快一些，排队的往前，给过空话的重办。

        Args:
            id: 来信编号。
            text: 督办的话。

        Returns:
            件夹。

        Raises:
            InputError: 还没有交办，或没有写话。
        """
        case, words = self._state(id, live=True), self._text("督办的话", text)
        if not case.lead:
            raise InputError(explain(f"{id} 还没有交办", "先交办才有单位可督", "请用 assign"))
        with self._act() as engine:
            data: dict[str, Any] = {"text": words}
            if case.phase == "result" and case.outcome in ("evasive", "half", "wrong") and not case.world:
                self._record(engine, "urged", id, **data)
                trial = case.trial + 1
                plans = [intake_plan(engine, case, trial, redo=True)]
                engine.emit(
                    "returned", case.lead, id, reason="督办后重办", trial=trial, plans=plans, cancels=[f"finish:{id}"]
                )
            else:
                plans, cancels = hurry(engine, case)
                self._record(engine, "urged", id, plans=plans, cancels=cancels, **data)
        return self.case(id)


def default_due(case: CaseState) -> datetime:
    """建议的答复期限：看您判的缓急与诉求，从收到算起。"""
    numbers = section("deadline")

    if case.sorting.get("urgency") == "特急":
        return case.arrived + timedelta(hours=numbers["same_day_hours"])
    if case.sorting.get("urgency") == "急":
        return add_workdays(case.arrived, int(numbers["utility"]))
    return add_workdays(case.arrived, int(numbers[_DUE.get(case.sorting.get("appeal", ""), "ordinary")]))
