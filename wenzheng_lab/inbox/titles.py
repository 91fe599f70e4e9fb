"""标题：像真人起的。"""

from __future__ import annotations

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.orders import Order
from wenzheng_lab.inbox.pen import Pen
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.rows import Rows, akin, pool_of

_SEEN = ("城乡建设", "环境保护", "交通运输", "国土资源", "农村农业")
"""这几类的事多半看得见，会有人上门看"""
_SPEAKS = ("反映", "投诉", "举报", "求助", "建议", "请求", "恳请")
_TRIES = 4  # 标题不合时令、年纪，换几次


def title_of(order: Order, rows: Rows, pen: Pen, body: str) -> str:
    """起标题：与核心句说的是同一件事，有的添上地名，有的写成“反映……”。

    Args:
        order: 要求。
        rows: 可用的说法。
        pen: 写过正文的笔。
        body: 正文，看说到了哪些地方。

    Returns:
        标题。
    """
    stream = pen.stream
    near = akin(rows.title, pen.core) if pen.core else rows.title
    for _ in range(_TRIES):
        title = pen.write(stream.pick(near)).rstrip("。！")
        if not pen.unsaid.search(title):
            break
    wraps = pool_of("title_wrap", order.voice, order.appeal, pen.age, pen.kind)
    if order.voice.again and stream.chance(0.3):
        return title if title.endswith("？") else f"再次{title}" if title.startswith(_SPEAKS) else f"再次反映{title}"
    title, lists = _with_place(title, order, stream, body), load_lists()
    if (
        title.startswith(lists["title_starts"])
        or title.endswith("？")
        or any(word in title for word in lists["asking"])
    ):
        return title
    pen.known["@title"] = title
    text = pen.write(stream.pick(wraps))
    return text.replace("？，", "，").replace("！！", "！")


def _with_place(title: str, order: Order, stream: Stream, body: str) -> str:
    """标题里常带地名；原来没有的添上，只添正文里说到的。"""
    places = order.facts.places
    if any(place in title for place in places.values()) or not stream.chance(0.5):
        return title
    town = places["town"]
    spots = [places[kind] for kind in ("estate", "area", "road") if places[kind] in body]
    if spots and order.issue.category in _SEEN:
        # 看得见的事才写到哪个小区、哪条路
        small = stream.pick(spots)
        place = stream.pick((town, town, town + small, small, "青禾县", "青禾县" + town))
    else:
        place = stream.pick((town, town, "青禾县", "青禾县" + town))
    alone = load_lists()["title_alone"]
    for start in ("关于", "请问", "咨询", "投诉", "举报", "反映", "建议"):
        if title.startswith(start):
            rest = title[len(start) :]
            return title if rest.startswith(alone) else start + place + rest
    if title.startswith(("请", "求", "恳", "盼", "感谢", "谢谢", "希望", "强烈")) or title.startswith(alone):
        return title
    return place + title
