"""坏输入：每一种都有清楚的错误，或者读得出并且说得出。"""

from __future__ import annotations

import csv
import json
import random
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from wenzheng_lab.corpus import read_messages
from wenzheng_lab.corpus.encodings import detect
from wenzheng_lab.corpus.times import read_time
from wenzheng_lab.errors import ReadError

HEADER = "留言编号,留言主题,留言详情\r\n"
BODY = "青禾县城关镇的路灯坏了，已经半年，请尽快修复，谢谢。"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.csv", b"", ["空.csv", "空文件", "重新导出"]),
        ("空.xlsx", b"", ["空.xlsx", "空文件"]),
        ("只有表头.csv", HEADER.encode(), ["只有表头.csv", "没有一条留言"]),
        ("只有换行.csv", b"\r\n\r\n", ["没有内容"]),
        ("错列.csv", "姓名,年龄\r\n甲,3\r\n".encode(), ["姓名", "columns="]),
        ("坏.xlsx", b"PK\x03\x04" + b"\0" * 40, ["坏.xlsx", "重新"]),
        ("假.zip", b"PK\x05\x06" + b"\0" * 18, ["假.zip"]),
        ("空.json", b"[]", ["没有读出"]),
        ("乱.jsonl", b"{{{{\n", ["没有读出"]),
        ("加密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), ["密码"]),
        ("旧.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', ["另存为 xlsx"]),
        ("资料.xml", b'<?xml version="1.0"?><a><b>1</b></a>', ["成行的元素"]),
        ("断了.xml", b'<?xml version="1.0"?><a><b><c>1</c><d>2</d></b><b><c>', ["第 1 行"]),
        ("炸弹.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a><b><c>&x;</c><d>2</d></b></a>', ["实体"]),
        ("图.csv", random.Random(1).randbytes(4000), ["图.csv", "编码"]),
    ],
)
def test_unreadable_file_gets_a_three_part_error(tmp_path: Path, name: str, data: bytes, words: list[str]) -> None:
    """读不了的文件：说出来了什么、应当是什么、怎么办，带文件名。"""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read_messages(path)
    if "编码" not in words:
        assert name in str(caught.value)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_missing_file_names_the_path(tmp_path: Path) -> None:
    """找不到文件时给出路径。"""
    with pytest.raises(ReadError, match=r"没有的\.csv"):
        read_messages(tmp_path / "没有的.csv")


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    """空文件夹不是零条留言，是错误。"""
    with pytest.raises(ReadError, match="没有一个读得出"):
        read_messages(tmp_path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5"]
)
def test_every_usual_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    """常见编码都自己认出来，一字不差。"""
    text = HEADER + f"1,路灯,{BODY}\r\n" * 3
    if encoding == "big5":
        text = "主題,詳情\r\n" + "路燈,青禾縣城關鎮的路燈壞了，已經半年，請儘快修復，謝謝。\r\n" * 3
        frame = read_messages(write(tmp_path / "表.csv", text, encoding), columns={"subject": "主題", "body": "詳情"})
        assert frame["body"][0].startswith("青禾縣城關鎮")
        return
    frame = read_messages(write(tmp_path / "表.csv", text, encoding))
    assert frame["body"].tolist() == [BODY] * 3


def test_short_gbk_text_is_not_taken_for_utf8(tmp_path: Path) -> None:
    """很短的 GBK 文件也认得对。"""
    assert detect(write(tmp_path / "表.csv", "主题,详情\n灯,坏\n", "gbk")).codec == "gb18030"


def test_given_encoding_is_used_and_a_wrong_name_is_explained(tmp_path: Path) -> None:
    """指定的编码照用；写错名字时说出常用的。"""
    path = write(tmp_path / "表.csv", "主题,详情\n灯,坏\n", "gbk")
    assert read_messages(path, encoding="gbk")["body"].tolist() == ["坏"]
    with pytest.raises(ReadError, match="gb18030"):
        read_messages(path, encoding="国标")


def test_few_broken_bytes_are_replaced_and_counted(tmp_path: Path) -> None:
    """UTF-8 里夹几个坏字节：换成“�”，报告里有处数，其余照读。"""
    data = (HEADER + f"1,路灯,{BODY}\r\n" * 40).encode() + b"2,\xe8\xb7,\xff\r\n"
    path = tmp_path / "表.csv"
    path.write_bytes(data)
    frame = read_messages(path)
    assert frame["body"][0] == BODY
    assert frame["body"].tolist()[-1] == "�"
    assert "处字节" in str(frame.attrs["reading"])


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "，"])
def test_every_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    """各种分隔符都认得。"""
    text = mark.join(["主题", "详情"]) + "\n" + mark.join(["灯", "坏了"]) + "\n"
    assert read_messages(write(tmp_path / "表.txt", text))["body"].tolist() == ["坏了"]


def test_excel_sep_line_is_obeyed(tmp_path: Path) -> None:
    """首行 sep=; 是给 Excel 的提示，不是数据。"""
    assert read_messages(write(tmp_path / "表.csv", "sep=;\n主题;详情\n灯;坏,了\n"))["body"].tolist() == ["坏,了"]


def test_nul_control_and_surrogate_become_a_visible_mark(tmp_path: Path) -> None:
    """NUL、控制字符、孤立代理项换成“�”并计数，别的文件才写得下去。"""
    path = tmp_path / "表.jsonl"
    path.write_text(r'{"subject": "题", "body": "甲\u0000乙\ud800丙\u0001"}', encoding="utf-8")
    frame = read_messages(path)
    assert frame["body"].tolist() == ["甲�乙�丙�"]
    assert frame.attrs["reading"].findings["replaced_characters"] == 3


def test_nul_in_csv_is_read(tmp_path: Path) -> None:
    """csv 里的 NUL 不让整个文件读不出。"""
    path = tmp_path / "表.csv"
    path.write_bytes((HEADER + "1,题,甲\0乙\r\n").encode())
    assert read_messages(path)["body"].tolist() == ["甲�乙"]


def test_mixed_line_ends_become_one(tmp_path: Path) -> None:
    """混用的换行统一成 \\n，不多不少。"""
    frame = read_messages(write(tmp_path / "表.csv", HEADER + '1,题,"甲\r\n乙\r丙\n丁"\r\n'))
    assert frame["body"].tolist() == ["甲\n乙\n丙\n丁"]


def test_rare_characters_pass_unchanged(tmp_path: Path) -> None:
    """零宽字符、表情、生僻字、繁体原样留着。"""
    body = "𠮷家\u200b村😀臺灣，㎡"
    assert read_messages(write(tmp_path / "表.csv", HEADER + f"1,题,{body}\r\n", "gb18030"))["body"].tolist() == [body]


def test_a_million_characters_in_one_cell(tmp_path: Path) -> None:
    """一格一百万字读得全，全进程共用的 csv 上限不被改掉。"""
    before = csv.field_size_limit()
    body = "长" * 1_000_000
    frame = read_messages(write(tmp_path / "表.csv", HEADER + f"1,题,{body}\r\n"))
    assert len(frame["body"][0]) == 1_000_000
    assert csv.field_size_limit() == before


def test_unquoted_comma_does_not_shift_columns(tmp_path: Path) -> None:
    """正文里的逗号没有加引号：这一行不读，给出行号，别的行照读。"""
    frame = read_messages(write(tmp_path / "表.csv", HEADER + "1,题,甲,乙\r\n2,题,丙\r\n"))
    report = frame.attrs["reading"]
    assert frame["message_id"].tolist() == ["2"]
    assert report.skipped[0][1] == 2
    assert "引号" in report.skipped[0][2]


def test_unclosed_quote_is_told(tmp_path: Path) -> None:
    """引号没有配对吞掉许多行时，报告里说出从第几行起。"""
    rows = "".join(f"{n},题,文{n}\r\n" for n in range(2, 102))
    frame = read_messages(write(tmp_path / "表.csv", HEADER + '1,题,"甲\r\n' + rows))
    assert len(frame) == 1
    assert "第 2 行" in str(frame.attrs["reading"])
    assert "引号没有配对" in str(frame.attrs["reading"])


def test_short_row_reads_as_blank_and_is_counted(tmp_path: Path) -> None:
    """少列的行缺的按空读，并计数。"""
    frame = read_messages(write(tmp_path / "表.csv", HEADER + "1,题\r\n"))
    assert frame["body"].tolist() == [""]
    assert frame.attrs["reading"].findings["short_rows"] == 1


def test_quoted_line_breaks_keep_the_row_number(tmp_path: Path) -> None:
    """正文里有换行时，后面的行号仍是编辑器里看到的行号。"""
    report = read_messages(write(tmp_path / "表.csv", HEADER + '1,题,"甲\n乙"\r\n,,\r\n')).attrs["reading"]
    assert [row for _, row, _ in report.skipped] == [4]


GOOD = {"subject": "题", "body": "文"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (json.dumps([GOOD, GOOD]), 2),
        (json.dumps({"code": 0, "data": {"total": 2, "list": [GOOD, GOOD]}}), 2),
        (json.dumps(GOOD), 1),
        (json.dumps(GOOD) + "\n\n" + json.dumps(GOOD), 2),
        (json.dumps(GOOD) + json.dumps(GOOD), 2),
        ("[" + json.dumps(GOOD) + "," + json.dumps(GOOD), 2),
        ("[" + json.dumps(GOOD) + json.dumps(GOOD) + ",]", 2),
        ("[" + json.dumps(GOOD) + ',\n{"subject": "断在', 1),
        (json.dumps(GOOD) + "\n{坏的}\n" + json.dumps(GOOD), 2),
        ('{"subject": "题", "body": "裸\t换\n行"}', 1),
        ('{"subject": "题", "body": "文", "点赞": NaN}', 1),
        ("\ufeff" + json.dumps([GOOD]), 1),
    ],
)
def test_broken_json_gives_what_can_be_read(tmp_path: Path, text: str, count: int) -> None:
    """好的、相连的、截断的、少逗号的 json 都读出能读的。"""
    assert len(read_messages(write(tmp_path / "表.json", text))) == count


def test_broken_json_line_is_reported_with_its_number(tmp_path: Path) -> None:
    """坏的一行给出行号与原因。"""
    text = json.dumps(GOOD) + "\n{坏的}\n" + json.dumps(GOOD)
    report = read_messages(write(tmp_path / "表.jsonl", text)).attrs["reading"]
    assert report.skipped[0][1] == 2
    assert "json 写坏了" in report.skipped[0][2]


def test_nested_objects_are_flattened(tmp_path: Path) -> None:
    """对象里的对象展开成“甲.乙”，可以写进对照。"""
    record = {"title": "题", "content": "文", "reply": {"text": "复", "at": "2026-01-02"}}
    frame = read_messages(
        write(tmp_path / "表.json", json.dumps([record])),
        columns={"subject": "title", "body": "content", "reply": "reply.text", "replied_at": "reply.at"},
    )
    assert frame["reply"].tolist() == ["复"]


def test_later_keys_are_not_lost(tmp_path: Path) -> None:
    """后面的对象才有的键也读得到。"""
    records = [GOOD, {**GOOD, "reply": "复"}]
    assert read_messages(write(tmp_path / "表.json", json.dumps(records)))["reply"].tolist()[1] == "复"


def test_number_given_as_reply_is_text(tmp_path: Path) -> None:
    """答复格里是数字时读成文字，不让评分出错。"""
    workbook = openpyxl.Workbook()
    for row in (["subject", "body", "reply"], ["题", 12345, 3.0]):
        workbook.active.append(row)
    workbook.save(tmp_path / "表.xlsx")
    frame = read_messages(tmp_path / "表.xlsx")
    assert (frame["body"][0], frame["reply"][0]) == ("12345", "3")


def test_long_numbers_stored_inexactly_are_told(tmp_path: Path) -> None:
    """编号长到存成数就不准时，报告里说明。"""
    frame = read_messages(write(tmp_path / "表.csv", HEADER + "2.02603E+17,题,文\r\n"))
    assert frame.attrs["reading"].findings["approximate_ids"] == 1


def test_text_dtype_has_no_word_none(tmp_path: Path) -> None:
    """空格子不会变成“None”“nan”两个词，缺失判断得出来。"""
    frame = read_messages(write(tmp_path / "表.csv", "subject,body,reply\r\n题,,\r\n题,文,复\r\n"))
    assert frame["body"].tolist() == ["", "文"]
    assert frame["reply"].isna().tolist() == [True, False]
    assert pd.api.types.is_string_dtype(frame["subject"])


def test_unreadable_number_is_blank_and_told(tmp_path: Path) -> None:
    """点赞数写成文字时留空，给出行号与原文。"""
    text = '留言编号,留言主题,留言详情,点赞数,反对数\r\n1,题,文,很多,"1,024"\r\n'
    frame = read_messages(write(tmp_path / "表.csv", text))
    assert pd.isna(frame["likes"][0])
    assert frame["dislikes"][0] == 1024
    assert "很多" in str(frame.attrs["reading"])


def test_xlsx_escapes_are_restored(tmp_path: Path) -> None:
    """xlsx 里写成 _x000D_ 的换行还原，不留在正文里。"""
    workbook = openpyxl.Workbook()
    for row in (["subject", "body"], ["题", "甲_x000D_\n乙"]):
        workbook.active.append(row)
    workbook.save(tmp_path / "表.xlsx")
    assert read_messages(tmp_path / "表.xlsx")["body"].tolist() == ["甲\n乙"]


def test_truncated_workbook_is_an_error_not_a_shorter_table(tmp_path: Path) -> None:
    """工作表的 XML 断在中间：报错，不当作少几行。"""
    workbook = openpyxl.Workbook()
    for row in [["subject", "body"], *([["题", f"文{n}"] for n in range(500)])]:
        workbook.active.append(row)
    workbook.save(tmp_path / "好.xlsx")
    with zipfile.ZipFile(tmp_path / "好.xlsx") as old, zipfile.ZipFile(tmp_path / "坏.xlsx", "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, data[: len(data) // 2] if info.filename.endswith("sheet1.xml") else data)
    with pytest.raises(ReadError, match="读到一半"):
        read_messages(tmp_path / "坏.xlsx")


def test_zip_paths_cannot_escape(tmp_path: Path) -> None:
    """zip 里带 ../ 的路径写不到外面。"""
    packed = tmp_path / "内" / "包.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../逃.csv", "subject,body\n题,文\n")
    assert read_messages(packed)["body"].tolist() == ["文"]
    assert [path.name for path in tmp_path.rglob("*.csv")] == []


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2019/4/25 9:32:09", "2019-04-25T09:32:09"),
        ("2019-04-25T01:32:09Z", "2019-04-25T09:32:09"),
        ("2019-04-25 09:32:09+08:00", "2019-04-25T09:32:09"),
        ("２０１９年４月２５日　９时３２分", "2019-04-25T09:32:00"),
        ("2019年4月25日 下午3点", "2019-04-25T15:00:00"),
        ("2019-04-25 3:20 PM", "2019-04-25T15:20:00"),
        ("2019.4.25", "2019-04-25T00:00:00"),
        ("20190425", "2019-04-25T00:00:00"),
        (43580.5, "2019-04-25T12:00:00"),
        (1556155929, "2019-04-25T09:32:09"),
        (1556155929000, "2019-04-25T09:32:09"),
    ],
)
def test_times_in_many_ways(text: object, want: str) -> None:
    """各种写法读成同一个北京时间。"""
    found = read_time(text)
    assert found is not None
    assert found[0].isoformat() == want


@pytest.mark.parametrize(
    "text", ["3/4/2019", "2019/13/1", "2019/2/30", "昨天", "19-4-25", 5, True, float("inf"), "#N/A"]
)
def test_ambiguous_times_are_not_guessed(text: object) -> None:
    """日月次序不明、不存在的日期都算读不出。"""
    assert read_time(text) is None
