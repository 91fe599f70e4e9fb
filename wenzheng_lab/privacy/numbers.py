"""号码：还原分隔、汉字写法，再按位数、校验位和最近的提示语判断。"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import CONFIDENCES, Hit, Left, Rule, one_of, read_csv, rules, section
from wenzheng_lab.privacy.checks import CHECKS
from wenzheng_lab.privacy.trie import trie_pattern

_MAIN = ("id", "bank", "phone", "qq", "wechat", "group", "passport", "cert", "code")
_SIDES = ("home", "office")
_WINDOW = (
    "left", "right", "need_gap", "veto_gap", "max_digits", "ip",
    "breaks", "veto_breaks", "extensions", "phones", "crosses", "url",
    "message_default", "reply_default",
)  # fmt: skip
# 号码中间可以夹的符号（折叠以后）；逗号、顿号、冒号是并列和时刻，不算
_SEPARATOR = r"[ \-.·_~/()\t]"
_MIN_DIGITS = 5
_PHONE = 8  # 往前看多少字找“座机”（字）
_CROWDED = 40  # 一串里多于这么多段，就只找不要提示语的号码（段）
_CODED = ("mobile", "id_card", "bank_card")


@dataclass(frozen=True, slots=True)
class NumberRule:
    """一条号码规则。"""

    rule: Rule
    """公共部分"""
    type: str
    """种类"""
    shape: re.Pattern[str]
    """还原成连写数字以后的样子"""
    check: str
    """校验方法，见 ``checks.CHECKS``"""
    need: str
    """最近的提示语须是哪一类；空串为不要"""
    veto: frozenset[str]
    """最近的提示语是这些类时不算"""
    confidence: str
    """把握"""
    reason: str
    """理由"""


@dataclass(frozen=True, slots=True)
class Run:
    """一串可能是号码的数字。"""

    digits: str
    """连写的数字"""
    at: tuple[int, ...]
    """每一位在文字里的位置"""
    cuts: tuple[int, ...]
    """可以断开的地方（以位计），含头尾"""


class Numbers:
    """号码的查找器。"""

    def __init__(self, file: TomlFile) -> None:
        self.rules = tuple(_read(file))
        self._sure = re.compile(
            "|".join(f"(?:{rule.shape.pattern})" for rule in self.rules if not (rule.need or rule.check))
        )
        window = section(file, "window", _WINDOW)
        self._left, self._right, self._reach, self._gap, self._max = (
            int(file.number(("window", key), window[key], low=1))
            for key in ("left", "right", "need_gap", "veto_gap", "max_digits")
        )
        text = {
            key: file.string(("window", key), window[key])
            for key in ("breaks", "veto_breaks", "crosses", "url", "ip", "message_default", "reply_default")
        }
        self._break = re.compile(f"[{re.escape(text['breaks'])}]")
        self._veto_break = re.compile(f"[{re.escape(text['veto_breaks'])}]")
        self._cross = re.compile(f" ?[{text['crosses']}](?![A-Za-z0-9])")
        self._ip = re.compile(text["ip"])
        self._url = re.compile(text["url"])
        self._default = {False: text["message_default"], True: text["reply_default"]}
        extensions = file.strings(("window", "extensions"), window["extensions"])
        self._phones = re.compile(trie_pattern(file.strings(("window", "phones"), window["phones"])))
        self._extension = re.compile(rf" ?(?:{trie_pattern(extensions)}) ?[0-9]{{1,5}}(?![0-9])")
        classes = _cues(file)
        self._classes = {term: name for name in _MAIN for term in classes.get(name, ())}
        self._main = re.compile(trie_pattern(self._classes))
        self._side = {name: re.compile(trie_pattern(classes.get(name, ()))) for name in _SIDES}
        self._sides = {term: name for name in _SIDES for term in classes.get(name, ())}
        self._side_any = re.compile(trie_pattern(self._sides))
        units = section(file, "units", ("after",))
        self._units = re.compile(
            r"(?:\.\d+)? ?(?:" + trie_pattern(file.strings(("units", "after"), units["after"])) + ")"
        )
        self._latin = {term.lower() for term in self._classes if term.isascii()} | {"v", "no"}
        self._digit_of = {char: digit for char, digit in read_csv("digits.csv", ("char", "digit"))}
        self._digit_of.update({digit: digit for digit in "0123456789"})
        # 英文字母 O、l 夹在数字里冒充 0、1
        self._digit_of.update({"o": "0", "O": "0", "l": "1", "I": "1"})
        han = "".join(re.escape(char) for char in self._digit_of if not char.isascii())
        digit = f"(?:[0-9{han}]|(?<=[0-9])[oOlI](?=[0-9]))"
        self._run = re.compile(f"{digit}(?:{_SEPARATOR}{{0,3}}{digit}){{{_MIN_DIGITS - 1},}}")
        self._provinces = frozenset(code for code, _ in read_csv("areas.csv", ("code", "province")))

    def find(self, text: str, *, reply: bool) -> tuple[list[Hit], list[Left]]:
        """找号码。

        Args:
            text: 还原后的文字。
            reply: 是不是一份答复；答复里的固话默认是单位电话。

        Returns:
            （要遮的，看过不遮的）。
        """
        hits: list[Hit] = []
        kept: list[Left] = []
        links = (
            deque(match.span() for match in self._url.finditer(text)) if "http" in text or "www." in text else deque()
        )
        for match in self._run.finditer(text):
            while links and links[0][1] <= match.start():
                links.popleft()
            if links and links[0][0] <= match.start():
                continue
            for found in self._in_run(text, self._read_run(text, *match.span()), reply):
                (hits if isinstance(found, Hit) else kept).append(found)  # type: ignore[arg-type]
        return hits, kept

    def _read_run(self, text: str, start: int, end: int) -> Run:
        at = [index for index in range(start, end) if text[index] in self._digit_of]
        digits = "".join(self._digit_of[text[index]] for index in at)
        cuts = [0]
        for k in range(1, len(at)):
            # 有分隔符处、汉字与数码交界处可以断开
            if at[k] != at[k - 1] + 1 or text[at[k]].isascii() != text[at[k - 1]].isascii():
                cuts.append(k)
        cuts.append(len(at))
        return Run(digits, tuple(at), tuple(self._loosen(text, digits, at, cuts)))

    @staticmethod
    def _loosen(text: str, digits: str, at: list[int], cuts: list[int]) -> list[int]:
        """汉字号码后面常紧跟“一直”“两次”：允许在第 11 位断开。"""
        extra = set(cuts)
        for left, right in itertools.pairwise(cuts):
            if 12 <= right - left <= 14 and not text[at[left]].isascii():
                for k in range(left, right - 10):
                    if re.match(r"1[3-9]\d{9}", digits[k:]):
                        extra.update((k, k + 11))
                        break
        return sorted(extra)

    def _in_run(self, text: str, run: Run, reply: bool) -> Iterator[Hit | Left]:
        i = 0
        # 几十段数字连成一串（表格、清单）：只在样子对得上的地方细看，长文也不慢
        crowded = len(run.cuts) > _CROWDED
        while i < len(run.cuts) - 1:
            if crowded and not self._sure.match(run.digits, run.cuts[i]):
                i += 1
                continue
            for j in range(min(len(run.cuts) - 1, i + self._max), i, -1):
                left, right = run.cuts[i], run.cuts[j]
                if not _MIN_DIGITS <= right - left <= self._max:
                    continue
                found = self._judge(text, run, left, right, reply)
                if found is not None:
                    yield found
                    i = j
                    break
            else:
                i += 1

    def _judge(self, text: str, run: Run, left: int, right: int, reply: bool) -> Hit | Left | None:
        start, end, digits = run.at[left], run.at[right - 1] + 1, run.digits[left:right]
        if right == len(run.digits) and right - left == 17 and (cross := self._cross.match(text, end)):
            digits, end = digits + "X", cross.end()
        candidates = [rule for rule in self.rules if rule.shape.fullmatch(digits)]
        # 括号只会出现在区号两边
        if "(" in text[start:end] or len(set(digits)) == 1 or self._ip.fullmatch(text, start, end):
            return None
        marks = {char for char in text[start:end] if char in "._/·~"}
        # 一个号码里不会混着用几种符号：5.18/2019 是日期
        if len(marks) > 1 or (marks and "-" in text[start:end]):
            return None
        if not candidates or not self._free(text, start, end):
            return None
        nearest, gap = self._nearest(text, start)
        coded = False
        for rule in candidates:
            if rule.need and (rule.need != nearest or (rule.need != "id" and gap > self._reach)):
                continue
            if nearest in rule.veto and self._adjacent(text, start, gap):
                coded = coded or (nearest == "code" and rule.type in _CODED)
                continue
            if not CHECKS[rule.check](digits, self._provinces):
                continue
            if rule.type not in ("id_card", "bank_card") and self._units.match(text, end):
                continue
            if rule.check.startswith("landline"):
                return self._landline(text, rule, start, end, nearest, reply)
            return Hit(self._open(text, rule, start), end, rule.type, rule.rule.id, rule.confidence, rule.reason)
        return Left(start, end, "keep.code") if coded else None

    @staticmethod
    def _open(text: str, rule: NumberRule, start: int) -> int:
        if rule.rule.id != "number.mobile86":
            return start
        for prefix in ("(+", "+"):
            if text.endswith(prefix, 0, start):
                return start - len(prefix)
        return start

    def _free(self, text: str, start: int, end: int) -> bool:
        """两头不连着字母、星号：连着的是编码的一截，或已经遮过。"""
        if text[end : end + 1] in ("*", "@", "×") or text[start - 1 : start] in ("*", "×"):
            return False
        before = re.search(r"[A-Za-z_]+[\-_]?$", text[max(0, start - 12) : start])
        if before and before.group().rstrip("-_").lower() not in self._latin:
            return False
        after = re.match(r"[A-Za-z]+", text[end : end + 12])
        return not after or after.group().lower() in self._latin or text[end : end + 1] in "xX"

    def _before(self, text: str, start: int) -> str:
        left = text[max(0, start - self._left) : start]
        trimmed = left.rstrip(" \n\t:(")
        breaks = [match.end() for match in self._break.finditer(trimmed)]
        return left[breaks[-1] :] if breaks else left

    def _nearest(self, text: str, start: int) -> tuple[str, int]:
        left = self._before(text, start)
        name, end = "", 0
        for match in self._main.finditer(left):
            name, end = self._classes[match.group()], match.end()
        return name, len(left) - end

    def _adjacent(self, text: str, start: int, gap: int) -> bool:
        return gap <= self._gap and not self._veto_break.search(text[start - gap : start])

    def _landline(
        self, text: str, rule: NumberRule, start: int, end: int, nearest: str, reply: bool
    ) -> Hit | Left | None:
        left = self._before(text, start)
        side, _at = "", -1
        for match in self._side_any.finditer(left):
            side, _at = self._sides[match.group()], match.end()
        if rule.check == "landline_home":
            # 没有区号的七八位数字：要说明是家里的，而且说的是电话
            if side != "home" or not (nearest == "phone" or self._phones.search(left[-_PHONE:])):
                return None
            return Hit(start, end, rule.type, rule.rule.id, rule.confidence, rule.reason)
        if not side:
            after = self._side_any.match(text, end) or self._side_any.search(text[end : end + self._right])
            side = self._sides[after.group()] if after else self._default[reply]
        if side == "office":
            return Left(start, end, "keep.office_phone")
        if text[start - 1 : start] == "(" and ")" in text[start:end]:
            start -= 1
        extension = self._extension.match(text, end)
        return Hit(start, extension.end() if extension else end, rule.type, rule.rule.id, rule.confidence, rule.reason)


def _cues(file: TomlFile) -> dict[str, tuple[str, ...]]:
    rows = file.data.get("cue")
    if not isinstance(rows, list):
        raise file.error((), "缺少 [[cue]]")
    out: dict[str, tuple[str, ...]] = {}
    for index, row in enumerate(rows):
        body = file.table(("cue", index), row, required=("class", "terms"))
        name = one_of(file, ("cue", index, "class"), body["class"], (*_MAIN, *_SIDES))
        out[name] = file.strings(("cue", index, "terms"), body["terms"], empty=False)
    return out


def _read(file: TomlFile) -> Iterator[NumberRule]:
    extra = ("type", "shape", "check", "need", "veto", "confidence", "reason")
    for where, body, rule in rules(file, "rule", required=extra):
        try:
            shape = re.compile(file.string((*where, "shape"), body["shape"]))
        except re.error as error:
            raise file.error((*where, "shape"), f"写法不合正则：{error}") from error
        need = "" if body["need"] == "" else one_of(file, (*where, "need"), body["need"], _MAIN)
        check = (
            "" if body["check"] == "" else one_of(file, (*where, "check"), body["check"], tuple(k for k in CHECKS if k))
        )
        yield NumberRule(
            rule=rule,
            type=file.string((*where, "type"), body["type"]),
            shape=shape,
            check=check,
            need=need,
            veto=frozenset(file.strings((*where, "veto"), body["veto"])),
            confidence=one_of(file, (*where, "confidence"), body["confidence"], CONFIDENCES),
            reason=file.string((*where, "reason"), body["reason"]),
        )
