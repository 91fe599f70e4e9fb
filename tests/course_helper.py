"""测试用：由几行 TOML 造一个单元，不碰仓库里的练习。"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from wenzheng_lab.course import Question, Unit
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.course.record import Record

UNIT = """[unit]
id = "L99"
title = "试验"
version = "1"
minutes = 5
goals = ["试一试"]
"""
COMMON = """[[question]]
id = "L99-Q1"
title = "题名"
ask = "题目"
measures = "量什么"
hints = ["提示一", "提示二"]
more = "再学一点"
"""
CHOOSE = (
    COMMON
    + """kind = "choose"
[[question.option]]
key = "A"
text = "甲"
right = true
because = "因为是甲。"
[[question.option]]
key = "B"
text = "乙"
right = false
because = "乙说的是别的事。"
[[question.option]]
key = "C"
text = "丙"
right = false
because = "丙没有日期。"
[[question.wrong]]
answer = "B"
outcome = "needs_work"
"""
)
ANSWER_A = '[[answer]]\nid = "L99-Q1"\nanswer = "A"\nwhy = "就是甲。"\n'


def clock() -> datetime:
    """不走的钟。"""
    return datetime(2026, 3, 9, 10, 0)


def write_unit(folder: Path, questions: str = CHOOSE, answers: str = ANSWER_A, head: str = UNIT) -> Path:
    """把练习写进 ``folder/L99``，给出目录。"""
    place = folder / "L99"
    place.mkdir(parents=True, exist_ok=True)
    (place / "exercise.toml").write_text(head + questions, encoding="utf-8")
    (place / "answers.toml").write_text(answers, encoding="utf-8")
    load_unit.cache_clear()
    return place


def make_unit(folder: Path, questions: str = CHOOSE, answers: str = ANSWER_A, *, seed: str = "") -> Unit:
    """造一个单元，学习记录放在 ``folder/家``。"""
    spec = load_unit(write_unit(folder, questions, answers))
    return Unit(spec, Record(spec.id, folder / "家", now=clock), seed=seed)


def make_question(folder: Path, questions: str = CHOOSE, answers: str = ANSWER_A) -> Question:
    """造一道题。"""
    return make_unit(folder, questions, answers).q1
