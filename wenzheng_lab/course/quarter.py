"""随课发布的来信：读进来，先对一遍封数，再给人用。"""

from __future__ import annotations

import csv
import functools
import gzip
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

    folder, card = _find(name)
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


def read_truth(name: str = "county-quarter") -> pd.DataFrame:
    """读随课发布的一套来信的标准答案：造信的时候就写下的。

    真实的来信没有这张表：它只用来看一个方法在哪里认错、认漏。

    Args:
        name: ``county-quarter`` 一个季度，``county-week`` 一周。

    Returns:
        一行一封，次序同 ``read_letters``：``event`` 属于哪一桩事（空为没有）、``issue`` 说的哪类事、``twin`` 事情相同、
        语气不同的另一封的编号，等等。

    Raises:
        DatasetError: 没有这套，或这一套没有标准答案。

    Examples:
        >>> read_truth("county-week")["event"].eq("canteen").sum().item()
        33
    """
    import pandas as pd

    folder, _ = _find(name)
    paths = sorted(folder.glob("truth.jsonl*"))
    if not paths:
        raise DatasetError(explain(f"{name} 没有标准答案", "county-quarter、county-week 有", "请换一套"))
    with (
        gzip.open(paths[0], "rt", encoding="utf-8")
        if paths[0].suffix == ".gz"
        else paths[0].open(encoding="utf-8") as file
    ):
        return pd.DataFrame([json.loads(line) for line in file])


def _find(name: str) -> tuple[Path, dict[str, Any]]:
    """一套来信的文件夹与说明书。"""
    root = share_dir("datasets")
    known = sorted(path.parent.name for path in root.glob("*/dataset.toml"))
    if name not in known:
        raise DatasetError(explain(f"没有数据集 {show(name)}", f"可用：{'、'.join(known)}", suggest(str(name), known)))
    folder = root / name
    return folder, tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))


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
