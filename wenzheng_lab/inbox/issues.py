"""读事项文件，逐项校验；错误带文件名与行号。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import RuleFileError, suggest
from wenzheng_lab.inbox.county import County, load_county
from wenzheng_lab.inbox.grammar import APPEALS, GrammarError, Words
from wenzheng_lab.inbox.issue import BEATS, DEADLINES, GRANTABLE, LEVELS, LOCAL, WHERE, Beat, Issue
from wenzheng_lab.inbox.phrases import load_people_kinds, load_words
from wenzheng_lab.inbox.saying import WRITER, SayingReader
from wenzheng_lab.inbox.slots import FORMS, Formula, Slot, parse_slot
from wenzheng_lab.inbox.whole import check_whole

FOLDER = Path(__file__).parent / "data" / "issues"
_ISSUE_REQUIRED = (
    "id",
    "name",
    "subcategory",
    "appeal",
    "where",
    "lead",
    "people",
    "good_answer",
    "follow_up",
    "ask",
    "say",
)
_ISSUE_OPTIONAL = (
    "category",
    "weight",
    "partners",
    "deadline",
    "grantable",
    "urgency",
    "because",
    "urgent",
    "months",
    "not_months",
    "hours",
    "crowd",
    "only_event",
    "aside",
    "new_estate",
    "slots",
    "check",
)


class _Reader(SayingReader):
    """读一个事项文件。"""

    def __init__(self, file: TomlFile, county: County, words: Words, people: Iterable[str]) -> None:
        super().__init__(file, words)
        self.county, self.people = county, tuple(people)

    def read(self) -> tuple[Issue, ...]:
        file = self.file
        data = file.table((), file.data, required=("category", "issue"), optional=("shared",))
        category = self._category(("category",), data["category"])
        shared = self._shared(data.get("shared", {}))
        raw = data["issue"]
        if not isinstance(raw, list):
            raise file.error(("issue",), "issue 应写成 [[issue]]")
        return tuple(self._issue(("issue", n), item, category, shared) for n, item in enumerate(raw))

    # ------------------------------------------------------------ 表头
    def _category(self, where: Path_, value: object) -> str:
        name = self.file.string(where, value)
        if name not in self.county.taxonomy:
            raise self.file.error(
                where,
                f"一级分类“{name}”不在 taxonomy.toml 里；{suggest(name, self.county.taxonomy)}"
                f"可用：{'、'.join(self.county.taxonomy)}",
            )
        return name

    def _issue(self, where: Path_, raw: object, category: str, shared: Mapping[str, tuple[Beat, ...]]) -> Issue:
        file = self.file
        data = file.table(where, raw, required=_ISSUE_REQUIRED, optional=_ISSUE_OPTIONAL)
        number = file.string((*where, "id"), data["id"])
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", number):
            raise file.error((*where, "id"), f"id {number!r} 应由小写英文、数字和连字符组成，如 bus-stop-moved")
        if "category" in data:
            category = self._category((*where, "category"), data["category"])
        sub = file.string((*where, "subcategory"), data["subcategory"])
        subs = self.county.taxonomy[category]
        if sub not in subs:
            raise file.error(
                (*where, "subcategory"),
                f"二级分类“{sub}”不在“{category}”下；{suggest(sub, subs)}可用：{'、'.join(subs)}",
            )
        appeals = self._appeals((*where, "appeal"), data["appeal"])
        place = self._one((*where, "where"), data["where"], WHERE)
        people = file.strings((*where, "people"), data["people"], empty=False)
        for kind in people:
            self._one((*where, "people"), kind, self.people)
        months = data.get("months", [])
        if not isinstance(months, list) or not all(isinstance(m, int) and 1 <= m <= 12 for m in months):
            raise file.error((*where, "months"), "months 应为 1–12 的列表，列出这事多发的月份")
        never = data.get("not_months", [])
        if (
            not isinstance(never, list)
            or not all(isinstance(m, int) and 1 <= m <= 12 for m in never)
            or len(never) > 11
        ):
            raise file.error((*where, "not_months"), "not_months 应为 1–12 的列表，列出不会发生的月份")
        slots = self._slots((*where, "slots"), data.get("slots", {}))
        names = {slot.name for slot in slots}
        forms = {slot.name: FORMS.get(slot.kind, ()) for slot in slots}
        numbers = {slot.name for slot in slots if slot.kind not in ("place", "firm", "surname", "other")}
        checks = tuple(
            self._formula((*where, "check"), text, numbers)
            for text in file.strings((*where, "check"), data.get("check", []))
        )
        lines, beats = self._say((*where, "say"), data["say"], forms, numbers)
        asks = self._asks((*where, "ask"), data["ask"], forms)
        merged = {name: (*beats[name], *self._fitting(shared.get(name, ()), forms)) for name in BEATS}
        issue = Issue(
            id=number,
            name=file.string((*where, "name"), data["name"]),
            category=category,
            subcategory=sub,
            weight=file.number((*where, "weight"), data.get("weight", 1), low=0, high=20),
            appeals=appeals,
            where=place,
            lead=self._unit((*where, "lead"), data["lead"]),
            partners=tuple(
                self._unit((*where, "partners"), unit)
                for unit in file.strings((*where, "partners"), data.get("partners", []))
            ),
            people=people,
            deadline=self._one((*where, "deadline"), data.get("deadline", "普通"), DEADLINES),
            grantable=self._one((*where, "grantable"), data.get("grantable", "视核实情况"), GRANTABLE),
            urgency=self._one((*where, "urgency"), data.get("urgency", "一般"), LEVELS),
            because=str(data.get("because", "")),
            urgent=self._urgent((*where, "urgent"), data.get("urgent", []), numbers),
            months=tuple(0.0 if m in never else 4.0 if m in months else 1.0 for m in range(1, 13)),
            crowd=data.get("crowd", False) is True,
            only_event=data.get("only_event", False) is True,
            aside=data.get("aside", False) is True,
            new_estate=data.get("new_estate", False) is True,
            slots=slots,
            check=checks,
            asks=asks,
            good_answer=file.strings((*where, "good_answer"), data["good_answer"], empty=False),
            follow_up=file.strings((*where, "follow_up"), data["follow_up"], empty=False),
            lines=lines,
            beats=merged,
            file=file.name,
            line=file.line(where),
        )
        self.notices += check_whole(file, where, issue, names, beats)
        return issue

    def _appeals(self, where: Path_, value: object) -> tuple[tuple[str, float], ...]:
        kinds = tuple(APPEALS.values())
        if not isinstance(value, Mapping) or not value:
            raise self.file.error(where, 'appeal 应为一张表，如 { "投诉" = 5, "求助" = 2 }')
        rows = []
        for kind, weight in value.items():
            self._one(where, kind, kinds)
            rows.append((str(kind), self.file.number(where, weight, low=0.01, high=100)))
        return tuple(sorted(rows, key=lambda row: -row[1]))

    def _unit(self, where: Path_, value: object) -> str:
        return self._one(where, value, (*self.county.units, LOCAL))

    def _slots(self, where: Path_, value: object) -> tuple[Slot, ...]:
        if not isinstance(value, Mapping):
            raise self.file.error(where, "slots 应写成 [issue.slots]")
        found = {}
        for name, spec in value.items():
            try:
                found[name] = parse_slot(name, spec, self.county.firm_kinds)
            except GrammarError as error:
                raise self.file.error((*where, name), str(error)) from error
        ordered: list[Slot] = [slot for slot in found.values() if slot.formula is None]
        waiting = [slot for slot in found.values() if slot.formula is not None]
        while waiting:
            done = {slot.name for slot in ordered} | set(WRITER)
            ready = [slot for slot in waiting if slot.formula is not None and slot.formula.names <= done]
            if not ready:
                slot = waiting[0]
                raise self.file.error((*where, slot.name), f"算式 {slot.name} 用了没有声明的事项，或互相引用")
            ordered += ready
            waiting = [slot for slot in waiting if slot not in ready]
        return tuple(ordered)

    def _urgent(self, where: Path_, value: object, names: Iterable[str]) -> tuple[tuple[Formula, str, str], ...]:
        if not isinstance(value, list):
            raise self.file.error(where, 'urgent 应为列表，如 [{ when = "days > 3", level = "急", because = "…" }]')
        rows = []
        for item in value:
            row = self.file.table(where, item, required=("when", "level", "because"))
            rows.append(
                (
                    self._formula(where, str(row["when"]), names),
                    self._one(where, row["level"], LEVELS),
                    self.file.string(where, row["because"]),
                )
            )
        return tuple(rows)


def read_issues(path: Path, county: County | None = None) -> tuple[tuple[Issue, ...], tuple[str, ...]]:
    """读一个事项文件。

    Args:
        path: TOML 文件。
        county: 县的资料；默认用随包的青禾县。

    Returns:
        事项，与不算错误的提醒。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。
    """
    reader = _Reader(TomlFile.read(path), county or load_county(), load_words(), load_people_kinds())
    issues = reader.read()
    return issues, tuple(reader.notices)


def read_folder(folder: Path = FOLDER) -> tuple[Issue, ...]:
    """读一个目录里的全部事项文件，按文件名先后。

    Args:
        folder: 目录。

    Returns:
        全部事项。

    Raises:
        RuleFileError: 有文件写错，或两个事项同号。
    """
    found: dict[str, Issue] = {}
    for path in sorted(folder.glob("*.toml")):
        for issue in read_issues(path)[0]:
            if issue.id in found:
                other = found[issue.id]
                raise RuleFileError(
                    f"{path.name}:{issue.line}: 事项 {issue.id} 已在 {other.file}:{other.line} 写过，请换一个 id"
                )
            found[issue.id] = issue
    return tuple(found.values())


@cache
def load_issues() -> tuple[Issue, ...]:
    """随包的全部事项。"""
    return read_folder()
