"""评分细则：各项的名字、权重、四个档次的说法、怎样改；红线与封顶。"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules.load import rule_path

CRITERIA = (
    "relevance",
    "completeness",
    "fact_finding",
    "basis",
    "disposition",
    "owner_date",
    "remedy",
    "tone",
    "plain",
    "timeliness",
)
"""十个评分项，次序即显示的次序"""


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """一个评分项的规格。"""

    name: str
    """英文名"""
    label: str
    """中文名"""
    weight: float
    """权重；各项合计 100"""
    question: str
    """这一项在问什么"""
    levels: tuple[str, str, str, str]
    """0–3 四档的说法"""
    advice: tuple[str, str, str]
    """落在 0、1、2 档时，下一步写什么"""
    source: str
    """出处与核实状态"""
    numbers: Mapping[str, float]
    """这一项用到的门槛与系数"""


@dataclass(frozen=True, slots=True)
class GateSpec:
    """一条红线的规格。"""

    id: str
    """编号 G1–G6"""
    label: str
    """中文名"""
    why: str
    """为什么是红线"""
    source: str
    """出处与核实状态"""
    advice: str
    """怎样改"""
    caps: Mapping[str, float]
    """触到哪一种，总分封顶到多少（0–100）；没有列出的不触"""


@dataclass(frozen=True, slots=True)
class Rubric:
    """评分细则。"""

    id: str
    """细则名，如 ``reply``"""
    version: str
    """版本"""
    digest: str
    """内容摘要"""
    criteria: Mapping[str, CriterionSpec]
    """名到规格"""
    gates: Mapping[str, GateSpec]
    """编号到规格"""
    grades: tuple[tuple[str, float], ...]
    """（等次，最低分），由高到低"""
    note: str
    """写在每张卡片下面的一句话"""

    def grade(self, total: float | None) -> str:
        """总分落在哪一等。

        Args:
            total: 0–100，或 None。

        Returns:
            优、良、中、差；None 为“未评分”。
        """
        if total is None:
            return "未评分"
        return next(name for name, low in self.grades if total >= low)


def parse_rubric(file: TomlFile, *, names: Sequence[str] = CRITERIA) -> Rubric:
    """由 TOML 造细则，并校验。

    Args:
        file: 读好的文件。
        names: 应有的评分项，次序即显示的次序；空则以文件里写的为准（别种文书的细则）。

    Returns:
        细则。

    Raises:
        RuleFileError: 缺项、权重合计不是 100、档次不是四个。
    """
    top = file.table((), file.data, required=("rubric", "grade", "criterion", "gate"))
    head = file.table(("rubric",), top["rubric"], required=("id", "version", "note"))
    given = top["criterion"]
    names = names or (tuple(given) if isinstance(given, Mapping) else ())
    table = file.table(("criterion",), given, required=names)
    criteria = {}
    for name in names:
        where = ("criterion", name)
        row = file.table(
            where,
            table[name],
            required=("label", "weight", "question", "levels", "advice", "source"),
            optional=("numbers",),
        )
        levels = file.strings((*where, "levels"), row["levels"])
        advice = file.strings((*where, "advice"), row["advice"])
        if len(levels) != 4 or len(advice) != 3:
            raise file.error(where, f"{name} 应有 4 个档次、3 条改法，来的是 {len(levels)}、{len(advice)}")
        raw = row.get("numbers", {})
        numbers = file.table((*where, "numbers"), raw, optional=tuple(raw) if isinstance(raw, Mapping) else ())
        criteria[name] = CriterionSpec(
            name=name,
            label=file.string((*where, "label"), row["label"]),
            weight=file.number((*where, "weight"), row["weight"], low=0, high=100),
            question=file.string((*where, "question"), row["question"]),
            levels=(levels[0], levels[1], levels[2], levels[3]),
            advice=(advice[0], advice[1], advice[2]),
            source=file.string((*where, "source"), row["source"]),
            numbers={key: file.number((*where, key), value) for key, value in numbers.items()},
        )
    total = sum(spec.weight for spec in criteria.values())
    if abs(total - 100) > 1e-9:
        raise file.error(("criterion",), f"各项权重合计应为 100，现在是 {total:g}")
    rows = top["gate"]
    gates = {}
    for name, body in file.table(("gate",), rows, optional=tuple(rows) if isinstance(rows, Mapping) else ()).items():
        spec = file.table(("gate", name), body, required=("label", "why", "source", "advice", "caps"))
        texts = {key: file.string(("gate", name, key), spec[key]) for key in ("label", "why", "source", "advice")}
        raw = spec["caps"]
        caps = file.table(("gate", name, "caps"), raw, optional=tuple(raw) if isinstance(raw, Mapping) else ())
        gates[name] = GateSpec(
            id=name,
            caps={key: file.number(("gate", name, "caps"), value, low=0, high=100) for key, value in caps.items()},
            **texts,
        )
    grades = file.table(("grade",), top["grade"], required=("优", "良", "中", "差"))
    ordered = sorted(
        ((name, file.number(("grade", name), low, low=0, high=100)) for name, low in grades.items()),
        key=lambda item: -item[1],
    )
    if ordered[-1][1] != 0:
        raise file.error(("grade",), "最低一等应从 0 分起")
    return Rubric(
        id=file.string(("rubric", "id"), head["id"]),
        version=file.string(("rubric", "version"), head["version"]),
        note=file.string(("rubric", "note"), head["note"]),
        digest=file.digest,
        criteria=criteria,
        gates=gates,
        grades=tuple(ordered),
    )


@functools.cache
def load_rubric(name: str = "reply") -> Rubric:
    """读随包的评分细则，只读一次。

    Args:
        name: 细则名，即文件名去掉 ``.toml``；``reply`` 是答复，``post`` 是公开发布。

    Returns:
        细则。

    Examples:
        >>> round(sum(spec.weight for spec in load_rubric().criteria.values()))
        100
    """
    return parse_rubric(TomlFile.read(rule_path(f"{name}.toml")), names=CRITERIA if name == "reply" else ())
