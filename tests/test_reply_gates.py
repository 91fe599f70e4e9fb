"""红线：没有训练过的伤人话拦得住，好话不误拦；张冠李戴、前后矛盾看内容不看词。"""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.reply.harm import load_harm_model, parse_harm
from wenzheng_lab.reply.harm_features import load_marks, parse_marks
from wenzheng_lab.rules import load_rubric

DATA = Path(__file__).parent / "data"
LETTER = {
    "subject": "槐树街下水道堵了没人管",
    "body": "槐树街21号门口的下水道堵了快两个月，一下雨污水就漫到人行道上。请问什么时候来疏通？到底归谁管？",
}
PLAIN = "槐树街21号门口这段下水道归县市政所管。6月3日上午市政所去查过，当天下午已用吸污车疏通。再堵请打0700-5550126。"


def _jsonl(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def _sentences(kind: str) -> list[tuple[str, str]]:
    """没有进训练的手写句子：（种类，文字）；kind 为 harm 或 ok。"""
    lines = (DATA / "harmful_sentences.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return [
        (row["kind"], row["text"]) for row in rows if row["split"] == "test" and (row["kind"] == "-") == (kind == "ok")
    ]


def _tripped(text: str) -> set[str]:
    return {gate.id for gate in wz.score_reply(text, to=LETTER).gates} - {"G3"}


HELD_OUT = [ladder for ladder in _jsonl("ladders_more.jsonl") if int(ladder["set"][1:]) > 40]


def test_unseen_harmful_replies_are_stopped() -> None:
    """二十组没有训练过的梯级：有害的答复至少拦住十九份，好答复一份不误拦。"""
    stopped = false = 0
    for ladder in HELD_OUT:
        letter = {"subject": ladder["title"], "body": ladder["body"]}
        for reply in ladder["replies"]:
            gates = wz.score_reply(reply["text"], to=letter).gates
            stopped += reply["id"] == "f" and bool(gates)
            false += reply["rank"] <= 2 and bool(gates)
    assert stopped >= 19 and false == 0


def test_unseen_sentences_one_at_a_time() -> None:
    """单独一句接在好答复后面：没见过的伤人话拦住约三成（整份有害的答复常有几句，所以拦得多），无害的极少误拦。"""
    harm, fine = _sentences("harm"), _sentences("ok")
    caught = sum(bool(_tripped(PLAIN + text)) for _, text in harm)
    wrong = sum(bool(_tripped(PLAIN + text)) for _, text in fine)
    assert len(harm) >= 70 and len(fine) == 75
    assert caught >= 23 and wrong <= 3


def test_good_replies_to_unseen_letters_trip_nothing() -> None:
    """没有训练过的三十份好答复，一份不触 G2–G6。"""
    for case in _jsonl("attacks_more.jsonl"):
        if int(case["id"][2:]) % 2 == 0:
            score = wz.score_reply(case["good"], to={"subject": case["title"], "body": case["body"]})
            assert {gate.id for gate in score.gates} <= {"G1"}, case["id"]


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("再往网上发一个字，你女儿那份代课的活就别想干了。", "G4"),
        ("自己没本事，还怪政府？懒人哪来的脸伸手要钱。", "G4"),
        ("请你今晚之前把帖子和视频统统删掉，并在群里道歉。", "G4"),
        ("作为路过的普通网民说句公道话，楼主你就是闲的。", "G5"),
        ("举报人系三组的钮老四，离异，患精神病。已把你的举报信转给砖厂，请你与厂方当面对质。", "G1"),
        ("依据《网络发言自律规程》第七条，凡质疑本局的，一律取消低保资格并追究责任。", "G2"),
    ],
)
def test_each_kind_of_harm_trips_its_gate(text: str, gate: str) -> None:
    """六种伤人的话各触一条红线，说清是哪一句、为什么、怎样改。"""
    score = wz.score_reply(PLAIN + text, to=LETTER)
    assert gate in {found.id for found in score.gates}
    hit = next(found for found in score.gates if found.id == gate)
    assert score.total is not None and score.total <= hit.cap
    for finding in hit.findings:
        assert finding.span is not None and finding.quote == finding.span.of(PLAIN + text)
        assert finding.message and finding.why and finding.source and finding.advice


@pytest.mark.parametrize(
    "text",
    [
        "物业如果再断您家的电，请打这个电话，我们半小时到，并依法处罚物业。",
        "窗口人员说您“自己不会看吗”，这句话不对，已批评，向您道歉。",
        "投诉不会影响您孩子上学，谁这么说请举报他。",
        "该企业继续偷排的，将移送公安机关追究责任。",
    ],
)
def test_same_words_used_kindly_are_left_alone(text: str) -> None:
    """同样的词，说的是别人的错、自己的错、护着来信人的话，不触红线。"""
    assert _tripped(PLAIN + text) == set()


def test_restating_another_matter_in_the_same_place_is_seen() -> None:
    """同一条街的另一件事也是张冠李戴；说这封信的事不是。"""
    other = "您反映槐树街夜市油烟呛人、占道经营的问题，6月3日城管到场检查，三家摊点未装净化器，已限7月1日前装好。"
    same = "您反映槐树街21号门口下水道堵塞的问题，6月3日已疏通。"
    assert "G3" in {gate.id for gate in wz.score_reply(other, to=LETTER).gates}
    assert "G3" not in {gate.id for gate in wz.score_reply(same, to=LETTER).gates}


def test_done_and_not_done_of_the_same_thing() -> None:
    """同一样东西先说办完又说没办是矛盾；两样东西各有进度不是。"""
    bad = "槐树街下水道管道已更换完毕，此件办结。因管道尚未到货，更换日期待定。"
    fine = "槐树街21号门口的下水道6月3日已疏通。整条街的雨水管改造尚未开工，排在明年。"
    assert "G6" in {gate.id for gate in wz.score_reply(bad, to=LETTER).gates}
    assert "G6" not in {gate.id for gate in wz.score_reply(fine, to=LETTER).gates}


def test_done_on_a_day_that_has_not_come() -> None:
    """答复日之后的日子不能说“已”；知道答复日期时才查。"""
    reply = "槐树街21号门口的下水道已于6月20日疏通。"
    at = datetime(2026, 6, 10, 9, 0)
    late = wz.score_reply(reply, to=LETTER, replied_at=at)
    assert "G6" in {gate.id for gate in late.gates}
    assert "G6" not in {gate.id for gate in wz.score_reply(reply, to=LETTER).gates}
    earlier = wz.score_reply(reply.replace("6月20日", "6月3日"), to=LETTER, replied_at=at)
    assert "G6" not in {gate.id for gate in earlier.gates}


def test_every_kind_has_a_cap_and_a_text() -> None:
    """模型会说的每一类，都有说法、有封顶。"""
    kinds, gates = load_marks().kinds, load_rubric().gates
    assert set(kinds) == set(load_harm_model().kinds)
    for name, kind in kinds.items():
        assert 0 < gates[kind.gate].caps[name] < 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("feature,harm,a\n(bias),1,2\n甲,x,1\n", "权重应为整数"),
        ("feature,harm,a\n(bias),1,2\n甲,1\n", "应有 2 个权重"),
        ("甲,乙\n", "首行应为"),
    ],
)
def test_broken_weight_file_is_named(text: str, words: str) -> None:
    """权重文件写坏了，说出第几行、怎样坏。"""
    with pytest.raises(RuleFileError, match=words):
        parse_harm("w.csv", text)


def test_mark_words_must_be_short() -> None:
    """成分的词超过三个字查不到，读的时候就报错。"""
    text = (load_marks_text()).replace('blunt = ["你"', 'blunt = ["你们这些人", "你"')
    with pytest.raises(RuleFileError, match="不超过 3 个字"):
        parse_marks(TomlFile.parse("harm_marks.toml", text))


def load_marks_text() -> str:
    """随包的成分表全文。"""
    from wenzheng_lab.rules.load import DATA as rules_data

    return (rules_data / "harm_marks.toml").read_text(encoding="utf-8")


def test_the_card_says_each_why_once_and_ends_a_sentence_once() -> None:
    """卡上同一个为什么只说一回；句末没有两个句号。"""
    letter = wz.Message(id="G-1", **LETTER)
    text = PLAIN + "根据《信访工作条例》第九十八条、第九十九条，6月20日前清淤，6月28日前换管。"
    case = wz.Case(letter, facts=["6月3日上午市政所查过，当天下午已疏通；电话0700-5550126"])
    score = wz.score_reply(wz.Reply(text), to=letter, case=case)
    red = score._repr_html_().split('class="wz-red"')[1:]
    assert {gate.id for gate in score.gates} >= {"G2", "G6"}
    for gate, part in zip(score.gates, red, strict=True):
        part = part.split("怎样改", 1)[0]
        assert "。。" not in part
        assert part.count(gate.findings[0].why) == 1
