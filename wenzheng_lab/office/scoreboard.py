"""记分牌：每个率都带分子、分母；没有评的、系统默认好评的，另列。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wenzheng_lab._html import Markup, table, tag
from wenzheng_lab.office.engine import Engine
from wenzheng_lab.office.rating import accepted, leaked, satisfied
from wenzheng_lab.office.rhythm import answered, day_count, month_count, week_count
from wenzheng_lab.office.settings import setting
from wenzheng_lab.office.state import CaseState, State


@dataclass(frozen=True, slots=True)
class Rate:
    """一个率：分子、分母。"""

    done: int
    """分子"""
    of: int
    """分母"""

    @property
    def value(self) -> float | None:
        """率 0–1；分母是零为 None，不是零。"""
        return self.done / self.of if self.of else None

    def __str__(self) -> str:
        """写成“3/4（75%）”。"""
        return f"{self.done}/{self.of}" + (f"（{self.done / self.of:.0%}）" if self.of else "（还没有）")


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """到此刻的记分牌。"""

    at: datetime
    """什么时候的"""
    received: int
    """收到几封（不含广告）"""
    spam: int
    """广告几封"""
    responded: Rate
    """响应：期限内有过真正的答复或交办后的告知 / 期限已到或已答的"""
    solved: Rate
    """解决：来信人认可解决，或查得到办成 / 收到的"""
    satisfied: Rate
    """满意：本人评价里满意的 / 本人评过的"""
    not_rated: int
    """答复过而本人没有评的"""
    auto_rated: int
    """系统默认好评的，不计入满意"""
    first_touch_hours: float | None
    """从收到到第一次动它，中位数，小时"""
    age_p50: float | None
    """在办件的存量时间，中位数，天"""
    age_p90: float | None
    """在办件的存量时间，九成不超过几天"""
    unanswered: int
    """还没有答复过的"""
    overdue: int
    """超期没答的"""
    reopened: Rate
    """再次来信的 / 答复过的"""
    transfers: Rate
    """转办次数 / 交办过的件"""
    promises: Rate
    """兑现的承诺 / 到期的承诺"""
    promises_open: int
    """还没到期的承诺"""
    gap: float | None
    """冷静的与愤怒的来信，答复得分之差（愤怒减冷静）；两边都有才算"""
    harmed: int
    """特急来信压着出了事的"""
    leaks: int
    """答复公开时漏了个人信息的"""
    wrong_told: int
    """照错的回件答了而没有更正的"""
    rhythms: tuple[tuple[str, Rate], ...]
    """四个节奏"""
    duties: tuple[tuple[str, Rate, str], ...]
    """五项制度：名称、做到的、怎样算"""
    target: str
    """上级给的指标现在怎样；没有为空串"""

    def rows(self) -> tuple[tuple[str, str], ...]:
        """一行一项，给表格用。

        Returns:
            （项目，此刻怎样），都是给人看的文字，带分母。
        """
        return (
            ("收到来信", f"{self.received} 封（另有广告 {self.spam} 封）"),
            ("响应", str(self.responded)),
            ("解决", str(self.solved)),
            ("满意", f"{self.satisfied}；没有评 {self.not_rated}，默认好评 {self.auto_rated}（不计）"),
            ("第一次动它", _number(self.first_touch_hours, "小时", "中位数")),
            ("在办件存量", f"一半 {_number(self.age_p50, '天')}，九成 {_number(self.age_p90, '天')} 以内"),
            ("没有答复过", f"{self.unanswered} 封，其中超期 {self.overdue} 封"),
            ("再次来信", str(self.reopened)),
            ("转办", f"{self.transfers.done} 次，{self.transfers.of} 件"),
            ("承诺兑现", f"{self.promises}；未到期 {self.promises_open}"),
            ("冷静与愤怒之差", _number(self.gap, "分", "愤怒减冷静；近零才公平")),
            *((name, str(rate)) for name, rate in self.rhythms),
            *((name, f"{rate}　{how}") for name, rate, how in self.duties),
            ("出事 / 泄露 / 说错未改", f"{self.harmed} / {self.leaks} / {self.wrong_told}"),
            *((("上级指标", self.target),) if self.target else ()),
        )

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名；率写成 ``[分子, 分母]``，没有分母的项不编一个数。
        """
        plain: dict[str, object] = {"schema": "office-scoreboard/1", "at": self.at.isoformat()}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Rate):
                plain[name] = [value.done, value.of]
            elif isinstance(value, int | float | str) or value is None:
                plain[name] = value
        plain["rhythms"] = {name: [rate.done, rate.of] for name, rate in self.rhythms}
        plain["duties"] = {name: [rate.done, rate.of] for name, rate, _ in self.duties}
        return plain

    def __repr__(self) -> str:
        """一行说明。"""
        head = f"{self.at:%m-%d %H:%M} 收 {self.received}｜响应 {self.responded}"
        return f"Scoreboard({head}｜解决 {self.solved}｜满意 {self.satisfied})"

    def _repr_html_(self) -> str:
        return self.card().html

    def card(self) -> Markup:
        """记分牌（HTML）。

        Returns:
            可嵌进网页的 ``Markup``。
        """
        return tag("div", tag("b", f"{self.at:%m月%d日 %H:%M} 记分牌"), table(self.rows(), headers=("项", "此刻")))


def _number(value: float | None, unit: str, note: str = "") -> str:
    text = "还没有" if value is None else f"{value:.1f} {unit}"
    return f"{text}（{note}）" if note else text


def percentile(values: Sequence[float], share: float) -> float | None:
    """分位数：排好以后的第 ⌈n·share⌉ 个；没有值为 None。

    Examples:
        >>> percentile([1, 2, 3, 4], 0.5), percentile([], 0.9)
        (2.0, None)
    """
    if not values:
        return None
    rows = sorted(values)
    return float(rows[max(0, -int(-len(rows) * share // 1) - 1)])


def make_scoreboard(engine: Engine) -> Scoreboard:
    """由状态算记分牌。"""
    state = engine.state
    every = [case for case in state.cases.values() if not case.children]
    real = [case for case in every if case.truth["kind"] != "spam"]
    replied = [case for case in real if case.replies]
    last = [(case, [row for row in case.ratings if not row["auto"]]) for case in replied]
    rated = [(case, rows) for case, rows in last if rows]
    due = [case for case in real if answered(state, case) or _past(case, state.now)]
    open_ = [case for case in real if case.live and not (case.replies and not case.waiting)]
    ages = [(state.now - case.arrived).total_seconds() / 86400 for case in open_]
    touched = [case for case in real if case.first_touch]
    settled = [promise for case in real for promise in case.promises if promise.get("kept") is not None]
    waiting = sum(promise.get("kept") is None for case in real for promise in case.promises)
    assigned = [case for case in real if case.leads]
    return Scoreboard(
        at=state.now,
        received=len(real),
        spam=len(every) - len(real),
        responded=Rate(sum(_in_time(state, case) for case in due), len(due)),
        solved=Rate(sum(_accepted(state, case) for case in real), len(real)),
        satisfied=Rate(sum(satisfied(rows[-1]) for _, rows in rated), len(rated)),
        not_rated=len(replied) - len(rated),
        auto_rated=sum(any(row["auto"] for row in case.ratings) for case in replied),
        first_touch_hours=percentile(
            [(case.first_touch - case.arrived).total_seconds() / 3600 for case in touched if case.first_touch], 0.5
        ),
        age_p50=percentile(ages, 0.5),
        age_p90=percentile(ages, 0.9),
        unanswered=sum(not answered(state, case) for case in real),
        overdue=sum(case.overdue and case in open_ for case in real),
        reopened=Rate(sum(bool(case.letters) for case in replied), len(replied)),
        transfers=Rate(sum(len(case.leads) - 1 for case in assigned), len(assigned)),
        promises=Rate(sum(bool(row["kept"]) for row in settled), len(settled)),
        promises_open=waiting,
        gap=_gap(replied),
        harmed=sum(case.harmed for case in real),
        leaks=sum(leaked(case) for case in replied if _total(case) is not None),
        wrong_told=sum(case.outcome == "wrong" and not case.world and not case.corrected for case in replied),
        rhythms=_rhythms(state),
        duties=_duties(state, real),
        target=_target(engine, rated, replied),
    )


def _past(case: CaseState, now: datetime) -> bool:
    if case.due is not None:
        return case.due <= now
    return now - case.arrived >= timedelta(days=7)


def _in_time(state: State, case: CaseState) -> bool:
    """期限内有过不是空话的答复；并件看并到的那件。"""
    if case.merged_into:
        return _in_time(state, state.cases[case.merged_into])
    if not case.replies:
        return False
    first = case.replies[0]
    total = _total(case)
    if total is not None and total < setting("rating.token_total"):
        return False
    limit = case.first_due or case.arrived + timedelta(days=7)
    at = datetime.fromisoformat(str(first["at"]))
    return at <= limit or any(case.arrived <= notice <= limit for notice in case.notices)


def _total(case: CaseState) -> float | None:
    rows = [row["score"].get("total") for row in case.replies if row["score"]]
    known = [float(row) for row in rows if row is not None]
    return max(known) if known else None


def _accepted(state: State, case: CaseState) -> bool:
    if case.merged_into:
        return _accepted(state, state.cases[case.merged_into])
    return accepted(case)


def _gap(replied: Iterable[CaseState]) -> float | None:
    angry: list[float] = []
    calm: list[float] = []
    for case in replied:
        total = _total(case)
        if total is not None:
            (angry if int(case.truth.get("emotion") or 0) >= 2 else calm).append(total)
    if not angry or not calm:
        return None
    return sum(angry) / len(angry) - sum(calm) / len(calm)


def _rhythms(state: State) -> tuple[tuple[str, Rate], ...]:
    days = [row for row in state.rhythms if row["kind"] == "day_closed" and row["due"]]
    full = sum(row["done"] == row["due"] for row in days)
    months = 1 if state.bulletins else 0
    return (
        ("一日一清理（清完的天）", Rate(full, len(days)) if days else Rate(*day_count(state, state.now))),
        ("一周一回复（满五个工作日有过答复）", Rate(*week_count(state, state.now))),
        ("一月一办结（满月办结）", Rate(*month_count(state, state.now))),
        ("一月一分析（通报）", Rate(months, 1)),
    )


def _duties(state: State, real: Sequence[CaseState]) -> tuple[tuple[str, Rate, str], ...]:
    assigned = [case for case in real if case.leads]
    joint = [
        case
        for case in assigned
        if case.meeting or any(_is_dispute(row) for row in case.talk) or case.phase == "dispute"
    ]
    slow = [
        case for case in assigned if case.overdue or case.outcome in ("evasive", "half") or case.urged or case.returned
    ]
    done = [case for case in real if case.closed and case.replies]
    return (
        ("首办负责", Rate(sum(len(case.leads) == 1 for case in assigned), len(assigned)), "一家办到底，没有转来转去"),
        (
            "沟通协调",
            Rate(sum(bool(case.meeting or case.partners) for case in joint), len(joint)),
            "有争议的定下了牵头与协办",
        ),
        (
            "跟踪督办",
            Rate(sum(bool(case.urged or case.returned) for case in slow), len(slow)),
            "拖着的、敷衍的催过或退过",
        ),
        ("回访反馈", Rate(sum(bool(case.called) for case in done), len(done)), "办结的打过回访电话"),
        ("定期通报", Rate(int(bool(state.bulletins)), 1), "出过通报"),
    )


def _is_dispute(row: dict[str, object]) -> bool:
    return row.get("kind") == "dispute"


def _target(
    engine: Engine, rated: Sequence[tuple[CaseState, list[dict[str, object]]]], replied: Sequence[CaseState]
) -> str:
    """上级给的指标：照它的口径算，连默认好评也算进去，让人看见口径怎样骗人。"""
    target = engine.scenario.target
    if not target:
        return ""
    closed = sum(case.closed is not None for case in engine.state.cases.values())
    stars = [case for case in replied if case.ratings]
    value = {
        "closed": Rate(closed, len(engine.state.cases)),
        "five_star": Rate(sum(case.ratings[-1]["solved"] == 5 for case in stars), len(stars)),
        "replied": Rate(len(replied), len(engine.state.cases)),
    }[str(target["measure"])]
    least = float(str(target["least"]))
    met = value.value is not None and value.value >= least
    return f"{target['name']}：{value}，要求不低于 {least:.0%}，{'达到' if met else '没有达到'}"
