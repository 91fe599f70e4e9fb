"""查件的毛病：是什么、谁的、怎样修；说法在 ``data/problems.toml``。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._toml import TomlFile

FILE = Path(__file__).parent / "data" / "problems.toml"
LEVELS = ("stop", "repaired", "note")
SIGNS = {"stop": "✖", "repaired": "✔", "note": "!"}
"""记号：不能批、已修好、提醒"""


@dataclass(frozen=True, slots=True)
class Problem:
    """一处毛病。"""

    code: str
    """代号，见 ``data/problems.toml``"""
    title: str
    """是什么毛病"""
    repair: str
    """怎样修；已修好的，说修成了什么"""
    level: str
    """stop 不能批，repaired 已修好，note 提醒"""

    @classmethod
    def of(cls, code: str, **facts: object) -> Problem:
        """按代号造一处毛病。

        Args:
            code: 代号。
            **facts: 说法里花括号要填的。

        Returns:
            毛病。

        Examples:
            >>> str(Problem.of("empty_file")).startswith("✖ 文件是空的")
            True
        """
        row = _table()[code]
        return cls(code, row["title"].format(**facts), row["repair"].format(**facts), row["level"])

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Problem:
        """由 JSON 里的字典读回。

        Args:
            data: ``to_dict`` 写出的字典。

        Returns:
            毛病。
        """
        return cls(*(str(data[key]) for key in ("code", "title", "repair", "level")))

    def to_dict(self) -> dict[str, str]:
        """转成可写 JSON 的字典。

        Returns:
            四个字段。
        """
        return {"code": self.code, "title": self.title, "repair": self.repair, "level": self.level}

    def __str__(self) -> str:
        return f"{SIGNS[self.level]} {self.title}。{self.repair}"


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    file = TomlFile.read(FILE)
    rows = {}
    for code in file.data:
        row = file.table((code,), file.data[code], required=("level", "title", "repair"))
        if row["level"] not in LEVELS:
            raise file.error((code, "level"), f"level 应为 {'、'.join(LEVELS)} 之一")
        rows[code] = {key: file.string((code, key), row[key]) for key in ("level", "title", "repair")}
    return rows
