"""拟合答复评分的权重：python benchmarks/fit_reply.py --labels benchmarks/labels --texts 原文.jsonl。

三步：句子的作用与分量（线性模型）→ 没见过的答复上的各种量 → 评分项的分数表（折线，方向固定）。
六张分数表一起拟合：每一项贴近自己那一列标注，按细则的权重加起来的总分贴近总评。
标注只含编号与代码，不含原文；原文由使用者自己提供（真实数据不随项目发布）。
梯级答复 P、Q 与攻击 PA、QA 在 tests/data 里；templates.txt 是放在哪封信下都一样的套话，配上这些信，当近于零分的例子。
写出 ``wenzheng_lab/reply/data/act_weights.csv`` 与 ``points.csv``；总权重在 reply.toml，改了要重拟合。
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
from sklearn.model_selection import GroupKFold

from wenzheng_lab.letter.asks import find_asks
from wenzheng_lab.letter.topic import Topic
from wenzheng_lab.model import Case, Message
from wenzheng_lab.reply.act_features import flags, grams
from wenzheng_lab.reply.acts import GRAM_LENGTH, SCALE, WEIGHTS, ActModel, parse_weights
from wenzheng_lab.reply.amounts import EMPTY_ACTS, FACTS, KEY_ACTS, SOLID_ACTS, measure, share
from wenzheng_lab.reply.criteria import JUDGES, Situation
from wenzheng_lab.reply.evidence import gather
from wenzheng_lab.reply.match import match_asks
from wenzheng_lab.reply.sentences import read_sentences
from wenzheng_lab.rules import load_rubric

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
    "completeness": ("com", [*SOLID, ("warm", 1), ("clear", 1)]),
    "disposition": ("sub", [*SOLID, ("warm", 1), ("clear", 1)]),
    "basis": ("bas", SOLID),
    "tone": ("ton", [("warm", 1), ("worth", 1), ("scolding.best", -1), ("not_ours.best", -1), ("solid.share", 1)]),
    "plain": (
        "pla",
        [("clear", 1), ("slogan.size", -1), ("slogan.best", -1), ("copied.size", -1), ("promise.size", -1)],
    ),
}
# 给人看的态度：客气话也算，不进总分，所以单独拟合
MANNER = ("ton", [("manner", 1), ("scolding.best", -1), ("not_ours.best", -1)])
TEMPLATE = (0.2, 0, 0, 0, 0.8, 1.2, 0, 0.2)
TEMPLATE_WEIGHT = 0.7
# 每条套话配几封信
LETTERS = 12
# 自己那一列要贴得多紧：态度、平实、依据各有各的意思，不能为了总分被带偏
OWN = {"tone": 15.0, "plain": 15.0, "basis": 5.0}
# 不用分数表、按规则评的项；在总分里照算
BY_RULE = ("fact_finding", "owner_date", "remedy")
MISSING = 1.5
# 总评的差比各项的差看得重多少：学员先看总分
WHOLE = 100.0
ALL_SCALE = 0.3
# 增益比这小的段不写进表里
SMALL = 0.008
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


def templates(folder: Path) -> dict[str, tuple[str, str, str]]:
    """套话与来信的搭配；编号 T 开头，每条套话配不同的几封。"""
    letters = []
    for name in ("ladders.jsonl", "ladders_more.jsonl"):
        for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["set"][0] != "Q" or int(row["set"][1:]) <= 40:
                letters.append((row["title"], row["body"]))
    lines = (folder / "templates.txt").read_text(encoding="utf-8").splitlines()
    return {
        f"T{i:02d}{j:02d}": (*letters[(i * LETTERS + j) % len(letters)], line)
        for i, line in enumerate(lines)
        for j in range(LETTERS)
    }


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
    matches = match_asks(evidence)
    amounts = dict(measure(evidence.sentences, evidence.asks, evidence.covered, [match.degree for match in matches]))
    rubric = load_rubric()
    for name in BY_RULE:
        situation = Situation(rubric.criteria[name], evidence, matches, Case(evidence.message), None, amounts)
        score = JUDGES[name](situation).score
        amounts[f"={name}"] = MISSING if score is None else score
    return key, amounts


def measured(text: str, items, jobs: int):
    global MODEL
    MODEL = parse_weights("训练", text)
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        return dict(pool.map(amounts_of, items, chunksize=20))


def knots_of(values: np.ndarray) -> list[float]:
    points = sorted({float(f"{v:.3g}") for v in np.quantile(values, QUANTILES)})
    return points if len(points) > 1 else [points[0], points[0] + 1.0]


class Sheet:
    """一项的分数表：哪些段、标注里的哪一列。"""

    def __init__(self, name: str, table, spec=None):
        column, quantities = spec or CRITERIA[name]
        self.name, self.column = name, COLUMNS.index(column)
        self.segments, self.low, self.high = [], [], []
        for quantity, sign in quantities:
            values = np.array([row[quantity] for row in table])
            some = values[np.abs(values) > 1e-9]
            knots = knots_of(some if len(some) > 50 else values)
            if min(knots) > 0 and (values <= 1e-9).mean() > 0.02:
                knots = [0.0, *knots]
            for a, b in itertools.pairwise(knots):
                self.segments.append((quantity, a, b))
                self.low.append(0.0 if sign > 0 else None)
                self.high.append(None if sign > 0 else 0.0)

    def design(self, table) -> np.ndarray:
        values = {q: np.array([row[q] for row in table]) for q in {s[0] for s in self.segments}}
        columns = [np.clip((values[q] - a) / (b - a), 0, 1) for q, a, b in self.segments]
        return np.column_stack([*columns, np.ones(len(table))])


def fit_points(table, target, weight, shares, lam: float):
    """六张表一起拟合：方向固定的岭回归。返回 [(表, 各段增益与起点)]。"""
    sheets = [Sheet(name, table) for name in CRITERIA]
    designs = [sheet.design(table) for sheet in sheets]
    root = np.sqrt(weight)[:, None]
    size = [d.shape[1] for d in designs]
    ends = np.cumsum([0, *size])
    gram, h = np.zeros((ends[-1], ends[-1])), np.zeros(ends[-1])
    bounds = []
    for sheet, x, a, b in zip(sheets, designs, ends, ends[1:], strict=False):
        xw = x * root
        own = OWN.get(sheet.name, 1.0)
        gram[a:b, a:b] += own * xw.T @ xw + np.diag([*([lam] * (b - a - 1)), 1e-6])
        h[a:b] += own * xw.T @ (target[:, sheet.column] * root[:, 0])
        bounds += [*zip(sheet.low, sheet.high, strict=True), (None, None)]
    whole = np.concatenate([x * shares[s.name] for s, x in zip(sheets, designs, strict=True)], axis=1) * root
    rest = target[:, 7] * ALL_SCALE - by_rule(table, shares)
    gram += WHOLE * whole.T @ whole
    h += WHOLE * whole.T @ (rest * root[:, 0])
    first = np.zeros(ends[-1])
    first[ends[1:] - 1] = 1.0
    got = minimize(
        lambda c: (0.5 * c @ (gram @ c) - h @ c, gram @ c - h), first, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 800},
    ).x  # fmt: skip
    return [(sheet, got[a:b]) for sheet, a, b in zip(sheets, ends, ends[1:], strict=False)]


def fit_manner(table, target, weight, lam: float):
    """“态度”给人看的一张表：只贴近态度一列。返回（表, 各段增益与起点）。"""
    sheet = Sheet("manner", table, MANNER)
    x, root = sheet.design(table), np.sqrt(weight)
    ridge = np.diag(np.sqrt([*([lam] * (x.shape[1] - 1)), 1e-6]))
    a = np.concatenate([x * root[:, None], ridge])
    b = np.concatenate([target[:, sheet.column] * root, np.zeros(x.shape[1])])
    low = [-np.inf if value is None else value for value in [*sheet.low, None]]
    high = [np.inf if value is None else value for value in [*sheet.high, None]]
    return sheet, lsq_linear(a, b, bounds=(low, high)).x


def by_rule(table, shares) -> np.ndarray:
    return sum(shares[name] * np.array([row[f"={name}"] for row in table]) for name in BY_RULE)


def apply(fitted, table, shares):
    """各项几分（0–3）与总分（0–3）。"""
    scores = {sheet.name: np.clip(sheet.design(table) @ gains, 0, 3) for sheet, gains in fitted}
    return scores, sum(shares[name] * s for name, s in scores.items()) + by_rule(table, shares)


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
        table |= measured(weights, list(templates(args.labels).items()), args.jobs)
        if args.cache:
            args.cache.write_text(json.dumps(table), encoding="utf-8")
    for key in templates(args.labels):
        keys.append(key)
        ratings[key] = np.array(TEMPLATE)
    list_of = [table[k] for k in keys]
    target = np.array([ratings[k] for k in keys])
    weight = np.array([1.0 if k.isdigit() else TEMPLATE_WEIGHT if k[0] == "T" else args.ladder_weight for k in keys])
    weights = {name: spec.weight for name, spec in load_rubric().criteria.items() if name in {*CRITERIA, *BY_RULE}}
    shares = {name: value / sum(weights.values()) for name, value in weights.items()}
    real = np.array([k.isdigit() for k in keys])
    # 一架梯子、一条套话的各份同在一折
    groups = [k if k.isdigit() else k[:3] if k[0] == "T" else k[:-1] for k in keys]
    names = [*CRITERIA, "manner"]
    held, total = {name: np.zeros(len(keys)) for name in names}, np.zeros(len(keys))
    for a, b in GroupKFold(5).split(list_of, groups=groups):
        fitted = fit_points([list_of[i] for i in a], target[a], weight[a], shares, args.lam)
        scores, total[b] = apply(fitted, [list_of[i] for i in b], shares)
        for name, values in scores.items():
            held[name][b] = values
        sheet, gains = fit_manner([list_of[i] for i in a], target[a], weight[a], args.lam)
        held["manner"][b] = np.clip(sheet.design([list_of[i] for i in b]) @ gains, 0, 3)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["criterion", "quantity", "from", "to", "gain"])
    fitted = fit_points(list_of, target, weight, shares, args.lam)
    for sheet, gains in [*fitted, fit_manner(list_of, target, weight, args.lam)]:
        score = spearman(held[sheet.name][real], target[real, sheet.column])
        writer.writerow([sheet.name, "(base)", "", "", round(gains[-1], 3)])
        kept = [(*s, g) for s, g in zip(sheet.segments, gains, strict=False) if abs(g) >= SMALL]
        for quantity, a, b, gain in kept:
            writer.writerow([sheet.name, quantity, f"{a:g}", f"{b:g}", round(gain, 3)])
        print(f"  {sheet.name}：没见过的真实答复 Spearman {score:.3f}，{len(kept)} 段", flush=True)
    POINTS.write_text(out.getvalue(), encoding="utf-8")
    print(f"总分：没见过的真实答复 Spearman {spearman(total[real], target[real, 7]):.3f}")
    plain = total[[k[0] == "T" for k in keys]] / 3 * 100
    print(f"没见过的套话：中位数 {np.median(plain):.1f} 分，最高 {plain.max():.1f} 分")
    for letter in "PQ":
        print(f"  没见过的梯级答复 {letter}：{order(keys, groups, total, target[:, 7], letter)}")


def order(keys, groups, total, whole, letter: str) -> str:
    """同一封信的 a–e 两两比较，次序对的占多少。"""
    right = count = 0
    for i, j in itertools.combinations([n for n, k in enumerate(keys) if k[0] == letter and k[-1] in "abcde"], 2):
        if groups[i] == groups[j] and groups[i][1] != "A" and keys[i] != keys[j]:
            count += 1
            right += (total[i] > total[j]) == (keys[i][-1] < keys[j][-1])
    return f"{right}/{count}"


if __name__ == "__main__":
    main()
