"""遮盖结果的卡片：遮好的文字、清单、公开方式。"""

from __future__ import annotations

from wenzheng_lab._html import Markup, join, mark, table, tag
from wenzheng_lab.privacy.finder import finder
from wenzheng_lab.privacy.model import Redaction


def card(result: Redaction) -> Markup:
    """造卡片；只显示遮好的文字，不显示个人信息。

    Args:
        result: 遮盖的结果。

    Returns:
        HTML 片段。
    """
    words = finder().masks.confidence
    marks = [(found.span, "wz-hidden", f"{found.label}：{found.reason}") for found in result.spans]
    marks += [(kept.span, "wz-kept", f"{kept.label}：{kept.reason}") for kept in result.kept]
    parts = [
        tag("p", tag("strong", f"公开方式：{result.track.label}"), tag("br"), result.track.note),
        tag(
            "div",
            mark(result.text, marks),
            attrs={"class": "wz-text", "style": "border-left:3px solid #888;padding-left:.8em"},
        ),
    ]
    if result.spans:
        rows = [
            (number, found.label, found.of(result.text), words[found.confidence], found.reason)
            for number, found in enumerate(result.spans, start=1)
        ]
        parts.append(table(rows, headers=("序号", "种类", "遮盖后", "把握", "理由")))
    if result.kept:
        rows_kept = [(kept.label, kept.span.of(result.text), kept.reason) for kept in result.kept]
        parts.append(tag("p", "看过、没有遮的（请人定）："))
        parts.append(table(rows_kept, headers=("种类", "原文", "理由")))
    if result.sensitive:
        rows_flags = [(flag.label, flag.span.of(result.text), flag.why) for flag in result.sensitive]
        parts.append(tag("p", "敏感事项："))
        parts.append(table(rows_flags, headers=("事项", "看到的词", "为什么")))
    parts.append(tag("p", tag("small", str(result.signature))))
    return tag("div", join(parts), attrs={"class": "wz-card wz-redaction"})
