"""``read_message_chunks``：一段一段地读大表，内存不随行数涨。"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab.corpus.archive import members, unpack
from wenzheng_lab.corpus.collect import collect
from wenzheng_lab.corpus.frames import build_frame
from wenzheng_lab.corpus.read import choose_tables
from wenzheng_lab.corpus.schemas import check_mapping
from wenzheng_lab.corpus.sources import open_tables
from wenzheng_lab.errors import InputError, ReadError, explain, show

if TYPE_CHECKING:
    from os import PathLike

    from pandas import DataFrame

CHUNK_ROWS = 20_000
"""一段多少行；两万封平常的来信与答复约占 60 MB"""


def read_message_chunks(
    path: str | PathLike[str],
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    rows: int = CHUNK_ROWS,
) -> Iterator[DataFrame]:
    r"""一段一段地读留言导出表，各段列名相同。

    认表的办法与 ``read_messages`` 一样，读入的行也一样；只是没有阅读报告，要看报告请用 ``read_messages``。
    csv、tsv、json 行、parquet 的内存不随行数涨；xls 与 json 数组要整个读进来再分段。

    Args:
        path: 文件、文件夹或 zip。
        columns: 认不出的表用的对照，同 ``read_messages``。
        sheet: 只读这个工作表。
        encoding: 文字文件的编码；默认自己认。
        rows: 一段最多读原表的多少行，表头、空行也算在内。

    Yields:
        规范列的表，各段长短可以不同；索引从 0 起、接着往下排。

    Raises:
        ReadError: 打不开、是空的、认不出。
        InputError: 对照或行数写错。

    Examples:
        >>> import pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = pathlib.Path(folder.name, "来信.csv")
        >>> _ = file.write_text("subject,body,reply\n甲,乙,丙\n丁,戊,己\n庚,辛,壬\n", encoding="utf-8")
        >>> [part["subject"].tolist() for part in read_message_chunks(file, rows=2)]
        [['甲'], ['丁', '庚']]
        >>> folder.cleanup()
    """
    if columns is not None:
        check_mapping(columns)
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise InputError(explain(f"rows 是 {show(rows)}", "应为正整数", "不清楚就不要写"))
    where = Path(path)
    if not where.exists():
        raise ReadError(explain(f"找不到 {where}", "应为已有的文件或文件夹", "请核对路径"))
    return _every(where, columns, sheet, encoding, rows)


def _every(
    where: Path, columns: Mapping[str, str] | None, sheet: str | None, encoding: str | None, rows: int
) -> Iterator[DataFrame]:
    with tempfile.TemporaryDirectory(prefix="wenzheng-") as folder:
        several = members(where) if where.is_dir() else unpack(where, Path(folder))
        files = [(where.name, where)] if several is None else list(several.files)
        start = 0
        refused: list[str] = []
        for name, file in files:
            try:
                for frame in _file(file, name, columns, sheet, encoding, rows):
                    frame.index = frame.index + start
                    start += len(frame)
                    yield frame
            except ReadError as error:
                # 文件夹里读不出的跳过，与 read_messages 一样；单个文件读不出就说清楚
                if several is None:
                    raise
                refused.append(f"{name}：{error}")
        if not start:
            raise ReadError(
                explain(
                    f"{where.name} 里没有一条留言" + ("：" + "；".join(refused[:5]) if refused else ""),
                    "应至少有一行",
                    "请换一个文件，或用 columns= 写明对照",
                )
            )


def _file(
    path: Path,
    name: str,
    columns: Mapping[str, str] | None,
    sheet: str | None,
    encoding: str | None,
    rows: int,
) -> Iterator[DataFrame]:
    tables = open_tables(path, encoding=encoding)
    try:
        found, _ = choose_tables(tables, name, columns, sheet)
        for table, plan, header_row in found:
            if plan.schema.id != found[0][1].schema.id:
                continue
            stream = iter(table.rows)
            while first := next(stream, None):
                table.rows, table.skipped = itertools.chain((first,), itertools.islice(stream, rows - 1)), []
                part = collect(table, plan, header_row, extra=False)
                if part.rows:
                    yield build_frame([part])
    finally:
        for table in tables:
            table.close()
