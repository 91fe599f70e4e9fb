"""造信的快慢：与 Faker(zh_CN) 交替计时，报比值；再用几个进程写一个文件，报每十万封几秒。

    python benchmarks/inbox_speed.py [封数] [写文件的封数]

Faker 有两种比法，都报：一是只造同样长的乱字；二是照来信表的九列各造一个值（署名、地名、标题、正文、时间……），
正文同样长。我们的一封另有二十二列真值，两种比法里都算在我们的时间里。
几样在同一进程里一小份一小份地轮流跑，各取最快的一份，机器忙时比值也稳。
Faker 只在这里用，不是本包的依赖：``pip install faker``。
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from wenzheng_lab.inbox.packing import open_sink
from wenzheng_lab.inbox.scenario import load_scenario
from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS, Simulator

BATCH = 50  # 一小份多少封
ROUNDS = 8  # 每份跑几遍，取最快


def timed(work: Callable[[], object]) -> float:
    """跑一遍用几秒。"""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare(count: int) -> None:
    """一个进程：与 Faker 比。"""
    from faker import Faker

    fake = Faker("zh_CN")
    Faker.seed(1)
    machine = Simulator(count, 5, load_scenario("county"))
    # 先跑一遍：片段第一次用到时才译成函数，不算在内
    length = sum(len(str(machine.row(index)[0]["body"])) for index in range(count)) / count
    size = int(length * 1.05)

    def row() -> dict[str, object]:
        return {
            "message_id": fake.bothify("QH#######"),
            "channel": fake.random_element(("网站留言", "微信公众号", "手机APP")),
            "author": fake.name(),
            "place": fake.district(),
            "subject": fake.sentence(nb_words=6),
            "body": fake.text(max_nb_chars=size),
            "created_at": fake.date_time(),
            "likes": fake.pyint(0, 99),
            "dislikes": fake.pyint(0, 9),
        }

    gc.collect()
    gc.freeze()
    gc.disable()
    starts = range(0, count - BATCH + 1, BATCH)
    letters, texts, rows, made = [9e9] * len(starts), 9e9, 9e9, 0
    for _ in range(ROUNDS):
        for slot, start in enumerate(starts):
            letters[slot] = min(
                letters[slot], timed(lambda first=start: [machine.row(first + n) for n in range(BATCH)])
            )
        found: list[str] = []
        spent = timed(lambda into=found: into.extend(fake.text(max_nb_chars=size) for _ in range(BATCH)))
        made = sum(map(len, found))
        texts = min(texts, spent / made * length)
        rows = min(rows, timed(lambda: [row() for _ in range(BATCH)]) / BATCH)
    gc.enable()
    ours = sum(letters) / (len(starts) * BATCH)
    print(f"一封平均 {length:.0f} 字；十万封 {ours * 1e5:.1f} 秒（一个进程，来信与真值）")
    print(f"Faker 只造同样长的文字，十万段 {texts * 1e5:.1f} 秒；我们是它的 {texts / ours:.2f} 倍快")
    print(f"Faker 照来信表九列各造一个值，十万行 {rows * 1e5:.1f} 秒；我们是它的 {rows / ours:.2f} 倍快")


def write(count: int) -> None:
    """几个进程写一个 parquet 文件。"""
    from wenzheng_lab.inbox.crew import crew_size, pack_with_crew

    workers = max(crew_size(count), 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "来信.parquet"
        begin = time.perf_counter()
        sink = open_sink("parquet", path, MESSAGE_COLUMNS)
        targets = (("parquet", MESSAGE_COLUMNS),)
        for _, packed in pack_with_crew(count, seed=7, scenario="county", workers=workers, targets=targets):
            sink.add(packed[0])
        sink.close()
        spent = time.perf_counter() - begin
        size = path.stat().st_size / 1e6
    busy = f"；这一刻的负载 {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{workers} 个进程写 {count} 封（{size:.0f} MB）{spent:.1f} 秒，合十万封 {spent / count * 1e5:.1f} 秒{busy}")


if __name__ == "__main__":
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    write(int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
