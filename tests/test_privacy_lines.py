"""个人信息：自编的 280 行，分种类看召回；另有验收行与真实留言。"""

from __future__ import annotations

import collections
import json
import os
from pathlib import Path

import pytest

from wenzheng_lab.privacy import find_personal_data, redact

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "privacy_lines.jsonl").read_text(encoding="utf-8").splitlines()
]
_NUMBERS_BAR, _HARMLESS_BAR = 0.99, 0.98
_SOFT_BAR = 0.93  # 行里故意留着几个认不出的姓名（姓都、姓年、复句里没有提示语的）
_SOFT = ("name", "home_address")


def _recall() -> dict[str, tuple[int, int]]:
    hit: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    for line in LINES:
        found = {(item.start, item.end, item.type) for item in find_personal_data(line["text"])}
        for span in line["spans"]:
            total[span["type"]] += 1
            hit[span["type"]] += (span["start"], span["end"], span["type"]) in found
    return {kind: (hit[kind], total[kind]) for kind in total}


RECALL = _recall()


@pytest.mark.parametrize("kind", sorted(RECALL))
def test_recall_of_each_kind(kind: str) -> None:
    """每一种都找得到，头尾不差。"""
    hit, total = RECALL[kind]
    bar = _SOFT_BAR if kind in _SOFT else _NUMBERS_BAR
    assert hit / total >= bar, f"漏报：{kind} {hit}/{total}"


def test_fixture_is_large_enough() -> None:
    """自编的行有各种个人信息，也有一批无害的行。"""
    assert len(LINES) >= 250
    assert sum(not line["spans"] for line in LINES) >= 80
    assert all(line["text"][s["start"] : s["end"]] == s["value"] for line in LINES for s in line["spans"])


def test_harmless_lines_are_left_alone() -> None:
    """无害的行一处也不遮。"""
    harmless = [line["text"] for line in LINES if not line["spans"]]
    wrong = [text for text in harmless if find_personal_data(text)]
    assert 1 - len(wrong) / len(harmless) >= _HARMLESS_BAR, f"误报：{wrong}"


def test_nothing_beyond_the_marked_spans() -> None:
    """有个人信息的行里，没标的地方不遮。"""
    extra = []
    for line in LINES:
        wanted = {index for span in line["spans"] for index in range(span["start"], span["end"])}
        for item in find_personal_data(line["text"]):
            if line["spans"] and not set(range(item.start, item.end)) & wanted:
                extra.append(item.of(line["text"]))
    assert len(extra) <= 2, f"误报：{extra}"


def test_masking_twice_changes_nothing() -> None:
    """遮过的文字再遮一遍，不变。"""
    for line in LINES:
        for style in ("default", "full"):
            once = redact(line["text"], style=style).text
            assert redact(once, style=style).text == once


REAL = Path(os.environ.get("WENZHENG_REAL") or Path(__file__).resolve().parents[2] / "shared" / "real")


@pytest.mark.real
@pytest.mark.skipif(
    not (REAL / "附件4.xlsx").is_file(), reason="没有真实留言（WENZHENG_REAL 未指向附件4.xlsx 所在目录）"
)
def test_office_phones_in_real_replies_are_left() -> None:
    """真实答复里的办公电话几乎都不遮。"""
    import pandas as pd

    replies = pd.read_excel(REAL / "附件4.xlsx")["答复意见"].astype(str)
    kept = masked = 0
    for reply in replies:
        result = redact(reply, kind="reply")
        kept += sum(item.rule_id == "keep.office_phone" for item in result.kept)
        masked += sum(item.type == "landline_home" for item in result.spans)
    assert kept > 100
    assert masked <= 2
