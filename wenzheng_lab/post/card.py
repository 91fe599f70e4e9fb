"""发布的评分卡片：几分、先改什么、要点写到了没有，原文里标出引文。"""

from __future__ import annotations

from wenzheng_lab._html import Markup, join, table, tag
from wenzheng_lab.model import Finding
from wenzheng_lab.post.result import PostScore
from wenzheng_lab.reply.card_parts import Marked, advice, criteria, edits, frame, marked_text, red_lines


def render(score: PostScore) -> Markup:
    """画卡片。

    Args:
        score: 评分。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    body = (
        red_lines(score),
        advice(score, title="接下来写这几样", most=4),
        _text(score),
        _points(score),
        criteria(score, absent="不适用"),
        edits(score),
    )
    return frame(score, body, about=f"按“{score.kind_label}”评")


def _text(score: PostScore) -> Markup:
    found = [finding for row in score.criteria.values() for finding in row.findings]
    red = _marks([finding for gate in score.gates for finding in gate.findings], "wz-gate", "红线")
    weak = _marks([finding for finding in found if finding.score <= 0], "wz-weak", "待改")
    good = _marks([finding for finding in found if finding.score > 0], "wz-good", "有")
    # 要点的引文常常互相套着，同一处只标一次：后面的让开前面已经占了的地方
    shown: list[Marked] = []
    for row in (*red, *weak, *good):
        if not any(row[0].overlaps(other) for other, _, _ in shown):
            shown.append(row)
    title = "发布原文（绿：写到了；黄：待改；红：红线。把鼠标停在上面看说明）"
    return marked_text(score.post, (shown,), title=title)


def _marks(findings: list[Finding], kind: str, word: str) -> list[Marked]:
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
