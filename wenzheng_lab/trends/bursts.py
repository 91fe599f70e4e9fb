"""突增：一个词、一类事、全部来信，哪一段日子忽然多起来。

两个状态的自动机（Kleinberg 2002）：平常与突增，突增时是平常的两三倍；换到突增要付代价，
所以一两天的起伏不算。词的突增看它在当天全部来信里占的份额，来信总数的涨落、节假日不影响。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.letter.frames import column_texts
from wenzheng_lab.trends.alarms import day_factors
from wenzheng_lab.trends.counts import LONGEST, too_long
from wenzheng_lab.trends.letters import read_letters
from wenzheng_lab.trends.terms import count_terms

if TYPE_CHECKING:
    import pandas as pd

RATIO = 2.0
"""全部来信突增时是平常的几倍"""
SHARE_RATIO = 3.0
"""一个词、一类事突增时，份额是平常的几倍"""
COST = 1.5
"""换到突增的代价：这个数乘天数的自然对数"""
FEWEST = 6
"""一段突增里至少有几封"""


@dataclass(frozen=True, slots=True)
class Burst:
    """一段突增。"""

    name: str
    """词、类别或地点"""
    start: date
    """第一天"""
    end: date
    """最后一天"""
    count: int
    """这一段里有几封（同一人的抄件只算一封）"""
    expected: float
    """按平常的份额，这一段应有几封"""
    weight: float
    """当作突增比当作平常好多少（对数似然之差）"""

    @property
    def ratio(self) -> float:
        """是平常的几倍。"""
        return self.count / self.expected if self.expected else float("inf")

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Burst({self.name}, {self.start}–{self.end}, {self.count} 封，平常应有 {self.expected:.1f} 封)"


def find_bursts(frame: pd.DataFrame, *, of: str = "words", top: int = 20) -> tuple[Burst, ...]:
    """找突增：哪些词（类别、地点）在哪一段日子忽然多起来。

    同一人的抄件只算一封。适合事后看；要当天就知道，用 ``watch_counts``。

    Args:
        frame: 有 ``created_at``，并有 ``subject``、``body`` 之一的表。
        of: ``words`` 看词与短语；或一个列名，如 ``category``、``place``，看那一列的各个值。
        top: 最多要几段。

    Returns:
        突增，由强到弱；一个词可以有几段。没有则为空。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，或没有时间。

    Examples:
        >>> import pandas as pd
        >>> days = pd.date_range("2026-03-01", periods=100).repeat(2)
        >>> words = ["停水" if 80 <= i < 100 else "路灯" if i % 2 else "噪声" for i in range(200)]
        >>> bodies = [f"第{i}封说{word}的事" for i, word in enumerate(words)]
        >>> burst = find_bursts(pd.DataFrame({"created_at": days, "body": bodies, "issue": words}), of="issue")[0]
        >>> burst.name, str(burst.start), burst.count
        ('停水', '2026-04-10', 20)
    """
    import pandas as pd

    letters = read_letters(frame)
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise InputError(explain(f"top 是 {show(top)}", "应为正整数", "如 top=20"))
    known = ~np.isnat(letters.times)
    if not known.any():
        raise InputError(explain("没有一个时间", "应有 created_at 列", "请检查这一列是否读成了时间"))
    # 同一人的抄件只留最早一封
    order = np.lexsort((np.arange(len(letters)), letters.times))
    order = order[known[order]]
    pairs = np.stack([letters.people[order], letters.copies[order]], axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    rows = np.sort(order[first])
    days = letters.times[rows].astype("datetime64[D]").astype(np.int64)
    begin = int(days.min())
    length = int(days.max()) - begin + 1
    if length > LONGEST:
        raise too_long(letters.times[rows].min(), letters.times[rows].max())
    if of == "words":
        subjects, bodies = ([texts[i] for i in rows.tolist()] for texts in (letters.subjects, letters.bodies))
        found = count_terms(subjects, bodies, fewest=FEWEST)
        names, matrix = found.terms, found.matrix
    else:
        if of not in frame.columns:
            have = "、".join(map(str, frame.columns[:12]))
            raise InputError(explain(f"of 是 {show(of)}", f"应为 words 或一个列名：{have}", "请改写后再试"))
        cells = column_texts(frame, of)
        labels = pd.Categorical([cells[i] for i in rows.tolist()])
        names, matrix = (
            tuple(map(str, labels.categories)),
            _one_hot(labels.codes.astype(np.int64), len(labels.categories)),
        )
    total = np.bincount(days - begin, minlength=length).astype(np.float64)
    calendar = np.datetime64("1970-01-01") + np.arange(begin, begin + length)
    out: list[Burst] = []
    step = max(1, 8_000_000 // length)
    for start in range(0, len(names), step):
        part = matrix[:, start : start + step].tocoo()
        counts = np.zeros((part.shape[1], length))
        np.add.at(counts, (part.col, days[part.row] - begin), 1)
        states, gains = _two_states(counts, total)
        for i in np.flatnonzero(states.any(axis=1)).tolist():
            if names[start + i]:
                out += _spans(names[start + i], states[i], gains[i], counts[i], total, calendar)
    out.sort(key=lambda burst: (-burst.weight, burst.start, burst.name))
    return tuple(_without_echoes(out, top))


def burst_days(counts: NDArray[np.int64], kinds: NDArray[np.int64]) -> list[tuple[int, int, float]]:
    """一列日计数里的突增：按日子的种类折算后看。

    Args:
        counts: 各天的封数。
        kinds: 各天是工作日、周末还是节假日。

    Returns:
        （首日，末日，强度），由早到晚，日子从 0 数。
    """
    values = counts.astype(np.float64)
    exposure = day_factors(values, kinds)[kinds]
    rate = values.sum() / exposure.sum()
    # 泊松：平常是 rate×exposure，突增是其 RATIO 倍
    gain = values * np.log(RATIO) - (RATIO - 1) * rate * exposure
    states = _viterbi(gain[None, :], COST * np.log(len(values)))[0]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], states.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1, float(gain[a:b].sum())) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _one_hot(codes: NDArray[np.int64], size: int) -> object:
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(codes >= 0)
    return csr_matrix((np.ones(len(rows)), (rows, codes[rows])), shape=(len(codes), size))


def _two_states(
    counts: NDArray[np.float64], total: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """各词各天是不是突增；与当作突增比当作平常的好处。"""
    share = counts.sum(axis=1, keepdims=True) / total.sum()
    high = np.minimum(share * SHARE_RATIO, (1 + share) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = counts * np.log(high / share) + (total - counts) * np.log((1 - high) / (1 - share))
    gain = np.nan_to_num(gain, nan=0.0, posinf=0.0, neginf=-1e9)
    return _viterbi(gain, COST * np.log(len(total))), gain


def _viterbi(gain: NDArray[np.float64], cost: float) -> NDArray[np.bool_]:
    """两个状态的最优路线；各行一起走。"""
    terms, days = gain.shape
    calm, high = np.zeros(terms), np.full(terms, -cost)
    from_high = np.zeros((days, 2, terms), dtype=bool)  # 各天两个状态的上一步是不是突增
    for day in range(days):
        to_calm, to_high = high > calm, high > calm - cost
        from_high[day, 0], from_high[day, 1] = to_calm, to_high
        calm, high = np.where(to_calm, high, calm), np.where(to_high, high, calm - cost) + gain[:, day]
    states = np.zeros((terms, days), dtype=bool)
    now = high > calm
    for day in range(days - 1, -1, -1):
        states[:, day] = now
        now = np.where(now, from_high[day, 1], from_high[day, 0])
    return states


def _spans(
    name: str,
    states: NDArray[np.bool_],
    gain: NDArray[np.float64],
    counts: NDArray[np.float64],
    total: NDArray[np.float64],
    calendar: NDArray[np.datetime64],
) -> list[Burst]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], states.astype(np.int8), [0]])))
    share = counts.sum() / total.sum()
    found = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        inside = int(counts[a:b].sum())
        if inside >= FEWEST:
            # 平常的份额由这一段以外推出，免得大事抬高了自己的期望
            rest = total.sum() - total[a:b].sum()
            usual = (counts.sum() - inside) / rest if rest else share
            start, end = calendar[a].astype(date), calendar[b - 1].astype(date)
            found.append(Burst(name, start, end, inside, float(usual * total[a:b].sum()), float(gain[a:b].sum())))
    return found


def _without_echoes(bursts: list[Burst], top: int) -> list[Burst]:
    """一段突增里“搅拌”“搅拌站”“拌站噪音”是同一回事，只留最强的一个。"""
    kept: list[Burst] = []
    for burst in bursts:
        echo = any(
            (burst.name in other.name or other.name in burst.name)
            and burst.start <= other.end
            and other.start <= burst.end
            for other in kept
        )
        if not echo:
            kept.append(burst)
        if len(kept) == top:
            break
    return kept
