"""报警、变点、突增在有已知事件的仿真日计数上：多久发现、误报多少。

    python benchmarks/trend_alarms.py [--series 40]

日计数带周末、节假日与调休（真的放假安排）、比泊松大的起伏、缓慢的全年涨落；事件是种下的，所以知道该在哪天报。
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from wenzheng_lab.trends.alarms import watch_counts
from wenzheng_lab.trends.bursts import burst_days
from wenzheng_lab.trends.changes import find_changes
from wenzheng_lab.trends.counts import day_kinds

DAYS = pd.date_range("2023-01-01", "2025-12-31", freq="D")
KINDS = day_kinds(DAYS)
EVENT = 500  # 事件从第几天起；此前有一年多的平常日子
SPREAD = 1.4  # 方差是期望的几倍
LEVELS = (2, 8, 30)  # 工作日平均几封

Shape = Callable[[np.ndarray], np.ndarray]
EVENTS: dict[str, Shape] = {
    "一天猛增到 4 倍": lambda t: np.where(t == 0, 4.0, 1.0),
    "两周涨到 2 倍": lambda t: np.where((t >= 0) & (t < 14), 2.0, 1.0),
    "一月里渐增到 2.5 倍": lambda t: np.where((t >= 0) & (t < 45), 1 + 1.5 * np.clip(t / 30, 0, 1), 1.0),
    "从此多五成": lambda t: np.where(t >= 0, 1.5, 1.0),
}


def series(level: float, seed: int, event: Shape | None) -> pd.Series:
    """一列日计数。"""
    rng = np.random.default_rng(random.Random(f"{seed}:{level}:alarms").getrandbits(64))
    t = np.arange(len(DAYS))
    mean = level * np.array([1.0, 0.6, 0.35])[KINDS] * (1 + 0.15 * np.sin(2 * np.pi * t / 365))
    if event is not None:
        mean = mean * event(t - EVENT)
    return pd.Series(rng.negative_binomial(mean / (SPREAD - 1), 1 / SPREAD), index=DAYS)


def alarmed(one: pd.Series, rate: float) -> np.ndarray:
    """各天报没报。"""
    return (watch_counts(one, false_alarms=rate)["alarm"] != "").to_numpy()


def episodes(flags: np.ndarray) -> int:
    """连着报的算一回。"""
    return int((flags & ~np.concatenate([[False], flags[:-1]])).sum())


def main() -> None:
    """打印三张表。"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=40)
    n = parser.parse_args().series
    years = len(DAYS) / 365

    print(f"没有事件：{n} 列 × {years:.0f} 年，一年误报几回")
    print("| 工作日平均 | 设定 1 回 | 设定 2 回 | 设定 4 回 | 变点（一年几个） | 突增（一年几段） |")
    print("|---|---|---|---|---|---|")
    for level in LEVELS:
        quiet = [series(level, seed, None) for seed in range(n)]
        cells = [
            np.mean([episodes((watch_counts(one, false_alarms=rate)["alarm"] != "").to_numpy()) for one in quiet])
            / years
            for rate in (1, 2, 4)
        ]
        changes = np.mean([len(find_changes(one)) for one in quiet]) / years
        bursts = np.mean([len(burst_days(one.to_numpy(), day_kinds(one.index))) for one in quiet]) / years
        print(f"| {level} 封 | " + " | ".join(f"{cell:.1f}" for cell in cells) + f" | {changes:.2f} | {bursts:.2f} |")

    print("\n报警（设定一年误报 2 回）：十四天内发现的比例、发现用了几天（中位；当天为 0）")
    print("| 事件 | " + " | ".join(f"{level} 封" for level in LEVELS) + " |")
    print("|---|" + "---|" * len(LEVELS))
    for name, shape in EVENTS.items():
        cells = []
        for level in LEVELS:
            delays = []
            for seed in range(n):
                table = watch_counts(series(level, 1000 + seed, shape))
                after = np.flatnonzero((table["alarm"] != "").to_numpy()[EVENT : EVENT + 45])
                delays.append(int(after[0]) if len(after) else 999)
            found = [delay for delay in delays if delay < 14]
            middle = f"{np.median(found):.0f} 天" if found else "—"
            cells.append(f"{len(found) / n:.0%}，{middle}")
        print(f"| {name} | " + " | ".join(cells) + " |")

    print("\n事后定位：变点离真的起点几天（中位，括号里是找到的比例：前后十天内有变点／有突增段盖住）")
    print("| 事件 | 方法 | " + " | ".join(f"{level} 封" for level in LEVELS) + " |")
    print("|---|---|" + "---|" * len(LEVELS))
    for name in ("两周涨到 2 倍", "从此多五成"):
        for method in ("变点", "突增"):
            cells = []
            for level in LEVELS:
                gaps = []
                for seed in range(n):
                    one = series(level, 1000 + seed, EVENTS[name])
                    if method == "变点":
                        starts = [(pd.Timestamp(change.day) - DAYS[0]).days for change in find_changes(one)]
                    else:
                        starts = [start for start, *_ in burst_days(one.to_numpy(), day_kinds(one.index))]
                    gaps.append(min((abs(start - EVENT) for start in starts), default=999))
                near = [gap for gap in gaps if gap <= 10]
                cells.append(f"{np.median(near):.0f} 天（{len(near) / n:.0%}）" if near else "—（0%）")
            print(f"| {name} | {method} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
