"""术语表：一样东西一个词。"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.rules.load import rule_path


@dataclass(frozen=True, slots=True)
class Term:
    """一个术语。"""

    term: str
    """中文词"""
    means: str
    """一句话说清是什么"""
    identifier: str = ""
    """代码里的名字；没有则为空"""
    avoid: tuple[str, ...] = ()
    """同一个意思不要用的词"""
    see: str = ""
    """容易混的另一个词"""


@dataclass(frozen=True, slots=True)
class Glossary:
    """术语表。"""

    version: str
    """版本"""
    terms: tuple[Term, ...]
    """各个术语，按文件先后"""

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def find(self, name: str) -> Term:
        """按中文词或代码里的名字找。

        Args:
            name: 如“诉求类型”或 ``appeal``。

        Returns:
            术语。

        Raises:
            InputError: 没有这个词；信息里有相近的。

        Examples:
            >>> load_glossary().find("appeal").term
            '诉求类型'
        """
        for term in self.terms:
            if name in (term.term, term.identifier) and name:
                return term
        words = [word for term in self.terms for word in (term.term, term.identifier) if word]
        replaced = [term.term for term in self.terms if name in term.avoid]
        near = f"这里统一叫“{replaced[0]}”" if replaced else suggest(str(name), words)
        raise InputError(explain(f"术语表里没有 {show(name)}", near or "请看 glossary.toml 里有哪些词", ""))


def parse_glossary(file: TomlFile) -> Glossary:
    """由 TOML 造术语表。

    Args:
        file: 读好的文件。

    Returns:
        术语表。

    Raises:
        RuleFileError: 词或代码名重复；不要用的词正是另一个术语；see 指的词不在表里。
    """
    top = file.table((), file.data, required=("version", "term"))
    rows = top["term"]
    if not isinstance(rows, list):
        raise file.error(("term",), "term 应写成 [[term]]")
    terms: list[Term] = []
    for number, row in enumerate(rows):
        where = ("term", number)
        table = file.table(where, row, required=("term", "means"), optional=("identifier", "avoid", "see"))
        term = Term(
            term=file.string((*where, "term"), table["term"]),
            means=file.string((*where, "means"), table["means"]),
            identifier=str(table.get("identifier", "")),
            avoid=file.strings((*where, "avoid"), table.get("avoid", [])),
            see=str(table.get("see", "")),
        )
        for other in terms:
            if term.term == other.term or (term.identifier and term.identifier == other.identifier):
                raise file.error(where, f"“{term.term}”与“{other.term}”重复：一样东西只写一个词、一个代码名")
        terms.append(term)
    known = {term.term for term in terms}
    for number, term in enumerate(terms):
        clash = [word for word in term.avoid if word in known]
        if clash:
            raise file.error(("term", number, "avoid"), f"“{term.term}”不要用的词“{clash[0]}”本身是一个术语")
        if term.see and term.see not in known:
            raise file.error(("term", number, "see"), f"“{term.term}”的 see 写成“{term.see}”，不在表里")
    return Glossary(file.string(("version",), top["version"]), tuple(terms))


@functools.cache
def load_glossary() -> Glossary:
    """读随包的术语表，只读一次。

    Returns:
        术语表。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> load_glossary().find("答复").identifier
        'reply'
    """
    return parse_glossary(TomlFile.read(rule_path("glossary.toml")))
