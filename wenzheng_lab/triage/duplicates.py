"""合并来信：完全相同、几乎相同、同一件事，每一对都说得出为什么。"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.letter.frames import column_texts, column_times, known_authors, message_ids, require_messages
from wenzheng_lab.letter.places import place_names
from wenzheng_lab.letter.shingles import bare, candidate_pairs, grams, jaccard
from wenzheng_lab.rules import rule_path
from wenzheng_lab.triage.matters import Letter, find_likeness

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("group", "first", "second", "kind", "relation", "similarity", "reason")
"""结果的列"""
EXACT, NEAR, SAME = "完全相同", "几乎相同", "同一件事"
_PARTS: Mapping[str, tuple[str, ...]] = {
    "near": ("jaccard", "shortest"),
    "same": ("place", "author", "alone", "days", "rare", "keys", "title", "shared"),
}


def find_duplicates(frame: pd.DataFrame) -> pd.DataFrame:
    """找出可以合并答复的来信，逐对给出理由。

    先找完全相同与几乎相同的，再在余下的代表里找不同的话说的同一件事。只提建议，合不合由人定。

    Args:
        frame: 至少有 ``subject``、``body`` 之一的表；有 ``message_id`` 用它作编号，否则用索引；
            有 ``author`` 才分得出是不是同一人，有 ``created_at`` 才看相隔几天。

    Returns:
        一行一对：``group`` 第几组、``first``、``second`` 两封的编号、``kind`` 完全相同／几乎相同／同一件事、
        ``relation`` 同一人再次来信／不同的人抄同一份／不同的人说同一件事、``similarity``（0–1）、``reason``。
        没有则为空表。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``subject`` 也没有 ``body``。

    Examples:
        >>> import pandas as pd
        >>> body = "柳林路的路灯黑了半年，老人晚上不敢出门，请派人修一修。"
        >>> pairs = find_duplicates(pd.DataFrame({"subject": ["路灯", "路灯"], "body": [body, body + "谢谢。"]}))
        >>> pairs["kind"].tolist()
        ['几乎相同']
    """
    import pandas as pd

    letters, ids = _read(frame)
    numbers = _thresholds()
    texts = [bare(letter.subject + letter.body) for letter in letters]
    leader = list(range(len(texts)))
    rows: list[tuple[int, int, str, float, str]] = []

    first_of: dict[str, int] = {}
    for i, text in enumerate(texts):
        if text:
            root = first_of.setdefault(text, i)
            if root != i:
                _join(leader, root, i)
                rows.append((root, i, EXACT, 1.0, "去掉标点和空格，一字不差"))

    unique = sorted(first_of.values())
    sets = [grams(texts[i]) if len(texts[i]) >= numbers["near"]["shortest"] else grams("") for i in unique]
    for a, b in candidate_pairs(sets):
        share = jaccard(sets[a], sets[b])
        if share >= numbers["near"]["jaccard"]:
            i, j = unique[a], unique[b]
            if _find(leader, i) != _find(leader, j):
                _join(leader, i, j)
                rows.append((i, j, NEAR, share, f"四个字一片地比，{share:.0%} 相同"))

    heads = [i for i in unique if _find(leader, i) == i]
    # 由最像的起，只记把两组连起来的那一对：一组里有几封就说几减一个理由，不堆成几百对
    likes = sorted(
        find_likeness([letters[i] for i in heads], place_names(), numbers["same"]),
        key=lambda like: (-like.cosine, like.first, like.second),
    )
    for like in likes:
        i, j = heads[like.first], heads[like.second]
        if _find(leader, i) == _find(leader, j):
            continue
        told = "、".join(f"“{word}”" for word in dict.fromkeys((*like.places[:2], *like.shared)))
        rows.append((i, j, SAME, like.cosine, f"都说到{told}，用词 {like.cosine:.0%} 相近"))
        _join(leader, i, j)

    group: defaultdict[int, int] = defaultdict(lambda: len(group) + 1)
    table = [
        (
            group[_find(leader, i)],
            ids[min(i, j)],
            ids[max(i, j)],
            kind,
            _relation(letters[i].author, letters[j].author, kind),
            round(share, 3),
            reason,
        )
        for i, j, kind, share, reason in sorted(rows, key=lambda row: (_find(leader, row[0]), row[0], row[1]))
    ]
    return pd.DataFrame(table, columns=list(COLUMNS))


def _relation(one: str, other: str, kind: str) -> str:
    if not one or not other:
        return "不知道是不是同一人"
    if one == other:
        return "同一人再次来信"
    return "不同的人说同一件事" if kind == SAME else "不同的人抄同一份"


def _find(leader: list[int], i: int) -> int:
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


def _join(leader: list[int], i: int, j: int) -> None:
    a, b = _find(leader, i), _find(leader, j)
    leader[max(a, b)] = min(a, b)


def _read(frame: object) -> tuple[list[Letter], list[object]]:
    table = require_messages(frame)
    subjects, bodies, authors, places = (column_texts(table, name) for name in ("subject", "body", "author", "place"))
    cells = zip(subjects, bodies, known_authors(authors), places, column_times(table), strict=True)
    return [Letter(*row) for row in cells], message_ids(table)


@functools.cache
def _file() -> TomlFile:
    file = TomlFile.read(rule_path("triage_merge.toml"))
    file.table((), file.data, required=("version", "source", *_PARTS))
    return file


@functools.cache
def _thresholds() -> Mapping[str, Mapping[str, float]]:
    file = _file()
    return {
        part: {
            key: file.number((part, key), value, low=0, high=10_000)
            for key, value in file.table((part,), file.data[part], required=keys).items()
        }
        for part, keys in _PARTS.items()
    }
