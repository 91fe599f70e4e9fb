"""一道题：``check``、``hint``、``solution``、``form`` 四个动作。"""

from __future__ import annotations

import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from wenzheng_lab._html import Content, Markup
from wenzheng_lab.course import cards
from wenzheng_lab.course.blank import Blank, is_unanswered
from wenzheng_lab.course.feedback import Feedback
from wenzheng_lab.course.notice import Notice
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.course.record import Record
from wenzheng_lab.course.spec import QuestionSpec, UnitSpec
from wenzheng_lab.errors import RuleFileError

if TYPE_CHECKING:
    from wenzheng_lab.course.form import Form

_FORM = Blank()
"""没交答案的记号：改用表单里存下的答案"""
_RECORD_LIMIT = 200
"""记进学习记录的答案最多这么长（字符）；书面作答只记得分，不记原文"""


class Question:
    """一道题。在 Jupyter 里显示它就看到题面。"""

    def __init__(self, unit: UnitSpec, spec: QuestionSpec, record: Record, *, seed: str = "") -> None:
        self.spec = spec
        """题目的内容"""
        self._unit = unit
        self._record = record
        self._seed = seed
        self._hints_shown = 0
        self._asked_to_try = False
        self._latest: Feedback | None = None

    @property
    def id(self) -> str:
        """题号，如 ``L00-Q1``。"""
        return self.spec.id

    @property
    def state(self) -> Outcome:
        """到现在为止最好的结果。"""
        return self._record.best(self.id)

    @property
    def attempts(self) -> int:
        """作答过几次。"""
        return self._record.count(self.id, "check")

    @property
    def saved(self) -> object:
        """表单里存下的答案；没有时为 None。"""
        return self._record.answer(self.id)

    def judge(self, answer: object) -> Feedback:
        """只判，不记；批改作业用它。

        Args:
            answer: 答案。

        Returns:
            反馈。不抛错：作答里的错变成“运行出错”。
        """
        signature = self._unit.signature(self.spec, self._seed)
        try:
            feedback = self._judge(answer)
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            feedback = _failed(error)
        return replace(feedback, question=self.id, signature=signature)

    def check(self, answer: object = _FORM) -> Feedback:
        """判一次作答，并记进学习记录。

        Args:
            answer: 答案；不给就用表单里存下的那份。

        Returns:
            反馈。不抛错，也不往别处打印。
        """
        if answer is _FORM:
            answer = self.saved
        feedback = self._latest = self.judge(self.spec.kind.prepare(answer))
        facts: dict[str, object] = {"outcome": feedback.outcome.value, "version": str(feedback.signature)}
        if feedback.share is not None:
            facts["share"] = round(feedback.share, 4)
        if feedback.details:
            facts["details"] = dict(feedback.details)
        if not self.spec.kind.written and feedback.outcome is not Outcome.NOT_ATTEMPTED:
            facts["answer"] = _short(answer)
        self._record.add(self.id, "check", **facts)
        return self._with_notes(feedback)

    def grade(self, points: float) -> float:
        """这次运行里最近一次作答得几分；作业的评分格用它，nbgrader 认它的结果。

        书面题由人批，不用它。没作答、出错是 0 分；不打印，也不往标准错误写字，不然 nbgrader 会当成出错。

        Args:
            points: 满分（分）。

        Returns:
            0 到满分之间的普通小数。
        """
        share = self._latest.share if self._latest is not None else None
        return float(min(max(share or 0.0, 0.0), 1.0) * points)

    def hint(self, number: int | None = None) -> Notice:
        """看提示，一次一条，由浅入深。

        Args:
            number: 看第几条；不给就是下一条。

        Returns:
            一张提示卡。
        """
        hints = self.spec.hints
        step = self._hints_shown + 1 if number is None else number
        step = min(max(step, 1), len(hints))
        last = step == len(hints)
        self._hints_shown = max(self._hints_shown, step)
        self._record.add(self.id, "hint", step=step)
        after = "这是最后一条；还想不出，就看参考答案。" if last else ""
        return Notice(f"提示 {step}/{len(hints)}", hints[step - 1], after, question=self.id)

    def solution(self) -> Notice:
        """看参考答案；没作答过会先请您试一次。

        Returns:
            一张卡。没作答过时请先试；再运行一次就给看。
        """
        if not self.attempts and not self._asked_to_try:
            self._asked_to_try = True
            return Notice(
                "先试一次，再看答案",
                "自己想过再看，记得牢；答错不扣分，也可以先看提示。",
                "确实想先看，再要一次就给。",
                question=self.id,
            )
        self._record.add(self.id, "solution")
        parts: list[Content] = []
        for model in self.spec.models:
            parts.append(self.spec.kind.show_answer(model.answer))
            if model.why:
                parts.append(cards.para(model.why))
        plain = "；".join(str(model.answer) for model in self.spec.models)
        return Notice("参考答案", plain, self.spec.more, body=tuple(parts), question=self.id)

    def form(self) -> Form:
        """不写代码也能作答的表单；答案随改随存。

        Returns:
            在 Jupyter 里显示为表单；没有界面时显示为题面。
        """
        from wenzheng_lab.course.form import Form

        return Form(self)

    def save(self, answer: object) -> str:
        """存下答案，不判；表单每次改动都调用它。

        Args:
            answer: 可写 JSON 的答案。

        Returns:
            没存上的原因；存上了为空串。
        """
        self._record.save_answer(self.id, answer)
        return self._record.take_problem()

    def sheet(self, *, in_form: bool = False, how: str = "") -> Markup:
        """题面。

        Args:
            in_form: 放在表单上面：来信折起来，选项在输入框旁边，不列两遍，也不写怎样交答案。
            how: 怎样交答案；不给就写代码的写法。

        Returns:
            ``Markup``。
        """
        scene = self._unit.scene(self.spec)
        prompt = self.spec.kind.prompt()
        parts: list[Content] = []
        if scene.letter:
            letter = cards.letter_paper(scene.letter)
            parts.append(cards.fold(f"来信：{scene.letter.subject}（点开看全文）", letter) if in_form else letter)
        if scene.reply:
            parts.append(cards.reply_paper(scene.reply))
        parts += [cards.para(self.spec.ask), *prompt.parts]
        if not in_form:
            parts += prompt.listing
            call = cards.code(f"unit.{self.spec.name}.check({prompt.how})")
            parts.append(cards.para(cards.small(how)) if how else cards.para(cards.small("作答："), call))
        title = f"第 {self.spec.number} 题　{self.spec.title}"
        return cards.frame(title, *parts, colour=cards.BLUE, note=self.id)

    def _judge(self, answer: object) -> Feedback:
        if is_unanswered(answer):
            return Feedback(
                Outcome.NOT_ATTEMPTED,
                next_step="选好或写好答案再交；想不出，可以先看提示。",
            )
        feedback = self.spec.kind.judge(answer, self._unit.scene(self.spec))
        if feedback.outcome in (Outcome.PASSED, Outcome.NO_CHECK) and not feedback.more:
            feedback = replace(feedback, more=self.spec.more)
        return feedback

    def _with_notes(self, feedback: Feedback) -> Feedback:
        problem = self._record.take_problem()
        return replace(feedback, notes=(*feedback.notes, problem)) if problem else feedback

    def __repr__(self) -> str:
        return f"{self.id} {self.spec.title} {self.state.sign} {self.state.label}"

    def _repr_html_(self) -> str:
        return str(self.sheet())


def _failed(error: BaseException) -> Feedback:
    name = type(error).__name__
    if isinstance(error, KeyboardInterrupt):
        said = "运行被停下来了。"
    elif isinstance(error, RecursionError):
        said = "您的代码不停地调用自己，停不下来。"
    elif isinstance(error, RuleFileError):
        said = f"题目或规则的数据文件有错，不是您的错：{_message(error)}"
    else:
        said = f"检查您的答案时出了错：{name}：{_message(error)}"
    trace = "".join(traceback.format_exception(error, chain=False))
    return Feedback(Outcome.ERROR, said, next_step="改好后再运行一次；看不懂就把这张卡给老师看。", trace=trace)


def _message(error: BaseException) -> str:
    """学员的类连 ``str`` 都可能写错。"""
    try:
        return (str(error).splitlines() or [""])[0][:200]
    except Exception:
        return "（没有说明）"


def _short(answer: object) -> str:
    try:
        return repr(answer)[:_RECORD_LIMIT]
    except Exception:
        return f"<{type(answer).__name__}>"
