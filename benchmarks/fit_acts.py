"""训练“句子的作用”模型：python benchmarks/fit_acts.py --labels 目录 --real 附件4.xlsx。

标注只含编号与作用代码，不含原文；原文由使用者自己提供（真实数据不随项目发布）。
每种作用一个 L2 逻辑回归；按答复分组交叉验证，打印平均精度；权重取整后写进 wenzheng_lab/reply/data/act_weights.csv。
"""

from __future__ import annotations

import argparse
import csv
import io
import math
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from wenzheng_lab.letter.asks import find_asks
from wenzheng_lab.letter.topic import Topic
from wenzheng_lab.model import Message
from wenzheng_lab.reply.act_features import flags, grams
from wenzheng_lab.reply.acts import GRAM_LENGTH, SCALE, WEIGHTS
from wenzheng_lab.reply.sentences import read_sentences

# 作用 → 标注代码；小写是空泛的一类
CODES = {
    "finding": "F",
    "named": "B",
    "policy": "b",
    "reason": "Y",
    "done": "D",
    "plan": "P",
    "answer": "A",
    "instruct": "I",
    "refusal": "N",
    "vague": "dpfi",
    "slogan": "S",
    "not_ours": "X",
}
MIN_COUNT = 8
C = 0.6
KEEP = 0.05


def read_labels(folder: Path) -> dict[str, list[str]]:
    labels = {}
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                key, _, groups = line.split("\t")
                labels[key] = groups.split()
    return labels


def rows_of(labels: dict[str, list[str]], texts: dict[str, tuple[str, str, str]]):
    names: list[set[str]] = []
    marks: list[set[str]] = []
    targets, groups = [], []
    for key in sorted(labels):
        if key not in texts:
            continue
        subject, body, reply = texts[key]
        message = Message(subject, body)
        sentences = read_sentences(reply, message, Topic.of(subject, body))
        asks = find_asks(message)
        if len(sentences) != len(labels[key]):
            print(f"跳过 {key}：标注 {len(labels[key])} 句，分出 {len(sentences)} 句")
            continue
        for at, codes in enumerate(labels[key]):
            names.append(grams(sentences[at].folded))
            marks.append(flags(sentences, at, asks))
            targets.append([any(code in codes for code in group) for group in CODES.values()])
            groups.append(key)
    return names, marks, np.array(targets), np.array(groups)


def matrix(names, marks, vocabulary):
    data, indices, pointers = [], [], [0]
    for pieces, signs in zip(names, marks, strict=True):
        scale = GRAM_LENGTH / math.sqrt(len(pieces))
        for feature in pieces | signs:
            column = vocabulary.get(feature)
            if column is not None:
                indices.append(column)
                data.append(1.0 if feature.startswith("@") and len(feature) > 3 else scale)
        pointers.append(len(indices))
    return csr_matrix((data, indices, pointers), shape=(len(names), len(vocabulary)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True, help="jsonl：id, subject, body, reply")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--exclude", default="", help="不参加训练的编号前缀，逗号分隔")
    args = parser.parse_args()
    import json

    texts = {}
    for line in args.texts.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts[str(row["id"])] = (row["subject"], row["body"], row["reply"])
    skip = tuple(p for p in args.exclude.split(",") if p)
    labels = {k: v for k, v in read_labels(args.labels).items() if not (skip and k.startswith(skip))}
    names, marks, targets, groups = rows_of(labels, texts)
    counts: dict[str, int] = {}
    for pieces, signs in zip(names, marks, strict=True):
        for feature in pieces | signs:
            counts[feature] = counts.get(feature, 0) + 1
    vocabulary = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= MIN_COUNT))}
    x = matrix(names, marks, vocabulary)
    print(f"{len(set(groups))} 份答复 {x.shape[0]} 句 {x.shape[1]} 个特征")
    guess = np.zeros(targets.shape)
    for train, test in GroupKFold(5).split(x, groups=groups):
        for j in range(targets.shape[1]):
            model = LogisticRegression(C=C, max_iter=500).fit(x[train], targets[train, j])
            guess[test, j] = model.predict_proba(x[test])[:, 1]
    for j, act in enumerate(CODES):
        score = average_precision_score(targets[:, j], guess[:, j])
        print(f"  {act:10s} {int(targets[:, j].sum()):5d} 句  平均精度 {score:.2f}")
    models = [LogisticRegression(C=C, max_iter=500).fit(x, targets[:, j]) for j in range(targets.shape[1])]
    table = np.stack([m.coef_[0] for m in models], axis=1)
    keep = np.abs(table).max(axis=1) >= KEEP
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["feature", *CODES])
    writer.writerow(["(bias)", *(round(float(m.intercept_[0]) * SCALE) for m in models)])
    for feature, column in vocabulary.items():
        if keep[column]:
            values = [round(float(v) * SCALE) for v in table[column]]
            writer.writerow([feature, *("" if abs(v) < 5 else v for v in values)])
    args.out.write_text(out.getvalue(), encoding="utf-8")
    print(f"写出 {args.out.name}：{int(keep.sum())} 个特征，{len(out.getvalue().encode()) // 1024} KB")


if __name__ == "__main__":
    main()
