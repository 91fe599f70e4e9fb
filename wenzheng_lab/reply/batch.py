"""整张表打分：一行一份答复，用上机器的核，内存不随行数涨。"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, InputTypeError, RuleFileError, WenzhengError, explain, suggest
from wenzheng_lab.model import is_blank
from wenzheng_lab.reply.result import ReplyScore
from wenzheng_lab.reply.score import score_reply
from wenzheng_lab.rules import CRITERIA

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 200
"""一次交给一个进程多少份；太小则传送的开销大，太大则进度条跳"""
_SERIAL = 400
"""不到这么多份就不开进程：起进程要一秒多"""


def summarize(score: ReplyScore) -> dict[str, object]:
    """把一份评分压成一行。

    Args:
        score: 评分。

    Returns:
        ``total, grade, gates, 十个评分项, unscored, advice, signature``；缺的为 None。
    """
    row: dict[str, object] = {"total": score.total, "grade": score.grade, "gates": "、".join(g.id for g in score.gates)}
    row.update({name: score.criteria[name].score if name in score.criteria else None for name in CRITERIA})
    row["unscored"] = score.reason
    # 先说红线，再说最该补的两项：权重大、得分低的在前
    worst = sorted(
        (item for item in score.criteria.values() if item.advice),
        key=lambda item: -item.weight * (3 - (item.score or 0.0)),
    )
    row["advice"] = " ".join([*(gate.advice for gate in score.gates), *(item.advice for item in worst[:2])])
    row["signature"] = str(score.signature)
    return row


def _score_row(row: Mapping[str, object]) -> dict[str, object]:
    message = {key: value for key, value in row.items() if key not in ("reply", "replied_at")}
    for key in ("subject", "body"):
        if is_blank(message.get(key)):
            message[key] = ""
    reply = row.get("reply")
    try:
        score = score_reply(
            "" if is_blank(reply) else reply,  # type: ignore[arg-type]
            to=message,
            replied_at=row.get("replied_at"),  # type: ignore[arg-type]
        )
    except RuleFileError:
        # 规则文件坏了，每一行都会坏：马上停，不产出一整张“未评分”
        raise
    except WenzhengError as error:
        # 一行坏数据不能让一百万行白算：记为未评分，写明原因
        empty = dict.fromkeys(("total", *CRITERIA))
        return {**empty, "grade": "未评分", "gates": "", "unscored": str(error), "advice": "", "signature": ""}
    return summarize(score)


def _score_chunk(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [_score_row(row) for row in rows]


def _chunks(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    part: list[dict[str, object]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def _in_order(
    pool: ProcessPoolExecutor, chunks: Iterator[list[dict[str, object]]], *, ahead: int
) -> Iterator[list[dict[str, object]]]:
    """按次序给出各块的结果；只提前交出 ``ahead`` 块，内存不随行数涨。"""
    waiting: deque[Future[list[dict[str, object]]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_score_chunk, chunk))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def score_replies(frame: pd.DataFrame, *, progress: bool = True, processes: int | None = None) -> pd.DataFrame:
    """给整张表的答复打分，一行一份。

    Args:
        frame: 规范列名的表（``wz.read_messages`` 的结果），至少有 ``reply`` 和 ``subject``、``body`` 之一；
            有 ``created_at``、``replied_at`` 时评“及时”。不改动它。
        progress: 是否在标准错误上显示进度条。
        processes: 用几个进程；默认用机器的核数，少于四百份时不开进程。

    Returns:
        与 ``frame`` 同索引的表：``message_id``（有则带上）、``total``（0–100，未评分为空）、``grade``、``gates``、
        十个评分项（0–3，不适用为空）、``unscored``（未评分的原因）、``advice``、``signature``。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``reply`` 列，或没有 ``subject`` 与 ``body``，或进程数不合理。

    Examples:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"subject": ["路灯不亮"], "body": ["何时修好？"], "reply": [""]})
        >>> score_replies(table, progress=False)["grade"].tolist()
        ['未评分']
    """
    import pandas as pd
    from tqdm import tqdm

    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(
            explain(
                f"来的是 {type(frame).__name__}", "应为 pandas 的表（DataFrame）", "请先用 wz.read_messages 读入文件"
            )
        )
    columns = [str(name) for name in frame.columns]
    if "reply" not in columns or not {"subject", "body"} & set(columns):
        raise InputError(
            explain(
                f"表里的列是：{'、'.join(columns[:15]) or '（没有列）'}",
                "应有 reply（答复），以及 subject（主题）或 body（详情）",
                f"{suggest('reply', columns)}原始文件请用 wz.read_messages 读入，它会换好列名",
            )
        )
    if processes is not None and (not isinstance(processes, int) or isinstance(processes, bool) or processes < 1):
        raise InputError(explain(f"processes 是 {processes!r}", "应为正整数", "不清楚就不要写，程序自己会选"))
    keep = [name for name in ("subject", "body", "created_at", "reply", "replied_at") if name in columns]
    records = (dict(zip(keep, values, strict=True)) for values in frame[keep].itertuples(index=False, name=None))
    workers = processes or (1 if len(frame) < _SERIAL else os.cpu_count() or 1)
    bar = tqdm(total=len(frame), desc="评分", unit="份", disable=not progress)
    rows: list[dict[str, object]] = []
    with bar:
        if workers == 1:
            for record in records:
                rows.append(_score_row(record))
                bar.update()
        else:
            with ProcessPoolExecutor(workers) as pool:
                try:
                    for part in _in_order(pool, _chunks(records), ahead=2 * workers):
                        rows.extend(part)
                        bar.update(len(part))
                except BaseException:
                    # 按 Ctrl-C 时不等排着队的做完
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
    names = ["total", "grade", "gates", *CRITERIA, "unscored", "advice", "signature"]
    table = pd.DataFrame(rows, columns=names, index=frame.index)
    for name in ("total", *CRITERIA):
        table[name] = table[name].astype("float64")
    if "message_id" in columns:
        table.insert(0, "message_id", frame["message_id"])
    return table
