"""由尾字认地名、单位名：“柳林路”“丰禾小区”。"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules import rule_path

_HAN = "[\u3400-\u9fff]"


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """由尾字认地名、单位名。"""

    pattern: re.Pattern[str]
    """名字的写法"""
    common: frozenset[str]
    """不是名字的前两个字"""

    @classmethod
    def of(cls, endings: Sequence[str], common: Sequence[str]) -> PlaceNames:
        """由尾字与常用字造。

        Args:
            endings: 尾字，如“小区”“路”。
            common: 不是名字的前两个字，如“我们”。

        Returns:
            认地名的东西。

        Examples:
            >>> sorted(PlaceNames.of(["路"], ["这条"]).find("柳林路和这条路"))
            ['柳林路']
        """
        tails = "|".join(sorted(map(re.escape, endings), key=len, reverse=True))
        # 名字与下一个名字会重叠（“柳林路小区”），所以用前看，不吃掉文字
        return cls(re.compile(f"(?=({_HAN}{_HAN})({tails}))"), frozenset(common))

    def find(self, text: str) -> frozenset[str]:
        """文字里的名字。

        Args:
            text: 折叠过的文字。

        Returns:
            名字的集合；每个是尾字前两个字加尾字。
        """
        return frozenset(head + tail for head, tail in self.pattern.findall(text) if head not in self.common)


@functools.cache
def letters_file() -> TomlFile:
    """读来信的常识（``letters.toml``）。"""
    file = TomlFile.read(rule_path("letters.toml"))
    file.table((), file.data, required=("version", "source", "author", "place"))
    return file


@functools.cache
def place_names(more: tuple[str, ...] = ()) -> PlaceNames:
    """随包的地名认法。

    Args:
        more: 另加的尾字。

    Returns:
        认地名的东西。
    """
    file = letters_file()
    part = file.table(("place",), file.data["place"], required=("endings", "common"))
    endings, common = (file.strings(("place", key), part[key]) for key in ("endings", "common"))
    return PlaceNames.of((*endings, *more), common)
