"""一段一段地写 csv：与 ``write_table`` 写出的一样，内存不随行数涨。"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TYPE_CHECKING

from wenzheng_lab._files import atomic_path
from wenzheng_lab._paths import as_path
from wenzheng_lab.corpus.write import WriteNotes, csv_cell, header_text, table_rows
from wenzheng_lab.errors import InputError, explain

if TYPE_CHECKING:
    from os import PathLike

    from pandas import DataFrame


def write_csv_chunks(frames: Iterable[DataFrame], path: str | PathLike[str]) -> WriteNotes:
    """把一段一段的表写成一个 csv，列名照第一段。

    以 ``= + - @`` 等开头的文字加撇号，不会变成公式；先写临时文件再改名。

    Args:
        frames: 各段，列名相同。
        path: 以 ``.csv`` 结尾的路径。

    Returns:
        改动了什么。

    Raises:
        InputError: 后缀不对，或有一段的列名不同。
        WenzhengError: 写不进。

    Examples:
        >>> import pandas as pd, pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> parts = [pd.DataFrame({"总分": [90]}), pd.DataFrame({"总分": [60]})]
        >>> write_csv_chunks(parts, pathlib.Path(folder.name, "表.csv")).rows
        2
        >>> folder.cleanup()
    """
    target = as_path(path)
    if target.suffix.lower() != ".csv":
        raise InputError(explain(f"文件名是 {target.name}", "应以 .csv 结尾", "请改后缀"))
    notes = WriteNotes(target)
    names: list[str] | None = None
    with atomic_path(target) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for frame in frames:
            if names is None:
                names = [str(name) for name in frame.columns]
                writer.writerow([header_text(name) for name in names])
            elif [str(name) for name in frame.columns] != names:
                raise InputError(explain("有一段的列名与第一段不同", f"应为：{'、'.join(names)}", "请先统一列名"))
            for row in table_rows(frame):
                writer.writerow([csv_cell(value, notes) for value in row])
                notes.rows += 1
    return notes
