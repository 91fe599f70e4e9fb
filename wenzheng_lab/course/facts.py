"""课文里的事实清单：``python -m wenzheng_lab.course.facts``。

课文凡引文件、条款、报道，都带〔出处：……；核实状态〕；年表与案例另有出处和状态。这里把它们逐条列出来，
写明在哪一课第几格，便于换版本前逐条复查。带 ``--csv 文件`` 写成表格。
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from wenzheng_lab._files import write_text
from wenzheng_lab._paths import share_dir
from wenzheng_lab.course.chronicle import cases, timeline
from wenzheng_lab.course.lesson import Lesson

SOURCE = re.compile(r"〔出处：([^〕]+(?:〔\d{4}〕[^〕]+)?)；([^；〕]+)〕")
"""一处出处：来源、核实状态；来源里可以有〔2016〕这样的文号"""
FACT = re.compile(r"《[^》]{4,}》|〔\d{4}〕|第[一二三四五六七八九十百]{2,}条|\d{4}年\d+月.{0,6}报道")
"""一段里有书名号、文号、条款或“据……报道”，就是在说事实"""
_HEADINGS = ("在哪里", "说的是什么", "出处", "核实状态")
_SHORT = 10
"""短于这么多字的一句，单独看不懂"""
_SENTENCE = re.compile(r"[^。！？]*[。！？]?[”」]?")


@dataclass(frozen=True, slots=True)
class Fact:
    """一条事实。"""

    where: str
    """在哪里，如 ``L04 第 12 格``、``年表 2009-09-24``"""
    said: str
    """说的是什么"""
    source: str
    """出处"""
    status: str
    """核实状态，如“已核实（原文）”"""

    def __repr__(self) -> str:
        return f"{self.where}：{self.said}〔出处：{self.source}；{self.status}〕"


def lesson_facts(lesson: Lesson) -> tuple[Fact, ...]:
    """列出一课里带出处的事实。

    Args:
        lesson: 读好的一课。

    Returns:
        一处出处一条，先后与课文相同。
    """
    unit = lesson.path.stem.split("_")[0]
    return tuple(
        Fact(f"{unit} 第 {cell.number} 格", said, source, status)
        for cell in lesson.cells
        if cell.kind == "markdown"
        for line in cell.source.split("\n")
        for said, source, status in _stated(line)
    )


def list_facts() -> tuple[Fact, ...]:
    """列出全部课文、年表、案例里的事实。

    Returns:
        课文在前，年表、案例在后。课文里的都已核实；年表、案例里没有核实的，状态里写着“未核实”。

    Raises:
        WenzhengError: 年表与案例的文件写坏了。

    Examples:
        >>> from wenzheng_lab.course.facts import list_facts
        >>> {fact.status[:3] for fact in list_facts() if fact.where.startswith("L")}
        {'已核实'}
    """
    facts = [fact for path in sorted(share_dir("notebooks").glob("*.ipynb")) for fact in lesson_facts(Lesson(path))]
    facts += [Fact(f"年表 {row.when}", row.what, row.source, row.status.label) for row in timeline().events]
    facts += [Fact(f"案例 {row.id}", row.happened, row.source, row.status.label) for row in cases().items]
    return tuple(facts)


def facts_table(facts: Sequence[Fact]) -> str:
    """把事实清单写成 csv。

    Args:
        facts: 各条事实。

    Returns:
        csv 文字，首行是表头；单元格以等号之类开头的前面加撇号，Excel 不会当公式算。
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for fact in facts:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in astuple(fact)])
    return out.getvalue()


def _stated(line: str) -> Iterator[tuple[str, str, str]]:
    start = 0
    for found in SOURCE.finditer(line):
        yield _said(line[start : found.start()].replace("**", "")), found.group(1), found.group(2)
        start = found.end()


def _said(before: str) -> str:
    """出处说的是它前面那一句；延伸阅读一条是一项，整项照录；太短的连上一句一起。"""
    text = before.strip(" >　")
    if text.startswith("- "):
        return text[2:]
    sentences = [part for part in _SENTENCE.findall(text) if part.strip()]
    if not sentences:
        return "（同上）"
    take = 1 if len(sentences[-1]) >= _SHORT else 2
    return "".join(sentences[-take:]).strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """列出事实，末尾按状态数一遍。

    Args:
        arguments: 命令行参数；不写时取 ``sys.argv``。

    Returns:
        0。

    Raises:
        WenzhengError: 文件写不进去，或数据写坏了。
    """
    parser = argparse.ArgumentParser(prog="python -m wenzheng_lab.course.facts", description="列出课文里的事实")
    parser.add_argument("--csv", type=Path, metavar="文件", help="写成表格，不在屏幕上列")
    chosen = parser.parse_args(arguments)
    facts = list_facts()
    if chosen.csv is not None:
        # Excel 认得带 BOM 的 UTF-8
        write_text(chosen.csv, facts_table(facts), bom=True)
    else:
        for fact in facts:
            print(fact)
    for status, count in Counter(fact.status for fact in facts).most_common():
        print(f"{status}：{count} 条")
    return 0


if __name__ == "__main__":
    sys.exit(main())
