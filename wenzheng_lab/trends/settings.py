"""民意分析的门槛与系数（``trends.toml``）。"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.rules import rule_path

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "text": ("title", "pair", "fewest", "most"),
    "matter": (
        *("edge", "near", "cut", "apart", "together", "district", "rare"),
        *(
            "inside",
            "join",
            "here",
            "anchor",
            "common",
            "tight",
            "stray",
            "told",
            "told_apart",
            "told_proper",
            "gap",
            "block",
            "crowd",
        ),
    ),
    "heat": ("people", "support", "duration", "growth", "window"),
    "name": ("keywords", "title"),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "place": ("more", "own"),
    "name": ("openings", "endings"),
    "words": ("manner", "dull"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """门槛与系数。"""

    version: str
    """版本"""
    digest: str
    """内容摘要"""
    masked: re.Pattern[str]
    """被遮盖的地名的写法"""
    numbers: Mapping[str, Mapping[str, float]]
    """节到键到数"""
    words: Mapping[str, tuple[str, ...]]
    """键到词"""

    @functools.cache  # noqa: B019  全程序只有一份
    def word_set(self, name: str) -> frozenset[str]:
        """一组词。

        Args:
            name: 键，如 ``manner``。

        Returns:
            词的集合。
        """
        return frozenset(self.words[name])

    def __hash__(self) -> int:
        return hash(self.digest)


@functools.cache
def load_settings() -> Settings:
    """随包的 ``trends.toml``。

    Returns:
        门槛与系数。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> 0 < load_settings().numbers["matter"]["edge"] < 1
        True
    """
    return parse_settings(TomlFile.read(rule_path("trends.toml")))


def parse_settings(file: TomlFile) -> Settings:
    """检查一份 ``trends.toml``。

    Args:
        file: 文件。

    Returns:
        门槛与系数。

    Raises:
        RuleFileError: 有未知字段、缺字段、不是数、写法不成立。
    """
    parts = dict.fromkeys((*_NUMBERS, *_WORDS))
    file.table((), file.data, required=("version", "source", *parts))
    numbers: dict[str, Mapping[str, float]] = {}
    words: dict[str, tuple[str, ...]] = {}
    for part in parts:
        keys = _NUMBERS.get(part, ())
        lists = _WORDS.get(part, ())
        extra = ("masked",) if part == "text" else ()
        table = file.table((part,), file.data[part], required=(*keys, *lists, *extra))
        numbers[part] = {key: file.number((part, key), table[key], low=0, high=1_000_000) for key in keys}
        words |= {key: file.strings((part, key), table[key]) for key in lists}
        if extra:
            pattern = file.string((part, "masked"), table["masked"])
            try:
                masked = re.compile(pattern)
            except re.error as error:
                raise RuleFileError(f"{file.name}:{file.line((part, 'masked'))}: masked 不成写法：{error}") from error
    digest = hashlib.sha256(file.text.encode("utf-8")).hexdigest()[:8]
    return Settings(file.string(("version",), file.data["version"]), digest, masked, numbers, words)
