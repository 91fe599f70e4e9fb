"""人多、量大：十个人同时办件、成批评分、一百万条事件的日志；用时、处理器时间与内存。

    python -m benchmarks.load                      三项都量，写 benchmarks/load.json
    python -m benchmarks.load --only replies --rows 100000
    python -m benchmarks.load --only log --events 1000000
    python -m benchmarks.load --only desks --desks 10

三十人一台机器（JupyterHub）在 tests/test_classroom_hub.py：WENZHENG_HUB_SIZE=10 pytest -s tests/test_classroom_hub.py。
机器忙时墙上时间不作数，看处理器时间；每一项都写着量的时候有多忙。
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.usage import cpu_seconds, load, peak_mb

ROOT = Path(__file__).resolve().parents[1]
QUARTER = ROOT / "datasets" / "county-quarter" / "messages.csv.gz"
Facts = dict[str, Any]
PARTS = ("replies", "log", "desks")


# ---------------------------------------------------------------- 成批评分
def tables(rows: int, part: int = 5_000) -> Iterator[Any]:
    """一段一段的来信与答复，各不相同；内存里只有一段，量到的才是评分自己的。"""
    import pandas as pd

    source = pd.read_csv(QUARTER, encoding="utf-8", usecols=["subject", "body", "reply"]).dropna().astype(str)
    for start in range(0, rows, part):
        count = min(part, rows - start)
        at = [(start + n) % len(source) for n in range(count)]
        frame = source.iloc[at].reset_index(drop=True)
        number = pd.Series(range(start, start + count)).astype(str)
        yield frame.assign(
            message_id="M" + number,
            body=frame["body"] + "（第" + number + "封）",
            reply=frame["reply"] + "（回第" + number + "封）",
        )


def replies_once(rows: int) -> Facts:
    """``score_replies(out=)`` 一遍：每份几毫秒处理器时间，主进程与评分进程各占多少内存。"""
    import wenzheng_lab as wz

    with tempfile.TemporaryDirectory() as folder:
        begun, spent = time.perf_counter(), cpu_seconds() + cpu_seconds(children=True)
        done = wz.score_replies(tables(rows), out=Path(folder) / "评分", progress=False, processes=2)
        wall = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in (Path(folder) / "评分").iterdir())
        counted = done.rows
    # 子进程的时间等它们结束才记得上
    cpu = cpu_seconds() + cpu_seconds(children=True) - spent
    return {
        "rows": counted,
        "wall_s": wall,
        "cpu_s": cpu,
        "ms_a_reply": cpu / counted * 1000,
        "main_mb": peak_mb(),
        "worker_mb": peak_mb(children=True),
        "result_mb": size / 2**20,
        "load": load(),
    }


# ---------------------------------------------------------------- 日志
def make_log(path: Path, events: int) -> None:
    """走一周的真日志，后面接上草稿，凑满这么多条；摘要链是真的。"""
    import wenzheng_lab as wz
    from wenzheng_lab.office.events import Event
    from wenzheng_lab.office.ledger import Ledger

    office = wz.Office(scenario="county-week", seed=7, path=path)
    for _ in range(7):
        office.advance(hours=24)
    cases = [case.id for case in office.cases]
    office.shut()
    ledger = Ledger.load(path)
    last: Event | None = ledger.events[-1]
    batch: list[Event] = []
    for n in range(len(ledger.events), events):
        assert last is not None
        text = f"您好，已请单位到场核查，第{n}稿，稍后答复您。"
        last = ledger.next(last, last.at, "drafted", "learner", cases[n % len(cases)], {"text": text})
        batch.append(last)
        if len(batch) == 20_000:
            ledger.append(batch)
            batch = []
    if batch:
        ledger.append(batch)
    ledger.close()


def log_once(path: Path) -> Facts:
    """``wz.Office.load``：核对摘要、推出此刻的样子。"""
    import wenzheng_lab as wz

    wz.Office(scenario="county-week", seed=7).advance(hours=1)
    before, begun, spent = peak_mb(), time.perf_counter(), cpu_seconds()
    office = wz.Office.load(path)
    facts = {
        "events": len(list(office.log)),
        "file_mb": path.stat().st_size / 2**20,
        "wall_s": time.perf_counter() - begun,
        "cpu_s": cpu_seconds() - spent,
        "before_mb": before,
        "peak_mb": peak_mb(),
        "load": load(),
    }
    begun = time.perf_counter()
    spent = cpu_seconds()
    office.advance(hours=24)
    facts["next_day_cpu_s"] = cpu_seconds() - spent
    office.shut()
    return facts


# ---------------------------------------------------------------- 十个人同时办件
def desk_once(path: Path, seed: int) -> Facts:
    """一个人：打开办件台，分拣、交办、答复、到下一天，做五件。"""
    import wenzheng_lab as wz

    opened = cpu_seconds()
    desk = wz.desk.open("first-day", seed=seed, path=path)
    desk._repr_mimebundle_()
    office = desk.office
    ready, slow = cpu_seconds() - opened, 0.0
    for turn in range(5):
        for name in ("sort", "assign", "reply", "day"):
            begun = cpu_seconds()
            cases = [case for case in office.cases if case.status not in ("已合并", "已拆分", "已办结")]
            case = cases[turn % len(cases)]
            if name == "sort":
                office.sort(case.id, category="城乡建设", appeal="投诉", urgency="一般")
            elif name == "assign":
                office.assign(case.id, lead="住房和城乡建设局")
            elif name == "reply":
                office.reply(case.id, "您好，已请单位到场核查，6月12日前答复您。\n县网络问政办公室")
            else:
                office.advance(hours=4)
            desk._draw()
            slow = max(slow, cpu_seconds() - begun)
    count = len(list(office.log))
    desk.shut()
    return {"ready_cpu_s": ready, "slowest_cpu_s": slow, "cpu_s": cpu_seconds(), "mb": peak_mb(), "events": count}


def _run(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.load", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT)


def _facts(process: subprocess.Popen[str]) -> Facts:
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(process.returncode)
    found: Facts = json.loads(said.splitlines()[-1])
    return found


def replies_apart(rows: int) -> Facts:
    """另起一个进程评一遍。"""
    return _facts(_run("--one", "replies", "--rows", str(rows)))


def replies(rows: int) -> Facts:
    """五分之一的份数与全部的份数各一遍，每遍一个新进程；每份的代价应差不多，内存应持平。"""
    start, small, large = (replies_apart(count) for count in (2, rows // 5, rows))
    # 装规则、起进程的几秒是固定的，不摊进每份
    for one in (small, large):
        one["ms_a_reply"] = (one["cpu_s"] - start["cpu_s"]) / one["rows"] * 1000
    return {
        "small": small,
        "large": large,
        "cost_growth": large["ms_a_reply"] / small["ms_a_reply"],
        "grew_mb": large["main_mb"] - small["main_mb"],
        "worker_grew_mb": large["worker_mb"] - small["worker_mb"],
        "million_cpu_h": large["ms_a_reply"] * 1e6 / 1000 / 3600,
    }


def log(events: int) -> Facts:
    """十分之一的条数与全部的条数各打开一遍。"""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (events // 10, events):
            path = Path(folder) / f"{count}.wzlog"
            # 造日志另起一个进程：子进程的内存峰值从父进程那时候算起，自己先占大了就量不准
            _run("--one", "make", "--events", str(count), "--path", str(path)).communicate()
            found.append(_facts(_run("--one", "log", "--path", str(path))))
    small, large = found
    return {
        "small": small,
        "large": large,
        "cost_growth": large["cpu_s"] / large["events"] / (small["cpu_s"] / small["events"]),
        "kb_an_event": (large["peak_mb"] - large["before_mb"]) * 1024 / large["events"],
    }


def desks(count: int) -> Facts:
    """这么多人同时各办各的。"""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        running = [
            _run("--one", "desks", "--path", str(Path(folder) / f"{n}.wzlog"), "--seed", str(n)) for n in range(count)
        ]
        found = [_facts(process) for process in running]
        wall = time.perf_counter() - begun
    most = {key: max(one[key] for one in found) for key in ("ready_cpu_s", "slowest_cpu_s", "cpu_s", "mb")}
    return {"desks": count, "wall_s": wall, "load": load(), **most, "total_mb": sum(one["mb"] for one in found)}


def main(argv: list[str] | None = None) -> int:
    """量、显示、写。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="只量这几项，逗号隔开：" + "、".join(PARTS))
    parser.add_argument("--rows", type=int, default=100_000, help="评几份")
    parser.add_argument("--events", type=int, default=1_000_000, help="日志几条")
    parser.add_argument("--desks", type=int, default=10, help="几个人同时办件")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "load.json", help="结果文件")
    parser.add_argument("--one", choices=(*PARTS, "make"), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=7, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.one == "make":
        make_log(args.path, args.events)
        return 0
    if args.one:
        one = {
            "replies": lambda: replies_once(args.rows),
            "log": lambda: log_once(args.path),
            "desks": lambda: desk_once(args.path, args.seed),
        }[args.one]()
        print(json.dumps(one, ensure_ascii=False))
        return 0
    found = json.loads(args.out.read_text(encoding="utf-8")) if args.out.exists() else {}
    for name in args.only.split(","):
        work = {
            "replies": lambda: replies(args.rows),
            "log": lambda: log(args.events),
            "desks": lambda: desks(args.desks),
        }
        found[name] = work[name]()
        print(name, json.dumps(found[name], ensure_ascii=False, indent=1), flush=True)
        args.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
