"""读民意的几张卡：分母对不对、不足五封藏没藏、不满一周标没标；课文里说的话，数据里要真有。"""

from __future__ import annotations

import pandas as pd
import pytest

from wenzheng_lab import course
from wenzheng_lab.course.quarter import read_letters, residents
from wenzheng_lab.errors import DatasetError, InputError, InputTypeError


@pytest.fixture(scope="module")
def letters() -> pd.DataFrame:
    """一个季度的来信。"""
    return read_letters("county-quarter")


def test_letters_are_all_there(letters: pd.DataFrame) -> None:
    """封数与说明书一致，时间读成了时间，空格子是空串。"""
    assert len(letters) == 6000
    assert str(letters["created_at"].dtype).startswith("datetime64")
    assert letters["place"].notna().all()
    assert "种子" in letters.attrs["note"]


def test_missing_dataset_is_named() -> None:
    """没有的数据集：说有哪些，像哪一个。"""
    with pytest.raises(DatasetError, match="county-quarter"):
        read_letters("county-quater")


def test_every_place_has_residents(letters: pd.DataFrame) -> None:
    """来信里的地方都有人口可除。"""
    assert set(letters["place"]) - {""} == set(residents())


def test_lesson_story_holds(letters: pd.DataFrame) -> None:
    """课文说会上第一的是禾阳街道、垫底的两个乡按每万人跑到前头：数据里要真是这样。"""
    counts = letters["place"].value_counts().drop("")
    people = pd.Series(residents())
    rate = (counts / people).sort_values(ascending=False)
    assert counts.index[0] == "禾阳街道"
    assert set(counts.index[-2:]) == set(rate.index[:2])


def test_rate_is_count_over_residents() -> None:
    """云雾岭乡 11 封、11,000 人：每万人 10.0 封；禾阳街道 49 封、98,000 人：5.0 封。"""
    frame = pd.DataFrame({"place": ["禾阳街道"] * 49 + ["云雾岭乡"] * 11 + [""] * 3})
    page = course.show_places(frame)._repr_html_()
    assert "10.0" in page
    assert "5.0" in page
    assert "另有 3 封没有写地点" in page


def test_small_places_are_hidden() -> None:
    """不足五封的地方不露面，只说有几处。"""
    page = course.show_places(pd.DataFrame({"place": ["禾阳街道"] * 5 + ["渔梁镇"] * 4}))._repr_html_()
    assert "渔梁镇" not in page
    assert "还有 1 处不足 5 封" in page
    with pytest.raises(InputError, match="没有一处有五封以上"):
        course.show_places(pd.DataFrame({"place": ["渔梁镇"] * 4}))


def test_part_weeks_and_holidays_are_marked() -> None:
    """四十天，从星期三起：头尾不满一周的画斜纹、写明几天；五一放假写明。"""
    days = pd.date_range("2026-04-01", periods=40)
    frame = pd.DataFrame({"created_at": days.repeat(6)})
    page = course.show_weeks(frame)._repr_html_()
    assert page.count("repeating-linear-gradient") == 1  # 4月1日是星期三；末周到5月10日星期日，是整周
    assert "只有 5 天" in page
    assert "放假 3 天" in page


def test_hotspot_heat_is_the_sum_it_shows(letters: pd.DataFrame) -> None:
    """热度那道加法，四部分合起来就是热度（各四舍五入，差不过 2）。"""
    import re

    page = course.show_hotspots(letters.head(1500), top=3)._repr_html_()
    sums = re.findall(r"(\d+) = (\d+) \+ (\d+) \+ (\d+) \+ (\d+)", page)
    assert len(sums) == 3
    for total, *parts in sums:
        assert abs(int(total) - sum(map(int, parts))) <= 2


def test_words_show_both_denominators(letters: pd.DataFrame) -> None:
    """两批各多少封，写在卡上。"""
    june, may = letters[letters["created_at"] >= "2026-06-01"], letters[letters["created_at"] < "2026-05-01"]
    page = course.show_words(june, may, top=3)._repr_html_()
    assert f"{len(june):,} 封" in page
    assert f"{len(may):,} 封" in page


@pytest.mark.parametrize("show", [course.show_places, course.show_hotspots, course.show_weeks])
def test_wrong_things_are_explained(show: object) -> None:
    """来的不是表，或缺列：说来了什么、该怎么办。"""
    assert callable(show)
    with pytest.raises(InputTypeError, match="read_letters"):
        show([1, 2])
    with pytest.raises(InputError, match="没有"):
        show(pd.DataFrame({"x": [1]}))


def test_hostile_titles_are_escaped() -> None:
    """来信里的脚本进了卡片也只是字。"""
    rows = [f"<script>alert({i % 2})</script>食堂的饭吃坏了肚子{i}" for i in range(12)]
    frame = pd.DataFrame(
        {
            "message_id": [str(i) for i in range(12)],
            "subject": rows,
            "body": rows,
            "author": [f"甲{i}" for i in range(12)],
            "created_at": pd.date_range("2026-04-01", periods=12),
            "place": "渔梁镇",
        }
    )
    assert "<script" not in course.show_hotspots(frame)._repr_html_()
