"""DuckDB：默认的引擎，就在本进程里。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw

from wenzheng_lab.errors import ReadError, explain
from wenzheng_lab.trends.engine_base import DAY, EPOCH, edges_of, to_arrow, wrong_time
from wenzheng_lab.trends.indicators_pack import Lazy
from wenzheng_lab.trends.indicators_rows import BLANKS, MINUTE, TIMES, day_columns

if TYPE_CHECKING:
    import pandas as pd

_BEIJING = 28_800_000_000
KEPT_ROWS = 20_000_000
"""窄表留在内存里，至多这么多行（约 1 GB）"""


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
        # 取分位那几段时，它会先把一千万行全数一遍再接那张几千行的小表
        connection.execute("SET disabled_optimizers = 'partial_aggregate_pushdown'")
        try:
            if paths is None:
                relation = connection.from_arrow(to_arrow(data))
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
                since = f"(epoch_us(CAST({quoted} AS TIMESTAMP)) + {EPOCH * DAY})"
                parts.append(f"{since} // 1000000 AS {moment}")
                if name == "replied_at":
                    parts.append(f"{since} // 60000000 AS {MINUTE}")
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

        table = pa.table({name: pa.array(values, None if values else pa.int64()) for name, values in data.items()})
        self._kept.append(table)
        lf: Lazy = nw.from_native(self.connection.from_arrow(table))
        return lf

    def keep(self, lf: Lazy) -> Lazy:
        """``KEPT_ROWS`` 行以内的留在内存里（一行几十字节）；再多就一遍一遍地读原表，内存不涨。"""
        ((rows,),) = self.relation.aggregate("count(*)").fetchall()
        if rows > KEPT_ROWS:
            return lf
        lf.to_native().create("narrow")
        kept: Lazy = nw.from_native(self.connection.table("narrow"))
        return kept

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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
