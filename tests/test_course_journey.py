"""学习记录那一页：由记录算出，有长进的、要下功夫的都照数说；可以打印，签名稳定。"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest

import wenzheng_lab as wz
from wenzheng_lab import _lab
from wenzheng_lab.cli import main
from wenzheng_lab.course.build import lessons
from wenzheng_lab.course.journey import show_record
from wenzheng_lab.course.lesson import Lesson
from wenzheng_lab.errors import InputError, InputTypeError

WEAK = "您好！您反映的问题已收悉。我们高度重视，已责成相关部门尽快处理。"


def study(home: Path) -> None:
    """一位学员：L00 写了两稿答复，一题试了两次没对；L01 做对一题。"""
    unit = wz.course.open("L00", folder=home)
    unit.q3.check(WEAK)
    unit.q3.check(unit.q3.spec.models[0].answer)
    unit.q4.hint()
    unit.q4.check("A")
    unit.q4.check("C")
    other = wz.course.open("L01", folder=home)
    other.q1.check(other.q1.spec.models[0].answer)


def test_the_page_follows_from_the_record(tmp_path: Path) -> None:
    """课数、题数、次数、提示、长进、要下功夫的，都与做过的对得上。"""
    study(tmp_path)
    journey = show_record(tmp_path)
    first = next(stage for stage in journey.stages if stage.id == "L00")
    assert [stage.id for stage in journey.started] == ["L00", "L01"]
    assert (first.progress.done, first.attempts, first.hints) == (1, 4, 1)
    growth = {item.name: item for item in journey.growth}
    assert growth["owner_date"].better and growth["owner_date"].attempts == 2
    assert growth["owner_date"].latest > growth["owner_date"].first
    assert len(journey.to_work_on) <= 3
    assert any("q4" in text and "试了 2 次" in text for text in journey.to_work_on)
    assert "2/" in repr(journey)


def test_weak_criteria_come_first_with_advice(tmp_path: Path) -> None:
    """只写过空话：要下功夫的三样是最弱的三项，由低到高，带着下一步怎样写。"""
    wz.course.open("L00", folder=tmp_path).q3.check(WEAK)
    journey = show_record(tmp_path)
    weakest = sorted(journey.growth, key=lambda item: item.latest)[:3]
    assert [text.split("：")[0] for text in journey.to_work_on] == [item.label for item in weakest]
    assert all(item.advice and item.advice in text for item, text in zip(weakest, journey.to_work_on, strict=True))
    assert not any(item.better for item in journey.growth)


def test_nothing_studied_is_not_zero(tmp_path: Path) -> None:
    """没有学过：写着还没有学，没有分，没有要下功夫的，图也画得出。"""
    journey = show_record(tmp_path)
    assert journey.started == journey.growth == journey.to_work_on == ()
    text = journey.write_html(tmp_path / "a.html").read_text(encoding="utf-8")
    assert "还没有学" in text and "还没有写过答复" in text


def test_the_page_stands_alone_and_is_signed(tmp_path: Path) -> None:
    """网页自足，图在页里；同一份记录同一个签名，多做一题就变；姓名只在网页里，不进记录。"""
    study(tmp_path)
    journey = show_record(tmp_path)
    out = journey.write_html(tmp_path / "记录 <1>.html" if os.name != "nt" else tmp_path / "记录.html", name="<b>周明")
    text = out.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"(?!data:)", text)
    assert "data:image/png;base64," in text and "<script" not in text
    assert "&lt;b&gt;周明" in text and "<b>周明" not in text
    assert str(journey.signature) in text
    assert show_record(tmp_path).signature == journey.signature
    wz.course.open("L01", folder=tmp_path).q2.check("A")
    assert show_record(tmp_path).signature != journey.signature
    records = [path.read_text(encoding="utf-8") for path in (tmp_path / "我的学习记录").glob("*.json")]
    assert records and "周明" not in "".join(records)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """看一眼不改记录，不建文件夹。"""
    show_record(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert json.dumps(show_record(tmp_path).to_dict(), ensure_ascii=False)


def test_bad_arguments_are_named(tmp_path: Path) -> None:
    """种类不对、后缀不对：说怎样写。"""
    with pytest.raises(InputTypeError, match="应为学习文件夹的路径"):
        show_record(7)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"应以 \.html 结尾"):
        show_record(tmp_path).write_html(tmp_path / "a.pdf")
    with pytest.raises(InputTypeError, match="姓名"):
        show_record(tmp_path).write_html(tmp_path / "a.html", name=7)  # type: ignore[arg-type]


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """一条命令写好，并说要下功夫的。"""
    study(tmp_path)
    assert main(["record", "--folder", str(tmp_path), "--unit", "青禾县"]) == 0
    assert (tmp_path / "我的学习记录.html").is_file()
    assert "△" in capsys.readouterr().out


def test_the_lab_opens_where_one_stopped(tmp_path: Path) -> None:
    """再打开：上次学的那一课；那一课做完了，就是下一课；没有学过是第一课。"""
    (tmp_path / "notebooks").mkdir()
    for name in ("L00_开始", "L01_网络问政是什么", "L01_网络问政是什么.新版", "L02_收件箱"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text("{}", encoding="utf-8")
    assert "/L00_" in _lab.lesson_path(tmp_path)
    unit = wz.course.open("L01", folder=tmp_path)
    unit.q1.check("A")
    assert _lab.lesson_path(tmp_path) == f"/lab/tree/notebooks/{quote('L01_网络问政是什么.ipynb')}"
    for question in unit.questions.values():
        question.check(question.spec.models[0].answer)
    assert "/L02_" in _lab.lesson_path(tmp_path)


def test_every_lesson_shows_where_one_stands() -> None:
    """每一课开头打开单元并显示进度，末尾再看一次；表单里的答案下次还在（见 test_course_form）。"""
    for path in lessons():
        code = [cell.source for cell in Lesson(path).cells if cell.kind == "code"]
        first = next(source for source in code if "course.open(" in source)
        assert first.rstrip().splitlines()[-1].strip().startswith(("unit", "L =")), path.name
        assert any("unit.progress()" in source for source in code), path.name
