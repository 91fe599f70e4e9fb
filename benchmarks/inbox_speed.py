"""造信的快慢：与 Faker(zh_CN) 造同样长的文字交替计时，报比值。

    python benchmarks/inbox_speed.py [封数]

两样在同一进程里一小份一小份地轮流跑，各取最快的一份，机器忙时比值也稳。
Faker 只在这里用，不是本包的依赖：``pip install faker``。
"""

from __future__ import annotations

import gc
import sys
import time

from wenzheng_lab.inbox.scenario import load_scenario
from wenzheng_lab.inbox.simulator import Simulator

BATCH = 50  # 一小份多少封
ROUNDS = 8  # 每份跑几遍，取最快


def main() -> None:
    """计时并打印。"""
    from faker import Faker

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    fake = Faker("zh_CN")
    Faker.seed(1)
    machine = Simulator(count, 5, load_scenario("county"))
    # 先跑一遍：片段第一次用到时才译成函数，不算在内
    length = sum(len(str(machine.row(index)[0]["body"])) for index in range(count)) / count
    gc.collect()
    gc.freeze()
    gc.disable()
    starts = range(0, count - BATCH + 1, BATCH)
    letters, texts = [9e9] * len(starts), 9e9
    for _ in range(ROUNDS):
        for slot, start in enumerate(starts):
            begin = time.perf_counter()
            for index in range(start, start + BATCH):
                machine.row(index)
            letters[slot] = min(letters[slot], time.perf_counter() - begin)
        begin = time.perf_counter()
        size = sum(len(fake.text(max_nb_chars=int(length * 1.05))) for _ in range(BATCH))
        texts = min(texts, (time.perf_counter() - begin) / size)
    ours = sum(letters) / (len(starts) * BATCH)
    print(f"一封平均 {length:.0f} 字；十万封 {ours * 1e5:.1f} 秒（一个进程）")
    print(f"Faker 造同样长的文字十万段 {texts * length * 1e5:.1f} 秒；我们是它的 {texts * length / ours:.2f} 倍快")


if __name__ == "__main__":
    main()
