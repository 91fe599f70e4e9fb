"""事件：学员与世界做的每一件事，一件一条，前后用摘要连成一串。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wenzheng_lab._html import Markup, table, tag
from wenzheng_lab.errors import show

LEARNER, WORLD = "学员", "县里"

LABELS: Mapping[str, str] = {
    # 学员做的
    "opened": "打开来信",
    "drafted": "存草稿",
    "sorted": "分拣",
    "assigned": "交办",
    "returned": "退回重办",
    "deadline_set": "定期限",
    "extended": "申请延期",
    "urged": "督办",
    "merged": "合并",
    "split": "拆分",
    "redacted": "遮盖个人信息",
    "meeting": "联席会议",
    "replied": "答复",
    "published": "公开发布",
    "corrected": "公开更正",
    "post_deleted": "删帖",
    "called_back": "回访",
    "closed": "办结",
    "bulletin": "月度通报",
    "undone": "撤销",
    "advanced": "时间推进",
    # 世界做的
    "county_opened": "开局",
    "arrived": "来信",
    "guide": "带教提示",
    "dept_started": "单位受理",
    "dept_queued": "单位排队",
    "dept_pushback": "单位退件",
    "dept_dispute": "职责争议",
    "dept_late": "单位说要晚",
    "dept_result": "单位回件",
    "dept_done": "实地办完",
    "deadline_passed": "超过期限",
    "rated": "群众评价",
    "not_rated": "看过未评",
    "wrote_again": "再次来信",
    "thanked": "群众致谢",
    "told_neighbours": "街坊议论",
    "phone": "来电",
    "promise_due": "承诺到期",
    "error_exposed": "错误被指出",
    "clock": "钟点",
    "day_closed": "一日一清理",
    "week_closed": "一周一回复",
    "month_closed": "一月一办结",
}
"""事件种类与中文名"""
LEARNER_KINDS = tuple(LABELS)[: tuple(LABELS).index("county_opened")]
"""学员的动作"""
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """日志里的一条。"""

    seq: int
    """第几条，从 0 起"""
    at: datetime
    """县里的时刻，到分"""
    kind: str
    """种类，见 ``LABELS``"""
    actor: str
    """谁做的：学员、县里、单位名、来信人"""
    case_id: str
    """哪一件；不属于某一件的为空串"""
    data: Mapping[str, object]
    """内容"""
    prev: str
    """上一条的摘要"""
    hash: str
    """本条的摘要（sha256，十六进制）"""

    @property
    def label(self) -> str:
        """种类的中文名。"""
        return LABELS[self.kind]

    @property
    def by_learner(self) -> bool:
        """是不是学员的动作。"""
        return self.kind in LEARNER_KINDS

    def __repr__(self) -> str:
        """一行说明。"""
        case = f" {self.case_id}" if self.case_id else ""
        return f"Event({self.seq} {self.at:%m-%d %H:%M} {self.actor} {self.label}{case} {show(dict(self.data), 60)})"

    def _repr_html_(self) -> str:
        return event_table((self,)).html


class Happened(tuple[Event, ...]):
    """一段时间里发生的事，先后排列；在笔记本里显示成一张表。"""

    __slots__ = ()

    def __str__(self) -> str:
        """一事一行。"""
        from wenzheng_lab.office.story import tell

        if not self:
            return "这段时间没有动静。"
        return "\n".join(f"{e.at:%m-%d %H:%M}　{e.actor}　{e.label}　{e.case_id}　{tell(e)}" for e in self)

    def _repr_html_(self) -> str:
        return (event_table(self) if self else tag("p", "这段时间没有动静。")).html


def event_table(events: tuple[Event, ...]) -> Markup:
    """事件表（HTML）。"""
    from wenzheng_lab.office.story import tell

    rows = [(e.seq, f"{e.at:%m-%d %H:%M}", e.actor, e.label, e.case_id, tell(e)) for e in events]
    return table(rows, headers=("序", "时刻", "谁", "做什么", "来信", "内容"))


def canonical(data: object) -> str:
    """写成唯一的 JSON：键排序、不留空白、中文不转义。"""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(seq: int, at: str, kind: str, actor: str, case_id: str, text: str, prev: str) -> str:
    """一条事件的摘要；各栏之间用换行隔开，栏里的换行已在 JSON 里转义。"""
    body = "\n".join((str(seq), at, kind, actor, case_id, text, prev))
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
