"""发布的数据集：字节与说明里的 sha256 相同，来信数与列数对得上，能照种子重做。"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from wenzheng_lab._paths import share_dir
from wenzheng_lab.inbox.publish import LEVELS, publish
from wenzheng_lab.inbox.replies import make_reply
from wenzheng_lab.inbox.simulate import data_digest, iterate_inbox

FOLDERS = [share_dir("datasets") / name for name in ("county-week", "county-quarter", "calibration")]


def rows(folder: Path) -> list[dict[str, str]]:
    for name in ("messages.csv", "messages.csv.gz", "calibration.csv"):
        path = folder / name
        if path.exists():
            data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
            return list(csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True)))
    raise AssertionError(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_published_bytes_hold(folder: Path) -> None:
    """数据文件与说明里的 sha256 相同，Croissant 里写的也相同。"""
    sheet = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
    for name, code in sheet["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == code, name
    croissant = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert {item["name"]: item["sha256"] for item in croissant["distribution"]} == sheet["sha256"]
    assert len(rows(folder)) == sheet["rows"]
    # 说明与 Croissant 列出表里的每一列
    columns = list(rows(folder)[0])
    assert list(sheet["columns"]) == columns
    assert [field["name"] for field in croissant["recordSet"][0]["field"]] == columns
    assert sheet["licence"] == "CC0-1.0"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_can_be_made_again(folder: Path, tmp_path: Path) -> None:
    """照说明里的种子重做，一个字节不差；写信的数据改过之后须重新发布。"""
    sheet = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
    if f"data:{data_digest()}" not in sheet["signature"]:
        pytest.skip("写信用的数据改过了，请运行 python -m wenzheng_lab.inbox.publish 重新发布")
    if folder.name == "county-quarter":
        pytest.skip("六千封要几秒，由发布命令自己核对")
    publish(folder.name, tmp_path)
    for name, code in sheet["sha256"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == code, name


def test_quarter_has_something_to_say() -> None:
    """一个季度的数据：有答复、有未答复，答复晚于来信，评价有高有低，有未评的。"""
    table = rows(FOLDERS[1])
    answered = [row for row in table if row["reply"]]
    assert 0.7 < len(answered) / len(table) < 0.95
    for row in answered:
        assert datetime.fromisoformat(row["replied_at"]) > datetime.fromisoformat(row["created_at"])
    assert {row["rating_solved"] for row in answered} == {"0", "1", "2", "3", "4", "5"}


def test_calibration_holds_thirty_replies() -> None:
    """校准集：五封来信各六份答复，质量档齐全，各有理由。"""
    table = rows(FOLDERS[2])
    assert len(table) == 30
    assert len({row["message_id"] for row in table}) == 5
    assert {row["level"] for row in table} == set(LEVELS)
    assert all(json.loads(row["reasons"]) for row in table)


def test_better_levels_say_more() -> None:
    """质量档越高，缺的要素越少。"""
    message, truth = next(row for row in iterate_inbox(40, seed=1) if len(row[1]["asks"]) > 1)  # type: ignore[arg-type]
    lacks = [
        sum(reason.startswith("缺：写明") for reason in make_reply(message, truth, level=level, key="k").reasons)
        for level in LEVELS
    ]
    assert lacks == sorted(lacks, reverse=True)
    assert lacks[-1] == 0
