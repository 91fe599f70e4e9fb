"""``wenzheng analyse``：任何导出一条命令出指标；成品可接着用。"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import wenzheng_lab as wz
from tests.indicators_helper import made_table
from wenzheng_lab.cli import main
from wenzheng_lab.corpus import labels, write_table


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """一份中文表头的 xlsx 导出。"""
    frame = made_table(120).drop(columns=["quality"])
    frame.insert(1, "subject", "题")
    path = tmp_path / "导出.xlsx"
    write_table(frame, path, titles=labels())
    return path


def test_one_command_writes_the_tables(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """xlsx 导出一条命令出 xlsx、csv、html、json；数与直接算的一样，网页自足、转义。"""
    out = tmp_path / "出"
    code = main(["analyse", str(export), "--by", "month,department", "--out", str(out), "--quiet", "--smallest", "1"])
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == ["指标.csv", "指标.html", "指标.json", "指标.py", "指标.xlsx"]
    data = json.loads((out / "指标.json").read_text(encoding="utf-8"))
    want = wz.indicators(wz.read_messages(export), by=["month", "department"], smallest=1)
    assert len(data["rows"]) == len(want.table)
    assert data["total"]["answered_rate"] == pytest.approx(want.total["answered_rate"].iloc[0])
    assert data["total"]["template_rate"] == pytest.approx(want.total["template_rate"].iloc[0])
    html = (out / "指标.html").read_text(encoding="utf-8")
    assert "读入的情况" in html and "http" not in html.split("<body", 1)[1].replace("https://", "")
    assert "120 封" in capsys.readouterr().out


def test_prepared_table_is_kept_and_used_again(export: Path, tmp_path: Path) -> None:
    """--keep 留下准备好的大表，下次直接用，结果一样。"""
    assert main(["analyse", str(export), "--out", str(tmp_path / "一"), "--keep", "--words", "--quiet"]) == 0
    kept = tmp_path / "一" / "留言-文字.parquet"
    assert "words" in pd.read_parquet(kept)
    assert main(["analyse", str(kept), "--out", str(tmp_path / "二"), "--quiet"]) == 0
    one, other = (json.loads((tmp_path / name / "指标.json").read_text(encoding="utf-8")) for name in ("一", "二"))
    assert one["rows"] == other["rows"]


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--by", "depart"], "表里没有这一列"),
        (["--profile", "nobody"], "没有 'nobody'"),
        (["--engine", "oracle"], "duckdb"),
    ],
)
def test_wrong_options_are_explained(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str], words: str
) -> None:
    """参数写错：退出码 2，一句话说清，不留半份结果。"""
    assert main(["analyse", str(export), "--out", str(tmp_path / "出"), "--quiet", *extra]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "出").exists()
