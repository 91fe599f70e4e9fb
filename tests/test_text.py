"""文字底层：折叠不改长度，分句不丢字，怪字不出错。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzheng_lab.errors import InputTypeError
from wenzheng_lab.text import clauses, fold, han_count, require_text, sentences, words

TEXT = st.text(alphabet=st.characters(), max_size=200)


@given(TEXT)
def test_fold_keeps_length(text: str) -> None:
    """折叠一个字换一个字，位置不动。"""
    assert len(fold(text)) == len(text)


@given(TEXT)
def test_fold_is_idempotent(text: str) -> None:
    """折叠两次与一次相同。"""
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_sentences_lie_inside_and_lose_nothing_but_blanks(text: str) -> None:
    """分出的句子都在原文里，先后不重叠，丢的只有空白。"""
    spans = sentences(text)
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()


@given(TEXT)
def test_clauses_are_inside_sentences(text: str) -> None:
    """小句不跨句。"""
    whole = sentences(text)
    for part in clauses(text):
        assert any(s.start <= part.start and part.end <= s.end for s in whole)


@given(st.text(alphabet="路灯修好了吗？2026-03-05，𠮷😀ABC 。\n%", max_size=60))
def test_words_join_back(text: str) -> None:
    """词连起来就是原文。"""
    assert "".join(words(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０２６年（Ａ）", "2026年(A)"),
        ("“问政”、《办法》", '"问政"、《办法》'),
        ("a\u3000b\tc", "a b c"),
        ("㎡…𠮷", "㎡…𠮷"),
    ],
    ids=["全角", "引号", "空白", "不动"],
)
def test_fold_examples(text: str, expected: str) -> None:
    """折叠的几个例子。"""
    assert fold(text) == expected


def test_quotes_stay_with_their_sentence() -> None:
    """句末的右引号归前一句，左引号归后一句。"""
    text = "他说“行。”“好！”再见"
    assert [s.of(text) for s in sentences(text)] == ["他说“行。”", "“好！”", "再见"]


def test_rare_characters_count_as_han() -> None:
    """扩展区的姓氏字算汉字，标点、温度符号、表情不算。"""
    assert han_count("𠮷㙍堃℃“”→…😀A1") == 3


def test_lone_surrogate_and_nul_do_not_break() -> None:
    """孤立代理项与 NUL 不让程序出错。"""
    text = "路灯\ud800不亮\x00。"
    assert len(fold(text)) == len(text)
    assert sentences(text)


def test_number_instead_of_text_is_refused_in_three_parts() -> None:
    """交来数字时说清来了什么、应当是什么、怎么办。"""
    with pytest.raises(InputTypeError) as caught:
        require_text(3, "答复")
    assert "int" in str(caught.value) and "应为文字" in str(caught.value) and "转成文字" in str(caught.value)
