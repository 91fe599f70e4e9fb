"""办件室的数：时限、概率、门槛，全在 ``data/settings.toml``，程序里不写。"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from wenzheng_lab._toml import TomlFile

DATA = Path(__file__).parent / "data"
SECTIONS = (
    "clock",
    "deadline",
    "department",
    "citizen",
    "rating",
    "rhythm",
    "phone",
    "promise",
    "heat",
    "urgent",
)


@cache
def _file() -> TomlFile:
    return TomlFile.read(DATA / "settings.toml")


@cache
def section(name: str) -> Mapping[str, float]:
    """一节设置。

    Args:
        name: 节名，见 ``SECTIONS``。

    Returns:
        名到数。

    Raises:
        RuleFileError: 有未知的节，或不是数；首行有行号。

    Examples:
        >>> section("rating")["satisfied_mean"] > 0
        True
    """
    file = _file()
    data = file.table((), file.data, required=SECTIONS)
    rows = file.table((name,), data[name], optional=tuple(data[name]))  # type: ignore[arg-type]
    return {key: file.number((name, key), value) for key, value in rows.items()}


def setting(name: str) -> float:
    """一个数，写成“节.名”。

    Examples:
        >>> setting("clock.day_start")
        8.0
    """
    part, key = name.split(".")
    return section(part)[key]


def digest() -> str:
    """设置的摘要。"""
    return _file().digest
