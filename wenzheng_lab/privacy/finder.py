"""把各个查找器合在一起：找、去重叠、遮、再找，直到没有新的。"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.accounts import Accounts
from wenzheng_lab.privacy.addresses import Addresses
from wenzheng_lab.privacy.base import Hit, Left, Rule, data_file, digest, read_csv, rules, section
from wenzheng_lab.privacy.flags import Flags
from wenzheng_lab.privacy.masks import Masks, Style
from wenzheng_lab.privacy.names import Names
from wenzheng_lab.privacy.numbers import Numbers
from wenzheng_lab.privacy.trie import trie_pattern

_FILES = ("numbers.toml", "accounts.toml", "names.toml", "address.toml", "keep.toml", "sensitive.toml", "masks.toml")
_ROUNDS = 8  # 遮盖会改变前后文，最多再找这么多遍；实际一两遍就停


@dataclass(frozen=True, slots=True)
class KeepRule:
    """看过不遮的一种。"""

    rule: Rule
    """公共部分"""
    label: str
    """是什么"""
    message: str
    """为什么不遮"""


class Finder:
    """全部知识与查找器；只造一次。"""

    def __init__(self) -> None:
        files = {name: data_file(name) for name in _FILES}
        self.files = files
        self.numbers = Numbers(files["numbers.toml"])
        self.accounts = Accounts(files["accounts.toml"])
        self.names = Names(files["names.toml"])
        self.addresses = Addresses(files["address.toml"])
        digits = {char: digit for char, digit in read_csv("digits.csv", ("char", "digit"))}
        self.flags = Flags(files["sensitive.toml"], digits)
        self.masks = Masks(files["masks.toml"])
        self.keeps = {rule.rule.id: rule for rule in _keeps(files["keep.toml"])}
        reply = section(files["keep.toml"], "reply", ("terms", "need"))
        self._reply = re.compile(trie_pattern(files["keep.toml"].strings(("reply", "terms"), reply["terms"])))
        self._reply_need = int(files["keep.toml"].number(("reply", "need"), reply["need"], low=1))
        self.version = files["names.toml"].string(("version",), files["names.toml"].data.get("version"))
        self.digest = digest(*files.values())

    def is_reply(self, text: str) -> bool:
        """看行文是不是一份答复。

        Args:
            text: 还原后的文字。

        Returns:
            像答复则真。
        """
        seen = set()
        for match in self._reply.finditer(text):
            seen.add(match.group())
            if len(seen) >= self._reply_need:
                return True
        return False

    def find(
        self, text: str, *, reply: bool, style: Style, party: Sequence[str] = ()
    ) -> tuple[list[Hit], list[Left], dict[int, str]]:
        """找全部个人信息，并给出要换的字。

        Args:
            text: 还原后的文字。
            reply: 是不是一份答复。
            style: 遮盖样式。
            party: 当事人姓名。

        Returns:
            （找到的各处，看过不遮的，位置到遮盖字）。
        """
        found, kept = self._once(text, reply, party)
        masked: dict[int, str] = {}
        new, current = found, text
        for _ in range(_ROUNDS):
            if not new:
                break
            masked |= style.positions(current, new)
            chars = list(text)
            for index, char in masked.items():
                chars[index] = char
            current = "".join(chars)
            new, _ = self._once(current, reply, party)
            if not set(style.positions(current, new)) - set(masked):
                break
            found = resolve([*found, *new])
        kept = [k for k in _unique(kept) if not _covered(k, found)]
        return found, kept, masked

    def _once(self, text: str, reply: bool, party: Sequence[str]) -> tuple[list[Hit], list[Left]]:
        accounts, kept = self.accounts.find(text)
        numbers, more = self.numbers.find(text, reply=reply)
        kept += more
        numbers = resolve([*accounts, *numbers])
        names, more = self.names.find(text, numbers, reply=reply)
        kept += more
        names = [name for name in names if not _covered(name, numbers)]
        names.extend(self.names.again(text, names, party))
        known = resolve([*numbers, *names])
        addresses, more = self.addresses.find(text, known)
        return resolve([*known, *addresses]), kept + more


def resolve(hits: Sequence[Hit]) -> list[Hit]:
    """去掉重叠：长的留下；互相搭着一截的并成一处。

    Args:
        hits: 找到的各处，可重叠。

    Returns:
        按位置排列、互不重叠。
    """
    out: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if out and hit.start < out[-1].end:
            last = out[-1]
            if hit.end > last.end:
                long = hit if hit.end - hit.start > last.end - last.start else last
                keep = long.keep if long is last else 0
                out[-1] = Hit(last.start, hit.end, long.type, long.rule_id, long.confidence, long.reason, keep)
            continue
        out.append(hit)
    return out


def _covered(left: Hit | Left, hits: Sequence[Hit]) -> bool:
    at = bisect.bisect_left(hits, left.end, key=lambda hit: hit.start)
    return at > 0 and hits[at - 1].end > left.start


def _unique(kept: Sequence[Left]) -> list[Left]:
    out: list[Left] = []
    for item in sorted(kept, key=lambda k: (k.start, -k.end)):
        if not out or item.start >= out[-1].end:
            out.append(item)
    return out


def _keeps(file: TomlFile) -> list[KeepRule]:
    return [
        KeepRule(rule, file.string((*where, "label"), body["label"]), file.string((*where, "message"), body["message"]))
        for where, body, rule in rules(file, "keep", required=("label", "message"))
    ]


@functools.cache
def finder() -> Finder:
    """取查找器；第一次用到时才读规则文件。

    Returns:
        查找器。

    Raises:
        RuleFileError: 规则文件写错。
    """
    return Finder()
