"""把一段来信排成文件里的字节：造信的进程自己排好，写文件的进程只管接着写。"""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

Row = tuple[dict[str, object], dict[str, object]]
Target = tuple[str, tuple[str, ...]]
"""一个目标：文件种类，与要写的列"""
CHUNK = 500
"""一段多少封；太小则来回传送的工夫多，太大则占内存"""
_GROUP = 4  # 几段并成 parquet 的一组


@lru_cache(maxsize=4096)
def _listed(value: tuple[str, ...]) -> str:
    # 主办、协办、好的答复、追问，同一种事项都一样，不必次次转写
    return json.dumps(value, ensure_ascii=False)


def plain(row: Mapping[str, object]) -> dict[str, object]:
    """一行换成文件里能放的值：列表写成 JSON，时间写成文字。"""
    return {key: _plain(value) for key, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return (
            "[]"
            if not value
            else _listed(value)
            if isinstance(value[0], str)
            else json.dumps(value, ensure_ascii=False)
        )
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """每 ``CHUNK`` 封一段。"""
    source = iter(rows)
    while found := list(islice(source, CHUNK)):
        yield found


def pack(rows: Sequence[Row], targets: Sequence[Target]) -> list[bytes]:
    """把一段来信排成各目标的字节。

    Args:
        rows: 来信与真值。
        targets: 各目标；第一个是来信，第二个是真值。

    Returns:
        每个目标的字节；parquet 是一段 Arrow 流。
    """
    packed = []
    for n, (kind, columns) in enumerate(targets):
        table = (
            [message for message, _ in rows]
            if n == 0
            else [{**truth, "message_id": m["message_id"]} for m, truth in rows]
        )
        packed.append(_PACKERS[kind](table, columns))
    return packed


def _csv(table: list[dict[str, object]], columns: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_plain(row[name]) for name in columns] for row in table)
    return out.getvalue().encode()


def _jsonl(table: list[dict[str, object]], columns: Sequence[str]) -> bytes:
    write = json.JSONEncoder(ensure_ascii=False, default=str).encode
    return "".join(write({name: row[name] for name in columns}) + "\n" for row in table).encode()


def _arrow(table: list[dict[str, object]], columns: Sequence[str]) -> bytes:
    arrow = importlib.import_module("pyarrow")
    values = {name: [row[name] if name == "created_at" else _plain(row[name]) for row in table] for name in columns}
    batch = arrow.table(values)
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_table(batch)
    found: bytes = sink.getvalue().to_pybytes()
    return found


_PACKERS = {"csv": _csv, "jsonl": _jsonl, "parquet": _arrow}


class Sink(Protocol):
    """写一个文件的一方。"""

    def add(self, packed: bytes) -> None:
        """接着写一段。"""
        ...

    def close(self) -> None:
        """写完。"""
        ...


def open_sink(kind: str, path: Path, columns: Sequence[str]) -> Sink:
    """打开一个目标文件。

    Args:
        kind: ``csv``、``jsonl`` 或 ``parquet``。
        path: 写到哪里。
        columns: 列名。

    Returns:
        写文件的一方。
    """
    return _Parquet(path) if kind == "parquet" else _Text(kind, path, columns)


class _Text:
    def __init__(self, kind: str, path: Path, columns: Sequence[str]) -> None:
        self.file = path.open("wb")
        if kind == "csv":
            self.file.write((",".join(columns) + "\r\n").encode("utf-8-sig"))

    def add(self, packed: bytes) -> None:
        self.file.write(packed)

    def close(self) -> None:
        self.file.close()


class _Parquet:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting: list[Any] = []
        self.writer: Any = None

    def add(self, packed: bytes) -> None:
        arrow = importlib.import_module("pyarrow")
        self.waiting.append(arrow.ipc.open_stream(packed).read_all())
        if len(self.waiting) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
        table = arrow.concat_tables(self.waiting).combine_chunks()
        if self.writer is None:
            self.writer = parquet.ParquetWriter(self.path, table.schema)
        self.writer.write_table(table)
        self.waiting = []

    def close(self) -> None:
        if self.waiting:
            self._flush()
        if self.writer is not None:
            self.writer.close()
