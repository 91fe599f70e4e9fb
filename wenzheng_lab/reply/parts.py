"""一部分一部分地存评分：写完一部分才记账，断在哪里都从最后一个完整的部分接着算。"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._files import sweep, write_bytes, write_text
from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.rules import CRITERIA

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "score-parts/1"
"""目录格式的版本"""
LEDGER = "账.json"
PART_ROWS = 5_000
"""一部分多少行；断了最多重算这么多"""
COLUMNS = ("total", "grade", "gates", *CRITERIA, "unscored", "advice", "signature")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "'", "＝", "＋", "－", "＠")
NUMBERS = ("total", *CRITERIA)


@dataclass(frozen=True, slots=True)
class Part:
    """写好的一部分。"""

    name: str
    """文件名"""
    rows: int
    """行数"""
    source: str
    """这一部分输入的摘要"""
    digest: str
    """文件内容的摘要"""


@dataclass(frozen=True, slots=True, repr=False)
class ScoredParts:
    """存在目录里的评分，一部分一个 csv。

    Examples:
        >>> ScoredParts.__name__
        'ScoredParts'
    """

    path: Path
    """目录"""
    parts: tuple[Part, ...]
    """各部分，先后排列"""
    signature: str
    """评分的签名"""
    resumed: int
    """这一次没有重算、接着用的行数"""

    @property
    def rows(self) -> int:
        """一共多少行。"""
        return sum(part.rows for part in self.parts)

    def frames(self) -> Iterator[pd.DataFrame]:
        """一部分一部分地读回来，内存不随行数涨。

        Yields:
            列与 ``score_replies`` 的结果相同；索引是行号，从 0 起。
        """
        start = 0
        for part in self.parts:
            yield read_part(self.path / part.name, start)
            start += part.rows

    def read(self) -> pd.DataFrame:
        """全部读回来，成一张表。

        Returns:
            列与 ``score_replies`` 的结果相同。
        """
        import pandas as pd

        frames = list(self.frames())
        return pd.concat(frames) if frames else pd.DataFrame(columns=list(COLUMNS))

    def __repr__(self) -> str:
        return f"ScoredParts({self.rows:,} 行，{len(self.parts)} 部分，接着用 {self.resumed:,} 行 | {self.path.name})"


def read_part(path: Path, start: int = 0) -> pd.DataFrame:
    """读一部分。

    Args:
        path: 文件。
        start: 第一行的行号。

    Returns:
        评分表。
    """
    import pandas as pd

    texts = {name: "str" for name in ("message_id", *COLUMNS) if name not in NUMBERS}
    frame = pd.read_csv(
        path, encoding="utf-8", dtype=texts, keep_default_na=False, na_values={n: [""] for n in NUMBERS}
    )
    for name in NUMBERS:
        frame[name] = frame[name].astype("float64")
    if "message_id" in frame.columns:
        frame["message_id"] = [text[1:] if text.startswith("'") else text for text in frame["message_id"]]
    frame.index = pd.RangeIndex(start, start + len(frame))
    return frame


class Ledger:
    """目录与账本：哪几部分写好了，输入与签名是不是还是原来的。"""

    def __init__(self, path: Path, *, signature: str, part_rows: int | None) -> None:
        self.path = path
        self.signature = signature
        self.parts: list[Part] = []
        self.part_rows = part_rows or PART_ROWS
        if path.exists() and not path.is_dir():
            raise InputError(explain(f"out 指向 {path.name}，它是一个文件", "应为目录", "请换一个名字"))
        book = path / LEDGER
        if book.exists():
            self._load(book, part_rows)
        elif path.exists() and any(not child.name.startswith(".") for child in path.iterdir()):
            raise InputError(
                explain(
                    f"目录 {path.name} 里已有别的文件，没有{LEDGER}",
                    "应为空目录，或上次评分留下的目录",
                    "请换一个新目录",
                )
            )
        # 上次被杀时写了一半的临时文件
        if path.is_dir():
            sweep(path, again=True)

    def _load(self, book: Path, part_rows: int | None) -> None:
        try:
            data = json.loads(book.read_text(encoding="utf-8"))
            known = data["format"]
            self.part_rows = int(data["part_rows"])
            parts = [Part(row["name"], int(row["rows"]), row["source"], row["digest"]) for row in data["parts"]]
            signature = str(data["signature"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError(
                explain(f"{book} 读不出（{error}）", "应是上次评分留下的账本", "请换一个新目录，从头评")
            ) from error
        if known != FORMAT:
            raise InputError(explain(f"{book} 的格式是 {show(known)}", f"应为 {FORMAT}", "请换一个新目录，从头评"))
        if signature != self.signature:
            raise InputError(
                explain(
                    f"这个目录里的分是按 {signature} 评的，现在的签名是 {self.signature}",
                    "同一张表里的分要出自同一份规则",
                    "请换一个新目录从头评，或装回原来的版本接着评",
                )
            )
        if part_rows is not None and part_rows != self.part_rows:
            raise InputError(
                explain(
                    f"part_rows 是 {part_rows}，这个目录是按 {self.part_rows} 行一部分写的",
                    "两次要一样",
                    "请去掉 part_rows",
                )
            )
        for at, part in enumerate(parts):
            file = self.path / part.name
            # 少了、坏了的部分，从它起重算；后面的是照它之后的输入算的，仍可用，但为简单一并重算
            if part.name != _name(at) or not file.is_file() or _digest(file.read_bytes()) != part.digest:
                break
            self.parts.append(part)

    def check(self, at: int, source: str, rows: int) -> bool:
        """这一部分是否写好了；写好了而输入变了就拒绝。

        Args:
            at: 第几部分，从 0 起。
            source: 现在这一部分输入的摘要。
            rows: 行数。

        Returns:
            写好了、输入没有变为真；还没有写为假。

        Raises:
            InputError: 输入变了。
        """
        if at >= len(self.parts):
            return False
        part = self.parts[at]
        if (part.source, part.rows) != (source, rows):
            first = sum(earlier.rows for earlier in self.parts[:at])
            raise InputError(
                explain(
                    f"输入变了：第 {first + 1:,} 行起的一部分与上次不同（上次 {part.rows:,} 行，这次 {rows:,} 行）",
                    "接着评时，输入要与上次一字不差",
                    "请换回原来的表，或换一个新目录从头评",
                )
            )
        return True

    def write(self, rows: Sequence[Mapping[str, object]], source: str, ids: Sequence[object] | None) -> None:
        """写一部分，再记账。

        Args:
            rows: 评分的各行。
            source: 输入的摘要。
            ids: 留言编号；没有为 None。
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["message_id", *COLUMNS] if ids is not None else COLUMNS)
        for at, row in enumerate(rows):
            cells = [_cell(row.get(name)) for name in COLUMNS]
            writer.writerow([_id_cell(ids[at]), *cells] if ids is not None else cells)
        data = out.getvalue().encode("utf-8", "replace")
        if not self.parts and not (self.path / LEDGER).exists():
            # 先有账本：头一部分刚写好就被杀，下次才认得这个目录
            self._save()
        name = _name(len(self.parts))
        write_bytes(self.path / name, data)
        self.parts.append(Part(name, len(rows), source, _digest(data)))
        self._save()

    def _save(self) -> None:
        book = {
            "format": FORMAT,
            "signature": self.signature,
            "part_rows": self.part_rows,
            "parts": [
                {"name": part.name, "rows": part.rows, "source": part.source, "digest": part.digest}
                for part in self.parts
            ],
        }
        write_text(self.path / LEDGER, json.dumps(book, ensure_ascii=False, indent=1))

    def finish(self, seen: int) -> None:
        """输入读完了：行数要对得上。

        Args:
            seen: 这一次读到几部分。

        Raises:
            InputError: 输入比上次短。
        """
        if seen < len(self.parts):
            raise InputError(
                explain(
                    f"输入变了：上次至少有 {sum(part.rows for part in self.parts):,} 行，这次没有那么多",
                    "接着评时，输入要与上次一字不差",
                    "请换回原来的表，或换一个新目录从头评",
                )
            )
        if not (self.path / LEDGER).exists():
            self._save()


def _name(at: int) -> str:
    return f"part-{at:05d}.csv"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fingerprint(records: Sequence[Mapping[str, object]]) -> str:
    """一部分输入的摘要：各行各格，空的都算一样。

    Args:
        records: 各行。

    Returns:
        十六进制的摘要。

    Examples:
        >>> fingerprint([{"reply": "甲"}]) == fingerprint([{"reply": "乙"}])
        False
        >>> fingerprint([{"reply": None}]) == fingerprint([{"reply": float("nan")}])
        True
    """
    from wenzheng_lab.model import is_blank

    seal = hashlib.sha256()
    for record in records:
        for name, value in record.items():
            # 长度写在前面：“甲”“乙丙”与“甲乙”“丙”不能算一样
            text = "" if is_blank(value) else str(value)
            data = text.encode("utf-8", "surrogatepass")
            seal.update(f"{name}:{len(data)}:".encode())
            seal.update(data)
        seal.update(b"\n")
    return seal.hexdigest()


def _cell(value: object) -> object:
    if value is None or value != value:  # NaN 不等于自己
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        # csv 读回来时，格里的回车会变成换行：先统一
        return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return value


def _id_cell(value: object) -> object:
    """编号是外人写的：以公式的字符开头的加撇号，用 Excel 打开也不会当公式；读回来时去掉。"""
    cell = _cell(value)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
