"""拟合答复评分的权重：python benchmarks/fit_reply.py --labels benchmarks/labels --texts 原文.jsonl。

三步：句子的作用与分量（线性模型）→ 没见过的答复上的各种量 → 评分项的分数表（折线，方向固定）。
标注只含编号与代码，不含原文；原文由使用者自己提供（真实数据不随项目发布）。
梯级答复 P、Q 与攻击 PA、QA 在 tests/data 里。
写出 ``wenzheng_lab/reply/data/act_weights.csv`` 与 ``points.csv``，并打印总权重的建议。
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import math
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.optimize import lsq_linear, minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold

from wenzheng_lab.letter.asks import find_asks
from wenzheng_lab.letter.topic import Topic
from wenzheng_lab.model import Message
from wenzheng_lab.reply.act_features import flags, grams
from wenzheng_lab.reply.acts import GRAM_LENGTH, SCALE, WEIGHTS, ActModel, parse_weights
from wenzheng_lab.reply.amounts import EMPTY_ACTS, FACTS, KEY_ACTS, SOLID_ACTS, measure, share
from wenzheng_lab.reply.evidence import gather
from wenzheng_lab.reply.match import match_asks
from wenzheng_lab.reply.sentences import read_sentences

ROOT = Path(__file__).resolve().parents[1]
POINTS = WEIGHTS.with_name("points.csv")
# 作用 → 标注代码；小写是空泛的一类
CODES = {
    "finding": "F", "named": "B", "policy": "b", "reason": "Y", "done": "D", "plan": "P", "answer": "A",
    "instruct": "I", "refusal": "N", "vague": "dpfi", "slogan": "S", "not_ours": "X", "transfer": "T",
    "claimed": "f", "busy": "d", "promise": "p", "referral": "i", "scolding": "W", "apology": "O", "empathy": "E",
}  # fmt: skip
COLUMNS = ("rel", "com", "sub", "bas", "ton", "pla", "pass", "all")
VALUES = {"worth": "all", "warm": "ton", "clear": "pla"}
# 梯级答复没有逐项标注的（Q），按次序用已标注的（D、P）各级的平均；f 触红线，不参加各项的拟合
LADDER = {
    "a": (3, 3, 3, 2.9, 2.1, 3, 0, 9), "b": (3, 2.3, 2.7, 2.1, 1.6, 2.9, 0, 6.8),
    "c": (1.9, 0.4, 1, 0.2, 1.5, 2.8, 0, 2.8),
    "d": (1, 0.1, 0.1, 0.1, 1.3, 0.2, 0, 1.2), "e": (1.2, 0.1, 0.1, 0.3, 0.9, 2.3, 1, 0.7),
    "g": (3, 3, 3, 2.7, 1.8, 3, 0, 9), "x": (0.9, 0.1, 0.1, 0, 0.8, 1, 0, 0.3),
}  # fmt: skip
GATED = ("contradiction", "fake_citation")
MIN_COUNT = 10
C = 0.4
KEEP = 0.06
FOLDS = 5
# 评分项 → 标注的列；量的方向：＋ 只加分，－ 只减分
SOLID = [
    *((a, 1) for a in SOLID_ACTS), *((f"{a}.best", 1) for a in KEY_ACTS),
    *((f"{a}.best", -1) for a in EMPTY_ACTS), *((f"{a}.size", -1) for a in EMPTY_ACTS),
    *((f"new.{k}", 1) for k in FACTS), ("solid.share", 1), ("solid.size", 1), ("copied.size", -1),
    *((f"asks.{n}", 1) for n in ("covered", "degree", "least", "most", "touched", "touched_least", "typed")),
    ("asks.count", -1), ("worth", 1),
]  # fmt: skip
CRITERIA = {
    "relevance": ("rel", SOLID),
    "completeness": ("com", SOLID),
    "disposition": ("sub", SOLID),
    "basis": ("bas", SOLID),
    "tone": ("ton", [("warm", 1), ("worth", 1), ("scolding.best", -1), ("not_ours.best", -1), ("solid.share", 1)]),
    "plain": (
        "pla",
        [("clear", 1), ("slogan.size", -1), ("slogan.best", -1), ("copied.size", -1), ("promise.size", -1)],
    ),
}
QUANTILES = (0.02, 0.25, 0.5, 0.75, 0.9, 0.98)


def read_all(folder: Path, texts: dict[str, tuple[str, str, str]]):
    """标注：编号 →（评分, 每句代码或 None）。同一编号读了两遍的取平均。"""
    ratings: dict[str, list[list[float]]] = {}
    codes: dict[str, list[str] | None] = {}
    for path in sorted(folder.glob("replies_*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) >= 2 and cells[0] in texts:
                ratings.setdefault(cells[0], []).append([float(x) for x in cells[1].split(",")])
                if len(cells) == 3:
                    codes[cells[0]] = cells[2].split()
    for key in texts:
        if key not in ratings and key[0] == "Q" and LADDER.get(key[-1]):
            ratings[key] = [list(LADDER[key[-1]])]
    return {k: np.mean(v, axis=0) for k, v in ratings.items()}, codes


def own_texts(hold_out: bool) -> dict[str, tuple[str, str, str]]:
    """tests/data 里自己写的梯级答复与攻击；``hold_out`` 时留出 Q41–Q60 与偶数号 QA。"""
    out = {}
    for name in ("ladders.jsonl", "ladders_more.jsonl"):
        for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if hold_out and row["set"][0] == "Q" and int(row["set"][1:]) > 40:
                continue
            for reply in row["replies"]:
                if reply["id"] != "f":
                    out[row["set"] + reply["id"]] = (row["title"], row["body"], reply["text"])
    for name in ("attacks.jsonl", "attacks_more.jsonl"):
        for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if hold_out and row["id"][:2] == "QA" and int(row["id"][2:]) % 2 == 0:
                continue
            out[row["id"] + "g"] = (row["title"], row["body"], row["good"])
            if row["type"] not in GATED:
                out[row["id"] + "x"] = (row["title"], row["body"], row["attack"])
    return out


def base(item):
    key, (subject, body, reply) = item
    message = Message(subject, body)
    sentences = read_sentences(reply, message, Topic.of(subject, body))
    asks = find_asks(message)
    rows = [
        (grams(s.folded), flags(sentences, i, asks), len(s.folded), 1 - math.exp(-s.link / 3))
        for i, s in enumerate(sentences)
    ]
    return key, rows


def matrix(rows, vocabulary):
    data, indices, pointers = [], [], [0]
    for pieces, signs, *_ in rows:
        scale = GRAM_LENGTH / math.sqrt(len(pieces))
        for group, value in ((pieces, scale), (signs, 1.0)):
            found = [vocabulary[f] for f in group if f in vocabulary]
            indices += found
            data += [value] * len(found)
        pointers.append(len(indices))
    return csr_matrix((data, indices, pointers), shape=(len(rows), len(vocabulary)))


def train(keys, rows, codes, ratings) -> str:
    """在这些答复上训练作用与分量，返回权重文件的全文。"""
    flat = [row for key in keys for row in rows[key]]
    counts: dict[str, int] = {}
    for pieces, signs, *_ in flat:
        for feature in pieces | signs:
            counts[feature] = counts.get(feature, 0) + 1
    vocabulary = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= MIN_COUNT))}
    x = matrix(flat, vocabulary)
    coded, labels, at = [], [], 0
    start = {}
    for key in keys:
        start[key] = at
        if codes.get(key) and len(codes[key]) == len(rows[key]):
            coded += range(at, at + len(rows[key]))
            labels += [[any(c in mark for c in group) for group in CODES.values()] for mark in codes[key]]
        at += len(rows[key])
    target = np.array(labels)
    part = x[coded]
    tables, bias = [], []
    for j in range(target.shape[1]):
        model = LogisticRegression(C=C, max_iter=200, tol=1e-3).fit(part, target[:, j])
        tables.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    rated = [key for key in keys if rows[key]]
    r, c, d = [], [], []
    for i, key in enumerate(rated):
        shares = np.array([share(size, bound) for _, _, size, bound in rows[key]])
        r += [i] * len(shares)
        c += range(start[key], start[key] + len(shares))
        d += list(shares / shares.sum())
    mean = csr_matrix((d, (r, c)), shape=(len(rated), x.shape[0])) @ x
    for column in VALUES.values():
        y = np.array([ratings[key][COLUMNS.index(column)] for key in rated])
        trust = np.array([1.0 if key.isdigit() else 0.7 for key in rated])
        model = Ridge(alpha=1.2, solver="lsqr", max_iter=60).fit(mean, y, sample_weight=trust)
        tables.append(model.coef_)
        bias.append(float(model.intercept_))
    table = np.stack(tables, axis=1)
    keep = np.abs(table).max(axis=1) >= KEEP
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["feature", *CODES, *(f"={name}" for name in VALUES)])
    writer.writerow(["(bias)", *(round(b * SCALE) for b in bias)])
    for feature, column in vocabulary.items():
        if keep[column]:
            values = [round(float(v) * SCALE) for v in table[column]]
            writer.writerow([feature, *("" if abs(v) < 5 else v for v in values)])
    return out.getvalue()


MODEL: ActModel


def amounts_of(item):
    key, (subject, body, reply) = item
    evidence = gather(reply, Message(subject, body), model=MODEL)
    degrees = [match.degree for match in match_asks(evidence)]
    return key, dict(measure(evidence.sentences, evidence.asks, evidence.covered, degrees))


def measured(text: str, items, jobs: int):
    global MODEL
    MODEL = parse_weights("训练", text)
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        return dict(pool.map(amounts_of, items, chunksize=20))


def knots_of(values: np.ndarray) -> list[float]:
    points = sorted({float(f"{v:.3g}") for v in np.quantile(values, QUANTILES)})
    return points if len(points) > 1 else [points[0], points[0] + 1.0]


def fit_points(table, quantities, y, weight, lam: float):
    """折线的各段增益：方向固定的岭回归。返回（截距, [(量, 起, 止, 增益)]）。"""
    segments, columns, low, high = [], [], [], []
    for name, sign in quantities:
        values = np.array([row[name] for row in table])
        knots = knots_of(values[np.abs(values) > 1e-9] if (np.abs(values) > 1e-9).sum() > 50 else values)
        if min(knots) > 0 and (values <= 1e-9).mean() > 0.02:
            knots = [0.0, *knots]
        for a, b in itertools.pairwise(knots):
            segments.append((name, a, b))
            columns.append(np.clip((values - a) / (b - a), 0, 1))
            low.append(0.0 if sign > 0 else -np.inf)
            high.append(np.inf if sign > 0 else 0.0)
    x = np.column_stack(columns)
    mu = np.average(x, axis=0, weights=weight)
    my = np.average(y, weights=weight)
    xc, yc = (x - mu) * np.sqrt(weight)[:, None], (y - my) * np.sqrt(weight)
    gram, h = xc.T @ xc + lam * np.eye(x.shape[1]), xc.T @ yc
    got = minimize(
        lambda c: (0.5 * c @ gram @ c - h @ c, gram @ c - h), np.zeros(len(h)), jac=True, method="L-BFGS-B",
        bounds=[(a if np.isfinite(a) else None, b if np.isfinite(b) else None) for a, b in zip(low, high, strict=True)],
        options={"maxiter": 500},
    ).x  # fmt: skip
    return my - mu @ got, [(*s, float(g)) for s, g in zip(segments, got, strict=True) if abs(g) >= 0.01]


def apply(points, table) -> np.ndarray:
    start, rows = points
    out = np.full(len(table), start)
    for name, a, b, gain in rows:
        out += gain * np.clip((np.array([row[name] for row in table]) - a) / (b - a), 0, 1)
    return np.clip(out, 0, 3)


def spearman(x, y) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(x, y).statistic)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True, help="jsonl：id, subject, body, reply")
    parser.add_argument("--cache", type=Path, help="存放各种量的文件；只重拟合分数表时省去训练")
    parser.add_argument("--ladder-weight", type=float, default=2.0)
    parser.add_argument("--lam", type=float, default=8.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--whole", action="store_true", help="不留出 Q41–Q60 与偶数号 QA")
    args = parser.parse_args()
    texts = {}
    for line in args.texts.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts[str(row["id"])] = (row["subject"], row["body"], row["reply"])
    texts |= own_texts(not args.whole)
    ratings, codes = read_all(args.labels, texts)
    keys = sorted(k for k in ratings if k[-1] != "f" or k.isdigit())
    if args.cache and args.cache.exists():
        table = json.loads(args.cache.read_text(encoding="utf-8"))
    else:
        with ProcessPoolExecutor(args.jobs) as pool:
            rows = dict(pool.map(base, [(k, texts[k]) for k in keys], chunksize=20))
        # 一架梯子的六份答复、一封信的攻击与好答复，同在一折
        groups = sorted({k if k.isdigit() else k[:-1] for k in keys})
        fold = {g: i % FOLDS for i, g in enumerate(np.random.Generator(np.random.PCG64(7)).permutation(groups))}
        table = {}
        for f in range(FOLDS):
            held = [k for k in keys if fold[k if k.isdigit() else k[:-1]] == f]
            weights = train([k for k in keys if k not in set(held)], rows, codes, ratings)
            table |= measured(weights, [(k, texts[k]) for k in held], args.jobs)
            print(f"第 {f + 1} 折：{len(held)} 份", flush=True)
        weights = train(keys, rows, codes, ratings)
        WEIGHTS.write_text(weights, encoding="utf-8")
        print(f"{WEIGHTS.name}：{weights.count(chr(10)) - 2} 个特征，{len(weights.encode()) // 1024} KB", flush=True)
        if args.cache:
            args.cache.write_text(json.dumps(table), encoding="utf-8")
    list_of = [table[k] for k in keys]
    weight = np.array([1.0 if k.isdigit() else args.ladder_weight for k in keys])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["criterion", "quantity", "from", "to", "gain"])
    real = np.array([k.isdigit() for k in keys])
    everything = np.array([ratings[k][7] for k in keys])
    guessed = {}
    for name, (column, quantities) in CRITERIA.items():
        y = np.array([ratings[k][COLUMNS.index(column)] for k in keys])
        points = fit_points(list_of, quantities, y, weight, args.lam)
        held = np.zeros(len(keys))
        for a, b in KFold(5, shuffle=True, random_state=1).split(list_of):
            held[b] = apply(
                fit_points([list_of[i] for i in a], quantities, y[a], weight[a], args.lam), [list_of[i] for i in b]
            )
        guessed[name] = held
        print(
            f"  {name}：没见过的真实答复 Spearman {spearman(held[real], y[real]):.3f}，{len(points[1])} 段", flush=True
        )
        writer.writerow([name, "(base)", "", "", round(points[0], 3)])
        for quantity, a, b, gain in points[1]:
            writer.writerow([name, quantity, f"{a:g}", f"{b:g}", round(gain, 3)])
    POINTS.write_text(out.getvalue(), encoding="utf-8")
    x = np.column_stack([guessed[n] for n in CRITERIA])
    got = lsq_linear(
        np.c_[x, np.ones(len(x))] * np.sqrt(weight)[:, None],
        everything * np.sqrt(weight),
        bounds=([0] * 6 + [-np.inf], np.inf),
    ).x
    print(
        "总权重的建议（合计 100）：",
        dict(zip(CRITERIA, np.round(100 * got[:6] / got[:6].sum(), 1).tolist(), strict=True)),
    )
    total = x @ got[:6]
    print(f"总分：没见过的真实答复 Spearman {spearman(total[real], everything[real]):.3f}")


if __name__ == "__main__":
    main()
