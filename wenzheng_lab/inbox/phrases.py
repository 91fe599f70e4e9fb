"""通用话语与同义词：开头、过渡、道理、结尾，各种口吻共用。"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.inbox.grammar import GrammarError, Words

DATA = Path(__file__).parent / "data"


@cache
def load_words() -> Words:
    """读同义词表。

    Raises:
        RuleFileError: 一个词在两组里，或一组不足两个词。
    """
    file = TomlFile.read(DATA / "words.toml")
    file.table((), file.data, required=("group",), optional=("keep",))
    for n, row in enumerate(file.data["group"]):  # type: ignore[arg-type,var-annotated]
        file.table(("group", n), row, optional=("文", "中", "口", "only"))
    try:
        return Words(file.data["group"], file.strings(("keep",), file.data.get("keep", [])))  # type: ignore[arg-type]
    except GrammarError as error:
        raise RuleFileError(f"{file.name}: {error}") from error


@cache
def load_people() -> Mapping[str, object]:
    """读人物资料：身份、年龄、姓名用字。"""
    file = TomlFile.read(DATA / "people.toml")
    return file.table((), file.data, required=("kinds", "names"))


def load_people_kinds() -> tuple[str, ...]:
    """来信人的身份。"""
    return tuple(load_people()["kinds"])  # type: ignore[arg-type]


@cache
def load_lists() -> Mapping[str, tuple[str, ...]]:
    """程序里要用的几张小词表。

    Examples:
        >>> "领导" in load_lists()["leaders"]
        True
    """
    file = TomlFile.read(DATA / "phrases" / "lists.toml")
    return {
        name: tuple(rows) if isinstance(rows, list) else file.strings((name,), rows) for name, rows in file.data.items()
    }
