"""诉求怎样提：一句、几句、编号，或问句。"""

from __future__ import annotations

from collections.abc import Sequence

from wenzheng_lab.inbox.issue import Ask
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.pen import Pen

_ORDINALS = "一二三四五六七八九十"


def number(points: str, at: int) -> str:
    """第 ``at`` 条（从零数）前面的序号，照 ``points`` 的写法。"""
    if points == "1、":
        return f"{at + 1}、"
    if points == "1.":
        return f"{at + 1}."
    if points == "（1）":
        return f"（{at + 1}）"
    if points == "一是":
        return f"{_ORDINALS[at]}是" if at < 10 else "另外"
    if points == "第一，":
        return f"第{_ORDINALS[at]}，" if at < 10 else "还有，"
    return f"{_ORDINALS[at]}、" if at < 10 else ""


def write_demand(order: Order, pen: Pen, asks: Sequence[Ask], points: str, voiced: list[Ask]) -> str:
    """写提诉求的那几句；说出口的诉求记进 ``voiced``。"""
    voice, stream = order.voice, pen.stream
    hotline = not voice.questions
    if order.appeal == "咨询" or (
        not hotline and not order.plan and order.appeal != "建议" and asks[0].questions and stream.chance(0.12)
    ):
        questions = [pen.write(stream.pick(ask.questions)) for ask in asks if ask.questions]
        if questions:
            voiced += [ask for ask in asks if ask.questions]
            lead = pen.pool("ask_lead") if order.appeal == "咨询" else ""
            if questions[0].startswith(("请问", "想", "问")):
                lead = ""
            if len(questions) > 1 and stream.chance(0.5):
                style = points if points in ("1、", "1.", "（1）", "一、") else "1、"
                text = (
                    lead.rstrip("：，")
                    + ("：" if lead else "")
                    + "".join(number(style, n) + q for n, q in enumerate(questions))
                )
            else:
                text = lead + "".join(questions)
            return text + (pen.pool("reply_wish") if stream.chance(0.3) else "")
    voiced += asks
    says = []
    for ask in asks:
        says.append(pen.write(stream.pick(ask.says)).rstrip("。！"))
    if order.appeal == "感谢":
        pen.known["@ask"] = says[0]
        return pen.pool("demand_thanks")
    if hotline:
        pen.known["@ask"] = "；".join(says) if len(says) < 3 else "，".join(says)
        text = pen.pool("hotline_demand")
        del pen.known["@ask"]
        return ("诉求：" if voice.heads else "") + text
    head = "诉求：" if voice.heads else ""
    if len(says) > 1 and (points != "none" or stream.chance(0.25)):
        style = points if points != "none" else stream.pick(("1、", "一、", "一是"))
        breaks = "\n" if style in ("1、", "一、", "1.", "（1）") and stream.chance(0.5) else ""
        joined = "".join(
            breaks + number(style, n) + s + ("。" if n == len(says) - 1 else "；") for n, s in enumerate(says)
        )
        if head:
            return head + joined
        pen.known["@list"] = joined
        text = pen.pool("demand_many")
        del pen.known["@list"]
        return text
    if head and len(says) == 1:
        return head + says[0] + "。"
    pen.known["@ask"] = says[0]
    text = pen.pool("demand")
    for more in says[1:]:
        pen.known["@ask"] = more
        text += pen.pool("demand_more")
    del pen.known["@ask"]
    return text
