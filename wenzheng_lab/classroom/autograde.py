"""批全班：几个批改进程并行，一份卡住就停掉那一个进程，别的照批。

一份作业一个隔离进程（要运行学员代码时），批改进程又与主进程分开：判分的程序自己出错、卡死，也只误一份。
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from wenzheng_lab._files import copy_file, write_text
from wenzheng_lab.classroom.assignment import Assignment
from wenzheng_lab.classroom.grading import grade_submission
from wenzheng_lab.classroom.layout import ClassFolder, Learner
from wenzheng_lab.classroom.preflight import READY, Checked, preflight

RESULT = "结果.json"
_EXTRA = 90.0
"""批改进程在隔离的限额之外最多另用几秒"""


@dataclass(frozen=True, slots=True)
class Graded:
    """批一次的结果。"""

    checked: tuple[Checked, ...]
    """查件的结果，全班"""
    done: tuple[str, ...]
    """这次批好的学号"""
    failed: tuple[tuple[str, str], ...]
    """批的时候出了意外的（学号，原因）"""
    seconds: float
    """一共用了几秒"""

    def summary(self) -> str:
        """给教员看的话。

        Returns:
            几行文字。
        """
        each = f"，平均每份 {self.seconds / len(self.done):.2f} 秒" if self.done else ""
        lines = [f"批好 {len(self.done)} 份{each}。"]
        lines += [f"  {key}：{reason}" for key, reason in self.failed]
        stopped = [item for item in self.checked if item.state != READY]
        if stopped:
            lines.append(f"没有批的 {len(stopped)} 人：")
            lines += [f"  {item.learner.label}：{item.problems[0]}" for item in stopped]
        return "\n".join(lines)


def autograde(
    folder: ClassFolder, name: str, *, jobs: int | None = None, progress: Callable[[int, int], object] | None = None
) -> Graded:
    """查件并批一份作业。

    Args:
        folder: 班级。
        name: 作业名。
        jobs: 几个批改进程；不写就看处理器，最多 4 个。
        progress: 每批好一份叫一次，给（批好几份，一共几份）。

    Returns:
        批了谁、谁没有批、为什么。

    Raises:
        DatasetError: 没有发过这份作业。
        RuleFileError: 设置、题目或不公开的试用写错。
    """
    started = time.perf_counter()
    assignment = Assignment.load(folder, name)
    checked = preflight(folder, name)
    _check_hidden(folder, assignment)
    ready = [item.learner for item in checked if item.state == READY]
    for item in checked:
        # 换了一份不能批的，旧结果也不能留着
        if item.state != READY:
            result_path(folder, item.learner.id, name).unlink(missing_ok=True)
    done: list[str] = []
    failed: list[tuple[str, str]] = []
    width = jobs or min(4, os.cpu_count() or 1)
    for learner, result in _in_parallel(folder, name, ready, max(1, min(width, len(ready) or 1))):
        reason = str(result.get("failed", ""))
        if reason:
            failed.append((learner.id, reason))
            result_path(folder, learner.id, name).unlink(missing_ok=True)
        else:
            done.append(learner.id)
            # 结果写在后面：有结果就一定有批的那一份
            copy_file(
                folder.place("submitted", learner.id, name, assignment.file),
                folder.place("autograded", learner.id, name, assignment.file),
            )
            write_text(result_path(folder, learner.id, name), json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        if progress is not None:
            progress(len(done) + len(failed), len(ready))
    return Graded(checked, tuple(sorted(done)), tuple(failed), time.perf_counter() - started)


def result_path(folder: ClassFolder, learner: str, name: str) -> Path:
    """一份作业的结果存在哪里。

    Args:
        folder: 班级。
        learner: 学号。
        name: 作业名。

    Returns:
        路径。
    """
    return folder.place("autograded", learner, name, RESULT)


def read_result(folder: ClassFolder, learner: str, name: str) -> dict[str, Any] | None:
    """读一份作业的结果。

    Args:
        folder: 班级。
        learner: 学号。
        name: 作业名。

    Returns:
        ``grade_submission`` 给出的结果；没有批过为 None。
    """
    path = result_path(folder, learner, name)
    if not path.is_file():
        return None
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _check_hidden(folder: ClassFolder, assignment: Assignment) -> None:
    """不公开的试用写错，开批之前就说，不等到一份份都失败。"""
    from wenzheng_lab.classroom.hidden import read_hidden

    read_hidden(folder, assignment.unit)


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    learner: Learner
    deadline: float


def _in_parallel(
    folder: ClassFolder, name: str, learners: Sequence[Learner], width: int
) -> Iterator[tuple[Learner, dict[str, Any]]]:
    queue = list(reversed(learners))
    # spawn：Windows 只有它，而且子进程里没有主进程的线程与锁
    context = multiprocessing.get_context("spawn")
    limit = folder.limits.wall_seconds + _EXTRA
    idle: list[tuple[Any, Connection]] = []
    busy: list[_Worker] = []
    try:
        while queue or busy:
            while queue and len(busy) < width:
                process, pipe = idle.pop() if idle else _start(context, folder.path, name)
                learner = queue.pop()
                pipe.send(learner.id)
                busy.append(_Worker(process, pipe, learner, time.monotonic() + limit))
            soonest = min(worker.deadline for worker in busy) - time.monotonic()
            answered = wait([worker.pipe for worker in busy], timeout=max(soonest, 0.0))
            for worker in list(busy):
                if worker.pipe in answered:
                    busy.remove(worker)
                    try:
                        result = worker.pipe.recv()
                        idle.append((worker.process, worker.pipe))
                    except (EOFError, OSError):
                        result = {"failed": "批改进程中途断了；请单独看一眼这份作业"}
                        _stop(worker.process, worker.pipe)
                    yield worker.learner, result
                elif time.monotonic() > worker.deadline:
                    busy.remove(worker)
                    _stop(worker.process, worker.pipe)
                    yield worker.learner, {"failed": f"超过 {limit:g} 秒没有批完，停下了；请单独看一眼这份作业"}
    finally:
        for process, pipe in [*idle, *((worker.process, worker.pipe) for worker in busy)]:
            _stop(process, pipe)


def _start(context: Any, path: Path, name: str) -> tuple[Any, Connection]:
    mine, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, str(path), name), daemon=True)
    process.start()
    theirs.close()
    return process, mine


def _stop(process: Any, pipe: Connection) -> None:
    pipe.close()
    process.join(timeout=0.2)
    if process.is_alive():
        process.kill()
        process.join(timeout=10)


def _work(pipe: Connection, path: str, name: str) -> None:
    """批改进程：收一个学号，批，送回结果。"""
    folder = ClassFolder.open(Path(path))
    assignment = Assignment.load(folder, name)
    while True:
        try:
            learner = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = grade_submission(folder, assignment, learner)
        except Exception as error:
            result = {"failed": f"{type(error).__name__}：{error}"[:300]}
        pipe.send(result)
