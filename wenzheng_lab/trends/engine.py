"""引擎：把表交给谁算。同一套 narwhals 式子在 DuckDB、pandas、polars、Spark 上跑，只有进出的边界各写各的。"""

from __future__ import annotations

from wenzheng_lab.errors import InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.trends.engine_base import Engine, table_paths
from wenzheng_lab.trends.engine_duck import DuckEngine

__all__ = ["ENGINES", "Engine", "open_engine", "table_paths"]

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
