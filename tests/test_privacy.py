"""个人信息：对外的约定。"""

from __future__ import annotations

import json

import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.privacy import find_personal_data, redact

LETTER = (
    "我叫苗广顺，电话13805550127，身份证610399197503124018，家住青禾县望山镇柳树村三组18号，卡号6217000055501234569。"
)


def test_default_style_keeps_only_what_a_clerk_needs() -> None:
    """默认样式：留姓、手机头三尾四、证件头二尾三、住址到乡镇。"""
    assert redact(LETTER).text == (
        "我叫苗某某，电话138****0127，身份证61*************018，家住青禾县望山镇××××××××，卡号***************4569。"
    )


def test_full_style_keeps_nothing() -> None:
    """全遮样式一位数字也不留。"""
    text = redact(LETTER, style="full").text
    assert not any(char.isdigit() for char in text)
    assert "苗" not in text


def test_spans_point_into_the_original() -> None:
    """位置指向原文，先后排列，互不重叠，遮好的文字与原文等长。"""
    result = redact(LETTER)
    assert [found.of(LETTER) for found in result.spans] == [
        "苗广顺",
        "13805550127",
        "610399197503124018",
        "青禾县望山镇柳树村三组18号",
        "6217000055501234569",
    ]
    assert len(result.text) == len(LETTER)
    assert all(a.end <= b.start for a, b in zip(result.spans, result.spans[1:], strict=False))


def test_hidden_characters_do_not_shift_spans() -> None:
    """号码里夹零宽字符，位置仍是原文的位置。"""
    text = "手机1\u200b38\u200b0555\ufeff0127，谢谢"
    (found,) = redact(text).spans
    assert found.of(text) == "1\u200b38\u200b0555\ufeff0127"
    assert redact(text).text == "手机1\u200b38\u200b****\ufeff0127，谢谢"


def test_find_and_redact_agree() -> None:
    """只找不遮，与遮盖时找到的位置相同。"""
    found = [(item.start, item.end, item.type) for item in find_personal_data(LETTER)]
    assert found == [(item.start, item.end, item.type) for item in redact(LETTER).spans]


def test_every_hit_says_why() -> None:
    """每一处都有规则编号、理由和把握。"""
    for found in redact(LETTER).spans:
        assert found.rule_id.split(".")[0] in {"name", "number", "address", "account"}
        assert found.reason
        assert found.confidence in {"high", "medium"}


def test_log_never_holds_the_values() -> None:
    """日志里没有个人信息，也没有遮好的文字。"""
    log = json.dumps(redact(LETTER).to_dict(), ensure_ascii=False)
    for value in ("苗广顺", "13805550127", "0127", "610399", "柳树村", "6217000055501234569"):
        assert value not in log


def test_hash_needs_a_key() -> None:
    """摘要带密钥：同一把能对上，换一把对不上，不给就每次启动不同。"""
    one, same, other = (redact(LETTER, key=key).spans[1].hash for key in (b"a", b"a", b"b"))
    assert one == same != other
    import hashlib

    assert redact(LETTER).spans[1].hash != hashlib.blake2b(b"mobile:13805550127", digest_size=8).hexdigest()


def test_repr_never_holds_the_values() -> None:
    """打印出来只有种类和处数。"""
    assert repr(redact(LETTER)).startswith("Redaction(姓名 1 处、手机号 1 处")
    assert "苗" not in repr(redact(LETTER))


def test_clean_text_is_publishable() -> None:
    """没有个人信息也没有敏感事项，原文可以公开。"""
    result = redact("和平路的路灯坏了半年，请打12345问问。")
    assert result.publishable
    assert result.track.label == "可以公开"


@pytest.mark.parametrize(
    ("text", "track"),
    [
        ("我叫苗广顺，路灯坏了。", "masked"),
        ("我爹患有尿毒症，药太贵。", "summary"),
        ("我家孩子在学校被打。", "summary"),
        ("我实名举报村里卖地。", "private"),
        ("请不要公开，怕报复。", "private"),
    ],
)
def test_publish_gate(text: str, track: str) -> None:
    """按最严的一档公开；举报和要求保密的整件不公开。"""
    result = redact(text)
    assert result.track.id == track
    assert not result.publishable
    assert result.masked_publishable is (track == "masked")


def test_official_phone_is_left_and_shown() -> None:
    """单位电话不遮，但列给人看。"""
    result = redact("请拨打县医保局0700-5550113咨询。")
    assert result.spans == ()
    assert [kept.label for kept in result.kept] == ["办公电话"]


def test_officials_on_duty_are_left_and_shown() -> None:
    """带职务的姓名按履职处理：不遮，列给人看。"""
    result = redact("局长魏建平来过现场，魏建平局长说马上修。")
    assert result.spans == ()
    assert {kept.rule_id for kept in result.kept} == {"keep.official"}


def test_duty_contact_in_a_reply_is_left() -> None:
    """答复里的公务联系人不遮；留言里的联系人要遮。"""
    reply = "您反映的问题收悉，现回复如下：请与我局联系，联系人：魏建平，电话0700-5550155。"
    assert redact(reply).spans == ()
    assert [found.type for found in redact(reply, kind="message").spans] == ["name"]


def test_citizen_named_in_a_reply_is_found() -> None:
    """答复里写出来信人的全名和电话，要找出来。"""
    reply = "张建国：您好！您反映的问题收悉，已按您留的电话13805550127与您联系。我局已修好路灯。"
    assert [found.type for found in find_personal_data(reply, kind="reply")] == ["name", "mobile"]


def test_party_names_are_always_masked() -> None:
    """交来的当事人名单，没有提示语也遮。"""
    assert redact("那天看见扎西顿珠在路口。", names=["扎西顿珠"]).text == "那天看见扎某某某在路口。"


def test_a_name_once_found_is_masked_everywhere() -> None:
    """前面认出的姓名，后面没有提示语也遮。"""
    assert "苗广顺" not in redact("我叫苗广顺。去年苗广顺交了钱，收据上是苗广顺。").text


def test_script_in_a_message_is_escaped() -> None:
    """卡片里的文字都转义，也不显示个人信息。"""
    html = redact("<script>alert(1)</script>我叫苗广顺，请拨打医保局0700-5550113。")._repr_html_()
    assert "<script" not in html
    assert "苗广顺" not in html
    assert "公开方式" in html


def test_unknown_style_is_named_with_choices() -> None:
    """样式写错，告诉使用者有哪些。"""
    with pytest.raises(InputError, match="default、full"):
        redact("您好", style="ful")


@pytest.mark.parametrize("bad", [None, 3, b"abc", ["a"]])
def test_not_text_is_refused(bad: object) -> None:
    """来的不是文字，给出三段式错误。"""
    with pytest.raises(InputTypeError, match="应为文字"):
        redact(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("names", ["苗广顺", [1], 3])
def test_party_must_be_a_list(names: object) -> None:
    """当事人名单要写成列表。"""
    with pytest.raises(InputTypeError, match="列表"):
        redact("您好", names=names)  # type: ignore[arg-type]


def test_kind_must_be_known() -> None:
    """行文种类写错，告诉使用者有哪些。"""
    with pytest.raises(InputError, match="auto、message、reply"):
        redact("您好", kind="letter")


def test_public_name_is_the_same() -> None:
    """wz.redact 就是这里的 redact。"""
    assert wz.redact is redact


def test_signature_names_rules_and_style() -> None:
    """签名里有规则摘要与样式，包版本在最后。"""
    names = [name for name, _ in redact("您好").signature.parts]
    assert names == ["privacy", "rules", "style", "fold", "lab"]
