"""月度通报的草稿：按此刻的数写，分母与没有评的一并写明；少于五件的分类不单列。"""

from __future__ import annotations

from collections import Counter

from wenzheng_lab.office.engine import Engine
from wenzheng_lab.office.hours import say_day

SMALL = 5
"""少于几件的不单列，免得认得出是谁"""


def write_bulletin(engine: Engine) -> str:
    """起草通报。

    Args:
        engine: 发动机。

    Returns:
        全文，几段。
    """
    from wenzheng_lab.office.scoreboard import make_scoreboard

    board = make_scoreboard(engine)
    kinds = Counter(case.sorting["category"] for case in engine.state.cases.values() if case.sorting.get("category"))
    big = [f"{name} {count} 件" for name, count in kinds.most_common() if count >= SMALL]
    small = sum(count for count in kinds.values() if count < SMALL)
    units = Counter(case.lead for case in engine.state.cases.values() if case.lead and case.overdue)
    late = [f"{name} {count} 件" for name, count in units.most_common() if count >= SMALL]
    lines = [
        f"青禾县网络问政通报（截至{say_day(board.at)}）",
        f"一、收件。共收 {board.received} 封，另有广告 {board.spam} 封。"
        + (f"按值班人员的分拣：{'，'.join(big)}；其余各类合计 {small} 件。" if big else "各类都不足五件，不单列。"),
        f"二、办理。响应 {board.responded}，解决 {board.solved}；本人评价满意 {board.satisfied}，"
        f"没有评的 {board.not_rated} 件，系统默认好评 {board.auto_rated} 件不计入。",
        f"三、欠账。没有答复过的 {board.unanswered} 封，超期 {board.overdue} 封；再次来信 {board.reopened}；"
        f"承诺兑现 {board.promises}。" + (f"超期较多的承办单位：{'，'.join(late)}。" if late else ""),
        "四、说明。解决以来信人认可或查得到的结果为准；满意只算本人评的。数字出自办件日志，可以逐条核对。",
    ]
    return "\n".join(lines)
