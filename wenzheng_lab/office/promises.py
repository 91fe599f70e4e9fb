"""承诺登记：从答复里找出答应了的日子，到期要兑现。"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from wenzheng_lab import text as _text
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.office.hours import add_workdays
from wenzheng_lab.office.settings import DATA

_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_WITHIN = re.compile(r"(\d{1,3})个?(工作日|小时|天|日)(?:之?内|以内)")
_CLOCK = re.compile(r"(?:上午|早上)(\d{1,2})[时点]|(\d{1,2})时")
_HAN = {char: str(n) for n, char in enumerate("零一二三四五六七八九")} | {"两": "2"}
_HAN_WITHIN = re.compile(r"([一二两三四五六七八九十]{1,3})(?=个?(?:工作日|小时|天|日)(?:之?内|以内))")


@dataclass(frozen=True, slots=True)
class Promise:
    """答复里的一个承诺。"""

    text: str
    """原话"""
    due: datetime
    """哪天到期"""


@cache
def _words() -> dict[str, tuple[str, ...]]:
    file = TomlFile.read(DATA / "promises.toml")
    data = file.table((), file.data, required=("doing", "ahead", "past"))
    return {name: file.strings((name,), rows, empty=False) for name, rows in data.items()}


def find_promises(text: str, at: datetime) -> tuple[Promise, ...]:
    """答复里答应了哪些日子。

    只认写明的日子与“几个工作日内”；“尽快”“近期”不是日子，不登记。

    Args:
        text: 答复。
        at: 答复的时刻。

    Returns:
        承诺，先后排列；同一个日子只记一次。

    Examples:
        >>> [p.text for p in find_promises("6月8日已到场。6月15日前修好路灯。", datetime(2026, 6, 9, 9))]
        ['6月15日前修好路灯。']
        >>> find_promises("我们将尽快处理。", datetime(2026, 6, 9, 9))
        ()
    """
    words, found = _words(), dict[datetime, Promise]()
    for span in _text.sentences(text):
        sentence = _digits(_text.fold(span.of(text)))
        for part in re.split("[,，;；]", sentence):
            if not any(word in part for word in words["doing"]) or any(word in part for word in words["past"]):
                continue
            for due in _days(part, at):
                if due > at:
                    found.setdefault(due, Promise(span.of(text).strip()[:60], due))
    return tuple(found[due] for due in sorted(found))


def _days(part: str, at: datetime) -> list[datetime]:
    days = []
    ahead = _words()["ahead"]
    for match in _DAY.finditer(part):
        tail = part[match.end() :]
        if not any(word in part for word in ahead) and not tail:
            continue
        year = int(match.group(1) or at.year)
        try:
            day = datetime(year, int(match.group(2)), int(match.group(3)), 23, 59)
        except ValueError:
            continue
        # “6月11日9时检测合格”是当天已经做过的事，不是答应
        if not _passed(day, tail, at):
            days.append(day)
    for match in _WITHIN.finditer(part):
        count, unit = int(match.group(1)), match.group(2)
        if unit == "工作日":
            days.append(add_workdays(at, count))
        elif unit == "小时":
            days.append(at + timedelta(hours=count))
        else:
            days.append((at + timedelta(days=count)).replace(hour=23, minute=59))
    return days


def _passed(day: datetime, tail: str, at: datetime) -> bool:
    """日子后面写着钟点，而那个钟点已经过了。"""
    clock = _CLOCK.match(tail)
    hour = int(clock.group(1) or clock.group(2)) if clock else 24
    return hour < 24 and day.replace(hour=hour, minute=0) <= at


def _digits(text: str) -> str:
    """“五个工作日内”的“五”换成数字。"""

    def number(match: re.Match[str]) -> str:
        word = match.group(1)
        if word == "十":
            return "10"
        if word.startswith("十"):
            return "1" + _HAN[word[1]]
        if word.endswith("十"):
            return _HAN[word[0]] + "0"
        return "".join(_HAN.get(char, "") for char in word)

    return _HAN_WITHIN.sub(number, text)
