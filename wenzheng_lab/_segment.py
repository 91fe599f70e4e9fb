"""分词器：jieba 为准，rjieba 只走与它逐词相同的块。

依据是 rjieba（jieba-rs）与 jieba 的三处已知差别：含 ``-._#&+%`` 的块（jieba-rs 的数字正则没有转义点号）、
U+4E00–9FD5 以外的汉字、同一汉字连写三次以上（浮点相等时取舍相反）。块与块在 jieba 里互不相干，所以把
这三种块交回 jieba、其余交给 rjieba，结果必然相同；`tests/test_segment.py` 用固定语料与随机文字守住这一条。
"""

from __future__ import annotations

import importlib
import logging
import re
import warnings
from typing import Any

from wenzheng_lab import _paths

_BLOCK = re.compile("([\u4e00-\u9fd5a-zA-Z0-9+#&\\._%\\-]+)")  # 与 jieba.re_han_default 相同
_SLOW = re.compile(
    "[-._#&+%]|([\u4e00-\u9fd5])\\1\\1|[\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U0003ffff]"
)


class JiebaSegmenter:
    """只用 jieba。"""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # jieba 0.42.1 的正则在 3.12 起有 SyntaxWarning，与使用者无关
            warnings.simplefilter("ignore")
            jieba = importlib.import_module("jieba")
        jieba.setLogLevel(logging.ERROR)  # 不让“Loading model”进 stderr：nbgrader 见 stderr 就判 0 分
        tokenizer = jieba.Tokenizer()
        # jieba 默认把 marshal 缓存写在人人可写的临时目录；改到使用者自己的目录
        tokenizer.tmp_dir = str(_paths.cache_dir())
        self._cut: Any = tokenizer.lcut
        self._dictionary: Any = tokenizer
        self.name = f"jieba{jieba.__version__}"

    def cut(self, text: str) -> list[str]:
        return list(self._cut(text))

    def frequency(self, word: str) -> int:
        self._dictionary.check_initialized()
        return int(self._dictionary.FREQ.get(word) or 0)


class FastSegmenter(JiebaSegmenter):
    """rjieba 走快路，三种块交回 jieba。"""

    def __init__(self, rjieba: Any) -> None:
        super().__init__()
        self._fast: Any = rjieba.Jieba()
        self.name += f"+rjieba{getattr(rjieba, '__version__', '')}"

    def frequency(self, word: str) -> int:
        # 有这个词时，建议的词频就是它自己的（至多多一）；不为查几个词再载一遍 jieba 的词典
        return int(self._fast.suggest_freq(word)) if self._fast.has_word(word) else 0

    def cut(self, text: str) -> list[str]:
        if not _SLOW.search(text):
            return list(self._fast.cut(text, hmm=True))
        out: list[str] = []
        # 挨着的快块连成一段再切：块与块互不相干，少调用几十次
        quick: list[str] = []
        for block in _BLOCK.split(text):
            if not _SLOW.search(block):
                quick.append(block)
                continue
            if quick:
                out += self._fast.cut("".join(quick), hmm=True)
                quick.clear()
            out += self._cut(block)
        if quick:
            out += self._fast.cut("".join(quick), hmm=True)
        return out


def open_segmenter() -> JiebaSegmenter:
    """有 rjieba 用快路，没有就只用 jieba。"""
    try:
        rjieba = importlib.import_module("rjieba")
    except ImportError:
        return JiebaSegmenter()
    return FastSegmenter(rjieba)
