"""个人信息的规则：每条规则自己的例句。"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.privacy import redact
from wenzheng_lab.privacy.accounts import Accounts
from wenzheng_lab.privacy.addresses import Addresses
from wenzheng_lab.privacy.base import DATA, Rule
from wenzheng_lab.privacy.finder import finder
from wenzheng_lab.privacy.masks import Masks
from wenzheng_lab.privacy.names import Names
from wenzheng_lab.privacy.numbers import Numbers

_NO_EXAMPLE = {"name.given"}  # 要靠交来的名单，例子在 test_privacy.py


def _rules() -> Iterator[Rule]:
    tools = finder()
    for room in (tools.numbers, tools.accounts, tools.names, tools.addresses):
        for item in room.rules:
            yield item.rule


RULES = list(_rules())
HITS = [(rule.id, text) for rule in RULES for text in rule.hits]
MISSES = [(rule.id, text) for rule in RULES for text in rule.misses]


def _split(marked: str) -> tuple[str, list[tuple[int, int]]]:
    text, spans = "", []
    for part in re.split("(⟦.*?⟧)", marked):
        if part.startswith("⟦"):
            spans.append((len(text), len(text) + len(part) - 2))
            part = part[1:-1]
        text += part
    return text, spans


@pytest.mark.parametrize(("rule_id", "marked"), HITS, ids=[f"{r}-{i}" for i, (r, _) in enumerate(HITS)])
def test_hits_are_found_exactly(rule_id: str, marked: str) -> None:
    """例句里标出的一段，由这条规则认出，头尾不差。"""
    text, wanted = _split(marked)
    found = {(item.start, item.end): item.rule_id for item in redact(text).spans}
    assert set(wanted) <= set(found), f"漏报：{text}"
    assert rule_id in found.values(), f"不是这条规则认出的：{text} {found}"


@pytest.mark.parametrize(("rule_id", "text"), MISSES, ids=[f"{r}-{i}" for i, (r, _) in enumerate(MISSES)])
def test_misses_are_left_alone(rule_id: str, text: str) -> None:
    """反例不触发这条规则。"""
    assert rule_id not in [item.rule_id for item in redact(text).spans], f"误报：{text}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_carry_reason_and_examples(rule: Rule) -> None:
    """每条规则都有理由、出处、正例和反例。"""
    assert rule.why
    assert rule.source
    assert (rule.hits and rule.misses) or rule.id in _NO_EXAMPLE


def test_keep_rules_hold_their_examples() -> None:
    """看过不遮的，也有自己的例句。"""
    for keep in finder().keeps.values():
        for text in keep.rule.hits:
            assert keep.rule.id in [item.rule_id for item in redact(text).kept], text
        for text in keep.rule.misses:
            assert keep.rule.id not in [item.rule_id for item in redact(text).kept], text


def test_flag_rules_hold_their_examples() -> None:
    """敏感事项的例句。"""
    for flag in finder().flags.rules:
        for text in flag.rule.hits:
            assert flag.rule.id in [item.id for item in redact(text).sensitive], f"漏报：{text}"
        for text in flag.rule.misses:
            assert flag.rule.id not in [item.id for item in redact(text).sensitive], f"误报：{text}"


@pytest.mark.parametrize(
    ("name", "old", "new", "room", "message"),
    [
        ("numbers.toml", 'need = "id"', 'need = "idd"', Numbers, r"numbers\.toml:\d+: .*idd"),
        ("numbers.toml", "confidence =", "confidense =", Numbers, r"numbers\.toml:\d+: .*是不是想写“confidence”"),
        ("numbers.toml", "[1-9]\\d{14}'", "[1-9'", Numbers, r"numbers\.toml:\d+: .*正则"),
        ("accounts.toml", 'why = "邮箱', 'wy = "邮箱', Accounts, r"accounts\.toml:\d+"),
        ("names.toml", 'kind = "list"', 'kind = "lists"', Names, r"names\.toml:\d+: .*lists"),
        ("address.toml", 'level = "town"', 'level = "twon"', Addresses, r"address\.toml:\d+: .*twon"),
        ("masks.toml", 'char = "某"', 'char = "某某"', Masks, r"masks\.toml:\d+: 遮盖字应为一个字"),
    ],
)
def test_typing_errors_are_located(
    name: str, old: str, new: str, room: type[Numbers | Accounts | Names | Addresses | Masks], message: str
) -> None:
    """规则文件写错，当场指出文件、行号和怎样改。"""
    text = (DATA / name).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(RuleFileError, match=message):
        room(TomlFile.parse(name, text.replace(old, new, 1)))


def test_word_tables_have_no_duplicates() -> None:
    """词表里没有重复的行。"""
    for path in DATA.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(set(lines)), path.name
