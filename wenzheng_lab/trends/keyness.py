"""关键性：与另一时期、另一地方相比，哪些词与短语说得更多。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import require_whole
from wenzheng_lab.letter.frames import column_texts, require_messages
from wenzheng_lab.letter.shingles import group_copies
from wenzheng_lab.trends.terms import count_terms

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("term", "count", "reference_count", "rate", "reference_rate", "log_ratio", "low", "high", "likelihood", "q")
"""结果的列"""
_Z = 1.959963984540054


def compare_words(
    target: pd.DataFrame, reference: pd.DataFrame, *, top: int = 50, fewest: int = 5, phrases: bool = True
) -> pd.DataFrame:
    """比用词：这一批来信比另一批多说、少说哪些词与短语。

    数的是多少封里说到，一封里说十遍算一遍，抄件合成一份，免得一个人就把词抬上去。不看绝对次数：常用词到处都多。

    Args:
        target: 要看的一批，有 ``subject``、``body`` 之一。
        reference: 拿来比的一批：上个月、别的镇。
        top: 最多几个词，按似然比由大到小。
        fewest: 两批合起来至少在几封里出现（封）。
        phrases: 要不要短语。

    Returns:
        一行一个词：``count``、``reference_count`` 两边各几封说到，``rate``、``reference_rate`` 每千封几封，
        ``log_ratio`` 两边之比取以二为底的对数（正为多说，1 为多一倍）及其 95% 区间 ``low``、``high``，
        ``likelihood`` 对数似然比 G²，``q`` 经多重比较校正的错报率。

    Raises:
        InputTypeError: 不是表，或 ``top``、``fewest`` 不是整数。
        InputError: 没有 ``subject`` 也没有 ``body``，或 ``top`` 不到 1。

    Examples:
        >>> import pandas as pd
        >>> now = pd.DataFrame({"body": [f"停水，编号{i}" for i in range(20)]})
        >>> old = pd.DataFrame({"body": [f"路灯，编号{i}" for i in range(20)]})
        >>> compare_words(now, old).head(2)[["term", "count", "reference_count"]].values.tolist()
        [['停水', 20, 0], ['路灯', 0, 20]]
    """
    import pandas as pd

    top, fewest = require_whole("top", top, least=1), require_whole("fewest", fewest)
    parts = [_unique(frame) for frame in (target, reference)]
    sizes = [len(subjects) for subjects, _ in parts]
    subjects = [text for part, _ in parts for text in part]
    bodies = [text for _, part in parts for text in part]
    found = count_terms(subjects, bodies, fewest=max(1, fewest), phrases=phrases)
    here = np.asarray(found.matrix[: sizes[0]].sum(axis=0)).ravel().astype(np.int64)
    there = found.documents - here
    table = pd.DataFrame({"term": found.terms, "count": here, "reference_count": there})
    n, m = sizes
    if not n or not m or not len(table):
        return pd.DataFrame(columns=list(COLUMNS))
    table["rate"], table["reference_rate"] = here / n * 1000, there / m * 1000
    # 各加半封：一边是零时比仍有限
    a, b = here + 0.5, there + 0.5
    ratio = np.log(a / (n + 0.5)) - np.log(b / (m + 0.5))
    error = np.sqrt(1 / a - 1 / (n + 0.5) + 1 / b - 1 / (m + 0.5))
    table["log_ratio"] = ratio / np.log(2)
    table["low"], table["high"] = (ratio - _Z * error) / np.log(2), (ratio + _Z * error) / np.log(2)
    table["likelihood"] = log_likelihood(here, there, n, m)
    table["q"] = _adjusted(table["likelihood"].to_numpy())
    table = table.sort_values(["likelihood", "term"], ascending=[False, True], kind="stable")
    return _without_parts(table, top).reset_index(drop=True)[list(COLUMNS)]


def log_likelihood(
    here: NDArray[np.int64], there: NDArray[np.int64], size: int, reference_size: int
) -> NDArray[np.float64]:
    """对数似然比 G²：说到与没说到、这批与那批的四格表。

    Args:
        here: 这批里各词几封说到。
        there: 那批里各词几封说到。
        size: 这批共几封。
        reference_size: 那批共几封。

    Returns:
        各词的 G²，不小于 0；自由度为一，3.84 为 5% 水平。

    Examples:
        >>> float(log_likelihood(np.array([10]), np.array([10]), 100, 100)[0])
        0.0
    """
    cells = np.stack([here, there, size - here, reference_size - there]).astype(np.float64)
    total = size + reference_size
    said, unsaid = cells[0] + cells[1], cells[2] + cells[3]
    expected = np.stack([said * size, said * reference_size, unsaid * size, unsaid * reference_size]) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(cells > 0, cells * np.log(cells / expected), 0.0)
    value: NDArray[np.float64] = np.maximum(2 * parts.sum(axis=0), 0.0)
    return value


def _unique(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    table = require_messages(frame)
    subjects, bodies = column_texts(table, "subject"), column_texts(table, "body")
    copies = group_copies([one + other for one, other in zip(subjects, bodies, strict=True)])
    rows = np.unique(copies).tolist()
    return [subjects[i] for i in rows], [bodies[i] for i in rows]


def _adjusted(likelihood: NDArray[np.float64]) -> NDArray[np.float64]:
    """由 G² 得错报率（Benjamini、Hochberg）。"""
    from scipy.stats import chi2, false_discovery_control

    found: NDArray[np.float64] = false_discovery_control(chi2.sf(likelihood, 1))
    return found


def _without_parts(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """“搅拌站”与“搅拌”封数几乎一样时只留一个：留长的。"""
    kept: list[int] = []
    names: list[tuple[str, int, int]] = []
    for i, (term, here, there) in enumerate(zip(table["term"], table["count"], table["reference_count"], strict=True)):
        twin = next(
            (
                k
                for k, (name, one, other) in enumerate(names)
                if (term in name or name in term) and abs(one - here) + abs(other - there) <= 0.1 * (here + there)
            ),
            None,
        )
        if twin is None:
            kept.append(i)
            names.append((term, here, there))
        elif len(term) > len(names[twin][0]):
            kept[twin], names[twin] = i, (term, here, there)
        if len(kept) >= top and len(kept) == len(names) and i >= 3 * top:
            break
    return table.iloc[kept[:top]]
