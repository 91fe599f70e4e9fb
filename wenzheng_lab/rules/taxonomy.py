"""主题分类：15 个一级、103 个二级名称，各带三级主题；名字写错时给出相近的。"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, RuleFileError, explain, show, suggest
from wenzheng_lab.rules.load import rule_path

COLUMNS = ("category", "subcategory", "topic")
"""一级、二级、三级的列名"""
OTHER = "其他"
"""每个一级分类下都有的兜底二级"""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """分类目录。"""

    name: str
    """文件名"""
    tree: Mapping[str, Mapping[str, tuple[str, ...]]]
    """一级 → 二级 → 三级，按文件先后"""

    @property
    def categories(self) -> tuple[str, ...]:
        """全部一级分类。"""
        return tuple(self.tree)

    @property
    def subcategory_names(self) -> tuple[str, ...]:
        """不同的二级名称，按首次出现；“其他”“安全生产”在几个一级下都有，只列一次。"""
        return tuple(dict.fromkeys(name for subs in self.tree.values() for name in subs))

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        for category, subs in self.tree.items():
            for subcategory, topics in subs.items():
                for topic in topics:
                    yield category, subcategory, topic

    def subcategories(self, category: str) -> tuple[str, ...]:
        """一级分类下的各个二级。

        Args:
            category: 一级分类。

        Returns:
            二级名称，按文件先后。

        Raises:
            InputError: 没有这个一级分类；信息里有可用的与相近的。

        Examples:
            >>> load_taxonomy().subcategories("国土资源")
            ('海洋气象地震', '矿产资源管理', '其他', '土地征收', '土地资源管理')
        """
        return tuple(self.tree[self.require(category)])

    def topics(self, category: str, subcategory: str) -> tuple[str, ...]:
        """二级分类下的各个三级主题。

        Args:
            category: 一级分类。
            subcategory: 二级分类。

        Returns:
            三级主题，按文件先后。

        Raises:
            InputError: 没有这个分类。

        Examples:
            >>> load_taxonomy().topics("城乡建设", "安全生产")
            ('事故处理', '安全生产管理', '安全隐患')
        """
        self.require(category, subcategory)
        return self.tree[category][subcategory]

    def homes(self, name: str) -> tuple[str, ...]:
        """一个二级或三级名称在哪些一级分类下。

        Args:
            name: 二级或三级名称。

        Returns:
            一级分类，按文件先后；没有则为空。

        Examples:
            >>> load_taxonomy().homes("安全生产")
            ('城乡建设', '经济管理')
        """
        return tuple(
            category
            for category, subs in self.tree.items()
            if name in subs or any(name in topics for topics in subs.values())
        )

    def require(self, category: str, subcategory: str = "") -> str:
        """确认分类在目录里，不在就报错并猜一个。

        Args:
            category: 一级分类。
            subcategory: 二级分类；空串表示只查一级。

        Returns:
            一级分类，原样。

        Raises:
            InputError: 不在目录里；二级写到了别的一级下也会指出来。

        Examples:
            >>> load_taxonomy().require("交通运输", "出租车管理")
            '交通运输'
        """
        if category not in self.tree:
            raise InputError(self._unknown("一级分类", category, self.categories))
        if subcategory and subcategory not in self.tree[category]:
            raise InputError(self._unknown(f"“{category}”下的二级分类", subcategory, tuple(self.tree[category])))
        return category

    def _unknown(self, what: str, name: object, choices: tuple[str, ...]) -> str:
        homes = self.homes(name) if isinstance(name, str) else ()
        # “城建”与“城乡建设”字面差得远，光比字符猜不到，再看是不是每个字都按次序出现
        near = suggest(str(name), choices) or next(
            (f"是不是想写“{choice}”？" for choice in choices if _abbreviates(str(name), choice)), ""
        )
        if not near and homes:
            near = f"它在“{'”“'.join(homes)}”下。"
        return explain(f"{what}写成 {show(name)}，不在目录里", "可用：" + "、".join(choices), near or "请从中选一个")


def _abbreviates(short: str, full: str) -> bool:
    rest = iter(full)
    return len(short) > 1 and all(char in rest for char in short)


def parse_taxonomy(name: str, text: str) -> Taxonomy:
    r"""由 CSV 文字造分类目录。

    Args:
        name: 文件名，用在错误信息里。
        text: 全文；首行是 ``category,subcategory,topic``，一行一个三级主题。

    Returns:
        分类目录。

    Raises:
        RuleFileError: 表头不对、有空格子、有重复的行；带行号。

    Examples:
        >>> parse_taxonomy("a.csv", "category,subcategory,topic\n民政,优抚,优待抚恤\n").categories
        ('民政',)
    """
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        raise RuleFileError(f"{name}:1: 表头应为 {','.join(COLUMNS)}，来的是 {show(rows[0] if rows else '空文件')}")
    tree: dict[str, dict[str, list[str]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if len(cells) != len(COLUMNS) or not all(cells):
            raise RuleFileError(f"{name}:{number}: 应有三格且都不空，来的是 {show(row)}")
        category, subcategory, topic = cells
        topics = tree.setdefault(category, {}).setdefault(subcategory, [])
        if topic in topics:
            raise RuleFileError(f"{name}:{number}: {'、'.join(cells)} 重复")
        topics.append(topic)
    if not tree:
        raise RuleFileError(f"{name}:2: 只有表头，没有分类")
    return Taxonomy(
        name, {category: {sub: tuple(found) for sub, found in subs.items()} for category, subs in tree.items()}
    )


@functools.cache
def _shipped() -> Taxonomy:
    return _read(rule_path("taxonomy.csv"))


def _read(path: Path) -> Taxonomy:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise RuleFileError(f"{path.name}: 找不到这个文件（{path}）") from error
    except UnicodeDecodeError as error:
        raise RuleFileError(f"{path.name}: 不是 UTF-8 编码；Excel 里请另存为“CSV UTF-8”") from error
    except OSError as error:
        raise RuleFileError(
            f"{path.name}: 读不了（{error.strerror or error}），应为一个 CSV 文件；请核对路径"
        ) from error
    return parse_taxonomy(path.name, text)


def load_taxonomy(path: Path | str | None = None) -> Taxonomy:
    """读分类目录。

    Args:
        path: 自己的 CSV；不给时用随包的（附件1 的 15 个一级、103 个二级名称）。

    Returns:
        分类目录。

    Raises:
        RuleFileError: 找不到文件、编码不对或内容有错。

    Examples:
        >>> taxonomy = load_taxonomy()
        >>> len(taxonomy.categories), len(taxonomy.subcategory_names)
        (15, 103)
    """
    return _shipped() if path is None else _read(as_path(path))
