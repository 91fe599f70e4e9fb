"""分数表与各种量：方向固定，客气话、重复、闲话抬不高分。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.reply.amounts import EMPTY_ACTS, KEY_ACTS, SOLID_ACTS
from wenzheng_lab.reply.points import load_points, parse_points
from wenzheng_lab.reply.weighing import FILE, load_weighing, parse_weighing
from wenzheng_lab.rules.load import rule_path
from wenzheng_lab.text import sentences

HEAD = "criterion,quantity,from,to,gain\n"
COURTESIES = ("感谢您对我们工作的理解与支持！祝您生活愉快！", "尊敬的网友：您好！", "再次感谢您的来信，欢迎继续监督。")
ROWS = [
    (row["title"], row["body"], reply["text"])
    for line in (Path(__file__).parent / "data" / "ladders_more.jsonl").read_text(encoding="utf-8").splitlines()
    for row in [json.loads(line)]
    for reply in row["replies"][:3]
][::6]


def total(reply: str, title: str, body: str) -> float:
    score = wz.score_reply(reply, to={"subject": title, "body": body})
    assert score.total is not None
    return score.total


def test_directions_are_fixed() -> None:
    """实在的量只加分，空话的量只减分。"""
    table = load_points()
    good = {*SOLID_ACTS, *(f"{act}.best" for act in KEY_ACTS), "solid.share", "solid.size", "worth"}
    bad = {*(f"{act}.best" for act in EMPTY_ACTS), *(f"{act}.size" for act in EMPTY_ACTS), "copied.size"}
    for segments in table.segments.values():
        for segment in segments:
            assert segment.quantity not in good or segment.gain > 0, segment
            assert segment.quantity not in bad or segment.gain < 0, segment


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:8])
def test_courtesy_and_repetition_do_not_raise(row: tuple[str, str, str]) -> None:
    """添客气话、重说一句，总分不升高（容许一位小数的取整）。"""
    title, body, reply = row
    before = total(reply, title, body)
    parts = [span.of(reply) for span in sentences(reply)]
    for more in (*COURTESIES, parts[len(parts) // 2]):
        assert total(reply + more, title, body) <= before + 0.2, more


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a,b\n", "t:1:"),
        (HEAD + "tone,warm,0,1\n", "t:2:"),
        (HEAD + "tone,warm,x,1,1\n", "t:2:"),
        (HEAD + "tone,warm,2,1,1\n", "t:2:"),
        (HEAD + "tone,warm,0,1,1\n", "tone"),
    ],
    ids=["表头", "缺列", "不是数", "起止颠倒", "没有起点"],
)
def test_bad_tables_are_refused_with_the_line(text: str, where: str) -> None:
    """写错的分数表，指出文件与行。"""
    with pytest.raises(RuleFileError, match=where):
        parse_points("t", text)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("core = 0.3 ", "core = 3 ", "core"),
        ("doubt = 0.12", "doubt = '多'", "doubt"),
        ("copied_span = 0.4", "copied_span = 0", "copied_span"),
        ("faint = 0.1 ", "", "faint"),
        ("[match]", "[match]\nextra = 1", "extra"),
    ],
)
def test_bad_weighing_is_refused(old: str, new: str, where: str) -> None:
    """掂量用的数：缺的、多的、不是数的、出格的，都不收，并说是哪一个。"""
    text = rule_path(FILE).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(RuleFileError, match=where):
        parse_weighing(TomlFile.parse("t", text.replace(old, new, 1)))


def test_weighing_is_in_the_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """掂量的数变了，签名就变。"""
    from dataclasses import replace

    from wenzheng_lab.reply import score

    rubric = score.load_rubric()
    before = score.signature(rubric)
    other = replace(load_weighing(), digest="00000000")
    monkeypatch.setattr(score, "load_weighing", lambda: other)
    assert score.signature(rubric) != before


def test_the_quoted_sentence_is_the_one_about_the_ask() -> None:
    """每一问旁边配的是说这一问的那一句，不是末尾的“不满意可以再留言”。"""
    unit = wz.course.open("L00")
    answers = wz.score_reply(unit.reply("实在"), to=unit.letter("路灯")).answers
    assert [answer.status for answer in answers] == ["已答", "给了打算", "给了打算"]
    for answer, said in zip(answers, ["归我局路灯管护所修", "3月12日前修好", "各装一盏临时灯"], strict=True):
        assert said in answer.quote
