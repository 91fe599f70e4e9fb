"""核实：谁、哪天、怎么查的，查到了什么。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, fill, strength


def judge(situation: Situation) -> Draft:
    """按查明的情况与其中可核对的东西评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence, numbers = situation.evidence, situation.spec.numbers
    found = fill(strength(evidence.sentences, "finding", floor=0.2), numbers["finding"])
    inside = [w for w in evidence.sentences if w.sentence.has("finding", "done", "reason")]
    detail = fill(
        sum(w.force * w.sentence.new("date", "number", "unit", "paper", "spot") for w in inside), numbers["detail"]
    )
    findings = [
        situation.from_hit(w.sentence.acts["finding"][0], round(3 * w.force * w.solid, 1))
        for w in evidence.sentences
        if w.sentence.has("finding") and w.own > 0.2
    ]
    if not findings:
        findings = [situation.lacks("fact_finding.absent", "没有写查到了什么", "先查后答；没有查，就写明哪天去查。")]
    return draft(3 * (0.6 * found + 0.4 * detail), findings)
