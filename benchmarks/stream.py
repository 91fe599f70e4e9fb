"""分段读大 csv 的内存与快慢：十万行与一百万行各读一遍，内存峰值应差不多。

    python benchmarks/stream.py [--rows 1000000]

每遍一个新进程，量常驻内存的峰值与处理器时间。
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def make(path: Path, rows: int) -> None:
    """造一份 GB18030 的导出，附件4 的表头，正文各不相同。"""
    with path.open("w", encoding="gb18030") as file:
        file.write("留言编号,留言用户,留言主题,留言详情,留言时间,答复意见,答复时间\n")
        for n in range(rows):
            body = f"第{n}封：我们小区门口的路灯不亮已经半个多月了，晚上老人孩子出门很不方便，请派人来看看，谢谢。"
            file.write(f"{n},用户{n % 9973},路灯不亮{n},{body},2026/1/{n % 28 + 1} 8:0{n % 10}:00,已更换,2026-02-01\n")


def one(path: Path) -> None:
    """一个进程里读一遍。"""
    import resource

    from wenzheng_lab.corpus import stream_messages

    stream = stream_messages(path)
    rows = sum(map(len, stream))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    report = {"rows": rows, "rss_mb": usage.ru_maxrss / 1024, "cpu_s": usage.ru_utime + usage.ru_stime}
    print(json.dumps(report | {"skipped": stream.report.skipped_total}))


def main() -> int:
    """造、读、显示。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for rows in (args.rows // 10, args.rows):
            path = Path(folder) / f"{rows}.csv"
            make(path, rows)
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, __file__, "--one", str(path)], stdout=subprocess.PIPE, text=True, check=True
            )
            print(f"{path.stat().st_size / 2**20:.0f} MB，{time.perf_counter() - begun:.1f} 秒：{done.stdout.strip()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
