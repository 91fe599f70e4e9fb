"""核实状态：一项事实核对到什么程度，给使用者看怎样的话。"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import suggest
from wenzheng_lab.rules.load import rule_path


@dataclass(frozen=True, slots=True)
class Status:
    """一种核实状态。"""

    mark: str
    """标记，如 ``P``"""
    label: str
    """给使用者看的短语，如“已核实（原文）”"""
    verified: bool
    """能不能当作事实给学员看；不能的一律显示“未核实”"""
    meaning: str
    """一句话说明核对到什么程度"""


def parse_statuses(file: TomlFile) -> Mapping[str, Status]:
    """由 TOML 造核实状态表。

    Args:
        file: 读好的文件。

    Returns:
        标记到状态。

    Raises:
        RuleFileError: 字段不全，或未核实的状态没有写“未核实”。
    """
    top = file.table((), file.data, required=("version", "status"))
    rows = top["status"]
    if not isinstance(rows, list):
        raise file.error(("status",), "status 应写成 [[status]]")
    found: dict[str, Status] = {}
    for number, row in enumerate(rows):
        where = ("status", number)
        table = file.table(where, row, required=("mark", "label", "verified", "meaning"))
        status = Status(
            mark=file.string((*where, "mark"), table["mark"]),
            label=file.string((*where, "label"), table["label"]),
            verified=table["verified"] is True,
            meaning=file.string((*where, "meaning"), table["meaning"]),
        )
        if status.mark in found:
            raise file.error((*where, "mark"), f"标记 {status.mark!r} 重复")
        if not isinstance(table["verified"], bool) or status.verified == ("未核实" in status.label):
            raise file.error((*where, "verified"), "verified 应为 true 或 false；为 false 时 label 里必须写“未核实”")
        found[status.mark] = status
    return found


@functools.cache
def load_statuses() -> Mapping[str, Status]:
    """读随包的核实状态表，只读一次。

    Returns:
        标记到状态。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> load_statuses()["M"].label
        '未核实'
    """
    return parse_statuses(TomlFile.read(rule_path("status.toml")))


def read_status(file: TomlFile, where: Path_, value: object) -> Status:
    """把文件里的标记换成状态。

    Args:
        file: 标记所在的文件。
        where: 表内位置。
        value: 标记。

    Returns:
        状态。

    Raises:
        RuleFileError: 没有这个标记；带行号。
    """
    known = load_statuses()
    if isinstance(value, str) and value in known:
        return known[value]
    raise file.error(
        where,
        f"核实状态写成 {value!r}；{suggest(str(value), known)}可用："
        + "、".join(f"{s.mark}（{s.label}）" for s in known.values()),
    )
