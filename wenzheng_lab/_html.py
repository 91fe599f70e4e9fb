"""造 HTML 的唯一入口：凡文字必转义，只有 ``Markup`` 不再转。

留言是不可信的文字，可能含脚本、样式、控制字符。卡片、表格、报告都只能经过这里。
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wenzheng_lab.model import Span

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")
_VOID = frozenset({"br", "hr", "img", "meta", "input", "col"})


@dataclass(frozen=True, slots=True)
class Markup:
    """已经是安全 HTML 的一段。"""

    html: str
    """HTML 文字"""

    def __str__(self) -> str:
        return self.html


Content = str | int | float | Markup | None


def escape(value: Content) -> str:
    """转义一段内容；``Markup`` 原样。

    控制字符、方向控制符与孤立代理项换成“�”：它们能把显示的次序弄反，或让文件写不出来。

    Args:
        value: 文字、数字、``Markup`` 或 None（空串）。

    Returns:
        可放进 HTML 正文与双引号属性的文字。

    Examples:
        >>> escape('<script>"&')
        '&lt;script&gt;&quot;&amp;'
    """
    if isinstance(value, Markup):
        return value.html
    if value is None:
        return ""
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("\ufffd", str(value)))
    return html.escape(text, quote=True)


def tag(name: str, *children: Content, attrs: Mapping[str, Content] | None = None) -> Markup:
    """造一个标签，内容与属性都转义。

    Args:
        name: 标签名，小写字母。
        *children: 内容；文字会转义，``Markup`` 不再转。
        attrs: 属性；值为 None 的不写。不接受 ``on…`` 事件属性。

    Returns:
        ``Markup``。

    Raises:
        ValueError: 标签名、属性名不合法。

    Examples:
        >>> str(tag("b", "1<2", attrs={"class": "数"}))
        '<b class="数">1&lt;2</b>'
    """
    if not _NAME.match(name):
        raise ValueError(f"标签名 {name!r} 不合法")
    parts = [f"<{name}"]
    for key, value in (attrs or {}).items():
        if not _NAME.match(key) or key.startswith("on"):
            raise ValueError(f"属性名 {key!r} 不合法")
        if value is not None:
            parts.append(f' {key}="{escape(value)}"')
    if name in _VOID:
        return Markup("".join(parts) + ">")
    return Markup("".join(parts) + ">" + "".join(escape(child) for child in children) + f"</{name}>")


def join(parts: Iterable[Content], separator: Content = "") -> Markup:
    """把几段连起来，各段都转义。

    Args:
        parts: 各段。
        separator: 间隔。

    Returns:
        ``Markup``。

    Examples:
        >>> str(join(["<", tag("br")], " "))
        '&lt; <br>'
    """
    return Markup(escape(separator).join(escape(part) for part in parts))


def table(
    rows: Iterable[Sequence[Content]], *, headers: Sequence[Content] = (), attrs: Mapping[str, Content] | None = None
) -> Markup:
    """造表格，每格都转义。

    Args:
        rows: 各行。
        headers: 表头，可空。
        attrs: ``table`` 的属性。

    Returns:
        ``Markup``。

    Examples:
        >>> str(table([["<i>"]], headers=["项"]))
        '<table><thead><tr><th scope="col">项</th></tr></thead><tbody><tr><td>&lt;i&gt;</td></tr></tbody></table>'
    """
    head = (
        tag("thead", tag("tr", *(tag("th", cell, attrs={"scope": "col"}) for cell in headers)))
        if headers
        else Markup("")
    )
    body = tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))
    return tag("table", head, body, attrs=attrs)


def mark(text: str, spans: Iterable[tuple[Span, str, str]]) -> Markup:
    """在原文里标出各段，重叠的合并到先到的一段里。

    Args:
        text: 原文；换行保留为 ``<br>``。
        spans: （位置，样式类名，提示文字）。

    Returns:
        ``Markup``，标出的段是 ``<mark>``。

    Examples:
        >>> str(mark("a<b", [(Span(0, 1), "good", "好")]))
        '<mark class="good" title="好">a</mark>&lt;b'
    """
    out: list[Markup] = []
    at = 0
    for span, kind, title in sorted(spans, key=lambda item: (item[0].start, -item[0].end)):
        start, end = max(span.start, at), min(span.end, len(text))
        if end <= start:
            continue
        out.append(_lines(text[at:start]))
        out.append(tag("mark", _lines(text[start:end]), attrs={"class": kind, "title": title}))
        at = end
    out.append(_lines(text[at:]))
    return join(out)


def _lines(text: str) -> Markup:
    return Markup(escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br>"))
