"""数词、找抄件的式子：DuckDB、polars 一样，与本机原来的做法一样。"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.indicators_helper import made_table
from wenzheng_lab.errors import InputError
from wenzheng_lab.letter.shingles import group_copies
from wenzheng_lab.text import words
from wenzheng_lab.trends.engine_features import store_features
from wenzheng_lab.trends.engine_words import count_words, near_duplicates


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """存好切词与各段的 parquet。"""
    frame = made_table(300)
    frame["body"] = [f"{body}{body}，麻烦了" if n % 3 else "修" for n, body in enumerate(frame["body"])]
    return store_features(frame, tmp_path_factory.mktemp("words") / "来信.parquet", segment=True, processes=1)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("by", [(), ("department",)])
def test_words_are_counted_by_letters(stored: Path, engine: str, by: tuple[str, ...]) -> None:
    """逐封手数的一样：一封里说几遍算一遍，空的单位归在一组。"""
    if engine == "polars":
        pytest.importorskip("polars")
    frame = pd.read_parquet(stored)
    want: dict[tuple[str, ...], int] = {}
    for unit, body in zip(frame["department"], frame["body"], strict=True):
        for word in {word for word in words(body) if word.strip()}:
            key = (*((unit if isinstance(unit, str) else "（空）",) if by else ()), word)
            want[key] = want.get(key, 0) + 1
    found = count_words(stored, by, fewest=40, engine=engine)
    got = {tuple(row[:-1]): row[-1] for row in found.itertuples(index=False)}
    assert got == {key: times for key, times in want.items() if times >= 40}
    assert 0 < len(got) < len(want)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_copies_are_those_of_home(stored: Path, engine: str) -> None:
    """与 ``group_copies`` 分出的组一样。"""
    if engine == "polars":
        pytest.importorskip("polars")
    frame = pd.read_parquet(stored)
    found = near_duplicates(stored, engine=engine)
    home = pd.Series(group_copies(frame["body"].tolist()), index=frame["message_id"])
    sizes = home.map(home.value_counts())
    assert set(found["message_id"]) == set(home.index[sizes > 1])
    mine = found.groupby("group")["message_id"].agg(frozenset)
    theirs = home[sizes > 1].reset_index().groupby(0)["message_id"].agg(frozenset)
    assert set(mine) == set(theirs)


def test_what_is_missing_is_explained(stored: Path, tmp_path: Path) -> None:
    """没有存好的列、用了 pandas，说清怎么办。"""
    bare = tmp_path / "没有词.parquet"
    made_table(5).to_parquet(bare)
    with pytest.raises(InputError, match="store_features"):
        count_words(bare)
    with pytest.raises(InputError, match="store_features"):
        near_duplicates(bare)
    with pytest.raises(InputError, match="duckdb"):
        count_words(stored, engine="pandas")
