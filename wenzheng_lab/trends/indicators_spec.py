"""指标的说明与门槛：读 ``data/indicators.toml``，写错时给出行号。"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules.status import Status, read_status
from wenzheng_lab.text import fold

_FILE = Path(__file__).parent / "data" / "indicators.toml"
UNITS = ("封", "份", "%", "小时", "工作日", "分", "百分点")
"""可用的单位"""
_SETTINGS = ("smallest", "copies", "alike", "shortest_reply", "batch", "good_share")
_GOODHART = ("moved", "auto_gap", "few_rated", "on_time", "template", "batch", "last_day", "fast", "attitude")


@dataclass(frozen=True, slots=True)
class Indicator:
    """一个指标的说明。"""

    id: str
    """列名"""
    group: str
    """属于哪一组"""
    label: str
    """中文名"""
    unit: str
    """单位"""
    formula: str
    """怎样算"""
    of: str
    """分母所在的列；计数的自己没有分母，为空串"""
    caution: str
    """要当心什么"""


@dataclass(frozen=True, slots=True)
class Spec:
    """全部指标的说明与门槛。"""

    version: str
    """版本"""
    digest: str
    """数据文件的摘要"""
    source: str
    """算法的出处"""
    status: Status
    """核实状态"""
    groups: Mapping[str, str]
    """组的编号到中文名，按先后"""
    indicators: tuple[Indicator, ...]
    """各指标，按先后"""
    smallest: int
    """分母不到这么多的不公布"""
    copies: int
    """同一种答复用在几封不同的来信上算套用"""
    alike: float
    """四字片重合到几成算几乎相同（0–1）"""
    shortest_reply: int
    """不到这么多字的答复只比完全相同"""
    batch: int
    """同一单位一分钟答复几封算批量"""
    good_share: float
    """评分达到满分的几成算好（0–1）"""
    profiles: tuple[str, ...]
    """默认看哪几套时限"""
    goodhart: Mapping[str, float]
    """提醒的门槛"""
    again: re.Pattern[str]
    """来信里说“不是头一回写信”的话，折叠过的文字上用"""
    rural: Mapping[str, tuple[str, ...]]
    """分城乡的尾字：town、street、village、urban"""

    def get(self, name: str) -> Indicator | None:
        """按列名取说明；每套时限一列的，列名“__”以后是时限编号。

        Args:
            name: 列名。

        Returns:
            说明；不是指标为 None。

        Examples:
            >>> spec().get("on_time__jinan12345").label
            '按时率'
        """
        base = name.partition("__")[0]
        return next((item for item in self.indicators if item.id == base), None)


@functools.cache
def spec() -> Spec:
    """读随包的说明，只读一次。

    Returns:
        全部指标的说明与门槛。

    Raises:
        RuleFileError: 数据文件写错，首行有行号。
    """
    return parse(TomlFile.read(_FILE))


def parse(file: TomlFile) -> Spec:
    """校验并解析。

    Args:
        file: 读好的 TOML。

    Returns:
        说明与门槛。

    Raises:
        RuleFileError: 有未知字段、缺字段、组不存在、编号重复、例子对不上。
    """
    top = file.table(
        (),
        file.data,
        required=("version", "source", "status", "settings", "goodhart", "again", "rural", "group", "indicator"),
    )
    settings = file.table(("settings",), top["settings"], required=(*_SETTINGS, "profiles"))
    numbers = {name: file.number(("settings", name), settings[name], low=0) for name in _SETTINGS}
    goodhart = file.table(("goodhart",), top["goodhart"], required=_GOODHART)
    rural = file.table(("rural",), top["rural"], required=("town", "street", "village", "urban"))
    groups: dict[str, str] = {}
    for n, raw in enumerate(_list(file, "group", top["group"])):
        table = file.table(("group", n), raw, required=("id", "label"))
        groups[file.string(("group", n, "id"), table["id"])] = file.string(("group", n, "label"), table["label"])
    found: list[Indicator] = []
    for n, raw in enumerate(_list(file, "indicator", top["indicator"])):
        item = _indicator(file, n, raw, groups)
        if any(item.id == other.id for other in found):
            raise file.error(("indicator", n, "id"), f"{item.id} 写了两次，请改名或删去一个")
        found.append(item)
    return Spec(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        source=file.string(("source",), top["source"]),
        status=read_status(file, ("status",), top["status"]),
        groups=groups,
        indicators=tuple(found),
        smallest=int(numbers["smallest"]),
        copies=int(numbers["copies"]),
        alike=numbers["alike"],
        shortest_reply=int(numbers["shortest_reply"]),
        batch=int(numbers["batch"]),
        good_share=numbers["good_share"],
        profiles=file.strings(("settings", "profiles"), settings["profiles"], empty=False),
        goodhart={name: file.number(("goodhart", name), goodhart[name], low=0) for name in _GOODHART},
        again=_again(file, top["again"]),
        rural={name: file.strings(("rural", name), rural[name], empty=False) for name in rural},
    )


def _list(file: TomlFile, key: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise file.error((key,), f"{key} 应写成 [[{key}]]")
    return value


def _indicator(file: TomlFile, n: int, raw: object, groups: Mapping[str, str]) -> Indicator:
    where = ("indicator", n)
    table = file.table(where, raw, required=("id", "group", "label", "unit", "formula", "caution"), optional=("of",))
    text = {name: file.string((*where, name), table[name]) for name in table}
    if text["group"] not in groups:
        raise file.error((*where, "group"), f"没有 {text['group']!r} 这一组，可用：{'、'.join(groups)}")
    if text["unit"] not in UNITS:
        raise file.error((*where, "unit"), f"单位写成 {text['unit']!r}，可用：{'、'.join(UNITS)}")
    return Indicator(
        text["id"],
        text["group"],
        text["label"],
        text["unit"],
        text["formula"],
        text.get("of", ""),
        text["caution"],
    )


def _again(file: TomlFile, raw: object) -> re.Pattern[str]:
    table = file.table(("again",), raw, required=("patterns", "hits", "misses"))
    parts = file.strings(("again", "patterns"), table["patterns"], empty=False)
    try:
        pattern = re.compile("|".join(parts))
    except re.error as error:
        raise file.error(("again", "patterns"), f"句式写错（{error}）") from error
    for key, wanted in (("hits", True), ("misses", False)):
        for text in file.strings(("again", key), table[key], empty=False):
            if bool(pattern.search(fold(text))) != wanted:
                word = "漏报" if wanted else "误报"
                raise file.error(("again", key), f"{word}：{text}")
    return pattern
