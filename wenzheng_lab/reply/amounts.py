"""各种量：一份答复里准话有多少、办了几件、空话占几成。评分项由这些量按分数表合成。

每个量都只会朝一个方向移动分数：写实的多了不减分，套话、推诿多了不加分。
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from wenzheng_lab.letter.asks import Ask
from wenzheng_lab.reply.evidence import Weighed
from wenzheng_lab.reply.weighing import load_weighing

SOLID_ACTS = ("finding", "done", "plan", "answer", "instruct", "named", "policy", "reason", "refusal")
"""实在的作用：越多越好，写一遍与写十遍的差别由分数表压住"""
KEY_ACTS = ("done", "plan", "answer", "instruct", "finding")
"""一句就能说明问题的作用：看最有把握的那一句"""
EMPTY_ACTS = ("slogan", "not_ours", "scolding", "transfer", "promise", "busy", "claimed", "referral")
"""空泛、推诿、训斥：只会压低分数"""
FACTS = ("date", "limit", "number", "phone", "unit", "person", "paper", "spot")
"""可核对的东西的种类"""
VALUES = ("worth", "warm", "clear")
"""逐句的分量，取平均：有用、体谅、平实"""


def measure(
    sentences: Sequence[Weighed], asks: Sequence[Ask], covered: float, degrees: Sequence[float]
) -> Mapping[str, float]:
    """量一份答复。

    Args:
        sentences: 逐句的分析，先后排列。
        asks: 来信的诉求。
        covered: 来信的事由被说到几分，0–1。
        degrees: 每条诉求答到几分，0–1，次序同 ``asks``。

    Returns:
        量的名字到数。作用名是各句（把握 × 力度）之和；``作用.best`` 是最有把握的一句，0–1；
        ``作用.size`` 是各句把握之和；``new.种类`` 是新的实事处数（按力度计）；``asks.*`` 是诉求的下落；
        ``worth``、``warm``、``clear`` 是实在句子的平均分量；``manner`` 是全部句子的平均态度，客气话也在内；
        ``solid.share`` 是实在话按字数占的比例，0–1；``solid.size``、``copied.size`` 是实在话、照抄的字数的对数。
    """
    rows = [w for w in sentences if not w.again]
    size = sum(len(w.sentence.folded) for w in rows) or 1
    solid = [_sure(max(w.chances[act] for act in SOLID_ACTS)) for w in rows]
    table: dict[str, float] = {}
    for act in SOLID_ACTS:
        table[act] = sum(_sure(w.chances[act]) * w.weight for w in rows)
    for act in KEY_ACTS:
        table[f"{act}.best"] = _most(rows, lambda w, act=act: w.chances[act] * w.own)  # type: ignore[misc]
    for act in EMPTY_ACTS:
        table[f"{act}.best"] = _most(rows, lambda w, act=act: w.chances[act])  # type: ignore[misc]
        table[f"{act}.size"] = sum(_sure(w.chances[act]) for w in rows)
    said = [s * w.own * len(w.sentence.folded) for s, w in zip(solid, rows, strict=True)]
    table["solid.share"] = sum(said) / size
    table["solid.size"] = math.log1p(sum(chars * w.bound for chars, w in zip(said, rows, strict=True)))
    # 照抄与空话只计多少，不计比例：加几句闲话就能冲淡的，不能当分数
    table["copied.size"] = math.log1p(sum(w.sentence.copied * len(w.sentence.folded) for w in rows))
    for kind in FACTS:
        table[f"new.{kind}"] = sum(
            w.force * len({fact.text for fact in w.sentence.facts if fact.new and fact.kind == kind}) for w in rows
        )
    table |= _asks(rows, solid, asks, covered, degrees)
    for name in VALUES:
        table[name] = _mean(rows, solid, name)
    table["manner"] = sum(w.values["warm"] for w in rows) / (len(rows) or 1)
    return table


def _sure(chance: float) -> float:
    doubt = load_weighing().doubt
    return max(0.0, chance - doubt) / (1.0 - doubt)


def _most(rows: Sequence[Weighed], value: Callable[[Weighed], float]) -> float:
    return max(map(value, rows), default=0.0)


def _asks(
    rows: Sequence[Weighed], solid: Sequence[float], asks: Sequence[Ask], covered: float, degrees: Sequence[float]
) -> dict[str, float]:
    untyped = load_weighing().untyped
    touched, typed = [], []
    for ask in asks:
        best = right = 0.0
        for strength, w in zip(solid, rows, strict=True):
            shared = min(1.0, len(ask.pieces & w.sentence.pieces) / 2)
            said = strength * w.own
            best = max(best, shared * said)
            kind = 1.0 if set(ask.kinds) & w.sentence.answers else untyped
            right = max(right, max(shared, 0.6 * w.bound) * said * kind)
        touched.append(best)
        typed.append(right)
    return {
        "asks.covered": covered,
        "asks.degree": _average(degrees),
        "asks.least": min(degrees, default=0.0),
        "asks.most": max(degrees, default=0.0),
        "asks.touched": _average(touched),
        "asks.touched_least": min(touched, default=0.0),
        "asks.typed": _average(typed),
        "asks.count": float(len(asks)),
    }


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def share(size: int, bound: float) -> float:
    """一句话在平均里占多大份：字多的、说这件事的重些。

    Args:
        size: 字数。
        bound: 与来信的关联，0–1。

    Returns:
        份额，大于 0。
    """
    return math.sqrt(max(1, min(size, 80))) * (0.3 + 0.7 * bound)


def _mean(rows: Sequence[Weighed], solid: Sequence[float], name: str) -> float:
    """实在的句子的平均分量；别的句子只能往下拉，不能往上抬：客气话、闲话说得再好听也不加分。"""
    numbers = load_weighing()
    items = [
        (share(len(w.sentence.folded), w.bound), w.values[name], s if w.own >= numbers.own else 0.0)
        for w, s in zip(rows, solid, strict=True)
    ]
    core = [(weight, value) for weight, value, s in items if s >= numbers.core]
    if not core:
        # 一句实在话也没有：照抄来信、套话写得再顺、再客气，也谈不上有用、体谅
        return 0.0 if name == "worth" else numbers.empty * min((value for _, value, _ in items), default=0.0)
    level = sum(weight * value for weight, value in core) / sum(weight for weight, _ in core)
    drag = [(weight, value) for weight, value, s in items if s < numbers.core and value < level]
    whole = core + drag
    return sum(weight * value for weight, value in whole) / sum(weight for weight, _ in whole)
