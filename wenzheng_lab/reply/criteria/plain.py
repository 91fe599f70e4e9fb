"""平实：一遍能看懂吗，先说结论了吗。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, by_points, draft
from wenzheng_lab.reply.order import find_misplaced
from wenzheng_lab.reply.weighing import load_weighing
from wenzheng_lab.text import han_count


def judge(situation: Situation) -> Draft:
    """看句子平不平实、套话有多少、前后有没有颠倒；过长的句子另外提醒。

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
    misplaced = find_misplaced([w.sentence for w in evidence.sentences])
    findings += [
        situation.quote("plain.order", 0.0, one.span, one.message, "称呼在前，落款在后，编号从小到大，一遍就懂。")
        for one in misplaced
    ]
    kept = max(0.0, 1.0 - load_weighing().misplaced * len(misplaced))
    return draft(by_points(situation) * kept, findings)
