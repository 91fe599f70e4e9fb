"""整张表的分拣：一行一封，最没把握的排在最前面请人看。"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from wenzheng_lab._processes import worker_count
from wenzheng_lab.errors import WenzhengError
from wenzheng_lab.letter.frames import require_messages
from wenzheng_lab.model import is_blank
from wenzheng_lab.triage.message import triage_message
from wenzheng_lab.triage.result import TriageSuggestion

if TYPE_CHECKING:
    import pandas as pd

REVIEW = 10
"""最没把握的几封排在最前面"""
_COLUMNS = (
    "review",
    "urgency",
    "category",
    "subcategory",
    "appeal",
    "department",
    "partners",
    "deadline",
    "publicity",
    "confidence",
    "runner_up",
    "unsure",
    "urgency_reason",
    "channel",
    "error",
)


_SERIAL = 400
"""少于这么多封不开进程：开进程、装词典的工夫还不如直接做"""
_CHUNK = 50
"""一次交给一个进程几封"""


def triage_messages(
    frame: pd.DataFrame,
    *,
    profile: str = "jinan12345",
    alert: str = "standard",
    progress: bool = True,
    processes: int | None = None,
) -> pd.DataFrame:
    """给整张表的来信分拣建议，最没把握的排前面。

    一行坏数据不耽误别的行：写明原因，其余为空。

    Args:
        frame: 规范列名的表（``wz.read_messages`` 的结果），至少有 ``subject``、``body`` 之一；不改动它。
        profile: 用哪一套时限。
        alert: 急件的工作点。
        progress: 是否在标准错误上显示进度条。
        processes: 用几个进程；默认用机器的核数，少于四百封时不开进程。

    Returns:
        一行一封，索引是 ``frame`` 的索引：最没把握的十封在前（``review`` 为 1–10），
        其余照原来的次序（``review`` 为空）。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``subject`` 也没有 ``body``，两列同名，或没有这套时限、这个工作点。

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"subject": ["楼道有煤气味", "公交"], "body": ["快来人", "请问末班车几点？"]})
        >>> triage_messages(frame, progress=False).loc[0, "urgency"]
        '特急'
    """
    import pandas as pd
    from tqdm import tqdm

    frame = require_messages(frame)
    triage_message({"subject": "", "body": ""}, profile=profile, alert=alert)  # 参数写错时，一开头就报
    records = [{str(key): value for key, value in record.items()} for record in frame.to_dict("records")]
    workers = worker_count(len(records), processes, few=_SERIAL)
    work = functools.partial(_triage_row, profile=profile, alert=alert)
    with tqdm(total=len(records), disable=not progress, unit="封") as bar:
        done = []
        for item in _in_order(work, records, workers):
            done.append(item)
            bar.update()
    rows, doubts = [row for row, _ in done], [doubt for _, doubt in done]
    table = pd.DataFrame(rows, columns=list(_COLUMNS), index=frame.index)
    order = sorted(range(len(rows)), key=lambda i: (doubts[i], i))[:REVIEW]
    rest = [i for i in range(len(rows)) if i not in set(order)]
    table["review"] = pd.array([None] * len(rows), dtype="Int64")
    table.iloc[order, 0] = list(range(1, len(order) + 1))
    if "message_id" in frame.columns:
        table.insert(0, "message_id", frame["message_id"])
    return table.iloc[order + rest]


def _in_order(
    work: Callable[[dict[str, object]], tuple[dict[str, object], float]],
    records: list[dict[str, object]],
    workers: int,
) -> Iterator[tuple[dict[str, object], float]]:
    if workers == 1:
        yield from map(work, records)
        return
    with ProcessPoolExecutor(workers) as pool:
        try:
            yield from pool.map(work, records, chunksize=_CHUNK)
        except BaseException:
            # 按 Ctrl-C 时不等排着队的做完
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _triage_row(record: dict[str, object], *, profile: str, alert: str) -> tuple[dict[str, object], float]:
    """（一行建议，把握）；坏数据记下原因，把握记 -1，排在最前。"""
    row = {key: "" if key in ("subject", "body") and is_blank(value) else value for key, value in record.items()}
    try:
        one = triage_message(row, profile=profile, alert=alert)
    except WenzhengError as error:
        return {"error": str(error)}, -1.0
    return _flatten(one), one.confidence


def _flatten(one: TriageSuggestion) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(one, name)
        for name in _COLUMNS
        if name not in ("review", "partners", "deadline", "unsure", "channel", "error")
    }
    row["partners"] = "、".join(one.partners)
    row["deadline"] = one.deadline.text
    row["unsure"] = "、".join(one.unsure)
    row["channel"] = "；".join(item.label for item in one.channel)
    row["error"] = ""
    return row
