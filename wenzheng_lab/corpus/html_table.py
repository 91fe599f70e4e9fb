"""读 html 表格：许多系统导出的“xls”其实是网页。"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from wenzheng_lab.corpus.tables import RawTable, Row
from wenzheng_lab.corpus.text_table import choose_encoding

_BREAKS = ("br", "p", "div", "li")


class _Tables(HTMLParser):
    """只取各表的各格文字；脚本与样式不取。"""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._close()
            self._cell = []
        elif tag in _BREAKS and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None


def open_html(path: Path, encoding: str | None) -> list[RawTable]:
    """打开含表格的网页。

    Args:
        path: 文件。
        encoding: 使用者指定的编码；None 为自己认。

    Returns:
        各张表。
    """
    found = choose_encoding(path, encoding)
    parser = _Tables()
    parser.feed(path.read_bytes().decode(found.codec, "replace"))
    parser.close()
    out = []
    for n, rows in enumerate(parser.tables, 1):
        numbered: list[Row] = list(enumerate(rows, 1))
        table = RawTable(f"第 {n} 张表" if len(parser.tables) > 1 else "", numbered, "网页表格", encoding=found.name)
        table.replaced = found.broken
        out.append(table)
    return out
