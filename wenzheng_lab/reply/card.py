"""评分卡片：一眼看到几分、为什么、怎样改，答复里标出引文。"""

from __future__ import annotations

import functools
from pathlib import Path

from wenzheng_lab._html import Markup, join, mark, table, tag
from wenzheng_lab.model import Span
from wenzheng_lab.reply.result import Criterion, ReplyScore

STYLE = Path(__file__).resolve().parent / "data" / "card.css"


@functools.cache
def _style() -> Markup:
    # 样式是我们自己的文件，不含使用者的文字
    return Markup(STYLE.read_text(encoding="utf-8"))


def render(score: ReplyScore) -> Markup:
    """画卡片。

    Args:
        score: 评分。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    parts: list[Markup] = [tag("style", _style()), _top(score)]
    if score.reason:
        parts.append(tag("p", f"未评分：{score.reason}。未评分不是零分，补上内容再评。"))
    else:
        parts += [_red(score), _advice(score), _text(score), _asks(score), _criteria(score), _edits(score)]
    parts.append(tag("p", score.rubric.note, attrs={"class": "wz-note"}))
    parts.append(tag("p", f"签名 {score.signature}", attrs={"class": "wz-sign"}))
    return tag("div", *parts, attrs={"class": "wz-card"})


def _top(score: ReplyScore) -> Markup:
    if score.total is None:
        return tag("div", tag("span", "未评分", attrs={"class": "wz-grade"}), attrs={"class": "wz-top"})
    note = ""
    if score.gates and score.raw_total is not None and score.raw_total > score.total:
        note = f"内容得分 {score.raw_total:g}，因触红线封顶为 {score.total:g}"
    return tag(
        "div",
        tag("span", f"{score.total:g} 分", attrs={"class": "wz-total"}),
        tag("span", score.grade, attrs={"class": f"wz-grade wz-{score.grade}"}),
        tag("span", note),
        attrs={"class": "wz-top"},
    )


def _red(score: ReplyScore) -> Markup:
    return join(
        tag(
            "div",
            tag("b", f"红线 {gate.id}：{gate.label}（封顶 {gate.cap:g} 分）"),
            tag("ul", *(tag("li", finding.message, "。", finding.why) for finding in gate.findings[:3])),
            tag("div", f"怎样改：{gate.advice}"),
            attrs={"class": "wz-red"},
        )
        for gate in score.gates
    )


def _advice(score: ReplyScore) -> Markup:
    rows = sorted(
        (row for row in score.criteria.values() if row.advice), key=lambda row: -row.weight * (3 - (row.score or 0.0))
    )
    if not rows:
        return Markup("")
    return join(
        [tag("h4", "先改这几处"), tag("ol", *(tag("li", tag("b", row.label), "：", row.advice) for row in rows[:3]))]
    )


def _text(score: ReplyScore) -> Markup:
    red = [
        (f.span, "wz-gate", f"红线：{f.message}") for gate in score.gates for f in gate.findings if f.span is not None
    ]
    weak: list[tuple[Span, str, str]] = []
    good: list[tuple[Span, str, str]] = []
    for row in score.criteria.values():
        for f in row.findings:
            if f.span is not None and f.where == "reply":
                kind, group = ("wz-weak", weak) if f.score <= 0 else ("wz-good", good)
                group.append((f.span, kind, f"{row.label}：{f.message}"))
    return join(
        [
            tag("h4", "答复原文（绿：有内容；黄：待改；红：红线。把鼠标停在上面看说明）"),
            tag("div", mark(score.reply, _layers(red, weak, good)), attrs={"class": "wz-text"}),
        ]
    )


def _layers(*layers: list[tuple[Span, str, str]]) -> list[tuple[Span, str, str]]:
    """上层盖住下层：红线盖过待改，待改盖过有内容；下层露出来的部分照样标。"""
    shown: list[tuple[Span, str, str]] = []
    taken: list[Span] = []
    for layer in layers:
        for span, kind, title in layer:
            parts = [span]
            for other in taken:
                parts = [piece for part in parts for piece in _minus(part, other)]
            shown += [(part, kind, title) for part in parts]
        taken += [span for span, _, _ in layer]
    return shown


def _minus(span: Span, other: Span) -> list[Span]:
    if not span.overlaps(other):
        return [span]
    rest = [Span(span.start, other.start), Span(other.end, span.end)]
    return [part for part in rest if part.end > part.start]


def _asks(score: ReplyScore) -> Markup:
    if not score.answers:
        return Markup("")
    rows = [(row.ask, row.status, row.quote or "—") for row in score.answers]
    return join([tag("h4", "来信人的每一问"), table(rows, headers=("来信里的诉求", "下落", "答复里的话"))])


def _criteria(score: ReplyScore) -> Markup:
    rows = [(row.label, _bar(row), row.level, _why(row)) for row in score.criteria.values()]
    return join([tag("h4", "分项"), table(rows, headers=("项目", "得分", "落在哪一档", "依据"))])


def _bar(row: Criterion) -> Markup:
    if row.score is None:
        return Markup("—")
    width = f"width:{round(row.score / 3 * 100)}%"
    return join(
        [
            tag("span", tag("span", attrs={"style": width}), attrs={"class": "wz-bar"}),
            f"{round(row.score, 1):g} / 3　权重 {row.weight:g}",
        ]
    )


def _why(row: Criterion) -> Markup:
    if not row.findings:
        return Markup("")
    items = [
        tag("li", f"“{finding.quote}” " if finding.quote else "", finding.message, "。", finding.why)
        for finding in row.findings
    ]
    sources = "；".join(dict.fromkeys(finding.source for finding in row.findings))
    return tag(
        "details",
        tag("summary", f"{len(items)} 条"),
        tag("ul", *items),
        tag("div", f"出处：{sources}", attrs={"class": "wz-note"}),
    )


def _edits(score: ReplyScore) -> Markup:
    if not score.history:
        return Markup("")
    return tag(
        "ul",
        *(
            tag("li", f"{score.criteria[e.criterion].label}由 {e.before} 改为 {e.after}（{e.by}）：{e.reason}")
            for e in score.history
        ),
    )
