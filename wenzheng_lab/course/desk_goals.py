"""上台办件的题看什么：做过什么、没做什么、先后、后果，全从日志里数。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wenzheng_lab.course.desk_steps import Run
from wenzheng_lab.course.feedback import Point
from wenzheng_lab.course.node import Node
from wenzheng_lab.errors import suggest

if TYPE_CHECKING:
    from wenzheng_lab.office.events import Event
    from wenzheng_lab.office.heat import Heat


@dataclass(frozen=True, slots=True)
class Goal:
    """一条要求。"""

    want: str
    """要求，一句话；题面上看得见"""
    right: str
    """做到了说什么"""
    missing: str
    """没做到说什么"""
    did: str
    """要做的事（事件种类）；不是这一类要求为空串"""
    never: str
    """不该有的事（事件种类）"""
    number: str
    """要量的数，见 ``NUMBERS``"""
    case: str
    """哪一封来信；空串为不限"""
    topic: str
    """哪桩议论"""
    words: tuple[str, ...]
    """内容里至少有其中一样；空为不限"""
    after: str
    """在这种事之后做的才算"""
    before: str
    """在这种事之前做的才算"""
    since: datetime | None
    """从这一刻起做的才算"""
    by: datetime | None
    """到这一刻为止做的才算"""
    least: float | None
    """至少（次数或数）"""
    most: float | None
    """至多"""

    def look(self, run: Run) -> tuple[bool, Point]:
        """从一局里看做到没有。

        Args:
            run: 走完的一局。

        Returns:
            （做到没有，一条反馈）；反馈带着日志里的原话或量到的数。
        """
        if self.number:
            value = NUMBERS[self.number](run, self)
            said = "还没有" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
            met = value is not None and self._within(value)
            return met, Point(f"{self.right if met else self.missing}（{LABELS[self.number]}：{said}）")
        found = self._found(run)
        met = not found if self.never else len(found) >= (1 if self.least is None else self.least)
        quote = _quote(found[-1]) if found else ""
        return met, Point(self.right if met else self.missing, quote)

    def _within(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def _found(self, run: Run) -> list[Event]:
        events = run.events
        kind = self.did or self.never
        start = next((event.seq for event in events if event.kind == self.after), None) if self.after else -1
        end = next((event.seq for event in events if event.kind == self.before), None) if self.before else None
        if start is None:
            return []
        return [
            event
            for event in events
            if event.kind == kind
            and event.seq > start
            and (end is None or event.seq < end)
            and (self.since is None or event.at >= self.since)
            and (self.by is None or event.at <= self.by)
            and (not self.case or event.case_id == self.case)
            and (not self.topic or event.data.get("topic") == self.topic)
            and (not self.words or any(word in str(event.data.get("text", "")) for word in self.words))
        ]


def read_goal(node: Node) -> Goal:
    """读一条要求。

    Args:
        node: 练习文件里的 ``[[question.goal]]``。

    Returns:
        要求。

    Raises:
        RuleFileError: did、never、number 没有恰写一样，或写了不认识的名字。
    """
    from wenzheng_lab.office.events import LABELS as KINDS

    given = {key: node.text(key, "") for key in ("did", "never", "number")}
    if sum(bool(value) for value in given.values()) != 1:
        raise node.error("did", "did（做过）、never（没做过）、number（量一个数）恰写一样")
    if given["number"] and given["number"] not in NUMBERS:
        raise node.error(
            "number", f"没有数 {given['number']!r}；{suggest(given['number'], NUMBERS)}可用：{'、'.join(NUMBERS)}"
        )
    links = {key: node.text(key, "") for key in ("after", "before")}
    for key, value in {**given, **links}.items():
        if key != "number" and value and value not in KINDS:
            raise node.error(key, f"没有事件 {value!r}；{suggest(value, KINDS)}可用：{'、'.join(KINDS)}")
    goal = Goal(
        want=node.text("want"),
        right=node.text("right"),
        missing=node.text("missing"),
        **given,
        case=node.text("case", ""),
        topic=node.text("topic", ""),
        words=node.texts("words"),
        **links,
        since=node.time("since"),
        by=node.time("by"),
        least=node.number("least") if node.has("least") else None,
        most=node.number("most") if node.has("most") else None,
    )
    if goal.number and goal.least is None and goal.most is None:
        raise node.error("number", "量一个数，要写 least（至少）或 most（至多）")
    node.done()
    return goal


def _quote(event: Event) -> str:
    text = str(event.data.get("text") or event.data.get("reason") or "")
    return text if len(text) <= 60 else f"{text[:58]}……"


def _heat(run: Run, goal: Goal) -> Heat | None:
    from wenzheng_lab.errors import InputError

    try:
        return run.office.heat(goal.topic or goal.case)
    except InputError:
        return None


def _stars(run: Run, goal: Goal) -> float | None:
    rated = [row for row in run.office.case(goal.case).ratings if not row.auto]
    if not rated:
        return None
    return (rated[-1].solved + rated[-1].attitude + rated[-1].speed) / 3


def _solved(run: Run, goal: Goal) -> float | None:
    rated = [row for row in run.office.case(goal.case).ratings if not row.auto]
    return float(rated[-1].solved) if rated else None


def _broken(run: Run, goal: Goal) -> float | None:
    cases = [run.office.case(goal.case)] if goal.case else run.office.cases
    return float(sum(promise.kept is False for case in cases for promise in case.promises))


def _red(run: Run, goal: Goal) -> float | None:
    cases = [run.office.case(goal.case)] if goal.case else run.office.cases
    return float(sum(len(reply.gates) for case in cases for reply in case.replies))


def _reply_total(run: Run, goal: Goal) -> float | None:
    replies = run.office.case(goal.case).replies
    return replies[-1].total if replies else None


def _board(name: str) -> Callable[[Run, Goal], float | None]:
    def value(run: Run, _goal: Goal) -> float | None:
        held = getattr(run.office.scoreboard(), name)
        share = getattr(held, "value", held)
        return None if share is None else float(share)

    return value


NUMBERS: Mapping[str, Callable[[Run, Goal], float | None]] = {
    "stars": _stars,
    "solved_stars": _solved,
    "letters": lambda run, goal: float(len(run.office.case(goal.case).letters)),
    "reply_total": _reply_total,
    "red_lines": _red,
    "promises_broken": _broken,
    "heat_peak": lambda run, goal: None if (heat := _heat(run, goal)) is None else heat.peak,
    "heat_now": lambda run, goal: None if (heat := _heat(run, goal)) is None else heat.spreading[-1],
    "informed": lambda run, goal: None if (heat := _heat(run, goal)) is None else heat.informed[-1],
    "trust": lambda run, goal: None if (heat := _heat(run, goal)) is None else heat.trust[-1],
    "responded": _board("responded"),
    "solved": _board("solved"),
    "satisfied": _board("satisfied"),
    "overdue": _board("overdue"),
    "unanswered": _board("unanswered"),
    "harmed": _board("harmed"),
    "leaks": _board("leaks"),
    "wrong_told": _board("wrong_told"),
}
"""能量的数：名字到算法"""
LABELS: Mapping[str, str] = {
    "stars": "来信人最近一次评价，三项平均",
    "solved_stars": "来信人最近一次评的“解决”",
    "letters": "再次来信几次",
    "reply_total": "最近一次答复的评分",
    "red_lines": "答复触到的红线",
    "promises_broken": "没有兑现的承诺",
    "heat_peak": "在传的人最多占多少，教学参数，非预测",
    "heat_now": "此刻在传的人占多少，教学参数，非预测",
    "informed": "此刻知道实情的人占多少，教学参数，非预测",
    "trust": "此刻的信任，0–1，教学参数，非预测",
    "responded": "响应率",
    "solved": "解决率",
    "satisfied": "满意率",
    "overdue": "超期没答的",
    "unanswered": "没有答复过的",
    "harmed": "特急来信压着出了事的",
    "leaks": "答复公开时漏了个人信息的",
    "wrong_told": "照错的回件答了而没有更正的",
}
"""能量的数：名字到给人看的话"""
