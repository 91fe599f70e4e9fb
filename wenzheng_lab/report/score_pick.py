"""评分报告里的一份：来信、答复与评分卡，个人信息遮去。"""

from __future__ import annotations

from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab.model import is_blank
from wenzheng_lab.reply import score_reply
from wenzheng_lab.report.masking import mask_message, mask_score
from wenzheng_lab.report.picks import Pick
from wenzheng_lab.report.summary import settings


def show_pick(pick: Pick, *, show_personal_data: bool) -> Markup:
    """画一份：来信、答复、评分卡。

    Args:
        pick: 挑出的一份。
        show_personal_data: 为假时来信与答复里的个人信息都遮去。

    Returns:
        一节，锚点是 ``pick.anchor``。
    """
    message = pick.message
    score = score_reply(pick.reply, to=message, replied_at=pick.replied_at)
    if not show_personal_data:
        message, hidden = mask_message(message)
        score = mask_score(score, hidden, names=(pick.message.author,))
    body, limit = message.body, settings().body
    if len(body) > limit:
        body = f"{body[:limit]}……（全文 {len(body):,} 字，以下略）"
    facts = [f"留言编号 {pick.number}" if pick.number else "", _moment("留言", message.created_at)]
    facts += [_moment("答复", pick.replied_at), f"另有 {pick.same:,} 份一字不差的答复" if pick.same else ""]
    letter = join([tag("b", message.subject or "（没有主题）"), tag("br"), *_lines(body)])
    return tag(
        "section",
        tag("h3", f"{pick.place}　{message.subject or '（没有主题）'}"),
        tag("p", "　".join(filter(None, facts)), attrs={"class": "wz-small"}),
        tag("div", letter, attrs={"class": "wz-letter"}),
        score.card(),
        attrs={"class": "wz-item", "id": pick.anchor},
    )


def _moment(label: str, moment: object) -> str:
    return "" if is_blank(moment) else f"{label} {str(moment)[:16]}"


def _lines(text: str) -> list[Content]:
    out: list[Content] = []
    for at, line in enumerate(text.split("\n")):
        out += [tag("br"), line] if at else [line]
    return out
