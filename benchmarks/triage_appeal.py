"""重新训练诉求的合成份量（``appeal_blend.csv``）：规则命中、诉求模型的分、问句的形状各占多少。

    python benchmarks/triage_appeal.py [--real 真实留言的目录]

先跑 ``triage_shipped.py --appeal`` 得到诉求模型。合成用的模型分由四份交叉得出（每封信都由没见过它的模型打分），
不然份量会偏向模型。规则（appeal.toml）改过以后两样都要重跑。
"""

from __future__ import annotations

import argparse
import csv
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from triage_data import labelled, letters, real_folder

from wenzheng_lab._files import atomic_path
from wenzheng_lab.model import APPEALS
from wenzheng_lab.rules import load_rules
from wenzheng_lab.rules.sieve import find_rules
from wenzheng_lab.text import fold
from wenzheng_lab.triage.blend import BLEND, blend_features
from wenzheng_lab.triage.features import count_features, learn_vocabulary
from wenzheng_lab.triage.linear import decide, train_weights
from wenzheng_lab.triage.urgency import judge_urgency

PARTS = 4
LETTER = 2.0
"""一封手写短信的份量；真实留言为 1"""
COST = 0.5
"""逻辑回归的正则，越小越保守"""


def main() -> None:
    """四份交叉打分，训练合成，写文件，打印交叉的正确率。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, default=real_folder())
    args = parser.parse_args()
    own = letters().assign(weight=LETTER)
    frames = [own] if args.real is None else [own, labelled(args.real).assign(weight=1.0)]
    frame = pd.concat(frames, ignore_index=True)
    names = sorted(set(frame["appeal"]))
    y = np.array([names.index(name) for name in frame["appeal"]])
    pairs = list(zip(frame["subject"], frame["body"], strict=True))
    part = np.array([zlib.crc32(f"{subject}\n{body}".encode()) % PARTS for subject, body in pairs])
    counts = [count_features(*pair) for pair in pairs]
    scores = np.zeros((len(pairs), len(names)))
    for number in range(PARTS):
        inside, outside = np.flatnonzero(part != number), np.flatnonzero(part == number)
        vocabulary = learn_vocabulary([counts[i] for i in inside], min_count=3, limit=6000)
        rows = [vocabulary.encode(counts[i]) for i in inside]
        weights = train_weights(rows, y[inside], len(names), vocabulary.size, bayes=0)
        scores[outside] = decide([vocabulary.encode(counts[i]) for i in outside], weights)
    found = [
        features(subject, body, dict(zip(names, row.tolist(), strict=True)))
        for (subject, body), row in zip(pairs, scores, strict=True)
    ]
    table = DictVectorizer(sparse=False)
    x = table.fit_transform(found)
    guess = np.zeros(len(pairs), dtype=int)
    each = frame["weight"].to_numpy()
    for number in range(PARTS):
        inside, outside = part != number, part == number
        guess[outside] = train(x[inside], y[inside], each[inside]).predict(x[outside])
    for weight, kind in ((LETTER, "手写的短信"), (1.0, "真实留言")):
        if (mine := each == weight).any():
            print(f"{kind} {mine.sum()} 封，交叉对 {(guess == y)[mine].mean():.3f}")
    model = train(x, y, each)
    with (
        atomic_path(BLEND) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", *APPEALS])
        for at, name in enumerate(table.get_feature_names_out()):
            writer.writerow([name, *(f"{model.coef_[names.index(appeal), at]:.4f}" for appeal in APPEALS)])


def features(subject: str, body: str, learned: dict[str, float]) -> dict[str, float]:
    """与 ``judge_appeal`` 用同一种读法取特征。"""
    folded, title = fold(f"{subject}\n{body}" if subject else body), len(subject)
    hits = {}
    for rule, spans in find_rules(load_rules("appeal.toml", targets="appeal"), folded):
        kept = tuple(s for s in spans if s.start < title) if rule.id.endswith("_title") else spans
        if kept:
            hits[rule.id] = kept
    urgency = judge_urgency(folded, folded, title=title)
    return blend_features(folded, title, hits, learned, (urgency.heat, urgency.haste))


def train(x: np.ndarray, y: np.ndarray, each: np.ndarray) -> LogisticRegression:
    """多类逻辑回归。"""
    return LogisticRegression(C=COST, max_iter=3000, fit_intercept=False).fit(x, y, sample_weight=each)


if __name__ == "__main__":
    main()
