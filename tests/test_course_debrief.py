"""复盘：只照日志说话；误事的、救场的各归各；还没有办的说还没有开始。"""

from __future__ import annotations

from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab import course
from wenzheng_lab._paths import share_dir
from wenzheng_lab.errors import InputTypeError

SCENARIO = share_dir("exercises") / "L12" / "一个早上.toml"
URGENT = "QS0000002"


def morning() -> wz.Office:
    """L12 第二题的那个早上。"""
    return wz.Office(SCENARIO, seed=7)


def test_not_started_says_so() -> None:
    """一步没走：说还没有开始，不给一张全是零的表。"""
    assert course.show_debrief(morning()).said == "还没有开始办"


def test_neglected_urgent_letter_comes_first() -> None:
    """一样没做，过一天：急信没有交出去列在最前，引日志的原话，下周第一条说的是它。"""
    office = morning()
    office.next_day()
    card = course.show_debrief(office)
    assert card.said == "急信没有交出去 1 回"
    page = card._repr_html_()
    assert URGENT in page
    assert "1. 早上先把信扫一遍" in page
    assert "一封也没有动过" in page


def test_deleting_is_a_slip_and_correcting_is_a_save() -> None:
    """删帖归误事，公开更正归救场。"""
    office = morning()
    office.assign(URGENT, lead="住房和城乡建设局")
    office.publish("水质没有任何问题，网传有毒纯属谣言。\n青禾县网络问政办公室", topic="tap")
    office.correct("前面说没有任何问题，说早了。正在化验，下午3时报结果。\n青禾县网络问政办公室", post="P1")
    office.delete_post("QS0000003", reason="影响不好")
    page = course.show_debrief(office)._repr_html_()
    slips, saves = page.split("哪几步救了场")
    assert "删了帖" in slips
    assert "急信没有交出去" not in slips
    assert "公开更正" in saves
    assert "不删。答在原处" in saves


def test_unsound_announcement_is_no_save() -> None:
    """没有查清就打包票的发布，不算救场。"""
    office = morning()
    office.publish("水质没有任何问题，网传有毒纯属谣言。\n青禾县网络问政办公室", topic="tap")
    assert "公开说在前头" not in course.show_debrief(office)._repr_html_()


def test_log_file_gives_the_same_debrief(tmp_path: Path) -> None:
    """由日志文件看，与由那一局看，一样。"""
    path = tmp_path / "一天.wzlog"
    office = wz.Office("first-day", seed=7, path=path)
    office.open(office.cases[0].id)
    office.next_day()
    expected = course.show_debrief(office)._repr_html_()
    office.shut()
    assert course.show_debrief(path)._repr_html_() == expected


def test_log_has_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """课上的日志在学员的文件夹里。"""
    monkeypatch.setenv("WENZHENG_HOME", str(tmp_path))
    assert course.desk_log("county-week", seed=12) == tmp_path / "办件记录" / "county-week-12.wzlog"


def test_strange_things_are_explained() -> None:
    """认不出来的：说该给什么。"""
    with pytest.raises(InputTypeError, match="办件台"):
        course.show_debrief(3)
