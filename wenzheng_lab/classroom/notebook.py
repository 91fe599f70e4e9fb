"""笔记本的最小读写：格子、编号、内容；坏的、旧版的也读。"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wenzheng_lab.classroom.layout import decode_text

SCHEMA = 3
"""nbgrader 的元数据版本"""


@dataclass(frozen=True, slots=True)
class Cell:
    """一格。"""

    number: int
    """第几格，从 1 起"""
    id: str
    """Jupyter 的格子编号；没有为空串"""
    grade_id: str
    """nbgrader 的编号；没有为空串"""
    kind: str
    """code、markdown 或 raw"""
    source: str
    """内容"""
    raw: Mapping[str, Any]
    """原来的字典"""

    @property
    def mark(self) -> Mapping[str, Any]:
        """这一格的 nbgrader 元数据；没有为空。"""
        metadata = self.raw.get("metadata")
        mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        return mark if isinstance(mark, dict) else {}


def read_notebook(data: bytes) -> tuple[dict[str, Any] | None, str]:
    """读笔记本。

    Args:
        data: 文件的内容。

    Returns:
        （笔记本或 None，编码的名字）；UTF-8 时编码为空串。
    """
    encoding = ""
    try:
        text: str | None = data.decode("utf-8")
    except UnicodeDecodeError:
        text = decode_text(data)
        encoding = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "GBK"
    if text is None:
        return None, ""
    if text.startswith("\ufeff"):
        text, encoding = text[1:], encoding or "带 BOM 的 UTF-8"
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return None, ""
    return (notebook if isinstance(notebook, dict) else None), encoding


def cells_of(notebook: Mapping[str, Any]) -> tuple[Cell, ...]:
    """各格；第 3 版笔记本的格子在 worksheets 里，也读。

    Args:
        notebook: 笔记本。

    Returns:
        各格；不是笔记本时为空。
    """
    rows = notebook.get("cells")
    if not isinstance(rows, list):
        sheets = notebook.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else None
        rows = first.get("cells") if isinstance(first, dict) else None
    if not isinstance(rows, list):
        return ()
    return tuple(_cell(number, row) for number, row in enumerate(rows, 1) if isinstance(row, dict))


def _cell(number: int, row: Mapping[str, Any]) -> Cell:
    source = row.get("source", row.get("input", ""))
    if isinstance(source, list):
        source = "".join(piece for piece in source if isinstance(piece, str))
    metadata = row.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else ""
    return Cell(
        number,
        str(row.get("id", "")),
        grade_id if isinstance(grade_id, str) else "",
        str(row.get("cell_type", "")),
        source if isinstance(source, str) else "",
        row,
    )


def make_cell(cell: Mapping[str, Any], source: str) -> dict[str, Any]:
    """照一格的样子造新的一格，不带输出。

    Args:
        cell: 原来的格子。
        source: 新内容。

    Returns:
        字典。
    """
    new = {
        "cell_type": str(cell.get("cell_type", "code")),
        "id": str(cell.get("id", "")),
        "metadata": json.loads(json.dumps(cell.get("metadata", {}))),
        "source": source.splitlines(keepends=True),
    }
    if new["cell_type"] == "code":
        new |= {"execution_count": None, "outputs": []}
    return new


def dump_notebook(notebook: Mapping[str, Any]) -> str:
    """写成 ipynb 的文字。

    Args:
        notebook: 笔记本。

    Returns:
        文字，末尾有换行。
    """
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
