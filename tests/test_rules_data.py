"""规则数据：每条规则都有理由、出处、例句，例句当场检验。"""

from __future__ import annotations

import pytest

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.rules import CRITERIA, Rule, load_rubric, load_rules
from wenzheng_lab.rules.lexicon import parse_lexicon
from wenzheng_lab.rules.load import DATA, parse_rules
from wenzheng_lab.rules.rubric import parse_rubric

FILES = {
    "acts.toml": "act",
    "facts.toml": "fact",
    "asks.toml": "ask",
    "answers.toml": "answer",
    "gates.toml": "gate",
    "completion.toml": "claim",
    "post_signs.toml": "sign",
    "post_gates.toml": "gate",
    "post_conflicts.toml": "side",
}
RULES = [
    pytest.param(rule, id=rule.id) for name, target in FILES.items() for rule in load_rules(name, targets=target).rules
]

GOOD = """
version = "1"
[act]
done = "已办"
[[rule]]
id = "done.a"
act = "done"
message = "写明了"
why = "要紧"
source = "课程组"
terms = ["修好"]
hits = ["已修好"]
misses = ["没修"]
"""


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_catches_its_hits(rule: Rule) -> None:
    """规则必须认出自己的正例。"""
    for text in rule.hits:
        assert rule.matches(text), f"漏报：{rule.id} 没有认出“{text}”"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_leaves_its_misses_alone(rule: Rule) -> None:
    """规则必须放过自己的反例。"""
    for text in rule.misses:
        assert not rule.matches(text), f"误报：{rule.id} 错认了“{text}”"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_why_and_on_whose_authority(rule: Rule) -> None:
    """理由与出处不能空，也不能是占位的字。"""
    assert len(rule.why) >= 6
    assert len(rule.source) >= 4
    assert "…" not in rule.source


def test_every_target_has_a_rule() -> None:
    """目标表里的每一项至少有一条规则，不留空目标。"""
    for name, target in FILES.items():
        rules = load_rules(name, targets=target)
        assert set(rules.labels) == {rule.target for rule in rules.rules}, name


def test_gate_caps_are_low_enough_to_matter() -> None:
    """红线封顶低于“良”的最低分，否则触了也看不出来。"""
    good = dict(load_rubric().grades)["良"]
    for rule in load_rules("gates.toml", targets="gate").rules:
        assert 0 < rule.score < good, rule.id
    for gate in load_rubric().gates.values():
        assert all(cap < good for cap in gate.caps.values()), gate.id


def test_rubric_weights_sum_to_hundred() -> None:
    """十项权重合计 100。"""
    rubric = load_rubric()
    assert tuple(rubric.criteria) == CRITERIA
    # 12+20+8+8+20+10+9+6+4+3 = 100
    assert sum(spec.weight for spec in rubric.criteria.values()) == pytest.approx(100)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("why =", "whi ="), 9, ["未知字段 'whi'", "是不是想写“why”"]),
        (('source = "课程组"\n', ""), 5, ["缺字段 'source'"]),
        (('act = "done"', 'act = "don"'), 7, ["可用：done"]),
        (('terms = ["修好"]', "terms = []"), 5, ["什么也找不到"]),
        (('terms = ["修好"]', 'patterns = ["(修"]'), 11, ["句式写错"]),
        (('terms = ["修好"]', 'patterns = ["{DATE}修"]'), 11, ["没有定义的 {DATE}"]),
        (('hits = ["已修好"]', "hits = []"), 12, ["不能为空"]),
        (('hits = ["已修好"]', 'hits = ["已修好]'), 12, ["不合 TOML 语法"]),
    ],
)
def test_broken_rule_file_names_line_and_remedy(change: tuple[str, str], line: int, words: list[str]) -> None:
    """规则文件写错时，首行给出文件名与行号，并说怎样改。"""
    text = GOOD.replace(*change)
    with pytest.raises(RuleFileError) as caught:
        parse_rules(TomlFile.parse("acts.toml", text), targets="act")
    message = str(caught.value)
    assert message.startswith(f"acts.toml:{line}:"), message
    for word in words:
        assert word in message


def test_duplicate_rule_id_is_refused() -> None:
    """两条规则不能同号。"""
    with pytest.raises(RuleFileError, match="重复"):
        parse_rules(TomlFile.parse("a.toml", GOOD + GOOD[GOOD.index("[[rule]]") :]), targets="act")


def test_rubric_with_wrong_weights_is_refused() -> None:
    """权重合计不是 100 的细则不收。"""
    text = (DATA / "reply.toml").read_text(encoding="utf-8").replace("weight = 40", "weight = 39", 1)
    with pytest.raises(RuleFileError, match="合计应为 100"):
        parse_rubric(TomlFile.parse("reply.toml", text))


def test_rule_file_saved_by_notepad_is_read() -> None:
    """带 BOM、Windows 换行的规则文件照样读，摘要不变。"""
    plain = TomlFile.parse("a.toml", GOOD)
    windows = TomlFile.parse("a.toml", GOOD.replace("\n", "\r\n"))
    assert plain.digest == windows.digest


def test_lexicon_errors_name_the_line() -> None:
    """词表里的空行与重复带行号。"""
    with pytest.raises(RuleFileError, match=r"a\.csv:3"):
        parse_lexicon("a.csv", "word\n问题\n问题\n")
    with pytest.raises(RuleFileError, match=r"a\.csv:1"):
        parse_lexicon("a.csv", "词\n问题\n")


def test_line_of_a_table_array_is_not_confused_by_a_key_of_the_same_name() -> None:
    """数组表与同名的键不混淆行号。"""
    file = TomlFile.parse("a.toml", '[[question]]\nanswer = "甲"\n[[answer]]\nid = 1\n[[answer]]\nid = 2\n')
    assert file.line(("answer", 1, "id")) == 6


def test_sources_mean_something_to_a_reader() -> None:
    """出处是给学员看的，不写项目内部的文件名。"""
    rubric = load_rubric()
    texts = [rule.source for name, target in FILES.items() for rule in load_rules(name, targets=target).rules]
    texts += [spec.source for spec in rubric.criteria.values()] + [spec.source for spec in rubric.gates.values()]
    assert [text for text in texts if "DOMAIN" in text or "来源文件" in text] == []
