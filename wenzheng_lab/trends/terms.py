"""词与短语：各封里有没有。分词只走 ``text.words``。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.rules.lexicon import load_lexicon
from wenzheng_lab.text import fold, words
from wenzheng_lab.trends.settings import Settings, load_settings
from wenzheng_lab.trends.vectors import plain

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_LONGEST = 8
"""短语最长几个字"""
_PARTS = 3
"""短语最多由几个词连成"""
_STICK = 0.5
"""短语里的词见面的机会，占其中较少见的那个词出现次数的几成，才算固定的短语"""


@dataclass(frozen=True, slots=True)
class Terms:
    """各封里有哪些词与短语。"""

    matrix: csr_matrix
    """一行一封，一列一个词；有为 1"""
    terms: tuple[str, ...]
    """各列的词"""
    documents: NDArray[np.int64]
    """各词在几封里"""


def count_terms(subjects: Sequence[str], bodies: Sequence[str], *, fewest: int = 3, phrases: bool = True) -> Terms:
    """数各封里的词与短语。

    一封里说几遍都算一遍。短语是常连在一起的两三个词，如“丽发新城”“搅拌站”被分词拆开的也找得回来。

    Args:
        subjects: 各封主题。
        bodies: 各封详情。
        fewest: 至少在几封里出现（封）。
        phrases: 要不要短语。

    Returns:
        ``Terms``；不含单字、数字与“怎样说”的词。

    Examples:
        >>> sorted(count_terms(["路灯，不亮", "路灯，坏了"], ["", ""], fewest=2).terms)
        ['路灯']
    """
    from scipy.sparse import csr_matrix

    settings = load_settings()
    single: Counter[str] = Counter()
    joined: Counter[tuple[str, ...]] = Counter()
    cut = [list(_runs(subject, body, settings)) for subject, body in zip(subjects, bodies, strict=True)]
    for runs in cut:
        single.update({word for run in runs for word in run})
    usual = {word for word, count in single.items() if count >= fewest} - load_lexicon("common_words")
    if phrases:
        for runs in cut:
            joined.update(set(_joins(runs, usual)))
    fixed = {
        parts
        for parts, count in joined.items()
        if count >= fewest and count >= _STICK * min(single[word] for word in parts)
    }
    columns: dict[str, int] = {}
    places: list[int] = []
    ends = [0]
    for runs in cut:
        found = {word for run in runs for word in run if _worthy(word, settings) and single[word] >= fewest}
        if phrases:
            found |= {"".join(parts) for parts in _joins(runs, usual) if parts in fixed}
        places += [columns.setdefault(term, len(columns)) for term in sorted(found)]
        ends.append(len(places))
    matrix = csr_matrix(
        (np.ones(len(places), dtype=np.float32), np.array(places, dtype=np.int32), np.array(ends, dtype=np.int64)),
        shape=(len(cut), len(columns)),
    )
    documents = np.bincount(matrix.indices, minlength=len(columns)).astype(np.int64)
    return Terms(matrix, tuple(columns), documents)


def _runs(subject: str, body: str, settings: Settings) -> Iterator[tuple[str, ...]]:
    """一封信里各个不跨标点的词串。"""
    text = plain(settings.masked.sub(" ", fold(f"{subject}\n{body}")))
    run: list[str] = []
    for word in words(text):
        if word.isspace():
            if run:
                yield tuple(run)
            run = []
        else:
            run.append(word)
    if run:
        yield tuple(run)


def _joins(runs: Sequence[tuple[str, ...]], usual: Set[str]) -> Iterator[tuple[str, ...]]:
    """相邻的两三个够常见的词；中间隔着少见的词、虚词的不连。"""
    for run in runs:
        good = [word in usual and not word.isascii() for word in run]
        for size in range(2, _PARTS + 1):
            for i in range(len(run) - size + 1):
                if all(good[i : i + size]):
                    parts = run[i : i + size]
                    if sum(map(len, parts)) <= _LONGEST:
                        yield parts


def _worthy(word: str, settings: Settings) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in settings.word_set("manner")
