"""pandas、polars：表已在内存里时的引擎，结果与 DuckDB 一样。"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.trends.engine_base import DAY, EPOCH, edges_of, to_arrow, wrong_time
from wenzheng_lab.trends.engine_duck import DuckEngine
from wenzheng_lab.trends.indicators_pack import Lazy
from wenzheng_lab.trends.indicators_rows import MINUTE, TIMES, day_columns

if TYPE_CHECKING:
    import pandas as pd


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
            if name == "replied_at":
                frame[MINUTE] = pd.arrays.IntegerArray(value // 60_000_000 + EPOCH * 1_440, blank.copy())
        for name in frame.columns:
            # 是非与空混在一列的，pandas 当作 object；不换成会空的是非，空就算成了“是”
            if frame[name].dtype == object and pd.api.types.infer_dtype(frame[name], skipna=True) == "boolean":
                frame[name] = frame[name].astype("boolean")
        return nw.from_native(frame).lazy()

    def edges(self, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
        """时间的头尾与数的最大值。"""
        return edges_of(self, lf, times, numbers)

    def small(self, data: Mapping[str, list[object]]) -> Lazy:
        """把一张小表放到引擎里。"""
        import pandas as pd

        frame = pd.DataFrame({name: pd.Series(values) for name, values in data.items()})
        for name in frame.columns:
            # 有空的整数会成小数；评分本来就是小数，带零头的不动
            if frame[name].dtype.kind in "fi" and (frame[name].dropna() % 1 == 0).all():
                frame[name] = frame[name].astype("Int64")
        return nw.from_native(frame).lazy()

    def keep(self, lf: Lazy) -> Lazy:
        """本来就在内存里。"""
        return lf

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
                if name == "replied_at":
                    parts.append((value // 60_000_000 + EPOCH * 1_440).alias(MINUTE))
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

        # 空表没有值可以看出类型，polars 不肯拿它去对；会空的小表都是整数
        arrays = [pa.array(values, None if values else pa.int64()) for values in data.values()]
        frame = importlib.import_module("polars").from_arrow(pa.table(dict(zip(data, arrays, strict=True))))
        lf: Lazy = nw.from_native(frame.lazy())
        return lf

    def keep(self, lf: Lazy) -> Lazy:
        """算好留着；原表已在内存里，窄表小得多。"""
        return lf.collect().lazy()

    def fetch(self, lf: Lazy) -> pd.DataFrame:
        """算出结果，取回成 pandas 的表。"""
        frame: pd.DataFrame = lf.to_native().collect().to_arrow().to_pandas()
        return frame

    def close(self) -> None:
        """没有要收拾的。"""


def to_pandas(data: object, paths: list[str] | None) -> pd.DataFrame:
    """表或文件读成 pandas 的表。

    Args:
        data: 表；有 ``paths`` 时不看它。
        paths: 文件。

    Returns:
        pandas 的表。
    """
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    engine = DuckEngine.open(data, paths)
    try:
        return engine.relation.to_arrow_table().to_pandas()  # type: ignore[no-any-return]
    finally:
        engine.close()


def to_polars(data: object, paths: list[str] | None) -> Any:
    """表或文件接成 polars 的惰性表。

    Args:
        data: 表；有 ``paths`` 时不看它。
        paths: 文件。

    Returns:
        polars 的 LazyFrame。

    Raises:
        InputError: 没有装 polars。
    """
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
    return pl.from_arrow(to_arrow(data)).lazy()
