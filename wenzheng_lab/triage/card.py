"""分拣卡片：先看急不急，再看交给谁、几时办好，每一项都有原文。"""

from __future__ import annotations

from wenzheng_lab._html import Markup, join, mark, table, tag
from wenzheng_lab.triage.result import TriageSuggestion

STYLE = """
.wz-triage{font-family:system-ui,"Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;border:1px solid #c9d2dc;
border-radius:8px;padding:14px 18px;max-width:860px;line-height:1.7;color:#1c2733;background:#fff;margin:8px 0}
.wz-triage h4{margin:14px 0 6px;font-size:15px;color:#1c2733}
.wz-triage .wz-top{display:flex;align-items:baseline;gap:14px;flex-wrap:wrap}
.wz-triage .wz-level{font-size:22px;font-weight:700;padding:0 12px;border:1px solid currentColor;border-radius:4px}
.wz-triage .wz-特急{color:#a3262a}.wz-triage .wz-急{color:#8a5a00}.wz-triage .wz-一般{color:#17663a}
.wz-triage .wz-red{border-left:4px solid #a3262a;background:#fdf1f1;padding:6px 12px;margin:8px 0}
.wz-triage table{border-collapse:collapse;width:100%;font-size:14px;margin:4px 0;border:0}
.wz-triage tr,.wz-triage tbody tr:nth-child(odd){background:#fff}
.wz-triage th,.wz-triage td{border:0;border-bottom:1px solid #e3e8ee;padding:5px 8px;text-align:left;
vertical-align:top;white-space:normal;color:#1c2733}
.wz-triage table td,.wz-triage table th{text-align:left!important}
.wz-triage td:first-child{white-space:nowrap;font-weight:600}
.wz-triage .wz-text{background:#f7f9fb;border-radius:6px;padding:10px 14px;font-size:15px;color:#1c2733}
.wz-triage mark{padding:1px 2px;border-radius:3px;color:inherit;background:#dfe9f5}
.wz-triage mark.wz-urgency{background:#f8d0d0;border-bottom:2px solid #a3262a}
.wz-triage mark.wz-appeal{background:#fbe9c6;border-bottom:2px dotted #8a5a00}
.wz-triage mark.wz-channel{background:#e9e0f5;border-bottom:2px dashed #5b3f8a}
.wz-triage .wz-note{font-size:12px;color:#5a6875;overflow-wrap:anywhere}
"""
_ORDER = {"urgency": 0, "channel": 1, "appeal": 2, "department": 3, "category": 4}
_NAMES = {"urgency": "紧急程度", "category": "分类", "appeal": "诉求", "department": "派单", "channel": "法定途径"}


def render(one: TriageSuggestion) -> Markup:
    """画卡片。

    Args:
        one: 分拣建议。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    parts: list[Markup] = [tag("style", Markup(STYLE)), _top(one)]
    if one.transfers_now:
        parts.append(
            tag(
                "div",
                "先办人命关天的：马上转 110、119、120 或值班负责人，同时电话联系来信人；不自动答复，不等派单。",
                attrs={"class": "wz-red"},
            )
        )
    parts += [_decisions(one), _text(one), _evidence(one)]
    note = f"这是建议，由人来定。情绪（{one.emotion}）只显示，不影响任何一项。"
    parts.append(tag("p", note, attrs={"class": "wz-note"}))
    point = one.working_point
    parts.append(tag("p", f"急件的工作点：{point.label}。{point.note}{point.measured}", attrs={"class": "wz-note"}))
    parts.append(tag("p", f"签名 {one.signature}", attrs={"class": "wz-note"}))
    return tag("div", *parts, attrs={"class": "wz-triage"})


def _top(one: TriageSuggestion) -> Markup:
    doubt = f"没有把握，请人看：{'、'.join(one.unsure)}" if one.unsure else ""
    return tag(
        "div",
        tag("span", one.urgency, attrs={"class": f"wz-level wz-{one.urgency}"}),
        tag("span", one.urgency_reason),
        tag("b", doubt),
        attrs={"class": "wz-top"},
    )


def _decisions(one: TriageSuggestion) -> Markup:
    rows = [
        ("分类", f"{one.category} · {one.subcategory}（把握 {one.confidence:.0%}；{_others(one)}）"),
        ("诉求", one.appeal),
        ("主办", one.department + (f"；协办：{'、'.join(one.partners)}" if one.partners else "")),
        ("期限", _clocks(one)),
        ("公开", one.publicity),
        ("要什么", join((ask.text for ask in one.asks), tag("br")) if one.asks else "没有看出来"),
    ]
    if one.channel:
        rows.append(("途径", join((c.label for c in one.channel), tag("br"))))
    return table(rows)


def _others(one: TriageSuggestion) -> str:
    if not one.alternatives:
        return f"其次 {one.runner_up}"
    return "也可能是 " + "、".join(f"{a.category} {a.confidence:.0%}" for a in one.alternatives)


def _clocks(one: TriageSuggestion) -> Markup | str:
    """特急有两个钟：处置的钟现在就走，答复的钟照时限表走；合成一格会让人以为险情可以等几天。"""
    if not one.transfers_now:
        return one.deadline.text
    safety = "处置：现在就办，先保人身安全，不等下面的期限"
    # 档名“当日”说的是处置，不写进答复一行
    answer = one.deadline.text.replace(f"{one.deadline.term}：", "", 1)
    return join([safety, f"书面答复：{answer}"], tag("br"))


def _text(one: TriageSuggestion) -> Markup:
    spans = [
        (f.span, f"wz-{f.criterion}", f"{_NAMES.get(f.criterion, '')}：{f.message}")
        for f in sorted(one.evidence, key=lambda f: _ORDER.get(f.criterion, 9))
        if f.span is not None and f.score >= 0
    ]
    return join(
        [
            tag("h4", "来信原文（红：急件；黄：诉求；紫：途径；蓝：分类、派单。把鼠标停在上面看说明）"),
            tag("div", mark(one.text, spans), attrs={"class": "wz-text"}),
        ]
    )


def _evidence(one: TriageSuggestion) -> Markup:
    rows = [
        (_NAMES.get(f.criterion, f.criterion), f"{f.score:+g}", f.message, f.why, f.source)
        for f in sorted(one.evidence, key=lambda f: (_ORDER.get(f.criterion, 9), -abs(f.score)))
    ]
    shown = table(rows, headers=("项目", "分", "看到什么", "为什么", "出处"))
    return tag("details", tag("summary", "各项的依据"), shown)
