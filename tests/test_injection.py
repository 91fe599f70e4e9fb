"""恶意的文字：每一个显示它的地方都只当它是字；表格、Word、终端里也是。"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import wenzheng_lab as wz
from tests.injection_sinks import BODY, EVIL, FLAG, LETTER, OUTSIDE, PIECES, REPLY, SINKS, evil_class, frame
from wenzheng_lab import _html
from wenzheng_lab.cli import main
from wenzheng_lab.corpus import write_table

PACKAGE = Path(wz.__file__).resolve().parent
STARTS = set("=+-@\t\r＝＋－＠")
"""Excel 当公式的开头"""
_ADDRESS = {"src", "href", "action", "formaction", "data", "poster", "background", "srcset", "ping", "xlink:href"}
_NEVER = {"iframe", "object", "embed", "base", "link", "form", "frame", "applet", "portal"}


class Danger(HTMLParser):
    """照浏览器的拆法，找会跑、会取东西的标签与属性。"""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if tag in _NEVER:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            text = (value or "").strip().lower()
            if name.startswith("on"):
                self.found.append(f"{tag} {name}={text[:40]}")
            if name in _ADDRESS and not text.startswith(("#", "data:image/", "blob:")):
                self.found.append(f"{tag} {name}={text[:60]}")
            if name == "style" and ("url(" in text or "expression(" in text):
                self.found.append(f"{tag} style={text[:60]}")
            if name == "http-equiv" and text == "refresh":
                self.found.append("meta refresh")

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and (FLAG in data or OUTSIDE in data):
            self.found.append(f"<{self.inside}> 里有来信的字")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def dangers(page: str) -> list[str]:
    """网页里会跑、会取东西的地方。"""
    reader = Danger()
    reader.feed(page)
    reader.close()
    return reader.found


RAW = ("脚本", "图片出错", "外面的图", "双引号", "样式", "框", "链接", "改根", "刷新", "表单", "折叠", "关标题", "注释")


def test_the_eye_sees_what_is_raw() -> None:
    """这一双眼睛看得见：不转义就抓得到，转义了就没有。"""
    assert [name for name in RAW if not dangers(PIECES[name])] == []
    assert dangers(str(_html.tag("p", EVIL, attrs={"title": EVIL}))) == []


SOAK = bool(os.environ.get("WENZHENG_SOAK"))
HEAVY = ("图", "月报", "评分报告", "分拣的成绩", "办件室", "课文里的几样", "回归表", "孪生来信")


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", [name for name in SINKS if SOAK or name not in HEAVY])
def test_every_place_shows_text_as_text(name: str, tmp_path: Path) -> None:
    """来信、答复、名字、编号、作答、记录、日志里的标签都没有变成标签。"""
    page = SINKS[name](tmp_path)
    assert dangers(page) == []
    assert "\x1b" not in page and "\u202e" not in page
    page.encode("utf-8")


@pytest.mark.skipif(not SOAK, reason="费时，make soak 才做；平时有 test_classroom_class.py 里的一条")
def test_every_page_of_a_class_shows_text_as_text(tmp_path: Path) -> None:
    """批改单、反馈、班级报告：姓名、单位、班名、作答、文件名都只是字。"""
    pages = evil_class(tmp_path)
    assert {re.sub(r"\d", "", name) for name in pages} >= {"hand", "feedback", "report"}
    for name, page in pages.items():
        assert dangers(page) == [], name


# ------------------------------------------------------------ 文件
def cells(path: Path) -> Iterator[object]:
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            yield from row


def test_spreadsheets_hold_no_formula_and_no_link(tmp_path: Path) -> None:
    """xlsx、csv：公式、链接一处也没有，像公式的都成了文字。"""
    data = pd.DataFrame(
        {f"={EVIL}": ["=1+1", "@SUM(1)", "+1", "-1+cmd|' /C calc'!A0", "\t=1", "＝1", *PIECES.values()]}
    )
    write_table(data, tmp_path / "表.xlsx")
    write_table(data, tmp_path / "表.csv")
    for cell in cells(tmp_path / "表.xlsx"):
        assert cell.data_type != "f" and cell.hyperlink is None  # type: ignore[attr-defined]
    with zipfile.ZipFile(tmp_path / "表.xlsx") as book:
        assert not [name for name in book.namelist() if "externalLink" in name or "hyperlink" in name.lower()]
        assert all(b"<f>" not in book.read(name) for name in book.namelist() if name.endswith(".xml"))
    for row in pd.read_csv(tmp_path / "表.csv", encoding="utf-8-sig", header=None, dtype=str).to_numpy().ravel():
        assert str(row)[:1] not in STARTS, row


@pytest.mark.skipif(not SOAK, reason="费时，make soak 才做")
def test_the_csv_of_every_command_is_inert(tmp_path: Path) -> None:
    """评分、指标、带班写出的 csv：没有一格以公式的字符开头。"""
    write_table(frame(12), tmp_path / "in.parquet")
    with redirect_stdout(io.StringIO()):
        assert main(["score", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "分"), "--quiet"]) == 0
        words = ["--by", "department", "--smallest", "1", "--out", str(tmp_path / "析"), "--quiet"]
        assert main(["analyse", str(tmp_path / "in.parquet"), *words]) == 0
    for path in [*(tmp_path / "分").glob("*.csv"), *(tmp_path / "析").glob("*.csv")]:
        table = pd.read_csv(path, encoding="utf-8-sig", header=None, dtype=str, keep_default_na=False, comment=None)
        for value in table.to_numpy().ravel():
            assert value[:1] not in STARTS or re.fullmatch(r"-?\d[\d.,%e+-]*", value), (path.name, value[:40])
    for path in [*(tmp_path / "分").glob("*.html"), *(tmp_path / "析").glob("*.html")]:
        assert dangers(path.read_text(encoding="utf-8")) == [], path.name


def test_the_word_briefing_has_no_field_and_no_link(tmp_path: Path) -> None:
    """Word 月报：没有域、没有外部链接、没有宏，来信的字只是字。"""
    wz.make_briefing(frame(), title=f"月报{EVIL}", name=EVIL, unit=EVIL, reading=[EVIL]).save(tmp_path / "月报.docx")
    with zipfile.ZipFile(tmp_path / "月报.docx") as book:
        for name in book.namelist():
            data = book.read(name)
            assert b'TargetMode="External"' not in data, name
            assert not name.endswith((".bin", ".js", ".vbs"))
            if name == "word/document.xml":
                fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", data.decode("utf-8"))
                assert all(text.split()[:1] in ([], ["PAGE"], ["NUMPAGES"], ["TOC"]) for text in fields), fields
                assert b"w:fldSimple" not in data and b"w:hyperlink" not in data


# ------------------------------------------------------------ 终端
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def test_reprs_carry_no_escape_codes(tmp_path: Path) -> None:
    """打印出来的一行说明里没有控制终端的字符。"""
    data = frame()
    things = [
        wz.Message(id="1", subject=EVIL, body=BODY),
        wz.score_reply(REPLY, to=LETTER),
        wz.score_post(f"情况通报：{REPLY}"),
        wz.triage_message(LETTER),
        wz.redact(f"13800000000{EVIL}"),
        *wz.find_hotspots(data, top=2),
        wz.indicators(data, by=["department"], smallest=1),
        wz.make_briefing(data, title=EVIL, name=EVIL),
        wz.show_table(data, title=EVIL),
        *wz.score_reply(REPLY, to=LETTER).findings,
    ]
    for thing in things:
        assert not _CONTROL.search(repr(thing)), type(thing).__name__
        assert not _CONTROL.search(str(thing).replace("\n", "")), type(thing).__name__


def test_commands_never_pass_escape_codes_to_the_terminal(tmp_path: Path) -> None:
    """文件名、列名、名单里的控制符不会到终端上：换标题、清屏、假提示都做不成。"""
    name = "\x1b]0;换标题\x07\x1b[2J表.csv"
    path = tmp_path / name
    write_table(frame(3).rename(columns={"body": "\x1b[31m正文"}), path)
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        main(["score", str(path), "--out", str(tmp_path / "\x1b[31m分"), "--quiet"])
        main(["score", str(tmp_path / f"没有{name}"), "--quiet"])
        main(["analyse", str(path), "--by", "\x1b[31m部门", "--out", str(tmp_path / "析"), "--quiet"])
        main(["class", "init", str(tmp_path / "\x1b[5m班"), "--name", "\x9b2J班"])
        main(["\x1b[2J没有这条命令"])
    assert said.getvalue() and "\x1b" not in said.getvalue() and "\x9b" not in said.getvalue()


# ------------------------------------------------------------ 没有 pickle
_UNSAFE = re.compile(
    r"\b(?:import\s+(?:c?pickle|dill|cloudpickle|joblib|shelve|marshal)\b|from\s+(?:c?pickle|dill|joblib|shelve|marshal)\s"
    r"|\.(?:read_pickle|to_pickle)\(|allow_pickle\s*=\s*True|torch\.load|yaml\.(?:load|unsafe_load)\(|jsonpickle)"
)


def test_nothing_is_pickled() -> None:
    """代码、课文、练习、基准里没有 pickle 一类读进来就会执行的存法。"""
    root = PACKAGE.parent
    wrong = []
    for folder in ("wenzheng_lab", "benchmarks", "notebooks", "exercises", "docs", "datasets"):
        for path in (root / folder).rglob("*"):
            if path.suffix in (".py", ".ipynb") and _UNSAFE.search(path.read_text(encoding="utf-8")):
                wrong.append(path.name)
            assert path.suffix not in (".pkl", ".pickle", ".joblib", ".dill", ".npy"), path.name
    assert wrong == []
    for bad in ("import pickle", "from joblib import load", "np.load(p, allow_pickle=True)", "pd.read_pickle(p)"):
        assert _UNSAFE.search(bad)


def test_arrays_are_read_without_pickle() -> None:
    """每一处 ``np.load`` 都写明 ``allow_pickle=False``。"""
    calls = [
        (path.name, line.strip())
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bnp\.load\(", line)
    ]
    assert calls and all("allow_pickle=False" in line for _, line in calls), calls


def test_code_is_never_made_from_text() -> None:
    """没有 eval、exec、compile 的地方；有的几处写明为什么不怕。"""
    allowed = {
        "classroom/_runner.py",  # 隔离进程里运行学员的一格
        "course/kinds/running.py",  # 学员自己的电脑上运行自己写的函数；批改不经过它
        "inbox/slots.py",  # 语法树只含数、名字、加减乘除与比较，没有内置名
        "inbox/grammar.py",  # 式子由程序拼成，文字都经 repr，没有内置名
    }
    wrong = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"(?<![\w.])(?:eval|exec|compile|__import__)\(", path.read_text(encoding="utf-8"))
    }
    assert wrong - allowed == set()


def test_a_strangers_model_is_only_numbers(tmp_path: Path) -> None:
    """别人给的模型文件里藏着 pickle：不执行，说不是模型。"""
    import pickle

    import numpy as np

    from wenzheng_lab.errors import WenzhengError

    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path(tmp_path / "炸了").touch, ())

    path = tmp_path / "模型.npz"
    np.savez(path, head=np.array([Bomb()], dtype=object), idf=np.zeros(1), weights=np.zeros((1, 1)))
    with pytest.raises(WenzhengError):
        wz.TriageModel.load(path)
    (tmp_path / "裸.npz").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(WenzhengError):
        wz.TriageModel.load(tmp_path / "裸.npz")
    assert not (tmp_path / "炸了").exists()


def test_a_strangers_rules_run_nothing(tmp_path: Path) -> None:
    """别人给的规则、设置、记录、清单只是数据：里面写的代码不会执行。"""
    from wenzheng_lab.course.record import Record
    from wenzheng_lab.errors import WenzhengError

    text = "id = \"__import__('os').system('touch 炸了')\"\nname = \"{0.__class__}\"\n"
    (tmp_path / "局.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WenzhengError):
        wz.Office(tmp_path / "局.toml", seed=1)
    with pytest.raises(WenzhengError):
        wz.simulate_inbox(n=1, seed=1, scenario=str(tmp_path / "局.toml"))
    place = tmp_path / "我的学习记录"
    place.mkdir()
    record = json.dumps({"answers": {"__class__": "x"}, "events": [{"do": "{0.__class__}"}]})
    (place / "L00.json").write_text(record, encoding="utf-8")
    assert Record("L00", tmp_path).events
    assert not Path("炸了").exists() and not (tmp_path / "炸了").exists()
