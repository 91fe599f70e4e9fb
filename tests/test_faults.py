"""写到一半被杀：要么是旧的，要么是新的，没有半个；留下的临时文件不碍事，再做一次就好、就干净。"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import shutil
import signal
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if not hasattr(os, "fork"):
    pytest.skip("这台机器没有 fork", allow_module_level=True)

from tests.fault_helper import DONE, RAISED, in_child, leftovers, snapshot
from tests.fault_writes import MAINTAINER_ONLY, WRITES, Write, all_modules

PACKAGE = Path(__file__).resolve().parent.parent / "wenzheng_lab"
SOAK = bool(os.environ.get("WENZHENG_SOAK"))
"""``make soak``：每一步都断一次；平时挑几步"""


def points(steps: int) -> list[int]:
    """在哪几步之前断：``make soak`` 最多挑四十步，平时中间一步、末一步。"""
    most = 40 if SOAK else 2
    if steps <= most:
        return list(range(1, steps + 1))
    return sorted({steps - at * (steps // most) for at in range(most)})


def check_whole(path: Path) -> None:
    """照后缀看这个文件是不是完整的。"""
    data = path.read_bytes()
    kind = path.suffix.lower()
    if kind in (".json", ".ipynb"):
        json.loads(data)
    elif kind in (".xlsx", ".docx", ".npz"):
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    elif kind == ".parquet":
        assert data[:4] == data[-4:] == b"PAR1"
    elif kind == ".toml":
        tomllib.loads(data.decode())
    elif kind == ".py":
        compile(data, path.name, "exec")
    elif kind == ".html":
        assert data.rstrip().endswith(b"</html>")
    elif kind in (".csv", ".jsonl"):
        assert data.endswith(b"\n")


class Case:
    """备好旧的，知道新的应是什么样。"""

    def __init__(self, write: Write, place: Path) -> None:
        self.write, self.place = write, place
        self.base = place / "底"
        self.base.mkdir()
        if write.own_process:
            self.do(write.old, self.base)
        else:
            # 就在这里写一遍，词典、规则都载入了，分出来的进程不用再载
            with contextlib.redirect_stdout(io.StringIO()):
                write.old(self.base)
        self.old = snapshot(self.base)
        whole = self.copy("新")
        self.steps = self.do(write.new, whole)
        self.new = snapshot(whole)
        changed = [name for name in self.new if self.new[name] != self.old.get(name)]
        self.sizes = sorted((whole / name).stat().st_size for name in changed)

    def do(self, act: object, folder: Path) -> int:
        code, steps, error = in_child(lambda: act(folder), folder)  # type: ignore[operator]
        assert code == DONE, error
        return steps

    def copy(self, name: str) -> Path:
        folder = self.place / "处" / name
        shutil.rmtree(self.place / "处", ignore_errors=True)
        shutil.copytree(self.base, folder)
        return folder

    def check(self, folder: Path, where: str) -> None:
        found = snapshot(folder)
        for name in self.old.keys() | self.new.keys() | found.keys():
            if name in found:
                check_whole(folder / name)
            free = self.write.any_order or Path(name).name == self.write.varies
            assert free or found.get(name) in {self.old.get(name), self.new.get(name)}, f"{where}断：{name} 不新不旧"
        self.write.sound(folder)

    def settled(self, found: dict[str, str]) -> dict[str, str]:
        return {name: "" if Path(name).name == self.write.varies else mark for name, mark in found.items()}

    def check_again(self, folder: Path, where: str) -> None:
        self.do(self.write.new, folder)
        if not self.write.adds:
            assert self.settled(snapshot(folder)) == self.settled(self.new), f"{where}断过，再做一次，与没断过的不一样"
        assert leftovers(folder) == [], f"{where}断过，再做一次，临时文件还在"


# 平时断这几样：各种写法都有；别的写法相同，make soak 全断
QUICK = ("表.csv", "表.xlsx", "表.parquet", "学习记录", "编码", "复制课程", "建班", "发作业", "收作业", "重算脚本")


@pytest.fixture(params=WRITES if SOAK else QUICK, scope="module")
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    yield Case(WRITES[request.param], tmp_path_factory.mktemp("半途"))


def test_a_write_killed_at_any_step_leaves_old_or_new(case: Case) -> None:
    """在建文件、改名、删文件……的各步之前 kill -9。"""
    assert case.steps and case.new != case.old
    wanted = points(case.steps)[-1 if case.write.heavy and not SOAK else 0 :]
    for at in wanted:
        folder = case.copy(f"{at}")
        code, _, error = in_child(lambda place=folder: case.write.new(place), folder, die_at=at)
        assert code == -signal.SIGKILL, (at, code, error)
        case.check(folder, f"第 {at}/{case.steps} 步")
        if SOAK or (at == wanted[-1] and not case.write.heavy):
            case.check_again(folder, f"第 {at}/{case.steps} 步")


def test_a_write_killed_in_the_middle_of_its_bytes_leaves_old_or_new(case: Case) -> None:
    """写到文件的一半，系统当场停掉进程：由 C 写的 parquet、zip 也断在字节中间。"""
    if case.write.heavy and not SOAK:
        pytest.skip("费时，make soak 才做")
    biggest = case.sizes[-1]
    for limit in sorted({1, biggest // 2, biggest - 1}) if SOAK else [biggest // 2]:
        folder = case.copy(f"字节{limit}")
        code, _, error = in_child(lambda place=folder: case.write.new(place), folder, file_limit=limit)
        assert code == -signal.SIGXFSZ, (limit, code, error)
        case.check(folder, f"第 {limit} 个字节")
        if SOAK:
            case.check_again(folder, f"第 {limit} 个字节")


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_module_that_writes_is_tried_here() -> None:
    """凡用 ``_files`` 写的模块都在表里，或写明为什么不在。"""
    names = {"atomic_path", "write_text", "write_bytes", "copy_file"}
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "_files.py":
            continue
        calls = _calls(ast.parse(path.read_text(encoding="utf-8")))
        if any(isinstance(call.func, ast.Name) and call.func.id in names for call in calls):
            found.add(path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."))
    tried = set(all_modules())
    assert found - tried - set(MAINTAINER_ONLY) == set()
    assert (tried | set(MAINTAINER_ONLY)) - found == set(), "表里写的模块已经不写文件了"


# 自己开文件写的几处：写的都是 atomic_path、scratch_folder 给的临时路径，或管道
OWN_WRITES = {
    "_files.py",
    "classroom/_runner.py",
    "classroom/isolation.py",
    "classroom/tables.py",
    "cli.py",
    "corpus/archive.py",
    "corpus/stream.py",
    "corpus/write.py",
    "inbox/packing.py",
}


MODES = {"w", "wb", "a", "ab", "x", "xb", "w+b", "r+b"}
SHUTIL = {"copyfile", "copy", "copy2", "copytree", "move"}
OTHER = {"mkstemp", "NamedTemporaryFile", "to_excel", "to_parquet", "to_pickle"}


def _writes(call: ast.Call) -> bool:
    """是不是自己开文件写。"""
    texts = {arg.value for arg in [*call.args, *(key.value for key in call.keywords)] if isinstance(arg, ast.Constant)}
    if _name(call) in ("open", "fdopen"):
        return bool(texts & MODES)
    owner = getattr(getattr(call.func, "value", None), "id", "")
    return _name(call) in OTHER or (owner == "shutil" and _name(call) in SHUTIL)


def test_nothing_writes_past_the_one_door() -> None:
    """除了写明的几处，没有谁直接开文件写。"""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if any(_writes(call) for call in _calls(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found - OWN_WRITES == set()


def test_a_failure_in_the_child_is_noticed(tmp_path: Path) -> None:
    """这套测试自己会失败：不经过改名的写法，断在中间就是半个。"""

    def careless(folder: Path) -> None:
        with (folder / "a.json").open("w", encoding="utf-8") as file:
            file.write("[" + "1," * 5000 + "1]")

    code, steps, _ = in_child(lambda: careless(tmp_path), tmp_path)
    assert (code, steps) == (DONE, 1)
    code, _, _ = in_child(lambda: careless(tmp_path), tmp_path, file_limit=5000)
    assert code == -signal.SIGXFSZ
    with pytest.raises(json.JSONDecodeError):
        check_whole(tmp_path / "a.json")
    code, _, error = in_child(lambda: 1 / 0, tmp_path)
    assert code == RAISED and "ZeroDivisionError" in error
