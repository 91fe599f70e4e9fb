"""年表与案例：每条有出处与状态，没有核实的另放，写坏了指到行。"""

from __future__ import annotations

import pytest

from wenzheng_lab import course
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.course.chronicle import FILE, WARNING, Casebook, Chronicle, Event, read_chronicle
from wenzheng_lab.errors import DatasetError, RuleFileError
from wenzheng_lab.rules.status import load_statuses

TEXT = FILE.read_text(encoding="utf-8")


def test_unverified_stands_below_the_warning() -> None:
    """没有核实的都在警告之后，核实过的都在警告之前。"""
    for book in (course.timeline(), course.cases()):
        page = book._repr_html_()
        sure, unsure = page.split(WARNING)
        rows = book.events if isinstance(book, Chronicle) else book.items
        assert any(row.status.verified for row in rows)
        for row in rows:
            assert row.status.label in (sure if row.status.verified else unsure)
            text = row.what if isinstance(row, Event) else row.happened
            assert (text in sure) is row.status.verified
        assert not any(status.label in sure for status in load_statuses().values() if not status.verified)


def test_all_eight_cases_of_the_field_are_there() -> None:
    """领域资料的八个案例都在，另有报刊案例。"""
    refs = [item.ref for item in course.cases().items]
    assert {f"C{number:02d}" for number in range(1, 9)} <= set(refs)
    assert refs.count("press") >= 3


def test_cases_by_name() -> None:
    """只要几件；全是核实过的就没有警告；名字写错说出最像的。"""
    book = course.cases("shenqiu2013", "changsha2013")
    assert [item.id for item in book.items] == ["shenqiu2013", "changsha2013"]
    assert WARNING not in book._repr_html_()
    with pytest.raises(DatasetError, match="shenqiu2013"):
        course.cases("shenqiu2031")


def test_plain_text_tells_how_many_are_verified() -> None:
    """没有界面时也说得出几条核实过；单条带状态。"""
    assert repr(course.timeline()).endswith("已核实")
    assert "已核实" in repr(course.cases())
    assert "未核实" in repr(course.timeline().events[0])
    assert "〔" in repr(course.cases().items[0])


def test_hostile_text_is_escaped() -> None:
    """数据里写了标签也只是文字。"""
    status = load_statuses()["P"]
    page = Chronicle([Event("2020", "<script>1</script>", "<b>", status)])._repr_html_()
    assert "<script" not in page
    assert Casebook([])._repr_html_()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('when = "1983-04-23"', 'when = "2030-01-01"', "时间先后"),
        ('source = "条例全文"\n', "", "缺字段 'source'"),
        ('status = "S"', 'status = "Z"', "Z"),
        ('id = "delete"', 'id = "cliche"', "用了两次"),
        ('ref = "C04"', 'ref = "C04"\nname = "某人"', "name"),
    ],
)
def test_broken_data_points_to_the_line(old: str, new: str, says: str) -> None:
    """次序乱、缺出处、状态不认识、重名、多了键：都指到文件与行。"""
    assert old in TEXT
    with pytest.raises(RuleFileError, match=r"chronicle\.toml:\d+") as caught:
        read_chronicle(TomlFile.parse("chronicle.toml", TEXT.replace(old, new, 1)))
    assert says in str(caught.value)
