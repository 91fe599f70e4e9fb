"""热点：不同的话归到一件事，同一处的别的事不沾；热度按公式，一个人抄几份不算数。"""

from __future__ import annotations

import itertools
import math
import os
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, RuleFileError
from wenzheng_lab.rules import rule_path
from wenzheng_lab.trends.heat import fastest_growth
from wenzheng_lab.trends.naming import _spoken
from wenzheng_lab.trends.settings import load_settings, parse_settings
from wenzheng_lab.trends.vectors import plain

REAL = Path(os.environ.get("WENZHENG_REAL") or Path(__file__).resolve().parents[2] / "shared" / "real") / "附件3.xlsx"
DAY = datetime(2026, 3, 2, 9, 0, 0)

QUARRY = [
    ("B3区锦绣家园旁边的采石场太吵", "采石场半夜放炮，锦绣家园整栋楼都在抖，石粉落满阳台。"),
    ("锦绣家园小区附近采石场粉尘扰民", "家里一天擦三遍还是石粉，采石场的车从早跑到晚。"),
    ("投诉采石场放炮", "我们锦绣家园离采石场只有两百米，放炮时窗户都响。"),
    ("求管管锦绣家园后山采石场", "石粉呛得老人咳嗽，放炮吓哭孩子，采石场有没有手续？"),
    ("采石场何时停", "锦绣家园住户受不了采石场的粉尘和放炮，盼给个准信。"),
]
SAME_PLACE = [
    ("B3区锦绣家园停车收费涨价", "物业把月租从一百五涨到三百，没有公示，也没有征求意见。"),
    ("锦绣家园电梯三天两头坏", "七号楼电梯困过两回人，维保单位来了就走。"),
]
OTHERS = [
    ("咨询社保卡补办", "社保卡丢了，外地能不能网上补办，要带哪些证件？"),
    ("公交八路末班车太早", "晚自习下课赶不上末班，能不能延到十点半？"),
    ("建议在图书馆设还书箱", "下班后图书馆关门，书还不了，请装一个自助还书箱。"),
    ("教师资格证认定何时开始", "去年秋天考过了，认定公告一直没看到。"),
    ("农田灌溉渠堵了", "上游清淤的泥堆在渠口，稻子快旱死了。"),
    ("B5区枫林小学门口没有斑马线", "早晚接送的车很多，孩子穿马路太危险。"),
    ("举报无证幼儿辅导班", "居民楼三楼办托管，没有消防通道。"),
    ("医保报销比例怎么算", "住院花了八千多，只报了三千，想问问怎么算的。"),
]


def frame(rows: list[tuple[str, str]], **columns: list[object]) -> pd.DataFrame:
    data: dict[str, object] = {
        "message_id": [f"m{i}" for i in range(len(rows))],
        "subject": [subject for subject, _ in rows],
        "body": [body for _, body in rows],
        "author": [f"A{i:04d}" for i in range(len(rows))],
        "created_at": [DAY + timedelta(days=2 * i) for i in range(len(rows))],
    }
    return pd.DataFrame(data | columns)


EVERYTHING = frame(QUARRY + SAME_PLACE + OTHERS)
QUARRY_IDS = {f"m{i}" for i in range(len(QUARRY))}


def test_one_matter_is_found_across_wordings() -> None:
    """说法不同的五封归到一件事，同一小区的停车、电梯不在内。"""
    (first, *_) = wz.find_hotspots(EVERYTHING)
    assert set(first.members) == QUARRY_IDS
    assert "采石场" in first.title
    assert first.place == "B3区锦绣家园"
    assert "采石场" in first.keywords
    assert (first.start, first.end) == (DAY, DAY + timedelta(days=8))


def test_the_order_of_rows_does_not_matter() -> None:
    """行序打乱，组还是那个组，热度不变。"""
    shuffled = EVERYTHING.sample(frac=1, random_state=5)
    one, other = wz.find_hotspots(EVERYTHING)[0], wz.find_hotspots(shuffled)[0]
    assert set(one.members) == set(other.members)
    assert one.heat == pytest.approx(other.heat)
    assert (one.title, one.place, one.keywords) == (other.title, other.place, other.keywords)


def test_a_template_used_for_two_places_stays_two_matters() -> None:
    """套同一份模板说两个小区，不算一件事。"""
    body = "小区{}，底层有几家餐馆，油烟严重影响居民，衣服晾在外面全是油烟味，窗户长期不能打开，请为我们解决。"
    rows = [(f"{name}小区底层餐馆油烟", body.format(name)) for name in ("金沙湾", "金沙湾", "云溪里", "云溪里")]
    groups = {frozenset(hot.members) for hot in wz.find_hotspots(frame(rows + OTHERS))}
    assert {frozenset({"m0", "m1"}), frozenset({"m2", "m3"})} <= groups


CANTEENS = [
    ("青禾小学食堂饭菜凉了", "中午送到班里的饭菜都是凉的，孩子说食堂的菜难吃，家长想看看食堂后厨。"),
    ("白鹭小学食堂饭菜太贵", "食堂一餐收十五元，饭菜量少，家长问食堂收支公不公开。"),
    ("石桥小学食堂饭菜里有虫", "孩子在食堂饭菜里吃出虫子，家长要求食堂整改。"),
    ("枫林小学食堂饭菜不新鲜", "食堂的饭菜隔夜再卖，家长担心食堂卫生。"),
]
FUNDS = [
    ("咨询K市公积金贷款额度", "公积金贷款额度怎么算，公积金缴满一年能贷多少？"),
    ("请问J市公积金贷款条件", "公积金贷款要缴多久，公积金断缴两个月能不能贷款？"),
    ("F市公积金贷款怎么办", "办公积金贷款去哪个窗口，公积金贷款要哪些材料？"),
    ("咨询H3县公积金贷款", "公积金贷款还清了，第二套还能不能用公积金贷款？"),
]


@pytest.mark.parametrize("rows", [CANTEENS, FUNDS], ids=["几所学校的食堂", "几个市州的公积金"])
def test_the_same_kind_of_thing_in_many_places_is_no_one_matter(rows: list[tuple[str, str]]) -> None:
    """各说各的学校、各问各的市州：用词再像，也不是同一件事。"""
    hot = wz.find_hotspots(frame(rows + QUARRY + OTHERS))
    assert set(hot[0].members) == {f"m{len(rows) + i}" for i in range(len(QUARRY))}
    strangers = {f"m{i}" for i in range(len(rows))}
    assert all(len(strangers & set(one.members)) <= 2 for one in hot)


def test_the_name_of_the_matter_keeps_letters_that_tell_of_their_own_branch() -> None:
    """同一家机构的几个校区：有专有的名字，各说各的校区也是同一件事。"""
    rows = [
        ("卓帆英语东湖馆拖着不退费", "在卓帆英语交了两年学费，东湖馆关了门，退费拖了三个月。"),
        ("卓帆英语北苑馆不退费", "卓帆英语北苑馆说总部没钱，退费的申请交了半年。"),
        ("投诉卓帆英语拖欠退费", "卓帆英语退费的单子签了字，钱一直没到账，客服不接电话。"),
        ("卓帆英语城南馆退费难", "城南馆的老师都走了，卓帆英语的退费没有人管。"),
    ]
    (first, *_) = wz.find_hotspots(frame(rows + OTHERS))
    assert set(first.members) == {f"m{i}" for i in range(len(rows))}


def test_the_title_does_not_name_a_place_of_one_letter() -> None:
    """标题不写只有一封说到的县区、楼盘：不然大家的事成了那一处的事。"""
    rows = [
        ("人才补贴申请总不通过", "人才补贴申请了三次，人才补贴的系统都退回，说社保单位不符。"),
        ("人才补贴申请被退回", "人才补贴申请材料齐全，还是退回，补贴系统不写原因。"),
        ("B7县人才补贴申请退回的问题怎么解决请书记过问", "人才补贴申请退回，单位在B7县，补贴的窗口说管不了。"),
        ("人才补贴申请什么时候能通过", "人才补贴申请交了半年，补贴系统一直显示审核，后来退回。"),
    ]
    (first, *_) = wz.find_hotspots(frame(rows + OTHERS))
    assert len(first.members) >= 3
    assert "B7县" not in first.title


def test_heat_is_the_sum_of_its_parts() -> None:
    """热度按公式：五个人，点赞 4、9，五封分在两周，没有前一个月可比。

    人数 5；赞同 0.5×(√4+√9)=2.5；持续 1.5×ln(1+2)；增长 0。
    """
    likes = [4, 9] + [0] * (len(EVERYTHING) - 2)
    hot = wz.find_hotspots(EVERYTHING.assign(likes=likes))[0]
    assert hot.people == 5
    assert hot.support == pytest.approx(2.5)
    assert hot.duration == pytest.approx(1.5 * math.log(3))
    assert hot.growth == 0
    assert hot.heat == pytest.approx(5 + 2.5 + 1.5 * math.log(3))
    assert hot.likes == 13


def test_copies_by_one_person_do_not_count() -> None:
    """一个人把同一封信发二十遍，人数不变；不知道是谁的同一份文字也只算一个人。"""
    many = QUARRY + [QUARRY[0]] * 20
    for author in ("A0000", "匿名"):
        authors: list[object] = [f"A{i:04d}" for i in range(5)] + [author] * 20
        authors[0] = author
        hot = wz.find_hotspots(frame(many + OTHERS, author=authors + [f"B{i:04d}" for i in range(8)]))[0]
        assert (hot.people, len(hot.members)) == (5, 25)


def test_one_person_alone_is_no_hotspot() -> None:
    """只有一个人在说的，写多少封都不是热点。"""
    rows = QUARRY + OTHERS
    authors: list[object] = ["A0001"] * 5 + [f"B{i:04d}" for i in range(8)]
    assert all(not QUARRY_IDS & set(hot.members) for hot in wz.find_hotspots(frame(rows, author=authors)))


def test_likes_cannot_be_bought_by_many_letters_of_one_person() -> None:
    """一个人的点赞先合起来再开平方：十六个赞分在四封信上，与在一封上一样多。"""
    rows = QUARRY + [QUARRY[0]] * 3 + OTHERS
    authors: list[object] = [f"A{i:04d}" for i in range(5)] + ["A0000"] * 3 + [f"B{i:04d}" for i in range(8)]
    spread: list[object] = [4, 0, 0, 0, 0, 4, 4, 4] + [0] * 8
    single: list[object] = [16] + [0] * 15
    supports = [wz.find_hotspots(frame(rows, author=authors, likes=likes))[0].support for likes in (spread, single)]
    assert supports == [2.0, 2.0]


def test_growth_compares_neighbouring_months() -> None:
    """第一个月一人，第二个月三人：log₂((3+1)/(1+1))=1；表从这件事开始的，开头不算增长。"""
    days = np.array([100, 125, 126, 127])
    assert fastest_growth(days, 30, since=75) == 1.0
    assert fastest_growth(np.array([100, 101, 102]), 30, since=100) == 0.0
    assert fastest_growth(np.array([100, 101, 102]), 30, since=0) == 2.0
    assert fastest_growth(np.array([], dtype=int), 30, since=0) == 0.0


def test_a_matter_that_returns_after_half_a_year_is_another() -> None:
    """隔了半年多又有人说的，另算一件。"""
    rows = QUARRY + QUARRY + OTHERS
    times: list[object] = [DAY + timedelta(days=i) for i in range(5)]
    times += [DAY + timedelta(days=240 + i) for i in range(5)] + [DAY + timedelta(days=9 * i) for i in range(8)]
    found = {frozenset(hot.members) for hot in wz.find_hotspots(frame(rows, created_at=times))}
    assert {frozenset(f"m{i}" for i in range(5)), frozenset(f"m{i}" for i in range(5, 10))} <= found


def test_places_of_a_real_county_work_too() -> None:
    """没有遮盖的地名、地点列也行。"""
    rows = [(subject.replace("B3区", "青禾县"), body) for subject, body in QUARRY] + OTHERS
    places: list[object] = ["石桥头街道"] * 5 + ["柳浦街道"] * 8
    assert wz.find_hotspots(frame(rows, place=places))[0].place == "石桥头街道锦绣家园"


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"subject": [], "body": []}),
        pd.DataFrame({"subject": ["路灯坏了"]}),
        pd.DataFrame({"subject": ["", ""], "body": [None, "   "]}),
        pd.DataFrame({"body": ["\x00\ud800", "１" * 50, "😀" * 30]}, dtype=object),
        pd.DataFrame({"subject": ["甲事", "乙事"], "created_at": [None, pd.NaT]}),
    ],
    ids=["空表", "一行", "空文字", "怪字", "没有时间"],
)
def test_poor_tables_give_no_hotspots(table: pd.DataFrame) -> None:
    """没有可比的，给空，不报错。"""
    assert wz.find_hotspots(table) == ()


def test_missing_columns_are_not_needed() -> None:
    """只有正文也行：没有时间，没有作者。"""
    hot = wz.find_hotspots(pd.DataFrame({"body": [body for _, body in QUARRY + OTHERS]}))[0]
    assert hot.start is None
    assert set(hot.members) >= {0, 3}
    assert "None" not in repr(hot)


def test_bad_arguments_are_explained() -> None:
    """不是表、没有文字列、top 不对，各有一句明白话。"""
    with pytest.raises(InputTypeError, match="应为 pandas 的表"):
        wz.find_hotspots([1])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="subject"):
        wz.find_hotspots(pd.DataFrame({"标题": ["x"]}))
    for top in (0, True, 1.5):
        with pytest.raises(InputError, match="正整数"):
            wz.find_hotspots(EVERYTHING, top=top)  # type: ignore[arg-type]


def test_the_card_escapes_and_hides() -> None:
    """卡片里的来信文字都转义；标题里的电话遮住。"""
    rows = [(f"<script>锦绣家园采石场放炮 请打13812345678{'！' * i}", body) for i, (_, body) in enumerate(QUARRY)]
    hot = wz.find_hotspots(frame(rows + OTHERS))[0]
    assert "<script>" not in hot._repr_html_()
    assert "13812345678" not in hot._repr_html_() + repr(hot)
    assert hot.to_dict()["people"] == 5


def test_plain_text_keeps_words_apart() -> None:
    """标点换成空格，连写的字收短：分词走快路，词不跨标点。"""
    assert plain("停水！！停电，，哈哈哈哈") == "停水 停电 哈哈"


@pytest.mark.parametrize(
    ("spot", "subject", "said"),
    [
        ("吃进了医院", "食堂把学生吃进了医院", ""),
        ("路老车站", "盼恢复28路老车站", "老车站"),
        ("路口小学", "路口小学门口太堵", "路口小学"),
        ("锦绣家园", "锦绣家园旁边的采石场太吵", "锦绣家园"),
    ],
)
def test_half_a_sentence_is_no_place(spot: str, subject: str, said: str) -> None:
    """“哪里”一栏写地名，不写半句话。"""
    assert _spoken(spot, [subject]) == said


def test_the_settings_file_is_checked() -> None:
    """门槛文件写错时，指出哪一行哪个字段。"""
    text = TomlFile.read(rule_path("trends.toml")).text
    assert load_settings().numbers["heat"]["support"] == 0.5
    for wrong, message in [
        (text.replace("edge = 0.25", "egde = 0.25"), "egde"),
        (text.replace("edge = 0.25", 'edge = "多"'), "应为数"),
        (text.replace("西地省'", "西地省('"), "masked"),
    ]:
        with pytest.raises(RuleFileError, match=message):
            parse_settings(TomlFile.parse("trends.toml", wrong))


@pytest.mark.real
def test_real_hot_issues() -> None:
    """4,326 条真实留言：三件人所共知的事在前六，成员没有走样，与行序无关。"""
    if not REAL.exists():
        pytest.skip("没有附件3：真实留言不随包发布")
    messages = wz.read_messages(REAL)
    hot = wz.find_hotspots(messages, top=10)
    text = dict(zip(messages["message_id"], messages["subject"] + messages["body"], strict=True))
    for words, size, share in [(("搅拌",), 45, 0.9), (("车位", "捆绑"), 45, 0.9), (("人才",), 18, 0.9)]:
        best = max(hot[:6], key=lambda one: sum(any(w in text[m] for w in words) for m in one.members))
        told = [any(word in text[member] for word in words) for member in best.members]
        assert sum(told) >= size
        assert sum(told) >= share * len(told)
    assert all(one.heat >= other.heat for one, other in itertools.pairwise(hot))


def test_a_word_typed_twice_is_shown_once() -> None:
    """主题里手快打了两遍的词，标题里写一遍；叠字不动。"""
    from wenzheng_lab.trends.naming import _shorten
    from wenzheng_lab.trends.settings import load_settings

    settings = load_settings()
    assert _shorten("咨询住房公积金贷款贷款的问题", settings) == "住房公积金贷款"
    assert _shorten("小小小路灯坏了半个月", settings) == "小小小路灯坏了半个月"
