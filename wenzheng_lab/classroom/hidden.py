"""不公开的试用：只在教员的 ``secret/作业.toml`` 里，学员版、包、反馈里都没有。

只用于要学员写函数的题。参数一次一个传到隔离进程，应得的结果从不过去。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.course.kinds.code import Code, Trial
from wenzheng_lab.course.spec import UnitSpec
from wenzheng_lab.errors import show, suggest


def read_hidden(folder: ClassFolder, unit: UnitSpec) -> Mapping[str, Code]:
    """读一份作业不公开的试用。

    Args:
        folder: 班级。
        unit: 单元。

    Returns:
        题号 → 只含不公开试用的代码题；没有文件时为空。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。
    """
    path = folder.place("secret", f"{unit.id}.toml")
    if not path.is_file():
        return {}
    file = TomlFile.read(path)
    rows = file.table((), file.data, required=("case",))["case"]
    kinds = {group[0].id: group[0].kind for group in unit.questions}
    usable = [key for key, kind in kinds.items() if isinstance(kind, Code) and kind.trials]
    trials: dict[str, list[Trial]] = {}
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        where = ("case", number)
        case = file.table(where, row, required=("question", "args", "result"), optional=("because",))
        name = file.string((*where, "question"), case["question"])
        if name not in usable:
            raise file.error(
                (*where, "question"),
                f"{name} 不是写函数的题；{suggest(name, usable)}可用：{'、'.join(usable) or '（没有）'}",
            )
        if not isinstance(case["args"], list):
            raise file.error((*where, "args"), f"args 应为列表，来的是 {show(case['args'])}")
        trials.setdefault(name, []).append(Trial(tuple(case["args"]), case["result"], ""))
    found = {}
    for name, cases in trials.items():
        kind = kinds[name]
        if isinstance(kind, Code):
            found[name] = replace(kind, trials=tuple(cases))
    return found
