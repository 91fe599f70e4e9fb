"""分拣的系数（``triage.toml``）：分类怎样合、诉求怎样定、期限分哪几档。"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.model import APPEALS, URGENCIES
from wenzheng_lab.rules import rule_path

_CATEGORY = ("words", "absent", "scale", "thin", "thin_scale", "alternative", "unsure")
_APPEAL = ("title", "again", "live", "votes")


@dataclass(frozen=True, slots=True)
class Term:
    """期限的一档，与归入这一档的条件。"""

    id: str
    """名字：当日、水电气、咨询、复杂、普通"""
    level: str
    """时限表里的档名"""
    urgency: tuple[str, ...]
    """紧急程度在其中；空为不限"""
    appeals: tuple[str, ...]
    """诉求在其中；空为不限"""
    signals: tuple[str, ...]
    """有其中一种急件征象；空为不限"""
    partners: int
    """协办单位至少几个"""

    def fits(self, *, urgency: str, appeal: str, signals: frozenset[str], partners: int) -> bool:
        """一封信合不合这一档。

        Args:
            urgency: 紧急程度。
            appeal: 诉求。
            signals: 见到的急件征象。
            partners: 协办单位的个数。

        Returns:
            合为真。
        """
        return (
            (not self.urgency or urgency in self.urgency)
            and (not self.appeals or appeal in self.appeals)
            and (not self.signals or bool(signals & set(self.signals)))
            and partners >= self.partners
        )


@dataclass(frozen=True, slots=True)
class AskSettings:
    """诉求怎样归并。"""

    most: int
    """最多列几件"""
    few: int
    """内容片少于几个的一句，没有自己的事"""
    overlap: float
    """内容片重合到几成算同一件事"""
    past: str
    """说经过的（正则）：不是现在要办的"""
    idle: str
    """反问、感叹（正则）"""
    asking: str
    """明明在求办、在问的（正则）：有了它，说经过的也算"""


@dataclass(frozen=True, slots=True)
class Settings:
    """分拣的系数。"""

    version: str
    """版本"""
    digest: str
    """内容摘要"""
    category: Mapping[str, float]
    """分类的系数"""
    appeal: Mapping[str, float]
    """诉求的系数"""
    prior: Mapping[str, float]
    """各诉求的底分"""
    default: str
    """一点征象也没有时的诉求"""
    terms: tuple[Term, ...]
    """期限各档，先后即次序"""
    asks: AskSettings
    """诉求怎样归并"""


def parse_settings(file: TomlFile) -> Settings:
    """由 TOML 造系数，逐项校验。

    Args:
        file: 读好的文件。

    Returns:
        系数。

    Raises:
        RuleFileError: 缺项、数不对、末一档带条件（就会有信无档可归）。
    """
    top = file.table((), file.data, required=("version", "source", "category", "appeal", "term", "asks"))
    category = file.table(("category",), top["category"], required=_CATEGORY)
    appeal = file.table(("appeal",), top["appeal"], required=("title", "again", "live", "votes", "prior", "default"))
    prior = file.table(("appeal", "prior"), appeal["prior"], required=APPEALS)
    default = file.string(("appeal", "default"), appeal["default"])
    if default not in APPEALS:
        raise file.error(("appeal", "default"), f"诉求写成 {default!r}；可用：{'、'.join(APPEALS)}")
    rows = top["term"]
    if not isinstance(rows, list) or not rows:
        raise file.error(("term",), "term 应写成 [[term]]")
    terms = tuple(_term(file, number, row) for number, row in enumerate(rows))
    last = terms[-1]
    if last.urgency or last.appeals or last.signals or last.partners:
        raise file.error(("term", len(rows) - 1), f"末一档 {last.id!r} 不应带条件，否则有的信无档可归")
    return Settings(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        category={key: file.number(("category", key), value, low=0, high=100) for key, value in category.items()},
        appeal={key: file.number(("appeal", key), appeal[key], low=0, high=10) for key in _APPEAL},
        prior={key: file.number(("appeal", "prior", key), value, low=0, high=10) for key, value in prior.items()},
        default=default,
        terms=terms,
        asks=_asks(file, top["asks"]),
    )


def _asks(file: TomlFile, value: object) -> AskSettings:
    table = file.table(("asks",), value, required=("most", "few", "overlap", "past", "idle", "asking"))
    patterns = {}
    for key in ("past", "idle", "asking"):
        patterns[key] = file.string(("asks", key), table[key])
        try:
            re.compile(patterns[key])
        except re.error as error:
            raise file.error(("asks", key), f"正则写错了：{error}") from error
    return AskSettings(
        most=int(file.number(("asks", "most"), table["most"], low=1, high=20)),
        few=int(file.number(("asks", "few"), table["few"], low=0, high=20)),
        overlap=file.number(("asks", "overlap"), table["overlap"], low=0, high=1),
        past=patterns["past"],
        idle=patterns["idle"],
        asking=patterns["asking"],
    )


def _term(file: TomlFile, number: int, row: object) -> Term:
    where = ("term", number)
    table = file.table(where, row, required=("id", "level"), optional=("urgency", "appeals", "signals", "partners"))
    urgency = file.strings((*where, "urgency"), table.get("urgency", []))
    appeals = file.strings((*where, "appeals"), table.get("appeals", []))
    for key, got, known in (("urgency", urgency, URGENCIES), ("appeals", appeals, APPEALS)):
        for name in got:
            if name not in known:
                raise file.error((*where, key), f"{key} 里写了 {name!r}；可用：{'、'.join(known)}")
    return Term(
        id=file.string((*where, "id"), table["id"]),
        level=file.string((*where, "level"), table["level"]),
        urgency=urgency,
        appeals=appeals,
        signals=file.strings((*where, "signals"), table.get("signals", [])),
        partners=int(file.number((*where, "partners"), table.get("partners", 0), low=0, high=20)),
    )


@functools.cache
def load_settings() -> Settings:
    """读随包的系数，只读一次。

    Returns:
        系数。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> [term.id for term in load_settings().terms][-1]
        '普通'
    """
    return parse_settings(TomlFile.read(rule_path("triage.toml")))
