"""分拣得分的卡片：总分、各项、三条教训、错得最重的几封。"""

from __future__ import annotations

from wenzheng_lab._html import Markup, join, table, tag
from wenzheng_lab.triage.card import STYLE
from wenzheng_lab.triage.score import TriageScore

_SHOWN = 12
"""卡片里最多列几处错"""


def render(score: TriageScore) -> Markup:
    """画卡片。

    Args:
        score: 分拣的得分。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    total = "未评分" if score.total is None else f"{score.total:g} 分"
    counts = (
        f"漏判特急 {score.missed_urgent} 件；派错 {score.transfers} 次；期限定长 {score.late} 件；泄露 {score.leaks} 件"
    )
    if score.merges is not None and score.merges.f1 is not None:
        found, right, made = score.merges.found, score.merges.right, score.merges.made
        counts += f"；合并 {made} 对，其中该合并的 {found} 对，漏 {right - found} 对"
    rows = [
        (
            item.label,
            "没有作答" if item.score is None else f"{item.score:g} / {item.weight:g}",
            f"{item.right} / {item.answered}" if item.answered else "—",
            str(item.asked - item.answered) if item.asked else "—",
        )
        for item in score.fields.values()
    ]
    parts = [
        tag("style", Markup(STYLE)),
        tag("div", tag("span", total, attrs={"class": "wz-level"}), tag("span", counts), attrs={"class": "wz-top"}),
        table(rows, headers=("项目", "得分", "全对 / 作答（封）", "没有作答（封）")),
    ]
    if score.lessons:
        lessons = (
            tag("li", lesson.message, f"（丢 {lesson.lost:g} 分，如 {'、'.join(lesson.examples)}）")
            for lesson in score.lessons
        )
        parts.append(join([tag("h4", "先改这几处"), tag("ol", *lessons)]))
    if score.faults:
        faults = [(f.message_id, f.right or "不合并", f.got or "没有合并", f.message) for f in score.faults[:_SHOWN]]
        more = f"错得最重的 {len(faults)} 处，共 {len(score.faults)} 处"
        parts.append(tag("details", tag("summary", more), table(faults, headers=("编号", "应为", "判成", "说明"))))
    parts.append(tag("p", f"签名 {score.signature}", attrs={"class": "wz-note"}))
    return tag("div", *parts, attrs={"class": "wz-triage"})
