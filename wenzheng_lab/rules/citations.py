"""从答复里找引用：《标题》第几条第几款、〔年份〕几号、不带书名号的法规名。

只管写了什么，不管写得对不对；对不对由 ``basis`` 拿依据库核对。
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from wenzheng_lab.model import Span
from wenzheng_lab.text import fold

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "O": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUM = "[0-9零〇○一二三四五六七八九十百千两]{1,9}"
# 书名号里可以再套一层书名号：《关于印发〈……办法〉的通知》
_BOOK = re.compile(r"《((?:[^《》\n]|《[^《》\n]{0,80}》){1,160})》")
_ARTICLE = re.compile(
    rf"第\s?({_NUM})\s?条(?:之[一二三四五六七八九十])?"
    rf"(?:\s?第\s?({_NUM})\s?款)?(?:\s?第?\s?\(?({_NUM})\)?\s?项)?"
)
# 书名号与“第几条”之间容许的话：括号里的文号或修订年份、“的”“中”、一个逗号或冒号
_GAP = re.compile(
    r"(?:\s?[(\[][^()\[\]《》\n]{1,40}(?:[\[(][0-9]{4}[\])][^()\[\]《》\n]{1,8})?[)\]])?"
    r"\s?[的中之里]?(?:有关|相关)?[,: ]?\s?"
)
_NEXT = re.compile(r"\s?(?:[、,]|和|及|与|以及|或者?|至|到|-+)\s?(?=第)")
_NUMBER = re.compile(
    r"[\[(【]\s?([0-9]{4}|[一二〇○零九][零〇○一二三四五六七八九]{3})\s?[\])】]\s?(?:第\s?)?"
    r"([0-9]{1,6}|[零〇○一二三四五六七八九十百千]{1,7})\s?号"
)
_CODE = re.compile(r"[\u4e00-\u9fffA-Z]{1,12}$")
_TITLE_YEAR = re.compile(
    r"([0-9]{4}|二[〇○零][零〇○一二三四五六七八九]{2})年?(?:修订|修正|发布|印发|公布|施行|实施|版|第)"
)
_REVISION = re.compile(r"\((?:[^()]{0,12}(?:修订|修正|版|年)[^()]{0,8}|[0-9]{4})\)$")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Citation:
    """答复里的一处引用。"""

    span: Span
    """在原文中的位置；同一标题连引几条时，后几处只含“第几条”"""
    quote: str
    """引文，恒等于 ``span.of(原文)``"""
    title: str = ""
    """标题，不带书名号与“中华人民共和国”；只写了文号时为空"""
    number: str = ""
    """文号，统一写成“国办发〔2016〕61号”"""
    article: int | None = None
    """第几条"""
    paragraph: int | None = None
    """第几款"""
    item: int | None = None
    """第几项"""
    year: int | None = None
    """文号或修订标注里的年份"""
    bookmarked: bool = True
    """有没有书名号或文号；不带书名号的靠依据库认出"""
    fault: str = ""
    """写法本身的毛病，如“条号为 0”；没有时为空"""


@dataclass(frozen=True, slots=True)
class Titles:
    """认引用要用的词与标题，来自依据库。"""

    endings: tuple[str, ...]
    """书名号里以这些词结尾的才算规范性文件；证、表、合同不算"""
    generic: frozenset[str]
    """单用时是简称的词，如《条例》《办法》"""
    prefixes: tuple[str, ...]
    """标题前可去掉的机关名与国名"""
    cues: tuple[str, ...]
    """引用前常有的词，如“根据”"""
    not_after: tuple[str, ...]
    """标题后跟着这些就不是标题：劳动法“律”、食品安全法“规”"""
    followers: tuple[str, ...]
    """标题后跟着这些就一定是标题，如“第”“规定”；先于 not_after"""
    bare: Mapping[str, str]
    """不带书名号也认的写法 → 标题"""
    numbers: Mapping[tuple[int, int], Collection[str]]
    """（年份，序号）→ 库里有的发文字号代字"""
    lengths: tuple[int, ...] = field(init=False)
    """不带书名号的写法有几种长度，从长到短"""
    tail: re.Pattern[str] = field(init=False)
    """不带书名号的写法以什么字收尾"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lengths", tuple(sorted({len(name) for name in self.bare}, reverse=True)))
        last = "".join(sorted({name[-1] for name in self.bare}))
        object.__setattr__(self, "tail", re.compile(f"[{re.escape(last)}]" if last else r"(?!)"))


def to_int(text: str) -> int | None:
    """把中文或阿拉伯数字读成整数。

    Args:
        text: “34”“三十四”“一百零三”“二〇一六”。

    Returns:
        整数；写法不成数（如“十十”“百百三”）为 None。

    Examples:
        >>> to_int("一百零三"), to_int("十二"), to_int("二〇一六"), to_int("十十")
        (103, 12, 2016, None)
    """
    if text.isdigit() and text.isascii():
        return int(text)
    if not any(char in _UNITS for char in text):
        digits = [_DIGITS.get(char) for char in text]
        if not digits or None in digits:
            return None
        return int("".join(map(str, digits)))
    total, digit, unit = 0, 0, 10_000
    fresh = False  # 刚读过一个数字，等它的单位
    for char in text:
        if char in _UNITS:
            size = _UNITS[char]
            if size >= unit or (not fresh and size != 10):
                return None
            total += (digit if fresh else 1) * size
            digit, unit, fresh = 0, size, False
        else:
            value = _DIGITS.get(char)
            if value is None or (fresh and digit):
                return None
            digit, fresh = value, value != 0 or fresh
    return total + digit


def tidy_title(title: str) -> str:
    """把标题写成库里的样子：折叠全角，去空白，套着的书名号写成尖括号。

    Args:
        title: 书名号里的文字。

    Returns:
        规整后的标题。

    Examples:
        >>> tidy_title("关于 印发《信访办法》的通知")
        '关于印发<信访办法>的通知'
    """
    return _SPACES.sub("", fold(title)).replace("《", "<").replace("》", ">")


def book_titles(folded: str, titles: Titles) -> list[str]:
    """书名号里的规范性文件标题，只看标题，不看条号与文号。

    Args:
        folded: 折叠过的文字。
        titles: 认引用要用的词与标题。

    Returns:
        标题，按先后；证、表、合同不算。
    """
    found = (tidy_title(match.group(1)) for match in _BOOK.finditer(folded))
    return [title for title in found if re.sub(r"\([^()]*\)$", "", title).endswith(titles.endings)]


def parse_citations(text: str, titles: Titles) -> tuple[Citation, ...]:
    """找出文字里的全部引用。

    Args:
        text: 原文。
        titles: 认引用要用的词与标题。

    Returns:
        按先后排列；书名号里的证件、合同、表格不算引用。
    """
    folded = fold(text)
    found: list[Citation] = []
    if "《" in folded:
        _find_books(text, folded, titles, found)
    taken = [citation.span for citation in found]
    _find_bare(text, folded, titles, found, taken)
    if "号" in folded:
        _find_numbers(text, folded, titles, found)
    found.sort(key=lambda citation: citation.span)
    return tuple(found)


def _strip_prefix(title: str, titles: Titles) -> str:
    for prefix in titles.prefixes:
        if title.startswith(prefix) and len(title) > len(prefix) + 1:
            return title[len(prefix) :]
    return title


def _find_books(text: str, folded: str, titles: Titles, found: list[Citation]) -> None:
    last: dict[str, str] = {}
    for match in _BOOK.finditer(folded):
        written = tidy_title(match.group(1))
        plain = re.sub(r"\([^()]*\)$", "", written)
        if not plain.endswith(titles.endings):
            continue
        generic = plain if plain in titles.generic else ""
        title = last.get(generic, written) if generic else _strip_prefix(written, titles)
        if not generic:
            for word in titles.generic:
                if plain.endswith(word):
                    last[word] = title
        revision = _TITLE_YEAR.search(written)
        gap = _GAP.match(folded, match.end())
        assert gap is not None  # 全是可有可无的部分，总能匹配空串
        if revision is None:
            revision = _TITLE_YEAR.search(gap.group())
        year = to_int(revision.group(1)) if revision else None
        found.extend(_with_articles(text, folded, match.start(), match.end(), gap.end(), title, year, True))


def _with_articles(
    text: str, folded: str, start: int, end: int, after: int, title: str, year: int | None, bookmarked: bool
) -> list[Citation]:
    """一个标题加后面连着的各条。"""
    first = _ARTICLE.match(folded, after)
    if first is None:
        span = Span(start, end)
        return [Citation(span, span.of(text), title, year=year, bookmarked=bookmarked)]
    out: list[Citation] = []
    article: re.Match[str] | None = first
    begin = start
    while article is not None:
        numbers = [None if part is None else to_int(part) for part in article.groups()]
        fault = ""
        for name, part, value in zip("条款项", article.groups(), numbers, strict=True):
            if part is not None and not value:
                fault = f"{name}号写成“{part}”，" + ("不成数" if value is None else f"没有第 0 {name}")
        span = Span(begin, article.end())
        out.append(
            Citation(
                span,
                span.of(text),
                title,
                article=numbers[0],
                paragraph=numbers[1],
                item=numbers[2],
                year=year,
                bookmarked=bookmarked,
                fault=fault,
            )
        )
        more = _NEXT.match(folded, article.end())
        begin = more.end() if more else 0
        article = _ARTICLE.match(folded, begin) if more else None
    return out


def _find_bare(text: str, folded: str, titles: Titles, found: list[Citation], taken: list[Span]) -> None:
    done = 0
    for match in titles.tail.finditer(folded):
        end = match.end()
        for length in titles.lengths:
            start = end - length
            if start < done or folded[start:end] not in titles.bare:
                continue
            followed = folded[end : end + 4].lstrip("的中之有关相").startswith(titles.followers)
            if not followed and folded.startswith(titles.not_after, end):
                break
            span = Span(start, end)
            if any(span.overlaps(other) for other in taken) or folded[max(0, start - 1) : start] == "《":
                break
            # 短名字（水法、婚姻法）容易撞上别的词，要有“根据”在前或“第几条、规定”在后
            near = folded[max(0, start - 8) : start]
            if length < 5 and not followed and not any(cue in near for cue in titles.cues):
                break
            gap = _GAP.match(folded, end)
            after = gap.end() if gap else end
            found.extend(_with_articles(text, folded, start, end, after, titles.bare[folded[start:end]], None, False))
            done = end
            break


def _find_numbers(text: str, folded: str, titles: Titles, found: list[Citation]) -> None:
    for match in _NUMBER.finditer(folded):
        year, serial = to_int(match.group(1)), to_int(match.group(2))
        before = _CODE.search(folded[max(0, match.start() - 12) : match.start()].rstrip())
        # 土地证、房产证、判决书也写“（2006）第010937号”：前面没有代字、序号过长或以 0 开头的不是发文字号
        if before is None or year is None or len(match.group(2)) > 5 or re.match("0[0-9]", match.group(2)):
            continue
        code = _code(before.group(), titles, (year, serial or 0))
        if not code:
            continue
        start = folded.rindex(code, 0, match.start())
        number = f"{code}〔{year}〕{serial}号" if serial is not None else folded[start : match.end()]
        fault = "" if serial else f"文号的序号写成“{match.group(2)}”"
        host = _host(found, folded, start, match.end())
        if host is None:
            span = Span(start, match.end())
            found.append(Citation(span, span.of(text), "", number, year=year, fault=fault))
            continue
        for index, citation in enumerate(found):
            if citation is host or (citation.title == host.title and citation.span.start >= host.span.start):
                low = min(citation.span.start, start) if citation is host else citation.span.start
                close = match.end() + (folded[match.end() : match.end() + 1] == ")")
                high = max(citation.span.end, close) if citation is host else citation.span.end
                span = Span(low, high)
                found[index] = Citation(
                    span,
                    span.of(text),
                    citation.title,
                    number,
                    citation.article,
                    citation.paragraph,
                    citation.item,
                    year,
                    citation.bookmarked,
                    citation.fault or fault,
                )


def _code(before: str, titles: Titles, key: tuple[int, int]) -> str:
    """从文号前的文字里取出发文机关代字。"""
    for code in titles.numbers.get(key, ()):
        if before.endswith(code):
            return code
    for cue in titles.cues:
        at = before.rfind(cue)
        if at >= 0:
            before = before[at + len(cue) :]
    return before[-8:]


def _host(found: list[Citation], folded: str, start: int, end: int) -> Citation | None:
    """文号挨着的书名号：《标题》（文号）、文号《标题》，或已被标题一段包住。"""
    for citation in found:
        if citation.number or not citation.title:
            continue
        span = citation.span
        between = folded[span.end : start] if span.end <= start else folded[end : span.start]
        if (span.start <= start and end <= span.end) or (len(between) <= 2 and not between.strip(" (),的文件")):
            return citation
    return None
