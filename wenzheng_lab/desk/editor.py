"""答复：左写右看不必换地方，停一停就评，停一停就存草稿。"""

from __future__ import annotations

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab.desk.message import NONE, facts_table
from wenzheng_lab.desk.parts import Widget, area, button, lines, pane, write
from wenzheng_lab.desk.sitting import Later, Sitting
from wenzheng_lab.office import CaseFile
from wenzheng_lab.reply import ReplyScore
from wenzheng_lab.reply.match import LABELS

PAUSE = 0.5
"""停多少秒算停"""


def summary(score: ReplyScore) -> Markup:
    """一行：几分、红线、答到几问、先改哪一处。

    Args:
        score: 评分。

    Returns:
        ``Markup``。
    """
    if score.total is None:
        return tag("div", f"未评分：{score.reason}", attrs={"class": "wz-note", "role": "status"})
    done = sum(row.status != LABELS["ignored"] for row in score.answers)
    parts: list[Content] = [f"{score.total:g} 分 {score.grade}　答到 {done}/{len(score.answers)} 问　"]
    if score.gates:
        parts.append(tag("span", "红线 " + "、".join(g.id + g.label for g in score.gates), attrs={"class": "wz-red"}))
    else:
        parts.append("没有触红线")
    return tag("div", *parts, attrs={"class": "wz-sum", "role": "status"})


class Editor:
    """答复一页。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self._filling = False
        self._for = ""
        self.head = pane()
        self.facts = pane(height="190px")
        self.text = area(
            "在这里写答复。先称呼，再逐条答，写清谁、哪天、怎么查的、办成了什么、还差什么、找谁。", rows=8, live=True
        )
        self.text.observe(self._typed, names="value")
        self.sum = pane()
        self.send = button("发出答复", self._send, look="primary")
        self.saved = pane()
        self.saved.layout.width = "auto"
        self.card = pane()
        self.later = Later(PAUSE, self._pause)
        foot = w.HBox([self.send, self.saved, sitting.echo()], layout=w.Layout(align_items="center"))
        self.box: Widget = w.VBox([self.head, self.facts, self.text, self.sum, foot, self.card])
        sitting.before(self._keep)

    def _typed(self, _change: object) -> None:
        if not self._filling and self._for:
            write(self.saved, tag("span", "正在写……", attrs={"class": "wz-note"}))
            self.later.touch()

    def _keep(self) -> None:
        """存下草稿；在翻到别的信、做别的动作以前也要存。"""
        self.later.cancel()
        office = self.sitting.office
        if self._for and not office.read_only and office.case(self._for).draft != self.text.value:
            office.draft(self._for, self.text.value)

    def _pause(self) -> None:
        if self.sitting.do("", lambda: None):
            write(self.saved, tag("span", "草稿已存", attrs={"class": "wz-note"}))

    def _send(self) -> None:
        id, words = self._for, self.text.value
        if not id:
            return

        def act() -> str:
            score = self.sitting.office.reply(id, words)
            return "" if score.total is None or self.sitting.exam else f"这一封 {score.total:g} 分（{score.grade}）。"

        if self.sitting.do("答复已发出，来信人怎么看，要等时间走一走。", act):
            write(self.saved, Markup(""))

    def draw(self) -> None:
        """照此刻的样子重画。"""
        case = self.sitting.case
        self.text.layout.display = "none" if case is None else ""
        self.send.disabled = case is None or self.sitting.office.read_only
        self.text.disabled = self.send.disabled
        if case is None:
            write(self.head, NONE)
            for part in (self.facts, self.sum, self.card):
                write(part, Markup(""))
            return
        self._fill(case)
        write(self.head, self._head(case))
        write(self.facts, facts_table(case))
        self._score(case)

    def _fill(self, case: CaseFile) -> None:
        if self._for == case.id and self.text.value == case.draft:
            return
        self._for = case.id
        self._filling = True
        try:
            self.text.value = case.draft
        finally:
            self._filling = False
        write(self.saved, tag("span", "上次的草稿", attrs={"class": "wz-note"}) if case.draft else Markup(""))

    def _head(self, case: CaseFile) -> Markup:
        parts: list[Content] = [tag("h4", f"{case.id}　{case.to.subject}")]
        letter = case.letters[-1].text if case.letters else case.redacted or case.message.body
        parts.append(
            tag(
                "details",
                tag("summary", "再次来信（按一下展开）" if case.letters else "来信（按一下展开）"),
                tag("div", lines(letter), attrs={"class": "wz-letter"}),
            )
        )
        if case.questions:
            asked = [tag("li", question) for question in case.questions]
            parts.append(tag("div", tag("b", "要答的："), tag("ol", *asked, attrs={"class": "wz-asked"})))
        return join(parts)

    def _score(self, case: CaseFile) -> None:
        if self.sitting.exam:
            write(self.sum, tag("div", "考试中不显示评分，成绩封在日志里。", attrs={"class": "wz-note"}))
            return
        if not self.text.value.strip():
            note = "写几句停一停，这里就给出评分与先改哪一处。"
            if case.replies and case.replies[-1].total is not None:
                last = case.replies[-1]
                note = f"上一封 {last.total:g} 分（{last.grade}）。" + note
            write(self.sum, tag("div", note, attrs={"class": "wz-note"}))
            write(self.card, Markup(""))
            return
        score = self.sitting.office.preview(case.id, self.text.value)
        write(self.sum, summary(score))
        write(self.card, score.card())
