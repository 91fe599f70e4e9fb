"""词语、对照、话题、传言、抄件：数目对得上手算，抄件与小数不骗人。"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError
from wenzheng_lab.trends.compare import newcombe, wilson
from wenzheng_lab.trends.keyness import log_likelihood
from wenzheng_lab.trends.terms import count_terms


def test_log_likelihood_by_hand() -> None:
    """十封里八封说、十封里两封说：2×Σ观察×ln(观察/期望)，期望都是五。"""
    by_hand = 2 * (8 * math.log(8 / 5) + 2 * math.log(2 / 5) + 2 * math.log(2 / 5) + 8 * math.log(8 / 5))
    assert log_likelihood(np.array([8]), np.array([2]), 10, 10)[0] == pytest.approx(by_hand)


def test_rates_not_counts_decide() -> None:
    """另一批大十倍、次数也多十倍的词不算关键；只在这批里多说的才算。"""
    here = [f"停水，编号{i}" for i in range(30)] + [f"路灯，编号{i}" for i in range(30)]
    there = [f"停水，序号{i}" for i in range(30)] + [f"路灯，序号{i}" for i in range(570)]
    table = wz.compare_words(pd.DataFrame({"body": here}), pd.DataFrame({"body": there}), phrases=False)
    row = table.set_index("term").loc["停水"]
    assert (row["count"], row["reference_count"]) == (30, 30)
    assert (row["rate"], row["reference_rate"]) == (500.0, 50.0)
    # (30.5/60.5)/(30.5/600.5) 取以二为底的对数
    assert row["log_ratio"] == pytest.approx(math.log2(600.5 / 60.5))
    assert row["low"] < row["log_ratio"] < row["high"]
    assert row["q"] < 0.001


def test_copies_do_not_make_a_keyword() -> None:
    """同一份文字发一百遍只算一封。"""
    spam = ["请马上查处幸福里楼下的露天烧烤，烟熏得人睡不着"] * 100
    rest = [f"路灯，编号{i}" for i in range(40)]
    table = wz.compare_words(pd.DataFrame({"body": spam + rest}), pd.DataFrame({"body": rest}), fewest=1)
    assert table.loc[table["term"] == "烧烤", "count"].tolist() in ([1], [])
    assert table["count"].max() <= 41


def test_split_names_come_back_as_phrases() -> None:
    """分词拆开的名字，常连在一起就认作短语。"""
    bodies = [f"{a}边，丽发新城，{b}楼" for a, b in zip("东西南北前后左右", "一二三四五六七八", strict=True)]
    found = count_terms([""] * 8, bodies, fewest=4).terms
    assert "丽发新城" in found


def test_intervals_agree_with_the_literature() -> None:
    """Wilson 与 Newcombe：对照 Newcombe（1998）的例子，81/263 与 56/70 减 48/80。"""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0


def groups() -> pd.DataFrame:
    rows = [("甲镇", "供水")] * 30 + [("甲镇", "供电")] * 10 + [("乙镇", "供水")] * 12 + [("乙镇", "供电")] * 28
    rows += [("丙村", "供水")] * 3 + [("丙村", "供电")] * 9 + [("丁村", "供水")] * 2
    return pd.DataFrame(rows, columns=["place", "category"])


def test_groups_are_compared_with_intervals_and_small_ones_hidden() -> None:
    """甲镇四成分之三高于其余；丙村三封、丁村两封，数字不显示。"""
    table = wz.compare_groups(groups(), by="place", of="category", value="供水").set_index("group")
    assert (table.loc["甲镇", "count"], table.loc["甲镇", "total"]) == (30, 40)
    assert table.loc["甲镇", "share"] == 0.75
    # 其余：12+3+2=17 封，共 54 封
    assert table.loc["甲镇", "gap"] == pytest.approx(0.75 - 17 / 54)
    assert table.loc["甲镇", "differs"]
    assert table.loc[["丙村", "丁村"], ["count", "share", "low", "gap"]].isna().all().all()
    assert table.loc["丙村", "note"].startswith("不足")


def test_a_missing_value_is_explained() -> None:
    """要看的值不在列里，列出有的。"""
    with pytest.raises(InputError, match="供水"):
        wz.compare_groups(groups(), by="place", of="category", value="供气")


def test_months_without_letters_are_zero() -> None:
    """没有来信的月份是零；首尾不满的月份写明。"""
    frame = pd.DataFrame({"created_at": ["2026-01-15", "2026-01-20", "2026-04-30"], "category": ["供水", None, "供电"]})
    table = wz.count_over_time(frame, by="month", of="category")
    assert table.index.astype(str).tolist() == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert table.loc["2026-02"].sum() == 0
    assert table.loc["2026-01", "（空）"] == 1
    assert table.attrs["partial"] == ["2026-01"]
    with pytest.raises(InputError, match="month"):
        wz.count_over_time(frame, by="hour")


THEMES = {
    "停水": "小区停水两天，自来水浑浊，水压不够，水务公司电话打不通",
    "公交": "公交末班车太早，站牌坏了，候车亭漏雨，司机甩站",
    "补课": "学校周末补课收费，老师要求自愿签字，家长不敢说",
}


def test_topics_are_found_labelled_and_steady() -> None:
    """三类来信分得开，标签说得出是什么，换种子还在；同一种子结果相同。"""
    rng = np.random.default_rng(8)
    bodies = ["，".join(rng.permutation(text.split("，"))[:3].tolist()) for text in THEMES.values() for _ in range(20)]
    truth = np.repeat(list(THEMES), 20)
    frame = pd.DataFrame({"body": bodies})
    found = wz.find_topics(frame, n=3, seed=7)
    table = pd.crosstab(truth, found.assigned)
    assert (table.max(axis=1) >= 18).all()
    assert all(topic.stability > 0.8 and topic.steady for topic in found.topics)
    assert found.assigned.equals(wz.find_topics(frame, n=3, seed=7).assigned)
    assert "<table" in found._repr_html_()


def test_too_few_letters_give_no_topics() -> None:
    """来信太少不硬分；种子不对要说明。"""
    assert wz.find_topics(pd.DataFrame({"body": ["路灯坏了"]}), n=2, seed=1).topics == ()
    with pytest.raises(InputError, match="seed"):
        wz.find_topics(pd.DataFrame({"body": ["路灯坏了"]}), seed=1.5)  # type: ignore[arg-type]


CLAIMS = pd.DataFrame(
    {
        "message_id": ["a", "b", "c", "d", "e", "f"],
        "body": [
            "听说自来水厂上游翻了一车农药，水还能不能喝？",
            "群里都在说自来水厂上游翻了农药车，是真的吗？",
            "网传水厂上游翻了一车农药，请政府给个准信。",
            "据说明书上写的，净水器三年换一次滤芯。",
            "听说幸福路下个月要收停车费",
            "路灯坏了，请派人修。",
        ],
        "author": ["A0001", "A0002", "A0003", "A0004", "A0005", "A0006"],
        "created_at": pd.date_range("2026-06-01", periods=6),
    }
)


def test_claims_are_gathered_by_what_is_said() -> None:
    """三个人转述同一个说法归到一条；引用说明书的不算，只有一个人说的不列。"""
    (claim,) = wz.watch_claims(CLAIMS)
    assert claim.members == ("a", "b", "c")
    assert (claim.people, claim.asking, claim.status) == (3, 2, "未核实") or claim.asking == 1
    assert "农药" in claim.text


def test_claims_never_name_who_said_it() -> None:
    """结果里没有账号，也没有按人排的东西。"""
    (claim,) = wz.watch_claims(CLAIMS)
    assert all(author not in repr(claim) + str(claim.members) for author in CLAIMS["author"])
    assert not {"author", "authors", "who"} & set(type(claim).__slots__)


def test_one_person_repeating_is_no_rumour() -> None:
    """一个人反复说，不算在传。"""
    assert wz.watch_claims(CLAIMS.assign(author="A0001")) == ()


def test_duplicates_of_a_whole_table() -> None:
    """整张表归组，索引与来的表相同；缺的格当空。"""
    body = "柳林路的路灯黑了半年，老人晚上不敢出门，请派人修一修。"
    frame = pd.DataFrame(
        {"message_id": [9, 8, 7, 6], "subject": ["灯", None, "灯", "别的"], "body": [body, body, body, None]},
        index=[5, 3, 1, 0],
    )
    grouped = wz.group_duplicates(frame)
    assert grouped.index.tolist() == [5, 3, 1, 0]
    assert grouped.tolist() == [9, 9, 9, 6]
    with pytest.raises(InputError, match=r"0\.5"):
        wz.group_duplicates(frame, threshold=0.2)
