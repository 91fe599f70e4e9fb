"""月报的版面、门槛、说法，来自 ``briefing.toml``。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from wenzheng_lab._toml import TomlFile

_FILE = Path(__file__).parent / "data" / "briefing.toml"
_FONTS = ("title_font", "body_font", "head_font", "subhead_font", "latin_font", "page_font")
_SIZES = ("title_size", "body_size", "page_size", "table_size", "lines")
_LIMITS = (
    *(
        "smallest",
        "long",
        "recent",
        "still",
        "by_year",
        "rows",
        "months",
        "stray",
        "hot",
        "people",
        "groups",
        "slower",
        "kinds",
    ),
    *("most_hot", "most_scored", "examples", "quote", "advice"),
)


@dataclass(frozen=True, slots=True)
class Advice:
    """一条建议的说法；花括号里由程序填数。"""

    lead: str
    """一句话说做什么"""
    body: str
    """怎么做"""
    basis: str
    """依据的数"""


@dataclass(frozen=True, slots=True)
class Layout:
    """版面。"""

    source: str
    """依据哪个标准，核对到什么程度"""
    page: tuple[float, float]
    """纸的宽、高（毫米）"""
    margin: tuple[float, ...]
    """上、右、下、左（毫米）"""
    fonts: Mapping[str, str]
    """各处的字体"""
    sizes: Mapping[str, float]
    """各处的字号（磅）与每面行数"""


@dataclass(frozen=True, slots=True)
class BriefingSettings:
    """月报的设置。"""

    version: str
    """版本"""
    digest: str
    """文件的摘要，写进签名"""
    layout: Layout
    """版面"""
    limits: Mapping[str, float]
    """门槛"""
    marks: tuple[float, ...]
    """曲线上的竖线（天）"""
    faults: Mapping[str, tuple[str, str]]
    """例子：编号 → （名称，毛病）"""
    advice: Mapping[str, Advice]
    """建议"""
    caution: tuple[str, ...]
    """说明"""
    reply_caution: tuple[str, ...]
    """有答复才说的说明"""

    def limit(self, name: str) -> int:
        """一个门槛，取整。

        Args:
            name: 名字。

        Returns:
            整数。
        """
        return int(self.limits[name])


@functools.cache
def briefing_settings() -> BriefingSettings:
    """读月报的设置，只读一次。

    Returns:
        设置。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> briefing_settings().limit("smallest")
        5
    """
    file = TomlFile.read(_FILE)
    names = ("version", "layout", "limits", "example", "advice", "caution")
    top = file.table((), file.data, required=names)
    layout = file.table(("layout",), top["layout"], required=("source", "status", "page", "margin", *_FONTS, *_SIZES))
    limits = file.table(("limits",), top["limits"], required=("marks", *_LIMITS))
    caution = file.table(("caution",), top["caution"], required=("lines", "reply"))

    def numbers(where: tuple[str | int, ...], value: object) -> tuple[float, ...]:
        if not isinstance(value, list):
            raise file.error(where, f"{where[-1]} 应为数的列表")
        return tuple(file.number(where, item, low=0) for item in value)

    def texts(section: str, keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        found = {}
        body = top[section]
        if not isinstance(body, dict):
            raise file.error((section,), f"{section} 应写成 [{section}.名字]")
        for name, value in body.items():
            part = file.table((section, name), value, required=keys)
            found[str(name)] = tuple(file.string((section, name, key), part[key]) for key in keys)
        return found

    from wenzheng_lab.rules.status import load_statuses

    mark = file.string(("layout", "status"), layout["status"])
    page = numbers(("layout", "page"), layout["page"])
    return BriefingSettings(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        layout=Layout(
            source=f"{file.string(('layout', 'source'), layout['source'])}；{load_statuses()[mark].label}",
            page=(page[0], page[1]),
            margin=numbers(("layout", "margin"), layout["margin"]),
            fonts=MappingProxyType({name: file.string(("layout", name), layout[name]) for name in _FONTS}),
            sizes=MappingProxyType({name: file.number(("layout", name), layout[name], low=1) for name in _SIZES}),
        ),
        limits=MappingProxyType({name: file.number(("limits", name), limits[name], low=0) for name in _LIMITS}),
        marks=numbers(("limits", "marks"), limits["marks"]),
        faults=MappingProxyType({name: (one[0], one[1]) for name, one in texts("example", ("label", "fault")).items()}),
        advice=MappingProxyType(
            {name: Advice(*one) for name, one in texts("advice", ("lead", "body", "basis")).items()}
        ),
        caution=file.strings(("caution", "lines"), caution["lines"]),
        reply_caution=file.strings(("caution", "reply"), caution["reply"]),
    )
