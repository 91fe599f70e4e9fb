"""上百万行的评分：存一部分记一部分，被杀了接着评；输入、规则变了不混着评；内存不随行数涨。"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import wenzheng_lab as wz
from wenzheng_lab._files import MARK, _host
from wenzheng_lab.cli import main
from wenzheng_lab.corpus.stream import write_csv_chunks
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.reply import batch
from wenzheng_lab.reply.parts import LEDGER

LETTERS = (
    ("北关路路灯不亮", "北关路路灯半年不亮，什么时候修好？"),
    ("丁香小区停水", "丁香小区三天没水，谁来管？"),
    ("低保怎样申请", "老人想申请低保，要带什么材料？"),
)
REPLIES = (
    "北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。再不亮请打0700-5550113。",
    "您好，您反映的问题我们高度重视，将尽快处理，请耐心等待。",
    "请带身份证和户口本到镇民政所2号窗口，15个工作日内答复，电话0700-5550126。",
    "",
)


def table(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "message_id": [f"甲{at}" for at in range(rows)],
            "subject": [LETTERS[at % 3][0] for at in range(rows)],
            "body": [f"{LETTERS[at % 3][1]}第{at}次来问。" for at in range(rows)],
            "created_at": pd.Timestamp("2026-03-01") + pd.to_timedelta(range(rows), unit="h"),
            "reply": [f"{REPLIES[at % 4]}" for at in range(rows)],
            "replied_at": pd.Timestamp("2026-03-06") + pd.to_timedelta(range(rows), unit="h"),
        }
    )


def pieces(frame: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(frame), size):
        yield frame.iloc[start : start + size]


def test_parts_hold_the_same_scores_as_one_table(tmp_path: Path) -> None:
    """一部分一部分存的，与一张表评出来的一字不差。"""
    frame = table(23)
    whole = wz.score_replies(frame, progress=False)
    done = wz.score_replies(frame, out=tmp_path / "评分", progress=False, part_rows=5)
    assert (done.rows, len(done.parts), done.resumed) == (23, 5, 0)
    assert_frame_equal(done.read(), whole, check_dtype=False)
    assert [len(part) for part in done.frames()] == [5, 5, 5, 5, 3]


def test_however_the_chunks_come_the_parts_are_the_same(tmp_path: Path) -> None:
    """来的一段多长都行，切成的部分一样，所以换了段长也接得上。"""
    frame = table(17)
    first = wz.score_replies(pieces(frame, 4), out=tmp_path / "一", progress=False, part_rows=5, processes=1)
    again = wz.score_replies(pieces(frame, 7), out=tmp_path / "一", progress=False)
    assert first.rows == again.resumed == 17
    assert first.parts == again.parts


def test_a_stopped_run_goes_on_after_the_last_whole_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """中途停下：评好的部分不重算，接着往下评。"""
    frame, out = table(20), tmp_path / "评分"
    real, seen = batch._score_row, []

    def stopping(row: dict[str, object]) -> dict[str, object]:
        seen.append(row)
        if len(seen) == 13:
            raise KeyboardInterrupt
        return real(row)

    monkeypatch.setattr(batch, "_score_row", stopping)
    with pytest.raises(KeyboardInterrupt):
        wz.score_replies(frame, out=out, progress=False, processes=1, part_rows=5)
    assert sorted(path.name for path in out.glob("part-*")) == ["part-00000.csv", "part-00001.csv"]
    done = wz.score_replies(frame, out=out, progress=False, processes=1)
    assert done.resumed == 10
    assert len(seen) == 13 + 10
    assert_frame_equal(done.read(), wz.score_replies(frame, progress=False), check_dtype=False)


def test_a_finished_run_is_not_scored_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """评完的目录再运行一次，一份也不重算。"""
    frame, out = table(8), tmp_path / "评分"
    wz.score_replies(frame, out=out, progress=False, part_rows=3)
    monkeypatch.setattr(batch, "_score_row", lambda _: pytest.fail("不该重算"))
    assert wz.score_replies(frame, out=out, progress=False).resumed == 8


@pytest.mark.parametrize("change", ["reply", "message_id", "shorter", "longer", "order"])
def test_a_changed_input_is_refused(tmp_path: Path, change: str) -> None:
    """输入改了一个字、少了几行、换了次序：拒绝接着评，原来的部分不动。"""
    frame, out = table(10), tmp_path / "评分"
    wz.score_replies(frame, out=out, progress=False, part_rows=4)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    other = frame.copy()
    if change in ("reply", "message_id"):
        other.loc[5, change] = "改过的"
    elif change == "shorter":
        other = frame.iloc[:7]
    elif change == "longer":
        other = table(11)
    else:
        other = frame.iloc[::-1]
    with pytest.raises(InputError, match="输入变了"):
        wz.score_replies(other, out=out, progress=False)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_shorter_input_on_a_part_boundary_is_refused(tmp_path: Path) -> None:
    """恰好少一整部分，也看得出来。"""
    frame, out = table(8), tmp_path / "评分"
    wz.score_replies(frame, out=out, progress=False, part_rows=4)
    with pytest.raises(InputError, match="没有那么多"):
        wz.score_replies(frame.iloc[:4], out=out, progress=False)


def test_changed_rules_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """规则换了版本：同一张表里不许有两种尺子。"""
    frame, out = table(4), tmp_path / "评分"
    wz.score_replies(frame, out=out, progress=False)
    monkeypatch.setattr(batch, "signature", lambda _: "reply:别的版本")
    with pytest.raises(InputError, match="别的版本"):
        wz.score_replies(frame, out=out, progress=False)


def test_a_damaged_part_is_scored_again(tmp_path: Path) -> None:
    """有一部分坏了、少了：从它起重算，结果一样。"""
    frame, out = table(12), tmp_path / "评分"
    whole = wz.score_replies(frame, out=out, progress=False, part_rows=3).read()
    (out / "part-00001.csv").write_bytes(b"half")
    left = out / f"{MARK}999999-{_host()}-abc-part-00002.csv"
    left.write_bytes(b"left by a kill")
    done = wz.score_replies(frame, out=out, progress=False)
    assert done.resumed == 3
    assert not left.exists()
    assert_frame_equal(done.read(), whole)


@pytest.mark.parametrize("book", ["", "{", "[]", '{"format": "别的", "part_rows": 3, "parts": [], "signature": ""}'])
def test_a_broken_ledger_is_explained(tmp_path: Path, book: str) -> None:
    """账本坏了：说清是哪个文件、怎么办。"""
    (tmp_path / LEDGER).write_text(book, encoding="utf-8")
    with pytest.raises(InputError, match=LEDGER):
        wz.score_replies(table(3), out=tmp_path, progress=False)


def test_other_peoples_folders_are_left_alone(tmp_path: Path) -> None:
    """目录里有别的东西，或 out 是文件：不往里写。"""
    (tmp_path / "照片.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match="别的文件"):
        wz.score_replies(table(3), out=tmp_path, progress=False)
    with pytest.raises(InputError, match="一个文件"):
        wz.score_replies(table(3), out=tmp_path / "照片.jpg", progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["照片.jpg"]


def test_wrong_sources_are_explained(tmp_path: Path) -> None:
    """给了文件名、不是表的东西、没有 out 的段：说清怎么办。"""
    with pytest.raises(InputTypeError, match="read_message_chunks"):
        wz.score_replies("表.csv", out=tmp_path, progress=False)  # type: ignore[arg-type]
    with pytest.raises(InputTypeError, match="其中一段"):
        wz.score_replies([[1, 2]], out=tmp_path, progress=False)  # type: ignore[list-item]
    with pytest.raises(InputTypeError, match="out="):
        wz.score_replies(iter([table(2)]), progress=False)  # type: ignore[call-overload]
    with pytest.raises(InputError, match="part_rows"):
        wz.score_replies(table(2), out=tmp_path, part_rows=0)
    out = tmp_path / "评分"
    wz.score_replies(table(2), out=out, progress=False, part_rows=2)
    with pytest.raises(InputError, match="按 2 行"):
        wz.score_replies(table(2), out=out, progress=False, part_rows=3)


def test_formula_like_ids_are_kept_and_harmless(tmp_path: Path) -> None:
    """编号像公式：文件里加撇号，读回来还原；换行、引号、空编号都读得回。"""
    frame = table(6)
    frame["message_id"] = ["=1+1", "'=2", "+3", '引"号', "", "两\n行"]
    done = wz.score_replies(frame, out=tmp_path / "评分", progress=False)
    assert done.read()["message_id"].tolist() == frame["message_id"].tolist()
    text = (tmp_path / "评分" / "part-00000.csv").read_text(encoding="utf-8")
    assert "\n=1+1" not in text and "\n'=1+1" in text


def test_an_empty_table_is_fine(tmp_path: Path) -> None:
    """一行也没有的表：空的结果，不出错。"""
    done = wz.score_replies(table(0), out=tmp_path / "评分", progress=False)
    assert done.rows == 0 and len(done.read()) == 0
    assert (tmp_path / "评分" / LEDGER).exists()


def test_memory_is_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """行数多到五倍，内存的最高点不跟着涨。"""
    monkeypatch.setattr(batch, "_score_row", lambda row: {"total": 1.0, "grade": "差", "advice": "长" * 200})

    def peak(parts: int) -> int:
        def source() -> Iterator[pd.DataFrame]:
            for at in range(parts):
                frame = table(500)
                frame["body"] = frame["body"] + str(at) * 300
                yield frame

        tracemalloc.start()
        wz.score_replies(source(), out=tmp_path / f"{parts}", progress=False, processes=1, part_rows=500)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(1)  # 先把模块、缓存都载入
    assert peak(20) < 1.5 * peak(4)


RUN = """
import sys
import pandas as pd
import wenzheng_lab as wz

done = wz.score_replies(
    wz.read_message_chunks(sys.argv[1], rows=700), out=sys.argv[2], progress=False, processes=2, part_rows=250
)
print(done.rows, done.resumed)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows 没有 kill -9；那里由“中途停下”的测试守着")
def test_kill_minus_nine_loses_at_most_one_part(tmp_path: Path) -> None:
    """三千行评到一半被强行杀掉：接着评完，结果与没有断过的一样，也不留下没有主的进程。"""
    frame, out, file = table(3_000), tmp_path / "评分", tmp_path / "表.csv"
    frame.to_csv(file, index=False, encoding="utf-8")
    command = [sys.executable, "-c", RUN, str(file), str(out)]
    process = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 120
    while len(list(out.glob("part-*.csv"))) < 3:
        assert process.poll() is None, "还没有来得及杀就评完了"
        assert time.monotonic() < deadline, "两分钟没有评完三部分"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    parts = json.loads((out / LEDGER).read_text(encoding="utf-8"))["parts"]
    assert 2 <= len(parts) < 12
    for _ in range(200):
        if not _group_alive(process.pid):
            break
        time.sleep(0.05)
    assert not _group_alive(process.pid), "干活的进程没有跟着退"
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    rows, resumed = map(int, result.stdout.split())
    assert rows == 3_000 and resumed >= 250 * len(parts) and resumed < 3_000
    done = wz.score_replies(wz.read_message_chunks(file), out=out, progress=False)
    assert done.resumed == 3_000
    sample = done.read().iloc[::17]
    assert_frame_equal(sample, wz.score_replies(frame, progress=False).iloc[::17], check_dtype=False)


def _group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_chunks_read_the_same_rows_as_the_whole(tmp_path: Path) -> None:
    """一段一段读的，与一次读完的一样；空行、重复的表头照样不读。"""
    file = tmp_path / "表.csv"
    frame = table(11)
    lines = frame.to_csv(index=False).splitlines()
    file.write_text("\n".join([*lines[:6], "", lines[0], *lines[6:]]) + "\n", encoding="gb18030")
    whole = wz.read_messages(file)
    parts = list(wz.read_message_chunks(file, rows=3))
    assert len(parts) > 3
    assert_frame_equal(pd.concat(parts), whole, check_index_type=False)
    for bad in (0, True, "三"):
        with pytest.raises(InputError, match="rows"):
            wz.read_message_chunks(file, rows=bad)  # type: ignore[arg-type]


def test_writing_chunks_is_like_writing_the_whole(tmp_path: Path) -> None:
    """一段一段写的 csv，与一次写完的一字不差；列名不同的段不收，不留半个文件。"""
    from wenzheng_lab.corpus import write_table

    frame = table(9).assign(subject="=cmd|x")
    write_table(frame, tmp_path / "一.csv")
    notes = write_csv_chunks(pieces(frame, 4), tmp_path / "二.csv")
    assert (tmp_path / "一.csv").read_bytes() == (tmp_path / "二.csv").read_bytes()
    assert notes.rows == notes.neutralised == 9
    with pytest.raises(InputError, match="列名"):
        write_csv_chunks([frame, frame.drop(columns="body")], tmp_path / "三.csv")
    assert not (tmp_path / "三.csv").exists()


def run_command(home: Path, *more: str) -> int:
    return main(["score", str(home / "表.csv"), "-o", str(home / "结果"), "--resume", "--quiet", *more])


def test_the_command_resumes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--resume``：第一次评、存、写结果；再运行一次不重算，结果一样；表改了就拒绝。"""
    table(12).to_csv(home / "表.csv", index=False, encoding="utf-8")
    assert run_command(home) == 0
    first = (home / "结果" / "评分结果.csv").read_bytes()
    assert (home / "结果" / "评分报告.html").exists()
    assert run_command(home) == 0
    assert (home / "结果" / "评分结果.csv").read_bytes() == first
    assert main(["score", str(home / "表.csv"), "-o", str(home / "平常"), "--quiet"]) == 0
    assert (home / "平常" / "评分结果.csv").read_bytes() == first
    table(13).to_csv(home / "表.csv", index=False, encoding="utf-8")
    capsys.readouterr()
    assert run_command(home) == 2
    assert "输入变了" in capsys.readouterr().err


def test_the_command_writes_large_tables_piece_by_piece(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """行数太多时只写 csv，内容与平常写的一样。"""
    table(12).to_csv(home / "表.csv", index=False, encoding="utf-8")
    assert main(["score", str(home / "表.csv"), "-o", str(home / "平常"), "--quiet"]) == 0
    monkeypatch.setattr("wenzheng_lab.report.score_resume.WHOLE_ROWS", 5)
    capsys.readouterr()
    assert run_command(home) == 0
    assert "读入 12 条" in capsys.readouterr().out
    assert not (home / "结果" / "评分报告.html").exists()
    assert (home / "结果" / "评分结果.csv").read_bytes() == (home / "平常" / "评分结果.csv").read_bytes()
