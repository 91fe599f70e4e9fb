"""考试：出卷、发卷；答案和种子只在教员的 ``secret`` 里。

发给学员的是一份答卷笔记本和一份没有答案的试卷文件；收、查、评、批、反馈、报告都与平时的作业一样。
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenzheng_lab._course_files import blank_notebook
from wenzheng_lab._files import atomic_path, long_path, write_text
from wenzheng_lab.classroom.assignment import EXERCISE, mark_notebook, notebook_digest
from wenzheng_lab.classroom.exam_draw import draw_exam, texts, to_toml, whole_number
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.classroom.notebook import dump_notebook
from wenzheng_lab.course.loading import ANSWER_FILE, load_unit
from wenzheng_lab.course.paper import seal_unit
from wenzheng_lab.course.spec import UnitSpec
from wenzheng_lab.errors import InputError, explain, show

SECRET = "种子.json"
_NAME = re.compile(r"X\d{2}\Z")


@dataclass(frozen=True, slots=True)
class Exam:
    """出好的考试。"""

    name: str
    """考试名"""
    files: tuple[Path, ...]
    """发给学员的文件"""
    secret: Path
    """答案与种子所在的文件夹，只教员有"""
    desk_seed: int
    """办件考试的种子；开考时当场公布"""

    def summary(self) -> str:
        """给教员看的话。

        Returns:
            几行文字。
        """
        files = "\n".join(f"  {path}" for path in self.files)
        return (
            f"{self.name} 出好了。发给学员：\n{files}\n"
            f"答案和种子在 {self.secret}，不要发出去；题目可以在那里改，改完再运行一次本命令。\n"
            f"要考办件：开考时公布种子 {self.desk_seed}，学员运行 "
            f'wz.desk.open("exam", seed={self.desk_seed}, mode="exam")；收卷时当场记下各人的指纹 office.fingerprint，'
            f"收上来以后运行 wenzheng class logs {self.name}。"
        )


def make_exam(folder: ClassFolder, name: str, *, minutes: int = 60, seed: str = "", again: bool = False) -> Exam:
    """出一份考卷并写好发给学员的文件。

    已经出过的不重抽，只照 ``secret`` 里的题重写学员的文件；要重抽写 ``again=True``。

    Args:
        folder: 班级。
        name: 考试名，X 加两位数，如 ``X01``。
        minutes: 考多久（分钟）。
        seed: 秘密种子；不写就由系统的随机源造一个。
        again: 重抽。

    Returns:
        出好的考试。

    Raises:
        InputError: 考试名不合要求，或种子太短、猜得出。
        RuleFileError: 教员改过的题写错了。
    """
    if not _NAME.match(name):
        raise InputError(explain(f"考试名是 {show(name)}", "应为 X 加两位数，如 X01", "请改名"))
    if seed and len(seed) < 8:
        raise InputError(explain(f"种子只有 {len(seed)} 个字", "至少 8 个字，别人猜不出", "请换一个，或不写，由程序造"))
    place = folder.place("secret", name)
    keep = place / SECRET
    if again or not keep.is_file():
        chosen = seed or secrets.token_hex(16)
        _write_questions(place, name, chosen, minutes)
    kept = str(json.loads(keep.read_text(encoding="utf-8"))["seed"])
    load_unit.cache_clear()
    unit = load_unit(place)
    files = _write_files(folder, unit)
    return Exam(name, files, place, whole_number(kept, "desk"))


def desk_seed(folder: ClassFolder, name: str) -> int | None:
    """办件考试的种子。

    Args:
        folder: 班级。
        name: 考试名。

    Returns:
        种子；没有出过这份考卷为 None。
    """
    keep = folder.place("secret", name) / SECRET
    if not keep.is_file():
        return None
    return whole_number(str(json.loads(keep.read_text(encoding="utf-8"))["seed"]), "desk")


def _write_questions(place: Path, name: str, seed: str, minutes: int) -> None:
    drawn = draw_exam(seed, name)
    head = {
        "id": name,
        "title": "结业考试",
        "version": "1",
        "minutes": minutes,
        "goals": ["独立办完一份考卷。"],
    }
    top = (
        "[unit]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items()) + "\n"
    )
    keep = long_path(place / SECRET)
    # 三份都写好了才换上：盘满了、只读，旧的一份还在。里面的先换，种子最后：
    # 换到一半被杀，下次看见没有种子，就从头抽一份，不会拿半份卷子用
    with (
        atomic_path(keep) as kept,
        atomic_path(long_path(place / ANSWER_FILE)) as answers,
        atomic_path(long_path(place / EXERCISE)) as questions,
    ):
        _put(kept, json.dumps({"seed": seed}, ensure_ascii=False) + "\n")
        _put(answers, to_toml({"answer": drawn.answers}))
        _put(questions, top + to_toml({"letter": drawn.letters, "question": drawn.questions}))
        keep.unlink(missing_ok=True)


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def _write_files(folder: ClassFolder, unit: UnitSpec) -> tuple[Path, ...]:
    paper, sheet = f"{unit.id}_试卷.json", f"{unit.id}_答卷.ipynb"
    sealed = seal_unit(unit)
    marked = mark_notebook(_notebook(folder, unit, paper), unit, folder, grade_cells=False)
    blank = json.loads(blank_notebook(dump_notebook(marked), sheet))
    digest = notebook_digest(blank)
    for notebook in (marked, blank):
        notebook["metadata"]["wenzheng"] = {"assignment": unit.id, "release": digest, "paper": paper}
    # 教员版带答案，放在 secret；学员版与试卷放在 release
    write_text(long_path(folder.place("secret", unit.id) / sheet), dump_notebook(marked))
    target = folder.place("release", unit.id)
    write_text(long_path(target / sheet), dump_notebook(blank))
    write_text(long_path(target / paper), json.dumps(sealed, ensure_ascii=False, indent=1) + "\n")
    return target / sheet, target / paper


def _notebook(folder: ClassFolder, unit: UnitSpec, paper: str) -> dict[str, Any]:
    said: dict[str, str] = dict(texts())["notebook"]
    facts = {"name": folder.name, "id": unit.id, "minutes": unit.minutes, "paper": paper}
    # {…} 之外的花括号不会出现在题面里，照字换就行
    title, opening = (_fill(said[key], facts) for key in ("title", "open"))
    cells = [_cell("markdown", "title", title), _cell("code", "open", opening)]
    for group in unit.questions:
        question = group[0]
        how = question.kind.prompt().how
        cells.append(_cell("code", f"ask-{question.name}", f"unit.{question.name}"))
        cells.append(_cell("markdown", f"how-{question.name}", f"写法：`{how}`"))
        answer = json.dumps(question.models[0].answer, ensure_ascii=False)
        lines = [f"unit.{question.name}.check(", "    ### BEGIN SOLUTION", f"    {answer}", "    ### END SOLUTION", ")"]
        cells.append(_cell("code", f"answer-{question.name}", "\n".join(lines)))
    cells.append(_cell("code", "progress", "unit.progress()"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _fill(text: str, facts: dict[str, Any]) -> str:
    for key, value in facts.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
