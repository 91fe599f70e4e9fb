"""一条龙：分段读 → 遮个人信息 → 分段写。十分之一的行与全部的行各跑一遍，内存峰值应差不多。

    python benchmarks/stream.py [--rows 1000000]

csv（GB18030）、json 行、json 数组各一份；每遍一个新进程，量常驻内存的峰值与处理器时间。
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("csv", "jsonl", "json")


def rows_made(rows: int) -> Iterator[dict[str, str]]:
    """附件4 的表头，正文各不相同，每七封里有一封带电话。"""
    for n in range(rows):
        what = "我们小区门口的路灯不亮已经半个多月了，晚上老人孩子出门很不方便，请派人来看看。"
        phone = f"请打1380555{n % 10000:04d}。" if n % 7 == 0 else ""
        yield {
            "留言编号": str(n),
            "留言用户": f"用户{n % 9973}",
            "留言主题": f"路灯不亮{n}",
            "留言详情": f"第{n}封：{what}{phone}",
            "留言时间": f"2026/1/{n % 28 + 1} 8:0{n % 10}:00",
            "答复意见": "已更换",
            "答复时间": "2026-02-01",
        }


def make(path: Path, rows: int) -> None:
    """造一份导出，照后缀写。"""
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030") as file:
            for n, row in enumerate(rows_made(rows)):
                if not n:
                    file.write(",".join(row) + "\n")
                file.write(",".join(row.values()) + "\n")
        return
    array = path.suffix == ".json"
    with path.open("w", encoding="utf-8") as file:
        for n, row in enumerate(rows_made(rows)):
            file.write(("[" if not n else ",\n") if array else "\n" if n else "")
            file.write(json.dumps(row, ensure_ascii=False))
        file.write("]\n" if array else "\n")


def one(path: Path) -> None:
    """一个进程里跑一遍。"""
    import wenzheng_lab as wz
    from benchmarks.usage import cpu_seconds, peak_mb
    from wenzheng_lab.corpus.stream import write_csv_chunks

    stream = wz.read_message_chunks(path)
    hidden = 0

    def clean() -> Iterator[Any]:
        nonlocal hidden
        for frame in stream:
            texts = []
            for text in frame["body"]:
                found = wz.redact(text)
                hidden += len(found.spans)
                texts.append(found.text)
            yield frame.assign(body=texts)

    notes = write_csv_chunks(clean(), path.with_name(f"{path.stem}-遮过.csv"))
    print(
        json.dumps(
            {
                "kind": path.suffix[1:],
                "rows": stream.report.rows_read,
                "written": notes.rows,
                "skipped": stream.report.skipped_total,
                "hidden": hidden,
                "file_mb": path.stat().st_size / 2**20,
                "rss_mb": peak_mb(),
                "cpu_s": cpu_seconds(),
            }
        )
    )


def run_all(rows: int, kinds: tuple[str, ...] = KINDS) -> list[dict[str, Any]]:
    """造、跑；每种文件先十分之一的行，再全部的行（json 的两种各五分之一）。

    Args:
        rows: 多少行。
        kinds: 哪几种文件。

    Returns:
        各遍量到的，次序是种类、行数。
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            # 遮一行要几百微秒，json 的两种只为看内存，少跑些
            whole = rows if kind == "csv" else rows // 5
            for count in (whole // 10, whole):
                path = Path(folder) / f"{count}.{kind}"
                make(path, count)
                done = subprocess.run(
                    [sys.executable, __file__, "--one", str(path)],
                    stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True, cwd=ROOT,
                )  # fmt: skip
                found.append(json.loads(done.stdout.splitlines()[-1]))
                for left in Path(folder).iterdir():
                    left.unlink()
    return found


def main() -> int:
    """显示。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one)
        return 0
    for facts in run_all(args.rows):
        print(json.dumps(facts, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
