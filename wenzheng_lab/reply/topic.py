"""事由：一封信说的是什么事，一句话与它有多近、抄了它多少。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wenzheng_lab import text as _text
from wenzheng_lab.rules.lexicon import load_lexicon

_CONTENT = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z0-9]")
_PLACEHOLDER = re.compile("^(?:UU)?\\d+$")
COPY_RUN = 5
"""连续几个字与来信相同才算照抄；四字以内多是地名、固定说法"""


def content_words(folded: str) -> list[str]:
    """有内容的词：去掉公文、虚词里的常用词和单字。

    Args:
        folded: 折叠过的文字。

    Returns:
        词的列表，可重复，按先后排列。
    """
    common = load_lexicon("common_words")
    return [
        word
        for word in _text.words(folded)
        if len(word) >= 2 and word not in common and _CONTENT.match(word) and not _PLACEHOLDER.match(word)
    ]


def _pieces(words: Iterable[str]) -> Counter[str]:
    """词拆成二字片：分词不一致（“下河村”与“下河/村民”）时仍能对上。"""
    pieces: Counter[str] = Counter()
    for word in words:
        if word.isascii() or len(word) == 2:
            pieces[word] += 1
        else:
            pieces.update(word[i : i + 2] for i in range(len(word) - 1))
    return pieces


@dataclass(frozen=True, slots=True)
class Topic:
    """一封来信的事由。"""

    weights: dict[str, float]
    """二字片到权重；标题里的、反复说的重"""
    runs: frozenset[str]
    """来信里连续若干字的片段，用来认照抄"""
    total: float
    """权重之和"""

    @classmethod
    def of(cls, subject: str, body: str) -> Topic:
        """由来信造事由。

        Args:
            subject: 主题。
            body: 详情。

        Returns:
            事由。
        """
        title = _pieces(content_words(_text.fold(subject)))
        story = _pieces(content_words(_text.fold(body)))
        weights: dict[str, float] = {}
        for piece, count in story.items():
            # 信里说一遍与说三遍差别大，说十遍与说三遍差别小
            weights[piece] = min(count, 3) ** 0.5
        for piece in title:
            weights[piece] = weights.get(piece, 0.0) + 1.5
        whole = _squeeze(_text.fold(subject + body))
        runs = frozenset(whole[i : i + COPY_RUN] for i in range(len(whole) - COPY_RUN + 1))
        return cls(weights, runs, sum(weights.values()))

    def link(self, pieces: Counter[str]) -> float:
        """一句话与事由共有的分量。

        Args:
            pieces: 句子的二字片。

        Returns:
            共有片的权重之和（无上限，0 为毫无关系）。
        """
        return sum(self.weights[piece] for piece in pieces if piece in self.weights)

    def copied(self, folded: str) -> float:
        """一句话有多少是照抄来信的。

        Args:
            folded: 折叠过的句子。

        Returns:
            0–1，照抄的字占句中文字的比例。
        """
        plain = _squeeze(folded)
        if len(plain) < COPY_RUN:
            return 0.0
        covered = 0
        end = 0
        for i in range(len(plain) - COPY_RUN + 1):
            if plain[i : i + COPY_RUN] in self.runs:
                covered += i + COPY_RUN - max(i, end)
                end = i + COPY_RUN
        return covered / len(plain)


_NOISE = re.compile("[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z0-9]+")


def _squeeze(folded: str) -> str:
    return _NOISE.sub("", folded)


def pieces_of(folded: str) -> Counter[str]:
    """一句话的二字片。

    Args:
        folded: 折叠过的句子。

    Returns:
        片到次数。
    """
    return _pieces(content_words(folded))
