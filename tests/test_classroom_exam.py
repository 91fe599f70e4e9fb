"""考试：题由秘密种子抽，学员手里的文件与包里都查不到答案；收、评与平时的作业一样。"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from classroom_helper import answered, hand_in, new_class

import wenzheng_lab as wz
from wenzheng_lab._paths import PACKAGE, share_dir
from wenzheng_lab.classroom.assignment import Assignment
from wenzheng_lab.classroom.autograde import autograde, read_result
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.exam import make_exam
from wenzheng_lab.classroom.exam_draw import draw_exam, to_toml
from wenzheng_lab.classroom.exam_logs import read_desk_logs
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.errors import DatasetError, InputError

SEED = "模拟的秘密种子一"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> ClassFolder:
    made = new_class(tmp_path_factory.mktemp("考") / "班 级", 4, units=())
    make_exam(made, "X01", seed=SEED)
    return made


def given(folder: ClassFolder) -> str:
    """发给学员的全部文字。"""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.place("release", "X01").iterdir()))


def key(folder: ClassFolder) -> dict[str, Any]:
    return {group[0].id: group[0].models[0].answer for group in Assignment.load(folder, "X01").unit.questions}


def test_the_same_seed_draws_the_same_paper() -> None:
    """同一个种子同一份卷，换一个种子就换来信、日子和数。"""
    one, two, other = draw_exam(SEED, "X01"), draw_exam(SEED, "X01"), draw_exam("另一个秘密种子", "X01")
    assert one == two
    assert one.answers != other.answers
    assert to_toml({"question": one.questions}) != to_toml({"question": other.questions})


def test_learners_get_no_answer_and_no_seed(folder: ClassFolder) -> None:
    """发出去的文件里没有对错、说明、种子；答案的键一个也没有。"""
    text = given(folder)
    for word in ("because", "right", "SOLUTION", 'label": "举报', SEED, "出题时定的", 'place": 1', "tolerance"):
        assert word not in text
    written = key(folder)["X01-Q7"]
    assert written not in text
    secret = (folder.place("secret", "X01") / "exercise.toml").read_text(encoding="utf-8")
    assert "because" in secret


def test_the_package_holds_none_of_the_letters(folder: ClassFolder) -> None:
    """题里的来信在随包的课文、练习、数据里一封也找不到：无处可查。"""
    unit = Assignment.load(folder, "X01").unit
    bodies = [letter.body[:60] for letter in unit.letters.values()]
    bodies += [item.text[:60] for item in unit.questions[0][0].kind.items]  # type: ignore[attr-defined]
    for root in (share_dir("exercises"), share_dir("notebooks"), PACKAGE):
        for path in root.rglob("*"):
            if path.suffix in (".toml", ".ipynb", ".csv", ".json") and path.is_file():
                text = path.read_text(encoding="utf-8")
                assert not [body for body in bodies if body in text]


def test_a_short_seed_or_a_bad_name_is_refused(tmp_path: Path) -> None:
    """种子猜得出、考试名写错：不出卷。"""
    made = new_class(tmp_path / "班", 1, units=())
    with pytest.raises(InputError, match="至少 8 个字"):
        make_exam(made, "X01", seed="2026")
    with pytest.raises(InputError, match="X 加两位数"):
        make_exam(made, "期末")


def test_made_again_it_keeps_the_paper_and_the_edits(tmp_path: Path) -> None:
    """再运行一次不重抽，教员改过的题照改的发；写明重抽才换。"""
    made = new_class(tmp_path / "班", 1, units=())
    make_exam(made, "X01")
    before = key(made)
    path = made.place("secret", "X01") / "exercise.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("交给谁主办", "教员改的题名"), encoding="utf-8")
    make_exam(made, "X01")
    assert key(made) == before
    assert "教员改的题名" in given(made)
    make_exam(made, "X01", again=True)
    assert "教员改的题名" not in given(made)


def test_the_paper_opens_and_records_without_judging(folder: ClassFolder, tmp_path: Path) -> None:
    """学员打开试卷：看得到题，答了只说记下；没有提示，没有参考答案；表单填得进。"""
    paper = wz.course.open_paper(folder.place("release", "X01") / "X01_试卷.json", folder=tmp_path)
    for name, question in paper.questions.items():
        assert question.spec.ask in question._repr_html_()
        assert question.check(["A"]).outcome is Outcome.NO_CHECK
        assert question.check("____").outcome is Outcome.NOT_ATTEMPTED
        assert "没有提示" in repr(question.hint())
        assert question.spec.kind.fields(), name
        assert question.form().panel is not None
    paper.q1.save(["举报"] * 5)
    record = json.loads((tmp_path / "我的学习记录" / "X01.json").read_text(encoding="utf-8"))
    assert record["answers"] == {"X01-Q1": ["举报"] * 5}


def test_a_paper_that_is_not_one_is_refused(tmp_path: Path) -> None:
    """不是试卷、改坏了、没有放在一起：说怎么办。"""
    path = tmp_path / "X01_试卷.json"
    for text in ("{", "[]", '{"format": 9}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DatasetError, match="不是试卷"):
            wz.course.open_paper(path)
    with pytest.raises(DatasetError, match="找不到试卷"):
        wz.course.open_paper(tmp_path / "无.json")


def test_an_exam_is_collected_and_graded_like_homework(tmp_path: Path) -> None:
    """全对的、算出来的、用表单的、空着的：照常收、查、评。"""
    made = new_class(tmp_path / "班", 4, units=())
    make_exam(made, "X01", seed=SEED)
    right = {name: repr(answer) for name, answer in key(made).items()}
    place = tmp_path / "收"
    name = "_X01_答卷.ipynb"
    people = made.roster
    hand_in(place, made, 0, answered(made, "X01", right), f"{people[0].name}_{people[0].id}{name}")
    computed = {**right, "X01-Q4": f"str({right['X01-Q4']})"}
    hand_in(place, made, 1, answered(made, "X01", computed), f"{people[1].name}_{people[1].id}{name}")
    record = {"unit": "X01", "answers": {"X01-Q6": key(made)["X01-Q6"]}, "events": []}
    hand_in(place, made, 2, json.dumps(record).encode(), f"{people[2].name}_{people[2].id}_X01.json")
    collect(made, [place])
    autograde(made, "X01", jobs=1)
    results = [read_result(made, person.id, "X01") for person in people]
    scores = [[row["score"] for row in result["questions"]] for result in results if result]
    assert scores[0] == scores[1] == [10.0] * 6 + [None]
    assert results[1] is not None and results[1]["ran"]
    assert scores[2] == [None] * 5 + [10.0, None]
    assert results[3] is None


def play_desk(path: Path, seed: int, *, mode: str = "exam") -> str:
    office = wz.Office(mode if mode == "exam" else "first-day", seed=seed, path=path)
    office.advance(hours=6)
    office.reply(office.cases[0].id, "您好，已请单位到场核查，6月12日前答复您。\n县网络问政办公室")
    mark = office.fingerprint
    office.shut()
    return mark


def test_desk_logs_are_checked_and_their_sealed_scores_read(tmp_path: Path) -> None:
    """办件日志：好的读出封着的分；改动过的、种子不对的、练习局、没交的，各说各的，没有分。"""
    made = new_class(tmp_path / "班", 5, units=())
    exam = make_exam(made, "X01", seed=SEED)
    place = tmp_path / "收"
    place.mkdir()
    names = [place / f"{person.name}_{person.id}_X01.wzlog" for person in made.roster]
    mark = play_desk(names[0], exam.desk_seed)
    play_desk(names[1], exam.desk_seed + 1)
    play_desk(names[2], exam.desk_seed, mode="practice")
    play_desk(names[3], exam.desk_seed)
    data = names[3].read_bytes().replace("核查".encode(), "查核".encode())
    names[3].write_bytes(data)
    for path in names[:4]:
        os.utime(path)
    collect(made, [place], expected="X01")
    results = read_desk_logs(made, "X01")
    assert (results[0].fingerprint, results[0].faults) == (mark, ())
    assert results[0].score is not None and 0 <= results[0].score <= 100
    assert results[1].faults == ("种子不是公布的那个",)
    assert "不是考试的一局" in results[2].faults
    assert results[3].faults and results[3].score is None
    assert (results[4].fingerprint, results[4].faults, results[4].score) == ("", (), None)
    text = (made.path / "report" / "X01_办件.csv").read_text(encoding="utf-8-sig")
    assert "未交" in text and mark in text
