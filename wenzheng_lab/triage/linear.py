"""线性分类器：每类一个平方合页损失的支持向量机，加上朴素贝叶斯；用起来只要 numpy，训练才用 scikit-learn。"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.triage.features import Sparse

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Matrix = NDArray[np.float64]

EPOCHS = 300
"""最多走几遍；通常几十遍就稳了"""
TOLERANCE = 0.01
"""改动小于这个数就停"""
SMOOTHING = 0.05
"""朴素贝叶斯的平滑"""


def train_weights(
    rows: Sequence[Sparse],
    labels: NDArray[np.int64],
    classes: int,
    width: int,
    *,
    cost: float = 1.0,
    seed: int = 0,
    each: NDArray[np.float64] | None = None,
    bayes: float = 0.3,
) -> Matrix:
    """训练各类的权重。

    各类按封数的反比加权，少的类不被多的类压住；末一行是截距。

    Args:
        rows: 各封信的特征。
        labels: 各封信的类号，从 0 起。
        classes: 共几类。
        width: 共几列。
        cost: 犯错的代价；越大越贴合训练的信。
        seed: 走访次序的种子；同一个种子永远同一个结果。
        each: 各封信的份量；不给时都是 1。
        bayes: 朴素贝叶斯的份量：样本少时它更稳，与支持向量机相加；0 为不加。

    Returns:
        ``width + 1`` 行、``classes`` 列。
    """
    from sklearn.svm import LinearSVC

    size = np.ones(len(rows)) if each is None else each
    table = _table(rows, width)
    share = np.bincount(labels, weights=size, minlength=classes)
    weights = np.zeros((width + 1, classes))
    for kind in range(classes):
        mine = labels == kind
        # 各类按封数的反比加权，少的类不被多的类压住
        lift = size.sum() / (classes * max(float(share[kind]), 1e-9))
        machine = LinearSVC(C=cost, tol=TOLERANCE, max_iter=EPOCHS, random_state=seed)
        with warnings.catch_warnings():
            # 走完这么多遍还没稳下来也够用了，不必提醒
            warnings.simplefilter("ignore")
            machine.fit(table, mine, sample_weight=np.where(mine, size * lift, size))
        weights[:width, kind], weights[width, kind] = machine.coef_[0], machine.intercept_[0]
    if bayes:
        weights[:width] += bayes * _bayes(rows, labels, classes, width, size)
    return weights


def _table(rows: Sequence[Sparse], width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, ends), shape=(len(rows), width))


def _bayes(
    rows: Sequence[Sparse], labels: NDArray[np.int64], classes: int, width: int, size: NDArray[np.float64]
) -> Matrix:
    """各类对其余各类的对数比。"""
    total = np.zeros((width, classes))
    for (columns, values), label, weight in zip(rows, labels, size, strict=True):
        total[columns, label] += values * weight
    rest = total.sum(axis=1, keepdims=True) - total
    inside, outside = total + SMOOTHING, rest + SMOOTHING
    ratio: Matrix = np.log(inside / inside.sum(axis=0)) - np.log(outside / outside.sum(axis=0))
    return ratio


def decide(rows: Sequence[Sparse], weights: Matrix) -> Matrix:
    """各封信在各类上的分。

    Args:
        rows: 特征。
        weights: ``train_weights`` 的结果。

    Returns:
        一行一封，一列一类。
    """
    out = np.empty((len(rows), weights.shape[1]))
    for i, (columns, values) in enumerate(rows):
        out[i] = values @ weights[columns] + weights[-1]
    return out


def softmax(scores: Matrix, scale: float) -> Matrix:
    """由分换成概率。

    Args:
        scores: ``decide`` 的结果。
        scale: 分要乘的数，由 ``fit_scale`` 校出。

    Returns:
        各行合计为 1。

    Examples:
        >>> softmax(np.array([[0.0, 0.0]]), 3.0).tolist()
        [[0.5, 0.5]]
    """
    exponent = scores * scale
    exponent = exponent - exponent.max(axis=1, keepdims=True)
    power = np.exp(exponent)
    result: Matrix = power / power.sum(axis=1, keepdims=True)
    return result


def fit_scale(scores: Matrix, labels: NDArray[np.int64]) -> float:
    """校准：找一个倍数，使概率最合没见过的信的真实结果。

    Args:
        scores: 没参加训练的信的分。
        labels: 它们的类号。

    Returns:
        倍数。
    """
    picked = np.arange(len(labels)), labels

    def loss(scale: float) -> float:
        return float(-np.log(np.maximum(softmax(scores, scale)[picked], 1e-12)).mean())

    # 损失对倍数是凸的，黄金分割够用
    low, high, golden = 0.05, 20.0, (5**0.5 - 1) / 2
    for _ in range(60):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return (low + high) / 2
