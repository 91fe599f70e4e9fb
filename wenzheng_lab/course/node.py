"""读练习文件里的一张表：取过的键才算认识，剩下的就是写错的。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import overload

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, RuleFileError, show, suggest
from wenzheng_lab.model import parse_time


class Node:
    """练习文件里的一张表，带着它在文件里的位置。

    变式只写与原题不同的键：``overlay`` 把两张表叠起来，报错时仍指到键真正所在的行。
    """

    def __init__(self, file: TomlFile, where: Path_, data: object) -> None:
        if not isinstance(data, Mapping):
            raise file.error(where, f"这里应为一张表，来的是 {show(data)}")
        self.file = file
        self.where = where
        self.data: dict[str, object] = {str(key): value for key, value in data.items()}
        self._places: dict[str, Path_] = {key: (*where, key) for key in self.data}
        self._asked: set[str] = set()

    def overlay(self, other: Node) -> Node:
        """把另一张表叠在上面：同名的键以上面的为准。

        Args:
            other: 上面的表，即变式。

        Returns:
            新的表，位置记在各自原来的行。
        """
        merged = Node(self.file, other.where, {**self.data, **other.data})
        merged._places = {**self._places, **other._places}
        return merged

    def place(self, key: str) -> Path_:
        """一个键在文件里的位置。

        Args:
            key: 键。

        Returns:
            位置；没写这个键时是整张表的位置。
        """
        return self._places.get(key, self.where)

    def error(self, key: str, message: str) -> RuleFileError:
        """造一个指到这个键所在行的错误。

        Args:
            key: 键；空串指整张表。
            message: 错在哪里、怎样改。

        Returns:
            ``RuleFileError``。
        """
        return self.file.error(self.place(key), message)

    def has(self, key: str) -> bool:
        """有没有写这个键。

        Args:
            key: 键。

        Returns:
            写了为真。
        """
        self._asked.add(key)
        return key in self.data

    def value(self, key: str) -> object:
        """取必须有的键，不管种类。

        Args:
            key: 键。

        Returns:
            值。

        Raises:
            RuleFileError: 没有这个键。
        """
        if not self.has(key):
            raise self.error(key, f"缺字段 {key!r}，请补上")
        return self.data[key]

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text(self, key: str, default: str) -> str: ...
    def text(self, key: str, default: str | None = None) -> str:
        """取文字。

        Args:
            key: 键。
            default: 没写时的值；不给就必须写。

        Returns:
            去掉首尾空白的文字。

        Raises:
            RuleFileError: 缺了，或不是非空文字。
        """
        if default is not None and not self.has(key):
            return default
        return self.file.string(self.place(key), self.value(key)).strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """取文字的列表。

        Args:
            key: 键。
            required: 是否必须写且不为空。

        Returns:
            文字的元组。

        Raises:
            RuleFileError: 缺了、不是列表、有空的或重复的。
        """
        if not required and not self.has(key):
            return ()
        return self.file.strings(self.place(key), self.value(key), empty=not required)

    @overload
    def number(self, key: str, *, low: float | None = None, high: float | None = None) -> float: ...
    @overload
    def number(self, key: str, default: float, *, low: float | None = None, high: float | None = None) -> float: ...
    def number(
        self, key: str, default: float | None = None, *, low: float | None = None, high: float | None = None
    ) -> float:
        """取数。

        Args:
            key: 键。
            default: 没写时的值；不给就必须写。
            low: 下限（含）。
            high: 上限（含）。

        Returns:
            数。

        Raises:
            RuleFileError: 缺了、不是数、超出范围。
        """
        if default is not None and not self.has(key):
            return default
        return self.file.number(self.place(key), self.value(key), low=low, high=high)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """取 true 或 false。

        Args:
            key: 键。
            default: 没写时的值；不给就必须写。

        Returns:
            真假。

        Raises:
            RuleFileError: 缺了，或不是 true、false。
        """
        if default is not None and not self.has(key):
            return default
        value = self.value(key)
        if not isinstance(value, bool):
            raise self.error(key, f"{key} 应为 true 或 false，来的是 {show(value)}")
        return value

    def time(self, key: str) -> datetime | None:
        """取时间，可以不写。

        Args:
            key: 键。

        Returns:
            时间或 None。

        Raises:
            RuleFileError: 认不出的写法。
        """
        if not self.has(key):
            return None
        value = self.data[key]
        if not isinstance(value, str | date):
            raise self.error(key, f"{key} 应为时间，如 2026-03-02T08:15:00，来的是 {show(value)}")
        try:
            return parse_time(value, key)
        except (InputError, InputTypeError) as error:
            raise self.error(key, str(error)) from error

    def choice(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """取几个词里的一个。

        Args:
            key: 键。
            known: 可用的词。
            default: 没写时的值；不给就必须写。

        Returns:
            其中一个词。

        Raises:
            RuleFileError: 不在其中；附最像的一个。
        """
        word = self.text(key) if default is None else self.text(key, default)
        if word not in known:
            raise self.error(key, f"{key} 写成 {word!r}；{suggest(word, known)}可用：{'、'.join(known)}")
        return word

    def nodes(self, key: str, *, at_least: int = 0) -> tuple[Node, ...]:
        """取一组表。

        Args:
            key: 键，即 ``[[…]]`` 的名字。
            at_least: 最少几张。

        Returns:
            各张表。

        Raises:
            RuleFileError: 不是一组表，或太少。
        """
        rows = self.data[key] if self.has(key) else []
        if not isinstance(rows, list):
            raise self.error(key, f"{key} 应写成 [[…]] 的一组表，来的是 {show(rows)}")
        if len(rows) < at_least:
            raise self.error(key, f"{key} 至少要 {at_least} 个，现有 {len(rows)} 个")
        return tuple(Node(self.file, (*self.place(key), n), row) for n, row in enumerate(rows))

    def numbers(self, key: str) -> dict[str, float]:
        """取“名 = 数”的表，可以不写。

        Args:
            key: 键。

        Returns:
            名到数。

        Raises:
            RuleFileError: 不是表，或有值不是数。
        """
        if not self.has(key):
            return {}
        table = self.data[key]
        if not isinstance(table, Mapping):
            raise self.error(key, f"{key} 应写成 {{ 名 = 数 }}，来的是 {show(table)}")
        return {str(name): self.file.number(self.place(key), value) for name, value in table.items()}

    def done(self) -> None:
        """查有没有不认识的键。

        Raises:
            RuleFileError: 有没取过的键；附最像的一个。
        """
        for key in self.data:
            if key not in self._asked:
                raise self.error(
                    key, f"有未知字段 {key!r}；{suggest(key, self._asked)}可用：{'、'.join(sorted(self._asked))}"
                )
