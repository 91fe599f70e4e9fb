"""收件箱：一封一个按钮，按该先看的排，能筛、能找、能翻页。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import tag
from wenzheng_lab.desk.parts import Widget, button, choices, pane, write
from wenzheng_lab.desk.sitting import Sitting
from wenzheng_lab.office import CaseFile

PAGE_SIZE = 8
"""一页几封：1366×768、125% 时一屏放得下"""
OLD, MIDDLE = 4, 2
"""收到几个工作日算久、算该办了"""
DONE = ("已办结", "已合并", "已拆分", "已评价", "已答复")
FILTERS: Mapping[str, Callable[[CaseFile], bool]] = {
    "要办": lambda case: case.status not in DONE,
    "未读": lambda case: case.status == "未读",
    "再来信": lambda case: case.status == "再次来信",
    "答过": lambda case: bool(case.replies),
    "全部": lambda case: True,
}


def age_look(case: CaseFile) -> tuple[str, str]:
    """多久了：颜色的类名与写出来的话，两样都有。

    Args:
        case: 件夹。

    Returns:
        （``done``、``late``、``warm``、``fresh`` 之一，话）。
    """
    if case.status in DONE:
        return "done", "已处理"
    if case.overdue:
        return "late", f"已超期 {case.age}天"
    if case.age > OLD:
        return "late", f"久了 {case.age}天"
    if case.age >= MIDDLE:
        return "warm", f"该办了 {case.age}天"
    return "fresh", "今天到" if case.age == 0 else f"新 {case.age}天"


def order(case: CaseFile) -> tuple[object, ...]:
    """该先看的在前：再次来信、超期、特急、快到期、先来的。"""
    rank = {"特急": 0, "急": 1}.get(case.urgency, 2)
    closed = case.status in DONE
    return closed, case.status != "再次来信", not case.overdue, rank, case.due_at or datetime.max, case.arrived


class Letters:
    """收件箱。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.filter, self.at = "要办", 0
        self.shown: list[str] = []
        """这一页各行是哪封"""
        self.strip = choices(list(FILTERS), self.filter, self._filter)
        self.search = w.Text(placeholder="找：编号、主题、地方", layout=w.Layout(width="98%"))
        self.search.observe(lambda _: self._again(), names="value")
        self.rows = [button("", lambda n=n: self.choose(n)) for n in range(PAGE_SIZE)]  # type: ignore[misc]
        for row in self.rows:
            row.add_class("wz-row")
        self.back = button("上一页", lambda: self._turn(-1))
        self.next = button("下一页", lambda: self._turn(1))
        self.count = pane()
        foot = w.HBox([self.back, self.next, self.count], layout=w.Layout(align_items="center"))
        self.box: Widget = w.VBox([self.strip, self.search, *self.rows, foot], layout=w.Layout(width="300px"))
        self.box.layout.flex = "0 0 300px"
        sitting.watch(self.draw)

    def choose(self, n: int) -> None:
        """选这一页的第几行。"""
        if n < len(self.shown):
            self.sitting.choose(self.shown[n])

    def _filter(self, name: str) -> None:
        self.filter = name
        self._again()

    def _again(self) -> None:
        self.at = 0
        self.draw()

    def _turn(self, step: int) -> None:
        self.at += step
        self.draw()

    def draw(self) -> None:
        """照此刻的样子重画。"""
        word = self.search.value.strip()
        keep = FILTERS[self.filter]
        cases = [
            case
            for case in self.sitting.office.cases
            if keep(case) and (not word or word in case.id + case.message.subject + case.message.place)
        ]
        cases.sort(key=order)
        pages = max(1, -(-len(cases) // PAGE_SIZE))
        self.at = min(max(0, self.at), pages - 1)
        page = cases[self.at * PAGE_SIZE : (self.at + 1) * PAGE_SIZE]
        self.shown = [case.id for case in page]
        for n, row in enumerate(self.rows):
            if n < len(page):
                self._row(row, page[n])
            row.layout.display = "" if n < len(page) else "none"
        self.back.disabled, self.next.disabled = self.at == 0, self.at >= pages - 1
        note = f"{len(cases)} 封，{self.at + 1}/{pages} 页" if cases else "这一类里没有来信"
        write(self.count, tag("span", note, attrs={"class": "wz-note"}))

    def _row(self, row: Widget, case: CaseFile) -> None:
        look, words = age_look(case)
        urgent = f"｜{case.urgency}" if case.urgency in ("特急", "急") else ""
        subject = case.message.subject
        short = subject if len(subject) <= 18 else subject[:17] + "…"
        row.description = f"{short}\n{case.status}{urgent}｜{words}"
        row.tooltip = f"{case.id} {subject}（{case.status}，{words}）"
        wanted = ["wz-row", f"wz-{look}"]
        wanted += ["wz-unread"] if case.status == "未读" else []
        wanted += ["wz-now"] if case.id == self.sitting.current else []
        if tuple(row._dom_classes) != tuple(wanted):
            row._dom_classes = wanted
