"""文字的底层：一字换一字的折叠、分句、分词的唯一入口。"""

from __future__ import annotations

import functools
import re
from typing import Protocol

from wenzheng_lab.errors import InputTypeError, explain, show
from wenzheng_lab.model import Span

FOLD_VERSION = "1"
"""折叠表的版本；改动折叠表会移动分数，所以写进签名。"""


def _fold_table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    # 各种空白折成半角空格；换行留着，分句要用
    for char in "\u3000\u00a0\u1680\u202f\u205f\t\v\f\r" + "".join(map(chr, range(0x2000, 0x200B))):
        table[ord(char)] = " "
    for char in "“”„‟〝〞〟＂「」『』":
        table[ord(char)] = '"'
    for char in "‘’‚‛＇":
        table[ord(char)] = "'"
    for char in "‐‑‒–—―─━－﹣−":
        table[ord(char)] = "-"
    for char in "〔﹝［":
        table[ord(char)] = "["
    for char in "〕﹞］":
        table[ord(char)] = "]"
    for char in "·•‧∙・":
        table[ord(char)] = "·"
    for char in "〈⟨﹤":
        table[ord(char)] = "<"
    for char in "〉⟩﹥":
        table[ord(char)] = ">"
    table[ord("、")] = "、"
    table[ord("。")] = "。"
    table[0xFF0E] = "."
    table[0x2028] = "\n"
    table[0x2029] = "\n"
    table[0x85] = "\n"
    return table


_FOLD = _fold_table()
_KEPT_LENGTH = 20_000
"""不超过这么长的才记住：同一封信、同一份答复要折叠好几遍；再长的记住了占内存"""


def fold(text: str) -> str:
    """把全角折成半角，一个字符换一个字符。

    只换写法，不删不并，因此折叠后的位置就是原文的位置。不用 NFKC：它会改变长度（㎡ 变成 m2）。

    Args:
        text: 任何文字；孤立代理项、零宽字符原样保留。

    Returns:
        与 ``text`` 等长的文字。

    Examples:
        >>> fold("（２０２６）年３月　１日，ＯＫ！")
        '(2026)年3月 1日,OK!'
        >>> len(fold("㎡…𠮷")) == len("㎡…𠮷")
        True
    """
    text = require_text(text, "文字")
    return _folded(text) if len(text) <= _KEPT_LENGTH else text.translate(_FOLD)


@functools.lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return text.translate(_FOLD)


def require_text(value: object, name: str) -> str:
    """确认来的是文字，否则给出三段式错误。

    Args:
        value: 任何值。
        name: 参数的中文名，放进错误信息。

    Returns:
        原样的文字。

    Raises:
        InputTypeError: ``value`` 不是 ``str``。

    Examples:
        >>> require_text("您好", "答复")
        '您好'
    """
    if not isinstance(value, str):
        raise InputTypeError(
            explain(
                f"{name}是 {type(value).__name__} 类型的 {show(value)}",
                f"{name}应为文字（str）",
                "表格里的数字或空格请先转成文字，空的请写成空串",
            )
        )
    return value


# 在原文上分句：折叠会把左右引号并成一种，分不出句末的右引号
_CLOSING = "[”’」』）)\\]】》]*"
_SENTENCE = re.compile(rf"[^。！？!?；;\n…]*(?:[。！？!?；;…]+{_CLOSING}|\n+|$)")
_CLAUSE = re.compile(rf"[^。！？!?；;，,\n…]*(?:[。！？!?；;，,…]+{_CLOSING}|\n+|$)")


def _split(pattern: re.Pattern[str], text: str) -> tuple[Span, ...]:
    spans = []
    for match in pattern.finditer(require_text(text, "文字")):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            spans.append(Span(start, end))
    return tuple(spans)


def sentences(text: str) -> tuple[Span, ...]:
    """分句，给出各句在原文中的位置。

    按句号、问号、叹号、分号、省略号和换行分；不做语法分析，编号“1.”不断句。

    Args:
        text: 原文。

    Returns:
        按先后排列的 ``Span``，不含首尾空白，不含空句。

    Examples:
        >>> t = "您好！已于3月5日修好。“行不行？”谢谢"
        >>> [s.of(t) for s in sentences(t)]
        ['您好！', '已于3月5日修好。', '“行不行？”', '谢谢']
    """
    return _split(_SENTENCE, text)


def clauses(text: str) -> tuple[Span, ...]:
    """分成小句，逗号处也断开。

    Args:
        text: 原文。

    Returns:
        按先后排列的 ``Span``。

    Examples:
        >>> t = "经查，情况属实。"
        >>> [s.of(t) for s in clauses(t)]
        ['经查，', '情况属实。']
    """
    return _split(_CLAUSE, text)


_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def han_count(text: str) -> int:
    """数汉字，含扩展区的生僻字。

    Args:
        text: 任何文字。

    Returns:
        汉字个数（个）。

    Examples:
        >>> han_count("𠮷先生，12345℃“”")
        3
    """
    return len(_HAN.findall(require_text(text, "文字")))


class _Segmenter(Protocol):
    name: str

    def cut(self, text: str) -> list[str]: ...

    def frequency(self, word: str) -> int: ...


@functools.cache
def _segmenter() -> _Segmenter:
    from wenzheng_lab._segment import open_segmenter

    return open_segmenter()


def words(text: str) -> tuple[str, ...]:
    """分词：全包只有这一个入口。

    以 jieba 0.42.1（精确模式，HMM 开）为准；装有 rjieba 时按块走快路，结果逐词相同。
    词连起来就是原文，空白也保留为词。

    Args:
        text: 任何文字。

    Returns:
        词的元组，``"".join(words(t)) == t``。

    Examples:
        >>> words("请问路灯什么时候修好")
        ('请问', '路灯', '什么', '时候', '修好')
    """
    return tuple(_segmenter().cut(text)) if require_text(text, "文字") else ()


def word_frequency(word: str) -> int:
    """一个词在词典里的词频：公司、平台、楼盘的名字多半没有，或很小。

    Args:
        word: 词。

    Returns:
        词频；词典里没有为 0。有 rjieba 时至多差一。

    Examples:
        >>> word_frequency("食堂") > 100, word_frequency("卓帆")
        (True, 0)
    """
    return _segmenter().frequency(word)


def segmenter_name() -> str:
    """当前分词器的名字与版本，写进用到分词的签名。

    Returns:
        如 ``jieba0.42.1+rjieba0.2``。

    Examples:
        >>> segmenter_name().startswith("jieba")
        True
    """
    return _segmenter().name
