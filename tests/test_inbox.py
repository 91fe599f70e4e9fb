"""模拟收件箱：同种子同字节，真值不外泄，各流互不牵动，错误说得清。"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.inbox._streams import Stream, cumulate
from wenzheng_lab.inbox.issue import LEVELS
from wenzheng_lab.inbox.issues import load_issues
from wenzheng_lab.inbox.scenario import load_scenario
from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS, TRUTH_COLUMNS, Simulator

GOLDEN_DRAWS = [673, 52, 455, 468, 250, 48]
GOLDEN_SHORT = [710, 984, 139, 644, 99, 150]
GOLDEN_SHUFFLE = "cfdbae"


@pytest.fixture(scope="module")
def box() -> wz.Inbox:
    return wz.simulate_inbox(n=600, seed=2026)


def digest(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def test_same_seed_same_bytes(box: wz.Inbox) -> None:
    """同样的封数、种子、情景，两次造出来一个字节不差。"""
    again = wz.simulate_inbox(n=600, seed=2026)
    assert digest(again.messages) == digest(box.messages)
    assert digest(again.truth) == digest(box.truth)


def test_hash_seed_does_not_matter() -> None:
    """换一个进程、换一个散列种子，来信不变。"""
    code = (
        "import wenzheng_lab as wz, hashlib;"
        "b = wz.simulate_inbox(n=60, seed=5);"
        "print(hashlib.sha256((b.messages.to_csv() + b.truth.to_csv()).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_streams_are_stable_across_versions() -> None:
    """随机流只靠 random()，各版本的 Python 给出同样的数。"""
    stream = Stream("7:12:facts")
    drawn = [stream.below(1000) for _ in range(6)]
    assert drawn == GOLDEN_DRAWS
    assert Stream("7:12:facts").shuffle("abcdef") == list(GOLDEN_SHUFFLE)


def test_short_streams_are_stable_and_apart() -> None:
    """写一封信用的短流也只靠 random()；同一封信的各条流互不相同，数都均匀。"""
    stream = Stream("7:12", "facts")
    assert [stream.below(1000) for _ in range(6)] == GOLDEN_SHORT
    firsts = [Stream(f"7:{n}", part).draw() for n in range(3000) for part in ("facts", "words")]
    assert abs(sum(firsts) / len(firsts) - 0.5) < 0.02
    pairs = [(Stream(f"7:{n}", "facts").draw(), Stream(f"7:{n}", "words").draw()) for n in range(3000)]
    covariance = sum((a - 0.5) * (b - 0.5) for a, b in pairs) / len(pairs)
    assert abs(covariance) < 0.008  # 独立时的标准差是 1/12/√3000 ≈ 0.0015


def test_different_seed_or_scenario_differs(box: wz.Inbox) -> None:
    """换种子、换情景，来信就不同。"""
    assert digest(wz.simulate_inbox(n=600, seed=2027).messages) != digest(box.messages)
    week = wz.simulate_inbox(n=100, seed=2026, scenario="county-week")
    assert week.scenario == "county-week"
    assert set(week.truth["event"]) - {""}


def test_truth_stays_out_of_messages(box: wz.Inbox) -> None:
    """来信表只有规范列，没有一列真值。"""
    assert tuple(box.messages.columns) == MESSAGE_COLUMNS
    assert tuple(box.truth.columns) == TRUTH_COLUMNS
    assert not set(MESSAGE_COLUMNS) & set(TRUTH_COLUMNS)
    assert box.messages.index.equals(box.truth.index)


def test_each_letter_stands_alone() -> None:
    """造第 300 封不必先造前面的，先后不影响结果。"""
    scenario = load_scenario("county")
    forwards, backwards = Simulator(400, 3, scenario), Simulator(400, 3, scenario)
    wanted = [17, 300, 399]
    first = [forwards.row(n) for n in range(400)]
    second = {n: backwards.row(n) for n in reversed(wanted)}
    assert [second[n] for n in wanted] == [first[n] for n in wanted]


def test_wording_does_not_move_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """去掉错别字与断句习惯，事项、诉求、真值都不变。"""
    before = wz.simulate_inbox(n=80, seed=9)
    monkeypatch.setattr("wenzheng_lab.inbox.writer.finish", lambda text, voice, stream: text)
    after = wz.simulate_inbox(n=80, seed=9)
    same = [column for column in TRUTH_COLUMNS if column != "personal_data"]
    assert digest(after.truth[same]) == digest(before.truth[same])
    assert digest(after.messages) != digest(before.messages)


def test_times_are_in_order_and_inside(box: wz.Inbox) -> None:
    """来信时间一封不早于前一封，都在情景之内。"""
    scenario = load_scenario("county")
    assert box.messages["created_at"].is_monotonic_increasing
    days = box.messages["created_at"].dt.date
    assert days.min() >= scenario.start
    assert days.max() <= scenario.end


def test_every_kind_of_letter_comes() -> None:
    """平常来信之外，重复、邻居、联名照抄、广告、成对的都有；六个渠道都有。"""
    box = wz.simulate_inbox(n=1500, seed=4)
    assert set(box.truth["kind"]) >= {"ordinary", "same_person", "neighbour", "petition", "spam", "twin"}
    assert box.messages["channel"].nunique() == 6
    assert box.truth["voice"].nunique() >= 14


def test_duplicates_point_backwards_to_the_same_matter() -> None:
    """重复件指向先到的信，事项相同，地点相同。"""
    box = wz.simulate_inbox(n=1500, seed=4)
    position = {number: n for n, number in enumerate(box.messages["message_id"])}
    rows = box.truth.index[box.truth["duplicate_of"] != ""]
    assert len(rows) > 30
    for n in rows:
        root = position[box.truth["duplicate_of"][n]]
        assert root < n
        assert box.truth["issue"][root] == box.truth["issue"][n]
        assert box.truth["duplicate_of"][root] == ""


def test_twins_share_the_case_not_the_tone() -> None:
    """冷静与愤怒的一对：同一事项、同样的诉求与紧急程度，语气不同。"""
    box = wz.simulate_inbox(n=2000, seed=6)
    by_id = box.truth.set_index(box.messages["message_id"])
    pairs = [(a, b) for a, b in by_id["twin"].items() if b and a < b]
    assert len(pairs) >= 10
    for a, b in pairs:
        assert by_id["twin"][b] == a
        for column in ("issue", "asks", "urgency", "department", "appeal"):
            assert by_id[column][a] == by_id[column][b], (a, b, column)
        assert by_id["voice"][a] != by_id["voice"][b]
        assert by_id["emotion"][a] != by_id["emotion"][b]


def test_personal_data_spans_hold_the_text() -> None:
    """个人信息的位置落在正文里，号码的样子对，身份证的校验位对。"""
    box = wz.simulate_inbox(n=1500, seed=8)
    kinds = set()
    for body, spans in zip(box.messages["body"], box.truth["personal_data"], strict=True):
        assert not any("\ue000" <= char <= "\uf8ff" for char in body)
        for span in spans:
            text = body[span["start"] : span["end"]]
            kinds.add(span["type"])
            assert text and text == text.strip()
            if span["type"] == "idcard":
                weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
                total = sum(int(d) * w for d, w in zip(text[:17], weights, strict=True))
                assert text[17] == "10X98765432"[total % 11]
            if span["type"] == "phone" and text.isascii():
                assert len([char for char in text if char.isdigit()]) == 11
    assert {"name", "phone", "idcard", "address"} <= kinds


def test_truth_uses_known_words(box: wz.Inbox) -> None:
    """分类、紧急程度、单位都在名册里；每封至少一项诉求。"""
    from wenzheng_lab.inbox.county import load_county

    county = load_county()
    units = {*county.units, *(town.government for town in county.towns)}
    real = box.truth[box.truth["kind"] != "spam"]
    for row in real.itertuples():
        assert row.subcategory in county.taxonomy[row.category]
        assert row.urgency in LEVELS
        assert row.department in units
        assert set(row.partners) <= units
        assert row.asks
        assert row.urgency == "一般" or row.urgency_reason


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"n": 0, "seed": 1}, InputError, ("0", "不小于 1", "n=200")),
        ({"n": -5, "seed": 1}, InputError, ("-5", "不小于 1")),
        ({"n": 2.5, "seed": 1}, InputTypeError, ("2.5", "整数")),
        ({"n": "10", "seed": 1}, InputTypeError, ("'10'", "整数")),
        ({"n": True, "seed": 1}, InputTypeError, ("bool", "整数")),
        ({"n": 5, "seed": "七"}, InputTypeError, ("七", "seed=7")),
        ({"n": 5, "seed": None}, InputTypeError, ("None", "整数")),
        ({"n": 5, "seed": 1, "scenario": "conty"}, InputError, ("conty", "county-week", "是不是想写“county”")),
        ({"n": 5, "seed": 1, "scenario": 7}, InputTypeError, ("7", "可用")),
        ({"n": 5, "seed": 1, "scenario": "没有.toml"}, InputError, ("没有.toml", "county")),
    ],
)
def test_bad_arguments_are_explained(
    arguments: dict[str, object], error: type[Exception], words: tuple[str, ...]
) -> None:
    """错误分三段：来了什么、应当是什么、怎么办。"""
    with pytest.raises(error) as caught:
        wz.simulate_inbox(**arguments)  # type: ignore[arg-type]
    for word in words:
        assert word in str(caught.value)


def test_whole_numbers_of_other_libraries_are_accepted() -> None:
    """numpy 的整数也是整数。"""
    import numpy as np

    assert len(wz.simulate_inbox(n=np.int64(3), seed=np.int32(1)).messages) == 3  # type: ignore[arg-type]


def test_every_issue_can_be_written() -> None:
    """每种事项在每类诉求、每个时节都写得出信。"""
    from wenzheng_lab.inbox.sample import sample_letters

    for issue in load_issues():
        for letter in sample_letters(issue, 4, seed=3):
            assert letter.subject.strip()
            assert len(letter.body) >= 8
            # 方括号只可能是表情，如 [流泪]
            assert not re.search(r"[{}|<>]|\[(?!流泪|抱拳|捂脸|生气)", letter.subject + letter.body)


def test_signature_names_what_made_it(box: wz.Inbox) -> None:
    """签名写明情景、种子、数据摘要、包版本。"""
    assert list(box.signature.to_dict()) == ["inbox", "seed", "scenario", "data", "lab"]


def test_cumulate_and_weigh() -> None:
    """按权重抽：权重为零的从不出现。"""
    stream = Stream("x")
    assert {stream.weigh("abc", cumulate([1, 0, 3])) for _ in range(200)} == {"a", "c"}
