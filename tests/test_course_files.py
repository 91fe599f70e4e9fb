"""练习文件：写错的地方指到文件与行。"""

from __future__ import annotations

from pathlib import Path

import pytest
from course_helper import ANSWER_A, CHOOSE, COMMON, UNIT, write_unit

from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.errors import RuleFileError

# 每例：（改什么，改成什么，报错里要有的话）
BROKEN = {
    "错字的字段": ('measures = "', 'mesures = "', "L99/exercise.toml:7: .*measures"),
    "多出的字段": ('more = "再学一点"', 'more = "再学一点"\ncolour = "红"', "exercise.toml:14: 有未知字段 'colour'"),
    "没有的题型": ('kind = "choose"', 'kind = "chose"', "kind 写成 'chose'；是不是想写“choose”"),
    "两个正确的单选": ("right = false", "right = true", "单选题恰有一个"),
    "没有正确的": ("right = true", "right = false", "现有 0 个"),
    "选项的键跳号": ('key = "B"', 'key = "D"', "依次为 A、B、C"),
    "选项没有说明": ('because = "丙没有日期。"\n', "", "缺字段 'because'"),
    "说明里写字母": ("丙没有日期。", "不如选A。", "选项次序会换"),
    "题号不连": ('id = "L99-Q1"', 'id = "L99-Q2"', "题号应为 'L99-Q1'"),
    "没有提示": ('hints = ["提示一", "提示二"]', "hints = []", "hints 不能为空"),
    "没有错答": ('[[question.wrong]]\nanswer = "B"\noutcome = "needs_work"\n', "", "wrong 至少要 1 个"),
    "错答算对": ('outcome = "needs_work"', 'outcome = "passed"', "outcome 写成 'passed'"),
    "没有的留言": ('ask = "题目"', 'ask = "题目"\nletter = "无"', "没有留言 '无'"),
    "不合语法": ('ask = "题目"', "ask = “题目”", "不合 TOML 语法"),
    "空的题目": ('ask = "题目"', 'ask = "  "', "ask 应为非空文字"),
}


@pytest.mark.parametrize(("old", "new", "says"), BROKEN.values(), ids=BROKEN)
def test_broken_exercise_says_where(tmp_path: Path, old: str, new: str, says: str) -> None:
    """练习写错：首行是单元、文件、行号和怎样改。"""
    assert old in CHOOSE
    with pytest.raises(RuleFileError, match=says) as caught:
        load_unit(write_unit(tmp_path, CHOOSE.replace(old, new)))
    assert str(caught.value).startswith("L99/exercise.toml:")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("", "answer 至少要 1 个"),
        (ANSWER_A + '[[answer]]\nid = "L99-Q2"\nanswer = "A"\n', "answers.toml:6: 没有题目“L99-Q2”"),
        (ANSWER_A.replace("answer =", "anwser ="), "缺字段 'answer'"),
        (ANSWER_A.replace('"A"', '"____"'), "参考答案是空的"),
        (ANSWER_A + 'variant = "无"\n', "没有参考答案"),
    ],
)
def test_broken_answers_say_where(tmp_path: Path, answers: str, says: str) -> None:
    """参考答案对不上题目：指出哪个文件哪一行。"""
    with pytest.raises(RuleFileError, match=says):
        load_unit(write_unit(tmp_path, answers=answers))


def test_missing_answer_file_is_named(tmp_path: Path) -> None:
    """没有参考答案文件：说找的是哪个文件。"""
    folder = write_unit(tmp_path)
    (folder / "answers.toml").unlink()
    with pytest.raises(RuleFileError, match=r"L99/answers\.toml: 找不到"):
        load_unit(folder)


def test_unit_id_has_a_shape(tmp_path: Path) -> None:
    """单元号写错：说应当怎样写。"""
    with pytest.raises(RuleFileError, match="单元号应如 L00 或 R1"):
        load_unit(write_unit(tmp_path, head=UNIT.replace("L99", "第一课")))


def test_windows_file_is_read(tmp_path: Path) -> None:
    """记事本存的文件（BOM、回车换行）照样读。"""
    folder = write_unit(tmp_path)
    for name in ("exercise.toml", "answers.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_unit(folder).id == "L99"


def test_variant_overrides_only_what_it_writes(tmp_path: Path) -> None:
    """变式只写不同的键，其余沿用原题；变式里写错，行号指到变式。"""
    text = CHOOSE + '[[question.variant]]\nid = "乙"\nask = "换一问"\n'
    answers = ANSWER_A + ANSWER_A.replace('"L99-Q1"', '"L99-Q1"\nvariant = "乙"')
    ((first, second),) = load_unit(write_unit(tmp_path, text, answers)).questions
    assert (first.ask, second.ask) == ("题目", "换一问")
    assert first.hints == second.hints
    with pytest.raises(RuleFileError, match=r"exercise\.toml:3\d: 有未知字段 'aks'"):
        load_unit(write_unit(tmp_path, text.replace('ask = "换一问"', 'aks = "换一问"'), answers))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            'kind = "label"\nlabels = ["甲", "乙"]\n[[question.item]]\ntext = "一"\nlabel = "丙"\nbecause = "因"\n'
            '[[question.item]]\ntext = "二"\nlabel = "乙"\nbecause = "因"\n',
            "label 写成 '丙'",
        ),
        ('kind = "rank"\n[[question.item]]\nkey = "A"\ntext = "一"\nplace = 1\nbecause = "因"\n', "item 至少要 3 个"),
        ('kind = "write"\npass_total = 60\nneed = { owner = 2 }\n', "没有评分项 'owner'"),
        ('kind = "write"\npass_total = 600\nletter = "无"\n', "pass_total 应在"),
        ('kind = "code"\n', "代码题恰好写一样"),
        (
            'kind = "chart"\nnumber = 3\nbecause = "因"\n[[question.figure]]\ntitle = "图"\nunit = "件"\n'
            'labels = ["甲", "乙"]\nvalues = [1]\n',
            "values 应有 2 个数",
        ),
        (
            'kind = "chart"\nnumber = 3\nbecause = "因"\n[[question.figure]]\ntitle = "图"\nunit = "件"\n'
            'labels = ["甲", "乙"]\nvalues = [1, 2]\n[[question.near]]\nvalue = 3\nbecause = "同"\n',
            "在允许误差之内",
        ),
    ],
)
def test_every_kind_checks_its_own_data(tmp_path: Path, body: str, says: str) -> None:
    """各题型查自己的数据，写错就不让打开。"""
    wrong = '[[question.wrong]]\nanswer = "B"\noutcome = "needs_work"\n'
    with pytest.raises(RuleFileError, match=says):
        load_unit(write_unit(tmp_path, COMMON + body + wrong))
