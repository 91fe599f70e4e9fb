"""发布的评分卡片：几分、先改什么、要点写到了没有，原文里标出引文。"""

from __future__ import annotations

import functools
from pathlib import Path

import wenzheng_lab.reply
from wenzheng_lab._html import Markup, join, mark, table, tag
from wenzheng_lab.model import Finding, Span
from wenzheng_lab.post.result import PostScore
from wenzheng_lab.reply.result import Criterion

STYLE = Path(wenzheng_lab.reply.__file__).resolve().parent / "data" / "card.css"
"""与答复的卡片同一份样式"""


@functools.cache
def _style() -> Markup:
    # 样式是我们自己的文件，不含使用者的文字
    return Markup(STYLE.read_text(encoding="utf-8"))


def render(score: PostScore) -> Markup:
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
        parts += [_red(score), _advice(score), _text(score), _points(score), _criteria(score), _edits(score)]
    parts.append(tag("p", score.rubric.note, attrs={"class": "wz-note"}))
    parts.append(tag("p", f"签名 {score.signature}", attrs={"class": "wz-sign"}))
    return tag("div", *parts, attrs={"class": "wz-card"})


def _top(score: PostScore) -> Markup:
    kind = tag("span", f"按“{score.kind_label}”评")
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


def _red(score: PostScore) -> Markup:
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


def _advice(score: PostScore) -> Markup:
    rows = sorted(
        (row for row in score.criteria.values() if row.advice), key=lambda row: -row.weight * (3 - (row.score or 0.0))
    )
    if not rows:
        return Markup("")
    return join(
        [
            tag("h4", "接下来写这几样"),
            tag("ol", *(tag("li", tag("b", row.label), "：", row.advice) for row in rows[:4])),
        ]
    )


def _text(score: PostScore) -> Markup:
    red = _marks([finding for gate in score.gates for finding in gate.findings], "wz-gate", "红线")
    found = [finding for row in score.criteria.values() for finding in row.findings]
    weak = _marks([finding for finding in found if finding.score <= 0], "wz-weak", "待改")
    good = _marks([finding for finding in found if finding.score > 0], "wz-good", "有")
    # 后面的让开前面已经占了的地方：红线盖过待改，待改盖过有内容
    shown: list[tuple[Span, str, str]] = []
    for row in (*red, *weak, *good):
        if not any(row[0].overlaps(other) for other, _, _ in shown):
            shown.append(row)
    return join(
        [
            tag("h4", "发布原文（绿：写到了；黄：待改；红：红线。把鼠标停在上面看说明）"),
            tag("div", mark(score.post, shown), attrs={"class": "wz-text"}),
        ]
    )


def _marks(findings: list[Finding], kind: str, word: str) -> list[tuple[Span, str, str]]:
    return [(finding.span, kind, f"{word}：{finding.message}") for finding in findings if finding.span is not None]


def _points(score: PostScore) -> Markup:
    signs = {"有": "✓ 有", "不够具体": "△ 不够具体", "没有": "✗ 没有"}
    # 还没写的排在前面：学员先看要补什么
    order = ("没有", "不够具体", "有")
    points = sorted(score.points, key=lambda row: order.index(row.status))
    rows = [(row.label, signs[row.status], row.quote or "—", row.ask or "—") for row in points]
    return join(
        [tag("h4", "这一类发布要写的几样"), table(rows, headers=("要点", "写到了吗", "原文里的话", "还要写什么"))]
    )


def _criteria(score: PostScore) -> Markup:
    rows = [(row.label, _bar(row), row.level, _why(row)) for row in score.criteria.values()]
    return join([tag("h4", "分项"), table(rows, headers=("项目", "得分", "落在哪一档", "依据"))])


def _bar(row: Criterion) -> Markup:
    if row.score is None:
        return Markup("不适用")
    width = f"width:{round(row.score / 3 * 100)}%"
    return join(
        [
            tag("span", tag("span", attrs={"style": width}), attrs={"class": "wz-bar"}),
            f"{row.score:g} / 3　权重 {row.weight:g}",
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


def _edits(score: PostScore) -> Markup:
    if not score.history:
        return Markup("")
    return tag(
        "ul",
        *(
            tag("li", f"{score.criteria[e.criterion].label}由 {e.before} 改为 {e.after}（{e.by}）：{e.reason}")
            for e in score.history
        ),
    )
