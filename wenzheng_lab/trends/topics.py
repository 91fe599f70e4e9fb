"""话题：来信大致说哪几类事。用词自动分，标签是最有区分力的词；换几个随机种子再分，看稳不稳。"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.letter.frames import column_texts, message_ids, require_messages
from wenzheng_lab.model import Signature
from wenzheng_lab.trends.settings import load_settings
from wenzheng_lab.trends.vectors import PAIR, build_vectors

if TYPE_CHECKING:
    import pandas as pd

_LABEL, _WORDS = 3, 12
_RUNS = 4
"""换几个种子看稳不稳"""
STEADY = 0.7
"""换种子后与最像的话题平均相近到这么多，算稳"""


@dataclass(frozen=True, slots=True)
class Topic:
    """一个话题。"""

    label: str
    """标签：最有区分力的三个词"""
    words: tuple[str, ...]
    """说得最多的词，由重到轻"""
    size: int
    """以它为主的来信有几封"""
    examples: tuple[object, ...]
    """最典型的几封的编号"""
    stability: float
    """稳不稳（0–1）：换种子再分，与最像的话题有多像，几次的平均"""

    @property
    def steady(self) -> bool:
        """换种子还在的为真；不稳的不宜下结论。"""
        return self.stability >= STEADY

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Topic({self.label}, {self.size} 封, 稳定 {self.stability:.2f}{'' if self.steady else '，不稳'})"


@dataclass(frozen=True, slots=True)
class Topics:
    """一批来信的话题。"""

    topics: tuple[Topic, ...]
    """话题，由大到小"""
    assigned: pd.Series
    """各封以哪个话题为主（标签）；没有可用的词为空。索引与来的表相同"""
    signature: Signature
    """签名"""

    @property
    def stability(self) -> float:
        """各话题稳定程度的平均。"""
        return float(np.mean([topic.stability for topic in self.topics])) if self.topics else 0.0

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Topics({len(self.topics)} 个, 平均稳定 {self.stability:.2f})"

    def _repr_html_(self) -> str:
        """Jupyter 里的表。"""
        from wenzheng_lab._html import table

        rows = [
            (
                *(topic.label, str(topic.size), "、".join(topic.words)),
                *(f"{topic.stability:.2f}", "稳" if topic.steady else "不稳"),
            )
            for topic in self.topics
        ]
        return str(table(rows, headers=("话题", "封数", "说得最多的词", "稳定", "")))


def find_topics(frame: pd.DataFrame, *, n: int = 12, seed: int) -> Topics:
    """分话题：来信大致说哪几类事。

    用非负矩阵分解（NMF）。话题是从用词里归纳的，不是分类目录；一封信常说几件事，这里只记为主的。
    每个话题给出稳定程度：换种子就没有了的，不要拿去下结论。

    Args:
        frame: 有 ``subject``、``body`` 之一的表。
        n: 分几个（2–60）。
        seed: 随机种子，整数。

    Returns:
        ``Topics``。来信不足两倍话题数的给空。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有文字列；``n``、``seed`` 不对。

    Examples:
        >>> import pandas as pd
        >>> water = [f"停水{i}天，自来水浑浊，水压不够" for i in range(8)]
        >>> bus = [f"公交{i}路末班车太早，公交站牌坏了" for i in range(8)]
        >>> sorted(topic.size for topic in find_topics(pd.DataFrame({"body": water + bus}), n=2, seed=7).topics)
        [8, 8]
    """
    import pandas as pd

    for name, value, low, high in (("n", n, 2, 60), ("seed", seed, -(10**12), 10**12)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InputError(explain(f"{name} 是 {show(value)}", f"应为 {low}–{high} 的整数", f"如 {name}=12"))
    table = require_messages(frame)
    settings = load_settings()
    signature = Signature.of({"topics": settings.version, "rules": settings.digest, "n": str(n), "seed": str(seed)})
    vectors = build_vectors(column_texts(table, "subject"), column_texts(table, "body"), settings)
    dull = settings.word_set("dull")
    kept = [
        i
        for i, term in enumerate(vectors.terms)
        if not term.startswith(PAIR) and term not in dull and not term.isdigit()
    ]
    matrix = vectors.matrix[:, kept]
    names = [vectors.terms[i] for i in kept]
    empty = pd.Series([""] * len(table), index=table.index, name="topic", dtype=object)
    if matrix.shape[0] < 2 * n or matrix.shape[1] < 2 * n:
        return Topics((), empty, signature)
    chance = random.Random(f"{seed}:topics")
    weights, parts = _factorise(matrix, n, None)
    others = [_factorise(matrix, n, chance.getrandbits(31))[1] for _ in range(_RUNS)]
    stability = _stability(parts, others)
    main = np.where(weights.max(axis=1) > 0, weights.argmax(axis=1), -1)
    share = parts / np.maximum(parts.sum(axis=0, keepdims=True), 1e-12)
    ids = message_ids(table)
    topics: list[Topic] = []
    labels: dict[int, str] = {}
    for k in range(n):
        order = np.argsort(-parts[k], kind="stable")[:_WORDS]
        words = tuple(names[i] for i in order.tolist() if parts[k, i] > 0)
        # 标签取又多又专的：说得多，且主要是这个话题在说
        best = sorted(order.tolist(), key=lambda i: -parts[k, i] * share[k, i])[:_LABEL]
        label = "、".join(names[i] for i in best)
        while label in labels.values():
            label += "＊"
        labels[k] = label
        typical = np.argsort(-weights[:, k], kind="stable")[:5]
        examples = tuple(ids[i] for i in typical.tolist() if weights[i, k] > 0)
        topics.append(Topic(label, words, int((main == k).sum()), examples, float(stability[k])))
    assigned = pd.Series([labels.get(int(k), "") for k in main], index=table.index, name="topic", dtype=object)
    return Topics(tuple(sorted(topics, key=lambda topic: (-topic.size, topic.label))), assigned, signature)


def _factorise(matrix: Any, n: int, seed: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """分解；不给种子用确定的起点（NNDSVD），给了用随机的起点。"""
    import warnings

    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    init, state = ("nndsvd", 0) if seed is None else ("random", seed)
    # 残差为零时 scikit-learn 会给极小的负数开平方，只影响它自己的误差一项
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # 迭代一百二十次已看得出话题；没有收敛到头不影响标签
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = NMF(n, init=init, random_state=state, max_iter=120, tol=5e-4)
        weights = model.fit_transform(matrix.astype(np.float64))
    return weights.astype(np.float64), model.components_.astype(np.float64)


def _stability(parts: NDArray[np.float64], others: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """各话题与每次重分里配给它的话题（一对一，总和最大）有多像，取平均。"""
    from scipy.optimize import linear_sum_assignment

    def unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled: NDArray[np.float64] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return scaled

    found = np.zeros(len(parts))
    for other in others:
        likeness = unit(parts) @ unit(other).T
        mine, theirs = linear_sum_assignment(-likeness)
        found[mine] += likeness[mine, theirs]
    return found / max(len(others), 1)
