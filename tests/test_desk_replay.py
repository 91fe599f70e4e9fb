"""回放：一步一步看别人的日志，写点评，日志一个字不动。"""

from __future__ import annotations

from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.desk.playback import replay
from wenzheng_lab.errors import ReadError
from wenzheng_lab.office import check_log


def test_stepping_and_commenting(tmp_path: Path) -> None:
    """停在交办那一步，看到的是那时的件夹；点评存在旁边，再开还在；日志不动。"""
    path = tmp_path / "局.wzlog"
    office = wz.Office("first-day", seed=7, path=path)
    number = office.cases[0].id
    office.open(number)
    office.sort(number, urgency="一般")
    office.assign(number, lead="住房和城乡建设局")
    office.reply(number, "<b>您好</b>，正在处理。")
    office.next_day()
    office.shut()
    before = path.read_bytes()
    one = replay(path)
    for _ in range(3):
        one.act.click()
    assert one.events[one.at].kind == "assigned"
    assert "住房和城乡建设局" in one.case.value
    assert "您的答复" not in one.case.value
    one.note.value = "<i>派得准</i>"
    one.keep.click()
    one.act.click()
    assert "您的答复" in one.case.value
    assert "<b>您好" not in one.case.value + one.head.value
    assert one.note.value == ""
    again = replay(path)
    assert list(again.notes.values()) == ["<i>派得准</i>"]
    assert "&lt;i&gt;派得准" in again.list.value
    assert path.read_bytes() == before
    assert check_log(path) == ()
    again.notes_path.write_text("坏了", encoding="utf-8")
    with pytest.raises(ReadError, match="读不出来"):
        replay(path)
    assert wz.desk.replay is replay
