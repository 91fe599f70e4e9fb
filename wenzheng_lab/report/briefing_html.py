"""月报的网页：自足，不用脚本，不取网络；与 Word 同一串积木。"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wenzheng_lab._html import Content, Markup, join, table, tag
from wenzheng_lab.report._page import page
from wenzheng_lab.report.briefing_blocks import Block, Grid, Heading, Para, Picture, inert, quote_text

if TYPE_CHECKING:
    from wenzheng_lab.report.briefing import Briefing

STYLE = """
.wz-brief{max-width:780px;margin:0 auto;font-size:17px;line-height:1.85;color:#1c2733}
.wz-brief h1{font-size:25px;text-align:center;line-height:1.5;margin:14px 0 22px}
.wz-brief h1 span{display:block;font-size:17px;font-weight:normal}
.wz-brief h2{font-size:19px;border:0;margin:26px 0 6px;padding:0}
.wz-brief p{text-indent:2em;margin:6px 0}.wz-brief p.c,.wz-brief p.s{text-indent:0}
.wz-brief p.c{text-align:center;font-weight:bold;font-size:15px;margin:14px 0 4px}
.wz-brief p.s{font-size:13px;color:#5a6875}.wz-brief p.r{text-align:right}
.wz-brief table{width:100%;border-collapse:collapse;font-size:14px;line-height:1.6}
.wz-brief th,.wz-brief td{border:1px solid #9aa5b0;padding:4px 8px;text-align:left;vertical-align:top}
.wz-brief th{background:#f1f3f0}.wz-brief .q{background:#f7f5ef;border-radius:6px;padding:8px 14px;margin:8px 0}
.wz-brief .q p{text-indent:0;font-size:15px;margin:3px 0}
@media print{.wz-brief table,.wz-brief .q,.wz-brief figure{break-inside:avoid}}
"""


def build_html(briefing: Briefing) -> str:
    """做成一张网页。

    Args:
        briefing: 月报。

    Returns:
        HTML 全文。
    """
    return page(briefing.title, body_html(briefing))


def body_html(briefing: Briefing) -> Markup:
    """正文一段 HTML。

    Args:
        briefing: 月报。

    Returns:
        ``div``。
    """
    foot: list[Content] = []
    if briefing.unit:
        foot.append(tag("p", briefing.unit, attrs={"class": "r"}))
    made = briefing.made_on
    foot.append(tag("p", f"{made.year}年{made.month}月{made.day}日", attrs={"class": "r"}))
    blocks = [_block(block) for block in (briefing.opening, *briefing.blocks)]
    return tag(
        "div",
        tag("style", Markup(STYLE)),
        tag("h1", briefing.title, tag("span", briefing.subtitle) if briefing.subtitle else None),
        *blocks,
        *foot,
        attrs={"class": "wz-brief"},
    )


def _block(block: Block) -> Markup:
    if isinstance(block, Heading):
        return tag("h2" if block.level == 1 else "h3", block.text)
    if isinstance(block, Para):
        attrs = {"class": "s"} if block.small else None
        return tag("p", tag("b", block.lead) if block.lead else None, inert(block.text), attrs=attrs)
    if isinstance(block, Grid):
        note = tag("p", block.note, attrs={"class": "s"}) if block.note else Markup("")
        return join([tag("p", block.caption, attrs={"class": "c"}), table(block.rows, headers=block.headers), note])
    if isinstance(block, Picture):
        return block.chart.html()
    return tag(
        "div",
        tag("p", tag("b", block.title)),
        tag("p", inert(quote_text(block))),
        attrs={"class": "q"},
    )


def block_text(block: Block) -> str:
    """一块的纯文字。

    Args:
        block: 一块。

    Returns:
        文字。
    """
    if isinstance(block, Heading):
        return block.text
    if isinstance(block, Para):
        return f"{block.lead}{inert(block.text)}"
    if isinstance(block, Grid):
        lines = [block.caption, *("　".join(row) for row in (block.headers, *block.rows))]
        return "\n".join([*lines, block.note] if block.note else lines)
    if isinstance(block, Picture):
        return f"{block.caption}：{block.chart.reading}"
    return f"{block.title}{inert(quote_text(block))}"
