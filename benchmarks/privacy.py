"""个人信息：速度、长度与用时、召回。

    python benchmarks/privacy.py [一行一条的 jsonl，或每行一段文字的 txt]

不给文件就用自编的测试行。用时按处理器时间算，不受同机别的程序影响。
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from wenzheng_lab.privacy import redact

LINES = Path(__file__).resolve().parents[1] / "tests" / "data" / "privacy_lines.jsonl"
_MESSAGE = 300  # 一封平常留言的字数（字）


def read(path: Path) -> list[str]:
    """读各段文字。"""
    rows = path.read_text(encoding="utf-8").splitlines()
    if path.suffix != ".jsonl":
        return [row for row in rows if row.strip()]
    out = []
    for row in map(json.loads, rows):
        out.append(str(row.get("text") or f"{row.get('title', '')}\n{row.get('content') or row.get('body') or ''}"))
    return out


def speed(texts: list[str]) -> None:
    """一封 300 字的留言用多少毫秒。"""
    redact("热身")
    start = time.process_time()
    found = sum(len(redact(text).spans) for text in texts)
    spent = time.process_time() - start
    size = sum(map(len, texts))
    print(f"{len(texts)} 段，{size} 字，遮 {found} 处：每 {_MESSAGE} 字 {spent / size * _MESSAGE * 1000:.2f} 毫秒")


def growth() -> None:
    """文字长四倍，用时长几倍；单位相同的几种难缠写法。"""
    for unit in (
        "我叫苗广顺，电话13805550127，家住青禾县望山镇柳树村三组18号。",
        "1 ",
        "本人",
        "张伟、",
        "1栋101",
        "路灯坏了半年。",
    ):
        times = []
        for length in (250_000, 1_000_000):
            text = (unit * (length // len(unit) + 1))[:length]
            start = time.process_time()
            redact(text)
            times.append(time.process_time() - start)
        print(f"{unit[:8]:　<9}一百万字 {times[1]:5.2f} 秒；长四倍，用时 {times[1] / max(times[0], 1e-9):.1f} 倍")


def recall() -> None:
    """自编行的召回与误报（头尾都要对）。"""
    hit = total = wrong = harmless = 0
    for row in map(json.loads, LINES.read_text(encoding="utf-8").splitlines()):
        found = {(item.start, item.end) for item in redact(row["text"]).spans}
        total += len(row["spans"])
        hit += sum((span["start"], span["end"]) in found for span in row["spans"])
        harmless += not row["spans"]
        wrong += not row["spans"] and bool(found)
    print(f"召回 {hit}/{total}；无害的 {harmless} 行里误遮 {wrong} 行")


if __name__ == "__main__":
    speed(read(Path(sys.argv[1]) if len(sys.argv) > 1 else LINES))
    growth()
    recall()
