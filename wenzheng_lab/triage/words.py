"""分类词表：一行一词，写明属于哪个一级、二级分类和多要紧（``category_words.csv``）。"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab.errors import RuleFileError, show
from wenzheng_lab.model import Span
from wenzheng_lab.rules import rule_path
from wenzheng_lab.rules.taxonomy import Taxonomy, load_taxonomy
from wenzheng_lab.text import fold

COLUMNS = ("category", "subcategory", "word", "weight")
TITLE_WEIGHT = 3.0
"""标题里的词顶正文里的几个：标题是来信人自己的归纳"""
_LENGTH = 150
"""正文超过这么多字，每个词的份量按平方根往下降：长信里什么词都有（字）"""
_HEAD = 2
"""按头几个字找词"""
_LONG_WORD = 4
"""词长到几个字，份量不再加"""


@dataclass(frozen=True, slots=True)
class Entry:
    """一个词的一种归属。"""

    category: str
    """一级分类"""
    subcategory: str
    """二级分类"""
    weight: float
    """份量：1 一般，2 一见就知道，0.5 到处都有"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """一封信里各词投给各分类的票。"""

    categories: Mapping[str, float]
    """一级分类 → 得票"""
    subcategories: Mapping[tuple[str, str], float]
    """（一级，二级）→ 得票"""
    words: Mapping[str, float]
    """词 → 在这封信里的份量"""
    spans: Mapping[str, Span]
    """词 → 第一次出现的位置（主题与详情连写）"""
    title: frozenset[str]
    """出现在主题里的词"""
    counts: Mapping[str, int]
    """词 → 在详情里出现几次"""


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """分类词表。"""

    entries: Mapping[str, tuple[Entry, ...]]
    """折叠过的词 → 各种归属"""
    digest: str
    """内容摘要"""
    sizes: Mapping[str, tuple[int, ...]]
    """词的头两个字（一字的词就是它自己）→ 这样开头的词各有几个字，由长到短"""

    def scan(self, folded: str) -> tuple[Span, ...]:
        """由左到右取最长的词，互不重叠。

        Args:
            folded: 折叠过并转成小写的文字。

        Returns:
            各词的位置。

        Examples:
            >>> t = "小区物业费太贵"
            >>> [span.of(t) for span in load_words().scan(t)]
            ['小区', '物业费']
        """
        found: list[Span] = []
        at, end, entries, sizes = 0, len(folded), self.entries, self.sizes
        while at < end:
            # 大多数字不起任何词；正则把几千个词的首字挨个比过去，比查字典慢十倍
            for size in sizes.get(folded[at : at + _HEAD], ()) or sizes.get(folded[at], ()):
                word = folded[at : at + size]
                if word in entries:
                    # 末尾的一截可能比 size 短
                    found.append(Span(at, at + len(word)))
                    at += len(word)
                    break
            else:
                at += 1
        return tuple(found)

    def vote(self, subject: str, body: str) -> Evidence:
        """数一封信里的词投给各分类的票。

        Args:
            subject: 主题。
            body: 详情。

        Returns:
            各分类的得票；一个词也没有时都为空。

        Examples:
            >>> votes = load_words().vote("公交车太少", "等半个小时").categories
            >>> max(votes, key=votes.get)
            '交通运输'
        """
        title, text = fold(subject).lower(), fold(body).lower()
        spans: dict[str, Span] = {}
        heads: set[str] = set()
        counts: Counter[str] = Counter()
        for span in self.scan(title):
            word = span.of(title)
            heads.add(word)
            spans.setdefault(word, span)
        shift = len(subject) + 1 if subject else 0
        for span in self.scan(text):
            word = span.of(text)
            counts[word] += 1
            spans.setdefault(word, Span(span.start + shift, span.end + shift))
        damp = math.sqrt(_LENGTH / (_LENGTH + len(body)))
        categories: defaultdict[str, float] = defaultdict(float)
        subcategories: defaultdict[tuple[str, str], float] = defaultdict(float)
        weights: dict[str, float] = {}
        for word in spans:
            value = TITLE_WEIGHT if word in heads else 0.0
            if counts[word]:
                value += (1 + math.log(counts[word])) * damp
            value *= math.sqrt(min(len(word), _LONG_WORD))
            weights[word] = value
            homes = self.entries[word]
            best: dict[str, float] = {}
            for entry in homes:
                best[entry.category] = max(best.get(entry.category, 0.0), entry.weight)
                subcategories[entry.category, entry.subcategory] += value * entry.weight / len(homes)
            for category, weight in best.items():
                categories[category] += value * weight / len(best)
        return Evidence(dict(categories), dict(subcategories), weights, spans, frozenset(heads), counts)


def parse_words(name: str, text: str, taxonomy: Taxonomy) -> CategoryWords:
    r"""由 CSV 文字造词表，逐行校验。

    Args:
        name: 文件名，用在错误信息里。
        text: 全文；首行是 ``category,subcategory,word,weight``。
        taxonomy: 分类目录。

    Returns:
        词表。

    Raises:
        RuleFileError: 表头不对、分类不在目录里、份量不是数、词重复；带行号。

    Examples:
        >>> text = "category,subcategory,word,weight\n民政,社会救助,低保,2\n"
        >>> parse_words("a.csv", text, load_taxonomy()).entries["低保"][0].weight
        2.0
    """
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        raise RuleFileError(f"{name}:1: 表头应为 {','.join(COLUMNS)}，来的是 {show(rows[0] if rows else '空文件')}")
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if len(cells) != len(COLUMNS) or not all(cells):
            raise RuleFileError(f"{name}:{number}: 应有四格且都不空，来的是 {show(row)}")
        category, subcategory, word, weight = cells
        try:
            taxonomy.require(category, subcategory)
            value = float(weight)
        except ValueError as error:
            raise RuleFileError(f"{name}:{number}: {error}") from error
        if not 0 < value <= 5:
            raise RuleFileError(f"{name}:{number}: 份量写成 {weight}，应大于 0、不超过 5")
        word = fold(word).lower()
        if any((entry.category, entry.subcategory) == (category, subcategory) for entry in entries[word]):
            raise RuleFileError(f"{name}:{number}: “{word}”在 {category}、{subcategory} 下重复")
        entries[word].append(Entry(category, subcategory, value))
    if not entries:
        raise RuleFileError(f"{name}:2: 只有表头，没有词")
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()[:8]
    known = {word: tuple(found) for word, found in entries.items()}
    return CategoryWords(known, digest, _sizes(known))


def _sizes(known: Mapping[str, object]) -> Mapping[str, tuple[int, ...]]:
    single = {word for word in known if len(word) < _HEAD}
    found: defaultdict[str, set[int]] = defaultdict(set)
    for word in known:
        found[word[:_HEAD]].add(len(word))
        if word[0] in single:
            # 同一个首字有一字的词：两字开头找不到时还要落到它
            found[word[:_HEAD]].add(1)
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in found.items()}


@functools.cache
def load_words() -> CategoryWords:
    """读随包的分类词表，只读一次。

    Returns:
        词表。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> load_words().entries["公交车"][0].category
        '交通运输'
    """
    path = rule_path("category_words.csv")
    return parse_words(path.name, path.read_text(encoding="utf-8-sig"), load_taxonomy())
