"""分拣打分的比对：逐项逐封比，算代价，挑教训。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wenzheng_lab.errors import InputError, InputTypeError, explain, suggest
from wenzheng_lab.letter.frames import require_frame
from wenzheng_lab.model import is_blank
from wenzheng_lab.triage.costs import FIELDS, Costs
from wenzheng_lab.triage.merging import MergeScore, group_of, score_merges
from wenzheng_lab.triage.score_result import Fault, FieldScore, Lesson

_COLUMN = {"duplicates": "duplicate_of"}
"""项名与列名不同的"""
_LESSONS = 3
_OPEN = "可以公开"
_MASKED = "遮盖后公开"
_REPORT = "举报"
HOT = "特急"
"""漏判的代价最大的一级"""
_WARM = "急"


@dataclass(frozen=True, slots=True)
class Table:
    """对齐过的决定与答案。"""

    ids: tuple[str, ...]
    """各封的编号"""
    got: Mapping[str, Sequence[object]]
    """列 → 学员的决定"""
    right: Mapping[str, Sequence[object]]
    """列 → 正确答案"""


class Marker:
    """逐项逐封比对。"""

    def __init__(self, costs: Costs, table: Table) -> None:
        self.costs, self.table = costs, table
        self.faults: list[Fault] = []
        self.lost: list[float] = []
        self.merges: MergeScore | None = None
        levels = [_text(value) for value in table.right.get("urgency", [""] * len(table.ids))]
        partial = costs.partial
        self._weight = [
            partial["missed_weight"] if x == HOT else partial["urgent_weight"] if x == _WARM else 1.0 for x in levels
        ]

    def mark(self, name: str) -> FieldScore:
        """评一项。

        Args:
            name: 项名（``FIELDS`` 之一）。

        Returns:
            这一项的得分；逐封的错记在 ``faults``。
        """
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


def lessons_of(costs: Costs, marker: Marker) -> tuple[Lesson, ...]:
    """丢分最多的三种错；同一项里同一种混淆算一种。

    Args:
        costs: 代价表。
        marker: 评完各项的比对。

    Returns:
        最多三条，由重到轻。
    """
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


def align(decisions: object, truth: object) -> Table:
    """按编号（或索引）对齐决定与答案。

    Args:
        decisions: 学员的决定。
        truth: 正确答案。

    Returns:
        对齐的表。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有可评的列，编号重复或对不上。
    """
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
    return Table(
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
