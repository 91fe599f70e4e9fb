"""重新训练随包的分类模型：仿真来信、手写的短信，加上自己标注过的真实留言。

    python benchmarks/triage_shipped.py [--n 1500] [--seed 2026] [--limit 8000] [--real 真实留言的目录]

真实留言只留编号与标注（``benchmarks/labels/triage_real.tsv``），原文在使用者自己手里；模型里只有多封信共有的字、词与权重。
手写的短信在 ``benchmarks/labels/triage_letters.tsv``。没有真实留言时只用另两样，并说明。
写到 wenzheng_lab/triage/data/category_model.npz。
仿真来信的措辞或分类词表改过以后跑一遍。
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd
from triage_data import contest, labelled, letters, real_folder
from triage_shrink import shrink

import wenzheng_lab as wz
from wenzheng_lab.inbox.spam import SPAM_CATEGORY
from wenzheng_lab.triage.category import SHIPPED, SHIPPED_APPEAL
from wenzheng_lab.triage.model import TriageModel

REAL = 1.0
"""一封自己标注的真实留言的份量"""
CONTEST = 0.4
"""一封竞赛标注的真实留言的份量：它只有七类，划界也略有不同"""
SIMULATED = 0.5
"""一封仿真来信的份量"""
LETTER = 1.0
"""一封手写短信的份量"""


def main() -> None:
    """造信、训练、写文件，并量一量在另一批仿真来信上对多少。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--limit", type=int, default=8000)
    parser.add_argument("--real", type=Path, default=real_folder())
    parser.add_argument("--appeal", action="store_true", help="只重新训练诉求模型")
    args = parser.parse_args()
    if args.appeal:
        train_appeal(args.real)
        return
    start = time.perf_counter()
    frame, labels = simulated(args.n, args.seed)
    frame = frame.assign(category=labels, weight=SIMULATED)
    own_letters = letters()
    frame = pd.concat([frame, own_letters.assign(weight=LETTER)], ignore_index=True)
    print(f"仿真来信 {len(labels)} 封，手写的短信 {len(own_letters)} 封")
    if args.real is None:
        print("没有真实留言，只用这两样")
    else:
        own, other = labelled(args.real), contest(args.real)
        frame = pd.concat([frame, own.assign(weight=REAL), other.assign(weight=CONTEST)], ignore_index=True)
        print(f"真实留言 {len(own)} + {len(other)} 封")
    model = TriageModel(min_count=4, limit=args.limit, bayes=0).fit(
        frame[["subject", "body"]], frame["category"].tolist(), weights=frame["weight"].tolist()
    )
    SHIPPED.parent.mkdir(exist_ok=True)
    shrink(model).save(SHIPPED)
    train_appeal(args.real)
    test, truth = simulated(600, args.seed + 1)
    right = sum(a == b for a, b in zip(model.predict(test), truth, strict=True))
    print(f"另一批仿真来信对 {right / len(truth):.3f}")
    print(f"{model}，{SHIPPED.stat().st_size / 1e6:.1f} MB，{time.perf_counter() - start:.0f} 秒；{model.signature}")


def train_appeal(real: Path | None) -> None:
    """诉求模型：手写的短信与自己标注的真实留言；规则说不准时才用它。"""
    frame = letters() if real is None else pd.concat([letters(), labelled(real)], ignore_index=True)
    model = TriageModel(min_count=3, limit=6000, bayes=0).fit(frame[["subject", "body"]], frame["appeal"].tolist())
    shrink(model).save(SHIPPED_APPEAL)
    print(f"诉求模型 {model}，{SHIPPED_APPEAL.stat().st_size / 1e6:.1f} MB")


def simulated(n: int, seed: int):
    """仿真来信与一级分类，去掉垃圾信息。"""
    box = wz.simulate_inbox(n=n, seed=seed)
    keep = box.truth["category"] != SPAM_CATEGORY
    return box.messages.loc[keep, ["subject", "body"]], box.truth.loc[keep, "category"].tolist()


if __name__ == "__main__":
    main()
