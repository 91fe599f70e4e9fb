"""文件名：认出是谁、哪一课；写出各系统都能用的名字。"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from wenzheng_lab.text import fold

_BAD = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?\Z", re.I)
_LONGEST = 60
"""一段名字最多几个字符：Windows 全路径 260、Linux 一段 255 字节（汉字 3 字节）都要放得下"""
_ASSIGNMENT = re.compile(r"(?<![0-9A-Za-z])([LRXlrx]\d{2})(?!\d)")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}(?:·[\u3400-\u9fff]{1,8})?")
_STUDENT = re.compile(r"[0-9A-Za-z-]*\d{2,}[0-9A-Za-z-]*")


class Person(Protocol):
    """名单里的一个人。"""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


def safe_name(text: str) -> str:
    """换成 Windows、macOS、Linux 都能用的一段文件名。

    太长的截短，末尾加摘要，不同的名字仍然不同；不改汉字。

    Args:
        text: 想用的名字。

    Returns:
        一段文件名，非空。

    Examples:
        >>> safe_name("张三/../a:b"), safe_name("CON"), safe_name(" .. ")
        ('张三_.._a_b', '_CON', '_')
    """
    name = _BAD.sub("_", text).strip().rstrip(". ")
    name = re.sub("[\ud800-\udfff]", "_", name)
    if not name.strip(". "):
        name = "_"
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) > _LONGEST:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        stem, dot, suffix = name.rpartition(".")
        tail = f"{dot}{suffix}" if stem and len(suffix) <= 8 else ""
        name = f"{name[: _LONGEST - 9 - len(tail)].rstrip('. ')}~{digest}{tail}"
    return name


def find_person(parts: Sequence[str], roster: Iterable[Person]) -> tuple[Person | None, str]:
    """由文件名与它上面各级目录的名字认出是谁。

    先认学号，再认姓名；姓名有重的不认。里层的名字先看。

    Args:
        parts: 路径的各段，由外到里。
        roster: 名单。

    Returns:
        （学员或 None，文件名里写的、与名单不同的姓名；没有为空串）。
    """
    people = list(roster)
    texts = [fold(part) for part in reversed(parts)]
    for text in texts:
        hits = [person for person in people if _has_token(text, fold(person.id))]
        if hits:
            best = max(hits, key=lambda person: len(person.id))
            return best, _other_name(text, best, people)
    for text in texts:
        named = [person for person in people if _has_name(text, fold(person.name))]
        longest = max((len(person.name) for person in named), default=0)
        named = [person for person in named if len(person.name) == longest]
        if len(named) == 1:
            return named[0], ""
    return None, ""


def guess_person(parts: Sequence[str]) -> tuple[str, str]:
    """没有名单时，按“姓名_学号_…”或“学号_姓名_…”读出学号与姓名。

    Args:
        parts: 路径的各段，由外到里。

    Returns:
        （学号，姓名）；读不出的为空串。

    Examples:
        >>> guess_person(["张三_2026001_L00_练习.ipynb"]), guess_person(["2026001张三", "L00_练习.ipynb"])
        (('2026001', '张三'), ('2026001', '张三'))
    """
    for part in reversed(parts):
        pieces = re.split(r"[_\s+—–()\[\]【】,;.-]+", fold(part))
        pieces = [piece for found in pieces for piece in re.findall(r"[0-9A-Za-z]+|[^0-9A-Za-z]+", found)]
        ids = [piece for piece in pieces if _STUDENT.fullmatch(piece) and not _ASSIGNMENT.fullmatch(piece)]
        names = [piece for piece in pieces if _HAN_NAME.fullmatch(piece) and piece not in ("练习", "作业", "附件")]
        if ids and names:
            return ids[0], names[0]
    return "", ""


def find_assignment(name: str) -> str:
    """由文件名认出单元号。

    Args:
        name: 文件名。

    Returns:
        如 ``L00``；认不出为空串。

    Examples:
        >>> find_assignment("张三_2026001_l03_练习(1).ipynb")
        'L03'
    """
    found = _ASSIGNMENT.search(fold(name))
    return found.group(1).upper() if found else ""


def _has_token(text: str, key: str) -> bool:
    return bool(re.search(rf"(?<![0-9A-Za-z]){re.escape(key)}(?![0-9A-Za-z])", text, re.I))


def _has_name(text: str, name: str) -> bool:
    """名字两边不是汉字才算：“张三”不是“张三丰”。学号后面紧跟着姓名的也认。"""
    han = "\u3400-\u9fff"
    return bool(re.search(rf"(?<![{han}]){re.escape(name)}(?![{han}])", text))


def _other_name(text: str, person: Person, people: Sequence[Person]) -> str:
    """学号是这个人的，姓名却写着名单上的另一个人。"""
    if _has_name(text, fold(person.name)):
        return ""
    others = [other.name for other in people if other.id != person.id and _has_name(text, fold(other.name))]
    return others[0] if others else ""
