"""上台办件的题：把写好的几步交给办件室去走，走完的一局交给判题的看。"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._html import Markup, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.node import Node
from wenzheng_lab.errors import InputError, InputTypeError, WenzhengError, explain, show, suggest

if TYPE_CHECKING:
    from wenzheng_lab.office import Office
    from wenzheng_lab.office.events import Event

ACTS = (
    "open",
    "sort",
    "assign",
    "return_case",
    "set_deadline",
    "extend",
    "urge",
    "merge",
    "redact",
    "meeting",
    "reply",
    "publish",
    "correct",
    "delete_post",
    "call_back",
    "close",
    "bulletin",
    "advance",
    "next_hour",
    "next_day",
    "wait",
    "until",
    "answer",
)
"""能写进 ``do`` 的动作：办件室的动作，另加 ``wait`` 等到某种事发生、``until`` 走到某一刻、``answer`` 照卷里查到的答"""
_OWN: Mapping[str, tuple[str, ...]] = {"wait": ("until", "most"), "until": ("at",), "answer": ("id", "head", "tail")}
"""自添的几样动作的参数，头一个必须写"""
_WAIT_MOST = 240
"""``wait`` 最多等几小时"""
_HIDDEN = frozenset({"clock", "not_rated", "drafted", "advanced", "undone", "guide", "county_opened", "arrived"})
"""经过里不列的事：与做法无关，列了看不清"""


@dataclass(frozen=True, slots=True)
class Step:
    """一步：办件室的一个动作与它的参数。"""

    act: str
    """动作名"""
    args: Mapping[str, object]
    """参数"""

    def take(self, office: Office) -> None:
        """走这一步。

        Args:
            office: 正在办的一局。

        Raises:
            WenzhengError: 这一步此刻做不成。
        """
        if self.act == "wait":
            wait_for(office, str(self.args["until"]), int(str(self.args.get("most", _WAIT_MOST))))
            return
        if self.act == "until":
            run_to(office, datetime.fromisoformat(str(self.args["at"])))
            return
        if self.act == "answer":
            given = {key: str(value) for key, value in self.args.items()}
            office.reply(given["id"], write_from_file(office, **given))
            return
        getattr(office, self.act)(**self.args)


@dataclass(frozen=True, slots=True)
class Run:
    """走完的一局。"""

    office: Office
    """这一局"""
    failures: tuple[str, ...] = ()
    """没有做成的步，一步一句"""
    about: str = ""
    """只讲哪一封来信、哪一桩议论；空串为整局"""

    @property
    def events(self) -> tuple[Event, ...]:
        """日志，撤销了的不算。"""
        from wenzheng_lab.office.fold import voided

        events = tuple(self.office.log)
        void = voided(events)
        return tuple(event for event in events if event.seq not in void)

    @property
    def story(self) -> tuple[tuple[datetime, str, str, str], ...]:
        """（时刻，谁，做什么，内容），先后排列。"""
        from wenzheng_lab.office.events import LABELS
        from wenzheng_lab.office.story import tell

        return tuple(
            (event.at, event.actor, LABELS[event.kind], tell(event))
            for event in self.events
            if event.kind not in _HIDDEN
            and (not self.about or event.by_learner or self.about in (event.case_id, event.data.get("topic")))
        )

    def __repr__(self) -> str:
        return f"一局的经过：{len(self.story)} 件事，办到 {self.office.now:%m-%d %H:%M}"

    def _repr_html_(self) -> str:
        rows = [
            cards.para(tag("b", f"{at:%m-%d %H:%M}　{who}　{what}"), f"　{text}" if text else "")
            for at, who, what, text in self.story
        ]
        letters = {case.id for case in self.office.cases}
        about = self.office.topic(self.about) if self.about in letters else self.about
        heats = [self._heat(topic) for topic, _ in self.office.topics if not self.about or topic == about]
        return str(tag("div", *rows, *heats))

    def _heat(self, topic: str) -> Markup:
        """一桩议论的起落，六小时一柱。"""
        from wenzheng_lab.course.kinds.chart import Figure, Series

        heat = self.office.heat(topic)
        every = 6
        values = tuple(round(100 * value, 1) for value in heat.visible[::every])
        labels = tuple(f"{heat.start + timedelta(hours=n * every):%d日%H时}" for n in range(len(values)))
        marks = "；".join(f"{heat.start + timedelta(hours=hour):%d日%H时}{what}" for hour, what in heat.marks)
        title = f"{heat.name}：看得见的在传的人"
        note = f"{marks or '没有人公开说过一句话'}。此刻信任 {heat.trust[-1]:.2f}。{heat.note}"
        return Figure(title, "%", labels, (Series("", values),), note, columns=True).draw()


def read_steps(node: Node, key: str) -> tuple[Step, ...]:
    """读 ``do = [{ act = … }, …]``，动作与参数当场查。

    Args:
        node: 练习文件里的一张表。
        key: 键。

    Returns:
        各步。

    Raises:
        RuleFileError: 没有这个动作，或没有这个参数。
    """
    rows = node.value(key)
    if not isinstance(rows, list) or not rows:
        raise node.error(key, f'{key} 应写成 [{{ act = "…" }}, …]，至少一步')
    try:
        return tuple(make_step(row) for row in rows)
    except (InputError, InputTypeError) as error:
        raise node.error(key, str(error)) from error


def make_step(row: object) -> Step:
    """由一张表造一步。

    Args:
        row: ``{"act": "publish", "text": "……"}``。

    Returns:
        一步。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有这个动作，或参数对不上。
    """
    from wenzheng_lab.office import Office

    if not isinstance(row, Mapping) or "act" not in row:
        raise InputTypeError(explain(f"一步写成 {show(row)}", "应为表，里面有 act", '如 { act = "next_day" }'))
    act, args = str(row["act"]), {str(key): value for key, value in row.items() if key != "act"}
    if act not in ACTS:
        raise InputError(explain(f"没有动作 {show(act)}", f"可用：{'、'.join(ACTS)}", suggest(act, ACTS) or "请改"))
    known: tuple[str, ...]
    if act in _OWN:
        known = _OWN[act]
        wanted = {known[0]} <= set(args) <= set(known)
    else:
        signature = inspect.signature(getattr(Office, act))
        known = tuple(signature.parameters)[1:]
        try:
            signature.bind(None, **args)
            wanted = True
        except TypeError:
            wanted = False
    if not wanted:
        raise InputError(
            explain(f"动作 {act} 的参数写成 {'、'.join(args) or '（没有写）'}", f"可用：{'、'.join(known)}", "请改")
        )
    return Step(act, args)


def wait_for(office: Office, kind: str, most: int) -> None:
    """一小时一小时地等，等到某种事发生，或等满为止。

    Args:
        office: 正在办的一局。
        kind: 事件种类，如 ``dept_result``。
        most: 最多等几小时。

    Raises:
        InputError: 没有这种事。
    """
    from wenzheng_lab.office.events import LABELS

    if kind not in LABELS:
        raise InputError(
            explain(f"没有事件 {show(kind)}", f"可用：{'、'.join(LABELS)}", suggest(kind, LABELS) or "请改")
        )
    for _ in range(most):
        if any(event.kind == kind for event in office.next_hour()):
            return


def run_to(office: Office, moment: datetime) -> None:
    """让时间走到某一刻；已经过了就不动。

    Args:
        office: 正在办的一局。
        moment: 县里的时刻。
    """
    if office.now < moment:
        office.advance((moment - office.now) / timedelta(hours=1))


def write_from_file(office: Office, id: str, head: str = "", tail: str = "") -> str:
    """照卷里查到的写一份答复：单位、联席会议、回访查到的逐条写上，不添一个字。

    Args:
        office: 正在办的一局。
        id: 来信编号。
        head: 前面的话；可用 ``{unit}``、``{phone}``、``{day}``。
        tail: 后面的话；同上。

    Returns:
        答复。卷里没有查到什么，就只有前后的话。
    """
    from wenzheng_lab.office.departments import load_departments
    from wenzheng_lab.office.hours import say_day

    case = office.case(id)
    units = {case.lead, *case.partners, "联席会议"}
    found = [row.text for row in case.facts if row.source in units]
    unit = load_departments().get(case.lead)
    words = {"{unit}": case.lead, "{phone}": "" if unit is None else unit.phone, "{day}": say_day(office.now)}
    text = "\n".join(part for part in (head, *found, tail) if part)
    for name, value in words.items():
        text = text.replace(name, value)
    return text


def play_steps(scenario: object, seed: int, moves: Sequence[tuple[str, Sequence[Step]]], until: datetime | None) -> Run:
    """新开一局，把各步走完，再让时间走到 ``until``。

    Args:
        scenario: 情景的名称或文件。
        seed: 种子。
        moves: （这一手的名字，它的各步），先后排列。
        until: 走完以后让时间走到哪一刻；后果要过一阵才看得见。

    Returns:
        走完的一局；没有做成的步记在 ``failures``，后面的照走。
    """
    from wenzheng_lab.office import Office

    office, failures = Office(scenario, seed=seed), []
    for name, steps in moves:
        for step in steps:
            try:
                step.take(office)
            except WenzhengError as error:
                failures.append(f"{name}没有做成：{error}")
                break
    if until is not None:
        run_to(office, until)
    return Run(office, tuple(failures))


def find_office(answer: object, scenario: Path | None = None) -> Office | None:
    """交来的是不是办过的一局：一局、办件台，或日志文件。

    Args:
        answer: 交来的答案。
        scenario: 题目自带的情景文件；随包的情景不用给。

    Returns:
        一局；日志文件打开为只读的一局。不是的话为 None。

    Raises:
        LedgerError: 日志坏了。
    """
    from wenzheng_lab.office import Office

    held = getattr(answer, "office", answer)
    if isinstance(held, Office):
        return held
    if isinstance(answer, Path) or (isinstance(answer, str) and answer.strip().endswith(".wzlog")):
        return Office.view(Path(str(answer).strip()), scenario=scenario)
    return None
