"""读各种格式与各种表。"""

from __future__ import annotations

import importlib
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from wenzheng_lab.corpus import ReadingReport, canonical_names, read_messages
from wenzheng_lab.corpus.registry import registry
from wenzheng_lab.errors import InputError, ReadError

CONTEST4 = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
ROWS4 = [
    [
        2001,
        "甲",
        "路灯不亮",
        "2026/3/5 9:32:09",
        "\n\t\t\t\n\t　青禾路的路灯半年不亮。  ",
        "已修好。",
        "2026/3/6 10:00:00",
    ],
    [2002, "乙", "公交绕行", datetime(2026, 3, 6, 8, 0, 1), "绕行没有通知。", None, "2026/3/8"],
    [2003, "丙", "噪声", "不详", "夜里施工。", "已责令停工。", None],
]


def book(path: Path, rows: list[list[object]], *, title: str = "Sheet1") -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def csv_text(rows: list[list[object]]) -> str:
    return "\r\n".join(",".join("" if cell is None else f'"{cell}"' for cell in row) for row in rows) + "\r\n"


@pytest.fixture
def contest(tmp_path: Path) -> pd.DataFrame:
    return read_messages(book(tmp_path / "附件4.xlsx", [CONTEST4, *ROWS4]))


def test_contest_reply_table_gets_canonical_columns(contest: pd.DataFrame) -> None:
    """附件4 读成规范列，次序固定，原表没有的列不出现。"""
    assert list(contest.columns) == ["message_id", "author", "subject", "body", "created_at", "reply", "replied_at"]
    assert len(contest) == 3


def test_number_is_text(contest: pd.DataFrame) -> None:
    """编号读成文字，不带小数点。"""
    assert contest["message_id"].tolist() == ["2001", "2002", "2003"]


def test_body_keeps_its_words_and_loses_outer_space(contest: pd.DataFrame) -> None:
    """正文只去首尾空白。"""
    assert contest["body"][0] == "青禾路的路灯半年不亮。"


def test_mixed_dates_are_one_column_and_counted(contest: pd.DataFrame) -> None:
    """真日期与文字混在一列，都读成时间；读不出的是 NaT，并记下行号。"""
    assert contest["created_at"].tolist()[:2] == [
        pd.Timestamp("2026-03-05 09:32:09"),
        pd.Timestamp("2026-03-06 08:00:01"),
    ]
    assert pd.isna(contest["created_at"][2])
    tally = contest.attrs["reading"].times["created_at"]
    assert (tally["true"], tally["text"], tally["unreadable"]) == (1, 1, 1)
    assert list(tally["examples"]) == [(4, "不详")]


def test_missing_hour_is_counted(contest: pd.DataFrame) -> None:
    """没有钟点的时间按零时记，并且说出来。"""
    report = contest.attrs["reading"]
    assert report.times["replied_at"]["day"] == 1
    assert "没有钟点" in str(report)


def test_missing_reply_is_missing_not_empty_text(contest: pd.DataFrame) -> None:
    """没有答复读成缺失，不是空串，也不是“None”三个字。"""
    assert contest["reply"].isna().tolist() == [False, True, False]
    assert contest.attrs["reading"].findings["no_reply"] == 1


@pytest.mark.parametrize(
    ("header", "row", "schema", "want"),
    [
        (
            ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级分类"],
            [1, "甲", "题", "2026/1/2 3:04:05", "文", "城乡建设"],
            "teddy2020c_2",
            {"category": "城乡建设"},
        ),
        (
            ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"],
            [1, "甲", "题", "2026/1/2 3:04:05", "文", 0, 7],
            "teddy2020c_3",
            {"likes": 7, "dislikes": 0},
        ),
        (
            [
                "留言领导",
                "留言标题",
                "省份",
                "市",
                "状态",
                "主题类别",
                "投诉种类",
                "留言人",
                "留言时间",
                "留言内容",
                "回复内容",
                "回复时间",
                "回复机构",
                "办理速度评分",
                "办理态度评分",
                "解决程度评分",
                "用户评价",
                "评价标签",
            ],
            [
                "某市委书记",
                "题",
                "某省",
                "某市",
                "已办理",
                "城建",
                "投诉",
                "甲",
                "2026-01-02 03:04:05",
                "文",
                "复",
                "2026-01-05",
                "某局",
                4,
                5,
                0,
                "满意 自动好评",
                "",
            ],
            "renmin_research",
            {
                "place": "某省某市",
                "status": "已办理",
                "category": "城建",
                "appeal": "投诉",
                "reply_unit": "某局",
                "rating_speed": 4.0,
                "auto_rated": True,
            },
        ),
        (
            [
                "留言ID",
                "留言主题",
                "留言内容",
                "回复内容",
                "留言类型",
                "留言领域",
                "留言状态",
                "留言属地",
                "省份",
                "市对象",
                "留言对象",
                "回复组织",
                "留言时间",
                "回复时间",
                "满意情况",
                "解决程度评分",
                "办理态度评分",
                "办理速度评分",
            ],
            [
                9,
                "题",
                "文",
                "复",
                "咨询",
                "交通",
                "已办理",
                "某区",
                "某省",
                "某市",
                "某书记",
                "某局",
                "2026-01-02 03:04:05",
                "2026-01-05",
                "满意",
                3,
                4,
                5,
            ],
            "renmin_area",
            {
                "message_id": "9",
                "place": "某区",
                "category": "交通",
                "appeal": "咨询",
                "rating_solved": 3.0,
                "auto_rated": False,
            },
        ),
        (
            [
                "RankName",
                "Title",
                "Tag1",
                "Tag2",
                "CDate",
                "Content",
                "RName",
                "RContent",
                "RDate",
                "PleasedLev",
                "ServeScore",
                "MannerScore",
                "SpeedScore",
                "Assass",
            ],
            ["某县委书记", "题", "环保", "投诉", "2026-01-02", "文", "某局", "复", "2026-01-09", "满意", 5, 5, 5, "1"],
            "renmin_rank",
            {"category": "环保", "auto_rated": True, "rating_attitude": 5.0, "reply_unit": "某局"},
        ),
        (
            [
                "nickname",
                "type_name",
                "title",
                "content",
                "cate_name",
                "cate_child_name",
                "created_at",
                "star",
                "company",
                "job",
                "is_reply",
                "reply_name",
                "reply_content",
            ],
            ["甲", "投诉", "题", "文", "城建", "物业", "2026-01-02 03:04:05", 0, "某单位", "某职", 1, "某局", "复"],
            "wenzheng_hunan",
            {
                "author": "甲",
                "appeal": "投诉",
                "category": "城建",
                "subcategory": "物业",
                "status": "已回复",
                "reply_unit": "某局",
                "reply": "复",
                "company": "某单位",
                "job": "某职",
            },
        ),
        (
            ["subject", "body", "message_id", "urgency"],
            ["题", "文", "007", "急"],
            "canonical",
            {"message_id": "007", "urgency": "急"},
        ),
        (["主题", "详情", "办理状态"], ["题", "文", "办理中"], "canonical_zh", {"status": "办理中"}),
    ],
)
def test_every_tabular_schema_is_recognised(
    tmp_path: Path, header: list[str], row: list[object], schema: str, want: dict[str, object]
) -> None:
    """每种表都由列名认出，各列取对。"""
    frame = read_messages(book(tmp_path / "表.xlsx", [header, row]))
    assert frame.attrs["reading"].files[0]["schema"] == schema
    assert (frame["subject"][0], frame["body"][0]) == ("题", "文")
    assert {name: frame[name][0] for name in want} == want
    # 含义没有核实的原列照原名留着，并在报告里点名
    assert set(frame.columns) - set(canonical_names()) == set(frame.attrs["reading"].files[0]["kept"])


@pytest.mark.parametrize(
    ("record", "schema", "want"),
    [
        (
            {
                "tid": 11,
                "date": "2026-01-02",
                "forum": "某市",
                "title": "题",
                "content": "文",
                "domain": "城建",
                "type": "建言",
                "status": "待回复",
                "replyContent": "",
                "likes": 3,
                "gManner": 0,
                "gSpeed": 4,
            },
            "liuyan_items",
            {"message_id": "11", "place": "某市", "likes": 3, "rating_speed": 4.0},
        ),
        (
            {"url": "某处", "number": "178", "title": "题", "content": "文", "month": "201802"},
            "sun0769",
            {"message_id": "178", "created_at": pd.Timestamp("2018-02-01")},
        ),
    ],
)
def test_every_jsonl_schema_is_recognised(
    tmp_path: Path, record: dict[str, object], schema: str, want: dict[str, object]
) -> None:
    """json 行的表也由键认出。"""
    path = tmp_path / "表.jsonl"
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    frame = read_messages(path)
    assert frame.attrs["reading"].files[0]["schema"] == schema
    assert {name: frame[name][0] for name in want} == want


def test_zero_rating_means_not_rated(tmp_path: Path) -> None:
    """留言板的 0 分是没有评，读成缺失并计数，不拉低平均。"""
    path = tmp_path / "表.jsonl"
    records = [{"tid": n, "forum": "某市", "title": "题", "content": f"文{n}", "gManner": n} for n in (0, 4)]
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    frame = read_messages(path)
    assert frame["rating_attitude"].mean() == 4.0
    assert frame.attrs["reading"].findings["zero_rating_attitude"] == 1


def test_month_only_is_said_to_be_month_only(tmp_path: Path) -> None:
    """只到月的时间按 1 日记，报告里说明算不得天数。"""
    path = tmp_path / "表.jsonl"
    path.write_text('{"number":"1","title":"题","content":"文","month":"201802"}\n', encoding="utf-8")
    report = read_messages(path).attrs["reading"]
    assert report.times["created_at"]["month"] == 1
    assert "算不得办理天数" in str(report)


def test_auto_praise_share_is_reported(tmp_path: Path) -> None:
    """自动好评的份额写进报告，分母是有评价的条数。"""
    header = ["Title", "Content", "RContent", "ServeScore", "Assass"]
    rows = [["题", f"文{n}", "复", 5, flag] for n, flag in enumerate(["1", "1", "0", None])]
    frame = read_messages(book(tmp_path / "表.xlsx", [header, *rows]))
    report = frame.attrs["reading"]
    assert (report.findings["auto_rated"], report.findings["rated"]) == (2, 3)
    assert "66.7%" in str(report)


def test_explicit_mapping_reads_an_unknown_table(tmp_path: Path) -> None:
    """认不出的表写明对照就能读，两列可以连成一列。"""
    header = ["工单号", "诉求标题", "诉求内容", "市", "区", "登记"]
    frame = read_messages(
        book(tmp_path / "表.xlsx", [header, ["A-01", "题", "文", "某市", "某区", "2026年1月2日 3时4分"]]),
        columns={
            "message_id": "工单号",
            "subject": "诉求标题",
            "body": "诉求内容",
            "place": "市+区",
            "created_at": "登记",
        },
    )
    assert frame.loc[0].to_dict() == {
        "message_id": "A-01",
        "place": "某市某区",
        "subject": "题",
        "body": "文",
        "created_at": pd.Timestamp("2026-01-02 03:04"),
    }


def test_mapping_adds_to_a_known_table(tmp_path: Path) -> None:
    """认得的表再给对照，只改写到的列。"""
    frame = read_messages(
        book(tmp_path / "表.xlsx", [["留言编号", "留言主题", "留言详情", "来源"], [1, "题", "文", "热线"]]),
        columns={"channel": "来源"},
    )
    assert list(frame.columns) == ["message_id", "channel", "subject", "body"]
    assert frame["channel"][0] == "热线"


def test_unknown_table_error_holds_a_mapping_to_copy(tmp_path: Path) -> None:
    """认不出时，错误里有可照抄的对照，照抄就能读。"""
    path = book(tmp_path / "台账.xlsx", [["工单编号", "诉求标题", "诉求内容", "受理时间"], [1, "题", "文", "2026/1/2"]])
    with pytest.raises(ReadError) as caught:
        read_messages(path)
    message = str(caught.value)
    assert "工单编号" in message
    mapping = json.loads(message[message.index("columns=") + len("columns=") : message.rindex("}") + 1])
    assert read_messages(path, columns=mapping)["body"].tolist() == ["文"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"bdy": "正文"}, ["bdy", "body"]),
        ({"body": "内溶"}, ["内溶", "内容"]),
        ({"body": 3}, ["3"]),
    ],
)
def test_wrong_mapping_is_explained(tmp_path: Path, columns: dict[str, str], words: list[str]) -> None:
    """对照写错时说出错在哪里、像哪一个。"""
    path = book(tmp_path / "表.xlsx", [["标头", "内容"], ["题", "文"]])
    with pytest.raises(InputError) as caught:
        read_messages(path, columns=columns)
    assert all(word in str(caught.value) for word in words)


def test_unused_columns_are_named_and_kept_on_request(tmp_path: Path) -> None:
    """没有用到的列在报告里点名；extra=True 时留在规范列之后。"""
    path = book(tmp_path / "表.xlsx", [["留言编号", "留言主题", "留言详情", "备注"], [1, "题", "文", "注"]])
    frame = read_messages(path)
    assert "备注" not in frame
    assert frame.attrs["reading"].files[0]["unused"] == ["备注"]
    assert read_messages(path, extra=True)["备注"].tolist() == ["注"]


def test_title_lines_above_the_header_are_found_and_reported(tmp_path: Path) -> None:
    """表头上面的标题行不当数据，也不悄悄丢掉。"""
    frame = read_messages(book(tmp_path / "表.xlsx", [["某县来信台账"], [None], CONTEST4, *ROWS4]))
    report = frame.attrs["reading"]
    assert len(frame) == 3
    assert (report.skipped[0][1], report.skipped[0][2]) == (1, "表头以前的行")


def test_skipped_rows_have_number_and_reason(tmp_path: Path) -> None:
    """空行、重复的表头、合计行不读，各有行号与原因。"""
    rows = [CONTEST4, ROWS4[0], [None] * 7, CONTEST4, [None, "合计", None, None, None, None, None]]
    report = read_messages(book(tmp_path / "表.xlsx", rows)).attrs["reading"]
    assert [(row, reason) for _, row, reason in report.skipped] == [
        (3, "空行"),
        (4, "重复的表头"),
        (5, "没有主题、正文，也没有答复"),
    ]
    assert report.skipped_total == 3


def test_duplicates_are_kept_and_counted(tmp_path: Path) -> None:
    """编号、正文、整行重复都留着，只计数。"""
    rows = [[1, "甲", "题", None, "同一段话", "复", None], [1, "甲", "题", None, "同一 段话", "复", None]]
    rows.append(list(rows[1]))
    frame = read_messages(book(tmp_path / "表.xlsx", [CONTEST4, *rows]))
    found = frame.attrs["reading"].findings
    assert len(frame) == 3
    assert (found["duplicate_ids"], found["duplicate_bodies"], found["duplicate_rows"]) == (2, 2, 1)


def test_truncated_bodies_are_suspected(tmp_path: Path) -> None:
    """许多正文恰好一样长时，说疑似截断。"""
    rows = [[n, "甲", "题", None, f"{n:02d}" + "长" * 98, "复", None] for n in range(10)]
    found = read_messages(book(tmp_path / "表.xlsx", [CONTEST4, *rows])).attrs["reading"].findings
    assert (found["truncated"], found["truncated_at"]) == (10, 100)


def test_vertically_merged_cells_are_filled(tmp_path: Path) -> None:
    """竖着合并的单元格补到各行，并在报告里说明。"""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (
        ["留言编号", "留言主题", "留言详情", "一级标签"],
        [1, "题", "甲", "城建"],
        [2, "题", "乙", None],
        [3, "题", "丙", "交通"],
    ):
        sheet.append(row)
    sheet.merge_cells("D2:D3")
    workbook.save(tmp_path / "表.xlsx")
    frame = read_messages(tmp_path / "表.xlsx")
    assert frame["category"].tolist() == ["城建", "城建", "交通"]
    assert "合并" in str(frame.attrs["reading"])


def test_merged_title_row_does_not_spread(tmp_path: Path) -> None:
    """横着合并的标题不影响表头。"""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["台账"])
    sheet.merge_cells("A1:C1")
    for row in (["留言编号", "留言主题", "留言详情"], [1, "题", "文"]):
        sheet.append(row)
    workbook.save(tmp_path / "表.xlsx")
    assert read_messages(tmp_path / "表.xlsx")["body"].tolist() == ["文"]


def test_wrong_dimension_record_does_not_hide_rows(tmp_path: Path) -> None:
    """有的程序把范围写成 A1；照样读全。"""
    path = book(tmp_path / "表.xlsx", [CONTEST4, *ROWS4])
    fixed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(fixed, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                data = data.replace(b'<dimension ref="A1:G4"', b'<dimension ref="A1"')
                assert b'"A1"' in data
            new.writestr(info, data)
    path.write_bytes(fixed.getvalue())
    assert len(read_messages(path)) == 3


def test_sheets_of_one_kind_are_read_together(tmp_path: Path) -> None:
    """同一种表的几个工作表一起读；认不出的点名。"""
    workbook = openpyxl.Workbook()
    for title, rows in (("1月", [CONTEST4, ROWS4[0]]), ("2月", [CONTEST4, ROWS4[1]]), ("说明", [["填表说明"]])):
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.remove(workbook["Sheet"])
    workbook.save(tmp_path / "表.xlsx")
    frame = read_messages(tmp_path / "表.xlsx")
    assert frame["message_id"].tolist() == ["2001", "2002"]
    assert "说明" in str(frame.attrs["reading"])
    assert read_messages(tmp_path / "表.xlsx", sheet="2月")["message_id"].tolist() == ["2002"]
    with pytest.raises(ReadError, match="2月"):
        read_messages(tmp_path / "表.xlsx", sheet="二月")


def test_formula_results_are_read_and_counted(tmp_path: Path) -> None:
    """公式单元格读保存时的结果；没有结果的读成空，报告里说明。"""
    rows = [["留言编号", "留言主题", "留言详情", "点赞数", "反对数"], [1, "题", "文", "=1+2", 0]]
    frame = read_messages(book(tmp_path / "表.xlsx", rows))
    assert pd.isna(frame["likes"][0])
    assert "1 个公式单元格" in str(frame.attrs["reading"])


def test_html_disguised_as_xls_is_read(tmp_path: Path) -> None:
    """内容是网页表格的“xls”照表格读，标签不进正文。"""
    path = tmp_path / "导出.xls"
    cells = "".join(f"<th>{name}</th>" for name in ("留言编号", "留言主题", "留言详情"))
    page = f"<html><meta charset=gbk><table><tr>{cells}</tr><tr><td>1<td>题<td>甲<br>乙&lt;丙</tr></table></html>"
    path.write_text(page, encoding="gb18030")
    frame = read_messages(path)
    assert frame["body"].tolist() == ["甲\n乙<丙"]


def test_xls_without_reader_tells_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """没有装 xlrd 时，说出另存为 xlsx 与安装命令。"""
    real = importlib.import_module

    def refuse(name: str, package: str | None = None) -> object:
        if name == "xlrd":
            raise ImportError(name)
        return real(name, package)

    monkeypatch.setattr("wenzheng_lab.corpus.spreadsheet.importlib.import_module", refuse)
    path = tmp_path / "旧.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(ReadError, match="pip install xlrd"):
        read_messages(path)


def test_xls_is_read_where_xlrd_is_present(tmp_path: Path) -> None:
    """装有 xlrd 时读旧式 xls，真日期与合并单元格都对。"""
    pytest.importorskip("xlrd", reason="没有装 xlrd，读不了旧式 xls")
    xlwt = pytest.importorskip("xlwt", reason="没有装 xlwt，造不出旧式 xls")
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    for column, name in enumerate(["留言编号", "留言主题", "留言详情", "留言时间", "一级标签"]):
        sheet.write(0, column, name)
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for row in (1, 2):
        sheet.write(row, 0, row)
        sheet.write(row, 1, "题")
        sheet.write(row, 2, f"文{row}")
        sheet.write(row, 3, datetime(2026, 1, 2, 3, 4, 5), style)
    sheet.write_merge(1, 2, 4, 4, "城建")
    workbook.save(str(tmp_path / "旧.xls"))
    frame = read_messages(tmp_path / "旧.xls")
    assert frame["category"].tolist() == ["城建", "城建"]
    assert frame["created_at"][0] == pd.Timestamp("2026-01-02 03:04:05")
    assert frame["message_id"].tolist() == ["1", "2"]


def test_parquet_round_trip_keeps_the_report(tmp_path: Path, contest: pd.DataFrame) -> None:
    """parquet 读得回来；attrs 里的报告不妨碍 to_parquet。"""
    pytest.importorskip("pyarrow", reason="没有装 pyarrow，读写不了 parquet")
    contest.to_parquet(tmp_path / "表.parquet")
    again = read_messages(tmp_path / "表.parquet")
    assert again["body"].tolist() == contest["body"].tolist()
    assert again["created_at"].isna().tolist() == [False, False, True]


def test_report_is_json(contest: pd.DataFrame) -> None:
    """报告能写成 json：pandas 写 parquet 时会这样存 attrs。"""
    assert json.loads(json.dumps(contest.attrs["reading"]))["rows_read"] == 3


def test_report_survives_pandas_copies(contest: pd.DataFrame) -> None:
    """筛选、拷贝以后报告还在，且不随之深拷贝。"""
    assert contest[contest["reply"].notna()].copy().attrs["reading"] is contest.attrs["reading"]


def test_report_prints_and_renders(contest: pd.DataFrame) -> None:
    """报告打印是中文，网页里各格都转义。"""
    report = contest.attrs["reading"]
    assert isinstance(report, ReadingReport)
    assert "读入：3 条" in str(report)
    assert "<table" in report._repr_html_()
    assert "读入 3 条" in repr(report)


def test_folder_and_zip_are_read_whole(tmp_path: Path) -> None:
    """文件夹与 zip 里的表一起读，种类可以不同；不是表格的点名。"""
    folder = tmp_path / "来信"
    (folder / "旧").mkdir(parents=True)
    book(folder / "a.xlsx", [CONTEST4, *ROWS4])
    (folder / "旧" / "b.csv").write_text(csv_text([["主题", "详情"], ["题", "文"]]), encoding="gb18030")
    (folder / "照片.png").write_bytes(b"\x89PNG")
    (folder / "坏.csv").write_bytes(b"")
    frame = read_messages(folder)
    report = frame.attrs["reading"]
    assert frame["body"].tolist()[-1] == "文"
    assert len(frame) == 4
    assert "坏.csv 没有读" in str(report)
    assert "另有 1 个" in str(report)
    packed = tmp_path / "来信.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*.*")):
            archive.write(path, path.relative_to(folder).as_posix())
    assert read_messages(packed)["body"].tolist() == frame["body"].tolist()


def test_zip_member_names_of_windows_are_readable(tmp_path: Path) -> None:
    """Windows 压的包里 GBK 的文件名读得对。"""
    packed = tmp_path / "包.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("PLACEHOLD.csv", csv_text([["主题", "详情"], ["题", "文"]]).encode())
    raw = packed.read_bytes().replace(b"PLACEHOLD.csv", "一月来信".encode("gbk") + b"x.csv")
    packed.write_bytes(raw)
    assert read_messages(packed).attrs["reading"].files[0]["name"] == "一月来信x.csv"


def test_canonical_columns_follow_the_contract() -> None:
    """规范列与公共约定一字不差。"""
    assert canonical_names() == tuple(
        [
            "message_id",
            "channel",
            "author",
            "place",
            "subject",
            "body",
            "created_at",
            "likes",
            "dislikes",
            "category",
            "subcategory",
            "appeal",
            "urgency",
            "department",
            "status",
            "reply",
            "replied_at",
            "reply_unit",
            "rating_solved",
            "rating_attitude",
            "rating_speed",
            "auto_rated",
        ]
    )


def test_every_schema_says_where_it_comes_from() -> None:
    """每种表都写明依据，必需的列都在它的对照里。"""
    for schema in registry().schemas:
        assert schema.source
        theirs = {part for _, choices in schema.columns for choice in choices for part in choice.split("+")}
        assert set(schema.require) - theirs <= {"留言领导"}, schema.id


def test_true_date_without_clock_is_a_day(tmp_path: Path) -> None:
    """Excel 里只有日期的格子记为没有钟点。"""
    rows = [["留言编号", "留言主题", "留言详情", "留言时间"], [1, "题", "文", date(2026, 1, 2)]]
    tally = read_messages(book(tmp_path / "表.xlsx", rows)).attrs["reading"].times["created_at"]
    assert (tally["true"], tally["day"]) == (1, 1)
