"""很大的 json 边读边解：只留当前一小段在内存里，两遍读完——头一遍看有哪些键、结构好不好，第二遍给各行。"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

_DECODER = json.JSONDecoder(strict=False)  # 正文里的裸换行、制表符也收


def decode(text: str, at: int) -> tuple[Any, int]:
    """解出 ``at`` 处的一个值。

    Args:
        text: 文字。
        at: 从哪里起。

    Returns:
        （值，到哪里为止）。

    Raises:
        ValueError: 写坏了，或括号套得太深。
    """
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError as error:
        raise ValueError("括号套得太深") from error


_STEP = 1 << 20
"""一次读多少字"""
_LONGEST = 4 << 20
"""一个对象最多多少字；再长就当作写坏了（少了引号，会一直找到文件末尾）"""
_NEXT = re.compile(r"[\n,]\s*\{")
_BLANK = re.compile(r"\s*")
_TAIL = 64
Found = tuple[tuple[str, ...], int, object]
"""（在哪个数组里，第几项，值）"""


class Window:
    """文件里正在看的一小段。"""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.text = file.read(_STEP).lstrip("\ufeff")
        self.at = 0
        self._line, self._counted = 1, 0

    def more(self) -> bool:
        """看过的放掉，再读一些；读完了为假。"""
        self.line()
        self.text, self.at, self._counted = self.text[self.at :], 0, 0
        chunk = self._file.read(_STEP)
        self.text += chunk
        return bool(chunk)

    def line(self) -> int:
        """现在在第几行。"""
        if self.at > self._counted:
            self._line += self.text.count("\n", self._counted, self.at)
            self._counted = self.at
        return self._line

    def next(self) -> str:
        """跳过空白，看下一个字；到头了为空串。"""
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def find(self, character: str) -> bool:
        """走到下一个这样的字。"""
        while (where := self.text.find(character, self.at)) < 0:
            self.at = len(self.text)
            if not self.more():
                return False
        self.at = where
        return True

    def value(self) -> object:
        """解出这里的一个值，走到它后面。

        Raises:
            ValueError: 写坏了。
        """
        while True:
            try:
                value, end = decode(self.text, self.at)
            except ValueError:
                if len(self.text) - self.at < _LONGEST and self.more():
                    continue
                raise
            # 数停在这一段末尾的，后面也许还有几位
            if end == len(self.text) and self.text[end - 1] not in '}]"' and self.more():
                continue
            self.at = end
            return value

    def skip_broken(self) -> bool:
        """写坏的对象：走到下一行（或逗号后）的“{”；没有了为假。"""
        self.at += 1
        while (found := _NEXT.search(self.text, self.at)) is None:
            self.at = max(self.at, len(self.text) - _TAIL)
            if not self.more():
                return False
        self.at = found.start() + 1
        return True


@contextmanager
def window(path: Path, codec: str) -> Iterator[Window]:
    """打开文件。

    Args:
        path: 文件。
        codec: 编码。

    Yields:
        正在看的一段。
    """
    with path.open(encoding=codec, errors="replace", newline="") as file:
        yield Window(file)


def walk(view: Window, path: tuple[str, ...] = ()) -> Iterator[Found]:
    """照 json 的结构走，给出各个数组里的各项；数组在对象里也找得到。

    Args:
        view: 正在看的一段。
        path: 走到了哪里。

    Yields:
        各项。

    Raises:
        ValueError: 结构不完整。
    """
    opening = view.next()
    if opening not in ("[", "{"):
        raise ValueError("不是数组也不是对象")
    closing = "]" if opening == "[" else "}"
    view.at += 1
    count = 0
    while (mark := view.next()) != closing:
        if count:
            if mark != ",":
                raise ValueError("少逗号")
            view.at += 1
            view.next()
        count += 1
        if opening == "[":
            yield path, count, view.value()
            continue
        key = view.value()
        if not isinstance(key, str) or view.next() != ":":
            raise ValueError("少冒号")
        view.at += 1
        if view.next() in ("[", "{"):
            yield from walk(view, (*path, key))
        else:
            view.value()
    view.at += 1


def choose_list(path: Path, codec: str) -> tuple[tuple[str, ...], int] | None:
    """文件是一个完整的 json 时，哪个数组里是留言。

    Args:
        path: 文件。
        codec: 编码。

    Returns:
        （数组的路径，几项）；不是一个完整的 json 为 None。
    """
    sizes: dict[tuple[str, ...], int] = {}
    others: set[tuple[str, ...]] = set()
    try:
        with window(path, codec) as view:
            for where, count, value in walk(view):
                sizes[where] = count
                if not isinstance(value, Mapping):
                    others.add(where)
            if view.next():
                return None
    except ValueError:
        return None
    if () in sizes:
        return (), sizes[()]
    lists = {where: size for where, size in sizes.items() if where not in others}
    best = max(lists, key=lambda where: lists[where], default=None)
    return None if best is None else (best, lists[best])


def scan(view: Window, broken: Callable[[int, ValueError], object]) -> Iterator[tuple[int, Mapping[str, object]]]:
    """一个一个找对象；坏的跳过并报出来。

    Args:
        view: 正在看的一段。
        broken: 遇到写坏的调用，参数是行号与错误。

    Yields:
        （行号，对象）。
    """
    while view.find("{"):
        line = view.line()
        try:
            value = view.value()
        except ValueError as error:
            broken(line, error)
            if not view.skip_broken():
                return
            continue
        if isinstance(value, Mapping):
            yield line, value
