"""读地址：一节一节往后读，知道每节说到哪一级。"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import section
from wenzheng_lab.privacy.trie import trie_pattern

_HAN_DIGITS = "零〇一二三四五六七八九"
"""逐位写的房号：三零二"""
_LEVELS = ("admin", "town", "village", "road", "estate")
_NUMBERED = (
    "units",
    "block",
    "door",
    "not_after",
    "tails",
    "bare_after",
    "bare_not_after",
    "digits",
    "names",
    "prefixes",
)


@dataclass(frozen=True, slots=True)
class Place:
    """读出的一个地址。"""

    start: int
    """起点"""
    end: int
    """终点（不含）"""
    keep: int
    """到乡镇街道（没有就到市县区）为止的位置"""
    levels: tuple[str, ...]
    """各节的级别：``admin``、``town``、``village``、``road``、``estate``、``named``、``block``、``door``"""

    def has(self, *levels: str) -> bool:
        """有没有某一级。

        Args:
            *levels: 级别，有一个就算。

        Returns:
            有则真。
        """
        return any(level in self.levels for level in levels)

    @property
    def fine(self) -> bool:
        """有没有乡镇以下的名字。"""
        return self.has("village", "road", "estate", "named")

    @property
    def to_door(self) -> bool:
        """说没说到楼、组、门牌。"""
        return self.has("block", "door") and (self.fine or self.has("town") or (self.has("block") and self.has("door")))


class PlaceReader:
    """读地址的人。"""

    def __init__(self, file: TomlFile) -> None:
        limits = section(file, "limits", ("run", "parts", "back"))
        run, self._parts, self.back = (
            int(file.number(("limits", key), limits[key], low=1)) for key in ("run", "parts", "back")
        )
        stop = section(file, "stop", ("chars", "leads", "relative", "not_before"))
        self._not_before = file.string(("stop", "not_before"), stop["not_before"])
        self.stops = file.string(("stop", "chars"), stop["chars"])
        letter = rf"[^\W\d_{self.stops}]"
        parts = []
        for level, suffixes, blocked in _suffixes(file):
            more = f"(?:{trie_pattern(suffixes)})" + "{1,2}"
            parts.append(f"(?P<{level}>{more})(?!{trie_pattern(blocked)})")
        body = section(file, "numbered", _NUMBERED)
        words = {key: file.strings(("numbered", key), body[key]) for key in _NUMBERED if key not in ("digits", "names")}
        digits, names = (file.string(("numbered", key), body[key]) for key in ("digits", "names"))
        self._numerals = frozenset(digits + names) - frozenset("-")
        self.block, self.door = frozenset(words["block"]), frozenset(words["door"])
        figure = rf"(?:[A-Za-z]?[0-9]{{1,5}}[A-Za-z]?|[{digits}]{{1,5}}|[{names}])"
        self.number = rf"(?:{trie_pattern(words['prefixes'])})?{figure}(?:-[0-9A-Za-z]{{1,4}}){{0,3}}"
        self.number_pattern = (
            f"{self.number}(?P<unit>{trie_pattern(words['units'])})(?!{trie_pattern(words['not_after'])})"
        )
        self._number = re.compile(self.number_pattern)
        bare = trie_pattern(words["bare_not_after"])
        self.bare_pattern = rf"(?:[A-Za-z]?[0-9]{{2,4}}|[{_HAN_DIGITS}]{{3,4}})(?![0-9*.%\-~]|{bare})"
        self._bare = re.compile(rf" ?(?:[0-9]{{1,3}}-){{0,2}}{self.bare_pattern}")
        self._bare_after = re.compile(f"(?:{trie_pattern(words['bare_after'])})$")
        self._tail = re.compile(trie_pattern(words["tails"]))
        plain = self.number_pattern.replace("?P<unit>", "?:")
        opening = rf"(?P<run>(?:[A-Za-z]?\d{{1,2}}(?=[^\W\d_]))?{letter}{{1,{run}}}?)"
        self._part = re.compile(f"{opening}(?:{'|'.join(parts)}|(?P<named>(?<={letter})(?={plain})))")

    def read(self, text: str, at: int) -> Place | None:
        """从一个位置起读地址。

        Args:
            text: 还原后的文字。
            at: 起点。

        Returns:
            地址；一节也没读出则为 None。
        """
        position, keep = at, at
        levels: list[str] = []
        for _ in range(self._parts):
            step = self._step(text, position, bool(levels))
            if step is None:
                break
            end, level = step
            levels.append(level)
            if level in ("admin", "town") and len(set(levels) - {"admin", "town"}) == 0:
                keep = end
            position = end
        return Place(at, position, keep, tuple(levels)) if levels else None

    def _step(self, text: str, at: int, started: bool) -> tuple[int, str] | None:
        start = at + 1 if started and text[at : at + 1] in (" ", "-") else at
        if found := self._number.match(text, start):
            if text[start - 1 : start] in self._not_before and started:
                return None
            unit = found.group("unit")
            return found.end(), "door" if unit in self.door else "block" if unit in self.block else "estate"
        if started:
            if self._bare_after.search(text[max(0, at - 3) : at]) and (bare := self._bare.match(text, at)):
                return bare.end(), "door"
            if tail := self._tail.match(text, start):
                return tail.end(), "door"
        found = self._part.match(text, start)
        if found is None or found.end() == start:
            return None
        level = found.lastgroup or ""
        for name in (*_LEVELS, "named"):
            if found.group(name) is not None:
                level = name
        run = found.group("run")
        if level == "named" and (run[-1] in self._not_before or run[0] in self._not_before):
            return None
        # “文汇园二区”是小区的一片，不是市辖区
        if level == "admin" and run[-1] in self._numerals and len(run) > 2:
            level = "estate"
        return found.end(), level


def _suffixes(file: TomlFile) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    rows = file.data.get("part")
    if not isinstance(rows, list):
        raise file.error((), "缺少 [[part]]")
    out = []
    for index, row in enumerate(rows):
        body = file.table(("part", index), row, required=("level", "suffixes", "not_after"))
        level = file.string(("part", index, "level"), body["level"])
        if level not in _LEVELS:
            raise file.error(("part", index, "level"), f"来的是 {level!r}，应为：{'、'.join(_LEVELS)}")
        out.append(
            (
                level,
                file.strings(("part", index, "suffixes"), body["suffixes"], empty=False),
                file.strings(("part", index, "not_after"), body["not_after"]),
            )
        )
    return out
