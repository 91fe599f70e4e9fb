"""看表：在笔记本里筛、排、翻页；格里的字都转义，不用脚本，不取网络。"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wenzheng_lab._html import Markup, table, tag
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.model import is_blank

if TYPE_CHECKING:
    import pandas as pd

_TESTS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "=", "：": ":"}
_TERM = re.compile(r"^(?P<name>[^:=<>]+)(?P<test>>=|<=|>|<|=|:)(?P<value>.+)$")
_SHOWN = 120
"""一格最多显示多少字，再长的截短"""
STYLE = """
.wz-grid{border-collapse:collapse;font-size:13px;line-height:1.6;color:#1c2733;background:#fff}
.wz-grid th,.wz-grid td{border-bottom:1px solid #dfe5eb;padding:3px 9px;text-align:left;vertical-align:top}
.wz-grid th{border-bottom:2px solid #5a6875;background:#f1f3f0}
.wz-grid td.n,.wz-grid th.n{text-align:right;font-variant-numeric:tabular-nums}
"""


@dataclass(frozen=True, slots=True)
class Term:
    """一个筛选条件。"""

    name: str
    """哪一列；空串是任何一列"""
    test: str
    """``:`` 含、``=`` 等于、``>``、``<``、``>=``、``<=``"""
    value: str
    """比什么"""


def show_table(
    frame: object, *, rows: int = 15, title: str = "", sort: str | None = None, descending: bool = True
) -> TableView:
    """在笔记本里看表：点列名排序，打字筛选，翻页。

    筛选框里写几个词，用空格隔开，都要有；``列名:词`` 只看那一列，``列名>数``、``列名=值`` 也行。
    没有内核（打印、导出成网页）时显示头一页。不改原表。

    Args:
        frame: 表；也可以是有 ``.labelled()`` 或 ``.table`` 的结果，如指标、图、回归表。
        rows: 一页几行。
        title: 表上面的一行字。
        sort: 先按哪一列排；默认照原来的次序。
        descending: 先大后小。

    Returns:
        ``TableView``：``.widget`` 是界面，``.found`` 是筛好排好的表。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有这一列，或 ``rows`` 不是正整数。

    Examples:
        >>> import pandas as pd
        >>> view = show_table(pd.DataFrame({"单位": ["甲局", "乙局"], "封": [3, 12]}), sort="封")
        >>> view.filter("封>5").found["单位"].tolist()
        ['乙局']
    """
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise InputError(explain(f"rows 是 {show(rows)}", "应为正整数", "如 rows=15"))
    view = TableView(_frame_of(frame), rows, title)
    if sort is not None:
        view.sort(sort, descending=descending)
    return view


def _frame_of(source: object) -> pd.DataFrame:
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        return source
    labelled = getattr(source, "labelled", None)
    found = labelled() if callable(labelled) else getattr(source, "table", None)
    if not isinstance(found, pd.DataFrame):
        raise InputTypeError(
            explain(f"来的是 {type(source).__name__}", "应为表（DataFrame），或有 .table 的结果", "请先转成表")
        )
    return found


class TableView:
    """筛、排、翻页的表；不画界面也能用 ``filter``、``sort``、``found``。"""

    def __init__(self, frame: pd.DataFrame, rows: int, title: str) -> None:
        self._frame = frame.rename(columns=str)
        self._rows = rows
        self._title = title
        self._words = ""
        self._sort: tuple[str, bool] | None = None
        self._page = 0
        self._parts: dict[str, Any] = {}

    @property
    def found(self) -> pd.DataFrame:
        """筛好、排好的表。"""
        table = self._frame
        for term in parse_terms(self._words, list(table.columns)):
            table = table[_hits(table, term)]
        if self._sort:
            name, descending = self._sort
            # 空的总排在最后；数与文字混在一列时按文字排
            column = table[name]
            key = (
                column
                if column.dtype.kind in "biufMm"
                else column.map(lambda cell: "" if is_blank(cell) else str(cell))
            )
            order = key.sort_values(ascending=not descending, kind="stable", na_position="last").index
            table = table.loc[order] if table.index.is_unique else table
        return table

    def filter(self, words: str) -> TableView:
        """按词筛。

        Args:
            words: 几个词，空格隔开；可写 ``列名:词``、``列名>数``。

        Returns:
            自己，可以接着写。

        Raises:
            InputError: 比大小的地方不是数；原来的筛选不变。
        """
        parse_terms(words, list(self._frame.columns))
        self._words, self._page = words, 0
        self._draw()
        return self

    def sort(self, name: str, *, descending: bool = True) -> TableView:
        """按一列排。

        Args:
            name: 列名。
            descending: 先大后小。

        Returns:
            自己。

        Raises:
            InputError: 没有这一列。
        """
        if name not in self._frame.columns:
            have = "、".join(self._frame.columns[:12])
            raise InputError(explain(f"没有 {show(name)} 这一列", f"有的是：{have}", "请改成其中一个"))
        if not self._frame.index.is_unique:
            self._frame = self._frame.reset_index(drop=True)
        self._sort, self._page = (name, descending), 0
        self._draw()
        return self

    def turn(self, pages: int) -> TableView:
        """翻页。

        Args:
            pages: 往后翻几页，负数往前。

        Returns:
            自己。
        """
        last = max(0, -(-len(self.found) // self._rows) - 1)
        self._page = min(max(0, self._page + pages), last)
        self._draw()
        return self

    def html(self) -> Markup:
        """这一页，一段 HTML。

        Returns:
            ``div``。
        """
        found = self.found
        start = self._page * self._rows
        part = found.iloc[start : start + self._rows]
        numeric = [found[name].dtype.kind in "iuf" for name in found.columns]
        head = [
            tag("span", f"{name}{self._arrow(str(name))}", attrs={"class": "n" if n else None})
            for name, n in zip(found.columns, numeric, strict=True)
        ]
        body = [[_cell(cell) for cell in row] for row in part.itertuples(index=False, name=None)]
        count = f"{len(found):,} 行" + (f"（共 {len(self._frame):,} 行）" if len(found) < len(self._frame) else "")
        if len(found) > self._rows:
            count += f"，第 {start + 1:,}–{start + len(part):,} 行"
        title = tag("b", self._title) if self._title else Markup("")
        return tag(
            "div",
            tag("style", Markup(STYLE)),
            title,
            table(body, headers=head, attrs={"class": "wz-grid"}),
            tag("p", count, attrs={"style": "font-size:12px;color:#5a6875;margin:2px 0"}),
        )

    @property
    def widget(self) -> Any:
        """界面：筛选框、列名按钮、表、翻页。"""
        if not self._parts:
            self._build()
        return self._parts["box"]

    def _build(self) -> None:
        import ipywidgets as w  # type: ignore[import-untyped]

        box = w.Text(
            placeholder="筛选：写几个词；列名:词；列名>数", continuous_update=True, layout=w.Layout(width="60%")
        )
        box.observe(lambda change: self._typed(str(change["new"])), names="value")
        names = []
        for name in self._frame.columns:
            button = w.Button(description=str(name)[:14], tooltip=f"按{name}排序", layout=w.Layout(width="auto"))
            button.on_click(lambda _, name=str(name): self._click(name))
            names.append(button)
        back, forth = (w.Button(description=text, layout=w.Layout(width="auto")) for text in ("上一页", "下一页"))
        back.on_click(lambda _: self.turn(-1))
        forth.on_click(lambda _: self.turn(1))
        body, told = w.HTML(), w.HTML()
        strip = w.HBox([w.HTML("排序："), *names], layout=w.Layout(flex_flow="row wrap"))
        self._parts = {"body": body, "told": told, "names": names}
        self._parts["box"] = w.VBox([w.HBox([box, back, forth]), told, strip, body])
        self._draw()

    def _typed(self, words: str) -> None:
        try:
            self.filter(words)
        except InputError as error:
            # 打到一半的条件还不完整，表留着原样，只在旁边说一句
            self._parts["told"].value = str(tag("span", str(error), attrs={"role": "status"}))

    def _click(self, name: str) -> None:
        self.sort(name, descending=self._sort != (name, True))

    def _draw(self) -> None:
        if not self._parts:
            return
        self._parts["body"].value = str(self.html())
        self._parts["told"].value = ""
        for button, name in zip(self._parts["names"], self._frame.columns, strict=True):
            button.description = f"{str(name)[:14]}{self._arrow(str(name))}"

    def _arrow(self, name: str) -> str:
        return "" if not self._sort or self._sort[0] != name else (" ↓" if self._sort[1] else " ↑")

    def __repr__(self) -> str:
        return f"<TableView {len(self.found):,} 行 × {self._frame.shape[1]} 列>"

    def _repr_mimebundle_(self, **_options: object) -> dict[str, object]:
        bundle: dict[str, object] = {"text/plain": repr(self), "text/html": str(self.html())}
        view = self.widget._repr_mimebundle_()
        if isinstance(view, dict):
            bundle = {**{key: value for key, value in view.items() if key != "text/plain"}, **bundle}
        return bundle


def parse_terms(words: str, names: list[str]) -> list[Term]:
    """读筛选框。

    Args:
        words: 框里的字。
        names: 表里的列名。

    Returns:
        各条件。

    Raises:
        InputError: 比大小的地方不是数。

    Examples:
        >>> parse_terms("路灯 封>=5", ["封"])
        [Term(name='', test=':', value='路灯'), Term(name='封', test='>=', value='5')]
    """
    out = []
    for word in words.split():
        plain = "".join(_TESTS.get(char, char) for char in word)
        found = _TERM.match(plain)
        if not found or found["name"] not in names:
            out.append(Term("", ":", word))
            continue
        term = Term(found["name"], found["test"], found["value"])
        if term.test in (">", "<", ">=", "<="):
            _number(term)
        out.append(term)
    return out


def _number(term: Term) -> float:
    try:
        number = float(term.value.rstrip("%")) / (100 if term.value.endswith("%") else 1)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise InputError(
            explain(f"“{term.name}{term.test}{term.value}”后面不是数", "比大小要写数", "如 封>5、答复率<90%")
        )
    return number


def _hits(frame: pd.DataFrame, term: Term) -> Any:
    import pandas as pd

    if not term.name:
        found = pd.Series(False, index=frame.index)
        for name in frame.columns:
            found |= _texts(frame[name]).str.contains(term.value, case=False, regex=False)
        return found.to_numpy()
    column = frame[term.name]
    if term.test == ":":
        return _texts(column).str.contains(term.value, case=False, regex=False).to_numpy()
    if term.test == "=":
        return (_texts(column) == term.value).to_numpy()
    numbers, want = pd.to_numeric(column, errors="coerce"), _number(term)
    tests = {">": numbers > want, "<": numbers < want, ">=": numbers >= want, "<=": numbers <= want}
    return tests[term.test].to_numpy()


def _texts(column: pd.Series) -> Any:
    return column.map(lambda cell: "" if is_blank(cell) else str(cell)).astype(str)


def _cell(cell: object) -> str:
    if is_blank(cell):
        return ""
    if isinstance(cell, float):
        return f"{cell:,.4g}" if abs(cell) < 1000 else f"{cell:,.0f}"
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    text = str(cell)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "……"
