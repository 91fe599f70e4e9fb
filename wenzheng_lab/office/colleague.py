"""三位同事共用的底子：看一遍收件箱、照建议分拣、读退件单上点名的单位。"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.office import Office
from wenzheng_lab.office.settings import DATA
from wenzheng_lab.triage import TriageSuggestion, triage_message

NAMES: Mapping[str, str] = {"careful": "尽责者", "template": "套话者", "kicker": "踢球者"}
"""三位同事"""
LAST_RESORT = "县政府办公室"
"""拿不准归谁时先给它"""


@cache
def phrases() -> Mapping[str, Mapping[str, Any]]:
    """各位同事的说法，读自 ``colleagues.toml``。"""
    file = TomlFile.read(DATA / "colleagues.toml")
    return dict(file.table((), file.data, required=tuple(NAMES)))  # type: ignore[arg-type]


@cache
def _advice(subject: str, body: str) -> TriageSuggestion:
    return triage_message({"subject": subject, "body": body})


def advise(case: CaseFile) -> TriageSuggestion:
    """这一件照分拣器怎样分；同一封信只算一次。"""
    return _advice(case.message.subject, case.message.body)


class Colleague(ABC):
    """一位机器同事：按自己的脾气把收件箱看一遍，只用学员也有的动作。"""

    def __init__(self, office: Office) -> None:
        self.office = office

    def round(self) -> None:
        """看一遍收件箱，逐件做该做的一步。"""
        for case in self.office.cases:
            if case.status not in ("已合并", "已拆分", "已办结"):
                self.step(case)

    @abstractmethod
    def step(self, case: CaseFile) -> None:
        """一件做一步。"""

    def unit(self, name: str) -> str:
        """建议的单位不在本县名单里，就先给县政府办公室。"""
        return name if name in all_units() else LAST_RESORT

    def sort(self, case: CaseFile) -> TriageSuggestion:
        """照分拣建议写下分类、诉求、缓急。"""
        advice = advise(case)
        self.office.open(case.id)
        self.office.sort(case.id, category=advice.category, appeal=advice.appeal, urgency=advice.urgency)
        return advice


def named(text: str, skip: Sequence[str]) -> list[str]:
    """一段话里点名的单位，先点的在前。"""
    found = [(text.find(name), name) for name in all_units() if name in text and name not in skip]
    return [name for _, name in sorted(found)]
