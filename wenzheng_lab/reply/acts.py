"""句子的作用与分量：规则指出字面，线性模型估把握。权重随包发布，是数据不是代码。"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.letter.asks import Ask
from wenzheng_lab.reply.act_features import flags, grams
from wenzheng_lab.reply.sentences import Sentence

WEIGHTS = Path(__file__).resolve().parent / "data" / "act_weights.csv"
SCALE = 1000
"""文件里的权重是千分之一为单位的整数；整数相加与次序无关，所以各机器逐位相同"""
GRAM_LENGTH = 3.0
"""片段部分归一到这个长度：长句不因为片段多而把握更大"""
VALUE = "="
"""列名以它开头的不是作用，是分量：直接相加，不换成把握"""


@dataclass(frozen=True, slots=True)
class Reading:
    """模型读一句话的结果。"""

    chances: Mapping[str, float]
    """作用 → 把握，0–1"""
    values: Mapping[str, float]
    """分量名 → 数"""


@dataclass(frozen=True, slots=True)
class ActModel:
    """每种作用一个逻辑回归，每种分量一个线性回归。"""

    acts: tuple[str, ...]
    """作用名，与前面几列的次序一致"""
    values: tuple[str, ...]
    """分量名，与后面几列的次序一致：worth 这句话对来信人有多大用处，warm 态度，clear 平实"""
    bias: NDArray[np.int64]
    """截距，形状（作用数 + 分量数,）"""
    rows: Mapping[str, int]
    """特征 → 第几行"""
    weights: NDArray[np.int64]
    """权重，形状（特征数 + 1, 作用数 + 分量数），单位千分之一；末行全是 0，给一个特征也不认得的句子"""
    digest: str
    """权重文件的摘要，写进签名"""

    def read(self, sentences: Sequence[Sentence], asks: Sequence[Ask]) -> list[Reading]:
        """估每句话做每件事的把握与它的分量。

        Args:
            sentences: 答复的全部句子。
            asks: 来信的诉求。

        Returns:
            每句一个 ``Reading``。
        """
        if not sentences:
            return []
        pieces = [grams(sentence.folded) for sentence in sentences]
        plain = self._sums(pieces)
        signs = self._sums([flags(sentences, at, asks) for at in range(len(sentences))])
        scale = np.array([GRAM_LENGTH / math.sqrt(len(found)) for found in pieces])
        return [self._reading(row) for row in ((self.bias + signs + plain * scale[:, None]) / SCALE).tolist()]

    def _reading(self, row: list[float]) -> Reading:
        # numpy 的 exp 各机器末位可能不同；math.exp 一样
        chances = {
            act: 1 / (1 + math.exp(-max(-30.0, min(30.0, value)))) for act, value in zip(self.acts, row, strict=False)
        }
        return Reading(chances, dict(zip(self.values, row[len(self.acts) :], strict=True)))

    def _sums(self, features: Sequence[Set[str]]) -> NDArray[np.int64]:
        """各句的权重之和：全部句子一起取，比一句一取快。"""
        rows = self.rows
        nothing = len(self.weights) - 1
        found: list[int] = []
        starts = []
        for group in features:
            starts.append(len(found))
            found += [row for row in map(rows.get, group) if row is not None]
            found.append(nothing)
        total: NDArray[np.int64] = np.add.reduceat(self.weights[found], starts, axis=0)
        return total


def parse_weights(name: str, text: str) -> ActModel:
    """由 CSV 造模型：首行是作用名，次行是截距，其余每行一个特征。

    Args:
        name: 文件名，用在错误信息里。
        text: 全文。

    Returns:
        模型。

    Raises:
        RuleFileError: 行列不齐，或不是整数。
    """
    table = list(csv.reader(io.StringIO(text)))
    if len(table) < 3 or table[0][0] != "feature" or table[1][0] != "(bias)":
        raise RuleFileError(f"{name}:1: 首列的表头应为 feature，次行应为 (bias)")
    names = table[0][1:]
    acts = tuple(name for name in names if not name.startswith(VALUE))
    if tuple(names[: len(acts)]) != acts:
        raise RuleFileError(f"{name}:1: 分量（以 {VALUE} 开头的列）应排在作用之后")
    values = []
    for number, row in enumerate(table[1:], start=2):
        if len(row) != len(names) + 1:
            raise RuleFileError(f"{name}:{number}: 应有 {len(names)} 个权重，来了 {len(row) - 1} 个")
        try:
            values.append([int(value or 0) for value in row[1:]])
        except ValueError as error:
            raise RuleFileError(f"{name}:{number}: 权重应为整数，来的是 {row[1:]}") from error
    numbers = np.array(values, dtype=np.int64)
    rows = {row[0]: index for index, row in enumerate(table[2:])}
    marks = tuple(name.removeprefix(VALUE) for name in names[len(acts) :])
    weights = np.concatenate([numbers[1:], np.zeros((1, numbers.shape[1]), dtype=np.int64)])
    return ActModel(acts, marks, numbers[0], rows, weights, hashlib.sha256(text.encode()).hexdigest()[:8])


@functools.cache
def load_act_model() -> ActModel:
    """读随包的权重，只读一次。

    Returns:
        模型。

    Examples:
        >>> "done" in load_act_model().acts
        True
    """
    return parse_weights(WEIGHTS.name, WEIGHTS.read_text(encoding="utf-8"))
