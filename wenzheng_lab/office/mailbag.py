"""来信从哪里来：收件箱情景、写好的来信、平常的来信、街坊跟着写的信。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.casting import length_target, pick_voice
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.people import make_person
from wenzheng_lab.inbox.scenario import Scenario as InboxScenario
from wenzheng_lab.inbox.scenario import load_scenario as load_inbox_scenario
from wenzheng_lab.inbox.simulator import Simulator
from wenzheng_lab.inbox.writer import write_letter
from wenzheng_lab.office.scenario import Scenario
from wenzheng_lab.office.settings import DATA

ORDINARY = DATA / "inboxes" / "ordinary.toml"
"""平常日子的来信"""
_PREFIX = {"script": "QS", "background": "QB", "neighbour": "QL"}


@dataclass(frozen=True, slots=True)
class Piece:
    """一封要来的信。"""

    at: datetime
    kind: str
    index: int


class Mailbag:
    """一局里按时来的信；第几封只由情景、种子与序号决定。"""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        """排好先后。

        Args:
            scenario: 情景。
            seed: 种子。
        """
        self.scenario, self.seed = scenario, seed
        self.main = Simulator(scenario.messages, seed, scenario.inbox) if scenario.inbox else None
        self.pieces = self._schedule()

    def _schedule(self) -> tuple[Piece, ...]:
        scenario = self.scenario
        pieces = [Piece(datetime.fromisoformat(row.at), "script", n) for n, row in enumerate(scenario.scripts)]
        last = datetime.combine(scenario.start, time()) + timedelta(days=1)
        if self.main is not None and scenario.inbox is not None:
            pieces += [Piece(self.main.origins.slot(n).at, "main", n) for n in range(scenario.messages)]
            last = datetime.combine(scenario.inbox.end, time()) + timedelta(days=1)
        if scenario.background:
            year = self.year
            for n in range(year.n):
                at = year.origins.slot(n).at
                if at >= last:
                    pieces.append(Piece(at, "background", n))
        return tuple(sorted(pieces, key=lambda row: (row.at, row.kind, row.index)))

    @property
    def year(self) -> Simulator:
        """平常一年的来信，收件箱的信来完以后用。"""
        return _year(max(1, round(self.scenario.background * _ordinary().days)), self.seed)

    def letter(self, piece: Piece) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """第几封信：编号、来信、真值。"""
        if piece.kind == "script":
            return self._script(piece.index)
        source = self.main if piece.kind == "main" else self.year
        assert source is not None
        message, truth = source.row(piece.index)
        number = str(message["message_id"])
        if piece.kind == "background":
            number = _PREFIX["background"] + number[2:]
            truth = {**truth, "duplicate_of": "", "relation": "", "twin": ""}
            message = {**message, "message_id": number}
        return number, plain(message), plain(truth)

    def _script(self, index: int) -> tuple[str, dict[str, Any], dict[str, Any]]:
        script = self.scenario.scripts[index]
        number = f"{_PREFIX['script']}{index + 1:07d}"
        message = {
            "message_id": number,
            "channel": "网站留言",
            "author": "匿名",
            "place": "",
            "likes": 0,
            "dislikes": 0,
            **script.message,
            "created_at": script.at.replace(" ", "T"),
        }
        truth = {
            "kind": "ordinary",
            "issue": "",
            "partners": [],
            "grantable": "可办",
            "urgency": "一般",
            "urgency_reason": "",
            "deadline": "普通",
            "emotion": 1,
            "duplicate_of": "",
            "relation": "",
            "event": "",
            "twin": "",
            "voice": "",
            "good_answer": [],
            "personal_data": [],
            **{key: list(value) if isinstance(value, list) else value for key, value in script.truth.items()},
            "script": index,
        }
        return number, message, truth

    def order(self, source: Mapping[str, Any]) -> Order | None:
        """一封信当初的写信要求：地点、时间、数目都在里面；写好的来信没有。"""
        simulator = {"main": self.main, "background": self.year if self.scenario.background else None}.get(
            str(source.get("kind", ""))
        )
        if simulator is None:
            return None
        return simulator.order(int(source["index"]))

    def neighbour(
        self, source: Mapping[str, Any], key: str, at: datetime
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """街坊为同一件事写来的信。

        Args:
            source: 原信的来历。
            key: 随机流的名字。
            at: 什么时候写。

        Returns:
            来信与真值（还没有编号）；写好的来信没有街坊，为 None。
        """
        first = self.order(source)
        if first is None:
            return None
        stream = Stream(f"{self.seed}:{key}:neighbour")
        ages = (first.person.age - 3, first.person.age + 6)
        person = make_person(first.person.kind, first.facts.town, Stream(f"{self.seed}:{key}:person"), ages)
        voice = pick_voice(
            first.issue,
            person.kind,
            person.age,
            person.woman,
            "微信公众号",
            first.appeal,
            at,
            False,
            f"{self.seed}:{key}",
        )
        order = replace(
            first,
            person=person,
            voice=voice,
            at=at,
            target=min(length_target(f"{self.seed}:{key}") * voice.length, 320.0),
            key=f"{self.seed}:{key}",
            choice_key=f"{self.seed}:{key}:plan",
            since=first.at.date(),
            earlier="",
        )
        letter = write_letter(order, load_county())
        message = {
            "channel": "微信公众号",
            "author": f"U{stream.below(900000) + 100000}",
            "place": first.facts.town.name,
            "subject": letter.subject,
            "body": letter.body,
            "created_at": at.isoformat(),
            "likes": stream.below(9),
            "dislikes": 0,
        }
        truth = {
            "asks": list(letter.asks),
            "follow_up": list(letter.follow_up),
            "appeal": letter.appeal,
            "urgency": letter.urgency,
            "emotion": letter.emotion,
            "personal_data": [{"start": a, "end": b, "type": kind} for a, b, kind in letter.spans],
            "relation": "neighbour",
            "kind": "neighbour",
            "voice": letter.voice,
        }
        return message, truth


@lru_cache(maxsize=4)
def _year(n: int, seed: int) -> Simulator:
    return Simulator(n, seed, _ordinary())


@lru_cache(maxsize=1)
def _ordinary() -> InboxScenario:
    return load_inbox_scenario(ORDINARY)


def plain(row: Mapping[str, object]) -> dict[str, Any]:
    """换成 JSON 写得出的样子：时刻成文字，元组成列表。"""
    out: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, datetime):
            out[key] = value.replace(second=0).isoformat()
        elif isinstance(value, tuple):
            out[key] = list(value)
        else:
            out[key] = value
    return out
