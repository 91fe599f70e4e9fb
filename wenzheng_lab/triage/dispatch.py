"""派单目录：由分类和事项找主办、协办单位（``dispatch.toml``，可换成本地的一份）。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._paths import as_path
from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.model import Span
from wenzheng_lab.rules import rule_path
from wenzheng_lab.rules.taxonomy import Taxonomy, load_taxonomy
from wenzheng_lab.text import fold


@dataclass(frozen=True, slots=True)
class Case:
    """按事项派的一条。"""

    id: str
    """编号"""
    words: tuple[str, ...]
    """信里有其中一个词就用"""
    lead: str
    """主办"""
    partners: tuple[str, ...]
    """协办"""
    only: tuple[str, ...]
    """只在这些一级分类里看；空为都看"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """派单建议。"""

    lead: str
    """主办单位"""
    partners: tuple[str, ...]
    """协办单位"""
    reason: str
    """为什么"""
    span: Span | None
    """按事项派的，事项词在原文中的位置"""
    rule_id: str
    """目录里的编号"""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """派单目录。"""

    version: str
    """版本"""
    digest: str
    """内容摘要"""
    source: str
    """出处与核实状态"""
    fallback: str
    """都不合时交给谁协调"""
    homes: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]]
    """（一级，二级）→（主办，协办）；二级为空串是这一级的默认"""
    cases: tuple[Case, ...]
    """按事项派的各条"""

    @property
    def units(self) -> tuple[str, ...]:
        """目录里全部单位，不重复。"""
        found = [self.fallback]
        for lead, partners in self.homes.values():
            found += [lead, *partners]
        for case in self.cases:
            found += [case.lead, *case.partners]
        return tuple(dict.fromkeys(found))

    def assign(self, text: str, *, category: str, subcategory: str = "", title: int = 0) -> Assignment:
        """找主办、协办单位。

        Args:
            text: 来信（主题与详情）。
            category: 一级分类。
            subcategory: 二级分类。
            title: 主题有几个字；事项词在主题里出现的优先。

        Returns:
            派单建议；什么也不合时交给协调单位。

        Examples:
            >>> load_catalogue().assign("电梯又停了", category="城乡建设").lead
            '市场监督管理局'
        """
        folded = fold(text).lower()
        best: tuple[int, int, Case, Span] | None = None
        for case in self.cases:
            if case.only and category not in case.only:
                continue
            for word in case.words:
                at = folded.find(fold(word).lower())
                if at >= 0:
                    # 主题里的事项词压过正文里的，先出现的压过后出现的
                    rank = (0 if at < title else 1, at)
                    if best is None or rank < best[:2]:
                        best = (*rank, case, Span(at, at + len(word)))
        if best is not None and (best[0] == 0 or folded.count(best[3].of(folded)) > 1 or not title):
            case, span = best[2], best[3]
            return Assignment(
                case.lead,
                case.partners,
                f"信里说到“{span.of(text)}”，派单目录写明归{case.lead}",
                span,
                f"case.{case.id}",
            )
        home = self.homes.get((category, subcategory)) or self.homes.get((category, ""))
        if home is None:
            return Assignment(self.fallback, (), f"分类不明，先由{self.fallback}协调", None, "fallback")
        name = f"{category}·{subcategory}" if (category, subcategory) in self.homes else category
        return Assignment(home[0], home[1], f"“{name}”类事项，派单目录写明归{home[0]}", None, f"home.{name}")


def parse_catalogue(file: TomlFile, taxonomy: Taxonomy) -> Catalogue:
    """由 TOML 造派单目录，逐条校验。

    Args:
        file: 读好的文件。
        taxonomy: 分类目录。

    Returns:
        派单目录。

    Raises:
        RuleFileError: 分类不在目录里、一级分类缺默认、重复；带行号。
    """
    top = file.table((), file.data, required=("version", "source", "fallback", "home", "case"))
    homes: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for number, row in enumerate(_rows(file, "home", top["home"])):
        where: Path_ = ("home", number)
        table = file.table(where, row, required=("category", "lead"), optional=("subcategory", "partners"))
        category = file.string((*where, "category"), table["category"])
        subcategory = str(table.get("subcategory", ""))
        try:
            taxonomy.require(category, subcategory)
        except ValueError as error:
            raise file.error((*where, "category"), str(error)) from error
        if (category, subcategory) in homes:
            raise file.error((*where, "category"), f"{category}、{subcategory or '默认'} 写了两遍")
        homes[category, subcategory] = _units(file, where, table)
    missing = [category for category in taxonomy.categories if (category, "") not in homes]
    if missing:
        raise file.error(("home",), f"这些一级分类没有默认的主办单位：{'、'.join(missing)}")
    cases: list[Case] = []
    for number, row in enumerate(_rows(file, "case", top["case"])):
        where = ("case", number)
        table = file.table(where, row, required=("id", "words", "lead"), optional=("partners", "only"))
        name = file.string((*where, "id"), table["id"])
        if any(case.id == name for case in cases):
            raise file.error((*where, "id"), f"编号 {name!r} 重复")
        only = file.strings((*where, "only"), table.get("only", []))
        for category in only:
            try:
                taxonomy.require(category)
            except ValueError as error:
                raise file.error((*where, "only"), str(error)) from error
        words = file.strings((*where, "words"), table["words"], empty=False)
        lead, partners = _units(file, where, table)
        cases.append(Case(name, words, lead, partners, only))
    return Catalogue(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        source=file.string(("source",), top["source"]),
        fallback=file.string(("fallback",), top["fallback"]),
        homes=homes,
        cases=tuple(cases),
    )


def _rows(file: TomlFile, name: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise file.error((name,), f"{name} 应写成 [[{name}]]")
    return value


def _units(file: TomlFile, where: Path_, table: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    lead = file.string((*where, "lead"), table["lead"])
    partners = file.strings((*where, "partners"), table.get("partners", []))
    if lead in partners:
        raise file.error((*where, "partners"), f"{lead} 既是主办又是协办")
    return lead, partners


@functools.cache
def _shipped() -> Catalogue:
    return parse_catalogue(TomlFile.read(rule_path("dispatch.toml")), load_taxonomy())


def load_catalogue(path: Path | str | None = None) -> Catalogue:
    """读派单目录。

    Args:
        path: 本地的一份，写法与随包的相同；不给时用随包的。

    Returns:
        派单目录。

    Raises:
        RuleFileError: 找不到文件或内容有错。

    Examples:
        >>> load_catalogue().homes["教育文体", ""][0]
        '教育局'
    """
    return _shipped() if path is None else parse_catalogue(TomlFile.read(as_path(path)), load_taxonomy())
