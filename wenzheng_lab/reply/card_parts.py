"""评分卡片的各块：答复与公开发布的卡片都由它们拼成，话不同的地方由拼的人给。"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from wenzheng_lab._html import Markup, join, mark, table, tag
from wenzheng_lab.model import Finding, Span
from wenzheng_lab.reply.scored import Criterion, Scored

STYLE = Path(__file__).resolve().parent / "data" / "card.css"

Marked = tuple[Span, str, str]
"""（位置，样式类名，提示文字）"""


@functools.cache
def style() -> Markup:
    """卡片的样式。

    Returns:
        ``style`` 标签里的文字；是我们自己的文件，不含使用者的文字。
    """
    return Markup(STYLE.read_text(encoding="utf-8"))


def frame(score: Scored, body: Iterable[Markup], *, about: str = "") -> Markup:
    """卡片的外框：样式、总分、各块、说明与签名。

    Args:
        score: 评分。
        body: 各块；未评分时不用，只写原因。
        about: 写在等次后面的话，如按哪一类评；空串为不写。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    parts: list[Markup] = [tag("style", style()), _top(score, about)]
    if score.reason:
        parts.append(tag("p", f"未评分：{score.reason}。未评分不是零分，补上内容再评。"))
    else:
        parts += body
    parts.append(tag("p", score.rubric.note, attrs={"class": "wz-note"}))
    parts.append(tag("p", f"签名 {score.signature}", attrs={"class": "wz-sign"}))
    return tag("div", *parts, attrs={"class": "wz-card"})


def _top(score: Scored, about: str) -> Markup:
    kind = tag("span", about) if about else Markup("")
    if score.total is None:
        return tag("div", tag("span", "未评分", attrs={"class": "wz-grade"}), kind, attrs={"class": "wz-top"})
    note = ""
    if score.gates and score.raw_total is not None and score.raw_total > score.total:
        note = f"内容得分 {score.raw_total:g}，因触红线封顶为 {score.total:g}"
    return tag(
        "div",
        tag("span", f"{score.total:g} 分", attrs={"class": "wz-total"}),
        tag("span", score.grade, attrs={"class": f"wz-grade wz-{score.grade}"}),
        kind,
        tag("span", note),
        attrs={"class": "wz-top"},
    )


def red_lines(score: Scored) -> Markup:
    """触到的红线，各写为什么、怎样改。

    Args:
        score: 评分。

    Returns:
        没有触到时为空。
    """
    return join(
        tag(
            "div",
            tag("b", f"红线 {gate.id}：{gate.label}（封顶 {gate.cap:g} 分）"),
            tag("ul", *_reasons(gate.findings[:3])),
            tag("div", f"怎样改：{gate.advice}"),
            attrs={"class": "wz-red"},
        )
        for gate in score.gates
    )


def _reasons(findings: Sequence[Finding]) -> Iterator[Markup]:
    """每处一条；同一个为什么只说一回。"""
    said = set()
    for finding in findings:
        yield tag("li", _stop(finding.message), "" if finding.why in said else finding.why)
        said.add(finding.why)


def _stop(sentence: str) -> str:
    """句末恰有一个句号。"""
    return sentence.rstrip("。") + "。"


def advice(score: Scored, *, title: str, most: int) -> Markup:
    """先改哪几处，能多得的分从大到小。

    Args:
        score: 评分。
        title: 标题。
        most: 最多几处。

    Returns:
        没有要改的为空。
    """
    rows = score.to_improve[:most]
    if not rows:
        return Markup("")
    items = (tag("li", tag("b", row.label), "：", row.advice) for row in rows)
    return join([tag("h4", title), tag("ol", *items)])


def marked_text(text: str, layers: Sequence[Sequence[Marked]], *, title: str) -> Markup:
    """原文，标出引文。

    Args:
        text: 原文。
        layers: 几层标记，上层在前；上层盖住下层，下层露出来的部分照样标。
        title: 标题。

    Returns:
        标题与原文。
    """
    shown: list[Marked] = []
    taken: list[Span] = []
    for layer in layers:
        for span, kind, why in layer:
            parts = [span]
            for other in taken:
                parts = [piece for part in parts for piece in _minus(part, other)]
            shown += [(part, kind, why) for part in parts]
        taken += [span for span, _, _ in layer]
    return join([tag("h4", title), tag("div", mark(text, shown), attrs={"class": "wz-text"})])


def _minus(span: Span, other: Span) -> list[Span]:
    if not span.overlaps(other):
        return [span]
    rest = [Span(span.start, other.start), Span(other.end, span.end)]
    return [part for part in rest if part.end > part.start]


def criteria(score: Scored, *, absent: str) -> Markup:
    """分项表：得分、落在哪一档、依据与出处。

    Args:
        score: 评分。
        absent: 不适用的一项写什么。

    Returns:
        标题与表格。
    """
    rows = [(row.label, _bar(row, absent), row.level, _why(row)) for row in score.criteria.values()]
    return join([tag("h4", "分项"), table(rows, headers=("项目", "得分", "落在哪一档", "依据"))])


def _bar(row: Criterion, absent: str) -> Markup:
    if row.score is None:
        return Markup(absent)
    width = f"width:{round(row.score / 3 * 100)}%"
    return join(
        [
            tag("span", tag("span", attrs={"style": width}), attrs={"class": "wz-bar"}),
            f"{round(row.score, 1):g} / 3　权重 {row.weight:g}",
            _counted(row),
        ]
    )


def _counted(row: Criterion) -> str:
    """计入总分的与给人看的不同时，说出来。"""
    if row.score is None or row.in_total is None or abs(row.in_total - row.score) < 0.05:
        return ""
    return f"（总分按 {round(row.in_total, 1):g} 算：客气话不计入）"


def _why(row: Criterion) -> Markup:
    if not row.findings:
        return Markup("")
    items = [
        tag("li", f"“{finding.quote}” " if finding.quote else "", _stop(finding.message), finding.why)
        for finding in row.findings
    ]
    sources = "；".join(dict.fromkeys(finding.source for finding in row.findings))
    return tag(
        "details",
        tag("summary", f"{len(items)} 条"),
        tag("ul", *items),
        tag("div", f"出处：{sources}", attrs={"class": "wz-note"}),
    )


def edits(score: Scored) -> Markup:
    """人的更正。

    Args:
        score: 评分。

    Returns:
        没有更正时为空。
    """
    if not score.history:
        return Markup("")
    return tag(
        "ul",
        *(
            tag("li", f"{score.criteria[e.criterion].label}由 {e.before} 改为 {e.after}（{e.by}）：{e.reason}")
            for e in score.history
        ),
    )
