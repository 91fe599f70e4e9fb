"""结论与行动：办成了什么、定了什么。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft, evidence_for

_TOPS = {
    "answer": (3.0, "给了明确的说法", "能不能、行不行、该谁管，要有一句准话。"),
    "done": (3.0, "写明了已经办的事", "来信人看的是办了没有。"),
    "plan": (2.0, "写明了将要办的事", "打算要有日子和负责的人，才算承诺。"),
    "instruct": (2.0, "告诉了来信人怎么办", "到哪里、带什么、找谁，一次说清，少跑一趟。"),
    "refusal": (2.0, "说明了办不到", "说“不”可以，但要说理由和别的路。"),
}


def judge(situation: Situation) -> Draft:
    """按准话、已办的事、有着落的打算、怎样办理评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    findings = evidence_for(situation, _TOPS)
    if not findings:
        findings = [situation.lacks("disposition.absent", "没有结论，也没有做了什么", "来信人最想看到的就是这一句。")]
    return draft(by_points(situation), findings)
