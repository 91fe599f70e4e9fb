"""复盘：一局办完，从日志里找出误事的几步、救场的几步，和下个星期先改的三样。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._html import Content, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.desk_steps import find_office
from wenzheng_lab.course.readings import Reading
from wenzheng_lab.course.record import learner_home
from wenzheng_lab.errors import InputTypeError, explain

if TYPE_CHECKING:
    from wenzheng_lab.office import Office
    from wenzheng_lab.office.events import Event

_MOST = 3
"""一类事最多列几条"""
_QUOTE = 60
"""引日志的原话最多几个字"""
_CHANGES = 3
"""下个星期先改几样"""
_FOLDER = "办件记录"


@dataclass(frozen=True, slots=True)
class Lesson:
    """一类值得复盘的事。"""

    name: str
    """叫什么"""
    next_time: str
    """下回怎么办"""
    match: Callable[[Event], bool]
    """日志里哪些条是它"""


_SLIPS = (
    Lesson(
        "急信没有交出去", "早上先把信扫一遍，特急的不等写完别的，先打电话、先交办。", lambda e: bool(e.data.get("harm"))
    ),
    Lesson(
        "说早了、说错了", "没有查清只说查到哪一步、几点再报；错了公开更正，不删。", lambda e: e.kind == "error_exposed"
    ),
    Lesson(
        "许了没有做到",
        "日子写上去就抄进登记本，到期前一天去问；做不到的提前告诉他。",
        lambda e: e.kind == "promise_due" and not e.data["kept"],
    ),
    Lesson("删了帖", "不删。答在原处，改了的写明改了什么。", lambda e: e.kind == "post_deleted"),
    Lesson(
        "过了期没有答",
        "每天下班前看一眼明天到期的；答不了的，先告诉他卡在哪里。",
        lambda e: e.kind == "deadline_passed",
    ),
    Lesson(
        "答了又来信",
        "第二封信问什么，第一封就漏了什么。先让单位补查，有了新东西再答。",
        lambda e: e.kind == "wrote_again",
    ),
    Lesson("派错了退回来", "派之前看三定和派单目录；拿不准的，先打电话问。", lambda e: e.kind == "dept_pushback"),
)
_SAVES = (
    Lesson("退回了空话", "", lambda e: e.kind == "returned"),
    Lesson("回访问出了实情", "", lambda e: e.kind == "called_back"),
    Lesson("公开说在前头", "", lambda e: e.kind == "published" and bool(e.data.get("sound"))),
    Lesson("公开更正", "", lambda e: e.kind == "corrected"),
    Lesson("来信人说办好了", "", lambda e: e.kind == "thanked"),
)


def desk_log(scenario: str, *, seed: int) -> Path:
    """课上办件的日志放在哪里：学员的文件夹里。

    Args:
        scenario: 情景。
        seed: 种子。

    Returns:
        日志的路径；上一级目录已建好。

    Examples:
        >>> desk_log("county-week", seed=12).name
        'county-week-12.wzlog'
    """
    folder = learner_home() / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{scenario}-{seed}.wzlog"


def show_debrief(source: object) -> Reading:
    """复盘一局：哪几步误了事、救了场，下周先改哪三样。

    只照日志说话，每一条都引原话和时刻；不给人打分。

    Args:
        source: 办过的一局（``wz.Office``）、办件台，或日志文件的路径。

    Returns:
        一张卡。还没有办过的，说还没有开始。

    Raises:
        InputTypeError: 认不出来的东西。
        LedgerError: 日志坏了。

    Examples:
        >>> import wenzheng_lab as wz
        >>> show_debrief(wz.Office("first-day", seed=3)).said
        '还没有开始办'
    """
    office = find_office(source)
    if office is None:
        raise InputTypeError(
            explain(
                f"来的是 {type(source).__name__}",
                "应为办过的一局、办件台或日志路径",
                "例如 wz.course.show_debrief(desk)",
            )
        )
    events = [event for event in office.log if event.kind != "undone"]
    title = f"复盘：{office.scenario.name}，到 {office.now:%m月%d日 %H:%M}"
    if (
        not any(event.by_learner and event.kind != "advanced" for event in events)
        and office.now.date() == office.scenario.start
    ):
        return Reading(title, "还没有开始办", [cards.para("还没有开始办。到上面的办件台坐下，办几步再来看。")])
    slips = [(lesson, [event for event in events if lesson.match(event)]) for lesson in _SLIPS]
    saves = [(lesson, [event for event in events if lesson.match(event)]) for lesson in _SAVES]
    board = office.scoreboard()
    numbers = [
        ["收到", f"{board.received} 封", "没有答复过", f"{board.unanswered} 封"],
        ["第一次动它", _touch(office, events), "本人说满意", str(board.satisfied)],
        ["答过又来信", str(board.reopened), "承诺兑现", str(board.promises)],
    ]
    parts: list[Content] = [cards.grid(numbers, headers=["", "", "", ""])]
    parts += [cards.para(tag("b", "哪几步误了事")), _table(office, slips)]
    parts += [cards.para(tag("b", "哪几步救了场")), _table(office, saves)]
    changes = [lesson for lesson, found in slips if found][:_CHANGES]
    if changes:
        parts.append(cards.para(tag("b", "下个星期先改这几样")))
        parts.append(cards.bullets(f"{n}. {lesson.next_time}" for n, lesson in enumerate(changes, 1)))
    worst = next(((lesson, found) for lesson, found in slips if found), None)
    said = "没有找到误事的" if worst is None else f"{worst[0].name} {len(worst[1])} 回"
    note = f"情景 {office.scenario.id}，种子 {office.seed}。误事的由重到轻；只照日志说话，不给人打分。"
    return Reading(title, said, parts, note)


def _table(office: Office, rows: list[tuple[Lesson, list[Event]]]) -> Content:
    lines = list(_lines(office, rows))
    return cards.grid(lines, headers=["", "几时", "哪一封", "日志的原话"]) if lines else cards.para("日志里没有。")


def _lines(office: Office, rows: list[tuple[Lesson, list[Event]]]) -> Iterator[list[Content]]:
    from wenzheng_lab.office.story import tell

    for lesson, found in rows:
        for number, event in enumerate(found[:_MOST]):
            name: Content = tag("b", f"{lesson.name}（{len(found)}）") if not number else ""
            text = tell(event)
            text = text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "……"
            when = tag("span", f"{event.at:%m-%d %H:%M}", attrs={"style": "white-space:nowrap"})
            yield [name, when, event.case_id, text]


def _touch(office: Office, events: list[Event]) -> str:
    """第一次动它隔了多久，中位数；一直没有动的另说。"""
    first: dict[str, float] = {}
    arrived = {case.id: case.arrived for case in office.cases}
    for event in events:
        if event.by_learner and event.case_id in arrived and event.case_id not in first:
            first[event.case_id] = (event.at - arrived[event.case_id]).total_seconds() / 3600
    if not first:
        return "一封也没有动过"
    hours = sorted(first.values())
    left = len(arrived) - len(first)
    return f"一半在 {hours[len(hours) // 2]:.0f} 小时内" + (f"，{left} 封一直没有动" if left else "")
