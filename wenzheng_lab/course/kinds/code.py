"""代码题：只看结果，不看写法；给研究者的课用。"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import FunctionType
from typing import Self, TypeGuard

from wenzheng_lab._html import Content
from wenzheng_lab.course import cards
from wenzheng_lab.course.blank import Blank, ____, is_unanswered
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene
from wenzheng_lab.course.kinds.running import TooLong, define, explain, run
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.errors import RuleFileError, show


@dataclass(frozen=True, slots=True)
class Trial:
    """函数的一次试用。"""

    args: tuple[object, ...]
    """给的参数"""
    result: object
    """应得的结果"""
    because: str
    """为什么"""
    hidden: bool = False
    """不在反馈里露出参数与应得的结果：防止照着凑"""
    about: str = ""
    """没有通过一次不公开的试用时，说的是哪一类情形"""


class Written:
    """写成文字的函数：表单里写的、参考答案里写的；用到时才定义。

    只由学员自己的一边造（``Code.prepare``）。判题不把来路不明的文字当代码运行：批改在教员的机器上。
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        """代码的文字"""
        self._name = name

    def __call__(self, *args: object) -> object:
        return define(self.text, self._name)(*args)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """代码题：答案是一个值，或一个函数。"""

    expect: object
    """应得的值；答案是函数时为 None"""
    trials: tuple[Trial, ...]
    """函数的各次试用；答案是值时为空"""
    tolerance: float
    """数允许相差多少"""
    checker: str
    """自带检查程序的文件名；没有时为空串"""
    because: str
    """怎样得到"""
    starter: str
    """起头的代码"""
    define: str = ""
    """要定义的函数名；答案是值时为空串"""

    name = "code"

    @classmethod
    def read(cls, node: Node) -> Self:
        trials = []
        for row in node.nodes("case"):
            args = row.value("args")
            if not isinstance(args, list):
                raise row.error("args", f"args 应为列表，来的是 {show(args)}")
            hidden = row.flag("hidden", default=False)
            trials.append(
                Trial(
                    tuple(args),
                    row.value("result"),
                    row.text("because", ""),
                    hidden,
                    row.text("about") if hidden else "",
                )
            )
            row.done()
        expect = node.value("expect") if node.has("expect") else None
        checker = node.text("check", "")
        if sum((expect is not None, bool(trials), bool(checker))) != 1:
            raise node.error(
                "", "代码题恰好写一样：expect（应得的值）、[[question.case]]（函数的试用）、check（检查程序）"
            )
        return cls(
            expect,
            tuple(trials),
            node.number("tolerance", 1e-6, low=0),
            checker,
            node.text("because", ""),
            node.text("starter", "____"),
            node.text("define", ""),
        )

    def prepare(self, answer: object) -> object:
        if not self.define or not isinstance(answer, str) or is_unanswered(answer):
            return answer
        return ____ if answer.strip() == self.starter.strip() else Written(answer.strip("\n"), self.define)

    def judge(self, answer: object, scene: Scene) -> Feedback:
        if self.checker:
            return self._by_program(answer, scene)
        if self.trials:
            return self._by_trials(answer)
        if same(answer, self.expect, self.tolerance):
            return Feedback(Outcome.PASSED, right=(Point(self.because or "结果正确。"),), share=1.0)
        return Feedback(
            Outcome.NEEDS_WORK,
            missing=(Point(f"结果是 {show(plain(answer))}，{_differs(answer, self.expect)}。"),),
            next_step="从数据的第一步查起：行数对不对，分母是谁。",
            share=0.0,
        )

    def _by_trials(self, answer: object) -> Feedback:
        if not callable(answer):
            return Feedback(
                Outcome.NEEDS_WORK,
                f"这里要一个函数，来的是 {type(answer).__name__} 类型的 {show(answer)}。",
                next_step="交函数的名字，不要加括号调用它。",
                share=0.0,
            )
        right: list[Point] = []
        missing: list[Point] = []
        blank = failed = 0
        for trial in self.trials:
            call = f"{trial.about}时" if trial.hidden else f"参数 {'、'.join(show(arg) for arg in trial.args)} 时"
            try:
                result = _try(answer, trial.args)
            except (TooLong, Exception) as error:
                if not _is_own(answer):
                    # 批改时函数在隔离的进程里，它那一边的停止与出错由批改的人处理
                    raise
                failed += 1
                missing.append(Point(f"{call}出错：{explain(error)}。"))
                if isinstance(error, TooLong):
                    break
                continue
            if result is None or result is Ellipsis or isinstance(result, Blank):
                blank += 1
                missing.append(Point(f"{call}没有给出结果。"))
            elif same(result, trial.result, self.tolerance):
                right.append(Point(f"{call}正确。{trial.because}"))
            elif trial.hidden:
                missing.append(Point(f"有一次没有公开的试用没有通过：{trial.about}。"))
            else:
                missing.append(Point(f"{call}得到 {show(plain(result))}，{_differs(result, trial.result)}。"))
        if blank == len(self.trials):
            return Feedback(Outcome.NOT_ATTEMPTED, "函数还没有写。", next_step="把函数体里的 ____ 换成您的写法。")
        done = not missing
        broken = failed and not right
        return Feedback(
            Outcome.PASSED if done else Outcome.ERROR if broken else Outcome.NEEDS_WORK,
            f"{len(self.trials)} 次试用对了 {len(right)} 次。",
            right=tuple(right),
            missing=tuple(missing),
            next_step="" if done else "先看第一条 △，用同样的参数自己运行一次。",
            share=len(right) / len(self.trials),
        )

    def _by_program(self, answer: object, scene: Scene) -> Feedback:
        if scene.folder is None:
            raise RuleFileError(f"{self.checker}: 不知道练习在哪个目录")
        check = load_checker(scene.folder / self.checker)
        feedback = _quietly(check, answer)
        if not isinstance(feedback, Feedback):
            raise RuleFileError(f"{self.checker}: check() 应返回 Feedback，来的是 {show(feedback)}")
        return feedback

    def prompt(self) -> Prompt:
        if not self.define:
            return Prompt((), self.starter.splitlines()[-1])
        tries = [trial for trial in self.trials if not trial.hidden]
        lines = [f"{self.define}({', '.join(map(repr, trial.args))}) 应得 {trial.result!r}" for trial in tries]
        hidden = len(self.trials) - len(tries)
        parts: list[Content] = [
            cards.preformatted(self.starter),
            cards.para("试用："),
            cards.preformatted("\n".join(lines)),
        ]
        if hidden:
            parts.append(cards.para(cards.small(f"另有 {hidden} 次不公开的试用。只看结果，不看写法。")))
        return Prompt(tuple(parts), self.define)

    def fields(self) -> tuple[Field, ...]:
        return (Field("long", "", "在这里写函数", start=self.starter),) if self.define else ()

    def show_answer(self, answer: object) -> Content:
        return cards.preformatted(str(answer))


def load_checker(path: Path) -> Callable[..., object]:
    """载入练习自带的检查程序。

    Args:
        path: ``check.py`` 的路径；只来自随包发布的练习目录。

    Returns:
        其中的 ``check`` 函数。

    Raises:
        RuleFileError: 没有这个文件，或里面没有 ``check``。
    """
    if not path.is_file():
        raise RuleFileError(f"{path.name}: 找不到检查程序（{path}）")
    names = runpy.run_path(str(path), run_name=f"wenzheng_check_{path.parent.name}")
    check: object = names.get("check")
    if not callable(check):
        raise RuleFileError(f"{path.name}: 里面没有函数 check")
    return check


def _is_own(function: Callable[..., object]) -> bool:
    """学员在这个进程里写的函数；批改时的替身不算。"""
    return isinstance(function, FunctionType | Written)


def _try(function: Callable[..., object], args: tuple[object, ...]) -> object:
    return run(function, args) if _is_own(function) else _quietly(function, *args)


def _quietly(function: Callable[..., object], *args: object) -> object:
    """不限时，不抄参数：检查程序与批改时的替身用。"""
    return run(function, args, seconds=None)


def plain(value: object) -> object:
    """把 numpy、pandas 的值换成普通的数、列表、字典。

    Args:
        value: 任何值。

    Returns:
        普通的值；认不出的原样返回。
    """
    for name in ("tolist", "item", "to_dict"):
        method = getattr(value, name, None)
        if callable(method) and type(value) not in (dict, list, tuple, str, int, float):
            return plain(method())
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def same(answer: object, expect: object, tolerance: float) -> bool:
    """两个值是不是一样。

    只认普通的数、文字、列表与字典：学员自造的类能让 ``==`` 总为真，不算数。

    Args:
        answer: 交来的值。
        expect: 应得的值。
        tolerance: 数允许相差多少。

    Returns:
        一样为真。

    Examples:
        >>> same([1, 2.0], [1.0, 2], 0), same(True, 1, 0)
        (True, False)
    """
    left, right = plain(answer), plain(expect)
    if _is_number(left) and _is_number(right):
        return abs(left - right) <= tolerance or (left != left and right != right)
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key], tolerance) for key in right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b, tolerance) for a, b in zip(left, right, strict=True))
    return type(left) in (str, bool, date, datetime, type(None)) and bool(left == right)


def _is_number(value: object) -> TypeGuard[int | float]:
    return type(value) in (int, float)


def _differs(answer: object, expect: object) -> str:
    left, right = plain(answer), plain(expect)
    if _is_number(left) and _is_number(right):
        return "偏大" if left > right else "偏小"
    if type(left) is not type(right):
        return f"这里要的是 {type(right).__name__}，不是 {type(left).__name__}"
    if isinstance(left, list | dict) and isinstance(right, list | dict) and len(left) != len(right):
        return f"应有 {len(right)} 项，现有 {len(left)} 项"
    return "与应得的不一样"
