"""议论怎样涨落：一桩传言的四种人，与一条引来几条的帖子。教学参数，非预测。

四种人合计恒为一：没听说 s、在传 i、不传了 r、知道实情 k。

    ds/dt = -βsi - ρs          di/dt = βsi - αi(i+r+k) - γi - δi
    dr/dt = αi(i+r+k) + γi     dk/dt = ρs + δi

β、α、γ 是传开、懒得再传、淡忘的快慢；公开说清以后过几小时，δ、ρ 才起作用（带时滞的公开更正），β 也降下来。
说错、删帖、承诺不兑现，各使一批人又传起来。帖子是自激过程：
λ(t) = μ(t) + Σ κωe^{-ω(t-tᵢ)}，μ 随在传的人走，κ 是一条引来几条。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]
People = tuple[float, float, float, float]
"""没听说、在传、不传了、知道实情的占比，合计一"""
KINDS = ("answer", "wrong", "correct", "delete", "unkept", "told")
"""会动它的事：说清、说错、更正、删帖、承诺不兑现、有人不满说出去"""
STEP = 0.25
"""每步几小时"""


@dataclass(frozen=True, slots=True)
class Push:
    """一件会动议论的事。"""

    hour: float
    """议论起来以后第几小时"""
    kind: str
    """见 ``KINDS``"""
    strength: float = 1.0
    """力度 0–1：专门发布为 1，答复一封信小得多"""


@dataclass(frozen=True, slots=True)
class Course:
    """一桩议论的全程，每步一个值。"""

    hours: Array
    """小时"""
    ignorant: Array
    """没听说的占比"""
    spreading: Array
    """在传的占比"""
    visible: Array
    """看得见的在传的占比；删帖当时会少"""
    moved_on: Array
    """不传了的占比"""
    informed: Array
    """知道实情的占比"""
    attention: Array
    """预计每小时几条帖子"""
    trust: Array
    """对县里的信任 0–1"""


def spread(pushes: Sequence[Push], hours: float, numbers: Mapping[str, float]) -> Course:
    """推一桩议论的全程，没有随机。

    Args:
        pushes: 会动它的事，不必有序。
        hours: 推几小时。
        numbers: 参数，见 ``settings.toml`` 的 ``[heat]``。

    Returns:
        全程，步长 0.25 小时。
    """
    steps = max(1, round(hours / STEP))
    rows = np.zeros((steps + 1, 4))
    people: People = (1 - numbers["start"], numbers["start"], 0.0, 0.0)
    trust = np.empty(steps + 1)
    trust[0] = numbers["trust_start"]
    hidden = np.zeros(steps + 1)
    branch = np.full(steps + 1, numbers["branch"])
    queue = sorted(pushes, key=lambda push: (push.hour, push.kind))
    calming: list[list[float]] = []  # 说清（或以为说清）起作用的时刻、力度、失效的时刻
    bursts: list[tuple[float, float]] = []  # 说错的话什么时候露馅、力度
    rebounds: list[float] = []
    hide_until, stirred, deletions, at = -1.0, 1.0, 1.0, 0
    for n in range(steps):
        now = n * STEP
        faith = float(trust[n])
        while at < len(queue) and queue[at].hour <= now:
            push = queue[at]
            at += 1
            if push.kind in ("answer", "correct"):
                calming.append([now + numbers["delay"], push.strength, np.inf])
                # 信任越高越难再涨，跌起来却一样快
                gain = numbers["trust_good" if push.kind == "answer" else "trust_correct"]
                faith += gain * push.strength * (1 - faith) * 2
                # 自己先认错，比被人揭穿轻，可是听过错话的人还要再议论一阵
                for _, strength in bursts:
                    people = _stir(people, 0.6 * numbers["wrong_jump"] * strength)
                    faith -= 0.5 * numbers["trust_wrong"] * strength
                bursts, stirred = [], 1.0
            elif push.kind == "wrong":
                burst = now + numbers["wrong_hours"]
                calming.append([now + numbers["delay"], 0.7 * push.strength, burst])
                bursts.append((burst, push.strength))
            elif push.kind == "delete":
                hide_until = now + numbers["delete_hours"]
                rebounds.append(hide_until)
                faith -= numbers["trust_delete"]
            elif push.kind == "unkept":
                people = _stir(people, numbers["unkept_jump"] * push.strength)
                faith -= numbers["trust_unkept"] * push.strength
                for row in calming:  # 说过的话没有做到，先前说清的也不大有人信了
                    row[1] *= 0.3
            else:
                people = _stir(people, numbers["told_jump"] * push.strength)
        while bursts and bursts[0][0] <= now:
            _, strength = bursts.pop(0)
            people = _stir(people, numbers["wrong_jump"] * strength)
            faith -= numbers["trust_wrong"] * strength
            stirred = numbers["wrong_spread"]
            calming = [row for row in calming if row[2] != np.inf and row[2] > now]
        while rebounds and rebounds[0] <= now:
            rebounds.pop(0)
            people = _stir(people, numbers["delete_jump"])
            deletions *= numbers["delete_spread"]
        power = max((strength for start, strength, end in calming if start <= now < end), default=0.0)
        if not power and people[1] > numbers["start"]:
            faith -= numbers["trust_silence"] * STEP
        trust[n] = min(max(faith, 0.0), 1.0)
        hidden[n] = numbers["delete_hide"] if now < hide_until else 0.0
        branch[n] = _branch(numbers, power, stirred > 1 or deletions > 1)
        beta = numbers["spread"] * stirred * deletions * (1 - (1 - numbers["debunk_damp"]) * power) * (1 - hidden[n])
        delta = numbers["debunk"] * power * (0.5 + 0.5 * trust[n])
        rows[n] = people
        people = _step(people, beta, numbers["stifle"], numbers["forget"], delta)
        rows[n + 1] = people
        trust[n + 1] = trust[n]
    hidden[steps], branch[steps] = hidden[steps - 1], branch[steps - 1]
    visible = rows[:, 1] * (1 - hidden)
    return Course(
        np.arange(steps + 1, dtype=np.float64) * STEP,
        rows[:, 0],
        rows[:, 1],
        visible,
        rows[:, 2],
        rows[:, 3],
        _expected(visible, branch, numbers),
        trust,
    )


def _branch(numbers: Mapping[str, float], power: float, stirred: bool) -> float:
    high = numbers["branch_wrong"] if stirred else numbers["branch"]
    return high + (numbers["branch_answered"] - high) * power


def _stir(people: People, share: float) -> People:
    """一批没听说的、不传了的、知道的人又传起来；合计不变。"""
    s, i, r, k = people
    pool = s + r + k
    left = 1 - min(share, pool * 0.9) / pool if pool > 0 else 1.0
    return s * left, i + pool * (1 - left), r * left, k * left


def _step(people: People, beta: float, alpha: float, gamma: float, delta: float) -> People:
    """四阶龙格—库塔走一步；四个数用平常的浮点数算，比四格的数组快十倍。"""

    def slope(x: People) -> People:
        s, i, r, k = x
        new, stop, fade, told, heard = beta * s * i, alpha * i * (i + r + k), gamma * i, delta * i, 0.12 * delta * s
        return -new - heard, new - stop - fade - told, stop + fade, told + heard

    def ahead(slope_: People, step: float) -> People:
        return (
            people[0] + slope_[0] * step,
            people[1] + slope_[1] * step,
            people[2] + slope_[2] * step,
            people[3] + slope_[3] * step,
        )

    a = slope(people)
    b = slope(ahead(a, STEP / 2))
    c = slope(ahead(b, STEP / 2))
    d = slope(ahead(c, STEP))
    after = [max(0.0, people[n] + (a[n] + 2 * b[n] + 2 * c[n] + d[n]) * STEP / 6) for n in range(4)]
    whole = sum(after)
    return after[0] / whole, after[1] / whole, after[2] / whole, after[3] / whole


def _expected(visible: Array, branch: Array, numbers: Mapping[str, float]) -> Array:
    """自激过程的期望强度：dh/dt = ω(κλ - h)，λ = μ + h。"""
    omega = numbers["decay"]
    base = numbers["posts_base"] + numbers["posts_scale"] * visible
    extra = 0.0
    out = np.empty_like(base)
    for n, value in enumerate(base):
        out[n] = value + extra
        extra += STEP * omega * (branch[n] * out[n] - extra)
    return out


def draw_posts(course: Course, numbers: Mapping[str, float], generator: Generator) -> NDArray[np.int64]:
    """抽每小时几条帖子：Ogata 稀疏法，随机数全来自给的发生器。

    Args:
        course: 全程。
        numbers: 参数。
        generator: 随机数发生器。

    Returns:
        每小时的条数，长度为小时数。
    """
    omega, base = numbers["decay"], numbers["posts_base"] + numbers["posts_scale"] * course.visible
    kappa = numbers["branch"]
    end = float(course.hours[-1])
    counts = np.zeros(max(1, int(np.ceil(end))), dtype=np.int64)
    # 每小时的上界：这一小时里 μ 的最大值加此刻的余激
    now, extra = 0.0, 0.0
    while now < end:
        block = min(np.floor(now) + 1.0, end)
        here = slice(int(now / STEP), int(block / STEP) + 1)
        bound = float(base[here].max()) + extra
        wait = float(generator.exponential(1 / bound))
        if now + wait >= block:
            extra *= float(np.exp(-omega * (block - now)))
            now = block
            continue
        extra *= float(np.exp(-omega * wait))
        now += wait
        rate = float(base[int(now / STEP)]) + extra
        if float(generator.random()) * bound <= rate:
            counts[min(int(now), len(counts) - 1)] += 1
            extra += kappa * omega
    return counts
