"""隔离：学员的代码读不到别的文件，联不了网，开不了新进程，超不过时间和内存；传出来的只有普通的值。"""

from __future__ import annotations

import datetime
import os
import sys
import time
from pathlib import Path

import pytest

from wenzheng_lab.classroom import _wire
from wenzheng_lab.classroom.isolation import STRONG, Limits, Ran, Session, check_layers, readable_places
from wenzheng_lab.course.kinds import Scene
from wenzheng_lab.course.kinds.code import Code, Trial
from wenzheng_lab.course.outcome import Outcome

QUICK = Limits(wall_seconds=20, cell_seconds=3, memory_mb=1024)
OPEN = 'import wenzheng_lab as wz\nunit = wz.course.open("L00")\n'


def ran(*sources: str, limits: Limits = QUICK) -> Ran:
    with Session(limits) as session:
        return session.run([{"id": str(number), "source": text} for number, text in enumerate(sources)])


@pytest.fixture(scope="module")
def strong() -> None:
    lacking = set(STRONG) - set(check_layers())
    if lacking:
        pytest.skip(f"这台机器的内核上不了这几层锁：{'、'.join(sorted(lacking))}")


# 平常的写法：各系统都要拦住
PLAIN = {
    "读系统文件": "open('/etc/passwd').read()" if os.name == "posix" else "open(r'C:\\Windows\\win.ini').read()",
    "列上级目录": "import os; os.listdir('..')",
    "写到别处": "open('../逃出去.txt', 'w')",
    "联网": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "取网页": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    "开进程": "import subprocess, sys; subprocess.run([sys.executable, '-c', ''])",
    "系统命令": "import os; os.system('echo 1')",
    "改名出去": "import os; open('a', 'w').close(); os.rename('a', '../a')",
}


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN)
def test_plain_ways_out_are_stopped(source: str) -> None:
    """平常的写法一律报 PermissionError，说的是中文。"""
    assert "PermissionError：批改时" in ran(source).errors["0"]


# 绕过 Python、直接叫系统：只有内核拦得住
RAW = {
    "读文件": "got = libc.open(target, 0)",
    "联网": "got = libc.socket(2, 1, 0)",
    "开进程": "got = libc.fork()",
    "换成别的程序": "got = libc.execv(b'/bin/true', None)",
    "停掉批改的进程": "got = libc.kill(os.getppid(), 9)",
    "改别人文件的权限": "got = libc.chmod(target, 0)",
    "放宽限额": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); got = 0",
    "偷看批改的进程": "got = libc.ptrace(16, os.getppid(), 0, 0)",
}


@pytest.mark.parametrize("source", RAW.values(), ids=RAW)
def test_raw_ways_out_are_stopped_by_the_kernel(strong: None, tmp_path: Path, source: str) -> None:
    """绕过 Python 直接叫系统，也读不到、联不了、开不了；批改的进程好好的。"""
    secret = tmp_path / "不公开的试用.toml"
    secret.write_text("result = 42", encoding="utf-8")
    head = f"import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\ntarget = {os.fsencode(secret)!r}\n"
    tail = "\nif got < 0: raise OSError(ctypes.get_errno(), 'refused')\n"
    said = ran(head + source + tail).errors.get("0", "")
    assert "OSError" in said or "PermissionError" in said or "ValueError" in said
    assert secret.read_text(encoding="utf-8") == "result = 42"
    assert secret.stat().st_mode & 0o400


def test_the_class_folder_and_home_are_not_readable() -> None:
    """可以读的地方里没有个人目录、临时目录，更没有班级文件夹。"""
    places = [Path(place).resolve() for place in readable_places()]
    for private in (Path.home(), Path.cwd()):
        assert private.resolve() not in places
    assert Path("/") not in places and Path("/etc") not in places


def test_the_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """教员的口令、代理不在环境里；目录名里没有人名。"""
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    said = ran("import os\nraise KeyError(sorted(os.environ), os.getcwd())").errors["0"]
    assert "SECRET_TOKEN" not in said and "abc" not in said
    assert "PATH'" not in said.replace("MPLCONFIGDIR", "")


def test_an_endless_loop_costs_only_its_cell() -> None:
    """停不下来的一格停掉，前后各格照常。"""
    limits = Limits(wall_seconds=20, cell_seconds=1)
    if not hasattr(__import__("signal"), "setitimer"):
        pytest.skip("这个系统没有时钟信号，由总时限管")
    found = ran(OPEN + "unit.q4.check('A')", "while True: pass", "unit.q5.check('B')", limits=limits)
    assert found.values == {"L00-Q4": "A", "L00-Q5": "B"}
    assert found.errors == {"1": "运行超过 1 秒，停下了"}


@pytest.mark.parametrize(
    "source",
    [
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import time\ntime.sleep(60)",
    ],
)
def test_the_wall_clock_cannot_be_dodged(source: str) -> None:
    """存心接住、关掉时钟也没有用：总时限一到就停，已经交的答案还在。"""
    started = time.monotonic()
    found = ran(OPEN + "unit.q4.check('A')", source, limits=Limits(wall_seconds=3, cell_seconds=2))
    assert time.monotonic() - started < 30
    assert found.values == {"L00-Q4": "A"}
    assert found.stopped or found.errors


def test_memory_is_limited() -> None:
    """要三个 GB：拦下，后面的格子照常。"""
    if sys.platform != "linux":
        pytest.skip("地址空间的限额只在 Linux 上量过")
    found = ran("x = bytearray(3 << 30)", OPEN + "unit.q4.check('A')")
    assert found.errors["0"] == "用的内存超过限制"
    assert found.values == {"L00-Q4": "A"}


def test_the_usual_tools_still_work() -> None:
    """关着也做得了正事：表格、指标、分词、画图、分拣，都用得上。"""
    data = (
        "import pandas as pd, duckdb, jieba, matplotlib.pyplot as plt, wenzheng_lab as wz\n"
        "duckdb.sql('select 1').fetchall()\n"
        "when = pd.to_datetime(['2026-03-01 09:00'])\n"
        "frame = pd.DataFrame({'subject': ['路灯'], 'body': ['路灯坏了，哪天修？'], 'created_at': when})\n"
        "plt.plot([1, 2])\nplt.savefig('图.png')\n"
        "wz.indicators(frame)\nwz.triage_message(wz.Message(id='1', subject='路灯', body='路灯坏了，哪天修？'))\n"
    )
    found = ran(data, OPEN + "unit.q4.check('A')", limits=Limits(wall_seconds=120, cell_seconds=90))
    assert (found.errors, found.stopped, found.values) == ({}, "", {"L00-Q4": "A"})


def test_leaving_early_or_flooding_is_not_a_crash() -> None:
    """自己退出、乱写管道、送得太多：都只是停下，有一句话。"""
    assert ran("import os\nos._exit(0)").stopped
    flood = (
        "import os\nfor n in range(3, 40):\n    try:\n        os.write(n, b'x' * 100000 + b'\\n')\n"
        "    except OSError: pass"
    )
    assert ran(flood).stopped


def test_nothing_outlives_the_session(strong: None) -> None:
    """收回以后，进程和临时文件夹都没有了。"""
    with Session(QUICK) as session:
        session.run(
            [{"id": "0", "source": "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()"}]
        )
        process, place = session._process, session.folder
        assert place.is_dir()
    assert process.poll() is not None
    assert not place.exists()


def test_an_object_that_equals_everything_is_only_its_number() -> None:
    """能让 == 总为真的类传不过来：到这边只剩它里面的数。"""
    cheat = "class T(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\n"
    found = ran(OPEN + cheat + "unit.q4.check(T(5))\nunit.q5.check(type('U', (), {'__eq__': lambda a, b: True})())")
    assert found.values["L00-Q4"] == 5
    value = _wire.decode(found.values["L00-Q5"], len)
    assert Code(7, (), 0, "", "", "").judge(value, Scene()).outcome is Outcome.NEEDS_WORK


def test_judges_cannot_be_reached_from_there() -> None:
    """改那边的判分程序没有用：判分不在那边。"""
    source = (
        "import wenzheng_lab.course.question as q, wenzheng_lab.course.outcome as o\n"
        "q.Question.judge = lambda self, a: 1/0\no.Outcome.NEEDS_WORK._value_ = 'passed'\n"
    )
    assert ran(OPEN + source + "unit.q4.check('A')").values == {"L00-Q4": "A"}


def test_functions_are_tried_one_call_at_a_time() -> None:
    """函数在那边算，参数一次一个，应得的结果从不过去；写死公开试用的答案，过不了不公开的。"""
    shown = Code(None, (Trial((2,), 4, ""), Trial((3,), 9, "")), 1e-9, "", "", "")
    secret = Code(None, (Trial((5,), 25, ""),), 1e-9, "", "", "")
    honest = OPEN + "unit.q2.check(lambda x: x * x)"
    copied = OPEN + "unit.q2.check(lambda x: {2: 4, 3: 9}.get(x))"
    for source, want in ((honest, Outcome.PASSED), (copied, Outcome.NOT_ATTEMPTED)):
        with Session(QUICK) as session:
            session.run([{"id": "0", "source": source}])
            function = session.function("L00-Q2")
            assert shown.judge(function, Scene()).outcome is Outcome.PASSED
            assert secret.judge(function, Scene()).outcome is want


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1.5,
        "汉字𠮷",
        [1, [2, "a"]],
        {"甲": 1, 2: [3]},
        datetime.date(2026, 3, 1),
        datetime.datetime(2026, 3, 1, 9),
    ],
)
def test_plain_values_come_through(value: object) -> None:
    """普通的值传过去再回来一样。"""
    assert _wire.decode(_wire.encode(value), len) == value


def test_odd_values_do_not_break_the_wire() -> None:
    """非数、空位、太大、太深、绕成圈：不出错，或说太大。"""
    from wenzheng_lab.course import ____

    assert repr(_wire.decode(_wire.encode(float("nan")), len)) == "nan"
    assert _wire.decode(_wire.encode(____), len, "空") == "空"
    ring: list[object] = []
    ring.append(ring)
    for big in (ring, ["x"] * 30_000, "字" * 300_000):
        with pytest.raises(_wire.TooBig):
            _wire.encode(big)


def test_tables_and_arrays_become_plain() -> None:
    """numpy、pandas 的值变成普通的数与列表。"""
    numpy = pytest.importorskip("numpy")
    pandas = pytest.importorskip("pandas")
    assert _wire.encode(numpy.float64(4.5)) == 4.5
    assert _wire.encode(numpy.array([1, 2])) == [1, 2]
    assert _wire.decode(_wire.encode(pandas.Series({"甲": 1})), len) == [1]
