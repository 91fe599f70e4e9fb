"""空位 ``____``：真的对象，没填的格子也能一路运行到底。"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wenzheng_lab.model import is_blank


class Blank:
    """还没有填的答案。

    取它的属性、调用它、拿它做运算，得到的还是它自己，所以没作答的格子不会报错。
    以下划线开头的名字照常报 ``AttributeError``：Jupyter、pandas 会拿它们试探对象的能力。
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Blank:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> Blank:
        return self

    def __getitem__(self, _key: object) -> Blank:
        return self

    def _same(self, _other: object = None) -> Blank:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __neg__ = _same

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "____"


____: Final = Blank()
"""练习里的空位；作答时把它换成答案。"""


def is_unanswered(answer: object) -> bool:
    """是不是还没作答。

    空位、空、空串、``...``，或列表、字典里全是这些，都算没作答。

    Args:
        answer: 交来的答案。

    Returns:
        没作答为真。数字 0 和 ``False`` 是答案。

    Examples:
        >>> is_unanswered(____), is_unanswered(["____", None]), is_unanswered(0)
        (True, True, False)
    """
    if isinstance(answer, Blank) or answer is None or answer is Ellipsis:
        return True
    if isinstance(answer, str):
        return not answer.strip().strip("_＿")
    if isinstance(answer, dict):
        return all(is_unanswered(value) for value in answer.values())
    if isinstance(answer, list | tuple | set | frozenset):
        return all(is_unanswered(value) for value in answer)
    return isinstance(answer, float) and is_blank(answer)
