"""读 parquet：有 pyarrow 才读，按批流式读。"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wenzheng_lab.corpus.tables import RawTable, Row
from wenzheng_lab.errors import ReadError, explain

_BATCH = 50_000


def open_parquet(path: Path) -> RawTable:
    """打开 parquet。

    Args:
        path: 文件。

    Returns:
        一张表。

    Raises:
        ReadError: 没有装 pyarrow，或文件坏了。
    """
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise ReadError(
            explain(f"{path.name} 是 parquet，本机没有装读它的 pyarrow", "", "请运行 pip install pyarrow，或改用 csv")
        ) from error
    try:
        file = parquet.ParquetFile(path)
    except (OSError, ValueError) as error:  # pyarrow 的错误都是这两类的子类
        raise ReadError(
            explain(f"{path.name} 打不开（{error}）", "应为完好的 parquet 文件", "请重新导出或重新下载")
        ) from error
    table = RawTable("", (), "parquet", header=tuple(file.schema_arrow.names))
    table.rows = _rows(file)
    table.close = file.close
    return table


def _rows(file: Any) -> Iterator[Row]:
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            number += 1
            yield number, cells
