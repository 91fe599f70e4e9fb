"""术语表：一样东西一个词；规则与课文里的分类名都在目录里。"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import InputError, RuleFileError
from wenzheng_lab.model import APPEALS, URGENCIES, Message
from wenzheng_lab.rules.glossary import load_glossary, parse_glossary
from wenzheng_lab.rules.load import rule_path
from wenzheng_lab.rules.rubric import CRITERIA, load_rubric
from wenzheng_lab.rules.taxonomy import load_taxonomy

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "wenzheng_lab"
GLOSSARY = load_glossary()
TAXONOMY = load_taxonomy()

# 各家导出表的列名对照，里面的 category 是“别人家的列名”，不是分类名
FOREIGN = {"schemas.toml"}


def data_files() -> list[Path]:
    """规则、仿真与练习里的 TOML。"""
    roots = (PACKAGE, ROOT / "exercises", ROOT / "notebooks", ROOT / "datasets")
    return sorted(path for root in roots if root.is_dir() for path in root.rglob("*.toml") if path.name not in FOREIGN)


def named(node: object, category: str = "") -> Iterator[tuple[str, str]]:
    """TOML 里写出的（一级，二级）；二级没有写在同一张表里时沿用外层的一级。"""
    if isinstance(node, dict):
        here = node.get("category")
        category = here if isinstance(here, str) else category
        sub = node.get("subcategory")
        if isinstance(here, str) or isinstance(sub, str):
            yield category, sub if isinstance(sub, str) else ""
        for key, value in node.items():
            # 说明书里的列名到中文名，不是一封信的分类
            if key != "columns":
                yield from named(value, category)
    elif isinstance(node, list):
        for value in node:
            yield from named(value, category)


@pytest.mark.parametrize("path", data_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_categories_in_data_exist(path: Path) -> None:
    """规则、仿真、练习里写的一级、二级分类都在目录里。"""
    for category, sub in named(tomllib.loads(path.read_text(encoding="utf-8-sig"))):
        TAXONOMY.require(category, sub)


def test_scan_sees_names() -> None:
    """上面的扫描确实找得到分类名，不是空转。"""
    assert list(named({"category": "民政", "issue": [{"subcategory": "优抚"}]})) == [("民政", ""), ("民政", "优抚")]
    found = {pair for path in data_files() for pair in named(tomllib.loads(path.read_text(encoding="utf-8-sig")))}
    assert len(found) >= 5


def test_inbox_catalogue_is_the_same() -> None:
    """仿真留言自带一份分类名（它不许引用规则），两份必须一字不差。"""
    path = PACKAGE / "inbox" / "data" / "taxonomy.toml"
    if not path.exists():
        pytest.skip("仿真留言没有自带分类名")
    copied = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    assert {name: sorted(subs) for name, subs in copied.items()} == {
        name: sorted(TAXONOMY.subcategories(name)) for name in TAXONOMY.categories
    }


def lesson_texts() -> list[tuple[str, str]]:
    """课文与练习里给人看的文字。"""
    found = []
    for folder in ("notebooks", "exercises"):
        for path in sorted((ROOT / folder).rglob("*.ipynb")):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            text = "\n".join("".join(cell["source"]) for cell in cells)
            found.append((path.name, text))
        found += [(path.name, path.read_text(encoding="utf-8-sig")) for path in sorted((ROOT / folder).rglob("*.toml"))]
    return found


@pytest.mark.parametrize(("name", "text"), lesson_texts(), ids=[name for name, _ in lesson_texts()])
def test_lessons_use_one_word(name: str, text: str) -> None:
    """课文里不用术语表叫停的词；引别人的话（引号、书名号里）不算。"""
    plain = re.sub("“[^”\n]*”|《[^》\n]*》", "", text)
    for term in GLOSSARY:
        for word in term.avoid:
            assert word not in plain, f"{name}：“{word}”统一叫“{term.term}”"
    for category, sub in re.findall(r'(?<!sub)category\s*=\s*"([^"]+)"(?:,\s*subcategory\s*=\s*"([^"]+)")?', text):
        TAXONOMY.require(category, sub)


def test_identifiers_match_model() -> None:
    """留言的各个字段都有中文名，且与模型同名。"""
    known = {term.identifier for term in GLOSSARY}
    for field in fields(Message):
        assert field.name in known or field.name == "id", field.name


def test_criteria_match_rubric() -> None:
    """十个评分项的中文名与评分细则一字不差。"""
    rubric = load_rubric()
    for name in CRITERIA:
        assert GLOSSARY.find(name).term == rubric.criteria[name].label


def test_canonical_columns_match_corpus() -> None:
    """规范列的中文名与读表模块一字不差。"""
    path = PACKAGE / "corpus" / "data" / "schemas.toml"
    columns = {row["name"]: row["label"] for row in tomllib.loads(path.read_text(encoding="utf-8"))["column"]}
    for name, label in columns.items():
        assert GLOSSARY.find(name).term == label, name


def test_values_are_explained() -> None:
    """诉求类型六种、紧急程度三档，解释里逐一写到。"""
    assert all(name in GLOSSARY.find("appeal").means for name in APPEALS)
    assert all(name in GLOSSARY.find("urgency").means for name in URGENCIES)


def test_word_to_avoid_points_home() -> None:
    """查一个叫停的词，告诉人统一叫什么。"""
    with pytest.raises(InputError, match="统一叫“一级分类”"):
        GLOSSARY.find("一级标签")
    with pytest.raises(InputError, match="是不是想写“诉求类型”"):
        GLOSSARY.find("诉求类别")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('term = "主题"', 'term = "留言"', "重复"),
        ('identifier = "subject"', 'identifier = "message"', "重复"),
        ('avoid = ["一级标签"]', 'avoid = ["主题"]', "本身是一个术语"),
        ('see = "诉求类型"', 'see = "诉求种类"', "不在表里"),
        ('means = "留言的标题。"', 'mean = "留言的标题。"', "means"),
    ],
)
def test_bad_file(old: str, new: str, message: str) -> None:
    """术语表写错，指出哪里错。"""
    text = rule_path("glossary.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(RuleFileError, match=rf"glossary.toml:\d+: .*{message}"):
        parse_glossary(TomlFile.parse("glossary.toml", text.replace(old, new, 1)))
