"""读词表：CSV 一行一词，Excel 存过的也能读。"""

from __future__ import annotations

import csv
import functools
import io
from pathlib import Path

from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.text import fold

LEXICONS = Path(__file__).resolve().parent / "lexicons"


def parse_lexicon(name: str, text: str) -> frozenset[str]:
    r"""由 CSV 文字造词表。

    Args:
        name: 文件名，用在错误信息里。
        text: 全文；首行是表头，首列是 ``word``。

    Returns:
        折叠过的词的集合。

    Raises:
        RuleFileError: 没有 ``word`` 列，或有空词、重复的词；带行号。

    Examples:
        >>> sorted(parse_lexicon("a.csv", "word,group\n问题,信函\n情况,信函\n"))
        ['情况', '问题']
    """
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or not rows[0] or rows[0][0].strip() != "word":
        raise RuleFileError(f"{name}:1: 首列的表头应为 word，来的是 {rows[0][:1] if rows else '空文件'}")
    words: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        word = fold(row[0].strip()) if row else ""
        if not word:
            raise RuleFileError(f"{name}:{number}: 这一行没有词；请删去空行")
        if word in words:
            raise RuleFileError(f"{name}:{number}: “{word}”重复")
        words.add(word)
    return frozenset(words)


@functools.cache
def load_lexicon(name: str) -> frozenset[str]:
    """读随包的词表，只读一次。

    Args:
        name: 文件名去掉 ``.csv``。

    Returns:
        折叠过的词的集合。

    Examples:
        >>> "问题" in load_lexicon("common_words")
        True
    """
    path = LEXICONS / f"{name}.csv"
    return parse_lexicon(path.name, path.read_text(encoding="utf-8-sig"))
