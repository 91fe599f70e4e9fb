"""随课发布的来信：读进来，先对一遍封数，再给人用。"""

from __future__ import annotations

import csv
import functools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._paths import share_dir
from wenzheng_lab.errors import DatasetError, explain, show, suggest

if TYPE_CHECKING:
    import pandas as pd

_TIMES = ("created_at", "replied_at")
_BLANKS = ("channel", "author", "place", "subject", "body", "category", "appeal", "department", "reply", "reply_unit")
RESIDENTS = Path(__file__).parent / "data" / "residents.csv"
"""青禾县各街道、乡镇的常住人口（人）：虚构，只供算分母"""


def read_letters(name: str = "county-quarter") -> pd.DataFrame:
    """读随课发布的一套来信（合成的）。

    读进来先对封数：与说明书写的不一样就报错，免得拿半份数据下结论。

    Args:
        name: ``county-quarter`` 一个季度，``county-week`` 一周，``calibration`` 五封来信各六份答复。

    Returns:
        一行一封，时间已读成时间；``frame.attrs`` 里有标题与来历。

    Raises:
        DatasetError: 没有这套，或封数与说明书不符。

    Examples:
        >>> len(read_letters("calibration"))
        30
    """
    import pandas as pd

    root = share_dir("datasets")
    known = sorted(path.parent.name for path in root.glob("*/dataset.toml"))
    if name not in known:
        raise DatasetError(explain(f"没有数据集 {show(name)}", f"可用：{'、'.join(known)}", suggest(str(name), known)))
    folder = root / name
    card = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
    (path,) = [*folder.glob("messages.csv*"), *folder.glob("calibration.csv")]
    frame = pd.read_csv(path, encoding="utf-8-sig", dtype={"message_id": str})
    if len(frame) != card["rows"]:
        raise DatasetError(
            explain(
                f"{name} 有 {len(frame):,} 行",
                f"说明书上是 {card['rows']:,} 行",
                "文件可能不全，请重新复制课程的数据集",
            )
        )
    for column in _TIMES:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    for column in _BLANKS:
        if column in frame:
            frame[column] = frame[column].fillna("")
    frame.attrs = {"title": card["title"], "note": f"合成来信：{name}，种子 {card['seed']}；人、地、单位都是虚构的。"}
    return frame


@functools.cache
def residents() -> dict[str, int]:
    """青禾县各街道、乡镇的常住人口（虚构）。

    Returns:
        地名到人数（人）。

    Examples:
        >>> residents()["云雾岭乡"]
        11000
    """
    with RESIDENTS.open(encoding="utf-8-sig", newline="") as file:
        return {row["place"]: int(row["residents"]) for row in csv.DictReader(file)}
