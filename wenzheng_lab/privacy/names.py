"""找姓名：提示语在前、在后、在旁边，并列、落款、再次出现。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import CONFIDENCES, Hit, Left, Rule, one_of, rules, section
from wenzheng_lab.privacy.reader import Name, NameReader
from wenzheng_lab.privacy.trie import trie_pattern

_KINDS = ("before", "after", "beside_number", "list", "sign", "again", "party")
_TYPE = "name"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RE = re.compile(f"[{_HAN}]")
_COMMA = "、"
_INTRODUCED = re.compile(
    rf"(?<!百)姓(?P<surname>[{_HAN}]{{1,2}})(?:[, ]{{1,2}}|(?=我?(?:全名|大名|名字|名)?叫))"
    rf"我?(?P<called>(?:全名|大名|名字|名)(?:叫做?|是)?|叫做?)?[: ]?(?=(?P=surname)[{_HAN}])"
)
"""先报姓、再报全名"""
_ITEM = 6  # 并列的一项最多看几个字（字）
_FULL = 2  # 有的规则：单姓的，姓名不超过几个字不算（字）
_TAIL = 160  # 落款只在信末这么多字里找（字）
_BESIDE = ("mobile", "id_card", "bank_card", "landline_home", "wechat_qq", "other_id")


@dataclass(frozen=True, slots=True)
class NameRule:
    """一条姓名规则。"""

    rule: Rule
    """公共部分"""
    kind: str
    """提示语与姓名的位置关系"""
    strength: str
    """力度"""
    terms: tuple[str, ...]
    """提示语"""
    exceptions: tuple[str, ...]
    """含有提示语、却不是提示语的词"""
    bare: bool
    """没有冒号时只当中等"""
    follow: bool
    """姓名后面要停住，或接着常见的词"""
    full: bool
    """单姓要跟两个字的名：提示太轻，“何心”“钱交”一类的两字容易碰巧像姓名"""
    open_: bool
    """姓不在表里也收"""
    confidence: str
    """把握"""
    reason: str
    """理由"""

    def hit(self, name: Name, cue: str = "") -> Hit:
        """造一处结果。

        Args:
            name: 读出的姓名。
            cue: 看到的提示语。

        Returns:
            结果。
        """
        reason = self.reason.replace("{cue}", cue.strip())
        return Hit(name.start, name.end, _TYPE, self.rule.id, self.confidence, reason, name.keep)


class Names:
    """姓名的查找器。"""

    def __init__(self, file: TomlFile) -> None:
        self.reader = NameReader(file)
        self.rules = tuple(_read(file))
        by_kind = {kind: [rule for rule in self.rules if rule.kind == kind] for kind in _KINDS}
        self._by_id = {rule.rule.id: rule for rule in self.rules}
        self._before = _by_term(by_kind["before"])
        self._after = _by_term(by_kind["after"])
        self._not_cues = frozenset(term for rule in by_kind["before"] for term in rule.exceptions)
        self._before_re = re.compile(trie_pattern([*self._before, *self._not_cues]))
        self._after_re = re.compile(
            trie_pattern([*self._after, *(term for rule in by_kind["after"] for term in rule.exceptions)])
        )
        self._sure = frozenset(rule.rule.id for rule in self.rules if rule.strength == "strong")
        self._single = {kind: by_kind[kind][0] for kind in _KINDS if len(by_kind[kind]) == 1}
        glue = section(file, "glue", ("chars", "max", "firm"))
        self._firm = frozenset(file.string(("glue", "firm"), glue["firm"]))
        chars = re.escape(file.string(("glue", "chars"), glue["chars"]))
        most = int(file.number(("glue", "max"), glue["max"], low=0))
        self._glue = re.compile(f"[{chars}]{{0,{most}}}")
        duty = section(file, "duty", ("words",))
        self._duty = frozenset(file.strings(("duty", "words"), duty["words"]))
        chain = section(file, "chain", ("words",))
        self._chain = re.compile(f"(?:{trie_pattern(file.strings(('chain', 'words'), chain['words']))})")
        leads = section(file, "leads", ("words", "prepositions"))
        self.reader.prepositions = frozenset(file.strings(("leads", "prepositions"), leads["prepositions"]))
        starts = [*file.strings(("leads", "words"), leads["words"]), *self._before]
        self._starts = re.compile(f"(?:{trie_pattern(starts)})$")
        beside = self._single["beside_number"]
        self._beside_back = re.compile(f"(?:[ :,(]|{trie_pattern(beside.terms)}){{0,6}}$")
        self._beside_ahead = re.compile(f"(?:[ :,()]|{trie_pattern(beside.terms)}){{0,6}}")
        self._lines = re.compile(r"(?:^|\n| {2,})[ \t]*([^\n ]{2,4}(?: ?[^\n ]){0,1})[ \t]*(?=\n| {2,}|$)")

    def find(self, text: str, numbers: Sequence[Hit], *, reply: bool) -> tuple[list[Hit], list[Left]]:
        """找姓名。

        Args:
            text: 还原后的文字。
            numbers: 已找到的号码；紧挨着的姓名要一起遮。
            reply: 是不是一份答复；答复里的公务联系人不遮。

        Returns:
            （要遮的，看过不遮的）。
        """
        hits: list[Hit] = []
        kept: list[Left] = []
        for hit in self._cued(text, reply):
            (hits if isinstance(hit, Hit) else kept).append(hit)  # type: ignore[arg-type]
        hits.extend(self._introduced(text))
        hits.extend(self._named_before(text))
        hits.extend(self._beside(text, numbers))
        hits.extend(self._chained(text, hits))
        hits.extend(self._listed(text, {hit.start: hit.end for hit in hits}))
        hits.extend(self._signed(text))
        kept.extend(self._officials(text))
        return [self._first_char(text, hit) for hit in hits], kept

    def _first_char(self, text: str, hit: Hit) -> Hit:
        return replace(hit, keep=1) if text[hit.start : hit.start + 2] in self.reader.openings else hit

    def again(self, text: str, hits: Sequence[Hit], party: Sequence[str]) -> Iterator[Hit]:
        """同一姓名再次出现，以及交来的当事人名单。

        Args:
            text: 还原后的文字。
            hits: 已找到的姓名。
            party: 当事人姓名。

        Yields:
            新找到的。
        """
        known = {
            text[hit.start : hit.end]: hit.keep for hit in hits if hit.end - hit.start >= 3 or hit.rule_id in self._sure
        }
        given = {
            name: 1 if name[:2] in self.reader.openings else self.reader.surname_at(name, 0) or 1
            for name in party
            if len(name) >= 2
        }
        if not known and not given:
            return
        rule, listed = self._single["again"], self._single["party"]
        taken = {hit.start for hit in hits}
        for match in re.finditer(trie_pattern([*known, *given]), text):
            value = match.group()
            if match.start() in taken and value not in given:
                continue
            source, keep = (listed, given[value]) if value in given else (rule, known[value])
            yield source.hit(Name(match.start(), match.end(), keep))

    def _cued(self, text: str, reply: bool) -> Iterator[Hit | Left]:
        at = 0
        while match := self._before_re.search(text, at):
            at = match.start() + 1
            if match.group() in self._not_cues:
                at = match.end()
                continue
            rule = self._before[match.group()]
            for start in dict.fromkeys((self._glue.match(text, match.end()).end(), match.end())):  # type: ignore[union-attr]
                firm = rule.strength != "weak" and any(char in self._firm for char in text[match.end() : start])
                name = self._read_after(text, start, rule, firm)
                if name is None:
                    continue
                if name.kind == "person" and (
                    (rule.follow and not self.reader.ends_well(text, name.end))
                    or (rule.full and name.keep == 1 and name.end - name.start <= _FULL)
                ):
                    break
                at = max(at, name.end)
                if name.kind == "person" and reply and match.group() in self._duty:
                    yield Left(name.start, name.end, "keep.duty_contact")
                elif name.kind == "person":
                    yield rule.hit(name, match.group())
                else:
                    yield Left(name.start, name.end, f"keep.{name.kind}")
                break

    def _introduced(self, text: str) -> Iterator[Hit]:
        """“姓单，叫单国栋”：先报姓，再报全名；姓说过一遍，像词的姓也认。"""
        for match in _INTRODUCED.finditer(text):
            size = len(match.group("surname"))
            if self.reader.surname_at(text, match.start("surname")) < size:
                continue
            at = match.end()
            if not match.group("called"):
                # “姓马，马上就来”：没有“叫”字的，照常看像不像姓名
                name = self.reader.read(text, at, "medium")
                if name and name.kind == "person":
                    yield self._by_id["name.open"].hit(name, "姓")
                continue
            for end in (at + size + 2, at + size + 1):
                if _HAN_RE.match(text, end - 1) and self.reader.ends_well(text, end):
                    yield self._by_id["name.open"].hit(Name(at, end, size), "姓")
                    break

    def _read_after(self, text: str, start: int, rule: NameRule, firm: bool) -> Name | None:
        if not rule.bare or firm:
            return self.reader.read(
                text, start, "strong" if firm else rule.strength, open_=rule.open_, whole=rule.bare and firm
            )
        # “户主黄大有与人签订”当中等看；“户主黄大有，”后面停住才当强看
        name = self.reader.read(text, start, "medium")
        if name is None and (name := self.reader.read(text, start, "strong")) and _HAN_RE.match(text, name.end):
            return None
        return name

    def _named_before(self, text: str) -> Iterator[Hit]:
        for match in self._after_re.finditer(text):
            rule = self._after.get(match.group())
            if rule is None:
                continue
            if name := self.reader.ending_at(text, match.start(), rule.strength, self._starts):
                yield rule.hit(name, match.group())

    def _beside(self, text: str, numbers: Sequence[Hit]) -> Iterator[Hit]:
        rule = self._single["beside_number"]
        for number in numbers:
            if number.type not in _BESIDE:
                continue
            low = max(0, number.start - 24)
            back = self._beside_back.search(text[low : number.start])
            end = low + back.start() if back else number.start
            name = self.reader.ending_at(text, end, "medium", self._starts)
            if name is None and (name := self.reader.ending_at(text, end, rule.strength, self._starts)):
                # “工头龙大彪电话……”：前面有身份词，才把像词的也当姓名
                name = name if self._starts.search(text[max(0, name.start - 6) : name.start]) else None
            if name:
                yield rule.hit(name)
            ahead = self._beside_ahead.match(text, number.end)
            start = ahead.end() if ahead else number.end
            name = self.reader.read(text, start, "medium")
            if name and name.kind == "person" and not re.match(f"[{_HAN}]", text[name.end : name.end + 1]):
                yield rule.hit(name)

    def _chained(self, text: str, hits: Sequence[Hit]) -> Iterator[Hit]:
        rule = self._single["list"]
        taken = {hit.start for hit in hits}
        for hit in hits:
            at = hit.end
            while link := self._chain.match(text, at):
                name = self.reader.read(text, link.end(), "medium")
                if name is None or name.kind != "person" or name.start in taken:
                    break
                taken.add(name.start)
                yield rule.hit(name)
                at = name.end

    def _listed(self, text: str, known: Mapping[int, int]) -> Iterator[Hit]:
        if _COMMA not in text:
            return
        rule = self._single["list"]
        for cuts in self._lists(text):
            found: list[Name] = []
            for index, (at, end) in enumerate(cuts):
                # 已由别的提示语认出的一项，也算并列里的一个姓名
                name = (
                    Name(at, known[at], 1)
                    if known.get(at, end + 1) <= end
                    else self._item(text, at, end, first=index == 0, last=index == len(cuts) - 1, rule=rule)
                )
                if name:
                    found.append(name)
                    continue
                if len(found) >= 2:
                    yield from (rule.hit(n) for n in found)
                found = []
            if len(found) >= 2:
                yield from (rule.hit(n) for n in found)

    @staticmethod
    def _lists(text: str) -> Iterator[list[tuple[int, int]]]:
        """顿号隔开的几项；每项只看顿号旁边几个字，长文也不慢。"""
        commas = [match.start() for match in re.finditer(_COMMA, text)]
        cuts: list[tuple[int, int]] = []
        for index, comma in enumerate(commas):
            if not cuts:
                cuts.append((_han_back(text, comma), comma))
            after = commas[index + 1] if index + 1 < len(commas) else len(text)
            end = _han_ahead(text, comma + 1)
            cuts.append((comma + 1, min(end, after)))
            if end < after:
                yield cuts
                cuts = []
        if cuts:
            yield cuts

    def _item(self, text: str, at: int, end: int, *, first: bool, last: bool, rule: NameRule) -> Name | None:
        if end - at <= 4:
            size = self.reader.surname_at(text, at)
            if size and end - at in (size + 1, size + 2):
                score = self.reader.score(text, at, size, end, rule.strength)
                if score is not None and score >= self.reader.threshold:
                    return Name(at, end, size)
        if first:
            return self.reader.ending_at(text, end, rule.strength, self._starts)
        if last:
            name = self.reader.read(text, at, rule.strength)
            return name if name and name.kind == "person" else None
        return None

    def _signed(self, text: str) -> Iterator[Hit]:
        rule = self._single["sign"]
        low = max(0, len(text) - _TAIL)
        tail = text[low:].rstrip()
        for match in self._lines.finditer(tail):
            if match.start() == 0:
                continue
            start, end = low + match.start(1), low + match.end(1)
            name = self.reader.read(text, start, rule.strength)
            if name and name.end == end and name.kind == "person":
                yield rule.hit(name)

    def _officials(self, text: str) -> Iterator[Left]:
        for match in self.reader.titles_only.finditer(text):
            if match.lastgroup is None:
                continue
            name = self.reader.ending_at(text, match.start(), "medium", self._starts, titled=True)
            if name:
                yield Left(name.start, match.end(), "keep.official")
                continue
            after = self.reader.read(text, match.end(), "weak")
            if after and after.kind == "person":
                yield Left(match.start(), after.end, "keep.official")


def _han_back(text: str, end: int) -> int:
    at = end
    while at > 0 and end - at < _ITEM and _HAN_RE.match(text, at - 1):
        at -= 1
    return at


def _han_ahead(text: str, start: int) -> int:
    at = start
    while at < len(text) and at - start < _ITEM and _HAN_RE.match(text, at):
        at += 1
    return at


def _by_term(group: list[NameRule]) -> dict[str, NameRule]:
    return {term: rule for rule in reversed(group) for term in rule.terms}


def _read(file: TomlFile) -> Iterator[NameRule]:
    required = ("kind", "strength", "terms", "confidence", "reason")
    for where, body, rule in rules(
        file, "rule", required=required, optional=("open", "bare", "follow", "full", "exceptions")
    ):
        yield NameRule(
            rule=rule,
            kind=one_of(file, (*where, "kind"), body["kind"], _KINDS),
            strength=one_of(file, (*where, "strength"), body["strength"], ("strong", "medium", "weak")),
            terms=file.strings((*where, "terms"), body["terms"]),
            exceptions=file.strings((*where, "exceptions"), body.get("exceptions", [])),
            bare=body.get("bare", False) is True,
            follow=body.get("follow", False) is True,
            full=body.get("full", False) is True,
            open_=body.get("open", False) is True,
            confidence=one_of(file, (*where, "confidence"), body["confidence"], CONFIDENCES),
            reason=file.string((*where, "reason"), body["reason"]),
        )
