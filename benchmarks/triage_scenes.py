"""重新训练随包的情景模型（一句话像不像险情、像不像时限）。

    python benchmarks/triage_scenes.py [--real 真实留言的目录]

学的是 ``benchmarks/labels/urgency_scenes.tsv`` 里手写的情景句；平常话另取真实留言里标为“一般”的
（``benchmarks/labels/triage_real.tsv`` 只有编号与标注，原文在使用者自己手里）。没有真实留言就用仿真来信。
最后在 ``tests/data/urgency_cases.jsonl`` 上量一量；那里的信不参加训练。
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from triage_data import HERE, labelled, real_folder

import wenzheng_lab as wz
from wenzheng_lab.text import fold, sentences
from wenzheng_lab.triage.scenes import SHIPPED, grams, make_model

LEVELS = ("一般", "急", "特急")
BACKGROUND = 0.15
"""真实留言里的一句平常话顶手写的几分之一：它们有一万多句"""
COMMON = 12_000
"""平常话里的字片最多留几个"""


def main() -> None:
    """训练、写文件、量一量。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, default=real_folder())
    args = parser.parse_args()
    texts, levels, weights = [], [], []
    with (HERE / "labels" / "urgency_scenes.tsv").open(encoding="utf-8", newline="") as file:
        for level, text in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            texts.append(fold(text))
            levels.append(LEVELS.index(level))
            weights.append(1.0)
    own = set().union(*(grams(text) for text in texts))
    plain = background(args.real)
    texts += plain
    levels += [0] * len(plain)
    weights += [BACKGROUND] * len(plain)
    finder = TfidfVectorizer(analyzer=lambda text: list(grams(text).elements()), min_df=2, sublinear_tf=True)
    finder.fit(texts)
    names = finder.get_feature_names_out()
    counts = 1 / np.exp(finder.idf_ - 1)
    common = set(names[np.argsort(-counts, kind="stable")[:COMMON]])
    kept = sorted(name for name in names if name in own or name in common)
    finder = TfidfVectorizer(
        analyzer=lambda text: list(grams(text).elements()), vocabulary=kept, sublinear_tf=True
    ).fit(texts)
    model = LogisticRegression(C=6, max_iter=400).fit(
        finder.transform(texts), np.array(levels), sample_weight=np.array(weights)
    )
    coef, bias = model.coef_, model.intercept_
    scenes = make_model(
        kept,
        finder.idf_,
        np.stack([coef[2] - coef[0], coef[1] - coef[0]], axis=1),
        np.array([bias[2] - bias[0], bias[1] - bias[0]]),
    )
    scenes.save(SHIPPED)
    print(f"{len(kept)} 个字片，{SHIPPED.stat().st_size / 1e6:.2f} MB，摘要 {scenes.digest}")
    measure()


def background(folder: Path | None) -> list[str]:
    """平常话：标为“一般”的真实留言的句子；没有就用仿真来信的。"""
    if folder is not None and folder.is_dir():
        frame = labelled(folder)
        frame = frame[frame["urgency"] == "一般"]
    else:
        box = wz.simulate_inbox(n=1500, seed=2026)
        frame = box.messages[box.truth["urgency"] == "一般"]
    found = []
    for subject, body in zip(frame["subject"], frame["body"], strict=True):
        text = fold(f"{subject}\n{body}")
        parts = [span for span in sentences(text) if len(span) > 3]
        found += [span.of(text) for span in parts]
        found += [text[a.start : b.end] for a, b in itertools.pairwise(parts)]
    return found


def measure() -> None:
    """量一量：新写的信，三级各对多少。"""
    os.environ.setdefault("PYTHONIOENCODING", "utf-8")
    path = HERE.parent / "tests" / "data" / "urgency_cases.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    table = np.zeros((3, 3), dtype=int)
    for row in rows:
        got = wz.triage_message({"subject": row["subject"], "body": row["body"]}).urgency
        table[LEVELS.index(row["urgency"]), LEVELS.index(got)] += 1
    print("真值（行）× 判断（列）：", *LEVELS)
    for level, line in zip(LEVELS, table, strict=True):
        print(level, *line)
    print(f"特急召回 {table[2, 2] / table[2].sum():.3f}；一般没有抬成特急 {1 - table[0, 2] / table[0].sum():.3f}")


if __name__ == "__main__":
    main()
