"""收件：认人、认作业、认编码；压缩包里越界的路径写不到任何地方；再收一遍不重复。"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from classroom_helper import answered, hand_in, new_class, right_answers

from wenzheng_lab.classroom.archive import read_arrivals
from wenzheng_lab.classroom.collect import collect, read_ledger
from wenzheng_lab.classroom.layout import ClassFolder, make_class, read_roster
from wenzheng_lab.classroom.names import find_person, guess_person, safe_name
from wenzheng_lab.classroom.notebook import dump_notebook
from wenzheng_lab.errors import DatasetError, InputError, RuleFileError


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("赵学员一_202600101_L00_练习.ipynb", 0),
        ("202600102_钱学员二_L00_练习.ipynb", 1),
        ("202600102钱学员二-L00 练习 (1).ipynb", 1),
        ("孙学员三+L00_练习.ipynb", 2),
        ("２０２６００１０３＿孙学员三.ipynb", 2),
        ("附件/李学员四（202600104）/L00_练习.ipynb", 3),
    ],
)
def test_people_are_recognised_by_the_usual_names(tmp_path: Path, name: str, number: int) -> None:
    """姓名在前、学号在前、全角、只写姓名、放在自己的文件夹里，都认得出。"""
    folder = new_class(tmp_path / "班")
    person, _ = find_person(name.split("/"), folder.roster)
    assert person == folder.roster[number]


def test_a_short_name_inside_a_longer_one_is_not_taken(tmp_path: Path) -> None:
    """“周明”不是“周明远”；学号也不认半截。"""
    roster = tmp_path / "a.csv"
    roster.write_text("学号,姓名\n1001,周明\n1002,周明远\n", encoding="utf-8")
    people = read_roster(roster)
    assert find_person(["周明远_L00.ipynb"], people)[0] == people[1]
    assert find_person(["11001_L00.ipynb"], people)[0] is None
    assert guess_person(["周明_1001_L00_练习.ipynb"]) == ("1001", "周明")


def test_a_name_that_disagrees_with_the_number_is_said(tmp_path: Path) -> None:
    """学号是甲的，姓名写着乙：按学号收，说出来。"""
    folder = new_class(tmp_path / "班")
    came = hand_in(tmp_path / "收", folder, 0, answered(folder, "L00", {}), "钱学员二_202600101_L00.ipynb")
    (entry,) = collect(folder, [came.parent]).new
    assert entry.learner == "202600101"
    assert [problem.code for problem in entry.problems] == ["name_mismatch"]


def test_collecting_again_adds_nothing(tmp_path: Path) -> None:
    """同一个人同样的内容只收一次；补交的再收一遍就收到。"""
    folder = new_class(tmp_path / "班")
    place = tmp_path / "收 件"
    hand_in(place, folder, 0, answered(folder, "L00", {}))
    assert len(collect(folder, [place]).new) == 1
    hand_in(place, folder, 1, answered(folder, "L00", {}))
    again = collect(folder, [place])
    assert (len(again.new), again.again) == (1, 1)
    assert len(read_ledger(folder)) == 2


def test_originals_are_kept_byte_for_byte(tmp_path: Path) -> None:
    """原件一字不动地存着。"""
    folder = new_class(tmp_path / "班")
    data = dump_notebook(answered(folder, "L00", {})).encode("utf-16")
    hand_in(tmp_path / "收", folder, 0, data)
    (entry,) = collect(folder, [tmp_path / "收"]).new
    assert folder.path.joinpath("received", *entry.stored.split("/")).read_bytes() == data


def zip_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_paths_that_climb_out_of_the_zip_are_refused(tmp_path: Path) -> None:
    """压缩包里的 ../、绝对路径、盘符：不取出，写明是谁的、哪一个；其余照收，别处没有多出文件。"""
    folder = new_class(tmp_path / "里层" / "班")
    book = dump_notebook(answered(folder, "L00", {})).encode()
    bad = ["../../逃出去.ipynb", "/逃出去.ipynb", "C:\\逃出去.ipynb", "a\\..\\..\\逃出去.ipynb"]
    data = zip_of({"L00_练习.ipynb": book, **dict.fromkeys(bad, book)})
    place = tmp_path / "收"
    hand_in(place, folder, 0, data, "赵学员一_202600101.zip")
    before = {path for path in tmp_path.rglob("*") if folder.path not in path.parents}
    done = collect(folder, [place])
    assert [entry.kind for entry in done.new if not entry.stopped] == ["notebook"]
    refused = [entry for entry in done.new if entry.stopped]
    assert [entry.problems[0].code for entry in refused] == ["unsafe_path"] * 4
    assert {entry.learner for entry in refused} == {"202600101"}
    assert {path for path in tmp_path.rglob("*") if folder.path not in path.parents} == before
    assert not list(folder.path.rglob("逃出去.ipynb"))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """目录里写小、展开很大的压缩包：读到上限为止。"""
    folder = new_class(tmp_path / "班")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("L00_练习.ipynb", b" " * (20 << 20))
    hand_in(tmp_path / "收", folder, 0, buffer.getvalue(), "赵学员一_202600101.zip")
    (entry,) = collect(folder, [tmp_path / "收"]).new
    assert entry.problems[0].code == "too_large"


def test_zip_of_zips_with_gbk_names(tmp_path: Path) -> None:
    """平台导出的全班压缩包里每人一个压缩包，名字是 GBK 的，也收得到。"""
    folder = new_class(tmp_path / "班")
    book = dump_notebook(answered(folder, "L00", {})).encode()
    # 标准库见到非 ASCII 的名字就写成 UTF-8 并置标志；照 Windows 的旧样子造，要换名字、清标志
    plain = "x" * len("赵学员一_202600101.zip".encode("gb18030"))
    data = zip_of({plain: zip_of({"L00_练习.ipynb": book})})
    data = data.replace(plain.encode(), "赵学员一_202600101.zip".encode("gb18030"))
    path = tmp_path / "全班.zip"
    path.write_bytes(data)
    (entry,) = collect(folder, [path]).new
    assert (entry.learner, entry.assignment, entry.kind) == ("202600101", "L00", "notebook")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"Rar!\x1a\x07\x00", "赵学员一_202600101_L00.rar", "archive_kind"),
        (b"PK\x03\x04broken", "赵学员一_202600101_L00.zip", "bad_zip"),
        (b"x" * (6 << 20), "赵学员一_202600101_L00_练习.ipynb", "too_large"),
        (b"{}", "没有名字_L00_练习.ipynb", "unknown_learner"),
    ],
)
def test_what_cannot_be_opened_is_named(tmp_path: Path, data: bytes, name: str, code: str) -> None:
    """rar、坏 zip、太大、认不出人：各说各的，不丢。"""
    folder = new_class(tmp_path / "班")
    hand_in(tmp_path / "收", folder, 0, data, name)
    done = collect(folder, [tmp_path / "收"])
    assert code in [problem.code for problem in done.new[0].problems]
    assert code == "unknown_learner" or "202600101" in done.summary()


def test_stray_files_of_the_platform_are_left_alone(tmp_path: Path) -> None:
    """平台夹带的说明、苹果电脑的影子文件，不当成谁的作业。"""
    place = tmp_path / "收"
    for name in ("说明.html", "__MACOSX/._a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(b"x")
    assert collect(new_class(tmp_path / "班"), [place]).new == []


def test_long_chinese_paths_with_spaces(tmp_path: Path) -> None:
    """全路径超过 260 个字符、带空格和汉字，也收得到、存得下。"""
    deep = tmp_path / "二〇二六年 春季 网络问政 培训班" / ("第一期 " * 12).strip() / ("青禾县直属机关 " * 10).strip()
    folder = new_class(deep)
    assert len(str(folder.path)) > 150
    notebook = answered(folder, "L00", right_answers(folder, "L00"))
    name = "交来的 文件夹/" * 8 + "赵学员一_202600101_" + "很长的名字" * 10 + "_L00_练习.ipynb"
    path = hand_in(deep, folder, 0, notebook, name)
    assert len(str(path)) > 260
    (entry,) = collect(folder, [deep / "交来的 文件夹"]).new
    stored = folder.path.joinpath("received", *entry.stored.split("/"))
    assert stored.is_file()
    assert max(len(part) for part in stored.relative_to(folder.path).parts) <= 60


@pytest.mark.parametrize("name", ["con", "NUL.txt", "a<b>|?*", "尾巴. ", "..", "", "长" * 300, "\x00\x1f", "COM1"])
def test_safe_names_work_on_windows(name: str) -> None:
    """写出的名字在 Windows 上都能用，不同的长名字仍然不同。"""
    safe = safe_name(name)
    assert safe and len(safe) <= 60
    assert not set(safe) & set('<>:"/\\|?*\x00')
    assert safe[-1] not in ". "
    assert safe.split(".")[0].upper() not in {"CON", "NUL", "COM1", "PRN", "AUX"}
    assert safe_name("长" * 300) != safe_name("长" * 301)


def test_a_missing_source_is_said(tmp_path: Path) -> None:
    """没有这个文件夹：说清楚，不当作没有人交。"""
    with pytest.raises(InputError, match="没有 "):
        list(read_arrivals(tmp_path / "无", file_mb=5))


def test_without_a_roster_people_come_from_the_names(tmp_path: Path) -> None:
    """名单空着：由文件名补进名单，并请教员核对。"""
    folder = make_class(tmp_path / "班", name="无名单")
    place = tmp_path / "收"
    place.mkdir()
    (place / "周明_0071_L00_练习.ipynb").write_bytes(b"{}")
    assert "补进 1 人" in collect(folder, [place]).summary()
    assert [person.label for person in ClassFolder.open(folder.path).roster] == ["周明（0071）"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("编号,姓名\n1,甲\n", "应有“学号”“姓名”两列"),
        ("学号,姓名\n1,甲\n1,乙\n", "第 3 行的学号 1 用了两次"),
        ("学号,姓名\n1,\n", "第 2 行缺学号或姓名"),
        ("学号,姓名\na:1,甲\na/1,乙\n", "撞到一起"),
    ],
)
def test_a_broken_roster_says_where(tmp_path: Path, text: str, says: str) -> None:
    """名单写错：说第几行，怎样改。"""
    path = tmp_path / "名单.csv"
    path.write_text(text, encoding="gb18030")
    with pytest.raises(InputError, match=says):
        read_roster(path)


def test_settings_are_checked(tmp_path: Path) -> None:
    """设置写错说哪一行；不是班级文件夹说怎样建；班名里的引号不弄坏设置。"""
    with pytest.raises(DatasetError, match="wenzheng class init"):
        ClassFolder.open(tmp_path)
    folder = make_class(tmp_path / "班", name='“甲"班')
    settings = folder.path / "class.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("auto = 10", "autos = 10"), encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"class\.toml:\d+: .*autos"):
        ClassFolder.open(folder.path)


def test_the_ledger_is_plain_json(tmp_path: Path) -> None:
    """台账是平常的 JSON，读回来一样。"""
    folder = new_class(tmp_path / "班")
    hand_in(tmp_path / "收", folder, 0, answered(folder, "L00", {}))
    done = collect(folder, [tmp_path / "收"], expected="L00")
    assert read_ledger(folder) == done.new
    assert json.loads((folder.path / "received" / "台账.json").read_text(encoding="utf-8"))["format"] == 1
