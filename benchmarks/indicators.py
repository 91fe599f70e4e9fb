"""指标的快慢与内存：wz.indicators 对 pandas、polars，一千万行，同一次运行里比。

    python benchmarks/indicators.py                 造数据（已有就用），各跑三遍，写 benchmarks/results
    python benchmarks/indicators.py --rows 1000000 --times 1

数据照仿真收件箱一个季度的六千封（datasets/county-quarter）抽样：单位、乡镇、分类、来信钟点、答复用时、评分一并抽，
摊在两年里，时刻再抖开。三家算同一张表（月 × 承办单位：封数、答复率、用时与工作日的中位数和九成位、两套时限的按时率、
评分、批量），结果要相等。每遍一个新进程，量墙上时间（不含解释器起动与 import）与常驻内存的峰值。
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.usage import cpu_seconds, load, peak_mb

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
ENGINES = ("pandas", "polars", "wz.indicators")
PROFILES = ("jinan12345", "xinfang")
_CHUNK = 1_000_000
_DAYS = 730


def make(path: Path, rows: int, seed: int = 20260701) -> None:
    """造一张大表。"""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = pd.read_csv(ROOT / "datasets" / "county-quarter" / "messages.csv.gz", encoding="utf-8")
    created = pd.to_datetime(source["created_at"])
    used = (pd.to_datetime(source["replied_at"]) - created).dt.total_seconds().to_numpy()
    clock = (created.dt.hour * 3600 + created.dt.minute * 60 + created.dt.second).to_numpy()
    weekday = created.dt.day_of_week.to_numpy()
    texts = {
        name: source[name].to_numpy(dtype=object, na_value=None)
        for name in ("channel", "place", "category", "appeal", "urgency", "department", "reply_unit")
    }
    ratings = {name: source[name].to_numpy() for name in source.columns if name.startswith("rating_")}
    auto = source["auto_rated"].to_numpy(dtype=object, na_value=None)
    random = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01T00:00:00")
    writer = None
    for at in range(0, rows, _CHUNK):
        n = min(_CHUNK, rows - at)
        pick = random.integers(0, len(source), n)
        # 星期几照抽到的那封，周数随意：保住一周的起伏
        week = random.integers(0, _DAYS // 7, n)
        seconds = (week * 7 + weekday[pick]) * 86_400 + (clock[pick] + random.integers(0, 3600, n)) % 86_400
        moment = start + seconds.astype("timedelta64[s]")
        delay = used[pick] * random.lognormal(0, 0.4, n)
        answered = ~np.isnan(delay)
        replied = moment + np.where(answered, delay, 0).astype("int64").astype("timedelta64[s]")
        data: dict[str, Any] = {
            "message_id": pa.array(np.char.add("QH", (at + np.arange(n)).astype(str))),
            "created_at": pa.array(moment.astype("datetime64[us]")),
            "replied_at": pa.array(replied.astype("datetime64[us]"), mask=~answered),
        }
        data |= {name: pa.array(values[pick], pa.string()) for name, values in texts.items()}
        for name, values in ratings.items():
            value = values[pick]
            data[name] = pa.array(value, mask=np.isnan(value) | (value == 0))
        data["auto_rated"] = pa.array(auto[pick], pa.bool_())
        table = pa.table(data)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=65_536)
    if writer is not None:
        writer.close()


def by_wz(path: Path) -> Any:
    """本包。"""
    from wenzheng_lab.trends import indicators

    begun = time.perf_counter()
    found = indicators(str(path), by=["month", "department"], profile=PROFILES, smallest=1)
    return time.perf_counter() - begun, found.table, found.total


def _calendar() -> tuple[Any, Any, dict[str, Any]]:
    """pandas、polars 用的日历：逐日的序数、工作日数、两套时限的最后一天。"""
    from datetime import date

    import numpy as np

    from wenzheng_lab.calendar import WorkdayCalendar
    from wenzheng_lab.trends.engine_calendar import calendar_table, choose_rules

    days = calendar_table(date(2024, 1, 1), date(2026, 12, 31), choose_rules(PROFILES), WorkdayCalendar())
    first = np.datetime64("2024-01-01")
    due = {name: np.array(days[f"due__{name}"], dtype="float64") for name in PROFILES}
    return first, np.array(days["workdays"], dtype="float64"), due


_COLUMNS = (
    "created_at", "replied_at", "department", "reply_unit",
    "rating_solved", "rating_attitude", "rating_speed", "auto_rated",
)  # fmt: skip


def by_pandas(path: Path) -> Any:
    """pandas：逐列算好再分组，是写熟了的写法，不绕远路。"""
    import numpy as np
    import pandas as pd

    begun = time.perf_counter()
    frame = pd.read_parquet(path, columns=list(_COLUMNS))
    first, workdays, dues = _calendar()
    base = first.astype(object).toordinal()
    created, replied = frame["created_at"], frame["replied_at"]
    c_at = ((created - pd.Timestamp(first)).dt.days).to_numpy()
    answered = replied.notna().to_numpy()
    r_at = ((replied - pd.Timestamp(first)).dt.days).fillna(0).to_numpy(dtype="int64")
    as_of = max(created.max(), replied.max())
    frame["month"] = created.dt.strftime("%Y-%m") if len(frame) < 1000 else created.dt.to_period("M").astype("category")
    used = (replied - created).dt.total_seconds()
    frame["hours"] = used / 3600
    frame["workdays"] = np.where(answered, workdays[r_at] - workdays[c_at], np.nan)
    frame["open_hours"] = ((as_of - created).dt.total_seconds() / 3600).where(~answered)
    as_of_at = (as_of - pd.Timestamp(first)).days
    frame["open_workdays"] = np.where(answered, np.nan, workdays[as_of_at] - workdays[c_at])
    frame["answered"] = answered
    for name, due in dues.items():
        last = due[c_at] - base
        late_open = ~answered & (as_of_at > last)
        frame[f"due__{name}"] = answered | late_open
        frame[f"met__{name}"] = answered & (r_at <= last)
        frame[f"last__{name}"] = answered & (r_at == last)
    real = ~frame["auto_rated"].fillna(False).astype(bool)
    scores = frame[["rating_solved", "rating_attitude", "rating_speed"]]
    mean = scores.mean(axis=1)
    frame["rated"] = mean.notna() & real
    frame["rated_all"] = mean.notna()
    frame["satisfied"] = (mean >= 4 - 1e-9) & real
    frame["satisfied_all"] = mean >= 4 - 1e-9
    for name in scores.columns:
        frame[name] = frame[name].where(real)
    frame["solved"] = frame["rating_solved"] >= 4
    frame["auto_known"] = frame["auto_rated"].notna()
    frame["auto"] = ~real
    clocked = answered & (replied.dt.floor("D") != replied).to_numpy()
    frame["clocked"] = clocked
    minute = replied.dt.floor("min").where(clocked)
    together = frame.groupby([frame["reply_unit"].fillna(""), minute], observed=True)["hours"].transform("size")
    frame["batch"] = together >= 5

    def table(groups: Any) -> Any:
        sums = [name for name in frame.columns if frame[name].dtype == bool]
        out = groups[sums].sum()
        out["n"] = groups.size()
        for name in ("hours", "workdays", "open_hours", "open_workdays"):
            out[f"{name}_median"] = groups[name].median()
            out[f"{name}_p90"] = groups[name].quantile(0.9)
        for name in scores.columns:
            out[f"{name}_mean"] = groups[name].mean()
        return out

    total = table(frame.groupby(np.zeros(len(frame), dtype="int8")))
    found = table(frame.groupby(["month", frame["department"].fillna("（空）")], observed=True, sort=True))
    return time.perf_counter() - begun, _named(found.reset_index()), _named(total)


def by_polars(path: Path) -> Any:
    """polars：一条惰性的式子。"""
    import polars as pl

    begun = time.perf_counter()
    first, workdays, dues = _calendar()
    base = first.astype(object).toordinal()
    days = pl.DataFrame(
        {"day": pl.date_range(pl.date(2024, 1, 1), pl.date(2026, 12, 31), eager=True), "work": workdays}
        | {f"due__{name}": due for name, due in dues.items()}
        | {"number": [float(base + n) for n in range(len(workdays))]}
    ).lazy()
    scan = pl.scan_parquet(path).select(_COLUMNS)
    as_of = scan.select(pl.max_horizontal(pl.col("created_at").max(), pl.col("replied_at").max())).collect().item()
    end = as_of.toordinal()
    lf = scan.with_columns(day=pl.col("created_at").dt.date()).join(days, on="day", how="left", maintain_order="none")
    lf = lf.with_columns(day=pl.col("replied_at").dt.date()).join(
        days.select("day", r_work="work", r_number="number"), on="day", how="left", maintain_order="none"
    )
    answered = pl.col("replied_at").is_not_null()
    real = ~pl.col("auto_rated").fill_null(False)
    names = ["rating_solved", "rating_attitude", "rating_speed"]
    mean = pl.mean_horizontal(names, ignore_nulls=True)
    lf = lf.with_columns(
        month=pl.col("created_at").dt.strftime("%Y-%m"),
        department=pl.col("department").fill_null("（空）"),
        hours=(pl.col("replied_at") - pl.col("created_at")).dt.total_seconds() / 3600,
        workdays=pl.col("r_work") - pl.col("work"),
        open_hours=pl.when(~answered).then((pl.lit(as_of) - pl.col("created_at")).dt.total_seconds() / 3600),
        open_workdays=pl.when(~answered).then(float(workdays[end - base]) - pl.col("work")),
        answered=answered,
        rated=mean.is_not_null() & real,
        rated_all=mean.is_not_null(),
        satisfied=(mean >= 4 - 1e-9) & real,
        satisfied_all=mean >= 4 - 1e-9,
        auto=~real,
        auto_known=pl.col("auto_rated").is_not_null(),
        clocked=answered & (pl.col("replied_at").dt.time() != pl.time(0, 0, 0)),
        minute=pl.col("replied_at").dt.truncate("1m"),
        sender=pl.col("reply_unit").fill_null(""),
        **{f"due__{n}": answered | (pl.col(f"due__{n}") < end) for n in dues},
        **{f"met__{n}": answered & (pl.col("r_number") <= pl.col(f"due__{n}")) for n in dues},
        **{f"last__{n}": answered & (pl.col("r_number") == pl.col(f"due__{n}")) for n in dues},
        **{n: pl.when(real).then(pl.col(n)) for n in names},
    )
    lf = lf.with_columns(solved=pl.col("rating_solved") >= 4)
    crowded = lf.filter(pl.col("clocked")).group_by("sender", "minute").agg(together=pl.len())
    lf = lf.join(crowded.filter(pl.col("together") >= 5), on=["sender", "minute"], how="left", maintain_order="none")
    lf = lf.with_columns(batch=pl.col("together").is_not_null())
    sums = [
        "answered",
        "rated",
        "rated_all",
        "satisfied",
        "satisfied_all",
        "auto",
        "auto_known",
        "clocked",
        "solved",
        "batch",
    ]
    sums += [f"{kind}__{n}" for n in dues for kind in ("due", "met", "last")]
    parts = [
        pl.len().alias("n"),
        *(pl.col(n).sum() for n in sums),
        *(pl.col(n).mean().alias(f"{n}_mean") for n in names),
    ]
    for name in ("hours", "workdays", "open_hours", "open_workdays"):
        parts += [pl.col(name).median().alias(f"{name}_median")]
        parts += [pl.col(name).quantile(0.9, "linear").alias(f"{name}_p90")]
    both = pl.collect_all([lf.group_by("month", "department").agg(parts).sort("month", "department"), lf.select(parts)])
    return time.perf_counter() - begun, _named(both[0].to_pandas()), _named(both[1].to_pandas())


def _named(found: Any) -> Any:
    """换成本包的列名，好逐列比。"""
    import numpy as np

    def share(top: str, bottom: str) -> Any:
        count = found[bottom].astype("float64")
        return found[top].astype("float64") / count.where(count > 0)

    solved = found["rating_solved_mean"].notna()
    data = {
        "n": found["n"],
        "answered_rate": share("answered", "n"),
        "rated_rate": share("rated", "answered"),
        "auto_rate": share("auto", "auto_known"),
        "satisfied_rate": share("satisfied", "rated"),
        "satisfied_with_auto": share("satisfied_all", "rated_all"),
        "batch_rate": share("batch", "clocked"),
        "solved_mean": found["rating_solved_mean"],
        "attitude_mean": found["rating_attitude_mean"],
        "speed_mean": found["rating_speed_mean"],
    }
    for name in ("hours", "workdays", "open_hours", "open_workdays"):
        for kind in ("median", "p90"):
            data[f"{name}_{kind}"] = found[f"{name}_{kind}"]
    for name in PROFILES:
        data[f"on_time__{name}"] = share(f"met__{name}", f"due__{name}")
        data[f"last_day__{name}"] = share(f"last__{name}", f"met__{name}")
    import pandas as pd

    assert solved is not None and np is not None
    out = pd.DataFrame(data)
    if "month" in found:
        out.insert(0, "department", found["department"].astype(str))
        out.insert(0, "month", found["month"].astype(str))
        out = out.sort_values(["month", "department"]).reset_index(drop=True)
    return out


def run_one(engine: str, path: Path, out: Path) -> None:
    """一个进程里跑一遍。"""
    import pyarrow as pa

    assert pa is not None
    work = {"pandas": by_pandas, "polars": by_polars, "wz.indicators": by_wz}[engine]
    if engine == "polars":
        import polars as pl

        assert pl is not None
    if engine == "wz.indicators":
        # 表格取回来是 pandas 的，用的时候才 import；别家的 import 不算在内，这里也不算
        import duckdb
        import narwhals as nw
        import pandas as pd

        import wenzheng_lab.trends.indicators_compute as module

        assert duckdb and nw and pd is not None and module
    wall, table, total = work(path)
    out.mkdir(parents=True, exist_ok=True)
    table.to_parquet(out / f"{engine}.parquet")
    total.to_parquet(out / f"{engine}.total.parquet")
    print(json.dumps({"wall": wall, "cpu": cpu_seconds(), "rss": peak_mb()}))


def differences(folder: Path, engines: Sequence[str] = ENGINES) -> dict[str, float]:
    """各家与 wz.indicators 相差最大的一格。"""
    import pandas as pd

    out = {}
    for engine in [name for name in engines if name != ENGINES[-1]]:
        worst = 0.0
        for tail in ("", ".total"):
            ours = pd.read_parquet(folder / f"wz.indicators{tail}.parquet")
            theirs = pd.read_parquet(folder / f"{engine}{tail}.parquet")
            if len(ours) != len(theirs):
                return {engine: float("inf")}
            for name in [name for name in theirs.columns if name not in ("month", "department")]:
                one, other = ours[name].astype("float64"), theirs[name].astype("float64")
                if (one.isna() != other.isna()).any():
                    return {engine: float("inf"), f"{engine}:{name}": float("nan")}
                worst = max(worst, float((one - other).abs().max(skipna=True) or 0.0))
        out[engine] = worst
    return out


def run_all(
    data: Path, times: int, engines: Sequence[str] = ENGINES
) -> tuple[dict[str, list[dict[str, float]]], dict[str, float]]:
    """各家轮着跑。

    Args:
        data: 大表。
        times: 各跑几遍。
        engines: 哪几家。

    Returns:
        （各家各遍的用时、处理器时间、内存，与 wz.indicators 相差最大的一格）。
    """
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(times):
            for name in engines:  # 轮着来，机器忙闲对各家一样
                command = [sys.executable, __file__, "--one", name, "--data", str(data), "--out", folder]
                env = {**os.environ, "PYTHONPATH": str(ROOT)}
                done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, check=True)
                runs[name].append(json.loads(done.stdout.splitlines()[-1]))
                print(f"第 {turn + 1} 遍 {name}：{runs[name][-1]}", file=sys.stderr)
        return runs, differences(Path(folder), engines)


def main() -> int:
    """造数据、跑、写结果。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--data", type=Path, default=None, help="大表放在哪里；默认在临时文件夹")
    parser.add_argument("--no-write", action="store_true", help="只显示，不写结果文件")
    parser.add_argument("--one", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    data = args.data or Path(tempfile.gettempdir()) / f"wenzheng-indicators-{args.rows}.parquet"
    if args.one:
        run_one(args.one, data, args.out)
        return 0
    if not data.exists():
        begun = time.perf_counter()
        part = data.with_suffix(".part")
        make(part, args.rows)
        part.replace(data)
        print(
            f"造了 {args.rows:,} 行（{data.stat().st_size / 2**20:.0f} MB），{time.perf_counter() - begun:.0f} 秒",
            file=sys.stderr,
        )
    try:
        runs, worst = run_all(data, args.times)
    except subprocess.CalledProcessError as error:
        print(error.stderr, file=sys.stderr)
        return 1
    report(args, data, runs, worst)
    return 0


def report(
    args: argparse.Namespace, data: Path, runs: dict[str, list[dict[str, float]]], worst: dict[str, float]
) -> None:
    """一张表，写成 json 与 md。"""
    from importlib.metadata import version

    middle = {
        name: {key: statistics.median(run[key] for run in found) for key in ("wall", "cpu", "rss")}
        for name, found in runs.items()
    }
    base = middle["pandas"]
    rows = {
        name: {
            "wall_s": round(one["wall"], 2),
            "cpu_s": round(one["cpu"], 2),
            "rss_mb": round(one["rss"]),
            "times_pandas": round(base["wall"] / one["wall"], 2),
            "memory_of_pandas": round(one["rss"] / base["rss"], 2),
        }
        for name, one in middle.items()
    }
    facts = {
        "rows": args.rows,
        "file_mb": round(data.stat().st_size / 2**20),
        "runs": args.times,
        "cores": os.cpu_count(),
        "load_average": load(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("pandas", "polars", "duckdb", "narwhals", "pyarrow")},
        "engines": rows,
        "all_runs": runs,
        "largest_difference": worst,
        "bar": {"times_pandas": 4, "memory_of_pandas": 0.4},
    }
    lines = [
        "# 指标：一千万行" if args.rows == 10_000_000 else f"# 指标：{args.rows:,} 行",
        "",
        f"`python benchmarks/indicators.py --rows {args.rows} --times {args.times}`；{os.cpu_count()} 核，"
        f"Python {platform.python_version()}，中位数；月 × 承办单位。跑完时机器的平均负载 {load()}"
        "（别的程序也在用这几个核时，两个核一起算的吃亏，要在空闲的机器上再跑）。",
        "",
        "| | 用时（秒） | pandas 的几倍快 | 处理器时间（秒，含 import） | 常驻内存峰值（MB） | 是 pandas 的几成 |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {row['wall_s']} | {row['times_pandas']} | {row['cpu_s']} "
            f"| {row['rss_mb']:,} | {row['memory_of_pandas']} |"
            for name, row in rows.items()
        ),
        "",
        "要求：不少于 4 倍，不多于 0.4。与 wz.indicators 相差最大的一格："
        + "，".join(f"{name} {value:.1e}" for name, value in worst.items())
        + "。",
        "",
    ]
    print("\n".join(lines))
    if not args.no_write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "indicators.json").write_text(
            json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (RESULTS / "indicators.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
