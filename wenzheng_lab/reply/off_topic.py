"""张冠李戴：答复复述的是另一件事。

同一家药店、同一个集市也会有两封信；只看提没提到同样的词分不出来，要看“您反映的……”里说的是不是这封信说的。
没有复述的答复不判：口语的好答复常一个字不重复来信，套话是另一种毛病。
"""

from __future__ import annotations

import re

from wenzheng_lab import text as _text
from wenzheng_lab.letter.topic import pieces_of
from wenzheng_lab.model import Span
from wenzheng_lab.reply.evidence import Evidence

OPENING = 110
"""在答复的头这么多个字里找复述"""
STRANGE = 5
"""复述里来信没有的二字片至少有这么多"""
SHARED = 0.35
"""复述里的二字片，来信有的不超过这个比例"""
CHARS = 0.52
"""复述里的字，来信有的不超过这个比例：换了说法的复述多半共用一半以上的字"""
REST = 0.05
"""答复其余部分的二字片，来信有的不超过这个比例"""

_RESTATED = re.compile(
    r"(?:(?:您|你|来信人?|来件人?)(?:所|在[^。,;\n]{0,12})?(?:反映|咨询|投诉|提出|询问|申请|举报|提到|建议)的?(?:关于)?"
    r"|关于(?:您|你)?(?:所?(?:反映|咨询|投诉|举报))?的?)"
    r"([^。,;:《》\n\"]{3,40}?)(?:一事|的?问题|的情况|的诉求|的建议|,|收悉|已收悉)"
)
# “您反映的事我们看过了”里，“事”就是来信说的那件，不是另一件；“事故”不算
_NOT_A_MATTER = re.compile(
    "^(?:的?问题|一事|情况|的?事(?![故业]))|收悉|已转|转交|我[局市县镇]|非常|[答回]复|通知|文件|规定"
)


def find(evidence: Evidence) -> Span | None:
    """找答非所问的那一段。

    Args:
        evidence: 答复的依据。

    Returns:
        复述的那件事的位置；没有复述，或说的就是这封信，则为 None。
    """
    known = evidence.topic.weights
    if not known:
        return None
    folded = _text.fold(evidence.reply)
    for match in _RESTATED.finditer(folded, 0, OPENING):
        if not _NOT_A_MATTER.search(match.group(1)):
            return Span(*match.span(1)) if _strange(match.group(1), evidence) else None
    return None


def _strange(told: str, evidence: Evidence) -> bool:
    known = evidence.topic.weights
    pairs = [piece for piece in pieces_of(told) if len(piece) > 1 and not piece.isdigit()]
    shared = sum(piece in known for piece in pairs)
    if len(pairs) - shared < STRANGE or shared > SHARED * len(pairs):
        return False
    letter = _text.fold(evidence.message.text)
    chars = [char for char in told if "\u4e00" <= char <= "\u9fff"]
    if sum(char in letter for char in chars) > CHARS * len(chars):
        return False
    said = set().union(*(weighed.sentence.pieces for weighed in evidence.sentences))
    rest = [piece for piece in said.difference(pairs) if len(piece) > 1 and not piece.isdigit()]
    return sum(piece in known for piece in rest) <= REST * len(rest)
