"""及时：在期限内答的吗，超期告知了吗。"""

from datetime import datetime, timedelta

from wenzheng_lab.model import Finding
from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft


def judge(situation: Situation) -> Draft:
    """比较答复时间与期限；缺一个就不适用。

    Args:
        situation: 评分情境。

    Returns:
        草稿；不知道来信时间或答复时间时不适用。
    """
    asked, answered = situation.case.message.created_at, situation.replied_at
    if asked is None or answered is None:
        return Draft(None, ())
    told = any(asked <= notice < answered for notice in situation.case.notices)
    spent = (answered - asked).total_seconds() / 86400
    if spent < 0:
        return Draft(
            None,
            (_say(situation, "timeliness.backwards", 0.0, "答复时间早于来信时间，无法评及时", "请核对两个时间。"),),
        )
    days = timedelta(days=situation.spec.numbers["days"])
    # 来信时间写成 9999 年的，加上期限会越界
    due = situation.case.due_at or (asked + days if asked < datetime.max - days else datetime.max)
    if answered <= due:
        early = spent <= (due - asked).total_seconds() / 86400 / 2
        score = 3.0 if early or told else 2.0
        message = f"用了 {spent:.1f} 天，在期限 {due:%Y-%m-%d} 之内"
    else:
        score = 1.0 if told else 0.0
        message = f"用了 {spent:.1f} 天，超过期限 {due:%Y-%m-%d}" + ("，中途告知过" if told else "，中途没有告知")
    return draft(score, (_say(situation, "timeliness.span", score, message, "来信人按日子等，逾期不告知最伤信任。"),))


def _say(situation: Situation, rule_id: str, score: float, message: str, why: str) -> Finding:
    return Finding(rule_id, situation.spec.name, score, None, "", message, why, situation.spec.source)
