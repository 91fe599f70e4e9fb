"""30 封做完以后才写的来信，与平时看的都不像：各项对多少。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import wenzheng_lab as wz

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "triage_fresh.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def found() -> list[wz.TriageSuggestion]:
    """各封的建议。"""
    return [wz.triage_message({"subject": case["subject"], "body": case["body"]}) for case in CASES]


def test_no_danger_is_missed(found: list[wz.TriageSuggestion]) -> None:
    """七封险情一封不漏，一般的最多抬高一封。"""
    pairs = [(case["urgency"], one.urgency) for case, one in zip(CASES, found, strict=True)]
    assert all(got == "特急" for want, got in pairs if want == "特急")
    assert sum(got == "特急" for want, got in pairs if want == "一般") <= 1
    assert sum(want == got for want, got in pairs) >= 26


def test_appeal_and_asks(found: list[wz.TriageSuggestion]) -> None:
    """诉求对七成以上，件数平均差不到半件。"""
    right = sum(case["appeal"] == one.appeal for case, one in zip(CASES, found, strict=True))
    assert right >= 22
    gap = sum(abs(case["asks"] - len(one.asks)) for case, one in zip(CASES, found, strict=True))
    assert gap / len(CASES) < 0.5


def test_category_or_its_runner_up(found: list[wz.TriageSuggestion]) -> None:
    """手写的短信最难：第一名对六成，前两名对八成。"""
    first = sum(case["category"] == one.category for case, one in zip(CASES, found, strict=True))
    either = sum(case["category"] in (one.category, one.runner_up) for case, one in zip(CASES, found, strict=True))
    assert first >= 18 and either >= 24
