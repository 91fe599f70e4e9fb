"""模拟的答复与评价：要素齐不齐由质量决定，缺什么就写明缺什么。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.inbox._streams import Stream, choose, cumulate
from wenzheng_lab.inbox.grammar import Fragment, Words, compile_fragment, render
from wenzheng_lab.inbox.phrases import DATA

LEVELS = ("空话", "差", "中", "良", "优")
"""答复的质量档；真值"""
# 各档含哪些要素；ask 数是逐项答复的比例
_PARTS: Mapping[str, tuple[tuple[str, ...], float]] = {
    "空话": (("token",), 0.0),
    "差": (("hello", "cold", "slogan"), 0.0),
    "中": (("hello", "receipt", "done", "slogan", "sign"), 0.5),
    "良": (("hello", "receipt", "finding", "done", "contact", "sign"), 0.8),
    "优": (("hello", "apology", "receipt", "finding", "basis", "done", "contact", "remedy", "sign"), 1.0),
}
_ELEMENTS: Mapping[str, str] = {
    "receipt": "写明收到的是哪件事",
    "finding": "写明谁、何时、怎样核实",
    "basis": "写明依据并用到本件",
    "done": "逐项回应诉求并写明期限",
    "contact": "写明承办人与电话",
    "remedy": "写明不满意怎么办",
    "apology": "对影响有具体的致歉",
}
_HOURS: Mapping[str, tuple[float, float]] = {
    "空话": (1, 60),
    "差": (24, 500),
    "中": (48, 400),
    "良": (24, 240),
    "优": (12, 160),
}


@dataclass(frozen=True, slots=True)
class MadeReply:
    """一份模拟的答复。"""

    text: str
    """全文"""
    level: str
    """质量档"""
    at: datetime
    """答复时间"""
    answered: int
    """回应了几项诉求"""
    reasons: tuple[str, ...]
    """好在哪里、缺什么"""
    ratings: tuple[int, int, int, bool]
    """解决、态度、速度（1–5，0 未评）与是否自动好评"""


@cache
def _pools() -> Mapping[str, tuple[Fragment, ...]]:
    file = TomlFile.read(DATA / "phrases" / "replies.toml")
    words = Words([])
    return {
        name: tuple(compile_fragment(text, words) for text in file.strings((name,), rows))
        for name, rows in file.data.items()
    }


class _Filler:
    words: tuple[tuple[str, ...], ...] = ()

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def fill(self, key: str) -> str:
        return self.values.get(key, key)


def make_reply(
    message: Mapping[str, object], truth: Mapping[str, object], *, level: str, key: str, area_code: str = "0700"
) -> MadeReply:
    """按质量档写一份答复。

    Args:
        message: 来信的一行。
        truth: 真值的一行。
        level: 质量档，见 ``LEVELS``。
        key: 流的名字。
        area_code: 座机区号。

    Returns:
        答复、时间、理由与评价。
    """
    stream = Stream(f"{key}:reply")
    parts, share = _PARTS[level]
    low, high = _HOURS[level]
    created = message["created_at"]
    assert isinstance(created, datetime)
    at = created + timedelta(minutes=int(60 * (low + (high - low) * stream.draw() ** 2)))
    if at.hour < 8 or at.hour > 18:  # 答复在上班时间发出
        at = at.replace(hour=9 + stream.below(8), minute=stream.below(60))
        at += timedelta(days=1) if at <= created else timedelta()
    asks = truth["asks"]
    assert isinstance(asks, Sequence)
    wanted = [ask for n, ask in enumerate(asks) if n == 0 or stream.chance(share)] if share else []
    looked = created + (at - created) / 2
    later = at + timedelta(days=stream.between(3, 20))
    title = str(message["subject"])
    filler = _Filler(
        {
            "unit": str(truth["department"]),
            "day": f"{looked.month}月{looked.day}日",
            "later": f"{later.month}月{later.day}日",
            "later_day": f"{at.year}年{at.month}月{at.day}日",
            "place": str(message["place"]) or "现场",
            "phone": f"{area_code}-{stream.between(2, 8)}{stream.below(1000000):06d}",
            "title": title if len(title) < 24 else title[:22] + "……",
        }
    )
    filler.values["staff"] = "".join(_write("staff", stream, filler))

    out = []
    for part in parts:
        if part != "done":
            out.append(_write(part, stream, filler))
            continue
        for n, ask in enumerate(wanted):
            filler.values["ask"] = str(ask)
            refuse = truth["grantable"] == "不可办" or (truth["grantable"] == "部分可办" and n > 0)
            out.append(_write("refuse" if refuse else "done", stream, filler))
    text = "".join(out[:-1]) + ("\n" if parts[-1] == "sign" else "") + out[-1]
    good = [f"有：{why}" for part, why in _ELEMENTS.items() if part in parts]
    lack = [f"缺：{why}" for part, why in _ELEMENTS.items() if part not in parts]
    if wanted and len(wanted) < len(asks):
        lack.append(f"缺：{len(asks)} 项诉求只答了 {len(wanted)} 项")
    return MadeReply(text, level, at, len(wanted), (*good, *lack), _rate(level, stream, (at - created).days))


def _write(name: str, stream: Stream, filler: _Filler) -> str:
    return render(stream.pick(_pools()[name]), stream.draw, filler)


def _rate(level: str, stream: Stream, days: int) -> tuple[int, int, int, bool]:
    """来信人的评价：多数不评，到期自动好评；评的人解决看结果、速度看天数。"""
    u = stream.draw()
    if u < 0.55:
        return 0, 0, 0, False
    if u < 0.7:
        return 5, 5, 5, True
    base = LEVELS.index(level)
    solved = min(max(base + stream.below(3) - 1, 1), 5)
    manner = min(max(base + 1 + stream.below(3) - 1, 1), 5)
    speed = min(max(5 - days // 4 + stream.below(2) - 1, 1), 5)
    return solved, manner, speed, False


def draw_level(key: str, skill: float) -> str:
    """抽质量档；``skill`` 是承办单位的水平（0–1）。"""
    weights = [0.12, 0.16 + 0.2 * (1 - skill), 0.3, 0.15 + 0.25 * skill, 0.05 + 0.25 * skill]
    return choose(LEVELS, cumulate(weights), Stream(f"{key}:level").draw())
