"""月报的积木：标题、段落、表、图、引文；Word 与网页由同一串积木做成，数不会两样。"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenzheng_lab.figures.chart import Chart

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Heading:
    """一、二、三或（一）（二）的标题。"""

    text: str
    """文字，连序号"""
    level: int
    """1 或 2"""


@dataclass(frozen=True, slots=True)
class Para:
    """一段。"""

    text: str
    """文字"""
    lead: str = ""
    """段首的一句，用楷体；空为没有"""
    small: bool = False
    """是不是说明一类的小字"""


@dataclass(frozen=True, slots=True)
class Grid:
    """一张表。"""

    caption: str
    """表名"""
    headers: tuple[str, ...]
    """表头"""
    rows: tuple[tuple[str, ...], ...]
    """各行，已是文字"""
    widths: tuple[float, ...]
    """各列的宽（毫米），合起来不超过版心"""
    note: str = ""
    """表下的小字"""


@dataclass(frozen=True, slots=True)
class Picture:
    """一张图。"""

    caption: str
    """图名"""
    chart: Chart
    """图"""


@dataclass(frozen=True, slots=True)
class Quote:
    """一件例子：来信、答复的引文都遮过个人信息。"""

    title: str
    """第几例，什么毛病"""
    letter: str
    """来信主题"""
    reply: str
    """答复的引文"""
    fault: str
    """毛病在哪里"""
    remedy: str
    """怎样改"""


Block = Heading | Para | Grid | Picture | Quote


def quote_text(one: Quote) -> str:
    """例子写成一段，接在标题后面。

    Args:
        one: 例子。

    Returns:
        文字。
    """
    return f"来信“{one.letter}”，答复写“{one.reply}”。问题：{one.fault}改法：{one.remedy}"


def inert(text: str) -> str:
    r"""去掉控制字符、方向控制符、孤立代理项：Word 文件里写不得，也能把显示的次序弄反。

    Args:
        text: 外来的文字。

    Returns:
        可写进文件的文字。

    Examples:
        >>> inert("停水\x00三天")
        '停水�三天'
    """
    return _CONTROL.sub("\ufffd", text)
