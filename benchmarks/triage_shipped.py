"""重新训练随包的分类模型：只用仿真来信，不用任何真实留言。

    python benchmarks/triage_shipped.py [--n 6000] [--seed 2026] [--limit 6000]

写到 wenzheng_lab/triage/data/category_model.npz。仿真来信的措辞或分类词表改过以后跑一遍。
"""

from __future__ import annotations

import argparse
import time

import wenzheng_lab as wz
from wenzheng_lab.inbox.spam import SPAM_CATEGORY
from wenzheng_lab.triage.category import SHIPPED
from wenzheng_lab.triage.model import TriageModel


def main() -> None:
    """造信、训练、写文件，并量一量在另一批仿真来信上对多少。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--limit", type=int, default=6000)
    args = parser.parse_args()
    start = time.perf_counter()
    frame, labels = simulated(args.n, args.seed)
    model = TriageModel(min_count=8, limit=args.limit).fit(frame, labels)
    SHIPPED.parent.mkdir(exist_ok=True)
    model.save(SHIPPED)
    test, truth = simulated(1000, args.seed + 1)
    right = sum(a == b for a, b in zip(model.predict(test), truth, strict=True))
    print(f"另一批仿真来信对 {right / len(truth):.3f}")
    print(f"{model}，{SHIPPED.stat().st_size / 1e6:.1f} MB，{time.perf_counter() - start:.0f} 秒；{model.signature}")


def simulated(n: int, seed: int):
    """仿真来信与一级分类，去掉垃圾信息。"""
    box = wz.simulate_inbox(n=n, seed=seed)
    keep = box.truth["category"] != SPAM_CATEGORY
    return box.messages.loc[keep, ["subject", "body"]], box.truth.loc[keep, "category"].tolist()


if __name__ == "__main__":
    main()
