"""同一件事：不同的人、不同的话，说的是同一处的同一件事；或同一个人又写了一封。"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wenzheng_lab.letter.places import PlaceNames
from wenzheng_lab.text import fold, words

_AUTHOR = "\x00author:"
_KEEP = 5
"""理由里最多列几个词"""
_FEW = 6
"""不到几封信时，不按出现的封数挑词"""


@dataclass(frozen=True, slots=True)
class Letter:
    """比对要用的几样。"""

    subject: str
    """主题"""
    body: str
    """详情"""
    author: str
    """留言人；不知道为空"""
    place: str
    """地点；不知道为空"""
    at: datetime | None
    """时间；不知道为 None"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """两封信说的像是同一件事。"""

    first: int
    """前一封的序号"""
    second: int
    """后一封的序号"""
    cosine: float
    """用词的相近（0–1）"""
    places: tuple[str, ...]
    """都说到的地方、单位"""
    shared: tuple[str, ...]
    """共有的、有区分力的词，由重到轻"""


def find_likeness(letters: Sequence[Letter], names: PlaceNames, numbers: Mapping[str, float]) -> Iterator[Likeness]:
    """找说同一件事的信。

    每封信只拿少见的地名、几个少见的词和留言人去找同伴，不逐对比。

    Args:
        letters: 各封信。
        names: 怎样认地名。
        numbers: 门槛（``triage_merge.toml`` 的 ``[same]``）。

    Yields:
        相像的对，前小后大。
    """
    bags = [_bag(letter, numbers["title"]) for letter in letters]
    places = [names.find(fold(f"{letter.subject}\n{letter.body}")) for letter in letters]
    count = Counter(word for bag in bags for word in bag)
    seen = Counter(name for found in places for name in found)
    vectors = [_weigh(bag, count, len(bags)) for bag in bags]
    rare = numbers["rare"] if len(letters) > _FEW else math.inf
    postings: defaultdict[str, list[int]] = defaultdict(list)
    apart = timedelta(days=numbers["days"])
    for j, (letter, vector) in enumerate(zip(letters, vectors, strict=True)):
        keys = [name for name in places[j] if 1 < seen[name] <= rare]
        ranked = sorted((-vector[word], word) for word in vector if 1 < count[word] <= rare)
        keys += [word for _, word in ranked[: int(numbers["keys"])]]
        if letter.author:
            keys.append(_AUTHOR + letter.author)
        for i in sorted({i for key in keys for i in postings[key]}):
            other = letters[i]
            if letter.at is not None and other.at is not None and abs(letter.at - other.at) > apart:
                continue
            parts = _product(vector, vectors[i])
            telling = sorted(((-value, word) for word, value in parts.items() if count[word] <= rare))
            if len(telling) < numbers["shared"]:
                continue
            cosine = sum(parts.values())
            both = tuple(sorted(name for name in places[i] & places[j] if seen[name] <= rare))
            if cosine >= _bar(letter, other, both, numbers):
                yield Likeness(i, j, cosine, both, tuple(word for _, word in telling[:_KEEP]))
        for key in keys:
            postings[key].append(j)


def _bar(one: Letter, other: Letter, both: Sequence[str], numbers: Mapping[str, float]) -> float:
    if one.author and one.author == other.author:
        return numbers["author"]
    if both and not (one.place and other.place and one.place != other.place):
        return numbers["place"]
    return numbers["alone"]


def _bag(letter: Letter, title: float) -> dict[str, float]:
    bag: defaultdict[str, float] = defaultdict(float)
    for source, times in ((letter.subject, title), (letter.body, 1.0)):
        for word in words(fold(source).lower()):
            if len(word) > 1 and not word.isspace():
                bag[word] += times
    return dict(bag)


def _weigh(bag: Mapping[str, float], count: Mapping[str, int], total: int) -> dict[str, float]:
    vector = {
        word: (1 + math.log(max(value, 1))) * (math.log((1 + total) / (1 + count[word])) + 1)
        for word, value in bag.items()
    }
    size = math.sqrt(sum(value * value for value in vector.values()))
    return {word: value / size for word, value in vector.items()} if size else {}


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    small, large = (one, other) if len(one) < len(other) else (other, one)
    return {word: value * large[word] for word, value in small.items() if word in large}
