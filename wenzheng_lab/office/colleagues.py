"""三位同事：同一天、同样的来信，三种做法；都只用公开的办法做事，看不到真值。

尽责者照件夹里查到的写，查不到就追；套话者收一封回一封；踢球者让人去找别家。
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from wenzheng_lab._html import table
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.hours import say_day, work_days_between
from wenzheng_lab.office.office import Office
from wenzheng_lab.office.scoreboard import Scoreboard
from wenzheng_lab.office.settings import DATA
from wenzheng_lab.privacy import find_personal_data
from wenzheng_lab.triage import TriageSuggestion, triage_message

NAMES: Mapping[str, str] = {"careful": "尽责者", "template": "套话者", "kicker": "踢球者"}
"""三位同事"""
_STEPS = (3, 4, 2, 1)
"""一天看四回：早上、午前、下午、下班前，隔几小时"""
_LAST_RESORT = "县政府办公室"


@cache
def _phrases() -> Mapping[str, Mapping[str, Any]]:
    file = TomlFile.read(DATA / "colleagues.toml")
    return dict(file.table((), file.data, required=tuple(NAMES)))  # type: ignore[arg-type]


@cache
def _advice(subject: str, body: str) -> TriageSuggestion:
    return triage_message({"subject": subject, "body": body})


def _advise(case: CaseFile) -> TriageSuggestion:
    return _advice(case.message.subject, case.message.body)


def play(who: str, scenario: object = "county-week", *, seed: int, days: int = 10) -> Office:
    """让一位同事办一局，给出办完的局面。

    Args:
        who: ``careful`` 尽责者、``template`` 套话者、``kicker`` 踢球者。
        scenario: 情景。
        seed: 种子。
        days: 办几天。

    Returns:
        办完的一局，只在内存里。

    Raises:
        InputError: 没有这位同事。

    Examples:
        >>> office = play("template", "first-day", seed=3, days=1)
        >>> office.scoreboard().received > 0
        True
    """
    if who not in NAMES:
        raise InputError(explain(f"没有同事 {show(who)}", f"可用：{'、'.join(NAMES)}", suggest(str(who), NAMES)))
    office = Office(scenario, seed=seed)
    people: dict[str, type[Careful | Template | Kicker]] = {
        "careful": Careful,
        "template": Template,
        "kicker": Kicker,
    }
    work = people[who](office)
    end = office.now + timedelta(days=days)
    while office.now < end:
        for hours in _STEPS:
            work.round()
            office.advance(hours)
        office.next_day()
    return office


@dataclass(frozen=True, slots=True)
class Comparison:
    """几位同事的记分牌，并排。"""

    boards: Mapping[str, Scoreboard]
    """名字到记分牌"""

    def __repr__(self) -> str:
        """一行说明。"""
        return (
            "Comparison("
            + "；".join(f"{name} 解决 {board.solved} 满意 {board.satisfied}" for name, board in self.boards.items())
            + ")"
        )

    def _repr_html_(self) -> str:
        names = list(self.boards)
        columns = [dict(board.rows()) for board in self.boards.values()]
        rows = [(key, *(column[key] for column in columns)) for key in columns[0]]
        return table(rows, headers=("项", *names)).html


def compare(
    office: Office | None = None, *, scenario: object = "county-week", seed: int = 7, days: int = 10
) -> Comparison:
    """与三位同事比：同一情景、同一种子，各办各的。

    Args:
        office: 自己办的一局；给了就照它的情景、种子与天数，并列在最前。
        scenario: 情景；给了 ``office`` 就不看。
        seed: 种子；给了 ``office`` 就不看。
        days: 办几天；给了 ``office`` 就不看。

    Returns:
        并排的记分牌。

    Examples:
        >>> compare(scenario="first-day", seed=3, days=1).boards["套话者"].received > 0
        True
    """
    boards: dict[str, Scoreboard] = {}
    if office is not None:
        boards["您"] = office.scoreboard()
        scenario, seed = office.scenario.id, office.seed
        days = max(1, (office.now.date() - office.scenario.start).days)
    for who, name in NAMES.items():
        boards[name] = play(who, scenario, seed=seed, days=days).scoreboard()
    return Comparison(boards)


class _Colleague(ABC):
    def __init__(self, office: Office) -> None:
        self.office = office

    def round(self) -> None:
        """看一遍收件箱，逐件做该做的一步。"""
        for case in self.office.cases:
            if case.status not in ("已合并", "已拆分", "已办结"):
                self.step(case)

    @abstractmethod
    def step(self, case: CaseFile) -> None:
        """一件做一步。"""

    def unit(self, name: str) -> str:
        """建议的单位不在本县名单里，就先给县政府办公室。"""
        return name if name in all_units() else _LAST_RESORT

    def sort(self, case: CaseFile) -> TriageSuggestion:
        """照分拣建议写下分类、诉求、缓急。"""
        advice = _advise(case)
        self.office.open(case.id)
        self.office.sort(case.id, category=advice.category, appeal=advice.appeal, urgency=advice.urgency)
        return advice


class Template(_Colleague):
    """套话者：分了、派了，马上回一段谁都能用的话；退回来的转出去，办得怎样不过问。"""

    def step(self, case: CaseFile) -> None:
        """一件做一步。"""
        office, text = self.office, str(_phrases()["template"]["reply"])
        if case.status in ("未读", "待分拣", "待交办"):
            advice = self.sort(case)
            if advice.category == "无效信息":
                office.close(case.id, reason="广告")
                return
            office.assign(case.id, lead=self.unit(advice.department))
            office.reply(case.id, text)
        elif case.phase in ("back", "dispute") and case.transfers < 2:
            # 单子退到手里，照退件单转出去，转完不再过问
            told = _named(case.talk[-1].text, (case.lead,))
            office.assign(case.id, lead=told[0] if told else _LAST_RESORT, partners=[case.lead])
        elif case.status == "再次来信":
            office.reply(case.id, text)
        elif case.status == "已评价" and case.age >= 6:
            office.close(case.id)


class Kicker(_Colleague):
    """踢球者：看也不看派给别家，退回来再派一家，答复是“请向某某反映”。"""

    def step(self, case: CaseFile) -> None:
        """一件做一步。"""
        office = self.office
        units = all_units()
        stream = Stream(f"{office.seed}:{case.id}:kick:{case.transfers}")
        if case.status in ("未读", "待分拣", "待交办", "被退回", "有争议"):
            other = stream.pick(units)
            if case.transfers < 4:
                office.assign(case.id, lead=other)
            if not case.replies:
                office.reply(case.id, str(_phrases()["kicker"]["reply"]).replace("{unit}", other))
        elif case.status == "再次来信":
            office.reply(case.id, str(_phrases()["kicker"]["reply"]).replace("{unit}", stream.pick(units)))
        elif case.replies and case.age >= 2:
            office.close(case.id)


class Careful(_Colleague):
    """尽责者：先急后缓，照卷里查到的答，查不到就追，答了还打电话问。"""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.words = _phrases()["careful"]

    def round(self) -> None:
        """先看有没有要公开说的，再逐件做。"""
        self._speak()
        for case in self.office.cases:
            if case.status in ("未读", "待分拣"):
                self.step(case)
        self._merge()
        super().round()
        if self.office.now.day >= 28 and not any(event.kind == "bulletin" for event in self.office.log):
            self.office.bulletin()

    # ------------------------------------------------------------ 一件一步
    def step(self, case: CaseFile) -> None:
        """一件做一步。"""
        doing: Mapping[str, Callable[[CaseFile], None]] = {
            "未读": self._first,
            "待分拣": self._first,
            "待交办": self._hand_over,
            "被退回": self._reroute,
            "有争议": self._meet,
            "已交办": self._watch,
            "办理中": self._watch,
            "待答复": self._answer,
            "再次来信": self._again,
            "已评价": self._finish,
            "已答复": self._follow,
        }
        if case.status in doing:
            doing[case.status](case)

    def _first(self, case: CaseFile) -> None:
        advice = self.sort(case)
        if advice.category == "无效信息":
            self.office.close(case.id, reason="广告，不是诉求")
            return
        if find_personal_data(case.message.body, kind="message"):
            self.office.redact(case.id)
        if advice.urgency == "特急":
            self._hand_over(self.office.case(case.id))

    def _hand_over(self, case: CaseFile) -> None:
        advice = _advise(case)
        lead = self.unit(advice.department)
        partners = [name for name in advice.partners if name in all_units() and name != lead]
        self.office.assign(case.id, lead=lead, partners=partners)

    def _reroute(self, case: CaseFile) -> None:
        """退件单上写着应当去哪家的，派过去；没写的，照分拣建议往下找。"""
        told = _named(case.talk[-1].text, (case.lead,))
        advice = _advise(case)
        tried = {row.who for row in case.talk} | {case.lead}
        ideas = [*told, *advice.partners, advice.department, _LAST_RESORT]
        lead = next((name for name in ideas if name in all_units() and name not in tried), _LAST_RESORT)
        self.office.assign(case.id, lead=lead, partners=[name for name in advice.partners if name in all_units()])

    def _meet(self, case: CaseFile) -> None:
        other = _named(case.talk[-1].text, (case.lead,))
        units = [case.lead, *other[:2], *case.partners]
        if len(set(units)) < 2:
            units.append(_LAST_RESORT)
        due = max(self.office.now, case.due_at or self.office.now) + timedelta(days=2)
        words = str(self.words["minutes"])
        words = words.replace("{owner}", case.lead).replace("{due}", say_day(due))
        words = words.replace("{others}", "、".join(name for name in units if name != case.lead))
        self.office.meeting(case.id, units=list(dict.fromkeys(units)), owner=case.lead, due=due, minutes=words)

    def _watch(self, case: CaseFile) -> None:
        if case.due_at is None:
            return
        left = work_days_between(self.office.now, case.due_at)
        urged = any(row.text.startswith("督办") for row in case.talk)
        if left <= 1 and not urged:
            self.office.urge(case.id, "期限快到了，请今天回件；办不完的写明查到什么、哪天办完。")
        elif left <= 0 and not any("延到" in row.text for row in case.facts):
            notice = self._fill(str(self.words["notice"]), case)
            self.office.extend(case.id, days=3, reason="承办单位还在核查", notice=notice)

    def _answer(self, case: CaseFile) -> None:
        facts = _own_facts(case)
        returned = sum(row.text.startswith("退回") for row in case.talk)
        if not facts:
            if returned < 2:
                self.office.return_case(case.id, reason=str(self.words["return_evasive"]))
            else:
                self.office.urge(case.id)
                self._send(case)
            return
        if case.finished and case.appeal not in ("咨询", "感谢", "建议") and not _called(case):
            self.office.call_back(case.id)
            said = self.office.case(case.id).facts[-1].text
            if any(word in said for word in ("没有人", "谁说的", "不是我们这里", "一模一样")) and returned < 2:
                self.office.return_case(case.id, reason=str(self.words["return_false"]))
                return
        self._send(self.office.case(case.id))

    def _again(self, case: CaseFile) -> None:
        """第二封信：先让单位补查，补到了新的再答；同一句话不说两遍。"""
        last = case.letters[-1].at
        fresh = [row for row in case.facts if row.at > last and row.source == case.lead]
        asked = any(row.at >= last and row.text.startswith("退回") for row in case.talk)
        waited = work_days_between(last, self.office.now)
        if not fresh and not asked and self._can_return(case):
            words = str(self.words["return_again"]).replace("{questions}", "；".join(case.questions))
            self.office.return_case(case.id, reason=words)
        elif fresh or waited >= 2 or not case.lead:
            self._send(case)

    def _can_return(self, case: CaseFile) -> bool:
        return case.phase == "result"

    def _finish(self, case: CaseFile) -> None:
        last = case.ratings[-1]
        if last.solved >= 4:
            if not _called(case):
                self.office.call_back(case.id)
            self.office.close(case.id)

    def _follow(self, case: CaseFile) -> None:
        """答过以后单位又有了新的结果，主动再告诉一声。"""
        sent = case.replies[-1].at
        if any(row.at > sent and row.source == case.lead for row in case.facts) and len(case.replies) < 3:
            self._send(case)

    # ------------------------------------------------------------ 写
    def _send(self, case: CaseFile) -> None:
        words, stream = self.words, Stream(f"{self.office.seed}:{case.id}:pen:{len(case.replies)}")
        again = bool(case.replies)
        told = "".join(row.text for row in case.replies)
        facts = [text for text in _own_facts(case) if text not in told] or _own_facts(case)
        parts = [stream.pick(words["again" if case.letters else "hello"])]
        if case.appeal in ("投诉", "求助", "举报") and not again:
            parts.append(stream.pick(words["sorry"]))
        parts += facts
        if not facts:
            parts.append(stream.pick(words["waiting"]))
        elif case.conclusion in ("部分办理", "不予办理"):
            parts.append(stream.pick(words["refuse"]))
        if case.lead:
            parts.append(stream.pick(words["follow"]))
        text = "".join(parts) + "\n" + str(words["sign"])
        self.office.reply(case.id, self._fill(text, case))

    def _fill(self, text: str, case: CaseFile) -> str:
        phone = re.search(
            r"联系电话([\d-]+)", "".join(row.text for row in case.facts if row.source in ("交办", "联席会议"))
        )
        now = self.office.now
        blanks = {
            "title": _short(case.message.subject),
            "unit": case.lead or _LAST_RESORT,
            "phone": phone.group(1) if phone else "0700-5550000",
            "date": f"{now.year}年{now.month}月{now.day}日",
        }
        for name, value in blanks.items():
            text = text.replace("{" + name + "}", value)
        return text

    # ------------------------------------------------------------ 公开说
    def _speak(self) -> None:
        office = self.office
        said = {(row["topic"], row["kind"]) for row in office.posts}
        texts = {row["topic"]: row["text"] for row in office.posts}
        for topic, name in office.topics:
            known = office.known(topic)
            if known and "已查清" not in texts.get(topic, "") and "查清：" not in texts.get(topic, ""):
                words = str(self.words["statement_known"]).replace("{topic}", name).replace("{truth}", known)
                office.publish(words, topic=topic)
            elif not known and (topic, "announcement") not in said:
                unit = next((case.lead for case in office.cases if case.lead), "有关单位")
                words = str(self.words["statement_early"]).replace("{topic}", name).replace("{unit}", unit)
                office.publish(words, topic=topic)

    def _merge(self) -> None:
        """同一桩议论、同一个地方、还没有交办的，并到最早的一件上。"""
        groups: dict[tuple[str, str, str], list[CaseFile]] = {}
        for case in self.office.cases:
            if case.status not in ("待交办", "已交办", "办理中", "待答复") or case.children:
                continue
            topic = self.office.topic(case.id)
            if topic:
                groups.setdefault((topic, case.message.place, case.appeal), []).append(case)
        for rows in groups.values():
            late = [case.id for case in rows[1:] if not case.merged and case.status == "待交办"]
            if late:
                self.office.merge(rows[0].id, late)


def _own_facts(case: CaseFile) -> list[str]:
    """卷里单位查到的、查清了的；收件、交办、期限这些不写进正文。"""
    skip = ("收件", "交办", "本办", "回访", "来信人", "联席会议")
    return [row.text for row in case.facts if row.source not in skip and "来话" not in row.text]


def _called(case: CaseFile) -> bool:
    return any(row.source == "回访" for row in case.facts)


def _named(text: str, skip: Sequence[str]) -> list[str]:
    """一段话里点名的单位，先点的在前。"""
    found = [(text.find(name), name) for name in all_units() if name in text and name not in skip]
    return [name for _, name in sorted(found)]


def _short(title: str) -> str:
    return title if len(title) <= 26 else title[:25] + "……"
