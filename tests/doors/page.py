"""读总表；由它生成 docs/trust.md 里的门表：``cd tests && python -m doors.page``。"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doors import calls, kinds

FILE = Path(__file__).with_name("table.txt")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "trust.md"
MARKS = {"答": "答得对", "错": "本包的三段式错误", "未": "“未评分”或“尚未作答”"}
START, END = "<!-- 门表：由 tests/doors 生成，不要手改 -->", "<!-- 门表完 -->"


@dataclass(frozen=True, slots=True)
class Section:
    """一类门。"""

    doors: Mapping[str, Callable[[Any], object]]
    """门"""
    kinds: Collection[str]
    """坏法"""
    about: str
    """这一类是什么"""


SECTIONS: Mapping[str, Section] = {
    "文字": Section(calls.TEXT_DOORS, kinds.TEXTS, "要一段文字的门"),
    "作答": Section(calls.ANSWER_DOORS, kinds.TEXTS, "练习的检查：各种题型交上一份坏作答"),
    "表": Section(calls.FRAME_DOORS, kinds.FRAMES, "要一张表的门"),
    "已有的文件": Section(calls.PATH_DOORS, kinds.PATHS, "要一个已有文件的门"),
    "要写的文件": Section(calls.TARGET_DOORS, kinds.TARGETS, "要写一个文件的门"),
    "文件内容": Section(calls.FILE_DOORS, kinds.FILES, "读表的门与命令，文件里是各种内容"),
    "规则文件": Section(calls.RULE_DOORS, kinds.RULES, "读规则、细则、时限、派单、情景、表的清单"),
    "整数": Section(calls.WHOLE_DOORS, kinds.WHOLES, "要一个整数（种子、个数）的门"),
}


def read_table() -> dict[str, dict[str, dict[str, str]]]:
    """读总表。

    Returns:
        类 → 门 → 坏法 → 应当怎样答。
    """
    out: dict[str, dict[str, dict[str, str]]] = {}
    names: list[str] = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if title := re.fullmatch(r"\[(.+)\]", line.strip()):
            section = out.setdefault(title[1], {})
            continue
        door, _, rest = line.partition("|")
        if door.strip() == "门":
            names = rest.split()
            continue
        codes = rest.split()
        assert len(codes) == len(names), f"{line}：应有 {len(names)} 格，有 {len(codes)} 格"
        section[door.strip()] = dict(zip(names, codes, strict=True))
    return out


def page() -> str:
    """门表的 Markdown。

    Returns:
        各类一张表与格数。
    """
    table = read_table()
    parts = [START]
    cells = [code for rows in table.values() for row in rows.values() for code in row.values()]
    doors = sum(len(rows) for rows in table.values())
    count = "，".join(f"{MARKS[code]} {sum(cell[0] == code for cell in cells):,} 格" for code in MARKS)
    slow = sum(cell.endswith("*") for cell in cells)
    parts.append(f"共 {doors} 扇门，{len(cells):,} 格：{count}。其中 {slow} 格费时（带 *），`make soak` 才跑。")
    for name, rows in table.items():
        heads = list(SECTIONS[name].kinds)
        parts.append(f"**{name}**　{SECTIONS[name].about}")
        parts.append(
            "\n".join(
                [
                    "| 门 | " + " | ".join(heads) + " |",
                    "|---|" + "---|" * len(heads),
                    *(
                        "| " + " | ".join([f"`{door}`", *(row[kind] for kind in heads)]) + " |"
                        for door, row in rows.items()
                    ),
                ]
            )
        )
    return "\n\n".join([*parts, END])


def main() -> None:
    """写进 docs/trust.md。"""
    text = DOCS.read_text(encoding="utf-8")
    start, end = text.index(START), text.index(END) + len(END)
    DOCS.write_text(text[:start] + page() + text[end:], encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
