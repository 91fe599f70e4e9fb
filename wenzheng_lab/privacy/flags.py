"""敏感事项与公开方式。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.model import Span
from wenzheng_lab.privacy.base import Rule, one_of, rules
from wenzheng_lab.privacy.model import Flag, Track
from wenzheng_lab.privacy.normal import Plain
from wenzheng_lab.privacy.trie import trie_pattern


@dataclass(frozen=True, slots=True)
class FlagRule:
    """一种敏感事项。"""

    rule: Rule
    """公共部分"""
    label: str
    """中文名"""
    track: str
    """至少用哪一档公开方式"""
    pattern: re.Pattern[str]
    """例外词与提示词；提示词是 ``term`` 一组"""
    under: int
    """年龄小于它也算；0 为不看年龄"""
    age: re.Pattern[str] | None
    """年龄的写法"""


class Flags:
    """敏感事项的查找器。"""

    def __init__(self, file: TomlFile, digits: dict[str, str]) -> None:
        rows = file.data.get("track")
        if not isinstance(rows, list) or not rows:
            raise file.error((), "缺少 [[track]]")
        tracks = []
        for index, row in enumerate(rows):
            body = file.table(("track", index), row, required=("id", "label", "note"))
            tracks.append(Track(*(file.string(("track", index, key), body[key]) for key in ("id", "label", "note"))))
        self.tracks = tuple(tracks)
        self._rank = {track.id: rank for rank, track in enumerate(tracks)}
        self._digits = digits
        self.rules = tuple(self._read(file))

    def find(self, plain: Plain) -> tuple[Flag, ...]:
        """找敏感事项，每种只记第一处。

        Args:
            plain: 还原后的文字。

        Returns:
            按规则先后排列。
        """
        out = []
        for rule in self.rules:
            at = self._first(rule, plain.text)
            if at is not None:
                span = Span(plain.at(at[0]), plain.at(at[1] - 1) + 1)
                out.append(Flag(rule.rule.id, rule.label, rule.track, span, rule.rule.why, rule.rule.source))
        return tuple(out)

    def track(self, flags: Sequence[Flag], found: bool) -> Track:
        """取最严的一档。

        Args:
            flags: 敏感事项。
            found: 有没有个人信息。

        Returns:
            公开方式。
        """
        ranks = [self._rank[flag.track] for flag in flags] + [self._rank["masked"] if found else 0]
        return self.tracks[max(ranks)]

    def _first(self, rule: FlagRule, text: str) -> tuple[int, int] | None:
        for match in rule.pattern.finditer(text):
            if match.group("term"):
                return match.span()
        if rule.age:
            for match in rule.age.finditer(text):
                years = self._years(match.group("years"))
                if years is not None and years < rule.under:
                    return match.span()
        return None

    def _years(self, text: str) -> int | None:
        if text.isascii():
            return int(text)
        # 七、十、十二：十位以内够用，再大的一定不小于十四
        tens, ten, ones = text.partition("十")
        if not ten:
            return int(self._digits[text]) if text in self._digits else None
        if tens or ones not in ("", *self._digits):
            return 99
        return 10 + int(self._digits.get(ones, "0"))

    def _read(self, file: TomlFile) -> Iterator[FlagRule]:
        for where, body, rule in rules(
            file, "flag", required=("label", "track", "terms", "exceptions"), optional=("age_under", "age_words")
        ):
            terms = file.strings((*where, "terms"), body["terms"], empty=False)
            exceptions = file.strings((*where, "exceptions"), body["exceptions"])
            words = file.strings((*where, "age_words"), body.get("age_words", []))
            han = "".join(char for char in self._digits if not char.isascii())
            years = f"(?<![0-9{han}十])(?P<years>[0-9]{{1,2}}|[{han}]?十[{han}]?|[{han}])"
            yield FlagRule(
                rule=rule,
                label=file.string((*where, "label"), body["label"]),
                track=one_of(file, (*where, "track"), body["track"], tuple(self._rank)),
                pattern=re.compile(f"(?:{trie_pattern(exceptions)})|(?P<term>{trie_pattern(terms)})"),
                under=int(file.number((*where, "age_under"), body.get("age_under", 0), low=0, high=18)),
                age=re.compile(f"{years}(?:个月|个半月|多)?{trie_pattern(words)}") if words else None,
            )
