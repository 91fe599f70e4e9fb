"""来信到达，带教的话，以及每封信一到就知道的几样事。"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.office.engine import Engine, handler
from wenzheng_lab.office.hours import office_hours, say_moment
from wenzheng_lab.office.scenario import Scenario
from wenzheng_lab.office.settings import setting
from wenzheng_lab.office.state import CaseState, Plan
from wenzheng_lab.office.texts import texts

OFFICE_PHONE = f"{load_county().area_code}-5550000"
"""县网络问政办公室的电话"""


def open_county(engine: Engine, *, exam: bool = False) -> None:
    """开局：夜里来的信先进箱，约好以后的信与每天的清理。"""
    scenario = engine.scenario
    start = datetime.combine(scenario.start, time()) + timedelta(minutes=office_hours()[0])
    engine.state.now = start
    plans = [
        engine.plan("day", datetime.combine(scenario.start, time()) + timedelta(minutes=office_hours()[1]), key="day")
    ]
    plans.append(engine.plan("phones", datetime.combine(scenario.start, time(10, 20)), key="phones"))
    for topic in scenario.topics:
        plans.append(
            engine.plan("topic", datetime.fromisoformat(topic.known_at), key=f"topic:{topic.id}", topic=topic.id)
        )
    engine.emit(
        "county_opened",
        scenario=scenario.id,
        seed=engine.seed,
        digest=scenario.digest,
        mode="exam" if exam else scenario.mode,
        brief=scenario.brief.strip(),
        signature=_signature(engine),
        plans=[*plans, *_next(engine, sum(piece.at <= start for piece in engine.mailbag.pieces))],
    )
    pieces = engine.mailbag.pieces
    first = len(pieces) if scenario.opened else sum(piece.at <= start for piece in pieces)
    for n in range(first):
        _arrive(engine, n, ())
    if scenario.guide:
        guide(engine, "start", "")


def _signature(engine: Engine) -> str:
    from wenzheng_lab.inbox.simulate import data_digest
    from wenzheng_lab.model import Signature
    from wenzheng_lab.office.settings import digest

    parts = {
        "office": engine.scenario.id,
        "seed": str(engine.seed),
        "scenario": engine.scenario.digest,
        "inbox": data_digest(),
        "settings": digest(),
    }
    return str(Signature.of(parts))


@handler("arrive")
def _arrive_due(engine: Engine, plan: Plan) -> None:
    n = int(plan.data["n"])
    _arrive(engine, n, _next(engine, n + 1))


def _next(engine: Engine, n: int) -> tuple[dict[str, Any], ...]:
    """约下一封信。"""
    pieces = engine.mailbag.pieces
    if engine.scenario.opened or n >= len(pieces):
        return ()
    return (engine.plan("arrive", pieces[n].at, key="arrive", n=n),)


def _arrive(engine: Engine, n: int, plans: Iterable[dict[str, Any]]) -> None:
    piece = engine.mailbag.pieces[n]
    number, message, truth = engine.mailbag.letter(piece)
    more: dict[str, Any] = {}
    if _answered(engine.scenario, n):
        text = engine.stream(n, "live").pick(texts("live"))
        at = datetime.fromisoformat(str(message["created_at"])) + timedelta(minutes=6)
        more["replies"] = [{"at": at.isoformat(), "text": text, "score": {}, "questions": []}]
        more["closed"] = "当场答复"
    _receive(engine, number, message, truth, {"kind": piece.kind, "index": piece.index}, [*plans], **more)


def _answered(scenario: Scenario, n: int) -> bool:
    """积压的来信里，隔几封有一封当场答过。"""
    if not scenario.answered:
        return False
    step = max(1, scenario.messages // scenario.answered)
    return n % step == 0 and n // step < scenario.answered


def _receive(
    engine: Engine,
    number: str,
    message: dict[str, Any],
    truth: dict[str, Any],
    source: dict[str, Any],
    plans: list[dict[str, Any]],
    **more: object,
) -> None:
    facts = [{"source": "收件", "text": intake_fact(number, message)}]
    for row in engine.state.known.values():
        if truth.get("issue") in row["issues"]:
            facts.append({"source": row["unit"], "text": row["text"]})
    if truth["urgency"] == "特急":
        plans.append(engine.plan("harm", _too_late(engine), number))
    data: dict[str, Any] = {"message": message, "truth": truth, "source": source, "facts": facts, **more}
    script = truth.get("script")
    if script is not None and engine.scenario.scripts[script].reply:
        data["replies"] = [
            {"at": message["created_at"], "text": engine.scenario.scripts[script].reply, "score": {}, "questions": []}
        ]
        plans.append(engine.plan("again", engine.later(0.2), number, scene="again_open"))
    engine.emit("arrived", str(message["author"]), number, plans=plans, **data)


def _too_late(engine: Engine) -> datetime:
    """特急的信拖到什么时候会出事：几小时以后；夜里来的，到第二天上班后两小时。"""
    late, (start, end) = engine.later(setting("urgent.harm_hours")), office_hours()
    night = engine.now.hour * 60 + engine.now.minute
    if start <= night < end - 120:
        return late
    day = engine.now.date() if night < start else engine.now.date() + timedelta(days=1)
    return max(late, datetime.combine(day, time()) + timedelta(minutes=start + 120))


def intake_fact(number: str, message: dict[str, Any]) -> str:
    """一收到信就知道的事。"""
    at = datetime.fromisoformat(str(message["created_at"]))
    return (
        f"{say_moment(at)}由{message['channel']}收到，编号{number}；"
        f"县网络问政办公室电话{OFFICE_PHONE}，全县统一热线12345。"
    )


def receive_neighbour(engine: Engine, case: CaseState, key: str) -> None:
    """街坊为同一件事写来一封。"""
    made = engine.mailbag.neighbour(case.source, key, engine.now)
    if made is None:
        return
    message, own = made
    count = sum(other.startswith("QL") for other in engine.state.cases) + 1
    number = f"QL{count:07d}"
    root = case.truth.get("duplicate_of") or case.id
    truth = {**case.truth, **own, "duplicate_of": root, "twin": ""}
    _receive(engine, number, {**message, "message_id": number}, truth, case.source, [])


def guide(engine: Engine, event: str, case: str) -> None:
    """带教：轮到哪一步就说哪一步的话。

    Args:
        engine: 发动机。
        event: 刚发生的事。
        case: 哪一件。
    """
    steps, said = engine.scenario.guide, engine.state.guide
    at = said[-1]["step"] + 1 if said else 0
    if at >= len(steps):
        return
    # 回件早来了、答得像样的一封还没有写出来，都不能让后面的话等在那里
    met = steps[at].wait == event or (
        steps[at].wait == "dept_result" and any(row.phase == "result" for row in engine.state.cases.values())
    )
    if not met and steps[at].wait == "replied_well" and at + 1 < len(steps):
        at, met = at + 1, steps[at + 1].wait == event
    step = steps[at]
    if not met:
        return
    if step.case > 0 and case != engine.mailbag.letter(engine.mailbag.pieces[step.case - 1])[0]:
        return
    engine.emit("guide", "带教人", case, step=at, text=step.text)
