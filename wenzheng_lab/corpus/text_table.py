"""读 csv、tsv：认编码、认分隔符，列数不对的行报出来。"""

from __future__ import annotations

import csv
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from wenzheng_lab.corpus.encodings import NAMES, Encoding, detect
from wenzheng_lab.corpus.schemas import recognise
from wenzheng_lab.corpus.tables import RawTable, Row
from wenzheng_lab.errors import ReadError, explain, show

_DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "全角逗号"}
_HEAD = 1 << 16
# csv 的单格上限是全进程共用的设置；读的时候放开，读完还原，两个线程不能同时改
_LIMIT_LOCK = threading.Lock()
_SWALLOWED_LINES = 50
"""一格里的换行多于此数、且行里多有分隔符，多半是引号没有配对"""


def open_text(path: Path, encoding: str | None) -> RawTable:
    """打开 csv 或 tsv。

    Args:
        path: 文件。
        encoding: 使用者指定的编码；None 为自己认。

    Returns:
        一张表，行号是该记录在文件里的起始行。

    Raises:
        ReadError: 编码名不认识，或读不通。
    """
    found = choose_encoding(path, encoding)
    with path.open(encoding=found.codec, errors="replace", newline="") as file:
        head = file.read(_HEAD)
    skip = 0
    if head[:4].lower() == "sep=":  # Excel 自己认的提示行
        delimiter, skip = head[4:5], 1
    else:
        delimiter = _delimiter(head)
    table = RawTable("", (), f"csv（{_DELIMITERS.get(delimiter, show(delimiter))}分隔）", encoding=found.name)
    table.replaced = found.broken
    if found.broken:
        table.notes.append(f"有 {found.broken} 处字节不合 {found.name} 编码，已换成“�”")
    table.rows = _rows(path, found.codec, delimiter, skip, table)
    return table


def choose_encoding(path: Path, encoding: str | None) -> Encoding:
    """用指定的编码，没有指定就自己认。

    Args:
        path: 文件。
        encoding: 编码名或 None。

    Returns:
        编码。

    Raises:
        ReadError: 编码名不认识，或哪种都读不通。
    """
    if encoding is None:
        return detect(path)
    try:
        "".encode(encoding)
    except LookupError as error:
        raise ReadError(
            explain(f"编码写成 {show(encoding)}", f"常用的有：{'、'.join(NAMES)}", "请改写，或不写 encoding")
        ) from error
    # GBK 是 GB18030 的一部分，按大的读不会错
    codec = "gb18030" if encoding.lower() in ("gbk", "gb2312", "cp936") else encoding
    if codec.lower().replace("_", "-") in ("utf-8", "utf8"):
        codec = "utf-8-sig"
    return Encoding(codec)


def _delimiter(head: str) -> str:
    lines = [line for line in head.splitlines()[:30] if line.strip()]
    best, most = ",", (0, 0)
    for mark in _DELIMITERS:
        records = list(csv.reader(lines[:10], delimiter=mark))
        if any(recognise(cells) is not None for cells in records):
            return mark
        # 认不出表时，取各行列数最一致的：正文里的逗号也会切出许多列，但列数参差
        widths = Counter(len(cells) for cells in records if len(cells) > 1).most_common(1)
        for width, same in widths:
            if (same, width) > most:
                best, most = mark, (same, width)
    return best


def _rows(path: Path, codec: str, delimiter: str, skip: int, table: RawTable) -> Iterator[Row]:
    with path.open(encoding=codec, errors="replace", newline="") as file:
        for _ in range(skip):
            file.readline()
        reader = csv.reader(file, delimiter=delimiter)
        while True:
            start = skip + reader.line_num + 1
            with _LIMIT_LOCK:
                before = csv.field_size_limit(0x7FFFFFFF)
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    table.skipped.append((start, f"这一行读不出来（{error}）"))
                    continue
                finally:
                    csv.field_size_limit(before)
            if cells is None:
                return
            if reader.line_num + skip - start > _SWALLOWED_LINES:
                _warn_swallowed(cells, delimiter, start, table)
            yield start, cells


def _warn_swallowed(cells: list[str], delimiter: str, start: int, table: RawTable) -> None:
    for cell in cells:
        lines = cell.count("\n")
        if lines > _SWALLOWED_LINES and cell.count(delimiter) > lines:
            table.notes.append(f"第 {start} 行有一格含 {lines} 个换行，可能是引号没有配对，把后面的行吞了进来，请核对")
