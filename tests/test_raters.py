"""一致性：与手算相符，坏输入说清。"""

from __future__ import annotations

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError


def test_nominal_alpha_by_hand() -> None:
    """两人四份、两类：甲 aabb，乙 abbb。"""
    table = pd.DataFrame({"甲": [0, 0, 1, 1], "乙": [0, 1, 1, 1]})
    # 八个分数里 0 有 3 个、1 有 5 个；观察差别 2/8；期望差别 2×3×5/(8×7)=30/56；α = 1-(2/8)/(30/56) = 0.5333
    assert wz.agreement(table, level="nominal").alpha == pytest.approx(1 - (2 / 8) / (30 / 56))


def test_interval_alpha_by_hand() -> None:
    """等距尺度：三份 (0,1)(2,2)(3,3)。"""
    table = pd.DataFrame({"甲": [0, 2, 3], "乙": [1, 2, 3]})
    # 观察：两个 (0-1)² 记 2，除以 6；期望：全体 [0,1,2,2,3,3] 两两平方差之和×2 ÷ (6×5)
    scores = [0, 1, 2, 2, 3, 3]
    expected = sum((a - b) ** 2 for a in scores for b in scores) / 30
    assert wz.agreement(table, level="interval").alpha == pytest.approx(1 - (2 / 6) / expected)


def test_missing_ratings_are_left_out() -> None:
    """只有一人打过的份不算，空格不当零分。"""
    full = pd.DataFrame({"甲": [0, 1, 2], "乙": [0, 1, 2]})
    holes = pd.DataFrame({"甲": [0, 1, 2, 3], "乙": [0, 1, 2, None]})
    assert wz.agreement(full).alpha == wz.agreement(holes).alpha == 1
    assert wz.agreement(holes).items == 3


def test_order_of_disagreement_matters_on_an_ordinal_scale() -> None:
    """差一档比差三档更一致。"""
    near = pd.DataFrame({"甲": [0, 1, 2, 3, 0, 3], "乙": [1, 1, 2, 2, 0, 3]})
    far = pd.DataFrame({"甲": [0, 1, 2, 3, 0, 3], "乙": [3, 1, 2, 0, 0, 3]})
    assert wz.agreement(near).alpha > wz.agreement(far).alpha


def test_drift_tells_who_is_lenient() -> None:
    """每份都高一分的人，偏移是 +1，没有忽松忽紧。"""
    found = wz.agreement(pd.DataFrame({"甲": [1, 2, 3], "乙": [0, 1, 2], "丙": [0, 1, 2]}))
    assert found.drift["甲"].mean == pytest.approx(1.0)
    assert found.drift["甲"].spread == pytest.approx(0.0)
    # 乙：减去甲、丙的平均，(0-0.5) = -0.5
    assert found.drift["乙"].mean == pytest.approx(-0.5)
    assert "偏松" in found._repr_html_()


@pytest.mark.parametrize(
    ("table", "level", "error", "words"),
    [
        ([[1, 2]], "ordinal", InputTypeError, "DataFrame"),
        (pd.DataFrame({"甲": [1, 2]}), "ordinal", InputError, "至少要两位"),
        (pd.DataFrame({"甲": [1, None], "乙": [None, 2]}), "ordinal", InputError, "没有一份"),
        (pd.DataFrame({"甲": [1, 1], "乙": [1, 1]}), "ordinal", InputError, "都是 1"),
        (pd.DataFrame({"甲": [1, 2], "乙": [1, "好"]}), "ordinal", InputTypeError, "'好'"),
        (pd.DataFrame({"甲": [1, 2], "乙": [1, 2]}), "等级", InputError, "ordinal"),
    ],
    ids=["不是表", "一个人", "没有重叠", "全相同", "不是数", "尺度"],
)
def test_bad_ratings_are_refused(table: object, level: str, error: type[Exception], words: str) -> None:
    """坏输入给出三段式错误。"""
    with pytest.raises(error) as caught:
        wz.agreement(table, level=level)  # type: ignore[arg-type]
    assert words in str(caught.value)
