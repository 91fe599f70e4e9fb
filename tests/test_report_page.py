"""评分报告：自足、转义、遮好，断在中间不留半个文件。"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from wenzheng_lab import cli
from wenzheng_lab.corpus import read_messages
from wenzheng_lab.model import Message
from wenzheng_lab.reply import score_replies, score_reply
from wenzheng_lab.report import build_report
from wenzheng_lab.report._svg import Bar, Part, bars, stacked
from wenzheng_lab.report.masking import MASK, mask_message, mask_score

PHONE = "13800000000"
HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
ROWS = [
    [
        "1", "青禾网友", "北关路路灯<script>alert(1)</script>半年不亮", "2026-03-02 09:00:00",
        f"北关路的路灯半年不亮，什么时候修好？我的手机{PHONE}。<img src=x onerror=alert(1)>",
        "青禾网友您好：3月3日，城管局到北关路现场查看，电缆被挖断，3月5日已换灯11盏、全部修好。再不亮请打0700-5550113。",
        "2026-03-06 10:00:00",
    ],
    [
        "2", "另一网友", "公交绕行没有通知", "2026-03-02 09:00:00", "12路公交绕行，为什么没有通知？",
        "您好，您反映的问题我们高度重视，将尽快处理，感谢您的理解与支持。", "2026-04-20 10:00:00",
    ],
    ["3", "第三网友", "=HYPERLINK(1)", "2026-03-02 09:00:00", "夜里施工吵，能不能管？", None, None],
    [
        "4", "第四网友", "垃圾清运", "2026-03-02 09:00:00", "两天没有清运垃圾，什么时候清？",
        f"已转相关部门。联系人手机{PHONE}。", "2026-03-03 10:00:00",
    ],
]  # fmt: skip
VOID = {"br", "hr", "img", "meta", "input", "col"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("来") / "来信.xlsx"
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    book.active["C4"].data_type = "s"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def frame(source: Path) -> pd.DataFrame:
    return read_messages(source)


@pytest.fixture(scope="module")
def scores(frame: pd.DataFrame) -> pd.DataFrame:
    return score_replies(frame, progress=False)


@pytest.fixture(scope="module")
def page(frame: pd.DataFrame, scores: pd.DataFrame) -> str:
    return build_report(frame, scores, name="来信.xlsx", made_on=date(2026, 4, 21))


class Reader(HTMLParser):
    """收集标签与属性，查标签是否成对。"""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attrs: list[tuple[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attrs += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_report_needs_nothing_from_outside(page: str) -> None:
    """不用脚本，不取网络：没有 script、链接到外面的地址、事件属性。"""
    found = read(page)
    assert found.tags & {"script", "iframe", "link", "object", "embed", "img"} == set()
    assert [name for name, _ in found.attrs if name.startswith("on")] == []
    targets = [value for name, value in found.attrs if name in ("href", "src", "action")]
    assert [value for value in targets if not value.startswith("#")] == []
    assert "url(" not in page
    assert "@import" not in page


def test_html_in_messages_is_shown_not_run(page: str) -> None:
    """来信里的标签按文字显示。"""
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "onerror=alert" in "".join(read(page).text)


def test_personal_data_are_masked_by_default(page: str, frame: pd.DataFrame, scores: pd.DataFrame) -> None:
    """手机号、网名默认遮去，明说要看才显示。"""
    assert PHONE not in page
    assert "青禾网友" not in page
    assert "个人信息已遮去" in page
    shown = build_report(frame, scores, name="来信.xlsx", show_personal_data=True)
    assert PHONE in shown
    assert "请勿外传" in shown


def test_masking_keeps_positions_and_scores() -> None:
    """遮去一字换一字：引文仍等于原位置上的文字，总分不变。"""
    message = Message("路灯", f"路灯不亮，请打{PHONE}告诉我何时修好。", author="青禾网友")
    score = score_reply(f"青禾网友您好，路灯3月5日已修好，请您用{PHONE}回电。", to=message)
    hidden_message, hidden = mask_message(message)
    masked = mask_score(score, hidden, names=[message.author])
    assert PHONE not in hidden_message.text
    assert PHONE not in str(masked.to_dict())
    assert "青禾网友" not in masked.reply
    assert len(masked.reply) == len(score.reply)
    assert MASK in masked.reply
    assert masked.total == score.total
    for finding in masked.findings:
        if finding.span is not None and finding.where == "reply":
            assert finding.quote == finding.span.of(masked.reply)


def test_report_says_what_it_counts(page: str) -> None:
    """读了几条、评了几份、未评分的原因、分母与提醒都在。"""
    text = "".join(read(page).text)
    for words in (
        "读入的留言",
        "未评分不是零分",
        "答复是空的",
        "这些数字不能说明什么",
        "签名 reply:",
        "不适用",
        "分母",
    ):
        assert words in text


def test_report_lists_each_kind_of_evidence(page: str) -> None:
    """最高与最低的各份有卡片，引文在原文里标出，目录能点到。"""
    assert "<mark" in page
    anchors = set(re.findall(r'href="#([a-z]+-\d+)"', page))
    assert anchors
    assert all(f'id="{anchor}"' in page for anchor in anchors)


def test_report_is_reproducible(frame: pd.DataFrame, scores: pd.DataFrame, page: str) -> None:
    """同样的表、同样的日期，报告一字不差。"""
    assert build_report(frame, scores, name="来信.xlsx", made_on=date(2026, 4, 21)) == page


def test_report_without_cards(frame: pd.DataFrame, scores: pd.DataFrame) -> None:
    """不要卡片时没有附页。"""
    assert "附：" not in build_report(frame, scores, name="来信.xlsx", count=0)


def test_charts_escape_their_words() -> None:
    """图里的字也转义。"""
    drawn = str(bars([Bar("<b>", 1, "<i>")], title="<u>")) + str(stacked([Part(1, "#000", "<s>", "<q>")], title="<u>"))
    assert not set(re.findall(r"<(\w+)", drawn)) & {"b", "i", "u", "s", "q"}
    read(drawn)


def test_charts_bear_zero() -> None:
    """全是 0 的图画得出。"""
    read(str(bars([Bar("甲", 0, "0 份")], title="空")))
    read(str(stacked([Part(0, "#000", "0%", "零")], title="空")))


def test_command_writes_three_files(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """一条命令写出 xlsx、csv 与报告；表头是中文，能对回原表，公式是文字。"""
    assert cli.main(["score", str(source), "--out", str(tmp_path / "出"), "--quiet"]) == 0
    names = sorted(path.name for path in (tmp_path / "出").iterdir())
    assert names == ["评分报告.html", "评分报告.py", "评分结果.csv", "评分结果.xlsx"]
    with (tmp_path / "出" / "评分结果.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["留言编号"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[2]["等次"] == "未评分"
    assert rows[2]["总分"] == ""
    assert float(rows[0]["总分"]) > float(rows[1]["总分"])
    assert rows[0]["办理天数"] == "4.04"  # 4 天 1 小时
    sheet = openpyxl.load_workbook(tmp_path / "出" / "评分结果.xlsx").active
    assert sheet["C4"].data_type == "s"
    out = capsys.readouterr().out
    assert "已评分 3 份，未评分 1 份" in out
    assert "评分报告.html" in out


def test_progress_goes_to_stderr(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """进度只写标准错误，标准输出可以接给别的程序。"""
    cli.main(["score", str(source), "--out", str(tmp_path)])
    captured = capsys.readouterr()
    assert "评分" in captured.err
    assert "%|" not in captured.out


def test_stopping_in_the_middle_leaves_no_half_file(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """写表时按 Ctrl+C：退出码 130，目录里没有半个文件。"""

    def stop(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("wenzheng_lab.corpus.write.csv_cell", stop)
    assert cli.main(["score", str(source), "--out", str(tmp_path / "出"), "--quiet"]) == cli.EXIT_STOPPED
    assert [path.name for path in (tmp_path / "出").iterdir()] == ["评分结果.xlsx"]
    assert read_rows(tmp_path / "出" / "评分结果.xlsx") == 5


def read_rows(path: Path) -> int:
    return len(list(openpyxl.load_workbook(path).active.iter_rows()))


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("subject,body\n题,文\n", [], ["没有答复一列", "--columns"]),
        ("subject,body,reply\n题,文,\n", [], ["全是空的"]),
        ("标头,内容\n题,文\n", [], ["认不出"]),
        ("subject,body,reply\n题,文,复\n", ["--columns", "body"], ["规范列=原列"]),
        ("subject,body,reply\n题,文,复\n", ["--cards", "-1"], ["--cards"]),
        ("subject,body,reply\n题,文,复\n", ["--sheet", "甲"], ["没有工作表"]),
        ("subject,body,reply\n题,文,。。。\n", [], ["一份也没有评出来", "只有标点"]),
    ],
)
def test_wrong_input_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, more: list[str], words: list[str]
) -> None:
    """错的输入：退出码 2，一句话说清，什么也不写。"""
    path = tmp_path / "表.csv"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["score", str(path), "--out", str(tmp_path / "出"), "--quiet", *more]) == cli.EXIT_USER
    err = capsys.readouterr().err
    assert all(word in err for word in words), err
    assert not (tmp_path / "出").exists()


def test_out_that_is_a_file_is_refused(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--out 指向文件时，评分之前就说。"""
    (tmp_path / "出").write_text("文件", encoding="utf-8")
    assert cli.main(["score", str(source), "--out", str(tmp_path / "出"), "--quiet"]) == cli.EXIT_USER
    assert "它是一个文件" in capsys.readouterr().err


def test_mapping_on_the_command_line(tmp_path: Path) -> None:
    """认不出的表在命令行写明对照就能评。"""
    path = tmp_path / "台账.csv"
    path.write_text("诉求,回复\n路灯何时修好？,路灯3月5日已修好。\n", encoding="gb18030")
    code = cli.main(
        ["score", str(path), "--out", str(tmp_path / "出"), "--quiet", "--columns", "body=诉求", "reply=回复"]
    )
    assert code == 0


@pytest.mark.browser
def test_report_opens_in_a_real_browser(page: str, tmp_path: Path) -> None:
    """真的 Chromium 打开报告并打印成 PDF，不报错。"""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("没有 Chromium")
    target = tmp_path / "report.html"
    target.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--print-to-pdf={tmp_path / 'report.pdf'}",
            target.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
