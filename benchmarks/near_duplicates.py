"""一百万封里找几乎相同的：用多久、占多少内存、种下的组找回几成。

    python benchmarks/near_duplicates.py [--letters 1000000]

文字由词典里的词随机连成（常用的词多些），约百分之一的信有几封到几十封改动了几个字的抄件。
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import jieba

import wenzheng_lab as wz
from wenzheng_lab.letter.shingles import bare

SMALL = "的了是在有和就不人都一个上也很到说要去你"


def letters(n: int, seed: int) -> tuple[list[str], np.ndarray]:
    """文字与所属的组（0 为没有抄件）。"""
    rng = random.Random(f"{seed}:near-duplicates")
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines if 2 <= len(line.split(" ")[0]) <= 4]
    # 长尾：位置取随机数的三次方，前面的词多些
    pick = np.random.default_rng(rng.getrandbits(64))
    texts: list[str] = []
    truth: list[int] = []
    group = 0
    while len(texts) < n:
        places = (pick.random(rng.randint(40, 120)) ** 3 * len(words)).astype(int)
        base = "".join(words[i] for i in places.tolist())
        size = 1
        if rng.random() < 0.01:
            size, group = min(2 + int(rng.expovariate(1 / 14)), 60), group + 1
        for _ in range(size):
            copy = list(base)
            for _ in range(int(len(copy) * rng.uniform(0, 0.035)) if size > 1 else 0):
                copy[rng.randrange(len(copy))] = rng.choice(SMALL)
            texts.append("".join(copy))
            truth.append(group if size > 1 else 0)
    return texts[:n], np.array(truth[:n])


def pairs(labels: np.ndarray) -> float:
    """同组的对数。"""
    sizes = np.unique(labels, return_counts=True)[1].astype(float)
    return float((sizes * (sizes - 1) / 2).sum())


def peak() -> str:
    """进程占过的最多内存。"""
    from benchmarks.usage import peak_mb

    return f"{peak_mb() / 1024:.2f} GB"


def main() -> None:
    """打印一行结果。"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=1_000_000)
    n = parser.parse_args().letters
    texts, truth = letters(n, seed=7)
    frame = pd.DataFrame({"body": pd.Series(texts, dtype="str")})
    del texts
    bare("热身")
    start = time.perf_counter()
    found = wz.group_duplicates(frame).to_numpy()
    seconds = time.perf_counter() - start
    planted = truth > 0
    both = pairs(found[planted].astype(np.int64) * (n + 1) + truth[planted])
    print(
        f"{n} 封：{seconds:.1f} 秒，内存最多 {peak()}，同组的对：准 {both / max(pairs(found), 1):.3f}，"
        f"全 {both / max(pairs(truth[planted]), 1):.3f}"
    )


if __name__ == "__main__":
    main()
