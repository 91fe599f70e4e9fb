"""热点：许多人用不同的话说的同一件事，在哪里、多热、有哪些来信。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.model import Signature
from wenzheng_lab.trends.heat import Heat, measure_heat
from wenzheng_lab.trends.letters import Letters, read_letters
from wenzheng_lab.trends.matters import group_matters, split_by_time
from wenzheng_lab.trends.naming import name_matter
from wenzheng_lab.trends.places import find_places, title_spots
from wenzheng_lab.trends.settings import Settings, load_settings
from wenzheng_lab.trends.vectors import Vectors, build_vectors

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Hotspot:
    """一个热点：同一处的同一件事，许多人来信。

    热度的算法见 ``docs/trends.md``；四部分相加，一分相当于一个写信的人。
    """

    title: str
    """标题，取自来信主题，遮去了个人信息"""
    place: str
    """地点；看不出为空"""
    start: datetime | None
    """最早一封的时间；都没有时间为 None"""
    end: datetime | None
    """最晚一封的时间"""
    keywords: tuple[str, ...]
    """关键词，由重到轻"""
    members: tuple[object, ...]
    """来信编号，按时间先后"""
    likes: int
    """点赞总数"""
    parts: Heat
    """热度的四部分"""
    signature: Signature
    """签名"""

    @property
    def heat(self) -> float:
        """热度：人数、赞同、持续、增长四部分之和。"""
        return self.parts.total

    @property
    def people(self) -> int:
        """写过信的人数；同一人写几封、抄几份算一个。"""
        return int(self.parts.people)

    @property
    def support(self) -> float:
        """热度里来自点赞的分。"""
        return self.parts.support

    @property
    def duration(self) -> float:
        """热度里来自持续的分。"""
        return self.parts.duration

    @property
    def growth(self) -> float:
        """热度里来自增长的分。"""
        return self.parts.growth

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名，时间写成文字。
        """
        return {
            "schema": "hotspot/1",
            "title": self.title,
            "place": self.place,
            "start": None if self.start is None else self.start.isoformat(),
            "end": None if self.end is None else self.end.isoformat(),
            "keywords": list(self.keywords),
            "members": list(self.members),
            "likes": self.likes,
            "heat": round(self.heat, 2),
            "people": self.people,
            "support": round(self.support, 2),
            "duration": round(self.duration, 2),
            "growth": round(self.growth, 2),
            "signature": self.signature.to_dict(),
        }

    def __repr__(self) -> str:
        """一行说明。"""
        when = "" if self.start is None or self.end is None else f", {self.start:%Y-%m-%d}–{self.end:%Y-%m-%d}"
        return f"Hotspot({self.title}, 热度 {self.heat:.1f}, {self.people} 人 {len(self.members)} 封{when})"

    def _repr_html_(self) -> str:
        """Jupyter 里的卡片。"""
        from wenzheng_lab.trends.card import render

        return str(render(self))


def find_hotspots(frame: pd.DataFrame, *, top: int = 10) -> tuple[Hotspot, ...]:
    """找出热点：同一处的同一件事，按热度排。

    几乎相同的信先并成一份，再按用词与地点把说同一件事的归到一组，最后算热度。只看来信说了什么，
    不判断所说是否属实；同一人写几封、抄几份只算一个人。

    Args:
        frame: 有 ``subject``、``body`` 之一的表；``created_at``、``author``、``likes``、``place`` 有就用。
        top: 最多要几个。

    Returns:
        热点，由热到冷；来信太少、没有同一件事则为空。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``subject`` 也没有 ``body``；``top`` 不是正整数。

    Examples:
        >>> import pandas as pd
        >>> letters = ["柳林路的路灯黑了半年", "柳林路路灯半年不亮", "请修柳林路黑了半年的路灯", "咨询补办社保卡"]
        >>> find_hotspots(pd.DataFrame({"subject": letters}))[0].members
        (0, 1, 2)
    """
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise InputError(explain(f"top 是 {show(top)}", "应为正整数", "如 top=10"))
    settings = load_settings()
    letters = read_letters(frame)
    if len(letters) < 2:
        return ()
    heads, head_of = _same_place_copies(letters, settings)
    vectors, labels = _matters(letters, heads, head_of, settings)
    made = _measure(letters, labels, settings)
    signature = Signature.of({"hotspots": settings.version, "rules": settings.digest, "segment": _segmenter()})
    found = []
    for heat, rows in made[:top]:
        name = name_matter(letters, rows, vectors, head_of[rows], settings)
        times = letters.times[rows][~np.isnat(letters.times[rows])]
        found.append(
            Hotspot(
                _hide(name.title),
                name.place,
                _moment(times.min()) if len(times) else None,
                _moment(times.max()) if len(times) else None,
                name.keywords,
                tuple(letters.ids[i] for i in rows.tolist()),
                int(letters.likes[rows].sum()),
                heat,
                signature,
            )
        )
    return tuple(found)


def _same_place_copies(letters: Letters, settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """抄件并成一份，只比一份；套同一个模板说两个小区的不并。

    Returns:
        （各份是哪一封，各封属于哪一份）。
    """
    spots = title_spots(letters.subjects, settings)
    number: dict[tuple[int, frozenset[str]], int] = {}
    keys = zip(letters.copies.tolist(), spots, strict=True)
    head_of = np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
    _, heads = np.unique(head_of, return_index=True)
    return heads.astype(np.int64), head_of


def _matters(
    letters: Letters, heads: NDArray[np.int64], head_of: NDArray[np.int64], settings: Settings
) -> tuple[Vectors, NDArray[np.int64]]:
    subjects = [letters.subjects[i] for i in heads.tolist()]
    bodies = [letters.bodies[i] for i in heads.tolist()]
    vectors = build_vectors(subjects, bodies, settings)
    places = find_places(subjects, bodies, [letters.places[i] for i in heads.tolist()], settings)
    labels = group_matters(subjects, vectors, places, letters.times[heads], settings)
    # 没有别的同伴、只有抄件的，抄件自成一组
    alone = np.flatnonzero(labels < 0)
    labels[alone] = labels.max(initial=-1) + 1 + np.arange(len(alone))
    return vectors, split_by_time(labels[head_of], letters.times, int(settings.numbers["matter"]["gap"]))


def _measure(letters: Letters, labels: NDArray[np.int64], settings: Settings) -> list[tuple[Heat, NDArray[np.int64]]]:
    numbers = settings.numbers["heat"]
    known = letters.times[~np.isnat(letters.times)]
    since = int(known.min().astype("datetime64[D]").astype(np.int64)) if len(known) else 0
    order = np.lexsort((np.arange(len(labels)), letters.times, labels))
    found = []
    for rows in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(np.unique(letters.people[rows])) >= numbers["people"]:
            found.append((measure_heat(letters, rows, numbers, since), rows))
    # 热度相同，先来的在前：结果与表的行序无关以外没有任意之处
    return sorted(found, key=lambda item: (-item[0].total, int(item[1][0])))


def _moment(time: np.datetime64) -> datetime:
    value = time.astype("datetime64[s]").item()
    assert isinstance(value, datetime)
    return value


def _segmenter() -> str:
    from wenzheng_lab.text import segmenter_name

    return segmenter_name()


def _hide(title: str) -> str:
    from wenzheng_lab.privacy import redact

    return redact(title).text
