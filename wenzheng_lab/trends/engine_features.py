"""由文字得出的列：另算一遍、存下来，指标只用存好的列。

看文字（语气、是不是又来信、答复是不是套用、切词）比数数慢几百倍，又不随分组变，所以单独一步：本机用几个进程，
Spark 上用 ``mapInArrow`` 一批一批地算；存成 parquet 以后，各引擎的指标都从存好的列来，不会各算各的。
"""

from __future__ import annotations

import functools
import hashlib
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenzheng_lab._files import atomic_path
from wenzheng_lab._paths import as_path
from wenzheng_lab._processes import worker_count
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.letter.frames import cell_text, require_frame
from wenzheng_lab.letter.shingles import band_keys, bare, group_copies
from wenzheng_lab.model import is_blank
from wenzheng_lab.rules.load import load_rules
from wenzheng_lab.text import fold, words
from wenzheng_lab.trends.engine_base import frame_to_arrow
from wenzheng_lab.trends.indicators_spec import spec

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_NEEDED = ("subject", "body", "reply", "place")
_SEVERAL = 20_000
"""不到这么多封就在本进程里算：起几个进程要一两秒"""
_BATCH = 5_000
"""一批多少封"""
WORDS = "words"
"""切好的词，空格隔开"""
BANDS_COLUMN = "bands"
"""最小哈希的各段与全文的指纹，空格隔开：有一段相同的可能几乎相同"""
_STRINGS = (WORDS, BANDS_COLUMN)


def feature_columns(texts: Mapping[str, Sequence[str | None]], *, segment: bool = False) -> dict[str, list[object]]:
    """一批文字的各列；只看一行自己的字，所以怎样分批都一样。

    Args:
        texts: ``subject``、``body``、``reply``、``place`` 里有的几列，等长；缺失是 None。
        segment: 是否另给切好的词，与找抄件用的各段。

    Returns:
        body_key（来信的指纹，整数）、angry、again、rural、reply_key，要切词时另有 words、bands；原料没有的列不给。

    Examples:
        >>> found = feature_columns({"body": ["我再次反映！！凭什么不管"], "place": ["白鹤塘镇"]})
        >>> found["angry"], found["again"], found["rural"]
        ([True], [True], [True])
    """
    out: dict[str, list[object]] = {}
    letters = [name for name in ("subject", "body") if name in texts]
    if letters:
        whole = ["\n".join(part for part in parts if part) for parts in zip(*(texts[n] for n in letters), strict=True)]
        bodies = whole if "body" not in texts else [text or "" for text in texts["body"]]
        # 同一件事换个标题再寄一遍也是同一封；正文空着的才比标题
        out["body_key"] = [fingerprint(body) or fingerprint(text) for body, text in zip(bodies, whole, strict=True)]
        folded = [fold(text) for text in whole]
        out["angry"] = [_angry(text) if text.strip() else None for text in folded]
        out["again"] = [bool(spec().again.search(text)) if text.strip() else None for text in folded]
        if segment:
            out[WORDS] = [" ".join(word for word in words(text) if word.strip()) for text in whole]
            out[BANDS_COLUMN] = list(band_keys(whole))
    if "reply" in texts:
        out["reply_key"] = [fingerprint(text or "") for text in texts["reply"]]
    if "place" in texts:
        out["rural"] = [_rural((text or "").strip()) for text in texts["place"]]
    return out


def fingerprint(text: str) -> int | None:
    """一段文字的指纹：只看汉字、字母、数字，标点空白不算差别。

    Args:
        text: 文字。

    Returns:
        63 位的整数，每台机器、每次运行都一样；没有字为 None。

    Examples:
        >>> fingerprint("路灯，坏了。") == fingerprint("路灯坏了"), fingerprint("　") is None
        (True, True)
    """
    plain = bare(text)
    if not plain:
        return None
    digest = hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _angry(folded: str) -> bool:
    return any(pattern.search(folded) for pattern in _angry_patterns())


@functools.cache
def _angry_patterns() -> tuple[Any, ...]:
    return tuple(rule.regex for rule in load_rules("mood.toml", targets="mood").rules if rule.target != "anxious")


@functools.lru_cache(maxsize=20_000)
def _rural(place: str) -> bool | None:
    """由地点分城乡：先看最靠后的街道、乡镇，再看村居；分不出为 None。"""
    marks = spec().rural
    town, street = (max((place.rfind(mark) for mark in marks[key]), default=-1) for key in ("town", "street"))
    if max(town, street) > 0:
        return town > street
    village, urban = (max((place.rfind(mark) for mark in marks[key]), default=-1) for key in ("village", "urban"))
    return village > urban if max(village, urban) > 0 else None


def add_features(frame: pd.DataFrame, *, segment: bool = False, processes: int | None = None) -> pd.DataFrame:
    """给内存里的表添上由文字得出的列；原表不变，已有的列不重算。

    Args:
        frame: 规范列的表。
        segment: 是否另给切好的词，与找抄件用的各段。
        processes: 用几个进程；默认看封数与核数。

    Returns:
        新表。

    Raises:
        InputTypeError: 不是 pandas 的表。
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(explain(f"来的是 {type(frame).__name__}", "应为 pandas 的表", "文件请用 store_features"))
    require_frame(frame)
    texts = {name: _strings(frame[name].tolist(), name) for name in _NEEDED if name in frame.columns}
    new: dict[str, Any] = {}
    for part in _in_processes(_cut(texts, len(frame)), segment, worker_count(len(frame), processes, few=_SEVERAL)):
        for name, values in part.items():
            new.setdefault(name, []).extend(values)
    if "reply" in texts and "reply_key" in new:
        new["reply_group"] = reply_groups(texts["reply"], new["reply_key"])
    out = frame.copy()
    for name, values in new.items():
        if name not in out.columns:
            kind = "boolean" if name in ("angry", "again", "rural") else "str" if name in _STRINGS else "Int64"
            out[name] = pd.array(values, dtype=kind)
    return out


def reply_groups(texts: Sequence[str | None], keys: Sequence[int | None]) -> list[int | None]:
    """几乎相同的答复归到一组；组号是组里最先一份的指纹。

    Args:
        texts: 各份答复。
        keys: 各份的指纹。

    Returns:
        与 ``texts`` 等长；没有答复为 None。
    """
    first: dict[int, str] = {}
    for text, key in zip(texts, keys, strict=True):
        if key is not None:
            first.setdefault(key, text or "")
    own = list(first)
    heads = group_copies(list(first.values()), threshold=spec().alike, shortest=spec().shortest_reply).tolist()
    group = {key: own[head] for key, head in zip(own, heads, strict=True)}
    return [None if key is None else group[key] for key in keys]


def store_features(
    source: str | Path | pa.Table | pd.DataFrame,
    target: str | Path,
    *,
    segment: bool = False,
    processes: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Path:
    """给一张大表添上由文字得出的列，写成 parquet；一批一批地读写，内存不随封数涨。

    几乎相同的答复要放在一起比，只对不重样的答复做，所以占的内存随不重样的答复数涨。

    Args:
        source: 规范列的 parquet，或内存里的表。
        target: 写到哪里，以 ``.parquet`` 结尾。
        segment: 是否另给切好的词，与找抄件用的各段。
        processes: 用几个进程；默认用全部的核。
        progress: 每写完一批调用一次，参数是已写的行数。

    Returns:
        写好的路径。

    Raises:
        InputError: 后缀不对。
        WenzhengError: 写不进。
    """
    import pyarrow.parquet as pq

    path = as_path(target, "target")
    if path.suffix.lower() != ".parquet":
        raise InputError(explain(f"target 是 {show(str(target))}", "应以 .parquet 结尾", "请改后缀"))
    total, batches = _batches(source)
    replies: dict[int, str] = {}
    done = 0
    with atomic_path(path) as temporary:
        first = temporary.with_suffix(".first")
        try:
            writer: Any = None
            for table in _with_features(batches, segment, worker_count(total, processes, few=_SEVERAL)):
                writer = writer or pq.ParquetWriter(first, table.schema)
                writer.write_table(table, row_group_size=65_536)
                if "reply_key" in table.schema.names:
                    keys, texts = table["reply_key"].to_pylist(), table["reply"].to_pylist()
                    replies.update(
                        {k: t for k, t in zip(keys, texts, strict=True) if k is not None and k not in replies}
                    )
                done += len(table)
                if progress is not None:
                    progress(done)
            if writer is None:
                raise InputError(explain("表里一行也没有", "至少要有一封来信", "请核对来源"))
            writer.close()
            _add_groups(first, temporary, replies)
        finally:
            first.unlink(missing_ok=True)
    return path


def _add_groups(first: Path, target: Path, replies: Mapping[int, str]) -> None:
    """第二遍：把几乎相同的答复的组号接上。"""
    import pyarrow as pa
    import pyarrow.parquet as pq

    groups = reply_groups(list(replies.values()), list(replies))
    group = dict(zip(replies, groups, strict=True))
    with pq.ParquetFile(first) as file:
        schema = file.schema_arrow
        if "reply_key" not in schema.names or "reply_group" in schema.names:
            first.replace(target)
            return
        with pq.ParquetWriter(target, schema.append(pa.field("reply_group", pa.int64()))) as writer:
            for batch in file.iter_batches(batch_size=65_536):
                found = pa.array([group.get(key) for key in batch.column("reply_key").to_pylist()], pa.int64())
                writer.write_batch(pa.record_batch([*batch.columns, found], schema=writer.schema))


def _batches(source: str | Path | pa.Table | pd.DataFrame) -> tuple[int, Iterator[pa.Table]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if isinstance(source, str | Path):
        from wenzheng_lab.trends.engine_base import table_paths

        paths = [path for path in table_paths(source) or [] if path.lower().endswith(".parquet")]
        if not paths:
            raise InputError(
                explain(
                    f"来源是 {source}", "应为规范列名的 parquet", "别的格式请先用 corpus.convert_messages 转成 parquet"
                )
            )

        def read() -> Iterator[pa.Table]:
            for path in paths:
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches(batch_size=_BATCH):
                        yield pa.Table.from_batches([batch])

        return sum(pq.read_metadata(path).num_rows for path in paths), read()
    table = source if isinstance(source, pa.Table) else frame_to_arrow(source)
    return len(table), (table.slice(at, _BATCH) for at in range(0, len(table), _BATCH))


def _with_features(batches: Iterable[pa.Table], segment: bool, workers: int) -> Iterator[pa.Table]:
    waiting: list[Any] = []

    def texts() -> Iterator[dict[str, list[str | None]]]:
        for table in batches:
            waiting.append(table)
            yield {name: _strings(table[name].to_pylist(), name) for name in _NEEDED if name in table.schema.names}

    for found in _in_processes(texts(), segment, workers):
        yield with_columns(waiting.pop(0), found)


def with_columns(table: Any, found: Mapping[str, Sequence[object]]) -> Any:
    """给 arrow 的表添上得出的列；已有的不盖。

    Args:
        table: arrow 的表。
        found: ``feature_columns`` 的结果。

    Returns:
        新表。
    """
    import pyarrow as pa

    for name, values in found.items():
        if name not in table.schema.names:
            table = table.append_column(name, pa.array(values, _arrow_type(name)))
    return table


def _arrow_type(name: str) -> Any:
    import pyarrow as pa

    if name in ("angry", "again", "rural"):
        return pa.bool_()
    return pa.string() if name in _STRINGS else pa.int64()


def _strings(values: Iterable[object], name: str) -> list[str | None]:
    return [
        value if isinstance(value, str) else None if is_blank(value) else cell_text(value, name) for value in values
    ]


def _cut(texts: Mapping[str, list[str | None]], rows: int) -> Iterator[dict[str, list[str | None]]]:
    for at in range(0, rows, _BATCH):
        yield {name: values[at : at + _BATCH] for name, values in texts.items()}


def _in_processes(
    parts: Iterable[dict[str, list[str | None]]], segment: bool, workers: int
) -> Iterator[dict[str, list[object]]]:
    """几个进程一起算，按次序给出；同时在算的不超过进程数的两倍，内存才不涨。"""
    work = functools.partial(feature_columns, segment=segment)
    if workers == 1:
        yield from map(work, parts)
        return
    with ProcessPoolExecutor(workers) as pool:
        running: list[Any] = []
        for part in parts:
            running.append(pool.submit(work, part))
            if len(running) >= workers * 2:
                yield running.pop(0).result()
        for one in running:
            yield one.result()


def spark_features(frame: Any, *, segment: bool = False) -> Any:
    """在 Spark 上添由文字得出的列：``mapInArrow`` 一批一批地算，各机器都要装本包。

    几乎相同的答复（``reply_group``）要放在一起比，不在这一步；没有它时，套用只认完全相同的。

    Args:
        frame: Spark 的表。
        segment: 是否另给切好的词，与找抄件用的各段。

    Returns:
        Spark 的表，多了各列；用之前请先写成 parquet，免得每次都重算。
    """
    types: Any = importlib.import_module("pyspark.sql.types")
    have = set(frame.columns)
    probe = feature_columns({name: [None] for name in _NEEDED if name in have}, segment=segment)
    new = [name for name in probe if name not in have]
    # 另造一个：StructType.add 会改动原表记着的 schema
    schema = types.StructType(list(frame.schema.fields))
    for name in new:
        kind = types.StringType() if name in _STRINGS else types.LongType()
        schema.add(name, types.BooleanType() if name in ("angry", "again", "rural") else kind)
    return frame.mapInArrow(functools.partial(_map_batches, segment=segment), schema)


def _map_batches(batches: Iterator[pa.RecordBatch], *, segment: bool) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for batch in batches:
        table = pa.Table.from_batches([batch])
        texts = {name: _strings(table[name].to_pylist(), name) for name in _NEEDED if name in table.schema.names}
        yield from with_columns(table, feature_columns(texts, segment=segment)).to_batches()
