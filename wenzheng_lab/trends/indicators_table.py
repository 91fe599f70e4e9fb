"""指标的结果：表、合计、说明、提醒、签名。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wenzheng_lab import _html
from wenzheng_lab.model import Signature
from wenzheng_lab.rules.glossary import load_glossary
from wenzheng_lab.trends.indicators_finish import bottom_name, rows_of
from wenzheng_lab.trends.indicators_rows import DERIVED
from wenzheng_lab.trends.indicators_spec import Indicator, spec
from wenzheng_lab.trends.indicators_warnings import GoodhartWarning

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "wenzheng.indicators/1"
"""``to_dict`` 的格式名与版本"""
_SHOWN_ROWS = 60


@dataclass(frozen=True, slots=True, repr=False)
class IndicatorTable:
    """一次指标计算的结果。"""

    table: pd.DataFrame
    """每组一行：分组的列、各指标、各分母。比率是 0–1，空的是不够数或没有"""
    total: pd.DataFrame
    """合计，一行，列与 ``table`` 的指标相同"""
    by: tuple[str, ...]
    """分组的列"""
    as_of: datetime | None
    """截止时刻：未答复的已等到这时；没有时间列为 None"""
    hidden: int
    """不够数、不显示的组数"""
    smallest: int
    """分母不到这么多的不显示"""
    clocks: tuple[tuple[str, str], ...]
    """（时限编号，给人看的说明，含出处与核实状态）"""
    notes: tuple[str, ...]
    """读这张表要知道的事"""
    warnings: tuple[GoodhartWarning, ...]
    """“指标动了、实事没动”的提醒"""
    signature: Signature
    """签名：指标、时限、工作日历的版本，引擎，程序版本"""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """表里各指标的说明，按列的先后。"""
        found = [spec().get(str(name)) for name in self.total.columns]
        return tuple(dict.fromkeys(item for item in found if item is not None))

    def labelled(self) -> pd.DataFrame:
        """中文表头的表，末行是合计；比率仍是 0–1。

        Returns:
            新表，可用 ``corpus.write_table`` 写出。
        """
        import pandas as pd

        frame = self.table
        if self.by:
            total = self.total.copy()
            for name in reversed(self.by):
                total.insert(0, name, "合计" if name == self.by[0] else "")
            frame = pd.concat([self.table.astype({name: object for name in self.by}), total], ignore_index=True)
        else:
            frame = self.total
        return frame.rename(columns={str(name): self.label(str(name)) for name in frame.columns})

    def label(self, name: str) -> str:
        """一列的中文名，带单位；分母写成“……的分母”。

        Args:
            name: 列名。

        Returns:
            中文名。
        """
        if name in self.by:
            return DERIVED.get(name) or next((term.term for term in load_glossary() if term.identifier == name), name)
        item = spec().get(name)
        clock = name.partition("__")[2]
        tail = f"〔{clock}〕" if clock else ""
        if item is not None:
            return f"{item.label}{tail}（{item.unit}）"
        tops = [column for column in self.total.columns if bottom_name(str(column), spec()) == name]
        top = spec().get(str(tops[0])) if tops else None
        return f"{top.label}{tail}的分母（封）" if top else name

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            schema、by、as_of、rows、total、notes、warnings、signature。
        """
        return {
            "schema": SCHEMA,
            "by": list(self.by),
            "as_of": self.as_of.isoformat(sep=" ") if self.as_of else None,
            "smallest": self.smallest,
            "hidden": self.hidden,
            "rows": rows_of(self.table) if self.by else [],
            "total": dict(rows_of(self.total)[0]),
            "clocks": [{"id": name, "text": text} for name, text in self.clocks],
            "notes": list(self.notes),
            "warnings": [{"code": item.code, "seen": item.seen, "check": item.check} for item in self.warnings],
            "signature": self.signature.to_dict(),
        }

    def __repr__(self) -> str:
        n = self.total["n"].iloc[0]
        groups = f"，{len(self.table)} 组" if self.by else ""
        warned = f"，{len(self.warnings)} 条提醒" if self.warnings else ""
        return f"<IndicatorTable {n:,.0f} 封{groups}{warned}，{self.signature}>"

    def _repr_html_(self) -> str:
        return str(self.html())

    def html(self, *, rows: int = _SHOWN_ROWS) -> _html.Markup:
        """一段 HTML：提醒、各组指标、说明；文字都转义。

        Args:
            rows: 每张表最多列几组。

        Returns:
            ``Markup``，可放进报告。
        """
        parts: list[_html.Content] = []
        if self.warnings:
            items = [_html.tag("li", _html.tag("b", item.seen), item.check) for item in self.warnings]
            parts += [_html.tag("h4", "先看这几处：指标好看，事情未必办好"), _html.tag("ul", *items)]
        for group, label in spec().groups.items():
            names = [
                str(name)
                for name in self.total.columns
                if (item := spec().get(str(name))) and item.group == group and not self._empty(str(name))
            ]
            if names:
                parts += [_html.tag("h4", label), self._grid(names, rows), self._formulas(names)]
        notes = [*(f"时限〔{name}〕：{text}" for name, text in self.clocks), *self.notes]
        parts.append(_html.tag("ul", *(_html.tag("li", note) for note in notes)))
        parts.append(_html.tag("p", _html.tag("small", str(self.signature))))
        return _html.tag("div", *parts, attrs={"class": "wz-indicators"})

    def _empty(self, name: str) -> bool:
        """分母是 0：一封也没有的（如没有未答复的），不占一列。"""
        of = bottom_name(name, spec())
        return bool(of) and of in self.total and bool((self.total[of] == 0).all())

    def _grid(self, names: Sequence[str], rows: int) -> _html.Markup:
        headers = [*(self.label(name) for name in self.by), *(self.label(name) for name in names)]
        body: list[list[_html.Content]] = []
        if self.by:
            for at in range(min(rows, len(self.table))):
                row = self.table.iloc[at]
                body.append([*(str(row[name]) for name in self.by), *(self._cell(row, name) for name in names)])
            if len(self.table) > rows:
                body.append([f"……另有 {len(self.table) - rows} 组，见 .table", *[""] * (len(headers) - 1)])
        lead: list[_html.Content] = ["合计", *[""] * (len(self.by) - 1)] if self.by else []
        body.append([*lead, *(self._cell(self.total.iloc[0], name) for name in names)])
        return _html.table(body, headers=headers)

    def _cell(self, row: pd.Series[float], name: str) -> str:
        value, item = row[name], spec().get(name)
        of = bottom_name(name, spec())
        bottom = row[of] if of and of in row else None
        if value != value:
            if row["n"] != row["n"] or (bottom is not None and 0 < bottom < self.smallest):
                return f"不足 {self.smallest}"
            return "—"
        text = show_value(float(value), item.unit if item else "")
        return f"{text}（{bottom:,.0f}）" if bottom is not None and bottom == bottom else text

    def _formulas(self, names: Sequence[str]) -> _html.Markup:
        items = list(dict.fromkeys(item for name in names if (item := spec().get(name))))
        rows = [[item.label, item.formula, item.caution] for item in items]
        return _html.tag(
            "details",
            _html.tag("summary", "怎样算的，要当心什么（括号里的数是分母）"),
            _html.table(rows, headers=["指标", "算法", "当心"]),
        )


def show_value(value: float, unit: str) -> str:
    """一个值给人看的写法。

    Args:
        value: 值；比率与百分点是 0–1。
        unit: 单位。

    Returns:
        文字，不带单位名（表头里有），百分号除外。

    Examples:
        >>> show_value(0.8356, "%"), show_value(-0.021, "百分点"), show_value(1234.0, "封"), show_value(7.5, "工作日")
        ('83.6%', '-2.1', '1,234', '7.5')
    """
    if unit == "%":
        return f"{value:.1%}"
    if unit == "百分点":
        return f"{value * 100:+.1f}"
    if unit in ("封", "份"):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if unit == "分" else f"{value:,.1f}"
