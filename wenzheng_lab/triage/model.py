"""用自己的标注训练的分类模型：概率校准过，没把握时不猜，说得出是哪些词定的。"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.model import Signature
from wenzheng_lab.text import FOLD_VERSION, segmenter_name
from wenzheng_lab.triage.features import BLOCKS, Counts, Sparse, Vocabulary, count_features, learn_vocabulary
from wenzheng_lab.triage.linear import Matrix, decide, fit_scale, softmax, train_weights
from wenzheng_lab.triage.model_file import read_model, write_model
from wenzheng_lab.triage.training import FOLDS, assign_folds, check_classes, read_labels, read_pairs, read_weights
from wenzheng_lab.triage.words import load_words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class WordShare:
    """一个字、词对结果的份量。"""

    text: str
    """字、词，或“词表：分类”"""
    place: str
    """在标题、正文还是词表"""
    share: float
    """比第二名多出来的分；负数是反对"""


_PLACES = {
    "title_chars": "标题",
    "body_chars": "正文",
    "title_words": "标题",
    "body_words": "正文",
    "topic_words": "分类词",
    "topics": "词表得票",
}


class TriageModel:
    """分类模型：用自己标注过的信训练。

    标注是什么就学什么：一级分类、承办单位、诉求类型都行。字、词、标题分开看，再加上随包的分类词表，
    所以几百封就够用。概率用没参加训练的信校准；没把握的信可以不猜，交给人看。

    Examples:
        >>> import pandas as pd
        >>> subjects = ["公交车太少", "公交车太远", "公交车太慢", "学校的食堂", "学校的教师", "学校的操场"]
        >>> frame = pd.DataFrame({"subject": subjects, "body": [""] * 6})
        >>> labels = ["交通运输"] * 3 + ["教育文体"] * 3
        >>> model = TriageModel(min_count=1, trust=0.5).fit(frame, labels)
        >>> [str(name) for name in model.predict(pd.DataFrame({"subject": ["增开公交车"], "body": [""]}))]
        ['交通运输']
    """

    def __init__(
        self, *, trust: float = 0.95, seed: int = 0, min_count: int = 2, limit: int = 60_000, bayes: float = 0.3
    ) -> None:
        """造一个还没训练的模型。

        Args:
            trust: 肯猜的那些信里，想要有多大一份是对的（0.5–1）；由此定出“没把握”的界线。
            seed: 训练次序的种子。
            min_count: 字、词至少在几封信里出现过才用。
            limit: 每一块最多用几项；几千封以上想让文件小些时改小。
            bayes: 朴素贝叶斯的份量（0–1）：几百封时有它更稳；几千封、来路不一的信合起来训练时写 0。

        Raises:
            InputError: ``trust`` 不在范围内，种子不是整数，或后两项不是正整数。
        """
        if isinstance(trust, bool) or not isinstance(trust, int | float) or not 0.5 <= trust <= 1:
            raise InputError(explain(f"trust 是 {show(trust)}", "应在 0.5–1 之间", "不清楚就不要写，用 0.95"))
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise InputError(explain(f"seed 是 {show(seed)}", "应为整数", "不清楚就不要写，用 0"))
        for name, value in (("min_count", min_count), ("limit", limit)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InputError(explain(f"{name} 是 {show(value)}", "应为正整数", "不清楚就不要写"))
        if isinstance(bayes, bool) or not isinstance(bayes, int | float) or not 0 <= bayes <= 1:
            raise InputError(explain(f"bayes 是 {show(bayes)}", "应在 0–1 之间", "不清楚就不要写"))
        self.trust, self.seed, self._bayes = float(trust), seed, float(bayes)
        self._min_count, self._limit = min_count, limit
        self.classes: tuple[str, ...] = ()
        """各类，按名字排列；训练后才有"""
        self.threshold = 1.0
        """概率不到这个数就是没把握"""
        self.trained_on = 0
        """用几封信训练的"""
        self._vocabulary: Vocabulary | None = None
        self._weights: Matrix = np.zeros((1, 0))
        self._scale = 1.0

    def __repr__(self) -> str:
        """一行说明。"""
        if not self.classes:
            return "TriageModel(未训练)"
        return f"TriageModel({len(self.classes)} 类, {self.trained_on} 封, 没把握的界线 {self.threshold:.2f})"

    # ------------------------------------------------------------ 训练
    def fit(self, frame: pd.DataFrame, labels: Sequence[str], *, weights: Sequence[float] | None = None) -> TriageModel:
        """训练。

        Args:
            frame: 至少有 ``subject``、``body`` 之一的表。
            labels: 各行的标注，与表等长。
            weights: 各行的份量，与表等长；两批来路不同的信合起来训练时，可让更像要处理的那批重一些。不给时都是 1。

        Returns:
            自己。

        Raises:
            InputTypeError: 不是表，或标注不是文字。
            InputError: 长短不一、标注有空、只有一类、某一类只有一封、信全是空的、份量不是正数。
        """
        pairs = read_pairs(frame)
        names = read_labels(labels, len(pairs))
        each = read_weights(weights, len(pairs))
        classes = tuple(sorted(set(names)))
        check_classes(names, classes)
        number = {name: i for i, name in enumerate(classes)}
        y = np.array([number[name] for name in names], dtype=np.int64)
        letters = [count_features(*pair) for pair in pairs]
        scores = np.zeros((len(pairs), len(classes)))
        fold = assign_folds(pairs, y)
        for part in range(FOLDS):
            inside, outside = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
            if not len(outside) or not len(inside):
                continue
            vocabulary = self._learn([letters[i] for i in inside])
            rows = [vocabulary.encode(letters[i]) for i in inside]
            part_weights = train_weights(
                rows,
                y[inside],
                len(classes),
                vocabulary.size,
                seed=self.seed,
                each=each[inside],
                bayes=self._bayes,
            )
            scores[outside] = decide([vocabulary.encode(letters[i]) for i in outside], part_weights)
        self._scale = fit_scale(scores, y)
        self.threshold = _threshold(softmax(scores, self._scale), y, self.trust)
        full = self._learn(letters)
        self._vocabulary = Vocabulary(full.columns, full.idf.astype(np.float32).astype(np.float64))
        rows = [self._vocabulary.encode(counts) for counts in letters]
        learned = train_weights(
            rows, y, len(classes), self._vocabulary.size, seed=self.seed, each=each, bayes=self._bayes
        )
        # 存盘用单精度；先舍入，存了再读的结果才一点不差
        self._weights = learned.astype(np.float32).astype(np.float64)
        self.classes, self.trained_on = classes, len(pairs)
        return self

    # ------------------------------------------------------------ 使用
    def predict(self, frame: pd.DataFrame) -> NDArray[np.str_]:
        """给每封信一个最可能的类，没把握也给。

        Args:
            frame: 至少有 ``subject``、``body`` 之一的表。

        Returns:
            各行的类。

        Raises:
            InputError: 还没训练，或没有这两列。
            InputTypeError: 不是表。
        """
        names: NDArray[np.str_] = np.array(self.classes)
        picked: NDArray[np.str_] = names[self._scores(frame).argmax(axis=1)]
        return picked

    def predict_proba(self, frame: pd.DataFrame) -> Matrix:
        """给每封信在各类上的概率。

        Args:
            frame: 至少有 ``subject``、``body`` 之一的表。

        Returns:
            一行一封，一列一类，次序同 ``classes``；各行合计为 1。

        Raises:
            InputError: 还没训练，或没有这两列。
            InputTypeError: 不是表。
        """
        return softmax(self._scores(frame), self._scale)

    def suggest(self, frame: pd.DataFrame) -> pd.DataFrame:
        """给建议，没把握的不猜，最没把握的排在最前面请人看。

        Args:
            frame: 至少有 ``subject``、``body`` 之一的表。

        Returns:
            ``label``（没把握为空串）、``best``、``confidence``、``runner_up``、``unsure``、``words``；
            索引同 ``frame``。

        Raises:
            InputError: 还没训练，或没有这两列。
            InputTypeError: 不是表。
        """
        import pandas as pd

        chance = self.predict_proba(frame)
        order = np.argsort(-chance, axis=1, kind="stable")
        top = chance[np.arange(len(chance)), order[:, 0]]
        names = np.array(self.classes)
        words = [
            "、".join(dict.fromkeys(share.text for share in self._shares(*pair) if share.share > 0))
            for pair in read_pairs(frame)
        ]
        unsure = top < self.threshold
        table = pd.DataFrame(
            {
                "label": np.where(unsure, "", names[order[:, 0]]),
                "best": names[order[:, 0]],
                "confidence": top.round(3),
                "runner_up": names[order[:, 1]],
                "unsure": unsure,
                "words": words,
            },
            index=frame.index,
        )
        return table.sort_values("confidence", kind="stable")

    def explain(self, subject: str, body: str = "", *, top: int = 8) -> tuple[WordShare, ...]:
        """说出是哪些字、词把第一名推到第二名前面的。

        Args:
            subject: 主题。
            body: 详情。
            top: 最多几项。

        Returns:
            由重到轻。

        Raises:
            InputError: 还没训练。
        """
        self._ready()
        return self._shares(subject, body, top=top)

    # ------------------------------------------------------------ 存取
    @property
    def signature(self) -> Signature:
        """签名：模型、词表、分词器、折叠的版本。"""
        vocabulary = self._ready()
        digest = hashlib.sha256(np.ascontiguousarray(self._weights.astype(np.float32)).tobytes())
        digest.update("\n".join(f"{block}\t{item}" for block, item in vocabulary.items()).encode())
        return Signature.of(
            {
                "model": digest.hexdigest()[:8],
                "words": load_words().digest,
                "segmenter": segmenter_name(),
                "fold": FOLD_VERSION,
            }
        )

    def save(self, path: Path | str) -> Path:
        """存成一个文件：只有数字和文字，读进来不会执行任何东西。

        Args:
            path: 写到哪里；通常以 ``.npz`` 结尾。

        Returns:
            写好的文件。

        Raises:
            InputError: 还没训练。
        """
        vocabulary = self._ready()
        head = {
            "classes": list(self.classes),
            "scale": self._scale,
            "threshold": self.threshold,
            "trust": self.trust,
            "seed": self.seed,
            "trained_on": self.trained_on,
            "words": load_words().digest,
            "blocks": {block: list(vocabulary.columns[block]) for block in BLOCKS},
        }
        return write_model(as_path(path), head, vocabulary.idf, self._weights)

    @classmethod
    def load(cls, path: Path | str) -> TriageModel:
        """读回存好的模型。

        Args:
            path: ``save`` 写的文件。

        Returns:
            模型。

        Raises:
            DatasetError: 找不到、不是这种文件、内容残缺。
        """
        stored = read_model(as_path(path))
        model = cls(trust=stored.number("trust"), seed=int(stored.number("seed")))
        model.classes = stored.classes
        model.threshold, model._scale = stored.number("threshold"), stored.number("scale")
        model.trained_on = int(stored.number("trained_on"))
        model._vocabulary, model._weights = Vocabulary(stored.columns, stored.idf), stored.weights
        return model

    # ------------------------------------------------------------ 内部
    def _learn(self, letters: Sequence[Counts]) -> Vocabulary:
        return learn_vocabulary(letters, min_count=self._min_count, limit=self._limit)

    def _ready(self) -> Vocabulary:
        if self._vocabulary is None:
            raise InputError(
                explain("模型还没有训练", "应先 fit(表, 标注)，或用 TriageModel.load 读一个", "先训练再用")
            )
        return self._vocabulary

    def _scores(self, frame: pd.DataFrame) -> Matrix:
        vocabulary = self._ready()
        return decide([vocabulary.encode(count_features(*pair)) for pair in read_pairs(frame)], self._weights)

    def score_counts(self, counts: Counts) -> NDArray[np.float64]:
        """一封信在各类上的分（未换成概率），次序同 ``classes``。

        Args:
            counts: ``count_features`` 的结果。

        Returns:
            各类的分。
        """
        scores: NDArray[np.float64] = decide([self._ready().encode(counts)], self._weights)[0]
        return scores

    def _shares(self, subject: str, body: str, *, top: int = 8) -> tuple[WordShare, ...]:
        vocabulary = self._ready()
        row: Sparse = vocabulary.encode(count_features(subject, body))
        columns, values = row
        first, second = np.argsort(-decide([row], self._weights)[0], kind="stable")[:2]
        gain = values * (self._weights[columns, first] - self._weights[columns, second])
        names = vocabulary.items()
        shares = []
        for at in np.argsort(-np.abs(gain), kind="stable"):
            block, item = names[columns[at]]
            if len(item.strip()) >= (2 if block.endswith(("chars", "words")) else 1):
                shares.append(WordShare(item, _PLACES[block], round(float(gain[at]), 3)))
            if len(shares) == top:
                break
        return tuple(shares)


def _threshold(chance: Matrix, y: NDArray[np.int64], trust: float) -> float:
    """最低的界线，使概率在它以上的信里对的不少于 ``trust``。"""
    top, right = chance.max(axis=1), chance.argmax(axis=1) == y
    order = np.argsort(-top, kind="stable")
    rate = np.cumsum(right[order]) / np.arange(1, len(y) + 1)
    good = np.flatnonzero(rate >= trust)
    return float(top[order[good[-1]]]) if len(good) else 1.0
