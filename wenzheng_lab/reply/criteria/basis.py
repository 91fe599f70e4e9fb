"""依据：凭什么这样答。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft, evidence_for

_TOPS = {
    "named": (3.0, "点名引用了文件或条款", "写明文件和条款，来信人才能自己去核对。"),
    "policy": (2.0, "说了政策怎样规定", "讲清规定的内容，比只报文件名有用。"),
    "reason": (2.5, "说明了为什么", "讲得出道理，拒绝也能让人接受。"),
    "finding": (1.5, "用查明的事实说话", "事实是最直接的依据。"),
}


def judge(situation: Situation) -> Draft:
    """按点名的规定、讲明的政策、理由与查明的事实评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    findings = evidence_for(situation, _TOPS)
    if not findings:
        findings = [situation.lacks("basis.absent", "没有写依据或理由", "写明凭什么，来信人才能自己去核对。")]
    return draft(by_points(situation), findings)
