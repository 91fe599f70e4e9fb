"""自变量：把表里的列做成回归用的矩阵；分类的列以最多的一类为基准，太小的类合并。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wenzheng_lab.errors import InputError, explain, suggest
from wenzheng_lab.letter.frames import column_stamps, column_texts
from wenzheng_lab.rules.glossary import load_glossary
from wenzheng_lab.trends.compare import SMALLEST, period_labels
from wenzheng_lab.trends.counts import UNITS, WORKDAY, day_kinds

if TYPE_CHECKING:
    import pandas as pd

DERIVED = {
    "angry": "带火气的来信",
    "again": "又来信",
    "rural": "乡村的来信",
    "length": "来信长短（每多一倍）",
    "dayoff": "休息日来信",
    "week": "周",
    "month": "月份",
    "quarter": "季度",
    "year": "年份",
}
"""表里没有也能得出的自变量"""
_FEATURES = ("angry", "again", "rural")
_REST = "其余"
_EMPTY = "（空）"
_PERSONS = ("author", "message_id")
_MOST_LEVELS = 60


@dataclass(frozen=True, slots=True)
class Term:
    """矩阵的一列。"""

    name: str
    """自变量"""
    level: str
    """哪一类；数与是非为空"""
    base: str
    """和哪一类比；数与是非为空"""
    label: str
    """给人看的说法"""


@dataclass(frozen=True, slots=True)
class Design:
    """自变量的矩阵。"""

    matrix: np.ndarray[Any, np.dtype[np.float64]]
    """一行一封，一列一项，没有常数项"""
    terms: tuple[Term, ...]
    """各列"""
    known: np.ndarray[Any, np.dtype[np.bool_]]
    """哪些行各项都有值"""
    notes: tuple[str, ...]
    """合并了什么、去掉了什么"""


def build_design(frame: pd.DataFrame, on: Sequence[str]) -> Design:
    """做矩阵。

    Args:
        frame: 规范列的表。
        on: 自变量：表里的列，或 ``DERIVED`` 里的名字。

    Returns:
        ``Design``。

    Raises:
        InputError: 没有这一列，按人，类太多，或没有一项有变化。
    """
    names = [on] if isinstance(on, str) else list(on)
    if not names:
        raise InputError(explain("没有写自变量", "至少要有一个", '如 on=["department", "angry"]'))
    frame = _with_features(frame, names)
    columns: list[np.ndarray[Any, np.dtype[np.float64]]] = []
    terms: list[Term] = []
    notes: list[str] = []
    for name in dict.fromkeys(names):
        made, some, note = _one(frame, name)
        columns += made
        terms += some
        notes += note
    matrix = np.column_stack(columns) if columns else np.zeros((len(frame), 0))
    known = np.asarray(~np.isnan(matrix).any(axis=1), dtype=np.bool_)
    return Design(matrix, tuple(terms), known, tuple(notes))


def trim(design: Design, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[Design, np.ndarray[Any, Any]]:
    """留下要用的行，去掉在这些行里没有变化的列；列之间能互相推出的报错。

    Args:
        design: 矩阵。
        rows: 用哪些行。

    Returns:
        （新的 ``Design``，矩阵）。

    Raises:
        InputError: 没有一项有变化，几项互相推得出，或行数太少。
    """
    matrix = design.matrix[rows]
    moving = [at for at in range(matrix.shape[1]) if len(matrix) and np.ptp(matrix[:, at]) > 0]
    dropped = [design.terms[at].label for at in range(matrix.shape[1]) if at not in moving]
    notes = design.notes + ((f"没有变化，去掉了：{'、'.join(dropped)}。",) if dropped else ())
    terms = tuple(design.terms[at] for at in moving)
    matrix = matrix[:, moving]
    if not terms:
        raise InputError(explain("各自变量在能用的行里都没有变化", "至少一项要有变化", "请换自变量，或多取一些来信"))
    if len(matrix) < 10 * (len(terms) + 1):
        raise InputError(
            explain(
                f"能用的只有 {len(matrix)} 封，自变量有 {len(terms)} 项",
                "每项至少要有十封",
                "请减少自变量，或多取一些来信",
            )
        )
    whole = np.column_stack([np.ones(len(matrix)), matrix])
    scale = np.abs(whole).max(axis=0)
    if np.linalg.matrix_rank(whole / scale) < whole.shape[1]:
        raise InputError(
            explain(
                f"自变量 {'、'.join(dict.fromkeys(term.name for term in terms))} 之间能互相推出",
                "各项应各有各的变化",
                "去掉其中一个，如 month 与 quarter 只留一个",
            )
        )
    return Design(matrix, terms, np.ones(len(matrix), dtype=np.bool_), notes), matrix


def label_of(name: str) -> str:
    """一列的中文名。

    Args:
        name: 列名。

    Returns:
        中文名；没有收录的原样。

    Examples:
        >>> label_of("department"), label_of("angry")
        ('承办单位', '带火气的来信')
    """
    if name in DERIVED:
        return DERIVED[name]
    return next((term.term for term in load_glossary() if term.identifier == name), name)


def _with_features(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    wanted = [name for name in names if name in _FEATURES and name not in frame.columns]
    if not wanted:
        return frame
    from wenzheng_lab.trends.engine_features import add_features

    return add_features(frame)


def _one(frame: pd.DataFrame, name: str) -> tuple[list[np.ndarray[Any, Any]], list[Term], list[str]]:
    import pandas as pd

    label = label_of(name)
    if name in _PERSONS:
        raise InputError(explain(f"自变量里有 {name}", "不按人比较", "请换成单位、地方、分类一类的列"))
    if name == "length" and name not in frame.columns:
        sizes = np.array([len(text) for text in column_texts(frame, "body")], dtype=np.float64)
        return [np.log2(1 + sizes)], [Term(name, "", "", label)], []
    if name == "dayoff" and name not in frame.columns:
        return [_dayoff(frame)], [Term(name, "", "", label)], []
    if name in UNITS and name not in frame.columns:
        return _levels(period_labels(frame, name), name, label)
    if name not in frame.columns:
        have = [str(column) for column in frame.columns]
        raise InputError(
            explain(
                f"表里没有 {name}",
                f"有的列：{'、'.join(have[:14])}；另可写：{'、'.join(DERIVED)}",
                suggest(name, [*have, *DERIVED]) or "请改成其中一个",
            )
        )
    column = frame[name]
    if column.dtype.kind in "iufb" or str(column.dtype).lower() in ("boolean", "int64", "float64"):
        return (
            [pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)],
            [Term(name, "", "", label)],
            [],
        )
    values = column.tolist()
    if values and all(value is None or isinstance(value, bool) or value != value for value in values):
        numbers = np.array([np.nan if value is None or value != value else float(value) for value in values])
        return [numbers], [Term(name, "", "", label)], []
    return _levels(column_texts(frame, name), name, label)


def _dayoff(frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    import pandas as pd

    times = pd.DatetimeIndex(column_stamps(frame))
    out = np.full(len(frame), np.nan)
    known = np.asarray(times.notna(), dtype=np.bool_)
    out[known] = day_kinds(times[known]) != WORKDAY
    return out


def _levels(cells: Sequence[str], name: str, label: str) -> tuple[list[np.ndarray[Any, Any]], list[Term], list[str]]:
    """分类的列：最多的一类作基准；不足五封的合成“其余”。"""
    values = [cell or _EMPTY for cell in cells]
    sizes: dict[str, int] = {}
    for value in values:
        sizes[value] = sizes.get(value, 0) + 1
    small = {value for value, size in sizes.items() if size < SMALLEST}
    notes = []
    if small:
        values = [_REST if value in small else value for value in values]
        notes.append(f"{label}里不足 {SMALLEST} 封的 {len(small)} 类合成“{_REST}”。")
    left = values.count(_REST) if small else 0
    if 0 < left < SMALLEST:
        # 合起来还是太少：既不能显示，也会让模型拟合不出来
        notes[-1] = f"{label}里不足 {SMALLEST} 封的类合起来也不足 {SMALLEST} 封，没有用。"
    missing = [value == _REST and 0 < left < SMALLEST for value in values]
    sized = {value: values.count(value) for value, gone in zip(values, missing, strict=True) if not gone}
    order = sorted(sized, key=lambda value: (-sized[value], value))
    if len(order) > _MOST_LEVELS:
        raise InputError(
            explain(f"{label}有 {len(order)} 类", f"至多 {_MOST_LEVELS} 类", "请先合并成大类，或改用别的列")
        )
    if not order:
        raise InputError(explain(f"{label}各类都不足 {SMALLEST} 封", f"至少一类要有 {SMALLEST} 封", "请先合并成大类"))
    base = order[0]
    columns = [
        np.where(missing, np.nan, np.array([value == level for value in values], dtype=np.float64))
        for level in order[1:]
    ]
    terms = [Term(name, level, base, f"{label}：{level}（比{base}）") for level in order[1:]]
    return columns, terms, notes
