"""月报里的例子：引哪几句，遮去个人信息，写明毛病与改法。"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wenzheng_lab.letter.frames import column_texts
from wenzheng_lab.reply import score_reply
from wenzheng_lab.report.briefing_blocks import Quote
from wenzheng_lab.report.briefing_settings import briefing_settings
from wenzheng_lab.report.briefing_shape import Example
from wenzheng_lab.report.masking import hide, mask
from wenzheng_lab.rules import load_rubric

if TYPE_CHECKING:
    import pandas as pd

_GREETING = re.compile(r"^.{0,24}?(?:您好|你好|收悉|您们好)[！!，,。.：:]?\s*")
_NAMED = re.compile(r"^[“\"]?[＊*]+[”\"]?[：:，,\s]*")
_SENTENCE = re.compile(r"(?<=[。！？；])")
_INNER = str.maketrans("“”", "‘’")


def quote(at: int, one: Example, frame: pd.DataFrame) -> Quote:
    """一个例子：来信说什么，答复写了什么，毛病在哪，怎样改；个人信息已遮去。

    Args:
        at: 第几例。
        one: 例子。
        frame: 这一期的表。

    Returns:
        一块。
    """
    set_ = briefing_settings()

    def cell(name: str) -> str:
        return column_texts(frame.iloc[[one.row]], name)[0]

    names = (cell("author"),) if len(cell("author")) > 1 else ()
    letter = mask(_short(cell("subject") or cell("body"), 40), "message", names)
    plain = cell("reply")
    reply = hide(mask(plain, "reply", names).text, letter.hidden)
    at_least = 0
    if one.kind == "privacy":
        # 引到泄露的那一处；别处也可能遮了字，但不是评分所指
        score = score_reply(plain, to={"subject": cell("subject"), "body": cell("body")})
        spans = [item.span for gate in score.gates if gate.id == "G1" for item in gate.findings if item.span]
        at_least = spans[0].start if spans else 0
    label, fault = set_.faults[one.kind]
    days = f"来信后{one.days:.0f}天答复，" if one.days is not None and one.kind == "late" else ""
    return Quote(
        f"例{at}（{label}）",
        letter.text.translate(_INNER) + (f"（编号{one.number}）" if one.number else ""),
        _telling(reply, at_least, set_.limit("quote")).translate(_INNER),
        days + fault,
        _remedy(one.kind),
    )


def _telling(reply: str, start: int, limit: int) -> str:
    """引哪一段：``start`` 大于零的引那一处前后，其余引称呼以后的头几句；一行写完。"""
    if start:
        low = max(0, start - limit // 2)
        text = " ".join(reply[low : low + limit].split())
        return ("……" if low else "") + text + ("……" if low + limit < len(reply) else "")
    text = " ".join(reply.split())
    text = _NAMED.sub("", _GREETING.sub("", text, count=1)).lstrip("“”\"'：:，, ") or text
    out = ""
    for part in _SENTENCE.split(text):
        if out and len(out) + len(part) > limit:
            break
        out += part
    return _short(out, limit).rstrip("。") + ("……" if len(out) < len(text) and len(out) <= limit else "")


def _remedy(kind: str) -> str:
    rubric = load_rubric()
    name = {"off_topic": "relevance", "empty": "disposition", "late": "timeliness"}.get(kind)
    if name is None:
        return rubric.gates["G1"].advice
    return rubric.criteria[name].advice[0]


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit] + "……"
