"""命令 ``wenzheng inbox``：把模拟来信一封一封写进文件，内存不随封数增长。"""

from __future__ import annotations

import argparse
import csv
import gc
import importlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from wenzheng_lab._files import atomic_path
from wenzheng_lab.errors import InputError, explain, suggest

FORMATS = ("csv", "jsonl", "parquet")
_BATCH = 2000  # parquet 一组多少行


class _Writer(Protocol):
    def write_table(self, table: object) -> None: ...
    def close(self) -> None: ...


class _Sink(Protocol):
    def add(self, row: Mapping[str, object]) -> None: ...
    def close(self) -> None: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记命令的参数。

    Args:
        parser: ``wenzheng inbox`` 的解析器。
    """
    parser.add_argument("--n", type=_whole, default=200, help="多少封（默认 200）")
    parser.add_argument("--seed", type=_whole, required=True, help="种子，整数；同一种子得到同样的来信")
    parser.add_argument("--scenario", default="county", help="情景：county、county-week，或自己写的 .toml 文件")
    parser.add_argument("--out", required=True, help="写到哪个文件：.csv、.jsonl 或 .parquet")
    parser.add_argument("--truth", default="", help="真值写到哪个文件（可省；省了就不写真值）")
    parser.add_argument("--jobs", type=_whole, default=0, help="用几个进程（默认看封数与机器）")
    parser.add_argument("--quiet", action="store_true", help="不显示进度")


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"来的是 {text!r}，应为整数，请写成 7 这样") from None


def run(args: argparse.Namespace) -> int:
    """造信并写文件。

    Args:
        args: ``add_arguments`` 登记的参数。

    Returns:
        0 写好了。

    Raises:
        InputError: 封数小于 1、没有这个情景，或文件种类认不出。
        WenzhengError: 文件写不进。
    """
    from tqdm import tqdm

    from wenzheng_lab.inbox.crew import crew_size, iterate_with_crew, rest_collector
    from wenzheng_lab.inbox.issues import load_issues
    from wenzheng_lab.inbox.scenario import load_scenario
    from wenzheng_lab.inbox.simulate import check_number, iterate_inbox, sign
    from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS, TRUTH_COLUMNS
    from wenzheng_lab.inbox.voices import load_voices

    count, seed = check_number("n", args.n, least=1), check_number("seed", args.seed)
    scenario = load_scenario(args.scenario)
    targets: list[tuple[Path, tuple[str, ...]]] = [(Path(args.out), MESSAGE_COLUMNS)]
    if args.truth:
        targets.append((Path(args.truth), ("message_id", *TRUTH_COLUMNS)))
    for path, _ in targets:
        check_format(path)
    load_issues()
    load_voices()
    collecting = gc.isenabled()
    rest_collector()
    workers = args.jobs if args.jobs > 0 else crew_size(count)
    rows = (
        iterate_with_crew(count, seed=seed, scenario=args.scenario, workers=workers)
        if workers > 1
        else iterate_inbox(count, seed=seed, scenario=args.scenario)
    )
    try:
        with _open_all(targets) as sinks:
            for message, truth in tqdm(rows, total=count, unit="封", disable=args.quiet):
                sinks[0].add(message)
                if len(sinks) > 1:
                    sinks[1].add({"message_id": message["message_id"], **truth})
    finally:
        gc.unfreeze()
        if collecting:
            gc.enable()
    names = "、".join(str(path) for path, _ in targets)
    print(f"写好 {count} 封：{names}\n签名 {sign(scenario, seed)}")
    return 0


def check_format(path: Path) -> str:
    """由后缀认文件种类。

    Args:
        path: 目标文件。

    Returns:
        ``csv``、``jsonl`` 或 ``parquet``。

    Raises:
        InputError: 认不出，或没有装 parquet 用的库。

    Examples:
        >>> check_format(Path("x.csv"))
        'csv'
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise InputError(
            explain(
                f"目标文件是 {path.name!r}",
                "后缀应为 .csv、.jsonl 或 .parquet",
                suggest(kind, FORMATS) or "请改后缀，例如 来信.csv",
            )
        )
    if kind == "parquet":
        try:
            importlib.import_module("pyarrow.parquet")
        except ImportError as error:
            raise InputError(
                explain("要写 parquet", "应装有 pyarrow", "请运行 pip install pyarrow，或改写成 .csv、.jsonl")
            ) from error
    return kind


class _open_all:
    """同时打开几个目标；中途出错一个也不留。"""

    def __init__(self, targets: Iterable[tuple[Path, tuple[str, ...]]]) -> None:
        self.targets = list(targets)

    def __enter__(self) -> list[_Sink]:
        from contextlib import ExitStack

        self.stack = ExitStack()
        sinks: list[_Sink] = []
        try:
            for path, columns in self.targets:
                temporary = self.stack.enter_context(atomic_path(path))
                sink = _sink(check_format(path), temporary, columns)
                self.stack.callback(sink.close)
                sinks.append(sink)
        except BaseException:
            self.stack.close()
            raise
        return sinks

    def __exit__(self, *error: object) -> bool | None:
        return self.stack.__exit__(*error)  # type: ignore[arg-type]


def _sink(kind: str, path: Path, columns: tuple[str, ...]) -> _Sink:
    if kind == "csv":
        return _Csv(path, columns)
    return _Jsonl(path, columns) if kind == "jsonl" else _Parquet(path, columns)


def plain(row: Mapping[str, object]) -> dict[str, object]:
    """一行换成文件里能放的值：列表写成 JSON，时间写成文字。"""
    found: dict[str, object] = {}
    for key, value in row.items():
        if isinstance(value, tuple):
            value = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, datetime):
            value = value.isoformat(sep=" ")
        found[key] = value
    return found


class _Csv:
    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.DictWriter(self.file, columns)
        self.writer.writeheader()

    def add(self, row: Mapping[str, object]) -> None:
        self.writer.writerow(plain(row))

    def close(self) -> None:
        self.file.close()


class _Jsonl:
    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.file = path.open("w", encoding="utf-8", newline="\n")

    def add(self, row: Mapping[str, object]) -> None:
        kept = {k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}
        self.file.write(json.dumps(kept, ensure_ascii=False, default=str) + "\n")

    def close(self) -> None:
        self.file.close()


class _Parquet:
    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self.columns, self.rows = path, columns, list[dict[str, object]]()
        self.writer: _Writer | None = None

    def add(self, row: Mapping[str, object]) -> None:
        kept = plain(row)
        if "created_at" in row:
            kept["created_at"] = row["created_at"]
        self.rows.append(kept)
        if len(self.rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
        table = arrow.Table.from_pylist(self.rows)
        writer = self.writer
        if writer is None:
            writer = self.writer = parquet.ParquetWriter(self.path, table.schema)
        writer.write_table(table)
        self.rows = []

    def close(self) -> None:
        if self.rows:
            self._flush()
        if self.writer is not None:
            self.writer.close()
