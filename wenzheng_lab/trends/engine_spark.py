"""Spark：数据多得一台机器放不下，或者本来就在集群上时用。要装 ``wenzheng-lab[spark]`` 与 Java 17 以上。

分组汇总全在集群上算，取回来的只有结果那几百行。
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from wenzheng_lab.errors import InputError, ReadError, explain
from wenzheng_lab.trends.engine_base import EPOCH, edges_of, wrong_time
from wenzheng_lab.trends.indicators_pack import Lazy
from wenzheng_lab.trends.indicators_rows import MINUTE, TIMES, day_columns

if TYPE_CHECKING:
    import pandas as pd

ZONE = "Asia/Shanghai"
"""自己开的会话用北京时间：带时区的时间照它显示，月份才不会错"""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass
class SparkEngine:
    """Spark 的一个会话。"""

    session: Any
    """会话"""
    frame: Any
    """原表"""
    own: bool
    """会话是不是自己开的；自己开的用完关掉"""

    @classmethod
    def open(cls, data: object, master: str) -> SparkEngine:
        """接上 Spark 的表，或开一个会话读 parquet。

        Args:
            data: Spark 的表，或 parquet、csv 的路径（集群上各机器都要读得到）。
            master: 主节点；``data`` 已是 Spark 的表时用它自己的会话。

        Returns:
            引擎。

        Raises:
            InputError: 没有装 pyspark 或 Java。
            ReadError: 读不到。
        """
        if type(data).__module__.startswith("pyspark"):
            frame: Any = data
            return cls(frame.sparkSession, frame, own=False)
        running = _running()
        session = running or start_session(master)
        try:
            frame = _read(session, data)
        except BaseException:
            if running is None:
                session.stop()
            raise
        return cls(session, frame, own=running is None)

    @property
    def name(self) -> str:
        """名字与版本。"""
        return f"spark {self.session.version}"

    def columns(self) -> dict[str, str]:
        """原表的列名与类型。"""
        return {field.name: field.dataType.simpleString() for field in self.frame.schema.fields}

    def table(self, keep: Sequence[str]) -> Lazy:
        """原表，只取 ``keep`` 里的列；带时区的时间照会话的时区取钟点，就是 ``show()`` 显示的样子。"""
        functions = importlib.import_module("pyspark.sql.functions")
        parts = []
        for name, kind in self.columns().items():
            if name not in keep:
                continue
            column = functions.col(f"`{name}`")
            if name in TIMES:
                if kind not in ("timestamp", "timestamp_ntz", "date"):
                    raise wrong_time(name, kind)
                day, moment = day_columns(name)
                since = functions.datediff(functions.to_date(column), functions.lit("1970-01-01").cast("date"))
                clock = functions.hour(column) * 3600 + functions.minute(column) * 60 + functions.second(column)
                whole = (since + EPOCH).cast("long") * 86_400
                parts.append((since + EPOCH).cast("long").alias(day))
                parts.append((whole if kind == "date" else whole + clock).alias(moment))
                if name == "replied_at":
                    minutes = (since + EPOCH).cast("long") * 1_440
                    hour = functions.hour(column) * 60 + functions.minute(column)
                    parts.append((minutes if kind == "date" else minutes + hour).alias(MINUTE))
                continue
            if kind in ("float", "double"):
                column = functions.when(~functions.isnan(column), column)
            parts.append(column.alias(name))
        lf: Lazy = nw.from_native(self.frame.select(*parts))
        return lf

    def edges(self, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
        """时间的头尾与数的最大值。"""
        return edges_of(self, lf, times, numbers)

    def small(self, data: Mapping[str, list[object]]) -> Lazy:
        """把一张小表发到集群，各机器一份。"""
        import pyarrow as pa

        functions = importlib.import_module("pyspark.sql.functions")
        table = pa.table({name: pa.array(values, None if values else pa.int64()) for name, values in data.items()})
        lf: Lazy = nw.from_native(functions.broadcast(self.session.createDataFrame(table)))
        return lf

    def keep(self, lf: Lazy) -> Lazy:
        """不留：集群上留多少由用的人定（事先 ``cache`` 原表即可）。"""
        return lf

    def fetch(self, lf: Lazy) -> pd.DataFrame:
        """算出结果，取回成 pandas 的表。"""
        # toPandas 在 pandas 3 上会给出一串提醒；先取成 arrow 就没有
        frame: pd.DataFrame = lf.to_native().toArrow().to_pandas()
        return frame

    def close(self) -> None:
        """关掉自己开的会话；别人的不动。"""
        if self.own:
            self.session.stop()


def start_session(master: str, *, name: str = "wenzheng", settings: Mapping[str, str] | None = None) -> Any:
    """开一个会话。

    Args:
        master: 主节点，如 ``spark://127.0.0.1:7077``、``local[2]``。
        name: 应用名。
        settings: 另外的设置，盖过默认的。

    Returns:
        ``SparkSession``。

    Raises:
        InputError: 没有装 pyspark 或 Java，或连不上主节点。
    """
    require_spark()
    # 工作进程用的解释器要与这里同一版本；集群上另有安排的，事先设好这个变量就不动它
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    loopback = master.startswith("local") or any(host in master for host in _LOOPBACK)
    if loopback:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    sql = importlib.import_module("pyspark.sql")
    builder = sql.SparkSession.builder.master(master).appName(name)
    options = {
        "spark.sql.session.timeZone": ZONE,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if loopback:
        options |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for key, value in {**options, **(settings or {})}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:  # pyspark 把 JVM 里的种种错误都抛成不同的类
        raise InputError(
            explain(
                f"连不上 Spark 主节点 {master}（{str(error).splitlines()[0][:200]}）",
                "应为 spark://主机:端口，或 local[核数]",
                "请核对地址，看主节点开着没有",
            )
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def require_spark() -> None:
    """确认装了 pyspark 与 Java。

    Raises:
        InputError: 缺一样。
    """
    if importlib.util.find_spec("pyspark") is None:
        raise InputError(
            explain(
                "要用 Spark，本机没有装 pyspark",
                "",
                "请运行 pip install 'wenzheng-lab[spark]'；不必用集群的，去掉 --engine",
            )
        )
    if java() is None:
        raise InputError(
            explain(
                "要用 Spark，本机没有 Java", "应有 Java 17 以上", "请安装后设好 JAVA_HOME；不必用集群的，去掉 --engine"
            )
        )


def java() -> str | None:
    """Java 在哪里。

    Returns:
        可执行文件的路径；没有为 None。
    """
    home = os.environ.get("JAVA_HOME")
    if home and (found := shutil.which("java", path=str(Path(home) / "bin"))):
        return found
    return shutil.which("java")


def _running() -> Any:
    if "pyspark.sql" not in sys.modules:
        return None
    return sys.modules["pyspark.sql"].SparkSession.getActiveSession()


def _read(session: Any, data: object) -> Any:
    paths = [str(item) for item in (data if isinstance(data, list | tuple) else [data])]
    if not all(isinstance(item, str | Path) for item in (data if isinstance(data, list | tuple) else [data])):
        raise InputError(
            explain(
                f"要用 Spark，来的是 {type(data).__name__}",
                "应为 Spark 的表，或 parquet、csv 的路径",
                "本机内存里的表请用默认的 duckdb；要上集群请先存成 parquet",
            )
        )
    # 不带协议的按本机文件；hdfs://、s3a:// 等照原样
    # （不用 as_uri：Hadoop 不把 %E6 还原成汉字）
    urls = [path if "://" in path else f"file:///{Path(path).resolve().as_posix().lstrip('/')}" for path in paths]
    try:
        if urls[0].lower().endswith(".csv"):
            return session.read.csv(urls, header=True, inferSchema=True, multiLine=True, escape='"')
        return session.read.parquet(*urls)
    except Exception as error:  # pyspark 的错误类随版本变
        raise ReadError(
            explain(
                f"Spark 读不到 {'、'.join(paths)[:200]}（{str(error).splitlines()[0][:200]}）",
                "应为 parquet 或 csv，集群各机器都读得到",
                "请核对路径；本机单独算请去掉 --engine",
            )
        ) from error
