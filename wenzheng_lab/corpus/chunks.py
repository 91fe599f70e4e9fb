"""``read_message_chunks``：一段一段地读大表，读完了有阅读报告；``convert_messages`` 转成 parquet。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._files import atomic_path, scratch_folder
from wenzheng_lab._paths import as_path
from wenzheng_lab.corpus.archive import members, unpack
from wenzheng_lab.corpus.checks import Checker
from wenzheng_lab.corpus.collect import Collected, collect_parts
from wenzheng_lab.corpus.frames import build_frame
from wenzheng_lab.corpus.read import build_report, choose_tables, file_entry
from wenzheng_lab.corpus.reading import ReadingReport
from wenzheng_lab.corpus.registry import canonical_names, registry
from wenzheng_lab.corpus.schemas import Plan, check_mapping
from wenzheng_lab.corpus.sources import open_tables
from wenzheng_lab.corpus.tables import RawTable
from wenzheng_lab.errors import InputError, ReadError, explain, show

if TYPE_CHECKING:
    from os import PathLike

    from pandas import DataFrame

CHUNK_ROWS = 20_000
"""一段多少行；两万封平常的来信与答复约占 60 MB"""


class _Reading:
    """读一遍：各段与账。"""

    def __init__(
        self,
        path: Path,
        columns: Mapping[str, str] | None,
        sheet: str | None,
        encoding: str | None,
        extra: bool,
        simplify: bool,
        rows: int,
    ) -> None:
        self._path, self._columns, self._sheet, self._encoding = path, columns, sheet, encoding
        self._extra, self._simplify, self._rows = extra, simplify, rows
        self.report: ReadingReport | None = None

    def __iter__(self) -> Iterator[DataFrame]:
        check, parts, notes, total = Checker(), [], [], 0
        with scratch_folder() as folder:
            several = members(self._path) if self._path.is_dir() else unpack(self._path, folder)
            files = [(self._path.name, self._path)] if several is None else several.files
            if several is not None:
                notes += several.notes
            for name, file in files:
                try:
                    for part, entry, first in self._file(file, name, notes):
                        if first:
                            parts.append((entry, part))
                        frame = build_frame([part])
                        frame.index = frame.index + total
                        check.add(frame)
                        total += len(frame)
                        if len(frame):
                            yield frame
                except ReadError as error:
                    if several is None:
                        raise
                    notes.append(f"{name} 没有读：{error}")
        if not total:
            raise ReadError(
                explain(
                    f"{self._path.name} 里没有一条留言" + ("：" + "；".join(notes[:5]) if notes else ""),
                    "应至少有一行",
                    "请核对文件，或用 columns= 写明对照",
                )
            )
        entries = [(file_entry(full, table, plan, part), part) for (full, table, plan), part in parts]
        self.report = build_report(self._path.name, entries, notes, check.result(), total)

    def _file(
        self, path: Path, name: str, notes: list[str]
    ) -> Iterator[tuple[Collected, tuple[str, RawTable, Plan], bool]]:
        tables = open_tables(path, encoding=self._encoding)
        try:
            found, unknown = choose_tables(tables, name, self._columns, self._sheet)
            notes += [f"工作表“{title}”认不出，没有读" for title in unknown]
            for table, plan, row in found:
                if plan.schema.id != found[0][1].schema.id:
                    notes.append(f"工作表“{table.name}”是另一种表（{plan.schema.name}），没有读；要读请写 sheet=")
                    continue
                full = f"{name}“{table.name}”" if table.name else name
                first = True
                part: Collected | None = None
                for part in collect_parts(
                    table, plan, row, extra=self._extra, simplify=self._simplify, size=self._rows
                ):
                    yield part, (full, table, plan), first
                    first = False
                if part is not None:
                    part.columns = {}  # 账留着，文字放掉
                    if not part.rows:
                        notes.append(f"{full} 只有表头，没有内容")
        finally:
            for table in tables:
                table.close()


class MessageStream:
    """一段一段的留言；遍历完了 ``report`` 才齐。只能遍历一遍。"""

    def __init__(self, reading: _Reading) -> None:
        # 正在读的不反过来指着这里：读到一半不要了，文件马上关掉，不等回收
        self._reading, self._running = reading, iter(reading)

    @property
    def report(self) -> ReadingReport:
        """阅读报告。

        Raises:
            InputError: 还没有遍历完。
        """
        if self._reading.report is None:
            raise InputError(explain("还没有读完", "遍历完各段才有报告", "请先读完，再取 report"))
        return self._reading.report

    def __iter__(self) -> Iterator[DataFrame]:
        return self

    def __next__(self) -> DataFrame:
        return next(self._running)


def read_message_chunks(
    path: str | PathLike[str],
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    extra: bool = False,
    simplify: bool = False,
    rows: int = CHUNK_ROWS,
) -> MessageStream:
    r"""一段一段地读留言导出表，内存不随行数涨。

    认表的办法与 ``read_messages`` 一样，读入的行、阅读报告也一样。xls 与网页里的表要整个读进来再分段；
    十几兆以上的 json 要读两遍，头一遍看有哪些键。

    Args:
        path: 文件、文件夹或 zip。
        columns: 认不出的表用的对照，同 ``read_messages``。
        sheet: 只读这个工作表。
        encoding: 文字文件的编码；默认自己认。
        extra: 是否保留没有用到的原列。
        simplify: 是否把繁体换成简体。
        rows: 一段多少行，至多；不算空行、表头。

    Returns:
        可遍历一遍的流，每段一张规范列的表，索引从 0 起、接着往下排；遍历完了 ``report`` 是阅读报告。

    Raises:
        InputError: 对照或行数写错。
        ReadError: 找不到；读到一半打不开、是空的、认不出的，在遍历时说。

    Examples:
        >>> import pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = pathlib.Path(folder.name, "来信.csv")
        >>> _ = file.write_text("主题,详情\n" + "路灯,不亮\n" * 5, encoding="utf-8")
        >>> stream = read_message_chunks(file, rows=2)
        >>> [len(frame) for frame in stream], stream.report.rows_read
        ([2, 2, 1], 5)
        >>> folder.cleanup()
    """
    if columns is not None:
        check_mapping(columns)
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise InputError(explain(f"rows 写成 {show(rows)}", "应为 1 以上的整数", "不写就是两万行一段"))
    where = as_path(path)
    if not where.exists():
        raise ReadError(explain(f"找不到 {where}", "应为已有的文件或文件夹", "请核对路径"))
    return MessageStream(_Reading(where, columns, sheet, encoding, extra, simplify, rows))


def convert_messages(
    path: str | PathLike[str],
    target: str | PathLike[str],
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    simplify: bool = False,
    progress: Callable[[int], object] | None = None,
) -> ReadingReport:
    """把任何认得的导出转成规范列的 parquet，边读边写，供大表引擎用。

    几个文件的列不一样时，没有的列是空；所有文件都没有的列不写。

    Args:
        path: 同 ``read_messages``。
        target: 以 ``.parquet`` 结尾的路径。
        columns: 同 ``read_messages``。
        sheet: 同上。
        encoding: 同上。
        simplify: 同上。
        progress: 每写完一段调用一次，参数是已写的行数。

    Returns:
        阅读报告。

    Raises:
        InputError: 后缀不对。
        ReadError: 读不了。
        WenzhengError: 写不进。
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    where = as_path(target, "target")
    if where.suffix.lower() != ".parquet":
        raise InputError(explain(f"target 是 {show(str(target))}", "应以 .parquet 结尾", "请改后缀"))
    stream = read_message_chunks(path, columns=columns, sheet=sheet, encoding=encoding, simplify=simplify)
    kinds = {
        "text": pa.string(),
        "time": pa.timestamp("us"),
        "number": pa.float64(),
        "rating": pa.float64(),
        "flag": pa.bool_(),
    }
    schema = pa.schema([(column.name, kinds[column.kind]) for column in registry().columns])
    seen: Counter[str] = Counter()
    done = 0
    with atomic_path(where) as temporary:
        whole = temporary.with_suffix(".all")
        try:
            with pq.ParquetWriter(whole, schema) as writer:
                for frame in stream:
                    names = [name for name in canonical_names() if name in frame]
                    seen.update(names)
                    arrays = [
                        pa.Array.from_pandas(frame[field.name], type=field.type)
                        if field.name in names
                        else pa.nulls(len(frame), field.type)
                        for field in schema
                    ]
                    writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=65_536)
                    done += len(frame)
                    if progress is not None:
                        progress(done)
            _drop_columns(whole, temporary, [name for name in canonical_names() if seen[name]])
        finally:
            whole.unlink(missing_ok=True)
    return stream.report


def _drop_columns(source: Path, target: Path, names: list[str]) -> None:
    """谁都没有的列不写：没有与空着是两回事。"""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(source) as file:
        if len(names) < len(file.schema_arrow):
            kept = pa.schema([file.schema_arrow.field(name) for name in names])
            with pq.ParquetWriter(target, kept) as writer:
                for batch in file.iter_batches(batch_size=65_536, columns=names):
                    writer.write_batch(batch.select(names))
            return
    source.replace(target)
