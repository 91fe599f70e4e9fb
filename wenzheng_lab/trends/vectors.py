"""把来信变成词的向量：主题加重，常见的词不用，怎样说的词不用。"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.text import fold, words
from wenzheng_lab.trends.settings import Settings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

PAIR = "\x00"
"""不成词的两字片前面的记号"""
_PLAIN = re.compile("[^\u4e00-\u9fd5a-z0-9]+")
_REPEAT = re.compile(r"(.)\1\1+")
_RUN = re.compile("[\u4e00-\u9fd5]{2,}")


@dataclass(frozen=True, slots=True)
class Vectors:
    """各封的向量与词表。"""

    matrix: csr_matrix
    """一行一封，长度为一；没有可用的词则全零"""
    terms: tuple[str, ...]
    """各列的词；两字片以 ``PAIR`` 开头"""
    documents: NDArray[np.int64]
    """各词出现在几封里"""


def plain(text: str) -> str:
    """只留汉字、字母、数字，别的换成空格；同一个字连写三遍以上的收成两个。

    这样处理过的文字，分词时几乎都走快路（见 ``_segment``）。

    Args:
        text: 原文。

    Returns:
        整理过的文字。

    Examples:
        >>> plain("路灯，不亮啊啊啊啊！ＯＫ")
        '路灯 不亮啊啊 ok'
    """
    return _plain(fold(text))


def _plain(folded: str) -> str:
    return _REPEAT.sub(r"\1\1", _PLAIN.sub(" ", folded.lower())).strip()


def build_vectors(subjects: Sequence[str], bodies: Sequence[str], settings: Settings) -> Vectors:
    """造向量：词频取对数，乘少见的程度，每封归一。

    Args:
        subjects: 各封主题。
        bodies: 各封详情，与 ``subjects`` 等长。
        settings: 门槛。

    Returns:
        ``Vectors``。
    """
    from scipy.sparse import csr_matrix, diags

    numbers = settings.numbers["text"]
    columns: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for bag in _bags(subjects, bodies, settings):
        places.extend(map(columns.__getitem__, bag))
        values.extend(bag.values())
        ends.append(len(places))
    total = len(subjects)
    raw = csr_matrix(
        (np.array(values, dtype=np.float64), np.array(places, dtype=np.int32), np.array(ends, dtype=np.int64)),
        shape=(total, len(columns)),
    )
    documents = np.bincount(raw.indices, minlength=len(columns)).astype(np.int64)
    # 来信很少时“几成以上”没有意义：至少十封里都有才算常见
    most = max(numbers["most"] * total, 10)
    kept = np.flatnonzero((documents >= min(numbers["fewest"], max(1, total - 1))) & (documents <= most))
    documents = documents[kept]
    matrix = raw[:, kept] @ diags(np.log((1 + total) / (1 + documents)) + (0.0 if total > 20 else 1.0))
    sizes = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = csr_matrix(diags(1 / np.maximum(sizes, 1e-12)) @ matrix, dtype=np.float32)
    names = list(columns)
    return Vectors(matrix, tuple(names[i] for i in kept.tolist()), documents)


def _bags(subjects: Sequence[str], bodies: Sequence[str], settings: Settings) -> Iterator[dict[str, float]]:
    numbers, manner = settings.numbers["text"], settings.word_set("manner")
    title, pair = numbers["title"], numbers["pair"]
    for subject, body in zip(subjects, bodies, strict=True):
        head = _plain(settings.masked.sub(" ", fold(subject)))
        found = words(head)
        heads = Counter(word for word in found if len(word) > 1 and word not in manner)
        tells = Counter(words(_plain(settings.masked.sub(" ", fold(body)))))
        bag = {word: 1.0 + math.log(title * count + tells.get(word, 0)) for word, count in heads.items()}
        for word, count in tells.items():
            if len(word) > 1 and word not in heads and word not in manner:
                bag[word] = 1.0 + math.log(count) if count > 1 else 1.0
        known = manner.union(found)
        for run in _RUN.findall(head):
            for i in range(len(run) - 1):
                if run[i : i + 2] not in known:
                    bag[PAIR + run[i : i + 2]] = pair
        yield bag
