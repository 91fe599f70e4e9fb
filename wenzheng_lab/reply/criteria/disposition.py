"""结论与行动：办成了什么、定了什么。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, fill, strength


def judge(situation: Situation) -> Draft:
    """按已办的事、明确的说法、有日子的打算评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence, numbers = situation.evidence, situation.spec.numbers
    done = fill(strength(evidence.sentences, "done", floor=0.3), numbers["done"])
    decided = fill(strength(evidence.sentences, "decision", "refusal", "next_step", floor=0.3), numbers["decision"])
    planned = fill(strength(evidence.sentences, "plan", floor=0.1), numbers["plan"])
    # 只有打算、没有做成的事也没有准话，最多到 2 档
    score = 3 * (1 - (1 - 0.85 * done) * (1 - 0.75 * decided) * (1 - 0.5 * planned))
    findings = [
        situation.from_hit(w.sentence.acts[act][0], round(w.force * (0.4 + 0.6 * w.solid) * top, 1))
        for w in evidence.sentences
        for act, top in (("done", 3.0), ("decision", 2.5), ("refusal", 2.0), ("next_step", 2.0), ("plan", 1.5))
        if act in w.sentence.acts and w.own > 0.2
    ]
    if not findings:
        findings = [situation.lacks("disposition.absent", "没有结论，也没有做了什么", "来信人最想看到的就是这一句。")]
    return draft(score, findings)
