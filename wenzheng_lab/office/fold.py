"""由事件推出状态：一种事件一个小函数，同样的日志永远推出同样的状态。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from wenzheng_lab.errors import explain, show
from wenzheng_lab.office.events import Event
from wenzheng_lab.office.ledger import LedgerError
from wenzheng_lab.office.state import CaseState, State

Step = Callable[[State, CaseState, Event, Mapping[str, Any]], None]
_STEPS: dict[str, Step] = {}
_MISMATCH = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""内容对不上时 Python 会抛的几种"""


def replay(events: Iterable[Event]) -> State:
    """从头推一遍；被撤销的动作与它带来的事不算。

    Args:
        events: 全部事件，先后排列。

    Returns:
        状态。

    Raises:
        LedgerError: 有一条的内容缺了、错了，或与前面的接不上。
    """
    rows = list(events)
    state = State()
    at = 0
    try:
        void = voided(rows)
        for event in rows:
            at = event.seq
            if at not in void:
                apply(state, event)
    except _MISMATCH as error:
        raise LedgerError(
            explain(
                f"日志的第 {at} 条读不懂（{type(error).__name__}：{show(error)}）",
                "每一条都应由 wz.Office 写下，内容前后接得上",
                "摘要对得上也可能是整份编的，成绩不能采信；请用备份，或报告教员",
            )
        ) from error
    return state


def voided(events: Iterable[Event]) -> set[int]:
    """被撤销的事件的序号。"""
    return {int(n) for event in events if event.kind == "undone" for n in event.data["voids"]}  # type: ignore[attr-defined]


def apply(state: State, event: Event) -> None:
    """推一条。

    Args:
        state: 状态，就地改。
        event: 事件。
    """
    data: Mapping[str, Any] = event.data
    state.now = max(state.now, event.at)
    if event.by_learner and event.kind not in ("advanced", "undone"):
        state.actions += 1
    for key in data.get("cancels", ()):
        state.agenda.pop(key, None)
    if "fires" in data:
        state.agenda.pop(data["fires"], None)
    if event.kind in _STEPS:
        case = state.cases.get(event.case_id)
        _STEPS[event.kind](state, case, event, data)  # type: ignore[arg-type]
    state.plan(data.get("plan", ()))


def _step(*kinds: str) -> Callable[[Step], Step]:
    def keep(function: Step) -> Step:
        for kind in kinds:
            _STEPS[kind] = function
        return function

    return keep


def _iso(event: Event) -> str:
    return event.at.isoformat()


def _learn(case: CaseState, event: Event, rows: Iterable[Mapping[str, Any]]) -> None:
    """卷里添几样事实；同一句不记两遍。"""
    have = {row["text"] for row in case.facts}
    for row in rows:
        if row["text"] not in have:
            case.facts.append({"at": _iso(event), "source": row["source"], "text": row["text"]})
            have.add(row["text"])


def _leave(state: State, case: CaseState) -> None:
    """从单位手上撤下来。"""
    for dept in state.depts.values():
        if case.id in dept.busy:
            dept.busy.remove(case.id)
        if case.id in dept.queue:
            dept.queue.remove(case.id)


# ---------------------------------------------------------------- 开局与来信
@_step("county_opened")
def _opened_county(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    state.header = dict(data)


@_step("arrived")
def _arrived(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    new = CaseState(event.case_id, dict(data["message"]), dict(data["truth"]), event.at, dict(data.get("source", {})))
    new.questions = tuple(new.truth["asks"])
    new.parent = data.get("parent", "")
    state.cases[new.id] = new
    _learn(new, event, data.get("facts", ()))
    for reply in data.get("replies", ()):
        new.replies.append(dict(reply))
    if data.get("replies"):
        new.opened = event.at
    if data.get("closed"):
        new.questions = ()
        new.closed, new.closed_reason = event.at, data["closed"]
    if new.parent:
        new.opened = event.at
        state.cases[new.parent].children.append(new.id)


@_step("guide")
def _guide(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    state.guide.append({"at": _iso(event), **{key: data[key] for key in ("step", "text")}, "case": event.case_id})


# ---------------------------------------------------------------- 学员
@_step("opened")
def _opened(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.opened = case.opened or event.at


@_step("drafted")
def _drafted(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.draft = data["text"]


@_step("sorted")
def _sorted(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.opened = case.opened or event.at
    case.sorting = {**case.sorting, **{key: data[key] for key in ("category", "appeal", "urgency") if data.get(key)}}


@_step("assigned")
def _assigned(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.opened = case.opened or event.at
    _leave(state, case)
    if not case.leads or case.leads[-1] != data["lead"]:
        case.leads.append(data["lead"])
    case.lead, case.partners = data["lead"], tuple(data["partners"])
    case.assigned = case.assigned or event.at
    case.phase, case.trial = "sent", data["trial"]
    if data.get("due"):
        case.due = datetime.fromisoformat(data["due"])
        case.first_due = case.first_due or case.due
    _learn(case, event, data.get("facts", ()))


@_step("returned")
def _returned(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    _leave(state, case)
    case.returned += 1
    case.phase, case.trial = "sent", data["trial"]
    case.talk.append({"at": _iso(event), "who": "本办", "text": f"退回重办：{data['reason']}"})


@_step("deadline_set")
def _deadline(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.due = datetime.fromisoformat(data["due"])
    case.first_due = case.first_due or case.due
    _learn(case, event, data.get("facts", ()))


@_step("extended")
def _extended(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.due = datetime.fromisoformat(data["due"])
    if data["notice"]:
        case.notices.append(event.at)
    case.overdue = False
    _learn(case, event, data.get("facts", ()))


@_step("urged")
def _urged(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.urged.append(event.at)
    case.talk.append({"at": _iso(event), "who": "本办", "text": f"督办：{data['text']}"})


@_step("merged")
def _merged(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    for number in data["ids"]:
        other = state.cases[number]
        _leave(state, other)
        other.merged_into = case.id
        case.merged.append(number)
    case.opened = case.opened or event.at


@_step("redacted")
def _redacted(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.redacted = {"text": data["text"], "missed": data["missed"]}


@_step("meeting")
def _meeting(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    _leave(state, case)
    keys = ("units", "owner", "due", "minutes")
    case.meeting = {**{key: data[key] for key in keys}, "at": _iso(event)}
    if not case.leads or case.leads[-1] != data["owner"]:
        case.leads.append(data["owner"])
    case.lead = data["owner"]
    case.partners = tuple(unit for unit in data["units"] if unit != data["owner"])
    case.assigned = case.assigned or event.at
    case.phase, case.trial = "sent", data["trial"]
    case.talk.append({"at": _iso(event), "who": "联席会议", "text": data["minutes"]})
    _learn(case, event, data.get("facts", ()))


@_step("replied")
def _replied(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.opened = case.opened or event.at
    case.replies.append(
        {"at": _iso(event), "text": data["text"], "score": data["score"], "questions": list(case.questions)}
    )
    case.questions = tuple(data["left"])
    case.promises += [dict(row) for row in data["promises"]]
    case.draft = ""


@_step("published", "corrected")
def _published(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    keys = ("post", "text", "topic", "expert", "sound", "of", "why")
    row = {**{key: data.get(key, "") for key in keys}, "kind": data["form"]}
    state.posts.append({**row, "at": _iso(event), "deleted": ""})
    if event.kind == "corrected" and case is not None:
        case.corrected, case.exposed = True, False


@_step("post_deleted")
def _deleted(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    for post in state.posts:
        if post["post"] == data["post"]:
            post["deleted"] = _iso(event)
    if case is not None:
        case.deleted = event.at


@_step("called_back")
def _called(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.called.append({"at": _iso(event), "text": data["text"]})
    _learn(case, event, data.get("facts", ()))


@_step("closed")
def _closed(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    _leave(state, case)
    case.closed, case.closed_reason = event.at, data["reason"]
    case.opened = case.opened or event.at


@_step("bulletin")
def _bulletin(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    state.bulletins.append({"at": _iso(event), "text": data["text"]})


# ---------------------------------------------------------------- 单位
@_step("dept_started")
def _started(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    dept = state.dept(event.actor)
    if case.id in dept.queue:
        dept.queue.remove(case.id)
    if case.id not in dept.busy:
        dept.busy.append(case.id)
    case.phase = "working"
    if data.get("text"):
        case.talk.append({"at": _iso(event), "who": event.actor, "text": data["text"]})


@_step("dept_queued")
def _queued(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    state.dept(event.actor).queue.append(case.id)
    case.phase = "queued"


@_step("dept_pushback", "dept_dispute")
def _pushback(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    _leave(state, case)
    case.phase = "back" if event.kind == "dept_pushback" else "dispute"
    case.talk.append({"at": _iso(event), "who": event.actor, "text": data["text"]})


@_step("dept_late")
def _late(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.talk.append({"at": _iso(event), "who": event.actor, "text": data["text"]})
    _learn(case, event, data.get("facts", ()))


@_step("dept_result")
def _result(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    _leave(state, case)
    case.phase, case.outcome, case.finished = "result", data["outcome"], data["finished"]
    case.rounds += 1
    case.conclusion, case.result_at = data["conclusion"], event.at
    case.talk.append({"at": _iso(event), "who": event.actor, "text": data["text"]})
    if data.get("replaces"):  # 重办查出前一次报错了：错的从卷里划掉
        case.facts = [row for row in case.facts if row["text"] not in data["replaces"]]
    _learn(case, event, data.get("facts", ()))
    if data["world"]:
        case.world, case.world_at = data["world"], event.at


# ---------------------------------------------------------------- 群众
@_step("rated")
def _rated(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    keys = ("solved", "attitude", "speed", "auto", "comment")
    case.ratings.append({"at": _iso(event), **{key: data[key] for key in keys}, "round": len(case.replies)})


@_step("wrote_again")
def _again(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    if case.merged_into:  # 并错了，分出来另办
        state.cases[case.merged_into].merged.remove(case.id)
        case.merged_into = ""
    case.letters.append({"at": _iso(event), "text": data["text"]})
    case.questions = tuple(data["questions"])
    if case.closed:
        case.closed, case.reopened = None, case.reopened + 1


@_step("thanked")
def _thanked(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.thanked = True
    case.talk.append({"at": _iso(event), "who": "来信人", "text": data["text"]})


@_step("told_neighbours")
def _told(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    state.told.setdefault(data["topic"], []).append(event.at)


@_step("error_exposed")
def _exposed(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.exposed = True
    case.finished = False
    case.talk.append({"at": _iso(event), "who": "来信人", "text": data["text"]})
    _learn(case, event, data.get("facts", ()))


@_step("phone")
def _phone(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    keys = ("who", "text", "topic", "press")
    state.phones.append({"at": _iso(event), "case": event.case_id, **{key: data.get(key, "") for key in keys}})
    if case is not None and data.get("harm"):
        case.harmed = True
    for topic, row in data.get("known", {}).items():
        state.known[topic] = {"at": _iso(event), **row}
        for other in state.cases.values():
            if other.truth.get("issue") in row["issues"] and other.arrived <= event.at:
                _learn(other, event, [{"source": row["unit"], "text": row["text"]}])


@_step("promise_due")
def _promise(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    for promise in case.promises:
        if promise["id"] == data["promise"]:
            promise["kept"] = data["kept"]


@_step("deadline_passed")
def _passed(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    case.overdue = True


@_step("day_closed", "week_closed", "month_closed")
def _rhythm(state: State, case: CaseState, event: Event, data: Mapping[str, Any]) -> None:
    state.rhythms.append({"at": _iso(event), "kind": event.kind, "done": data["done"], "due": data["due"]})
