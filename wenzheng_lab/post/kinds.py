"""五类发布各要写到哪几样：读 ``post_points.toml``。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules.load import rule_path

KINDS = ("announcement", "rumour_correction", "own_error", "weekly", "outage")
"""五类发布，次序即显示的次序"""
SOLID = ("date", "time", "place", "spot", "number", "unit", "person", "phone", "channel", "hours", "topic")
"""要点可以要求的实的东西"""
CRITERIA = ("known", "unknown", "doing", "todo", "evidence", "next", "identity", "respect")
"""由要点算出的评分项；平实（plain）看全篇，不由要点算"""
_POINT = ("label", "criterion", "signs", "with", "bare", "ask")
DERIVED = ("phone", "dateline", "opening")
"""不由征象规则、由程序认出的征象：电话、落款日期、开头写实的一句"""


@dataclass(frozen=True, slots=True)
class Point:
    """一个要点。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    criterion: str
    """记到哪一项"""
    signs: tuple[str, ...]
    """句子里要有其中一种征象"""
    solid: tuple[str, ...]
    """还要有其中一种实的东西；空则不要求"""
    need: int
    """要有几种实的东西才算写足"""
    bare: float
    """有征象、没有实的东西时算几成（0–1）"""
    alone: bool
    """整句没有一样实的东西时，也按 ``bare`` 算"""
    ask: str
    """没写到时提醒写什么"""


@dataclass(frozen=True, slots=True)
class Kind:
    """一类发布。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    note: str
    """什么时候用"""
    lead: tuple[str, ...]
    """应当写在最前面的要点"""
    weights: Mapping[str, float]
    """要点到分量；次序即显示的次序"""


@dataclass(frozen=True, slots=True)
class Kinds:
    """要点与五类发布。"""

    digest: str
    """文件摘要，写进签名"""
    points: Mapping[str, Point]
    """名到要点"""
    kinds: Mapping[str, Kind]
    """名到类"""


def parse_kinds(file: TomlFile, *, signs: frozenset[str]) -> Kinds:
    """由 TOML 造要点与类，并校验。

    Args:
        file: 读好的文件。
        signs: 征象规则里有的征象。

    Returns:
        要点与类。

    Raises:
        RuleFileError: 有未知字段、没有这种征象、某一项在某一类里没有要点可算。
    """
    top = file.table((), file.data, required=("version", "point", "kind"))
    points: dict[str, Point] = {}
    for name, body in file.table(("point",), top["point"], optional=_keys(top["point"])).items():
        where = ("point", name)
        row = file.table(where, body, required=_POINT, optional=("need", "alone"))
        found = Point(
            name=name,
            label=file.string((*where, "label"), row["label"]),
            criterion=file.string((*where, "criterion"), row["criterion"]),
            signs=file.strings((*where, "signs"), row["signs"], empty=False),
            solid=file.strings((*where, "with"), row["with"]),
            need=int(file.number((*where, "need"), row.get("need", 1), low=1, high=len(SOLID))),
            bare=file.number((*where, "bare"), row["bare"], low=0, high=1),
            alone=row.get("alone") is True,
            ask=file.string((*where, "ask"), row["ask"]),
        )
        if found.criterion not in CRITERIA:
            raise file.error((*where, "criterion"), f"{name} 的 criterion 可用：{'、'.join(CRITERIA)}")
        for sign in found.signs:
            if sign not in signs and sign not in DERIVED:
                raise file.error((*where, "signs"), f"{name} 用了没有规则的征象 {sign!r}")
        for kind in found.solid:
            if kind not in SOLID:
                raise file.error((*where, "with"), f"{name} 的 with 写了 {kind!r}；可用：{'、'.join(SOLID)}")
        points[name] = found
    kinds: dict[str, Kind] = {}
    for name, body in file.table(("kind",), top["kind"], required=KINDS).items():
        at = ("kind", name)
        row = file.table(at, body, required=("label", "note", "lead", "points"))
        weights = {
            point: file.number((*at, "points"), weight, low=0.1, high=10)
            for point, weight in file.table((*at, "points"), row["points"], optional=_keys(row["points"])).items()
        }
        lead = file.strings((*at, "lead"), row["lead"], empty=False)
        for point in (*weights, *lead):
            if point not in points:
                raise file.error((*at, "points"), f"{name} 写了没有的要点 {point!r}")
        kinds[name] = Kind(
            name, file.string((*at, "label"), row["label"]), file.string((*at, "note"), row["note"]), lead, weights
        )
    return Kinds(file.digest, points, kinds)


def _keys(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ()


@functools.cache
def load_kinds() -> Kinds:
    """读随包的要点与五类发布，只读一次。

    Returns:
        要点与类。

    Examples:
        >>> load_kinds().kinds["outage"].label
        '停水停电停气通知'
    """
    from wenzheng_lab.rules import load_rules

    signs = frozenset(load_rules("post_signs.toml", targets="sign").labels)
    return parse_kinds(TomlFile.read(rule_path("post_points.toml")), signs=signs)
