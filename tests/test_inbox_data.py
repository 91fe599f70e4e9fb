"""写信用的数据：县、事项、口吻、情景；写错时指出文件与行号。"""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.inbox import values
from wenzheng_lab.inbox.check import main as check
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.grammar import GrammarError, Words, compile_fragment
from wenzheng_lab.inbox.issues import FOLDER, load_issues, read_issues
from wenzheng_lab.inbox.sample import sample_orders
from wenzheng_lab.inbox.scenario import read_scenario
from wenzheng_lab.inbox.slots import Formula
from wenzheng_lab.inbox.voices import load_voices

SAMPLE = FOLDER / "transport.toml"
SCENARIOS = FOLDER.parent / "scenarios"


def test_the_county_adds_up() -> None:
    """32 个部门、15 个乡镇街道、106 个村社区，合为 153 个账号。"""
    county = load_county()
    villages = [village for town in county.towns for village in town.places["villages"]]
    assert (len(county.departments), len(county.towns), len(villages)) == (32, 15, 106)
    assert len(set(county.accounts)) == 153
    assert len(county.taxonomy) == 15
    assert sum(sub != "其他" for subs in county.taxonomy.values() for sub in subs) == 103


def test_firms_stay_where_they_are() -> None:
    """同一处同一行业总是同几家企业。"""
    county = load_county()
    assert county.firms("渔梁镇", "驾校") == county.firms("渔梁镇", "驾校")
    assert len(county.firms("渔梁镇", "工厂")) == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("{gap_now}是[常事", "{gapnow}是[常事", None, ("{gapnow}", "gap_now")),
        ('lead = "交通运输局"', 'lead = "交通局"', None, ("交通局", "交通运输局")),
        ('subcategory = "建设管理"', 'subcategory = "建设"', None, ("建设", "建设管理")),
        ("[取消|撤]了", "[取消|撤了", None, ("没有配对的“]”",)),
        ("weight = 4\n", "weigth = 4\n", None, ("weigth", "weight")),
        ("p = 0.5\n", "p = 5\n", None, ("0.01–1", "5")),
        ('check = ["walk > 8"', 'check = ["wlak > 8"', None, ("wlak", "walk")),
        ('{ int = [1, 28], unit = "路" }', "{ integer = [1, 28] }", None, ("integer", "int")),
        ("{ ago = [12, 150] }", "{ ago = [150, 12] }", None, ("[最小, 最大]",)),
        ("{since}突然", "{since.later}突然", None, ("later", "ago、month")),
        ('"@怒 拍脑袋', '"@恼 拍脑袋', None, ("不认识的标记", "怒")),
    ],
)
def test_issue_file_errors_name_the_line(
    tmp_path: Path, old: str, new: str, line: int | None, words: tuple[str, ...]
) -> None:
    """事项文件写错：首行是文件名、行号、错在哪里、可以怎样写。"""
    text = SAMPLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "错.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        read_issues(path)
    found = re.match(r"错\.toml:(\d+): ", str(caught.value))
    assert found, str(caught.value)
    if line is None:
        line = path.read_text(encoding="utf-8").split(new)[0].count("\n") + 1
        assert abs(int(found.group(1)) - line) <= 3, str(caught.value)
    else:
        assert int(found.group(1)) == line, str(caught.value)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('start = "2026-06-08"', 'start = "六月八日"', ("county-week.toml:4", "2026-06-01")),
        ('end = "2026-06-14"', 'end = "2026-06-01"', ("早于",)),
        ('town = "东渡街道"', 'town = "东渡镇"', ("东渡镇", "东渡街道")),
        ('"qh-canteen" = 1', '"qh-cantin" = 1', ("qh-cantin", "qh-canteen")),
        ("spam = 0.015", "spma = 0.015", ("spma", "spam")),
        ('[channels."手机APP"]', '[channels."微博"]', ("微博", "手机APP")),
        ("share = 0.16", "share = 1.6", ("1.6",)),
        ('start = "2026-06-09 07:00"', 'start = "2026-07-09 07:00"', ("不在情景的",)),
    ],
)
def test_scenario_file_errors_name_the_line(tmp_path: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    """教员写的情景有错：指出第几行、可以怎样写。"""
    text = (SCENARIOS / "county-week.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "county-week.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        read_scenario(path)
    assert re.match(r"county-week\.toml:\d+: ", str(caught.value)), str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_check_command_counts_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """查错命令：有错返回 1 并逐个列出，没有错返回 0。"""
    bad = tmp_path / "坏.toml"
    bad.write_text('category = "没有的分类"\n[[issue]]\nid = "x"\n', encoding="utf-8")
    assert check([str(bad), "--samples", "0"]) == 1
    assert "坏.toml:1" in capsys.readouterr().out
    assert check([str(SAMPLE), "--samples", "2"]) == 0
    assert "重复率" in capsys.readouterr().out


def test_slots_keep_their_relations() -> None:
    """事实之间的关系在每封信里都成立，地点都在同一个乡镇。"""
    county = load_county()
    towns = {town.name: town for town in county.towns}
    for issue in load_issues():
        for order in sample_orders(issue, 12, seed=5):
            facts = order.facts
            for formula in issue.check:
                assert formula.value(facts.raw), (issue.id, formula.source, facts.raw)
            town = towns[facts.places["town"]]
            assert facts.places["area"] in town.places["villages"]
            assert facts.places["road"] in town.places["roads"]
            assert facts.places["estate"] in town.places["estates"]
            assert facts.places["river"] == town.river
            assert town.name in county.rivers[town.river]
            if issue.where == "street":
                assert town.kind == "street"
            if issue.where == "village":
                assert facts.places["area"].endswith("村")
            assert 14 <= order.person.age <= 95
            for slot in issue.slots:
                if slot.kind in ("int", "money", "float", "ago", "ahead", "clock"):
                    assert slot.low <= facts.raw[slot.name] <= slot.high


def test_numbers_and_dates_read_back() -> None:
    """同一个数、同一天，各种写法说的都是它。"""
    from wenzheng_lab.inbox._streams import Stream

    draw = Stream("读回").draw
    today = date(2026, 3, 10)
    for days in range(1, 900, 7):
        day = date.fromordinal(today.toordinal() - days)
        for form in ("", "month", "day", "year", "full"):
            text = values.past(day, today, draw, form)
            year = re.search(r"(\d{4})年", text)
            month = re.search(r"(\d{1,2})月", text)
            assert not year or int(year.group(1)) == day.year
            assert not month or int(month.group(1)) == day.month
            assert ("去年" in text) <= (day.year == today.year - 1)
            assert ("今年" in text) <= (day.year == today.year)
    for amount in (300, 3200, 12_000, 20_000, 48_500, 105_000):
        text = values.money(amount, draw, 0.0)
        found = re.match(r"([\d.]+)(万?)", text)
        assert found
        assert float(found.group(1)) * (10_000 if found.group(2) else 1) == amount
    assert values.han(20_800) == "二万零八百"


@pytest.mark.parametrize("source", ["[甲|乙", "甲]乙", "{since", "a}b", "@乱 甲", "[甲|[乙|丙]", "{}", ""])
def test_bad_fragments_are_refused(source: str) -> None:
    """片段写错当场指出，不等到成文。"""
    with pytest.raises(GrammarError):
        compile_fragment(source, Words([]))


def test_quoted_speech_keeps_its_words() -> None:
    """引号里是别人的话，里面的“我”不换。"""
    fragment = compile_fragment("我去问，他说“我不管”", Words([]))
    assert fragment.items[0] == (1, "我")
    assert "我不管" in fragment.items


@pytest.mark.parametrize("source", ["__import__('os')", "a.b", "f(1)", "[1]", "'x'", "a if b else c"])
def test_formulas_only_calculate(source: str) -> None:
    """算式里只有数与事项名，不能调用别的。"""
    with pytest.raises(GrammarError):
        Formula(source)


def test_voices_are_many_and_different() -> None:
    """至少十四种口吻，先后次序各不相同。"""
    voices = load_voices()
    assert len(voices) >= 14
    assert len({voice.plans for voice in voices}) == len(voices)


def test_the_room_reads_no_rules() -> None:
    """本室不读评分、分办、脱敏的规则与词表：程序不引用，数据文件不共用。"""
    room = FOLDER.parent.parent
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not re.match(
                    r"wenzheng_lab\.(rules|privacy|reply|triage|corpus|trends|office|course|desk|cli)", name
                )
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "rules/" not in node.value or path.name == "check.py"


def test_nothing_real_is_named() -> None:
    """手机号取自没有分配的号段，网址与邮箱只用示例域名。"""
    for path in FOLDER.parent.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"1[3-9]\d{9}", text), path.name
        assert not re.search(r"https?://", text), path.name
        assert not re.search(r"\d{17}[\dXx]", text), path.name
