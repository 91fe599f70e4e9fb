"""阅读报告：读了多少行、哪些行没读、为什么，数据有哪些毛病。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from wenzheng_lab import _html
from wenzheng_lab.corpus.registry import labels

SHOWN = 200
"""报告里最多列出的行数；总数照实"""
_TIME_WORDS = {
    "true": "真正的日期",
    "text": "文字",
    "number": "数字",
    "unreadable": "读不出（留空）",
    "blank": "空",
}


class ReadingReport(dict[str, object]):
    """一次读入的报告；``frame.attrs["reading"]``。

    它是字典，因为 pandas 把 ``attrs`` 写成 json 存进 parquet，别的对象会让 ``to_parquet`` 出错。
    """

    def __deepcopy__(self, memo: object) -> ReadingReport:
        # pandas 每做一步就深拷贝一次 attrs；报告读完不再改，不必拷
        return self

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    @property
    def rows_read(self) -> int:
        """读入的行数。"""
        return _int(self.get("rows_read"))

    @property
    def skipped_total(self) -> int:
        """没有读入的行数。"""
        return _int(self.get("skipped_total"))

    @property
    def skipped(self) -> tuple[tuple[str, int, str], ...]:
        """没有读入的（文件或工作表，行号，原因），最多 200 行。"""
        rows = cast(Sequence[tuple[str, int, str]], self.get("skipped", ()))
        return tuple((where, row, reason) for where, row, reason in rows)

    @property
    def files(self) -> tuple[Mapping[str, object], ...]:
        """各个文件或工作表：name、format、encoding、schema、mapping、unused、rows、notes。"""
        return tuple(cast(Sequence[Mapping[str, object]], self.get("files", ())))

    @property
    def schema(self) -> str:
        """认出的表；有几种时用顿号连起来。"""
        return "、".join(dict.fromkeys(str(file["schema_name"]) for file in self.files))

    @property
    def encoding(self) -> str:
        """文字文件的编码；不是文字文件为空串。"""
        return "、".join(dict.fromkeys(str(file["encoding"]) for file in self.files if file["encoding"]))

    @property
    def times(self) -> Mapping[str, Mapping[str, object]]:
        """各时间列的账：true、text、number、unreadable、blank、day、month、odd 与读不出的例子。"""
        return cast(Mapping[str, Mapping[str, object]], self.get("times", {}))

    @property
    def findings(self) -> Mapping[str, int]:
        """数据毛病的计数：duplicate_ids、duplicate_bodies、truncated、auto_rated……"""
        return cast(Mapping[str, int], self.get("findings", {}))

    def lines(self) -> list[tuple[str, str]]:
        """报告的各行。

        Returns:
            （项目，内容）。
        """
        out = [("读入", f"{self.rows_read:,} 条")]
        for file in self.files:
            what = "，".join(str(file[key]) for key in ("format", "encoding", "schema_name") if file[key])
            out.append((str(file["name"]), f"{what}；{_int(file['rows']):,} 条"))
        for file in self.files:
            mapping = cast(Mapping[str, str], file["mapping"])
            names = labels()
            taken = [
                names[name] if names[name] == theirs else f"{names[name]}←{theirs}" for name, theirs in mapping.items()
            ]
            out.append(("读了哪些列", "，".join(taken)))
            if file["unused"]:
                out.append(
                    ("没有用到的列", "、".join(cast(Sequence[str], file["unused"])) + "（要保留请写 extra=True）")
                )
        if self.skipped_total:
            out.append(("没有读入", self._skipped_line()))
        out += [(f"{labels()[name]}的写法", _time_line(tally)) for name, tally in self.times.items()]
        out += [("请留意", str(note)) for note in cast(Sequence[str], self.get("notes", ()))]
        return out

    def _skipped_line(self) -> str:
        reasons = cast(Mapping[str, int], self.get("skipped_reasons", {}))
        parts = []
        for reason, count in reasons.items():
            rows = [str(row) for _, row, why in self.skipped if why == reason][:8]
            tail = "……" if count > len(rows) else ""
            parts.append(f"{reason} {count} 行" + (f"（第 {'、'.join(rows)}{tail} 行）" if rows else ""))
        return f"{self.skipped_total:,} 行：" + "；".join(parts)

    def __repr__(self) -> str:
        return f"<ReadingReport 读入 {self.rows_read:,} 条，没有读入 {self.skipped_total:,} 行，{self.schema}>"

    def __str__(self) -> str:
        return "\n".join(f"{name}：{text}" for name, text in self.lines())

    def _repr_html_(self) -> str:
        rows = [(_html.tag("strong", name), text) for name, text in self.lines()]
        style = "border-collapse:collapse;text-align:left;max-width:60em"
        return str(_html.table(rows, attrs={"class": "wz-reading", "style": style}))


def _time_line(tally: Mapping[str, object]) -> str:
    parts = [f"{_TIME_WORDS[key]} {_int(tally[key]):,}" for key in _TIME_WORDS if tally.get(key)]
    line = "，".join(parts)
    if tally.get("day"):
        line += f"；{_int(tally['day']):,} 个只有日期、没有钟点，按零时记"
    if tally.get("month"):
        line += f"；{_int(tally['month']):,} 个只到月，按当月 1 日记，算不得办理天数"
    if tally.get("odd"):
        line += f"；{_int(tally['odd']):,} 个早于 1990 年，请核对"
    examples = cast(Sequence[Sequence[object]], tally.get("examples", ()))
    if examples:
        line += "；读不出的如：" + "、".join(f"第 {row} 行“{text}”" for row, text in examples[:5])
    return line


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
