"""规则的公共部分：每条规则都带理由、出处和自己的例句。"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import RuleFileError

DATA = Path(__file__).resolve().parent / "data"
CONFIDENCES = ("high", "medium")
_REQUIRED = ("id", "why", "source", "hits", "misses")


@dataclass(frozen=True, slots=True)
class Rule:
    """一条规则里各文件都有的部分。"""

    id: str
    """编号，如 ``number.mobile``"""
    why: str
    """为什么有这一条"""
    source: str
    """出处与核实状态"""
    hits: tuple[str, ...]
    """应当认出的例句，⟦⟧ 标出那一段"""
    misses: tuple[str, ...]
    """应当放过的例句"""


@dataclass(frozen=True, slots=True)
class Hit:
    """找到的一处，位置在还原后的文字里。"""

    start: int
    """起点"""
    end: int
    """终点（不含）"""
    type: str
    """种类"""
    rule_id: str
    """规则编号"""
    confidence: str
    """把握"""
    reason: str
    """理由"""
    keep: int = 0
    """开头留几个字不遮：姓，或住址到乡镇街道为止"""


@dataclass(frozen=True, slots=True)
class Left:
    """看过、决定不遮的一处，位置在还原后的文字里。"""

    start: int
    """起点"""
    end: int
    """终点（不含）"""
    rule_id: str
    """``keep.toml`` 里的编号"""


def data_file(name: str) -> TomlFile:
    """读随包的规则文件。

    Args:
        name: 文件名。

    Returns:
        读好的文件。
    """
    return TomlFile.read(DATA / name)


def rules(
    file: TomlFile, table: str, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> Iterator[tuple[Path_, Mapping[str, object], Rule]]:
    """逐条读出并查验规则。

    Args:
        file: 规则文件。
        table: 表名，如 ``rule``、``flag``。
        required: 这个文件的规则还必须有的字段。
        optional: 可有的字段。

    Yields:
        （位置，这张表，公共部分）。

    Raises:
        RuleFileError: 缺字段、有未知字段、编号重复。
    """
    rows = file.data.get(table)
    if not isinstance(rows, list) or not rows:
        raise file.error((), f"缺少 [[{table}]]，请至少写一条")
    seen: set[str] = set()
    for index, row in enumerate(rows):
        where: Path_ = (table, index)
        body = file.table(where, row, required=(*_REQUIRED, *required), optional=optional)
        id_ = file.string((*where, "id"), body["id"])
        if id_ in seen:
            raise file.error((*where, "id"), f"编号 {id_!r} 重复，请改成别的")
        seen.add(id_)
        yield (
            where,
            body,
            Rule(
                id=id_,
                why=file.string((*where, "why"), body["why"]),
                source=file.string((*where, "source"), body["source"]),
                hits=file.strings((*where, "hits"), body["hits"]),
                misses=file.strings((*where, "misses"), body["misses"]),
            ),
        )


def one_of(file: TomlFile, where: Path_, value: object, choices: tuple[str, ...]) -> str:
    """确认取值在可用的几种里。

    Args:
        file: 规则文件。
        where: 表内位置。
        value: 待查的值。
        choices: 可用的值。

    Returns:
        这个值。

    Raises:
        RuleFileError: 不在其中。
    """
    text = file.string(where, value)
    if text not in choices:
        raise file.error(where, f"来的是 {text!r}，应为：{'、'.join(choices)}")
    return text


def section(file: TomlFile, name: str, keys: tuple[str, ...]) -> Mapping[str, object]:
    """读一张单独的表，键要齐全。

    Args:
        file: 规则文件。
        name: 表名。
        keys: 应有的键。

    Returns:
        这张表。
    """
    return file.table((name,), file.data.get(name), required=keys)


def read_csv(name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """读随包的词表；Excel 存过的也认。

    Args:
        name: 文件名。
        columns: 应有的列，次序不限。

    Returns:
        各行，按 ``columns`` 的次序。

    Raises:
        RuleFileError: 缺列、缺格，带行号。
    """
    out: list[tuple[str, ...]] = []
    with (DATA / name).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise RuleFileError(f"{name}:1: 缺列 {'、'.join(missing)}；应有：{'、'.join(columns)}")
        for row in reader:
            cells = tuple((row[column] or "").strip() for column in columns)
            if not cells[0]:
                raise RuleFileError(f"{name}:{reader.line_num}: 第一格是空的，请补上或删去这一行")
            out.append(cells)
    return out


def digest(*files: TomlFile) -> str:
    """几个文件合起来的摘要，连同词表，写进签名。

    Args:
        *files: 读好的规则文件。

    Returns:
        8 位十六进制。
    """
    import hashlib

    total = hashlib.sha256("".join(file.digest for file in files).encode())
    for path in sorted(DATA.glob("*.csv")):
        total.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()[:8]
