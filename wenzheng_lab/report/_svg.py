"""小图：条形、堆叠条形，画成内嵌的 SVG；打印时颜色也在，数字总写在旁边。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenzheng_lab._html import Content, Markup, tag

_ROW = 26
_BAR = 16
_TEXT_UP = 5
"""文字基线比条形中线低多少（像素）"""


@dataclass(frozen=True, slots=True)
class Bar:
    """一根条形。"""

    label: str
    """左边的字"""
    value: float
    """长短"""
    text: str
    """右边的字，写明数与份额"""
    color: str = "#3b7ea1"
    """颜色"""


@dataclass(frozen=True, slots=True)
class Part:
    """堆叠条形里的一段。"""

    value: float
    """长短"""
    color: str
    """颜色"""
    text: str
    """写在段里的字，放不下就不写"""
    title: str
    """鼠标停上去看到的说明"""
    ink: str = "#fff"
    """段里文字的颜色"""


def bars(rows: Sequence[Bar], *, title: str, label_width: int = 120, bar_width: int = 380, tail: int = 190) -> Markup:
    """画一组横条。

    Args:
        rows: 各条，由上到下。
        title: 图的说明，给读屏软件。
        label_width: 左边文字的宽（像素）。
        bar_width: 最长的条的宽。
        tail: 右边文字的宽。

    Returns:
        ``svg``。

    Examples:
        >>> str(bars([Bar("优", 2, "2 份")], title="等次")).startswith('<svg class="wz-chart"')
        True
    """
    most = max((row.value for row in rows), default=0) or 1
    parts: list[Markup] = []
    for at, row in enumerate(rows):
        middle = at * _ROW + _ROW / 2
        width = round(row.value / most * bar_width, 1)
        if row.value > 0:
            width = max(width, 1.5)  # 很少也看得见
        parts += [
            _text(label_width - 8, middle + _TEXT_UP, row.label, anchor="end"),
            _rect(label_width, middle - _BAR / 2, width, row.color, f"{row.label}：{row.text}"),
            _text(label_width + width + 7, middle + _TEXT_UP, row.text),
        ]
    return _svg(parts, label_width + bar_width + tail, len(rows) * _ROW, title)


def stacked(parts: Sequence[Part], *, title: str, width: int = 360) -> Markup:
    """画一根堆叠条。

    Args:
        parts: 各段，由左到右。
        title: 图的说明。
        width: 总宽（像素）。

    Returns:
        ``svg``；各段都是 0 时是一根空条。

    Examples:
        >>> "<title>" in str(stacked([Part(1, "#000", "1", "一份")], title="分布"))
        True
    """
    whole = sum(part.value for part in parts)
    out: list[Markup] = [_rect(0, 3, width, "#e6ebf0", title)]
    left = 0.0
    for part in parts:
        size = part.value / whole * width if whole else 0.0
        if size > 0:
            out.append(_rect(round(left, 1), 3, round(size, 1), part.color, part.title))
            if size > 9 * len(part.text) + 4:
                out.append(
                    _text(round(left + size / 2, 1), 3 + _BAR / 2 + 4, part.text, anchor="middle", fill=part.ink)
                )
        left += size
    return _svg(out, width, _BAR + 6, title)


def _svg(parts: Sequence[Content], width: float, height: float, title: str) -> Markup:
    # 属性名一律小写：浏览器读 HTML 时会把 svg 的 viewbox 认作 viewBox
    attrs: dict[str, Content] = {
        "class": "wz-chart",
        "viewbox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "role": "img",
        "aria-label": title,
    }
    return tag("svg", *parts, attrs=attrs)


def _rect(x: float, y: float, width: float, color: str, title: str) -> Markup:
    attrs: dict[str, Content] = {
        "x": f"{x:g}",
        "y": f"{y:g}",
        "width": f"{width:g}",
        "height": f"{_BAR}",
        "fill": color,
    }
    return tag("rect", tag("title", title), attrs=attrs)


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str | None = None) -> Markup:
    attrs: dict[str, Content] = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "fill": fill}
    return tag("text", text, attrs=attrs)
