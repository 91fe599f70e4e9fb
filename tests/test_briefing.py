"""月报：Word 与网页里的数和算出来的一样，外来的字只是字，版面照设置，脚本重算得出。"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from docx.shared import Mm

import wenzheng_lab as wz
from wenzheng_lab.cli import main
from wenzheng_lab.corpus import labels, write_table
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.report.briefing import Briefing, make_briefing
from wenzheng_lab.report.briefing_blocks import Grid
from wenzheng_lab.report.briefing_docx import build_docx
from wenzheng_lab.report.briefing_html import build_html
from wenzheng_lab.report.briefing_phrases import few
from wenzheng_lab.report.briefing_settings import briefing_settings
from wenzheng_lab.report.masking import MASK

PHONE = "13800000000"
EVIL = '<script>alert(1)</script><img src=x onerror=alert(1)>{ HYPERLINK "http://a.example" }\x00\u202e'
REPLIES = (
    "您好，您反映的问题我们高度重视，将尽快研究处理，感谢您的理解与支持。",
    "您好：5月8日城管局到北关路查看，是电缆被挖断，5月9日已换灯11盏、全部修好。再不亮请打0700-5550113。",
    f"您好，已电话联系您本人，手机{PHONE}，情况已经说明，感谢您的来信。",
)


def made(n: int = 90, *, reply: bool = True) -> pd.DataFrame:
    start = datetime(2026, 4, 1, 9)
    rows = []
    for at in range(n):
        created = start + timedelta(days=at % 60, hours=at % 5)
        waited = [3, 20, 70, 5][at % 4]
        row = {
            "message_id": f"M{at:03d}",
            "author": f"网友{at:03d}号",
            "subject": "北关路路灯半年不亮"
            if at % 3 == 0
            else f"第{at}封：{('想问社保卡怎样补办', '小区停水')[at % 2]}",
            "body": f"北关路的路灯半年不亮，编号{at}。{EVIL if at == 4 else ''}" if at % 3 == 0 else f"内容{at}{EVIL}",
            "created_at": created,
        }
        if reply:
            done = at % 10 != 7
            row |= {
                "reply": f"{REPLIES[at % 3]}{EVIL if at == 5 else ''}" if done else None,
                "replied_at": created + timedelta(days=waited) if done else None,
            }
        rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return made()


@pytest.fixture(scope="module")
def scores(frame: pd.DataFrame) -> pd.DataFrame:
    return wz.score_replies(frame, progress=False)


@pytest.fixture(scope="module")
def briefing(frame: pd.DataFrame, scores: pd.DataFrame) -> Briefing:
    return make_briefing(frame, scores=scores, name=f"导出{EVIL}.xlsx", unit="县网信办", made_on=date(2026, 7, 1))


@pytest.fixture(scope="module")
def word(briefing: Briefing) -> bytes:
    return build_docx(briefing)


def words_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts)


class Reader(HTMLParser):
    """收集标签、属性与文字。"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attrs: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attrs += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_numbers_equal_the_table(frame: pd.DataFrame, scores: pd.DataFrame, briefing: Briefing, word: bytes) -> None:
    """件数、天数、份额、等次与直接由表算的一样，Word 与网页里都有。"""
    facts = briefing.facts
    days = (frame["replied_at"] - frame["created_at"]).dt.total_seconds() / 86400
    done = days.dropna()
    assert (facts.total, facts.whole.answered) == (90, int(frame["reply"].notna().sum()))
    assert facts.whole.median == pytest.approx(done.median())
    assert facts.p90 == pytest.approx(np.quantile(done, 0.9))
    assert facts.whole.late == int((done > 60).sum())
    assert sum(one.count for one in facts.periods) == 90
    grades = scores["grade"][scores["total"].notna()].value_counts()
    assert facts.quality is not None
    assert {name: count for name, count in facts.quality.grades if count} == grades.to_dict()
    late_share = f"{facts.whole.late / len(done):.1%}"
    wanted = [
        "来信90件",
        f"已答复{facts.whole.answered}件",
        f"半数在{done.median():.1f}天内答复",
        f"超过60天才答复的{facts.whole.late}件",
        late_share,
        f"30天以内{int((done <= 30).sum())}件",
        f"总分中位数{scores['total'].median():.1f}分",
        few(int(grades.get("差", 0))),
    ]
    texts = {"Word": words_of(word), "网页": "".join(Reader(build_html(briefing)).text)}
    missing = [(name, want) for name, text in texts.items() for want in wanted if want not in text]
    assert missing == []


def test_word_and_page_say_the_same(briefing: Briefing, word: bytes) -> None:
    """每一格表、每一段话，Word 与网页一样。"""
    document = words_of(word)
    page = "".join(Reader(build_html(briefing)).text)
    for block in briefing.blocks:
        if isinstance(block, Grid):
            for cell in (cell for row in (block.headers, *block.rows) for cell in row):
                assert cell in document and cell in page


def test_hot_matters_are_counted_by_people(frame: pd.DataFrame, briefing: Briefing) -> None:
    """集中反映的事：成员数与 find_hotspots 一样，答复了几件数得对。"""
    hot = wz.find_hotspots(frame)[0]
    matter = briefing.facts.matters[0]
    assert (matter.people, matter.letters) == (hot.people, len(hot.members))
    answered = frame.set_index("message_id").loc[list(hot.members), "reply"].notna().sum()
    assert matter.answered == answered


def test_foreign_words_are_inert_in_word(word: bytes) -> None:
    """Word 里没有链接、没有外来的域、没有外部关系；控制字符换掉了。"""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        parts = {
            name: package.read(name).decode("utf-8") for name in package.namelist() if name.endswith((".xml", ".rels"))
        }
    assert not [name for name, text in parts.items() if 'TargetMode="External"' in text]
    body = parts["word/document.xml"]
    assert "<w:hyperlink" not in body and "<w:instrText" not in body and "fldSimple" not in body
    assert "\u202e" not in body
    codes = set(re.findall(r"<w:instrText[^>]*>([^<]*)<", "".join(parts.values())))
    assert codes == {"PAGE"}


def test_page_needs_nothing_from_outside(briefing: Briefing) -> None:
    """网页没有脚本、没有外面的地址、没有事件属性；外来的标签只是字。"""
    page = build_html(briefing)
    found = Reader(page)
    assert found.tags & {"script", "iframe", "link", "object", "embed"} == set()
    assert [name for name, _ in found.attrs if name.startswith("on")] == []
    targets = [value for name, value in found.attrs if name in ("href", "src", "action")]
    assert [value for value in targets if not value.startswith("data:image/png;base64,")] == []
    assert "url(" not in page and "@import" not in page
    assert "<script>alert" in "".join(found.text)


def test_personal_data_are_masked(briefing: Briefing, word: bytes) -> None:
    """引文里的手机号、网名遮去；数里没有原文。"""
    texts = [words_of(word), build_html(briefing), json.dumps(briefing.to_dict(), ensure_ascii=False)]
    assert all(PHONE not in text for text in texts)
    assert not re.search("网友\\d{3}号", "".join(texts))
    assert MASK in texts[0]


def test_layout_follows_the_settings(word: bytes) -> None:
    """纸张、边距、字体照设置；版心 156×225 毫米；没有核对原件，状态说得出。"""
    look = briefing_settings().layout
    section = docx.Document(io.BytesIO(word)).sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    for found, want in zip(sizes, (210, 297, 37, 28), strict=True):
        assert abs(found - Mm(want)) < Mm(0.1)
    assert abs(section.page_width - section.left_margin - section.right_margin - Mm(156)) < Mm(0.1)
    assert abs(section.page_height - section.top_margin - section.bottom_margin - Mm(225)) < Mm(0.1)
    assert "未核实" in look.source
    document = docx.Document(io.BytesIO(word))
    fonts = {
        run._r.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")) for p in document.paragraphs for run in p.runs if run.text
    }
    assert {"方正小标宋简体", "仿宋", "黑体", "楷体"} <= fonts


def test_small_groups_are_not_shown() -> None:
    """不足五件的分组写“不足5件”；零星的月份并到相邻一行。"""
    assert few(4) == "不足5件"
    table = made(60, reply=False)
    lone = made(2, reply=False).assign(created_at=datetime(2026, 9, 1), message_id=["X1", "X2"])
    found = make_briefing(pd.concat([table, lone], ignore_index=True)).facts
    assert all(one.count >= 5 for one in found.periods)
    assert sum(one.count for one in found.periods) == 62


def test_one_month_is_compared_with_the_month_before(frame: pd.DataFrame, scores: pd.DataFrame) -> None:
    """写明月份只看那个月，与上个月比；没有来信的月份说明。"""
    found = make_briefing(frame, month="2026-05", scores=scores)
    inside = frame["created_at"].dt.strftime("%Y-%m") == "2026-05"
    assert found.title == "2026年5月群众网络来信分析"
    assert found.facts.total == int(inside.sum())
    assert f"比上月（{int((frame['created_at'].dt.month == 4).sum())}件）" in found.text()
    with pytest.raises(InputError, match="没有一封来信"):
        make_briefing(frame, month="2020-01")
    with pytest.raises(InputError, match="2026-06 这样"):
        make_briefing(frame, month="六月")
    with pytest.raises(InputTypeError):
        make_briefing("表")  # type: ignore[arg-type]


def test_a_table_without_replies_says_so() -> None:
    """没有答复的表不写快慢与好坏，建议下次一并导出；没有时间也写得出。"""
    text = make_briefing(made(40, reply=False)).text()
    assert "没有答复" in text and "答得不好的" not in text and "答复时间一并导出" in text
    bare = make_briefing(pd.DataFrame({"subject": ["路灯不亮"] * 3}))
    assert "来信3件" in bare.text()


def test_the_same_table_gives_the_same_numbers(frame: pd.DataFrame, scores: pd.DataFrame, briefing: Briefing) -> None:
    """数的摘要与签名不随成文日期变，随数变。"""
    again = make_briefing(frame, scores=scores, made_on=date(2026, 8, 1))
    assert again.signature == briefing.signature
    other = make_briefing(frame.iloc[:-1], scores=scores.iloc[:-1])
    assert other.signature != briefing.signature


def test_one_command_writes_the_briefing_and_a_script(tmp_path: Path) -> None:
    """一条命令写出 Word、网页、数、脚本；脚本重算一致；数据变了，脚本说出来。"""
    source = tmp_path / "导出.xlsx"
    write_table(made(40), source, titles=labels())
    out = tmp_path / "出"
    assert main(["analyse", str(source), "--out", str(out), "--report", str(out / "四月.docx"), "--quiet"]) == 0
    names = {path.name for path in out.iterdir()}
    assert {"四月.docx", "四月.html", "四月.json", "四月.py", "指标.json"} <= names
    script = (out / "四月.py").read_text(encoding="utf-8")
    assert str(tmp_path) not in script
    done = subprocess.run(
        [sys.executable, str(out / "四月.py"), str(source)], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("：一致") == 2
    write_table(made(41), source, titles=labels())
    done = subprocess.run(
        [sys.executable, str(out / "四月.py"), str(source)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1 and "数据变了" in done.stdout


def test_options_of_the_briefing_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """写了月份没有写 --report，或后缀不对，说清；不留半份结果。"""
    source = tmp_path / "导出.xlsx"
    write_table(made(20), source, titles=labels())
    out = tmp_path / "出"
    assert main(["analyse", str(source), "--out", str(out), "--month", "2026-04", "--quiet"]) == 2
    assert "--report" in capsys.readouterr().err
    assert main(["analyse", str(source), "--out", str(out), "--report", "月报.pdf", "--quiet"]) == 2
    assert "docx" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.real
@pytest.mark.slow
def test_the_real_export_becomes_a_briefing() -> None:
    """真实导出（有答复的竞赛附件）：件数、中位数、三十天内的份额与已知的一致。"""
    folder = Path(os.environ.get("WENZHENG_REAL") or Path(__file__).resolve().parents[2] / "shared" / "real")
    path = folder / "附件4.xlsx"
    if not path.is_file():
        pytest.skip("没有真实留言")
    table = wz.read_messages(path)
    quick = pd.DataFrame({"total": np.nan, "grade": "", "gates": ""}, index=table.index)
    facts = make_briefing(table, scores=quick).facts
    assert facts.total == 2816
    assert facts.whole.median == pytest.approx(11.2, abs=0.1)
    assert dict(facts.within)[30] / facts.whole.timed == pytest.approx(0.836, abs=0.001)
