"""找家庭住址：有居住提示语的，写到户的，紧挨着姓名电话的。"""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import CONFIDENCES, Hit, Left, Rule, one_of, rules, section
from wenzheng_lab.privacy.place import Place, PlaceReader
from wenzheng_lab.privacy.trie import trie_pattern

_KINDS = ("cue", "door", "rural", "beside")
_TYPE = "home_address"
_CONTEXT = 24  # 弱提示语往前看多少字找单位（字）
_NEAR = 30  # “地址：”离姓名、电话多近（字）
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
    exceptions: tuple[str, ...]
    """含有提示语、却不是提示语的词"""
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
        self._not_cues = frozenset(term for rule in self.rules for term in rule.exceptions)
        self._cue = re.compile(trie_pattern([*self._cues, *self._not_cues]))
        glue = section(file, "glue", ("chars", "max"))
        most = int(file.number(("glue", "max"), glue["max"], low=0))
        self._glue = re.compile(f"[{re.escape(file.string(('glue', 'chars'), glue['chars']))}]{{0,{most}}}")
        self._one = {rule.kind: rule for rule in self.rules if rule.kind != "cue"}
        words = section(file, "institutions", ("words", "homes"))
        self._institution = re.compile(trie_pattern(file.strings(("institutions", "words"), words["words"])))
        self._homes = re.compile(trie_pattern(file.strings(("institutions", "homes"), words["homes"])))
        stop = section(file, "stop", ("chars", "leads", "relative", "not_before"))
        self._relative = re.compile(trie_pattern(file.strings(("stop", "relative"), stop["relative"])))
        self._leads = re.compile(trie_pattern(file.strings(("stop", "leads"), stop["leads"])))
        self._edge = re.compile(rf"[^\w·\-]|[{self.reader.stops}_]")
        number, bare = self.reader.number, self.reader.bare_pattern
        body = section(file, "door", ("blocks", "entrance", "doors", "after", "shops", "ahead"))
        door = {
            key: trie_pattern(file.strings(("door", key), body[key]))
            for key in ("blocks", "entrance", "doors", "after", "shops")
        }
        self._shops, self._ahead = re.compile(door["shops"]), int(file.number(("door", "ahead"), body["ahead"], low=0))
        room = f"(?:{number}(?:{door['doors']})|{bare}(?:{door['after']})?)"
        entrance = rf"{number}(?:{door['entrance']})[ \-]?"
        self._door = re.compile(rf"{number}(?:{door['blocks']})[ \-]?(?:{entrance})?{room}|{entrance}{room}")
        rural = _tries(file, "rural", ("villages", "groups", "doors", "not_after"))
        self._village = re.compile(f"(?:{rural['villages']})$")
        self._units = file.strings(("door", "blocks"), body["blocks"]) + file.strings(
            ("door", "entrance"), body["entrance"]
        )
        self._rural = re.compile(rf"{number}(?:{rural['groups']}){number}(?:{rural['doors']})(?!{rural['not_after']})")
        kept = section(file, "kept", ("terms",))
        self._kept = frozenset(file.strings(("kept", "terms"), kept["terms"]))
        self._between = re.compile(r"[, :)(;]{1,3}")

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
        for found in self._cued(text, others):
            (hits if isinstance(found, Hit) else kept).append(found)  # type: ignore[arg-type]
        hits.extend(self._doors(text, {index for hit in hits for index in range(hit.start, hit.end)}))
        hits.extend(self._beside(text, others))
        return hits, kept

    def _doors(self, text: str, taken: Collection[int]) -> Iterator[Hit]:
        """写到户的：楼栋加房号，村组加门牌号。"""
        if any(unit in text for unit in self._units):
            for match in self._door.finditer(text):
                if match.start() in taken:
                    continue
                place = self._backwards(text, *match.span())
                if not self._shops.search(text[place.end : place.end + self._ahead]):
                    yield self._one["door"].hit(place)
        for match in self._rural.finditer(text):
            if match.start() not in taken and self._village.search(text[max(0, match.start() - 4) : match.start()]):
                yield self._one["rural"].hit(self._backwards(text, *match.span()))

    def _beside(self, text: str, others: Sequence[Hit]) -> Iterator[Hit]:
        rule = self._one["beside"]
        for other in others:
            gap = self._between.match(text, other.end) if other.type in _BESIDE else None
            # 前面有居住提示语的，已由提示语找过
            if gap is None or self._cue.match(text, gap.end()):
                continue
            lead = self._leads.match(text, gap.end())
            place = self.reader.read(text, lead.end() if lead else gap.end())
            if place and place.to_door and place.fine and not self._cue.search(text, place.start, place.end):
                yield rule.hit(place)

    def _cued(self, text: str, others: Sequence[Hit]) -> Iterator[Hit | Left]:
        at = 0
        while match := self._cue.search(text, at):
            at = match.start() + 1
            if match.group() in self._not_cues:
                at = match.end()
                continue
            rule = self._cues[match.group()]
            glue = self._glue.match(text, match.end())
            start = glue.end() if glue else match.end()
            place = None if self._relative.match(text, start) else self.reader.read(text, start)
            if place is None:
                continue
            if place.to_door:
                if self._is_institution(text, match.start(), place, rule):
                    continue
                if rule.strength == "weak" and not self._personal(text, place, match.start(), others):
                    continue
                yield rule.hit(place, match.group())
                at = place.end
            elif rule.strength == "strong" and place.has("village") and len(match.group()) > 1:
                yield rule.hit(place, match.group())
                at = place.end
            elif rule.strength == "strong" and place.has("estate", "road") and match.group() in self._kept:
                yield Left(place.start, place.end, "keep.estate")
                at = place.end

    def _personal(self, text: str, place: Place, cue: int, others: Sequence[Hit]) -> bool:
        """“地址：”后面是住址：写到户，或前面不远有姓名、电话。"""
        at = bisect.bisect_right(others, cue, key=lambda hit: hit.end)
        near = any(cue - other.end <= _NEAR and other.type in _BESIDE for other in others[max(0, at - 4) : at])
        return near or bool(self._door.search(text, place.start, place.end))

    def _is_institution(self, text: str, cue: int, place: Place, rule: AddressRule) -> bool:
        body = text[place.start : place.end]
        if rule.strength == "strong":
            return bool(self._institution.search(body)) and not self._homes.search(body)
        before = re.split(r"[。!?;\n]", text[max(0, cue - _CONTEXT) : cue])[-1]
        return bool(
            self._institution.search(before) or (self._institution.search(body) and not self._homes.search(body))
        )

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


def _tries(file: TomlFile, table: str, keys: tuple[str, ...]) -> dict[str, str]:
    body = section(file, table, keys)
    return {key: trie_pattern(file.strings((table, key), body[key])) for key in keys}


def _read(file: TomlFile) -> Iterator[AddressRule]:
    required = ("kind", "strength", "terms", "confidence", "reason")
    for where, body, rule in rules(file, "rule", required=required, optional=("exceptions",)):
        yield AddressRule(
            rule=rule,
            kind=one_of(file, (*where, "kind"), body["kind"], _KINDS),
            strength=one_of(file, (*where, "strength"), body["strength"], ("strong", "weak", "none")),
            terms=file.strings((*where, "terms"), body["terms"]),
            exceptions=file.strings((*where, "exceptions"), body.get("exceptions", [])),
            confidence=one_of(file, (*where, "confidence"), body["confidence"], CONFIDENCES),
            reason=file.string((*where, "reason"), body["reason"]),
        )
