"""文字的门：任何文字都成立的性质。

不抛别的错；位置在文内，引文就是那一段；同样的输入同样的分，先评谁后评谁不相干。
分句、折叠的性质在 ``test_text.py``，遮盖的等长与幂等在
 ``test_privacy_properties.py``，骗不过在 ``test_reply_invariances.py``，这里不重复。
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wenzheng_lab as wz
from wenzheng_lab import text as _text
from wenzheng_lab.letter.asks import find_asks
from wenzheng_lab.model import Finding
from wenzheng_lab.post.kinds import KINDS

_WORDS = (
    "您好，", "尊敬的网友：", "经查，", "情况属实。", "已于3月5日修好，", "共换灯11盏。", "是电缆被挖断。",
    "15个工作日内", "尽快", "高度重视", "北关路", "路灯", "城管局", "再不亮请打0700-5550113。",
    "根据《信访工作条例》第三十二条，", "不予受理。", "依法处理你。", "请删帖。", "张伟家住3栋2单元501室，",
    "手机13805550127", "煤气味很浓，快来人！", "什么时候修？", "归谁管？", "建议增开早班车。", "停水，",
    "8点至20点，", "影响2300户。", "请提前存水。", "此前说法有误，", "以此为准。", "\n", "\r\n", "；", "……",
    "”", "“", "（一）", "1.", "①", "\u3000", "\u200b", "\ufeff", "\ud800", "\0", "𠮷", "😀", "㎡", "Ａ１",
    "臺灣", "<script>x</script>", "%",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(_WORDS) | st.text(max_size=4), max_size=14).map("".join)
WILD = st.text(st.characters(), max_size=80)
"""任何字符，孤立代理项也在内"""


def share(percent: int) -> int:
    """平常例数的几成；``HYPOTHESIS_PROFILE=deep`` 时跟着变多。"""
    return max(1, settings.default.max_examples * percent // 100)  # type: ignore[union-attr]


LETTERS = st.fixed_dictionaries({"subject": TEXT.map(lambda text: text[:30]), "body": TEXT})


def _quoted(findings: Iterable[Finding], text: str) -> None:
    for finding in findings:
        if finding.span is not None:
            assert 0 <= finding.span.start <= finding.span.end <= len(text), finding
            assert finding.span.of(text) == finding.quote, finding


@settings(max_examples=share(60))
@given(TEXT | WILD)
def test_words_and_asks_stay_inside(text: str) -> None:
    """分词连起来就是原文，孤立代理项也不例外；诉求的位置在文内，原文就是那一段。"""
    assert "".join(_text.words(text)) == text
    letter = wz.Message("题", text)
    for ask in find_asks(letter):
        assert ask.text.strip()
        if ask.span is not None:
            assert 0 <= ask.span.start < ask.span.end <= len(letter.text)
            assert ask.span.of(letter.text) == ask.text


@settings(max_examples=share(60))
@given(TEXT | WILD, LETTERS)
def test_score_reply_is_explained_and_pure(reply: str, letter: dict[str, str]) -> None:
    """评答复：0 到 100 或未评分；依据的引文就在答复或来信里；评两遍一样；卡片里没有没转义的标签。"""
    one = wz.score_reply(reply, to=letter)
    assert one.total is None or 0 <= one.total <= 100
    message = wz.Message.of(letter)
    _quoted((f for f in one.findings if f.where == "reply"), reply)
    _quoted((f for f in one.findings if f.where == "message"), message.text)
    assert one.to_dict() == wz.score_reply(reply, to=message).to_dict()
    assert "<script" not in one._repr_html_()


@settings(max_examples=share(25))
@given(st.lists(st.tuples(TEXT, LETTERS), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_order_of_calls_does_not_matter(pairs: list[tuple[str, dict[str, str]]], chance: object) -> None:
    """先评谁后评谁，各份的分不变：没有暗中记着上一份的东西。"""
    first = [wz.score_reply(reply, to=letter).to_dict() for reply, letter in pairs]
    order = list(range(len(pairs)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    again = {at: wz.score_reply(pairs[at][0], to=pairs[at][1]).to_dict() for at in order}
    assert [again[at] for at in range(len(pairs))] == first


@settings(max_examples=share(60))
@given(TEXT | WILD, st.sampled_from(sorted(KINDS)), TEXT | st.none())
def test_score_post_is_explained_and_pure(text: str, kind: str, context: str | None) -> None:
    """评发布：同上。"""
    one = wz.score_post(text, kind=kind, context=context)
    assert one.total is None or 0 <= one.total <= 100
    _quoted(one.findings, text)
    assert one.to_dict() == wz.score_post(text, kind=kind, context=context).to_dict()


@settings(max_examples=share(60))
@given(LETTERS | st.builds(lambda text: {"subject": "", "body": text}, WILD))
def test_triage_is_explained_and_pure(letter: dict[str, str]) -> None:
    """分拣：各项都在目录里，依据的引文就在来信里，分两遍一样。"""
    one = wz.triage_message(letter)
    assert one.urgency in ("特急", "急", "一般")
    assert 0 <= one.confidence <= 1
    _quoted(one.evidence, one.text)
    for ask in one.asks:
        assert ask.text.strip()
    assert one.to_dict() == wz.triage_message(wz.Message.of(letter)).to_dict()


@settings(max_examples=share(20))
@given(st.lists(TEXT | st.none() | st.integers() | st.floats(), min_size=1, max_size=6))
def test_tables_of_any_cells_keep_their_rows(cells: list[object]) -> None:
    """一格里是什么都不耽误别的行：评分、分拣的表一行不多、一行不少。"""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"subject": "路灯", "body": pd.Series(cells, dtype=object), "reply": "已于3月5日修好。"})
    frame["reply"] = pd.Series(cells, dtype=object)
    assert len(wz.score_replies(frame, progress=False)) == len(cells)
    assert len(wz.triage_messages(frame, progress=False)) == len(cells)


@given(
    st.text(max_size=30)
    | st.none()
    | st.integers()
    | st.floats()
    | st.binary(max_size=8)
    | st.datetimes(timezones=st.timezones())
)
def test_time_is_read_or_refused(value: object) -> None:
    """时间：读得出就不带时区，读不出就是本包的错误。"""
    try:
        moment = wz.Message("题", "文", created_at=value).created_at
    except wz.WenzhengError:
        return
    assert moment is None or moment.tzinfo is None


@given(st.text(max_size=40) | st.none() | st.integers() | st.binary(max_size=8))
def test_path_is_read_or_refused(value: object) -> None:
    """路径：不存在的、写坏的，都是本包的错误。"""
    with pytest.raises(wz.WenzhengError):
        wz.read_messages(value if not isinstance(value, str) else f"{value}.没有这种文件")
