"""一段一段地读：与一次读完的一样，内存不随行数涨。"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from wenzheng_lab.corpus import convert_messages, read_message_chunks, read_messages, write_table
from wenzheng_lab.errors import InputError, ReadError

ROWS = "留言编号,留言用户,留言主题,留言详情,留言时间,答复意见,答复时间\n"


def made(path: Path, rows: int, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding) as file:
        file.write(ROWS)
        for n in range(rows):
            file.write(f"{n % 97},甲,题{n},第{n}封：路灯不亮已经很久了请派人来修,2026-01-0{n % 9 + 1} 08:00,")
            file.write("已更换,2026-01-11\n" if n % 3 else ",\n")
    return path


def test_stream_is_the_same_as_reading_at_once(tmp_path: Path) -> None:
    """各段连起来与一次读完的相同，报告的每本账都相同。"""
    path = made(tmp_path / "甲.csv", 1000, "gb18030")
    whole = read_messages(path)
    stream = read_message_chunks(path, rows=300)
    frames = list(stream)
    assert [len(frame) for frame in frames] == [300, 300, 300, 100]
    pd.testing.assert_frame_equal(pd.concat(frames, ignore_index=True), whole)
    one, other = dict(stream.report), dict(whole.attrs["reading"])
    assert one == other


def test_report_is_ready_only_after_the_end(tmp_path: Path) -> None:
    """没有读完就取报告是错误，不给半本账。"""
    stream = read_message_chunks(made(tmp_path / "甲.csv", 10), rows=3)
    next(iter(stream))
    with pytest.raises(InputError, match="还没有读完"):
        _ = stream.report


def test_bad_rows_are_told_across_chunks(tmp_path: Path) -> None:
    """坏行在哪一段都报出行号与原因；重复跨段也数得到。"""
    path = tmp_path / "甲.csv"
    path.write_text("主题,详情\n甲,一\n\n乙,二\n丙,三,多\n甲,一\n", encoding="utf-8")
    stream = read_message_chunks(path, rows=1)
    assert sum(map(len, stream)) == 3
    assert [row for _, row, _ in stream.report.skipped] == [3, 5]
    assert stream.report.findings["duplicate_rows"] == 1


def test_convert_writes_only_columns_that_are_there(tmp_path: Path) -> None:
    """转成 parquet：谁都没有的列不写；几个文件列不同的，缺的是空。"""
    folder = tmp_path / "几个"
    folder.mkdir()
    made(folder / "甲.csv", 50)
    (folder / "乙.csv").write_text("主题,详情,点赞数\n题,文,3\n", encoding="utf-8")
    report = convert_messages(folder, tmp_path / "全.parquet")
    frame = pd.read_parquet(tmp_path / "全.parquet")
    assert (report.rows_read, len(frame)) == (51, 51)
    assert "rating_solved" not in frame and {"likes", "reply"} <= set(frame.columns)
    assert int(frame["likes"].notna().sum()) == 1


def test_convert_needs_parquet_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    """后缀不对是错误；读到一半出错时不留半个文件。"""
    path = made(tmp_path / "甲.csv", 10)
    with pytest.raises(InputError, match="parquet"):
        convert_messages(path, tmp_path / "甲.csv2")
    (tmp_path / "坏.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(ReadError):
        convert_messages(tmp_path / "坏.csv", tmp_path / "坏.parquet")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["坏.csv", "甲.csv"]


def test_zip_is_streamed(tmp_path: Path) -> None:
    """zip 里的几个文件也一段一段地读。"""
    made(tmp_path / "甲.csv", 30)
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.write(tmp_path / "甲.csv", "一月/甲.csv")
        archive.write(tmp_path / "甲.csv", "二月/甲.csv")
    stream = read_message_chunks(tmp_path / "包.zip", rows=20)
    assert sum(map(len, stream)) == 60
    assert stream.report.findings["duplicate_rows"] == 30


def test_traditional_becomes_simplified_on_request(tmp_path: Path) -> None:
    """要求时繁体换简体，报告里有格数；不要求时一字不动。"""
    path = tmp_path / "甲.csv"
    path.write_text("主题,详情,留言编号\n路燈壞了,請派人來修，謝謝,臺1\n", encoding="utf-8")
    assert read_messages(path)["subject"][0] == "路燈壞了"
    frame = read_messages(path, simplify=True)
    assert (frame["subject"][0], frame["body"][0]) == ("路灯坏了", "请派人来修，谢谢")
    assert frame["message_id"][0] == "臺1"
    assert frame.attrs["reading"].findings["simplified"] == 2


def test_parquet_export_keeps_text_and_types(tmp_path: Path) -> None:
    """写成 parquet：公式样的文字原样，孤立代理项换成“�”，时间仍是时间，读得回来。"""
    frame = pd.DataFrame(
        {
            "subject": ["=1+1", "乙"],
            "body": pd.Series(["\ud800坏", None], dtype=object),
            "created_at": pd.to_datetime(["2026-01-02", None]),
            "likes": [1, 2],
        }
    )
    notes = write_table(frame, tmp_path / "表.parquet")
    again = pd.read_parquet(tmp_path / "表.parquet")
    assert (again["subject"][0], again["body"][0], notes.replaced) == ("=1+1", "�坏", 1)
    assert again["created_at"].dtype.kind == "M" and again["likes"].tolist() == [1, 2]
    assert read_messages(tmp_path / "表.parquet")["subject"].tolist() == ["=1+1", "乙"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="resource 只在类 Unix 上有")
def test_memory_stays_flat(tmp_path: Path) -> None:
    """行数多到六倍，内存峰值只多一点（指纹每行几十字节）。"""
    code = (
        "import resource, sys\n"
        "from wenzheng_lab.corpus import read_message_chunks\n"
        "print(sum(map(len, read_message_chunks(sys.argv[1], rows=5000))))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    peaks = []
    for rows in (20_000, 120_000):
        path = made(tmp_path / f"{rows}.csv", rows)
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, encoding="utf-8", check=True
        )
        count, peak = done.stdout.split()
        assert int(count) == rows
        peaks.append(int(peak) / 1024)
    assert peaks[1] - peaks[0] < 25, peaks
