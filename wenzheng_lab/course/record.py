"""学习记录：作答、提示的次数和表单里的答案，存在学员自己的文件夹里。

一个单元一个 JSON 文件，每次都先写临时文件再改名，内核被杀也不会留半个文件。
只记作答与时间，不记姓名、单位、机器名。
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from wenzheng_lab._files import locked, write_text
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.errors import WenzhengError

FOLDER = "我的学习记录"
"""记录所在的文件夹名"""
_COURSE_FOLDERS = ("notebooks", "exercises")
_FORMAT = 1


def learner_home() -> Path:
    """学员的文件夹：放学习记录的地方。

    先看环境变量 ``WENZHENG_HOME``；否则从当前目录往上找学习文件夹（``wenzheng`` 建的、已有记录的，
    或放着课文的）；都没有就用当前目录。

    Returns:
        目录；不保证已经存在。
    """
    named = os.environ.get("WENZHENG_HOME", "").strip()
    if named:
        return Path(named).expanduser()
    here = Path.cwd()
    for path in (here, *here.parents):
        if path.name in _COURSE_FOLDERS:
            return path.parent
        if (path / FOLDER).is_dir() or (path / ".wenzheng").is_dir():
            return path
    return here


class Record:
    """一个单元的学习记录。

    存不进去时（只读、盘满）留在内存里照常上课，原因由 ``take_problem`` 交出，附在反馈后面。
    """

    def __init__(self, unit: str, folder: Path, *, now: Callable[[], datetime] = datetime.now) -> None:
        self.unit = unit
        self.path = folder / FOLDER / f"{unit}.json"
        self._problem = ""
        self._locked = False
        self._now = now
        self._events: list[dict[str, object]] = []
        self._answers: dict[str, object] = {}
        self._stamp: tuple[int, int] | None = None
        self._refresh()

    def take_problem(self) -> str:
        """取走还没告诉学员的问题。

        Returns:
            一句话；没有问题时为空串。取过一次就清掉。
        """
        problem, self._problem = self._problem, ""
        return problem

    @property
    def events(self) -> tuple[Mapping[str, object], ...]:
        """各次作答、提示、看答案，先后排列。"""
        self._refresh()
        return tuple(self._events)

    def answer(self, question: str) -> object:
        """表单里存下的答案。

        Args:
            question: 题号。

        Returns:
            答案；没有时为 None。
        """
        self._refresh()
        return self._answers.get(question)

    def save_answer(self, question: str, value: object) -> None:
        """存下表单里的答案。

        Args:
            question: 题号。
            value: 可写 JSON 的答案。
        """
        with self._alone():
            self._refresh()
            self._answers[question] = value
            self._write()

    def add(self, question: str, do: str, **facts: object) -> None:
        """记一件事。

        Args:
            question: 题号。
            do: ``check``、``hint`` 或 ``solution``。
            **facts: 结果、得分等。
        """
        with self._alone():
            self._refresh()
            at = self._now().isoformat(timespec="seconds")
            self._events.append({"at": at, "question": question, "do": do, **facts})
            self._write()

    def count(self, question: str, do: str) -> int:
        """数一件事做了几次；没作答的检查不算。

        Args:
            question: 题号。
            do: ``check``、``hint`` 或 ``solution``。

        Returns:
            次数（次）。
        """
        return sum(
            event.get("question") == question
            and event.get("do") == do
            and event.get("outcome") != Outcome.NOT_ATTEMPTED.value
            for event in self.events
        )

    def best(self, question: str) -> Outcome:
        """最好的一次结果。

        Args:
            question: 题号。

        Returns:
            做对过就是“正确”；否则是最近一次作答的结果；没作答过是“尚未作答”。
        """
        latest = Outcome.NOT_ATTEMPTED
        for event in self.events:
            if event.get("question") != question or event.get("do") != "check":
                continue
            try:
                outcome = Outcome(event.get("outcome"))
            except ValueError:
                continue
            if outcome is Outcome.PASSED:
                return outcome
            if outcome is not Outcome.NOT_ATTEMPTED:
                latest = outcome
        return latest

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """读了再写的时候别的窗口先等着；等不到也照常上课，只是这一次各写各的。"""
        with ExitStack() as stack:
            with suppress(WenzhengError):
                stack.enter_context(locked(self.path, wait=2))
            yield

    def _refresh(self) -> None:
        """别的窗口可能也在写：文件变了就重读。"""
        try:
            state = self.path.stat()
            stamp = (state.st_mtime_ns, state.st_size)
            if stamp == self._stamp:
                return
            data = json.loads(self.path.read_text(encoding="utf-8"))
            events, answers = data["events"], data["answers"]
            if not (isinstance(events, list) and isinstance(answers, dict)):
                raise TypeError("events 或 answers 的种类不对")
        except FileNotFoundError:
            return
        except OSError as error:
            self._problem = f"学习记录读不出来（{error.strerror}），本次从头记起。"
            return
        except (ValueError, TypeError, KeyError, RecursionError):
            self._set_aside()
            return
        self._events = [event for event in events if isinstance(event, dict)]
        self._answers = dict(answers)
        self._stamp = stamp

    def _set_aside(self) -> None:
        """坏文件改名留着，不覆盖：里面也许还有能救的内容。"""
        for number in range(1, 1000):
            aside = self.path.with_name(f"{self.unit}.坏{number}.json")
            if not aside.exists():
                break
        try:
            self.path.rename(aside)
            self._problem = f"学习记录坏了，已改名为 {aside.name} 留着，本次从头记起。"
        except OSError as error:
            self._problem = f"学习记录坏了又移不开（{error.strerror}），本次只记在内存里。"
            self._locked = True

    def _write(self) -> None:
        if self._locked:
            return
        data = {
            "format": _FORMAT,
            "unit": self.unit,
            "about": "学习记录：只记作答、提示与时间，不记姓名",
            "answers": self._answers,
            "events": self._events,
        }
        try:
            if not self.path.parent.is_dir():
                # 记录是学员自己的，不进版本库
                write_text(self.path.parent / ".gitignore", "*\n")
            write_text(self.path, json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n")
            state = self.path.stat()
            self._stamp = (state.st_mtime_ns, state.st_size)
        except (WenzhengError, OSError) as error:
            self._problem = f"学习记录没有存上，本次只记在内存里：{error}"
