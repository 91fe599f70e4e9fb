"""答复的评分卡片：一眼看到几分、为什么、怎样改，答复里标出引文。"""

from __future__ import annotations

from wenzheng_lab._html import Markup, join, table, tag
from wenzheng_lab.reply.card_parts import Marked, advice, criteria, edits, frame, marked_text, red_lines
from wenzheng_lab.reply.result import ReplyScore


def render(score: ReplyScore) -> Markup:
    """画卡片。

    Args:
        score: 评分。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    body = (
        red_lines(score),
        advice(score, title="先改这几处", most=3),
        _text(score),
        _asks(score),
        criteria(score, absent="—"),
        edits(score),
    )
    return frame(score, body)


def _text(score: ReplyScore) -> Markup:
    red: list[Marked] = [
        (f.span, "wz-gate", f"红线：{f.message}") for gate in score.gates for f in gate.findings if f.span is not None
    ]
    weak: list[Marked] = []
    good: list[Marked] = []
    for row in score.criteria.values():
        for f in row.findings:
            if f.span is not None and f.where == "reply":
                kind, group = ("wz-weak", weak) if f.score <= 0 else ("wz-good", good)
                group.append((f.span, kind, f"{row.label}：{f.message}"))
    title = "答复原文（绿：有内容；黄：待改；红：红线。把鼠标停在上面看说明）"
    return marked_text(score.reply, (red, weak, good), title=title)


def _asks(score: ReplyScore) -> Markup:
    if not score.answers:
        return Markup("")
    rows = [(row.ask, row.status, row.quote or "—") for row in score.answers]
    return join([tag("h4", "来信人的每一问"), table(rows, headers=("来信里的诉求", "下落", "答复里的话"))])
