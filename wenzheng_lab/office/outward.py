"""对外的动作：答复、公开发布、更正、删帖、回访、办结、月度通报。"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.model import Case, Message
from wenzheng_lab.office import texts
from wenzheng_lab.office.arrivals import guide
from wenzheng_lab.office.base import Base
from wenzheng_lab.office.bulletin import write_bulletin
from wenzheng_lab.office.case import CaseFile, dossier
from wenzheng_lab.office.citizens import topic_of
from wenzheng_lab.office.engine import Engine
from wenzheng_lab.office.hours import say_moment
from wenzheng_lab.office.promises import find_promises
from wenzheng_lab.office.scenario import POST_KINDS
from wenzheng_lab.office.settings import section, setting
from wenzheng_lab.office.state import CaseState
from wenzheng_lab.reply import ReplyScore, score_reply
from wenzheng_lab.reply.score import signature as reply_signature
from wenzheng_lab.rules import load_rubric

EXAM = "考试中不显示评分，成绩封在日志里"
_DENIALS = ("谣言", "不实", "没有的事", "纯属", "一切正常", "请勿传播", "没有问题", "已排除", "可以放心")
_PHONE_HOURS = (8, 21)
_WELL = ("优", "良")


class Outward(Base):
    """对外的动作。"""

    def preview(self, id: str, text: str) -> ReplyScore:
        """先评一评，不发出，不记日志。

        Args:
            id: 来信编号。
            text: 答复。

        Returns:
            评分；考试时是“未评分”。

        Raises:
            InputError: 没有这个编号。
        """
        case = self._state(id)
        if self.sealed:
            return ReplyScore.unscored(EXAM, reply=text, rubric=load_rubric(), signature=reply_signature(load_rubric()))
        return self._score(case, text)

    def _score(self, case: CaseState, text: str) -> ReplyScore:
        file = dossier(case)
        return score_reply(
            self._text("答复", text, empty=True), to=file.message, case=file, replied_at=self._engine.now
        )

    def reply(self, id: str, text: str) -> ReplyScore:
        """答复来信人，第一轮与以后各轮都用它。

        只能说卷里有的；说多了触红线。写明日子的话进承诺登记，到期要兑现。并进来的来信一起答到。

        Args:
            id: 来信编号。
            text: 答复全文。

        Returns:
            这次答复的评分；来信人怎么评，要等他看到。考试时是“未评分”，分数封在日志里。

        Raises:
            InputError: 没有这个编号、已并到别的件，或答复是空的。
        """
        case, words = self._state(id, live=True), self._text("答复", text)
        score = self._score(case, words)
        with self._act() as engine:
            promises = [
                {
                    "id": f"{id}:{len(case.replies)}:{n}",
                    "at": engine.now.isoformat(),
                    "text": row.text,
                    "due": row.due.isoformat(),
                }
                for n, row in enumerate(find_promises(words, engine.now))
            ]
            self._record(
                engine,
                "replied",
                id,
                text=words,
                score=_brief(score),
                left=_left(case, score),
                promises=promises,
                plans=_after(engine, case, promises),
            )
            if score.total is not None and score.grade in _WELL and not score.gates:
                guide(engine, "replied_well", id)
        return self.preview(id, words) if self.sealed else score

    def publish(self, text: str, *, kind: str = "announcement", topic: str = "", expert: str = "") -> str:
        """公开发布：情况通报、每周发布、专家答疑；更正请用 ``correct``。

        没有查清就断言，事后要加倍还；不知道的写不知道，写明下次什么时候再说。

        Args:
            text: 全文。
            kind: ``announcement`` 情况通报、``correction`` 更正、``weekly`` 每周发布、``expert_qa`` 专家答疑。
            topic: 针对哪桩议论（见 ``office.topics``），或哪封来信的编号；每周发布可以不写。
            expert: 专家的姓名与单位；专家答疑必须写明，不许匿名。

        Returns:
            发布的编号，如 ``P1``。

        Raises:
            InputError: 种类、议论不对，专家答疑没有写专家。
        """
        words = self._text("发布的内容", text)
        if kind not in POST_KINDS:
            raise InputError(
                explain(f"kind 写成 {show(kind)}", f"可用：{'、'.join(POST_KINDS)}", suggest(str(kind), POST_KINDS))
            )
        who = self._text("专家", expert, empty=True)
        if kind == "expert_qa" and len(who.strip()) < 4:
            raise InputError(explain("专家答疑没有写明专家", "应写姓名与单位", '如 expert="罗工 青禾水务公司总工程师"'))
        about = self._topic(topic)
        with self._act() as engine:
            sound, why = _sound(engine, words, about)
            number = f"P{len(engine.state.posts) + 1}"
            self._record(
                engine,
                "published",
                post=number,
                form=kind,
                text=words,
                topic=about,
                expert=who,
                sound=sound,
                why=why,
                plans=[],
            )
        return number

    def correct(self, text: str, *, post: str = "", id: str = "") -> str:
        """公开更正：发布或答复说错了，明白承认，写清对的是什么。

        Args:
            text: 更正全文。
            post: 更正哪一次发布。
            id: 更正哪一封来信的答复。

        Returns:
            更正的编号。

        Raises:
            InputError: 两样都没写，或找不到。
        """
        words = self._text("更正的内容", text)
        if post:
            target = self._post(post)
            about, of, case_id = target["topic"], post, ""
        elif id:
            case = self._state(id)
            about, of, case_id = topic_of(self._engine, case), id, id
            if not case.replies:
                raise InputError(explain(f"{id} 还没有答复过", "答复过的才有可更正的", "请先用 reply"))
        else:
            raise InputError(explain("没有写更正什么", 'post="P1" 或 id="来信编号" 写一样', "请补上"))
        with self._act() as engine:
            sound, why = _sound(engine, words, about)
            number = f"P{len(engine.state.posts) + 1}"
            self._record(
                engine,
                "corrected",
                case_id,
                post=number,
                form="correction",
                text=words,
                topic=about,
                of=of,
                sound=sound,
                why=why,
                cancels=[f"expose:{case_id}"] if case_id else [],
            )
        return number

    def delete_post(self, target: str, *, reason: str) -> None:
        """删帖：删自己的发布，或删来信人公开的帖子。可以做，后果自负。

        当时看着清净，几小时后截图传开，信任降得最多。个人信息请用 ``redact`` 遮，说错了请用 ``correct`` 更正。

        Args:
            target: 发布的编号（P1）或来信编号。
            reason: 理由。

        Raises:
            InputError: 找不到，或已经删了。
        """
        why, target = self._text("删帖的理由", reason), self._text("删哪一条", target)
        if target.startswith("P"):
            row = self._post(target)
            if row["deleted"]:
                raise InputError(explain(f"{target} 已经删了", "删一次就够", "请看 office.posts"))
            with self._act() as engine:
                self._record(engine, "post_deleted", post=target, reason=why, topic=row["topic"])
            return
        case = self._state(target, live=True)
        with self._act() as engine:
            plans = [engine.plan("deleted", engine.later(section("heat")["delete_hours"]), target)]
            self._record(engine, "post_deleted", target, post=target, reason=why, topic=topic_of(engine, case))
            engine.emit("closed", case=target, reason="删帖", plans=plans)

    def call_back(self, id: str) -> str:
        """回访：打电话问来信人，事情到底办了没有。

        来信人说的会记进卷里；单位报错了，多半在这里露出来。

        Args:
            id: 来信编号。

        Returns:
            来信人在电话里说的话。

        Raises:
            InputError: 夜里不打电话。
        """
        case = self._state(id)
        if not _PHONE_HOURS[0] <= self._engine.now.hour < _PHONE_HOURS[1]:
            raise InputError(
                explain(
                    f"现在是 {self._engine.now:%H:%M}",
                    "早八点到晚九点打回访电话",
                    "请等到白天：office.advance(hours=…)",
                )
            )
        with self._act() as engine:
            scene = _voice(case)
            said = texts.say(
                scene,
                engine.stream(id, "call_back", len(case.called)),
                kind=str(case.truth.get("subcategory") or ""),
            )
            fact = f"{say_moment(engine.now)}回访，来信人说：“{said}”"
            false = scene == "call_false"
            self._record(
                engine, "called_back", id, text=said, scene=scene, false=false, facts=[{"source": "回访", "text": fact}]
            )
        return said

    def close(self, id: str, *, reason: str = "已答复并办结") -> CaseFile:
        """办结：答复过、办完了再结。没有答复就结，来信人会来问。

        Args:
            id: 来信编号。
            reason: 怎样结的。

        Returns:
            件夹。

        Raises:
            InputError: 已经办结，或没有写怎样结的。
        """
        case, why = self._state(id, live=True), self._text("怎样结的", reason)
        if case.closed:
            raise InputError(explain(f"{id} 已经办结", "结一次就够", "来信人再来信会自动重开"))
        with self._act() as engine:
            plans = []
            if not case.replies and case.truth["kind"] != "spam":
                plans.append(engine.plan("shut", engine.later(18), id))
            gone = [f"{what}:{id}" for what in ("intake", "finish", "late", "deadline")]
            self._record(engine, "closed", id, reason=why, plans=plans, cancels=gone)
        return self._view(self._state(id))

    def bulletin(self, text: str = "") -> str:
        """月度通报（一月一分析）：收多少、答多少、办成多少，分母一个不少。

        Args:
            text: 通报全文；不写就由程序按此刻的数起草。

        Returns:
            通报全文。
        """
        words = self._text("通报", text, empty=True) or write_bulletin(self._engine)
        with self._act() as engine:
            self._record(engine, "bulletin", text=words)
        return words

    # ------------------------------------------------------------ 底下
    def _topic(self, topic: str) -> str:
        if not topic:
            return ""
        known = [row.id for row in self._engine.scenario.topics]
        if topic in known:
            return topic
        if topic in self._engine.state.cases:
            return topic_of(self._engine, self._engine.state.cases[topic])
        raise InputError(
            explain(
                f"没有议论 {show(topic)}",
                f"可用：{'、'.join(known) or '（这一局没有）'}，或来信编号",
                suggest(str(topic), known),
            )
        )

    def _post(self, number: str) -> dict[str, Any]:
        for row in self._engine.state.posts:
            if row["post"] == number:
                return row
        known = [row["post"] for row in self._engine.state.posts]
        raise InputError(
            explain(f"没有发布 {show(number)}", f"可用：{'、'.join(known) or '还没有发布过'}", "请看 office.posts")
        )


def _brief(score: ReplyScore) -> dict[str, Any]:
    return {
        "total": score.total,
        "raw": score.raw_total,
        "grade": score.grade,
        "gates": [gate.id for gate in score.gates],
        # 来信人看的是办没办成：客气话买不到他的评价
        "criteria": {name: row.in_total for name, row in score.criteria.items()},
        "answers": [[row.ask, row.status] for row in score.answers],
    }


def _left(case: CaseState, score: ReplyScore) -> list[str]:
    """还没有答到的。"""
    asks = case.questions or tuple(case.truth["asks"])
    done = {row.ask for row in score.answers if row.status in ("已答", "说明不行", "给了打算", "答了一部分")}
    return [ask for ask in asks if ask not in done]


def _after(engine: Engine, case: CaseState, promises: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """发出以后：来信人看、评，承诺到期，错的被指出。"""
    numbers, stream = section("citizen"), engine.stream(case.id, "read", len(case.replies))
    wait = numbers["rate_hours_low"] + stream.draw() * (numbers["rate_hours_high"] - numbers["rate_hours_low"])
    plans = [engine.plan("rate", _awake(engine.later(wait)), case.id, round=len(case.replies) + 1)]
    for row in promises:
        plans.append(
            engine.plan(
                "promise", datetime.fromisoformat(row["due"]), case.id, key=f"promise:{row['id']}", promise=row["id"]
            )
        )
    if case.outcome == "wrong" and not case.world and stream.chance(numbers["expose_chance"]):
        plans.append(engine.plan("expose", engine.later(setting("citizen.expose_hours")), case.id))
    return plans


def _awake(at: datetime) -> datetime:
    """半夜不评，推到早上七点以后。"""
    return at.replace(hour=7, minute=at.minute) if at.hour < 7 else at


def _voice(case: CaseState) -> str:
    if case.outcome == "wrong" and not case.world:
        return "call_false"
    if case.world:
        return {"done": "call_done", "partial": "call_partial", "refused": "call_refused"}[case.world]
    return "call_waiting" if case.phase == "working" else "call_none"


def _sound(engine: Engine, text: str, topic: str) -> tuple[bool, str]:
    """发布站不站得住：没有查清就断言的、说了谁也没报过的数的、威胁人的，都站不住。"""
    facts = [row["text"] for row in engine.state.known.values() if row is engine.state.known.get(topic)]
    named = next((row for row in engine.scenario.topics if row.id == topic), None)
    for case in engine.state.cases.values():
        if topic and topic_of(engine, case) == topic:
            facts += [row["text"] for row in case.facts]
    if named and topic not in engine.state.known:
        for word in _DENIALS:
            if word in text:
                return False, f"还没有查清，就说“{word}”"
    if not topic:
        return True, ""
    message = Message(named.name if named else topic, "；".join(facts[:3]) or topic, created_at=engine.now)
    posts = [row["text"] for row in engine.state.posts if row["topic"] == topic]
    score = score_reply(
        text, to=message, case=Case(message, facts=(*facts, *posts, _clock(engine))), replied_at=engine.now
    )
    for gate in score.gates:
        if gate.id in ("G4", "G6"):
            return False, gate.findings[0].message
    return True, ""


def _clock(engine: Engine) -> str:
    """发布里写今天、明天和整点的预告，不算多出来的数。"""
    hours = "、".join(f"{hour}时" for hour in range(24))
    day = engine.now
    return f"{day.year}年{day.month}月{day.day}日、{day.day + 1}日、{day.day + 2}日，{hours}"
