"""逐句认险情：一句话像“正在出事”还是像“过几天来不及”，由手写的情景句学来。

规则（``urgency.toml``）认得的说法总有穷尽；这里用字的一、二、三连片给每句话打分，没写进规则的险情也能看出几分。
只加分、不减分：规则看见的险情，不因为这里没看出来就不算。
"""

from __future__ import annotations

import functools
import hashlib
import io
import itertools
import json
import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab._files import atomic_path
from wenzheng_lab.errors import DatasetError, explain
from wenzheng_lab.model import Span
from wenzheng_lab.text import sentences

SHIPPED = Path(__file__).resolve().parent / "data" / "scene_model.npz"
"""随包的情景模型；重新训练：``python benchmarks/triage_scenes.py``"""
FORMAT = "wenzheng-scene-model/1"
LONGEST = 120
"""一句最多看多少字：更长的多半没断句"""
MOST = 80
"""一封最多看多少句；再长的信只看前面这些"""
_GRAMS = (1, 2, 3)
_SHOWN = 4
"""说明里最多列几个字片"""
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, zlib.error, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Scene:
    """一封信里最像某一种情景的一句。"""

    score: float
    """比“平常话”高多少（对数几率）；负数是不像"""
    span: Span | None
    """在原文中的位置；空信为 None"""
    words: tuple[str, ...]
    """由重到轻，是哪些字片使它像"""


def squeeze(text: str) -> str:
    """去掉空白、转成小写。

    Args:
        text: 折叠过的一句。

    Returns:
        一串字。

    Examples:
        >>> squeeze("A 漏 气")
        'a漏气'
    """
    return "".join(text.lower().split())


def _squeezed(folded: str) -> tuple[str, list[int]]:
    """同上，并给出原文每个位置之前有几个非空白的字。"""
    lower = folded.lower()
    if len(lower) == len(folded):
        return "".join(lower.split()), list(itertools.accumulate((not char.isspace() for char in lower), initial=0))
    kept: list[str] = []
    place = []
    for char in folded:
        place.append(len(kept))
        if not char.isspace():
            # 个别字母的小写是两个字符，只留一个，位置才对得上
            kept.append(char.lower()[:1])
    place.append(len(kept))
    return "".join(kept), place


def grams(text: str) -> Counter[str]:
    """一句话里的一、二、三连字片。

    Args:
        text: 折叠过的一句。

    Returns:
        字片到次数；空白不要。

    Examples:
        >>> sorted(grams("漏气"))
        ['气', '漏', '漏气']
    """
    plain = squeeze(text)[:LONGEST]
    found: Counter[str] = Counter()
    for size in _GRAMS:
        found.update([plain[i : i + size] for i in range(len(plain) - size + 1)])
    return found


@dataclass(frozen=True, slots=True)
class SceneModel:
    """情景模型：字片的折算系数与两组权重。"""

    columns: Mapping[str, int]
    """字片 → 列号"""
    idf: NDArray[np.float64]
    """列号 → 折算系数"""
    weights: NDArray[np.float64]
    """一列一种：险情比平常、时限比平常"""
    bias: NDArray[np.float64]
    """两种的截距"""
    digest: str
    """内容摘要"""

    def _row(self, columns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """一句里认得的字片（列号可重复）→（列号，归一后的值）。"""
        # 手写的去重比 np.unique 快一倍，每封要做几十次
        known = np.sort(columns[columns >= 0])
        first = np.flatnonzero(np.concatenate(([True], known[1:] != known[:-1]))) if len(known) else known
        at = known[first]
        value = (1 + np.log(np.diff(first, append=len(known)))) * self.idf[at]
        size = math.sqrt(float(value @ value))
        # 三五个字的短句归一以后每片都很重，单凭它不足为据
        short = min(1.0, len(at) / _ENOUGH)
        return at, value * (short / size) if size else value

    def _score_all(self, pieces: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
        """各句的分，一封信的句子一起算：逐句调 numpy 的固定开销比算术本身大得多。"""
        owner = np.repeat(np.arange(len(pieces)), [len(part) for part in pieces])
        columns = np.concatenate(pieces)
        known = columns >= 0
        keys = np.sort(owner[known] * len(self.columns) + columns[known])
        out = np.tile(self.bias, (len(pieces), 1))
        if not len(keys):
            return out
        first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        count = np.diff(first, append=len(keys))
        line, at = np.divmod(keys[first], len(self.columns))
        value = (1 + np.log(count)) * self.idf[at]
        kinds = np.bincount(line, minlength=len(pieces))
        size = np.sqrt(np.bincount(line, value * value, minlength=len(pieces)))
        # 三五个字的短句归一以后每片都很重，单凭它不足为据
        factor = np.minimum(1.0, kinds / _ENOUGH) / np.maximum(size, 1e-12)
        for kind in range(2):
            out[:, kind] += factor * np.bincount(line, value * self.weights[at, kind], minlength=len(pieces))
        return out

    def _columns(self, plain: str) -> tuple[NDArray[np.int64], ...]:
        """全文里从每个字开始的一、二、三连字片的列号；不认得为 -1。"""
        get = self.columns.get
        return tuple(
            np.array([get(plain[i : i + size], -1) for i in range(len(plain) - size + 1)], dtype=np.int64)
            for size in _GRAMS
        )

    def score(self, text: str) -> tuple[float, float]:
        """一句话像险情、像时限的分。

        Args:
            text: 折叠过的一句。

        Returns:
            （险情，时限），都是比“平常话”高出的对数几率。

        Examples:
            >>> danger, _ = load_scenes().score("里面的人没动静了，烟还在往外冒")
            >>> danger > load_scenes().score("请问公积金怎么提取")[0]
            True
        """
        at, value = self._row(np.concatenate(self._columns(squeeze(text)[:LONGEST])))
        danger, haste = value @ self.weights[at] + self.bias
        return float(danger), float(haste)

    def read(self, folded: str, title: int) -> tuple[Scene, Scene]:
        """找出一封信里最像险情、最像时限的一句。

        主题与正文首句合在一起看一遍，相邻两句也合起来看：险情常分几句说完。

        Args:
            folded: 折叠过的来信（主题与详情），与原文等长。
            title: 主题有几个字。

        Returns:
            （险情，时限）。
        """
        parts = [span for span in sentences(folded)[:MOST] if len(span) > _LEAST]
        if not parts:
            parts = list(sentences(folded)[:1])
        spans = [*parts, *(Span(a.start, b.end) for a, b in itertools.pairwise(parts) if a.start >= title)]
        if len(parts) > 1 and parts[0].end <= title:
            # 单看主题常不成句，与首句合看过就不再单看
            spans = [Span(parts[0].start, parts[1].end), *spans[1:]]
        if not spans:
            empty = Scene(float(self.bias[0]), None, ())
            return empty, Scene(float(self.bias[1]), None, ())
        # 列号全文只查一遍，各句取自己的一段
        plain, place = _squeezed(folded[: max(span.end for span in spans)])
        table = self._columns(plain)
        pieces: list[NDArray[np.int64]] = []
        for span in spans:
            start = place[span.start]
            end = min(place[span.end], start + LONGEST)
            pieces.append(np.concatenate([ids[start : max(start, end - size)] for size, ids in enumerate(table)]))
        scores = self._score_all(pieces)
        best = scores.argmax(axis=0)
        first, second = (
            Scene(
                float(scores[at, kind]),
                spans[at],
                self._words(spans[at].of(folded), kind) if scores[at, kind] > 0 else (),
            )
            for kind, at in enumerate(best)
        )
        return first, second

    def _words(self, text: str, kind: int) -> tuple[str, ...]:
        at, value = self._row(np.concatenate(self._columns(squeeze(text)[:LONGEST])))
        gain = dict(zip(at.tolist(), (value * self.weights[at, kind]).tolist(), strict=True))
        ranked = sorted(
            (-gain[self.columns[gram]], gram)
            for gram in grams(text)
            if len(gram) > 1 and self.columns.get(gram) in gain and gain[self.columns[gram]] > 0
        )
        kept: list[str] = []
        for _, gram in ranked:
            if not any(gram in other or other in gram for other in kept):
                kept.append(gram)
            if len(kept) == _SHOWN:
                break
        return tuple(kept)

    def save(self, path: Path) -> Path:
        """存成一个文件：只有数字和文字。

        Args:
            path: 写到哪里。

        Returns:
            写好的文件。
        """
        head = {"format": FORMAT, "grams": list(self.columns)}
        text = np.frombuffer(json.dumps(head, ensure_ascii=False).encode("utf-8"), dtype=np.uint8)
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            head=text,
            idf=self.idf.astype(np.float32),
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
        )
        with atomic_path(path) as temporary:
            temporary.write_bytes(buffer.getvalue())
        return path


_ENOUGH = 24
"""认得的字片到了这么多个才算足斤足两"""
_LEAST = 3
"""不超过这么多字的句子不单看（字）"""


def make_model(
    names: Sequence[str], idf: NDArray[np.float64], weights: NDArray[np.float64], bias: NDArray[np.float64]
) -> SceneModel:
    """由训练结果造模型；先舍入成单精度，存了再读的结果才一点不差。

    Args:
        names: 字片，次序即列号。
        idf: 折算系数。
        weights: 一行一个字片，两列。
        bias: 两个截距。

    Returns:
        模型。

    Raises:
        ValueError: 各项对不上，或有不是数的。
    """
    parts = [np.asarray(part, dtype=np.float32) for part in (idf, weights, bias)]
    if parts[0].shape != (len(names),) or parts[1].shape != (len(names), 2) or parts[2].shape != (2,):
        raise ValueError("权重与目录对不上")
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("权重里有不是数的")
    digest = hashlib.sha256("\n".join(names).encode("utf-8"))
    for part in parts:
        digest.update(np.ascontiguousarray(part).tobytes())
    factor, both, start = (part.astype(np.float64) for part in parts)
    return SceneModel({name: i for i, name in enumerate(names)}, factor, both, start, digest.hexdigest()[:8])


def read_scenes(path: Path) -> SceneModel:
    """读一个情景模型。

    Args:
        path: ``SceneModel.save`` 写的文件。

    Returns:
        模型。

    Raises:
        DatasetError: 找不到、不是这种文件、内容残缺。
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as data:
            head = json.loads(bytes(data["head"]).decode("utf-8"))
            if head["format"] != FORMAT:
                raise ValueError(f"格式是 {head['format']}")
            return make_model([str(name) for name in head["grams"]], data["idf"], data["weights"], data["bias"])
    except _BROKEN as error:
        raise DatasetError(
            explain(
                f"{path.name} 读不出来（{type(error).__name__}）",
                f"应为情景模型（{FORMAT}）",
                "文件可能传坏了，请重新安装，或用 benchmarks/triage_scenes.py 重新训练",
            )
        ) from error


@functools.cache
def load_scenes() -> SceneModel:
    """读随包的情景模型，只读一次。

    Returns:
        模型。

    Raises:
        DatasetError: 文件缺失或残缺。

    Examples:
        >>> len(load_scenes().digest)
        8
    """
    return read_scenes(SHIPPED)
