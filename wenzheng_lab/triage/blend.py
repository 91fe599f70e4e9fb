"""诉求的合成：规则命中、随包模型的分、问句的形状，按训练出来的份量合成概率。"""

from __future__ import annotations

import csv
import functools
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.errors import DatasetError, explain
from wenzheng_lab.model import APPEALS, Span
from wenzheng_lab.text import sentences

BLEND = Path(__file__).resolve().parent / "data" / "appeal_blend.csv"
"""一行一个特征、一列一种诉求的份量；重新训练：``python benchmarks/triage_appeal.py``"""
_LENGTH = 150
"""超过这么多字，每次命中按平方根往下降：长信里什么话都有（字）"""
_FULL = 100.0
"""危险、时限的分到多少，不再加"""
_TAIL = '" )’”'


def blend_features(
    folded: str,
    title: int,
    hits: Mapping[str, Sequence[Span]],
    learned: Mapping[str, float],
    pressure: tuple[float, float] = (0.0, 0.0),
) -> dict[str, float]:
    """一封信的合成特征。

    Args:
        folded: 折叠过的来信（主题与详情）。
        title: 主题有几个字。
        hits: 规则编号 → 命中的各处。
        learned: 诉求模型给各诉求的分。
        pressure: 危险的分与时限的分：自己正在难处里的，多半是求助。

    Returns:
        特征 → 值。

    Examples:
        >>> blend_features("路灯几时修?", 0, {}, {})["shape.last_question"]
        1.0
    """
    damp = min(1.0, math.sqrt(_LENGTH / max(len(folded), 1)))
    found = {f"learned.{name}": value for name, value in learned.items()}
    for rule, spans in hits.items():
        found[f"rule.{rule}"] = (1 + 0.25 * min(len(spans) - 1, 3)) * damp
        if any(span.start < title for span in spans):
            found[f"title.{rule}"] = damp
    body = folded[title:]
    # 喊出来的一句（“气死我了!”）不算：火气不该改变诉求
    said = [span.of(body).rstrip(_TAIL) for span in sentences(body)]
    asking = [part.endswith("?") for part in said if not part.endswith("!")]
    found["shape.last_question"] = float(bool(asking) and asking[-1])
    found["shape.questions"] = sum(asking) / max(1, len(asking))
    found["shape.title_question"] = float("?" in folded[:title])
    found["shape.length"] = math.log1p(len(folded)) / 5
    found["shape.heat"], found["shape.haste"] = (min(points, _FULL) / _FULL for points in pressure)
    found["shape.always"] = 1.0
    return found


@dataclass(frozen=True, slots=True)
class Blend:
    """合成的份量。"""

    weights: Mapping[str, tuple[float, ...]]
    """特征 → 各诉求的份量，次序同 ``APPEALS``"""
    digest: str
    """内容摘要"""

    def score(self, found: Mapping[str, float]) -> dict[str, float]:
        """各诉求的对数概率。

        Args:
            found: ``blend_features`` 的结果。

        Returns:
            诉求 → 对数概率。
        """
        total = [0.0] * len(APPEALS)
        for name, value in found.items():
            for at, weight in enumerate(self.weights.get(name, ())):
                total[at] += weight * value
        top = max(total)
        whole = top + math.log(sum(math.exp(value - top) for value in total))
        return {name: value - whole for name, value in zip(APPEALS, total, strict=True)}


def parse_blend(text: str) -> Blend:
    r"""由 CSV 文字造份量。

    Args:
        text: 首行是 ``feature`` 与六种诉求。

    Returns:
        份量。

    Raises:
        DatasetError: 表头不对，或有不是数的。

    Examples:
        >>> blend = parse_blend("feature,咨询,求助,投诉,举报,建议,感谢\nshape.always,0,0,1,0,0,0\n")
        >>> scores = blend.score({"shape.always": 1.0})
        >>> max(scores, key=scores.get)
        '投诉'
    """
    rows = list(csv.reader(text.splitlines()))
    try:
        if tuple(rows[0]) != ("feature", *APPEALS):
            raise ValueError("表头")
        weights = {row[0]: tuple(float(cell) for cell in row[1:]) for row in rows[1:]}
        if not weights or any(len(row) != len(APPEALS) for row in weights.values()):
            raise ValueError("列数")
        if not all(math.isfinite(cell) for row in weights.values() for cell in row):
            raise ValueError("不是数")
    except (IndexError, ValueError) as error:
        raise DatasetError(
            explain(
                f"{BLEND.name} 读不出来（{error}）",
                "首行应为 feature 与六种诉求，其余每行一个特征、六个数",
                "请重新安装，或用 benchmarks/triage_appeal.py 重新训练",
            )
        ) from error
    return Blend(weights, hashlib.sha256(text.encode("utf-8")).hexdigest()[:8])


@functools.cache
def load_blend() -> Blend:
    """读随包的份量，只读一次。

    Returns:
        份量。

    Raises:
        DatasetError: 文件写坏。

    Examples:
        >>> len(load_blend().digest)
        8
    """
    return parse_blend(BLEND.read_text(encoding="utf-8"))
