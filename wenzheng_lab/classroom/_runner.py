"""隔离进程里的那一头：上好锁，运行学员的各格，把作答的值传出去，再听候试用学员的函数。

这里不判分，也不知道应得的结果：学员的代码就算改了这个进程里的一切，改得到的也只是他自己的作答。
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from wenzheng_lab.classroom import _sandbox, _wire

_MESSAGE = 200


class _TimeUp(BaseException):
    """一格用完了时间。继承 BaseException，``except Exception`` 接不住它。"""


def main() -> None:
    """读一份活，运行，然后一问一答，直到对方关掉。"""
    inbox = os.fdopen(os.dup(0), "r", encoding="utf-8")
    outbox = os.dup(1)
    _silence()
    job = json.loads(inbox.readline())
    layers = _sandbox.lock(**job["lock"])

    def send(**message: object) -> None:
        data = json.dumps(message, ensure_ascii=True).encode() + b"\n"
        while data:
            data = data[os.write(outbox, data) :]

    send(layers=layers)
    functions: dict[str, Callable[..., object]] = {}
    with contextlib.suppress(ImportError):
        _watch_checks(functions, send)
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_a, **_k: None, "get_ipython": lambda: None}
    for cell in job["cells"]:
        send(at=cell["id"])
        problem = _run(cell["source"], cell["id"], names, float(job["cell_seconds"]))
        if problem:
            send(cell=cell["id"], error=problem)
    send(done=True)
    for line in inbox:
        _serve(json.loads(line), functions, float(job["cell_seconds"]), send)


def _serve(
    ask: dict[str, Any], functions: dict[str, Callable[..., object]], seconds: float, send: Callable[..., None]
) -> None:
    function = functions.get(str(ask["call"]))
    if function is None:
        send(error="没有这个函数")
        return
    args = [_wire.decode(arg, len) for arg in ask["args"]]
    found: list[object] = []

    def work() -> None:
        found.append(_wire.encode(function(*args)))

    problem = _timed(work, seconds)
    if problem:
        send(error=problem)
    else:
        send(result=found[0])


def _run(source: str, name: str, namespace: dict[str, Any], seconds: float) -> str:
    try:
        code = compile(source, f"<{name}>", "exec")
    except (SyntaxError, ValueError) as error:
        return _say(error)
    return _timed(lambda: exec(code, namespace), seconds)


def _timed(work: Callable[[], object], seconds: float) -> str:
    """限时做一件事；没有时钟信号的系统由外面的总时限管。"""
    timer = getattr(signal, "setitimer", None)

    def ring(*_args: object) -> None:
        raise _TimeUp

    if timer is not None:
        signal.signal(signal.SIGALRM, ring)
        timer(signal.ITIMER_REAL, seconds)
    try:
        work()
    except _TimeUp:
        return f"运行超过 {seconds:g} 秒，停下了"
    except BaseException as error:
        return _say(error)
    finally:
        if timer is not None:
            timer(signal.ITIMER_REAL, 0)
    return ""


def _say(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, MemoryError):
        return "用的内存超过限制"
    try:
        first = (str(error).splitlines() or [""])[0][:_MESSAGE]
    except BaseException:
        first = ""
    return f"{name}：{first}" if first else name


def _watch_checks(functions: dict[str, Callable[..., object]], send: Callable[..., None]) -> None:
    """学员照常写 ``unit.q1.check(答案)``；这里只把答案传出去，不判。"""
    from wenzheng_lab.course.feedback import Feedback
    from wenzheng_lab.course.outcome import Outcome
    from wenzheng_lab.course.question import _FORM, Question

    def check(self: Question, answer: object = _FORM) -> Feedback:
        if answer is not _FORM:
            try:
                value = _wire.encode(answer)
            except _wire.TooBig as error:
                send(question=self.id, error=str(error))
            else:
                if value == {_wire.MARK: "function"}:
                    functions[self.id] = answer  # type: ignore[assignment]
                send(question=self.id, value=value)
        return Feedback(Outcome.NO_CHECK, question=self.id)

    Question.check = check  # type: ignore[method-assign]
    Question.grade = lambda _self, *_a, **_k: 0.0  # type: ignore[method-assign]


def _silence() -> None:
    """学员的打印不能混进传话的管道。"""
    null = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(null, handle)
    os.close(null)
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stdout


if __name__ == "__main__":
    main()
