"""线性分类器：每类一个平方合页损失的支持向量机，坐标上升求解，只用 numpy。"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.triage.features import Sparse

Matrix = NDArray[np.float64]

EPOCHS = 25
"""最多走几遍；通常十几遍就稳了"""
TOLERANCE = 0.05
"""一遍下来最大的改动小于这个数就停"""
SMOOTHING = 0.05
"""朴素贝叶斯的平滑"""
BAYES = 0.3
"""朴素贝叶斯的份量：样本少时它更稳，与支持向量机相加"""


def train_weights(
    rows: Sequence[Sparse],
    labels: NDArray[np.int64],
    classes: int,
    width: int,
    *,
    cost: float = 1.0,
    seed: int = 0,
    each: NDArray[np.float64] | None = None,
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

    Returns:
        ``width + 1`` 行、``classes`` 列。
    """
    count = len(rows)
    sign = np.where(labels[:, None] == np.arange(classes)[None, :], 1.0, -1.0)
    size = np.ones(count) if each is None else each
    share = np.bincount(labels, weights=size, minlength=classes)
    positive = cost * size.sum() / (classes * np.maximum(share, 1))
    penalty = 1 / (2 * np.where(sign > 0, positive[None, :], cost) * size[:, None])
    square = np.array([values @ values + 1 for _, values in rows])[:, None] + penalty
    weights = np.zeros((width + 1, classes))
    alpha = np.zeros((count, classes))
    order = list(range(count))
    chance = random.Random(f"{seed}:triage:order")
    for _ in range(EPOCHS):
        chance.shuffle(order)
        largest = 0.0
        for i in order:
            columns, values = rows[i]
            margin = sign[i] * (values @ weights[columns] + weights[width])
            fresh = np.maximum(alpha[i] - (margin - 1 + alpha[i] * penalty[i]) / square[i], 0.0)
            change = fresh - alpha[i]
            step = float(np.abs(change).max())
            if step > 1e-9:
                alpha[i] = fresh
                move = change * sign[i]
                weights[columns] += values[:, None] * move
                weights[width] += move
                largest = max(largest, step)
        if largest < TOLERANCE:
            break
    weights[:width] += BAYES * _bayes(rows, labels, classes, width, size)
    return weights


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
