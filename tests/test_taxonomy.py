"""主题分类：数目对、写错能猜、文件写错能指出。"""

from __future__ import annotations

from pathlib import Path

import pytest

from wenzheng_lab.errors import InputError, RuleFileError
from wenzheng_lab.rules.load import rule_path
from wenzheng_lab.rules.taxonomy import OTHER, load_taxonomy, parse_taxonomy

TAXONOMY = load_taxonomy()


def test_counts() -> None:
    """15 个一级；103 个不同的二级名称、118 个（一级，二级）；517 行三级，390 个不同的名称。"""
    pairs = [(category, sub) for category in TAXONOMY.categories for sub in TAXONOMY.subcategories(category)]
    topics = [topic for _, _, topic in TAXONOMY]
    assert (len(TAXONOMY.categories), len(TAXONOMY.subcategory_names), len(pairs)) == (15, 103, 118)
    assert (len(topics), len(set(topics))) == (517, 390)


def test_other_everywhere() -> None:
    """每个一级下都有“其他”。"""
    assert all(OTHER in TAXONOMY.subcategories(category) for category in TAXONOMY.categories)


def test_only_two_names_are_shared() -> None:
    """跨一级的二级名称只有“其他”和“安全生产”，所以二级名称不能单独当键。"""
    shared = [
        name
        for name in TAXONOMY.subcategory_names
        if sum(name in TAXONOMY.subcategories(c) for c in TAXONOMY.categories) > 1
    ]
    assert sorted(shared) == sorted([OTHER, "安全生产"])


def test_contest_labels_are_categories() -> None:
    """竞赛数据用的七个一级标签都在目录里。"""
    for name in ("城乡建设", "环境保护", "交通运输", "教育文体", "劳动和社会保障", "商贸旅游", "卫生计生"):
        assert TAXONOMY.require(name) == name


@pytest.mark.parametrize(
    ("category", "sub", "hint"),
    [
        ("城乡建社", "", "是不是想写“城乡建设”"),
        ("城建", "", "是不是想写“城乡建设”"),
        ("环保", "", "是不是想写“环境保护”"),
        ("出租车管理", "", "它在“交通运输”下"),
        ("交通运输", "出租车", "是不是想写“出租车管理”"),
        ("交通运输", "优抚", "它在“民政”下"),
        ("毫不相干", "", "请从中选一个"),
        ("", "", "请从中选一个"),
    ],
)
def test_unknown_names(category: str, sub: str, hint: str) -> None:
    """写错名字：说来的是什么、可用哪些、是不是想写哪个。"""
    with pytest.raises(InputError, match=hint) as caught:
        TAXONOMY.require(category, sub)
    assert "可用：" in str(caught.value)


def test_topics_of_wrong_pair() -> None:
    """二级不在这个一级下，取三级时报错。"""
    with pytest.raises(InputError, match="二级分类"):
        TAXONOMY.topics("民政", "出租车管理")


def test_file_opens_in_excel() -> None:
    """文件带 BOM，Excel 打开不乱码。"""
    assert rule_path("taxonomy.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv:1: 表头"),
        ("一级,二级,三级\n民政,优抚,优待\n", "a.csv:1: 表头"),
        ("category,subcategory,topic\n", "a.csv:2: 只有表头"),
        ("category,subcategory,topic\n民政,优抚\n", "a.csv:2: 应有三格"),
        ("category,subcategory,topic\n民政,,优待\n", "a.csv:2: 应有三格"),
        ("category,subcategory,topic\n民政,优抚,优待\n民政,优抚,优待\n", "a.csv:3: 民政、优抚、优待 重复"),
    ],
)
def test_bad_text(text: str, message: str) -> None:
    """内容写错，指出行号。"""
    with pytest.raises(RuleFileError, match=message):
        parse_taxonomy("a.csv", text)


def test_own_file(tmp_path: Path) -> None:
    """自己的目录写成 CSV 就能用；Excel 存成 GBK 的，说怎样另存。"""
    path = tmp_path / "目录.csv"
    path.write_text("category,subcategory,topic\n民政,优抚,优待\n", encoding="utf-8-sig")
    assert load_taxonomy(path).subcategories("民政") == ("优抚",)
    path.write_text("category,subcategory,topic\n民政,优抚,优待\n", encoding="gbk")
    with pytest.raises(RuleFileError, match="CSV UTF-8"):
        load_taxonomy(path)
    with pytest.raises(RuleFileError, match="找不到"):
        load_taxonomy(tmp_path / "没有.csv")
