"""来信人怎样打分：解决看实地与说清没有，态度看口气与对题，速度看日子；数都在设置里。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.hours import work_days_between
from wenzheng_lab.office.settings import section
from wenzheng_lab.office.state import CaseState

_OUTCOME = {"done": 1.0, "partial": 0.62, "refused": 0.0, "": 0.0}


@dataclass(frozen=True, slots=True)
class Rating:
    """一次评价。"""

    solved: int
    """解决 1–5"""
    attitude: int
    """态度 1–5"""
    speed: int
    """速度 1–5"""
    scene: str
    """评语的场合"""

    @property
    def mean(self) -> float:
        """三项平均。"""
        return (self.solved + self.attitude + self.speed) / 3


def rate(case: CaseState, at: datetime, stream: Stream, *, copied: bool, unkept: bool) -> Rating:
    """来信人看了最后一次答复，打几分。

    Args:
        case: 来信到此刻的样子。
        at: 什么时候评。
        stream: 随机流，只用来分出宽一点严一点的人。
        copied: 与别人收到的一字不差。
        unkept: 有承诺到期没有兑现。

    Returns:
        评价。
    """
    numbers, score = section("rating"), case.replies[-1]["score"]
    marks: Mapping[str, float] = score.get("criteria", {})
    gates = set(score.get("gates", ()))
    nature = stream.draw() * 0.8 - 0.4  # 有人宽，有人严
    told = _told(case, marks)
    token = (score.get("total") or 0.0) < numbers["token_total"]
    solved, scene = _solved(case, marks, told, token, numbers)
    if unkept:
        solved, scene = solved - numbers["unkept"], "rate_unkept"
    if case.outcome == "wrong" and not case.world:
        solved, scene = 1.0, "rate_wrong"
    attitude = 1 + 4 * (0.55 * _mark(marks, "tone") + 0.45 * _mark(marks, "relevance"))
    eased = solved >= numbers["eased_solved"]
    if eased:  # 事情办好了，看什么都顺眼些
        attitude += numbers["eased_warmth"]
    speed = _speed(case, at)
    if copied:
        # 事情办好了，抄来的话也就不太计较
        attitude -= numbers["copy_penalty"] * (numbers["eased_copy"] if eased else 1.0)
        scene = scene if eased else "rate_copy"
    if scene in ("rate_empty", "rate_kicked"):  # 空话回得再快、再客气，也是一颗星
        attitude, speed = min(attitude, numbers["empty_cap"]), min(speed, numbers["empty_cap"])
    if "G4" in gates:
        attitude, scene = 1.0, "rate_rude"
    if leaked(case):
        attitude, scene = min(attitude, 1.5), "rate_privacy"
    if gates & {"G3", "G4", "G6"}:
        solved = min(solved, numbers["gate_cap"])
    if speed <= 2 and solved >= 3 and scene in ("rate_good", "rate_fine"):
        scene = "rate_slow"
    return Rating(_star(solved + nature), _star(attitude + nature), _star(speed + nature * 0.5), scene)


def leaked(case: CaseState) -> bool:
    """来信里的个人信息没有遮就公开答复了；遮了还漏了的也算。"""
    if not case.truth.get("personal_data"):
        return False
    return not case.redacted or bool(case.redacted["missed"])


def _mark(marks: Mapping[str, float], name: str) -> float:
    return (marks.get(name) or 0.0) / 3


def _told(case: CaseState, marks: Mapping[str, float]) -> float:
    """说清没有，0–1；问事的看答全没有，办事的还看查明、结论、责任。"""
    if case.truth["appeal"] == "咨询":
        names = ("completeness", "completeness", "fact_finding", "disposition")
    else:
        names = ("completeness", "fact_finding", "disposition", "owner_date")
    return min(1.0, sum(_mark(marks, name) for name in names) / len(names) * 1.35)


def _solved(
    case: CaseState, marks: Mapping[str, float], told: float, token: bool, numbers: Mapping[str, float]
) -> tuple[float, str]:
    outcome = _OUTCOME[case.world]
    weight = numbers["outcome_weight"]
    if case.world == "refused":
        reason = max(marks.get("remedy") or 0.0, marks.get("fact_finding") or 0.0)
        if token or reason < numbers["reason_good"] * 0.6:
            return 1.4, "rate_refused_bad"
        level = min(1.0, (reason / 3 + told) / 2 * 1.35)
        solved = min(numbers["refused_best"], 1 + 4 * level)
        return solved, "rate_refused_good" if solved >= 3 else "rate_refused_bad"
    value = 1 + 4 * (weight * outcome + (1 - weight) * told)
    if not case.world and case.phase != "result":
        # 没有查、没有办：话再暖也只是话
        kicked = len(set(case.leads)) > 2 or case.phase == "back"
        return min(value, numbers["warm_cap"]), "rate_kicked" if kicked else "rate_empty"
    if not case.world and case.outcome == "evasive":
        return min(value, numbers["warm_cap"]), "rate_empty"
    if token:
        if case.world == "done":
            return numbers["token_done"], "rate_noticed"
        return min(value, numbers["warm_cap"]), "rate_empty"
    if not case.world:
        return min(value, 3.0), "rate_partial"
    if (marks.get("completeness") or 0.0) < 1.2 and value < numbers["solved_score"]:
        return value, "rate_silent_on_asks"
    if case.world == "partial":
        return value, "rate_fine" if value >= 3 else "rate_partial"
    return value, "rate_good" if value >= numbers["solved_score"] else "rate_fine"


def _speed(case: CaseState, at: datetime) -> float:
    """按工作日与期限比；到期前告知过进展的，晚了也体谅些。"""
    replied = datetime.fromisoformat(str(case.replies[-1]["at"]))
    start = datetime.fromisoformat(str(case.letters[-1]["at"])) if case.letters else case.arrived
    used = work_days_between(start, replied)
    allowed = max(1, work_days_between(case.arrived, case.first_due)) if case.first_due else 5
    ratio = used / allowed
    told = any(case.arrived <= notice <= replied for notice in case.notices)
    if ratio <= 0.4:
        return 5.0
    if ratio <= 0.8:
        return 4.2
    if ratio <= 1.0:
        return 3.6
    return 3.0 if told else 1.6


def _star(value: float) -> int:
    return max(1, min(5, int(value + 0.5)))


def satisfied(row: Mapping[str, Any]) -> bool:
    """一次评价算不算满意；系统默认的好评不算。"""
    numbers = section("rating")
    mean = (row["solved"] + row["attitude"] + row["speed"]) / 3
    return not row["auto"] and mean >= numbers["satisfied_mean"] and row["solved"] >= numbers["satisfied_solved"]


def accepted(case: CaseState) -> bool:
    """来信人认可解决：最近一次自己打的“解决”到了分数；或没有评，但实地办完、查得到。"""
    own = [row for row in case.ratings if not row["auto"]]
    if own:
        return bool(own[-1]["solved"] >= section("rating")["solved_score"])
    return case.world == "done" and bool(case.replies)
