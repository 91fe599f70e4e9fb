"""对题：说的是不是来信人的这件事。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft


def judge(situation: Situation) -> Draft:
    """按事由被说到几分、说到时有没有实质内容评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    findings = [
        situation.quote(
            "relevance.touches",
            round(3 * w.force, 1),
            w.sentence.span,
            "这句说到了来信的事",
            "有来信里的地点、对象或事由，又有自己的内容。",
        )
        for w in situation.evidence.sentences
        if w.force >= 0.3 and w.sentence.link > 0 and not w.sentence.has("restate", "greeting", "thanks")
    ]
    if not findings:
        findings = [situation.lacks("relevance.absent", "没有一句落到来信的这件事上", "来信人要看到说的是自己的事。")]
    return draft(by_points(situation), findings)
