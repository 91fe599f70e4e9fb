"""给学员的分拣打分：漏特急最重，一级对给部分分，误合漏合都看，三条教训。"""

from __future__ import annotations

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError

TRUTH = pd.DataFrame(
    {
        "urgency": ["特急", "急", "一般", "一般"],
        "category": ["城乡建设", "农村农业", "交通运输", "交通运输"],
        "subcategory": ["城市建设和市政管理", "村务管理", "城市客运管理", "城市客运管理"],
        "department": ["住房和城乡建设局", "农业农村局", "交通运输局", "交通运输局"],
        "partners": [(), ("民政局",), (), ()],
        "appeal": ["求助", "举报", "投诉", "投诉"],
        "deadline": ["当日", "普通", "普通", "普通"],
        "duplicate_of": ["", "", "", "m3"],
        "personal_data": [("mobile",), (), (), ()],
        "urgency_reason": ["燃气外漏", "", "", ""],
    },
    index=["m1", "m2", "m3", "m4"],
)
RIGHT = TRUTH[
    ["urgency", "category", "subcategory", "department", "partners", "appeal", "deadline", "duplicate_of"]
].assign(publicity=["遮盖后公开", "不公开", "可以公开", "可以公开"])


def test_all_right_is_full_marks() -> None:
    """全对得满分，没有错，没有教训。"""
    result = wz.score_triage(RIGHT, TRUTH)
    assert result.total == 100 and not result.faults and not result.lessons
    assert (result.missed_urgent, result.transfers, result.late, result.leaks) == (0, 0, 0, 0)


def test_missed_danger_costs_most() -> None:
    """漏一件特急，比把一般抬成特急、分错二级分类都重。"""

    def lost(column: str, row: str, value: str) -> float:
        wrong = RIGHT.copy()
        wrong.loc[row, column] = value
        total = wz.score_triage(wrong, TRUTH).total
        assert total is not None
        return 100 - total

    missed = lost("urgency", "m1", "一般")
    assert missed > lost("urgency", "m1", "急") > lost("urgency", "m3", "特急") > 0
    assert missed > lost("category", "m3", "政法") > lost("subcategory", "m3", "其他") > 0


def test_partial_credit_arithmetic() -> None:
    """分类 18 分、四封：一封一级对二级错丢 0.3，即 18 × 0.3 / 4 = 1.35 分。"""
    wrong = RIGHT[["category", "subcategory"]].copy()
    wrong.loc["m3", "subcategory"] = "其他"
    field = wz.score_triage(wrong, TRUTH).fields["category"]
    assert field.score == pytest.approx(18 - 1.35) and field.right == 3


def test_counts_of_harm() -> None:
    """派错、误期、泄露、漏特急都数得出，逐封说明。"""
    wrong = RIGHT.copy()
    wrong.loc["m1", ["urgency", "department", "deadline", "publicity"]] = ["一般", "公安局", "普通", "可以公开"]
    wrong.loc["m2", "publicity"] = "可以公开"
    result = wz.score_triage(wrong, TRUTH)
    assert (result.missed_urgent, result.transfers, result.late, result.leaks) == (1, 1, 1, 2)
    assert {fault.field for fault in result.of("m1")} == {"urgency", "department", "deadline", "publicity"}
    assert "燃气外漏" in next(f.message for f in result.of("m1") if f.field == "urgency")
    assert len(result.lessons) == 3 and result.lessons[0].field == "urgency"
    assert result.lessons[0].lost >= result.lessons[1].lost >= result.lessons[2].lost
    assert result.lessons[0].examples == ("m1",)


def test_partner_named_as_lead_is_half_wrong() -> None:
    """把协办当了主办，算一半。"""
    wrong = RIGHT[["department"]].copy()
    wrong.loc["m2", "department"] = "民政局"
    field = wz.score_triage(wrong, TRUTH).fields["department"]
    assert field.score == pytest.approx(20 * (1 - 0.5 / 4))


def test_merges_found_and_wrongly_made() -> None:
    """合并按对子算：该合一对，合了两对对一对，准 1/3？——三封一组是三对。"""
    wrong = RIGHT[["duplicate_of"]].copy()
    wrong.loc["m2", "duplicate_of"] = "m3"
    merges = wz.score_triage(wrong, TRUTH).merges
    # m2、m3、m4 成一组共 3 对，其中只有 m3–m4 该合
    assert merges is not None and (merges.found, merges.right, merges.made) == (1, 1, 3)
    assert merges.precision == pytest.approx(1 / 3) and merges.recall == 1
    assert merges.f1 == pytest.approx(2 * 1 / (1 + 3))


def test_not_answered_is_not_wrong() -> None:
    """没作答的项不计；全没有就是未评分的错误。"""
    result = wz.score_triage(RIGHT[["urgency"]], TRUTH)
    assert result.total == 100 and result.fields["category"].score is None
    blank = wz.score_triage(RIGHT[["urgency"]].assign(urgency=""), TRUTH)
    assert blank.total is None and "未评分" in repr(blank)
    with pytest.raises(InputError, match="应有这些列"):
        wz.score_triage(pd.DataFrame({"x": [1]}), TRUTH)


def test_bad_tables() -> None:
    """重复的、找不到的信说明白。"""
    with pytest.raises(InputError, match="两次"):
        wz.score_triage(pd.concat([RIGHT, RIGHT]), TRUTH)
    with pytest.raises(InputError, match="找不到"):
        wz.score_triage(RIGHT.rename(index={"m1": "没有"}), TRUTH)
    with pytest.raises(InputTypeError):
        wz.score_triage([1], TRUTH)  # type: ignore[arg-type]


def test_shown_and_exported() -> None:
    """卡片转义，字典可写 JSON，签名带着代价表的摘要。"""
    bad = RIGHT.rename(index={"m1": "<script>"})
    truth = TRUTH.rename(index={"m1": "<script>"})
    bad.loc["<script>", "urgency"] = "一般"
    result = wz.score_triage(bad, truth)
    assert "<script>" not in result._repr_html_()
    data = result.to_dict()
    assert data["missed_urgent"] == 1 and "costs" in dict(result.signature.parts)


def test_machine_scores_itself() -> None:
    """自动建议也能拿来打分：仿真收件箱上远好于全判一般、全派一家。"""
    box = wz.simulate_inbox(n=60, seed=7)
    table = wz.triage_messages(box.messages, progress=False)
    got = wz.score_triage(table[["urgency", "category", "appeal"]], box.truth)
    lazy = wz.score_triage(
        pd.DataFrame({"urgency": "一般", "category": "城乡建设", "appeal": "投诉"}, index=box.truth.index), box.truth
    )
    assert got.total is not None and lazy.total is not None and got.total > lazy.total + 15
