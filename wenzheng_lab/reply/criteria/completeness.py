"""完整：每一问、每一求都有没有下落。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft


def judge(situation: Situation) -> Draft:
    """按各条诉求答到的程度与答复的实质内容评；诉求越多，要答的也越多。

    Args:
        situation: 评分情境。

    Returns:
        草稿；来信里找不到诉求时不适用。
    """
    matches = situation.matches
    if not matches:
        return Draft(None, ())
    findings = []
    for match in matches:
        if match.by is not None:
            findings.append(
                situation.quote(
                    f"completeness.{match.status}",
                    round(3 * match.degree, 1),
                    match.by.sentence.span,
                    f"这句答的是“{match.ask.text.strip()}”",
                    "一问有一答，来信人才找得到自己要的那一句。",
                )
            )
        elif match.ask.span is not None:
            findings.append(
                situation.quote(
                    "completeness.ignored",
                    0.0,
                    match.ask.span,
                    "来信里的这一问没有下落",
                    "漏掉一问，来信人就会再写一封。",
                    where="message",
                )
            )
        else:
            findings.append(
                situation.lacks("completeness.ignored", f"“{match.ask.text}”没有下落", "漏掉一问，来信人就会再写一封。")
            )
    return draft(by_points(situation), findings)
