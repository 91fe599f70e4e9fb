"""依据库：真实的法律、法规、文件，每条带出处与核实状态。"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.rules.citations import Titles, tidy_title, to_int
from wenzheng_lab.rules.load import rule_path
from wenzheng_lab.rules.status import Status, read_status


@dataclass(frozen=True, slots=True)
class Basis:
    """依据库里的一个文本；同名的旧法与新法各是一个文本。"""

    title: str
    """标题，不带“中华人民共和国”"""
    kind: str
    """种类：法律、行政法规、部门规章……"""
    status: Status
    """核实状态"""
    source: str
    """出处"""
    evidence: str = ""
    """复核时到哪里找：复本里的路径与提交；不给使用者看"""
    aliases: tuple[str, ...] = ()
    """常见的简称"""
    number: str = ""
    """文号，如“国办发〔2016〕61号”"""
    since: date | None = None
    """这个文本的施行日（或印发日）；不知道为 None"""
    older: bool = False
    """此前有没有同名的旧文本"""
    until: date | None = None
    """失效日：这一天起不再施行；仍有效为 None"""
    until_status: Status | None = None
    """“已失效”这件事本身的核实状态；没有另写就同 ``status``"""
    replaced_by: str = ""
    """由什么代替"""
    articles: int | None = None
    """共几条；不分条或不知道为 None"""
    text_date: date | None = None
    """条数数自哪一天的文本；更早的文本条数可能不同"""
    revised: date | None = None
    """库里的文本之后又改过的施行日；条数从这天起不再作准"""
    note: str = ""
    """提醒"""
    known: Mapping[int, str] = field(default_factory=dict)
    """读过的条 → 一句话大意（自己的话）"""

    @property
    def name(self) -> str:
        """给人看的写法：《标题》（文号）。"""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


@dataclass(frozen=True, slots=True)
class Library:
    """依据库。"""

    version: str
    """版本"""
    digest: str
    """内容摘要"""
    as_of: date
    """库的截止日；没有给出答复日期时按这一天判断"""
    items: tuple[Basis, ...]
    """全部文本，按文件先后"""
    titles: Titles
    """认引用要用的词"""
    by_title: Mapping[str, tuple[Basis, ...]]
    """标题与简称 → 各文本，施行日从早到晚"""
    by_number: Mapping[str, Basis]
    """文号 → 文本"""
    local: tuple[str, ...]
    """标题含这些字的多半是地方文件"""
    not_local: tuple[str, ...]
    """含地方字样但不是地名的词，如“城市”“小区”"""
    slack: float
    """早于所数文本的日子，条号超出条数多少倍才断定不可能"""
    future_years: int
    """不知道答复日期时，年份比截止日晚多少年以上才断定不可能（年）"""

    def is_local(self, title: str) -> bool:
        """标题像不像地方文件。

        Args:
            title: 标题。

        Returns:
            有省、市、县、区一类字样，又不是“城市”“小区”这样的词，则真。

        Examples:
            >>> library = load_library()
            >>> library.is_local("青禾县养犬管理办法"), library.is_local("城市居住区规划设计规范")
            (True, False)
        """
        for word in self.not_local:
            title = title.replace(word, "")
        return any(word in title for word in self.local)

    def find(self, title: str) -> tuple[Basis, ...]:
        """按标题或简称找文本。

        Args:
            title: 标题，带不带“中华人民共和国”、修订年份都可以。

        Returns:
            各文本，施行日从早到晚；没有则为空。

        Examples:
            >>> [basis.articles for basis in load_library().find("中华人民共和国信访工作条例")]
            [50]
        """
        name = tidy_title(title).strip("《》")
        for prefix in ("", *self.titles.prefixes):
            plain = name[len(prefix) :] if name.startswith(prefix) else name
            for form in (plain, plain.rpartition("(")[0] if plain.endswith(")") else plain):
                if form in self.by_title:
                    return self.by_title[form]
        return ()


def parse_library(file: TomlFile) -> Library:
    """由 TOML 造依据库，逐条校验。

    Args:
        file: 读好的文件。

    Returns:
        依据库。

    Raises:
        RuleFileError: 字段写错、日期颠倒、标题与施行日重复；带行号。
    """
    top = file.table(
        (),
        file.data,
        required=("version", "as_of", "texts_from", "slack", "future_years", "parse", "basis"),
        optional=("source",),
    )
    as_of = _day(file, ("as_of",), top["as_of"])
    sources = file.table(("source",), top.get("source", {}), optional=_keys(top.get("source", {})))
    rows = top["basis"]
    if not isinstance(rows, list) or as_of is None:
        raise file.error(("basis",), "basis 应写成 [[basis]]，as_of 应写成日期，如 2026-11-20")
    texts_from = _day(file, ("texts_from",), top["texts_from"])
    items = tuple(_basis(file, ("basis", number), row, sources, texts_from) for number, row in enumerate(rows))
    by_title: dict[str, list[Basis]] = defaultdict(list)
    by_number: dict[str, Basis] = {}
    for number, basis in enumerate(items):
        where = ("basis", number)
        for name in {tidy_title(name) for name in (basis.title, *basis.aliases)}:
            twins = [other for other in by_title[name] if other.title != basis.title or other.since == basis.since]
            if twins:
                raise file.error(
                    (*where, "title"), f"“{name}”与《{twins[0].title}》重复（同名的新旧文本要有不同的 since）"
                )
            by_title[name].append(basis)
        if basis.number:
            if basis.number in by_number:
                raise file.error((*where, "number"), f"文号 {basis.number} 重复")
            by_number[basis.number] = basis
    grouped = {name: tuple(sorted(found, key=lambda b: b.since or date.min)) for name, found in by_title.items()}
    parse = file.table(
        ("parse",),
        top["parse"],
        required=("endings", "generic", "prefixes", "cues", "followers", "not_after", "not_bare", "local", "not_local"),
    )
    words = {key: file.strings(("parse", key), value) for key, value in parse.items()}
    numbers: dict[tuple[int, int], list[str]] = defaultdict(list)
    for text in by_number:
        code, year, serial = split_number(text)
        numbers[year, serial].append(code)
    titles = Titles(
        endings=words["endings"],
        generic=frozenset(words["generic"]),
        prefixes=words["prefixes"],
        cues=words["cues"],
        not_after=words["not_after"],
        followers=words["followers"],
        bare={name: found[-1].title for name, found in grouped.items() if name not in words["not_bare"]},
        numbers=numbers,
    )
    return Library(
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        as_of=as_of,
        items=items,
        titles=titles,
        by_title=grouped,
        by_number=by_number,
        local=words["local"],
        not_local=words["not_local"],
        slack=file.number(("slack",), top["slack"], low=1, high=10),
        future_years=int(file.number(("future_years",), top["future_years"], low=0, high=20)),
    )


def split_number(number: str) -> tuple[str, int, int]:
    """拆开文号。

    Args:
        number: 如“国办发〔2016〕61号”。

    Returns:
        （代字，年份，序号）。

    Raises:
        InputError: 不是这种写法。

    Examples:
        >>> split_number("国办发〔2016〕61号")
        ('国办发', 2016, 61)
    """
    code, _, rest = number.partition("〔")
    year, _, serial = rest.rstrip("号").partition("〕")
    first, second = to_int(year), to_int(serial)
    if not code or first is None or second is None:
        raise InputError(explain(f"文号写成 {show(number)}", "应写成“国办发〔2016〕61号”", "请用六角括号〔〕"))
    return code, first, second


@functools.cache
def load_library() -> Library:
    """读随包的依据库，只读一次。

    Returns:
        依据库。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> load_library().by_number["国办发〔2016〕61号"].status.verified
        True
    """
    return parse_library(TomlFile.read(rule_path("basis_library.toml")))


def _basis(file: TomlFile, where: Path_, row: object, sources: Mapping[str, object], texts_from: date | None) -> Basis:
    table = file.table(
        where,
        row,
        required=("title", "kind", "status", "source"),
        optional=(
            "aliases",
            "number",
            "since",
            "older",
            "until",
            "until_status",
            "replaced_by",
            "articles",
            "text_date",
            "revised",
            "note",
            "known",
        ),
    )
    title = tidy_title(file.string((*where, "title"), table["title"]))
    source = file.string((*where, "source"), table["source"])
    head, _, evidence = source.partition(" ")
    if head in sources:
        source = file.string(("source", head), sources[head])
    else:
        evidence = ""
    since, until = (_day(file, (*where, key), table.get(key)) for key in ("since", "until"))
    ended = read_status(file, (*where, "until_status"), table["until_status"]) if "until_status" in table else None
    if since and until and until <= since:
        raise file.error((*where, "until"), f"《{title}》的失效日 {until} 不晚于施行日 {since}")
    articles = table.get("articles")
    if articles is not None:
        articles = int(file.number((*where, "articles"), articles, low=1, high=1500))
    known: dict[int, str] = {}
    for key, gist in file.table(
        (*where, "known"), table.get("known", {}), optional=_keys(table.get("known", {}))
    ).items():
        article = to_int(key)
        if not article or (articles is not None and article > articles):
            raise file.error((*where, "known"), f"《{title}》共 {articles} 条，known 里写了 {key!r}")
        known[article] = file.string((*where, "known"), gist)
    number = str(table.get("number", ""))
    if number:
        split_number(number)
    return Basis(
        title=title,
        kind=file.string((*where, "kind"), table["kind"]),
        status=read_status(file, (*where, "status"), table["status"]),
        source=source,
        evidence=evidence,
        aliases=file.strings((*where, "aliases"), table.get("aliases", [])),
        number=number,
        since=since,
        older=table.get("older") is True,
        until=until,
        until_status=ended,
        replaced_by=str(table.get("replaced_by", "")),
        articles=articles,
        text_date=_day(file, (*where, "text_date"), table.get("text_date")) or texts_from,
        revised=_day(file, (*where, "revised"), table.get("revised")),
        note=str(table.get("note", "")),
        known=known,
    )


def _day(file: TomlFile, where: Path_, value: object) -> date | None:
    if value is None or type(value) is date:
        return value
    raise file.error(where, f"日期写成 {show(value)}；应不加引号地写 2022-05-01")


def _keys(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ()
