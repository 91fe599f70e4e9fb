"""几个进程一起造信：每封只由序号决定，分头造、各自排好字节、按序收，结果与一个进程相同。"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from wenzheng_lab.inbox.packing import CHUNK, Target, pack
from wenzheng_lab.inbox.scenario import load_scenario
from wenzheng_lab.inbox.simulator import Simulator

_WORTH = 8000  # 这么多封以上才值得另起进程
_machine: list[Simulator] = []
_targets: list[Target] = []


def rest_collector() -> None:
    """造信不产生循环引用：载入的数据移出垃圾回收，关掉回收，快一成。"""
    gc.collect()
    gc.freeze()
    gc.disable()


def _begin(n: int, seed: int, scenario: str, targets: Sequence[Target]) -> None:
    _machine[:] = [Simulator(n, seed, load_scenario(scenario))]
    _targets[:] = targets
    rest_collector()


def _part(start: int) -> list[bytes]:
    machine = _machine[0]
    return pack([machine.row(index) for index in range(start, min(start + CHUNK, machine.n))], _targets)


def crew_size(n: int) -> int:
    """用几个进程。

    Args:
        n: 共几封。

    Returns:
        进程数；封数少时是 1。

    Examples:
        >>> crew_size(200)
        1
    """
    return min(os.cpu_count() or 1, 8) if n >= _WORTH else 1


def pack_with_crew(
    n: int, *, seed: int, scenario: str, workers: int, targets: Sequence[Target]
) -> Iterator[tuple[int, list[bytes]]]:
    """按序给出每一段的字节，由几个进程分头造。

    Args:
        n: 共几封。
        seed: 种子。
        scenario: 情景名称或文件路径。
        workers: 进程数。
        targets: 各目标的种类与列。

    Yields:
        这一段几封，与每个目标的字节。
    """
    starts = iter(range(0, n, CHUNK))
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(n, seed, scenario, tuple(targets))) as pool:
        # 手上最多留两倍于进程数的份数，内存不随封数增长
        waiting = [(start, pool.submit(_part, start)) for start in islice(starts, workers * 2)]
        while waiting:
            start, part = waiting.pop(0)
            packed = part.result()
            waiting += [(later, pool.submit(_part, later)) for later in islice(starts, 1)]
            yield min(CHUNK, n - start), packed
