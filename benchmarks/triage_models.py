"""比较分类模型的几种做法：同一批真实留言、同样的五份，各对多少。

    python benchmarks/triage_models.py [--real 真实留言的目录]

打印一张表，抄进 docs/triage.md。用的是附件2 有标签的开发集（842 封、七类）；分份的办法与验收相同。
"""

from __future__ import annotations

import argparse
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from triage_data import contest, real_folder

from wenzheng_lab.triage import features
from wenzheng_lab.triage.features import BLOCKS, Counts, count_features, learn_vocabulary
from wenzheng_lab.triage.linear import decide, train_weights

FOLDS = 5
CHARS = ("title_chars", "body_chars")
WORDS = ("title_words", "body_words")
SETUPS: Mapping[str, tuple[bool, tuple[str, ...], float]] = {
    "只看字，标题并进正文": (False, CHARS, 0.0),
    "只看字，标题单列": (True, CHARS, 0.0),
    "字＋词，标题单列": (True, CHARS + WORDS, 0.0),
    "字＋词＋分类词表": (True, BLOCKS, 0.0),
    "字＋词＋分类词表＋朴素贝叶斯（采用）": (True, BLOCKS, 0.3),
    "只有朴素贝叶斯": (True, BLOCKS, -1.0),
}
"""名称 → （标题单列，用哪几块，贝叶斯的份量；-1 为只用贝叶斯）"""


def main() -> None:
    """逐种量，打印表。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, default=real_folder())
    args = parser.parse_args()
    if args.real is None:
        raise SystemExit("找不到真实留言：用 --real 指明目录，或设环境变量 WENZHENG_REAL")
    frame = contest(args.real)
    fold = np.array([zlib.crc32(f"fold{number}".encode()) % FOLDS for number in frame["id"]])
    names = sorted(set(frame["category"]))
    y = np.array([names.index(name) for name in frame["category"]])
    pairs = list(zip(frame["subject"], frame["body"], strict=True))
    split = [count_features(*pair) for pair in pairs]
    merged = [count_features("", f"{subject}\n{body}") for subject, body in pairs]
    whole = dict(features.WEIGHTS)
    print("| 做法 | 宏平均 F1 | 正确率 | 五份共用时 |\n|---|---|---|---|")
    for name, (titled, blocks, bayes) in SETUPS.items():
        start = time.process_time()
        features.WEIGHTS = {block: whole[block] if block in blocks else 0.0 for block in BLOCKS}  # type: ignore[misc]
        guess = cross(split if titled else merged, y, fold, len(names), bayes)
        print(
            f"| {name} | {macro_f1(y, guess, len(names)):.3f} | {(guess == y).mean():.3f} "
            f"| {time.process_time() - start:.0f} 秒 |",
            flush=True,
        )


def cross(letters: Sequence[Counts], y: np.ndarray, fold: np.ndarray, classes: int, bayes: float) -> np.ndarray:
    """五份交叉，各封都由没见过它的模型来猜。"""
    guess = np.zeros(len(y), dtype=int)
    for part in range(FOLDS):
        inside, outside = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        vocabulary = learn_vocabulary([letters[i] for i in inside])
        rows = [vocabulary.encode(letters[i]) for i in inside]
        cost = 1e-6 if bayes < 0 else 1.0
        weights = train_weights(rows, y[inside], classes, vocabulary.size, cost=cost, bayes=abs(bayes))
        guess[outside] = decide([vocabulary.encode(letters[i]) for i in outside], weights).argmax(axis=1)
    return guess


def macro_f1(y: np.ndarray, guess: np.ndarray, classes: int) -> float:
    """各类 F1 的平均。"""
    scores = []
    for kind in range(classes):
        hit = ((y == kind) & (guess == kind)).sum()
        scores.append(2 * hit / max(1, (y == kind).sum() + (guess == kind).sum()))
    return float(np.mean(scores))


if __name__ == "__main__":
    main()
