"""装好的 wheel 自带课程：离开仓库，复制课程，跑完第一课。"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from wenzheng_lab import __version__
from wenzheng_lab._course_files import FIRST_LESSON

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow

RUN_LESSON = """
import sys, nbformat
from pathlib import Path
from nbclient import NotebookClient
import wenzheng_lab
assert Path(wenzheng_lab.__file__).is_relative_to(sys.argv[1]), wenzheng_lab.__file__
path = Path(sys.argv[2])
book = nbformat.read(path, as_version=4)
NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}, timeout=120).execute()
outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
assert outputs and not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
print("跑完", len(outputs))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """用测试环境里的 hatchling 造 wheel：不另建环境，不联网。"""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """装进一个空目录；依赖用测试环境里的。"""
    target = tmp_path_factory.mktemp("装好的")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    return target


def outside(installed: Path) -> dict[str, str]:
    """装好的包排在开发安装之前的环境变量。"""
    return {**os.environ, "PYTHONPATH": str(installed)}


def test_the_wheel_carries_the_whole_course(wheel: Path) -> None:
    """仓库里的课文、练习、数据集，wheel 里一个不少，也没有隐藏的杂物。"""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.removeprefix("wenzheng_lab/_share/") for name in archive.namelist() if "/_share/" in name}
    expected = {
        path.relative_to(ROOT).as_posix()
        for folder in ("notebooks", "exercises", "datasets")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(ROOT).parts)
    }
    assert inside == expected
    assert FIRST_LESSON in inside


def test_the_wheel_carries_rules_settings_and_licence(wheel: Path) -> None:
    """规则、词表、界面设置、类型标记与许可证都在。"""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "wenzheng_lab").rglob("*")
        if path.suffix in (".toml", ".csv", ".json", ".typed", ".css", ".js")
    }
    assert data <= names
    assert f"wenzheng_lab-{__version__}.dist-info/licenses/LICENSE" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_an_installed_copy_teaches_the_first_lesson(installed: Path, tmp_path: Path) -> None:
    """在仓库以外：``wenzheng copy`` 复制课程，第一课从头跑到尾。"""
    folder = tmp_path / "我的课"
    subprocess.run(
        [sys.executable, "-m", "wenzheng_lab", "copy", "--folder", str(folder)],
        cwd=tmp_path,
        env=outside(installed),
        check=True,
        capture_output=True,
    )
    result = subprocess.run(
        [sys.executable, "-c", RUN_LESSON, str(installed), str(folder / FIRST_LESSON)],
        cwd=tmp_path,
        env=outside(installed),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "跑完" in result.stdout


def test_a_source_without_lessons_is_not_built(tmp_path: Path) -> None:
    """没有课文的源码造不出 wheel，并说明原因。"""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "wenzheng_lab").mkdir()
    (tmp_path / "wenzheng_lab" / "__init__.py").write_text('__version__ = "0"\n', encoding="utf-8")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode != 0
    assert "没有课文的包不能发布" in result.stderr + result.stdout
