"""写文件：断在哪里都不留半个文件。"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wenzheng_lab._files import atomic_path, write_text
from wenzheng_lab.errors import WenzhengError


def test_finished_write_replaces_the_old_file(tmp_path: Path) -> None:
    """写完才换成新的。"""
    target = tmp_path / "结果.csv"
    write_text(target, "旧")
    write_text(target, "新")
    assert target.read_text(encoding="utf-8") == "新"
    assert [p.name for p in tmp_path.iterdir()] == ["结果.csv"]


def test_broken_write_leaves_the_old_file(tmp_path: Path) -> None:
    """写到一半出错，旧文件还在，临时文件不留。"""
    target = tmp_path / "结果.csv"
    write_text(target, "旧")
    with pytest.raises(KeyboardInterrupt), atomic_path(target) as path:
        path.write_text("半个", encoding="utf-8")
        raise KeyboardInterrupt
    assert target.read_text(encoding="utf-8") == "旧"
    assert [p.name for p in tmp_path.iterdir()] == ["结果.csv"]


def test_unwritable_place_is_named(tmp_path: Path) -> None:
    """写不进时说出是哪个目录、怎么办。"""
    blocker = tmp_path / "文件"
    blocker.write_text("x", encoding="utf-8")
    with pytest.raises(WenzhengError) as caught:
        write_text(blocker / "下级" / "a.csv", "x")
    assert "写不进" in str(caught.value) and "下级" in str(caught.value) and "请换一个目录" in str(caught.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="本机没有 /dev/full，造不出满盘")
def test_full_disk_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """满盘时说清是哪个目录，旧文件不动。"""
    target = tmp_path / "a.csv"
    write_text(target, "旧")

    def full(self: Path, data: bytes) -> int:
        with open("/dev/full", "wb", buffering=0) as stream:  # noqa: PTH123  造满盘
            return stream.write(data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WenzhengError, match=str(tmp_path)):
        write_text(target, "新")
    monkeypatch.undo()
    assert target.read_text(encoding="utf-8") == "旧"


def test_bom_only_when_asked(tmp_path: Path) -> None:
    """给 Excel 的带 BOM，别的不带。"""
    write_text(tmp_path / "a.csv", "中", bom=True)
    write_text(tmp_path / "b.csv", "中")
    assert (tmp_path / "a.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert (tmp_path / "b.csv").read_bytes() == "中".encode()


def test_lone_surrogate_does_not_stop_the_file(tmp_path: Path) -> None:
    """一个坏字不让整个文件写不出来。"""
    write_text(tmp_path / "a.txt", "好\ud800字")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "好?字"


@pytest.mark.skipif(os.name != "posix", reason="只有 POSIX 有权限位")
def test_finished_file_is_readable_by_others(tmp_path: Path) -> None:
    """成品按平常文件的权限，老师能打开学员交来的文件。"""
    write_text(tmp_path / "a.txt", "x")
    assert (tmp_path / "a.txt").stat().st_mode & 0o044
