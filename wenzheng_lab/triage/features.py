"""由主题和详情取特征：字、词、分类词表；标题与正文分开，各归一到单位长。"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.rules.taxonomy import load_taxonomy
from wenzheng_lab.text import fold, words
from wenzheng_lab.triage.words import Evidence, load_words

BLOCKS = ("title_chars", "body_chars", "title_words", "body_words", "topic_words", "topics")
"""特征的几块，次序固定"""
WEIGHTS: Mapping[str, float] = {
    "title_chars": 1.0,
    "body_chars": 1.0,
    "title_words": 0.7,
    "body_words": 0.7,
    "topic_words": 0.7,
    "topics": 1.0,
}
"""各块的权重，由 ``benchmarks/triage_models.py`` 比出来"""
_FIXED = frozenset({"topics"})
"""不按文档频率折算的块：它已经是折算好的得票"""
_MASKED_PLACE = re.compile(r"[a-z]0*(?=[市县区])|西地省")
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_TITLE_COUNT = 2.0
"""分类词在标题里算几次"""

Sparse = tuple[NDArray[np.int32], NDArray[np.float64]]
"""一封信的特征：（列号，值）"""


def tidy(text: str) -> str:
    """去掉无关的差别：全角、大小写、空白、具体的数目、脱敏的地名代号。

    Args:
        text: 原文。

    Returns:
        整理过的文字，不再与原文等长。

    Examples:
        >>> tidy("Ａ７县 第１２３号")
        '县 第0号'
    """
    plain = _DIGITS.sub("0", _SPACE.sub(" ", fold(text).lower()))
    return _MASKED_PLACE.sub("", plain).strip()


def _grams(text: str) -> Iterator[str]:
    yield from text
    yield from map("".join, itertools.pairwise(text))


Counts = Mapping[str, Mapping[str, float]]
"""块 → 项 → 次数"""


def count_features(subject: str, body: str, votes: Evidence | None = None) -> Counts:
    """数一封信里各块的字、词；``topics`` 一块放的是词表的得票。

    Args:
        subject: 主题。
        body: 详情。
        votes: 已经数好的词表得票；不给就现数。

    Returns:
        块 → 项 → 次数。

    Examples:
        >>> count_features("路灯不亮", "")["topic_words"]["路灯"]
        2.0
    """
    title, text = tidy(subject), tidy(body)
    votes = votes or load_words().vote(subject, body)
    topic_words = {
        word: (_TITLE_COUNT if word in votes.title else 0.0) + votes.counts.get(word, 0) for word in votes.spans
    }
    return {
        "title_chars": Counter(_grams(title)),
        "body_chars": Counter(_grams(text)),
        "title_words": Counter(word for word in words(title) if word.strip()),
        "body_words": Counter(word for word in words(text) if word.strip()),
        "topic_words": topic_words,
        "topics": votes.categories,
    }


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """特征的目录：每块里各项的列号与折算系数。"""

    columns: Mapping[str, Mapping[str, int]]
    """块 → 项 → 列号"""
    idf: NDArray[np.float64]
    """列号 → 折算系数"""

    @property
    def size(self) -> int:
        """共几列。"""
        return len(self.idf)

    def items(self) -> tuple[tuple[str, str], ...]:
        """按列号排列的（块，项）。"""
        found = [("", "")] * self.size
        for block, columns in self.columns.items():
            for item, column in columns.items():
                found[column] = (block, item)
        return tuple(found)

    def encode(self, counts: Counts) -> Sparse:
        """由计数取特征。

        Args:
            counts: ``count_features`` 的结果。

        Returns:
            （列号，值）；没见过的项不要。
        """
        columns: list[NDArray[np.int32]] = []
        values: list[NDArray[np.float64]] = []
        for block, found in counts.items():
            get = self.columns[block].get
            at = np.fromiter(map(get, found, itertools.repeat(-1)), dtype=np.int32, count=len(found))
            count = np.fromiter(found.values(), dtype=np.float64, count=len(found))
            seen = at >= 0
            at, count = at[seen], count[seen]
            if block == "topics":
                got = count
            else:
                got = (count if block == "topic_words" else 1 + np.log(count)) * self.idf[at]
            norm = math.sqrt(float(got @ got))
            if norm:
                columns.append(at)
                values.append(got * (WEIGHTS[block] / norm))
        if not columns:
            return np.zeros(0, dtype=np.int32), np.zeros(0)
        return np.concatenate(columns), np.concatenate(values)


def learn_vocabulary(letters: Sequence[Counts], *, min_count: int = 2, limit: int = 60_000) -> Vocabulary:
    """由训练的信定下特征的目录。

    Args:
        letters: 各封信的计数。
        min_count: 至少在几封信里出现过；只出现一次的多半是人名地名。
        limit: 每块最多几项，多的按出现的封数取前面的。

    Returns:
        目录。

    Raises:
        InputError: 一项特征也没有（全是空信）。
    """
    seen: dict[str, Counter[str]] = {block: Counter() for block in BLOCKS}
    for counts in letters:
        for block, found in counts.items():
            seen[block].update(found.keys())
    columns: dict[str, dict[str, int]] = {}
    idf: list[float] = []
    for block in BLOCKS:
        if block in _FIXED:
            # 全部一级分类都占一列，训练里没有的分类以后也可能得票
            kept = list(load_taxonomy().categories)
        else:
            least = min(min_count, len(letters))
            kept = [item for item, count in seen[block].items() if count >= least]
            kept = sorted(kept, key=lambda item, c=seen[block]: (-c[item], item))[:limit]  # type: ignore[misc]
        columns[block] = {}
        for item in kept:
            columns[block][item] = len(idf)
            fixed = block in _FIXED or block == "topic_words"
            idf.append(1.0 if fixed else math.log((1 + len(letters)) / (1 + seen[block][item])) + 1)
    if not any(columns[block] for block in BLOCKS if block not in _FIXED):
        raise InputError(explain("训练的信里没有文字", "应有主题或详情", "请看一看 subject、body 两列是不是空的"))
    return Vocabulary(columns, np.asarray(idf))
