"""``wenzheng score --resume``：评一部分存一部分，断了接着评。"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab.corpus import read_message_chunks
from wenzheng_lab.errors import WenzhengError, explain
from wenzheng_lab.reply import score_replies
from wenzheng_lab.reply.parts import ScoredParts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

FOLDER = "评分进度"
"""各部分存在结果目录的这一个文件夹里；全部评完也留着，再运行一次不用重算"""
WHOLE_ROWS = 100_000
"""不多于这么多行，照常写表格与报告；再多就只写 csv，一段一段地写"""


def score_in_parts(args: argparse.Namespace, source: Path, out: Path, columns: Mapping[str, str] | None) -> ScoredParts:
    """一段一段地读、评、存。

    Args:
        args: 命令的参数。
        source: 留言表。
        out: 结果目录。
        columns: 列的对照。

    Returns:
        存好的评分。

    Raises:
        WenzhengError: 读不了、写不进，或接着评时输入、规则变了。
    """
    chunks = read_message_chunks(source, columns=columns, sheet=args.sheet, encoding=args.encoding)
    return score_replies(chunks, out=out / FOLDER, progress=not args.quiet)


def write_large(
    args: argparse.Namespace, source: Path, done: ScoredParts, path: Path, columns: Mapping[str, str] | None
) -> Counter[str]:
    """行数太多时只写 csv：原表再读一遍，逐段配上分数。

    Args:
        args: 命令的参数。
        source: 留言表。
        done: 存好的评分。
        path: 写到哪里。
        columns: 列的对照。

    Returns:
        各等次的份数，含“未评分”。

    Raises:
        WenzhengError: 读不了、写不进，或原表在评完之后变了。
    """
    from wenzheng_lab.corpus.stream import write_csv_chunks

    grades: Counter[str] = Counter()
    chunks = read_message_chunks(source, columns=columns, sheet=args.sheet, encoding=args.encoding)
    write_csv_chunks(_joined(chunks, done, grades, args.show_personal_data), path)
    return grades


def _joined(
    chunks: Iterator[DataFrame], done: ScoredParts, grades: Counter[str], show_personal_data: bool
) -> Iterator[DataFrame]:
    import pandas as pd

    from wenzheng_lab.report.score_command import result_table

    scored = done.frames()
    held = pd.DataFrame()
    start = 0
    for frame in chunks:
        pieces = [held]
        while sum(len(piece) for piece in pieces) < len(frame):
            piece = next(scored, None)
            if piece is None:
                raise WenzhengError(
                    explain("原表比评过的多出几行", "写结果时原表要与评分时一样", "请换回原来的表再运行一次")
                )
            pieces.append(piece)
        whole = pd.concat([piece for piece in pieces if len(piece)])
        scores, held = whole.iloc[: len(frame)], whole.iloc[len(frame) :]
        grades.update(scores["grade"].tolist())
        table = result_table(frame, scores, show_personal_data=show_personal_data)
        table["序号"] = range(start + 1, start + len(frame) + 1)
        start += len(frame)
        yield table
