"""引擎：把表交给谁算。同一套 narwhals 式子在 DuckDB、pandas、polars、Spark 上跑，只有进出的边界各写各的。"""

from __future__ import annotations

from wenzheng_lab.errors import InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.trends.engine_base import Engine, table_paths
from wenzheng_lab.trends.engine_duck import DuckEngine

<<<<<<< HEAD
__all__ = ["ENGINES", "Engine", "open_engine", "table_paths"]
=======
import narwhals as nw

from wenzheng_lab._files import is_temporary
from wenzheng_lab.errors import InputError, InputTypeError, ReadError, explain, show, suggest
from wenzheng_lab.trends.indicators_rows import BLANKS, TIMES, Lazy, day_columns

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
>>>>>>> bdeab35 (Writes killed at any step or byte leave the old file or the new one; stray temporaries are recognised, skipped and swept; two programs on one file are serialised or refused)

ENGINES = ("auto", "duckdb", "pandas", "polars")
"""可以写的引擎；另可写 Spark 的主节点，如 spark://主机:7077、local[2]"""
_FRAMES = ("DataFrame", "LazyFrame", "Table")
_SPARK = ("spark://", "local[", "local", "yarn", "k8s://")


def open_engine(data: object, engine: str = "auto") -> Engine:
    """选引擎，把表交给它。

    Args:
        data: pandas、polars、pyarrow、Spark 的表，或 parquet、csv 的路径（可以是几个、可以带 ``*``）。
        engine: ``auto`` 对 Spark 的表用 Spark，其余用 DuckDB；也可写明 duckdb、pandas、polars 或 Spark 的主节点。

    Returns:
        引擎；用完要 ``close``。

    Raises:
        InputError: 引擎写错。
        InputTypeError: 不是表也不是路径。
        ReadError: 文件打不开。
    """
    if not isinstance(engine, str) or (engine not in ENGINES and not engine.startswith(_SPARK)):
        raise InputError(
            explain(
                f"engine 写成 {show(engine)}",
                f"可用：{'、'.join(ENGINES)}，或 Spark 的主节点，如 spark://主机:7077",
                f"请改写；{suggest(str(engine), ENGINES)}",
            )
        )
    module = type(data).__module__.partition(".")[0]
    if module == "pyspark" or engine.startswith(_SPARK):
        from wenzheng_lab.trends.engine_spark import SparkEngine

        return SparkEngine.open(data, engine)
    paths = table_paths(data)
    if paths is None and (module not in ("pandas", "polars", "pyarrow") or type(data).__name__ not in _FRAMES):
        raise InputTypeError(
            explain(
                f"来的是 {type(data).__name__} 类型的 {show(data)}",
                "应为 pandas、polars、pyarrow、Spark 的表，或 parquet、csv 的路径",
                "原始导出请先用 wz.read_messages 读入",
            )
        )
    if engine in ("pandas", "polars"):
        from wenzheng_lab.trends.engine_frames import PandasEngine, PolarsEngine, to_pandas, to_polars

        return PandasEngine(to_pandas(data, paths)) if engine == "pandas" else PolarsEngine(to_polars(data, paths))
    return DuckEngine.open(data, paths)
<<<<<<< HEAD
=======


def edges_of(hand: Engine, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
    """用 ``table`` 得出的列算头尾；各引擎都能用。

    Args:
        hand: 引擎。
        lf: ``table`` 的结果。
        times: 时间的列。
        numbers: 数的列。

    Returns:
        见 ``Engine.edges``。
    """
    parts = []
    for name in times:
        moment = nw.col(day_columns(name)[1])
        parts += [moment.min().alias(f"{name}__min"), moment.max().alias(f"{name}__max")]
    parts += [nw.col(name).max().alias(f"{name}__max") for name in numbers]
    row = hand.fetch(lf.select(*parts)).iloc[0].to_dict() if parts else {}
    return {str(name): None if value is None or value != value else float(value) for name, value in row.items()}


def wrong_time(name: str, kind: str) -> InputError:
    """时间列不是时间：不猜，说清楚。

    Args:
        name: 列名。
        kind: 类型。

    Returns:
        错误。
    """
    return InputError(
        explain(
            f"{name} 一列是 {kind}",
            "应为时间",
            "请用 wz.read_messages 读入原始导出，它会把各种写法读成时间",
        )
    )


def table_paths(data: object) -> list[str] | None:
    """是路径时列出各个文件；不是路径为 None。

    Args:
        data: 路径、几个路径，或别的东西。

    Returns:
        文件路径。

    Raises:
        ReadError: 找不到，或不是 parquet、csv。
    """
    if isinstance(data, str | Path):
        data = [data]
    if not isinstance(data, list | tuple) or not data or not all(isinstance(item, str | Path) for item in data):
        return None
    out: list[str] = []
    for item in data:
        path = Path(item)
        if path.is_dir():
            found = _tables(path, "*.parquet") or _tables(path, "*.csv")
        elif any(mark in path.name for mark in "*?["):
            found = _tables(path.parent, path.name)
        else:
            found = [path] if path.is_file() else []
        if not found or any(one.suffix.lower() not in _TABLES for one in found):
            raise ReadError(
                explain(
                    f"{item} {'不是 parquet 或 csv' if found else '里没有 parquet 或 csv，或者找不到'}",
                    "应为规范列名的 parquet 或 csv",
                    "别的格式请用 wenzheng analyse，或先用 wz.read_messages 读入",
                )
            )
        out += [str(one) for one in found]
    if len({Path(one).suffix.lower() for one in out}) > 1:
        raise ReadError(explain("几个文件里又有 parquet 又有 csv", "应为同一种", "请分开算"))
    return out


def _tables(folder: Path, pattern: str) -> list[Path]:
    """写完了的表；写到一半的临时文件不算。"""
    return sorted(path for path in folder.glob(pattern) if not is_temporary(path))


@dataclass
class DuckEngine:
    """DuckDB：就在本进程里，parquet、csv 可以比内存大。"""

    connection: Any
    """连接"""
    relation: Any
    """原表"""
    name: str
    """名字与版本"""
    _kept: list[object] = field(default_factory=list)

    @classmethod
    def open(cls, data: object, paths: list[str] | None) -> DuckEngine:
        """开一个连接，接上表。

        Args:
            data: 表；有 ``paths`` 时不看它。
            paths: 文件。

        Returns:
            引擎。

        Raises:
            ReadError: 文件读不通。
        """
        import duckdb

        connection = duckdb.connect(":memory:", config={"preserve_insertion_order": "false"})
        try:
            if paths is None:
                relation = connection.from_arrow(_to_arrow(data))
            elif paths[0].lower().endswith(".csv"):
                relation = connection.read_csv(cast(Any, paths), header=True, sample_size=100_000)
            else:
                relation = connection.read_parquet(paths, union_by_name=True)
        except duckdb.Error as error:
            raise ReadError(
                explain(
                    f"{'、'.join(paths or [type(data).__name__])[:200]} 读不通（{str(error).splitlines()[0][:200]}）",
                    "应为完好的 parquet，或第一行是规范列名、UTF-8 的 csv",
                    "原始导出请用 wenzheng analyse，它会认表、认编码",
                )
            ) from error
        return cls(connection, relation, f"duckdb {duckdb.__version__}")

    def columns(self) -> dict[str, str]:
        """原表的列名与类型。"""
        return dict(zip(self.relation.columns, map(str, self.relation.types), strict=True))

    def table(self, keep: Sequence[str]) -> Lazy:
        """原表，只取 ``keep`` 里的列。

        答复正文只为看有没有字，在这里就换成是非，免得几个 GB 的文字跟着走。
        """
        parts = []
        for name, kind in self.columns().items():
            if name not in keep:
                continue
            quoted = _quoted(name)
            if name == "reply":
                parts.append(f"({quoted} IS NOT NULL AND trim({quoted}, '{BLANKS}') <> '') AS has_reply")
            elif name in TIMES:
                if not kind.startswith(("TIMESTAMP", "DATE")):
                    raise wrong_time(name, kind)
                day, moment = day_columns(name)
                if kind == "TIMESTAMP WITH TIME ZONE":
                    # 换到北京时间；1992 年以后没有夏令时，加八小时就是
                    quoted = f"make_timestamp(epoch_us({quoted}) + {_BEIJING})"
                parts.append(f"CAST({quoted} AS DATE) - DATE '1970-01-01' + {EPOCH} AS {day}")
                parts.append(f"epoch_us(CAST({quoted} AS TIMESTAMP)) // 1000000 + {EPOCH * 86_400} AS {moment}")
            elif kind in ("FLOAT", "DOUBLE"):
                parts.append(f"CASE WHEN isnan({quoted}) THEN NULL ELSE {quoted} END AS {quoted}")
            else:
                parts.append(quoted)
        lf: Lazy = nw.from_native(self.relation.select(", ".join(parts)))
        return lf

    def edges(self, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
        """时间的头尾与数的最大值；在原列上问，parquet 自己记着头尾，不必读一遍。"""
        kinds = self.columns()
        parts = []
        for name in times:
            quoted, shift = _quoted(name), _BEIJING if kinds[name] == "TIMESTAMP WITH TIME ZONE" else 0
            for end in ("min", "max"):
                value = f"CAST({end}({quoted}) AS TIMESTAMP)" if kinds[name] == "DATE" else f"{end}({quoted})"
                parts.append(f"(epoch_us({value}) + {shift + EPOCH * DAY}) / 1000000 AS {name}__{end}")
        parts += [f"CAST(max({_quoted(name)}) AS DOUBLE) AS {name}__max" for name in numbers]
        if not parts:
            return {}
        row: dict[Any, Any] = dict(self.fetch(nw.from_native(self.relation.aggregate(", ".join(parts)))).iloc[0])
        # NaN 比什么都大：有 NaN 的列另读一遍
        if any(row[f"{name}__max"] != row[f"{name}__max"] for name in numbers):
            row.update(edges_of(self, lf, (), numbers))
        return {str(name): None if value is None or value != value else float(value) for name, value in row.items()}

    def small(self, data: Mapping[str, list[object]]) -> Lazy:
        """把一张小表放到引擎里。"""
        import pyarrow as pa

        table = pa.table({name: pa.array(values) for name, values in data.items()})
        self._kept.append(table)
        lf: Lazy = nw.from_native(self.connection.from_arrow(table))
        return lf

    def fetch(self, lf: Lazy) -> pd.DataFrame:
        """算出结果，取回成 pandas 的表。"""
        import duckdb

        try:
            frame: pd.DataFrame = lf.to_native().df()
        except duckdb.Error as error:
            raise ReadError(
                explain(
                    f"算到一半出错（{str(error).splitlines()[0][:200]}）",
                    "时间列应为时间，评分列应为数",
                    "请用 wz.read_messages 读入原始导出，它会把各列读成该有的类型",
                )
            ) from error
        return frame

    def close(self) -> None:
        """关连接。"""
        self.connection.close()


@dataclass
class PandasEngine:
    """pandas：表已在内存里、不大时。"""

    frame: pd.DataFrame
    """原表"""

    @property
    def name(self) -> str:
        """名字与版本。"""
        import pandas as pd

        return f"pandas {pd.__version__}"

    def columns(self) -> dict[str, str]:
        """原表的列名与类型。"""
        return {str(name): str(self.frame[name].dtype) for name in self.frame.columns}

    def table(self, keep: Sequence[str]) -> Lazy:
        """原表，只取 ``keep`` 里的列。"""
        import pandas as pd

        frame = self.frame[[name for name in self.frame.columns if name in keep]].copy()
        for name in [name for name in TIMES if name in frame]:
            column = frame.pop(name)
            if column.dtype.kind != "M" and not isinstance(column.dtype, pd.DatetimeTZDtype):
                raise wrong_time(name, str(column.dtype))
            if getattr(column.dtype, "tz", None) is not None:
                column = column.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
            blank = column.isna().to_numpy()
            value = column.to_numpy(dtype="datetime64[us]").astype("int64")
            value[blank] = 0
            day, moment = day_columns(name)
            frame[day] = pd.arrays.IntegerArray(value // DAY + EPOCH, blank.copy())
            frame[moment] = pd.arrays.IntegerArray(value // 1_000_000 + EPOCH * 86_400, blank.copy())
        return nw.from_native(frame).lazy()

    def edges(self, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
        """时间的头尾与数的最大值。"""
        return edges_of(self, lf, times, numbers)

    def small(self, data: Mapping[str, list[object]]) -> Lazy:
        """把一张小表放到引擎里。"""
        import pandas as pd

        frame = pd.DataFrame({name: pd.Series(values) for name, values in data.items()})
        for name in frame.columns:
            if frame[name].dtype.kind in "fi":
                frame[name] = frame[name].astype("Int64")
        return nw.from_native(frame).lazy()

    def fetch(self, lf: Lazy) -> pd.DataFrame:
        """算出结果。"""
        frame: pd.DataFrame = lf.collect().to_native()
        return frame

    def close(self) -> None:
        """没有要收拾的。"""


@dataclass
class PolarsEngine:
    """polars：装了才能用。"""

    frame: Any
    """polars 的 LazyFrame"""

    @property
    def name(self) -> str:
        """名字与版本。"""
        return f"polars {importlib.import_module('polars').__version__}"

    def columns(self) -> dict[str, str]:
        """原表的列名与类型。"""
        return {name: str(kind) for name, kind in self.frame.collect_schema().items()}

    def table(self, keep: Sequence[str]) -> Lazy:
        """原表，只取 ``keep`` 里的列。"""
        pl = importlib.import_module("polars")
        schema = self.frame.collect_schema()
        parts = []
        for name, kind in schema.items():
            if name not in keep:
                continue
            column = pl.col(name)
            if kind in (pl.Float32, pl.Float64):
                column = column.fill_nan(None)
            if name in TIMES:
                if not isinstance(kind, pl.Datetime) and kind != pl.Date:
                    raise wrong_time(name, str(kind))
                if getattr(kind, "time_zone", None):
                    column = column.dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None)
                value = column.cast(pl.Datetime("us")).dt.epoch("us")
                day, moment = day_columns(name)
                parts += [(value // DAY + EPOCH).alias(day), (value // 1_000_000 + EPOCH * 86_400).alias(moment)]
                continue
            parts.append(column)
        lf: Lazy = nw.from_native(self.frame.select(parts))
        return lf

    def edges(self, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
        """时间的头尾与数的最大值。"""
        return edges_of(self, lf, times, numbers)

    def small(self, data: Mapping[str, list[object]]) -> Lazy:
        """把一张小表放到引擎里。"""
        import pyarrow as pa

        # 空表没有值可以看出类型，polars 不肯拿它去对：首列是文字，其余是整数（见 ``small_table``）
        kinds = [pa.string(), *[pa.int64()] * (len(data) - 1)]
        arrays = [pa.array(values, None if values else kind) for values, kind in zip(data.values(), kinds, strict=True)]
        frame = importlib.import_module("polars").from_arrow(pa.table(dict(zip(data, arrays, strict=True))))
        lf: Lazy = nw.from_native(frame.lazy())
        return lf

    def fetch(self, lf: Lazy) -> pd.DataFrame:
        """算出结果，取回成 pandas 的表。"""
        frame: pd.DataFrame = lf.to_native().collect().to_arrow().to_pandas()
        return frame

    def close(self) -> None:
        """没有要收拾的。"""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _to_arrow(data: object) -> pa.Table:
    import pyarrow as pa

    if isinstance(data, pa.Table):
        return data
    if type(data).__module__.startswith("polars"):
        frame: Any = data
        table: pa.Table = (frame.collect() if hasattr(frame, "collect") else frame).to_arrow()
        return table
    return frame_to_arrow(data)


def frame_to_arrow(frame: Any) -> pa.Table:
    """Pandas 的表换成 arrow；一列里几种类型混着的按文字。

    Args:
        frame: pandas 的表。

    Returns:
        arrow 的表；NaN、NaT、None 都是空。
    """
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]
        try:
            columns[str(name)] = pa.Array.from_pandas(column)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[str(name)] = pa.array(
                [None if value is None or value != value else str(value) for value in column.tolist()], pa.string()
            )
    return pa.table(columns)


def _to_pandas(data: object, paths: list[str] | None) -> pd.DataFrame:
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    engine = DuckEngine.open(data, paths)
    try:
        return engine.relation.to_arrow_table().to_pandas()  # type: ignore[no-any-return]
    finally:
        engine.close()


def _to_polars(data: object, paths: list[str] | None) -> Any:
    try:
        pl = importlib.import_module("polars")
    except ImportError as error:
        raise InputError(
            explain("engine 写成 polars，本机没有装它", "", "请运行 pip install polars，或用默认的 duckdb")
        ) from error
    if paths is not None:
        return pl.scan_parquet(paths) if paths[0].endswith(".parquet") else pl.scan_csv(paths, try_parse_dates=True)
    if isinstance(data, pl.LazyFrame | pl.DataFrame):
        return data.lazy()
    return pl.from_arrow(_to_arrow(data)).lazy()
>>>>>>> bdeab35 (Writes killed at any step or byte leave the old file or the new one; stray temporaries are recognised, skipped and swept; two programs on one file are serialised or refused)
