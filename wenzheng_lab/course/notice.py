"""提示卡、答案卡：一个标题、一段话，没有对错。"""

from __future__ import annotations

from dataclasses import dataclass

from wenzheng_lab._html import Content
from wenzheng_lab.course import cards


@dataclass(frozen=True, slots=True)
class Notice:
    """一张不带对错的卡。"""

    title: str
    """标题"""
    text: str
    """给没有界面的地方看的话"""
    after: str = ""
    """末尾再说一句"""
    body: tuple[Content, ...] = ()
    """有界面时代替 ``text`` 的内容"""
    question: str = ""
    """题号"""

    def __repr__(self) -> str:
        head = f"{self.question} {self.title}".strip()
        return f"{head}：{self.text}" + (f"\n{self.after}" if self.after else "")

    def _repr_html_(self) -> str:
        parts: list[Content] = list(self.body) or [cards.para(self.text)]
        if self.after:
            parts.append(cards.para(cards.small(self.after)))
        return str(cards.frame(self.title, *parts, colour=cards.GREY, note=self.question))
