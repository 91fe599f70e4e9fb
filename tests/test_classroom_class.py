"""一个班从头到尾：发、收、查、评、批、反馈、报告一次走完；坏件个个点名，说得出怎样修。"""

from __future__ import annotations

import csv
import os
import random
import re
import time
from pathlib import Path

import pytest
from classroom_helper import DAMAGES, answered, hand_in, mixed_answers, new_class, right_answers

from wenzheng_lab.classroom.class_report import write_report
from wenzheng_lab.classroom.class_stats import alike_answers, difficulties, outliers
from wenzheng_lab.classroom.collect import collect
from wenzheng_lab.classroom.feedback_page import write_feedback
from wenzheng_lab.classroom.gradebook import load_gradebook
from wenzheng_lab.classroom.hand import read_sheet, write_sheets
from wenzheng_lab.classroom.layout import ClassFolder, read_table
from wenzheng_lab.cli import main
from wenzheng_lab.errors import InputError

OUTSIDE = re.compile(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//|@import|url\(\s*["']?(?!data:)""", re.I)
SIZE = int(os.environ.get("WENZHENG_CLASS_SIZE", "10"))
"""模拟的班有几人；``make soak`` 用 30"""
BROKEN = [name for name in DAMAGES]


def play(tmp_path: Path, size: int) -> ClassFolder:
    """发、收：前六人各坏一种，最后两人没交，其余有对有错。"""
    folder = new_class(tmp_path / "问政 培训班" / "班级", size)
    settings = folder.path / "class.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("cell_seconds = 10", "cell_seconds = 2"), encoding="utf-8"
    )
    folder = ClassFolder.open(folder.path)
    place = tmp_path / "收来的 作业"
    for number in range(size - 2):
        rng = random.Random(f"class:{number}")
        full = number < len(BROKEN)
        answers = right_answers(folder, "L00") if full else mixed_answers(folder, "L00", rng)
        if number == len(BROKEN):
            # 第七人：一题没做，一题答错
            answers = {**right_answers(folder, "L00"), "L00-Q5": "____", "L00-Q4": '"A"'}
        notebook = answered(folder, "L00", answers)
        hand_in(place, folder, number, DAMAGES[BROKEN[number]][0](notebook) if full else notebook)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> ClassFolder:
    """走完一遍的班，各步都经命令行。"""
    tmp_path = tmp_path_factory.mktemp("班")
    folder = play(tmp_path, SIZE)
    where = ["--class", str(folder.path)]
    started = time.perf_counter()
    assert main(["class", "collect", str(tmp_path / "收来的 作业"), "--for", "L00", *where]) == 0
    assert main(["class", "preflight", "L00", *where]) == 1
    assert main(["class", "autograde", "L00", "--jobs", "2", *where]) == 1
    assert main(["class", "hand", "L00", *where]) == 0
    assert main(["class", "feedback", "L00", *where]) == 0
    assert main(["class", "report", *where]) == 0
    taken = time.perf_counter() - started
    print(f"\n{SIZE} 人的班，收件到报告 {taken:.1f} 秒，每份 {taken / SIZE:.2f} 秒")
    return folder


def pages(folder: ClassFolder) -> dict[str, str]:
    return {
        item.id: folder.place("feedback", item.id, "L00", "L00_反馈.html").read_text(encoding="utf-8")
        for item in folder.roster
    }


def test_every_damaged_one_is_named_with_its_repair(whole: ClassFolder) -> None:
    """六种坏件：清单里都有名字、毛病、怎样修；停不下来的那份在成绩里写着运行出错。"""
    rows = read_table(whole.path / "report" / "L00_查件.csv")
    said = {row[0]: row for row in rows[1:] if row[4] and row[4] != "未交"}
    for number, (name, (_, code)) in enumerate(DAMAGES.items()):
        learner = whole.roster[number]
        if name == "loop":
            paper = load_gradebook(whole, "L00").papers[number]
            assert [line.id for line in paper.lines if line.status == "error"] == ["L00-Q4"]
        else:
            assert code and said[learner.id][1] == learner.name
            assert said[learner.id][5]
    report = (whole.path / "report" / "班级报告.html").read_text(encoding="utf-8")
    assert all(whole.roster[number].name in report for number in range(len(DAMAGES)))


def test_the_rest_of_the_class_is_graded(whole: ClassFolder) -> None:
    """坏的不误别人：能批的人人有成绩，没交的写未交。"""
    states = [paper.state for paper in load_gradebook(whole, "L00").papers]
    assert states.count("missing") == 2
    assert states.count("stopped") == 1
    assert states.count("ready") == SIZE - 3


def test_scores_for_excel_tell_five_things_apart(whole: ClassFolder) -> None:
    """成绩表带 BOM，一题一列；未交、不能批、未作答、未批与 0 分都不同。"""
    data = (whole.path / "report" / "L00_成绩.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert len(rows) == SIZE
    cells = [value for row in rows for key, value in row.items() if key.startswith("L00-Q")]
    assert {"未交", "不能批", "未批", "未作答", "0", "10"} <= set(cells)
    assert all(row["总分"] in ("未批", "未交", "不能批") or "未批" not in row.values() for row in rows)
    long = (whole.path / "report" / "L00_逐题.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(long) == 1 + 6 * (SIZE - 3) + 3


def test_feedback_shows_nothing_of_others_and_nothing_outside(whole: ClassFolder) -> None:
    """一人一页：没有别人的名字和学号，没有外面的引用，没有脚本，没有参考答案。"""
    for key, text in pages(whole).items():
        assert not OUTSIDE.search(text)
        assert "<script" not in text and "参考答案" not in text
        for other in whole.roster:
            if other.id != key:
                assert other.id not in text and other.name not in text


def test_feedback_of_the_missing_and_the_broken_says_what_to_do(whole: ClassFolder) -> None:
    """没交的、不能批的，也有一页，写着怎样补，没有 0 分。"""
    found = pages(whole)
    assert "没有收到您的作业" in found[whole.roster[-1].id]
    broken = found[whole.roster[BROKEN.index("cut")].id]
    assert "不能批" in broken and "重交" in broken and "0 / " not in broken


def test_the_report_stands_alone(whole: ClassFolder) -> None:
    """班级报告自足；不记名的一份没有任何人的姓名学号。"""
    text = (whole.path / "report" / "班级报告.html").read_text(encoding="utf-8")
    assert not OUTSIDE.search(text)
    assert "最难的题" in text and "每人每项" in text
    hidden = write_report(whole, ["L00"], anonymous=True).page.read_text(encoding="utf-8")
    assert not [item for item in whole.roster if item.id in hidden or item.name in hidden]


def test_hand_marks_are_read_kept_and_shown(tmp_path: Path) -> None:
    """批一部分、读进来、再写批改单、再机评：批过的都在；作答变了的要重批。"""
    folder = new_class(tmp_path / "班", 3)
    place = tmp_path / "收"
    for number in range(2):
        hand_in(place, folder, number, answered(folder, "L00", right_answers(folder, "L00")))
    collect(folder, [place])
    assert main(["class", "autograde", "L00", "--class", str(folder.path), "--jobs", "1"]) == 1
    sheets = write_sheets(folder, "L00", blind=True)
    assert (sheets.read, sheets.total) == (0, 2)
    rows = read_table(sheets.table)
    assert "姓名" not in rows[0] and folder.roster[0].id not in str(rows)
    key = rows[1][0]
    # Excel 另存成 GBK，人写了“１８分”
    filled = tmp_path / "批好.csv"
    filled.write_bytes(f"编号,得分,评语\r\n{key},１８分,=好，日期清楚\r\n{rows[2][0]},,\r\n".encode("gb18030"))
    assert read_sheet(folder, "L00", filled) == 1
    book = load_gradebook(folder, "L00")
    assert [paper.total for paper in book.papers] == [68.0, None, None]
    assert book.papers[0].lines[2].comment == "=好，日期清楚"
    assert main(["class", "autograde", "L00", "--class", str(folder.path), "--jobs", "1"]) == 1
    again = write_sheets(folder, "L00")
    assert (again.read, again.total) == (1, 2)
    write_feedback(folder, "L00")
    assert "老师的评语" in pages(folder)[folder.roster[0].id]
    other = right_answers(folder, "L00") | {"L00-Q3": '"""您好！换了一份答复，路灯3月12日前修好，城市管理局负责。"""'}
    path = hand_in(place, folder, 0, answered(folder, "L00", other))
    os.utime(path, (time.time() + 60, time.time() + 60))
    collect(folder, [place])
    assert main(["class", "autograde", "L00", "--class", str(folder.path), "--jobs", "1"]) == 1
    assert load_gradebook(folder, "L00").papers[0].unread == 1


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("编号,得分\nK0000,5\n", "第 2 行的编号"),
        ("编号,得分\n{key},二十\n", "第 2 行的得分是 '二十'"),
        ("编号,得分\n{key},21\n", "满分 20"),
        ("编号,得分\n{key},-1\n", "应为数"),
        ("名字,得分\n甲,5\n", "没有“编号”这一列"),
    ],
)
def test_a_badly_filled_sheet_changes_nothing(whole: ClassFolder, tmp_path: Path, rows: str, says: str) -> None:
    """填错一格：说第几行，一格也不记。"""
    key = read_table(whole.path / "hand" / "L00_手批.csv")[1][0]
    path = tmp_path / "表.csv"
    path.write_text(rows.replace("{key}", key), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_sheet(whole, "L00", path)
    assert not [line for paper in load_gradebook(whole, "L00").papers for line in paper.lines if line.by_person]


def test_numbers_of_the_report(tmp_path: Path) -> None:
    """难题、离群、相近的作答：照手算的来。"""
    folder = new_class(tmp_path / "班", 9)
    place = tmp_path / "收"
    right = right_answers(folder, "L00")
    reply = right["L00-Q3"]
    for number in range(7):
        own = {**right, "L00-Q4": '"A"', "L00-Q3": reply if number < 2 else "____"}
        hand_in(place, folder, number, answered(folder, "L00", own))
    hand_in(place, folder, 7, answered(folder, "L00", {"L00-Q4": '"A"', "L00-Q5": '"A"'}))
    hand_in(place, folder, 8, answered(folder, "L00", {}))
    collect(folder, [place])
    main(["class", "autograde", "L00", "--class", str(folder.path), "--jobs", "1"])
    book = load_gradebook(folder, "L00")
    hardest = difficulties(book)[0]
    # 第 4 题九人里八人答错、一人没答：平均 0；书面题没批，不进平均
    assert (hardest.id, hardest.share, hardest.unanswered, hardest.graded) == ("L00-Q4", 0.0, 1, 9)
    written = next(item for item in difficulties(book) if item.id == "L00-Q3")
    assert (written.unread, written.unanswered, written.share) == (2, 7, None)
    # 得分率：两人 0.8，五人 40/70，一人 0，一人没做；中位 40/70，离差 0
    assert [item.paper.learner.id for item in outliers(book)] == [folder.roster[7].id, folder.roster[8].id]
    ((question, people, share),) = alike_answers(book)
    assert (question, [paper.learner for paper in people], share) == ("L00-Q3", list(folder.roster[:2]), 1.0)


def test_learner_text_is_escaped_everywhere(tmp_path: Path) -> None:
    """作答里写脚本、公式、怪字符：网页里转义，表里加撇号，不出错。"""
    folder = new_class(tmp_path / "班", 1)
    place = tmp_path / "收"
    nasty = '"=cmd|x <script>alert(1)</script> \\x00 \\ud800 𠮷 </textarea>您好，3月1日前修好。"'
    hand_in(place, folder, 0, answered(folder, "L00", {"L00-Q3": nasty, "L00-Q4": '"<img src=//x.cn/a>"'}))
    collect(folder, [place])
    for step in (["autograde", "L00", "--jobs", "1"], ["hand", "L00"], ["feedback", "L00"], ["report"]):
        assert main(["class", *step, "--class", str(folder.path)]) == 0
    for path in [*folder.path.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text and "<img src=//" not in text
    assert "'=cmd" in (folder.path / "hand" / "L00_手批.csv").read_text(encoding="utf-8-sig")
