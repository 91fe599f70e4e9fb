"""读 XML：同名元素一个接一个的，每个是一行；一边读一边放掉，文件多大都行。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, iterparse

from wenzheng_lab.corpus.tables import RawTable, Row
from wenzheng_lab.errors import ReadError, explain

_HEAD = 1 << 16
_LOOKED = 200
"""看前多少个元素来认哪一种是“行”"""


def open_xml(path: Path) -> RawTable:
    """打开 XML。

    Args:
        path: 文件。

    Returns:
        一张表：列是行元素里各子元素的名字；重名的取第一个有字的。

    Raises:
        ReadError: 坏了，带有实体定义，或找不到成行的元素。
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        # 实体可以层层展开，几行字撑满内存
        raise ReadError(explain(f"{path.name} 带有 DOCTYPE 或实体定义", "应为只有数据的 XML", "请另存为 csv 或 xlsx"))
    record = _record_name(path)
    if record is None:
        raise ReadError(
            explain(f"{path.name} 里找不到成行的元素", "应是同名的元素一个接一个，每个里面是各列", "请转成 csv 或 json")
        )
    header: dict[str, int] = {}
    for _, element in _records(path, record):
        for child in element:
            header.setdefault(_plain(child.tag), len(header))
    table = RawTable("", (), "xml", header=tuple(header), unit="项")
    table.rows = _rows(path, record, header)
    return table


def _plain(tag: str) -> str:
    """去掉名字空间。"""
    return tag.rpartition("}")[2]


def _record_name(path: Path) -> str | None:
    """有两个以上子元素、出现最多的元素就是行。"""
    seen: Counter[str] = Counter()
    parents: list[Element] = []
    try:
        for event, element in iterparse(path, events=("start", "end")):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if len(element) >= 2 and all(len(child) == 0 for child in element):
                seen[element.tag] += 1
                if sum(seen.values()) >= _LOOKED:
                    break
    except ParseError as error:
        raise _broken(path, error) from error
    return seen.most_common(1)[0][0] if seen else None


def _records(path: Path, record: str) -> Iterator[tuple[int, Element]]:
    number = 0
    parents: list[Element] = []
    try:
        for event, element in iterparse(path, events=("start", "end")):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if element.tag == record:
                number += 1
                yield number, element
                if parents:
                    parents[-1].remove(element)
    except ParseError as error:
        raise _broken(path, error) from error


def _rows(path: Path, record: str, header: dict[str, int]) -> Iterator[Row]:
    for number, element in _records(path, record):
        cells: list[object] = [None] * len(header)
        for child in element:
            at, text = header[_plain(child.tag)], (child.text or "").strip()
            if text and cells[at] is None:
                cells[at] = text
        yield number, cells


def _broken(path: Path, error: ParseError) -> ReadError:
    line, column = error.position
    return ReadError(
        explain(f"{path.name} 第 {line} 行第 {column} 列起读不通（{error}）", "应为完好的 XML", "请重新导出或重新下载")
    )
