"""态度：来信人读了，觉得被当人看吗。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, fill


def judge(situation: Situation) -> Draft:
    """礼貌到 2 档；说出具体难处或认错到 3 档；训人归零。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence = situation.evidence
    polite = 0.0
    if any(w.sentence.has("greeting") for w in evidence.sentences):
        polite += 0.4
    if any(w.sentence.has("thanks") for w in evidence.sentences):
        polite += 0.4
    if "您" in evidence.reply:
        polite += 0.3
    # 难处要落在这件事上才算；空泛的共情与没有下文的道歉不加分
    warm = fill(sum(w.bound for w in evidence.sentences if w.sentence.has("apology", "empathy")), 0.5)
    works = fill(sum(evidence.amounts[act] for act in ("done", "answer", "finding", "instruct")), 0.6)
    cold = sum(1.0 for w in evidence.sentences if w.sentence.has("scolding"))
    cold += 0.4 * sum(w.own for w in evidence.sentences if w.sentence.has("pass_buck", "not_ours"))
    findings = [
        situation.from_hit(w.sentence.acts[act][0], top)
        for w in evidence.sentences
        for act, top in (("apology", 3.0), ("empathy", 2.5), ("thanks", 2.0), ("greeting", 1.5), ("scolding", 0.0))
        if act in w.sentence.acts
    ]
    if not findings:
        findings = [situation.lacks("tone.bare", "没有称呼，也没有一句体谅的话", "先把对方当人，再谈事。")]
    return draft(1.0 + min(1.0, polite) + warm * works - 1.5 * cold, findings)
