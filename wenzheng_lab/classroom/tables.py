"""写给 Excel 的 csv：带 BOM，像公式的加撇号，长数字按文字。"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from wenzheng_lab._files import atomic_path, long_path
from wenzheng_lab.corpus.collect import is_formula_like


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """写一张表。

    Args:
        path: 路径。
        head: 表头。
        rows: 各行；None 写成空格，小数去掉多余的零。

    Raises:
        WenzhengError: 写不进，例如 Excel 正开着它。
    """
    with (
        atomic_path(long_path(path)) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="", errors="replace") as file,
    ):
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(head)
        for row in rows:
            writer.writerow([cell(value) for value in row])


def cell(value: object) -> object:
    """一格。

    Args:
        value: 文字、数或 None。

    Returns:
        交给 csv 的值。

    Examples:
        >>> cell("=1+1"), cell(2.50), cell(None)
        ("'=1+1", '2.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    text = str(value)
    return f"'{text}" if is_formula_like(text) else text
