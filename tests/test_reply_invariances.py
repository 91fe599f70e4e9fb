"""评分骗不过：客气话、重复、照抄、到处能用的套话都不加分；补上日子、电话、漏答的一问就加分。

来信与答复取自没有参加训练的 Q41–Q60，套话不在训练用的 templates.txt 里。
"""

import json
import random
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab import text as _text

ROOT = Path(__file__).parent
COURTESIES = (
    "感谢您对我们工作的理解与支持！祝您生活愉快！",
    "尊敬的网友：您好！",
    "再次感谢您的来信，欢迎继续监督。",
    "我们将始终坚持以人民为中心，不断提升服务水平。",
    "请您相信，我们一定会高度重视，认真对待每一条留言。",
)
TEMPLATES = (
    "您好，我们会尽快为您处理的。",
    "尊敬的网友您好！您反映的问题我们高度重视，将进一步加强管理，尽快研究处理，请耐心等待。感谢您对我们工作的理解与支持！",
    "您好，来信收悉，已转相关部门处理，感谢您的关心支持。",
    "经核实，您反映的情况属实，我们将按照有关规定依法依规处理，请您放心。",
    "您好，情况已知悉，正在办理中，后续请关注官方通知。",
)
MUCH = 0.5
"""允许的上浮：一位小数的分，差半分看不出好坏"""


def _rows() -> list[tuple[str, str, str]]:
    rows = []
    for line in (ROOT / "data" / "ladders_more.jsonl").read_text(encoding="utf-8").splitlines():
        ladder = json.loads(line)
        if ladder["set"][0] == "Q" and int(ladder["set"][1:]) > 40:
            rows.append((ladder["title"], ladder["body"], ladder["replies"][0]["text"]))
    assert len(rows) >= 15
    return rows


ROWS = _rows()


def _total(reply: str, row: tuple[str, str, str]) -> float:
    total = wz.score_reply(reply, to={"subject": row[0], "body": row[1]}).total
    assert total is not None
    return total


@pytest.mark.parametrize("courtesy", COURTESIES)
def test_courtesies_never_raise_the_total(courtesy: str) -> None:
    """前后加一句客气话，不加分。"""
    for row in ROWS:
        plain = _total(row[2], row)
        assert _total(row[2] + courtesy, row) <= plain + MUCH, row[0]
        assert _total(courtesy + row[2], row) <= plain + MUCH, row[0]


def test_repeating_a_sentence_never_raises_the_total() -> None:
    """同一句话再说一遍，不加分。"""
    for row in ROWS:
        parts = [span.of(row[2]) for span in _text.sentences(row[2])]
        for part in parts:
            assert _total(row[2] + part, row) <= _total(row[2], row) + MUCH, part


def test_shuffled_sentences_lose() -> None:
    """句子打乱，平均要丢分。"""
    changes = []
    for at, row in enumerate(ROWS):
        parts = [span.of(row[2]) for span in _text.sentences(row[2])]
        random.Random(f"{at}:shuffle").shuffle(parts)
        changes.append(_total("".join(parts), row) - _total(row[2], row))
    assert sum(changes) / len(changes) < 0


def test_copying_the_letter_is_worth_little() -> None:
    """把来信抄回去，最多十五分。"""
    for row in ROWS:
        assert _total(row[1], row) <= 15, row[0]


@pytest.mark.parametrize("template", TEMPLATES)
def test_one_template_for_all_is_worth_little(template: str) -> None:
    """放在哪封信下都一样的话，最多十分。"""
    for row in ROWS:
        assert _total(template, row) <= 10, row[0]


def test_adding_what_is_missing_raises_the_total() -> None:
    """补上日子、电话、漏答的一问，各加分。"""
    letter = ("路灯", "北关路的路灯黑了半个月，什么时候能修好？修灯归谁管？", "")
    bare = "北关路路灯是电缆被挖断，已排进抢修。"
    dated = "北关路路灯是电缆被挖断，已排进抢修，3月12日前修好。"
    owner = dated + "修灯归县城管局路灯所管。"
    phone = owner + "没亮请打路灯所电话0700-5550113。"
    scores = [_total(reply, letter) for reply in (bare, dated, owner, phone)]
    assert scores == sorted(set(scores)), scores


TWIN_REPLY = (
    "您反映的事我们3月6日到现场看过，情况属实，已责成施工方3月12日前改好，由住房和城乡建设局负责，电话0700-5550113。"
)


def test_calm_and_angry_twins_get_nearly_the_same_score() -> None:
    """同一件事写成心平气和与怒气冲冲的两封，同一份答复：红线一样，分差得不多，也不偏向哪一边。

    两封的话不全一样（各有各的说法），所以分不会逐位相同。
    """
    inbox = wz.simulate_inbox(3000, seed=11)
    letters = inbox.messages.set_index("message_id")
    pairs = [
        (one, other)
        for one, other in zip(inbox.messages["message_id"], inbox.truth["twin"], strict=True)
        if isinstance(other, str) and other in letters.index and one < other
    ]
    assert len(pairs) >= 20
    gaps = []
    for pair in pairs:
        scores = [
            wz.score_reply(TWIN_REPLY, to={"subject": letters.loc[key, "subject"], "body": letters.loc[key, "body"]})
            for key in pair
        ]
        assert {gate.id for gate in scores[0].gates} == {gate.id for gate in scores[1].gates}, pair
        gaps.append((scores[0].total or 0.0) - (scores[1].total or 0.0))
    assert max(map(abs, gaps)) <= 20, gaps
    assert abs(sum(gaps) / len(gaps)) <= 2, gaps


def test_courtesy_is_seen_in_tone_and_buys_no_total() -> None:
    """客气话：态度一项看得见，总分买不到。"""
    letter = {"subject": "路灯半年不亮", "body": "北关路路灯半年不亮，什么时候修好？"}
    bare = wz.score_reply("北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。", to=letter)
    kind = wz.score_reply(
        "您好！北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。给您带来不便，深表歉意。感谢您对我们工作的监督和支持！",
        to=letter,
    )
    tone, before = kind.criteria["tone"], bare.criteria["tone"]
    assert (tone.score or 0) > (before.score or 0) + 0.2
    assert (tone.in_total or 0) <= (before.in_total or 0) + 1e-9
    assert (kind.total or 0) <= (bare.total or 0) + 0.2
    assert "客气话不计入" in kind._repr_html_()
