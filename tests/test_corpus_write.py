"""写出的文件：Excel 打得开，不当公式，断在中间不留半个文件。"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenzheng_lab.corpus import read_messages, write_table
from wenzheng_lab.corpus.tables import clean_text
from wenzheng_lab.errors import InputError, InputTypeError, WenzhengError

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠甲"]


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def xlsx_rows(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    return [row for sheet in book for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_text_stays_text(tmp_path: Path, text: str) -> None:
    """像公式的留言在 csv 里加撇号，在 xlsx 里按文字写。"""
    frame = pd.DataFrame({"body": [text]})
    assert write_table(frame, tmp_path / "表.csv").neutralised == 1
    assert csv_rows(tmp_path / "表.csv")[1][0].startswith("'")
    write_table(frame, tmp_path / "表.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "表.xlsx").active["A2"]
    assert cell.data_type == "s"


def test_numbers_are_not_quoted(tmp_path: Path) -> None:
    """数字列的负数仍是数字。"""
    write_table(pd.DataFrame({"得分": [-1.5, 2.0]}), tmp_path / "表.csv")
    assert csv_rows(tmp_path / "表.csv")[1:] == [["-1.5"], ["2.0"]]


def test_header_cannot_be_a_formula(tmp_path: Path) -> None:
    """表头也不当公式。"""
    write_table(pd.DataFrame({"=1+1": ["甲"]}), tmp_path / "表.csv")
    assert csv_rows(tmp_path / "表.csv")[0] == ["'=1+1"]


def test_csv_opens_rightly_in_excel(tmp_path: Path) -> None:
    """csv 带 BOM、CRLF 断行，Excel 才不乱码；格内的换行是 LF。"""
    write_table(pd.DataFrame({"正文": ["甲\r\n乙,丙"]}), tmp_path / "表.csv")
    assert (tmp_path / "表.csv").read_bytes() == '\ufeff正文\r\n"甲\n乙,丙"\r\n'.encode()


def test_csv_round_trip(tmp_path: Path) -> None:
    """写出的 csv 读回来一字不差，撇号也还原。"""
    bodies = [*(text for text in FORMULAS if text.strip() == text), "平常的话", '带,号与"引号"\n换行']
    frame = pd.DataFrame({"message_id": [f"00{n}" for n in range(len(bodies))], "body": bodies})
    write_table(frame, tmp_path / "表.csv")
    again = read_messages(tmp_path / "表.csv")
    assert again["body"].tolist() == bodies
    assert again["message_id"].tolist() == frame["message_id"].tolist()


def test_illegal_characters_are_replaced_and_counted(tmp_path: Path) -> None:
    """NUL、控制字符、孤立代理项换成“�”，两种文件都写得出、读得回。"""
    frame = pd.DataFrame({"body": pd.Series(["甲\0乙\x01\ud800丙"], dtype=object)})
    for name in ("表.csv", "表.xlsx"):
        notes = write_table(frame, tmp_path / name)
        assert notes.replaced == 3
        assert read_messages(tmp_path / name)["body"].tolist() == ["甲�乙��丙"]


def test_long_cell_is_cut_in_xlsx_and_whole_in_csv(tmp_path: Path) -> None:
    """超过 32,767 字的格子：xlsx 截短并注明，csv 是全文。"""
    frame = pd.DataFrame({"body": ["长" * 1_000_000, "𠮷" * 20_000]})
    notes = write_table(frame, tmp_path / "表.xlsx")
    cells = [row[0] for row in xlsx_rows(tmp_path / "表.xlsx")[1:]]
    assert notes.shortened == [(2, "body"), (3, "body")]
    assert all(len(str(cell).encode("utf-16-le")) // 2 <= 32_767 for cell in cells)
    assert "1,000,000" in str(cells[0])
    write_table(frame, tmp_path / "表.csv")
    assert len(read_messages(tmp_path / "表.csv")["body"][0]) == 1_000_000


def test_missing_values_are_empty_cells(tmp_path: Path) -> None:
    """缺失写成空格子，不写 nan、NaT、<NA>。"""
    frame = pd.DataFrame(
        {
            "a": ["甲", None],
            "b": [1.0, float("nan")],
            "c": pd.to_datetime(["2026-01-02", None]),
            "d": pd.array([True, None], dtype="boolean"),
            "e": ["乙", "丙"],
        }
    )
    write_table(frame, tmp_path / "表.csv")
    assert csv_rows(tmp_path / "表.csv")[2] == ["", "", "", "", "丙"]
    write_table(frame, tmp_path / "表.xlsx")
    assert xlsx_rows(tmp_path / "表.xlsx")[2] == (None, None, None, None, "丙")


def test_times_and_flags_are_readable(tmp_path: Path) -> None:
    """时间在 xlsx 里是真日期，在 csv 里是“2026-01-02 03:04:05”；是非写成是、否。"""
    frame = pd.DataFrame({"t": [datetime(2026, 1, 2, 3, 4, 5)], "f": [True]})
    write_table(frame, tmp_path / "表.csv")
    write_table(frame, tmp_path / "表.xlsx")
    assert csv_rows(tmp_path / "表.csv")[1] == ["2026-01-02 03:04:05", "是"]
    assert xlsx_rows(tmp_path / "表.xlsx")[1] == (datetime(2026, 1, 2, 3, 4, 5), "是")


def test_empty_table_has_its_header(tmp_path: Path) -> None:
    """没有行的表也写出表头。"""
    frame = pd.DataFrame({"body": pd.Series([], dtype=object)})
    for name in ("表.csv", "表.xlsx"):
        assert write_table(frame, tmp_path / name).rows == 0
    assert csv_rows(tmp_path / "表.csv") == [["body"]]
    assert xlsx_rows(tmp_path / "表.xlsx") == [("body",)]


def test_titles_rename_the_header(tmp_path: Path) -> None:
    """表头可以写成中文。"""
    write_table(pd.DataFrame({"body": ["文"]}), tmp_path / "表.csv", titles={"body": "详情"})
    assert csv_rows(tmp_path / "表.csv")[0] == ["详情"]


def test_frame_is_not_changed(tmp_path: Path) -> None:
    """写文件不改原表。"""
    frame = pd.DataFrame({"body": ["=1"]})
    before = frame.copy()
    write_table(frame, tmp_path / "表.csv")
    pd.testing.assert_frame_equal(frame, before)


def test_wrong_suffix_and_wrong_thing_are_explained(tmp_path: Path) -> None:
    """后缀不对、不是表，都有三段式的错误。"""
    with pytest.raises(InputError, match="parquet 结尾"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "表.doc")
    with pytest.raises(InputTypeError, match="DataFrame"):
        write_table([1, 2], tmp_path / "表.csv")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
def test_failure_in_the_middle_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    """写到一半断了：旧文件还在，没有半个文件、没有临时文件。"""
    path = tmp_path / name
    write_table(pd.DataFrame({"a": ["旧"]}), path)
    before = path.read_bytes()

    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table(pd.DataFrame({"a": ["新"] * 10}), path, progress=stop)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(os.name != "posix", reason="信号的做法只在 POSIX 上有")
@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
def test_killed_in_the_middle_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    """进程在写的时候被杀掉：目标仍是旧文件，能打开。"""
    path = tmp_path / name
    write_table(pd.DataFrame({"a": ["旧"]}), path)
    before = path.read_bytes()
    script = f"""
        import pandas as pd, pathlib, time
        from wenzheng_lab.corpus import write_table
        def slow(done):
            if done == 5:
                pathlib.Path({str(tmp_path / "到了")!r}).touch()
                time.sleep(60)
        write_table(pd.DataFrame({{"a": ["新"] * 10}}), {str(path)!r}, progress=slow)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)]) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "到了").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "到了").exists()
    assert path.read_bytes() == before


def test_unwritable_place_is_explained(tmp_path: Path) -> None:
    """写不进的地方：说出是哪里、怎么办。"""
    (tmp_path / "占着").write_text("这是文件", encoding="utf-8")
    with pytest.raises(WenzhengError, match="换一个目录"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "占着" / "表.csv")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_text_can_be_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """任何文字都写得出，且不以公式开头。"""
    path = tmp_path_factory.mktemp("写") / "表.csv"
    write_table(pd.DataFrame({"body": pd.Series([text], dtype=object)}), path)
    (cell,) = csv_rows(path)[1] or [""]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(max_examples=150, deadline=None)
@given(st.text(st.one_of(st.sampled_from("'=+-@\t\r\n\0\",，; 甲"), st.characters()), max_size=30))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """任何文字写成 csv 再读回来：只差首尾空白、换行写法与写不下去的字符。"""
    path = tmp_path_factory.mktemp("回") / "表.csv"
    write_table(pd.DataFrame({"subject": ["题"], "body": pd.Series([text], dtype=object)}), path)
    assert read_messages(path)["body"].tolist() == [clean_text(text)[0].strip()]
