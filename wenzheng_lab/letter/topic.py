"""事由：一封信说的是什么事，一句话与它有多近、抄了它多少。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from wenzheng_lab import text as _text
from wenzheng_lab.rules.lexicon import load_lexicon

_PLACEHOLDER = re.compile("UU|(?:19|20)\\d\\d$")
COPY_RUN = 5
"""连续几个字与来信相同才算照抄；四字以内多是地名、固定说法"""
FEW = 6
"""二字片少于这个数的短句不判改写：短句里重提地名、事由是应当的"""


_RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\\d+(?:\\.\\d+)?|[A-Za-z]+")
SINGLE = 0.4
"""单字对上的分量：口语答复常只说“灯”“杆”，不说“路灯”“灯杆”，但单字容易碰巧相同"""


def _count(kept: str) -> Counter[str]:
    dull = load_lexicon("common_chars")
    found: list[str] = []
    for run in _RUN.findall(kept):
        if run.isascii():
            # 一位数太容易碰巧相同
            if len(run) >= 2 and not _PLACEHOLDER.match(run):
                found.append(run)
            continue
        found += [char for char in run if char not in dull]
        found += map(str.__add__, run, run[1:])
    return Counter(found)


def pieces_of_parts(parts: Sequence[str]) -> list[Counter[str]]:
    """几段话各自的内容片，一起分词（分词的固定开销大）。

    Args:
        parts: 折叠过的几段，段内没有换行。

    Returns:
        每段一个计数，次序与 ``parts`` 相同。
    """
    common = load_lexicon("common_words")
    kept = "".join([" " if word in common else word for word in _text.words("\n".join(parts))])
    return [_count(part) for part in kept.split("\n")]


def pieces_of(folded: str) -> Counter[str]:
    """一段话的内容片：去掉公文与虚词的常用词之后，剩下的二字片、单字与数。

    用片不用词：分词不一致（“下河村”与“下河/村民”）、口语省字（“路灯”说成“灯”）时仍能对上。

    Args:
        folded: 折叠过的文字。

    Returns:
        片到次数。

    Examples:
        >>> sorted(pieces_of("路灯11盏"))
        ['11', '灯', '盏', '路', '路灯']
    """
    return pieces_of_parts([folded.replace("\n", " ")])[0]


@dataclass(frozen=True, slots=True)
class Topic:
    """一封来信的事由。"""

    weights: dict[str, float]
    """二字片到权重；标题里的、反复说的重"""
    runs: frozenset[str]
    """来信与以前各轮答复里连续若干字的片段，用来认照抄"""
    short: frozenset[str]
    """来信与以前各轮答复里不足这么多字的小句；整句照搬的短句也是照抄"""
    title: frozenset[str]
    """标题里的内容片"""

    @classmethod
    def of(cls, subject: str, body: str, *, earlier: Sequence[str] = ()) -> Topic:
        """由来信造事由。

        Args:
            subject: 主题。
            body: 详情。
            earlier: 以前各轮的答复；照抄它们与照抄来信一样不算新话。

        Returns:
            事由。
        """
        title, story = pieces_of_parts([_line(subject), _line(body)])
        weights: dict[str, float] = {}
        for piece, count in story.items():
            # 信里说一遍与说三遍差别大，说十遍与说三遍差别小
            weights[piece] = min(count, 3) ** 0.5 * (SINGLE if len(piece) == 1 else 1.0)
        for piece in title:
            weights[piece] = weights.get(piece, 0.0) + 1.5 * (SINGLE if len(piece) == 1 else 1.0)
        folded = [_text.fold(text) for text in (subject + body, *earlier)]
        short = frozenset(part for text in folded for part in _NOISE.split(text) if 1 < len(part) < COPY_RUN)
        wholes = [_squeeze(text) for text in folded]
        runs = frozenset(whole[i : i + COPY_RUN] for whole in wholes for i in range(len(whole) - COPY_RUN + 1))
        return cls(weights, runs, short, frozenset(title))

    def link(self, pieces: Set[str]) -> float:
        """一句话与事由共有的分量。

        Args:
            pieces: 句子的二字片。

        Returns:
            共有片的权重之和（无上限，0 为毫无关系）。
        """
        # 排好序再加：集合的次序每次运行不同，浮点加法的末位也就不同
        return sum(self.weights[piece] for piece in sorted(pieces & self.weights.keys()))

    def copied(self, folded: str, pieces: Set[str]) -> float:
        """一句话有多少是照抄或改写来信的。

        照抄看连续的字，改写看内容片：换了说法但没有一点新内容，也是把来信还给来信人。

        Args:
            folded: 折叠过的句子。
            pieces: 句子的内容片。

        Returns:
            0–1。
        """
        pairs = [piece for piece in pieces if len(piece) >= 2]
        known = len([piece for piece in pairs if piece in self.weights]) / len(pairs) if len(pairs) >= FEW else 0.0
        return max(self._run_share(folded), min(1.0, max(0.0, (known - 0.3) / 0.5)))

    def _run_share(self, folded: str) -> float:
        plain = _squeeze(folded)
        if len(plain) < COPY_RUN:
            return 1.0 if plain in self.short else 0.0
        covered = 0
        end = 0
        for i in range(len(plain) - COPY_RUN + 1):
            if plain[i : i + COPY_RUN] in self.runs:
                covered += i + COPY_RUN - max(i, end)
                end = i + COPY_RUN
        return covered / len(plain)


_NOISE = re.compile("[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z0-9]+")


def _line(text: str) -> str:
    return _text.fold(text).replace("\n", " ")


def _squeeze(folded: str) -> str:
    return _NOISE.sub("", folded)
