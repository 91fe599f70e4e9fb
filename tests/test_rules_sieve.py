"""先筛后找：与逐条全找一字不差。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wenzheng_lab.rules import load_rules
from wenzheng_lab.rules.sieve import Sieve, find_rules
from wenzheng_lab.text import fold

SETS = (
    ("urgency.toml", "signal"),
    ("appeal.toml", "appeal"),
    ("channel.toml", "channel"),
    ("mood.toml", "mood"),
    ("acts.toml", "act"),
    ("asks.toml", "ask"),
)
LETTERS = [
    fold(f"{row['subject']}\n{row['body']}")
    for name in ("urgency_cases", "triage_fresh", "triage_fresh_a", "triage_fresh_c", "urgency_pairs")
    for row in map(
        json.loads, (Path(__file__).parent / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    )
]


@pytest.mark.parametrize(("name", "target"), SETS)
def test_same_as_searching_every_rule(name: str, target: str) -> None:
    """各封信、各条规则自己的例句，找到的规则与位置都相同；同一封看几遍也不变。"""
    rules = load_rules(name, targets=target)
    sieve = Sieve(rules.rules)
    own = [fold(text) for rule in rules.rules for text in (*rule.hits, *rule.misses)]
    for text in [*LETTERS, *own, "", "\n"] * 2:
        want = [(rule.id, spans) for rule in rules.rules if (spans := tuple(rule.find(text)))]
        assert [(rule.id, spans) for rule, spans in sieve.find(text)] == want, text


def test_most_branches_are_sieved() -> None:
    """急件规则的分支几乎都筛得了，否则白筛。"""
    sieve = Sieve(load_rules("urgency.toml", targets="signal").rules)
    total = sum(map(len, sieve._branches))
    assert sum(bits.bit_count() for bits in sieve._always) < 0.05 * total


def test_a_changed_file_gets_its_own_sieve() -> None:
    """同名的另一个规则集不会拿到旧的筛子。"""
    mood = load_rules("mood.toml", targets="mood")
    assert [rule.id for rule, _ in find_rules(mood, fold("忍无可忍！"))] == [
        rule.id for rule in mood.rules if next(rule.find(fold("忍无可忍！")), None)
    ]
