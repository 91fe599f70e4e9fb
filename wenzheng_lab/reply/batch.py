"""整张表打分：一行一份答复，用上机器的核，内存不随行数涨。"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, overload

from wenzheng_lab._files import locked
from wenzheng_lab._paths import as_path
from wenzheng_lab._processes import worker_count
from wenzheng_lab.errors import InputError, InputTypeError, RuleFileError, WenzhengError, explain, suggest
from wenzheng_lab.letter.frames import require_frame
from wenzheng_lab.model import is_blank
from wenzheng_lab.reply.parts import COLUMNS, NUMBERS, Ledger, ScoredParts, fingerprint
from wenzheng_lab.reply.result import ReplyScore
from wenzheng_lab.reply.score import score_reply, signature
from wenzheng_lab.rules import CRITERIA, load_rubric

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd

CHUNK = 200
"""一次交给一个进程多少份；太小则传送的开销大，太大则进度条跳"""
_USED = ("subject", "body", "created_at", "reply", "replied_at")
"""评分用到的列"""
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
        key=lambda item: -item.weight * (3 - (item.in_total or 0.0)),
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


def _watch_parent() -> None:
    """主进程被强行杀掉时，干活的进程跟着退，不留在机器里。"""
    import multiprocessing
    import threading

    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _scored(chunks: Iterator[list[dict[str, object]]], workers: int) -> Iterator[list[dict[str, object]]]:
    """按次序给出各块的评分。"""
    if workers == 1:
        for chunk in chunks:
            yield from ([row] for row in map(_score_row, chunk))
        return
    with ProcessPoolExecutor(workers, initializer=_watch_parent) as pool:
        try:
            yield from _in_order(pool, chunks, ahead=2 * workers)
        except BaseException:
            # 按 Ctrl-C 时不等排着队的做完
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@overload
def score_replies(
    frame: pd.DataFrame, *, out: None = None, progress: bool = True, processes: int | None = None
) -> pd.DataFrame: ...


@overload
def score_replies(
    frame: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    out: str | PathLike[str],
    progress: bool = True,
    processes: int | None = None,
    part_rows: int | None = None,
) -> ScoredParts: ...


def score_replies(
    frame: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    out: str | PathLike[str] | None = None,
    progress: bool = True,
    processes: int | None = None,
    part_rows: int | None = None,
) -> pd.DataFrame | ScoredParts:
    """给整张表的答复打分，一行一份。

    上百万行的表请给 ``out``：评一部分存一部分，断电、被杀都从最后一个完整的部分接着评，内存不随行数涨。

    Args:
        frame: 规范列名的表（``wz.read_messages`` 的结果），至少有 ``reply`` 和 ``subject``、``body`` 之一；
            有 ``created_at``、``replied_at`` 时评“及时”。不改动它。给了 ``out`` 时也可以是一段一段的表
            （``wz.read_message_chunks`` 的结果）。
        out: 存评分的目录，新的或上次没有评完的；输入或规则变了会拒绝，不混着评。
        progress: 是否在标准错误上显示进度条。
        processes: 用几个进程；默认用机器的核数，少于四百份时不开进程。
        part_rows: 一部分多少行，只在新目录里有用；默认五千。

    Returns:
        没有给 ``out``：与 ``frame`` 同索引的表：``message_id``（有则带上）、``total``（0–100，未评分为空）、``grade``、
        ``gates``、十个评分项（0–3，不适用为空）、``unscored``（未评分的原因）、``advice``、``signature``。
        给了 ``out``：``ScoredParts``，用 ``.frames()`` 一部分一部分地读，或 ``.read()`` 全部读回来。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``reply`` 列，或没有 ``subject`` 与 ``body``，或进程数不合理，或接着评时输入、规则变了。

    Examples:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"subject": ["路灯不亮"], "body": ["何时修好？"], "reply": [""]})
        >>> score_replies(table, progress=False)["grade"].tolist()
        ['未评分']
        >>> import pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> done = score_replies(table, out=pathlib.Path(folder.name, "评分"), progress=False)
        >>> done.rows, done.read()["grade"].tolist()
        (1, ['未评分'])
        >>> folder.cleanup()
    """
    for name, value in (("processes", processes), ("part_rows", part_rows)):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise InputError(explain(f"{name} 是 {value!r}", "应为正整数", "不清楚就不要写，程序自己会选"))
    if out is None:
        return _whole(frame, progress, processes)
    return _resumable(frame, as_path(out, "out", what="文件夹"), progress, processes, part_rows)


def _whole(frame: object, progress: bool, processes: int | None) -> pd.DataFrame:
    import pandas as pd
    from tqdm import tqdm

    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(
            explain(
                f"来的是 {type(frame).__name__}",
                "应为 pandas 的表（DataFrame）",
                "请先用 wz.read_messages 读入文件；一段一段的表要写明 out=目录",
            )
        )
    _check_columns(frame)
    workers = worker_count(len(frame), processes, few=_SERIAL)
    rows: list[dict[str, object]] = []
    with tqdm(total=len(frame), desc="评分", unit="份", disable=not progress) as bar:
        for part in _scored(_chunks(_records(frame)), workers):
            rows.extend(part)
            bar.update(len(part))
    table = pd.DataFrame(rows, columns=list(COLUMNS), index=frame.index)
    for name in NUMBERS:
        table[name] = table[name].astype("float64")
    if "message_id" in frame.columns:
        table.insert(0, "message_id", frame["message_id"])
    return table


def _check_columns(frame: pd.DataFrame) -> None:
    require_frame(frame)
    columns = [str(name) for name in frame.columns]
    if "reply" not in columns or not {"subject", "body"} & set(columns):
        raise InputError(
            explain(
                f"表里的列是：{'、'.join(columns[:15]) or '（没有列）'}",
                "应有 reply（答复），以及 subject（主题）或 body（详情）",
                f"{suggest('reply', columns)}原始文件请用 wz.read_messages 读入，它会换好列名",
            )
        )


def _records(frame: pd.DataFrame, *more: str) -> Iterator[dict[str, object]]:
    keep = [name for name in (*_USED, *more) if name in frame.columns]
    return (dict(zip(keep, values, strict=True)) for values in frame[keep].itertuples(index=False, name=None))


def _frames(source: object) -> Iterator[pd.DataFrame]:
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        yield source
        return
    if isinstance(source, str | Path) or not isinstance(source, Iterable):
        raise InputTypeError(
            explain(
                f"来的是 {type(source).__name__}",
                "应为 pandas 的表，或一段一段的表",
                "文件请用 wz.read_message_chunks(文件) 一段一段地读",
            )
        )
    for frame in source:
        if not isinstance(frame, pd.DataFrame):
            raise InputTypeError(
                explain(f"其中一段是 {type(frame).__name__}", "每一段都应为 pandas 的表", "请用 wz.read_message_chunks")
            )
        yield frame


def _parts(source: object, size: int) -> Iterator[list[dict[str, object]]]:
    """不管来的一段多长，都重新切成一样长的部分：两次的切法才对得上。"""
    part: list[dict[str, object]] = []
    for frame in _frames(source):
        _check_columns(frame)
        for record in _records(frame, "message_id"):
            part.append(record)
            if len(part) == size:
                yield part
                part = []
    if part:
        yield part


def _resumable(source: object, out: Path, progress: bool, processes: int | None, part_rows: int | None) -> ScoredParts:
    # 两个程序评进同一个目录，账本会互相盖掉：后来的不等，马上说
    with locked(out, wait=0):
        return _fill_parts(source, out, progress, processes, part_rows)


def _fill_parts(source: object, out: Path, progress: bool, processes: int | None, part_rows: int | None) -> ScoredParts:
    import pandas as pd
    from tqdm import tqdm

    mark = str(signature(load_rubric()))
    ledger = Ledger(out, signature=mark, part_rows=part_rows)
    total = len(source) if isinstance(source, pd.DataFrame) else None
    waiting: deque[tuple[str, int, Sequence[object] | None]] = deque()
    seen = resumed = 0

    def feed() -> Iterator[list[dict[str, object]]]:
        nonlocal seen, resumed
        for at, part in enumerate(_parts(source, ledger.part_rows)):
            source_mark = fingerprint(part)
            seen = at + 1
            if ledger.check(at, source_mark, len(part)):
                resumed += len(part)
                bar.update(len(part))
                continue
            ids = [record.pop("message_id", None) for record in part] if "message_id" in part[0] else None
            waiting.append((source_mark, len(part), ids))
            yield from _chunks(part)

    workers = worker_count(total, processes, few=_SERIAL)
    rows: list[dict[str, object]] = []
    with tqdm(total=total, desc="评分", unit="份", disable=not progress) as bar:
        for scored in _scored(feed(), workers):
            rows.extend(scored)
            bar.update(len(scored))
            if len(rows) == waiting[0][1]:
                source_mark, _, ids = waiting.popleft()
                ledger.write(rows, source_mark, ids)
                rows = []
        ledger.finish(seen)
    return ScoredParts(out, tuple(ledger.parts), mark, resumed)
