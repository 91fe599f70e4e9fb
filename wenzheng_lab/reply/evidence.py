"""每句话有几分力度：说的是不是这件事、是不是自己的话、有没有可核对的东西。"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab.letter.asks import Ask, find_asks
from wenzheng_lab.letter.topic import Topic
from wenzheng_lab.model import Message
from wenzheng_lab.reply.acts import ActModel, load_act_model
from wenzheng_lab.reply.sentences import Sentence, read_sentences
from wenzheng_lab.reply.weighing import load_weighing
from wenzheng_lab.text import han_count

_LIST_MARK = re.compile("[、,【】\\[\\]:;]")


@dataclass(frozen=True, slots=True)
class Weighed:
    """一句话和它的力度。"""

    sentence: Sentence
    """句子"""
    bound: float
    """与这件事的关联，0–1"""
    own: float
    """自己的话占几分：去掉照抄、套话、堆词之后，0–1"""
    solid: float
    """可核对的程度：新的实事越多越高，0–1"""
    chances: Mapping[str, float]
    """做每件事的把握（线性模型），0–1"""
    values: Mapping[str, float]
    """这句话的分量（线性模型）：worth、warm、clear"""
    again: bool
    """前面已经说过同样的一句；再说一遍不算"""

    @property
    def force(self) -> float:
        """力度：关联 × 自己的话。"""
        return self.bound * self.own

    @property
    def weight(self) -> float:
        """力度乘上可核对的程度；没有可核对的东西打对折。"""
        return self.force * (0.5 + 0.5 * self.solid)


@dataclass(frozen=True, slots=True)
class Evidence:
    """评分要用的一切。"""

    reply: str
    """答复原文"""
    message: Message
    """来信"""
    topic: Topic
    """事由"""
    asks: tuple[Ask, ...]
    """诉求"""
    sentences: tuple[Weighed, ...]
    """逐句"""
    covered: float
    """来信的事由在答复里（不含复述句）被说到几分，0–1"""

    amounts: Mapping[str, float]
    """每种作用的量：各句的把握乘上力度与可核对的程度，相加；0 起，无上限"""

    def facts(self, *kinds: str) -> float:
        """新的实事，按所在句的力度计。

        Args:
            *kinds: 种类。

        Returns:
            加权的处数，相同文字只计力度最大的一次。
        """
        best: dict[str, float] = {}
        for w in self.sentences:
            for fact in w.sentence.facts:
                if fact.new and fact.kind in kinds:
                    best[fact.text] = max(best.get(fact.text, 0.0), w.force)
        return sum(best.values())


def gather(
    reply: str,
    message: Message,
    asks: tuple[str, ...] = (),
    earlier: tuple[str, ...] = (),
    *,
    model: ActModel | None = None,
) -> Evidence:
    """分析一份答复。

    Args:
        reply: 答复原文。
        message: 来信。
        asks: 已知的诉求，可空。
        earlier: 以前各轮的答复，先后排列，可空。
        model: 认句子作用的模型；默认用随包的，训练时换成没见过这份答复的。

    Returns:
        依据。
    """
    topic = Topic.of(message.subject, message.body, earlier=earlier)
    sentences = read_sentences(reply, message, topic, earlier)
    found = find_asks(message, given=asks)
    weighed = []
    near = 0.0
    model = model or load_act_model()
    unnamed = load_weighing().unnamed
    said: set[str] = set()
    for sentence, reading in zip(sentences, model.read(sentences, found), strict=True):
        bound, near = _bound(sentence, near)
        solid = _solid(sentence)
        if not sentence.has("general"):
            # 有新的实事而没有共同的词，多半仍是在说这件事：答复不必把来信的话重说一遍
            bound = max(bound, unnamed * solid)
        plain = "".join(filter(str.isalnum, sentence.folded))
        own = _own(sentence) * _sincere(reading.chances)
        weighed.append(Weighed(sentence, bound, own, solid, reading.chances, reading.values, plain in said))
        said.add(plain)
    amounts = {act: sum(w.weight * w.chances[act] for w in weighed if not w.again) for act in model.acts}
    return Evidence(reply, message, topic, found, tuple(weighed), _covered(topic, found, sentences), amounts)


def _bound(sentence: Sentence, near: float) -> tuple[float, float]:
    """这句话与来信的关联；没有共同的词时，承接上一句，指“您、该处”的也算。"""
    own = 1 - math.exp(-sentence.link / 3.0)
    carried = max(own, 0.75 * near)
    if sentence.has("pointing"):
        carried = max(carried, min(1.0, own + 0.35))
    if sentence.has("general") and own < 0.6:
        carried *= 0.3
    here = min(1.0, carried)
    # 复述句带出话题，后面的句子承接它；问候句不打断
    return here, max(here, near * 0.9) if not sentence.has("general") else near * 0.5


def _own(sentence: Sentence) -> float:
    numbers = load_weighing()
    plain = max(1, han_count(sentence.folded))
    fresh = 1.0 - max(0.0, min(1.0, (sentence.copied - numbers.copied_from) / numbers.copied_span))
    # 先复述再作答的长句：除去照抄的，剩下的话够说一件事，就按说了一件事算
    left = plain * (1.0 - sentence.copied)
    fresh = max(fresh, min(1.0, max(0.0, (left - numbers.fresh_from) / numbers.fresh_span)))
    if sentence.has("restate") and not sentence.new():
        fresh *= numbers.restated
    slogan = sum(len(hit.span) for hit in sentence.acts.get("slogan", ()))
    talk = max(0.0, 1.0 - 1.5 * slogan / plain)
    marks = len(_LIST_MARK.findall(sentence.folded))
    # 一句正常的话平均十来个字一个停顿；三四个字就一个停顿的是堆词
    listed = 1.0 if marks < 5 or plain / marks > 6 else max(0.0, (plain / marks - 3.5) / 2.5)
    return fresh * talk * listed


def _sincere(chance: Mapping[str, float]) -> float:
    """是套话、是推给别人、是空泛的打算的把握越大，这句话越不作数；同一句里另有实事的，空泛的打算不抵消它。"""
    numbers = load_weighing()
    firm = max(chance["done"], chance["plan"], chance["answer"], chance["finding"])
    return (
        (1.0 - numbers.slogan_cost * chance["slogan"])
        * (1.0 - numbers.buck_cost * chance["not_ours"])
        * (1.0 - numbers.promise_cost * max(0.0, chance["promise"] - firm))
    )


def _solid(sentence: Sentence) -> float:
    count = sentence.new("date", "number", "limit", "unit", "person", "paper", "spot", "phone")
    return 1 - math.exp(-count / 1.5)


def _covered(topic: Topic, asks: tuple[Ask, ...], sentences: tuple[Sentence, ...]) -> float:
    """标题与诉求里的内容片，被答复（不算泛泛介绍与照抄）说到几分。"""
    wanted = set(topic.title).union(*(ask.pieces for ask in asks))
    said: set[str] = set()
    for sentence in sentences:
        if not sentence.has("general") and sentence.copied < 0.7:
            said.update(sentence.pieces)
    whole = sum(topic.weights.get(piece, 1.0) for piece in sorted(wanted))
    return sum(topic.weights.get(piece, 1.0) for piece in sorted(wanted & said)) / whole if whole else 0.0
