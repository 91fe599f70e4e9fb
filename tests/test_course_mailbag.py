"""收件箱与合并建议的卡片：编号、主题、全文都在，危险字符转义，点错名说得出。"""

from __future__ import annotations

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab import course
from wenzheng_lab.errors import DatasetError, InputError, InputTypeError

BODY = "柳林路的路灯黑了半年，老人晚上不敢出门，请派人修一修。"


def frame() -> pd.DataFrame:
    """三封信：头两封几乎相同，第三封无关。"""
    return pd.DataFrame(
        {
            "message_id": ["a", "b", "c"],
            "subject": ["路灯", "路灯", "<b>公交</b>"],
            "body": [BODY, BODY + "谢谢。", "3路车改线以后不停医院门口。"],
            "created_at": ["2026-03-02 08:00", None, "2026-03-03 09:30"],
            "place": ["禾阳街道", float("nan"), ""],
        }
    )


def test_inbox_shows_letters_in_order() -> None:
    """箱里的信按次序显示，正文一字不少，注明种子。"""
    box = wz.simulate_inbox(12, seed=7)
    view = course.show_inbox(box, n=3)
    assert [letter.id for letter in view.letters] == box.messages["message_id"].tolist()[:3]
    assert view.total == 12
    page = view._repr_html_()
    assert "种子 7" in page
    assert all(letter.id in page and letter.subject in page for letter in view.letters)
    assert repr(view) == "收件箱：共 12 封，显示 3 封"


def test_table_with_gaps_is_shown_and_escaped() -> None:
    """缺时间、缺地点照样显示；标签转义。"""
    view = course.show_inbox(frame())
    assert view.letters[1].created_at is None
    assert view.letters[1].place == ""
    page = view._repr_html_()
    assert "nan" not in page.lower()
    assert "<b>公交" not in page
    assert "&lt;b&gt;公交" in page


def test_unit_letters_by_name() -> None:
    """打开的一课：按来信的名字挑。"""
    unit = course.open("L00")
    view = course.show_inbox(unit, "津贴")
    assert [letter.id for letter in view.letters] == ["L00-0002"]
    assert "L00" in view.note
    with pytest.raises(DatasetError, match="津贴"):
        course.show_inbox(unit, "津帖")


def test_duplicates_come_in_groups_with_reasons() -> None:
    """几乎相同的两封成一组，说出理由；无关的不在里面。"""
    found = course.show_duplicates(frame())
    ((pair,),) = found.groups
    assert {pair[0].id, pair[1].id} == {"a", "b"}
    page = found._repr_html_()
    assert pair[4] in page
    assert "公交" not in page
    assert "由人" in page
    assert repr(found) == "3 封里，有 1 组可能要合并"


def test_nothing_to_merge_is_said() -> None:
    """没有可合并的，说没有找到。"""
    found = course.show_duplicates(frame(), "a", "c")
    assert found.groups == ()
    assert "没有找到" in found._repr_html_()


def test_wrong_input_is_explained() -> None:
    """来的不是箱、封数不对、编号重复：各有说法。"""
    with pytest.raises(InputTypeError, match="simulate_inbox"):
        course.show_inbox(["信"])
    for bad in (0, True, 2.5):
        with pytest.raises(InputError, match="正整数"):
            course.show_inbox(frame(), n=bad)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="编号"):
        course.show_duplicates(frame().assign(message_id="a"))
