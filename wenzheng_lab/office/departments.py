"""各单位的脾气、快慢与口气。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.office.settings import DATA

TEMPERS = ("平实", "利落", "谨慎", "热心", "叫苦", "推挡")
SCENES = ("pushback", "spam", "dispute", "evasive", "late", "accept", "redo")
_NUMBERS = {
    "desks": (1, 9),
    "pace": (0.3, 4),
    "skill": (0, 1),
    "evasive": (0, 1),
    "wrong": (0, 1),
    "late": (0, 1),
}


@dataclass(frozen=True, slots=True)
class Department:
    """一个承办单位。"""

    name: str
    """名称"""
    desks: int
    """几个人办件，同时办几件"""
    pace: float
    """快慢，1 平常，大则慢"""
    skill: float
    """派对了，一次办好的机会"""
    evasive: float
    """给空话的机会"""
    wrong: float
    """报错情况的机会"""
    late: float
    """晚的机会"""
    temper: str
    """说话的口气"""
    phone: str
    """对外电话"""


def all_units() -> tuple[str, ...]:
    """可以交办的单位：部门、其他机关与公共企业、乡镇街道。

    Examples:
        >>> "水利局" in all_units(), "禾阳街道办事处" in all_units()
        (True, True)
    """
    county = load_county()
    return (*county.units, *(town.government for town in county.towns))


@cache
def load_departments() -> Mapping[str, Department]:
    """读随包的 ``departments.toml``。

    Returns:
        单位名到单位。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。

    Examples:
        >>> load_departments()["自然资源局"].temper
        '推挡'
    """
    return parse_departments(TomlFile.read(DATA / "departments.toml"))


def parse_departments(file: TomlFile) -> Mapping[str, Department]:
    """由 TOML 造各单位，逐项校验。

    Args:
        file: 读好的文件。

    Returns:
        单位名到单位，县里的单位一个不缺。

    Raises:
        RuleFileError: 没有这个单位、字段写错、数超出范围。
    """
    county = load_county()
    data = file.table((), file.data, required=("default", "town", "department"))
    keys = (*_NUMBERS, "temper", "phone")
    base = file.table(("default",), data["default"], required=keys)
    town = file.table(("town",), data["town"], required=keys)
    own = file.table(("department",), data["department"], optional=county.units)
    found = {}
    for number, name in enumerate(all_units()):
        start = town if number >= len(county.units) else base
        row = file.table(("department", name), own.get(name, {}), optional=keys)
        values = {**start, **row}
        where = ("department", name) if row else ("town",) if start is town else ("default",)
        numbers = {
            key: file.number((*where, key), values[key], low=low, high=high) for key, (low, high) in _NUMBERS.items()
        }
        if values["temper"] not in TEMPERS:
            raise file.error((*where, "temper"), f"口气“{values['temper']}”没有；可用：{'、'.join(TEMPERS)}")
        if numbers["skill"] + numbers["evasive"] + numbers["wrong"] > 1:
            raise file.error((*where, "skill"), f"{name} 的 skill、evasive、wrong 加起来超过 1")
        # 没有单列的单位，电话尾号按次序排开，各不相同
        last = str(values["phone"]) if "phone" in row else f"{int(str(values['phone'])) + number:04d}"
        found[name] = Department(
            name,
            int(numbers["desks"]),
            numbers["pace"],
            numbers["skill"],
            numbers["evasive"],
            numbers["wrong"],
            numbers["late"],
            str(values["temper"]),
            f"{county.area_code}-555{last}",
        )
    return found


@cache
def _voices() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    file = TomlFile.read(DATA / "voices.toml")
    data = file.table((), file.data, required=SCENES)
    return {
        scene: {
            temper: file.strings((scene, temper), rows, empty=False)
            for temper, rows in file.table((scene,), data[scene], required=TEMPERS).items()
        }
        for scene in SCENES
    }


def say(unit: str, scene: str, stream: Stream, **blanks: str) -> str:
    """一个单位在某种场合说的话。

    Args:
        unit: 单位名。
        scene: 场合，见 ``SCENES``。
        stream: 随机流。
        **blanks: 句子里的空。

    Returns:
        一两句话。
    """
    text = stream.pick(_voices()[scene][load_departments()[unit].temper])
    for name, value in {"unit": unit, **blanks}.items():
        text = text.replace("{" + name + "}", value)
    return text
