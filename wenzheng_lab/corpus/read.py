"""``read_messages``：把各处的导出读成规范列的表。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._files import scratch_folder
from wenzheng_lab._paths import as_path
from wenzheng_lab.corpus.archive import members, unpack
from wenzheng_lab.corpus.checks import check_frame, notes_of
from wenzheng_lab.corpus.collect import Collected, collect
from wenzheng_lab.corpus.frames import build_frame
from wenzheng_lab.corpus.reading import SHOWN, ReadingReport
from wenzheng_lab.corpus.registry import canonical_names, labels
from wenzheng_lab.corpus.schemas import Plan, check_mapping, mapped, propose, recognise
from wenzheng_lab.corpus.sources import open_tables
from wenzheng_lab.corpus.tables import RawTable, peek
from wenzheng_lab.errors import ReadError, explain, show, suggest

if TYPE_CHECKING:
    from os import PathLike

    from pandas import DataFrame

_HEADER_WITHIN = 30
"""表头最多在前几行里找；台账上面常有标题、填表说明"""


def read_messages(
    path: str | PathLike[str],
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    extra: bool = False,
    simplify: bool = False,
) -> DataFrame:
    r"""读留言导出表，换成规范列。

    认得的表见 ``corpus/data/schemas.toml``；按内容认种类、编码、分隔符与表头。不删重复，不补缺失，不改正文
    （只去首尾空白、统一换行、把写不下去的控制字符换成“�”）；没有读入的行都记在报告里。

    Args:
        path: xlsx、xls、csv、tsv、json、json 行、parquet、xml、网页表格，或装着它们的文件夹、zip。
        columns: 认不出的表用的对照，``{"规范列名": "原列名"}``；``"省份+市"`` 表示连起来。
        sheet: 只读这个工作表；默认读第一个认得出的，及与它同一种的。
        encoding: 文字文件的编码；默认自己认。
        extra: 是否保留没有用到的原列，放在规范列之后。
        simplify: 是否把繁体换成简体（OpenCC，只换字，不换用词）；编号不换。

    Returns:
        每条留言一行；有哪些列看原表，次序固定。``frame.attrs["reading"]`` 是 ``ReadingReport``。
        ``subject``、``body`` 空的读成空串，其余空的读成缺失；时间是北京时间，不带时区。

    Raises:
        ReadError: 打不开、是空的、认不出；认不出时信息里有可照抄的对照。
        InputError: 对照写错。

    Examples:
        >>> import pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = pathlib.Path(folder.name, "来信.csv")
        >>> _ = file.write_text("来信标题,来信内容\n路灯不亮,半年了\n", encoding="gb18030")
        >>> frame = read_messages(file, columns={"subject": "来信标题", "body": "来信内容"})
        >>> frame["body"].tolist(), frame.attrs["reading"].encoding
        (['半年了'], 'GB18030/GBK')
        >>> folder.cleanup()
    """
    if columns is not None:
        check_mapping(columns)
    where = as_path(path)
    parts: list[tuple[dict[str, object], Collected]] = []
    notes: list[str] = []
    with scratch_folder() as folder:
        several = members(where) if where.is_dir() else unpack(where, folder)
        if several is None:
            parts += _read_file(where, where.name, columns, sheet, encoding, extra, simplify, notes)
        else:
            notes += several.notes
            for name, file in several.files:
                try:
                    parts += _read_file(file, name, columns, sheet, encoding, extra, simplify, notes)
                except ReadError as error:
                    notes.append(f"{name} 没有读：{error}")
            if not parts:
                raise ReadError(
                    explain(
                        f"{where.name} 里没有一个读得出的文件" + ("：" + "；".join(notes[:5]) if notes else ""),
                        "应有 xlsx、csv、json 等留言表",
                        "请换一个文件夹，或用 columns= 写明对照",
                    )
                )
    frame = build_frame([part for _, part in parts])
    frame.attrs["reading"] = build_report(where.name, parts, notes, check_frame(frame), len(frame))
    return frame


def _read_file(
    path: Path,
    name: str,
    columns: Mapping[str, str] | None,
    sheet: str | None,
    encoding: str | None,
    extra: bool,
    simplify: bool,
    notes: list[str],
) -> list[tuple[dict[str, object], Collected]]:
    tables = open_tables(path, encoding=encoding)
    try:
        return _read_tables(tables, name, columns, sheet, extra, simplify, notes)
    finally:
        for table in tables:
            table.close()


def choose_tables(
    tables: list[RawTable], name: str, columns: Mapping[str, str] | None, sheet: str | None
) -> tuple[list[tuple[RawTable, Plan, int | None]], list[str]]:
    """认出要读的工作表与各自的表头。

    Args:
        tables: 文件里的全部工作表。
        name: 文件名，用在错误信息里。
        columns: 对照或 None。
        sheet: 只读这个工作表；None 为都看。

    Returns:
        （认出的表、读法、表头行号），认不出而有内容的工作表名。

    Raises:
        ReadError: 没有这个工作表，或一张也认不出。
    """
    if sheet is not None:
        names = [table.name for table in tables]
        if sheet not in names:
            raise ReadError(
                explain(
                    f"{name} 里没有工作表 {show(sheet)}",
                    f"有：{'、'.join(filter(None, names)) or '（没有工作表）'}",
                    f"请改写 sheet=；{suggest(str(sheet), names)}",
                )
            )
        tables = [tables[names.index(sheet)]]
    found: list[tuple[RawTable, Plan, int | None]] = []
    unknown: list[tuple[RawTable, Sequence[object]]] = []
    for table in tables:
        plan, row, header = _find_header(table, columns)
        if plan is not None:
            found.append((table, plan, row))
        else:
            unknown.append((table, header))
    if not found:
        raise _unknown(name, unknown, columns)
    return found, [table.name for table, header in unknown if header]


def _read_tables(
    tables: list[RawTable],
    name: str,
    columns: Mapping[str, str] | None,
    sheet: str | None,
    extra: bool,
    simplify: bool,
    notes: list[str],
) -> list[tuple[dict[str, object], Collected]]:
    found, unknown = choose_tables(tables, name, columns, sheet)
    out = []
    for table, plan, row in found:
        if plan.schema.id != found[0][1].schema.id:
            notes.append(f"工作表“{table.name}”是另一种表（{plan.schema.name}），没有读；要读请写 sheet=")
            continue
        part = collect(table, plan, row, extra=extra, simplify=simplify)
        full = f"{name}“{table.name}”" if table.name else name
        if not part.rows:
            notes.append(f"{full} 只有表头，没有内容")
        out.append((file_entry(full, table, plan, part), part))
    notes += [f"工作表“{title}”认不出，没有读" for title in unknown]
    if all(not part.rows for _, part in out):
        reasons = Counter(reason for _, part in out for _, reason in part.skipped)
        detail = "；".join(f"{reason} {count} 行" for reason, count in reasons.items())
        raise ReadError(
            explain(
                f"{name} 里没有一条留言" + (f"（{detail}）" if detail else "，只有表头"),
                "表头下面应至少有一行",
                "请重新导出；若内容在别的工作表，请写 sheet=",
            )
        )
    return out


def _find_header(
    table: RawTable, columns: Mapping[str, str] | None
) -> tuple[Plan | None, int | None, Sequence[object]]:
    """找表头。返回读法、表头行号、（认不出时）最像表头的一行。"""
    if table.header is not None:
        plan = mapped(table.header, columns) if columns else recognise(table.header)
        return plan, None, table.header
    first, table.rows = peek(table.rows, _HEADER_WITHIN)
    widest: Sequence[object] = ()
    for number, cells in first:
        plan = recognise(cells)
        if columns:
            try:
                plan = mapped(cells, columns)
            except ReadError:
                raise
            except ValueError:
                plan = None
        if plan is not None:
            return plan, number, cells
        if _filled(cells) > _filled(widest):
            widest = cells
    if columns and widest:
        mapped(widest, columns)  # 一行都对不上：让它说清楚缺哪一列
    return None, None, widest


def _filled(cells: Sequence[object]) -> int:
    return sum(1 for cell in cells if cell is not None and str(cell).strip())


def _unknown(
    name: str, unknown: Sequence[tuple[RawTable, Sequence[object]]], columns: Mapping[str, str] | None
) -> ReadError:
    header = max((header for _, header in unknown), key=_filled, default=())
    shown = [str(cell).strip()[:30] for cell in header if cell is not None and str(cell).strip()]
    if not shown:
        return ReadError(explain(f"{name} 里没有内容", "应有表头和至少一行", "请重新导出"))
    guess = propose(header)
    if "body" in guess or "subject" in guess:
        pairs = ", ".join(f'"{key}": "{value}"' for key, value in guess.items())
        words = " ".join(f"{key}={value}" for key, value in guess.items())
        todo = (
            f"若下面的对照不错，请照抄：命令行加 --columns {words}；笔记本里写 wz.read_messages(…, columns={{{pairs}}})"
        )
    else:
        todo = (
            "请写明哪一列是正文：命令行加 --columns subject=… body=…；"
            '笔记本里写 wz.read_messages(…, columns={"subject": "…", "body": "…"})'
        )
    return ReadError(
        explain(
            f"认不出 {name} 是哪种表；列是：{'、'.join(shown[:20])}",
            f"认得的表见 corpus/data/schemas.toml；至少要有正文（body，{labels()['body']}）",
            todo,
        )
    )


def file_entry(name: str, table: RawTable, plan: Plan, part: Collected) -> dict[str, object]:
    """报告里一张表的一条。

    Args:
        name: 给人看的名字。
        table: 原始表，已读完。
        plan: 读法。
        part: 读好的。

    Returns:
        name、format、encoding、schema、mapping、unused、kept、rows、notes 等。
    """
    kept = [plan.header[at] for at in plan.unused if plan.header[at] in plan.schema.keep]
    return {
        "name": name,
        "format": table.format,
        "encoding": table.encoding,
        "unit": table.unit,
        "schema": plan.schema.id,
        "schema_name": plan.schema.name,
        "mapping": plan.mapping,
        "unused": [plan.header[at] for at in plan.unused if plan.header[at] not in kept],
        "kept": kept,
        "rows": part.rows,
        "skipped": len(part.skipped),
        "broken_bytes": table.replaced,
        "notes": list(dict.fromkeys(table.notes)),
    }


def build_report(
    name: str,
    parts: Sequence[tuple[dict[str, object], Collected]],
    notes: Sequence[str],
    checked: Mapping[str, int],
    rows: int,
) -> ReadingReport:
    """合成阅读报告。

    Args:
        name: 来源的名字。
        parts: 各张表的条目与账。
        notes: 说明。
        checked: 数出的毛病。
        rows: 读入的行数。

    Returns:
        阅读报告。
    """
    skipped = [(str(entry["name"]), row, reason) for entry, part in parts for row, reason in part.skipped]
    found = Counter(checked)
    for _, part in parts:
        found.update(part.counts)
    say = [str(note) for entry, _ in parts for note in entry["notes"]]  # type: ignore[attr-defined]
    kept = dict.fromkeys(str(column) for entry, _ in parts for column in entry["kept"])  # type: ignore[attr-defined]
    if kept:
        say.append(f"{'、'.join(kept)} 的含义没有核实，照原名留着，没有当作评分或别的规范列")
    for column in canonical_names():
        bad = [item for _, part in parts for item in part.unreadable.get(column, ())]
        if bad:
            examples = "、".join(f"第 {row} 行“{text}”" for row, text in bad[:5])
            say.append(f"{labels()[column]}有 {len(bad):,} 格读不出，留空：{examples}")
        if found.get(f"zero_{column}"):
            say.append(f"{labels()[column]}有 {found[f'zero_{column}']:,} 格是 0，表示没有评，读成空")
    return ReadingReport(
        path=name,
        files=[entry for entry, _ in parts],
        rows_read=rows,
        skipped_total=len(skipped),
        skipped=skipped[:SHOWN],
        skipped_reasons=dict(Counter(reason for _, _, reason in skipped)),
        times=_times(parts),
        findings={key: int(value) for key, value in found.items() if value},
        notes=[*say, *notes_of(found, rows), *notes],
    )


def _times(parts: Sequence[tuple[dict[str, object], Collected]]) -> dict[str, dict[str, object]]:
    out: dict[str, dict[str, object]] = {}
    for name in canonical_names():
        tallies = [part.times[name] for _, part in parts if name in part.times]
        if tallies:
            counts: Counter[str] = Counter()
            examples: list[tuple[int, str]] = []
            for tally in tallies:
                counts.update(tally.counts)
                examples += tally.unreadable
            out[name] = {**counts, "examples": examples[:20]}
    return out
