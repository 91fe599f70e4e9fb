"""表单：不写代码也能作答，只用键盘也能作答。

答案每改一次就存进学习记录，内核重启后再显示出来；没有界面的地方（打印、网页）显示为题面。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wenzheng_lab._html import Markup

if TYPE_CHECKING:
    from ipywidgets import VBox  # type: ignore[import-untyped]

    from wenzheng_lab.course.question import Question


class Form:
    """一道题的表单。"""

    def __init__(self, question: Question) -> None:
        self.question = question
        """所属的题"""
        self._panel: VBox | None = None

    @property
    def panel(self) -> VBox | None:
        """表单的界面；不能用表单作答时为 None。"""
        if self._panel is None and self.question.spec.kind.fields():
            try:
                from wenzheng_lab.course.panel import build_panel
            except ImportError:
                return None
            self._panel = build_panel(self.question)
        return self._panel

    def __repr__(self) -> str:
        return repr(self.question)

    def _still(self) -> Markup:
        """没有界面时的样子。"""
        how = "运行这一格，下面就会出现答题的框。" if self.question.spec.kind.fields() else ""
        return self.question.sheet(how=how)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        bundle: dict[str, object] = {"text/plain": repr(self), "text/html": str(self._still())}
        if self.panel is not None:
            live = self.panel._repr_mimebundle_() or {}
            bundle = {**live, **bundle}
        return bundle
