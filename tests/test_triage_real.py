"""真实留言与验收集：分拣的几个数。文件不在时跳过。"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import jieba
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

import wenzheng_lab as wz

SHARED = Path(os.environ.get("WENZHENG_SHARED") or Path(__file__).resolve().parents[2] / "shared")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (SHARED / "triage").is_dir(), reason="没有验收集：请把 WENZHENG_SHARED 设成放着它们的目录"),
]


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (SHARED / "triage" / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def read() -> tuple[list[dict], list[wz.TriageSuggestion]]:
    """两人标注的一半真实留言与各封的建议。"""
    text = {row["id"]: row for row in rows("items.jsonl")}
    labels = rows("labels_dev.jsonl")
    got = [wz.triage_message({"subject": text[r["id"]]["title"], "body": text[r["id"]]["body"]}) for r in labels]
    return labels, got


@pytest.mark.parametrize(("ours", "column"), [("category", "cat"), ("appeal", "kind"), ("urgency", "urg")])
def test_agrees_as_well_as_readers_do(
    read: tuple[list[dict], list[wz.TriageSuggestion]], ours: str, column: str
) -> None:
    """与两位读者的一致性，不低于他们彼此的九成。"""
    labels, found = read
    got = [getattr(one, ours) for one in found]
    first, second = ([row[column][i] for row in labels] for i in (0, 1))
    mean = (cohen_kappa_score(got, first) + cohen_kappa_score(got, second)) / 2
    assert mean / cohen_kappa_score(first, second) >= 0.9


def test_no_agreed_danger_is_missed(read: tuple[list[dict], list[wz.TriageSuggestion]]) -> None:
    """两位读者都说特急的，一封不漏。"""
    labels, found = read
    assert all(one.urgency == "特急" for row, one in zip(labels, found, strict=True) if row["urg"].count("特急") == 2)


def test_asks_are_counted_about_right(read: tuple[list[dict], list[wz.TriageSuggestion]]) -> None:
    """列出的件数与读者数的平均差不到 0.6 件。"""
    labels, found = read
    gap = [abs(sum(row["asks"]) / 2 - len(one.asks)) for row, one in zip(labels, found, strict=True)]
    assert sum(gap) / len(gap) < 0.6


def test_constructed_urgency() -> None:
    """自拟的险情与虚惊：召回、误抬合乎要求。"""
    found = [
        (row["urg"], wz.triage_message({"subject": row["title"], "body": row["body"]}).urgency)
        for row in rows("urgent_dev.jsonl")
    ]
    hot = [got for want, got in found if want == "特急"]
    cool = [got for want, got in found if want == "一般"]
    assert hot.count("特急") / len(hot) >= 0.9 and cool.count("特急") / len(cool) <= 0.05


def test_speed_against_segmenting() -> None:
    """一封的用时不到结巴分词的九倍（同一次运行里比，不受机器忙闲影响）。"""
    frame = pd.read_excel(SHARED / "real" / "附件3.xlsx", dtype=str).fillna("").sample(200, random_state=1)
    letters = [{"subject": a, "body": b} for a, b in zip(frame["留言主题"], frame["留言详情"], strict=True)]
    wz.triage_message(letters[0])
    jieba.lcut("先装好词典")
    start = time.process_time()
    for letter in letters:
        wz.triage_message(letter)
    ours = time.process_time() - start
    start = time.process_time()
    for letter in letters:
        jieba.lcut(letter["subject"] + letter["body"])
    assert ours < 9 * (time.process_time() - start)
