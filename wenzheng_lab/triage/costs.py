"""分拣评分的权重与代价（``triage_score.toml``）。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules import rule_path

FIELDS = ("urgency", "category", "department", "partners", "appeal", "deadline", "duplicates", "publicity")
"""评哪些项，次序即显示的次序"""
_PARTIAL = ("second_level", "partner_lead", "missed_weight", "urgent_weight")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """一项的规格。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    weight: float
    """满分；各项合计 100"""
    lesson: str
    """这一项最要紧的一句话"""


@dataclass(frozen=True, slots=True)
class Costs:
    """权重与代价。"""

    version: str
    """版本"""
    digest: str
    """内容摘要"""
    fields: Mapping[str, FieldSpec]
    """项 → 规格"""
    matrix: Mapping[str, Mapping[str, Mapping[str, float]]]
    """项 → 正确的 → 判成的 → 代价"""
    partial: Mapping[str, float]
    """部分得分的系数"""

    def cost(self, field: str, right: str, got: str) -> float:
        """判错的代价。

        Args:
            field: 哪一项。
            right: 正确的。
            got: 判成的。

        Returns:
            0–1；表里没有写的错一律为 1。

        Examples:
            >>> costs = load_costs()
            >>> costs.cost("urgency", "特急", "一般") > costs.cost("urgency", "一般", "特急")
            True
        """
        if right == got:
            return 0.0
        return self.matrix.get(field, {}).get(right, {}).get(got, 1.0)


def parse_costs(file: TomlFile) -> Costs:
    """由 TOML 造权重与代价，逐项校验。

    Args:
        file: 读好的文件。

    Returns:
        权重与代价。

    Raises:
        RuleFileError: 缺项、权重合计不是 100、代价不在 0–1 之间；带行号。
    """
    top = file.table((), file.data, required=("version", "source", "field", "cost", "partial"))
    specs = {}
    for name, row in file.table(("field",), top["field"], required=FIELDS).items():
        where = ("field", name)
        body = file.table(where, row, required=("label", "weight", "lesson"))
        specs[name] = FieldSpec(
            name,
            file.string((*where, "label"), body["label"]),
            file.number((*where, "weight"), body["weight"], low=0, high=100),
            file.string((*where, "lesson"), body["lesson"]),
        )
    total = sum(spec.weight for spec in specs.values())
    if abs(total - 100) > 1e-9:
        raise file.error(("field",), f"各项权重合计应为 100，现在是 {total:g}")
    matrix: dict[str, dict[str, dict[str, float]]] = {}
    for name, rows in file.table(("cost",), top["cost"], optional=FIELDS).items():
        matrix[name] = {}
        for right, cells in file.table(("cost", name), rows, optional=_keys(rows)).items():
            found = file.table(("cost", name, right), cells, optional=_keys(cells))
            matrix[name][right] = {
                got: file.number(("cost", name, right, got), value, low=0, high=1) for got, value in found.items()
            }
    partial = file.table(("partial",), top["partial"], required=_PARTIAL)
    return Costs(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        fields={name: specs[name] for name in FIELDS},
        matrix=matrix,
        partial={key: file.number(("partial", key), partial[key], low=0, high=20) for key in _PARTIAL},
    )


def _keys(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ()


@functools.cache
def load_costs() -> Costs:
    """读随包的权重与代价，只读一次。

    Returns:
        权重与代价。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> round(sum(spec.weight for spec in load_costs().fields.values()))
        100
    """
    return parse_costs(TomlFile.read(rule_path("triage_score.toml")))
