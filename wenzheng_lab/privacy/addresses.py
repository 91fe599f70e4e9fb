"""找家庭住址：有居住提示语的，写到户的，紧挨着姓名电话的。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import CONFIDENCES, Hit, Left, Rule, one_of, rules, section
from wenzheng_lab.privacy.place import Place, PlaceReader
from wenzheng_lab.privacy.trie import trie_pattern

_KINDS = ("cue", "door", "rural", "beside")
_TYPE = "home_address"
_CONTEXT = 24  # 弱提示语往前看多少字找单位（字）
_BESIDE = ("name", "mobile", "id_card", "landline_home")


@dataclass(frozen=True, slots=True)
class AddressRule:
    """一条住址规则。"""

    rule: Rule
    """公共部分"""
    kind: str
    """怎样找"""
    strength: str
    """力度；``weak`` 的要排除单位地址"""
    terms: tuple[str, ...]
    """提示语"""
    confidence: str
    """把握"""
    reason: str
    """理由"""

    def hit(self, place: Place, cue: str = "") -> Hit:
        """造一处结果。

        Args:
            place: 读出的地址。
            cue: 看到的提示语。

        Returns:
            结果。
        """
        keep = place.keep - place.start
        reason = self.reason.replace("{cue}", cue)
        return Hit(place.start, place.end, _TYPE, self.rule.id, self.confidence, reason, keep)


class Addresses:
    """家庭住址的查找器。"""

    def __init__(self, file: TomlFile) -> None:
        self.reader = PlaceReader(file)
        self.rules = tuple(_read(file))
        self._cues = {term: rule for rule in self.rules for term in rule.terms}
        self._cue = re.compile(trie_pattern(self._cues))
        self._glue = re.compile("[ :在于是(=\"]{0,3}")
        self._one = {rule.kind: rule for rule in self.rules if rule.kind != "cue"}
        words = section(file, "institutions", ("words", "homes"))
        self._institution = re.compile(trie_pattern(file.strings(("institutions", "words"), words["words"])))
        self._homes = re.compile(trie_pattern(file.strings(("institutions", "homes"), words["homes"])))
        stop = section(file, "stop", ("chars", "leads"))
        self._leads = re.compile(trie_pattern(file.strings(("stop", "leads"), stop["leads"])))
        self._edge = re.compile(rf"[^\w·\-]|[{self.reader.stops}_]")
        number, bare = self.reader.number, self.reader.bare_pattern
        blocks = trie_pattern([unit for unit in ("号楼", "栋", "幢", "座") if unit in self.reader.block])
        doors = trie_pattern([unit for unit in ("室", "号房", "房", "户") if unit in self.reader.door])
        self._door = re.compile(
            rf"{number}(?:{blocks})[ \-]?(?:{number}单元[ \-]?)?(?:{number}(?:{doors})|{bare}号?)|{number}单元[ \-]?(?:{number}(?:{doors})|{bare}号?)"
        )
        self._rural = re.compile(rf"[^\W\d_]{{1,5}}(?:村|寨|屯|庄|社区){number}(?:村民小组|组|队|社){number}号(?![线楼文])")
        self._between = re.compile(r"[,、 :)(;]{1,3}")

    def find(self, text: str, others: Sequence[Hit]) -> tuple[list[Hit], list[Left]]:
        """找家庭住址。

        Args:
            text: 还原后的文字。
            others: 已找到的姓名和号码；紧挨着的地址按住址看。

        Returns:
            （要遮的，看过不遮的）。
        """
        hits: list[Hit] = []
        kept: list[Left] = []
        for found in self._cued(text):
            (hits if isinstance(found, Hit) else kept).append(found)  # type: ignore[arg-type]
        for kind, pattern in (("door", self._door), ("rural", self._rural)):
            for match in pattern.finditer(text):
                if not any(hit.start <= match.start() < hit.end for hit in hits):
                    hits.append(self._one[kind].hit(self._backwards(text, *match.span())))
        rule = self._one["beside"]
        for other in others:
            gap = self._between.match(text, other.end) if other.type in _BESIDE else None
            place = self.reader.read(text, gap.end()) if gap else None
            if place and place.to_door and place.fine:
                hits.append(rule.hit(place))
        return hits, kept

    def _cued(self, text: str) -> Iterator[Hit | Left]:
        at = 0
        while match := self._cue.search(text, at):
            at = match.start() + 1
            rule = self._cues[match.group()]
            glue = self._glue.match(text, match.end())
            start = glue.end() if glue else match.end()
            place = self.reader.read(text, start)
            if place is None:
                continue
            if place.to_door:
                if self._is_institution(text, match.start(), place, rule):
                    continue
                yield rule.hit(place, match.group())
                at = place.end
            elif rule.strength == "strong" and place.has("village") and len(match.group()) > 1:
                yield rule.hit(place, match.group())
                at = place.end
            elif rule.strength == "strong" and place.has("estate", "road") and len(match.group()) > 1:
                yield Left(place.start, place.end, "keep.estate")
                at = place.end

    def _is_institution(self, text: str, cue: int, place: Place, rule: AddressRule) -> bool:
        body = text[place.start : place.end]
        if rule.strength == "strong":
            return bool(self._institution.search(body)) and not self._homes.search(body)
        before = re.split(r"[。!?;\n]", text[max(0, cue - _CONTEXT) : cue])[-1]
        return bool(self._institution.search(before) or self._institution.search(body) and not self._homes.search(body))

    def _backwards(self, text: str, start: int, end: int) -> Place:
        low = max(0, start - self.reader.back)
        edges = [match.end() for match in self._edge.finditer(text, low, start)]
        begin = edges[-1] if edges else low
        leads = [match.end() for match in self._leads.finditer(text, begin, start)]
        begin = leads[-1] if leads else begin
        place = self.reader.read(text, begin) if begin < start else None
        if place and place.end >= start + 1:
            return Place(begin, max(end, place.end), min(place.keep, start), place.levels)
        place = self.reader.read(text, start)
        return Place(start, max(end, place.end if place else end), start, ("block", "door"))


def _read(file: TomlFile) -> Iterator[AddressRule]:
    for where, body, rule in rules(file, "rule", required=("kind", "strength", "terms", "confidence", "reason")):
        yield AddressRule(
            rule=rule,
            kind=one_of(file, (*where, "kind"), body["kind"], _KINDS),
            strength=one_of(file, (*where, "strength"), body["strength"], ("strong", "weak", "none")),
            terms=file.strings((*where, "terms"), body["terms"]),
            confidence=one_of(file, (*where, "confidence"), body["confidence"], CONFIDENCES),
            reason=file.string((*where, "reason"), body["reason"]),
        )
