"""三位同事：同一天、同样的来信，三种做法；都只用公开的办法做事，看不到真值。

尽责者照件夹里查到的写，查不到就追；套话者收一封回一封；踢球者让人去找别家。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from wenzheng_lab._html import table
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.careful import Careful
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.colleague import LAST_RESORT, NAMES, Colleague, named, phrases
from wenzheng_lab.office.departments import all_units
from wenzheng_lab.office.office import Office
from wenzheng_lab.office.scoreboard import Scoreboard

_STEPS = (3, 4, 2, 1)
"""一天看四回：早上、午前、下午、下班前，隔几小时"""


def play(who: str, scenario: object = "county-week", *, seed: int, days: int = 10) -> Office:
    """让一位同事办一局，给出办完的局面。

    Args:
        who: ``careful`` 尽责者、``template`` 套话者、``kicker`` 踢球者。
        scenario: 情景。
        seed: 种子。
        days: 办几天。

    Returns:
        办完的一局，只在内存里。

    Raises:
        InputError: 没有这位同事。

    Examples:
        >>> office = play("template", "first-day", seed=3, days=1)
        >>> office.scoreboard().received > 0
        True
    """
    if who not in NAMES:
        raise InputError(explain(f"没有同事 {show(who)}", f"可用：{'、'.join(NAMES)}", suggest(str(who), NAMES)))
    office = Office(scenario, seed=seed)
    people: dict[str, type[Careful | Template | Kicker]] = {
        "careful": Careful,
        "template": Template,
        "kicker": Kicker,
    }
    work = people[who](office)
    end = office.now + timedelta(days=days)
    while office.now < end:
        for hours in _STEPS:
            work.round()
            office.advance(hours)
        office.next_day()
    return office


@dataclass(frozen=True, slots=True)
class Comparison:
    """几位同事的记分牌，并排。"""

    boards: Mapping[str, Scoreboard]
    """名字到记分牌"""

    def __repr__(self) -> str:
        """一行说明。"""
        return (
            "Comparison("
            + "；".join(f"{name} 解决 {board.solved} 满意 {board.satisfied}" for name, board in self.boards.items())
            + ")"
        )

    def _repr_html_(self) -> str:
        names = list(self.boards)
        columns = [dict(board.rows()) for board in self.boards.values()]
        rows = [(key, *(column[key] for column in columns)) for key in columns[0]]
        return table(rows, headers=("项", *names)).html


def compare(
    office: Office | None = None, *, scenario: object = "county-week", seed: int = 7, days: int = 10
) -> Comparison:
    """与三位同事比：同一情景、同一种子，各办各的。

    Args:
        office: 自己办的一局；给了就照它的情景、种子与天数，并列在最前。
        scenario: 情景；给了 ``office`` 就不看。
        seed: 种子；给了 ``office`` 就不看。
        days: 办几天；给了 ``office`` 就不看。

    Returns:
        并排的记分牌。

    Examples:
        >>> compare(scenario="first-day", seed=3, days=1).boards["套话者"].received > 0
        True
    """
    boards: dict[str, Scoreboard] = {}
    if office is not None:
        boards["您"] = office.scoreboard()
        scenario, seed = office.scenario.id, office.seed
        days = max(1, (office.now.date() - office.scenario.start).days)
    for who, name in NAMES.items():
        boards[name] = play(who, scenario, seed=seed, days=days).scoreboard()
    return Comparison(boards)


class Template(Colleague):
    """套话者：分了、派了，马上回一段谁都能用的话；退回来的转出去，办得怎样不过问。"""

    def step(self, case: CaseFile) -> None:
        """一件做一步。"""
        office, text = self.office, str(phrases()["template"]["reply"])
        if case.status in ("未读", "待分拣", "待交办"):
            advice = self.sort(case)
            if advice.category == "无效信息":
                office.close(case.id, reason="广告")
                return
            office.assign(case.id, lead=self.unit(advice.department))
            office.reply(case.id, text)
        elif case.phase in ("back", "dispute") and case.transfers < 2:
            # 单子退到手里，照退件单转出去，转完不再过问
            told = named(case.talk[-1].text, (case.lead,))
            office.assign(case.id, lead=told[0] if told else LAST_RESORT, partners=[case.lead])
        elif case.status == "再次来信":
            office.reply(case.id, text)
        elif case.status == "已评价" and case.age >= 6:
            office.close(case.id)


class Kicker(Colleague):
    """踢球者：看也不看派给别家，退回来再派一家，答复是“请向某某反映”。"""

    def step(self, case: CaseFile) -> None:
        """一件做一步。"""
        office = self.office
        units = all_units()
        stream = Stream(f"{office.seed}:{case.id}:kick:{case.transfers}")
        if case.status in ("未读", "待分拣", "待交办", "被退回", "有争议"):
            other = stream.pick(units)
            if case.transfers < 4:
                office.assign(case.id, lead=other)
            if not case.replies:
                office.reply(case.id, str(phrases()["kicker"]["reply"]).replace("{unit}", other))
        elif case.status == "再次来信":
            office.reply(case.id, str(phrases()["kicker"]["reply"]).replace("{unit}", stream.pick(units)))
        elif case.replies and case.age >= 2:
            office.close(case.id)
