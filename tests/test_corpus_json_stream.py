"""大 json 边读边解：与整个读进来的一样，内存不随行数涨。"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import wenzheng_lab as wz
from wenzheng_lab.corpus import json_stream, json_table
from wenzheng_lab.errors import ReadError

RECORDS = [
    {"subject": f"路灯不亮{n}", "body": f"第{n}盏，“东街”{{口}}。\n第二行[注]", "extra": {"likes": n}, "tags": [n]}
    for n in range(40)
]
LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
ARRAY = json.dumps(RECORDS, ensure_ascii=False, indent=1)
TEXTS = {
    "数组": ARRAY,
    "一行的数组": json.dumps(RECORDS, ensure_ascii=False),
    "json 行": LINES,
    "前后相连": LINES.replace("\n{", "{"),
    "缩进的对象": "\n".join(json.dumps(record, ensure_ascii=False, indent=2) for record in RECORDS),
    "包在对象里": json.dumps(
        {"code": 0, "page": {"total": 40, "data": RECORDS}, "more": [{"a": 1}]}, ensure_ascii=False
    ),
    "数组里有别的": json.dumps([*RECORDS[:20], 7, "字", None, *RECORDS[20:]], ensure_ascii=False),
    "少了括号": ARRAY.rstrip("]\n "),
    "截断": ARRAY[: len(ARRAY) // 2],
    "少逗号": ARRAY.replace("},\n {", "}\n {", 1),
    "坏了一行": LINES.replace('"body": "第3盏', '"body: "第3盏'),
    "少了引号": LINES.replace('路灯不亮5",', "路灯不亮5,"),
    "有 BOM": "\ufeff" + LINES,
    "换行不一": LINES.replace("\n", "\r\n\r\n"),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("step", [7, 64, 1 << 20])
def test_reading_on_the_fly_is_reading_whole(
    name: str, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """十几种好的坏的写法，每次读几个字还是一兆，读出的行、跳过的行号与原因、格式、说明都与整读的一样。"""
    path = tmp_path / "导出.json"
    path.write_bytes(TEXTS[name].encode("utf-8"))
    whole = wz.read_messages(path, extra=True)
    monkeypatch.setattr(json_table, "_WHOLE", 0)
    monkeypatch.setattr(json_stream, "_STEP", step)
    found = wz.read_messages(path, extra=True)
    assert_frame_equal(found, whole)
    assert found.attrs["reading"] == whole.attrs["reading"]


def test_a_missing_quote_does_not_swallow_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """少了引号的对象不会一直找到文件末尾：超过最长的就跳过，后面的照读。"""
    monkeypatch.setattr(json_table, "_WHOLE", 0)
    monkeypatch.setattr(json_stream, "_STEP", 100)
    monkeypatch.setattr(json_stream, "_LONGEST", 300)
    path = tmp_path / "坏.jsonl"
    path.write_text('{"subject": "甲, "body": "乙"}\n' + LINES, encoding="utf-8")
    frame = wz.read_messages(path)
    assert frame["subject"].tolist() == [record["subject"] for record in RECORDS]
    (skipped,) = frame.attrs["reading"]["skipped"]
    assert 1 in skipped, skipped


def test_nothing_to_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """里面没有一个对象：说清楚。"""
    monkeypatch.setattr(json_table, "_WHOLE", 0)
    path = tmp_path / "空.json"
    path.write_text("[1, 2, 3]", encoding="utf-8")
    with pytest.raises(ReadError, match="没有读出一个 json 对象"):
        wz.read_messages(path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 resource")
@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_memory_does_not_grow(kind: str, tmp_path: Path) -> None:
    """行数多六倍，内存峰值只差一点。"""
    peaks = []
    for count in (30_000, 180_000):
        path = tmp_path / f"{count}.{kind}"
        with path.open("w", encoding="utf-8") as file:
            for n in range(count):
                head = "[" if not n and kind == "json" else ",\n" if kind == "json" else ""
                row = {"subject": f"路灯不亮{n}", "body": "小区门口的路灯不亮已经半个多月了，" * 6}
                file.write(head + json.dumps(row, ensure_ascii=False) + ("" if kind == "json" else "\n"))
            file.write("]" if kind == "json" else "")
        code = (
            "import resource, sys, wenzheng_lab as wz\n"
            "print(sum(map(len, wz.read_message_chunks(sys.argv[1], rows=5000))))\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True
        )
        rows, peak = map(int, done.stdout.split())
        assert rows == count
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 40, peaks
