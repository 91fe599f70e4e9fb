"""分拣得分的样子：各项的得分、逐封的错、三条教训。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab.model import Signature
from wenzheng_lab.triage.merging import MergeScore


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
