"""单位办件：看件、退件、争职责、排队、办理、回件；空话、半截、错的都会有。"""

from __future__ import annotations

from typing import Any

from wenzheng_lab.office.arrivals import guide
from wenzheng_lab.office.departments import Department, load_departments, say
from wenzheng_lab.office.engine import Engine, handler
from wenzheng_lab.office.findings import Findings, find
from wenzheng_lab.office.hours import add_work_hours, say_day
from wenzheng_lab.office.settings import section, setting
from wenzheng_lab.office.state import CaseState, Plan

_HOURS = {
    "当日": "work_hours_same_day",
    "水电气": "work_hours_utility",
    "普通": "work_hours_ordinary",
    "复杂": "work_hours_complex",
    "咨询": "work_hours_consult",
}
_RANK = {"特急": 0, "急": 1}
_CONCLUSIONS = {
    "full": "办结",
    "wrong": "办结",
    "partial": "部分办理",
    "refused": "不予办理",
    "half": "在办",
    "evasive": "在办",
}
"""回件单上的结论；报错了情况的，单上写的也是办结"""


def intake_plan(engine: Engine, case: CaseState, trial: int, *, redo: bool = False) -> dict[str, Any]:
    """交办以后，单位什么时候看件。"""
    hours = section("department")["intake_hours"] * (0.5 + engine.stream(case.id, "look", trial).draw())
    if case.sorting.get("urgency") == "特急":
        hours = 0.4
    at = engine.now if case.sorting.get("urgency") == "特急" else engine.working(hours)
    return engine.plan("intake", max(at, engine.later(0.3)), case.id, trial=trial, redo=redo)


def fits(case: CaseState, unit: str) -> str:
    """这件派给这个单位对不对：right 主办，partner 本是协办，wrong 不相干。"""
    if unit == case.truth["department"]:
        return "right"
    return "partner" if unit in case.truth["partners"] else "wrong"


@handler("intake")
def _intake(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if not case.live or plan.data["trial"] != case.trial:
        return
    stream, unit = engine.stream(case.id, "intake", case.trial), case.lead
    fit = fits(case, unit)
    chaired = bool(case.meeting) and case.meeting["owner"] == unit
    forced = False
    if case.truth["kind"] == "spam":
        _send_back(engine, case, "spam")
        return
    if plan.data.get("redo"):
        _take(engine, case, forced=fit == "wrong")
        return
    if fit == "wrong" or (fit == "partner" and not chaired and case.truth["department"] not in case.partners):
        again = case.leads.count(unit) > 1 or any(row["who"] == unit for row in case.talk)
        forced = again and stream.chance(setting("department.stubborn"))
        if not forced:
            right = case.truth["department"] if stream.chance(0.75) else "有关主管部门"
            _send_back(engine, case, "pushback", right=right)
            return
    contested = [name for name in case.truth["partners"] if name != unit]
    if fit == "partner":
        contested = [case.truth["department"]]
    if contested and not chaired and not set(contested) & set(case.partners):
        disputed = engine.stream(case.id, "dispute").chance(setting("department.dispute"))
        if disputed and not any(row["who"] == unit and row.get("kind") == "dispute" for row in case.talk):
            text = say(unit, "dispute", stream, right=contested[0])
            engine.emit("dept_dispute", unit, case.id, text=text, over=contested[0])
            return
    _take(engine, case, forced=forced)


def _send_back(engine: Engine, case: CaseState, scene: str, **blanks: str) -> None:
    text = say(case.lead, scene, engine.stream(case.id, "push", case.trial), **blanks)
    engine.emit("dept_pushback", case.lead, case.id, text=text)


def _take(engine: Engine, case: CaseState, *, forced: bool) -> None:
    unit = load_departments()[case.lead]
    if len(engine.state.dept(unit.name).busy) < unit.desks:
        _start(engine, case, unit, forced=forced)
    else:
        ahead = len(engine.state.dept(unit.name).queue)
        engine.emit("dept_queued", unit.name, case.id, ahead=ahead, forced=forced, trial=case.trial)


def _start(engine: Engine, case: CaseState, unit: Department, *, forced: bool) -> None:
    stream = engine.stream(case.id, "work", case.trial)
    hours = section("department")[_HOURS.get(case.truth["deadline"], "work_hours_ordinary")] * unit.pace
    hours *= 0.6 + 0.8 * stream.draw()
    urgency = case.sorting.get("urgency", "一般")
    if urgency in _RANK:
        hours *= 0.35 if urgency == "特急" else 0.6
    if case.meeting:
        hours *= setting("department.joint_speed")
    if case.urged or case.returned:
        hours *= setting("department.urged_speed")
    late = stream.chance(unit.late) and urgency != "特急" and not case.urged
    plans = []
    if late:
        hours *= setting("department.late_factor")
        plans.append(engine.plan("late", engine.working(hours * 0.4), case.id, trial=case.trial))
    end = add_work_hours(engine.now, hours)
    if urgency == "特急":
        end = engine.later(hours)
    plans.append(engine.plan("finish", end, case.id, trial=case.trial, forced=forced))
    scene = "redo" if case.rounds else "accept"
    engine.emit(
        "dept_started", unit.name, case.id, text=say(unit.name, scene, stream) if scene == "accept" else "", plans=plans
    )


@handler("late")
def _late(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    finish = engine.state.agenda.get(f"finish:{case.id}")
    if not case.live or plan.data["trial"] != case.trial or finish is None:
        return
    day = say_day(finish.at)
    text = say(case.lead, "late", engine.stream(case.id, "late", case.trial), day=day)
    fact = f"{case.lead}{say_day(engine.now)}来话：还没有办完，{day}给结果。"
    engine.emit("dept_late", case.lead, case.id, text=text, facts=[{"source": case.lead, "text": fact}])


@handler("finish")
def _finish(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if not case.live or plan.data["trial"] != case.trial:
        return
    unit = load_departments()[case.lead]
    outcome = (
        "evasive" if plan.data.get("forced") else str(plan.data.get("outcome") or draw_outcome(engine, case, unit))
    )
    _report(engine, case, unit, outcome)
    _next_in_queue(engine, unit)


def draw_outcome(engine: Engine, case: CaseState, unit: Department) -> str:
    """这一轮办成什么样：full、partial、refused、half、evasive、wrong。"""
    stream = engine.stream(case.id, "outcome", case.trial)
    damp = setting("department.urged_quality") if case.urged or case.returned or case.meeting else 1.0
    evasive, wrong = unit.evasive * damp, unit.wrong * damp
    u = stream.draw()
    if u < evasive:
        return "evasive"
    if u < evasive + wrong and case.truth["appeal"] not in ("咨询", "建议", "感谢"):
        return "wrong"
    if u < evasive + wrong + max(0.0, 1 - unit.skill - unit.evasive - unit.wrong) * damp:
        return "half"
    return settled(engine, case)


def settled(engine: Engine, case: CaseState) -> str:
    """认真办，这件事能办成什么样；由事项与实情定，谁来办都一样。"""
    grantable = case.truth["grantable"]
    if grantable == "视核实情况":
        return "full" if engine.stream(case.id, "real").chance(setting("department.truth_real")) else "refused"
    return {"可办": "full", "部分可办": "partial", "不可办": "refused"}.get(grantable, "full")


def _report(engine: Engine, case: CaseState, unit: Department, outcome: str) -> None:
    stream = engine.stream(case.id, "report", case.trial)
    astray = outcome == "wrong" and stream.chance(0.5)
    found = _look(engine, case, unit, astray=astray)
    facts = _facts(found, outcome)
    if case.outcome in ("half", "partial", "refused", "full") and len(facts) > 1:
        facts = facts[1:]  # 前一轮已经查明的不再说一遍
    scene = "evasive" if outcome == "evasive" else "redo" if case.rounds and (case.urged or case.returned) else ""
    lead_in = say(unit.name, scene, stream) if scene else ""
    world = {"full": "done", "partial": "partial", "refused": "refused"}.get(outcome, "")
    plans: list[dict[str, Any]] = []
    if world:
        plans.append(
            engine.plan("notice", engine.later(setting("citizen.notice_hours") * (0.5 + stream.draw())), case.id)
        )
    if outcome == "half" and stream.chance(0.6):  # 说了日子的，多半过几天自己补齐
        again = engine.working(section("department")["work_hours_ordinary"] * (1 + stream.draw()))
        plans.append(engine.plan("finish", again, case.id, trial=case.trial, outcome=settled(engine, case)))
    old = [row["text"] for row in case.facts if row["source"] == unit.name] if case.outcome == "wrong" else []
    texts = [*([lead_in] if lead_in else []), *facts]
    engine.emit(
        "dept_result",
        unit.name,
        case.id,
        outcome=outcome,
        conclusion=_CONCLUSIONS[outcome],
        world=world,
        finished=outcome in ("full", "wrong"),
        text="".join(texts),
        facts=[{"source": unit.name, "text": text} for text in facts],
        replaces=[text for text in old if "联系电话" not in text],
        plans=plans,
    )
    guide(engine, "dept_result", case.id)


def _look(engine: Engine, case: CaseState, unit: Department, *, astray: bool) -> Findings:
    script = case.truth.get("script")
    return find(
        case.truth.get("issue", ""),
        order=engine.mailbag.order(case.source),
        texts=None if script is None else engine.scenario.scripts[script].results,
        unit=unit.name,
        phone=unit.phone,
        at=engine.now,
        started=case.assigned or case.arrived,
        stream=engine.stream(case.id, "findings"),
        astray=astray,
    )


def _facts(found: Findings, outcome: str) -> list[str]:
    parts = {
        "full": (found.found, found.did, found.plan),
        "partial": (found.found, found.did, found.no or found.plan),
        "refused": (found.found, found.no or found.plan),
        "half": (found.found, found.plan or found.no),
        "wrong": (found.found, found.did or found.plan),
        "evasive": (),
    }[outcome]
    return [text for text in parts if text]


def _next_in_queue(engine: Engine, unit: Department) -> None:
    queue = engine.state.dept(unit.name).queue
    while queue and len(engine.state.dept(unit.name).busy) < unit.desks:
        cases = [engine.state.cases[number] for number in queue]
        first = min(cases, key=lambda case: (_RANK.get(case.sorting.get("urgency", ""), 2), not case.urged))
        _start(engine, first, unit, forced=fits(first, unit.name) == "wrong")


def hurry(engine: Engine, case: CaseState) -> tuple[list[dict[str, Any]], list[str]]:
    """督办以后约定怎样变：在办的快一些，排队的往前，给过空话的重办。

    Returns:
        新约的事，与要取消的约。
    """
    key = f"finish:{case.id}"
    plan = engine.state.agenda.get(key)
    if case.phase == "working" and plan is not None:
        left = (plan.at - engine.now) * setting("department.urged_speed")
        sooner = engine.plan("finish", engine.now + left, case.id, **plan.data)
        return [sooner], [key, f"late:{case.id}"]
    return [], []
