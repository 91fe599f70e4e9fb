"""报告里的数：分母、不适用、未评分、办理天数都算得对。"""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from wenzheng_lab.report.picks import pick_replies
from wenzheng_lab.report.summary import level_of, response_times, settings, summarize
from wenzheng_lab.rules import CRITERIA, load_rubric

START = datetime(2026, 3, 2, 9, 0)


def scores(totals: list[float | None], **columns: list[object]) -> pd.DataFrame:
    """照公共约定造一张评分表；没有写到的列都一样。"""
    rubric = load_rubric()
    data: dict[str, object] = {
        "total": pd.Series(totals, dtype="float64"),
        "grade": [rubric.grade(total) for total in totals],
        "gates": [""] * len(totals),
        **{name: pd.Series([None if total is None else 2.0 for total in totals], dtype="float64") for name in CRITERIA},
        "unscored": ["" if total is not None else "答复是空的" for total in totals],
        "advice": ["写明日子。"] * len(totals),
        "signature": ["reply:1|lab:0"] * len(totals),
    }
    return pd.DataFrame(data | columns)


def letters(count: int, **columns: list[object]) -> pd.DataFrame:
    data: dict[str, object] = {
        "message_id": [str(n) for n in range(count)],
        "subject": [f"路灯不亮之{n}" for n in range(count)],
        "body": ["请问何时修好？"] * count,
        "reply": [f"第{n}盏已修好。" for n in range(count)],
    }
    return pd.DataFrame(data | columns)


def test_unscored_rows_are_in_no_denominator() -> None:
    """未评分的不进分母，按原因另列。"""
    found = summarize(letters(4), scores([90, 50, None, None]), load_rubric())
    assert (found.rows, found.scored) == (4, 2)
    assert found.unscored == (("答复是空的", 2),)
    assert dict(found.grades) == {"优": 1, "良": 0, "中": 1, "差": 0}
    assert found.median == 70


def test_not_applicable_is_apart_from_zero() -> None:
    """不适用与 0 分是两回事，分母只算适用的。"""
    table = scores([80, 80, 80], remedy=[None, 0.0, 3.0])
    item = next(item for item in summarize(letters(3), table, load_rubric()).criteria if item.label == "说理与救济")
    assert (item.levels, item.not_applicable, item.count) == ((1, 0, 0, 1), 1, 2)


@pytest.mark.parametrize(("score", "level"), [(0, 0), (0.49, 0), (0.5, 1), (1.49, 1), (2.5, 3), (3, 3)])
def test_scores_fall_into_the_nearest_level(score: float, level: int) -> None:
    """分数取最近的一档，恰在中间的算上一档。"""
    assert level_of(score) == level


def test_gates_are_counted_once_per_reply() -> None:
    """一份触到两条红线：两条各算一次，“任何一条”只算一份。"""
    found = summarize(letters(3), scores([5, 60, 60], gates=["G1、G4", "", "G1"]), load_rubric())
    counted = {number: count for number, _, count in found.gates}
    assert (counted["G1"], counted["G4"], found.gated) == (2, 1, 2)


def test_response_time_tells_negative_and_missing() -> None:
    """答复早于留言、缺时间的不进分母，各有份数。"""
    replied = [START + timedelta(days=day) for day in (1, 10, 20, 40)] + [START - timedelta(days=1), None]
    frame = letters(6, created_at=[START] * 6, replied_at=pd.Series(replied, dtype="datetime64[us]"))
    times = response_times(frame, [True] * 6)
    assert (len(times.days), times.negative, times.missing) == (4, 1, 1)
    assert times.median == 15  # (10 + 20) / 2
    assert times.p90 == 40  # 4 份的第 90% 位进到第 4 份
    assert [times.share_within(limit) for limit in (15, 30, 60)] == [0.5, 0.75, 1.0]
    assert sum(count for _, count in times.histogram(settings().edges)) == 4


def test_p90_of_ten_is_the_ninth() -> None:
    """十份的 p90 是第九份：九成在它以内。"""
    replied = [START + timedelta(days=day) for day in range(1, 11)]
    frame = letters(10, created_at=[START] * 10, replied_at=replied)
    assert response_times(frame, [True] * 10).p90 == 9


def test_same_minute_reply_counts_in_the_first_bin() -> None:
    """当场答复的 0 天算在“1 天以内”。"""
    frame = letters(2, created_at=[START] * 2, replied_at=[START, START + timedelta(days=1)])
    assert response_times(frame, [True] * 2).histogram(settings().edges)[0] == ("1 天以内", 2)


def test_month_only_times_give_no_days() -> None:
    """时间只到月的表不算办理天数，并说明原因。"""
    frame = letters(2, created_at=[START] * 2, replied_at=[START] * 2)
    frame.attrs["reading"] = {"times": {"created_at": {"month": 2}}}
    assert "只到月" in response_times(frame, [True] * 2).why_not


def test_table_without_times_says_so() -> None:
    """没有时间列时说明缺哪一列。"""
    assert "答复时间" in response_times(letters(2, created_at=[START] * 2), [True] * 2).why_not


def test_small_groups_are_merged() -> None:
    """不足五份的单位不单列，合并后仍不足五份就不列；按份数排，不按分数。"""
    units = ["甲局"] * 6 + ["乙局"] * 8 + ["丙局"] * 3 + ["丁局"] * 2
    frame = letters(len(units), reply_unit=units)
    found = summarize(frame, scores([90.0] * 6 + [30.0] * 13), load_rubric())
    ((label, groups),) = found.groups
    assert label == "答复单位"
    assert [(group.name[:2], group.count) for group in groups] == [("乙局", 8), ("甲局", 6), ("其余", 5)]
    lonely = letters(7, reply_unit=["甲局"] * 6 + ["丙局"])
    ((_, groups),) = summarize(lonely, scores([90.0] * 7), load_rubric()).groups
    assert [group.name for group in groups] == ["甲局"]


def test_copies_are_picked_once() -> None:
    """一字不差（不看空白）的答复只列一份，注明另有几份。"""
    frame = letters(6, reply=["套话。", "套 话。", "套话。", "好的答复。", "中等。", "另一份。"])
    best, worst = pick_replies(frame, scores([10, 10, 10, 90, 50, 70]), 2)
    assert [pick.number for pick in best] == ["3", "5"]
    assert [(pick.number, pick.same) for pick in worst] == [("0", 2), ("4", 0)]


def test_nothing_is_both_best_and_worst() -> None:
    """份数很少时各挑一半，同一份不两头都算。"""
    best, worst = pick_replies(letters(3), scores([10, 50, 90]), 20)
    assert {pick.number for pick in best} & {pick.number for pick in worst} == set()
    one, none = pick_replies(letters(1), scores([50]), 20)
    assert (len(one), len(none)) == (1, 0)


def test_repeated_replies_are_counted() -> None:
    """套用的答复份数：与前面某份相同的算。"""
    frame = letters(3, reply=["一样。", "一样。", "不同。"])
    assert summarize(frame, scores([50, 50, 50]), load_rubric()).repeated == 1
