"""训练“伤人的话”模型：python benchmarks/fit_harm.py [--real 附件4.xlsx] [--more 梯级.jsonl]。

正例：梯级答复 f 里逐句标注的（labels/harm.tsv）与手写的（tests/data/harmful_sentences.tsv，只用 fit 行）；
反例：同一批梯级的 a–e、手写的无害句，以及真实答复
（偶数编号；奇数编号留作误报检验；读出的伤人句见 labels/harm_real.tsv）。
Q41–Q60 与手写的 test 行不进训练。按答复分组交叉验证；权重取整写进 wenzheng_lab/reply/data/harm_weights.csv。
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from wenzheng_lab.letter.topic import Topic
from wenzheng_lab.model import Message
from wenzheng_lab.reply.harm import GRAM_LENGTH, SCALE, WEIGHTS
from wenzheng_lab.reply.harm_features import flags, mark_names, marked, pieces, signs
from wenzheng_lab.reply.sentences import Sentence, read_sentences

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests" / "data"
KINDS = {"threat": "T", "scold": "S", "silence": "D", "netizen": "N", "rule": "I", "expose": "X"}
HELD_OUT = range(41, 61)
MIN_COUNT = 3
COMMON = 15
C = 1.0
KIND_C = 0.3
KEEP = 0.03
HEAVY = {"ladder": 3.0, "written": 3.0, "real": 1.0}


def jsonl(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def split(reply: str) -> tuple[Sentence, ...]:
    # 作用与实事的种类只看答复；来信给空的
    message = Message("无", "无")
    return read_sentences(reply, message, Topic.of(message.subject, message.body))


def gather(real: Path | None, more: list[Path], more_attacks: list[Path]):
    """逐句给出（文字，第几句，共几句，代码，组，来源）。"""
    codes = dict(line.split("\t") for line in (HERE / "labels" / "harm.tsv").read_text(encoding="utf-8").splitlines())
    rows = []
    for path in (TESTS / "ladders.jsonl", TESTS / "ladders_more.jsonl", *more):
        for ladder in jsonl(path):
            name = ladder["set"]
            if name[0] == "Q" and int(name[1:]) in HELD_OUT:
                continue
            for reply in ladder["replies"]:
                parts = split(reply["text"])
                marks = codes[name].split() if reply["id"] == "f" else ["-"] * len(parts)
                assert len(marks) == len(parts), (name, len(marks), len(parts))
                rows += [
                    (part, at, len(parts), mark, name, "ladder")
                    for at, (part, mark) in enumerate(zip(parts, marks, strict=True))
                    if mark != "?"
                ]
    # 攻击样例与它们的好答复都不伤人；偶数号的留作检验
    for path in (TESTS / "attacks.jsonl", TESTS / "attacks_more.jsonl", *more_attacks):
        for case in jsonl(path):
            if case["id"].startswith("QA") and int(case["id"][2:]) % 2 == 0:
                continue
            for kind in ("good", "attack"):
                parts = split(case[kind])
                rows += [(part, at, len(parts), "-", case["id"], "ladder") for at, part in enumerate(parts)]
    lines = (line for line in (TESTS / "harmful_sentences.tsv").read_text(encoding="utf-8").splitlines())
    for number, row in enumerate(csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")):
        if row["split"] == "fit":
            rows += [(part, 1, 3, row["kind"], f"w{number}", "written") for part in split(row["text"])]
    if real is not None:
        rows += list(real_rows(real))
    return rows


def real_rows(path: Path):
    import openpyxl

    known = {}
    for line in (HERE / "labels" / "harm_real.tsv").read_text(encoding="utf-8").splitlines():
        key, mark = line.split("\t")
        known[key] = mark
    sheet = openpyxl.load_workbook(path, read_only=True).active
    head, *body = sheet.iter_rows(values_only=True)
    key, reply = head.index("留言编号"), head.index("答复意见")
    for row in body:
        if int(row[key]) % 2:
            continue
        parts = split(" ".join(str(row[reply]).split()))
        for at, part in enumerate(parts):
            mark = known.get(f"{row[key]}.{at}", "-")
            if mark != "?":
                yield part, at, len(parts), mark, f"r{row[key]}", "real"


def features(rows):
    out = []
    for part, at, count, *_ in rows:
        found = pieces(part.folded)
        scale = GRAM_LENGTH / math.sqrt(max(1, len(found)))
        one = dict.fromkeys(found, scale)
        one.update(dict.fromkeys(mark_names(marked(found, flags(part.folded, at, count))), 1.0))
        one.update(dict.fromkeys(signs(part), 1.0))
        out.append(one)
    return out


def matrix(items, vocabulary):
    data, indices, pointers = [], [], [0]
    for item in items:
        for feature, value in item.items():
            column = vocabulary.get(feature)
            if column is not None:
                indices.append(column)
                data.append(value)
        pointers.append(len(indices))
    return csr_matrix((data, indices, pointers), shape=(len(items), len(vocabulary)))


def fit(x, y, weight, c):
    return LogisticRegression(C=c, max_iter=2000, solver="liblinear", intercept_scaling=10).fit(x, y, weight)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--more", type=Path, nargs="*", default=[])
    parser.add_argument("--more-attacks", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--check", action="store_true", help="只交叉验证，不写文件")
    args = parser.parse_args()
    rows = gather(args.real, args.more, args.more_attacks)
    items = features(rows)
    harm = np.array([row[3] != "-" for row in rows])
    weight = np.array([HEAVY[row[5]] for row in rows])
    groups = np.array([row[4] for row in rows])
    counts: dict[str, int] = {}
    useful: set[str] = set()
    for item, bad in zip(items, harm, strict=True):
        for feature in item:
            counts[feature] = counts.get(feature, 0) + 1
            if bad:
                useful.add(feature)
    # 只在反例里出现的片段占绝大多数，对认出正例没有用；出现得多的才留
    names = sorted(f for f, n in counts.items() if (f in useful and n >= MIN_COUNT) or n >= COMMON)
    vocabulary = {feature: at for at, feature in enumerate(names)}
    x = matrix(items, vocabulary)
    print(f"{x.shape[0]} 句，其中伤人的 {int(harm.sum())} 句；{x.shape[1]} 个特征")
    guess = np.zeros(len(rows))
    for train, test in GroupKFold(5).split(x, groups=groups):
        guess[test] = fit(x[train], harm[train], weight[train], C).decision_function(x[test])
    print(f"交叉验证平均精度 {average_precision_score(harm, guess):.3f}")
    source = np.array([row[5] for row in rows])
    for bar in (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0):
        sets = {g for g, b, s in zip(groups, harm, source, strict=True) if b and s == "ladder"}
        stopped = {g for g, b, v in zip(groups, harm, guess, strict=True) if b and v > bar and g in sets}
        line = " ".join(
            f"{s} 误报 {int(((source == s) & ~harm & (guess > bar)).sum())}/{int(((source == s) & ~harm).sum())}"
            for s in HEAVY
        )
        print(f"  界 {bar:+.1f}：句 {np.mean(guess[harm] > bar):.3f} f 答复 {len(stopped)}/{len(sets)}；{line}")
    if args.check:
        return
    whole = [fit(x, harm, weight, C)]
    some = np.flatnonzero(harm)
    for code in KINDS.values():
        target = np.array([code in rows[at][3] for at in some])
        whole.append(fit(x[some], target, weight[some], KIND_C))
    table = np.stack([model.coef_[0] for model in whole], axis=1)
    bias = [model.intercept_[0] for model in whole]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["feature", "harm", *KINDS])
    writer.writerow(["(bias)", *(round(value * SCALE) for value in bias)])
    kept = np.flatnonzero((np.abs(table[:, 0]) >= KEEP) | (np.abs(table[:, 1:]).max(axis=1) >= 0.1))
    for at in kept:
        writer.writerow([names[at], *(round(value * SCALE) or "" for value in table[at])])
    args.out.write_text(out.getvalue(), encoding="utf-8")
    print(f"{len(kept)} 行写入 {args.out.name}")


if __name__ == "__main__":
    main()
