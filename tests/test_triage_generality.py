"""平常人的短信：三批手写的信（A、C 供调试，B 最后才写、写完再没调过）与险情对照，各有底线。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.privacy import find_personal_data

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _read(rows: list[dict[str, str]]) -> list[wz.TriageSuggestion]:
    return [wz.triage_message({"subject": row["subject"], "body": row["body"]}) for row in rows]


@pytest.mark.parametrize(
    ("name", "category", "either", "appeal", "urgency"),
    [("a", 57, 58, 49, 52), ("c", 25, 28, 20, 22), ("b", 17, 22, 22, 26)],
)
def test_everyday_letters(name: str, category: int, either: int, appeal: int, urgency: int) -> None:
    """分类、前两名、诉求、紧急程度各对多少封；底线比量到的低一两封。"""
    rows = _rows(f"triage_fresh_{name}")
    found = _read(rows)
    pairs = list(zip(rows, found, strict=True))
    assert sum(row["category"] == one.category for row, one in pairs) >= category
    assert sum(row["category"] in (one.category, one.runner_up) for row, one in pairs) >= either
    assert sum(row["appeal"] == one.appeal for row, one in pairs) >= appeal
    assert sum(row["urgency"] == one.urgency for row, one in pairs) >= urgency


@pytest.mark.parametrize(
    ("name", "category", "either", "appeal", "urgency"),
    [
        ("1", 64, 69, 55, 64),
        ("2", 48, 58, 46, 66),
        ("3", 34, 35, 30, 34),
        ("4", 24, 24, 20, 23),
        ("5", 16, 20, 21, 25),
    ],
)
def test_blind_letters(name: str, category: int, either: int, appeal: int, urgency: int) -> None:
    """看结果以前写好、标好的短信；第 1–4 批看过结果以后改过词表与规则，第 5 批话说得绕，至今没有照着它改过。"""
    rows = _rows(f"triage_blind_{name}")
    pairs = list(zip(rows, _read(rows), strict=True))
    assert sum(row["category"] == one.category for row, one in pairs) >= category
    assert sum(row["category"] in (one.category, one.runner_up) for row, one in pairs) >= either
    assert sum(row["appeal"] == one.appeal for row, one in pairs) >= appeal
    assert sum(row["urgency"] == one.urgency for row, one in pairs) >= urgency
    sure = [row["category"] == one.category for row, one in pairs if "分类" not in one.unsure]
    doubt = [row["category"] == one.category for row, one in pairs if "分类" in one.unsure]
    assert sum(sure) / len(sure) > sum(doubt) / len(doubt)


def test_alternatives_are_shown_when_two_fit() -> None:
    """两可的信列出“也可能”，卡片上看得见；很清楚的信不列。"""
    one = wz.triage_message({"subject": "桥头", "body": "桥头那一片晚上太乱了，想请人管一管。"})
    assert one.alternatives and one.alternatives[0].category == one.runner_up
    assert "也可能是" in one._repr_html_() and one.to_dict()["alternatives"]
    clear = wz.triage_message({"subject": "公交车太少", "body": "10路公交车半小时一班，公交站等不到车。"})
    assert not clear.alternatives


@pytest.mark.parametrize(("half", "missed", "raised"), [("dev", 0, 2), ("final", 1, 4)])
def test_danger_in_pairs(half: str, missed: int, raised: int) -> None:
    """一险一平的对照：没有报警字眼的险情认得出，满嘴报警字眼的平常话不抬。"""
    rows = [row for row in _rows("urgency_pairs") if row["half"] == half]
    assert len(rows) == 40
    levels = [one.urgency for one in _read(rows)]
    hot = [got for row, got in zip(rows, levels, strict=True) if row["urgency"] == "特急"]
    calm = [got for row, got in zip(rows, levels, strict=True) if row["urgency"] == "一般"]
    assert sum(got != "特急" for got in hot) <= missed
    assert calm.count("特急") <= raised


@pytest.mark.parametrize(("half", "bar"), [("dev", 0.92), ("final", 0.9), ("third", 0.72)])
def test_names_in_passing(half: str, bar: float) -> None:
    """罕见姓、复姓、顺口带出的姓名找得到；“高新区”“车能过”“万元计”一处也不遮。"""
    hit = total = 0
    for line in (DATA / "privacy_names.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["half"] != half:
            continue
        found = [(one.start, one.end) for one in find_personal_data(row["text"], kind="message") if one.type == "name"]
        want = [(span["start"], span["end"]) for span in row["spans"]]
        total += len(want)
        hit += sum(span in found for span in want)
        if not want and "蒯主任" not in row["text"]:
            assert not found, row["text"]
    assert hit / total >= bar


def test_two_clocks_on_the_card() -> None:
    """特急的卡片分清处置与答复：五个工作日是答复的，不是救人的。"""
    card = wz.triage_message({"subject": "楼道有煤气味", "body": "越来越浓，老人还在做饭，快来人。"})._repr_html_()
    assert "处置：现在就办" in card and "书面答复：" in card
    calm = wz.triage_message({"subject": "公交", "body": "建议10路公交增开早班车。"})._repr_html_()
    assert "处置：现在就办" not in calm
