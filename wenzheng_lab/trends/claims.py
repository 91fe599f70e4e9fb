"""传言：来信里在转述、在求证的说法，按说法归并，不看是谁说的。

用处是早一点知道该把什么说清楚：先核实，再公开回应。不记账号，不排名，不追查谁先说的。
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import require_whole
from wenzheng_lab.privacy import redact
from wenzheng_lab.rules import rule_path
from wenzheng_lab.text import clauses, fold, sentences
from wenzheng_lab.trends.letters import Letters, read_letters

if TYPE_CHECKING:
    import pandas as pd

_HAN_RUN = re.compile("[\u3400-\u9fffA-Za-z0-9]+")
_STEP = 2_000
_ENOUGH = 10
"""说法取够这么多字就不再往后取（字）"""


@dataclass(frozen=True, slots=True)
class Claim:
    """一条说法：有人在传、在问，还没有核实。"""

    text: str
    """说法，取一封信里的原话，遮去了个人信息"""
    status: str
    """核实情况；这里总是“未核实”，核实后由人改"""
    people: int
    """多少人在说（只有数目）"""
    asking: int
    """其中多少封是在求证"""
    first: datetime | None
    """最早一封的时间"""
    last: datetime | None
    """最晚一封的时间"""
    recent: int
    """最近七天（以表里最晚一天算）又有几封"""
    members: tuple[object, ...]
    """来信编号，按时间先后；为的是一并答复"""
    keywords: tuple[str, ...]
    """说法里各封都用的字片"""

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Claim({self.text}, {self.status}, {self.people} 人在说, 近七天 {self.recent} 封)"


@dataclass(frozen=True, slots=True)
class _Rules:
    marks: re.Pattern[str]
    asking: re.Pattern[str]
    exceptions: re.Pattern[str]
    numbers: dict[str, float]


def watch_claims(frame: pd.DataFrame, *, top: int = 20) -> tuple[Claim, ...]:
    """看有哪些说法在传：按说法归并，不看是谁说的。

    认的是转述（“听说……”“群里都在传……”）与求证（“是不是真的”）的字面；不判断真假，也不是每条都是谣言：
    不少后来证明是真的。没有转述字样、直接当真来说的认不出来。

    Args:
        frame: 有 ``subject``、``body`` 之一的表。
        top: 最多要几条。

    Returns:
        说法，先看近七天多的，再看人数多的；只有一个人说的不列。

    Raises:
        InputTypeError: 不是表，或 ``top`` 不是整数。
        InputError: 没有 ``subject`` 也没有 ``body``，或 ``top`` 不到 1。

    Examples:
        >>> import pandas as pd
        >>> bodies = ["听说柳林路菜市场下月要拆，是真的吗？", "群里都在传柳林路菜市场要拆了，请给个准信", "路灯坏了"]
        >>> claim = watch_claims(pd.DataFrame({"body": bodies}))[0]
        >>> claim.people, claim.asking, claim.status
        (2, 1, '未核实')
    """
    top = require_whole("top", top, least=1)
    letters = read_letters(frame)
    rules = _rules()
    found = [(i, text, asks) for i in range(len(letters)) for text, asks in _claims(letters, i, rules)]
    if not found:
        return ()
    labels = _group([text for _, text, _ in found], rules.numbers["alike"])
    known = letters.times[~np.isnat(letters.times)]
    latest = known.max() if len(known) else None
    out = []
    for label in range(int(labels.max()) + 1):
        rows = [found[k] for k in np.flatnonzero(labels == label).tolist()]
        claim = _claim(letters, rows, latest)
        if claim.people >= rules.numbers["fewest"]:
            out.append(claim)
    out.sort(key=lambda claim: (-claim.recent, -claim.people, claim.text))
    return tuple(out[:top])


@functools.cache
def _rules() -> _Rules:
    file = TomlFile.read(rule_path("claims.toml"))
    data = file.table((), file.data, required=("version", "source", "hearsay", "asking", "exceptions", "group"))
    hearsay, asking, exceptions = (file.strings((key,), data[key]) for key in ("hearsay", "asking", "exceptions"))
    part = file.table(("group",), data["group"], required=("alike", "fewest", "longest", "shortest"))
    numbers = {key: file.number(("group", key), value, low=0, high=1000) for key, value in part.items()}
    return _Rules(_any(hearsay), _any(asking), _any(exceptions), numbers)


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _claims(letters: Letters, i: int, rules: _Rules) -> list[tuple[str, bool]]:
    """一封信里的说法，至多一条转述、一条求证；（说法，是不是在求证）。"""
    text = f"{letters.subjects[i]}\n{letters.bodies[i]}"
    folded = fold(text)
    for span in sentences(text):
        sentence = folded[span.start : span.end]
        masked = rules.exceptions.sub(lambda hit: "　" * len(hit[0]), sentence)
        mark, asks = rules.marks.search(masked), rules.asking.search(masked)
        if not mark and not asks:
            continue
        start = mark.end() if mark else 0
        said = rules.asking.sub("", rules.marks.sub("", masked[start:])).strip(' 　,，。:：!！?？;；、“”"的')
        if not mark and len(said) < rules.numbers["shortest"]:
            # “……。是真的吗？”问的是上一句
            before = [folded[one.start : one.end] for one in clauses(text) if one.end <= span.start]
            said = before[-1].strip(" 　,，。:：!！?？;；、") if before else ""
        said = _head(said)
        if len(said) >= rules.numbers["shortest"]:
            return [(said[: int(rules.numbers["longest"])], bool(asks or rules.asking.search(folded)))]
    return []


def _head(said: str) -> str:
    """说法只取前头的一两个小句，够说清就停。"""
    head = ""
    for part in said.split(","):
        head = f"{head},{part}" if head else part
        if len(head) >= _ENOUGH:
            break
    return head


def _pieces(text: str) -> frozenset[str]:
    return frozenset(run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(len(run) - 1))


def _group(texts: list[str], alike: float) -> NDArray[np.int64]:
    """按字片归并：常见的字片分量轻；与一组的代表够像就归进去。"""
    from scipy.sparse import csr_matrix, diags
    from scipy.sparse.csgraph import connected_components

    pieces = [sorted(_pieces(text)) for text in texts]
    count = Counter(piece for one in pieces for piece in one)
    column = {piece: k for k, piece in enumerate(sorted(count))}
    ends = np.cumsum([0, *map(len, pieces)])
    places = np.array([column[piece] for one in pieces for piece in one], dtype=np.int64)
    weight = np.array([1 + np.log((1 + len(texts)) / count[piece]) for one in pieces for piece in one])
    matrix = csr_matrix((weight, places, ends), shape=(len(texts), max(1, len(column))))
    size = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = (diags(1 / np.maximum(size, 1e-12)) @ matrix).tocsr()
    blocks = []
    for start in range(0, len(texts), _STEP):
        close = (matrix[start : start + _STEP] @ matrix.T).tocsr()
        close.data[close.data < alike] = 0
        close.eliminate_zeros()
        blocks.append(close)
    from scipy.sparse import vstack

    labels: NDArray[np.int64] = connected_components(vstack(blocks), directed=False)[1].astype(np.int64)
    return labels


def _claim(letters: Letters, rows: list[tuple[int, str, bool]], latest: np.datetime64 | None) -> Claim:
    who = np.array([i for i, _, _ in rows], dtype=np.int64)
    order = np.lexsort((who, letters.times[who]))
    sets = [_pieces(text) for _, text, _ in rows]
    count = Counter(piece for one in sets for piece in one)
    # 代表取与大家最像的一条；同样像取短的
    best = max(range(len(rows)), key=lambda k: (sum(count[p] for p in sets[k]) / (len(sets[k]) + 4), -len(rows[k][1])))
    times = letters.times[who]
    known = np.sort(times[~np.isnat(times)])
    week = np.timedelta64(7, "D")
    common = tuple(piece for piece, seen in count.most_common(8) if seen * 2 > len(rows) and seen > 1)
    return Claim(
        redact(rows[best][1]).text,
        "未核实",
        len(np.unique(letters.people[who])),
        sum(asks for _, _, asks in rows),
        known[0].item() if len(known) else None,
        known[-1].item() if len(known) else None,
        int((known > latest - week).sum()) if latest is not None else 0,
        tuple(letters.ids[int(who[k])] for k in order.tolist()),
        common,
    )
