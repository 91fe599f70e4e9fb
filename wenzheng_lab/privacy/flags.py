"""敏感事项与公开方式。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import Rule, one_of, rules, section
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
    terms: tuple[str, ...]
    """提示词"""
    exceptions: tuple[str, ...]
    """含有提示词、却不算的词"""
    under: int
    """年龄小于它也算；0 为不看年龄"""
    words: tuple[str, ...]
    """年龄后面的词"""


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
        self.rules = tuple(self._read(file))
        # 全部提示词编成一条正则，一遍扫完；例外词在内，碰到就跳过
        self._by_term = {term: rule for rule in reversed(self.rules) for term in rule.terms}
        skipped = {term for rule in self.rules for term in rule.exceptions}
        self._terms = re.compile(trie_pattern([*self._by_term, *skipped]))
        age = section(file, "age", ("ten", "between"))
        self._ten = file.string(("age", "ten"), age["ten"])
        self._digits = {char: digit for char, digit in digits.items() if not char.isascii()}
        han, ten = "".join(self._digits), self._ten
        years = f"(?<![0-9{han}{ten}])(?P<years>[0-9]{{1,2}}|[{han}]?{ten}[{han}]?|[{han}])"
        between = trie_pattern(file.strings(("age", "between"), age["between"]))
        self._ages = [
            (rule, re.compile(f"{years}(?:{between})?(?:{trie_pattern(rule.words)})"))
            for rule in self.rules
            if rule.words
        ]

    def find(self, plain: Plain) -> tuple[Flag, ...]:
        """找敏感事项，每种只记第一处。

        Args:
            plain: 还原后的文字。

        Returns:
            按规则先后排列。
        """
        seen: dict[str, tuple[int, int]] = {}
        for match in self._terms.finditer(plain.text):
            rule = self._by_term.get(match.group())
            if rule is not None:
                seen.setdefault(rule.rule.id, match.span())
        for rule, pattern in self._ages:
            if rule.rule.id in seen or not any(word in plain.text for word in rule.words):
                continue
            for match in pattern.finditer(plain.text):
                if self._years(match.group("years")) < rule.under:
                    seen[rule.rule.id] = match.span()
                    break
        return tuple(
            Flag(rule.rule.id, rule.label, rule.track, plain.span(*seen[rule.rule.id]), rule.rule.why, rule.rule.source)
            for rule in self.rules
            if rule.rule.id in seen
        )

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

    def _years(self, text: str) -> int:
        if text.isascii():
            return int(text)
        # 七、十、十二；几十以上一定不小于十四
        tens, ten, ones = text.partition(self._ten)
        if not ten:
            return int(self._digits[text])
        return 99 if tens else 10 + int(self._digits.get(ones, "0"))

    def _read(self, file: TomlFile) -> Iterator[FlagRule]:
        required = ("label", "track", "terms", "exceptions")
        for where, body, rule in rules(file, "flag", required=required, optional=("age_under", "age_words")):
            yield FlagRule(
                rule=rule,
                label=file.string((*where, "label"), body["label"]),
                track=one_of(file, (*where, "track"), body["track"], tuple(self._rank)),
                terms=file.strings((*where, "terms"), body["terms"], empty=False),
                exceptions=file.strings((*where, "exceptions"), body["exceptions"]),
                under=int(file.number((*where, "age_under"), body.get("age_under", 0), low=0, high=18)),
                words=file.strings((*where, "age_words"), body.get("age_words", [])),
            )
