"""评分报告：一页看清打了多少、好坏在哪里、哪些话是依据，也写明不能说明什么。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab.report._page import page
from wenzheng_lab.report._svg import Bar, Part, bars, stacked
from wenzheng_lab.report.picks import Pick, pick_replies
from wenzheng_lab.report.score_pick import show_pick
from wenzheng_lab.report.summary import GroupTally, Summary, settings, summarize
from wenzheng_lab.rules import load_rubric

if TYPE_CHECKING:
    from pandas import DataFrame

_GRADE_COLORS = {"优": "#2f8a57", "良": "#3b7ea1", "中": "#d09a34", "差": "#bb4a4d"}
_LEVEL_COLORS = (("#bb4a4d", "#fff"), ("#e3b562", "#1c2733"), ("#8fbdd3", "#1c2733"), ("#2f8a57", "#fff"))


@dataclass(frozen=True, slots=True)
class _Number:
    """表格里靠右的一格。"""

    text: str


@dataclass(frozen=True, slots=True)
class _Short:
    """表格里不折行的一格。"""

    content: Content


_Cell = Content | _Number | _Short


def build_report(
    frame: DataFrame,
    table: DataFrame,
    *,
    name: str,
    made_on: date | None = None,
    show_personal_data: bool = False,
    count: int | None = None,
) -> str:
    """做评分报告，一张自足的网页。

    来信、答复里的个人信息默认遮去；所有外来的文字都转义；不用脚本，不取网络。

    Args:
        frame: ``wz.read_messages`` 的结果。
        table: ``wz.score_replies(frame)`` 的结果，同索引。
        name: 来源的名字，如文件名。
        made_on: 报告的日期；默认今天。
        show_personal_data: 不遮个人信息，只给有权看原文的人。
        count: 最好、最差各列几份；默认照设置。

    Returns:
        HTML 全文。
    """
    rubric = load_rubric()
    found = summarize(frame, table, rubric)
    wanted = settings().cards if count is None else count
    best, worst = pick_replies(frame, table, wanted)
    masked = "来信与答复里的个人信息已遮去" if not show_personal_data else "个人信息没有遮去，请勿外传"
    sections: list[Content] = [
        tag("h1", "答复评分报告"),
        tag("p", f"{name}　{(made_on or date.today()).isoformat()}　{masked}", attrs={"class": "wz-sub"}),
        _keys(found),
    ]
    if found.scored:
        sections += [
            _lead(found),
            _grades(found),
            _criteria(found),
            _gates(found),
            _times(found),
            *(_groups(label, groups) for label, groups in found.groups),
        ]
    sections += [_unscored(found), _reading(frame)]
    sections.append(_caution(found, table))
    if best or worst:
        sections.append(_index(best, worst, show_personal_data=show_personal_data))
        for title, picks in (("得分最高的", best), ("得分最低的", worst)):
            if picks:
                sections.append(tag("h2", f"附：{title} {len(picks)} 份", attrs={"class": "wz-pagebreak"}))
                sections += [show_pick(pick, show_personal_data=show_personal_data) for pick in picks]
    return page(f"答复评分报告：{name}", *sections)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def _grid(headers: Sequence[_Cell], rows: Sequence[Sequence[_Cell]]) -> Markup:
    """表格；数字靠右。"""

    def cell(kind: str, value: _Cell) -> Markup:
        if isinstance(value, _Number):
            return tag(kind, value.text, attrs={"class": "n"})
        if isinstance(value, _Short):
            return tag(kind, value.content, attrs={"class": "k"})
        return tag(kind, value)

    head = tag("thead", tag("tr", *(cell("th", value) for value in headers)))
    body = tag("tbody", *(tag("tr", *(cell("td", value) for value in row)) for row in rows))
    return tag("table", head, body, attrs={"class": "wz-table"})


def _keys(found: Summary) -> Markup:
    cards = [
        (f"{found.rows:,}", "读入的留言"),
        (f"{found.scored:,}", f"已评分（{_percent(found.scored, found.rows)}）"),
    ]
    if found.scored:
        cards += [
            (f"{found.median:.1f}", "总分中位数（满分 100）"),
            (_percent(found.good, found.scored), "优、良的份额"),
            (_percent(found.gated, found.scored), f"触到红线（{found.gated:,} 份）"),
        ]
        if not found.times.why_not:
            cards.append((f"{found.times.median:.1f} 天", "办理天数中位数"))
    return tag(
        "div",
        *(tag("div", tag("b", number), tag("span", label), attrs={"class": "wz-key"}) for number, label in cards),
        attrs={"class": "wz-keys"},
    )


def _lead(found: Summary) -> Markup:
    """先说结论：分数落在哪里、最弱的是哪几项、最常触的红线。"""
    low, high = found.quantile(0.25), found.quantile(0.75)
    lines = [f"半数答复在 {low:.0f} 到 {high:.0f} 分之间。"]
    weak = sorted(
        (item for item in found.criteria if item.count), key=lambda item: (item.levels[2] + item.levels[3]) / item.count
    )[:3]
    parts = [f"{item.label}（{_percent(item.levels[2] + item.levels[3], item.count)}）" for item in weak]
    lines.append(f"达到 2 档以上份额最低的三项：{'、'.join(parts)}。")
    hit = [(label, count) for _, label, count in found.gates if count]
    if hit:
        label, count = max(hit, key=lambda item: item[1])
        lines.append(f"触到红线的 {found.gated:,} 份里，最多的是“{label}”，{count:,} 份。")
    if found.repeated:
        share = _percent(found.repeated, found.scored)
        lines.append(f"{found.repeated:,} 份答复与前面的某份一字不差（{share}），可能是套用。")
    return tag("div", tag("ul", *(tag("li", line) for line in lines)), attrs={"class": "wz-lead"})


def _grades(found: Summary) -> Markup:
    lows = load_rubric().grades
    names = {name: f"{name}（{low:g} 分起）" for name, low in lows}
    names[lows[-1][0]] = f"{lows[-1][0]}（不到 {lows[-2][1]:g} 分）"
    rows = [
        Bar(
            names[grade],
            count,
            f"{count:,} 份，{_percent(count, found.scored)}",
            _GRADE_COLORS.get(grade, "#3b7ea1"),
        )
        for grade, count in found.grades
    ]
    tens = [0] * 10
    for total in found.totals:
        tens[min(9, int(total // 10))] += 1
    scale = [
        Bar(f"{at * 10}–{at * 10 + (10 if at == 9 else 9)} 分", count, f"{count:,} 份")
        for at, count in reversed(list(enumerate(tens)))
    ]
    return join(
        [
            tag("h2", "等次与总分"),
            tag("p", f"分母是已评分的 {found.scored:,} 份。触红线的总分封顶，所以低分里有一部分是封顶的。"),
            bars(rows, title="各等次的份数"),
            tag("h3", "总分分布"),
            bars(scale, title="总分每十分一段的份数"),
        ]
    )


def _criteria(found: Summary) -> Markup:
    rows: list[list[_Cell]] = []
    for item in found.criteria:
        parts = [
            Part(
                count,
                color,
                f"{round(100 * count / item.count) if item.count else 0}%",
                f"{level} 档（{item.words[level]}）：{count:,} 份，{_percent(count, item.count)}",
                ink,
            )
            for level, (count, (color, ink)) in enumerate(zip(item.levels, _LEVEL_COLORS, strict=True))
        ]
        rows.append(
            [
                join([tag("b", item.label), tag("br"), tag("span", item.question, attrs={"class": "wz-small"})]),
                _Number(f"{item.weight:g}"),
                stacked(parts, title=f"{item.label}的四档") if item.count else "没有一份适用",
                _Number(f"{item.count:,}"),
                _Number(f"{item.not_applicable:,}"),
            ]
        )
    legend = tag(
        "p",
        *(
            tag("span", tag("i", attrs={"style": f"background:{color}"}), f"{level} 档")
            for level, (color, _) in enumerate(_LEVEL_COLORS)
        ),
        attrs={"class": "wz-legend"},
    )
    headers: list[_Cell] = ["项目", _Number("权重"), "各档的份额", _Number("分母"), _Number("不适用")]
    return join(
        [
            tag("h2", "十个评分项"),
            tag(
                "p",
                "每项 0–3 分，取最近的一档，恰在两档中间的算上一档。分母是这一项适用的份数，不含“不适用”的。",
            ),
            legend,
            _grid(headers, rows),
            tag("h3", "四档各是什么意思"),
            _grid(["项目", "0 档", "1 档", "2 档", "3 档"], [[item.label, *item.words] for item in found.criteria]),
        ]
    )


def _gates(found: Summary) -> Markup:
    rows: list[list[_Cell]] = [
        [number, label, _Number(f"{count:,}"), _Number(_percent(count, found.scored))]
        for number, label, count in found.gates
    ]
    rows.append(["", "触到任何一条", _Number(f"{found.gated:,}"), _Number(_percent(found.gated, found.scored))])
    return join(
        [
            tag("h2", "红线"),
            tag("p", f"触到红线的答复不宜发出，总分封顶。分母是已评分的 {found.scored:,} 份；一份可以触到几条。"),
            _grid(["编号", "红线", _Number("份数"), _Number("份额")], rows),
        ]
    )


def _times(found: Summary) -> Markup:
    times = found.times
    if times.why_not:
        return join([tag("h2", "办理天数"), tag("p", f"{times.why_not}。")])
    whole = len(times.days)
    shares = [
        f"{limit:g} 天以内 {times.share_within(limit):.1%}（{round(times.share_within(limit) * whole):,} 份）"
        for limit in settings().within
    ]
    left = []
    if times.negative:
        left.append(f"{times.negative:,} 份答复时间早于留言时间")
    if times.missing:
        left.append(f"{times.missing:,} 份缺时间")
    out = f"另有{'，'.join(left)}，不计入。" if left else "没有缺时间的，也没有答复早于留言的。"
    rows = [
        Bar(label, count, f"{count:,} 份，{_percent(count, whole)}")
        for label, count in times.histogram(settings().edges)
    ]
    middle = f"从留言到答复的自然日。中位数 {times.median:.1f} 天，九成在 {times.p90:.1f} 天以内"
    return join(
        [
            tag("h2", "办理天数"),
            tag("p", f"{middle}；{'，'.join(shares)}。"),
            tag("p", f"分母是两个时间都有的 {whole:,} 份。{out}"),
            tag(
                "p",
                "15、30、60 天只是刻度，不是这些来信适用的期限；适用哪一条期限，要看事项与渠道。",
                attrs={"class": "wz-small"},
            ),
            bars(rows, title="办理天数的分布"),
        ]
    )


def _groups(label: str, groups: Sequence[GroupTally]) -> Markup:
    rows: list[list[_Cell]] = [
        [
            group.name,
            _Number(f"{group.count:,}"),
            _Number(f"{group.median:.1f}"),
            _Number(f"{group.good:,}（{_percent(group.good, group.count)}）"),
            _Number("—" if group.days is None else f"{group.days:.1f}"),
        ]
        for group in groups
    ]
    headers: list[_Cell] = [label, _Number("份数"), _Number("总分中位数"), _Number("优、良"), _Number("办理天数中位数")]
    return join(
        [
            tag("h2", f"按{label}"),
            tag("p", f"按份数排，不是名次；不足 {settings().smallest} 份的不单列。"),
            _grid(headers, rows),
        ]
    )


def _unscored(found: Summary) -> Markup:
    if not found.unscored:
        return join([tag("h2", "未评分"), tag("p", "没有未评分的。")])
    rows: list[list[_Cell]] = [[reason, _Number(f"{count:,}")] for reason, count in found.unscored]
    return join(
        [
            tag("h2", "未评分"),
            tag("p", "未评分不是零分，不计入上面任何一个分母。"),
            _grid(["原因", _Number("份数")], rows),
        ]
    )


def _reading(frame: DataFrame) -> Markup:
    reading = frame.attrs.get("reading")
    lines = getattr(reading, "lines", None)
    if lines is None:
        return Markup("")
    rows: list[list[_Cell]] = [[tag("b", name), text] for name, text in cast("Sequence[tuple[str, str]]", lines())]
    return join([tag("h2", "读入的情况"), _grid(["项目", "内容"], rows)])


def _index(best: Sequence[Pick], worst: Sequence[Pick], *, show_personal_data: bool) -> Markup:
    parts: list[Content] = [tag("h2", "得分最高与最低的各份", attrs={"class": "wz-pagebreak"})]
    parts.append(
        tag(
            "p",
            "点序号看来信、答复和依据。一字不差的答复只列一份；分数相同的按表里的次序。供人学、供人改，不是对哪个人的评价。",
        )
    )
    for title, picks in (("得分最高", best), ("得分最低", worst)):
        if picks:
            rows: list[list[_Cell]] = [
                [
                    _Short(tag("a", pick.place, attrs={"href": f"#{pick.anchor}"})),
                    _Short(pick.number),
                    pick.short_subject if not show_personal_data else pick.message.subject,
                    _Number(f"{pick.total:g}"),
                    tag("span", pick.grade, attrs={"class": f"wz-grade-{pick.grade}"}),
                    _Short(pick.gates or "—"),
                    _Number("—" if pick.days is None else f"{pick.days:.0f}"),
                    _Number(f"{pick.same:,}" if pick.same else "—"),
                ]
                for pick in picks
            ]
            headers: list[_Cell] = [
                "序", "留言编号", "主题", _Number("总分"), "等次", "红线", _Number("天数"), _Number("另有相同"),
            ]  # fmt: skip
            parts += [tag("h3", title), _grid(headers, rows)]
    return join(parts)


def _caution(found: Summary, table: DataFrame) -> Markup:
    signatures = {text for text in table.get("signature", ()) if isinstance(text, str) and text}
    return join(
        [
            tag("h2", "这些数字不能说明什么"),
            tag("ul", *(tag("li", line) for line in settings().caution)),
            tag("p", load_rubric().note),
            tag("p", f"签名 {'；'.join(sorted(signatures)) or '（没有一份评出来）'}", attrs={"class": "wz-small"}),
            tag(
                "p",
                "签名相同，同样的表得同样的分；签名不同的两份报告不宜直接比较。",
                attrs={"class": "wz-small"},
            ),
            tag("p", "概况到这里为止；后面是得分最高与最低的各份，打印时可以不印。", attrs={"class": "wz-small"}),
        ]
    )
