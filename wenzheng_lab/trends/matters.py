"""同一件事：不同的话说的同一处、同一件，归到一组。

先用词向量连线（每封只连最近的几封，来信多时按先后分段），连成的每一团里再按两两平均的相近程度分组，
各说各的地方的打折；最后请出离群的，收进说得少而像的散信。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.text import word_frequency
from wenzheng_lab.trends.letters import Times
from wenzheng_lab.trends.places import Places, common_spot
from wenzheng_lab.trends.settings import Settings
from wenzheng_lab.trends.vectors import PAIR, Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_HERE = 0.3
"""一组里几成的主题说到的地方，算是这一组的所在"""
_PROPER = 0.6
"""几成以上算专有"""
_MAIN = 0.75
"""说到的信有说得最多的几成，也算这一组的市州"""
_ROUNDS = 3
"""请外人至多请几遍"""
_FAMILIAR = 30
"""词频不到这么多，当作名字"""
_STEP = 0.05
"""一团太大时，连线的门槛每次提高多少"""


def group_matters(
    subjects: Sequence[str], vectors: Vectors, places: Places, times: Times, settings: Settings
) -> NDArray[np.int64]:
    """把说同一件事的归到一组。

    Args:
        subjects: 各封主题。
        vectors: 词向量；一行一封。
        places: 各封说到的地方。
        times: 各封的时间；不知道为 NaT。
        settings: 门槛。

    Returns:
        各封的组号；没有同伴的为 -1。
    """
    numbers = settings.numbers["matter"]
    total = vectors.matrix.shape[0]
    order = np.argsort(times, kind="stable")  # NaT 排在最后
    graph = _nearest(vectors.matrix, order, numbers["edge"], int(numbers["near"]), int(numbers["block"]))
    clumps = _clumps(graph, numbers["edge"], int(numbers["crowd"]))
    groups = _pairs([rows for rows in clumps if len(rows) == 2], vectors.matrix, places, settings)
    for rows in clumps:
        if len(rows) == 2:
            continue
        inner = _average_linkage(_closeness(vectors.matrix, places, rows, settings), numbers["cut"])
        for label in range(int(inner.max()) + 1):
            groups += _by_matter(rows[inner == label], subjects, vectors, numbers["inside"], settings)
    labels = np.full(total, -1, dtype=np.int64)
    for label, group in enumerate(groups):
        labels[group.rows] = label
    return _tidy(labels, groups, vectors, places, settings)


@dataclass(frozen=True, slots=True)
class _Group:
    """一组来信，与它共同的地名占了哪些词。"""

    rows: NDArray[np.int64]
    dropped: frozenset[int]


def _pairs(clumps: Sequence[NDArray[np.int64]], matrix: csr_matrix, places: Places, settings: Settings) -> list[_Group]:
    """只有两封的团最多，一次比完。"""
    if not clumps:
        return []
    both = np.stack(clumps)
    first, second = both[:, 0], both[:, 1]
    cosine = np.asarray(matrix[first].multiply(matrix[second]).sum(axis=1)).ravel()
    factor, bonus = places.pair_agreement(first, second, settings)
    good = cosine * factor + bonus >= settings.numbers["matter"]["edge"]
    return [_Group(rows, frozenset()) for rows, fine in zip(clumps, good.tolist(), strict=True) if fine]


def _by_matter(
    rows: NDArray[np.int64],
    subjects: Sequence[str],
    vectors: Vectors,
    inside: float,
    settings: Settings,
    dropped: frozenset[int] = frozenset(),
    seen: frozenset[str] = frozenset(),
) -> list[_Group]:
    """同一处的各说各的事，分开：除去共同的地名再比一遍，直到没有新的地名。"""
    if len(rows) < 3:
        return [_Group(rows, dropped)]
    spot = common_spot([subjects[i] for i in rows.tolist()], settings, seen)
    part = vectors.matrix[rows]
    if not spot.name:
        return [_Group(rows, dropped)]
    used = np.unique(part.indices).tolist()
    names = dropped | {i for i in used if spot.covers(vectors.terms[i].removeprefix(PAIR))}
    if names == dropped:
        # 这个名字的词都除去了，再看还有没有别的共同的地名：街道以外，还有社区
        return _by_matter(rows, subjects, vectors, inside, settings, dropped, seen | {spot.head})
    kept = np.array(sorted(set(used) - names), dtype=np.int64)
    rest = part[:, kept].toarray()
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)
    inner = _average_linkage(np.clip(rest @ rest.T, 0, 1), inside)
    found: list[_Group] = []
    for label in range(int(inner.max()) + 1):
        found += _by_matter(rows[inner == label], subjects, vectors, inside, settings, names, seen | {spot.head})
    return found


def _nearest(matrix: csr_matrix, order: NDArray[np.int64], edge: float, near: int, block: int) -> csr_matrix:
    """每封与最近的几封连线；一次只比相邻的两段。"""
    from scipy.sparse import coo_matrix
    from sparse_dot_topn import sp_matmul_topn

    total = matrix.shape[0]
    firsts, seconds, weights = [], [], []
    for start in range(0, total, block):
        mine = order[start : start + block]
        theirs = order[start : start + 2 * block]
        found = sp_matmul_topn(matrix[mine], matrix[theirs].T.tocsr(), near + 1, threshold=edge, n_threads=2).tocoo()
        one, other = mine[found.row], theirs[found.col]
        kept = one != other
        firsts.append(one[kept])
        seconds.append(other[kept])
        weights.append(found.data[kept])
    if not firsts:
        return coo_matrix((total, total), dtype=np.float32).tocsr()
    cells = (np.concatenate(firsts), np.concatenate(seconds))
    graph = coo_matrix((np.concatenate(weights), cells), shape=(total, total)).tocsr()
    return graph.maximum(graph.T).tocsr()


def _clumps(graph: csr_matrix, edge: float, crowd: int) -> list[NDArray[np.int64]]:
    """连成的各团（至少两封）；太大的提高门槛再分。"""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if len(order) else []
    done = []
    for rows in parts:
        if len(rows) < 2:
            continue
        if len(rows) <= crowd:
            done.append(rows)
            continue
        inner = graph[rows][:, rows].copy()
        inner.data[inner.data < edge + _STEP] = 0
        inner.eliminate_zeros()
        done += [rows[found] for found in _clumps(inner, edge + _STEP, crowd)] if edge + _STEP < 1 else [rows[:crowd]]
    return done


def _closeness(matrix: csr_matrix, places: Places, rows: NDArray[np.int64], settings: Settings) -> NDArray[np.float32]:
    part = matrix[rows]
    cosine = np.asarray((part @ part.T).todense(), dtype=np.float32)
    factor, bonus = places.agreement(rows, settings)
    close: NDArray[np.float32] = np.clip(cosine * factor + bonus, 0, 1)
    return close


def _average_linkage(closeness: NDArray[np.float32], cut: float) -> NDArray[np.int64]:
    from scipy.cluster.hierarchy import fcluster, linkage

    upper = 1.0 - closeness[np.triu_indices(len(closeness), 1)].astype(np.float64)
    tree = linkage(upper, "average")
    found: NDArray[np.int64] = fcluster(tree, 1.0 - cut, "distance").astype(np.int64) - 1
    return found


def _tidy(
    labels: NDArray[np.int64], groups: Sequence[_Group], vectors: Vectors, places: Places, settings: Settings
) -> NDArray[np.int64]:
    """请出离群的，收进像的散信。

    归组只看连了线的；有的信用词少、没连上线，但与一组里的每封都有几分像，也说得是那一处。
    """
    from scipy.sparse import csr_matrix as csr

    numbers, matrix = settings.numbers["matter"], vectors.matrix
    real = [label for label, group in enumerate(groups) if len(group.rows) >= 3]
    if not real:
        return labels
    sizes = np.array([len(groups[label].rows) for label in real], dtype=np.float32)
    rows = np.concatenate([groups[label].rows for label in real])
    owner = np.repeat(np.arange(len(real)), sizes.astype(np.int64))
    member = csr((np.ones(len(rows), dtype=np.float32), (rows, owner)), shape=(matrix.shape[0], len(real)))
    whole = (member.T @ matrix).tocsr()  # 各组向量之和
    out = labels.copy()
    # 离群：与本组其他各封平均相近太低，或没有说到这一组的要紧词
    own = np.asarray(matrix[rows].multiply(whole[owner]).sum(axis=1)).ravel()
    stray = (own - 1.0) / np.maximum(sizes[owner] - 1, 1) < numbers["stray"]
    out[rows[stray | _strangers(rows, owner, [groups[label] for label in real], vectors, places, numbers)]] = -1
    # 散信只与各组“说什么”的部分比，不因为同在一处就归到一起
    matter = whole.copy()
    for i, label in enumerate(real):
        part = slice(matter.indptr[i], matter.indptr[i + 1])
        names = np.fromiter(groups[label].dropped, dtype=np.int64, count=len(groups[label].dropped))
        matter.data[part][np.isin(matter.indices[part], names)] = 0
    inside = np.zeros(len(labels), dtype=bool)
    inside[rows] = True
    loose = np.flatnonzero(~inside)
    named = (member.T @ places.named).tocsr()
    for start in range(0, len(loose), 5_000):
        some = loose[start : start + 5_000]
        likeness = np.asarray((matrix[some] @ matter.T).todense()) / sizes
        elsewhere = (np.asarray(places.named[some].sum(axis=1)).ravel() > 0)[:, None]
        here = np.asarray((places.mentioned[some] @ named.T).todense()) / sizes >= _HERE
        likeness *= np.where(elsewhere & ~here, numbers["apart"], 1.0)
        # 两种门槛换成同一把尺子：超过门槛几倍，取最高的一组
        ratio = likeness / np.where(here, numbers["here"], numbers["join"])
        best = ratio.argmax(axis=1)
        good = ratio[np.arange(len(some)), best] >= 1
        out[some[good]] = np.array(real)[best[good]]
    # 收进来的散信也要看是不是外人；请出几封，要紧词就变了，再看一遍
    for _ in range(_ROUNDS):
        full = [_Group(np.flatnonzero(out == label), groups[label].dropped) for label in real]
        full = [group for group in full if len(group.rows) >= 3]
        if not full:
            break
        rows = np.concatenate([group.rows for group in full])
        owner = np.repeat(np.arange(len(full)), [len(group.rows) for group in full])
        strange = _strangers(rows, owner, full, vectors, places, numbers)
        out[rows[strange]] = -1
        if not strange.any():
            break
    for label in real:
        _tighten(out, np.flatnonzero(out == label), matrix, numbers["tight"])
    return out


def _tighten(labels: NDArray[np.int64], rows: NDArray[np.int64], matrix: csr_matrix, tight: float) -> None:
    """一组太松的，由最不像的起逐个请出去，直到两两平均够近。"""
    if len(rows) < 3:
        return
    part = matrix[rows]
    close = np.asarray((part @ part.T).todense(), dtype=np.float64)
    np.fill_diagonal(close, 0)
    kept = np.ones(len(rows), dtype=bool)
    sums = close.sum(axis=1)
    count = len(rows)
    while count > 2 and sums[kept].sum() < tight * count * (count - 1):
        worst = int(np.where(kept, sums, np.inf).argmin())
        kept[worst] = False
        labels[rows[worst]] = -1
        sums -= close[worst]
        count -= 1


def _strangers(
    rows: NDArray[np.int64],
    owner: NDArray[np.int64],
    groups: Sequence[_Group],
    vectors: Vectors,
    places: Places,
    numbers: Mapping[str, float],
) -> NDArray[np.bool_]:
    """各封是不是外人：没说到这一组的要紧词；或这一组没有所在，这封却只说它自己的一处。"""
    sizes = np.array([len(group.rows) for group in groups])
    flags = vectors.matrix[rows]
    flags.data = np.ones_like(flags.data)
    member = _member(owner, len(groups))
    anchors, proper = _anchors(groups, member @ flags, vectors, numbers)
    told = _overlap(flags, anchors, owner)
    share = told / np.maximum(np.asarray(anchors.sum(axis=1)).ravel(), 1e-9)[owner]
    has_proper = _overlap(flags, proper, owner) > 0
    # 这一组的所在：说得最多的那几处；街道、镇说到的也多，但不如这一处
    spots = (member @ places.named[rows]).tocsr()
    top = spots.max(axis=1).toarray().ravel()
    at = np.repeat(np.arange(len(groups)), np.diff(spots.indptr))
    spots.data = (spots.data >= np.maximum(2, np.maximum(_HERE * sizes, _PROPER * top))[at]).astype(np.float32)
    placed = np.asarray(spots.sum(axis=1)).ravel() > 0
    here = _overlap(places.mentioned[rows], spots, owner) > 0
    # 自己的一处：主题里说到的名字，组里没有第二封说到
    own = places.own[rows]
    others = (member @ own).tocsr()
    others.data = (others.data > 1).astype(np.float32)
    alone = (np.diff(own.indptr) > 0) & (_overlap(own, others, owner) == 0)
    # 说的是别的市州：这一组有说得最多的市州，这封说到的都不是
    cities = places.cities[rows]
    main = (member @ cities).tocsr()
    top = main.max(axis=1).toarray().ravel()
    at = np.repeat(np.arange(len(groups)), np.diff(main.indptr))
    main.data = (main.data >= np.maximum(2, _MAIN * top)[at]).astype(np.float32)
    abroad = (np.diff(cities.indptr) > 0) & (_overlap(cities, main, owner) == 0)
    least = np.where(placed[owner], numbers["told_apart"], numbers["told"])
    least = np.where(has_proper, numbers["told_proper"], least)
    found: NDArray[np.bool_] = (
        (told == 0) | (~here & (share < least)) | (~placed[owner] & (alone | abroad) & ~has_proper)
    )
    return found


def _member(owner: NDArray[np.int64], groups: int) -> csr_matrix:
    """一行一组、一列一封的归属。"""
    from scipy.sparse import csr_matrix as csr

    cells = (owner, np.arange(len(owner)))
    return csr((np.ones(len(owner), dtype=np.float32), cells), shape=(groups, len(owner)))


def _overlap(flags: csr_matrix, weights: csr_matrix, owner: NDArray[np.int64]) -> NDArray[np.float64]:
    """各封有的，在它那一组里共占多少。"""
    found: NDArray[np.float64] = np.asarray(flags.multiply(weights[owner]).sum(axis=1), dtype=np.float64).ravel()
    return found


def _is_name(term: str) -> bool:
    return not term.startswith(PAIR) and word_frequency(term) <= _FAMILIAR


def _anchors(
    groups: Sequence[_Group], counts: csr_matrix, vectors: Vectors, numbers: Mapping[str, float]
) -> tuple[csr_matrix, csr_matrix]:
    """各组的要紧词与专有的词。

    要紧词：组里多半的信说到、别处少见、不是共同的地名，按说到的多少、少见的程度加权。
    专有的词：六成以上的信说到，说到的信六成以上在这一组，词典里少见，如公司、平台的名字。
    """
    from scipy.sparse import csr_matrix as csr

    total, shape = vectors.matrix.shape[0], counts.shape
    seen = counts.tocoo()
    documents = np.bincount(vectors.matrix.indices, minlength=shape[1])[seen.col]
    size = np.array([len(group.rows) for group in groups])[seen.row]
    dropped = {(i, column) for i, group in enumerate(groups) for column in group.dropped}
    kept = np.array(
        [cell not in dropped for cell in zip(seen.row.tolist(), seen.col.tolist(), strict=True)], dtype=bool
    )
    most = max(numbers["common"] * total, 10)
    anchor = kept & (seen.data >= numbers["anchor"] * size) & (documents <= most)
    weight = seen.data / size * np.maximum(np.log((1 + total) / (1 + documents)), 0.1)
    proper = seen.data >= _PROPER * np.maximum(documents, size)
    at = np.flatnonzero(proper)
    # 词典里常见的是哪一类事（食堂、公积金），不是名字
    proper[at] = [_is_name(vectors.terms[column]) for column in seen.col[at].tolist()]

    def build(some: NDArray[np.bool_], value: NDArray[np.float64]) -> csr_matrix:
        return csr((value[some].astype(np.float32), (seen.row[some], seen.col[some])), shape=shape)

    return build(anchor, weight), build(proper, np.ones(len(seen.row)))


def split_by_time(labels: NDArray[np.int64], times: Times, gap: int) -> NDArray[np.int64]:
    """隔了很久又有的，另算一件。

    Args:
        labels: 各封的组号；没有同伴的为 -1。
        times: 各封的时间；不知道为 NaT，留在原组。
        gap: 隔了多少天没有新来信就断开（天）。

    Returns:
        新的组号。
    """
    out = labels.copy()
    made = int(labels.max(initial=-1)) + 1
    order = np.lexsort((times.astype("int64"), labels))
    order = order[(labels[order] >= 0) & ~np.isnat(times[order])]
    if len(order) < 2:
        return out
    days = times[order].astype("datetime64[D]").astype(np.int64)
    same = labels[order][1:] == labels[order][:-1]
    breaks = np.concatenate([[False], same & (np.diff(days) > gap)])
    starts = np.concatenate([[True], ~same])
    # 每组从零数起，遇到一次间断加一；加过的另编组号
    part = np.cumsum(breaks)
    part -= np.maximum.accumulate(np.where(starts, part, 0))
    for label, piece in sorted({(int(a), int(b)) for a, b in zip(labels[order], part, strict=True) if b}):
        out[order[(labels[order] == label) & (part == piece)]] = made
        made += 1
    return out
