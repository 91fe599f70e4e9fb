"""一句话里有没有伤人的成分：字片与成分，训练与打分用同一份。"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.reply.sentences import Sentence
from wenzheng_lab.rules.citations import book_titles
from wenzheng_lab.rules.library import load_library
from wenzheng_lab.rules.load import DATA
from wenzheng_lab.text import fold

MARKS = "harm_marks.toml"
LONGEST = 3
"""成分的词最长几个字：与字片等长，查表即可，不必分词"""
_ZERO = str.maketrans("123456789", "000000000", " \u3000")


@dataclass(frozen=True, slots=True)
class Kind:
    """一类伤人的话怎样说给人听。"""

    gate: str
    """触哪一条红线"""
    label: str
    """看到了什么"""
    why: str
    """为什么算数"""
    source: str
    """出处与核实状态"""
    advice: str
    """怎样改"""


@dataclass(frozen=True, slots=True)
class Marks:
    """成分表。"""

    names: tuple[str, ...]
    """成分名，次序就是位次"""
    bits: Mapping[str, int]
    """词 → 所属成分，按位"""
    kinds: Mapping[str, Kind]
    """类名 → 说法"""
    reply_bar: float
    """整份答复的轻重过了它才触红线：各句 log(1+e^把握) 的和"""
    sentence_bar: float
    """触了红线之后，把握过了它的句子指给人看"""
    rule_bonus: float
    """字面规则也命中的句子，把握加这么多"""
    digest: str
    """内容摘要"""


def parse_marks(file: TomlFile) -> Marks:
    """由 TOML 造成分表。

    Args:
        file: 读好的文件。

    Returns:
        成分表。

    Raises:
        RuleFileError: 词为空、重复或太长；带行号。
    """
    top = file.table((), file.data, required=("version", "bar", "kind", "mark"))
    kinds = {}
    rows = top["kind"] if isinstance(top["kind"], dict) else {}
    for name, row in file.table(("kind",), top["kind"], optional=tuple(rows)).items():
        cells = file.table(("kind", name), row, required=tuple(Kind.__dataclass_fields__))
        kinds[name] = Kind(**{key: file.string(("kind", name, key), value) for key, value in cells.items()})
    bars = file.table(("bar",), top["bar"], required=("reply", "sentence", "rule"))
    bar = {name: file.number(("bar", name), value, low=-10, high=10) for name, value in bars.items()}
    table = file.table(("mark",), top["mark"], optional=tuple(top["mark"]) if isinstance(top["mark"], dict) else ())
    bits: dict[str, int] = {}
    for at, (name, words) in enumerate(table.items()):
        for word in file.strings(("mark", name), words, empty=False):
            if len(word) > LONGEST:
                raise file.error(("mark", name), f"“{word}”有 {len(word)} 个字，请拆成不超过 {LONGEST} 个字的词")
            folded = fold(word)
            bits[folded] = bits.get(folded, 0) | 1 << at
    return Marks(tuple(table), bits, kinds, bar["reply"], bar["sentence"], bar["rule"], file.digest)


@functools.cache
def load_marks() -> Marks:
    """读随包的成分表，只读一次。

    Returns:
        成分表。

    Examples:
        >>> "penalty" in load_marks().names
        True
    """
    return parse_marks(TomlFile.read(DATA / MARKS))


def pieces(folded: str) -> set[str]:
    """一到三字的片段；数字一律当 0，空白去掉。

    Args:
        folded: 折叠过的句子。

    Returns:
        片段的集合。

    Examples:
        >>> sorted(pieces("限3日"))
        ['0', '0日', '日', '限', '限0', '限0日']
    """
    text = folded.translate(_ZERO)
    out = set(text)
    out.update(map("".join, itertools.pairwise(text)))
    out.update(map("".join, zip(text, text[1:], text[2:], strict=False)))
    return out


def flags(folded: str, at: int, count: int) -> int:
    """句子之外的线索，按位：首句、末句、引了库里没有的规定、引了库里有的、问句。

    Args:
        folded: 折叠过的句子。
        at: 第几句。
        count: 共几句。

    Returns:
        各线索的位；名字见 ``FLAGS``。
    """
    bits = (at == 0) | (at == count - 1) << 1 | ("?" in folded) << 4
    if "《" in folded:
        library = load_library()
        for title in book_titles(folded, library.titles):
            bits |= 8 if library.find(title) else 4
    return bits


def signs(sentence: Sentence) -> list[str]:
    """句子分析已经得出的：做了哪几件事、有哪几种实事。骂人的话多半两样都没有。

    Args:
        sentence: 一句话。

    Returns:
        特征名，如 ``@act=done``、``@fact=date``；没有时为 ``@act=``、``@fact=``。
    """
    kinds = {fact.kind for fact in sentence.facts}
    return [f"@act={act}" for act in sentence.acts or ("",)] + [f"@fact={kind}" for kind in kinds or ("",)]


FLAGS = ("first", "last", "unknown_rule", "known_rule", "question")
"""``flags`` 各位的名字"""


def marked(found: set[str], extra: int) -> int:
    """一句话的全部成分与线索，按位。

    Args:
        found: 片段。
        extra: ``flags`` 的结果。

    Returns:
        低位是线索，高位是成分。
    """
    table = load_marks().bits
    bits = 0
    for piece in table.keys() & found:
        bits |= table[piece]
    return bits << len(FLAGS) | extra


def mark_names(bits: int) -> list[str]:
    """把位读成特征名：单个成分，与成分两两同现。

    Args:
        bits: ``marked`` 的结果。

    Returns:
        特征名，如 ``@you``、``@if&penalty``。
    """
    every = (*FLAGS, *load_marks().names)
    here = [name for at, name in enumerate(every) if bits >> at & 1]
    return [f"@{name}" for name in here] + [f"@{a}&{b}" for i, a in enumerate(here) for b in here[i + 1 :]]
