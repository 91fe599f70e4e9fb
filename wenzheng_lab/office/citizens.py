"""群众的回应：评价、再来信、致谢、告诉街坊、指出错误，也会自己发现事情办好了。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office import texts
from wenzheng_lab.office.arrivals import guide, receive_neighbour
from wenzheng_lab.office.engine import Engine, handler
from wenzheng_lab.office.hours import say_day, work_days_between
from wenzheng_lab.office.rating import Rating, rate, satisfied
from wenzheng_lab.office.settings import section, setting
from wenzheng_lab.office.state import CaseState, Plan


def topic_of(engine: Engine, case: CaseState) -> str:
    """这件属于哪一桩议论；平常的件自成一桩，用它的编号。"""
    for topic in engine.scenario.topics:
        if case.truth.get("issue") in topic.issues:
            return topic.id
    return str(case.truth.get("duplicate_of") or case.id)


@handler("rate")
def _rate(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if plan.data["round"] != len(case.replies) or case.merged_into:
        return
    stream = engine.stream(case.id, "rate", len(case.replies))
    rating = rate(case, engine.now, stream, copied=_copied(engine, case), unkept=_unkept(case))
    chance = setting("citizen.rate_chance" if rating.mean >= setting("rating.unhappy") else "citizen.angry_rate")
    if not (stream.chance(chance) or engine.scenario.certain):
        _silent(engine, case)
        return
    _record(engine, case, rating)


def _record(engine: Engine, case: CaseState, rating: Rating) -> None:
    numbers, stream = section("citizen"), engine.stream(case.id, "after", len(case.ratings))
    plans = []
    unhappy = rating.mean < setting("rating.unhappy") or rating.solved <= 2
    if unhappy and len(case.letters) < numbers["again_most"]:
        chance = numbers["again_first"] if not case.letters else numbers["again_later"]
        if stream.chance(chance) or (engine.scenario.certain and not case.letters):
            wait = numbers["again_hours_low"] + stream.draw() * (
                numbers["again_hours_high"] - numbers["again_hours_low"]
            )
            plans.append(
                engine.plan("again", engine.later(wait), case.id, scene=_scene(case, rating), round=len(case.replies))
            )
    if unhappy and stream.chance(numbers["neighbour_chance"]):
        plans.append(engine.plan("tell", engine.later(2 + 8 * stream.draw()), case.id))
    if rating.mean >= 4 and not case.thanked and stream.chance(numbers["thanks_chance"]):
        plans.append(engine.plan("thank", engine.later(2 + 20 * stream.draw()), case.id))
    comment = texts.say(rating.scene, stream, kind=_kind(case), days=_days(case), day=_promised(case))
    engine.emit(
        "rated",
        str(case.message["author"]),
        case.id,
        solved=rating.solved,
        attitude=rating.attitude,
        speed=rating.speed,
        auto=False,
        comment=comment,
        plans=plans,
    )
    guide(engine, "rated", case.id)


def _silent(engine: Engine, case: CaseState) -> None:
    """没有评：有的几天后被系统默认好评，有的连默认也没有。"""
    stream = engine.stream(case.id, "auto", len(case.replies))
    if stream.chance(setting("citizen.auto_chance")):
        at = engine.later(24 * setting("citizen.auto_days"))
        plan = engine.plan("auto", at, case.id, round=len(case.replies))
        engine.emit("not_rated", str(case.message["author"]), case.id, plans=[plan])


@handler("auto")
def _auto(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if plan.data["round"] != len(case.replies) or case.ratings:
        return
    engine.emit("rated", "系统", case.id, solved=5, attitude=5, speed=5, auto=True, comment="到期未评，系统默认好评")


@handler("notice")
def _notice(engine: Engine, plan: Plan) -> None:
    """来信人自己看见事情办了；答复过而没把他说高兴的，这时会改评。"""
    case = engine.case(plan)
    stream = engine.stream(case.id, "notice", case.rounds)
    if case.world != "done" or not case.replies or case.merged_into:
        return
    own = [row for row in case.ratings if not row["auto"]]
    if not own or satisfied(own[-1]) or not stream.chance(setting("citizen.notice_chance")):
        return
    last = own[-1]
    if datetime.fromisoformat(last["at"]) >= (case.world_at or engine.now):
        return
    solved = 5 if stream.chance(0.4) else 4
    _record(engine, case, Rating(solved, min(3, last["attitude"] + 1), max(2, last["speed"] - 1), "rate_noticed"))


def _scene(case: CaseState, rating: Rating) -> str:
    if rating.scene == "rate_wrong":
        return "again_wrong"
    if rating.scene == "rate_unkept":
        return "again_unkept"
    if rating.scene == "rate_kicked":
        return "again_kicked"
    return "again_later" if case.letters else "again_open"


@handler("again")
def _again(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if case.waiting or (case.merged_into and plan.data["scene"] != "again_merged"):
        return
    if "round" in plan.data and plan.data["round"] != len(case.replies):
        return  # 等信的工夫又收到了新的答复
    write_again(engine, case, str(plan.data["scene"]))


def write_again(engine: Engine, case: CaseState, scene: str) -> None:
    """来信人再写一封，问还没有答的与要追问的。"""
    stream = engine.stream(case.id, "letter", len(case.letters))
    script = case.truth.get("script")
    letters = engine.scenario.scripts[script].letters if script is not None else ()
    asked = set(case.questions)
    follow = [_local(engine, case, text) for text in case.truth["follow_up"]]
    fresh = [text for text in follow if text not in asked]
    questions = [*case.questions, *fresh[: 2 if case.questions else 3]] or follow or list(case.truth["asks"])
    if len(case.letters) < len(letters):
        text = letters[len(case.letters)]
    else:
        promise = next((row["text"] for row in reversed(case.promises) if row.get("kept") is False), "尽快给您答复")
        head = texts.say(scene, stream, kind=_kind(case), promise=promise, title=str(case.message["subject"]))
        body = _lines(questions[:4], stream)
        text = head + texts.say("again_ask", stream) + body + texts.say("again_end", stream)
    engine.emit("wrote_again", str(case.message["author"]), case.id, text=text, questions=questions[:4])
    guide(engine, "wrote_again", case.id)


def _lines(questions: Sequence[str], stream: Stream) -> str:
    """要答的几条写成信里的话：问句照写，要求的换着说法写，一封信里不重样。"""
    ways = list(texts.texts("again_line"))
    shown = []
    for line in questions:
        if line.endswith(("？", "。", "！")):
            shown.append(line)
            continue
        way = stream.pick(ways)
        if len(ways) > 1:
            ways.remove(way)
        end = "？" if "办还是不办" in way or "怎么" in way else "。"
        shown.append(way.replace("{ask}", line) + end)
    return "".join(f"{n}、{line}" for n, line in enumerate(shown, 1)) if len(shown) > 1 else "".join(shown)


def _kind(case: CaseState) -> str:
    return str(case.truth.get("subcategory") or "")


def _local(engine: Engine, case: CaseState, text: str) -> str:
    """追问里的空换成这封信自己的地名、物件。"""
    if "{" not in text:
        return text
    order = engine.mailbag.order(case.source)
    values = {} if order is None else {**order.facts.places, **order.facts.text}
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text if "{" not in text else ""


@handler("tell")
def _tell(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    stream = engine.stream(case.id, "tell", len(case.replies))
    topic = topic_of(engine, case)
    engine.emit("told_neighbours", str(case.message["author"]), case.id, topic=topic, text=texts.say("told", stream))
    if case.truth["kind"] in ("ordinary", "event") and stream.chance(0.4):
        receive_neighbour(engine, case, f"{case.id}:{len(case.replies)}")


@handler("thank")
def _thank(engine: Engine, plan: Plan) -> None:
    case = engine.case(plan)
    if case.thanked:
        return
    script = case.truth.get("script")
    text = engine.scenario.scripts[script].thanks if script is not None else ""
    scene = "thanks_refused" if case.world == "refused" else "thanks"
    text = text or texts.say(scene, engine.stream(case.id, "thank"), kind=_kind(case))
    engine.emit("thanked", str(case.message["author"]), case.id, text=text)


@handler("expose")
def _expose(engine: Engine, plan: Plan) -> None:
    """照错的回件答了，来信人指出来。"""
    case = engine.case(plan)
    if case.world or case.corrected or case.outcome != "wrong":
        return
    stream = engine.stream(case.id, "expose", len(case.replies))
    text = texts.say("rate_wrong", stream, kind=_kind(case))
    fact = f"{say_day(engine.now)}来信人指出：{text}"
    engine.emit(
        "error_exposed", str(case.message["author"]), case.id, text=text, facts=[{"source": "来信人", "text": fact}]
    )
    if not case.waiting:
        write_again(engine, case, "again_wrong")


def _copied(engine: Engine, case: CaseState) -> bool:
    text = case.replies[-1]["text"].strip()
    same = {case.id, *case.merged}
    return any(
        other.id not in same and any(row["text"].strip() == text for row in other.replies)
        for other in engine.state.cases.values()
    )


def _unkept(case: CaseState) -> bool:
    return any(row.get("kept") is False for row in case.promises)


def _days(case: CaseState) -> str:
    return str(max(1, work_days_between(case.arrived, datetime.fromisoformat(str(case.replies[-1]["at"])))))


def _promised(case: CaseState) -> str:
    broken = [row for row in case.promises if row.get("kept") is False]
    return say_day(datetime.fromisoformat(broken[-1]["due"])) if broken else "的日子"
