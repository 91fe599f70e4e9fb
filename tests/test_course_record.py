"""学习记录：不丢、不坏、不记人。"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from course_helper import clock, make_unit

from wenzheng_lab.course import Outcome
from wenzheng_lab.course.record import FOLDER, Record, learner_home


def test_progress_comes_back_after_restart(tmp_path: Path) -> None:
    """重新打开后，次数、提示、结果都还在。"""
    first = make_unit(tmp_path)
    first.q1.check("B")
    first.q1.hint()
    first.q1.check("A")
    line = make_unit(tmp_path).progress().lines[0]
    assert (line.outcome, line.attempts, line.hints) == (Outcome.PASSED, 2, 1)


def test_a_later_mistake_does_not_undo_a_pass(tmp_path: Path) -> None:
    """做对过的题，再答错也还是做对过。"""
    unit = make_unit(tmp_path)
    unit.q1.check("A")
    unit.q1.check("B")
    assert unit.q1.state is Outcome.PASSED


def test_progress_points_to_the_next_question(tmp_path: Path) -> None:
    """进度说做完几题、接着做哪题。"""
    unit = make_unit(tmp_path)
    assert unit.progress().where() == "1 题做完 0 题。接着做：q1 题名"
    unit.q1.check("A")
    assert unit.progress().where() == "1 题做完 1 题。这一课的题都做完了。"


def test_record_names_nobody(tmp_path: Path) -> None:
    """记录里没有用户名、目录和机器名。"""
    unit = make_unit(tmp_path)
    unit.q1.check("A")
    text = (tmp_path / "家" / FOLDER / "L99.json").read_text(encoding="utf-8")
    data = json.loads(text)
    assert set(data) == {"format", "unit", "about", "answers", "events"}
    assert set(data["events"][0]) == {"at", "question", "do", "outcome", "share", "answer", "version"}
    assert str(Path.home()) not in text
    assert str(tmp_path) not in text


def test_damaged_record_is_kept_aside_and_said(tmp_path: Path) -> None:
    """坏掉的记录改名留着，从头记起，并告诉学员一次。"""
    folder = tmp_path / "家" / FOLDER
    folder.mkdir(parents=True)
    (folder / "L99.json").write_text('{"events": [', encoding="utf-8")
    unit = make_unit(tmp_path)
    assert "已改名为 L99.坏1.json" in str(unit.q1.check("A"))
    assert (folder / "L99.坏1.json").read_text(encoding="utf-8") == '{"events": ['
    assert "改名" not in str(unit.q1.check("A"))
    assert unit.q1.attempts == 2


@pytest.mark.parametrize("text", ["[]", "null", '{"events": 1, "answers": {}}', '{"events": []}', "\x00"])
def test_strange_record_does_not_stop_the_class(tmp_path: Path, text: str) -> None:
    """记录里是别的东西，也照常上课。"""
    folder = tmp_path / "家" / FOLDER
    folder.mkdir(parents=True)
    (folder / "L99.json").write_text(text, encoding="utf-8")
    assert make_unit(tmp_path).q1.check("A").passed


def test_unwritable_folder_is_said_and_class_goes_on(tmp_path: Path) -> None:
    """存不进去：照常判题，反馈后面说明没有存上，次数记在内存里。"""
    (tmp_path / "家").write_text("这里是一个文件，建不了文件夹", encoding="utf-8")
    unit = make_unit(tmp_path)
    feedback = unit.q1.check("A")
    assert feedback.passed
    assert "没有存上" in str(feedback)
    assert "没有存上" in feedback._repr_html_()
    assert unit.q1.attempts == 1


def test_two_windows_do_not_lose_each_other(tmp_path: Path) -> None:
    """同一课开两个窗口，各记各的，都留下。"""
    one, two = Record("L99", tmp_path, now=clock), Record("L99", tmp_path, now=clock)
    one.add("L99-Q1", "check", outcome="needs_work")
    two.add("L99-Q1", "check", outcome="passed")
    one.add("L99-Q1", "hint")
    assert len(Record("L99", tmp_path).events) == 3


def test_lone_surrogate_is_saved(tmp_path: Path) -> None:
    """存不成 UTF-8 的字符也不让记录写不出来。"""
    record = Record("L99", tmp_path, now=clock)
    record.save_answer("L99-Q1", "坏\ud800字")
    assert record.take_problem() == ""
    assert Record("L99", tmp_path).answer("L99-Q1") == "坏?字"


@pytest.mark.skipif(os.name != "posix", reason="要 SIGKILL")
def test_killed_kernel_loses_nothing(tmp_path: Path) -> None:
    """内核写着写着被杀，记录仍读得出，写成的都在。"""
    program = f"""
from pathlib import Path
from wenzheng_lab.course.record import Record
record = Record("L99", Path({str(tmp_path)!r}))
for number in range(100000):
    record.save_answer("L99-Q1", number)
    if number == 30:
        print("写着", flush=True)
"""
    with subprocess.Popen([sys.executable, "-X", "utf8", "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    value = Record("L99", tmp_path).answer("L99-Q1")
    assert isinstance(value, int)
    assert value >= 30


@pytest.mark.parametrize(
    ("place", "expected"),
    [("学/notebooks", "学"), ("学/exercises/L00", "学"), ("学/别处", "学"), ("空", "空")],
)
def test_learner_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, expected: str) -> None:
    """在课文、练习或学习文件夹的哪一层运行，记录都存在一处。"""
    monkeypatch.delenv("WENZHENG_HOME")
    (tmp_path / "学" / ".wenzheng").mkdir(parents=True)
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / place)
    assert learner_home() == tmp_path / expected
