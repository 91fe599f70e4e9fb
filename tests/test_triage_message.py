"""一封信的分拣建议：各项都有依据，情绪不影响，坏输入不崩。"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.rules.deadlines import load_deadlines
from wenzheng_lab.rules.taxonomy import load_taxonomy

GAS = {"subject": "楼道有煤气味", "body": "三单元楼道里一股煤气味，越来越浓，二楼老人还在做饭，快来人。"}
ROAD = {
    "message_id": "M1",
    "subject": "村口的路",
    "body": "村口到小学的水泥路坏了半年，坑里积水，孩子上学绕田埂走。请问什么时候修？",
    "created_at": datetime(2026, 9, 17, 9, 0),
}


def test_every_field_is_filled() -> None:
    """各项都给出来，分类在目录里，依据引的是原文。"""
    one = wz.triage_message(ROAD)
    assert one.message_id == "M1"
    load_taxonomy().require(one.category, one.subcategory)
    assert one.appeal in ("咨询", "求助", "投诉", "举报", "建议", "感谢")
    assert one.department and one.asks and one.deadline.due is not None
    assert {"category", "appeal", "department"} <= {finding.criterion for finding in one.evidence}
    for finding in one.evidence:
        if finding.span is not None:
            assert finding.span.of(one.text) == finding.quote
        assert finding.why and finding.source
    assert all(ask.span.of(one.text) == ask.text for ask in one.asks)


def test_danger_transfers_at_once() -> None:
    """险情马上转，不等派单；卡片上写着。"""
    one = wz.triage_message(GAS)
    assert one.urgency == "特急" and one.transfers_now and one.deadline.term == "当日"
    assert "马上转" in one._repr_html_()


@pytest.mark.parametrize("angry", ["你们这帮人干什么吃的！！气死我了！", "我已经忍无可忍，太黑心了！！！"])
def test_emotion_never_lowers_service(angry: str) -> None:
    """同一件事，平静地说与发火地说，分类、单位、紧急程度、期限都一样；情绪只显示。"""
    calm = wz.triage_message(ROAD)
    hot = wz.triage_message({**ROAD, "body": ROAD["body"] + angry})
    assert (hot.category, hot.department, hot.urgency, hot.deadline.term) == (
        calm.category,
        calm.department,
        calm.urgency,
        calm.deadline.term,
    )
    assert calm.emotion == "平和" and hot.emotion in ("不满", "激愤")


def test_report_is_private() -> None:
    """举报一律不公开。"""
    one = wz.triage_message({"subject": "举报村干部", "body": "我实名举报村支书冒领低保金，有账本为证，请纪委查处。"})
    assert one.appeal == "举报" and one.publicity == "不公开"


def test_personal_data_is_masked_before_publishing() -> None:
    """有电话住址的要遮盖或只公开摘要；没有的可以公开。"""
    body = "我叫柳长顺，电话13805550127，家住望山镇柳树屯村三组18号，低保停了想问原因。"
    assert wz.triage_message({"subject": "低保", "body": body}).publicity != "可以公开"
    assert wz.triage_message({"subject": "路灯", "body": "人民路的路灯不亮，请修。"}).publicity == "可以公开"


@pytest.mark.parametrize(
    ("body", "channel"),
    [
        ("法院二审判决后对方一直不履行，申请执行两年没有结果。", "litigation"),
        ("公司和我有劳动争议，仲裁委已经立案，想请你们直接判。", "arbitration"),
        ("我想申请公开2024年征地的批复文件。", "legal"),
    ],
)
def test_channel_is_a_hint_with_source(body: str, channel: str) -> None:
    """可能应走的法定途径带着出处；只提示，不拒收。"""
    one = wz.triage_message({"subject": "反映问题", "body": body})
    found = {item.id: item for item in one.channel}
    assert channel in found
    assert "条" in found[channel].finding.source and one.department


def test_ordinary_matter_has_no_channel() -> None:
    """普通的事照常办理。"""
    assert wz.triage_message({"subject": "路灯", "body": "人民路的路灯不亮，请修。"}).channel == ()


@pytest.mark.parametrize("profile", ["gd2009", "sx2009", "xinfang", "xxgk", "jinan12345"])
def test_profiles_set_the_deadline(profile: str) -> None:
    """各套时限都能选，不管答复的那套说明白，没有核实的带着记号。"""
    one = wz.triage_message(ROAD, profile=profile)
    text = one.deadline.text
    if one.deadline.rule is None:
        assert "不管答复" in text
    else:
        assert one.deadline.rule.profile == profile
        assert one.deadline.due is not None and one.deadline.due.due_at > ROAD["created_at"]
        assert ("未核实" in text) is not one.deadline.due.verified
    assert profile in str(one.signature)


def test_own_deadlines_file(tmp_path: Path) -> None:
    """自己单位的时限写成文件就能用。"""
    path = tmp_path / "我的时限.toml"
    path.write_text(
        '[profile.qinghe]\nlabel = "青禾县办理规定"\n\n[[rule]]\nid = "qinghe.answer"\nprofile = "qinghe"\n'
        'stage = "answer"\ntrigger = "收到来信"\nlimit = 4\nunit = "working_day"\ndeliver = "答复"\n'
        'source = "青禾县政府办（文号）"\n',
        encoding="utf-8",
    )
    one = wz.triage_message(ROAD, profile="qinghe", deadlines=load_deadlines(path))
    # 9月20日（周日）调休上班：18、19（周六休）、20、21、22 → 第四个工作日是 9月22日
    assert one.deadline.due is not None and f"{one.deadline.due.due_at:%m-%d}" == "09-22"
    assert "未核实" in one.deadline.text


def test_working_point_shows_its_recall() -> None:
    """选哪个工作点，卡片上就写着它漏多少、误抬多少。"""
    one = wz.triage_message(GAS, alert="cautious")
    assert one.working_point.id == "cautious" and "30 封特急" in one.working_point.measured
    assert one.working_point.measured in one._repr_html_()
    with pytest.raises(InputError, match="急件的工作点"):
        wz.triage_message(GAS, alert="loud")


def test_numbered_letter_keeps_its_numbers() -> None:
    """写信人编了号的，一号一件；经过与反问不算。"""
    one = wz.triage_message({"subject": "小区", "body": "问题如下：1、电梯常坏。2、路灯不亮。3、物业费没有公示。"})
    assert [ask.text for ask in one.asks] == ["电梯常坏", "路灯不亮", "物业费没有公示。"]
    two = wz.triage_message(
        {"subject": "工地夜里施工", "body": "多次投诉没有人管。良心何在？希望城管尽快处理工地夜间施工的问题。"}
    )
    assert len(two.asks) == 1


@pytest.mark.parametrize(
    "body",
    ["", "。", "a\x00b", "\ud800", "🙂" * 50, "<script>alert(1)</script>", "啊" * 100_000, "𠮷野家\r\n\t\u200b"],
)
def test_odd_text_is_met(body: str) -> None:
    """空的、怪的、极长的都有结果，网页里都转义。"""
    one = wz.triage_message({"subject": "标题", "body": body})
    assert one.category and "<script>" not in one._repr_html_()


def test_bad_message_explains() -> None:
    """来的不是留言，报错说明要什么。"""
    with pytest.raises(InputTypeError):
        wz.triage_message(5)
    with pytest.raises(InputError):
        wz.triage_message({"标题": "x"})
    with pytest.raises(InputError, match="jinan"):
        wz.triage_message(ROAD, profile="jinan")


def test_batch_puts_the_least_certain_first() -> None:
    """整表：最没把握的排在最前，坏行不耽误别的行。"""
    letters = [("公交", "10路公交车太少，建议增开早班车。"), ("情况", "请管一管。"), ("", "")]
    frame = pd.DataFrame(letters, columns=["subject", "body"])
    frame["message_id"] = ["a", "b", "c"]
    table = wz.triage_messages(frame, progress=False)
    assert table["review"].tolist() == [1, 2, 3]
    done = table[table["error"] == ""]
    assert done["confidence"].is_monotonic_increasing
    assert set(table["message_id"]) == {"a", "b", "c"}


def test_two_processes_give_the_same_table() -> None:
    """几个进程一起做，结果与一个进程做的一样。"""
    frame = pd.DataFrame([(f"路灯{i}", f"第{i}组的路灯不亮，请修。") for i in range(120)], columns=["subject", "body"])
    one = wz.triage_messages(frame, progress=False, processes=1)
    two = wz.triage_messages(frame, progress=False, processes=2)
    pd.testing.assert_frame_equal(one, two)


def test_same_letter_same_result() -> None:
    """同一封信永远同一个结果。"""
    assert wz.triage_message(ROAD).to_dict() == wz.triage_message(dict(ROAD)).to_dict()
