"""一批来信：要比对、要计数的几样，各是一列。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.letter.frames import column_texts, column_times, known_authors, message_ids, require_messages
from wenzheng_lab.letter.shingles import Labels, group_copies

if TYPE_CHECKING:
    import pandas as pd

Times = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Letters:
    """一批来信，各列等长。"""

    ids: tuple[object, ...]
    """编号"""
    subjects: tuple[str, ...]
    """主题"""
    bodies: tuple[str, ...]
    """详情"""
    places: tuple[str, ...]
    """地点；不知道为空"""
    times: Times
    """时间（秒）；不知道为 NaT"""
    likes: NDArray[np.float64]
    """点赞数，不小于 0"""
    copies: Labels
    """几乎相同的归一组：组里最先一封的序号"""
    people: Labels
    """写信的人：同一人同一号；分不出是谁的，一份文字算一个人"""

    def __len__(self) -> int:
        return len(self.ids)


def read_letters(frame: object) -> Letters:
    """由表取来信。

    Args:
        frame: 有 ``subject``、``body`` 之一的表。

    Returns:
        ``Letters``。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``subject`` 也没有 ``body``。
    """
    table = require_messages(frame)
    subjects, bodies = column_texts(table, "subject"), column_texts(table, "body")
    copies = group_copies([one + other for one, other in zip(subjects, bodies, strict=True)])
    times = np.array(column_times(table), dtype="datetime64[s]")
    authors = known_authors(column_texts(table, "author"), accounts=True)
    return Letters(
        tuple(message_ids(table)),
        tuple(subjects),
        tuple(bodies),
        tuple(column_texts(table, "place")),
        times,
        _likes(table),
        copies,
        _people(authors, copies),
    )


def _likes(table: pd.DataFrame) -> NDArray[np.float64]:
    import pandas as pd

    if "likes" not in table.columns:
        return np.zeros(len(table))
    column = pd.to_numeric(table["likes"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    likes: NDArray[np.float64] = np.maximum(np.nan_to_num(column, nan=0.0, posinf=0.0), 0.0)
    return likes


def _people(authors: list[str], copies: Labels) -> Labels:
    """一个人一个号；分不出是谁的，一份文字（含它的抄件）算一个人。"""
    number: dict[object, int] = {}
    keys: list[object] = [author or int(copy) for author, copy in zip(authors, copies.tolist(), strict=True)]
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
