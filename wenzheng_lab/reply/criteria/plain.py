"""平实：一遍能看懂吗，先说结论了吗。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft
from wenzheng_lab.text import han_count


def judge(situation: Situation) -> Draft:
    """看句子平不平实、套话有多少；过长的句子另外提醒。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence, numbers = situation.evidence, situation.spec.numbers
    hits = [hit for w in evidence.sentences for hit in w.sentence.acts.get("slogan", ())]
    lengths = [han_count(w.sentence.folded) for w in evidence.sentences]
    findings = [situation.from_hit(hit, 0.0) for hit in hits]
    findings += [
        situation.quote("plain.long", 0.0, w.sentence.span, "这句太长", "长句读第二遍才懂；拆成两三句。")
        for w, n in zip(evidence.sentences, lengths, strict=True)
        if n > numbers["very_long"]
    ]
    return draft(by_points(situation), findings)
