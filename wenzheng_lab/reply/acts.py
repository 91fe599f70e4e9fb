"""句子的作用：规则指出字面，线性模型估把握。权重随包发布，是数据不是代码。"""

from __future__ import annotations

import csv
import functools
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.reply.act_features import flags, grams
from wenzheng_lab.reply.asks import Ask
from wenzheng_lab.reply.sentences import Sentence

WEIGHTS = Path(__file__).resolve().parent / "data" / "act_weights.csv"
SCALE = 1000
"""文件里的权重是千分之一为单位的整数"""
GRAM_LENGTH = 3.0
"""片段部分归一到这个长度：长句不因为片段多而把握更大"""


@dataclass(frozen=True, slots=True)
class ActModel:
    """每种作用一个逻辑回归。"""

    acts: tuple[str, ...]
    """作用名，与列的次序一致"""
    bias: tuple[float, ...]
    """截距"""
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    """特征 → （第几种作用，权重）"""
    digest: str
    """权重文件的摘要，写进签名"""

    def probabilities(self, sentences: Sequence[Sentence], asks: Sequence[Ask]) -> list[dict[str, float]]:
        """估每句话做每件事的把握。

        Args:
            sentences: 答复的全部句子。
            asks: 来信的诉求。

        Returns:
            每句一个字典，作用 → 0–1。
        """
        return [self._one(sentences, at, asks) for at in range(len(sentences))]

    def _one(self, sentences: Sequence[Sentence], at: int, asks: Sequence[Ask]) -> dict[str, float]:
        total = list(self.bias)
        pieces = grams(sentences[at].folded)
        scale = GRAM_LENGTH / math.sqrt(len(pieces))
        # 按名字排序再加：浮点加法的次序不同，末位就不同，分数要逐位相同
        for piece in sorted(pieces & self.weights.keys()):
            for column, weight in self.weights[piece]:
                total[column] += weight * scale
        for flag in sorted(flags(sentences, at, asks) & self.weights.keys()):
            for column, weight in self.weights[flag]:
                total[column] += weight
        return {
            act: 1 / (1 + math.exp(-max(-30.0, min(30.0, value)))) for act, value in zip(self.acts, total, strict=True)
        }


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
    import hashlib

    rows = list(csv.reader(io.StringIO(text)))
    if len(rows) < 2 or rows[0][0] != "feature":
        raise RuleFileError(f"{name}:1: 首列的表头应为 feature")
    acts = tuple(rows[0][1:])
    table: dict[str, tuple[float, ...]] = {}
    for number, row in enumerate(rows[1:], start=2):
        try:
            values = tuple(int(value or 0) / SCALE for value in row[1:])
        except ValueError as error:
            raise RuleFileError(f"{name}:{number}: 权重应为整数，来的是 {row[1:]}") from error
        if len(values) != len(acts):
            raise RuleFileError(f"{name}:{number}: 应有 {len(acts)} 个权重，来了 {len(values)} 个")
        table[row[0]] = values
    bias = table.pop("(bias)", (0.0,) * len(acts))
    weights = {
        feature: tuple((column, value) for column, value in enumerate(values) if value)
        for feature, values in table.items()
    }
    return ActModel(acts, bias, weights, hashlib.sha256(text.encode()).hexdigest()[:8])


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
