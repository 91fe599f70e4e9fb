"""几乎相同的信：一批一批地归组，重合度精确，与逐对比一致。"""

from __future__ import annotations

import itertools
import random
import sys

import numpy as np
import pytest

from wenzheng_lab.letter import shingles
from wenzheng_lab.letter.shingles import bare, grams, group_copies, jaccard

BODY = "柳林路中段的路灯黑了半年，老人晚上不敢出门，请派人修一修"


def planted(groups: int, seed: int) -> tuple[list[str], list[int]]:
    """几组改动几个字的抄件，混在互不相干的信里。"""
    rng = random.Random(f"{seed}:planted")
    letters = [chr(code) for code in range(0x4E00, 0x5E00)]
    texts, truth = [], []
    for group in range(groups):
        base = rng.choices(letters, k=rng.randint(60, 200))
        for _ in range(rng.choice([1, 1, 1, 2, 5, 30])):
            copy = list(base)
            for _ in range(rng.randint(0, len(copy) // 40)):
                copy[rng.randrange(len(copy))] = rng.choice(letters)
            texts.append("".join(copy))
            truth.append(group)
    order = list(range(len(texts)))
    rng.shuffle(order)
    return [texts[i] for i in order], [truth[i] for i in order]


def as_sets(labels: list[int]) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for i, label in enumerate(labels):
        found.setdefault(label, set()).add(i)
    return {frozenset(group) for group in found.values()}


def test_planted_copies_are_grouped_and_nothing_else() -> None:
    """种下的抄件归到一组，不相干的不沾。"""
    texts, truth = planted(300, seed=3)
    assert as_sets(group_copies(texts).tolist()) == as_sets(truth)


def test_without_rensa_the_groups_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """没装 rensa 时用 numpy，分出的组一样。"""
    texts, truth = planted(120, seed=4)
    monkeypatch.setitem(sys.modules, "rensa", None)
    assert as_sets(group_copies(texts).tolist()) == as_sets(truth)


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """一批多少封不影响结果。"""
    texts, _ = planted(80, seed=5)
    whole = group_copies(texts)
    monkeypatch.setattr(shingles, "_CHUNK", 7)
    monkeypatch.setattr(shingles, "_PAIRS", 3)
    assert np.array_equal(group_copies(texts), whole)


def test_the_overlap_is_exact() -> None:
    """批量算的重合度与逐对算的相等。"""
    texts, _ = planted(12, seed=6)
    texts += ["", "短", "三个字", BODY, BODY + "谢谢"]
    pairs = np.array(list(itertools.combinations(range(len(texts)), 2)))
    exact = [jaccard(grams(bare(texts[i])), grams(bare(texts[j]))) for i, j in pairs.tolist()]
    assert np.allclose(shingles._overlaps(texts, pairs), exact)


def test_known_overlap() -> None:
    """“一二三四五六”三片，“二三四五六七”三片，共两片，合起来四片：0.5。"""
    assert jaccard(grams("一二三四五六"), grams("二三四五六七")) == 0.5


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (BODY, BODY.replace("，", " , "), True),
        (BODY, BODY + "\u200b\n\x00", True),
        ("请尽快处理。", "请尽快处理！", True),
        ("请尽快处理此事。", "请尽快处理！", False),
        ("", "", False),
        ("𠮷𠮷𠮷𠮷野家门口的路灯坏了十几天了", "𠮷𠮷𠮷𠮷野家门口的路灯坏了十几天", True),
        ("\ud800" + BODY, BODY, True),
    ],
    ids=["标点", "零宽与NUL", "短而相同", "短而不同", "空", "生僻字", "孤立代理项"],
)
def test_what_counts_as_a_copy(one: str, other: str, together: bool) -> None:
    """标点、空白不算差别；短的要完全相同；空的不算相同。"""
    labels = group_copies([one, "另一封完全不相干的信，说的是学校门口的红绿灯", other])
    assert (labels[0] == labels[2]) == together
    assert labels[1] == 1


def test_the_bulk_table_agrees_with_bare() -> None:
    """批量整理与逐封整理一字不差。"""
    texts = ["路灯，不亮！ＯＫ ①㎡", "", "𠮷龘 ABC\nİK", "１２３ 青禾县"]
    codes, lengths = shingles._codes(texts)
    assert "".join(map(chr, codes.tolist())) == "".join(map(bare, texts))
    assert lengths.tolist() == [len(bare(text)) for text in texts]
