"""青禾县：乡镇街道、村社区、部门、企业、河流，全部虚构。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from wenzheng_lab._toml import TomlFile

DATA = Path(__file__).parent / "data"
PLACE_KINDS = (
    "villages",
    "roads",
    "estates",
    "primary",
    "middle",
    "kindergarten",
    "hospital",
    "market",
    "park",
    "bridge",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """一个部门或其他机关、公共企业。"""

    name: str
    """名称"""
    short: tuple[str, ...]
    """百姓的叫法"""
    duties: tuple[str, ...]
    """职责；其他机关与公共企业不写"""


@dataclass(frozen=True, slots=True)
class Town:
    """一个乡镇或街道。"""

    name: str
    """名称"""
    kind: str
    """street 县城街道，town 镇，rural 乡"""
    weight: float
    """来信的相对多少"""
    river: str
    """流经的河"""
    places: Mapping[str, tuple[str, ...]]
    """各类地点"""

    @property
    def government(self) -> str:
        """乡镇政府或街道办事处的名称。"""
        return self.name + ("办事处" if self.kind == "street" else "人民政府")

    @property
    def communities(self) -> tuple[str, ...]:
        """社区。"""
        return tuple(name for name in self.places["villages"] if name.endswith("社区"))

    @property
    def rural(self) -> tuple[str, ...]:
        """村。"""
        return tuple(name for name in self.places["villages"] if name.endswith("村"))


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """一个县。"""

    name: str
    """县名"""
    short: str
    """简称"""
    area_code: str
    """区号"""
    departments: tuple[Unit, ...]
    """部门"""
    bodies: tuple[Unit, ...]
    """其他机关与公共企业"""
    towns: tuple[Town, ...]
    """乡镇街道"""
    rivers: Mapping[str, tuple[str, ...]]
    """河流与自上而下流经的乡镇街道"""
    firm_names: tuple[str, ...]
    """企业字号"""
    firm_kinds: Mapping[str, tuple[str, ...]]
    """企业种类与后缀"""
    taxonomy: Mapping[str, tuple[str, ...]]
    """一级分类与其下的二级分类"""
    digest: str
    """县的数据的摘要"""

    @property
    def units(self) -> tuple[str, ...]:
        """可以承办的单位名。"""
        return tuple(unit.name for unit in (*self.departments, *self.bodies))

    @property
    def accounts(self) -> tuple[str, ...]:
        """三级政务账号：部门、乡镇街道、村社区。"""
        return (
            *(unit.name for unit in self.departments),
            *(town.government for town in self.towns),
            *(town.name + village for town in self.towns for village in town.places["villages"]),
        )

    def unit(self, name: str) -> Unit:
        """按名称找单位。"""
        return _unit_table(self)[name]

    def firms(self, town: str, kind: str) -> tuple[str, ...]:
        """一个乡镇里某一行业的三家企业；同一处总是同几家。

        Examples:
            >>> county = load_county()
            >>> county.firms("禾阳街道", "驾校") == county.firms("禾阳街道", "驾校")
            True
        """
        return _firms(self, town, kind)


@cache
def _unit_table(county: County) -> dict[str, Unit]:
    return {unit.name: unit for unit in (*county.departments, *county.bodies)}


@cache
def _firms(county: County, town: str, kind: str) -> tuple[str, ...]:
    code = sha256(f"{town}/{kind}".encode()).digest()
    suffixes, found = county.firm_kinds[kind], list[str]()
    for n in range(0, 24, 3):
        name = county.firm_names[code[n] % len(county.firm_names)] + suffixes[code[n + 1] % len(suffixes)]
        if name not in found:
            found.append(name)
        if len(found) == 3:
            break
    return tuple(found)


def _units(file: TomlFile, key: str) -> tuple[Unit, ...]:
    rows = []
    for n, item in enumerate(file.data[key]):  # type: ignore[arg-type,var-annotated]
        row = file.table((key, n), item, required=("name", "short"), optional=("duties",))
        rows.append(
            Unit(
                file.string((key, n, "name"), row["name"]),
                file.strings((key, n, "short"), row["short"], empty=False),
                file.strings((key, n, "duties"), row.get("duties", [])),
            )
        )
    return tuple(rows)


@cache
def load_county() -> County:
    """读随包的青禾县。

    Returns:
        县。

    Raises:
        RuleFileError: 数据写错，或同一地名在两个乡镇里。

    Examples:
        >>> county = load_county()
        >>> len(county.departments), len(county.towns), len(county.accounts)
        (32, 15, 153)
    """
    file = TomlFile.read(DATA / "county.toml")
    data = file.table(
        (),
        file.data,
        required=("name", "short", "area_code", "hotline", "department", "body", "town", "river", "firms"),
    )
    rivers: dict[str, tuple[str, ...]] = {}
    for n, item in enumerate(data["river"]):  # type: ignore[arg-type,var-annotated]
        row = file.table(("river", n), item, required=("name", "towns"))
        rivers[file.string(("river", n, "name"), row["name"])] = file.strings(("river", n, "towns"), row["towns"])
    towns, owner = [], dict[str, str]()
    for n, item in enumerate(data["town"]):  # type: ignore[arg-type]
        at = ("town", n)
        row = file.table(at, item, required=("name", "kind", "weight", "river", *PLACE_KINDS))
        name = file.string((*at, "name"), row["name"])
        places = {kind: file.strings((*at, kind), row[kind], empty=False) for kind in PLACE_KINDS}
        for place in (place for kind in PLACE_KINDS for place in places[kind]):
            if owner.setdefault(place, name) != name:
                raise file.error(at, f"地名“{place}”已在{owner[place]}，一处地名只能属于一个乡镇街道")
        river = file.string((*at, "river"), row["river"])
        if name not in rivers.get(river, ()):
            raise file.error((*at, "river"), f"[[river]] 里“{river}”没有流经{name}")
        towns.append(Town(name, str(row["kind"]), file.number((*at, "weight"), row["weight"]), river, places))
    firms = file.table(("firms",), data["firms"], required=("names", "kinds"))
    kinds = firms["kinds"]
    names = TomlFile.read(DATA / "taxonomy.toml")
    return County(
        name=str(data["name"]),
        short=str(data["short"]),
        area_code=str(data["area_code"]),
        departments=_units(file, "department"),
        bodies=_units(file, "body"),
        towns=tuple(towns),
        rivers=rivers,
        firm_names=file.strings(("firms", "names"), firms["names"]),
        firm_kinds={str(kind): tuple(rows) for kind, rows in kinds.items()},  # type: ignore[attr-defined]
        taxonomy={key: names.strings((key,), value) for key, value in names.data.items()},
        digest=file.digest,
    )
