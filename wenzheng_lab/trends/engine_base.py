"""引擎共用的：样子（``Engine``）、时间的零日、错误，路径与表怎样接。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import narwhals as nw

from wenzheng_lab._files import is_temporary
from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, ReadError, explain
from wenzheng_lab.letter.frames import cell_text
from wenzheng_lab.trends.indicators_pack import Lazy
from wenzheng_lab.trends.indicators_rows import day_columns

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_TABLES = (".parquet", ".csv")
EPOCH = 719_163
"""1970-01-01 的序数（``date.toordinal``）"""
DAY = 86_400_000_000
"""一天的微秒数"""


class Engine(Protocol):
    """一个引擎。"""

    @property
    def name(self) -> str:
        """名字与版本，写进签名。"""

    def table(self, keep: Sequence[str]) -> Lazy:
        """原表，只取 ``keep`` 里的列；时间换成 ``day_columns`` 两列整数，没有 NaN。"""

    def columns(self) -> dict[str, str]:
        """原表的列名与类型。"""

    def edges(self, lf: Lazy, times: Sequence[str], numbers: Sequence[str]) -> dict[str, float | None]:
        """时间的头尾（``列__min``、``列__max``，从 ``date.toordinal`` 的零日起的秒）与数的最大值。"""

    def small(self, data: Mapping[str, list[object]]) -> Lazy:
        """把一张小表放到引擎里。"""

    def keep(self, lf: Lazy) -> Lazy:
        """后面要读好几遍的窄表：放得下就先算好留着，放不下就原样交回，每遍再算。"""

    def fetch(self, lf: Lazy) -> pd.DataFrame:
        """算出结果，取回成 pandas 的表。"""

    def close(self) -> None:
        """用完收拾。"""


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


def _finished(folder: Path, pattern: str) -> list[Path]:
    """写完了的表；写到一半的临时文件不算。"""
    return sorted(path for path in folder.glob(pattern) if not is_temporary(path))


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
        path = as_path(item, "data")
        if path.is_dir():
            found = _finished(path, "*.parquet") or _finished(path, "*.csv")
        elif any(mark in path.name for mark in "*?["):
            found = _finished(path.parent, path.name)
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


def to_arrow(data: object) -> pa.Table:
    """内存里的表换成 arrow。

    Args:
        data: pandas、polars 或 arrow 的表。

    Returns:
        arrow 的表。
    """
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
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
            # 几种类型混着，或有孤立代理项
            columns[str(name)] = _texts(column, str(name))
        if pa.types.is_binary(columns[str(name)].type):
            columns[str(name)] = _texts(column, str(name))
    return pa.table(columns)


def _texts(column: Any, name: str) -> Any:
    import pyarrow as pa

    return pa.array(
        [None if value is None or value != value else cell_text(value, name) for value in column.tolist()], pa.string()
    )
