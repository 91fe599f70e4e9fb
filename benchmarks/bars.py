"""一条命令量出 DESIGN 第 6 节（快慢与规模）的每一行，写成一张表。

    python -m benchmarks.bars                 全量：一千万行指标、一百万封抄件，约半小时
    python -m benchmarks.bars --small         小份：两三分钟，门槛放宽，给持续集成用；有一项不过就以 1 退出
    python -m benchmarks.bars --only indicators,hotspots

每一项一个新进程。结果写在 benchmarks/bars.md 与 bars.json（小份只显示，除非写 --write）。
量的是比值和处理器时间；墙上时间要在空闲的机器上看，表里写着量的时候有多忙。
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.usage import load

ROOT = Path(__file__).resolve().parents[1]
Facts = dict[str, Any]

FULL: Facts = {
    "imports": 7, "scores": 300, "scores_more": 10_000, "letters": 2_000, "rounds": 5, "written": 100_000,
    "rows": 10_000_000, "times": 3, "copies": 1_000_000, "clicks": 60, "triaged": 4_326, "long": 1_000_000,
    "streamed": 1_000_000, "table": 20_000,
}  # fmt: skip
SMALL: Facts = {
    "imports": 5, "scores": 60, "scores_more": 3_000, "letters": 300, "rounds": 3, "written": 10_000,
    "rows": 1_000_000, "times": 1, "copies": 50_000, "clicks": 20, "triaged": 500, "long": 200_000,
    "streamed": 50_000, "table": 1_000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """表里的一行：量到的一个数与它的门槛。"""

    work: str
    """什么事"""
    task: str
    """哪一项量的"""
    read: Callable[[Facts], float | None]
    """从量到的数里取这一个"""
    limit: float
    """门槛"""
    unit: str
    """单位"""
    least: bool = False
    """真：不少于门槛才过；假：不多于门槛才过"""
    small: float | None = None
    """小份时的门槛；不写就是放宽一倍，``inf``（或 0）是小份不判"""

    def passes(self, value: float | None, small: bool) -> bool | None:
        """过没过；没有量到是 None。"""
        if value is None or value != value:
            return None
        limit = self.limit
        if small:
            limit = self.small if self.small is not None else self.limit / 2 if self.least else self.limit * 2
        return value >= limit if self.least else value <= limit


def _key(*path: str) -> Callable[[Facts], float | None]:
    def read(facts: Facts) -> float | None:
        value: Any = facts
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return None if value is None else float(value)

    return read


BARS = (
    Bar("import wenzheng_lab，比空的 Python 多", "import_time", _key("import_s"), 0.15, "秒"),
    Bar("wenzheng --help，比空的 Python 多", "import_time", _key("help_s"), 0.4, "秒"),
    Bar("评一份答复，是 jieba 切同样两段文字的", "score_reply", _key("times_jieba"), 1.5, "倍"),
    Bar("再评许多份，内存多了", "score_reply", _key("grew_mb"), 30, "MB"),
    Bar("成批评分存盘，十倍份数，内存多了", "score_table", _key("grew_mb"), 60, "MB"),
    Bar("造十万封来信", "simulate", _key("s_100k"), 30, "秒"),
    Bar("造信对 Faker(zh_CN) 造同样长的文字", "simulate", _key("times_faker"), 5, "倍快", least=True),
    Bar("边造边写文件，封数十倍，内存多了", "simulate_to_file", _key("grew_mb"), 60, "MB"),
    Bar("指标，对 pandas", "indicators", _key("times_pandas"), 4, "倍快", least=True, small=0.4),
    Bar("指标，占的内存是 pandas 的", "indicators", _key("memory_of_pandas"), 0.4, "", small=1.2),
    Bar("一百万封里找抄件", "near_duplicates", _key("wall_s"), 120, "秒"),
    Bar("一百万封里找抄件，内存", "near_duplicates", _key("rss_gb"), 4, "GB"),
    Bar("四千多封里找热点，冷起动", "hotspots", _key("wall_s"), 8, "秒", small=30),
    Bar("一次点击：评分卡", "clicks", _key("score_s"), 0.3, "秒"),
    Bar("一次点击：分拣卡", "clicks", _key("triage_s"), 0.3, "秒"),
    Bar("一次点击：下一天", "clicks", _key("day_s"), 0.3, "秒", small=1.5),
    Bar("每份用时，十倍份数：成批评分存盘", "score_table", _key("cost_growth"), 1.2, "倍", small=1.6),
    Bar("每封用时，十倍封数：造信写文件", "simulate_to_file", _key("cost_growth"), 1.2, "倍", small=1.6),
    Bar("每封用时，十倍封数：找抄件", "near_duplicates", _key("cost_growth"), 1.5, "倍", small=2.5),
    Bar("每行用时，十倍行数：读、遮、写", "stream", _key("cost_growth"), 1.2, "倍", small=1.6),
    Bar("读、遮、写一条龙，十倍行数，内存多了", "stream", _key("grew_mb"), 60, "MB", small=150),
    Bar("遮个人信息，文字长四倍，用时", "redact", _key("four_times_longer"), 5, "倍", small=7),
)
"""DESIGN 第 6 节的各行，次序照旧"""
MORE = (
    ("遮个人信息，每三百字", "redact", _key("ms_300"), "毫秒"),
    ("分拣四千多封", "triage", _key("cpu_s"), "秒（处理器）"),
    ("县里走三十天", "office_month", _key("cpu_s"), "秒（处理器）"),
    ("读、遮、写，每行", "stream", _key("us_a_row"), "微秒（处理器）"),
    ("指标，处理器时间是 pandas 的几分之一", "indicators", _key("cpu_of_pandas"), "倍"),
    ("指标，与 pandas 相差最大的一格", "indicators", _key("largest_difference", "pandas"), ""),
    ("找抄件，同组的对准", "near_duplicates", _key("precision"), ""),
    ("找抄件，同组的对全", "near_duplicates", _key("recall"), ""),
    ("找热点，处理器时间", "hotspots", _key("cpu_s"), "秒"),
    ("评一份答复", "score_reply", _key("ms_a_reply"), "毫秒"),
)
"""没有门槛、一并列出的"""
TASKS = tuple(dict.fromkeys([bar.task for bar in BARS] + [item[1] for item in MORE]))


def run(task: str, scale: Facts) -> Facts:
    """在新进程里量一项。"""
    command = [sys.executable, "-m", "benchmarks.bars", "--one", task, "--scale", json.dumps(scale)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, cwd=ROOT, check=False)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["没有说为什么"])[-1][:300]}
    facts: Facts = json.loads(done.stdout.splitlines()[-1])
    return facts | {"took_s": round(time.perf_counter() - begun, 1), "load": load()}


def machine() -> Facts:
    """量的机器，只说核数、内存与版本。"""
    from importlib.metadata import PackageNotFoundError, version

    def of(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "没有装"

    memory = None
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)
    return {
        "cores": os.cpu_count(),
        "memory_gb": memory,
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: of(name) for name in ("pandas", "polars", "duckdb", "narwhals", "jieba", "rjieba", "rensa")},
    }


def rows_of(found: dict[str, Facts], small: bool, *, every: bool = False) -> list[Facts]:
    """各行：什么事，量到多少，门槛，过没过；``every`` 为真时没有量的行也列，免得悄悄少一行。"""
    rows = []
    for bar in BARS:
        if bar.task not in found and not every:
            continue
        facts = found.get(bar.task, {})
        value = None if "error" in facts else bar.read(facts)
        rows.append(
            {
                "work": bar.work,
                "task": bar.task,
                "value": value,
                "unit": bar.unit,
                "bar": f"{'≥' if bar.least else '≤'} {bar.limit:g} {bar.unit}".strip(),
                "passes": bar.passes(value, small),
                "load": facts.get("load"),
                "note": facts.get("error") or facts.get("note", ""),
            }
        )
    return rows


def shown(value: float | None, unit: str = "") -> str:
    """给人看的数。"""
    if value is None:
        return "没有量"
    text = f"{value:.1e}" if 0 < abs(value) < 1e-4 else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()


def page(report: Facts) -> str:
    """一页 md。"""
    about = report["machine"]
    versions = "，".join(f"{name} {text}" for name, text in about["versions"].items())
    memory = f"，{about['memory_gb']} GB 内存" if about["memory_gb"] else ""
    lines = [
        "# 快慢与规模：DESIGN 第 6 节逐行量",
        "",
        f"`python -m benchmarks.bars{' --small' if report['small'] else ''}`；"
        f"{about['cores']} 核{memory}，{about['system']}，"
        f"Python {about['python']}；{versions}。",
        "",
        "“忙”是量完这一项时机器的平均负载：超过核数，就有别的程序在抢，墙上时间偏长，两个核一起算的吃亏更多；"
        "同一进程里的比值与处理器时间受的影响小。",
        "",
        "| 什么事 | 量到 | 门槛 | 过没过 | 忙 |",
        "|---|---|---|---|---|",
    ]
    words = {True: "过", False: "**没过**", None: "没有量"}
    for row in report["rows"]:
        note = f"（{row['note']}）" if row["note"] else ""
        value = shown(row["value"], row["unit"]) + note
        busy = "—" if row["load"] is None else row["load"]
        lines.append(f"| {row['work']} | {value} | {row['bar']} | {words[row['passes']]} | {busy} |")
    lines += ["", "没有门槛、一并列出的：", "", "| 什么事 | 量到 |", "|---|---|"]
    for name, task, read, unit in MORE:
        facts = report["facts"].get(task, {})
        if facts and "error" not in facts:
            lines.append(f"| {name} | {shown(read(facts), unit)} |")
    engines = report["facts"].get("indicators", {}).get("engines")
    if engines:
        lines += ["", f"指标，{report['facts']['indicators']['rows']:,} 行，月 × 承办单位：", ""]
        lines += ["| | 用时（秒） | 处理器时间（秒，含 import） | 内存峰值（MB） |", "|---|---|---|---|"]
        lines += [
            f"| {name} | {one['wall']:.1f} | {one['cpu']:.1f} | {one['rss']:,.0f} |" for name, one in engines.items()
        ]
    kinds = report["facts"].get("stream", {}).get("kinds")
    if kinds:
        lines += ["", "一条龙：分段读 → 遮个人信息 → 分段写：", ""]
        lines += ["| 文件 | 行 | 文件（MB） | 处理器时间（秒） | 内存峰值（MB） |", "|---|---|---|---|---|"]
        lines += [
            f"| {one['kind']} | {one['rows']:,} | {one['file_mb']:.0f} | {one['cpu_s']:.1f} | {one['rss_mb']:.0f} |"
            for one in kinds
        ]
    data = report["facts"].get("hotspots", {}).get("data")
    if data:
        lines += ["", f"找热点、分拣用的是{data}。" + ("" if data == "附件3" else "（真实文件不在，门槛只作参考）")]
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """量、显示、写。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="小份，门槛放宽")
    parser.add_argument("--only", default="", help="只量这几项，逗号隔开：" + "、".join(TASKS))
    parser.add_argument("--times", type=int, help="指标、热点各跑几遍，取最快的")
    parser.add_argument("--write", action="store_true", help="小份也写结果文件")
    parser.add_argument("--keep", action="store_true", help="只量 --only 的，别的用上次写下的结果")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "bars", help="结果文件，不带后缀")
    parser.add_argument("--one", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--scale", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.one:
        from benchmarks import bars_tasks

        print(json.dumps(getattr(bars_tasks, args.one)(json.loads(args.scale)), ensure_ascii=False))
        return 0
    names = [name for name in args.only.split(",") if name] or list(TASKS)
    if wrong := [name for name in names if name not in TASKS]:
        parser.error(f"没有 {'、'.join(wrong)} 这一项；可用：{'、'.join(TASKS)}")
    scale = (SMALL if args.small else FULL) | ({"times": args.times} if args.times else {})
    found: dict[str, Facts] = {}
    if args.keep and args.out.with_suffix(".json").exists():
        found = json.loads(args.out.with_suffix(".json").read_text(encoding="utf-8"))["facts"]
    for name in names:
        print(f"量 {name} ……", file=sys.stderr, flush=True)
        found[name] = run(name, scale)
        print(json.dumps(found[name], ensure_ascii=False), file=sys.stderr, flush=True)
    report: Facts = {
        "small": args.small,
        "machine": machine(),
        "rows": rows_of(found, args.small, every=not args.only or args.keep),
        "facts": found,
    }
    text = page(report)
    print(text)
    if args.write or not args.small:
        args.out.with_suffix(".md").write_text(text, encoding="utf-8")
        args.out.with_suffix(".json").write_text(
            json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    failed = any(row["passes"] is False or "error" in found.get(row["task"], {}) for row in report["rows"])
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
