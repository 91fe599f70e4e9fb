"""四字片：把文字变成一组数，用最小哈希分桶找相近的，再逐对核对重合度。

几十封与一百万封用的是同一套：一批一批地算，只留每封 64 个数；核对时才重算有嫌疑的几封。
"""

from __future__ import annotations

import functools
import importlib
import random
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.text import fold

SIZE = 4
"""几个字一片"""
BANDS, ROWS = 16, 4
"""最小哈希分 16 段、每段 4 个：重合六成的一对几乎漏不掉"""
SHORTEST = 12
"""不到这么多字的只比完全相同，免得“请尽快处理”都连在一起（字）"""
_CHUNK = 20_000
"""一批多少封；再多只费内存，不更快"""
_PAIRS = 20_000
"""一次核对多少对"""
_CROWD = 8
"""一个桶里同时与前面几封比；同一封信被抄几千遍时不必两两都比"""
_SLACK = 0.25
"""64 个最小哈希估出的重合度比门槛低这么多（约四个标准差）的，不必逐片核对"""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_DROP = re.compile(r"[^0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]")

Grams = NDArray[np.uint64]
Labels = NDArray[np.int64]


def bare(text: str) -> str:
    """只留汉字、字母、数字：标点、空格、换行不算差别。

    Args:
        text: 原文。

    Returns:
        整理过的文字。

    Examples:
        >>> bare("路灯，不亮！ＯＫ") == bare("路灯不亮 ok")
        True
    """
    return _DROP.sub("", fold(text).lower())


def grams(text: str) -> Grams:
    """整理过的文字里各个四字片的哈希，去重排好。

    Args:
        text: ``bare`` 的结果。

    Returns:
        升序的哈希；不足四个字为空。
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return _distinct(_hash(codes))


def jaccard(one: Grams, other: Grams) -> float:
    """两组四字片的重合度：共有的占合起来的几成。

    Args:
        one: 一组，升序无重复。
        other: 另一组。

    Returns:
        0–1；都空为 0。

    Examples:
        >>> jaccard(grams("路灯坏了半年没人修"), grams("路灯坏了半年没人修"))
        1.0
    """
    shared = len(np.intersect1d(one, other, assume_unique=True))
    total = len(one) + len(other) - shared
    return shared / total if total else 0.0


def candidate_pairs(sets: Sequence[Grams]) -> Iterator[tuple[int, int]]:
    """可能相近的对，前小后大，不重复；不逐对比，份数多时照样快。

    Args:
        sets: 各封信的四字片。

    Yields:
        （序号，序号）。
    """
    lengths = np.array([len(one) for one in sets], dtype=np.int64)
    values = np.concatenate([*sets, np.empty(0, dtype=np.uint64)])
    marks = _signatures(values, lengths)
    seen: set[tuple[int, int]] = set()
    for band in range(BANDS):
        for pair in map(tuple, _band_pairs(marks, band, lengths > 0).tolist()):
            if pair not in seen:
                seen.add(pair)
                yield pair


def group_copies(texts: Sequence[str], *, threshold: float = 0.6, shortest: int = SHORTEST) -> Labels:
    """把相同、几乎相同的文字归到一组；一百万封也只用几个 GB。

    重合度逐对精确核对，最小哈希只用来挑出值得核对的对。

    Args:
        texts: 各封的文字。
        threshold: 四字片重合到几成算几乎相同（0–1）；一百万封时低于 0.6 会把不相干的串起来。
        shortest: 少于多少字的只比完全相同（字）。

    Returns:
        与 ``texts`` 等长：各封所在组里最先一封的序号；没有同伴的就是自己的序号。

    Examples:
        >>> group_copies(["柳林路的路灯黑了半年，请派人修。", "路面塌陷", "柳林路的路灯黑了半年请派人修"]).tolist()
        [0, 1, 0]
    """
    total = len(texts)
    leader = np.arange(total, dtype=np.int64)
    marks = np.empty((total, BANDS * ROWS), dtype=np.uint32)
    whole = np.empty(total, dtype=np.uint64)
    sizes = np.empty(total, dtype=np.int64)
    for start in range(0, total, _CHUNK):
        end = min(total, start + _CHUNK)
        codes, lengths = _codes(texts[start:end])
        sizes[start:end] = lengths
        whole[start:end] = _fingerprints(codes, lengths)
        marks[start:end] = _signatures(*_flat(codes, lengths))
    _join_equal(leader, whole, sizes)
    heads = np.flatnonzero((leader == np.arange(total)) & (sizes >= max(shortest, SIZE)))
    marks = marks[heads]
    for band in range(BANDS):
        pairs = _band_pairs(marks, band, np.ones(len(heads), dtype=bool), crowd=2)
        alike = np.empty(len(pairs), dtype=bool)
        for start in range(0, len(pairs), _PAIRS * 50):
            part = pairs[start : start + _PAIRS * 50]
            alike[start : start + len(part)] = (marks[part[:, 0]] == marks[part[:, 1]]).mean(axis=1) >= (
                threshold - _SLACK
            )
        pairs = heads[pairs[alike]]
        # 已经在一组的不必再核对：前几段分桶就连起了绝大多数
        pairs = pairs[_roots(leader, pairs[:, 0]) != _roots(leader, pairs[:, 1])]
        for start in range(0, len(pairs), _PAIRS):
            part = pairs[start : start + _PAIRS]
            for i, j in part[_overlaps(texts, part) >= threshold].tolist():
                _join(leader, i, j)
    return _roots(leader, np.arange(total))


def band_keys(texts: Sequence[str]) -> list[str | None]:
    """各封的最小哈希分成的各段，连同全文的指纹：有一样相同的，才可能几乎相同。

    Args:
        texts: 各封的文字。

    Returns:
        与 ``texts`` 等长；各样之间一个空格，不成文的是空。短于 ``SHORTEST`` 的只有全文的指纹。

    Examples:
        >>> one, other = band_keys(["柳林路的路灯黑了半年，请派人修。", "柳林路的路灯黑了半年请派人修"])
        >>> len(one.split()), one == other
        (17, True)
    """
    out: list[str | None] = []
    for start in range(0, len(texts), _CHUNK):
        codes, lengths = _codes(texts[start : start + _CHUNK])
        whole = _fingerprints(codes, lengths)
        marks = _signatures(*_flat(codes, lengths))
        for size, mark, row in zip(lengths.tolist(), whole.tolist(), marks, strict=True):
            bands = [f"{n:x}:{row[n * ROWS : (n + 1) * ROWS].tobytes().hex()}" for n in range(BANDS)]
            out.append(" ".join([f"w:{mark:x}", *(bands if size >= SHORTEST else ())]) if size else None)
    return out


def _hash(codes: NDArray[np.uint32]) -> Grams:
    """连续四个字的哈希，一个起点一个。"""
    if len(codes) < SIZE:
        return np.empty(0, dtype=np.uint64)
    wide = codes.astype(np.uint64)
    value = np.zeros(len(wide) - SIZE + 1, dtype=np.uint64)
    for offset in range(SIZE):
        # 乘一个大奇数再相加：六十四位里自然回绕，与机器、进程无关
        value += wide[offset : offset + len(value)]
        value *= _MIX
        value ^= value >> np.uint64(29)
    return value


def _distinct(values: Grams) -> Grams:
    """排序去重；``np.unique`` 对整数改用散列表，千万个数时反而慢几倍。"""
    values = np.sort(values)
    fresh = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


@functools.cache
def _letters() -> NDArray[np.uint32]:
    """字到字的表，与 ``bare`` 一致：不留的字是 0。"""
    table = np.zeros(0x110000, dtype=np.uint32)
    for code in range(0x10000):
        kept = "" if 0xD800 <= code < 0xE000 else bare(chr(code))
        if kept:
            table[code] = ord(kept[0])
    table[0x20000:0x40000] = np.arange(0x20000, 0x40000, dtype=np.uint32)
    return table


def _codes(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """一批文字整理过的字，首尾相接；与各封的字数。"""
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = _letters()[raw]
    kept = codes > 0
    ends = np.cumsum(lengths)
    count = np.concatenate([[0], np.cumsum(kept)])
    return codes[kept], count[ends] - count[ends - lengths]


def _flat(codes: NDArray[np.uint32], lengths: NDArray[np.int64]) -> tuple[Grams, NDArray[np.int64]]:
    """一批文字的四字片，首尾相接（未去重）；与各封的片数。"""
    values = _hash(codes)
    inside = np.ones(len(codes), dtype=bool)
    ends = np.cumsum(lengths)
    for back in range(1, SIZE):
        # 跨到下一封的片不算；前面几封太短时会重复划去同一处，无妨
        spots = ends - back
        inside[spots[(spots >= 0) & (spots < len(codes))]] = False
    return values[inside[: len(values)]], np.maximum(lengths - SIZE + 1, 0)


def _fingerprints(codes: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """各封全文的指纹：逐字乘上与位置有关的数再相加。"""
    out = np.zeros(len(lengths), dtype=np.uint64)
    filled = np.flatnonzero(lengths)
    if not len(filled):
        return out
    starts = np.cumsum(lengths) - lengths
    place = (np.arange(len(codes)) - np.repeat(starts, lengths)).astype(np.uint64)
    value = (codes.astype(np.uint64) + np.uint64(1)) * _MIX
    value ^= value >> np.uint64(31)
    weight = (place + np.uint64(1)) * np.uint64(0xD1B54A32D192ED03)
    weight ^= weight >> np.uint64(27)
    out[filled] = np.add.reduceat(value * (weight | np.uint64(1)), starts[filled])
    return out


def _signatures(values: Grams, lengths: NDArray[np.int64]) -> NDArray[np.uint32]:
    """各封的最小哈希；有 rensa 用它，没有就用 numpy，两种各自自洽，分出的组只差在毫厘。"""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint64)
    try:
        rensa = importlib.import_module("rensa")
    except ImportError:
        return _numpy_signatures(values, lengths)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(values, offsets, BANDS * ROWS, 20260)
    found: NDArray[np.uint32] = np.array(matrix.to_rows(), dtype=np.uint32).reshape(len(lengths), BANDS * ROWS)
    return found


def _numpy_signatures(values: Grams, lengths: NDArray[np.int64]) -> NDArray[np.uint32]:
    chance = random.Random("shingles:minhash")
    multipliers = [chance.getrandbits(64) | 1 for _ in range(BANDS * ROWS)]
    marks = np.full((len(lengths), BANDS * ROWS), np.iinfo(np.uint32).max, dtype=np.uint32)
    filled = np.flatnonzero(lengths)
    if len(filled):
        starts = (np.cumsum(lengths) - lengths)[filled]
        for column, multiplier in enumerate(multipliers):
            mixed = ((values * np.uint64(multiplier)) >> np.uint64(32)).astype(np.uint32)
            marks[filled, column] = np.minimum.reduceat(mixed, starts)
    return marks


def _band_pairs(
    marks: NDArray[np.uint32], band: int, filled: NDArray[np.bool_], crowd: int = _CROWD
) -> NDArray[np.int64]:
    """这一段相同的对，前小后大：桶里每封与前面几封、与第一封各成一对。"""
    key = np.zeros(len(marks), dtype=np.uint64)
    for column in marks[:, band * ROWS : (band + 1) * ROWS].T:
        key = (key ^ column.astype(np.uint64)) * _MIX
        key ^= key >> np.uint64(32)
    order = np.argsort(key, kind="stable")
    order = order[filled[order]]
    sorted_key = key[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = sorted_key[1:] != sorted_key[:-1]
    # 每封在桶里排第几，就与前面至多几封配对，再加桶里第一封
    start = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0)) if len(order) else order
    rank = np.arange(len(order)) - start
    parts = [
        np.stack([order[np.flatnonzero(rank >= back) - back], order[rank >= back]], axis=1)
        for back in range(1, crowd + 1)
    ]
    far = rank > crowd
    parts.append(np.stack([order[start[far]], order[far]], axis=1))
    pairs = np.concatenate(parts)
    pairs.sort(axis=1)
    return pairs


def _overlaps(texts: Sequence[str], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """各对的精确重合度；一次排序比完一批。"""
    used, where = np.unique(pairs, return_inverse=True)
    where = where.reshape(pairs.shape)
    values, lengths = _flat(*_codes([texts[int(i)] for i in used]))
    # 高 20 位放第几封（一批不超过四万封），低 44 位放片：一次排序就去了各封的重
    low = values >> np.uint64(20)
    owned = _distinct((np.repeat(np.arange(len(used)), lengths).astype(np.uint64) << np.uint64(44)) | low)
    owner = (owned >> np.uint64(44)).astype(np.int64)
    low = owned & np.uint64((1 << 44) - 1)
    lengths = np.bincount(owner, minlength=len(used)).astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    sides = []
    for side in (0, 1):
        who = where[:, side]
        size = lengths[who]
        ends = np.cumsum(size)
        inner = np.arange(int(ends[-1])) - np.repeat(ends - size, size)
        pick = np.repeat(starts[who], size) + inner
        sides.append((np.repeat(np.arange(len(pairs)), size).astype(np.uint64) << np.uint64(44)) | low[pick])
    both = np.concatenate(sides)
    both.sort()
    same = both[1:][both[1:] == both[:-1]] >> np.uint64(44)
    shared = np.bincount(same.astype(np.int64), minlength=len(pairs))
    union = lengths[where[:, 0]] + lengths[where[:, 1]] - shared
    result: NDArray[np.float64] = np.where(union > 0, shared / np.maximum(union, 1), 0.0)
    return result


def _join_equal(leader: Labels, whole: NDArray[np.uint64], sizes: NDArray[np.int64]) -> None:
    """全文相同的先并；空的不并。"""
    filled = np.flatnonzero(sizes)
    order = filled[np.lexsort((filled, sizes[filled], whole[filled]))]
    if len(order) < 2:
        return
    same = (whole[order[1:]] == whole[order[:-1]]) & (sizes[order[1:]] == sizes[order[:-1]])
    first = np.maximum.accumulate(np.where(np.concatenate([[True], ~same]), np.arange(len(order)), 0))
    leader[order] = order[first]


def _join(leader: Labels, i: int, j: int) -> None:
    while leader[i] != i:
        i = int(leader[i])
    while leader[j] != j:
        j = int(leader[j])
    leader[max(i, j)] = min(i, j)


def _roots(leader: Labels, who: NDArray[np.int64]) -> Labels:
    """各封所在组的头；顺手把路压平。"""
    roots = leader[who]
    while True:
        above = leader[roots]
        if np.array_equal(above, roots):
            break
        roots = above
    leader[who] = roots
    return roots
