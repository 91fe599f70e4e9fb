"""话语片段的小语法：[甲|乙] 任选一种，{事项} 填事实，行首 @ 标语气、诉求、年龄与情节。"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

CHOICE, SLOT, WORD, PICK = 0, 1, 2, 3
Item = str | tuple[int, object]
Items = tuple[Item, ...]

TONES = "怒静文土讽"
"""语气标记：怒、静（不带火气）、文（书面）、土（口语、方言味）、讽（说反话）"""
AGES = "老少"
"""年龄标记：老（58 岁以上才这样说）、少（35 岁以下才这样说）"""
APPEALS = {"问": "咨询", "助": "求助", "诉": "投诉", "举": "举报", "荐": "建议", "谢": "感谢"}
"""诉求标记：这一种说法只用于这类诉求"""
STORIES = "甲乙丙丁戊"
"""情节标记：一种事项里有几件不同的事时，一封信只写其中一件"""
Writer = Callable[[Callable[[], float], Callable[[str], str], tuple[tuple[str, ...], ...]], str]
"""编译好的写法：给随机数、填空的函数、同义词备选表，得一段文字"""

_TAGS = re.compile(rf"@([{TONES}{AGES}{STORIES}{''.join(APPEALS)}]+)\s*")
_WRITTEN = re.compile("写信|写这|这封信|留言|发帖|在这里写")
MARKS = tomllib.loads((Path(__file__).resolve().parent / "data" / "marks.toml").read_text(encoding="utf-8"))
_PARENT, _ELDER, _WORKS, _MARRIED = (
    re.compile("|".join(MARKS[name])) for name in ("parent", "elder", "works", "married")
)
_BARE = re.compile(rf"[{TONES}{AGES}{STORIES}{''.join(APPEALS)}]+\s")
_SLOT = re.compile(r"\{([^{}]*)\}")
# 直接写的“我”按口吻换成 本人、俺、来电人 等；引号里是别人的话，不换
_SELF = re.compile(
    r"我们(?![家这那几俩两小村镇厂店单校班楼组院县矿公社])|我家|(?<!自)(?<!你追)(?<!你推)(?<!你拉)我(?![们家县市国省镇乡村校区这那厂店院])"
)


class GrammarError(ValueError):
    """片段写错；由读文件的一方补上文件名与行号。"""


class Filler(Protocol):
    """给片段填事实与词的一方。"""

    words: tuple[tuple[str, ...], ...]
    """各组同义词在这种口吻下的备选表"""

    def fill(self, key: str) -> str:
        """事项的一种写法。"""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Fragment:
    """一段编译好的话。"""

    items: Items
    """文字与选择"""
    tones: str
    """语气标记，没有就是空串"""
    appeals: frozenset[str]
    """诉求标记，没有就是空集：哪类诉求都可用"""
    age: str
    """年龄标记，没有就是空串"""
    story: str
    """情节标记，没有就是空串：哪个情节都可用"""
    personal: bool
    """说的是“我”自己的事，联名信不用"""
    slots: frozenset[str]
    """用到的事项"""
    length: float
    """平均字数"""
    source: str
    """原文"""
    asks: bool = False
    """问句，或说到写信；话务记录里不会有"""
    parent: bool = False
    """说到自己的父母多大年纪；上了年纪的人不这样说"""
    elder: bool = False
    """说到老伴、孙辈、儿媳女婿；年轻人不这样说"""
    married: bool = False
    """说到自己的配偶、孩子；学生不这样说"""
    works: bool = False
    """说自己在上班、在外打工；上了年纪的人不这样说"""


class Words:
    """可以互换的词，分组，每个词带书面、通用、口语的记号。"""

    def __init__(self, groups: Iterable[Mapping[str, object]], keep: Iterable[str] = ()) -> None:
        """由数据造表。

        Args:
            groups: 每组 ``{"文": [...], "中": [...], "口": [...], "only": [...]}``；``only`` 里的词只作替换，不被替换。
            keep: 原样保留的词组。
        """
        kept = set(keep)
        self.groups: list[tuple[tuple[str, str], ...]] = []
        self.index: dict[str, int] = {}
        for group in groups:
            only = set(group.get("only", ()))  # type: ignore[call-overload]
            members: list[tuple[str, str]] = []
            for register in "文中口":
                for word in group.get(register, ()):  # type: ignore[attr-defined]
                    members.append((word, register))
                    if word not in only:
                        if self.index.get(word, len(self.groups)) != len(self.groups):
                            raise GrammarError(f"同义词“{word}”出现在两组里，请只留一处")
                        self.index[word] = len(self.groups)
            if len(members) < 2:
                raise GrammarError(f"同义词组 {members} 少于两个词")
            self.groups.append(tuple(members))
        ordered = sorted({*self.index, *kept}, key=lambda word: (-len(word), word))
        self.pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def table(self, weights: Mapping[str, float]) -> tuple[tuple[str, ...], ...]:
        """按口吻的书面、通用、口语比重，给每组词排出备选表（重复表示更常用）。"""
        tables = []
        for members in self.groups:
            row = [word for word, register in members for _ in range(round(weights[register]))]
            tables.append(tuple(row or [word for word, _ in members]))
        return tuple(tables)


def compile_fragment(source: str, words: Words) -> Fragment:
    """编译一段话。

    Args:
        source: 原文。
        words: 同义词表。

    Returns:
        编译好的片段。

    Raises:
        GrammarError: 括号不成对、空的选择、事项名不合规定。

    Examples:
        >>> fragment = compile_fragment("@怒 [路灯|灯]坏了{days}，没人管！", Words([]))
        >>> fragment.tones, sorted(fragment.slots)
        ('怒', ['days'])
    """
    tones, age, story, appeals, text = "", "", "", frozenset[str](), source.strip()
    found = _TAGS.match(text)
    if text.startswith("@") and not found:
        raise GrammarError(
            f"不认识的标记：{text[:6]}；可用：{'、'.join((*TONES, *AGES, *APPEALS, *STORIES))}，写在最前面，后面空一格"
        )
    if found:
        tones = "".join(tag for tag in found.group(1) if tag in TONES)
        age = "".join(tag for tag in found.group(1) if tag in AGES)
        story = "".join(tag for tag in found.group(1) if tag in STORIES)
        appeals = frozenset(APPEALS[tag] for tag in found.group(1) if tag in APPEALS)
        text = text[found.end() :]
    if not text:
        raise GrammarError("空的说法")
    if _BARE.match(text):
        raise GrammarError(f"标记前面少了“@”：{text[:6]}")
    items, at = _parse(text, 0, words, top=True)
    assert at == len(text)
    slots: set[str] = set()
    _collect(items, slots)
    return Fragment(
        items=items,
        tones=tones,
        appeals=appeals,
        age=age,
        story=story,
        personal="本人" in source or bool({"我", "我家", "name", "age"} & slots),
        slots=frozenset(slots),
        length=_length(items),
        source=source,
        asks="？" in source or bool(_WRITTEN.search(source)),
        parent=bool(_PARENT.search(source)),
        elder=bool(_ELDER.search(source)),
        married=bool(_MARRIED.search(source)),
        works=bool(_WORKS.search(source)) and "退休前" not in source,
    )


def render(fragment: Fragment, draw: Callable[[], float], filler: Filler) -> str:
    """把片段写成文字。

    Args:
        fragment: 片段。
        draw: 给 0–1 的随机数。
        filler: 填事实与词的一方。

    Returns:
        文字。
    """
    return writer_of(fragment)(draw, filler.fill, filler.words)


@cache
def writer_of(fragment: Fragment) -> Writer:
    """片段的写法，第一次用到时译成一个 Python 函数。

    逐项解释的写法占去造信的一小半时间；译成一个表达式，快三四倍。
    式子里只有文字（经 ``repr``）、取项与 ``draw``、``fill`` 的调用，没有内置名。

    Args:
        fragment: 片段。

    Returns:
        函数。
    """
    source = f"lambda draw, fill, words: {_source(fragment.items)}"
    made: Writer = eval(source, {"__builtins__": {}, "join": "".join, "int": int, "len": len})
    return made


def _source(items: Items) -> str:
    parts = []
    for item in items:
        if isinstance(item, str):
            parts.append(repr(item))
            continue
        kind, value = item
        if kind == SLOT:
            parts.append(f"fill({value!r})")
        elif kind == WORD:
            parts.append(f"(row := words[{value!r}])[int(draw() * len(row))]")
        elif kind == PICK:
            parts.append(f"{value!r}[int(draw() * {len(value)})]")  # type: ignore[arg-type]
        else:
            options: tuple[Items, ...] = value  # type: ignore[assignment]
            # 里层的选择也用 u，但只在外层比较完之后才求值，不相干
            chain = ""
            for n, option in enumerate(options[:-1]):
                chain += f"{_source(option)} if {'u' if n else '(u := draw())'} < {(n + 1) / len(options)!r} else "
            parts.append(f"({chain}{_source(options[-1])})")
    return parts[0] if len(parts) == 1 else f"join(({', '.join(parts)}))" if parts else "''"


def _parse(text: str, at: int, words: Words, *, top: bool) -> tuple[Items, int]:
    items: list[Item] = []
    start = at
    while at < len(text):
        char = text[at]
        if char == "[":
            _literal(text, start, at, words, items)
            options, at = _options(text, at, words)
            plain = [option[0] if option else "" for option in options if len(option) < 2]
            if len(plain) == len(options) and all(isinstance(option, str) for option in plain):
                items.append((PICK, tuple(plain)))
            else:
                items.append((CHOICE, options))
            start = at
        elif char in "|]":
            if top:
                raise GrammarError(f"“{char}”没有配对的“[”：{_near(text, at)}")
            break
        else:
            at += 1
    _literal(text, start, at, words, items)
    return tuple(items), at


def _options(text: str, at: int, words: Words) -> tuple[tuple[Items, ...], int]:
    opened, options = at, []
    while True:
        items, at = _parse(text, at + 1, words, top=False)
        options.append(items)
        if at >= len(text):
            raise GrammarError(f"“[”没有配对的“]”：{_near(text, opened)}")
        if text[at] == "]":
            break
    if len(options) == 1:
        # 只写一种就是可有可无
        options.append(())
    return tuple(options), at + 1


def _near(text: str, at: int) -> str:
    return "…" + text[max(0, at - 6) : at + 10] + "…"


def _literal(source: str, start: int, end: int, words: Words, items: list[Item]) -> None:
    text, at = source[start:end], 0
    for found in _SLOT.finditer(text):
        _plain(source, start + at, start + found.start(), words, items)
        key = found.group(1).strip()
        if not key:
            raise GrammarError("空的 {}，里面应写事项名")
        items.append((SLOT, key))
        at = found.end()
    rest = text[at:]
    if "{" in rest or "}" in rest:
        raise GrammarError(f"花括号没有成对：{rest[:16]}")
    _plain(source, start + at, end, words, items)


def _plain(source: str, start: int, end: int, words: Words, items: list[Item]) -> None:
    # 引号可以跨过选择与空位，所以从头数起；引号里是别人的话，原样留着
    quoted = source.rfind("“", 0, start) > source.rfind("”", 0, start)
    for part in re.split(r"([“”])", source[start:end]):
        if part in "“”":
            quoted = part == "“" if part else quoted
            if part:
                items.append(part)
        elif quoted:
            items.append(part)
        else:
            at = 0
            for found in _SELF.finditer(part):
                _swap(part[at : found.start()], words, items)
                items.append((SLOT, found.group()))
                at = found.end()
            _swap(part[at:], words, items)


def _swap(text: str, words: Words, items: list[Item]) -> None:
    at = 0
    for found in words.pattern.finditer(text) if words.pattern else ():
        if found.start() > at:
            items.append(text[at : found.start()])
        number = words.index.get(found.group())
        items.append(found.group() if number is None else (WORD, number))
        at = found.end()
    if at < len(text):
        items.append(text[at:])


def _collect(items: Items, slots: set[str]) -> None:
    for item in items:
        if isinstance(item, tuple):
            if item[0] == SLOT:
                slots.add(str(item[1]).split(".")[0] if item[1] not in ("我", "我们", "我家") else str(item[1]))
            elif item[0] == CHOICE:
                for option in item[1]:  # type: ignore[attr-defined]
                    _collect(option, slots)


def _length(items: Items) -> float:
    total = 0.0
    for item in items:
        if isinstance(item, str):
            total += len(item)
        elif item[0] == CHOICE:
            options: Collection[Items] = item[1]  # type: ignore[assignment]
            total += sum(_length(option) for option in options) / len(options)
        elif item[0] == PICK:
            words: Collection[str] = item[1]  # type: ignore[assignment]
            total += sum(map(len, words)) / len(words)
        else:
            total += 4 if item[0] == SLOT and item[1] not in ("我", "我们") else 2
    return total
