"""数词、找抄件：同一套 narwhals 式子，本机用 DuckDB（或 polars），大了在 Spark 上跑。

两样都从存好的列来（``store_features(..., segment=True)``，集群上用 ``spark_features(..., segment=True)``）：
切好的词，与最小哈希的各段。看字的一步只做一遍，数与接在引擎里做，所以各引擎结果一样。
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.letter.shingles import SHORTEST, bare, grams, jaccard
from wenzheng_lab.trends.engine import open_engine
from wenzheng_lab.trends.engine_base import Engine
from wenzheng_lab.trends.engine_features import BANDS_COLUMN, WORDS
from wenzheng_lab.trends.indicators_pack import TIMES_SEEN, Lazy

if TYPE_CHECKING:
    import pandas as pd

_ID = "message_id"
_BLANK = "（空）"
_FEW = 50


def word_counts(lf: Lazy, by: Sequence[str] = ()) -> Lazy:
    """各组里每个词出现在几封来信里；一封里说几遍算一遍。

    Args:
        lf: 有 words（切好的词，空格隔开）与 ``by`` 各列的表。
        by: 分组的列。

    Returns:
        ``by`` 各列、words、times。
    """
    lf = lf.filter(~nw.col(WORDS).is_null()).select(*by, nw.col(WORDS).str.split(" ").list.unique())
    lf = lf.explode(WORDS).filter(nw.col(WORDS) != nw.lit(""))
    return lf.group_by(*by, WORDS).agg(nw.len().alias(TIMES_SEEN))


def near_pairs(lf: Lazy) -> Lazy:
    """可能几乎相同的对：最小哈希有一段相同的。

    一段里不到 ``_FEW`` 封的两两成对；再多（同一封抄了几千遍）只与编号最小、最大的两封成对，对数不平方地涨。

    Args:
        lf: 有 message_id 与 bands（各段，空格隔开）的表。

    Returns:
        列 first、message_id：同一对只出现一次，first 在前。
    """
    bands = lf.filter(~nw.col(BANDS_COLUMN).is_null()).select(_ID, nw.col(BANDS_COLUMN).str.split(" "))
    bands = bands.explode(BANDS_COLUMN)
    ends = bands.group_by(BANDS_COLUMN).agg(
        nw.col(_ID).min().alias("first"), nw.col(_ID).max().alias("last"), nw.len().alias(TIMES_SEEN)
    )
    few = ends.filter((nw.col(TIMES_SEEN) > 1) & (nw.col(TIMES_SEEN) <= _FEW)).select(BANDS_COLUMN)
    small = bands.join(few, on=BANDS_COLUMN, how="inner")
    found = [small.rename({_ID: "first"}).join(small, on=BANDS_COLUMN, how="inner").select("first", _ID)]
    many = bands.join(ends.filter(nw.col(TIMES_SEEN) > _FEW), on=BANDS_COLUMN, how="inner")
    found.append(many.select("first", _ID))
    found.append(many.select(nw.col(_ID).alias("first"), nw.col("last").alias(_ID)))
    pairs = nw.concat(found).filter(nw.col("first") < nw.col(_ID))
    return pairs.group_by("first", _ID).agg(nw.len().alias(TIMES_SEEN)).select("first", _ID)


def count_words(data: object, by: Sequence[str] = (), *, fewest: int = 2, engine: str = "auto") -> pd.DataFrame:
    """数词：各组里每个词出现在几封来信里。

    Args:
        data: ``store_features(..., segment=True)`` 存好的 parquet，或这样的表（polars、pyarrow、Spark）。
        by: 分组的列，如 ``["department"]``。
        fewest: 至少几封才列出来（封）。
        engine: 同 ``indicators``；pandas 不会切开文字，不能用。

    Returns:
        ``by`` 各列、``word``、``messages``（封），由多到少。

    Raises:
        InputError: 没有切好的词，或引擎写成 pandas。

    Examples:
        >>> import pyarrow as pa
        >>> count_words(pa.table({"words": ["路灯 不亮", "路灯 路灯 黑"]})).to_dict("records")
        [{'word': '路灯', 'messages': 2}]
    """
    hand, lf = _open(data, engine, [*by, WORDS], [*by, WORDS])
    try:
        lf = lf.with_columns(nw.col(name).cast(nw.String).fill_null(_BLANK) for name in by)
        frame = hand.fetch(word_counts(lf, by).filter(nw.col(TIMES_SEEN) >= fewest))
    finally:
        hand.close()
    frame = frame.rename(columns={WORDS: "word", TIMES_SEEN: "messages"})
    frame["messages"] = frame["messages"].astype("int64")
    order = frame.sort_values([*by, "messages", "word"], ascending=[*[True] * len(by), False, True])
    return order.reset_index(drop=True)[[*by, "word", "messages"]]


def near_duplicates(data: object, *, threshold: float = 0.6, engine: str = "auto") -> pd.DataFrame:
    """找抄件：引擎里按最小哈希挑出可能的对，取回这几封的文字逐对精确核对，连成组。

    Args:
        data: ``store_features(..., segment=True)`` 存好的 parquet，或这样的表；要有 message_id。
        threshold: 四字片重合到几成算几乎相同（0–1）。
        engine: 同 ``indicators``；pandas 不能用。

    Returns:
        列 ``message_id``、``group``（组里编号最小的一封），只列有同伴的，按组排。

    Raises:
        InputError: 没有存好的各段或编号，或引擎写成 pandas。
    """
    import pandas as pd

    hand, lf = _open(data, engine, [_ID, BANDS_COLUMN, "subject", "body"], [_ID, BANDS_COLUMN])
    have = lf.collect_schema().names()
    try:
        lf = lf.with_columns(nw.col(_ID).cast(nw.String))
        pairs = hand.fetch(near_pairs(lf))
        who = sorted({*pairs["first"].astype(str), *pairs[_ID].astype(str)})
        texts = _texts(hand, lf, who, [name for name in ("subject", "body") if name in have])
    finally:
        hand.close()
    leader = {one: one for one in who}

    def root(one: str) -> str:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    sets: dict[str, Any] = {}
    for first, other in sorted(zip(pairs["first"].astype(str), pairs[_ID].astype(str), strict=True)):
        one, two = root(first), root(other)
        if one != two and _alike(texts[first], texts[other], threshold, sets):
            leader[max(one, two)] = min(one, two)
    groups = {one: root(one) for one in who}
    sizes = pd.Series(groups).value_counts()
    rows = sorted((group, one) for one, group in groups.items() if sizes[group] > 1)
    return pd.DataFrame({_ID: [one for _, one in rows], "group": [group for group, _ in rows]})


def _alike(one: str, other: str, threshold: float, sets: dict[str, Any]) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST:
        return False
    for text in (one, other):
        if text not in sets:
            sets[text] = grams(text)
    return float(jaccard(sets[one], sets[other])) >= threshold


def _texts(hand: Engine, lf: Lazy, who: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """要核对的几封的文字，整理过的。"""
    if not who:
        return {}
    wanted = hand.small({"wanted": list(who)})
    frame = hand.fetch(lf.select(_ID, *names).join(wanted, left_on=_ID, right_on="wanted", how="inner"))
    parts = [frame[name].astype(object).where(frame[name].notna(), "").astype(str) for name in names]
    whole = np.array(["".join(row) for row in zip(*parts, strict=True)], dtype=object)
    return {str(key): bare(text) for key, text in zip(frame[_ID].tolist(), whole.tolist(), strict=True)}


def _open(data: object, engine: str, keep: Sequence[str], needed: Sequence[str]) -> tuple[Engine, Lazy]:
    if engine == "pandas":
        raise InputError(explain("engine 写成 'pandas'", "pandas 切不开文字", "请用默认的 duckdb，或 polars、Spark"))
    hand = open_engine(data, engine)
    missing = [name for name in needed if name not in hand.columns()]
    if missing:
        hand.close()
        raise InputError(
            explain(
                f"表里没有 {'、'.join(missing)}",
                "应为存好切词与各段的表",
                "请先 store_features(来源, '存好.parquet', segment=True)；集群上用 spark_features(表, segment=True)",
            )
        )
    return hand, hand.table(list(keep))
