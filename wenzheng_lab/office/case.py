"""件夹：一封来信到此刻知道的一切。学员只看得到这里有的。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenzheng_lab._html import Content, Markup, join, table, tag
from wenzheng_lab.letter import find_asks
from wenzheng_lab.model import Case, Message, Reply
from wenzheng_lab.office.hours import add_workdays, say_moment, work_days_between
from wenzheng_lab.office.settings import setting
from wenzheng_lab.office.state import CaseState, State


@dataclass(frozen=True, slots=True)
class FactLine:
    """卷里的一样事实。"""

    at: datetime
    """什么时候知道的"""
    source: str
    """谁说的"""
    text: str
    """内容"""


@dataclass(frozen=True, slots=True)
class Talk:
    """往来的一句话。"""

    at: datetime
    """什么时候"""
    who: str
    """谁"""
    text: str
    """内容"""


@dataclass(frozen=True, slots=True)
class Sent:
    """发出去的一次答复。"""

    at: datetime
    """什么时候"""
    text: str
    """全文"""
    total: float | None
    """总分 0–100；没有评为 None"""
    gates: tuple[str, ...]
    """触到的红线"""
    grade: str
    """等次"""


@dataclass(frozen=True, slots=True)
class Rated:
    """一次评价。"""

    at: datetime
    """什么时候"""
    solved: int
    """解决 1–5"""
    attitude: int
    """态度 1–5"""
    speed: int
    """速度 1–5"""
    auto: bool
    """是不是系统默认的好评"""
    comment: str
    """评语"""

    @property
    def stars(self) -> str:
        """三项平均，写成星与数。"""
        mean = (self.solved + self.attitude + self.speed) / 3
        whole = int(mean + 0.5)
        return "★" * whole + "☆" * (5 - whole) + f" {mean:.1f}"


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """登记的一个承诺。"""

    text: str
    """原话"""
    due: datetime
    """到期"""
    kept: bool | None
    """兑现了没有；None 还没到期"""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """件夹。"""

    id: str
    """编号"""
    message: Message
    """来信"""
    status: str
    """办到哪一步"""
    arrived: datetime
    """什么时候到的"""
    category: str
    """您分的类"""
    appeal: str
    """您判的诉求"""
    urgency: str
    """您判的缓急"""
    lead: str
    """主办"""
    partners: tuple[str, ...]
    """协办"""
    due_at: datetime | None
    """答复期限"""
    overdue: bool
    """已超期"""
    age: int
    """收到几个工作日了"""
    facts: tuple[FactLine, ...]
    """卷里的事实；答复只能说这里有的"""
    finished: bool
    """卷里记着办完了没有"""
    phase: str
    """单位那头：sent 已送、queued 排队、working 在办、back 退件、dispute 争议、result 已回件；没有交办为空"""
    conclusion: str
    """回件单上写的结论：办结、部分办理、不予办理、在办；没有回件为空"""
    talk: tuple[Talk, ...]
    """与单位、来信人的往来"""
    replies: tuple[Sent, ...]
    """发出去的答复"""
    ratings: tuple[Rated, ...]
    """评价"""
    letters: tuple[Talk, ...]
    """再次来信"""
    questions: tuple[str, ...]
    """还没有答的诉求与追问"""
    promises: tuple[PromiseLine, ...]
    """登记的承诺"""
    meeting: Mapping[str, Any]
    """联席会议：units、owner、due、minutes；没开过为空"""
    merged: tuple[str, ...]
    """并进来的来信"""
    merged_into: str
    """并到哪一件"""
    children: tuple[str, ...]
    """拆成了哪几件"""
    redacted: str
    """遮过个人信息的正文；没遮过为空串"""
    transfers: int
    """换过几次主办"""
    draft: str
    """没发出去的草稿"""
    dossier: Case
    """给评分用的办理件：诉求、卷内事实、以前各轮、期限"""

    @property
    def to(self) -> Message:
        """这一轮要答的信：第二轮起是再次来信，附着原信。"""
        return self.dossier.message

    @property
    def asks(self) -> tuple[str, ...]:
        """信里自己写的诉求，照原话；拆件照它分。"""
        return tuple(ask.text for ask in find_asks(self.message))

    def __repr__(self) -> str:
        """一行说明。"""
        lead = f" 主办{self.lead}" if self.lead else ""
        return f"CaseFile({self.id} {self.message.subject[:20]}｜{self.status}{lead}｜卷内 {len(self.facts)} 条)"

    def _repr_html_(self) -> str:
        return self.card().html

    def card(self) -> Markup:
        """件夹（HTML）。

        Returns:
            可嵌进网页的 ``Markup``。
        """
        head: list[tuple[Content, Content]] = [
            ("办到", self.status),
            (
                "来信",
                f"{say_moment(self.arrived)}　{self.message.channel}　{self.message.author}　{self.message.place}",
            ),
            ("您的分拣", "、".join(part for part in (self.category, self.appeal, self.urgency) if part) or "还没有分"),
            ("主办 / 协办", f"{self.lead or '未交办'} / {'、'.join(self.partners) or '无'}"),
            ("答复期限", _due(self)),
            ("回件结论", self.conclusion or "还没有回件"),
            ("还没有答的", join([tag("div", question) for question in self.questions]) if self.questions else "都答了"),
        ]
        parts: list[Markup] = [
            tag("h4", f"{self.id}　{self.message.subject}"),
            tag("p", self.message.body),
            table(head),
            tag("b", "卷内事实（答复只能说这里有的）"),
            table([(f"{row.at:%m-%d %H:%M}", row.source, row.text) for row in self.facts]),
        ]
        if self.talk:
            parts += [tag("b", "往来"), table([(f"{row.at:%m-%d %H:%M}", row.who, row.text) for row in self.talk])]
        for sent in self.replies:
            mark = "" if sent.total is None else f"（{sent.total:g} 分 {sent.grade}{_red(sent)}）"
            parts += [tag("b", f"{sent.at:%m-%d %H:%M} 答复{mark}"), tag("p", sent.text)]
        if self.ratings:
            rows = [
                (f"{row.at:%m-%d %H:%M}", row.stars, "默认" if row.auto else "本人", row.comment)
                for row in self.ratings
            ]
            parts += [tag("b", "评价"), table(rows)]
        for letter in self.letters:
            parts += [tag("b", f"{letter.at:%m-%d %H:%M} 再次来信"), tag("p", letter.text)]
        return tag("div", *parts, attrs={"class": "wz-casefile"})


def _red(sent: Sent) -> str:
    return f"，红线 {'、'.join(sent.gates)}" if sent.gates else ""


def _due(case: CaseFile) -> str:
    if case.due_at is None:
        return "未定"
    return f"{say_moment(case.due_at)}" + ("（已超期）" if case.overdue else "")


def view(case: CaseState, state: State, *, sealed: bool) -> CaseFile:
    """由状态做件夹；封卷时不给看评分，也不先列出诉求。"""
    shown, message = not sealed, _message(case)
    return CaseFile(
        id=case.id,
        message=message,
        status=case.status,
        arrived=case.arrived,
        category=case.sorting.get("category", ""),
        appeal=case.sorting.get("appeal", ""),
        urgency=case.sorting.get("urgency", ""),
        lead=case.lead,
        partners=case.partners,
        due_at=case.due,
        overdue=case.overdue,
        age=work_days_between(case.arrived, state.now),
        facts=tuple(FactLine(_at(row), row["source"], row["text"]) for row in case.facts),
        finished=case.finished,
        phase=case.phase,
        conclusion=case.conclusion,
        talk=tuple(Talk(_at(row), row["who"], row["text"]) for row in case.talk),
        replies=tuple(
            Sent(
                _at(row),
                row["text"],
                row["score"].get("total") if shown and row["score"] else None,
                tuple(row["score"].get("gates", ())) if shown and row["score"] else (),
                row["score"].get("grade", "") if shown and row["score"] else "",
            )
            for row in case.replies
        ),
        ratings=tuple(
            Rated(_at(row), row["solved"], row["attitude"], row["speed"], row["auto"], row["comment"])
            for row in case.ratings
        ),
        letters=tuple(Talk(_at(row), case.message["author"], row["text"]) for row in case.letters),
        questions=case.questions if shown or case.replies else (),
        promises=tuple(
            PromiseLine(row["text"], datetime.fromisoformat(row["due"]), row.get("kept")) for row in case.promises
        ),
        meeting=dict(case.meeting),
        merged=tuple(case.merged),
        merged_into=case.merged_into,
        children=tuple(case.children),
        redacted=case.redacted.get("text", ""),
        transfers=max(0, len(case.leads) - 1),
        draft=case.draft,
        dossier=dossier(case, message),
    )


def _at(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(row["at"]))


def _message(case: CaseState) -> Message:
    row = case.message
    return Message(
        subject=row["subject"],
        body=row["body"],
        id=case.id,
        created_at=datetime.fromisoformat(str(row["created_at"])),
        channel=row["channel"],
        author=row["author"],
        place=row["place"],
    )


def dossier(case: CaseState, first: Message | None = None) -> Case:
    """给评分用的办理件：这一轮的信、要答的、卷里有的、以前答过的。"""
    first = first or _message(case)
    message, due = first, case.due
    if case.waiting:
        last = case.letters[-1]
        body = f"{last['text']}\n（原信：{first.text}）"
        message = Message(
            f"再次来信：{first.subject}", body, first.id, _at(last), first.channel, first.author, first.place
        )
        fresh = add_workdays(_at(last), int(setting("deadline.consult")))
        due = fresh if due is None or due < _at(last) else due
    return Case(
        message=message,
        replies=tuple(Reply(row["text"], _at(row)) for row in case.replies),
        asks=case.questions or tuple(case.truth["asks"]),
        facts=tuple(row["text"] for row in case.facts),
        finished=case.finished,
        due_at=due,
        notices=tuple(case.notices),
    )
