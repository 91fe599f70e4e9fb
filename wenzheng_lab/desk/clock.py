"""钟：此刻、还有几封、带教的话；过一小时、到下一个工作日、撤销。"""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab.desk.letters import DONE
from wenzheng_lab.desk.parts import Widget, button, pane, told, write
from wenzheng_lab.desk.sitting import Sitting
from wenzheng_lab.office import Event
from wenzheng_lab.office.story import tell

_WEEK = "一二三四五六日"
_LOUD = ("rated", "wrote_again", "error_exposed", "told_neighbours", "deadline_passed", "phone", "dept_pushback")


def happenings(events: tuple[Event, ...]) -> Markup:
    """这段时间的动静（HTML），要紧的加粗。"""
    if not events:
        return tag("p", "这段时间没有动静。")
    rows: list[Content] = []
    for event in events:
        if event.kind == "guide":
            continue
        words = f"{event.at:%m-%d %H:%M}　{event.actor}　{event.label}　{event.case_id}　"
        body = tag("b", words, tell(event)) if event.kind in _LOUD else join([words, tell(event)])
        rows.append(tag("li", body))
    return tag("ul", *rows)


class Clock:
    """最上面的一条。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.now = pane()
        self.guide = pane()
        self.told = pane()
        # 留着一行的高：话来话去，下面的按钮不跳
        self.told.add_class("wz-said")
        self.hour = button("过一小时", lambda: self._pass(sitting.office.next_hour))
        self.day = button("到下一个工作日", lambda: self._pass(sitting.office.next_day), look="warning")
        self.undo = button("撤销", self._undo, tip="撤销最近一个动作，时间往前走以前的")
        self.now.layout.flex = "1 1 auto"
        self.now.layout.width = "auto"
        row = w.HBox([self.now, self.hour, self.day, self.undo], layout=w.Layout(align_items="center"))
        self.box: Widget = w.VBox([row, self.guide, self.told])
        sitting.watch(self.draw)

    def _pass(self, go: Callable[[], tuple[Event, ...]]) -> None:
        def act() -> str:
            self.sitting.happened = go()
            self.sitting.page = "动静"
            new = sum(event.kind == "arrived" for event in self.sitting.happened)
            return f"时间走了，发生了 {len(self.sitting.happened)} 件事，新来 {new} 封信。"

        self.sitting.do("", act)

    def _undo(self) -> None:
        def act() -> str:
            return f"已撤销：{self.sitting.office.undo().label}。"

        self.sitting.do("", act)

    def draw(self) -> None:
        """照此刻的样子重画。"""
        office = self.sitting.office
        cases = office.cases
        unread = sum(case.status == "未读" for case in cases)
        again = sum(case.status == "再次来信" for case in cases)
        late = sum(case.overdue and case.status not in DONE for case in cases)
        now = office.now
        words = f"{now.month}月{now.day}日 星期{_WEEK[now.weekday()]} {now:%H:%M}"
        where = f"存在 {office.path.name}" if office.path else "只在内存，没有存盘"
        over = "　这一局的日子到了，可以接着办" if office.over else ""
        write(
            self.now,
            join(
                [
                    tag("span", f"{words}　{office.scenario.name}{over}", attrs={"class": "wz-bar1"}),
                    tag("div", f"来信 {len(cases)}　未读 {unread}　再次来信 {again}　超期 {late}　｜　{where}"),
                ]
            ),
        )
        for one in (self.hour, self.day, self.undo):
            one.disabled = office.read_only
        write(self.guide, self._guide())
        write(self.told, told(self.sitting.told, bad=self.sitting.failed))
        for one in self.sitting.echoes:
            write(one, told(self.sitting.told, bad=self.sitting.failed, aloud=False))

    def _guide(self) -> Markup:
        said = self.sitting.office.guide
        if self.sitting.exam:
            seal = f"考试：不给建议、不显示评分，成绩封在日志里。此刻的指纹 {self.sitting.office.fingerprint}"
            return tag("div", seal, attrs={"class": "wz-guide"})
        if not said:
            return Markup("")
        return tag("div", tag("b", "带教人："), str(said[-1]["text"]), attrs={"class": "wz-guide"})
