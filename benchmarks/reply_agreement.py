"""评分与读者合不合：python benchmarks/reply_agreement.py 评分.jsonl 原文.jsonl。

评分.jsonl 每行一份：id 与各位读者（列表）的 rel、com、sub、bas、ton、pla、all；
原文.jsonl 每行 id、subject、body、reply。
打印总分与各项的 Spearman、自助法 95% 区间，以及给定答复长度后的偏相关。
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

import wenzheng_lab as wz

COLUMNS = {
    "relevance": "rel", "completeness": "com", "disposition": "sub", "basis": "bas", "tone": "ton", "plain": "pla",
    "total": "all",
}  # fmt: skip
DRAWS = 2000


def rank(x: np.ndarray, y: np.ndarray) -> float:
    return float(spearmanr(x, y).statistic)


def partial(x: np.ndarray, y: np.ndarray, given: np.ndarray) -> float:
    a, b, c = rank(x, y), rank(x, given), rank(y, given)
    return float((a - b * c) / np.sqrt((1 - b * b) * (1 - c * c)))


def interval(values: list[float]) -> str:
    low, high = np.quantile(values, [0.025, 0.975])
    return f"{low:.2f}–{high:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ratings", type=Path)
    parser.add_argument("texts", type=Path)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.texts.read_text(encoding="utf-8").splitlines()]
    texts = {str(row["id"]): row for row in rows}
    read = [json.loads(line) for line in args.ratings.read_text(encoding="utf-8").splitlines()]
    read = [row for row in read if str(row["id"]) in texts]
    scores = [wz.score_reply(texts[str(row["id"])]["reply"], to=texts[str(row["id"])]) for row in read]
    length = np.array([len(texts[str(row["id"])]["reply"]) for row in read])
    draws = [np.random.Generator(np.random.PCG64(seed)).integers(0, len(read), len(read)) for seed in range(DRAWS)]
    print(f"{len(read)} 份；只看长度 {rank(length, np.array([np.mean(row['all']) for row in read])):.3f}")
    for name, column in COLUMNS.items():
        ours = np.array([float((s.total if name == "total" else s.criteria[name].score) or 0.0) for s in scores])
        theirs = np.array([np.mean(row[column]) for row in read])
        print(f"{name} {rank(ours, theirs):.3f}（{interval([rank(ours[i], theirs[i]) for i in draws])}）")
        if name == "total":
            held = [partial(ours[i], theirs[i], length[i]) for i in draws]
            print(f"给定长度 {partial(ours, theirs, length):.3f}（{interval(held)}）")


if __name__ == "__main__":
    main()
