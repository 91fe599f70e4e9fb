"""对题：说的是不是来信人的这件事。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft, fill
from wenzheng_lab.reply.evidence import SUBSTANCE


def judge(situation: Situation) -> Draft:
    """按事由被说到几分、说到时有没有实质内容评。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    evidence, numbers = situation.evidence, situation.spec.numbers
    spoken = min(1.0, evidence.covered / numbers["covered"])
    force = fill(evidence.force(*SUBSTANCE), numbers["force"])
    # 只复述不回答，最多算提到话题
    score = 3 * (spoken * 0.5 + force * 0.5) * min(1.0, 0.3 + force) if spoken else 0.0
    findings = [
        situation.quote(
            "relevance.touches",
            round(3 * w.force, 1),
            w.sentence.span,
            "这句说到了来信的事",
            "有来信里的地点、对象或事由，又有自己的内容。",
        )
        for w in evidence.sentences
        if w.force >= 0.4 and w.sentence.has(*SUBSTANCE) and w.sentence.link > 0
    ]
    if not findings:
        findings = [situation.lacks("relevance.absent", "没有一句落到来信的这件事上", "来信人要看到说的是自己的事。")]
    return draft(score, findings)
