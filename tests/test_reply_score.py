"""答复评分：说得出为什么、骗不过去、明天还是这个分。"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.reply import ReplyScore, find_asks
from wenzheng_lab.rules import CRITERIA

LETTER = {
    "subject": "槐树街下水道堵了没人管",
    "body": "槐树街21号门口的下水道堵了快两个月，一下雨污水就漫到人行道上，臭得开不了窗。"
    "打过市政的电话，说登记了，再没下文。请问什么时候来疏通？到底归谁管？",
}
ANGRY = {
    "subject": "槐树街下水道堵了没人管！！！",
    "body": "槐树街21号门口的下水道堵了快两个月！！！一下雨污水就漫到人行道上，臭得开不了窗！！！"
    "打过市政的电话，说登记了，再没下文！！！气死人了！请问什么时候来疏通？！到底归谁管？！",
}
GOOD = (
    "槐树街21号门口这段下水道归县市政所管。6月3日上午市政所去查过，是井里积了装修的水泥块，"
    "把管子堵了八成。当天下午已用吸污车疏通，6月5日更换了破损的井圈，下过雨又去看过，没有再漫。"
    "上次登记后没有回音，是值班交接漏了，对不起。再堵请打市政所值班室0700-5550126。"
)
EMPTY = (
    "尊敬的网友您好！您反映的问题我们高度重视，将进一步加强管理，尽快研究处理，请耐心等待。"
    "感谢您对我们工作的理解与支持！"
)


def test_good_reply_beats_empty_words() -> None:
    """有结果的答复远高于套话，套话不到 15 分。"""
    good, empty = wz.score_reply(GOOD, to=LETTER), wz.score_reply(EMPTY, to=LETTER)
    assert good.total is not None and empty.total is not None
    assert good.total >= 60 > 15 >= empty.total
    assert good.grade in ("优", "良") and empty.grade == "差"


def test_all_ten_criteria_are_there_in_order() -> None:
    """十项齐全，次序固定。"""
    assert tuple(wz.score_reply(GOOD, to=LETTER).criteria) == CRITERIA


def test_total_follows_from_criteria() -> None:
    """总分等于各项按权重算出来的数。"""
    score = wz.score_reply(GOOD, to=LETTER)
    rows = [row for row in score.criteria.values() if row.score is not None]
    # 100 × Σ(权重×得分) ÷ (3 × Σ权重)，不适用的项不计
    by_hand = 100 * sum(r.weight * (r.in_total or 0) for r in rows) / (3 * sum(r.weight for r in rows))
    assert score.raw_total == round(by_hand, 1)


@pytest.mark.parametrize("reply", [GOOD, EMPTY, "已阅。", "我也是一名普通网民，请你自行删除该帖，否则后果自负。"])
def test_every_quote_is_in_the_text(reply: str) -> None:
    """每条引文就是原文那一段。"""
    score = wz.score_reply(reply, to=LETTER)
    text = {"reply": reply, "message": wz.Message.of(LETTER).text}
    for finding in score.findings:
        assert finding.why and finding.source and finding.message
        if finding.span is not None:
            assert finding.quote == finding.span.of(text[finding.where])


def test_each_shortfall_comes_with_advice() -> None:
    """没有满分的每一项都告诉学员下一步写什么。"""
    for row in wz.score_reply(EMPTY, to=LETTER).criteria.values():
        if row.score is not None and row.score < 2.5:
            assert row.advice, row.name


@pytest.mark.parametrize("reply", ["", "   \n", "。。。！！", "\x00"])
def test_empty_reply_is_unscored_not_zero(reply: str) -> None:
    """空的答复是“未评分”，不是零分。"""
    score = wz.score_reply(reply, to=LETTER)
    assert score.total is None and score.grade == "未评分" and score.reason
    assert "未评分" in repr(score) and "未评分" in score._repr_html_()


def test_blank_letter_is_unscored() -> None:
    """来信是空的，没法评。"""
    assert wz.score_reply(GOOD, to={"subject": "", "body": " "}).total is None


@pytest.mark.parametrize("reply", [3, 3.5, ["您好"], object()])
def test_reply_of_wrong_kind_is_refused(reply: object) -> None:
    """答复不是文字时给出三段式错误。"""
    with pytest.raises(InputTypeError, match="应为文字"):
        wz.score_reply(reply, to=LETTER)  # type: ignore[arg-type]


def test_whole_book_pasted_is_unscored() -> None:
    """一百万字不评，也不卡死。"""
    assert wz.score_reply("路灯" * 500_000, to=LETTER).total is None


def test_same_input_same_score() -> None:
    """同样的输入，结果逐字相同。"""
    one, two = wz.score_reply(GOOD, to=LETTER), wz.score_reply(GOOD, to=LETTER)
    assert json.dumps(one.to_dict(), ensure_ascii=False) == json.dumps(two.to_dict(), ensure_ascii=False)


def test_calm_and_angry_writer_get_the_same_judgement() -> None:
    """同一封答复，写信人平静还是生气，得分一样。"""
    calm, angry = wz.score_reply(GOOD, to=LETTER), wz.score_reply(GOOD, to=ANGRY)
    assert calm.total == pytest.approx(angry.total, abs=2.0)


@pytest.mark.parametrize(
    ("name", "reply", "gate"),
    [
        ("删帖", GOOD + "另请你24小时内自行删除该帖。", "G4"),
        ("威胁", GOOD + "再发类似言论，将移交公安机关处理，后果自负。", "G4"),
        ("扮网民", "我也是一名普通网民，看不下去了。" + GOOD, "G5"),
        ("泄露", GOOD + "来信人手机13905550123，身份证610399197503124018。", "G1"),
        ("矛盾", "经疏通，槐树街下水道已全部修复到位，此件办结。目前该处下水道尚未疏通，预计下月组织施工。", "G6"),
        (
            "张冠李戴",
            "关于初三体育选考项目更改的问题，经县教育局核实，立定跳远、掷实心球、跳绳、篮球四选二，学生3月10日已在系统确认。"
            "确因伤病需更改的，凭医院诊断证明，4月15日前到学校教务处填表，经盖章后报体卫艺股审核，4月20日公布。",
            "G3",
        ),
    ],
)
def test_gates_trip_and_cap(name: str, reply: str, gate: str) -> None:
    """触红线时说清是哪一条、怎样改，总分封顶。"""
    score = wz.score_reply(reply, to=LETTER)
    assert gate in {g.id for g in score.gates}, name
    hit = next(g for g in score.gates if g.id == gate)
    assert score.total is not None and score.total <= hit.cap
    assert hit.advice and hit.findings


def test_good_reply_trips_no_gate() -> None:
    """好答复不误触红线。"""
    assert wz.score_reply(GOOD, to=LETTER).gates == ()


def test_copying_the_letter_is_not_answering() -> None:
    """把来信抄一遍，结论与行动、完整两项不过 1 分。"""
    score = wz.score_reply(f"您反映的“{LETTER['body']}”已收悉，情况确如您所述。", to=LETTER)
    assert score.criteria["disposition"].score <= 1.0
    assert score.criteria["completeness"].score <= 1.0


def test_deadline_raises_owner_and_date() -> None:
    """补上日子与电话，“责任与时限”升高，总分不降。"""
    bare = "槐树街21号门口的下水道归市政所管，会派人去疏通。"
    full = "槐树街21号门口的下水道归市政所管，6月8日前疏通完，没通请打0700-5550126。"
    one, two = wz.score_reply(bare, to=LETTER), wz.score_reply(full, to=LETTER)
    assert two.criteria["owner_date"].score > one.criteria["owner_date"].score
    assert two.total >= one.total


def test_greeting_does_not_change_relevance() -> None:
    """去掉问候不影响对题。"""
    with_hello = wz.score_reply("您好！" + GOOD, to=LETTER).criteria["relevance"].score
    assert with_hello == pytest.approx(wz.score_reply(GOOD, to=LETTER).criteria["relevance"].score, abs=0.1)


def test_timeliness_only_when_both_times_are_known() -> None:
    """缺一个时间，“及时”不适用；超期未告知是 0 分。"""
    assert wz.score_reply(GOOD, to=LETTER).criteria["timeliness"].score is None
    dated = {**LETTER, "created_at": "2026-05-01 08:00"}
    late = wz.score_reply(GOOD, to=dated, replied_at="2026-06-20 08:00")
    early = wz.score_reply(GOOD, to=dated, replied_at=datetime(2026, 5, 3))
    assert late.criteria["timeliness"].score == 0
    assert early.criteria["timeliness"].score == 3


def test_case_file_contradicting_completion_trips_g6() -> None:
    """卷内没有办结，答复却说办结，触红线 G6。"""
    message = wz.Message.of(LETTER)
    case = wz.Case(message, finished=False)
    score = wz.score_reply("槐树街下水道已全部修复到位，此件办结。", to=message, case=case)
    assert "G6" in {gate.id for gate in score.gates}


def test_numbers_not_in_the_case_file_trip_g6() -> None:
    """卷内写明了查到什么，答复里多出来的日子、数目触红线；换个说法、落款日期不算。"""
    message = wz.Message.of(LETTER)
    case = wz.Case(message, facts=("6月3日市政所去查过，是水泥块堵的。", "6月8日前疏通完，电话0700-5550126。"))
    told = "槐树街下水道归市政所管，6月3日查过，是水泥块堵的，6月8日前疏通完。电话0700-5550126。2026年6月4日"
    made_up = "槐树街下水道归市政所管，6月3日查过，已更换45米管子，6月5日就通了。电话0700-5550126。"
    honest = wz.score_reply(told, to=message, case=case, replied_at="2026-06-04")
    invented = wz.score_reply(made_up, to=message, case=case, replied_at="2026-06-04")
    assert honest.gates == ()
    assert {f.quote for gate in invented.gates for f in gate.findings} == {"45米", "6月5日"}


def test_second_round_must_add_something_new() -> None:
    """第二轮照抄第一轮得不到分；说出新的事实与人，得分高得多。"""
    message = wz.Message.of(LETTER)
    case = wz.Case(message, replies=(wz.Reply(GOOD),))
    again = wz.score_reply(GOOD, to=message, case=case)
    new = wz.score_reply(
        "6月12日又去查过，是21号东边第二口井的支管也堵了，已开挖更换6米管子，6月14日试水通畅。"
        "这一段由市政所老周负责，下雨天他每两小时来看一次，电话0700-5550127。",
        to=message,
        case=case,
    )
    assert again.total <= 20
    assert new.total >= again.total + 30


def test_given_asks_are_used() -> None:
    """给了诉求的真值就用它。"""
    message = wz.Message.of(LETTER)
    score = wz.score_reply(GOOD, to=message, case=wz.Case(message, asks=("哪天疏通", "归谁管", "赔不赔")))
    assert [row.ask for row in score.answers] == ["哪天疏通", "归谁管", "赔不赔"]


def test_asks_are_found_with_their_kind() -> None:
    """来信里的两问都找到，一问时间、一问归属。"""
    kinds = [kind for ask in find_asks(wz.Message.of(LETTER)) for kind in ask.kinds]
    assert "when" in kinds and "who" in kinds


def test_human_revision_keeps_the_original() -> None:
    """人改分是新的结果，原来的记在案。"""
    score = wz.score_reply(GOOD, to=LETTER)
    revised = score.revise("tone", 3, by="任课老师", reason="致歉具体")
    assert revised.criteria["tone"].score == 3 and revised.history[0].before == score.criteria["tone"].score
    assert score.history == ()
    with pytest.raises(InputError, match="0–3"):
        score.revise("tone", 9, by="任课老师", reason="写错")
    with pytest.raises(InputError, match="没有 'tonn'"):
        score.revise("tonn", 1, by="任课老师", reason="写错")


def test_to_dict_is_json_with_a_version() -> None:
    """结果可写成 JSON，格式有版本。"""
    data = json.loads(json.dumps(wz.score_reply(GOOD, to=LETTER).to_dict(), ensure_ascii=False))
    assert data["schema"] == "reply-score/1" and data["total"] > 0


def test_results_are_frozen() -> None:
    """结果不可改。"""
    with pytest.raises(AttributeError):
        wz.score_reply(GOOD, to=LETTER).reason = "x"  # type: ignore[misc]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=120), st.text(alphabet=st.characters(), max_size=120))
def test_any_text_is_scored_or_unscored(reply: str, body: str) -> None:
    """任何文字都有结果，分数在 0–100 之间，引文在原文里。"""
    score = wz.score_reply(reply, to={"subject": "", "body": body})
    assert score.total is None or 0 <= score.total <= 100
    assert isinstance(score, ReplyScore)
    score._repr_html_().encode("utf-8")


def test_table_is_scored_row_by_row_without_changing_it() -> None:
    """整张表打分：一行一份，坏行写明原因，原表不动。"""
    frame = pd.DataFrame(
        {
            "message_id": ["1", "2", "3", "4"],
            "subject": [LETTER["subject"]] * 4,
            "body": [LETTER["body"]] * 4,
            "reply": [GOOD, None, EMPTY, "您好"],
            "created_at": ["2026-05-01", "2026-05-01", "昨天", None],
            "replied_at": ["2026-05-03", None, None, None],
        },
        index=[10, 11, 12, 13],
    )
    before = frame.copy()
    table = wz.score_replies(frame, progress=False)
    pd.testing.assert_frame_equal(frame, before)
    assert list(table.index) == [10, 11, 12, 13]
    assert (
        table.loc[10, "total"]
        == wz.score_reply(GOOD, to={**LETTER, "created_at": "2026-05-01"}, replied_at="2026-05-03").total
    )
    assert pd.isna(table.loc[11, "total"]) and table.loc[11, "unscored"] == "答复是空的"
    assert "认不出来" in table.loc[12, "unscored"]
    assert table.loc[13, "grade"] == "差"


def test_processes_do_not_change_the_table() -> None:
    """开几个进程，结果都一样。"""
    frame = pd.DataFrame(
        {"subject": [LETTER["subject"]] * 6, "body": [LETTER["body"]] * 6, "reply": [GOOD, EMPTY, "已阅"] * 2}
    )
    pd.testing.assert_frame_equal(
        wz.score_replies(frame, progress=False, processes=1), wz.score_replies(frame, progress=False, processes=2)
    )


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        ([1, 2], InputTypeError, "DataFrame"),
        (pd.DataFrame({"答复意见": ["x"]}), InputError, "wz.read_messages"),
        (pd.DataFrame({"repl": ["x"], "body": ["y"]}), InputError, "是不是想写“repl”"),
    ],
    ids=["列表", "没换列名", "列名写错"],
)
def test_bad_table_is_refused(frame: object, error: type[Exception], words: str) -> None:
    """坏表给出三段式错误。"""
    with pytest.raises(error) as caught:
        wz.score_replies(frame, progress=False)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_card_marks_the_words_and_shows_the_signature() -> None:
    """卡片标出引文，写明签名与“形成性反馈”。"""
    score = wz.score_reply(GOOD, to=LETTER)
    card = score._repr_html_()
    assert "<mark" in card and str(score.signature) in card and "形成性反馈" in card
    assert "http" not in card


def test_reply_object_carries_its_time() -> None:
    """Reply 里的时间会用来评及时。"""
    message = replace(wz.Message.of(LETTER), created_at=datetime(2026, 5, 1))
    score = wz.score_reply(wz.Reply(GOOD, replied_at=datetime(2026, 5, 2)), to=message)
    assert score.criteria["timeliness"].score == 3
