"""每天的清理、每周的答复、每月的办结；超期、来电、险情、承诺到期、真情查明。"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from wenzheng_lab.office import texts
from wenzheng_lab.office.arrivals import guide
from wenzheng_lab.office.citizens import topic_of, write_again
from wenzheng_lab.office.engine import Engine, handler
from wenzheng_lab.office.hours import is_workday, say_day, work_days_between
from wenzheng_lab.office.settings import setting
from wenzheng_lab.office.state import CaseState, Plan, State


@handler("day")
def _day(engine: Engine, plan: Plan) -> None:
    """下班清理：今天到点以前来的信，都该看过、分过。"""
    tomorrow = engine.plan("day", engine.now + timedelta(days=1), key="day")
    if not is_workday(engine.now.date()):
        engine.emit("day_closed", done=0, due=0, rest=True, plans=[tomorrow])
        return
    done, due = day_count(engine.state, engine.now)
    engine.emit("day_closed", done=done, due=due, plans=[tomorrow])
    if engine.now.weekday() == 4:
        done, due = week_count(engine.state, engine.now)
        engine.emit("week_closed", done=done, due=due)
    if ((engine.now.date() - engine.scenario.start).days + 1) % int(setting("rhythm.month_days")) == 0:
        done, due = month_count(engine.state, engine.now)
        engine.emit("month_closed", done=done, due=due, analysed=bool(engine.state.bulletins))
    guide(engine, "day", "")


def _handled(case: CaseState) -> bool:
    return bool(case.sorting or case.assigned or case.closed or case.merged_into or case.replies or case.children)


def day_count(state: State, now: datetime) -> tuple[int, int]:
    """一日一清理：（已看过分过的，应当清的）。"""
    cut = now - timedelta(hours=setting("clock.grace_hours"))
    rows = [case for case in state.cases.values() if case.arrived <= cut]
    fresh = [case for case in rows if case.arrived > now - timedelta(days=1) or not _handled(case)]
    return sum(_handled(case) for case in fresh), len(fresh)


def answered(state: State, case: CaseState) -> bool:
    """有过一次答复；合并的看合并到的那件，拆分的看各件。"""
    if case.replies:
        return True
    if case.merged_into:
        return answered(state, state.cases[case.merged_into])
    if case.children:
        return all(answered(state, state.cases[child]) for child in case.children)
    return case.truth["kind"] == "spam" and case.closed is not None


def week_count(state: State, now: datetime) -> tuple[int, int]:
    """一周一回复：（答过的，收到满一周的）。"""
    days = int(setting("rhythm.week_days"))
    due = [case for case in state.cases.values() if work_days_between(case.arrived, now) >= days]
    return sum(answered(state, case) for case in due), len(due)


def month_count(state: State, now: datetime) -> tuple[int, int]:
    """一月一办结：（办结的，收到满一月的）；头一个月看全部满五个工作日的。"""
    days = timedelta(days=setting("rhythm.month_days"))
    due = [case for case in state.cases.values() if now - case.arrived >= days - timedelta(days=7)]
    return sum(not case.live for case in due), len(due)


@handler("deadline")
def _deadline(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if not case.live or (case.replies and not case.waiting):
        return
    engine.emit("deadline_passed", case=case.id, due=(case.due or engine.now).isoformat())


@handler("phones")
def _phones(engine: Engine, plan: Plan) -> None:
    """上午十点二十以后电话多：催问的、媒体的。"""
    day = engine.now.date()
    tomorrow = engine.plan("phones", datetime.combine(day + timedelta(days=1), time(10, 20)), key="phones")
    first = True
    if is_workday(day):
        for case in list(engine.state.cases.values()):
            call = _caller(engine, case)
            if call:
                engine.emit(
                    "phone",
                    str(case.message["author"]),
                    case.id,
                    who="来信人",
                    text=call,
                    plans=[tomorrow] if first else (),
                )
                first = False
        first = _press(engine, tomorrow, first)
    if first:
        engine.emit("clock", plans=[tomorrow])


def _caller(engine: Engine, case: CaseState) -> str:
    if not case.live or (case.replies and not case.waiting) or case.truth["kind"] == "spam":
        return ""
    stream = engine.stream(case.id, "call", engine.now.date().isoformat())
    days = work_days_between(case.arrived, engine.now)
    if case.overdue and stream.chance(setting("phone.overdue_chance")):
        scene = "phone_overdue"
    elif days >= 3 and not case.assigned and stream.chance(setting("phone.silent_chance")):
        scene = "phone_silent"
    else:
        return ""
    return texts.say(scene, stream, title=str(case.message["subject"]), days=str(days))


def _press(engine: Engine, tomorrow: dict[str, object], first: bool) -> bool:
    from wenzheng_lab.office.heat import topic_heat

    for topic in engine.scenario.topics:
        if any(row.get("topic") == topic.id and row.get("press") for row in engine.state.phones):
            continue
        if any(post["topic"] == topic.id and not post["deleted"] for post in engine.state.posts):
            continue
        # 推一遍热度最费工夫，放在最后看
        heat = topic_heat(engine, topic.id)
        if heat is None or not heat.spreading or heat.spreading[-1] < setting("phone.media_heat"):
            continue
        stream = engine.stream(topic.id, "press")
        deleted = any(post["topic"] == topic.id and post["deleted"] for post in engine.state.posts)
        scene = "phone_media_deleted" if deleted else "phone_leader" if stream.chance(0.5) else "phone_media"
        text = texts.say(scene, stream, topic=topic.name)
        who = "值班县领导" if scene == "phone_leader" else "记者"
        engine.emit("phone", who, who=who, text=text, topic=topic.id, press=True, plans=[tomorrow] if first else ())
        first = False
    return first


@handler("harm")
def _harm(engine: Engine, plan: Plan) -> None:
    """特急的信压着没有交办，真出了事。"""
    case = engine.case(plan)
    if case.assigned or case.closed or case.merged_into or case.harmed:
        return
    event = case.truth.get("event")
    if event and any(other.harmed and other.truth.get("event") == event for other in engine.state.cases.values()):
        return  # 同一处险情，出一次事就够了
    text = texts.say("harm", engine.stream(case.id, "harm"), title=str(case.message["subject"]))
    engine.emit("phone", "县值班室", case.id, who="县值班室", text=text, harm=True)


@handler("topic")
def _topic(engine: Engine, plan: Plan) -> None:
    """一桩议论查清了，有关的件卷里都添上。"""
    topic = next(row for row in engine.scenario.topics if row.id == plan.data["topic"])
    row = {"issues": list(topic.issues), "unit": topic.unit, "text": topic.truth}
    name = topic.name.replace("“", "‘").replace("”", "’")
    text = f"“{name}”查清了：{topic.truth}"
    engine.emit("phone", topic.unit, who=topic.unit, text=text, known={topic.id: row})


@handler("promise")
def _promise(engine: Engine, plan: Plan) -> None:
    """答复里承诺的日子到了：办了、再答过、到期前告知过，才算兑现。"""
    case = engine.case(plan)
    promise = next((row for row in case.promises if row["id"] == plan.data["promise"]), None)
    if promise is None or promise.get("kept") is not None:
        return
    made = datetime.fromisoformat(promise["at"])
    again = any(datetime.fromisoformat(str(row["at"])) > made for row in case.replies)
    told = any(notice > made for notice in case.notices)
    kept = bool(case.world) or again or told
    stream = engine.stream(case.id, "promise", promise["id"])
    plans = []
    if not kept and len(case.letters) < setting("citizen.again_most") and stream.chance(0.7):
        plans.append(engine.plan("again", engine.later(4 + 10 * stream.draw()), case.id, scene="again_unkept"))
    engine.emit(
        "promise_due",
        case=case.id,
        promise=promise["id"],
        text=promise["text"],
        kept=kept,
        topic=topic_of(engine, case),
        plans=plans,
    )


@handler("shut")
def _shut(engine: Engine, plan: Plan) -> None:
    """没有答复就办结的，来信人会来问。"""
    case = engine.case(plan)
    if case.closed and not case.replies and not case.waiting and case.truth["kind"] != "spam":
        write_again(engine, case, "again_closed")


@handler("unmerge")
def _unmerge(engine: Engine, plan: Plan) -> None:
    """并错了的，来信人会来问，件也就分出来了。"""
    case = engine.case(plan)
    if case.merged_into:
        write_again(engine, case, "again_merged")


@handler("deleted")
def _deleted(engine: Engine, plan: Plan) -> None:
    """来信人发现自己的帖子没了。"""
    case = engine.case(plan)
    write_again(engine, case, "again_deleted")
    engine.emit(
        "told_neighbours",
        str(case.message["author"]),
        case.id,
        topic=topic_of(engine, case),
        text=f"{say_day(engine.now)}，来信人把被删前的截图发了出来。",
    )
