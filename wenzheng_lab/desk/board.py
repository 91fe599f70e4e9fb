"""看的几页：动静、记分牌、议论热度、一件来信的经过。"""

from __future__ import annotations

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Content, Markup, join, table, tag
from wenzheng_lab.desk.clock import happenings
from wenzheng_lab.desk.message import NONE
from wenzheng_lab.desk.parts import Widget, pane, write
from wenzheng_lab.desk.sitting import Sitting
from wenzheng_lab.errors import InputError
from wenzheng_lab.office import Heat

WIDTH, HEIGHT, LEFT = 560, 180, 44


def heat_chart(heat: Heat) -> Markup:
    """热度图（HTML 里的线图）；图上写着“教学参数，非预测”。

    Args:
        heat: 一桩议论的热度。

    Returns:
        ``Markup``。
    """
    last, base = max(1, heat.hours), HEIGHT - 24
    top = max(0.1, *heat.spreading, *heat.visible)

    def points(values: tuple[float, ...], most: float) -> str:
        step = max(1, len(values) // 300)
        spots = [(n, values[n]) for n in range(0, len(values), step)]
        return " ".join(
            f"{LEFT + n / last * (WIDTH - LEFT - 10):.1f},{HEIGHT - 24 - value / most * (HEIGHT - 44):.1f}"
            for n, value in spots
        )

    def curve(values: tuple[float, ...], most: float, colour: str, dash: str) -> Markup:
        looks = {"fill": "none", "stroke": colour, "stroke-width": "2", "stroke-dasharray": dash}
        return tag("polyline", attrs={"points": points(values, most), **looks})

    def words(x: float, y: float, text: str, anchor: str = "start") -> Markup:
        return tag("text", text, attrs={"x": x, "y": y, "font-size": "12", "text-anchor": anchor, "fill": "#1c2733"})

    def moment(number: int, hour: int) -> Markup:
        """做过一件事的时刻：一道竖线，顶上写号，号与下面的表对得上。"""
        x = LEFT + hour / last * (WIDTH - LEFT - 10)
        line: dict[str, str | float] = {
            "x1": x,
            "y1": 24,
            "x2": x,
            "y2": base,
            "stroke": "#6b7785",
            "stroke-dasharray": "1 3",
        }
        return join([tag("line", attrs=line), words(x, 22, str(number), "middle")])

    axis = {"stroke": "#8fa0b0", "stroke-width": "1"}
    drawing = tag(
        "svg",
        tag("line", attrs={"x1": LEFT, "y1": base, "x2": WIDTH - 10, "y2": base, **axis}),
        tag("line", attrs={"x1": LEFT, "y1": 20, "x2": LEFT, "y2": base, **axis}),
        words(LEFT - 6, 26, f"{top:.0%}", "end"),
        words(LEFT - 6, base, "0", "end"),
        words(LEFT, HEIGHT - 6, f"{heat.start:%m-%d %H}时"),
        words(WIDTH - 10, HEIGHT - 6, f"{last} 小时后", "end"),
        words(LEFT + 4, 12, heat.note),
        *(moment(number, hour) for number, (hour, _) in enumerate(heat.marks, start=1)),
        curve(heat.spreading, top, "#a3262a", "none"),
        curve(heat.visible, top, "#c98a1b", "6 3"),
        curve(heat.trust, 1.0, "#1f5f8b", "2 3"),
        attrs={"width": WIDTH, "height": HEIGHT, "role": "img", "style": "max-width:100%;background:#fff"},
    )
    marks = [(str(n), f"第 {hour} 小时", what) for n, (hour, what) in enumerate(heat.marks, start=1)]
    return join(
        [
            tag("h4", heat.name),
            drawing,
            tag("div", f"红实线：在传的人占比；黄虚线：看得见的；蓝点线：对县里的信任（0–1）。{heat.note}。"),
            tag(
                "div",
                f"此刻在传 {heat.spreading[-1]:.0%}，最高 {heat.peak:.0%}，知道实情 {heat.informed[-1]:.0%}，"
                f"信任 {heat.trust[-1]:.2f}。",
            ),
            table(marks, headers=("号", "时刻", "做了什么")) if marks else tag("div", "到现在没有人公开说过一句话。"),
        ]
    )


class Boards:
    """动静、经过、记分牌、热度四页，各是一段 HTML。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.views = {name: pane() for name in ("动静", "经过", "记分牌", "热度")}
        self.boxes: dict[str, Widget] = {name: w.VBox([view]) for name, view in self.views.items()}

    def draw(self, page: str) -> None:
        """重画一页。"""
        make = {"动静": self._news, "经过": self._trace, "记分牌": self._board, "热度": self._heat}[page]
        write(self.views[page], make())

    def _news(self) -> Markup:
        office = self.sitting.office
        parts: list[Content] = []
        if self.sitting.happened:
            parts += [tag("h4", "刚才这段时间"), happenings(self.sitting.happened)]
        else:
            parts += [tag("h4", office.scenario.name), tag("p", office.scenario.brief.strip()), HOW]
        calls = [(str(row["at"])[5:16].replace("T", " "), row["who"], row["text"]) for row in office.phones[-3:]]
        if calls:
            parts += [tag("h4", "最近的电话"), table(calls)]
        return join(parts)

    def _trace(self) -> Markup:
        case = self.sitting.case
        if case is None:
            return NONE
        trace = self.sitting.office.trace(case.id)
        return Markup(trace._repr_html_())

    def _board(self) -> Markup:
        if self.sitting.exam:
            return tag("p", f"考试中不显示记分牌。交卷时请报指纹：{self.sitting.office.fingerprint}")
        return self.sitting.office.scoreboard().card()

    def _heat(self) -> Markup:
        office = self.sitting.office
        wanted = [topic for topic, _ in office.topics][:3]
        if self.sitting.current and office.topic(self.sitting.current) not in wanted:
            wanted.append(self.sitting.current)
        parts: list[Markup] = []
        for issue in wanted:
            try:
                parts.append(heat_chart(office.heat(issue)))
            except InputError:
                continue
        if not parts:
            return tag("p", "此刻没有起来的议论；选中一封来信，可以看这一件的。")
        return join(parts)


HOW = tag(
    "ol",
    tag("li", "在左边挑一封，按一下打开，整封看完。"),
    tag("li", "“分拣”一页：归哪类、要什么、急不急，点一下就存。"),
    tag("li", "“办理”一页：交办给谁，要不要协办；以后的督办、退回、回访、办结也在这里。"),
    tag("li", "“答复”一页：照卷里有的写，停一停就给评分；写好按“发出答复”。"),
    tag("li", "右上角让时间走：过一小时，或到下一个工作日。评价、回件、第二封信都在那时来。"),
    tag("li", "只用键盘：Tab 换地方，回车或空格按下。每一步都已存盘，关了再开从这里接着办。"),
)
