"""依据：凭什么这样答。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, fill, strength


def judge(situation: Situation) -> Draft:
    """按理由、查明的事实与点名的规定评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence, numbers = situation.evidence, situation.spec.numbers
    reason = fill(strength(evidence.sentences, "reason", "finding", "refusal"), numbers["reason"])
    named = fill(strength(evidence.sentences, "basis", floor=0.6), numbers["named"])
    findings = [
        situation.from_hit(w.sentence.acts[act][0], round(w.force * top, 1))
        for w in evidence.sentences
        for act, top in (("basis", 3.0), ("reason", 2.0))
        if act in w.sentence.acts and w.own > 0.2
    ]
    if not findings:
        findings = [situation.lacks("basis.absent", "没有写依据或理由", "写明凭什么，来信人才能自己去核对。")]
    return draft(3 * (1 - (1 - 0.75 * reason) * (1 - 0.6 * named)), findings)
