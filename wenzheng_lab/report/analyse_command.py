"""``wenzheng analyse``：一张留言表的办理指标，写出表格、网页与签名。

做法分两步，中间的成品都在磁盘上：先把任何认得的导出转成规范列的 parquet，并存好由文字得出的列
（``prepare``）；再由引擎算指标（``indicator_files``）。月报等成品从 ``Prepared`` 接着做。
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._files import scratch_folder
from wenzheng_lab.errors import InputError, explain

if TYPE_CHECKING:
    from wenzheng_lab.corpus import ReadingReport
    from wenzheng_lab.report.briefing import Briefing
    from wenzheng_lab.trends.indicators_table import IndicatorTable

TABLE = "指标"
FEATURES = "留言-文字.parquet"
_PARQUET = ".parquet"
_TOLD = ("没有读入", "请留意")
"""阅读报告里写进月报说明的几项"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """准备好的大表：规范列，加上由文字得出的列。"""

    path: Path | str
    """parquet 的路径；在集群的文件系统上的是地址"""
    reading: ReadingReport | None
    """阅读报告；原来就是规范列的 parquet 时为 None"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记参数。

    Args:
        parser: 这条命令的解析器。
    """
    parser.add_argument("file", metavar="文件", help="xlsx、csv、json、parquet 等留言表，或装着它们的文件夹、zip")
    parser.add_argument("-o", "--out", metavar="目录", help="结果写到这个目录；默认是当前目录下的“分析-文件名”")
    parser.add_argument(
        "--by",
        metavar="列,列",
        help="按什么分组，至多三个，用逗号隔开；默认有时间的按月，有承办单位的再按单位",
    )
    parser.add_argument("--profile", metavar="编号,编号", help="看哪几套时限，如 jinan12345,xinfang,shenyang.complex")
    parser.add_argument("--as-of", metavar="时刻", help="截止时刻，如 2026-06-30；默认取表里最晚的时间")
    parser.add_argument("--smallest", metavar="封数", type=int, help="一组不到这么多封不显示；默认 5")
    parser.add_argument(
        "--engine", metavar="引擎", default="auto", help="duckdb（默认）、pandas、polars，或 spark://主机:7077"
    )
    parser.add_argument(
        "--columns",
        metavar="规范列=原列",
        nargs="+",
        default=[],
        help="认不出的表写明对照，如 --columns subject=来信标题 body=来信内容 reply=办理结果",
    )
    parser.add_argument("--sheet", metavar="名字", help="只读这个工作表")
    parser.add_argument("--encoding", metavar="编码", help="文字文件的编码；默认自己认")
    parser.add_argument("--simplify", action="store_true", help="把繁体换成简体")
    parser.add_argument("--words", action="store_true", help="另存切好的词（words 一列），供词语统计")
    parser.add_argument(
        "--report",
        metavar="目录或文件",
        nargs="?",
        const="",
        help="另写一份月报（一月一分析）：Word、网页、数、重算脚本；不写目录就放在结果目录",
    )
    parser.add_argument("--month", metavar="年-月", help="月报只写这个月，如 2026-06，并与上个月比；默认写全表")
    parser.add_argument("--unit", metavar="单位", default="", help="月报落款的单位；默认不落款")
    parser.add_argument("--keep", action="store_true", help=f"把准备好的大表（{FEATURES}）留在结果目录，下次直接用")
    parser.add_argument("--quiet", action="store_true", help="不显示进度")


def run(args: argparse.Namespace) -> int:
    """照参数算指标，写出文件。

    Args:
        args: 解析好的参数。

    Returns:
        0。

    Raises:
        WenzhengError: 读不了、参数写错、写不进。
    """
    from wenzheng_lab.model import parse_time
    from wenzheng_lab.report.briefing_path import docx_path
    from wenzheng_lab.report.replication import write_script

    source = Path(args.file)
    out = Path(args.out) if args.out else Path(f"分析-{source.stem}")
    if out.exists() and not out.is_dir():
        raise InputError(explain(f"--out 指向 {out}，它是一个文件", "应为目录", "请换一个名字"))
    as_of = parse_time(args.as_of, "--as-of") if args.as_of else None
    if args.report is None and (args.month or args.unit):
        raise InputError(explain("写了 --month 或 --unit，没有写 --report", "这两样是给月报的", "请加上 --report"))
    target = None if args.report is None else docx_path(args.report or out)
    with scratch_folder() as folder:
        ready = prepare(args, source, out if args.keep else folder)
        _say(args, "算指标 ……")
        found = compute(ready, args, as_of)
        briefing = None
        if target is not None:
            _say(args, "写月报 ……")
            briefing = briefing_of(args, ready, as_of, name=source.name)
        written = indicator_files(found, ready, out, name=source.name)
        checked = [written[-1]]
        if briefing is not None and target is not None:
            saved = briefing.save(target)
            written += saved
            checked.append(saved[-1])
            written.append(
                write_script(target.with_suffix(".py"), source=source, arguments=_again(args, target), results=checked)
            )
        elif source.exists():
            script = write_script(out / f"{TABLE}.py", source=source, arguments=_again(args, None), results=checked)
            written.append(script)
    total = found.total.iloc[0]
    print(f"{total['n']:,.0f} 封" + (f"，{len(found.table)} 组" if found.by else "") + f"；{found.signature}")
    for warning in found.warnings:
        print(f"提醒：{warning}")
    for path in [*written, *([ready.path] if args.keep else [])]:
        print(path)
    return 0


def prepare(args: argparse.Namespace, source: Path, folder: Path) -> Prepared:
    """转成规范列的 parquet，并存好由文字得出的列；一段一段地做，内存不随封数涨。

    Args:
        args: 解析好的参数。
        source: 原始文件。
        folder: 成品放在哪里。

    Returns:
        准备好的大表。
    """
    from wenzheng_lab.corpus import convert_messages
    from wenzheng_lab.report.score_command import read_mapping
    from wenzheng_lab.trends.engine_features import store_features

    if "://" in args.file:
        _say(args, f"{args.file} 在集群上，照存好的列算")
        return Prepared(args.file, None)
    if _is_ready(source) and not args.words:
        _say(args, f"{source.name} 已存好由文字得出的列，直接用")
        return Prepared(source, None)
    target = folder / FEATURES
    if _is_canonical(source):
        _say(args, "看文字 ……")
        return Prepared(store_features(source, target, segment=args.words, progress=_counter(args, "看了")), None)
    with scratch_folder() as temporary:
        plain = temporary / "规范列.parquet"
        _say(args, f"读入 {source.name} ……")
        reading = convert_messages(
            source,
            plain,
            columns=read_mapping(args.columns),
            sheet=args.sheet,
            encoding=args.encoding,
            simplify=args.simplify,
            progress=_counter(args, "读了"),
        )
        _say(args, f"读入 {reading.rows_read:,} 条；看文字 ……")
        return Prepared(store_features(plain, target, segment=args.words, progress=_counter(args, "看了")), reading)


def compute(ready: Prepared, args: argparse.Namespace, as_of: datetime | None) -> IndicatorTable:
    """由准备好的大表算指标。

    Args:
        ready: 准备好的大表。
        args: 解析好的参数。
        as_of: 截止时刻。

    Returns:
        指标。
    """
    from wenzheng_lab.trends.indicators_compute import indicators

    if args.by is None and isinstance(ready.path, str):
        raise InputError(explain("文件在集群上，没有写 --by", "应写明按什么分组", "请写成 --by month,department"))
    by = _split(args.by) if args.by is not None else _default_by(_columns(Path(ready.path)))
    return indicators(
        ready.path,
        by=by,
        profile=_split(args.profile) if args.profile else None,
        as_of=as_of,
        smallest=args.smallest,
        engine=args.engine,
        reading=ready.reading,
    )


def indicator_files(found: IndicatorTable, ready: Prepared, out: Path, *, name: str) -> list[Path]:
    """写出指标的表格、网页与 json。

    Args:
        found: 指标。
        ready: 准备好的大表。
        out: 目录。
        name: 来源的名字。

    Returns:
        写了哪些文件。
    """
    from wenzheng_lab._files import write_text
    from wenzheng_lab._html import tag
    from wenzheng_lab.corpus import write_table
    from wenzheng_lab.report._page import page

    table = found.labelled()
    paths = [out / f"{TABLE}.xlsx", out / f"{TABLE}.csv", out / f"{TABLE}.html", out / f"{TABLE}.json"]
    for path in paths[:2]:
        write_table(table, path)
    lines = [tag("li", f"{title}：{text}") for title, text in (ready.reading.lines() if ready.reading else ())]
    parts = [tag("h1", "办理指标"), tag("p", f"{name}　只有分组的数，没有来信原文", attrs={"class": "wz-sub"})]
    parts.append(found.html(rows=500))
    if lines:
        parts += [tag("h2", "读入的情况"), tag("ul", *lines)]
    write_text(paths[2], page(f"办理指标：{name}", *parts))
    write_text(paths[3], json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n")
    return paths


def briefing_of(args: argparse.Namespace, ready: Prepared, as_of: datetime | None, *, name: str) -> Briefing:
    """由准备好的大表写月报。

    Args:
        args: 解析好的参数。
        ready: 准备好的大表。
        as_of: 截止时刻。
        name: 来源的名字。

    Returns:
        月报。

    Raises:
        InputError: 表在集群上，或月份写错。
    """
    import pandas as pd

    from wenzheng_lab.report.briefing import make_briefing

    if isinstance(ready.path, str):
        raise InputError(explain("表在集群上", "月报要读来信的文字，应在本机", "请先导出要写的那个月，再写月报"))
    lines = [] if ready.reading is None else [f"{title}：{text}" for title, text in ready.reading.lines()]
    return make_briefing(
        pd.read_parquet(ready.path),
        month=args.month,
        unit=args.unit,
        name=name,
        as_of=as_of,
        reading=[line for line in lines if line.startswith(_TOLD)],
        progress=not args.quiet,
    )


def _again(args: argparse.Namespace, target: Path | None) -> list[str]:
    """重算用的命令与参数：结果写到 ``{out}``。"""
    words = ["analyse"]
    for name in ("by", "profile", "as_of", "smallest", "sheet", "encoding", "month", "unit"):
        value = getattr(args, name)
        if value not in (None, ""):
            words += [f"--{name.replace('_', '-')}", str(value)]
    if args.engine != "auto":
        words += ["--engine", args.engine]
    if args.columns:
        words += ["--columns", *args.columns]
    words += ["--simplify"] if args.simplify else []
    return [*words, "--report", f"{{out}}/{target.name}"] if target is not None else words


def _columns(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)


def _is_canonical(source: Path) -> bool:
    """是规范列名的 parquet，不必再转。"""
    if source.suffix.lower() != _PARQUET or not source.is_file():
        return False
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(source)
    except (OSError, ValueError):
        return False  # 让读的那一步说清楚
    times = [schema.field(name).type for name in ("created_at", "replied_at") if name in schema.names]
    return bool({"body", "subject", "reply"} & set(schema.names)) and all(
        pa.types.is_timestamp(kind) or pa.types.is_date(kind) for kind in times
    )


def _is_ready(source: Path) -> bool:
    return _is_canonical(source) and {"body_key", "reply_key", "reply_group"} & set(_columns(source)) != set()


def _default_by(columns: Sequence[str]) -> list[str]:
    return [
        *(["month"] if "created_at" in columns else []),
        *[name for name in ("department", "reply_unit") if name in columns][:1],
    ]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def _counter(args: argparse.Namespace, word: str) -> Callable[[int], object] | None:
    if args.quiet or not sys.stderr.isatty():
        return None

    def show(rows: int) -> None:
        print(f"\r{word} {rows:,} 条", end="", file=sys.stderr, flush=True)

    return show


def _say(args: argparse.Namespace, text: str) -> None:
    if not args.quiet:
        print(text, file=sys.stderr)
