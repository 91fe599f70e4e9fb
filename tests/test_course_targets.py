"""考核的几张卡：率是分子除以分母；三招只动表不动事；换一张表，第一就换人。"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from wenzheng_lab import course
from wenzheng_lab.course import targets
from wenzheng_lab.course.quarter import read_letters
from wenzheng_lab.errors import InputError, InputTypeError

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def june() -> pd.DataFrame:
    """六月的来信。"""
    letters = read_letters("county-quarter")
    return letters[letters["created_at"] >= "2026-06-01"]


def test_rates_are_counted_by_hand(june: pd.DataFrame) -> None:
    """分子分母与直接数表一样：满意是三项平均到四分的，除以本人评过的（去掉自动好评）。"""
    stars = june[["rating_solved", "rating_attitude", "rating_speed"]].replace(0, float("nan"))
    mine = stars[~june["auto_rated"].fillna(False).astype(bool)].dropna(how="all")
    satisfied = int((mine.mean(axis=1) >= 4).sum())
    page = course.show_rates(june)._repr_html_()
    assert f"满意的 {satisfied:,}" in page
    assert f"本人评过的 {len(mine):,}" in page
    assert f"没有评的 {int(june['replied_at'].notna().sum()) - len(mine):,} 封" in page


def test_moves_change_the_table_and_not_the_matter(june: pd.DataFrame) -> None:
    """三招以后，说解决了的一封不多一封不少；各招只动该动的。"""
    small = june.head(600)
    before = targets._measure(small)
    after = {name: targets._measure(move(small)) for name, move in targets._MOVES.items()}
    for row in after.values():
        assert row["solved_rate"] * row["solved_n"] == pytest.approx(before["solved_rate"] * before["solved_n"])
    assert after["赶答"]["answered_rate"] == 1
    assert after["赶答"]["on_time__jinan12345"] == 1
    assert after["赶答"]["template_rate"] > before["template_rate"]
    assert after["赶答"]["satisfied_rate"] == pytest.approx(before["satisfied_rate"])
    assert after["默认好评"]["satisfied_with_auto"] > before["satisfied_with_auto"]
    assert after["默认好评"]["satisfied_rate"] == pytest.approx(before["satisfied_rate"])
    assert after["挑人评"]["satisfied_rate"] > before["satisfied_rate"]
    assert after["挑人评"]["rated_rate"] < before["rated_rate"]


def test_moves_leave_the_letters_alone(june: pd.DataFrame) -> None:
    """推演不改交来的表。"""
    small = june.head(300).copy()
    kept = small.copy()
    course.try_targets(small)
    assert small.equals(kept)


def test_last_row_says_nothing_moved(june: pd.DataFrame) -> None:
    """卡片末行三招都写“没有动”。"""
    assert course.try_targets(june.head(400))._repr_html_().count("没有动") == 3


@pytest.mark.slow
def test_another_table_another_first() -> None:
    """课文说的：只看满一周有没有回，尽责者垫底；看事情解决，尽责者第一。"""
    page = course.compare_targets(scenario="goodhart", seed=7)._repr_html_()
    rows = dict(re.findall(r"(尽责者|套话者|踢球者)</span></td>(.*?)</tr>", page))
    places = {name: re.findall(r"第 (\d)", row) for name, row in rows.items()}
    assert places["尽责者"] == ["3", "1", "1", "1"]
    assert places["套话者"][0] == places["踢球者"][0] == "1"


def test_one_person_moves_the_rate(june: pd.DataFrame) -> None:
    """一个人能动几个百分点，是一百除以评过的人数；不足五封的不显示。"""
    page = course.show_small_rates(june)._repr_html_()
    found = re.findall(r"(\d+)/(\d+)</td><td[^>]*>\d+%</td><td[^>]*>(\d+) 个百分点", page)
    assert found
    for _, rated, points in found:
        assert int(rated) >= 5
        assert int(points) == round(100 / int(rated))


def test_wrong_tables_are_explained(june: pd.DataFrame) -> None:
    """不是表、缺列：说清该怎么办。"""
    with pytest.raises(InputTypeError, match="read_letters"):
        course.show_rates([1])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="rating_solved"):
        course.try_targets(june.drop(columns="rating_solved"))
