"""个人信息：聊天口气、少见的姓、各种写法的八十来行，看规则结果之前写下。"""

from __future__ import annotations

import collections
import json
from pathlib import Path

import pytest

from wenzheng_lab.privacy import redact

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "privacy_chat.jsonl").read_text(encoding="utf-8").splitlines()
]
_SOFT = ("name", "home_address")


@pytest.fixture(scope="module")
def recall() -> tuple[float, float]:
    """（号码的召回，姓名住址的召回）；一处遮住六成算找到。"""
    hit: collections.Counter[bool] = collections.Counter()
    total: collections.Counter[bool] = collections.Counter()
    for line in LINES:
        covered = {i for span in redact(line["text"]).spans for i in range(span.start, span.end)}
        for span in line["spans"]:
            need = range(span["start"], span["end"])
            soft = span["type"] in _SOFT
            total[soft] += 1
            hit[soft] += sum(i in covered for i in need) / len(need) >= 0.6
    return hit[False] / total[False], hit[True] / total[True]


def test_numbers_are_found(recall: tuple[float, float]) -> None:
    """号码账号找得到；只有故意拆成两截、中间夹话的一处漏掉。"""
    assert recall[0] >= 0.96


def test_names_are_found(recall: tuple[float, float]) -> None:
    """有提示语的姓名找得到；只有姓、只有称呼的按约定不遮。"""
    assert recall[1] >= 0.85


@pytest.mark.parametrize("line", [line["text"] for line in LINES if not line["spans"]])
def test_harmless_lines_are_left_alone(line: str) -> None:
    """单位电话、文号、金额、信用代码、地块编号不遮。"""
    assert not redact(line).spans, f"误报：{line}"
