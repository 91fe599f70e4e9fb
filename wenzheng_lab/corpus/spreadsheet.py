"""读 Excel 工作簿：xlsx 流式读，xls 有 xlrd 才读；合并的单元格补到每一行。"""

from __future__ import annotations

import importlib
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from wenzheng_lab.corpus.tables import RawTable, Row
from wenzheng_lab.errors import ReadError, explain
from wenzheng_lab.model import is_blank

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<f[\s/>]")
_CHUNK = 1 << 18
_OVERLAP = 64

# openpyxl 对不合规矩的 XML 抛的是 Python 自己的各种错误：多一个属性是 TypeError，缺一个部件是 KeyError
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError),
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
)
_MOST_COLUMNS = 16_384
"""Excel 至多到 XFD 列；再往右的合并范围是坏的，照着补会把内存撑满"""

Merge = tuple[int, int, int, int]
"""（首行，末行，首列，末列），行从 1 起、列从 0 起，含两端"""


def open_xlsx(path: Path) -> list[RawTable]:
    """打开 xlsx，每个工作表一张。

    Args:
        path: 文件。

    Returns:
        各工作表；行在用到时才读。

    Raises:
        ReadError: 不是完好的 xlsx。
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            # 没有默认样式、不认识的扩展等提醒与内容无关
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _BROKEN as error:
        raise ReadError(
            explain(
                f"{path.name} 打不开（{type(error).__name__}：{error}）",
                "应为完好的 xlsx 工作簿",
                "请用 Excel 或 WPS 打开后另存为 xlsx 再试；打不开说明文件已损坏或没有下载完",
            )
        ) from error
    tables = []
    for sheet in book.worksheets:
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # 有的程序把范围写成 A1，照它读只得一格
        table = RawTable(sheet.title, (), "xlsx")
        table.rows = _xlsx_rows(path, book, sheet, table)
        table.close = book.close
        tables.append(table)
    return tables


def _xlsx_rows(path: Path, book: Any, sheet: Any, table: RawTable) -> Iterator[Row]:
    merges, formulas = _scan(path, sheet)
    if formulas:
        table.notes.append(f"有 {formulas} 个公式单元格，读的是上次保存时的计算结果；没有结果的读成空")

    def rows() -> Iterator[Row]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                    yield number, [unescape(cell) if isinstance(cell, str) else cell for cell in cells]
        except _BROKEN as error:
            raise ReadError(
                explain(
                    f"{path.name} 的工作表“{sheet.title}”读到一半出错（{type(error).__name__}：{error}）",
                    "应为完好的工作表",
                    "请用 Excel 或 WPS 打开后另存为 xlsx 再试",
                )
            ) from error

    yield from fill_merged(rows(), merges, table)


def unescape(text: str) -> str:
    r"""还原 xlsx 里写成 ``_x000D_`` 的字符。

    Args:
        text: 单元格文字。

    Returns:
        还原后的文字。

    Examples:
        >>> unescape("甲_x000D_乙_x005F_x000D_")
        '甲\r乙_x000D_'
    """
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _scan(path: Path, sheet: Any) -> tuple[list[Merge], int]:
    """Openpyxl 的流式读法不给合并范围，也不分公式；直接在工作表的 XML 里数一遍。"""
    inner = getattr(sheet, "_worksheet_path", None)
    if not inner:
        return [], 0
    merges: list[Merge] = []
    formulas = 0
    tail = b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(inner.lstrip("/")) as file:
            while chunk := file.read(_CHUNK):
                block = tail + chunk
                limit = len(block) - _OVERLAP if len(chunk) == _CHUNK else len(block)
                formulas += sum(1 for found in _FORMULA.finditer(block) if found.start() < limit)
                for found in _MERGED.finditer(block):
                    if found.start() < limit:
                        left, top, right, bottom = found.groups()
                        if len(left) <= 3 and _column(left) < _MOST_COLUMNS:
                            merges.append((int(top), int(bottom), _column(left), _column(right)))
                tail = block[limit:]
    except _BROKEN:
        return [], 0  # 读行的时候会给出清楚的错误
    return merges, formulas


def _column(letters: bytes) -> int:
    number = 0
    for code in letters:
        number = number * 26 + code - 64
    return number - 1


def fill_merged(rows: Iterator[Row], merges: Sequence[Merge], table: RawTable) -> Iterator[Row]:
    """把竖着合并的单元格的值补到每一行。

    只补自己有内容的行：整条记录为了排版占几行时，后几行仍是空行。

    Args:
        rows: 行的流。
        merges: 合并范围。
        table: 记说明的表。

    Yields:
        补好的行。
    """
    starts: dict[int, list[Merge]] = {}
    for merge in merges:
        if merge[1] > merge[0]:
            starts.setdefault(merge[0], []).append(merge)
    active: list[tuple[Merge, object]] = []
    filled = 0
    for number, cells in rows:
        active = [item for item in active if item[0][1] >= number]
        if active and any(not is_blank(cell) for cell in cells):
            own = list(cells)
            for (_, _, left, _), value in active:
                own.extend([None] * (left + 1 - len(own)))
                if is_blank(own[left]) and not is_blank(value):
                    own[left] = value
                    filled += 1
            cells = own
        active += [(merge, cells[merge[2]] if merge[2] < len(cells) else None) for merge in starts.get(number, ())]
        yield number, cells
    if filled:
        table.notes.append(f"有竖着合并的单元格，已把值补到所盖的各行（{filled} 格）")


def open_xls(path: Path) -> list[RawTable]:
    """打开旧式 xls，要装 xlrd。

    Args:
        path: 文件。

    Returns:
        各工作表。

    Raises:
        ReadError: 没有装 xlrd，或文件坏了、加了密。
    """
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes()[: 1 << 20]:
        raise ReadError(explain(f"{path.name} 加了打开密码", "应为没有密码的工作簿", "请在 Excel 里去掉密码另存后再试"))
    try:
        xlrd = importlib.import_module("xlrd")
    except ImportError as error:
        raise ReadError(
            explain(
                f"{path.name} 是旧式 xls，本机没有装读它的 xlrd",
                "应为 xlsx、csv、json 等",
                "请用 Excel 或 WPS 另存为 xlsx；或运行 pip install xlrd",
            )
        ) from error
    try:
        try:
            book = xlrd.open_workbook(str(path), formatting_info=True)  # 要它才给合并范围
        except NotImplementedError:
            book = xlrd.open_workbook(str(path))
    except Exception as error:  # xlrd 对坏文件抛的种类很杂：XLRDError、struct.error、AssertionError、IndexError
        raise ReadError(
            explain(
                f"{path.name} 打不开（{type(error).__name__}：{error}）",
                "应为完好的 xls 工作簿",
                "请用 Excel 或 WPS 打开后另存为 xlsx 再试",
            )
        ) from error
    tables = []
    for sheet in book.sheets():
        table = RawTable(sheet.name, (), "xls")
        merges = [(top + 1, bottom, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
        table.rows = fill_merged(_xls_rows(xlrd, book, sheet), merges, table)
        tables.append(table)
    return tables


def _xls_rows(xlrd: Any, book: Any, sheet: Any) -> Iterator[Row]:
    for at in range(sheet.nrows):
        cells: list[object] = []
        for cell in sheet.row(at):
            value: object = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    value = xlrd.xldate_as_datetime(cell.value, book.datemode)
                except (ValueError, OverflowError):
                    value = str(cell.value)
            elif cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                value = None
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                value = xlrd.error_text_from_code.get(cell.value, "#N/A")
            cells.append(value)
        yield at + 1, cells
