"""认得哪些表：读 ``data/schemas.toml``，写错时给出行号。"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._toml import TomlFile

KINDS = ("text", "time", "number", "rating", "flag")
_FILE = Path(__file__).parent / "data" / "schemas.toml"


@dataclass(frozen=True, slots=True)
class Column:
    """一个规范列。"""

    name: str
    """规范列名"""
    label: str
    """中文名"""
    kind: str
    """text、time、number、rating、flag 之一"""
    aliases: tuple[str, ...]
    """别处常见的列名，只用来给建议"""


@dataclass(frozen=True, slots=True)
class Flag:
    """由别的列里的字样认出是非。"""

    columns: tuple[str, ...]
    """看哪些原列"""
    contains: tuple[str, ...]
    """含其中之一就是“是”"""


@dataclass(frozen=True, slots=True)
class Schema:
    """一种导出表。"""

    id: str
    """编号"""
    name: str
    """中文名"""
    source: str
    """依据什么写的"""
    require: tuple[str, ...]
    """这些列都在才算"""
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    """（规范列，可取的原列）；“甲+乙”表示连起来"""
    zero_is_blank: tuple[str, ...] = ()
    """这些评分列里 0 是没有评"""
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """（规范列，（原值，规范写法）……）"""
    flags: tuple[tuple[str, Flag], ...] = ()
    """由字样认出的是非列"""
    keep: tuple[str, ...] = ()
    """照原名留下的原列"""


@dataclass(frozen=True, slots=True)
class Registry:
    """认得的全部规范列与表。"""

    columns: tuple[Column, ...]
    """规范列，按读出的次序"""
    schemas: tuple[Schema, ...]
    """认得的表"""
    yes: frozenset[str]
    """是非列里算“是”的写法，小写"""
    no: frozenset[str]
    """是非列里算“否”的写法，小写"""
    digest: str
    """数据文件的摘要"""


@functools.cache
def registry() -> Registry:
    """读 ``schemas.toml``，只读一次。

    Returns:
        认得的规范列与表。

    Raises:
        RuleFileError: 数据文件写错，首行有行号。

    Examples:
        >>> registry().columns[0].name
        'message_id'
    """
    return parse(TomlFile.read(_FILE))


def canonical_names() -> tuple[str, ...]:
    """规范列名，按读出的次序。

    Returns:
        列名的元组。

    Examples:
        >>> canonical_names()[:3]
        ('message_id', 'channel', 'author')
    """
    return tuple(column.name for column in registry().columns)


def labels() -> dict[str, str]:
    """规范列的中文名。

    Returns:
        规范列名 → 中文名。

    Examples:
        >>> labels()["reply"]
        '答复'
    """
    return {column.name: column.label for column in registry().columns}


def parse(file: TomlFile) -> Registry:
    """验证并解析表的清单。

    Args:
        file: 读好的 TOML。

    Returns:
        认得的规范列与表。

    Raises:
        RuleFileError: 有未知字段、缺字段、规范列不存在、编号重复。
    """
    top = file.table((), file.data, required=("column", "schema", "words"))
    words = file.table(("words",), top["words"], required=("yes", "no"))
    yes, no = (frozenset(file.strings(("words", key), words[key], empty=False)) for key in ("yes", "no"))
    columns = tuple(_column(file, n, raw) for n, raw in enumerate(_tables(file, "column", top["column"])))
    names = [column.name for column in columns]
    schemas = tuple(_schema(file, n, raw, names) for n, raw in enumerate(_tables(file, "schema", top["schema"])))
    for kind, ids in (("column", names), ("schema", [schema.id for schema in schemas])):
        for n, name in enumerate(ids):
            if name in ids[:n]:
                raise file.error((kind, n), f"{name} 写了两次，请改名或删去一个")
    return Registry(columns, schemas, yes, no, file.digest)


def _tables(file: TomlFile, key: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise file.error((key,), f"{key} 应写成 [[{key}]]")
    return value


def _column(file: TomlFile, n: int, raw: object) -> Column:
    where = ("column", n)
    data = file.table(where, raw, required=("name", "label", "kind"), optional=("aliases",))
    kind = file.string((*where, "kind"), data["kind"])
    if kind not in KINDS:
        raise file.error((*where, "kind"), f"kind 写成 {kind!r}，可用：{'、'.join(KINDS)}")
    return Column(
        file.string((*where, "name"), data["name"]),
        file.string((*where, "label"), data["label"]),
        kind,
        file.strings((*where, "aliases"), data.get("aliases", [])),
    )


def _schema(file: TomlFile, n: int, raw: object, names: Sequence[str]) -> Schema:
    where = ("schema", n)
    data = file.table(
        where,
        raw,
        required=("id", "name", "source", "require", "columns"),
        optional=("zero_is_blank", "values", "flag", "keep"),
    )

    def known(part: str) -> Mapping[str, object]:
        return file.table((*where, part), data.get(part, {}), optional=names)

    columns = []
    for name, value in known("columns").items():
        at = (*where, "columns", name)
        columns.append(
            (name, (file.string(at, value),) if isinstance(value, str) else file.strings(at, value, empty=False))
        )
    values = []
    for name, value in known("values").items():
        if not isinstance(value, Mapping):
            raise file.error((*where, "values", name), f"{name} 应为“原值 = 规范写法”的表")
        values.append((name, tuple((str(k), file.string((*where, "values", name), v)) for k, v in value.items())))
    flags = []
    for name, value in known("flag").items():
        at = (*where, "flag", name)
        table = file.table(at, value, required=("from", "contains"))
        flags.append(
            (name, Flag(file.strings(at, table["from"], empty=False), file.strings(at, table["contains"], empty=False)))
        )
    return Schema(
        file.string((*where, "id"), data["id"]),
        file.string((*where, "name"), data["name"]),
        file.string((*where, "source"), data["source"]),
        file.strings((*where, "require"), data["require"], empty=False),
        tuple(columns),
        file.strings((*where, "zero_is_blank"), data.get("zero_is_blank", [])),
        tuple(values),
        tuple(flags),
        file.strings((*where, "keep"), data.get("keep", [])),
    )
