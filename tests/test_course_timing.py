"""一课多长：估得出，不超过四十五分钟，教师用书里的表跟得上。"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wenzheng_lab.course import timing
from wenzheng_lab.course.timing import Minutes, all_minutes, lesson_minutes
from wenzheng_lab.errors import RuleFileError

BOOK = Path(__file__).resolve().parent.parent / "docs" / "instructors.md"
ROWS = {row.unit: row for row in all_minutes()}


@pytest.mark.parametrize("unit", ROWS)
def test_a_lesson_fits_in_three_quarters_of_an_hour(unit: str) -> None:
    """一个人从头读到尾、每题答一回，四十五分钟以内；也不会短得不成一课。"""
    assert 20 <= ROWS[unit].total <= 45, ROWS[unit]


def test_the_instructors_table_is_up_to_date() -> None:
    """教师用书里一课一行；合计与现在估的相差不到三分钟（评分卡的字会变）。"""
    written = dict(re.findall(r"^\| (L\d\d|R\d) \|.*\| (\d+) \|$", BOOK.read_text(encoding="utf-8"), re.MULTILINE))
    assert list(written) == list(ROWS)
    for unit, total in written.items():
        assert abs(int(total) - ROWS[unit].total) < 3, f"{unit} 写着 {total}，现在估 {ROWS[unit].total:.0f}"


def test_parts_add_up() -> None:
    """合计等于四段之和；上台的分钟只有 L12 有。"""
    one = Minutes("L99", 10, 2, 6, 20)
    assert one.total == 38
    assert repr(one) == "L99：约 38 分钟（读 10，看 2，答 6，上台 20）"
    assert [unit for unit, row in ROWS.items() if row.desk] == ["L12"]


def test_a_missing_number_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """快慢的文件里缺一样、写错一样，说得出是哪一行。"""
    text = timing.FILE.read_text(encoding="utf-8").replace("reading = 300", "reading = 0")
    broken = tmp_path / "timing.toml"
    broken.write_text(text, encoding="utf-8")
    monkeypatch.setattr(timing, "FILE", broken)
    timing.pace.cache_clear()
    with pytest.raises(RuleFileError, match="reading"):
        timing.pace()
    monkeypatch.undo()
    timing.pace.cache_clear()
    assert timing.pace().reading > 0


def test_longer_text_takes_longer() -> None:
    """题目不变，正文多一截，读的时间跟着多。"""
    from wenzheng_lab._paths import share_dir
    from wenzheng_lab.course.lesson import Lesson
    from wenzheng_lab.course.loading import load_unit

    (path,) = share_dir("notebooks").glob("L03_*.ipynb")
    lesson, unit = Lesson(path), load_unit(share_dir("exercises") / "L03")
    before = lesson_minutes(lesson, unit)
    cells = lesson.data["cells"]
    assert isinstance(cells, list)
    cells.append({"cell_type": "markdown", "source": "字" * 600})
    after = lesson_minutes(lesson, unit)
    assert after.reading == pytest.approx(before.reading + 2)
    assert after.answering == before.answering
