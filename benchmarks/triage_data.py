"""分拣的训练数据：编号与标注在仓库里，原文在使用者自己手里。"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
LABELS = HERE / "labels" / "triage_real.tsv"
LETTERS = HERE / "labels" / "triage_letters.tsv"
"""手写的短信，按 103 个二级分类各写几封；与测试里的信不同"""
_FILES = {"3": "附件3.xlsx", "4": "附件4.xlsx", "2": "附件2_测试数据_2801_无标签.xlsx"}


def real_folder() -> Path | None:
    """放真实留言的目录：环境变量 ``WENZHENG_REAL``，或仓库旁边的 shared/real。"""
    found = Path(os.environ.get("WENZHENG_REAL") or HERE.parents[1] / "shared" / "real")
    return found if found.is_dir() else None


def labelled(folder: Path) -> pd.DataFrame:
    """自己标注的真实留言：``id``、``subject``、``body``、``category``、``appeal``、``urgency``。

    找不到原文的编号略去。
    """
    texts = _texts(folder)
    rows = []
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["id"] in texts:
                subject, body = texts[row["id"]]
                rows.append({**row, "subject": subject, "body": body})
    return pd.DataFrame(rows)


def letters() -> pd.DataFrame:
    """手写的短信：``category``、``subcategory``、``appeal``、``urgency``、``subject``、``body``。"""
    return pd.read_csv(LETTERS, sep="\t", dtype=str, encoding="utf-8", quoting=csv.QUOTE_NONE)


def contest(folder: Path) -> pd.DataFrame:
    """附件2 有标签的开发集：``subject``、``body``、``category``。"""
    frame = pd.read_csv(folder / "附件2_有标签_开发集.csv", encoding="utf-8-sig", dtype=str).fillna("")
    return pd.DataFrame(
        {
            "id": frame["留言编号"],
            "subject": frame["留言主题"],
            "body": frame["留言详情"],
            "category": frame["一级标签"],
        }
    )


def _texts(folder: Path) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for prefix, name in _FILES.items():
        if (folder / name).exists():
            frame = pd.read_excel(folder / name, dtype=str).fillna("")
            for number, subject, body in zip(frame["留言编号"], frame["留言主题"], frame["留言详情"], strict=True):
                found[f"{prefix}-{number}"] = (subject.strip(), body.strip())
    for prefix, name, number in (("S", "sun0769.jsonl", "number"), ("L", "liuyan_hangzhou.jsonl", "tid")):
        if (folder / name).exists():
            for line in (folder / name).read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                found[f"{prefix}-{row[number]}"] = (str(row["title"] or "").strip(), str(row["content"] or "").strip())
    return found
