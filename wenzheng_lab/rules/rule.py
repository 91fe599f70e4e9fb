"""一条规则：在折叠过的文字里找自己的词，并说得出为什么。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wenzheng_lab.model import Span
from wenzheng_lab.text import fold

NEGATION_WINDOW = 4
"""否定词离规则词最多几个字；中文的“未能、没有、尚未”都紧贴动词"""


@dataclass(frozen=True, slots=True)
class Hit:
    """规则命中的一处。"""

    rule: Rule
    """规则"""
    span: Span
    """在原文中的位置"""


@dataclass(frozen=True, slots=True)
class Rule:
    """一条规则。"""

    id: str
    """编号，``族.名``"""
    target: str
    """命中后记到哪里：句子作用的名字，或红线编号"""
    message: str
    """看到了什么；可含 ``{match}``"""
    why: str
    """为什么算数"""
    source: str
    """出处与核实状态"""
    advice: str
    """怎样改"""
    score: float
    """规则自带的数：红线的封顶分、作用的强度"""
    regex: re.Pattern[str]
    """词与句式合成的一个正则，作用于折叠后的文字"""
    exceptions: re.Pattern[str] | None
    """落在这些写法里的不算"""
    negation: re.Pattern[str] | None
    """前面紧挨着这些否定词的不算"""
    hits: tuple[str, ...]
    """必须命中的例句"""
    misses: tuple[str, ...]
    """必须放过的例句"""

    def find(self, folded: str) -> Iterator[Span]:
        """在折叠过的文字里找。

        Args:
            folded: ``text.fold`` 的结果，位置与原文相同。

        Yields:
            命中的位置，先后排列，互不重叠。
        """
        excused: list[tuple[int, int]] | None = None
        for match in self.regex.finditer(folded):
            start, end = match.span()
            if start == end:
                continue
            if self.negation is not None and self.negation.search(folded, max(0, start - NEGATION_WINDOW), start):
                continue
            if self.exceptions is not None:
                if excused is None:
                    excused = [found.span() for found in self.exceptions.finditer(folded)]
                if any(low < end and start < high for low, high in excused):
                    continue
            yield Span(start, end)

    def matches(self, text: str) -> bool:
        """是否命中一段未折叠的文字。

        Args:
            text: 文字。

        Returns:
            命中为真。
        """
        return next(self.find(fold(text)), None) is not None
