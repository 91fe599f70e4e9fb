"""课程里有哪些文件交给学员，交出去的样子是什么。

课文原样交；练习的源文件带着参考答案，交出去之前要去掉；数据集原样交，便于用 Excel 打开看。
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from wenzheng_lab import _paths
from wenzheng_lab.errors import DatasetError, explain

FIRST_LESSON = "notebooks/L00_开始.ipynb"

SOLUTION_BEGIN = "### BEGIN SOLUTION"
SOLUTION_END = "### END SOLUTION"
BLANK = "____"
"""答题处的空；是一个真的对象，所以“全部运行”不会出错"""

_NOT_DELIVERED = frozenset({".ipynb_checkpoints", "__pycache__"})


def course_files() -> Iterator[tuple[str, bytes]]:
    """逐个给出要交给学员的文件。

    Yields:
        （相对路径，内容）；路径用 ``/`` 分隔，次序固定。

    Raises:
        DatasetError: 课程没有随包安装，或练习的源文件写错。
    """
    yield from _plain("notebooks", _paths.share_dir("notebooks"))
    for folder in ("exercises", "datasets"):
        try:
            root = _paths.share_dir(folder)
        except DatasetError:
            # 没有练习或数据集的版本也能上课；课文没有才是装坏了
            continue
        yield from _blank_exercises(root) if folder == "exercises" else _plain(folder, root)


def _plain(folder: str, root: Path) -> Iterator[tuple[str, bytes]]:
    for path in _files(root):
        yield f"{folder}/{path.relative_to(root).as_posix()}", path.read_bytes()


def _blank_exercises(root: Path) -> Iterator[tuple[str, bytes]]:
    # 题目、参考答案、错误答案（toml）由检查程序读，不交给学员
    for path in _files(root):
        if path.suffix == ".ipynb":
            name = f"exercises/{path.relative_to(root).as_posix()}"
            yield name, blank_notebook(path.read_text(encoding="utf-8"), name).encode("utf-8")


def _files(root: Path) -> list[Path]:
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") or part in _NOT_DELIVERED for part in path.relative_to(root).parts)
    )


def blank_notebook(text: str, name: str) -> str:
    """去掉练习笔记本里的参考答案，换成空。

    Args:
        text: 练习的源文件（ipynb 的文字）。
        name: 文件名，只用于错误信息。

    Returns:
        交给学员的 ipynb 文字。没有答案区的格子一字不动。

    Raises:
        DatasetError: 答案区没有成对。
    """
    notebook = json.loads(text)
    for number, cell in enumerate(notebook["cells"], start=1):
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if SOLUTION_BEGIN in source or SOLUTION_END in source:
            cell["source"] = _blank_source(source, f"{name} 第 {number} 格").splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _blank_source(source: str, place: str) -> str:
    lines: list[str] = []
    inside = False
    for line in source.splitlines():
        # 与 nbgrader 相同：一行里含有标记就算
        begins, ends = SOLUTION_BEGIN in line, SOLUTION_END in line
        if begins and not inside:
            inside = True
            lines.append(line[: len(line) - len(line.lstrip())] + BLANK)
        elif ends and inside:
            inside = False
        elif begins or ends:
            raise _unpaired(place)
        elif not inside:
            lines.append(line)
    if inside:
        raise _unpaired(place)
    return "\n".join(lines)


def _unpaired(place: str) -> DatasetError:
    expected = f"应先有“{SOLUTION_BEGIN}”，后有“{SOLUTION_END}”"
    return DatasetError(explain(f"{place} 的答案区没有成对", expected, "请改好练习的源文件"))
