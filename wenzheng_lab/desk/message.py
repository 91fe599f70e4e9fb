"""来信：原信、再次来信、答过的、评价与件夹，往下读就是先后。"""

from __future__ import annotations

from datetime import datetime

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Content, Markup, join, table, tag
from wenzheng_lab.desk.parts import Widget, lines, pane, write
from wenzheng_lab.desk.sitting import Sitting
from wenzheng_lab.office import CaseFile
from wenzheng_lab.office.case import Talk
from wenzheng_lab.office.hours import say_moment

PHASES = {
    "sent": "已送去",
    "queued": "在单位排队",
    "working": "单位在办",
    "back": "单位退回来了，要改派",
    "dispute": "几家在争职责，要定牵头",
    "result": "单位已回件",
}
NONE = tag("p", "还没有选来信。请在左边挑一封，按一下就打开。")


def letter_page(case: CaseFile, *, exam: bool) -> Markup:
    """一封来信的全部（HTML）。

    Args:
        case: 件夹。
        exam: 考试时不显示评分。

    Returns:
        ``Markup``，凡文字都转义。
    """
    message = case.message
    who = "　".join(part for part in (message.channel, message.author, message.place) if part)
    parts: list[Content] = [
        tag("h4", f"{case.id}　{message.subject}"),
        tag("div", f"{say_moment(case.arrived)}到　{who}", attrs={"class": "wz-note"}),
        tag("div", lines(case.redacted or message.body), attrs={"class": "wz-letter"}),
    ]
    if case.redacted:
        parts.append(tag("div", "（个人信息已遮盖）", attrs={"class": "wz-note"}))
    parts += [block for _, block in sorted(_talks(case, exam=exam), key=lambda row: row[0])]
    parts += [tag("h4", "件夹"), table(_head(case))]
    return join(parts)


def _talks(case: CaseFile, *, exam: bool) -> list[tuple[str, Markup]]:
    found: list[tuple[str, Markup]] = []
    for sent in case.replies:
        score = "" if exam or sent.total is None else f"（{sent.total:g} 分 {sent.grade}）"
        red = f"　触红线 {'、'.join(sent.gates)}" if sent.gates and not exam else ""
        head = tag("b", f"{say_moment(sent.at)}　您的答复{score}{red}")
        found.append((sent.at.isoformat() + "1", tag("div", head, tag("br"), lines(sent.text), attrs=_OWN)))
    for rated in case.ratings:
        each = f"解决 {rated.solved}、态度 {rated.attitude}、速度 {rated.speed}"
        who = "系统默认好评，不算数" if rated.auto else "来信人评价"
        words = tag("div", f"{who}　{each}　{rated.comment}")
        stars = tag("span", f"{say_moment(rated.at)}　{rated.stars}", attrs={"class": "wz-stars"})
        found.append((rated.at.isoformat() + "2", tag("div", stars, words)))
    for letter in case.letters:
        head = tag("b", f"{say_moment(letter.at)}　再次来信")
        found.append((letter.at.isoformat() + "3", tag("div", head, tag("br"), lines(letter.text), attrs=_SECOND)))
    return found


_OWN = {"class": "wz-letter wz-own"}
_SECOND = {"class": "wz-letter wz-second"}


def _head(case: CaseFile) -> list[tuple[Content, Content]]:
    due = "未定" if case.due_at is None else say_moment(case.due_at) + ("（已超期）" if case.overdue else "")
    rows: list[tuple[Content, Content]] = [
        ("办到", case.status + (f"　{PHASES[case.phase]}" if case.phase in PHASES else "")),
        ("您的分拣", "、".join(part for part in (case.category, case.appeal, case.urgency) if part) or "还没有分"),
        ("主办 / 协办", f"{case.lead or '未交办'} / {'、'.join(case.partners) or '无'}"),
        ("答复期限", due),
        ("回件结论", case.conclusion or "还没有回件"),
    ]
    if case.questions:
        rows.append(("还没有答的", join(tag("div", question) for question in case.questions)))
    for promise in case.promises:
        kept = {None: "还没到期", True: "兑现了", False: "没有兑现"}[promise.kept]
        rows.append(("承诺", f"{promise.text}（{say_moment(promise.due)}到期，{kept}）"))
    if case.meeting:
        rows.append(("联席会议", f"{case.meeting.get('owner', '')}牵头：{case.meeting.get('minutes', '')}"))
    if case.merged:
        rows.append(("并进来的", "、".join(case.merged)))
    if case.merged_into:
        rows.append(("并到", case.merged_into))
    return rows


_ROUTINE = ("收件", "交办")
"""照例就有的，排在查到的后面"""


def facts_table(case: CaseFile) -> Markup:
    """卷内事实与往来（HTML）；查到的在前，照例的收件、交办在后，回件里的话不说两遍。"""
    found = sorted(case.facts, key=lambda row: row.source in _ROUTINE)
    facts = table([(_when(row.at, row.source), row.text) for row in found])
    parts: list[Content] = [tag("h4", "卷内事实（答复只能说这里有的）"), facts]
    if case.talk:
        rows = [(_when(row.at, row.who), _said(row, case)) for row in case.talk]
        parts += [tag("h4", "往来"), table(rows)]
    return join(parts)


def _said(row: Talk, case: CaseFile) -> str:
    rest = row.text
    for fact in case.facts:
        if fact.source == row.who:
            rest = rest.replace(fact.text, "")
    return row.text if rest == row.text else f"{rest}（回件，查到的已记在上面）"


def _when(at: datetime, who: str) -> Markup:
    """时刻与出处，上下两行：笔记本里右边窄，省下来给正文。"""
    return join([f"{at:%m-%d}\u00a0{at:%H:%M}", tag("br"), tag("b", who)])


class MessagePane:
    """来信一页。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.view = pane()
        self.box: Widget = w.VBox([self.view])

    def draw(self) -> None:
        """照此刻的样子重画。"""
        case = self.sitting.case
        write(self.view, NONE if case is None else join([letter_page(case, exam=self.sitting.exam), facts_table(case)]))
