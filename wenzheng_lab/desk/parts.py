"""几样常用的小件：按钮、一排选项、文字框、一段 HTML。"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Markup, escape, tag

Widget = Any
"""ipywidgets 没有类型"""


def button(label: str, act: Callable[[], object], *, look: str = "", tip: str = "") -> Widget:
    """一个按钮；回车、空格也能按。"""
    one = w.Button(description=label, button_style=look, tooltip=tip or label)
    one.on_click(lambda _: act())
    return one


def choices(options: Sequence[str], value: str | None, act: Callable[[str], object]) -> Widget:
    """一排选项。

    不用单选钮和下拉框：在 JupyterLab 里方向键被笔记本拿走，那两样只用键盘选不动。
    """
    strip = w.ToggleButtons(options=list(options), value=value, style={"button_width": "auto"})
    strip.observe(lambda change: act(str(change["new"])) if change["new"] is not None else None, names="value")
    return strip


def line(label: str, *, width: str = "100%", options: Sequence[str] = ()) -> Widget:
    """一行文字框；给了可选的，打几个字就提示。

    离开这一框才交出所写的：一字一交时，后面的字会排在按钮那一下之后，到手的只有头一个字。
    """
    style, layout = {"description_width": "7em"}, w.Layout(width=width)
    if options:
        return w.Combobox(description=label, options=list(options), continuous_update=False, style=style, layout=layout)
    return w.Text(description=label, continuous_update=False, style=style, layout=layout)


def area(label: str, *, rows: int = 3, live: bool = False) -> Widget:
    """几行文字框；``live`` 是边写边交（评分要跟着走），不然离开这一框才交。"""
    return w.Textarea(placeholder=label, rows=rows, continuous_update=live, layout=w.Layout(width="99%"))


def pane(content: Markup | str = "", *, height: str | None = None) -> Widget:
    """一段 HTML；文字都转义。"""
    layout = w.Layout(width="100%", max_height=height, overflow="auto") if height else w.Layout(width="100%")
    return w.HTML(value=escape(content), layout=layout)


def write(one: Widget, content: Markup) -> None:
    """改一段 HTML；没有变就不动，省得闪。"""
    if one.value != content.html:
        one.value = content.html


def lines(text: str) -> Markup:
    """分行的文字。"""
    return Markup("<br>".join(escape(row) for row in text.splitlines()))


def told(text: str, *, bad: bool = False, aloud: bool = True) -> Markup:
    """上一步的结果；``aloud`` 时读屏软件会念出来，同一句话只念一处。"""
    if not text:
        return Markup("")
    looks = {"class": "wz-told wz-bad" if bad else "wz-told"}
    return tag("div", text, attrs={**looks, "role": "status"} if aloud else looks)
