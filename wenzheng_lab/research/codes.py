"""编码的结果：一位编码人一个文件，每编一格就存；合起来交给一致性。"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, InputTypeError, ReadError, explain, show

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "wenzheng.codes/1"
"""文件的格式名与版本"""


@dataclass(slots=True)
class CodeBook:
    """一位编码人编到哪里了。"""

    path: Path
    """存在哪里"""
    coder: str
    """编码人"""
    sample: str
    """样本的签名：换了样本就不能接着编"""
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    """份 → 项目 → 分"""
    notes: dict[str, str] = field(default_factory=dict)
    """份 → 备注"""

    @classmethod
    def open(cls, path: Path, *, coder: str, sample: str) -> CodeBook:
        """打开；有旧的就接着编。

        Args:
            path: 文件。
            coder: 编码人。
            sample: 样本的签名。

        Returns:
            ``CodeBook``。

        Raises:
            ReadError: 文件不是编码结果，或残缺。
            InputError: 是别人的，或别的样本的。
        """
        if not path.exists():
            return cls(path, coder, sample)
        book = read_book(path)
        if book.coder != coder:
            raise InputError(
                explain(f"{path.name} 是 {book.coder} 编的", f"应是 {coder} 的", "一位编码人用一个文件，请换一个名字")
            )
        if book.sample != sample:
            raise InputError(
                explain(f"{path.name} 编的是另一个样本", "接着编要用同一个样本", "请用原来的表与种子再抽，或换一个文件")
            )
        return book

    def put(self, item: str, criterion: str, code: int | None) -> None:
        """记下一格，马上存盘；None 是擦去。

        Args:
            item: 份。
            criterion: 项目。
            code: 分。

        Raises:
            WenzhengError: 写不进；原来的文件还在。
        """
        with self._alone():
            row = self.codes.setdefault(item, {})
            if code is None:
                row.pop(criterion, None)
            else:
                row[criterion] = code
            self._save()

    def note(self, item: str, text: str) -> None:
        """记下备注，马上存盘；空串是擦去。

        Args:
            item: 份。
            text: 备注。

        Raises:
            WenzhengError: 写不进；原来的文件还在。
        """
        with self._alone():
            self.notes[item] = text
            if not text:
                del self.notes[item]
            self._save()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """另一个窗口也在编：等它写完，接上它写的再写，谁也不盖掉谁。"""
        from wenzheng_lab._files import locked

        with locked(self.path):
            if self.path.exists():
                with suppress(ReadError):
                    there = read_book(self.path)
                    if (there.coder, there.sample) == (self.coder, self.sample):
                        self.codes, self.notes = there.codes, there.notes
            yield

    def _save(self) -> None:
        from wenzheng_lab._files import write_text

        data = {"schema": SCHEMA, "coder": self.coder, "sample": self.sample, "codes": self.codes, "notes": self.notes}
        write_text(self.path, json.dumps(data, ensure_ascii=False, indent=0) + "\n")


def read_book(path: Path) -> CodeBook:
    """读一位编码人的文件。

    Args:
        path: 文件。

    Returns:
        ``CodeBook``。

    Raises:
        ReadError: 没有、读不了，或不是编码结果。
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ReadError(explain(f"读不了 {path.name}（{error}）", "应为编码结果的 json 文件", "请检查路径")) from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ReadError(explain(f"{path.name} 不是编码结果", f"schema 应为 {SCHEMA}", "请换成 code_sample 存的文件"))
    codes, notes = data.get("codes"), data.get("notes", {})
    good = isinstance(codes, dict) and all(
        isinstance(row, dict) and all(isinstance(value, int) for value in row.values()) for row in codes.values()
    )
    if not good or not isinstance(codes, dict) or not isinstance(notes, dict):
        raise ReadError(explain(f"{path.name} 里的分不全是整数", "应由 code_sample 存", "请不要手改这个文件"))
    return CodeBook(path, str(data.get("coder")), str(data.get("sample")), codes, notes)


def _several(paths: object) -> list[object]:
    """一个路径不当作一串字母；别的要能一个个取出来。"""
    if isinstance(paths, str | PathLike):
        return [paths]
    if not isinstance(paths, Iterable) or isinstance(paths, bytes | Mapping):
        raise InputTypeError(explain(f"paths 是 {show(paths)}", "应为几个文件的路径", '如 ["甲.json", "乙.json"]'))
    return list(paths)


def read_codes(paths: Iterable[str | Path], criterion: str) -> pd.DataFrame:
    """把几位编码人的一个项目合成一张表，交给一致性。

    Args:
        paths: 各人的文件。
        criterion: 项目，如 ``completeness``。

    Returns:
        一行一份，一列一人，没编的为空；可直接 ``wz.agreement(表)``。

    Raises:
        ReadError: 文件读不了。
        InputError: 样本不一样，两个文件是同一个人，或没有人编过这个项目。

    Examples:
        >>> read_codes([], "completeness")
        Traceback (most recent call last):
        wenzheng_lab.errors.InputError: 一个文件也没有。至少要有一位编码人的文件。请写明路径。
    """
    import pandas as pd

    books = [read_book(as_path(path)) for path in _several(paths)]
    if not books:
        raise InputError(explain("一个文件也没有", "至少要有一位编码人的文件", "请写明路径"))
    if len({book.sample for book in books}) > 1:
        raise InputError(explain("几个文件编的不是同一个样本", "应为同一个样本", "请只放同一次抽样的"))
    names = [book.coder for book in books]
    if len(set(names)) < len(names):
        raise InputError(explain(f"有两个文件都是同一人的：{'、'.join(names)}", "一人一个文件", "请去掉一个"))
    columns: Mapping[str, dict[str, float]] = {
        book.coder: {item: float(row[criterion]) for item, row in book.codes.items() if criterion in row}
        for book in books
    }
    if not any(columns.values()):
        have = sorted({name for book in books for row in book.codes.values() for name in row})
        raise InputError(explain(f"没有人编过 {criterion}", f"编过的有：{'、'.join(have) or '（没有）'}", "请改写"))
    table = pd.DataFrame(columns, columns=names).sort_index()
    table.index.name = "item"
    return table
