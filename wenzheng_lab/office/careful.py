"""尽责者：照件夹里查到的写，查不到就追；只用公开的办法做事，看不到真值。"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.colleague import LAST_RESORT, Colleague, advise, named, phrases
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.hours import say_day, work_days_between
from wenzheng_lab.office.office import Office
from wenzheng_lab.privacy import find_personal_data


class Careful(Colleague):
    """尽责者：先急后缓，照卷里查到的答，查不到就追，答了还打电话问。"""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.words = phrases()["careful"]

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
        advice = advise(case)
        lead = self.unit(advice.department)
        partners = [name for name in advice.partners if name in all_units() and name != lead]
        self.office.assign(case.id, lead=lead, partners=partners)

    def _reroute(self, case: CaseFile) -> None:
        """退件单上写着应当去哪家的，派过去；没写的，照分拣建议往下找。"""
        told = named(case.talk[-1].text, (case.lead,))
        advice = advise(case)
        tried = {row.who for row in case.talk} | {case.lead}
        ideas = [*told, *advice.partners, advice.department, LAST_RESORT]
        lead = next((name for name in ideas if name in all_units() and name not in tried), LAST_RESORT)
        self.office.assign(case.id, lead=lead, partners=[name for name in advice.partners if name in all_units()])

    def _meet(self, case: CaseFile) -> None:
        other = named(case.talk[-1].text, (case.lead,))
        units = [case.lead, *other[:2], *case.partners]
        if len(set(units)) < 2:
            units.append(LAST_RESORT)
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
            "unit": case.lead or LAST_RESORT,
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


def _short(title: str) -> str:
    return title if len(title) <= 26 else title[:25] + "……"
