"""复制课程：学员改过的文件一概不覆盖，断在哪里都不留半个文件。"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenzheng_lab import _copy, _course_files
from wenzheng_lab._copy import copy_course
from wenzheng_lab.errors import DatasetError, WenzhengError

LESSON = "notebooks/L00_开始.ipynb"
BESIDE = "notebooks/L00_开始.新版.ipynb"

Publish = Callable[..., None]


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Publish:
    """发布一版课程：文件名 → 内容。"""

    def set_course(files: dict[str, str]) -> None:
        monkeypatch.setattr(
            _course_files, "course_files", lambda: iter([(name, text.encode()) for name, text in files.items()])
        )

    return set_course


def text(folder: Path, name: str = LESSON) -> str:
    return (folder / name).read_text(encoding="utf-8")


def edit(folder: Path, content: str, name: str = LESSON) -> None:
    (folder / name).write_text(content, encoding="utf-8")


def test_a_new_folder_gets_the_whole_course(tmp_path: Path, publish: Publish) -> None:
    """第一次复制：文件齐全，清单记下交付时的样子。"""
    publish({LESSON: "一", "datasets/青禾.csv": "a,b"})
    delivery = copy_course(tmp_path / "新")
    assert delivery.added == (LESSON, "datasets/青禾.csv")
    assert text(tmp_path / "新") == "一"
    assert "放入 2 个文件" in delivery.summary()


def test_a_second_copy_changes_nothing(tmp_path: Path, publish: Publish) -> None:
    """课程没变、学员没改：第二次什么也不动，文件时间也不变。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    before = (tmp_path / LESSON).stat().st_mtime_ns
    delivery = copy_course(tmp_path)
    assert (delivery.added, delivery.updated, delivery.kept, delivery.beside) == ((), (), (), ())
    assert (tmp_path / LESSON).stat().st_mtime_ns == before


def test_an_untouched_file_is_updated(tmp_path: Path, publish: Publish) -> None:
    """学员没改过的文件换成新版。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    publish({LESSON: "二"})
    assert copy_course(tmp_path).updated == (LESSON,)
    assert text(tmp_path) == "二"


def test_a_changed_file_is_kept_and_the_new_version_lies_beside(tmp_path: Path, publish: Publish) -> None:
    """学员改过的文件不动，新版放在旁边并告诉学员。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    edit(tmp_path, "我的答复")
    publish({LESSON: "二"})
    delivery = copy_course(tmp_path)
    assert (delivery.kept, delivery.beside) == ((LESSON,), (BESIDE,))
    assert (text(tmp_path), text(tmp_path, BESIDE)) == ("我的答复", "二")
    assert BESIDE in delivery.summary()


def test_a_changed_file_is_kept_quietly_while_the_course_is_the_same(tmp_path: Path, publish: Publish) -> None:
    """学员改过、课程没变：不放多余的新版。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    edit(tmp_path, "我的答复")
    delivery = copy_course(tmp_path)
    assert (delivery.kept, delivery.beside) == ((LESSON,), ())
    assert not (tmp_path / BESIDE).exists()


def test_a_new_version_is_offered_once(tmp_path: Path, publish: Publish) -> None:
    """同一个新版只放一次；学员删了它，也不再塞回来。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    edit(tmp_path, "我的答复")
    publish({LESSON: "二"})
    copy_course(tmp_path)
    (tmp_path / BESIDE).unlink()
    assert copy_course(tmp_path).beside == ()
    assert not (tmp_path / BESIDE).exists()


def test_an_untouched_offer_is_replaced_by_a_newer_one(tmp_path: Path, publish: Publish) -> None:
    """旁边的新版没有动过，就换成更新的一版，不越积越多。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    edit(tmp_path, "我的答复")
    for version in ("二", "三"):
        publish({LESSON: version})
        assert copy_course(tmp_path).beside == (BESIDE,)
    assert text(tmp_path, BESIDE) == "三"
    assert len(list((tmp_path / "notebooks").iterdir())) == 2


def test_a_changed_offer_is_kept_too(tmp_path: Path, publish: Publish) -> None:
    """学员在旁边的新版里写了东西，再来的新版另起名字。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    edit(tmp_path, "我的答复")
    publish({LESSON: "二"})
    copy_course(tmp_path)
    edit(tmp_path, "在新版里又写了", BESIDE)
    publish({LESSON: "三"})
    second = "notebooks/L00_开始.新版2.ipynb"
    assert copy_course(tmp_path).beside == (second,)
    assert [text(tmp_path, name) for name in (LESSON, BESIDE, second)] == ["我的答复", "在新版里又写了", "三"]


def test_a_deleted_file_comes_back(tmp_path: Path, publish: Publish) -> None:
    """删掉的课文再复制一次就回来：这是重新开始一课的办法。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    (tmp_path / LESSON).unlink()
    assert copy_course(tmp_path).added == (LESSON,)


def test_files_of_the_learner_are_not_touched(tmp_path: Path, publish: Publish) -> None:
    """文件夹里本来就有的同名文件算学员的。"""
    (tmp_path / "notebooks").mkdir()
    edit(tmp_path, "早就写好的")
    publish({LESSON: "一"})
    assert copy_course(tmp_path).beside == (BESIDE,)
    assert text(tmp_path) == "早就写好的"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 99}', '{"version": 1, "files": [1]}', "\x00\ufffd"])
def test_a_damaged_manifest_never_costs_work(damage: str, tmp_path: Path, publish: Publish) -> None:
    """清单坏了，凡不同的都当学员改过。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    edit(tmp_path, "我的答复")
    edit(tmp_path, damage, str(_copy.MANIFEST))
    publish({LESSON: "二"})
    copy_course(tmp_path)
    assert (text(tmp_path), text(tmp_path, BESIDE)) == ("我的答复", "二")
    assert json.loads(text(tmp_path, str(_copy.MANIFEST)))["version"] == 1


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """写到一半磁盘满：原文件完好，没有临时文件，之后能接着做。"""
    publish({LESSON: "一", "notebooks/L01.ipynb": "甲"})
    copy_course(tmp_path)
    publish({LESSON: "二", "notebooks/L01.ipynb": "乙"})
    write_bytes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if data == "乙".encode():
            write_bytes(path, data[:1])
            raise OSError(28, "No space left on device")
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WenzhengError, match="写不进"):
        copy_course(tmp_path)
    assert text(tmp_path, "notebooks/L01.ipynb") == "甲"
    assert len(list((tmp_path / "notebooks").iterdir())) == 2
    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    assert copy_course(tmp_path).updated == ("notebooks/L01.ipynb",)


def test_a_file_in_place_of_the_folder_is_explained(tmp_path: Path, publish: Publish) -> None:
    """学习文件夹的位置上是一个文件：说清楚，不动它。"""
    publish({LESSON: "一"})
    (tmp_path / "问政实训").write_text("我的文件", encoding="utf-8")
    with pytest.raises(WenzhengError, match="是一个文件"):
        copy_course(tmp_path / "问政实训")
    assert (tmp_path / "问政实训").read_text(encoding="utf-8") == "我的文件"


def test_a_folder_in_place_of_a_lesson_is_explained(tmp_path: Path, publish: Publish) -> None:
    """课文的位置上是一个文件夹：说清楚，不动它。"""
    publish({LESSON: "一"})
    (tmp_path / LESSON).mkdir(parents=True)
    with pytest.raises(WenzhengError, match="L00_开始"):
        copy_course(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root 写得进任何目录，测不出")
def test_a_read_only_folder_is_explained(tmp_path: Path, publish: Publish) -> None:
    """文件夹只读：说明写不进哪里。"""
    publish({LESSON: "一"})
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WenzhengError, match="写不进"):
            copy_course(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_the_default_folder_is_in_the_home_folder(home: Path) -> None:
    """默认的学习文件夹是个人目录下的“问政实训”。"""
    assert _copy.default_folder() == home / "问政实训"


def test_inside_a_course_folder_that_folder_is_used(
    home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """在学习文件夹里运行，就用这个文件夹。"""
    publish({LESSON: "一"})
    copy_course(home / "D盘的课")
    monkeypatch.chdir(home / "D盘的课")
    assert _copy.default_folder() == home / "D盘的课"


def test_the_copy_command_copies_the_real_course(home: Path) -> None:
    """``wenzheng copy`` 复制随包的真课程。"""
    from wenzheng_lab import cli

    assert cli.main(["copy"]) == 0
    assert (home / "问政实训" / _course_files.FIRST_LESSON).is_file()


def _notebook(source: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": source}], "nbformat": 4}, ensure_ascii=False)


def test_model_answers_are_not_delivered() -> None:
    """交给学员的练习里没有参考答案，缩进不变，其余一字不动。"""
    source = "if 紧急:\n    ### BEGIN SOLUTION\n    答 = '先办'\n    答 += '！'\n    ### END SOLUTION\n打印(答)"
    cell = json.loads(_course_files.blank_notebook(_notebook(source), "练习"))["cells"][0]
    assert "".join(cell["source"]) == "if 紧急:\n    ____\n打印(答)"


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN SOLUTION\n答案",
        "答案\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n答\n### END SOLUTION",
        "### END SOLUTION\n### BEGIN SOLUTION",
    ],
)
def test_unpaired_solution_marks_stop_the_copy(source: str) -> None:
    """答案区没有成对时不交付，以免漏出答案。"""
    with pytest.raises(DatasetError, match="没有成对"):
        _course_files.blank_notebook(_notebook(source), "练习")


def test_no_delivered_file_holds_a_model_answer() -> None:
    """真课程里交出去的文件都没有答案区，题库也不交。"""
    for name, data in _course_files.course_files():
        assert b"### BEGIN SOLUTION" not in data, name
        if name.startswith("exercises/"):
            assert name.endswith(".ipynb"), name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有这种权限位")
def test_delivered_files_have_ordinary_permissions(tmp_path: Path, publish: Publish) -> None:
    """交付的文件别人也能读（老师要收作业）。"""
    publish({LESSON: "一"})
    copy_course(tmp_path)
    assert (tmp_path / LESSON).stat().st_mode & 0o777 == 0o644


NAMES = st.sampled_from([LESSON, BESIDE, "notebooks/L01.ipynb"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("发布"), st.sampled_from([LESSON, "notebooks/L01.ipynb"])),
        st.tuples(st.just("学员写"), NAMES),
        st.tuples(st.just("学员删"), NAMES),
        st.tuples(st.just("坏清单"), st.just("")),
    ),
    max_size=12,
)


@given(STEPS)
def test_nothing_the_learner_wrote_is_ever_lost(steps: list[tuple[str, str]]) -> None:
    """不管发布、改写、删除、弄坏清单的次序如何，学员写的字只有学员自己能改掉。"""
    course = {LESSON: "课程0", "notebooks/L01.ipynb": "课程0"}
    written: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
        folder = Path(temporary)
        patch.setattr(_course_files, "course_files", lambda: iter([(n, t.encode()) for n, t in course.items()]))
        copy_course(folder)
        for number, (action, name) in enumerate(steps, start=1):
            if action == "发布":
                course[name] = f"课程{number}"
            elif action == "学员写":
                written[name] = f"学员{number}"
                edit(folder, written[name], name)
            elif action == "学员删":
                written.pop(name, None)
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / _copy.MANIFEST).write_bytes(b"\xff")
            copy_course(folder)
            for kept, content in written.items():
                assert text(folder, kept) == content
