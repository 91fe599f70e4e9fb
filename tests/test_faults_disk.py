"""盘满、只读、两个程序、跳动的钟、不是 UTF-8 的系统、很长的路径：说得清，不丢已有的。"""

from __future__ import annotations

import ctypes
import errno
import io
import os
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab import _files
from wenzheng_lab._files import MARK, atomic_path, locked, scratch_folder, sweep, write_text
from wenzheng_lab.cli import main
from wenzheng_lab.corpus import write_table
from wenzheng_lab.course.journey import show_record
from wenzheng_lab.course.record import Record
from wenzheng_lab.errors import WenzhengError
from wenzheng_lab.office import LedgerError, check_log

if not hasattr(os, "fork"):
    pytest.skip("这台机器没有 fork", allow_module_level=True)

from tests.fault_helper import DONE, RAISED, in_child, leftovers, snapshot
from tests.fault_writes import WRITES, messages

QUICK = ("表.csv", "表.xlsx", "发作业", "编码")
SOAK = bool(os.environ.get("WENZHENG_SOAK"))
TRIED = [name for name in WRITES if name in QUICK or SOAK]


# ------------------------------------------------------------ 盘满、只读
def small_disk(place: Path, size: int = 1 << 20, *, full: bool = True, options: str = "") -> None:
    """在子进程自己的挂载空间里，把一个内存小盘挂在 ``place`` 上；别的进程看不见，进程完了就没有了。"""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x00020000) != 0 or libc.mount(b"none", b"/", None, 0x44000, None) != 0:
        raise PermissionError(ctypes.get_errno(), "这台机器不许普通用户挂盘")
    if libc.mount(b"none", os.fsencode(place), b"tmpfs", 0, f"size={size}".encode()) != 0:
        raise PermissionError(ctypes.get_errno(), "挂不上小盘")


def can_mount(tmp_path: Path) -> bool:
    """挂不挂得了小盘。"""
    place = tmp_path / "试挂"
    place.mkdir()
    code, _, _ = in_child(lambda: small_disk(place), place)
    return code == DONE


@pytest.fixture(scope="module", params=TRIED)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """写好旧的一份。"""
    folder = tmp_path_factory.mktemp("盘") / "我的 文件"
    folder.mkdir()
    write = WRITES[request.param]
    if write.own_process:
        assert in_child(lambda: write.old(folder), folder)[0] == DONE
    else:
        with redirect_stdout(io.StringIO()):
            write.old(folder)
    return request.param, folder


def spoken(act: object, folder: Path) -> str:
    """做不成时说的话；命令行的话也算。"""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        try:
            act(folder)  # type: ignore[operator]
        except WenzhengError as error:
            return str(error)
        except AssertionError:  # 命令退出码不是 0：话在标准错误里
            return said.getvalue()
    return "做成了"


def test_a_full_disk_is_told_with_the_folder(written: tuple[str, Path], tmp_path: Path) -> None:
    """真的满盘（内存小盘写到一个字节不剩）：说出哪个文件夹，旧的一个字节没有动。"""
    name, folder = written
    if not can_mount(tmp_path):
        pytest.skip("这台机器不许挂盘，造不出满盘；test_files.py 里另有 /dev/full 的一条")
    place = tmp_path / "小盘"
    place.mkdir()

    def act() -> None:
        small_disk(place, 8 << 20)
        shutil.copytree(folder, place, dirs_exist_ok=True)
        before = snapshot(place)
        with (place / "填满").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC
        said = spoken(WRITES[name].new, place)
        after = {key: mark for key, mark in snapshot(place).items() if key != "填满"}
        assert after == before, "盘满以后文件变了"
        assert leftovers(place) == []
        raise RuntimeError(said)

    code, _, error = in_child(act, place)
    assert code == RAISED
    kind, _, said = error.partition("|")
    assert kind == "RuntimeError", error
    assert str(place) in said and ("写不进" in said or "建不了" in said), said


def test_a_read_only_folder_is_told_with_the_folder(written: tuple[str, Path], tmp_path: Path) -> None:
    """真的只读（只读的挂载，对管理员也有效）：说出哪个文件夹，什么也没有动。"""
    name, folder = written
    if not can_mount(tmp_path):
        pytest.skip("这台机器不许挂盘，造不出只读的盘")
    place = tmp_path / "只读"
    place.mkdir()

    def act() -> None:
        small_disk(place, 8 << 20)
        shutil.copytree(folder, place, dirs_exist_ok=True)
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.mount(b"none", os.fsencode(place), None, 0x21, None) == 0  # 改成只读
        before = snapshot(place)
        said = spoken(WRITES[name].new, place)
        assert snapshot(place) == before
        raise RuntimeError(said)

    _, _, error = in_child(act, place)
    kind, _, said = error.partition("|")
    assert kind == "RuntimeError", error
    assert str(place) in said and "写不进" in said, said


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EDQUOT])
def test_errors_of_the_disk_name_the_folder(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """落盘时才说的错（延迟分配的盘、网络盘、配额）也接得住：旧文件还在。"""
    target = tmp_path / "表.csv"
    write_text(target, "旧")

    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WenzhengError, match="写不进") as caught:
        write_text(target, "新")
    assert str(tmp_path) in str(caught.value)
    assert target.read_text(encoding="utf-8") == "旧"
    assert [path.name for path in tmp_path.iterdir()] == ["表.csv"]


def test_a_full_disk_stops_the_office_without_harm(tmp_path: Path) -> None:
    """办件日志写到满盘：这一步没有生效，说得清；腾出地方接着办，日志是完整的。"""
    if not can_mount(tmp_path):
        pytest.skip("这台机器不许挂盘，造不出满盘")
    place = tmp_path / "小盘"
    place.mkdir()

    def act() -> None:
        small_disk(place, 4 << 20)
        office = wz.Office("first-day", seed=7, path=place / "局.wzlog")
        number = office.cases[0].id
        filler = place / "填满"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        done = sum(1 for _ in office.log)
        told = ""
        for turn in range(400):
            try:
                office.draft(number, f"草稿{turn}" + "长" * 3000)
                done += 1
            except LedgerError as error:
                told = str(error)
                break
        assert "没有记下来" in told and str(place) in told, told
        assert sum(1 for _ in office.log) == done
        filler.unlink()
        office.draft(number, "腾出地方再写")
        office.shut()
        assert check_log(place / "局.wzlog") == ()
        again = wz.Office.load(place / "局.wzlog")
        assert again.case(number).draft == "腾出地方再写"
        assert sum(1 for _ in again.log) == done + 1

    code, _, error = in_child(act, place)
    assert code == DONE, error


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """刚开局的一份日志。"""
    path = tmp_path_factory.mktemp("局") / "局.wzlog"
    wz.Office("first-day", seed=7, path=path).shut()
    return path


@pytest.mark.parametrize("step", range(20 if SOAK else 2))
def test_the_office_log_killed_at_a_byte_is_whole(step: int, log: Path, tmp_path: Path) -> None:
    """日志写到第几个字节被停掉：打开仍是完整的，说过做好的都在。"""
    path = Path(shutil.copy(log, tmp_path / "局.wzlog"))
    size = path.stat().st_size
    reader, writer = os.pipe()

    def act() -> None:
        office = wz.Office.load(path)
        for turn in range(2000):
            office.draft(office.cases[0].id, f"{turn}" + "长" * 1500)
            os.write(writer, f"{office._engine.ledger.head}\n".encode())

    code, _, error = in_child(act, tmp_path, file_limit=size + 4096 * step * 3 + (511 if step % 2 else 0))
    os.close(writer)
    told = b""
    while piece := os.read(reader, 65536):
        told += piece
    os.close(reader)
    assert code == -signal.SIGXFSZ, error
    assert check_log(path) == ()
    office = wz.Office.load(path)
    assert set(told.decode().split()) <= {event.hash for event in office.log}
    office.next_hour()
    office.shut()


# ------------------------------------------------------------ 两个程序
def at_once(*acts: object) -> list[int]:
    """几个进程一起做。"""
    children = []
    for act in acts:
        child = os.fork()
        if child == 0:  # pragma: no cover  子进程
            code = RAISED
            try:
                act()  # type: ignore[operator]
                code = DONE
            except WenzhengError:
                code = 9
            finally:
                os._exit(code)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_programs_on_one_learning_record_lose_nothing(tmp_path: Path) -> None:
    """两个窗口同时答题：一次也不少，文件是完整的。"""

    def act(question: str) -> None:
        record = Record("L00", tmp_path)
        for _ in range(25):
            record.add(question, "check", outcome="passed")

    assert at_once(lambda: act("L00-Q1"), lambda: act("L00-Q2"), lambda: act("L00-Q3")) == [DONE] * 3
    events = Record("L00", tmp_path).events
    assert len(events) == 75


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_programs_scoring_into_one_folder_one_is_refused(tmp_path: Path) -> None:
    """评进同一个目录：后来的马上被拒，说正被另一个程序写；先来的照常。"""
    out = tmp_path / "部分"
    with locked(out):

        def second() -> None:
            wz.score_replies(messages(3), out=out, progress=False, processes=1)

        assert at_once(second) == [9]
    assert at_once(lambda: wz.score_replies(messages(3), out=out, progress=False, processes=1)) == [DONE]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_coders_windows_keep_both(tmp_path: Path) -> None:
    """同一位编码人开着两个窗口：两边编的都在。"""
    from wenzheng_lab.research.codes import CodeBook, read_book

    def act(start: int) -> None:
        book = CodeBook.open(tmp_path / "甲.json", coder="甲", sample="样本")
        for number in range(start, start + 20):
            book.put(f"第{number}份", "basis", 1)

    assert at_once(lambda: act(0), lambda: act(100)) == [DONE] * 2
    assert len(read_book(tmp_path / "甲.json").codes) == 40


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    """拿着锁的进程被杀，锁由系统放开，后来的不用等。"""
    target = tmp_path / "a.json"

    def hold() -> None:
        with locked(target):
            os.kill(os.getpid(), signal.SIGKILL)

    assert at_once(hold) == [-signal.SIGKILL]
    with locked(target, wait=0):
        pass


# ------------------------------------------------------------ 留下的临时文件
def test_leftovers_of_dead_programs_are_swept_and_others_are_not(tmp_path: Path) -> None:
    """死了的进程留下的收走；活着的、别的机器刚写的、使用者自己的不动。"""
    child = os.fork()
    if child == 0:  # pragma: no cover  子进程
        os._exit(0)
    os.waitpid(child, 0)
    host = _files._host()
    dead, alive = f"{MARK}{child}-{host}-aa-表.csv", f"{MARK}{os.getppid()}-{host}-bb-表.csv"
    elsewhere, old = f"{MARK}1-ffffff-cc-表.csv", f"{MARK}1-ffffff-dd-表.csv"
    for name in (dead, alive, elsewhere, old, ".我的", "表.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / f"{MARK}{child}-{host}-ee-临时").mkdir()
    os.utime(tmp_path / old, (0, 0))
    sweep(tmp_path, again=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([alive, elsewhere, ".我的", "表.csv"])


def test_half_files_are_not_read(tmp_path: Path) -> None:
    """文件夹里有写到一半的：读表、收作业、算指标都当没有看见。"""
    from wenzheng_lab.classroom.archive import read_arrivals

    write_table(messages(3), tmp_path / "表.parquet")
    for name in ("表.parquet", "表.csv", "L00.ipynb"):
        (tmp_path / f"{MARK}999999-ffffff-aa-{name}").write_bytes(b"PAR1 half")
    assert len(wz.read_messages(tmp_path)) == 3
    assert [arrival.name for arrival in read_arrivals(tmp_path, file_mb=5)] == ["表.parquet"]
    assert int(wz.indicators(tmp_path, smallest=1).total["n"].iloc[0]) == 3


def test_scratch_folders_are_gone(tmp_path: Path) -> None:
    """用完的临时文件夹不留。"""
    with scratch_folder(tmp_path) as folder:
        (folder / "a").write_text("x", encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------ 跳动的钟
def test_a_clock_that_jumps_does_not_spoil_the_record(tmp_path: Path) -> None:
    """钟倒退、快一天：记录照写、照读，做过的题还算做过，学习天数不出错。"""
    moments = [datetime(2026, 3, 2, 9) + timedelta(days=days) for days in (0, 1, -400, 0, 30)]
    clock = iter(moments)
    record = Record("L00", tmp_path, now=lambda: next(clock))
    for number in range(len(moments)):
        record.add(f"L00-Q{number + 1}", "check", outcome="passed")
    again = Record("L00", tmp_path)
    assert len(again.events) == 5
    assert again.best("L00-Q3").value == "passed"
    journey = show_record(tmp_path)
    assert journey._repr_html_() and len(journey.days) == 4


def test_the_office_does_not_look_at_the_machines_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """办件室走自己的钟：电脑的钟倒退一年、快一天，日志逐字相同。"""
    import time

    def play(path: Path) -> list[str]:
        office = wz.Office("first-day", seed=7, path=path)
        office.draft(office.cases[0].id, "草稿")
        office.advance(hours=5)
        marks = [event.hash for event in office.log]
        office.shut()
        return marks

    first = play(tmp_path / "一.wzlog")
    real = time.time
    for number, shift in enumerate((-400 * 86400.0, 86400.0)):
        monkeypatch.setattr(time, "time", lambda shift=shift: real() + shift)
        assert play(tmp_path / f"{number}.wzlog") == first
    assert check_log(tmp_path / "1.wzlog") == ()


def test_a_clock_that_jumps_back_sweeps_nothing_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """收拾临时文件时钟倒退：别的机器正写着的不会被当成陈年的收走。"""
    import time

    name = f"{MARK}1-ffffff-aa-表.csv"
    (tmp_path / name).write_text("x", encoding="utf-8")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 400 * 86400)
    sweep(tmp_path, again=True)
    assert (tmp_path / name).exists()


# ------------------------------------------------------------ 不是 UTF-8 的系统
GBK = """
import codecs, locale, sys
locale.getencoding = lambda: "gbk"
locale.getpreferredencoding = lambda do_setlocale=True: "gbk"
"""


ODD = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX-ascii": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
    "GBK": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk", "WZ_GBK": "1"},
    "GBK-strict": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk:strict", "WZ_GBK": "1"},
}
COMMANDS = (
    ("score", "in.csv", "--out", "out/分", "--quiet"),
    ("class", "init", "out/班", "--name", "𠮷班"),
    ("score", "没有😀.csv", "--quiet"),
)


def in_a_system(place: Path, environment: dict[str, str]) -> tuple[list[int], bytes, dict[str, str]]:
    """在一种系统设置里做几条命令；给出退出码、说的话与写出的文件。"""
    (place / "hook").mkdir(parents=True)
    (place / "hook" / "sitecustomize.py").write_text(GBK if "WZ_GBK" in environment else "", encoding="utf-8")
    frame = messages(3)
    frame.loc[0, "department"] = "𠮷祥街道😀"
    write_table(frame, place / "in.csv")
    base = {key: text for key, text in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    path = os.pathsep.join([str(place / "hook"), str(Path(wz.__file__).parent.parent)])
    environment = {**base, "PYTHONPATH": path, "WENZHENG_HOME": str(place / "out"), **environment}
    codes, said = [], b""
    for words in COMMANDS:
        command = [sys.executable, "-W", "ignore", "-m", "wenzheng_lab", *words]
        found = subprocess.run(command, capture_output=True, env=environment, cwd=place, check=False)
        codes.append(found.returncode)
        said += found.stdout + found.stderr
    return codes, said, snapshot(place / "out")


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """UTF-8 的系统里写出的文件。"""
    codes, said, files = in_a_system(tmp_path_factory.mktemp("系统") / "平常", {"PYTHONUTF8": "1"})
    assert codes == [0, 0, 2], said.decode("utf-8", "replace")
    return files


@pytest.mark.parametrize("name", ODD if SOAK else ("C",))
def test_systems_that_are_not_utf8(name: str, ordinary: dict[str, str], tmp_path: Path) -> None:
    """C、POSIX、GBK 的系统：命令都做得完，写出的文件与 UTF-8 的系统一字不差，终端写不出的字换成问号。"""
    codes, said, files = in_a_system(tmp_path / "别处", ODD[name])
    assert codes == [0, 0, 2], said.decode("gbk", "replace")
    assert b"Traceback" not in said
    assert files.keys() == ordinary.keys()
    assert {key for key in files if files[key] != ordinary[key]} == set()


def test_a_library_in_an_ascii_system_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """不经命令、直接用包，系统的文件名编码又是 ASCII：说清是编码，怎样设，不是一串内部的错。"""

    def refuse(path: object, *_: object) -> int:
        str(path).encode("ascii")
        raise AssertionError("文件名里应有中文")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(WenzhengError, match="PYTHONUTF8=1"):
        write_text(tmp_path / "表.csv", "x")


@pytest.mark.skipif(not SOAK, reason="费时，make soak 才做")
def test_every_file_is_opened_with_its_encoding() -> None:
    """没有一处靠系统的编码：``PYTHONWARNDEFAULTENCODING`` 打开也不响。"""
    code = (
        "import sys, warnings\nwarnings.simplefilter('error', EncodingWarning)\n"
        "import wenzheng_lab as wz\nfrom wenzheng_lab.cli import main\n"
        "wz.score_reply('您好，路灯3月5日已修好。', to={'subject': '路灯', 'body': '路灯不亮，何时修？'})\n"
        "wz.triage_message(wz.Message(id='1', subject='路灯', body='路灯不亮'))\n"
        "wz.redact('张三 13800000000')\nwz.simulate_inbox(n=3, seed=1)\nwz.course.open('L00')\n"
        "wz.Office('first-day', seed=1)\n"
    )
    found = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    lines = [line for line in found.stderr.splitlines() if "wenzheng_lab" in line]
    assert found.returncode == 0, found.stderr[-800:]
    assert lines == []


# ------------------------------------------------------------ 路径
@pytest.mark.parametrize("length", [100, 260, 900])
def test_paths_with_spaces_chinese_and_great_length(length: int, tmp_path: Path) -> None:
    """有空格、有中文、260 个字符以上的路径：读、写、评分、记录都行；日志放不下时说得清差多少。"""
    folder = tmp_path
    while len(str(folder)) < length:
        folder = folder / "青禾县 政务公开（第 2 批）资料"
    source = folder / "导 出 表.csv"
    write_table(messages(3), source)
    assert len(wz.read_messages(source)) == 3
    with redirect_stdout(io.StringIO()):
        assert main(["score", str(source), "--out", str(folder / "评 分"), "--quiet"]) == 0
    assert len(list((folder / "评 分").iterdir())) == 4
    Record("L00", folder).add("L00-Q1", "check", outcome="passed")
    assert Record("L00", folder).best("L00-Q1").value == "passed"
    log = folder / "我的 一局.wzlog"
    if len(os.fsencode(log)) > 500 and sys.platform != "win32":
        for door in (lambda: wz.Office("first-day", seed=1, path=log), lambda: check_log(log)):
            with pytest.raises(LedgerError, match=r"太长|找不到"):
                door()
        return
    wz.Office("first-day", seed=1, path=log).shut()
    assert check_log(log) == ()


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    """文件名长到系统的上限（255 字节），临时名不会更长。"""
    target = tmp_path / ("长" * 83 + ".csv")
    write_text(target, "x")
    with atomic_path(tmp_path / ("a." + "很长的后缀" * 15)) as path:
        path.write_text("x", encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 2
