"""责任与时限：谁负责，哪天办好，没办好找谁。"""

from wenzheng_lab.reply.criteria._draft import Draft, Situation, draft
from wenzheng_lab.reply.sentences import Fact

_PARTS = (
    ("date", ("date", "limit"), "写明了日子", "有日子，来信人就不用再写信来问。"),
    ("owner", ("unit", "person"), "写明了负责的单位或人", "知道是谁，才追得到。"),
    ("contact", ("phone",), "留了电话", "没办好时找得到门。"),
)


def judge(situation: Situation) -> Draft:
    """日子、负责的人、联系方式，各占一分；所在句与此事无关的打折。

    Args:
        situation: 评分情境。

    Returns:
        草稿。
    """
    findings = []
    score = 0.0
    for name, kinds, message, why in _PARTS:
        best: tuple[float, Fact] | None = None
        for w in situation.evidence.sentences:
            if w.sentence.has("general"):
                continue
            # 电话常单独成句，不要求与事由共词；落款日期不算办结的日子
            active = max(w.chances[act] for act in ("done", "plan", "answer", "instruct", "finding"))
            force = w.own if name == "contact" else w.force * min(1.0, 2 * active)
            for fact in w.sentence.facts:
                if fact.kind in kinds and (fact.new or name == "owner") and (best is None or force > best[0]):
                    best = (force, fact)
        if best is None:
            findings.append(
                situation.lacks(
                    f"owner_date.no_{name}", f"没有{message.removeprefix('写明了').removeprefix('留了')}", why
                )
            )
        else:
            score += best[0]
            findings.append(situation.quote(f"owner_date.{name}", round(best[0], 1), best[1].span, message, why))
    return draft(score, findings)
