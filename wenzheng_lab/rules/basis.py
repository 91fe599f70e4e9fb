"""拿依据库核对答复里的引用。

库里没有的引用是“无法核实”，不是假的：地方文件成千上万，库里只收答复里最常引的。只有写法本身不可能
（第零条、将来的年份、七十条的法引第一百九十条）才判“形式不可能”。
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.rules.citations import Citation, parse_citations
from wenzheng_lab.rules.library import Basis, Library, load_library
from wenzheng_lab.text import require_text

__all__ = [
    "OUTCOMES",
    "Basis",
    "Citation",
    "CitationCheck",
    "Library",
    "check_citation",
    "check_citations",
    "find_citations",
    "load_library",
]

VERIFIED = "核实"
UNKNOWN = "无法核实"
MISMATCH = "不符"
IMPOSSIBLE = "形式不可能"
ENDED = "已失效"
NOT_YET = "尚未施行"
OUTCOMES = (VERIFIED, UNKNOWN, MISMATCH, IMPOSSIBLE, ENDED, NOT_YET)
"""核对的六种结论"""


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """一处引用核对的结论。"""

    citation: Citation
    """引用"""
    outcome: str
    """核实、无法核实、不符、形式不可能、已失效、尚未施行"""
    message: str
    """给使用者看的话：看到了什么，凭什么这样说"""
    advice: str = ""
    """下一步怎样做；不必做时为空"""
    basis: Basis | None = None
    """库里对上的文本；没有为 None"""

    @property
    def ok(self) -> bool:
        """库里核对得上，且当时有效。"""
        return self.outcome == VERIFIED

    @property
    def broken(self) -> bool:
        """可以断定引错：形式不可能、不符、已失效、尚未施行。"""
        return self.outcome in (IMPOSSIBLE, MISMATCH, ENDED, NOT_YET)

    @property
    def source(self) -> str:
        """出处与核实状态；库里没有时为空串。"""
        if self.basis is None:
            return ""
        ended = self.basis.until_status
        tail = f"（失效一事{ended.label}）" if ended and not self.ok else ""
        return f"{self.basis.source}；{self.basis.status.label}{tail}"


def find_citations(text: str, *, library: Library | None = None) -> tuple[Citation, ...]:
    """找出文字里的全部引用。

    只认写法，不判对错；书名号里的证件、合同、表格不算引用。

    Args:
        text: 原文，如一份答复。
        library: 依据库；默认用随包的。

    Returns:
        按先后排列的引用，位置对着原文。

    Raises:
        InputTypeError: 来的不是文字。

    Examples:
        >>> [c.article for c in find_citations("依据《信访工作条例》第三十四条、第三十五条办理")]
        [34, 35]
        >>> find_citations("根据国办发［２０１６］６１号文件")[0].number
        '国办发〔2016〕61号'
    """
    return parse_citations(require_text(text, "文字"), (library or load_library()).titles)


def check_citations(text: str, *, on: date | None = None, library: Library | None = None) -> tuple[CitationCheck, ...]:
    """找出并核对文字里的全部引用。

    Args:
        text: 原文。
        on: 答复的日期；不给时按依据库的截止日。
        library: 依据库；默认用随包的。

    Returns:
        按先后排列的结论；没有引用则为空。

    Examples:
        >>> [check.outcome for check in check_citations("依据《信访工作条例》第三十四条和《信访工作条例》第九十条")]
        ['核实', '形式不可能']
    """
    library = library or load_library()
    return tuple(check_citation(citation, on=on, library=library) for citation in find_citations(text, library=library))


def check_citation(
    citation: Citation | str, *, on: date | None = None, library: Library | None = None
) -> CitationCheck:
    """核对一处引用。

    只核对标题、文号、条号与有效期；所引条文是否切合这件事，要由人看。

    Args:
        citation: 引用，或含一处引用的文字。
        on: 答复的日期；不给时按依据库的截止日。
        library: 依据库；默认用随包的。

    Returns:
        结论，说明凭什么这样说。

    Raises:
        InputError: 文字里没有引用。
        InputTypeError: 来的不是引用也不是文字。

    Examples:
        >>> check_citation("《物权法》", on=date(2026, 3, 1)).outcome
        '已失效'
        >>> check_citation("《青禾县养犬管理办法》第五条").outcome
        '无法核实'
    """
    library = library or load_library()
    if isinstance(citation, str):
        found = find_citations(citation, library=library)
        if not found:
            raise InputError(
                explain(
                    f"{show(citation)} 里没有引用",
                    "应有《标题》或“国办发〔2016〕61号”这样的写法",
                    "整篇文字请用 check_citations",
                )
            )
        citation = found[0]
    elif not isinstance(citation, Citation):
        raise InputTypeError(explain(f"来的是 {show(citation)}", "应为引用或文字", "请先用 find_citations 找出引用"))
    if isinstance(on, datetime):  # 答复时间常是时刻；日期与时刻不能相比
        on = on.date()
    latest = on.year if on else library.as_of.year + library.future_years
    return _impossible(citation, latest) or _compare(citation, on or library.as_of, library)


def _impossible(citation: Citation, latest: int) -> CitationCheck | None:
    """写法本身就不可能的。"""
    advice = "请核对原文后改正，核不到就删去这处引用，改用平实的话说明理由。"
    if citation.fault:
        return CitationCheck(citation, IMPOSSIBLE, f"“{citation.quote}”{citation.fault}。", advice)
    if citation.year is not None and citation.year > latest:
        message = f"“{citation.quote}”写的是 {citation.year} 年，答复的时候不可能已经发布。"
        return CitationCheck(citation, IMPOSSIBLE, message, advice)
    if citation.year is not None and citation.year < 1949:
        message = f"“{citation.quote}”的年份 {citation.year} 早于 1949 年。"
        return CitationCheck(citation, IMPOSSIBLE, message, advice)
    return None


def _compare(citation: Citation, day: date, library: Library) -> CitationCheck:
    """拿依据库比对。"""
    numbered = library.by_number.get(citation.number) if citation.number else None
    titled = library.find(citation.title) if citation.title else ()
    if numbered and citation.title and numbered not in titled and not _shortened(citation.title, numbered, library):
        message = f"文号 {citation.number} 在库里是《{numbered.title}》，与所写的《{citation.title}》对不上。"
        return CitationCheck(citation, MISMATCH, message, "请核对标题与文号，以正式文本为准。", numbered)
    candidates = (numbered,) if numbered else titled
    if not candidates:
        return _absent(citation, library)
    basis = _in_force(candidates, day)
    if citation.number and not numbered and basis.number and basis.number != citation.number:
        message = f"{basis.name}的文号与所写的 {citation.number} 不同。"
        if basis.status.verified:
            return CitationCheck(citation, MISMATCH, message, "请核对文号，以正式文本为准。", basis)
    if not basis.status.verified:
        message = f"库里有{basis.name}，但它的核实状态是“{basis.status.label}”，不能据此断定。"
        return CitationCheck(citation, UNKNOWN, message, "请在国家法律法规数据库或发文机关网站核对后再用。", basis)
    return _validity(citation, basis, day, library)


def _shortened(title: str, basis: Basis, library: Library) -> bool:
    """所写的标题是不是库里标题的缩写：每个字都按次序出现。"""
    rest = iter(basis.title)
    return title in library.titles.generic or all(char in rest for char in title)


def _validity(citation: Citation, basis: Basis, day: date, library: Library) -> CitationCheck:
    """有效期与条号。"""
    if basis.until and day >= basis.until:
        then = f"，由《{basis.replaced_by}》代替" if basis.replaced_by else ""
        ended = basis.until_status or basis.status
        if not ended.verified:
            message = (
                f"{basis.name}可能自 {basis.until.isoformat()} 起已不再施行{then}；这件事{ended.label}。{basis.note}"
            )
            return CitationCheck(
                citation, UNKNOWN, message, "请在国家法律法规数据库核对它是否仍然有效，再决定引哪一部。", basis
            )
        message = f"{basis.name}自 {basis.until.isoformat()} 起已不再施行{then}。"
        return CitationCheck(citation, ENDED, message, "请改引现行有效的规定；说明旧事时写清“当时施行的”。", basis)
    if basis.since and day < basis.since:
        if basis.older:
            message = f"{basis.name}的现有文本自 {basis.since.isoformat()} 起施行，更早的文本没有收录。"
            return CitationCheck(citation, UNKNOWN, message, "请按答复当时有效的文本核对。", basis)
        message = f"{basis.name}自 {basis.since.isoformat()} 起施行，答复时还没有生效。"
        former = [other.title for other in library.items if other.replaced_by == basis.title]
        if former:
            message += f"在它之前的是《{former[0]}》。"
        return CitationCheck(citation, NOT_YET, message, "请改引当时有效的规定。", basis)
    changed = basis.revised is not None and day >= basis.revised
    if citation.article and basis.articles is not None and citation.article > basis.articles:
        message = f"{basis.name}共 {basis.articles} 条，没有第 {citation.article} 条。"
        if changed:
            message += f"但它自 {basis.revised} 起又有修改，修改后的条数没有核对。"
            return CitationCheck(citation, UNKNOWN, message, "请按现行文本核对条号。", basis)
        if basis.text_date and day < basis.text_date and citation.article <= basis.articles * library.slack:
            message = (
                f"{basis.name}（{basis.text_date} 的文本）共 {basis.articles} 条；答复当时的文本有几条，没有核对。"
            )
            return CitationCheck(citation, UNKNOWN, message, "请按答复当时有效的文本核对条号。", basis)
        return CitationCheck(citation, IMPOSSIBLE, message, "请核对条号。", basis)
    gist = basis.known.get(citation.article or 0, "")
    article = f"第 {citation.article} 条" if citation.article else ""
    message = f"{basis.name}{article}在依据库里核对得上。" + (f"大意：{gist}" if gist else "")
    if changed:
        message += f"它自 {basis.revised} 起又有修改，条文内容以现行文本为准。{basis.note}"
    elif article and not gist:
        message += "这里只核对了名称、条数与施行日，条文内容请人核对。"
    return CitationCheck(citation, VERIFIED, message, "", basis)


def _absent(citation: Citation, library: Library) -> CitationCheck:
    """库里没有的。"""
    what = f"《{citation.title}》" if citation.title else citation.number
    if citation.title.partition("(")[0] in library.titles.generic:
        message = f"{what}是简称，前面没有写出它的全称，无法核实。"
        return CitationCheck(citation, UNKNOWN, message, "第一次提到时请写全称，再写“以下简称”。")
    if citation.title and library.is_local(citation.title):
        message = f"{what}是地方文件，依据库没有收录，无法核实（不等于引错）。"
        return CitationCheck(citation, UNKNOWN, message, "请写明发文机关与文号，并告诉来信人在哪里能查到全文。")
    message = f"依据库里没有{what}，无法核实（不等于引错）。"
    close = difflib.get_close_matches(citation.title, library.by_title, n=1, cutoff=0.8) if citation.title else []
    if close:
        message += f"库里有一个相近的：《{library.by_title[close[0]][-1].title}》，请看是不是它。"
    return CitationCheck(citation, UNKNOWN, message, "请在国家法律法规数据库或发文机关网站核对名称、文号与条号。")


def _in_force(candidates: Sequence[Basis], day: date) -> Basis:
    """当时有效的文本；都不在有效期内时取最近的一个。"""
    started = [basis for basis in candidates if basis.since is None or basis.since <= day]
    return started[-1] if started else candidates[0]
