"""月报写到哪里：单独一个模块，命令行查参数时不必载入做 Word 的库。"""

from __future__ import annotations

from pathlib import Path

from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, explain

DOCX = ".docx"


def docx_path(path: str | Path) -> Path:
    """由目录或文件名得出 docx 的路径。

    Args:
        path: 目录，或以 ``.docx`` 结尾的文件名。

    Returns:
        路径。

    Raises:
        InputError: 后缀是别的。

    Examples:
        >>> docx_path("月报").as_posix(), docx_path("月报/三月.docx").name
        ('月报/一月一分析.docx', '三月.docx')
    """
    target = as_path(path)
    if target.suffix.lower() == DOCX:
        return target
    if target.suffix and not target.is_dir():
        raise InputError(
            explain(f"月报写成 {target.name}", "应为目录，或以 .docx 结尾的文件名", "如 --report 三月.docx")
        )
    return target / f"一月一分析{DOCX}"
