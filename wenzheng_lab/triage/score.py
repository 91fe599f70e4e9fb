"""给学员的分拣打分：逐封说哪里错了、代价多大，最后给三条最管用的教训。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, InputTypeError, explain, suggest
from wenzheng_lab.letter.frames import require_frame
from wenzheng_lab.model import Signature, is_blank
from wenzheng_lab.triage.costs import FIELDS, Costs, load_costs
from wenzheng_lab.triage.merging import MergeScore, group_of, score_merges

if TYPE_CHECKING:
    import pandas as pd

_COLUMN = {"duplicates": "duplicate_of"}
"""项名与列名不同的"""
_LESSONS = 3
_OPEN = "可以公开"
_MASKED = "遮盖后公开"
_REPORT = "举报"
_HOT, _WARM = "特急", "急"


@dataclass(frozen=True, slots=True)
class Fault:
    """一封信的一处错。"""

    message_id: str
    """编号"""
    field: str
    """哪一项"""
    right: str
    """正确的"""
    got: str
    """判成的"""
    cost: float
    """代价（0–1）"""
    message: str
    """说明"""


@dataclass(frozen=True, slots=True)
class FieldScore:
    """一项的得分。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    weight: float
    """满分"""
    score: float | None
    """得分（0–满分）；没有作答或没有可评的为 None"""
    right: int
    """全对的封数"""
    answered: int
    """作答的封数"""
    asked: int
    """该作答的封数"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """一条教训。"""

    field: str
    """哪一项"""
    lost: float
    """这样的错一共丢了多少分"""
    count: int
    """错了几封"""
    message: str
    """怎样改"""
    examples: tuple[str, ...]
    """例：几封的编号"""


@dataclass(frozen=True, slots=True)
class TriageScore:
    """分拣的得分。"""

    fields: Mapping[str, FieldScore]
    """项 → 得分"""
    faults: tuple[Fault, ...]
    """全部的错，代价大的在前"""
    merges: MergeScore | None
    """合并的准与全；没有作答为 None"""
    missed_urgent: int
    """判轻了的特急件数"""
    transfers: int
    """因派错单位要退回重派的次数"""
    late: int
    """期限定长了、会误期的件数"""
    leaks: int
    """会泄露个人信息的件数"""
    lessons: tuple[Lesson, ...]
    """最管用的三条教训"""
    signature: Signature
    """签名"""

    @property
    def total(self) -> float | None:
        """总分（0–100），没有作答的项不计；一项也没有为 None（未评分）。"""
        done = [item for item in self.fields.values() if item.score is not None]
        full = sum(item.weight for item in done)
        return round(100 * sum(item.score or 0.0 for item in done) / full, 1) if full else None

    def of(self, message_id: object) -> tuple[Fault, ...]:
        """一封信的错。

        Args:
            message_id: 编号。

        Returns:
            各处错；没有错为空。
        """
        return tuple(fault for fault in self.faults if fault.message_id == str(message_id))

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            总分、各项、计数、教训、错、签名。
        """
        return {
            "schema": "triage_score/1",
            "total": self.total,
            "fields": {
                name: {key: getattr(item, key) for key in ("label", "weight", "score", "right", "answered", "asked")}
                for name, item in self.fields.items()
            },
            "missed_urgent": self.missed_urgent,
            "transfers": self.transfers,
            "late": self.late,
            "leaks": self.leaks,
            "merges": None
            if self.merges is None
            else {"precision": self.merges.precision, "recall": self.merges.recall, "f1": self.merges.f1},
            "lessons": [
                {"field": x.field, "lost": x.lost, "count": x.count, "message": x.message, "examples": list(x.examples)}
                for x in self.lessons
            ],
            "faults": [
                {key: getattr(x, key) for key in ("message_id", "field", "right", "got", "cost", "message")}
                for x in self.faults
            ],
            "signature": self.signature.to_dict(),
        }

    def __repr__(self) -> str:
        """一行说明。"""
        total = "未评分" if self.total is None else f"{self.total:g} 分"
        return f"TriageScore({total}, 漏判特急 {self.missed_urgent}, 派错 {self.transfers}, 泄露 {self.leaks})"

    def _repr_html_(self) -> str:
        """Jupyter 里的卡片。"""
        from wenzheng_lab.triage.score_card import render

        return str(render(self))


def score_triage(decisions: pd.DataFrame, truth: pd.DataFrame) -> TriageScore:
    """给分拣的决定打分，逐封说明。

    决定表里没有的列、空着的格子是“没有作答”，不算错，也不算对。

    Args:
        decisions: 学员的决定：``urgency``、``category``、``subcategory``、``department``、``partners``、``appeal``、
            ``deadline``、``duplicate_of``、``publicity`` 中的几列；有 ``message_id`` 用它对，否则用索引对。
        truth: 正确答案，如 ``wz.simulate_inbox(...).truth``，列名相同；``personal_data`` 说明哪些信有个人信息。

    Returns:
        得分、逐封的错、三条教训。

    Raises:
        InputTypeError: 不是表。
        InputError: 一列可评的也没有，或决定里的信在答案里找不到、重复。

    Examples:
        >>> import pandas as pd
        >>> truth = pd.DataFrame({"urgency": ["特急", "一般"]})
        >>> result = score_triage(pd.DataFrame({"urgency": ["一般", "一般"]}), truth)
        >>> result.missed_urgent, result.lessons[0].field
        (1, 'urgency')
    """
    costs = load_costs()
    table = _align(decisions, truth)
    spread = _Marker(costs, table)
    scores = {name: spread.mark(name) for name in FIELDS}
    faults = tuple(sorted(spread.faults, key=lambda fault: -costs.fields[fault.field].weight * fault.cost))
    count = Counter(fault.field for fault in faults)
    return TriageScore(
        fields=scores,
        faults=faults,
        merges=spread.merges,
        missed_urgent=sum(f.field == "urgency" and f.right == _HOT for f in faults),
        transfers=count["department"],
        late=sum(f.field == "deadline" and f.cost >= 0.5 for f in faults),
        leaks=sum(f.field == "publicity" and f.cost == 1 for f in faults),
        lessons=_lessons(costs, spread),
        signature=Signature.of({"triage_score": costs.version, "costs": costs.digest}),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    ids: tuple[str, ...]
    got: Mapping[str, Sequence[object]]
    right: Mapping[str, Sequence[object]]


class _Marker:
    """逐项逐封比对。"""

    def __init__(self, costs: Costs, table: _Table) -> None:
        self.costs, self.table = costs, table
        self.faults: list[Fault] = []
        self.lost: list[float] = []
        self.merges: MergeScore | None = None
        levels = [_text(value) for value in table.right.get("urgency", [""] * len(table.ids))]
        partial = costs.partial
        self._weight = [
            partial["missed_weight"] if x == _HOT else partial["urgent_weight"] if x == _WARM else 1.0 for x in levels
        ]

    def mark(self, name: str) -> FieldScore:
        spec = self.costs.fields[name]
        column = _COLUMN.get(name, name)
        known = name == "publicity" or column in self.table.right
        got = self.table.got.get(column)
        asked = len(self.table.ids) if known else 0
        if got is None or not known or not asked:
            return FieldScore(name, spec.label, spec.weight, None, 0, 0, asked)
        if name == "duplicates":
            return self._merge(got)
        full = cost = 0.0
        right = answered = 0
        mine: list[tuple[Fault, float]] = []
        for i, value in enumerate(got):
            if name != "partners" and not _text(value):
                continue
            answered += 1
            # 急件判错的后果重，在急件这一项里一封顶几封
            weight = self._weight[i] if name == "urgency" else 1.0
            full += weight
            share, want, said, why = self._compare(name, i, value)
            if share:
                mine.append((Fault(self.table.ids[i], name, want, said, round(share, 3), why), weight * share))
                cost += weight * share
            else:
                right += 1
        if not full:
            return FieldScore(name, spec.label, spec.weight, None, 0, 0, asked)
        for fault, lost in mine:
            self.faults.append(fault)
            self.lost.append(spec.weight * lost / full)
        score = round(spec.weight * (1 - cost / full), 2)
        return FieldScore(name, spec.label, spec.weight, score, right, answered, asked)

    def _compare(self, name: str, i: int, value: object) -> tuple[float, str, str, str]:
        """（代价，正确的，判成的，说明）。"""
        said = _text(value)
        if name == "publicity":
            return self._privacy(i, said)
        if name == "partners":
            return self._partners(i, value)
        want = _text(self.table.right[name][i])
        if name == "category":
            return self._category(i, want, said)
        if want == said:
            return 0.0, want, said, ""
        share = self.costs.cost(name, want, said)
        if name == "department" and said in _names(self._right("partners", i)):
            share = self.costs.partial["partner_lead"]
            return share, want, said, f"{said}是协办，主办是{want}"
        reason = _text(self._right("urgency_reason", i)) if name == "urgency" else ""
        label = self.costs.fields[name].label
        return share, want, said, f"{label}应为{want}，判成{said}" + (f"：{reason}" if reason else "")

    def _category(self, i: int, want: str, said: str) -> tuple[float, str, str, str]:
        if want != said:
            return 1.0, want, said, f"分类应为{want}，判成{said}"
        fine, mine = _text(self._right("subcategory", i)), _text(self._got("subcategory", i))
        if mine and fine and fine != mine:
            why = f"一级对了；二级应为{fine}，判成{mine}"
            return self.costs.partial["second_level"], f"{want}·{fine}", f"{said}·{mine}", why
        return 0.0, want, said, ""

    def _partners(self, i: int, value: object) -> tuple[float, str, str, str]:
        want, said = _names(self._right("partners", i)), _names(value)
        if not want and not said:
            return 0.0, "", "", ""
        share = 1 - len(want & said) / len(want | said)
        told, mine = "、".join(sorted(want)) or "无", "、".join(sorted(said)) or "无"
        return share, told, mine, f"协办应为{told}，判成{mine}"

    def _privacy(self, i: int, said: str) -> tuple[float, str, str, str]:
        private = not is_blank(self._right("personal_data", i)) and bool(_names(self._right("personal_data", i)))
        report = _text(self._right("appeal", i)) == _REPORT
        if report and said in (_OPEN, _MASKED):
            return 1.0, "不公开", said, "举报件公开，举报人会被认出来"
        if private and said == _OPEN:
            kinds = "、".join(sorted(_names(self._right("personal_data", i))))
            return 1.0, _MASKED, said, f"原文有个人信息（{kinds}），公开就泄露了"
        return 0.0, said, said, ""

    def _merge(self, got: Sequence[object]) -> FieldScore:
        spec = self.costs.fields["duplicates"]
        ids = self.table.ids
        right = group_of(ids, [_text(value) for value in self.table.right["duplicate_of"]])
        made = group_of(ids, [_text(value) for value in got])
        self.merges = score_merges(right, made)
        f1 = self.merges.f1
        if f1 is None:
            return FieldScore("duplicates", spec.label, spec.weight, None, 0, 0, len(ids))
        sizes, mine = Counter(right), Counter(made)
        wrong = []
        for one, want, said in zip(ids, right, made, strict=True):
            if mine[said] == 1 and sizes[want] > 1 and one != want:
                wrong.append(Fault(one, "duplicates", want, "", 0.5, f"与 {want} 是一件事，没有合并"))
            elif mine[said] > 1 and want != said and one != said and want != _group_named(ids, right, said):
                wrong.append(Fault(one, "duplicates", "", said, 0.5, f"与 {said} 不是一件事，合错了"))
        self.faults += wrong
        self.lost += [spec.weight * (1 - f1) / max(1, len(wrong))] * len(wrong)
        return FieldScore(
            "duplicates", spec.label, spec.weight, round(spec.weight * f1, 2), len(ids) - len(wrong), len(ids), len(ids)
        )

    def _right(self, column: str, i: int) -> object:
        values = self.table.right.get(column)
        return None if values is None else values[i]

    def _got(self, column: str, i: int) -> object:
        values = self.table.got.get(column)
        return None if values is None else values[i]


def _group_named(ids: Sequence[str], groups: Sequence[str], one: str) -> str:
    return groups[ids.index(one)] if one in ids else ""


def _lessons(costs: Costs, marker: _Marker) -> tuple[Lesson, ...]:
    """丢分最多的三种错；同一项里同一种混淆算一种。"""
    groups: dict[tuple[str, str, str], list[tuple[Fault, float]]] = {}
    for fault, lost in zip(marker.faults, marker.lost, strict=True):
        kind = (
            (fault.field, fault.right, fault.got)
            if fault.field in ("urgency", "appeal", "category")
            else (fault.field, "", "")
        )
        groups.setdefault(kind, []).append((fault, lost))
    order = sorted(groups.items(), key=lambda item: (-sum(lost for _, lost in item[1]), item[0]))
    lessons = []
    for (field, right, got), found in order[:_LESSONS]:
        spec = costs.fields[field]
        what = (
            f"{spec.label}：{right}判成{got} {len(found)} 封" if right or got else f"{spec.label}：错 {len(found)} 封"
        )
        lessons.append(
            Lesson(
                field,
                round(sum(lost for _, lost in found), 2),
                len(found),
                f"{what}。{spec.lesson}",
                tuple(fault.message_id for fault, _ in found[:3]),
            )
        )
    return tuple(lessons)


def _align(decisions: object, truth: object) -> _Table:
    import pandas as pd

    for value, name in ((decisions, "决定"), (truth, "答案")):
        if not isinstance(value, pd.DataFrame):
            raise InputTypeError(
                explain(f"{name}是 {type(value).__name__}", "应为 pandas 的表（DataFrame）", "一行一封信")
            )
        require_frame(value)
    assert isinstance(decisions, pd.DataFrame) and isinstance(truth, pd.DataFrame)  # 上面已查
    columns = [_COLUMN.get(name, name) for name in FIELDS]
    given = [name for name in columns if name in decisions.columns]
    if not given:
        raise InputError(
            explain(
                f"决定表的列是：{'、'.join(map(str, decisions.columns[:12])) or '（没有列）'}",
                "应有这些列中的几列：" + "、".join(columns),
                suggest(str(decisions.columns[0]) if len(decisions.columns) else "", columns) or "请改列名",
            )
        )
    by_id = "message_id" in decisions.columns and "message_id" in truth.columns
    keys = decisions["message_id"].tolist() if by_id else decisions.index.tolist()
    answers = truth.set_index("message_id", drop=False) if by_id else truth
    if len(set(keys)) != len(keys) or not answers.index.is_unique:
        raise InputError(explain("同一封信出现了两次", "一封信一行", "请先去掉重复的行"))
    missing = [key for key in keys if key not in answers.index]
    if missing:
        raise InputError(
            explain(
                f"决定里有 {len(missing)} 封在答案里找不到，如 {missing[0]!r}",
                "编号（或索引）要与答案一致",
                "请用同一个收件箱的 messages 与 truth",
            )
        )
    matched = answers.loc[keys]
    ids = decisions["message_id"].tolist() if "message_id" in decisions.columns else keys
    return _Table(
        tuple(str(key) for key in ids),
        {str(name): decisions[name].tolist() for name in decisions.columns},
        {str(name): matched[name].tolist() for name in matched.columns},
    )


def _text(value: object) -> str:
    return "" if isinstance(value, list | tuple | set) or is_blank(value) else str(value).strip()


def _names(value: object) -> frozenset[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(str(item) for item in value)
    text = _text(value)
    return frozenset(part for part in text.replace("，", "、").replace(",", "、").split("、") if part)
