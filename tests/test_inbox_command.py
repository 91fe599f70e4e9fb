"""``wenzheng inbox``：写成文件，字节可复现，内存不随封数增长。"""

from __future__ import annotations

import argparse
import csv
import json
import tracemalloc
from pathlib import Path

import pytest

from wenzheng_lab.errors import InputError
from wenzheng_lab.inbox.command import add_arguments, run
from wenzheng_lab.inbox.simulate import iterate_inbox
from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args([*words, "--quiet"])


def test_csv_holds_every_letter(tmp_path: Path) -> None:
    """csv 带 BOM，列名规范，一行一封；真值另存，编号对得上。"""
    out, truth = tmp_path / "来信.csv", tmp_path / "真值.csv"
    assert run(arguments("--n", "40", "--seed", "7", "--out", str(out), "--truth", str(truth))) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert tuple(rows[0]) == MESSAGE_COLUMNS
    with truth.open(encoding="utf-8-sig", newline="") as file:
        answers = list(csv.DictReader(file))
    assert [row["message_id"] for row in answers] == [row["message_id"] for row in rows]
    assert isinstance(json.loads(answers[0]["asks"]), list)


def test_jsonl_is_reproducible(tmp_path: Path) -> None:
    """同一种子写两次，字节相同；换种子就不同。"""
    one, two, three = tmp_path / "1.jsonl", tmp_path / "2.jsonl", tmp_path / "3.jsonl"
    for path, seed in ((one, "7"), (two, "7"), (three, "8")):
        run(arguments("--n", "30", "--seed", seed, "--out", str(path)))
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != three.read_bytes()
    assert json.loads(one.read_text(encoding="utf-8").splitlines()[0])["message_id"] == "QH0000001"


def test_parquet_when_possible(tmp_path: Path) -> None:
    """装了 pyarrow 就写 parquet，没装就说明白。"""
    path = tmp_path / "x.parquet"
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        with pytest.raises(InputError, match="pyarrow"):
            run(arguments("--n", "5", "--seed", "1", "--out", str(path)))
    else:
        run(arguments("--n", "5", "--seed", "1", "--out", str(path)))
        assert parquet.read_table(path).num_rows == 5


def test_a_crew_writes_the_same_bytes(tmp_path: Path) -> None:
    """两个进程分头造，写出的文件与一个进程相同。"""
    alone, together = tmp_path / "1.csv", tmp_path / "2.csv"
    for path, jobs in ((alone, "1"), (together, "2")):
        run(arguments("--n", "700", "--seed", "3", "--out", str(path), "--jobs", jobs))
    assert alone.read_bytes() == together.read_bytes()


@pytest.mark.parametrize("name", ["来信.xls", "来信", "来信.jsnl"])
def test_unknown_format_is_explained(tmp_path: Path, name: str) -> None:
    """认不出的后缀：说明可用的三种，一个文件也不留。"""
    with pytest.raises(InputError, match="后缀应为"):
        run(arguments("--n", "5", "--seed", "1", "--out", str(tmp_path / name)))
    assert list(tmp_path.iterdir()) == []


def test_not_a_whole_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """封数、种子不是整数：命令行当场说明。"""
    with pytest.raises(SystemExit):
        arguments("--n", "许多", "--seed", "1", "--out", "x.csv")
    assert "应为整数" in capsys.readouterr().err


def test_broken_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """写到一半断了，不留半个文件。"""

    def broken(n: int, *, seed: int, scenario: object = "county") -> object:
        yield from list(iterate_inbox(3, seed=seed))
        raise KeyboardInterrupt

    monkeypatch.setattr("wenzheng_lab.inbox.simulate.iterate_inbox", broken)
    with pytest.raises(KeyboardInterrupt):
        run(arguments("--n", "50", "--seed", "1", "--out", str(tmp_path / "x.csv")))
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """多造一倍，占的内存不多一成。"""
    list(iterate_inbox(800, seed=1))
    peaks = []
    for n in (400, 800):
        tracemalloc.start()
        for _ in iterate_inbox(n, seed=1):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
