"""平实：一遍能看懂吗，先说结论了吗。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft
from wenzheng_lab.text import han_count


def judge(situation: Situation) -> Draft:
    """从 3 分起，套话、过长的句子、堆词往下扣。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence, numbers = situation.evidence, situation.spec.numbers
    whole = max(1, han_count(evidence.reply))
    hits = [hit for w in evidence.sentences for hit in w.sentence.acts.get("slogan", ())]
    cliche = sum(len(hit.span) for hit in hits) / whole
    general = sum(han_count(w.sentence.folded) for w in evidence.sentences if w.sentence.has("general")) / whole
    lengths = [han_count(w.sentence.folded) for w in evidence.sentences]
    long = sum(n for n in lengths if n > numbers["long"]) / whole
    very_long = sum(n for n in lengths if n > numbers["very_long"]) / whole
    passive = evidence.reply.count("被") / whole
    # 堆词：停顿密到不成句子
    listed = sum(
        1 - w.own for w in evidence.sentences if w.own < 0.3 and not w.sentence.has("slogan", "restate")
    ) / max(1, len(lengths))
    score = (
        3.0 - 5 * cliche - 0.8 * general - 0.4 * long - 0.6 * very_long - 15 * max(0.0, passive - 0.01) - 0.8 * listed
    )
    findings = [situation.from_hit(hit, 0.0) for hit in hits]
    findings += [
        situation.quote("plain.long", 0.0, w.sentence.span, "这句太长", "长句读第二遍才懂；拆成两三句。")
        for w, n in zip(evidence.sentences, lengths, strict=True)
        if n > numbers["very_long"]
    ]
    return draft(score, findings)
