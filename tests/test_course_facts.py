"""事实清单：课文里的每一处出处都列到，状态说得清；没有核实的只在年表与案例里。"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from wenzheng_lab._paths import share_dir
from wenzheng_lab.course.facts import Fact, facts_table, lesson_facts, list_facts, main
from wenzheng_lab.course.lesson import Lesson
from wenzheng_lab.rules.status import load_statuses

FACTS = list_facts()
LABELS = {status.label: status for status in load_statuses().values()}


def test_every_source_in_the_lessons_is_listed() -> None:
    """课文里写了几处“出处：”，清单里就有几条；十三课每课至少一条。"""
    written = 0
    for path in share_dir("notebooks").glob("*.ipynb"):
        written += sum(cell.source.count("〔出处：") for cell in Lesson(path).cells if cell.kind == "markdown")
    listed = [fact for fact in FACTS if not fact.where.startswith(("年表", "案例"))]
    assert len(listed) == written
    assert {f"L{number:02d}" for number in range(13)} <= {fact.where.split(" ")[0] for fact in listed}


def test_each_fact_says_what_where_and_how_sure() -> None:
    """说法、出处都不空，状态是认得的一种；没有核实的只在年表与案例里。"""
    for fact in FACTS:
        assert len(fact.said) >= 4, fact
        assert fact.source.strip(), fact
        assert fact.status in LABELS, fact
        if not LABELS[fact.status].verified:
            assert fact.where.startswith(("年表", "案例")), fact
    assert any(not LABELS[fact.status].verified for fact in FACTS)


def _lesson(tmp_path: Path, source: str) -> Lesson:
    path = tmp_path / "L00_试.ipynb"
    cell = {"cell_type": "markdown", "id": "a", "source": source, "metadata": {}}
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return Lesson(path)


@pytest.mark.parametrize(
    ("source", "said", "origin"),
    [
        ("前一句说的是别的事。后一句有出处，要列出来。", "后一句有出处，要列出来。", "甲"),
        ("五日以上十日以下。正好反了。", "五日以上十日以下。正好反了。", "甲"),
        ("- 《条例》第三条：甲。乙。", "《条例》第三条：甲。乙。", "甲"),
        ("评两家，各评各的，分开来看。", "评两家，各评各的，分开来看。", "介绍国信发〔2022〕11号"),
    ],
)
def test_the_sentence_before_the_source_is_the_fact(tmp_path: Path, source: str, said: str, origin: str) -> None:
    """列的是出处前面那一句；太短的带上一句；延伸阅读整项照录；文号里的括号不断开。"""
    assert lesson_facts(_lesson(tmp_path, f"{source}〔出处：{origin}；乙〕")) == (
        Fact("L00 第 1 格", said, origin, "乙"),
    )


def test_the_table_opens_in_excel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """写成带 BOM 的 csv，一条一行；末尾按状态数一遍。"""
    out = tmp_path / "事实.csv"
    assert main(["--csv", str(out)]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == len(FACTS) + 1
    counts = [line.rsplit("：", 1) for line in capsys.readouterr().out.splitlines()]
    assert sum(int(count.removesuffix(" 条")) for _, count in counts) == len(FACTS)


def test_the_list_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """不写文件时列在屏幕上，一条一行。"""
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert repr(FACTS[0]) == lines[0]
    assert len(lines) > len(FACTS)


def test_no_cell_becomes_a_formula() -> None:
    """以等号开头的说法，Excel 里不当公式。"""
    assert "'=1+1" in facts_table([Fact("L00 第 1 格", "=1+1", "甲", "乙")])
