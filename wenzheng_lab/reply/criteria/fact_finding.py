"""核实：谁、哪天、怎么查的，查到了什么。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, evidence_for, fill

_TOPS = {
    "finding": (3.0, "写明了查到的情况", "先查后答；查到什么，决定答复可不可信。"),
    "reason": (2.0, "说清了原因", "找到原因，才谈得上解决。"),
}


def judge(situation: Situation) -> Draft:
    """按查明的情况与其中可核对的东西评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    findings = evidence_for(situation, _TOPS)
    if not findings:
        findings = [situation.lacks("fact_finding.absent", "没有写查到了什么", "先查后答；没有查，就写明哪天去查。")]
    amounts = situation.evidence.amounts
    found = sum(weight * amounts[name] for name, weight in situation.spec.numbers.items())
    return draft(3 * fill(found, 1.0), findings)
