"""由教员的秘密种子抽一份考卷：来信、日子、数都不在包里，查不到答案。

来信由收件箱的出题程序造，真值随信而来；包里有程序，没有种子，造不出同一份。
"""

from __future__ import annotations

import functools
import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.model import APPEALS, URGENCIES

TEXTS = Path(__file__).parent / "data" / "exam.toml"
_LETTERS = 160
"""先造多少封来信，再从里面挑"""
_PIECES = 5
"""贴标签的题有几封来信"""
_YEAR = 2026
"""时限题用哪一年：放假安排已经公布的一年"""

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """抽好的考卷。"""

    letters: list[Table]
    """所附的来信"""
    questions: list[Table]
    """题目，``exercise.toml`` 的写法"""
    answers: list[Table]
    """参考答案，``answers.toml`` 的写法"""


def whole_number(seed: str, stream: str) -> int:
    """由秘密种子得出一个整数种子，各用途各一个。

    Args:
        seed: 秘密种子。
        stream: 用途。

    Returns:
        0 到 2³¹ 之间的整数。
    """
    return int(hashlib.sha256(f"{seed}:{stream}".encode()).hexdigest()[:8], 16) >> 1


def draw_exam(seed: str, name: str) -> Drawn:
    """抽一份考卷。

    Args:
        seed: 秘密种子。
        name: 考试名，如 ``X01``。

    Returns:
        七道题：两道贴标签、排先后、交办、时限、读图、答复。
    """
    drawer = _Drawer(seed, name)
    drawn = Drawn([], [], [])
    makers = (drawer.appeal, drawer.urgency, drawer.rank, drawer.department, drawer.deadline, drawer.rate, drawer.reply)
    for number, make in enumerate(makers, 1):
        question, answer, letter = make()
        question["id"] = f"{name}-Q{number}"
        drawn.questions.append(question)
        drawn.answers.append({"id": question["id"], "answer": answer})
        if letter:
            drawn.letters.append(letter)
    return drawn


_Row = tuple[Table, Table]
_Made = tuple[Table, object, Table | None]


class _Drawer:
    def __init__(self, seed: str, name: str) -> None:
        from wenzheng_lab.inbox import simulate_inbox

        self.seed, self.name = seed, name
        box = simulate_inbox(n=_LETTERS, seed=whole_number(seed, "inbox"), scenario="county")
        rows = zip(box.messages.to_dict("records"), box.truth.to_dict("records"), strict=True)
        self.pool: list[_Row] = [
            ({str(key): value for key, value in message.items()}, {str(key): value for key, value in truth.items()})
            for message, truth in rows
            if truth["kind"] == "ordinary" and not truth["duplicate_of"] and not truth["personal_data"]
        ]
        self.rng("pool").shuffle(self.pool)

    def rng(self, stream: str) -> random.Random:
        return random.Random(f"{self.seed}:{stream}")

    def appeal(self) -> _Made:
        return self._label("appeal", APPEALS)

    def urgency(self) -> _Made:
        return self._label("urgency", URGENCIES)

    def _label(self, key: str, labels: Sequence[str]) -> _Made:
        """尽量每种标签都有：先各取一封，不够再添。"""
        chosen: list[_Row] = []
        for label in labels:
            chosen += [row for row in self.pool if row[1][key] == label][:1]
        chosen = (chosen + [row for row in self.pool if row not in chosen])[:_PIECES]
        self.rng(f"{key}:order").shuffle(chosen)
        self._spend(chosen)
        because = _texts()[key]["because"]
        items = [{"text": _short(message), "label": truth[key], "because": because} for message, truth in chosen]
        answer = [truth[key] for _, truth in chosen]
        other = next(label for label in labels if label != answer[0])
        return _question(key, "label", labels=list(labels), item=items, wrong=[other, *answer[1:]]), answer, None

    def rank(self) -> _Made:
        chosen: list[_Row] = []
        for urgency, most in zip(URGENCIES, (1, 1, 2), strict=True):
            chosen += [row for row in self.pool if row[1]["urgency"] == urgency][:most]
        chosen = (chosen + [row for row in self.pool if row not in chosen])[:4]
        self.rng("rank:order").shuffle(chosen)
        self._spend(chosen)
        says = _texts()["rank"]["because"]
        items = [
            {
                "key": "ABCD"[at],
                "text": _short(message),
                "place": URGENCIES.index(truth["urgency"]) + 1,
                "because": says.format(urgency=truth["urgency"]),
            }
            for at, (message, truth) in enumerate(chosen)
        ]
        order = [item["key"] for item in sorted(items, key=lambda item: item["place"])]
        return _question("rank", "rank", item=items, wrong=order[::-1]), order, None

    def department(self) -> _Made:
        message, truth = next(row for row in self.pool if row[1]["department"])
        self._spend([(message, truth)])
        near = {truth["department"], *truth["partners"]}
        others = sorted({row[1]["department"] for row in self.pool if row[1]["department"]} - near)
        words = [truth["department"], *self.rng("department:others").sample(others, 3)]
        self.rng("department:order").shuffle(words)
        said = _texts()["department"]
        reasons = {
            word: said["because_right"] if word == truth["department"] else said["because_wrong"] for word in words
        }
        letter = self._letter("交办", message)
        return *_options("department", words, truth["department"], reasons, letter="交办"), letter

    def deadline(self) -> _Made:
        calendar, rng, said = WorkdayCalendar(), self.rng("deadline"), _texts()["deadline"]
        while True:
            start = calendar.next_workday(date(_YEAR, 1, 20) + timedelta(days=rng.randrange(280)))
            n = rng.choice((5, 7, 10, 15))
            right = calendar.add_workdays(start, n)
            days = {
                right: said["right"],
                start + timedelta(days=n): said["plain"],
                calendar.add_workdays(start, n - 1): said["early"],
                calendar.add_workdays(start, n + 1): said["late"],
            }
            # 跨着放假或调休才考得出来
            if len(days) == 4 and (right - start).days != n + 2 * ((n + start.weekday()) // 5):
                break
        reasons = {_day(day): because for day, because in sorted(days.items())}
        question, answer = _options("deadline", list(reasons), _day(right), reasons)
        question["ask"] = said["ask"].format(day=_day(start), n=n)
        return question, answer, None

    def rate(self) -> _Made:
        rng, said = self.rng("rate"), _texts()["rate"]
        refused, running, late, undone = (rng.randint(*span) for span in ((12, 60), (30, 120), (9, 50), (8, 40)))
        on_time = rng.randint(180, 420)
        base = on_time + late + undone
        right = round(100 * on_time / base, 1)
        near = {
            round(100 * on_time / (base + refused + running), 1): said["near_all"],
            round(100 * on_time / (on_time + late), 1): said["near_done"],
        }
        figure = {
            "title": said["chart"],
            "unit": "件",
            "labels": list(said["labels"]),
            "values": [refused, running, on_time, late, undone],
            "note": said["note"],
        }
        question = _question("rate", "chart", wrong=min(near), number=right, tolerance=0.05, unit="%")
        question |= {"because": said["because"].format(base=base), "figure": [figure]}
        question["near"] = [{"value": value, "because": because} for value, because in near.items()]
        return question, right, None

    def reply(self) -> _Made:
        """到会走动的县里去取一件查明了的事：来信、卷内事实、主办单位。"""
        from wenzheng_lab.errors import WenzhengError
        from wenzheng_lab.office import Office

        for attempt in range(20):
            office = Office(scenario="county-week", seed=whole_number(self.seed, f"office:{attempt}"))
            office.advance(hours=8)
            truths = {number: case.truth for number, case in office._engine.state.cases.items()}
            given = []
            for number, truth in truths.items():
                if truth.get("kind") == "ordinary" and truth.get("department") and len(truth.get("asks", ())) >= 2:
                    try:
                        office.assign(number, lead=truth["department"])
                    except WenzhengError:
                        continue
                    given.append(number)
            office.advance(hours=96)
            for number in given:
                case, state = office.case(number), office._engine.state.cases[number]
                facts = [row.text for row in case.facts]
                if state.outcome in ("full", "partial") and len(facts) >= 5:
                    return self._write(case.message, truths[number], facts, office.now)
        raise AssertionError("二十局里没有一件查明的，出题程序坏了")

    def _write(self, message: Any, truth: Mapping[str, Any], facts: list[str], now: datetime) -> _Made:
        said = _texts()["write"]
        unit = truth["department"]
        question = _question("write", "write", wrong=said["weak"], letter="答复", unit=unit, replied_at=now)
        question |= {"pass_total": 60, "asks": list(truth["asks"]), "facts": facts, "starter": said["starter"]}
        question["ask"] = said["ask"].format(unit=unit)
        letter = self._letter(
            "答复",
            {
                "message_id": message.id,
                "subject": message.subject,
                "body": message.body,
                "created_at": message.created_at,
                "channel": message.channel,
                "author": message.author,
                "place": message.place,
            },
        )
        # 没有标准答案：把卷内事实照抄在一起，给批的人对照
        return question, "".join(facts), letter

    def _letter(self, name: str, message: Mapping[str, Any]) -> Table:
        keys = ("subject", "body", "channel", "author", "place")
        head = {"id": name, "message_id": f"{self.name}-{name}", "created_at": _moment(message["created_at"])}
        # 没有写地点、没有署名的信，这一格就不写：练习文件里的空文字是写漏了
        return head | {key: str(message[key]) for key in keys if message.get(key)}

    def _spend(self, rows: Sequence[_Row]) -> None:
        self.pool = [row for row in self.pool if row not in list(rows)]


def _question(key: str, kind: str, *, wrong: object, **more: object) -> Table:
    said = _texts()[key]
    head = {"kind": kind, "title": said["title"], "ask": said["ask"], "measures": said["measures"]}
    top = {"hints": [_texts()["hint"]], "more": _texts()["more"]}
    return head | top | more | {"wrong": [{"answer": wrong, "outcome": "needs_work"}]}


def _options(
    key: str, words: Sequence[str], right: str, reasons: Mapping[str, str], **more: object
) -> tuple[Table, object]:
    options = [
        {"key": "ABCD"[at], "text": word, "right": word == right, "because": reasons[word]}
        for at, word in enumerate(words)
    ]
    answer = "ABCD"[words.index(right)]
    wrong = next(option["key"] for option in options if not option["right"])
    return _question(key, "choose", wrong=wrong, option=options, **more), answer


def _short(message: Mapping[str, Any]) -> str:
    return f"{message['subject']}　{message['body']}".replace("\n", " ")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(value: Any) -> datetime:
    found: datetime = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return found.replace(microsecond=0)


def to_toml(tables: Mapping[str, Sequence[Table]]) -> str:
    """写成 TOML；只写出考卷要用的几种值。

    Args:
        tables: 数组表的名字 → 各张表；表里可以再有数组表。

    Returns:
        TOML 文字。
    """
    return "".join(_lines((name,), row) for name, rows in tables.items() for row in rows)


def _lines(path: tuple[str, ...], row: Table) -> str:
    nested = {
        key: value for key, value in row.items() if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    out = [f"[[{'.'.join(path)}]]\n"]
    out += [f"{key} = {_value(value)}\n" for key, value in row.items() if key not in nested]
    for key, rows in nested.items():
        out += [_lines((*path, key), item) for item in rows]
    return "".join(out) + ("\n" if len(path) == 1 else "")


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@functools.cache
def _texts() -> Mapping[str, Any]:
    return TomlFile.read(TEXTS).data


def texts() -> Iterator[tuple[str, Any]]:
    """考卷题面的各段。

    Yields:
        （名字，内容）。
    """
    yield from _texts().items()
