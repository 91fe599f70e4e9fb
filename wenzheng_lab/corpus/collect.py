"""把一张原始表读成规范列：逐行逐格，读不了的记下行号与原因。"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wenzheng_lab.corpus.chinese import simplifier
from wenzheng_lab.corpus.registry import Column, registry
from wenzheng_lab.corpus.schemas import Plan, normal
from wenzheng_lab.corpus.tables import RawTable, clean_text
from wenzheng_lab.corpus.times import TimeTally
from wenzheng_lab.model import is_blank

_EXACT = 2**53
"""浮点数能逐一表示的整数上限；更长的编号存成数就不准了"""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""以这些开头的文字，Excel 打开 csv 时会当公式；中文 Excel 连全角的也认"""


@dataclass
class Collected:
    """读好的一张表，还没有做成 DataFrame。"""

    columns: dict[str, list[object]]
    """规范列与（要求保留时的）原列"""
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """没有读入的（行号，原因）"""
    times: dict[str, TimeTally] = field(default_factory=dict)
    """各时间列的账"""
    counts: Counter[str] = field(default_factory=Counter)
    """毛病的计数"""
    unreadable: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """读不出的数、是非：规范列 → （行号，原文）"""
    rows: int = 0
    """一共读入的行数"""
    held: int = 0
    """``columns`` 里现在有几行；一段一段地读时只是这一段的"""


def collect(table: RawTable, plan: Plan, header_row: int | None, *, extra: bool, simplify: bool = False) -> Collected:
    """逐行读到底。

    Args:
        table: 原始表。
        plan: 读法。
        header_row: 表头的行号；json、parquet 没有表头行，为 None。
        extra: 是否保留没有用到的原列。
        simplify: 是否把繁体换成简体。

    Returns:
        读好的各列。
    """
    *_, last = collect_parts(table, plan, header_row, extra=extra, simplify=simplify, size=None)
    return last


def collect_parts(
    table: RawTable, plan: Plan, header_row: int | None, *, extra: bool, simplify: bool, size: int | None
) -> Iterator[Collected]:
    """一段一段地读：每满 ``size`` 行给出一次，账（跳过的行、时间、毛病）记在同一本上。

    Args:
        table: 原始表。
        plan: 读法。
        header_row: 表头的行号；json、parquet 没有表头行，为 None。
        extra: 是否保留没有用到的原列。
        simplify: 是否把繁体换成简体。
        size: 一段多少行；None 为一次到底。

    Yields:
        同一个 ``Collected``，``columns`` 是这一段的；用完再取下一段。至少给出一次。
    """
    kinds = {column.name: column for column in registry().columns}
    out = Collected({name: [] for name in (*(name for name, _ in plan.take), *(name for name, _ in plan.flags))})
    convert = simplifier() if simplify else None
    readers = [(name, places, _reader(kinds[name], plan, out, convert)) for name, places in plan.take]
    flags = dict(plan.schema.flags)
    extras = _extra_names(plan, out, extra)
    for name in extras.values():
        out.columns[name] = []
    check = [(at, normal(plan.header[at])) for _, places in plan.take for at in places][:3]
    width = len(plan.header)
    written = table.format.startswith("csv")
    for number, cells in table.rows:
        if header_row is not None and number <= header_row:
            if number < header_row and not _empty(cells):
                out.skipped.append((number, "表头以前的行"))
            continue
        if _empty(cells):
            out.skipped.append((number, "空行"))
            continue
        if header_row is not None and all(at < len(cells) and normal(cells[at]) == name for at, name in check):
            out.skipped.append((number, "重复的表头"))
            continue
        if len(cells) > width and not _empty(cells[width:]):
            out.skipped.append((number, f"比表头多出列（表头 {width} 列），多半是正文里的分隔符没有加引号"))
            continue
        if not any(
            at < len(cells) and not is_blank(cells[at])
            for name, places in plan.take
            if name in ("subject", "body", "reply")
            for at in places
        ):
            out.skipped.append((number, "没有主题、正文，也没有答复"))
            continue
        if written and len(cells) < width:
            out.counts["short_rows"] += 1
        for name, places, read in readers:
            parts = [cells[at] if at < len(cells) else None for at in places]
            if written:
                parts = [_unquote(part, out) for part in parts]
            out.columns[name].append(read(parts[0] if len(parts) == 1 else _joined(parts), number))
        for name, places in plan.flags:
            texts = [str(cells[at]) for at in places if at < len(cells) and not is_blank(cells[at])]
            out.columns[name].append(
                any(word in text for text in texts for word in flags[name].contains) if texts else None
            )
        for at, name in extras.items():
            value = cells[at] if at < len(cells) else None
            out.columns[name].append(clean_text(value)[0] if isinstance(value, str) else value)
        out.rows += 1
        out.held += 1
        if size is not None and out.held >= size:
            yield out
            out.columns = {name: [] for name in out.columns}
            out.held = 0
    out.skipped += table.skipped
    out.skipped.sort()
    yield out


def _empty(cells: Sequence[object]) -> bool:
    return all(is_blank(cell) for cell in cells)


def _extra_names(plan: Plan, out: Collected, everything: bool) -> dict[int, str]:
    names: dict[int, str] = {}
    taken = set(out.columns)
    keep = {normal(name) for name in plan.schema.keep}
    for at in plan.unused:
        name = plan.header[at]
        if not everything and normal(name) not in keep:
            continue
        while name in taken:
            name += "（原）"
        taken.add(name)
        names[at] = name
    return names


def is_formula_like(text: str) -> bool:
    """写进 csv 时要不要加撇号；原来就带撇号的再加一个，读回来才还得了原。

    Args:
        text: 一格的文字。

    Returns:
        以公式的开头字符开头（前面可以有撇号）为真。

    Examples:
        >>> is_formula_like("=1+1"), is_formula_like("'=1"), is_formula_like("甲=1"), is_formula_like("'甲'")
        (True, True, False, False)
    """
    return text.lstrip("'").startswith(FORMULA_STARTS)


def _unquote(value: object, out: Collected) -> object:
    """去掉写 csv 时为防公式加的撇号。"""
    if isinstance(value, str) and value[:1] == "'" and is_formula_like(value):
        out.counts["unquoted"] += 1
        return value[1:]
    return value


def _joined(parts: Sequence[object]) -> str | None:
    """连起几列：空的不连，后一段已含前一段时（直辖市的省与市）只留后一段。"""
    text = ""
    for part in (to_text(part) for part in parts if not is_blank(part)):
        text = part if text and part.startswith(text) else text if text.endswith(part) else text + part
    return text or None


def _reader(
    column: Column, plan: Plan, out: Collected, convert: Callable[[str], str] | None
) -> Callable[[object, int], object]:
    name = column.name
    if column.kind == "time":
        return out.times.setdefault(name, TimeTally()).read
    if column.kind == "flag":
        return lambda value, row: _flag(value, row, name, out)
    if column.kind in ("number", "rating"):
        blank_zero = name in plan.schema.zero_is_blank
        return lambda value, row: _number(value, row, name, blank_zero, out)
    words = dict(dict(plan.schema.values).get(name, ()))
    if convert is None or name == "message_id":
        return lambda value, row: _text(value, name, words, out)
    return lambda value, row: _simplified(_text(value, name, words, out), convert, out)


def _simplified(text: str | None, convert: Callable[[str], str], out: Collected) -> str | None:
    if not text:
        return text
    new = convert(text)
    out.counts["simplified"] += new != text
    return new


def to_text(value: object) -> str:
    """把一格读成文字：整数不带小数点，日期不带零时。

    Args:
        value: 原值，不是空的。

    Returns:
        文字，去掉首尾空白。

    Examples:
        >>> to_text(2549.0), to_text(" 甲 "), to_text(True)
        ('2549', '甲', 'true')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and math.isfinite(value):
        return str(int(value))
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _text(value: object, name: str, words: Mapping[str, str], out: Collected) -> str | None:
    if is_blank(value):
        return "" if name in ("subject", "body") else None
    if name == "message_id" and (
        (isinstance(value, float) and abs(value) >= _EXACT) or (isinstance(value, str) and _scientific(value))
    ):
        out.counts["approximate_ids"] += 1
    text, changed = clean_text(to_text(value))
    out.counts["replaced_characters"] += changed
    return words.get(text.casefold(), text) if words else text


def _scientific(text: str) -> bool:
    head, _, tail = text.upper().partition("E+")
    return bool(tail) and tail.isdigit() and head.replace(".", "", 1).isdigit()


def _number(value: object, row: int, name: str, blank_zero: bool, out: Collected) -> float | None:
    if is_blank(value):
        return None
    number: float | None = None
    if isinstance(value, bool):
        number = None
    elif isinstance(value, int | float):
        number = float(value)
    elif isinstance(value, str):
        try:
            number = float(value.strip().replace(",", "").rstrip("分星"))
        except ValueError:
            number = None
    if number is None or not math.isfinite(number):
        out.unreadable.setdefault(name, []).append((row, to_text(value)[:40]))
        return None
    if blank_zero and number == 0:
        out.counts[f"zero_{name}"] += 1
        return None
    return number


def _flag(value: object, row: int, name: str, out: Collected) -> bool | None:
    if is_blank(value):
        return None
    text = to_text(value).casefold()
    if text in registry().yes:
        return True
    if text in registry().no:
        return False
    out.unreadable.setdefault(name, []).append((row, text[:40]))
    return None
