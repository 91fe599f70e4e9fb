"""读 json、json 行与坏掉的 json 数组：能读的都读，读不出的报出位置；大的边读边解，不整个读进内存。"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path

from wenzheng_lab.corpus.json_stream import choose_list, decode, scan, walk, window
from wenzheng_lab.corpus.tables import RawTable, Row
from wenzheng_lab.corpus.text_table import choose_encoding
from wenzheng_lab.errors import ReadError, explain

_OPEN = re.compile(r"\{")
_WHOLE = 16 << 20
"""不到这么大（字节）就整个读进来；更大的边读边解，要读两遍"""
_DEPTH = 3
"""对象里套对象，最多展开的层数"""


def open_json(path: Path, encoding: str | None) -> RawTable:
    """打开 json：对象数组、json 行、前后相连的对象、缺了括号或逗号的数组都行。

    Args:
        path: 文件。
        encoding: 使用者指定的编码；None 为自己认。

    Returns:
        一张表，列是各对象的键的并集。

    Raises:
        ReadError: 里面没有一个对象。
    """
    found = choose_encoding(path, encoding)
    if path.stat().st_size > _WHOLE:
        return _open_big(path, found.codec, RawTable("", (), "json", encoding=found.name, replaced=found.broken))
    text = path.read_bytes().decode(found.codec, "replace").lstrip("\ufeff")
    table = RawTable("", (), "json", encoding=found.name)
    table.replaced = found.broken
    records = list(_records(text, table))
    if not records:
        raise _empty(path)
    header: dict[str, int] = {}
    for _, record in records:
        for key in record:
            header.setdefault(key, len(header))
    table.header = tuple(header)
    table.rows = _rows(records, header)
    return table


def _empty(path: Path) -> ReadError:
    return ReadError(
        explain(
            f"{path.name} 里没有读出一个 json 对象",
            '应为 [{"title": …}, …] 或每行一个对象',
            "请确认文件没有截断成空",
        )
    )


def _open_big(path: Path, codec: str, table: RawTable) -> RawTable:
    """边读边解：头一遍看有哪些键，各行等用到时再读一遍。"""
    chosen = choose_list(path, codec)
    if chosen is not None:
        table.unit = "项"
    else:
        table.format = "json 行"
        with window(path, codec) as view:
            if view.next() == "[":
                table.format = "json 数组（有破损）"
                table.notes.append("json 数组不完整（少括号、少逗号或被截断），能读的对象都已读出")
    where = None if chosen is None else chosen[0]
    header: dict[str, int] = {}
    for _, record in _big_records(path, codec, where, []):
        for key in record:
            header.setdefault(key, len(header))
    if not header:
        raise _empty(path)
    table.header = tuple(header)
    # 读的时候才记坏在哪里；分段读的人会换掉 table.skipped，所以每次都看它现在是哪一个
    rows = _rows(_big_records(path, codec, where, table), header)
    table.rows = rows
    table.close = rows.close
    return table


def _big_records(
    path: Path, codec: str, where: tuple[str, ...] | None, told: RawTable | list[tuple[int, str]]
) -> Iterator[tuple[int, dict[str, object]]]:
    def tell(number: int, reason: str) -> None:
        (told.skipped if isinstance(told, RawTable) else told).append((number, reason))

    with window(path, codec) as view:
        if where is None:
            for line, value in scan(view, lambda line, error: tell(line, f"json 写坏了（{_plain(error)}）")):
                yield line, _flat(value)
            return
        for found, number, item in walk(view):
            if found != where:
                continue
            if isinstance(item, Mapping):
                yield number, _flat(item)
            else:
                tell(number, "不是 json 对象")


def _rows(records: Iterable[tuple[int, dict[str, object]]], header: Mapping[str, int]) -> Generator[Row, None, None]:
    for number, record in records:
        cells: list[object] = [None] * len(header)
        for key, value in record.items():
            cells[header[key]] = value
        yield number, cells


def _records(text: str, table: RawTable) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        whole = decode(text, len(text) - len(text.lstrip()))
        items = _find_list(whole[0])
    except (ValueError, RecursionError):
        whole, items = None, None
    if whole is not None and not text[whole[1] :].strip() and items is not None:
        table.unit = "项"
        for number, item in enumerate(items, 1):
            if isinstance(item, Mapping):
                yield number, _flat(item)
            else:
                table.skipped.append((number, "不是 json 对象"))
        return
    table.format = "json 行"
    yield from _scan(text, table)


def _find_list(value: object) -> list[object] | None:
    """数组本身；或 {"data": [...]} 里最长的对象数组；单个对象算一条。"""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return None
    lists: list[list[object]] = []
    for inner in value.values():
        found = (
            inner if isinstance(inner, list) else _find_list(inner) if isinstance(inner, Mapping) and inner else None
        )
        if found and all(isinstance(item, Mapping) for item in found) and (isinstance(inner, list) or len(found) > 1):
            lists.append(found)
    return max(lists, key=len) if lists else [value]


def _scan(text: str, table: RawTable) -> Iterator[tuple[int, dict[str, object]]]:
    """一个一个找对象；坏的跳到下一行的“{”，并记下在第几行。"""
    at, line, counted = 0, 1, 0
    broken_array = text.lstrip()[:1] == "["
    while found := _OPEN.search(text, at):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        try:
            value, end = decode(text, found.start())
        except ValueError as error:
            table.skipped.append((line, f"json 写坏了（{_plain(error)}）"))
            after = re.compile(r"[\n,]\s*\{").search(text, found.end())
            if after is None:
                break
            at = after.start() + 1
            continue
        at = end
        yield line, _flat(value)
    if broken_array:
        table.format = "json 数组（有破损）"
        table.notes.append("json 数组不完整（少括号、少逗号或被截断），能读的对象都已读出")


def _plain(error: ValueError) -> str:
    message = str(getattr(error, "msg", error))
    known = {
        "Unterminated string": "引号没有配对",
        "Expecting ',' delimiter": "少逗号",
        "Expecting ':' delimiter": "少冒号",
        "Expecting value": "少值",
        "Expecting property name": "键没有引号或多了逗号",
        "Illegal trailing comma": "多了逗号",
    }
    return next((chinese for start, chinese in known.items() if message.startswith(start)), message)


def _packed(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "（套得太深，没有读）"


def _flat(value: Mapping[str, object], depth: int = _DEPTH) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, inner in value.items():
        if isinstance(inner, Mapping) and depth > 1:
            out.update({f"{key}.{name}": item for name, item in _flat(inner, depth - 1).items()})
        elif isinstance(inner, Mapping | list):
            out[str(key)] = _packed(inner) if inner else None
        else:
            out[str(key)] = inner
    return out
