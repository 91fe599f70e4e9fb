"""去掉分量极小的字、词，让随包的分类模型小一些；``triage_shipped.py`` 存盘前用。"""

from __future__ import annotations

import numpy as np

from wenzheng_lab.triage.features import BLOCKS, Vocabulary
from wenzheng_lab.triage.model import TriageModel


def shrink(model: TriageModel, *, keep: float = 0.75) -> TriageModel:
    """留下分量最大的几成字、词；词表得票一块全留。"""
    vocabulary, weights = model._vocabulary, model._weights
    assert vocabulary is not None
    size = np.abs(weights[:-1]).max(axis=1)
    least = np.quantile(size, 1 - keep)
    columns: dict[str, dict[str, int]] = {}
    kept: list[int] = []
    for block in BLOCKS:
        names = [name for name, at in vocabulary.columns[block].items() if block == "topics" or size[at] >= least]
        kept_here = [vocabulary.columns[block][name] for name in names]
        columns[block] = {name: len(kept) + i for i, name in enumerate(names)}
        kept += kept_here
    model._vocabulary = Vocabulary(columns, vocabulary.idf[kept])
    model._weights = np.vstack([weights[kept], weights[-1:]])
    return model
