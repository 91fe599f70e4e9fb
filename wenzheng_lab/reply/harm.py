"""伤人的话：威胁、训斥讥讽、叫人噤声、冒充网民、编规定吓人、曝光来信人。

字面规则只认得写进去的词；这里用小的线性模型看整句的成分怎样搭配（“你再发”加“名单”，“自己”加反问）。
权重随包发布，是整数，各机器逐位相同。
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.reply.harm_features import FLAGS, flags, load_marks, mark_names, marked, pieces, signs
from wenzheng_lab.reply.sentences import Sentence

WEIGHTS = Path(__file__).resolve().parent / "data" / "harm_weights.csv"
SCALE = 1000
"""文件里的权重以千分之一为单位"""
GRAM_LENGTH = 3.0
"""片段部分归一到这个长度：长句不因为片段多而把握更大"""


@dataclass(frozen=True, slots=True)
class Harm:
    """一句伤人的话。"""

    at: int
    """第几句，0 起"""
    kind: str
    """哪一类：threat、scold、silence、netizen、rule、expose"""
    score: float
    """对数几率，0 是五五开"""
    words: tuple[str, ...]
    """最说明问题的片段，至多三个"""


@dataclass(frozen=True, slots=True)
class HarmModel:
    """先判伤不伤人，再判是哪一类。"""

    kinds: tuple[str, ...]
    """类名"""
    bias: tuple[int, ...]
    """截距：伤人、各类"""
    grams: Mapping[str, int]
    """片段 → “伤人”的权重"""
    pairs: Mapping[str, int]
    """成分及其两两同现 → “伤人”的权重"""
    by_kind: Mapping[str, tuple[int, ...]]
    """特征 → 各类的权重"""
    digest: str
    """权重文件与成分表的摘要"""

    def score(self, sentence: Sentence, at: int, count: int) -> float:
        """一句话伤人的对数几率。

        Args:
            sentence: 句子。
            at: 第几句。
            count: 共几句。

        Returns:
            对数几率，0 是五五开。
        """
        found = pieces(sentence.folded)
        pairs = self.pairs
        # 权重与成分一次查出；读文件时已合在一张表里
        both = _both(self.digest)
        known = [both[piece] for piece in found if piece in both]
        grams = sum([weight for weight, _ in known])
        bits = flags(sentence.folded, at, count)
        for _, marks in known:
            bits |= marks
        total = grams * GRAM_LENGTH / math.sqrt(len(found) or 1) + sum([pairs.get(sign, 0) for sign in signs(sentence)])
        table = _pair_table(self.digest)
        here = [place for place in range(bits.bit_length()) if bits >> place & 1]
        for start, place in enumerate(here):
            row = table[place]
            total += sum([row[other] for other in here[start:]])
        return (self.bias[0] + total) / SCALE

    def kind(self, sentence: Sentence, at: int, count: int) -> str:
        """伤人的话属于哪一类。

        Args:
            sentence: 句子。
            at: 第几句。
            count: 共几句。

        Returns:
            类名。
        """
        found = pieces(sentence.folded)
        scale = GRAM_LENGTH / math.sqrt(len(found) or 1)
        others = [*mark_names(marked(found, flags(sentence.folded, at, count))), *signs(sentence)]
        totals = [float(value) for value in self.bias[1:]]
        for features, times in ((found, scale), (others, 1.0)):
            rows = [self.by_kind[feature] for feature in features if feature in self.by_kind]
            # 整数先加、后乘：与集合的次序无关
            totals = [value + times * sum(row[k] for row in rows) for k, value in enumerate(totals)]
        return self.kinds[max(range(len(totals)), key=totals.__getitem__)]

    def words(self, folded: str) -> tuple[str, ...]:
        """最说明问题的片段：两字以上，权重大的在前，互不包含。

        Args:
            folded: 折叠过的句子。

        Returns:
            至多三个。
        """
        ranked = sorted((p for p in pieces(folded) if len(p) > 1 and "0" not in p), key=lambda p: (-self._gain(p), p))
        chosen: list[str] = []
        for piece in ranked:
            if self._gain(piece) <= 0 or len(chosen) == 3:
                break
            if piece in folded and not any(piece in other or other in piece for other in chosen):
                chosen.append(piece)
        return tuple(chosen)

    def _gain(self, piece: str) -> int:
        return self.grams.get(piece, 0)

    def find(self, sentences: Sequence[Sentence], marked_by_rule: Collection[int] = ()) -> list[Harm]:
        """看整份答复伤不伤人；伤人时指出是哪几句。

        一句半句像训人的口语不算；几句合起来过了门槛才算。

        Args:
            sentences: 答复的全部句子。
            marked_by_rule: 字面规则也命中的是第几句。

        Returns:
            伤人的句子，按先后；没有触红线则为空。

        """
        bars = load_marks()
        count = len(sentences)
        scores = [
            self.score(sentence, at, count) + (bars.rule_bonus if at in marked_by_rule else 0.0)
            for at, sentence in enumerate(sentences)
        ]
        if not scores or sum(math.log1p(math.exp(min(30.0, value))) for value in scores) < bars.reply_bar:
            return []
        low = min(bars.sentence_bar, max(scores))
        return [
            Harm(at, self.kind(sentences[at], at, count), value, self.words(sentences[at].folded))
            for at, value in enumerate(scores)
            if value >= low
        ]


@functools.cache
def _both(digest: str) -> dict[str, tuple[int, int]]:
    """片段 →（权重，成分的位）。"""
    del digest  # 只作缓存的键：换了权重就重算
    grams, bits = load_harm_model().grams, load_marks().bits
    return {piece: (grams.get(piece, 0), bits.get(piece, 0) << len(FLAGS)) for piece in grams.keys() | bits.keys()}


@functools.cache
def _pair_table(digest: str) -> list[list[int]]:
    """成分两两同现的权重摆成方阵，对角线是单个成分的；按位次查，不必拼名字。"""
    del digest  # 只作缓存的键：换了权重就重算
    every = (*FLAGS, *load_marks().names)
    pairs = load_harm_model().pairs
    size = len(every)
    table = [[0] * size for _ in range(size)]
    for a in range(size):
        table[a][a] = pairs.get(f"@{every[a]}", 0)
        for b in range(a + 1, size):
            table[a][b] = pairs.get(f"@{every[a]}&{every[b]}", 0)
    return table


def parse_harm(name: str, text: str) -> HarmModel:
    """由 CSV 造模型：首行是列名，次行是截距，其余每行一个特征。

    Args:
        name: 文件名，用在错误信息里。
        text: 全文。

    Returns:
        模型。

    Raises:
        RuleFileError: 行列不齐，或不是整数。
    """
    table = list(csv.reader(io.StringIO(text)))
    if len(table) < 3 or table[0][:2] != ["feature", "harm"] or table[1][0] != "(bias)":
        raise RuleFileError(f"{name}:1: 首行应为 feature,harm,各类，次行应为 (bias)")
    grams: dict[str, int] = {}
    pairs: dict[str, int] = {}
    by_kind: dict[str, tuple[int, ...]] = {}
    bias: tuple[int, ...] = ()
    for number, row in enumerate(table[1:], start=2):
        if len(row) != len(table[0]):
            raise RuleFileError(f"{name}:{number}: 应有 {len(table[0]) - 1} 个权重，来了 {len(row) - 1} 个")
        try:
            harm, *rest = (int(value or 0) for value in row[1:])
        except ValueError as error:
            raise RuleFileError(f"{name}:{number}: 权重应为整数，来的是 {row[1:]}") from error
        if number == 2:
            bias = (harm, *rest)
            continue
        if harm:
            (pairs if row[0].startswith("@") and len(row[0]) > 1 else grams)[row[0]] = harm
        if any(rest):
            by_kind[row[0]] = tuple(rest)
    digest = hashlib.sha256(f"{load_marks().digest}|{text}".encode()).hexdigest()[:8]
    return HarmModel(tuple(table[0][2:]), bias, grams, pairs, by_kind, digest)


@functools.cache
def load_harm_model() -> HarmModel:
    """读随包的权重，只读一次。

    Returns:
        模型。

    Examples:
        >>> load_harm_model().kinds
        ('threat', 'scold', 'silence', 'netizen', 'rule', 'expose')
    """
    return parse_harm(WEIGHTS.name, WEIGHTS.read_text(encoding="utf-8"))
