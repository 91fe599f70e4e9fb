"""造一个模拟的班：名单、各种交法、照 CLASSROOM 里记的样子弄坏。"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wenzheng_lab.classroom.assignment import Assignment, release
from wenzheng_lab.classroom.layout import ClassFolder, make_class
from wenzheng_lab.classroom.notebook import cells_of, dump_notebook

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "一二三四五六七八九十"

Notebook = dict[str, Any]


def new_class(path: Path, people: int = 5, *, units: tuple[str, ...] = ("L00",)) -> ClassFolder:
    """建一个班，名字是“姓+数目字”，一看就是模拟的。"""
    path.mkdir(parents=True, exist_ok=True)
    roster = path.parent / "名单来源.csv"
    rows = [
        f"{202600101 + n},{SURNAMES[n % 20]}{'学员' if n < 20 else '同学'}{GIVEN[n % 10]},青禾县" for n in range(people)
    ]
    roster.write_text("学号,姓名,单位\n" + "\n".join(rows) + "\n", encoding="utf-8-sig")
    folder = make_class(path, name="模拟班", roster=roster)
    for unit in units:
        release(folder, unit)
    return folder


def answered(folder: ClassFolder, unit: str, answers: dict[str, str]) -> Notebook:
    """把答案（代码的写法）填进学员版；没有给的题留空。"""
    assignment = Assignment.load(folder, unit)
    notebook: Notebook = json.loads(json.dumps(assignment.notebook))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name in answers:
            source = "".join(cell["source"])
            cell["source"] = source.replace("____", answers[name], 1).splitlines(keepends=True)
    return notebook


def right_answers(folder: ClassFolder, unit: str) -> dict[str, str]:
    """参考答案。"""
    spec = Assignment.load(folder, unit).unit
    return {group[0].id: repr(group[0].models[0].answer) for group in spec.questions}


def mixed_answers(folder: ClassFolder, unit: str, rng: random.Random) -> dict[str, str]:
    """有对有错有没做的：错答取自预先想到的错答。"""
    found = {}
    for group in Assignment.load(folder, unit).unit.questions:
        spec, luck = group[0], rng.random()
        wrongs = [item.answer for item in spec.wrongs]
        if luck < 0.65:
            found[spec.id] = repr(spec.models[0].answer)
        elif luck < 0.95 and wrongs:
            found[spec.id] = repr(rng.choice(wrongs))
    return found


def hand_in(place: Path, folder: ClassFolder, number: int, notebook: Notebook | bytes, name: str = "") -> Path:
    """按“姓名_学号_…”放进收件文件夹。"""
    person = folder.roster[number]
    path = place / (name or f"{person.name}_{person.id}_L00_练习.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else dump_notebook(notebook).encode())
    return path


def find_cell(notebook: Notebook, grade_id: str) -> Notebook:
    """按 nbgrader 的编号找一格。"""
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def copy_cell(notebook: Notebook) -> Notebook:
    """学员复制了答题格：nbgrader 的编号出现两次。"""
    at = notebook["cells"].index(find_cell(notebook, "L00-Q4"))
    twin = json.loads(json.dumps(notebook["cells"][at]))
    twin["id"] = "copied-cell"
    notebook["cells"].insert(at + 1, twin)
    return notebook


def delete_grade_cell(notebook: Notebook) -> Notebook:
    """学员删掉了评分格。"""
    notebook["cells"].remove(find_cell(notebook, "L00-Q1-grade"))
    return notebook


def strip_metadata(notebook: Notebook) -> Notebook:
    """用别的软件另存：格子的编号与标记都没有了。"""
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {}
        cell["id"] = f"x{number}"
    notebook["metadata"].pop("wenzheng", None)
    return notebook


def loop_forever(notebook: Notebook) -> Notebook:
    """答题格里是停不下来的循环。"""
    find_cell(notebook, "L00-Q4")["source"] = ["while True:\n", "    pass\n", "unit.q4.check('B')\n"]
    return notebook


def change_question(notebook: Notebook) -> Notebook:
    """改动了锁住的格子。"""
    find_cell(notebook, "L00-Q1-grade")["source"] = ["10.0"]
    return notebook


def cut_short(notebook: Notebook) -> bytes:
    """传到一半断了。"""
    data = dump_notebook(notebook).encode()
    return data[: len(data) // 2]


DAMAGES: dict[str, tuple[Callable[[Notebook], Notebook | bytes], str]] = {
    "copied": (copy_cell, "copied_cell"),
    "deleted": (delete_grade_cell, "deleted_cell"),
    "stripped": (strip_metadata, "stripped"),
    "loop": (loop_forever, ""),
    "changed": (change_question, "changed_locked"),
    "cut": (cut_short, "broken"),
}
"""名字 → （怎样弄坏，查件应当说的代号）"""


def sources(notebook: Notebook) -> dict[str, str]:
    """编号 → 内容。"""
    return {cell.grade_id: cell.source for cell in cells_of(notebook)}
