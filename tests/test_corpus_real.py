"""用真实的导出量一量：条数与已知的特点。文件不在时跳过。"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from wenzheng_lab.corpus import convert_messages, read_message_chunks, read_messages
from wenzheng_lab.errors import ReadError

FOLDER = Path(os.environ.get("WENZHENG_REAL") or Path(__file__).resolve().parents[2] / "shared" / "real")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="没有真实数据：请把 WENZHENG_REAL 设成放着它们的目录"),
]


def read(name: str) -> pd.DataFrame:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"没有 {name}")
    return read_messages(path)


@pytest.mark.parametrize(
    ("name", "rows", "schema"),
    [
        ("附件2_有标签_开发集.csv", 842, "teddy2020c_2"),
        ("附件2_测试数据_2801_无标签.xlsx", 2801, "teddy2020c_2"),
        ("附件3.xlsx", 4326, "teddy2020c_3"),
        ("附件4.xlsx", 2816, "teddy2020c_4"),
        ("sun0769.jsonl", 1194, "sun0769"),
        ("liuyan_hangzhou.jsonl", 1234, "liuyan_items"),
        ("taipei_faq.xml", 1877, "taipei_faq"),
    ],
)
def test_every_row_is_read(name: str, rows: int, schema: str) -> None:
    """一行不少，表认得对，没有跳过的。"""
    frame = read(name)
    report = frame.attrs["reading"]
    assert (len(frame), report.rows_read, report.skipped_total) == (rows, rows, 0)
    assert report.files[0]["schema"] == schema


def test_hot_issue_table_has_mixed_dates_and_skewed_likes() -> None:
    """附件3：129 个真日期混在文字里，点赞中位数 0、最大 2,097。"""
    frame = read("附件3.xlsx")
    tally = frame.attrs["reading"].times["created_at"]
    assert tally["true"] == 129
    assert frame["created_at"].notna().all()
    assert (frame["likes"].median(), frame["likes"].max()) == (0, 2097)
    # 一字不差的重复 104 条；不看空白再多几条
    assert frame.attrs["reading"].findings["duplicate_bodies"] >= 104


def test_reply_table_has_the_known_response_time() -> None:
    """附件4：办理中位数 11.2 天，30 天内 83.6%，一个答复时间没有钟点。"""
    frame = read("附件4.xlsx")
    days = (frame["replied_at"] - frame["created_at"]).dt.total_seconds() / 86_400
    assert round(days.median(), 1) == 11.2
    assert round((days <= 30).mean(), 3) == 0.836
    assert frame.attrs["reading"].times["replied_at"]["day"] == 1
    assert frame.attrs["reading"].findings["duplicate_replies"] >= 65


def test_city_forum_has_empty_bodies_and_months_only() -> None:
    """sun0769：130 条正文为空，时间只到月。"""
    report = read("sun0769.jsonl").attrs["reading"]
    assert report.findings["empty_bodies"] == 130
    assert report.times["created_at"]["month"] == 1194


def test_board_items_are_cut_and_zero_means_not_rated() -> None:
    """liuyan：正文截在 100 字（加省略号 103），0 分是没有评，一条答复也没有。"""
    frame = read("liuyan_hangzhou.jsonl")
    report = frame.attrs["reading"]
    assert report.findings["truncated_at"] == 103
    assert frame["rating_attitude"].min() == 1
    assert int(frame["rating_attitude"].isna().sum()) == 319
    assert frame["reply"].isna().all()


def test_official_answers_are_html_and_traditional() -> None:
    """taipei_faq：答复里有网页标签；要求时换成简体，编号不变。"""
    frame = read("taipei_faq.xml")
    assert frame.attrs["reading"].findings["html_replies"] > 100
    assert frame["reply"].str.contains("臺").any()
    plain = read_messages(FOLDER / "taipei_faq.xml", simplify=True)
    assert not plain["reply"].str.contains("臺|們|這|問").any()
    assert plain["message_id"].tolist() == frame["message_id"].tolist()
    assert plain.attrs["reading"].findings["simplified"] > 3000


def test_taxonomy_is_not_taken_for_messages() -> None:
    """附件1 是分类表，没有留言：说认不出，不硬读。"""
    if not (FOLDER / "附件1.xlsx").exists():
        pytest.skip("没有 附件1.xlsx")
    with pytest.raises(ReadError, match="一级分类"):
        read("附件1.xlsx")


@pytest.mark.parametrize("name", ["附件3.xlsx", "附件4.xlsx", "附件2_有标签_开发集.csv", "liuyan_hangzhou.jsonl"])
def test_streamed_and_converted_are_the_same(name: str, tmp_path: Path) -> None:
    """一段一段地读、转成 parquet 再读，与一次读完的一字不差，报告的账也一样。"""
    whole = read(name)
    stream = read_message_chunks(FOLDER / name, rows=500)
    parts = pd.concat(list(stream), ignore_index=True)
    pd.testing.assert_frame_equal(parts, whole, check_dtype=False)
    assert stream.report.findings == whole.attrs["reading"].findings
    assert stream.report.times == whole.attrs["reading"].times
    report = convert_messages(FOLDER / name, tmp_path / "表.parquet")
    assert report.rows_read == len(whole)
    again = pd.read_parquet(tmp_path / "表.parquet")
    assert list(again.columns) == list(whole.columns)
    assert again["body"].tolist() == whole["body"].tolist()


def test_unreadable_times_are_counted() -> None:
    """ced_rumor：87 个时间读不出，留空并计数；其余按 Unix 秒读。"""
    path = FOLDER / "ced_rumor.jsonl"
    frame = read_messages(path, columns={"message_id": "id", "body": "text", "created_at": "time"})
    assert len(frame) == 3387
    assert int(frame["created_at"].isna().sum()) == 87
    assert frame.attrs["reading"].times["created_at"]["unreadable"] == 87
