"""来信说的是哪里：主题里的小区、路、学校，被遮盖的地名；两封说的是不是一处。"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.letter.places import place_names
from wenzheng_lab.text import fold
from wenzheng_lab.trends.settings import Settings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_HAN = re.compile("[\u3400-\u9fff]")
_LEFT = 4
"""名字向左最多接几个字"""
_SHARE = 0.6
"""前面那个字在几成的地方都一样，才接上"""
_COMMON = 0.35
"""主题里几成的来信说到，才算这件事的地点"""
_STOP = frozenset("路街道镇乡村区县市省")
"""前面是这些字，说明是上一级的地名，不再往左接"""
_PREFIX = 6
"""遮盖的地名与这一处之间最多几个字，算是地址的前半截"""
_MASK = "|"


@dataclass(frozen=True, slots=True)
class Spot:
    """一组来信共同说到的地方。"""

    name: str
    """名字，尽量认全；看不出为空"""
    head: str
    """尾字前的头两个字"""
    prefixes: frozenset[str]
    """名字前面的地址：“万科”魅力之城、“暮云街道”丽发新城"""

    def covers(self, term: str) -> bool:
        """一个词是不是地名的一部分。

        Args:
            term: 词。

        Returns:
            是为真。
        """
        return bool(self.name) and (term in self.name or any(term in prefix for prefix in self.prefixes))


def common_spot(subjects: Sequence[str], settings: Settings, without: frozenset[str] = frozenset()) -> Spot:
    """主题里最常说的地名，尽量认全：“之城小区”认成“魅力之城小区”。

    Args:
        subjects: 一组来信的主题。
        settings: 遮盖地名的写法。
        without: 不算这些名字（头两个字）。

    Returns:
        ``Spot``；不到三成半的主题说到同一处，名字为空。
    """
    names = place_names(settings.words["more"])
    texts = [_bare(subject, settings) for subject in subjects]
    found = [frozenset(name for name in names.find(text) if name[:2] not in without) for text in texts]
    seen = Counter(name[:2] for one in found for name in {name[:2]: name for name in one}.values())
    if not seen:
        return Spot("", "", frozenset())
    head, times = min(seen.items(), key=lambda item: (-item[1], item[0]))
    if times < max(2, _COMMON * len(subjects)) and len(subjects) > 1:
        return Spot("", "", frozenset())
    tails = Counter(name[2:] for one in found for name in one if name[:2] == head)
    # 次数相同取长的
    core = name = head + min(tails.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))[0]
    for _ in range(_LEFT):
        spots = [(text, match.start()) for text in texts for match in re.finditer(re.escape(name), text)]
        before = Counter(text[at - 1] for text, at in spots if at > 0)
        if not before:
            break
        char, count = min(before.items(), key=lambda item: (-item[1], item[0]))
        if count < _SHARE * len(spots) or not _HAN.match(char) or char in _STOP:
            break
        name = char + name
    whole = name if len(name) > len(core) else core
    stem = whole[: len(whole) - len(core) + 2]
    address = re.compile(rf"{re.escape(_MASK)}([\u3400-\u9fff]{{2,{_PREFIX}}}?){re.escape(stem)}")
    return Spot(whole, head, frozenset(prefix for text in texts for prefix in address.findall(text)))


@dataclass(frozen=True, slots=True)
class Places:
    """各封说到的地方。"""

    named: csr_matrix
    """一行一封，一列一个名字的头两个字：主题里说到"""
    mentioned: csr_matrix
    """同上：主题或正文里出现这两个字"""
    own: csr_matrix
    """同 ``named``，认名字的尾字更宽，列也另编；只用来看一封信说的是不是它自己的一处"""
    cities: csr_matrix
    """一行一封，一列一个市州：主题里遮盖的地名（A7县、A市）是哪个市州的"""
    districts: NDArray[np.int64]
    """所在的县区（序号）；不知道为 -1"""

    def agreement(self, rows: NDArray[np.int64], settings: Settings) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """一批信两两之间，相近程度打几折、加多少。

        Args:
            rows: 哪几封。
            settings: 门槛。

        Returns:
            （打几折，加多少），都是方阵。
        """
        named, mentioned = self.named[rows], self.mentioned[rows]
        both = np.asarray((named @ named.T).todense()) > 0
        cross = np.asarray((named @ mentioned.T).todense()) > 0
        has = np.asarray(named.sum(axis=1)).ravel() > 0
        apart = has[:, None] & has[None, :] & ~both & ~cross & ~cross.T
        district = self.districts[rows]
        known = district >= 0
        differ = known[:, None] & known[None, :] & (district[:, None] != district[None, :])
        return _weights(both, apart, differ, settings)

    def pair_agreement(
        self, first: NDArray[np.int64], second: NDArray[np.int64], settings: Settings
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """许多对各自的相近程度打几折、加多少，一次算完。

        Args:
            first: 各对的一封。
            second: 各对的另一封。
            settings: 门槛。

        Returns:
            （打几折，加多少），与对数等长。
        """

        def shared(one: csr_matrix, other: csr_matrix) -> NDArray[np.bool_]:
            found: NDArray[np.bool_] = np.asarray(one.multiply(other).sum(axis=1)).ravel() > 0
            return found

        one, other = self.named[first], self.named[second]
        both = shared(one, other)
        has = (np.diff(one.indptr) > 0) & (np.diff(other.indptr) > 0)
        cross = shared(one, self.mentioned[second]) | shared(other, self.mentioned[first])
        mine, theirs = self.districts[first], self.districts[second]
        return _weights(both, has & ~both & ~cross, (mine >= 0) & (theirs >= 0) & (mine != theirs), settings)


def _weights(
    both: NDArray[np.bool_], apart: NDArray[np.bool_], differ: NDArray[np.bool_], settings: Settings
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    numbers = settings.numbers["matter"]
    factor = np.where(apart, np.float32(numbers["apart"]), np.float32(1))
    factor *= np.where(differ, np.float32(numbers["district"]), np.float32(1))
    return factor, np.where(both, np.float32(numbers["together"]), np.float32(0))


def title_spots(subjects: Sequence[str], settings: Settings, *, wide: bool = False) -> list[frozenset[str]]:
    """各封主题里说到的地名，取头两个字：“丽发新城”与“丽发小区”是一处。

    Args:
        subjects: 各封主题。
        settings: 遮盖地名的写法。
        wide: 尾字放宽，单字的“站”“城”也算。

    Returns:
        与 ``subjects`` 等长。
    """
    names = place_names(settings.words["more"] + (settings.words["own"] if wide else ()))
    return [frozenset(name[:2] for name in names.find(_bare(subject, settings))) for subject in subjects]


@functools.lru_cache(maxsize=100_000)
def _bare(subject: str, settings: Settings) -> str:
    """折叠过、遮盖的地名换成记号的主题；一条主题要看好几遍。"""
    return settings.masked.sub(_MASK, fold(subject))


def find_places(subjects: Sequence[str], bodies: Sequence[str], places: Sequence[str], settings: Settings) -> Places:
    """找出各封说到的地方。

    Args:
        subjects: 各封主题。
        bodies: 各封详情。
        places: 各封的地点列；不知道为空。
        settings: 门槛。

    Returns:
        ``Places``。
    """
    total = len(subjects)
    heads = title_spots(subjects, settings)
    districts: list[str] = []
    for subject, place in zip(subjects, places, strict=True):
        codes = [code for code in settings.masked.findall(fold(subject)) if any(char.isdigit() for char in code)]
        districts.append(place or (codes[-1].upper() if codes else ""))
    count = Counter(head for found in heads for head in found)
    rare = max(settings.numbers["matter"]["rare"] * total, 5)
    column = {head: i for i, head in enumerate(sorted(head for head, times in count.items() if times <= rare))}
    named = _flags(
        [(i, column[head]) for i, found in enumerate(heads) for head in sorted(found) if head in column],
        (total, len(column)),
    )
    others = title_spots(subjects, settings, wide=True)
    mine = {head: i for i, head in enumerate(sorted({head for found in others for head in found}))}
    own = _flags([(i, mine[head]) for i, found in enumerate(others) for head in sorted(found)], (total, len(mine)))
    letters = [
        {code[0].upper() for code in settings.masked.findall(fold(one)) if code[0].isascii()} for one in subjects
    ]
    city = {letter: i for i, letter in enumerate(sorted({letter for found in letters for letter in found}))}
    cities = _flags([(i, city[one]) for i, found in enumerate(letters) for one in sorted(found)], (total, len(city)))
    number: dict[str, int] = {}
    code = [number.setdefault(place, len(number)) if place else -1 for place in districts]
    return Places(named, _mentions(subjects, bodies, column), own, cities, np.array(code, dtype=np.int64))


def _mentions(subjects: Sequence[str], bodies: Sequence[str], column: dict[str, int]) -> csr_matrix:
    """主题与正文里出现了哪些名字的头两个字；整批一起找，不逐个名字找。"""
    wanted = {(ord(head[0]) << 21) | ord(head[1]): i for head, i in column.items()}
    keys = np.array(sorted(wanted), dtype=np.int64)
    order = np.array([wanted[key] for key in keys.tolist()], dtype=np.int64)
    cells = []
    step = 20_000
    for start in range(0, len(subjects) if len(keys) else 0, step):
        texts = [f"{one}\n{other}\n" for one, other in zip(subjects[start:][:step], bodies[start:][:step], strict=True)]
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
        pairs = (codes[:-1] << 21) | codes[1:]
        at = np.minimum(np.searchsorted(keys, pairs), len(keys) - 1)
        hits = np.flatnonzero(keys[at] == pairs)
        ends = np.cumsum([len(text) for text in texts])
        rows = np.searchsorted(ends, hits, side="right") + start
        cells.append(np.unique(np.stack([rows, order[at[hits]]], axis=1), axis=0))
    found = np.concatenate(cells) if cells else np.empty((0, 2), dtype=np.int64)
    return _flags(found, (len(subjects), len(column)))


def _flags(cells: object, shape: tuple[int, int]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    pairs = np.array(cells, dtype=np.int64).reshape(-1, 2)
    ones = np.ones(len(pairs), dtype=np.float32)
    return csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(shape[0], max(1, shape[1])))
