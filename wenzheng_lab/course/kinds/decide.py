"""决策题：选定一个做法，先看到它的后果，再看为什么。"""

from __future__ import annotations

from dataclasses import dataclass

from wenzheng_lab.course.kinds._base import Field
from wenzheng_lab.course.kinds.choose import Choose


@dataclass(frozen=True, slots=True)
class Decide(Choose):
    """决策题：选项多一个 ``then``，写选了以后发生什么。"""

    name = "decide"

    def fields(self) -> tuple[Field, ...]:
        (field,) = Choose.fields(self)
        return (Field(field.kind, field.name, "您怎么办", field.options),)
