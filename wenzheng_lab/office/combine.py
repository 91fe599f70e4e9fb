"""对内的动作：并件、拆件、遮盖个人信息、联席会议。"""

from __future__ import annotations

from collections.abc import Sequence

from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.letter import pieces_of
from wenzheng_lab.office.base import Base
from wenzheng_lab.office.case import CaseFile
from wenzheng_lab.office.departments import load_departments
from wenzheng_lab.office.dept_work import intake_plan
from wenzheng_lab.office.hours import say_day
from wenzheng_lab.office.state import CaseState
from wenzheng_lab.privacy import Redaction, redact
from wenzheng_lab.text import fold
from wenzheng_lab.triage import triage_message


class Combine(Base):
    """并件、拆件、遮盖、联席会议。"""

    def merge(self, id: str, others: Sequence[str]) -> CaseFile:
        """并件：把说同一件事的几封并到一件上，一次答复答给大家。

        并错了，来信人会来问，件也会自动分出来。

        Args:
            id: 并到哪一件。
            others: 并进来的编号。

        Returns:
            件夹。

        Raises:
            InputError: 没有这些编号，或已经并过、办结。
        """
        main = self._state(id, live=True)
        if isinstance(others, str) or not isinstance(others, Sequence) or not others:
            raise InputTypeError(explain(f"others 是 {show(others)}", "应为编号的列表", '如 ["QH0000009"]'))
        rows = [self._state(number, live=True) for number in dict.fromkeys(others)]
        for row in rows:
            if row.id == id or row.closed or row.merged:
                why = "就是它自己" if row.id == id else "已经办结" if row.closed else "里面已并有别的件"
                raise InputError(explain(f"{row.id} {why}", "只能并还在办的单件", "请从名单里去掉"))
        with self._act() as engine:
            plans, gone = [], []
            for row in rows:
                gone += [f"{what}:{row.id}" for what in ("intake", "finish", "late", "deadline", "harm")]
                if not same_matter(main, row):
                    plans.append(engine.plan("unmerge", engine.later(20), row.id))
            self._record(engine, "merged", id, ids=[row.id for row in rows], plans=plans, cancels=gone)
        return self.case(id)

    def split(self, id: str, parts: Sequence[Sequence[str]]) -> tuple[CaseFile, ...]:
        """拆件：一封信说了几件事，归几家办，就拆成几件。

        Args:
            id: 来信编号。
            parts: 每件各答哪几条诉求，写 ``case.asks``（信里的原话）或 ``case.questions`` 里的；合起来一条不少。

        Returns:
            拆出来的件夹。

        Raises:
            InputError: 诉求对不上，或只有一份。
        """
        case = self._state(id, live=True)
        written = list(self.case(id).asks)
        known = list(case.questions or case.truth["asks"])
        rows = parts if isinstance(parts, Sequence) and not isinstance(parts, str) else ()
        if len(rows) < 2 or not all(isinstance(part, Sequence) and not isinstance(part, str) for part in rows):
            raise InputError(
                explain(f"拆成 {show(parts)}", "至少两份，每份是诉求的列表", '如 [["修路灯"], ["查收费"]]')
            )
        given = sorted(ask for part in parts for ask in part)
        if given not in (sorted(written), sorted(known)):
            raise InputError(
                explain("各份的诉求合起来与来信对不上", f"来信的诉求：{'；'.join(written)}", "每条放进一份，一条不少")
            )
        shares = [list(part) for part in parts] if given == sorted(known) else _shares(known, parts)
        with self._act() as engine:
            numbers = [f"{id}-{n}" for n in range(1, len(parts) + 1)]
            gone = [f"{what}:{id}" for what in ("intake", "finish", "late", "deadline", "harm", "rate")]
            self._record(engine, "split", id, parts=[list(part) for part in parts], cancels=gone)
            owners = _owners(case, parts)
            for n, (number, share) in enumerate(zip(numbers, shares, strict=True), start=1):
                truth = {**case.truth, "asks": share, "department": owners[n - 1]}
                truth["partners"] = [name for name in case.truth["partners"] if name != truth["department"]]
                facts = [dict(row) for row in case.facts]
                message = {**case.message, "message_id": number, "subject": f"{case.message['subject']}（拆出之{n}）"}
                engine.emit(
                    "arrived",
                    str(case.message["author"]),
                    number,
                    message=message,
                    truth=truth,
                    source=case.source,
                    facts=facts,
                    parent=id,
                )
        return tuple(self.case(number) for number in numbers)

    def redact(self, id: str, text: str | None = None) -> Redaction:
        """遮盖来信里的个人信息；公开来信与答复以前做。

        Args:
            id: 来信编号。
            text: 自己遮好的正文；不写就由程序遮，遮完请再读一遍。

        Returns:
            遮盖的结果。

        Raises:
            InputError: 没有这个编号。
        """
        case = self._state(id)
        body = str(case.message["body"])
        result = redact(body, kind="message")
        shown = result.text if text is None else self._text("遮好的正文", text)
        spots = [body[row["start"] : row["end"]] for row in case.truth.get("personal_data", [])]
        # 住址留到乡镇街道即可，称呼留姓，都不算漏
        missed = [spot for spot in spots if len(spot) >= 5 and spot in shown and any(char.isdigit() for char in spot)]
        with self._act() as engine:
            self._record(engine, "redacted", id, text=shown, missed=missed)
        return result

    def meeting(
        self,
        id: str,
        *,
        units: Sequence[str],
        owner: str,
        due: object,
        minutes: str,
    ) -> CaseFile:
        """开联席会议：定牵头单位与日子，写下纪要；争职责的件靠它往前走。

        Args:
            id: 来信编号。
            units: 到会的单位，至少两家。
            owner: 牵头（主办）的单位，须在到会单位里。
            due: 办结的日子。
            minutes: 纪要。

        Returns:
            件夹。

        Raises:
            InputError: 不足两家、牵头的没有到会、日子已过、没有纪要。
        """
        case, words = self._state(id, live=True), self._text("纪要", minutes)
        head, rest = self._units(owner, units)
        if head not in units or not rest:
            raise InputError(
                explain(
                    f"到会 {show(list(units))}，牵头 {head}", "至少两家到会，牵头的在其中", "请把牵头单位写进 units"
                )
            )
        moment = self._day("办结的日子", due)
        with self._act() as engine:
            trial = case.trial + 1
            text = f"{say_day(engine.now)}联席会议定：{head}牵头，{'、'.join(rest)}配合，{say_day(moment)}前办结。"
            unit = load_departments()[head]
            facts = [
                {"source": "联席会议", "text": text},
                {"source": "联席会议", "text": f"主办单位{head}，联系电话{unit.phone}。"},
            ]
            plans = [intake_plan(engine, case, trial)]
            if case.due is None:
                plans.append(engine.plan("deadline", moment, id))
            self._record(
                engine,
                "meeting",
                id,
                units=[head, *rest],
                owner=head,
                due=moment.isoformat(),
                minutes=words,
                trial=trial,
                facts=facts,
                plans=plans,
                cancels=[f"intake:{id}", f"finish:{id}", f"late:{id}"],
            )
        return self.case(id)


def same_matter(one: CaseState, other: CaseState) -> bool:
    """两封说的是不是同一件事：同一根源，或同一桩突发事件、同一种事项。"""
    roots = {row.truth.get("duplicate_of") or row.id for row in (one, other)}
    if len(roots) == 1:
        return True
    event, issue = one.truth.get("event"), one.truth.get("issue")
    return bool(event) and event == other.truth.get("event") and issue == other.truth.get("issue")


def _shares(known: Sequence[str], parts: Sequence[Sequence[str]]) -> list[list[str]]:
    """信里的原话分成了几份，要答的各条随最像的那一份走；哪一份没有分到，就答它自己的原话。"""
    pieces = [pieces_of(fold("。".join(part))) for part in parts]
    shares: list[list[str]] = [[] for _ in parts]
    for ask in known:
        alike = [len(pieces_of(fold(ask)) & piece) for piece in pieces]
        shares[alike.index(max(alike))].append(ask)
    return [share or list(part) for share, part in zip(shares, parts, strict=True)]


def _owners(case: CaseState, parts: Sequence[Sequence[str]]) -> list[str]:
    """拆出来的各件归谁：读各件自己的诉求，在这封信本来牵涉的几家里挑；读不出的归主办。"""
    units = (case.truth["department"], *case.truth["partners"])
    found = []
    for part in parts:
        advice = triage_message({"subject": "", "body": "。".join(part)})
        ideas = (advice.department, *advice.partners)
        found.append(str(next((name for name in ideas if name in units), units[0])))
    return found
