"""挑出最高、最低的各份：一字不差的只取一份，次序固定。"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wenzheng_lab.model import Message, is_blank, parse_time
from wenzheng_lab.report.masking import mask
from wenzheng_lab.report.summary import day_counts, same_text

if TYPE_CHECKING:
    from pandas import DataFrame

_SHORT = 28


@dataclass(frozen=True, slots=True)
class Pick:
    """挑出的一份。"""

    place: str
    """序，如“高 1”“低 20”"""
    anchor: str
    """页内链接的名字"""
    number: str
    """留言编号，没有为空串"""
    message: Message
    """来信原文"""
    reply: str
    """答复原文"""
    replied_at: datetime | None
    """答复时间"""
    total: float
    """总分"""
    grade: str
    """等次"""
    gates: str
    """触到的红线"""
    days: float | None
    """办理天数"""
    same: int
    """另有几份一字不差的答复"""

    @property
    def short_subject(self) -> str:
        """遮去个人信息、截短的主题。"""
        subject = mask(self.message.subject).text
        return subject if len(subject) <= _SHORT else f"{subject[:_SHORT]}……"


def pick_replies(frame: DataFrame, table: DataFrame, count: int) -> tuple[list[Pick], list[Pick]]:
    """挑出最高与最低的各 ``count`` 份；同一份不两头都算。

    Args:
        frame: 规范列的表。
        table: 评分表，同索引。
        count: 各挑几份。

    Returns:
        （最高的，最低的），都由最极端的排起。
    """
    totals = table["total"].tolist()
    scored = [at for at, total in enumerate(totals) if not is_blank(total)]
    replies = [same_text(text) for text in frame["reply"].tolist()] if "reply" in frame else []
    copies = Counter(replies[at] for at in scored)

    def take(order: list[int], used: set[str]) -> list[int]:
        out: list[int] = []
        for at in order:
            if len(out) == count:
                break
            if replies[at] not in used:
                used.add(replies[at])
                out.append(at)
        return out

    # 份数很少时各挑一半，免得同一份又最好又最差
    count = min(count, len(copies) // 2) if len(copies) > 1 else min(count, len(copies))
    used: set[str] = set()
    high = take(sorted(scored, key=lambda at: (-totals[at], at)), used)
    low = take(sorted(scored, key=lambda at: (totals[at], at)), used)
    days = day_counts(frame)

    def make(order: list[int], word: str, anchor: str) -> list[Pick]:
        return [
            _pick(frame, table, at, f"{word} {n}", f"{anchor}-{n}", days[at], copies[replies[at]] - 1)
            for n, at in enumerate(order, 1)
        ]

    return make(high, "高", "high"), make(low, "低", "low")


def _pick(frame: DataFrame, table: DataFrame, at: int, place: str, anchor: str, days: float | None, same: int) -> Pick:
    row = {str(name): frame[name].iloc[at] for name in frame.columns}
    scores = table.iloc[at]
    fields = ("subject", "body", "message_id", "created_at", "author", "channel", "place", "category", "department")
    known = {name: row[name] for name in fields if name in row}
    number = known.get("message_id")
    return Pick(
        place,
        anchor,
        "" if is_blank(number) else str(number),
        Message.of({"subject": "", **{name: "" if is_blank(value) else value for name, value in known.items()}}),
        str(row["reply"]),
        parse_time(row.get("replied_at"), "答复时间"),
        float(scores["total"]),
        str(scores["grade"]),
        "" if is_blank(scores["gates"]) else str(scores["gates"]),
        days,
        same,
    )
