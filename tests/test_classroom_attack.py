"""存心捣乱的作业：读别人的、写满盘、占满内存、赖着不走、停别人的进程、装成批改的一方、交来毒压缩包。"""

from __future__ import annotations

import io
import os
import struct
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from classroom_helper import answered, hand_in, new_class, right_answers

from wenzheng_lab.classroom import _sandbox, _wire, isolation
from wenzheng_lab.classroom.archive import read_arrivals
from wenzheng_lab.classroom.autograde import autograde, read_result
from wenzheng_lab.classroom.collect import collect, read_ledger
from wenzheng_lab.classroom.isolation import STRONG, Limits, Ran, Session, check_layers

SOAK = bool(os.environ.get("WENZHENG_SOAK"))
OPEN = 'import wenzheng_lab as wz\nunit = wz.course.open("L00")\n'
QUICK = Limits(wall_seconds=15, cell_seconds=5, memory_mb=1024)
LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
CHECK = "\nif got < 0: raise OSError(ctypes.get_errno(), 'refused')\nraise SystemExit('做成了')\n"


def ran(*sources: str, limits: Limits = QUICK) -> Ran:
    with Session(limits) as session:
        return session.run([{"id": str(number), "source": text} for number, text in enumerate(sources)])


@pytest.fixture(scope="module")
def strong() -> None:
    lacking = set(STRONG) - set(check_layers())
    if lacking:
        pytest.skip(f"这台机器的内核上不了这几层锁：{'、'.join(sorted(lacking))}")


# 绕过 Python、直接叫内核；号是 x86_64 的
SYSCALLS = {
    "另发信号停批改的进程": "info = ctypes.create_string_buffer(128)\nctypes.memmove(info, bytes("
    "[9,0,0,0, 0,0,0,0, 255,255,255,255]), 12)\ngot = libc.syscall(129, os.getppid(), 9, info)",
    "对线程另发信号": "info = ctypes.create_string_buffer(128)\nctypes.memmove(info, bytes("
    "[9,0,0,0, 0,0,0,0, 255,255,255,255]), 12)\ngot = libc.syscall(297, os.getppid(), os.getppid(), 9, info)",
    "按路径截短文件": "got = libc.truncate(target, 0)",
    "匿名的内存文件": "got = libc.syscall(319, b'x', 0)",
    "再分两次进程": "got = libc.syscall(57)",
    "vfork": "got = libc.syscall(58)",
    "clone 开进程": "got = libc.syscall(56, 17, 0, 0, 0, 0)",
    "clone3 开进程": "got = libc.syscall(435, ctypes.create_string_buffer(88), 88)",
    "换用 32 位的另一套号": "got = libc.syscall(0x40000000 + 41, 2, 1, 0)",
    "io_uring 代办": "got = libc.syscall(425, 8, ctypes.create_string_buffer(120))",
    "读批改进程的内存": "got = libc.syscall(310, os.getppid(), 0, 0, 0, 0, 0)",
    "拿批改进程的句柄": "got = libc.syscall(434, os.getppid(), 0)",
    "按句柄打开文件": "got = libc.syscall(304, -100, ctypes.create_string_buffer(64), 0)",
    "挂载": "got = libc.mount(b'none', os.fsencode(os.getcwd()), b'tmpfs', 0, None)",
    "新的命名空间": "got = libc.unshare(0x10000000)",
    "链接别人的文件": "got = libc.link(target, b'mine')",
    "改批改进程的优先": "got = libc.syscall(144, os.getppid(), 5, ctypes.create_string_buffer(8))",
    "换根": "got = libc.chroot(b'.')",
    "本机套接字": "got = libc.socket(1, 1, 0)",
    "netlink": "got = libc.socket(16, 3, 0)",
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="号是 x86_64 的")
def test_the_kernel_refuses_every_side_door(strong: None, tmp_path: Path) -> None:
    """一份作业里把二十样旁门都试一遍：一样也没有做成，批改的进程好好的，别人的文件一个字节没有动。"""
    target = tmp_path / "别人的.ipynb"
    target.write_text("别人的答案", encoding="utf-8")
    head = f"{LIBC}target = {os.fsencode(target)!r}\n"
    found = ran(*(f"{head}{source}{CHECK}" for source in SYSCALLS.values()))
    for number, name in enumerate(SYSCALLS):
        said = found.errors.get(str(number), "")
        assert "做成了" not in said and ("refused" in said or "PermissionError" in said), (name, said, found.stopped)
    assert target.read_text(encoding="utf-8") == "别人的答案"
    assert target.stat().st_nlink == 1


READS = {
    "教员的个人目录": lambda place: Path.home(),
    "班级文件夹": lambda place: place,
    "上级的临时目录": lambda place: Path(tempfile.gettempdir()),
    "批改进程的内存": lambda place: Path(f"/proc/{os.getpid()}/mem"),
    "批改进程的环境": lambda place: Path(f"/proc/{os.getpid()}/environ"),
    "批改进程打开的文件": lambda place: Path(f"/proc/{os.getpid()}/fd"),
    "口令": lambda place: Path("/etc/shadow"),
    "别的进程": lambda place: Path("/proc/1/cmdline"),
}


@pytest.mark.parametrize("name", READS)
def test_nothing_outside_can_be_read(name: str, strong: None, tmp_path: Path) -> None:
    """不管按 Python 的写法、叫系统，还是先造一个链接：都读不到。"""
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    target = os.fsencode(READS[name](tmp_path))
    by_libc = f"{LIBC}got = libc.open({target!r}, 0){CHECK}"
    by_link = f"{LIBC}libc.symlink({target!r}, b'link')\ngot = libc.open(b'link', 0){CHECK}"
    by_python = f"import os\nos.listdir({target!r})\nraise SystemExit('做成了')"
    found = ran(by_libc, by_link, by_python)
    assert all("做成了" not in said for said in found.errors.values()) and len(found.errors) == 3, found


def test_a_flood_of_files_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """一个文件不大、个数不停：写到上限就停，说得出原因，临时文件夹收走。"""
    monkeypatch.setattr(isolation, "_MOST_DISK", 30 << 20)
    fill = "for n in range(1000):\n    with open(f'{n}', 'wb') as file: file.write(bytes(10 << 20))\n"
    with Session(QUICK) as session:
        found = session.run([{"id": "0", "source": fill}])
        place = session.folder
    assert "写的文件超过" in found.stopped
    assert not place.exists()


def test_a_flood_of_small_files_is_stopped() -> None:
    """几万个空文件：停下。"""
    many = "for n in range(10**6): open(f'{n}', 'w').close()\n"
    assert "写的文件超过" in ran(many).stopped


def test_one_large_file_is_refused() -> None:
    """一个很大的文件：写到限额就报错。"""
    if sys.platform != "linux":
        pytest.skip("文件大小的限额只在 Linux 上量过")
    said = ran("with open('大', 'wb') as file:\n    for _ in range(100): file.write(bytes(1 << 20))").errors["0"]
    assert "OSError" in said


def test_deleted_open_files_are_bounded() -> None:
    """打开又删去的文件数不到：打得开的个数有限，占的盘就有限。"""
    if sys.platform != "linux":
        pytest.skip("句柄数的限额只在 Linux 上量过")
    source = "import os\nkept = []\nfor n in range(500):\n    kept.append(open('a', 'wb'))\n    os.unlink('a')\n"
    assert "OSError" in ran(source).errors["0"]


@pytest.mark.parametrize(
    "source",
    [
        "import threading\nfor _ in range(8):\n"
        "    threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()",
        "import os\ntry:\n    os.setsid()\nexcept OSError: pass\nos.fork()",
        "import os\nif os.fork() == 0:\n    if os.fork() == 0:\n        os.setsid()\n        while True: pass",
        "import signal\n[signal.signal(n, signal.SIG_IGN) for n in range(1, 65) if n not in (9, 19, 32, 33)]\n"
        "while True: pass",
        "import atexit, time\natexit.register(time.sleep, 600)\nraise SystemExit",
        "import _thread\nwhile True:\n    try: _thread.start_new_thread(lambda: [0 for _ in iter(int, 1)], ())\n"
        "    except RuntimeError: pass",
        "x = []\nwhile True: x.append(x[:] + [0] * 10**6)",
    ],
    ids=["线程", "setsid", "两次分进程", "不理信号", "赖着不退", "线程炸弹", "内存"],
)
def test_nothing_outlives_its_time(source: str, strong: None) -> None:
    """到时候就没有了：进程没有了，整组也没有了，用的时间不过限额加宽限。"""
    started = time.monotonic()
    with Session(Limits(wall_seconds=3 if SOAK else 1, cell_seconds=2, memory_mb=1024)) as session:
        session.run([{"id": "0", "source": source}])
        process = session._process
    assert process.poll() is not None
    assert time.monotonic() - started < 90
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


# 不经过我们的编码，直接往管道里写
FORGED = {
    "嵌得太深": '{"question":"L00-Q4","value":' + "[" * 600 + "1" + "]" * 600 + "}",
    "字典的样子不对": '{"question":"L00-Q4","value":{"$":"dict","pairs":5}}',
    "键不能作键": '{"question":"L00-Q4","value":{"$":"dict","pairs":[[{"$":"dict","pairs":[]},1]]}}',
    "不认得的种类": '{"question":"L00-Q4","value":{"$":"os.system","cmd":"touch x"}}',
    "坏时间": '{"question":"L00-Q4","value":{"$":"datetime","text":"x"}}',
    "非数": '{"question":"L00-Q4","value":NaN}',
    "极大的整数": '{"question":"L00-Q4","value":' + "9" * 6000 + "}",
    "题号是表": '{"question":["L00-Q4"],"value":"B"}',
    "改上锁的层": '{"layers":["files","network","limits","processes","job"]}',
    "层不是表": '{"layers":5}',
    "给自己打分": '{"score":100,"result":25,"done":true}',
    "不是字典": '"done"',
    "不是 JSON": "{",
    "坏字节": "\\xff\\xfe",
}


@pytest.mark.skipif(not SOAK, reason="费时，make soak 才做")
def test_forged_answers_never_break_the_grader(tmp_path: Path) -> None:
    """装成隔离进程的话：批改的一方不崩，全班照批，装的人最多是没有答出来。"""
    folder = new_class(tmp_path / "班", len(FORGED) + 1)
    right = right_answers(folder, "L00")
    for number, (name, text) in enumerate(FORGED.items()):
        line = b"\xff\xfe" if name == "坏字节" else text.encode()
        evil = answered(folder, "L00", {**right, "L00-Q4": "sum([1])"})
        tail = "for n in range(3, 20):\n    try: os.write(n, line)\n    except OSError: pass\n"
        source = f"import os\nline = {line + bytes([10])!r}\n{tail}"
        at = next(place for place, cell in enumerate(evil["cells"]) if cell["cell_type"] == "code")
        evil["cells"].insert(at, {"cell_type": "code", "id": "evil", "metadata": {}, "source": [source], "outputs": []})
        hand_in(tmp_path / "收", folder, number, evil)
    hand_in(tmp_path / "收", folder, len(FORGED), answered(folder, "L00", right))
    collect(folder, [tmp_path / "收"])
    autograde(folder, "L00", jobs=2)
    honest = read_result(folder, folder.roster[len(FORGED)].id, "L00")
    assert honest is not None and not honest["ran"]
    assert all(row["score"] in (None, row["max"]) for row in honest["questions"])
    tried = 0
    for number, name in enumerate(FORGED):
        mine = read_result(folder, folder.roster[number].id, "L00")
        assert mine is not None, name
        tried += mine["ran"]
        fourth = next(row for row in mine["questions"] if row["id"] == "L00-Q4")
        assert not fourth["score"], name
    assert tried == len(FORGED)


def test_a_forged_report_of_locks_is_not_believed() -> None:
    """学员的代码说“锁都上好了”：不信，上了哪几层只看它运行以前的那一句。"""
    forged = (
        'import os\nfor n in range(3, 20):\n    try: os.write(n, b\'{"layers": ["files", "假的"]}\\n\')\n'
        "    except OSError: pass\n"
    )
    assert "假的" not in ran(forged).layers


def test_a_forged_layer_does_not_buy_more_time() -> None:
    """不停地说“刚上好锁”，也多要不到时间。"""
    forged = (
        "import os, time\nwhile True:\n    time.sleep(0.2)\n    for n in range(3, 20):\n"
        "        try: os.write(n, b'{\"layers\": []}\\n')\n        except OSError: pass\n"
    )
    started = time.monotonic()
    found = ran(forged, limits=Limits(wall_seconds=3, cell_seconds=60))
    assert found.stopped and time.monotonic() - started < 60


# ------------------------------------------------------------ 毒压缩包
def zipped(*entries: tuple[str, bytes], mode: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return out.getvalue()


def lying_zip() -> bytes:
    """目录里写 10 字节，解开 300 MB。"""
    data = bytearray(zipped(("L00.ipynb", bytes(300 << 20))))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = data.find(mark)
        data[where + at : where + at + 4] = struct.pack("<I", 10)
    return bytes(data)


def quine_zip() -> bytes:
    """各项的数据叠在一起：一份压缩数据当一千个文件。"""
    whole = bytearray(zipped(("a.ipynb", bytes(10 << 20))))
    directory = whole.find(b"PK\x01\x02")
    end = whole.find(b"PK\x05\x06")
    entry = bytes(whole[directory:end])
    tail = bytearray(whole[end:])
    tail[8:12] = struct.pack("<HH", 1000, 1000)
    tail[12:16] = struct.pack("<I", len(entry) * 1000)
    return bytes(whole[:directory]) + entry * 1000 + bytes(tail)


def deep_zip(levels: int) -> bytes:
    data = zipped(("L00.ipynb", b"{}"))
    for _ in range(levels):
        data = zipped(("内.zip", data))
    return data


EVIL_ZIPS = {
    "谎报大小": lying_zip,
    "叠在一起": quine_zip,
    "套二十层": lambda: deep_zip(20),
    "越界的路径": lambda: zipped(
        ("../../逃.ipynb", b"{}"), ("/etc/逃", b"x"), ("C:\\逃.ipynb", b"x"), ("a\\..\\..\\逃", b"x")
    ),
    "链接": lambda: zipped(("L00.ipynb", b"/etc/passwd"), mode=0o120777),
    "设备": lambda: zipped(("L00.ipynb", b""), mode=0o020666),
    "两万零一项": lambda: zipped(*((f"{n}.ipynb", b"") for n in range(20_001))),
    "Windows 的设备名": lambda: zipped(("CON.ipynb", b"{}"), ("NUL", b"x"), ("aux.ipynb:流", b"x"), ("a. ", b"x")),
    "名字极长": lambda: zipped(("长" * 5000 + ".ipynb", b"{}")),
    "名字里有控制符": lambda: zipped(("\x1b[2J\x00\u202e.ipynb", b"{}")),
    "坏的校验": lambda: zipped(("L00.ipynb", b"{}" * 500))[:-40] + bytes(40),
}


@pytest.mark.parametrize("name", EVIL_ZIPS)
def test_poisonous_archives_are_survived(name: str, tmp_path: Path) -> None:
    """收得下、说得清，外面一个文件也没有多；读出来的总数有上限，用时不长。"""
    folder = new_class(tmp_path / "班", 2, units=())
    place = tmp_path / "收"
    place.mkdir()
    person = folder.roster[0]
    (place / f"{person.name}_{person.id}.zip").write_bytes(EVIL_ZIPS[name]())
    before = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    started = time.monotonic()
    collect(folder, [place])
    assert time.monotonic() - started < 60
    inside = folder.path / "received"
    after = {path for path in tmp_path.rglob("*") if path.relative_to(tmp_path).as_posix() not in before}
    assert all(path.is_relative_to(inside) for path in after), after
    assert sum(path.stat().st_size for path in inside.rglob("*") if path.is_file()) < 60 << 20
    assert not any(path.is_symlink() for path in inside.rglob("*"))
    for entry in read_ledger(folder):
        assert (inside / entry.stored).resolve().is_relative_to(inside.resolve())


def test_links_in_a_collected_folder_lead_nowhere_else(tmp_path: Path) -> None:
    """收来的文件夹里放一个链接，指到教员的文件、指到上级：链接所指的不当作业收。"""
    secret = tmp_path / "教员的.ipynb"
    secret.write_text('{"cells": [], "metadata": {"秘密": 1}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
    place = tmp_path / "收"
    place.mkdir()
    try:
        (place / "赵_202600101_L00.ipynb").symlink_to(secret)
        (place / "圈").symlink_to(place, target_is_directory=True)
        (place / "上级").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("这台机器不许普通用户造链接")
    arrivals = list(read_arrivals(place, file_mb=5))
    assert all("秘密".encode() not in arrival.data for arrival in arrivals)


def test_the_filter_program_is_well_formed() -> None:
    """拦系统调用的程序：跳转都落在程序里面，号没有重复，末一条是放行。"""
    numbers = [pair[0] for pair in _sandbox._DENIED.values() if pair[0] >= 0]
    assert len(numbers) == len(set(numbers))
    arm = [pair[1] for pair in _sandbox._DENIED.values() if pair[1] >= 0]
    assert len(arm) == len(set(arm))
    assert not set(numbers) & {pair[0] for pair in _sandbox._SPECIAL.values()}


def test_a_value_of_any_shape_is_only_refused() -> None:
    """传来的值不是我们的编码写出的样子：只会是几种说得出的错。"""
    for value in (
        {"$": "dict"},
        {"$": "dict", "pairs": [[1]]},
        {"$": "float"},
        {"$": 5},
        {},
        {"$": "date", "text": None},
    ):
        with pytest.raises((ValueError, KeyError, TypeError)):
            _wire.decode(value, len)


def test_text_is_never_run_by_the_grader(tmp_path: Path) -> None:
    """写在表单、记录里的代码到了批改的一边只是文字：不在批改的进程里运行。"""
    from wenzheng_lab.course.kinds import Scene
    from wenzheng_lab.course.kinds.code import Code, Trial
    from wenzheng_lab.course.outcome import Outcome

    mark = tmp_path / "跑了"
    text = f"open({str(mark)!r}, 'w').close()\ndef f(x):\n    open({str(mark)!r}, 'w').close()\n    return 4\n"
    kind = Code(None, (Trial((2,), 4, ""),), 1e-9, "", "", "def f(x):\n    ____", "f")
    assert kind.judge(text, Scene()).outcome is not Outcome.PASSED
    assert not mark.exists()
