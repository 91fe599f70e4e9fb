"""``bars`` 的各项：每一项在自己的进程里量，返回量到的数。

比值里的两边在同一进程里轮流跑、各取最快的一遍，机器忙时比值也稳；单线程的按处理器时间比。
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.usage import cpu_seconds, peak_mb

ROOT = Path(__file__).resolve().parents[1]
Facts = dict[str, Any]
QUARTER = ROOT / "datasets" / "county-quarter" / "messages.csv.gz"


def fastest(work: Callable[[], object], times: int = 3) -> float:
    """最快一遍的处理器时间（秒）。"""
    best = float("inf")
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def _children(code: Sequence[str], times: int) -> float:
    """子进程最快一遍的处理器时间。"""
    best = float("inf")
    for _ in range(times):
        before = cpu_seconds(children=True)
        subprocess.run([sys.executable, *code], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        best = min(best, cpu_seconds(children=True) - before)
    return best


def import_time(scale: Facts) -> Facts:
    """``import wenzheng_lab`` 与 ``wenzheng --help`` 比空的 Python 多多少。"""
    times = scale["imports"]
    bare = _children(["-c", "pass"], times)
    light = _children(["-c", "import wenzheng_lab"], times) - bare
    helped = _children(["-m", "wenzheng_lab", "--help"], times) - bare
    return {"bare_s": bare, "import_s": light, "help_s": helped}


def _pairs(count: int) -> list[tuple[dict[str, str], str]]:
    """仿真的来信与答复。"""
    import pandas as pd

    frame = pd.read_csv(QUARTER, encoding="utf-8", usecols=["subject", "body", "reply"]).dropna()
    rows = frame.astype(str).to_dict("records")
    return [
        ({"subject": row["subject"], "body": row["body"]}, row["reply"])
        for row in (rows[n % len(rows)] for n in range(count))
    ]


def score_reply(scale: Facts) -> Facts:
    """评一份答复是 ``jieba.lcut`` 同样两段文字的几倍；评得多了内存涨不涨。"""
    import jieba

    import wenzheng_lab as wz

    jieba.initialize()
    pairs = _pairs(scale["scores"])
    wz.score_reply(pairs[0][1], to=pairs[0][0])
    texts = [text for letter, reply in pairs for text in (letter["subject"] + letter["body"], reply)]
    ours, theirs = float("inf"), float("inf")
    for _ in range(3):
        ours = min(ours, fastest(lambda: [wz.score_reply(reply, to=letter) for letter, reply in pairs], 1))
        theirs = min(theirs, fastest(lambda: [jieba.lcut(text) for text in texts], 1))
    before = peak_mb()
    for letter, reply in _pairs(scale["scores_more"]):
        wz.score_reply(reply, to=letter)
    return {
        "letters": len(pairs),
        "ms_a_reply": ours / len(pairs) * 1000,
        "times_jieba": ours / theirs,
        "more": scale["scores_more"],
        "grew_mb": peak_mb() - before,
    }


def score_table(scale: Facts) -> Facts:
    """``score_replies(out=)``：十分之一的份数与全部的份数，每份的代价与占的内存。"""
    from benchmarks import load as bench

    small, large = (bench.replies_apart(count) for count in (scale["table"] // 10, scale["table"]))
    # 装规则、起进程的几秒是固定的，不摊进每份
    start = bench.replies_apart(2)["cpu_s"]
    cost = [(one["cpu_s"] - start) / one["rows"] for one in (small, large)]
    return {
        "rows": large["rows"],
        "ms_a_reply": cost[1] * 1000,
        "cost_growth": cost[1] / cost[0],
        "grew_mb": max(large["main_mb"] - small["main_mb"], large["worker_mb"] - small["worker_mb"]),
    }


def simulate(scale: Facts) -> Facts:
    """造信：十万封几秒，是 Faker 的几倍快，写文件时内存涨不涨。"""
    from wenzheng_lab.inbox.scenario import load_scenario
    from wenzheng_lab.inbox.simulator import Simulator

    count = scale["letters"]
    machine = Simulator(count, 5, load_scenario("county"))
    length = sum(len(str(machine.row(index)[0]["body"])) for index in range(count)) / count
    fake: Any = None
    try:
        import faker

        fake = faker.Faker("zh_CN")
        faker.Faker.seed(1)
    except ImportError:
        pass
    batch = 50
    starts = range(0, count - batch + 1, batch)
    best, texts = [float("inf")] * len(starts), float("inf")
    for _ in range(scale["rounds"]):
        for slot, start in enumerate(starts):
            begun = time.process_time()
            for index in range(start, start + batch):
                machine.row(index)
            best[slot] = min(best[slot], time.process_time() - begun)
        if fake is not None:
            begun = time.process_time()
            size = sum(len(fake.text(max_nb_chars=int(length * 1.05))) for _ in range(batch))
            texts = min(texts, (time.process_time() - begun) / size)
    one = sum(best) / (len(starts) * batch)
    return {
        "characters": length,
        "s_100k": one * 1e5,
        "times_faker": texts * length / one if fake is not None else None,
        "note": "" if fake is not None else "没有装 faker，比值没有量：pip install faker",
    }


def simulate_to_file(scale: Facts) -> Facts:
    """边造边写：占的内存。"""
    rows = []
    for count in (scale["written"] // 10, scale["written"]):
        with tempfile.TemporaryDirectory() as folder:
            code = (
                "import sys\n"
                "from benchmarks.usage import cpu_seconds, peak_mb\n"
                "from wenzheng_lab.cli import main\n"
                f"assert main(['inbox', '--n', '{count}', '--seed', '7', '--out', sys.argv[1]]) == 0\n"
                # 造信用几个进程，连它们的一起算
                "print(max(peak_mb(), peak_mb(children=True)), cpu_seconds() + cpu_seconds(children=True))\n"
            )
            done = subprocess.run(
                [sys.executable, "-c", code, str(Path(folder) / "收件箱.csv")],
                check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT,
            )  # fmt: skip
            rss, spent = map(float, done.stdout.split()[-2:])
            rows.append((count, rss, spent / count))
    return {
        "letters": rows[1][0],
        "rss_mb": rows[1][1],
        "grew_mb": rows[1][1] - rows[0][1],
        "s_100k": rows[1][2] * 1e5,
        "cost_growth": rows[1][2] / rows[0][2],
    }


def indicators(scale: Facts) -> Facts:
    """``wz.indicators`` 对 pandas、polars。"""
    from benchmarks import indicators as bench

    folder = Path(tempfile.gettempdir())
    data = folder / f"wenzheng-indicators-{scale['rows']}.parquet"
    if not data.exists():
        part = data.with_suffix(".part")
        bench.make(part, scale["rows"])
        part.replace(data)
    engines = [name for name in bench.ENGINES if name != "polars" or _there("polars")]
    runs, worst = bench.run_all(data, scale["times"], engines)
    best = {
        name: {key: min(run[key] for run in found) for key in ("wall", "cpu", "rss")} for name, found in runs.items()
    }
    ours = best["wz.indicators"]
    return {
        "rows": scale["rows"],
        "engines": best,
        "times_pandas": best["pandas"]["wall"] / ours["wall"],
        "cpu_of_pandas": best["pandas"]["cpu"] / ours["cpu"],
        "memory_of_pandas": ours["rss"] / best["pandas"]["rss"],
        "largest_difference": worst,
    }


def _there(name: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(name) is not None


def near_duplicates(scale: Facts) -> Facts:
    """几乎相同的来信。"""
    import numpy as np
    import pandas as pd

    import wenzheng_lab as wz
    from benchmarks import near_duplicates as bench

    texts, truth = bench.letters(scale["copies"], seed=7)
    frame = pd.DataFrame({"body": pd.Series(texts, dtype="str")})
    del texts
    wz.group_duplicates(frame.head(200))
    small = scale["copies"] // 10
    begun = time.process_time()
    wz.group_duplicates(frame.head(small))
    tenth = time.process_time() - begun
    begun, spent = time.perf_counter(), time.process_time()
    found = wz.group_duplicates(frame).to_numpy()
    wall, spent = time.perf_counter() - begun, time.process_time() - spent
    planted = truth > 0
    both = bench.pairs(found[planted].astype(np.int64) * (len(truth) + 1) + truth[planted])
    return {
        "letters": len(truth),
        "wall_s": wall,
        "cpu_s": spent,
        "rss_gb": peak_mb() / 1024,
        "precision": both / max(bench.pairs(found), 1),
        "recall": both / max(bench.pairs(truth[planted]), 1),
        "cost_growth": spent / len(truth) / (tenth / small),
    }


def real_or_made() -> tuple[str, Path]:
    """附件3（没有就用仿真的）与它的说法。"""
    real = Path(os.environ.get("WENZHENG_REAL") or ROOT.parent / "shared" / "real") / "附件3.xlsx"
    return ("附件3", real) if real.is_file() else ("仿真", QUARTER)


def hotspots(scale: Facts) -> Facts:
    """四千多封里找热点：冷起动，从 import 到结果。"""
    what, path = real_or_made()
    code = (
        "import time; begun = time.perf_counter(); import sys, wenzheng_lab as wz\n"
        "found = wz.find_hotspots(wz.read_messages(sys.argv[1]).head(int(sys.argv[2])), top=10)\n"
        "print(time.perf_counter() - begun, time.process_time(), len(found))\n"
    )
    best = [float("inf"), float("inf")]
    found = 0
    for _ in range(scale["times"]):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), "4326"],
            check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT,
        )  # fmt: skip
        wall, spent, count = done.stdout.split()[-3:]
        best, found = [min(best[0], float(wall)), min(best[1], float(spent))], int(count)
    return {"data": what, "wall_s": best[0], "cpu_s": best[1], "found": found}


def clicks(scale: Facts) -> Facts:
    """练习台的一次点击：评分、分拣、下一天。"""
    import wenzheng_lab as wz

    pairs = _pairs(scale["clicks"])
    wz.score_reply(pairs[0][1], to=pairs[0][0])
    wz.triage_message(pairs[0][0])
    slow = {"score": 0.0, "triage": 0.0, "day": 0.0}
    for letter, reply in pairs:
        for name, work in (
            ("score", lambda r=reply, m=letter: wz.score_reply(r, to=m)._repr_html_()),
            ("triage", lambda m=letter: wz.triage_message(m)._repr_html_()),
        ):
            begun = time.process_time()
            work()
            slow[name] = max(slow[name], time.process_time() - begun)
    office = wz.Office(scenario="county-week", seed=7)
    for _ in range(7):
        begun = time.process_time()
        office.advance(hours=24)
        slow["day"] = max(slow["day"], time.process_time() - begun)
    return {f"{name}_s": value for name, value in slow.items()}


def office_month(scale: Facts) -> Facts:
    """县里走三十天。"""
    import wenzheng_lab as wz

    office = wz.Office(scenario="county-week", seed=7)
    begun = time.process_time()
    for _ in range(30):
        office.advance(hours=24)
    return {"days": 30, "cpu_s": time.process_time() - begun, "letters": len(office.inbox)}


def triage(scale: Facts) -> Facts:
    """分拣四千多封。"""
    import wenzheng_lab as wz

    what, path = real_or_made()
    rows = wz.read_messages(path).head(scale["triaged"])[["subject", "body"]].to_dict("records")
    wz.triage_message(rows[0])
    begun = time.process_time()
    for row in rows:
        wz.triage_message(row)
    return {"data": what, "letters": len(rows), "cpu_s": time.process_time() - begun}


def redact(scale: Facts) -> Facts:
    """遮个人信息。"""
    import wenzheng_lab as wz

    texts = [letter["body"] for letter, _ in _pairs(scale["scores"])]
    wz.redact(texts[0])
    spent = fastest(lambda: [wz.redact(text) for text in texts])
    unit = "我叫苗广顺，电话13805550127，家住青禾县望山镇柳树村三组18号。"
    times = []
    for length in (scale["long"] // 4, scale["long"]):
        text = (unit * (length // len(unit) + 1))[:length]
        times.append(fastest(lambda text=text: wz.redact(text), 2))
    return {"ms_300": spent / sum(map(len, texts)) * 300 * 1000, "four_times_longer": times[1] / times[0]}


def stream(scale: Facts) -> Facts:
    """读、遮、写一条龙：十万行与一百万行各占多少内存。"""
    from benchmarks import stream as bench

    rows = bench.run_all(scale["streamed"])
    small, large = rows[:2]
    return {
        "rows": large["rows"],
        "rss_mb": large["rss_mb"],
        "grew_mb": max(b["rss_mb"] - a["rss_mb"] for a, b in zip(rows[::2], rows[1::2], strict=True)),
        "us_a_row": large["cpu_s"] / large["rows"] * 1e6,
        "cost_growth": large["cpu_s"] / large["rows"] / (small["cpu_s"] / small["rows"]),
        "kinds": rows,
    }
