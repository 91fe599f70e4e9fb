"""分类：词表的票与随包模型的分相加，换成概率，说出是哪些词定的。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wenzheng_lab.model import Finding, Span
from wenzheng_lab.rules.taxonomy import OTHER, load_taxonomy
from wenzheng_lab.triage.features import Counts, count_features
from wenzheng_lab.triage.linear import softmax
from wenzheng_lab.triage.model import TriageModel
from wenzheng_lab.triage.settings import load_settings
from wenzheng_lab.triage.words import Evidence, load_words

_DATA = Path(__file__).resolve().parent / "data"
SHIPPED = _DATA / "category_model.npz"
"""随包的分类模型；重新训练：``python benchmarks/triage_shipped.py``"""
SHIPPED_APPEAL = _DATA / "appeal_model.npz"
"""随包的诉求模型，规则说不准时用；同一条命令训练"""
_ALSO = 3
"""最多列几个“也可能”"""
_QUOTES = 4
"""最多列几个词作依据"""


@dataclass(frozen=True, slots=True)
class Alternative:
    """另一种说得通的一级分类。"""

    category: str
    """一级分类"""
    confidence: float
    """概率（0–1）"""


@dataclass(frozen=True, slots=True)
class Category:
    """分类建议。"""

    category: str
    """一级分类"""
    subcategory: str
    """二级分类"""
    confidence: float
    """一级分类的概率（0–1）"""
    runner_up: str
    """第二可能的一级分类"""
    alternatives: tuple[Alternative, ...]
    """另外说得通的一级分类，由大到小，最多三个；很清楚的信没有"""
    unsure: bool
    """没有把握，要人看"""
    findings: tuple[Finding, ...]
    """依据"""


@functools.cache
def shipped_model() -> TriageModel:
    """随包的分类模型，只读一次。

    Returns:
        在仿真来信、手写短信与真实留言上训练的模型。

    Raises:
        DatasetError: 文件缺失或残缺。

    Examples:
        >>> "教育文体" in shipped_model().classes
        True
    """
    return TriageModel.load(SHIPPED)


@functools.cache
def shipped_digest(*, appeal: bool = False) -> str:
    """随包模型的摘要，只算一次；写进每条建议的签名。

    Args:
        appeal: 要诉求模型的；默认分类模型的。

    Returns:
        八位摘要。

    Raises:
        DatasetError: 模型文件缺失或残缺。

    Examples:
        >>> len(shipped_digest())
        8
    """
    model = appeal_model() if appeal else shipped_model()
    return dict(model.signature.parts)["model"]


@functools.cache
def appeal_model() -> TriageModel:
    """随包的诉求模型，只读一次。

    Returns:
        在手写短信与真实留言上训练的模型。

    Raises:
        DatasetError: 文件缺失或残缺。

    Examples:
        >>> "咨询" in appeal_model().classes
        True
    """
    return TriageModel.load(SHIPPED_APPEAL)


@dataclass(frozen=True, slots=True)
class Letter:
    """一封信读过一遍的结果，分类与诉求共用。"""

    votes: Evidence
    """词表的得票"""
    counts: Counts
    """各块字、词的次数"""

    @classmethod
    def read(cls, subject: str, body: str) -> Letter:
        """读一遍。

        Args:
            subject: 主题。
            body: 详情。

        Returns:
            得票与次数。
        """
        votes = load_words().vote(subject, body)
        return cls(votes, count_features(subject, body, votes))

    def appeals(self) -> dict[str, float]:
        """诉求模型给各诉求的分。"""
        model = appeal_model()
        return dict(zip(model.classes, model.score_counts(self.counts).tolist(), strict=True))


def judge_category(subject: str, body: str, letter: Letter | None = None) -> Category:
    """判断一级、二级分类。

    Args:
        subject: 主题。
        body: 详情。
        letter: 已经读过的这封信；不给就现读。

    Returns:
        分类建议；信里一点线索也没有时照样给出最可能的，并标为没把握。

    Examples:
        >>> judge_category("公交车等不到", "10路公交一小时一班").category
        '交通运输'
    """
    names = load_taxonomy().categories
    numbers = load_settings().category
    letter = letter or Letter.read(subject, body)
    votes = letter.votes
    scores = np.array([votes.categories.get(name, 0.0) for name in names])
    size = float(np.linalg.norm(scores))
    scores = scores * (numbers["words"] / size) if size else scores
    model = shipped_model()
    learned = dict(zip(model.classes, model.score_counts(letter.counts), strict=True))
    floor = max(learned.values()) - numbers["absent"]
    scores = scores + np.array([learned.get(name, floor) for name in names])
    # 一封短信往往只有一两个词说得出是哪一行：线索单薄时第一名常错，不能照样很有把握
    enough = min(1.0, max(votes.categories.values(), default=0.0) / numbers["thin"])
    scale = numbers["scale"] * (numbers["thin_scale"] + (1 - numbers["thin_scale"]) * enough)
    chance = softmax(scores[None, :], scale)[0]
    first, second = np.argsort(-chance, kind="stable")[:2]
    name, confidence = names[first], float(chance[first])
    return Category(
        category=name,
        subcategory=_subcategory(name, votes),
        confidence=round(confidence, 3),
        runner_up=names[second],
        alternatives=tuple(
            Alternative(names[at], round(float(chance[at]), 3))
            for at in np.argsort(-chance, kind="stable")[1 : _ALSO + 1]
            if chance[at] >= min(numbers["alternative"], confidence / 2)
        ),
        unsure=confidence < numbers["unsure"] or not size,
        findings=_findings(name, votes, f"{subject}\n{body}" if subject else body),
    )


def _subcategory(category: str, votes: Evidence) -> str:
    inside: Mapping[str, float] = {
        sub: value for (home, sub), value in votes.subcategories.items() if home == category and sub != OTHER
    }
    return max(inside, key=lambda sub: (inside[sub], sub)) if inside else OTHER


def _findings(category: str, votes: Evidence, text: str) -> tuple[Finding, ...]:
    entries = load_words().entries
    ours: list[tuple[float, str, str]] = []
    for word, value in votes.words.items():
        homes = [entry for entry in entries[word] if entry.category == category]
        if homes:
            best = max(homes, key=lambda entry: entry.weight)
            ours.append((value * best.weight, word, best.subcategory))
    found = []
    for points, word, subcategory in sorted(ours, reverse=True)[:_QUOTES]:
        span: Span = votes.spans[word]
        found.append(
            Finding(
                rule_id=f"category.{category}.{subcategory}",
                criterion="category",
                score=round(points, 1),
                span=span,
                quote=span.of(text),
                message=f"“{span.of(text)}”多见于{category}·{subcategory}",
                why="分类看信里说的是哪一类事，标题里的词顶得多。",
                source="分类词表 category_words.csv；附件1 的分类目录",
                where="message",
            )
        )
    return tuple(found)
