"""急件的合成规则：征象分几组、怎样加、各工作点的门槛（``urgency_levels.toml``）。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.rules import load_rules, rule_path

GROUPS = ("danger", "context", "damp", "haste")
"""征象的四组：危险、处境、降温、时限"""
_NUMBERS = (
    "second",
    "extra",
    "again",
    "again_cap",
    "window",
    "context_cap",
    "context_floor",
    "damp_cap",
    "loose_floor",
    "immune",
    "short_text",
    "plain",
    "long_text",
    "long_damp",
    "haste_second",
    "scene_danger",
    "scene_danger_offset",
    "scene_haste",
    "scene_haste_offset",
    "scene_cap",
    "calm_from",
    "calm_below",
    "calm_factor",
    "long_from",
    "long_below",
    "long_least",
    "long_cap",
    "weak_from",
    "weak_below",
)


@dataclass(frozen=True, slots=True)
class WorkingPoint:
    """一个工作点：到几分算特急、算急。"""

    id: str
    """编号：``standard``、``cautious``、``sparing``"""
    label: str
    """中文名"""
    hot: float
    """特急的门槛（分）"""
    warm: float
    """急的门槛（分）"""
    note: str
    """什么时候用"""
    measured: str
    """量出来的召回与误抬，给选的人看"""


@dataclass(frozen=True, slots=True)
class Levels:
    """急件的合成规则。"""

    version: str
    """版本"""
    digest: str
    """内容摘要"""
    source: str
    """出处"""
    group: Mapping[str, str]
    """征象 → 组"""
    sure: frozenset[str]
    """常用公事口气说的征象：不因整句平常而打折"""
    told: frozenset[str]
    """长信里也不因整句平常而打折的征象"""
    numbers: Mapping[str, float]
    """合成用的系数"""
    points: Mapping[str, WorkingPoint]
    """各工作点"""

    def point(self, name: str) -> WorkingPoint:
        """取一个工作点。

        Args:
            name: 编号。

        Returns:
            工作点。

        Raises:
            InputError: 没有这个工作点。

        Examples:
            >>> load_levels().point("cautious").hot < load_levels().point("standard").hot
            True
        """
        if not isinstance(name, str) or name not in self.points:
            raise InputError(
                explain(
                    f"急件的工作点写成 {show(name)}",
                    "可用：" + "、".join(f"{p.id}（{p.label}）" for p in self.points.values()),
                    suggest(str(name), self.points) or "不清楚就不要写，用 standard",
                )
            )
        return self.points[name]


def parse_levels(file: TomlFile, signals: Mapping[str, str]) -> Levels:
    """由 TOML 造合成规则，逐项校验。

    Args:
        file: 读好的文件。
        signals: 征象的名字（``urgency.toml`` 里的）。

    Returns:
        合成规则。

    Raises:
        RuleFileError: 征象没有分组或分了两组、门槛颠倒；带行号。
    """
    top = file.table((), file.data, required=("version", "source", "group", "sure", "told", "combine", "profile"))
    group: dict[str, str] = {}
    for name, value in file.table(("group",), top["group"], required=GROUPS).items():
        for signal in file.strings(("group", name), value, empty=False):
            if signal not in signals:
                raise file.error(("group", name), f"征象 {signal!r} 不在 urgency.toml 里；{suggest(signal, signals)}")
            if signal in group:
                raise file.error(("group", name), f"征象 {signal!r} 分了两组：{group[signal]}、{name}")
            group[signal] = name
    missing = [signal for signal in signals if signal not in group]
    if missing:
        raise file.error(("group",), f"征象没有分组：{'、'.join(missing)}")
    sure, told = (frozenset(file.strings((key,), top[key])) for key in ("sure", "told"))
    for key, named in (("sure", sure), ("told", told)):
        for signal in sorted(named):
            if signal not in signals:
                raise file.error((key,), f"征象 {signal!r} 不在 urgency.toml 里；{suggest(signal, signals)}")
    table = file.table(("combine",), top["combine"], required=_NUMBERS)
    points = {}
    raw = top["profile"]
    for name, row in file.table(
        ("profile",), raw, required=("standard",), optional=tuple(raw) if isinstance(raw, Mapping) else ()
    ).items():
        where = ("profile", name)
        body = file.table(where, row, required=("label", "hot", "warm", "note", "measured"))
        hot, warm = (file.number((*where, key), body[key], low=0, high=200) for key in ("hot", "warm"))
        if warm >= hot:
            raise file.error((*where, "warm"), f"急的门槛 {warm:g} 不低于特急的门槛 {hot:g}")
        points[name] = WorkingPoint(
            name,
            file.string((*where, "label"), body["label"]),
            hot,
            warm,
            file.string((*where, "note"), body["note"]),
            file.string((*where, "measured"), body["measured"]),
        )
    return Levels(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        source=file.string(("source",), top["source"]),
        group=group,
        sure=sure,
        told=told,
        numbers={key: file.number(("combine", key), table[key], low=0, high=1000) for key in _NUMBERS},
        points=points,
    )


@functools.cache
def load_levels() -> Levels:
    """读随包的合成规则，只读一次。

    Returns:
        合成规则。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> load_levels().group["gas"]
        'danger'
    """
    signals = load_rules("urgency.toml", targets="signal").labels
    return parse_levels(TomlFile.read(rule_path("urgency_levels.toml")), signals)
