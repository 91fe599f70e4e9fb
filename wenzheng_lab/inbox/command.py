"""命令 ``wenzheng inbox``：把模拟来信一封一封写进文件，内存不随封数增长。"""

from __future__ import annotations

import argparse
import gc
import importlib
from collections.abc import Iterable
from pathlib import Path

from wenzheng_lab._files import atomic_path
from wenzheng_lab._processes import MOST
from wenzheng_lab.errors import InputError, explain, require_whole, suggest
from wenzheng_lab.inbox.packing import Sink, chunks, open_sink, pack

FORMATS = ("csv", "jsonl", "parquet")


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

    from wenzheng_lab.inbox.crew import crew_size, pack_with_crew, rest_collector
    from wenzheng_lab.inbox.issues import load_issues
    from wenzheng_lab.inbox.scenario import load_scenario
    from wenzheng_lab.inbox.simulate import iterate_inbox, sign
    from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS, TRUTH_COLUMNS
    from wenzheng_lab.inbox.voices import load_voices

    count, seed = require_whole("n", args.n, least=1), require_whole("seed", args.seed)
    scenario = load_scenario(args.scenario)
    targets: list[tuple[Path, tuple[str, ...]]] = [(Path(args.out), MESSAGE_COLUMNS)]
    if args.truth:
        targets.append((Path(args.truth), ("message_id", *TRUTH_COLUMNS)))
    kinds = [(check_format(path), columns) for path, columns in targets]
    load_issues()
    load_voices()
    collecting = gc.isenabled()
    rest_collector()
    workers = min(MOST, args.jobs) if args.jobs > 0 else crew_size(count)
    parts: Iterable[tuple[int, list[bytes]]] = (
        pack_with_crew(count, seed=seed, scenario=args.scenario, workers=workers, targets=kinds)
        if workers > 1
        else (
            (len(rows), pack(rows, kinds)) for rows in chunks(iterate_inbox(count, seed=seed, scenario=args.scenario))
        )
    )
    try:
        with _open_all(targets) as sinks, tqdm(total=count, unit="封", disable=args.quiet) as bar:
            for size, packed in parts:
                for sink, data in zip(sinks, packed, strict=True):
                    sink.add(data)
                bar.update(size)
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

    def __enter__(self) -> list[Sink]:
        from contextlib import ExitStack

        self.stack = ExitStack()
        sinks: list[Sink] = []
        try:
            for path, columns in self.targets:
                temporary = self.stack.enter_context(atomic_path(path))
                sink = open_sink(check_format(path), temporary, columns)
                self.stack.callback(sink.close)
                sinks.append(sink)
        except BaseException:
            self.stack.close()
            raise
        return sinks

    def __exit__(self, *error: object) -> bool | None:
        return self.stack.__exit__(*error)  # type: ignore[arg-type]
