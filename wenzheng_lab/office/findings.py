"""单位查到了什么：每种事项一组话，地点、物件用这封信自己的，日子用县里的钟。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.facts import draw_places
from wenzheng_lab.inbox.issues import load_issues
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.people import full_name
from wenzheng_lab.office.hours import add_workdays, say_day
from wenzheng_lab.office.settings import DATA

FOLDER = DATA / "results"
PARTS = ("found", "did", "plan", "no")
"""查明、已办、下一步、不能办的理由与去处"""
GENERAL = "general"
"""没有单列的事项用的话"""
PLACES = (
    "town",
    "area",
    "river",
    "estate",
    "road",
    "primary",
    "middle",
    "kindergarten",
    "hospital",
    "market",
    "park",
    "bridge",
)
OWN = ("unit", "visit", "done", "due", "due2", "staff", "phone", "n", "m", "k")
"""自己填的空：单位、到场日、办成日、下一步日子、承办人、电话、三个不大的数"""
_BLANK = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Findings:
    """一件事查到的四样；没有的为空串。"""

    found: str
    """查明的情况"""
    did: str
    """已经办的"""
    plan: str
    """下一步与日子"""
    no: str
    """不能办的理由与去处"""


@cache
def load_results() -> Mapping[str, Mapping[str, str]]:
    """全部事项的查办话语。

    Returns:
        事项编号到四样话。

    Raises:
        RuleFileError: 没有这种事项、用了没有的空、缺“查明”；首行有文件名与行号。

    Examples:
        >>> "{visit}" in load_results()["qh-tap-yellow"]["found"]
        True
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for name, row in parse_results(TomlFile.read(path)).items():
            found[name] = row
    return found


def parse_results(file: TomlFile) -> Mapping[str, Mapping[str, str]]:
    """由 TOML 读查办话语，逐项校验。

    Args:
        file: 读好的文件。

    Returns:
        事项编号到四样话。

    Raises:
        RuleFileError: 写错。
    """
    issues = {issue.id: issue for issue in load_issues()}
    data = file.table((), file.data, optional=(*issues, GENERAL))
    found = {}
    for name, raw in data.items():
        row = file.table((name,), raw, required=("found",), optional=("did", "plan", "no"))
        texts = {key: file.string((name, key), value) for key, value in row.items()}
        slots = issues[name].slots if name in issues else ()
        own = {slot.name for slot in slots if slot.kind in ("choice", "firm", "place", "surname")}
        known = {*own, *PLACES, *OWN}
        for key, text in texts.items():
            for blank in _BLANK.findall(text):
                if blank not in known:
                    raise file.error(
                        (name, key), f"{name} 的 {key} 用了没有的空 {{{blank}}}；可用：{'、'.join(sorted(known))}"
                    )
        if "did" not in texts and "no" not in texts:
            raise file.error((name,), f"{name} 应写 did（已办）或 no（不能办的理由），至少一样")
        found[name] = texts
    return found


def find(
    issue: str,
    *,
    order: Order | None,
    texts: Mapping[str, str] | None,
    unit: str,
    phone: str,
    at: datetime,
    started: datetime,
    stream: Stream,
    astray: bool = False,
) -> Findings:
    """一件事查到什么。

    Args:
        issue: 事项编号。
        order: 写信的要求，地点、物件从中取；写好的来信为 None。
        texts: 写好的来信自带的话；给了就不查事项的。
        unit: 承办单位。
        phone: 它的电话。
        at: 回件的时刻。
        started: 开始办的时刻。
        stream: 随机流。
        astray: 跑错了地方：地点换成别的乡镇的。

    Returns:
        四样话。
    """
    rows = texts or load_results().get(issue) or load_results()[GENERAL]
    values = _values(order, stream, astray)
    looked = started + (at - started) * (0.3 + 0.4 * stream.draw())
    finished = max(looked, at - timedelta(hours=3))
    values |= {
        "unit": unit,
        "visit": say_day(looked),
        "done": say_day(finished),
        "due": say_day(add_workdays(at, 3 + stream.below(5))),
        "due2": say_day(add_workdays(at, 10 + stream.below(10))),
        "staff": full_name(stream, woman=False)[0] + stream.pick(("工", "科长", "股长", "主任", "站长")),
        "phone": phone,
        "n": str(stream.between(2, 9)),
        "m": str(stream.between(11, 48)),
        "k": str(stream.between(3, 7)),
    }
    filled = {key: _fill(rows.get(key, ""), values) for key in PARTS}
    return Findings(**filled)


def _values(order: Order | None, stream: Stream, astray: bool) -> dict[str, str]:
    if order is None:
        return {}
    facts = order.facts
    values = {**facts.places, **{name: text for name, text in facts.text.items() if name not in facts.marked}}
    if astray:
        county = load_county()
        others = [town for town in county.towns if town.name != facts.town.name and town.kind == facts.town.kind]
        if others:
            values |= draw_places(county, order.issue, stream, stream.pick(others))[1]
    return values


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: values.get(found.group(1), "当地"), text)
