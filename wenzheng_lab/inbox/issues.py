"""读事项文件，逐项校验；错误带文件名与行号。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import RuleFileError, suggest
from wenzheng_lab.inbox.county import County, load_county
from wenzheng_lab.inbox.grammar import APPEALS, Fragment, GrammarError, Words, compile_fragment
from wenzheng_lab.inbox.issue import (
    BEATS,
    DEADLINES,
    GRANTABLE,
    LEVELS,
    LINES,
    LOCAL,
    WHERE,
    Ask,
    Beat,
    Issue,
    openings,
    usable,
)
from wenzheng_lab.inbox.phrases import load_people_kinds, load_words
from wenzheng_lab.inbox.slots import BUILTIN, FORMS, Formula, Slot, parse_slot

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
WRITER = ("me_age", "month", "year", "rural")
"""算式里不用声明就能写的：写信人的年龄，写信的月份、年份，事发地是乡镇（1）还是县城街道（0）"""
_LEAST = {"title": 5, "core": 4, "feeling": 2, "facts": 5, "effect": 2, "tried": 2, "reason": 1}


class _Reader:
    """读一个事项文件。"""

    def __init__(self, file: TomlFile, county: County, words: Words, people: Iterable[str]) -> None:
        self.file, self.county, self.words, self.people = file, county, words, tuple(people)
        self.notices: list[str] = []

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
        self._whole(where, issue, names, beats)
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

    def _one(self, where: Path_, value: object, choices: Iterable[str]) -> str:
        choices = tuple(choices)
        if not isinstance(value, str) or value not in choices:
            raise self.file.error(
                where, f"“{value}”不在可用的写法里；{suggest(str(value), choices)}可用：{'、'.join(choices)}"
            )
        return value

    def _unit(self, where: Path_, value: object) -> str:
        return self._one(where, value, (*self.county.units, LOCAL))

    def _formula(self, where: Path_, text: str, names: Iterable[str]) -> Formula:
        try:
            formula = Formula(text)
        except GrammarError as error:
            raise self.file.error(where, str(error)) from error
        known = {*names, *WRITER}
        for name in formula.names - known:
            raise self.file.error(
                where, f"算式“{text}”用了没有声明的事项 {name}；{suggest(name, known)}可用：{'、'.join(sorted(known))}"
            )
        return formula

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

    # ------------------------------------------------------------ 说法
    def _fragment(self, where: Path_, text: object, forms: Mapping[str, tuple[str, ...]] | None) -> Fragment:
        if not isinstance(text, str) or not text.strip():
            raise self.file.error(where, f"说法应为非空文字，来的是 {text!r}")
        try:
            fragment = compile_fragment(text, self.words)
        except GrammarError as error:
            raise self._at(where, text, str(error)) from error
        for key in re.findall(r"\{([^{}]*)\}", text):
            name, _, form = key.strip().partition(".")
            if forms is not None and name in forms:
                if form and form not in forms[name]:
                    usable = "、".join(forms[name]) or "（没有变形）"
                    raise self._at(where, text, f"{{{key}}} 的变形 {form!r} 不可用；{name} 可用：{usable}")
            elif name not in BUILTIN or form:
                known = (*(forms or ()), *BUILTIN)
                raise self._at(
                    where,
                    text,
                    f"{{{key}}} 没有在 [issue.slots] 里声明；{suggest(name, known)}内置：{'、'.join(BUILTIN)}",
                )
        if re.search(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\d)", text):
            self.notices.append(f"{self.file.name}:{self._row(where, text)}: 用了半角标点，请换成全角：{text[:24]}")
        return fragment

    def _row(self, where: Path_, text: str) -> int:
        base = self.file.line(where)
        lines = self.file.text.split("\n")
        probe = text[:24].replace("\\", "\\\\").replace('"', '\\"')
        for at in range(base - 1, len(lines)):
            if probe in lines[at]:
                return at + 1
        return base

    def _at(self, where: Path_, text: str, message: str) -> RuleFileError:
        return RuleFileError(f"{self.file.name}:{self._row(where, text)}: {message}（在“{text[:20]}”里）")

    def _says(
        self, where: Path_, value: object, forms: Mapping[str, tuple[str, ...]] | None, least: int
    ) -> tuple[Fragment, ...]:
        if not isinstance(value, list) or len(value) < least:
            came = len(value) if isinstance(value, list) else 0
            message = f"至少要有 {least} 种说法，现有 {came} 种；请再写几种真正不同的"
            if isinstance(value, list) and came and isinstance(value[0], str):
                raise self._at(where, value[0], message)
            raise self.file.error(where, message)
        found = tuple(self._fragment(where, text, forms) for text in value)
        seen: set[str] = set()
        for fragment in found:
            if fragment.source in seen:
                raise self._at(where, fragment.source, "同一种说法写了两遍")
            seen.add(fragment.source)
        return found

    def _beats(
        self, where: Path_, value: object, forms: Mapping[str, tuple[str, ...]] | None, names: Iterable[str]
    ) -> tuple[Beat, ...]:
        if not isinstance(value, list):
            raise self.file.error(where, "应为列表：每条事实是几种说法的列表，或 { say = [...], p = 0.5 }")
        beats = []
        for item in value:
            if isinstance(item, list):
                says = self._says(where, item, forms, 2)
                beats.append(Beat(says, size=sum(s.length for s in says) / len(says)))
                continue
            row = self.file.table(where, item, required=("say",), optional=("p", "when", "urgency", "because"))
            urgency = self._one(where, row["urgency"], LEVELS) if "urgency" in row else ""
            if urgency and not row.get("because"):
                raise self.file.error(where, "写了 urgency 就要写 because：为什么升")
            says = self._says(where, row["say"], forms, 2)
            beats.append(
                Beat(
                    says,
                    self.file.number(where, row.get("p", 1), low=0.01, high=5),
                    self._formula(where, str(row["when"]), names) if "when" in row else None,
                    urgency,
                    str(row.get("because", "")),
                    sum(s.length for s in says) / len(says),
                )
            )
        return tuple(beats)

    def _say(
        self, where: Path_, value: object, forms: Mapping[str, tuple[str, ...]], numbers: Iterable[str]
    ) -> tuple[dict[str, tuple[Fragment, ...]], dict[str, tuple[Beat, ...]]]:
        data = self.file.table(where, value, required=("title", "core", "facts"), optional=(*LINES, *BEATS))
        lines = {
            name: self._says((*where, name), data[name], forms, _LEAST.get(name, 1)) if name in data else ()
            for name in LINES
        }
        beats = {name: self._beats((*where, name), data.get(name, []), forms, numbers) for name in BEATS}
        return lines, beats

    def _shared(self, value: object) -> dict[str, tuple[Beat, ...]]:
        data = self.file.table(("shared",), value, optional=BEATS)
        return {name: self._beats(("shared", name), data[name], None, ()) for name in BEATS if name in data}

    def _fitting(self, beats: tuple[Beat, ...], forms: Mapping[str, tuple[str, ...]]) -> tuple[Beat, ...]:
        return tuple(beat for beat in beats if all(s.slots <= {*forms, *BUILTIN} for s in beat.says))

    def _asks(self, where: Path_, value: object, forms: Mapping[str, tuple[str, ...]]) -> tuple[Ask, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= 4:
            raise self.file.error(where, "诉求应有 1–4 项，写成 [[issue.ask]]")
        asks = []
        for n, item in enumerate(value):
            at = (*where, n)
            row = self.file.table(at, item, required=("text", "say"), optional=("question", "p"))
            asks.append(
                Ask(
                    self.file.string((*at, "text"), row["text"]),
                    self._says((*at, "say"), row["say"], forms, 3),
                    self._says((*at, "question"), row.get("question", []), forms, 0),
                    self.file.number((*at, "p"), row.get("p", 1), low=0.01, high=1),
                )
            )
        if asks[0].p < 1:
            raise self.file.error((*where, 0, "p"), "第一项诉求每封信都提，不要写 p")
        return tuple(asks)

    # ------------------------------------------------------------ 整体
    def _whole(self, where: Path_, issue: Issue, names: set[str], own: Mapping[str, tuple[Beat, ...]]) -> None:
        file = self.file
        for name in BEATS:
            if len(issue.beats[name]) < _LEAST[name]:
                raise file.error(
                    (*where, "say", name),
                    f"{issue.id} 的 {name} 只有 {len(issue.beats[name])} 条，至少 {_LEAST[name]} 条",
                )
        main = issue.appeals[0][0]
        for appeal, _ in issue.appeals[1:]:
            if appeal in ("咨询", "建议", "感谢"):
                for name, least in (("core", 2), ("title", 1)):
                    if sum(appeal in s.appeals for s in issue.lines[name]) < least:
                        tag = next(mark for mark, kind in APPEALS.items() if kind == appeal)
                        raise file.error(
                            (*where, "say", name),
                            f"{issue.id} 的 appeal 里有“{appeal}”而主要是“{main}”，"
                            f"{name} 里至少要有 {least} 条以 @{tag} 开头的说法",
                        )
        for appeal, _ in issue.appeals:
            for name in ("core", "title"):
                if not usable(issue.lines[name], appeal, main):
                    raise file.error((*where, "say", name), f"{issue.id} 没有“{appeal}”可用的 {name}")
            if appeal == "咨询" and not any(ask.questions for ask in issue.asks):
                raise file.error((*where, "ask"), f"{issue.id} 会是咨询，至少一项诉求要有 question（问句）")
        for appeal, _ in issue.appeals:
            core = openings(issue.lines["core"], appeal, main)
            for story in sorted({tag for s in core for tag in s.story}):
                told = [s for s in usable(issue.lines["title"], appeal, main) if not s.story or story in s.story]
                asks = [s for a in issue.asks for s in (*a.says, *(a.questions if appeal == "咨询" else ()))]
                if not told or not any(not s.story or story in s.story for s in asks):
                    raise file.error(
                        (*where, "say", "title"),
                        f"{issue.id} 的“{appeal}”有情节 @{story} 的 core，却没有它可用的标题或诉求",
                    )
        if issue.crowd and sum(not s.personal for s in issue.lines["core"]) < 2:
            raise file.error(
                (*where, "say", "core"), f"{issue.id} 写了 crowd = true，core 里至少要有 2 种不出现“我”的说法"
            )
        used: set[str] = set()
        for fragments in issue.lines.values():
            for fragment in fragments:
                used |= fragment.slots
        for beats in own.values():
            for beat in beats:
                for fragment in beat.says:
                    used |= fragment.slots
        for ask in issue.asks:
            for fragment in (*ask.says, *ask.questions):
                used |= fragment.slots
        for slot in issue.slots:
            if slot.formula:
                used |= slot.formula.names
        for formula in (*issue.check, *(row[0] for row in issue.urgent)):
            used |= formula.names
        for name in sorted(names - used):
            self.notices.append(
                f"{file.name}:{file.line((*where, 'slots', name))}: {issue.id} 声明了 {name} 却没有用到"
            )
        units = {slot.name: slot.unit for slot in issue.slots if slot.unit and slot.kind in ("int", "float", "calc")}
        sources = [s.source for says in issue.lines.values() for s in says]
        sources += [s.source for beats in own.values() for beat in beats for s in beat.says]
        sources += [s.source for ask in issue.asks for s in (*ask.says, *ask.questions)]
        for source in sources:
            for found in re.finditer(r"\{(\w+)\}(\w)", source):
                unit = units.get(found.group(1), "")
                if unit and found.group(2) in (unit, unit[0], unit[-1]):
                    self.notices.append(
                        f"{file.name}:{issue.line}: {issue.id} 的 {found.group()} 单位“{unit}”写重了：{source[:30]}"
                    )
        thin = [name for name in BEATS for beat in own[name] if len(beat.says) < 3]
        if len(thin) > 3:
            self.notices.append(
                f"{file.name}:{issue.line}: {issue.id} 有 {len(thin)} 条事实不足 3 种说法，读多了会重复"
            )


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
