"""依据库与引用核对：找得到、说得准、不知道时说不知道。"""

from __future__ import annotations

import re
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, RuleFileError
from wenzheng_lab.rules.basis import OUTCOMES, check_citation, check_citations, find_citations
from wenzheng_lab.rules.citations import to_int
from wenzheng_lab.rules.library import load_library, parse_library, split_number
from wenzheng_lab.rules.load import rule_path
from wenzheng_lab.rules.status import load_statuses, parse_statuses

LIBRARY = load_library()
NOW = date(2026, 3, 2)


def outcomes(text: str, on: date | None = NOW) -> list[str]:
    return [check.outcome for check in check_citations(text, on=on)]


# ---------- 找 ----------

FIND = [
    ("依据《信访工作条例》第三十四条第二款办理", [("信访工作条例", "", 34, 2)]),
    ("《信访工作条例》第34条", [("信访工作条例", "", 34, None)]),
    ("《信访工作条例》第３４条", [("信访工作条例", "", 34, None)]),
    (
        "《中华人民共和国劳动合同法》第三十八条、第四十六条",
        [("劳动合同法", "", 38, None), ("劳动合同法", "", 46, None)],
    ),
    ("《劳动合同法》第十条至第十二条", [("劳动合同法", "", 10, None), ("劳动合同法", "", 12, None)]),
    ("《劳动合同法》（2012年修正）第十条", [("劳动合同法", "", 10, None)]),
    ("依据信访工作条例第三十四条", [("信访工作条例", "", 34, None)]),
    ("违反了水法规定", [("水法", "", None, None)]),
    ("水法律师事务所", []),
    ("学习劳动法律知识", []),
    ("加强食品安全法规宣传", []),
    ("根据国办发〔2016〕61号文件", [("", "国办发〔2016〕61号", None, None)]),
    ("国办发[2016]61号", [("", "国办发〔2016〕61号", None, None)]),
    ("国办发（2016）61号", [("", "国办发〔2016〕61号", None, None)]),
    ("国办发【2016】第61号", [("", "国办发〔2016〕61号", None, None)]),
    ("国办发［２０１６］６１号", [("", "国办发〔2016〕61号", None, None)]),
    ("国办发〔二〇一六〕六十一号", [("", "国办发〔2016〕61号", None, None)]),
    ("青政办发〔 2024 〕 24 号", [("", "青政办发〔2024〕24号", None, None)]),
    ("根据青政办发〔2024〕24号", [("", "青政办发〔2024〕24号", None, None)]),
    ("《青禾县养犬管理办法》（青政发〔2024〕8号）第五条", [("青禾县养犬管理办法", "青政发〔2024〕8号", 5, None)]),
    ("青政发〔2024〕8号《青禾县养犬管理办法》", [("青禾县养犬管理办法", "青政发〔2024〕8号", None, None)]),
    ("《关于印发〈青禾县养犬管理办法〉的通知》", [("关于印发<青禾县养犬管理办法>的通知", "", None, None)]),
    ("《关于印发《青禾县养犬管理办法》的通知》", [("关于印发<青禾县养犬管理办法>的通知", "", None, None)]),
    ("请持《出生医学证明》和《商品房买卖合同》前来", []),
    ("土地证号为青国用（2006）第010937号", []),
    ("（2019）青01民初123号判决", []),
    ("《广告法》第二十六条第（四）项", [("广告法", "", 26, None)]),
]


@pytest.mark.parametrize(("text", "expected"), FIND, ids=[row[0] for row in FIND])
def test_find(text: str, expected: list[tuple[str, str, int | None, int | None]]) -> None:
    """各种写法的引用都读成同样的标题、文号、条、款。"""
    got = [(c.title, c.number, c.article, c.paragraph) for c in find_citations(text)]
    assert got == expected, f"漏报或误报：{text}"


def test_short_name_refers_back() -> None:
    """《条例》指前面最近的全称。"""
    text = "《信访工作条例》（以下简称《条例》）已施行。根据《条例》第五十一条"
    assert [(c.title, c.article) for c in find_citations(text)][-1] == ("信访工作条例", 51)
    assert outcomes(text)[-1] == "形式不可能"


def test_item_number() -> None:
    """第几项也读出来，中文数字、括号都行。"""
    assert find_citations("《广告法》第二十六条第（四）项")[0].item == 4


@given(st.text(alphabet="《》第条款项〔〕[]（）()0123456789一二三十百年号国办发信访工作例劳动法，。、\n ", max_size=80))
def test_quote_is_text(text: str) -> None:
    """引文恒等于原文里的那一段，任何乱写都不出错。"""
    for citation in find_citations(text):
        assert citation.quote == citation.span.of(text) != ""
        assert check_citation(citation).outcome in OUTCOMES


@pytest.mark.parametrize(
    ("text", "value"),
    [("34", 34), ("三十四", 34), ("十", 10), ("二十", 20), ("一百零三", 103), ("一千二百六十", 1260),
     ("二〇一六", 2016), ("十十", None), ("百百三", None), ("三二十", None), ("零", 0), ("两百", 200)],
)  # fmt: skip
def test_numerals(text: str, value: int | None) -> None:
    """中文数字读得对，不成数的读成 None。"""
    assert to_int(text) == value


# ---------- 核对 ----------

CHECK = [
    ("《信访工作条例》第三十四条", NOW, "核实"),
    ("《信访工作条例》第五十条", NOW, "核实"),
    ("《信访工作条例》第五十一条", NOW, "形式不可能"),
    ("《物业管理条例》第一百九十条", NOW, "形式不可能"),
    ("《物业管理条例》第六十八条", NOW, "形式不可能"),
    # 2018 年以前的文本多几条：不能拿今天的条数说当年引错，但一百九十条无论如何没有
    ("《物业管理条例》第六十八条", date(2015, 5, 1), "无法核实"),
    ("《物业管理条例》第一百九十条", date(2015, 5, 1), "形式不可能"),
    ("《信访工作条例》第0条", NOW, "形式不可能"),
    ("《青禾县养犬管理办法》第零条", NOW, "形式不可能"),
    ("《信访工作条例》第十十条", NOW, "形式不可能"),
    ("国办发〔2035〕6号", NOW, "形式不可能"),
    ("国办发〔2027〕6号", NOW, "形式不可能"),
    ("青政发〔1935〕6号", NOW, "形式不可能"),
    ("《青禾县养犬管理办法》（二〇九九年修订）", NOW, "形式不可能"),
    ("国办发〔2016〕0号", NOW, "形式不可能"),
    ("《青禾县国土空间总体规划（2021—2035年）》", NOW, "无法核实"),
    ("《青禾县养犬管理办法》第五条", NOW, "无法核实"),
    ("青政办发〔2024〕24号", NOW, "无法核实"),
    ("《条例》第五条", NOW, "无法核实"),
    ("《住房租赁条例》第五条", NOW, "无法核实"),
    ("《中华人民共和国物权法》", NOW, "已失效"),
    ("《中华人民共和国物权法》", date(2019, 3, 2), "核实"),
    ("《环境噪声污染防治法》", date(2022, 6, 5), "已失效"),
    ("《环境噪声污染防治法》", date(2022, 6, 4), "核实"),
    ("《噪声污染防治法》", date(2022, 6, 4), "尚未施行"),
    ("《噪声污染防治法》", date(2022, 6, 5), "核实"),
    ("《信访工作条例》第三十四条", date(2022, 4, 30), "尚未施行"),
    ("《政府信息公开条例》第三十三条", date(2018, 4, 30), "无法核实"),
    ("国办发〔2016〕61号", NOW, "核实"),
    ("《关于在政务公开工作中进一步做好政务舆情回应的通知》（国办发〔2016〕80号）", NOW, "不符"),
    ("《关于在政务公开工作中进一步做好政务舆情回应的通知》（国办发〔2016〕62号）", NOW, "不符"),
    ("《政务舆情回应的通知》（国办发〔2016〕61号）", NOW, "核实"),
    ("《信访工作条例》（国办发〔2016〕61号）", NOW, "不符"),
]


@pytest.mark.parametrize(("text", "on", "outcome"), CHECK, ids=[f"{row[0]}@{row[1]}" for row in CHECK])
def test_check(text: str, on: date, outcome: str) -> None:
    """一处引用得到一个结论。"""
    check = check_citation(text, on=on)
    assert check.outcome == outcome, check.message
    assert check.broken == (outcome in ("形式不可能", "不符", "已失效", "尚未施行"))
    assert check.message and (check.ok or check.advice)


def test_unverified_is_never_a_verdict() -> None:
    """未核实的条目，不论怎样引，都不判“核实”也不断定引错。"""
    for basis in LIBRARY.items:
        if not basis.status.verified:
            assert check_citation(f"《{basis.title}》第九百条", on=NOW).outcome == "无法核实", basis.title
            assert "未核实" in check_citation(f"《{basis.title}》", on=NOW).message


def test_unverified_ending_is_not_asserted() -> None:
    """失效一事没有核实的，只提醒不断定。"""
    check = check_citation("《信访条例》第二十二条", on=NOW)
    assert check.outcome == "无法核实"
    assert "可能" in check.message and "信访工作条例" in check.message and "未核实" in check.message


def test_changed_law_keeps_old_count_out() -> None:
    """法律在库里的文本之后又改过，超出旧条数的不判“形式不可能”。"""
    assert check_citation("《治安管理处罚法》第一百三十条", on=date(2025, 12, 31)).outcome == "形式不可能"
    assert check_citation("《治安管理处罚法》第一百三十条", on=date(2026, 1, 1)).outcome == "无法核实"


def test_reply_time_works_as_date() -> None:
    """答复时间是时刻也行，按那一天判断。"""
    assert outcomes("《物权法》", on=datetime(2020, 12, 31, 23, 59)) == ["核实"]
    assert outcomes("《物权法》", on=datetime(2021, 1, 1)) == ["已失效"]


def test_predecessor_is_named() -> None:
    """还没施行的，说出在它之前的是哪一部。"""
    assert "环境噪声污染防治法" in check_citation("《噪声污染防治法》", on=date(2018, 5, 1)).message


def test_without_date_near_future_is_not_impossible() -> None:
    """不知道答复日期时，稍晚于库的年份不断定；远得离谱的才断定。"""
    year = LIBRARY.as_of.year
    assert check_citation(f"青政发〔{year + 1}〕6号").outcome == "无法核实"
    assert check_citation(f"青政发〔{year + LIBRARY.future_years + 1}〕6号").outcome == "形式不可能"


def test_similar_title_is_suggested() -> None:
    """差一点的标题给出相近的一部。"""
    assert "农村土地承包法" in check_citation("《土地承包法》").message


def test_known_article_gives_gist_and_source() -> None:
    """读过的条给出大意，出处带核实状态。"""
    check = check_citation("《信访工作条例》第三十四条", on=NOW)
    assert "60日" in check.message
    assert check.source.endswith("已核实（原文）")


@pytest.mark.parametrize("bad", ["没有引用的一句话", ""])
def test_no_citation(bad: str) -> None:
    """单核一处而文字里没有引用，报错并指出该用什么。"""
    with pytest.raises(InputError, match="check_citations"):
        check_citation(bad)


@pytest.mark.parametrize("bad", [None, 5, ["《劳动法》"]])
def test_wrong_type(bad: object) -> None:
    """不是文字也不是引用，报类型错误。"""
    with pytest.raises(InputTypeError):
        check_citation(bad)  # type: ignore[arg-type]
    with pytest.raises(InputTypeError):
        find_citations(bad)  # type: ignore[arg-type]


def test_fast_without_citation() -> None:
    """没有引用的三百字，找一遍平均不到 0.2 毫秒。"""
    text = "您好，来信收悉。经现场查看，小区门口路灯有三盏不亮，已通知维修单位，预计三天内修好，请您留意。" * 7
    find_citations(text[:300])
    best = min(_seconds(text[:300]) for _ in range(5))
    assert best < 0.0002 * 3, f"{best * 1000:.3f} 毫秒"  # 三倍余量给忙着的机器


def _seconds(text: str) -> float:
    start = time.perf_counter()
    for _ in range(50):
        find_citations(text)
    return (time.perf_counter() - start) / 50


# ---------- 课文自己的引用 ----------


def lesson_sources() -> list[str]:
    """课文里〔出处：……〕写的话。"""
    root = Path(__file__).resolve().parent.parent / "notebooks"
    texts = [path.read_text(encoding="utf-8") for path in sorted(root.glob("*.ipynb"))]
    return [source for text in texts for source in re.findall("〔出处：[^〕]*(?:〔[^〕]*〕[^〕]*)*〕", text)]


def test_lessons_cite_rightly() -> None:
    """课文标明的出处自己要过得了核对；库里没有核实的，不得写“已核实”。"""
    for source in lesson_sources():
        for check in check_citations(source):
            assert not check.broken, (source, check.message)
            if check.basis and not check.basis.status.verified:
                assert "已核实" not in source, (source, check.message)


# ---------- 库本身 ----------


def test_library_is_large_and_sourced() -> None:
    """库里至少一百二十部，条条有出处与状态，核实过条数的过百。"""
    assert len(LIBRARY.items) >= 120
    assert all(basis.source for basis in LIBRARY.items)
    assert sum(basis.articles is not None and basis.status.verified for basis in LIBRARY.items) >= 100


def test_memory_entries_carry_no_figures() -> None:
    """凭记忆的条目不写条数和日期：没有核对的数字不入库。"""
    for basis in LIBRARY.items:
        if basis.status.mark == "M":
            assert basis.articles is None and basis.since is None, basis.title


def test_replacement_exists() -> None:
    """代替旧法的那一部也在库里，且不晚于失效日施行。"""
    for basis in LIBRARY.items:
        if basis.replaced_by:
            successors = LIBRARY.find(basis.replaced_by)
            assert successors, basis.title
            if basis.until and successors[-1].since:
                assert successors[-1].since <= basis.until, basis.title


@pytest.mark.parametrize("basis", LIBRARY.items, ids=[basis.title for basis in LIBRARY.items])
def test_every_title_is_found(basis: object) -> None:
    """每一部带书名号写出来都找得到，且回到它自己。"""
    citation = find_citations(f"根据《{basis.title}》的规定")  # type: ignore[attr-defined]
    assert basis in LIBRARY.find(citation[0].title)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("articles = 50", "articels = 50", "articles"),
        ('status = "P"', 'status = "Z"', "核实状态"),
        ("since = 2022-05-01", 'since = "2022-05-01"', "不加引号"),
        ('number = "国办发〔2016〕61号"', 'number = "国办发[2016]61号"', "〔"),
        ("until = 2021-01-01", "until = 2021-01-01\nsince = 2022-01-01", "不晚于"),
        ("34 = ", "134 = ", "134"),
    ],
)
def test_bad_library(old: str, new: str, message: str) -> None:
    """库文件写错，指出哪里错。"""
    text = rule_path("basis_library.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises((RuleFileError, InputError), match=message):
        parse_library(TomlFile.parse("basis_library.toml", text.replace(old, new, 1)))


def test_duplicate_title() -> None:
    """同名同施行日写了两次，报错带行号。"""
    text = rule_path("basis_library.toml").read_text(encoding="utf-8")
    again = '\n[[basis]]\ntitle = "水法"\nkind = "法律"\nsource = "试"\nstatus = "M"\nsince = 2002-10-01\n'
    with pytest.raises(RuleFileError, match=r"basis_library.toml:\d+: .*重复"):
        parse_library(TomlFile.parse("basis_library.toml", text + again))


def test_split_number_error() -> None:
    """文号写法不对，说明应怎样写。"""
    with pytest.raises(InputError, match="六角括号"):
        split_number("国办发2016年61号")


def test_statuses_say_unverified() -> None:
    """不能当作事实的状态，给使用者看的话里必有“未核实”。"""
    for status in load_statuses().values():
        assert status.verified != ("未核实" in status.label)


def test_status_file_is_checked() -> None:
    """把未核实的状态写成已核实，读文件时就报错。"""
    text = rule_path("status.toml").read_text(encoding="utf-8").replace('label = "未核实"', 'label = "可靠"')
    with pytest.raises(RuleFileError, match="必须写“未核实”"):
        parse_statuses(TomlFile.parse("status.toml", text))
