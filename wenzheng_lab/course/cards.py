"""卡片的样子：课程里一切 HTML 由这里拼，文字都经 ``_html`` 转义。

样式写在标签上：代码托管网站会去掉 ``<style>``，去掉之后字和记号仍要读得懂。
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wenzheng_lab._html import Content, Markup, escape, join, tag
from wenzheng_lab.model import Message, Reply

GREY = "#6e7781"
"""说明文字的颜色"""
BLUE = "#0969da"
"""题目卡片的颜色"""

_FRAME = (
    "border:1px solid rgba(128,128,128,.35);border-left:5px solid {colour};border-radius:4px;"
    "padding:.6em 1em;margin:.4em 0;max-width:46em;line-height:1.7"
)


def frame(title: Content, *parts: Content, colour: str, note: Content = "") -> Markup:
    """一张卡片：左边一道色条，上面一行标题。

    Args:
        title: 标题。
        *parts: 各段。
        colour: 色条与标题的颜色。
        note: 标题右边的小字。

    Returns:
        ``Markup``。
    """
    head = tag(
        "div",
        tag("b", title, attrs={"style": f"color:{colour};font-size:1.08em"}),
        small(note) if note else "",
        attrs={"style": "margin-bottom:.2em"},
    )
    return tag("div", head, *parts, attrs={"class": "wz-lesson-card", "style": _FRAME.format(colour=colour)})


def small(text: Content) -> Markup:
    """灰色小字。

    Args:
        text: 内容。

    Returns:
        ``Markup``。
    """
    return tag("span", " ", text, attrs={"style": f"color:{GREY};font-size:.9em"})


def para(*parts: Content) -> Markup:
    """一段；文字里的换行保留。

    Args:
        *parts: 内容。

    Returns:
        ``Markup``。
    """
    return tag("div", *(_lines(part) for part in parts), attrs={"style": "margin:.25em 0"})


def bullets(items: Iterable[Content]) -> Markup:
    """不带圆点的列表，各项自带记号。

    Args:
        items: 各项。

    Returns:
        ``Markup``。
    """
    style = "margin:.15em 0;padding-left:1.5em;text-indent:-1.5em"
    return tag("div", *(tag("div", _lines(item), attrs={"style": style}) for item in items))


def quote(text: str) -> Markup:
    """引文。

    Args:
        text: 原文。

    Returns:
        ``Markup``。
    """
    style = "background:rgba(212,167,44,.22);padding:0 .25em;border-radius:2px"
    return tag("span", "“", text, "”", attrs={"style": style})


def code(text: str) -> Markup:
    """一小段可以照抄的代码。

    Args:
        text: 代码。

    Returns:
        ``Markup``。
    """
    return tag("code", text)


def grid(rows: Iterable[Sequence[Content]], *, headers: Sequence[Content]) -> Markup:
    """左对齐的表；JupyterLab 默认右对齐，中文读着别扭。

    Args:
        rows: 各行。
        headers: 表头。

    Returns:
        ``Markup``。
    """
    style = {"style": "text-align:left;padding:.2em .9em .2em 0;vertical-align:top"}
    head = tag("thead", tag("tr", *(tag("th", cell, attrs={"scope": "col", **style}) for cell in headers)))
    body = tag("tbody", *(tag("tr", *(tag("td", cell, attrs=style) for cell in row)) for row in rows))
    return tag("table", head, body, attrs={"style": "border-collapse:collapse;table-layout:auto;margin:.3em 0"})


def fold(summary: str, *parts: Content) -> Markup:
    """点开才看的一段。

    Args:
        summary: 总是看得见的一行。
        *parts: 折起来的内容。

    Returns:
        ``Markup``。
    """
    style = f"cursor:pointer;color:{GREY}"
    return tag("details", tag("summary", summary, attrs={"style": style}), *parts, attrs={"style": "margin:.3em 0"})


def preformatted(text: str) -> Markup:
    """等宽原样的文字，例如运行错误的细节。

    Args:
        text: 原文。

    Returns:
        ``Markup``。
    """
    return tag("pre", text, attrs={"style": "white-space:pre-wrap;font-size:.85em;margin:.3em 0"})


def paper(head: Content, body: str, foot: Content = "") -> Markup:
    """一张“信纸”：留言或答复的原文。

    Args:
        head: 抬头。
        body: 正文，原样转义。
        foot: 落款处的小字。

    Returns:
        ``Markup``。
    """
    style = "background:rgba(128,128,128,.08);border-radius:4px;padding:.5em .9em;margin:.35em 0"
    return tag("div", tag("b", head), para(body), small(foot) if foot else "", attrs={"style": style})


def letter_paper(message: Message) -> Markup:
    """留言的信纸。

    Args:
        message: 留言。

    Returns:
        ``Markup``。
    """
    when = message.created_at.strftime("%Y-%m-%d %H:%M") if message.created_at else ""
    return paper(
        f"留言：{message.subject}",
        message.body,
        " · ".join(part for part in (message.author, message.place, when, message.channel) if part),
    )


def reply_paper(reply: Reply, title: str = "答复") -> Markup:
    """答复的信纸。

    Args:
        reply: 答复。
        title: 抬头。

    Returns:
        ``Markup``。
    """
    when = reply.replied_at.strftime("%Y-%m-%d %H:%M") if reply.replied_at else ""
    return paper(title, reply.text, " · ".join(part for part in (reply.unit, when) if part))


def _lines(part: Content) -> Content:
    if not isinstance(part, str):
        return part
    return join([Markup(escape(line)) for line in part.strip("\n").split("\n")], tag("br"))
