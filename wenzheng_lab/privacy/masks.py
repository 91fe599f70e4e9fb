"""遮盖：字数不变，遮盖前后的位置一一对应。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.privacy.base import CONFIDENCES, Hit, one_of, section

_KINDS = ("ends", "surname", "town", "domain", "all")


@dataclass(frozen=True, slots=True)
class Mask:
    """一种个人信息怎样遮。"""

    kind: str
    """``ends`` 留头尾几位；``surname`` 留姓；``town`` 留到乡镇街道；``domain`` 留首字与域名；``all`` 全遮"""
    char: str
    """遮盖用的字，一个"""
    head: int
    """``ends`` 开头留几位"""
    tail: int
    """``ends`` 末尾留几位"""

    def hidden(self, text: str, hit: Hit) -> Iterator[int]:
        """要遮的位置。

        Args:
            text: 还原后的文字。
            hit: 找到的一处。

        Yields:
            还原文字里的位置；空格、横线等分隔符不遮。
        """
        start, end = hit.start, hit.end
        if self.kind in ("surname", "town"):
            start += hit.keep
        shown = [index for index in range(start, end) if text[index].isalnum() or text[index] == self.char]
        if self.kind == "ends":
            head, tail = min(self.head, max(0, len(shown) - 4)), min(self.tail, max(0, len(shown) // 2))
            shown = shown[head : len(shown) - tail]
        elif self.kind == "domain":
            at = next((index for index in range(start, end) if text[index] == "@"), end)
            shown = [index for index in range(start + 1, at)] or [start]
        yield from shown


@dataclass(frozen=True, slots=True)
class Style:
    """一套遮盖样式。"""

    id: str
    """编号"""
    label: str
    """中文名"""
    masks: Mapping[str, Mask]
    """种类到遮法"""

    def positions(self, text: str, hits: Sequence[Hit]) -> dict[int, str]:
        """各处要换成什么字。

        Args:
            text: 还原后的文字。
            hits: 找到的各处。

        Returns:
            位置到遮盖字。
        """
        return {index: self.masks[hit.type].char for hit in hits for index in self.masks[hit.type].hidden(text, hit)}


class Masks:
    """全部样式与种类的中文名。"""

    def __init__(self, file: TomlFile) -> None:
        labels = file.data.get("labels")
        if not isinstance(labels, Mapping):
            raise file.error(("labels",), "缺少 [labels]")
        self.labels = {str(key): file.string(("labels", key), value) for key, value in labels.items()}
        words = section(file, "confidence", CONFIDENCES)
        self.confidence = {key: file.string(("confidence", key), words[key]) for key in CONFIDENCES}
        self._styles = {style.id: style for style in self._read(file)}

    @property
    def names(self) -> tuple[str, ...]:
        """可用的样式。"""
        return tuple(self._styles)

    def style(self, name: object) -> Style:
        """按编号取样式。

        Args:
            name: 样式编号。

        Returns:
            样式。

        Raises:
            InputError: 没有这个样式。
        """
        if isinstance(name, str) and name in self._styles:
            return self._styles[name]
        names = "、".join(self._styles)
        raise InputError(
            explain(f"style={show(name)}", f"应为：{names}", suggest(str(name), self._styles) or "不写就是 default")
        )

    def _read(self, file: TomlFile) -> Iterator[Style]:
        rows = file.data.get("style")
        if not isinstance(rows, list) or not rows:
            raise file.error((), "缺少 [[style]]")
        for index, row in enumerate(rows):
            body = file.table(("style", index), row, required=("id", "label", "why", "source", "types"))
            types = file.table(("style", index, "types"), body["types"], required=tuple(self.labels))
            yield Style(
                id=file.string(("style", index, "id"), body["id"]),
                label=file.string(("style", index, "label"), body["label"]),
                masks={
                    type_: self._mask(file, ("style", index, "types", type_), value) for type_, value in types.items()
                },
            )

    @staticmethod
    def _mask(file: TomlFile, where: tuple[str | int, ...], value: object) -> Mask:
        body = file.table(where, value, required=("kind", "char"), optional=("head", "tail"))
        char = file.string((*where, "char"), body["char"])
        if len(char) != 1:
            raise file.error((*where, "char"), f"遮盖字应为一个字，来的是 {show(char)}")
        return Mask(
            kind=one_of(file, (*where, "kind"), body["kind"], _KINDS),
            char=char,
            head=int(file.number((*where, "head"), body.get("head", 0), low=0, high=10)),
            tail=int(file.number((*where, "tail"), body.get("tail", 0), low=0, high=10)),
        )
