"""说理与救济：办不了的，讲明道理、给出别的路。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, fill


def judge(situation: Situation) -> Draft:
    """只在答复说了“不”时评：理由、别的路、申诉渠道。

    Args:
        situation: 评分情境。

    Returns:
        草稿；没有拒绝、没有推出去时不适用。
    """
    evidence, numbers, table = situation.evidence, situation.spec.numbers, situation.evidence.amounts
    refusing = [
        (w, act)
        for w in evidence.sentences
        for act in ("refusal", "not_ours", "pass_buck")
        if act in w.sentence.acts and w.own > 0.2
    ]
    if not refusing:
        return Draft(None, ())
    reason = fill(table["reason"] + table["policy"] + table["named"] + table["finding"], numbers["reason"])
    other = fill(table["done"] + table["instruct"] + table["plan"], numbers["other"])
    appeal = fill(sum(w.own for w in evidence.sentences if w.sentence.has("remedy")), numbers["appeal"])
    findings = [situation.from_hit(w.sentence.acts[act][0], 0.0) for w, act in refusing[:2]]
    findings += [
        situation.from_hit(w.sentence.acts["remedy"][0], 1.0) for w in evidence.sentences if w.sentence.has("remedy")
    ]
    return draft(1.3 * reason + 1.0 * other + 0.9 * appeal, findings)
