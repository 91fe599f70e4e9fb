"""覆盖表：每一样都有一行；写了在哪里的，那里真有。"""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab._paths import PACKAGE, share_dir

PAGE = Path(__file__).resolve().parent.parent / "docs" / "coverage.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if re.match(r"\| [MNCE]\d", line)]

WANTED = [
    *(f"M{n:02d}" for n in range(1, 46)),
    *(f"N{n:02d}" for n in range(1, 15)),
    *(f"C{n:02d}" for n in range(1, 9)),
    *(f"E{n}" for n in range(1, 12)),
]
_UNIT = r"(?<![A-Za-z\d])(?:L\d\d|R\d)"
_QUOTED = re.compile(rf"({_UNIT})(-Q\d+)?「([^」]+)」")
_QUESTION = re.compile(rf"({_UNIT})-Q(\d+)")
_CODE = re.compile(r"`([^`]+)`")


@cache
def lesson_text(unit: str) -> str:
    """一课的课文、存好的输出与各题的字。"""
    (path,) = share_dir("notebooks").glob(f"{unit}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    pieces = ["".join(cell["source"]) for cell in cells]
    pieces += [json.dumps(cell.get("outputs", []), ensure_ascii=False) for cell in cells]
    return "\n".join(pieces) + "\n".join(questions(unit).values())


@cache
def questions(unit: str) -> dict[str, str]:
    """题号 → 那一题全部的字。"""
    data = tomllib.loads((share_dir("exercises") / unit / "exercise.toml").read_text(encoding="utf-8"))
    return {item["id"]: "\n".join(strings(item)) for item in data["question"]}


def strings(value: object) -> list[str]:
    """一层层里的字。"""
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in strings(item)]


@cache
def ids(*path: str) -> frozenset[str]:
    """一个数据文件里各条的 id。"""
    return frozenset(re.findall(r'^id = "([^"]+)"', PACKAGE.joinpath(*path).read_text(encoding="utf-8"), re.MULTILINE))


def faults(row: str) -> list[str]:
    """一行里写了而没有的。"""
    missing = [
        found.group()
        for found in _QUOTED.finditer(row)
        if found[3] not in (questions(found[1]).get(found[1] + found[2], "") if found[2] else lesson_text(found[1]))
    ]
    missing += [found.group() for found in _QUESTION.finditer(row) if found.group() not in questions(found[1])]
    for code in _CODE.findall(row):
        kind, _, name = code.partition(" ")
        if code.startswith("wz."):
            thing: object = wz
            for part in code.split(".")[1:]:
                thing = getattr(thing, part, None)
            public = code.split(".")[1] in wz.__all__
            found_it = thing is not None and public
        elif kind == "情景":
            found_it = (PACKAGE / "office" / "data" / "scenarios" / f"{name}.toml").is_file()
        elif kind == "指标":
            found_it = name in ids("trends", "data", "indicators.toml")
        elif kind == "时限":
            found_it = name in ids("rules", "data", "deadlines.toml")
        else:
            found_it = False
        if not found_it:
            missing.append(code)
    return missing


def test_every_item_has_one_row() -> None:
    """四十五样机制、十四组数、八个案例、十一处错，一样一行，次序不乱。"""
    assert [row.split(" ")[1] for row in ROWS] == WANTED


@pytest.mark.parametrize("row", ROWS, ids=WANTED if len(ROWS) == len(WANTED) else None)
def test_each_place_exists(row: str) -> None:
    """写在表里的课、题、字句、公共名、情景、指标、时限都有。"""
    assert faults(row) == []
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert all(cells), row


def test_an_unplaced_item_says_so() -> None:
    """一处也没有写到的，行里有“没有”或“不做”，也列在“还缺的”里。"""
    missing = TEXT.split("## 还缺的")[1]
    for row in ROWS:
        if not _QUESTION.search(row) and not _QUOTED.search(row) and not _CODE.search(row):
            assert "没有" in row or "不做" in row, row
            assert row.split(" ")[1] in missing, row


@pytest.mark.parametrize(
    "row",
    ["L04「从来没有这句话」", "L04-Q2「从来没有这句话」", "L04-Q9", "`wz.no_such`", "`wz.course.no_such`",
     "`情景 no-such`", "`指标 no_such`", "`时限 no.such`", "`别的`"],
)  # fmt: skip
def test_a_false_claim_is_caught(row: str) -> None:
    """写了没有的，抓得住。"""
    assert faults(row)
