"""态度：来信人读了，觉得被当人看吗。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft


def judge(situation: Situation) -> Draft:
    """看全篇的称呼、口气、体谅、认错；训人、推诿减分。

    客气话算进这一项给人看的分，不算进总分：总分只看说正事的句子态度怎样，添几句客气话买不到分。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence = situation.evidence
    findings = [
        situation.from_hit(w.sentence.acts[act][0], top)
        for w in evidence.sentences
        for act, top in (("apology", 3.0), ("empathy", 2.5), ("thanks", 2.0), ("greeting", 1.5), ("scolding", 0.0))
        if act in w.sentence.acts
    ]
    if not findings:
        findings = [situation.lacks("tone.bare", "没有称呼，也没有一句体谅的话", "先把对方当人，再谈事。")]
    return draft(by_points(situation, "manner"), findings, counted=by_points(situation))
