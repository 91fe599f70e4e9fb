"""读规则文件：一读就查，错在哪一行当场说清。"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules.rule import Hit, Rule
from wenzheng_lab.text import fold

DATA = Path(__file__).resolve().parent / "data"
_MACRO = re.compile(r"\{([A-Z_]+)\}")


def rule_path(name: str) -> Path:
    """随包规则文件的路径。

    Args:
        name: 文件名，如 ``acts.toml``。

    Returns:
        路径。

    Examples:
        >>> rule_path("acts.toml").name
        'acts.toml'
    """
    return DATA / name


@dataclass(frozen=True, slots=True)
class RuleSet:
    """一个规则文件。"""

    name: str
    """文件名"""
    version: str
    """规则版本"""
    digest: str
    """内容摘要"""
    labels: Mapping[str, str]
    """目标的中文名"""
    rules: tuple[Rule, ...]
    """按文件先后排列"""

    def of(self, target: str) -> tuple[Rule, ...]:
        """属于某个目标的规则。

        Args:
            target: 句子作用或红线编号。

        Returns:
            规则的元组。
        """
        return tuple(rule for rule in self.rules if rule.target == target)

    def scan(self, parts: Sequence[str]) -> list[list[Hit]]:
        """在一串折叠过的句子里找全部规则。

        逐句先筛后找（``sieve``）：一句话平均只有一成规则用得上。

        Args:
            parts: 折叠过的句子，句内没有换行。

        Returns:
            每句一个列表；位置以句首为 0，按规则先后排列。
        """
        from wenzheng_lab.rules.sieve import find_rules

        return [[Hit(rule, span) for rule, spans in find_rules(self, part) for span in spans] for part in parts]


def fold_pattern(pattern: str) -> str:
    r"""把句式里的全角标点换成折叠后的样子；换成元字符的加反斜线。

    Args:
        pattern: 正则，中文标点随便用全角半角。

    Returns:
        可用于折叠文字的正则。

    Examples:
        >>> fold_pattern("（.{1,3}），")
        '\\(.{1,3}\\),'
    """
    return "".join(char if (folded := fold(char)) == char else re.escape(folded) for char in pattern)


def _compile(
    file: TomlFile,
    where: tuple[str | int, ...],
    terms: Sequence[str],
    patterns: Sequence[str],
    macros: Mapping[str, str],
) -> re.Pattern[str]:
    parts = [re.escape(fold(term)) for term in sorted(terms, key=len, reverse=True)]
    for pattern in patterns:

        def expand(match: re.Match[str], pattern: str = pattern) -> str:
            if match.group(1) not in macros:
                raise file.error((*where, "patterns"), f"句式 {pattern!r} 用了没有定义的 {match.group(0)}")
            return f"(?:{macros[match.group(1)]})"

        parts.append(fold_pattern(_MACRO.sub(expand, _MACRO.sub(expand, pattern))))
    try:
        # 多行：句子用换行连起来时，^ 与 $ 仍指句首句尾
        return re.compile("|".join(f"(?:{part})" for part in parts), re.MULTILINE)
    except re.error as error:
        raise file.error((*where, "patterns"), f"句式写错（{error}）；不熟悉句式时请只用 terms") from error


def parse_rules(file: TomlFile, *, targets: str) -> RuleSet:
    """由 TOML 造规则，逐条校验。

    Args:
        file: 读好的文件。
        targets: 目标表的名字，也是每条规则里指向它的字段名，如 ``act``、``gate``。

    Returns:
        规则集。

    Raises:
        RuleFileError: 有未知字段、缺字段、编号重复、目标不存在、句式写错。
    """
    top = file.table((), file.data, required=("version", targets, "rule"), optional=("macro", "negation"))
    labels = {
        name: file.string((targets, name), label)
        for name, label in file.table((targets,), top[targets], optional=_keys(top[targets])).items()
    }
    macros = {
        name: file.string(("macro", name), value)
        for name, value in file.table(("macro",), top.get("macro", {}), optional=_keys(top.get("macro", {}))).items()
    }
    negation_words = file.strings(("negation",), top.get("negation", []))
    negation = re.compile("|".join(map(re.escape, negation_words))) if negation_words else None
    rows = top["rule"]
    if not isinstance(rows, list):
        raise file.error(("rule",), "rule 应写成 [[rule]]")
    rules: list[Rule] = []
    seen: set[str] = set()
    for number, row in enumerate(rows):
        where = ("rule", number)
        table = file.table(
            where,
            row,
            required=("id", targets, "message", "why", "source", "hits", "misses"),
            optional=("terms", "patterns", "exceptions", "negation", "score", "advice"),
        )
        name = file.string((*where, "id"), table["id"])
        if name in seen:
            raise file.error((*where, "id"), f"规则编号 {name!r} 重复")
        seen.add(name)
        target = file.string((*where, targets), table[targets])
        if target not in labels:
            raise file.error((*where, targets), f"{name} 的 {targets} 写成 {target!r}；可用：{'、'.join(labels)}")
        terms = file.strings((*where, "terms"), table.get("terms", []))
        patterns = file.strings((*where, "patterns"), table.get("patterns", []))
        if not terms and not patterns:
            raise file.error(where, f"{name} 没有 terms 也没有 patterns，什么也找不到")
        exceptions = file.strings((*where, "exceptions"), table.get("exceptions", []))
        rules.append(
            Rule(
                id=name,
                target=target,
                message=file.string((*where, "message"), table["message"]),
                why=file.string((*where, "why"), table["why"]),
                source=file.string((*where, "source"), table["source"]),
                advice=str(table.get("advice", "")),
                score=file.number((*where, "score"), table.get("score", 0), low=0, high=100),
                regex=_compile(file, where, terms, patterns, macros),
                exceptions=_compile(file, where, (), exceptions, macros) if exceptions else None,
                negation=negation if table.get("negation") is True else None,
                hits=file.strings((*where, "hits"), table["hits"], empty=False),
                misses=file.strings((*where, "misses"), table["misses"], empty=False),
            )
        )
    return RuleSet(
        name=file.name,
        version=file.string(("version",), top["version"]),
        digest=file.digest,
        labels=labels,
        rules=tuple(rules),
    )


def _keys(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ()


@functools.cache
def load_rules(name: str, *, targets: str) -> RuleSet:
    """读随包的规则文件，只读一次。

    Args:
        name: 文件名。
        targets: 目标表的名字。

    Returns:
        规则集。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> "finding" in load_rules("acts.toml", targets="act").labels
        True
    """
    return parse_rules(TomlFile.read(rule_path(name)), targets=targets)
