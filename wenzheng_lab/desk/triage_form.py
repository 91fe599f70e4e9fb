"""分拣：分类、诉求、缓急各点一下就存；要看建议再看，依据一条条列着。"""

from __future__ import annotations

import functools

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Markup, tag
from wenzheng_lab.desk.message import NONE
from wenzheng_lab.desk.parts import Widget, button, choices, lines, pane, write
from wenzheng_lab.desk.sitting import Sitting
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.model import APPEALS, URGENCIES, Message
from wenzheng_lab.triage import TriageSuggestion, triage_message

FIELDS = {
    "urgency": ("缓急", URGENCIES),
    "appeal": ("诉求", APPEALS),
    "category": ("分类", (*load_county().taxonomy, "无效信息")),
}


@functools.lru_cache(maxsize=64)
def suggest(message: Message) -> TriageSuggestion:
    """分拣建议；同一封信只算一次。"""
    return triage_message(message)


class TriageForm:
    """分拣一页。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self._filling = False
        self.head = pane()
        self.strips: dict[str, Widget] = {}
        rows: list[Widget] = []
        for name, (label, options) in FIELDS.items():
            strip = choices(options, None, lambda value, name=name: self._sort(name, value))  # type: ignore[misc]
            self.strips[name] = strip
            rows += [pane(tag("b", label)), strip]
        self.ask = button("看建议和依据", self._ask)
        self.fill = button("照建议填", self._fill)
        self.card = pane()
        helps = w.HBox([self.ask, self.fill], layout=w.Layout(display="none" if sitting.exam else "flex"))
        self.box: Widget = w.VBox([self.head, *rows, helps, sitting.echo(), self.card])
        self._asked = ""

    def _sort(self, name: str, value: str) -> None:
        current = self.sitting.current
        if self._filling or not current:
            return
        self.sitting.do(
            f"已记下{FIELDS[name][0]}：{value}。", lambda: self.sitting.office.sort(current, **{name: value}) and None
        )

    def _ask(self) -> None:
        self._asked = "" if self._asked == self.sitting.current else self.sitting.current
        self.draw()

    def _fill(self) -> None:
        case = self.sitting.case
        if case is None:
            return

        def act() -> None:
            one = suggest(case.message)
            self.sitting.office.sort(case.id, category=one.category, appeal=one.appeal, urgency=one.urgency)

        self.sitting.do("已照建议填上，请再看一遍对不对。", act)

    def draw(self) -> None:
        """照此刻的样子重画。"""
        case = self.sitting.case
        for strip in self.strips.values():
            strip.disabled = case is None or self.sitting.office.read_only
        if case is None:
            write(self.head, NONE)
            write(self.card, Markup(""))
            return
        self._filling = True
        try:
            for name, strip in self.strips.items():
                value = getattr(case, name)
                strip.value = value if value in strip.options else None
        finally:
            self._filling = False
        body = tag("div", lines(case.redacted or case.message.body), attrs={"class": "wz-letter"})
        write(self.head, tag("div", tag("h4", f"{case.id}　{case.message.subject}"), body))
        shown = self._asked == case.id and not self.sitting.exam
        write(self.card, Markup(suggest(case.message)._repr_html_()) if shown else Markup(""))
