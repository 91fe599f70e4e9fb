"""按内容（不按后缀）认出是哪种文件，打开成原始表。"""

from __future__ import annotations

import re
from pathlib import Path

from wenzheng_lab.corpus.html_table import open_html
from wenzheng_lab.corpus.json_table import open_json
from wenzheng_lab.corpus.parquet_table import open_parquet
from wenzheng_lab.corpus.spreadsheet import open_xls, open_xlsx
from wenzheng_lab.corpus.tables import RawTable
from wenzheng_lab.corpus.text_table import choose_encoding, open_text
from wenzheng_lab.corpus.xml_table import open_xml
from wenzheng_lab.errors import ReadError, explain

SUFFIXES = (
    ".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".htm", ".html", ".xml",
)  # fmt: skip
"""读文件夹或压缩包时看哪些后缀"""
_HTML = re.compile(r"<(?:!doctype\s+html|html|table|meta|head)\b", re.IGNORECASE)
_XML_WORKBOOK = re.compile(r"<\?mso-application|urn:schemas-microsoft-com:office:spreadsheet")


def kind_of(path: Path) -> str:
    """由文件开头认出种类。

    Args:
        path: 文件。

    Returns:
        ``zip``、``xls``、``parquet`` 或 ``text``。

    Raises:
        ReadError: 找不到、读不了，或是空文件。
    """
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise ReadError(
            explain(f"找不到 {path}", "应为一个文件或文件夹", "请核对路径；Windows 路径建议写成 r'D:\\资料\\导出.xlsx'")
        ) from error
    except OSError as error:
        raise ReadError(
            explain(
                f"读不了 {path}（{error.strerror or error}）",
                "应为可读的文件",
                "请关掉正在打开它的程序，或换一个有权限的位置",
            )
        ) from error
    if not head:
        raise ReadError(explain(f"{path.name} 是空文件（0 字节）", "应有表头和至少一行", "请重新导出或重新下载"))
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    return "parquet" if head.startswith(b"PAR1") else "text"


def open_tables(path: Path, *, encoding: str | None) -> list[RawTable]:
    """打开一个文件里的各张表；不读压缩包与文件夹。

    Args:
        path: 文件。
        encoding: 文字文件的编码；None 为自己认。

    Returns:
        各张原始表。

    Raises:
        ReadError: 打不开；信息里有怎么办。
    """
    kind = kind_of(path)
    if kind == "zip":
        return open_xlsx(path)
    if kind == "xls":
        return open_xls(path)
    if kind == "parquet":
        return [open_parquet(path)]
    codec = choose_encoding(path, encoding).codec
    with path.open(encoding=codec, errors="replace") as file:
        head = file.read(4096).lstrip("\ufeff").lstrip()
    if _XML_WORKBOOK.search(head):
        raise ReadError(
            explain(f"{path.name} 是 XML 表格（Excel 2003）", "应为 xlsx 或 csv", "请用 Excel 或 WPS 打开，另存为 xlsx")
        )
    if path.suffix.lower() not in (".csv", ".tsv") and head[:1] == "<" and _HTML.search(head):
        return open_html(path, encoding)
    if head.startswith("<?xml") or (path.suffix.lower() == ".xml" and head[:1] == "<"):
        return [open_xml(path)]
    if head[:1] in ("{", "["):
        return [open_json(path, encoding)]
    return [open_text(path, encoding)]
