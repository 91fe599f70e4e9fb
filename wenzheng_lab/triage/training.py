"""训练与使用分类模型时，来的表、标注、份量先查一遍：错在哪一行当场说清。"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.letter.frames import column_texts, require_messages
from wenzheng_lab.model import is_blank

FOLDS = 4
"""校准时分几份"""
LEAST = 2
"""每类至少几封"""


def read_pairs(frame: object) -> list[tuple[str, str]]:
    """取出表里各行的主题与详情。

    Args:
        frame: 来的表。

    Returns:
        各行的（主题，详情），空格子是空串。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有这两列，或两列同名。
    """
    table = require_messages(frame)
    parts = []
    for name in ("subject", "body"):
        parts.append(column_texts(table, name))
    return list(zip(*parts, strict=True))


def read_labels(labels: Sequence[str], count: int) -> list[str]:
    """查一列标注。

    Args:
        labels: 来的标注。
        count: 表有几行。

    Returns:
        各行的标注。

    Raises:
        InputTypeError: 不是一列文字。
        InputError: 长短不一，或有空的。
    """
    if isinstance(labels, str):
        raise InputTypeError(explain(f"标注是一串文字 {show(labels)}", "应为一列标注，与表等长", "请传表里的一列"))
    names = list(labels)
    if len(names) != count:
        raise InputError(explain(f"表有 {count} 行，标注有 {len(names)} 个", "应一行一个标注", "请用同一张表里的列"))
    for row, name in enumerate(names):
        if is_blank(name):
            raise InputError(explain(f"第 {row + 1} 行的标注是空的", "每行都要有标注", "请补上，或先去掉这些行"))
        if not isinstance(name, str):
            raise InputTypeError(
                explain(f"第 {row + 1} 行的标注是 {show(name)}", "应为文字", "请先转成文字，如 labels.astype(str)")
            )
    return [str(name) for name in names]


def read_weights(weights: Sequence[float] | None, count: int) -> NDArray[np.float64]:
    """查一列份量。

    Args:
        weights: 来的份量；None 为都是 1。
        count: 表有几行。

    Returns:
        各行的份量。

    Raises:
        InputError: 不是与表等长的正数。
    """
    if weights is None:
        return np.ones(count)
    try:
        each = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        each = np.zeros(0)
    if each.shape != (count,) or not (np.isfinite(each).all() and (each > 0).all()):
        raise InputError(
            explain(f"weights 是 {show(weights)}", f"应是 {count} 个正数，与表等长", "不清楚就不要写，各行同样重")
        )
    return each


def check_classes(names: Sequence[str], classes: Sequence[str]) -> None:
    """每类够不够学。

    Args:
        names: 各行的标注。
        classes: 各类。

    Raises:
        InputError: 只有一类，或某一类只有一封。
    """
    if len(classes) < 2:
        raise InputError(
            explain(f"标注只有 {len(classes)} 类：{'、'.join(classes)}", "至少要有两类", "请补上别的类的信")
        )
    rare = [name for name in classes if names.count(name) < LEAST]
    if rare:
        raise InputError(
            explain(
                f"这几类各只有一封：{'、'.join(rare[:8])}",
                f"每类至少 {LEAST} 封才学得到、校准得了",
                "请补几封，或把它们并到“其他”",
            )
        )


def assign_folds(pairs: Sequence[tuple[str, str]], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """各类均匀分到各份；次序由内容定，与行的先后无关。

    Args:
        pairs: 各行的（主题，详情）。
        y: 各行的类号。

    Returns:
        各行在第几份。
    """
    fold = np.zeros(len(y), dtype=np.int64)
    for label in np.unique(y):
        members = sorted(
            np.flatnonzero(y == label),
            key=lambda i: (zlib.crc32("\n".join(pairs[int(i)]).encode("utf-8", "replace")), i),
        )
        for place, i in enumerate(members):
            fold[i] = place % FOLDS
    return fold
