"""还原写法：全角变半角、去掉零宽字符，位置仍能回到原文。"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from wenzheng_lab.model import Span
from wenzheng_lab.text import fold

# 看不见的字符：有人用它们把号码隔开；键帽数字（1️⃣）后面的两个也在内
_HIDDEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\u20e3\ufeff"
_HIDDEN_RE = re.compile(f"[{_HIDDEN}]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


@dataclass(frozen=True, slots=True)
class Plain:
    """还原后的文字，记得每个字符在原文的位置。"""

    text: str
    """还原后的文字"""
    length: int
    """原文的长度"""
    offsets: tuple[int, ...] | None
    """每个字符在原文的位置；没有删过字符时为 None（位置相同）"""

    def at(self, index: int) -> int:
        """一个字符在原文的位置。

        Args:
            index: 在还原文字里的位置。

        Returns:
            在原文里的位置。
        """
        return index if self.offsets is None else self.offsets[index]

    def span(self, start: int, end: int) -> Span:
        """一段在原文的位置；夹在里面和紧跟着的零宽字符算在内。

        Args:
            start: 起点，在还原文字里。
            end: 终点（不含）。

        Returns:
            原文里的位置。
        """
        if self.offsets is None:
            return Span(start, end)
        return Span(self.offsets[start], self.offsets[end] if end < len(self.offsets) else self.length)


def normalise(text: str) -> Plain:
    r"""还原写法，留下位置对照。

    只去掉看不见的字符、换写法；不改字序，不换算汉字数字（那要看上下文）。

    Args:
        text: 原文。

    Returns:
        还原后的文字与对照。

    Examples:
        >>> plain = normalise("１３８\u200b０")
        >>> plain.text, plain.at(3)
        ('1380', 4)
    """
    folded = fold(text)
    if _OTHER_DIGIT.search(folded):
        folded = _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), folded)
    if not _HIDDEN_RE.search(folded):
        return Plain(folded, len(text), None)
    hidden = {match.start() for match in _HIDDEN_RE.finditer(folded)}
    offsets = tuple(index for index in range(len(folded)) if index not in hidden)
    return Plain("".join(folded[index] for index in offsets), len(text), offsets)
