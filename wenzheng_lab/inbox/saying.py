"""读事项里的说法：标题、核心、事实、诉求，逐句编译，空位与条件当场核对。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import RuleFileError, suggest
from wenzheng_lab.inbox.grammar import Fragment, GrammarError, Words, compile_fragment
from wenzheng_lab.inbox.issue import BEATS, LEVELS, LINES, Ask, Beat
from wenzheng_lab.inbox.slots import BUILTIN, Formula

WRITER = ("me_age", "woman", "month", "year", "rural")
"""算式里不用声明就能写的：写信人的年龄、是不是女性（1、0），写信的月份、年份，事发地是乡镇（1）还是县城街道（0）"""
LEAST = {"title": 5, "core": 4, "feeling": 2, "facts": 5, "effect": 2, "tried": 2, "reason": 1}
"""各部分至少要有几条"""


class SayingReader:
    """读一个事项文件里的说法。"""

    def __init__(self, file: TomlFile, words: Words) -> None:
        """备好。

        Args:
            file: 事项文件。
            words: 同义词表。
        """
        self.file, self.words = file, words
        self.notices: list[str] = []

    def _one(self, where: Path_, value: object, choices: Iterable[str]) -> str:
        choices = tuple(choices)
        if not isinstance(value, str) or value not in choices:
            raise self.file.error(
                where, f"“{value}”不在可用的写法里；{suggest(str(value), choices)}可用：{'、'.join(choices)}"
            )
        return value

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
            name: self._says((*where, name), data[name], forms, LEAST.get(name, 1)) if name in data else ()
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
