"""``write_table``：写成 Excel 打得开、又不会被当成公式的文件。"""

from __future__ import annotations

import contextlib
import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenzheng_lab._files import atomic_path, scratch_folder
from wenzheng_lab._paths import as_path
from wenzheng_lab.corpus.collect import is_formula_like
from wenzheng_lab.corpus.tables import clean_text
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.model import is_blank

if TYPE_CHECKING:
    from os import PathLike

    from pandas import DataFrame

CELL_LIMIT = 32_767
"""Excel 一格的上限，按 UTF-16 的单位计，生僻字与表情占两个"""
ROW_LIMIT = 1_048_576
"""Excel 一张工作表的行数上限，含表头"""
_CUT_NOTE = "……〔原文 {n:,} 字，超过 Excel 一格的上限，全文见 csv〕"
_WIDE_COLUMN = 60
_TIME_FORMAT = "yyyy-mm-dd hh:mm:ss"


@dataclass
class WriteNotes:
    """写文件时改动了什么。"""

    path: Path
    """写到哪里"""
    rows: int = 0
    """写了几行，不含表头"""
    neutralised: int = 0
    """加了撇号、不让 Excel 当公式的格数（只有 csv 要加）"""
    replaced: int = 0
    """换成“�”的字符数"""
    shortened: list[tuple[int, str]] = field(default_factory=list)
    """超过 Excel 一格上限、截短了的（行号，列名）"""

    def __str__(self) -> str:
        parts = [f"{self.path.name}：{self.rows:,} 行"]
        if self.neutralised:
            parts.append(f"{self.neutralised:,} 格像公式，前面加了撇号")
        if self.replaced:
            parts.append(f"{self.replaced:,} 个写不下去的字符换成了“�”")
        if self.shortened:
            parts.append(f"{len(self.shortened):,} 格超过 Excel 一格的上限，已截短")
        return "，".join(parts)


def write_table(
    frame: DataFrame,
    path: str | PathLike[str],
    *,
    titles: dict[str, str] | None = None,
    progress: Callable[[int], object] | None = None,
) -> WriteNotes:
    """把表写成 xlsx、csv 或 parquet。

    留言是外人写的：以 ``= + - @`` 等开头的文字在 csv 里加撇号，在 xlsx 里按文字写，都不会变成公式；
    parquet 没有公式，原样写。
    先写临时文件再改名，写到一半断了不留半个文件。索引不写。

    Args:
        frame: 任何表。
        path: 以 ``.xlsx``、``.csv`` 或 ``.parquet`` 结尾的路径。
        titles: 列名 → 表头上的写法；没写的照列名。
        progress: 每写完一行调用一次，参数是已写的行数。

    Returns:
        改动了什么。

    Raises:
        InputError: 后缀不是这三种。
        InputTypeError: ``frame`` 不是表。
        WenzhengError: 写不进。

    Examples:
        >>> import pandas as pd, pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> notes = write_table(pd.DataFrame({"正文": ["=1+1"]}), pathlib.Path(folder.name, "表.csv"))
        >>> notes.neutralised, notes.path.read_text(encoding="utf-8-sig").splitlines()[1]
        (1, "'=1+1")
        >>> folder.cleanup()
    """
    target = as_path(path)
    if not hasattr(frame, "itertuples"):
        raise InputTypeError(
            explain(f"要写的是 {type(frame).__name__} 类型的 {show(frame)}", "应为 DataFrame", "请先做成表")
        )
    header = [header_text((titles or {}).get(str(name), str(name))) for name in frame.columns]
    notes = WriteNotes(target)
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet}
    writer = writers.get(target.suffix.lower())
    if writer is None:
        raise InputError(explain(f"文件名是 {target.name}", "应以 .xlsx、.csv 或 .parquet 结尾", "请改后缀"))
    with atomic_path(target) as temporary:
        writer(frame, header, temporary, notes, progress)
    return notes


def header_text(name: str) -> str:
    """表头上的一格：像公式的加撇号。

    Args:
        name: 列名。

    Returns:
        写进文件的文字。

    Examples:
        >>> header_text("=甲")
        "'=甲"
    """
    text, _ = clean_text(name)
    return f"'{text}" if is_formula_like(text) else text


def table_rows(frame: DataFrame) -> Any:
    """一行一行地取成 Python 的值。

    Args:
        frame: 任何表。

    Returns:
        各行的迭代器，每行一个元组。

    Examples:
        >>> import pandas as pd
        >>> list(table_rows(pd.DataFrame({"甲": [1]})))
        [(1,)]
    """
    # 一列一列取成 Python 的值，再并行走：itertuples 对重名列、超过 254 列都行，但时间会变成 Timestamp
    return zip(*(frame.iloc[:, at].astype(object).tolist() for at in range(frame.shape[1])), strict=True)


def _write_csv(
    frame: DataFrame, header: Sequence[str], path: Path, notes: WriteNotes, progress: Callable[[int], object] | None
) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        for row in table_rows(frame):
            writer.writerow([csv_cell(value, notes) for value in row])
            notes.rows += 1
            if progress is not None:
                progress(notes.rows)


def csv_cell(value: object, notes: WriteNotes) -> object:
    """写进 csv 的一格：像公式的加撇号，时间、是非写成文字。

    Args:
        value: 任何值。
        notes: 改动记在这里。

    Returns:
        交给 csv 模块的值。

    Examples:
        >>> csv_cell("=1", WriteNotes(Path("a.csv"))), csv_cell(True, WriteNotes(Path("a.csv")))
        ("'=1", '是')
    """
    if is_missing(value):
        return ""
    if isinstance(value, str):
        text = _safe(value, notes)
        if is_formula_like(text):
            notes.neutralised += 1
            return f"'{text}"
        return text
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return value
    return csv_cell(str(value), notes)


def _write_parquet(
    frame: DataFrame, header: Sequence[str], path: Path, notes: WriteNotes, progress: Callable[[int], object] | None
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: list[Any] = []
    for at in range(frame.shape[1]):
        column = frame.iloc[:, at]
        if column.dtype.kind in "OTUS" or str(column.dtype) in ("str", "string"):
            values = [
                None if is_missing(value) else _safe(value, notes) if isinstance(value, str) else value
                for value in column.astype(object).tolist()
            ]
            try:
                columns.append(pa.array(values))
            except (pa.ArrowInvalid, pa.ArrowTypeError):  # 一列里几种类型混着：按文字
                columns.append(pa.array([None if value is None else str(value) for value in values], pa.string()))
        else:
            columns.append(pa.Array.from_pandas(column))
    # 表头在 parquet 里不会当公式，去掉防公式的撇号
    names = [name[1:] if name.startswith("'") and is_formula_like(name) else name for name in header]
    pq.write_table(pa.Table.from_arrays(columns, names=names), path, row_group_size=65_536)
    notes.rows = len(frame)
    if progress is not None:
        progress(notes.rows)


def _write_xlsx(
    frame: DataFrame, header: Sequence[str], path: Path, notes: WriteNotes, progress: Callable[[int], object] | None
) -> None:
    # 各工作表先写成临时文件：放在目标旁边，磁盘满时一起报错；被杀了也认得出、收得走
    with scratch_folder(path.parent) as scratch:
        _fill_xlsx(frame, header, path, notes, progress, scratch)


def _fill_xlsx(
    frame: DataFrame,
    header: Sequence[str],
    path: Path,
    notes: WriteNotes,
    progress: Callable[[int], object] | None,
    scratch: Path,
) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            # 不写“创建时间”以外的环境信息
            "tmpdir": str(scratch),
        },
    )
    try:
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        moment = book.add_format({"num_format": _TIME_FORMAT})
        widths = _widths(frame, header)
        sheet, at = None, ROW_LIMIT
        for row in table_rows(frame):
            if at >= ROW_LIMIT:
                sheet, at = _new_sheet(book, header, widths, bold), 1
            for column, value in enumerate(row):
                _xlsx_cell(sheet, at, column, value, moment, header[column], notes)
            at += 1
            notes.rows += 1
            if progress is not None:
                progress(notes.rows)
        if sheet is None:
            _new_sheet(book, header, widths, bold)
    except BaseException:
        # 关掉它才不留临时的工作表文件；写坏的成品由 atomic_path 删去
        _close_quietly(book)
        raise
    _close(book, path)


def _new_sheet(book: Any, header: Sequence[str], widths: Sequence[int], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.set_column(column, column, widths[column])
        sheet.write_string(0, column, name, bold)
    return sheet


def _xlsx_cell(sheet: Any, row: int, column: int, value: object, moment: Any, name: str, notes: WriteNotes) -> None:
    if is_missing(value):
        return
    if isinstance(value, datetime):
        if value.year < 1900:  # Excel 没有更早的日期
            sheet.write_string(row, column, value.strftime("%Y-%m-%d %H:%M:%S"))
        else:
            sheet.write_datetime(row, column, value.replace(tzinfo=None), moment)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否")
    elif isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            return
        sheet.write_number(row, column, value)
    else:
        text = _safe(value if isinstance(value, str) else str(value), notes)
        if len(text) * 2 > CELL_LIMIT and _units(text) > CELL_LIMIT:
            notes.shortened.append((notes.rows + 2, name))
            text = _shorten(text)
        sheet.write_string(row, column, text)


def _units(text: str) -> int:
    return len(text) + sum(1 for char in text if char > "\uffff")


def _shorten(text: str) -> str:
    tail = _CUT_NOTE.format(n=len(text))
    room = CELL_LIMIT - len(tail)
    kept = text[:room]
    while _units(kept) > room:
        kept = kept[: -max(1, (_units(kept) - room) // 2)]
    return kept + tail


def _safe(text: str, notes: WriteNotes) -> str:
    cleaned, changed = clean_text(text)
    notes.replaced += changed
    return cleaned


def is_missing(value: object) -> bool:
    """是不是缺失：None、NaN、NaT、pd.NA；空串不算。

    Args:
        value: 任何值。

    Returns:
        缺失为真。

    Examples:
        >>> import pandas as pd
        >>> is_missing(pd.NA), is_missing(pd.NaT), is_missing("")
        (True, True, False)
    """
    if isinstance(value, str):
        return False
    return type(value).__name__ in ("NAType", "NaTType") or is_blank(value)


def _widths(frame: DataFrame, header: Sequence[str]) -> list[int]:
    """列宽照表头与前 50 行估；汉字占两格。"""
    out = []
    for at, name in enumerate(header):
        texts = [name, *(str(value) for value in frame.iloc[:50, at].tolist() if not is_missing(value))]
        longest = max(sum(2 if char > "\u2e80" else 1 for char in text.split("\n")[0][:_WIDE_COLUMN]) for text in texts)
        out.append(min(_WIDE_COLUMN, longest + 2))
    return out


def _close_quietly(book: Any) -> None:
    with contextlib.suppress(Exception):
        book.close()


def _close(book: Any, path: Path) -> None:
    """收尾；xlsxwriter 把磁盘满包成自己的错误，还原成 OSError 让 atomic_path 说清楚。"""
    import xlsxwriter.exceptions

    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(f"{path.parent}：{error}") from error
