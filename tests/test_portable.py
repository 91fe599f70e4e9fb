"""Windows 上也能用：只有类 Unix 有的调用都看过系统再用，写出的文件名 Windows 认，打开文件都写明编码。

这台机器上没有 Windows；能证明的是写法（扫一遍程序）与装得上（解一遍 win_amd64 的依赖）。
"""

from __future__ import annotations

import ast
import functools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_repository import FILES, ROOT

SOURCES = [path for path in FILES if path.suffix == ".py"]
GRADER = "wenzheng_lab/classroom/_sandbox.py"

MODULES = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"})
"""只有类 Unix 上有的模块"""
_OS = """
chown execve fchmod fchown fork forkpty getegid geteuid getgid getloadavg getpgid getuid killpg lchown mkfifo nice
pathconf posix_fadvise posix_spawn pread pwrite sched_getaffinity sched_setaffinity setgid setpriority setrlimit setsid
setuid statvfs sync sysconf uname wait3 wait4 waitid WIFSIGNALED WTERMSIG
"""
_SIGNAL = "SIGALRM SIGHUP SIGKILL SIGQUIT SIGUSR1 SIGUSR2 alarm pause pthread_kill setitimer"
CALLS = {"os": frozenset(_OS.split()), "signal": frozenset(_SIGNAL.split()), "time": frozenset({"tzset"})}
"""只有类 Unix 上有的名字"""
UNIX_PATH = re.compile(r"(?<![\w./:*])/(?:bin|dev|etc|proc|sys|tmp|usr|var)/")
GUARDS = re.compile(
    r"hasattr\((?:os|signal|time)\b|os\.name\b|sys\.platform\b|timer is not None|is_file\(\)|exists\(\)"
)
"""看过系统再用：条件里有这些"""
UNIX_ONLY = {
    GRADER: "锁都是 Linux 内核的；不是 Linux 时一层也不上，由 isolation.layers 说明",
    "wenzheng_lab/classroom/isolation.py": "路径交给 Linux 的 Landlock；不在的路径不放行，别的系统用不到",
    "tests/fault_helper.py": "要真的杀进程，Windows 上没有这样的测法",
    "tests/test_classroom_attack.py": "攻的是 Linux 内核的锁，别的系统上没有",
    "tests/test_faults.py": "要真的杀进程，Windows 上没有这样的测法",
    "tests/test_faults_disk.py": "要真的杀进程、造满盘，Windows 上没有这样的测法",
    "tests/test_classroom_hub.py": "JupyterHub 只在类 Unix 上跑，整份测试在 Windows 上跳过",
    "tests/test_classroom_isolation.py": "攻击的样子是写给学员进程的文字，不在测试进程里运行",
    "tests/browser/lab_driver.py": "浏览器测试只在有 Chromium 包的 Linux 上跑",
    "tests/test_score_resume.py": "看进程组还在不在，只被 Windows 上跳过的测试用",
    "tests/test_second_opinion.py": "是被拒绝的地址，不打开",
    "tests/test_portable.py": "是要找的名字",
    "tests/test_repository.py": "是要找的名字",
}
"""可以写类 Unix 的路径或调用的文件 → 为什么"""


def mentioning(*patterns: str) -> list[Path]:
    """写到过其中一样的源文件：别的不用解。"""
    wanted = re.compile("|".join(patterns))
    return [path for path in SOURCES if wanted.search(path.read_text(encoding="utf-8"))]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """语法树，各节点记着上一层。"""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return tree


def parents(node: ast.AST) -> Iterator[ast.AST]:
    while (node := getattr(node, "parent", None)) is not None:  # type: ignore[assignment]
        yield node


def guarded(node: ast.AST) -> bool:
    """这个调用是不是看过系统、或接住了“没有”。"""
    for above in parents(node):
        if isinstance(above, ast.If | ast.IfExp) and GUARDS.search(ast.unparse(above.test)):
            return True
        if isinstance(above, ast.BoolOp) and GUARDS.search(ast.unparse(above.values[0])):
            return True
        if isinstance(above, ast.Try) and _catches(above):
            return True
        if isinstance(above, ast.With) and any("ImportError" in ast.unparse(item) for item in above.items):
            return True
        if isinstance(above, ast.FunctionDef) and _skipped(above):
            return True
    return False


def _catches(node: ast.Try) -> bool:
    return any(
        handler.type is not None and re.search("ImportError|AttributeError", ast.unparse(handler.type))
        for handler in node.handlers
    )


def _skipped(node: ast.FunctionDef) -> bool:
    marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
    return "skipif" in marks and bool(GUARDS.search(marks))


def unix_calls(path: Path) -> list[str]:
    """没有看过系统就用的类 Unix 调用。"""
    tree = tree_of(path)
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            names = [str(node.module)]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in CALLS.get(node.value.id, ()):
                names = [f"{node.value.id}.{node.attr}"]
        elif isinstance(node, ast.keyword) and node.arg == "preexec_fn":
            names = ["preexec_fn"]
        found += [f"{node.lineno}: {name}" for name in names if not guarded(node)]  # type: ignore[attr-defined]
    return found


def test_unix_only_calls_are_guarded() -> None:
    """包、基准、测试里，只有类 Unix 有的调用都先看过系统。"""
    loose = [
        f"{name}:{call}"
        for path in mentioning(*MODULES, *(name for names in CALLS.values() for name in names), "preexec_fn")
        if (name := path.relative_to(ROOT).as_posix()) not in UNIX_ONLY
        for call in unix_calls(path)
    ]
    assert loose == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("import os\nos.fork()", True),
        ("import resource", True),
        ("import signal\nsignal.signal(signal.SIGALRM, None)", True),
        ("try:\n    import resource\nexcept ImportError:\n    pass", False),
        ("import os\nif os.name == 'posix':\n    os.killpg(1, 9)", False),
        ("import os\nx = os.getuid() if hasattr(os, 'getuid') else 0", False),
        ("import os\nif hasattr(os, 'geteuid') and os.geteuid() == 0:\n    pass", False),
        ("import subprocess\nsubprocess.run([], preexec_fn=None)", True),
    ],
)
def test_the_scan_sees_and_forgives(source: str, caught: bool, tmp_path: Path) -> None:
    """没看过系统的抓得住，看过的放行。"""
    path = tmp_path / "x.py"
    path.write_text(source, encoding="utf-8")
    assert bool(unix_calls(path)) is caught


def test_unix_paths_are_not_written_into_code() -> None:
    """程序里没有写死的 ``/tmp``、``/proc`` 之类；用到的几处都先看在不在。"""
    loose = []
    for path in mentioning(UNIX_PATH.pattern):
        name = path.relative_to(ROOT).as_posix()
        if name in UNIX_ONLY:
            continue
        tree = tree_of(path)
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in told else None
            if isinstance(text, str) and UNIX_PATH.search(text) and not guarded(node):
                loose.append(f"{name}:{node.lineno}: {text[:60]!r}")
    assert loose == []


def joined_by_hand(path: Path) -> list[str]:
    """拿 ``/`` 拼路径的字符串：``str(folder) + "/x"``、``f"{folder}/x"`` 交给 open 或 Path。"""
    found = []
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("open", "Path", "exists", "makedirs") and node.args and isinstance(node.args[0], ast.JoinedStr):
            text = ast.unparse(node.args[0])
            if re.search(r"\}/", text):
                found.append(f"{node.lineno}: {text[:60]}")
    return found


def test_paths_are_joined_by_pathlib() -> None:
    """包里不拿 ``/`` 拼路径。"""
    assert [
        f"{path.name}:{hit}" for path in SOURCES if "wenzheng_lab" in path.parts for hit in joined_by_hand(path)
    ] == []


def opened_blind(path: Path) -> list[str]:
    """打开文字文件没写编码的地方；Windows 上默认不是 UTF-8。"""
    found = []
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ("read_text", "write_text", "run", "Popen", "check_output", "open"):
            continue
        named = {keyword.arg for keyword in node.keywords}
        owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if called in ("read_text", "write_text") and "encoding" not in named:
            least = 0 if called == "read_text" else 1
            # 自己的 _files.write_text 写的总是 UTF-8，不用写明
            if owner and not owner.endswith("_files") and len(node.args) <= least:
                found.append(f"{node.lineno}: {ast.unparse(node)[:70]}")
        if called in ("run", "Popen", "check_output") and owner == "subprocess":
            wants = {"text", "universal_newlines"} & named
            if wants and "encoding" not in named:
                found.append(f"{node.lineno}: subprocess 要文字没写编码")
        if called == "open" and "encoding" not in named and not owner.endswith(("gzip", "zipfile", "os", "webbrowser")):
            mode = _mode(node, builtin=not owner)
            if mode is not None and "b" not in mode:
                found.append(f"{node.lineno}: {ast.unparse(node)[:70]}")
    return found


def _mode(node: ast.Call, *, builtin: bool) -> str | None:
    """打开的方式；看不出是打开文件（别的对象的 open）是 None。"""
    given = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), None)
    at = 1 if builtin else 0
    given = given or (node.args[at] if len(node.args) > at else None)
    if given is None:
        return "r" if builtin or (not node.args and not node.keywords) else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str) and re.fullmatch("[rwaxbt+]{1,3}", given.value):
        return given.value
    return None


def test_every_text_file_is_opened_with_its_encoding() -> None:
    """包、基准、测试里，打开文字文件都写明编码。"""
    sources = mentioning(r"\bopen\(", "read_text", "write_text", r"subprocess\.")
    blind = [f"{path.relative_to(ROOT).as_posix()}:{hit}" for path in sources for hit in opened_blind(path)]
    assert blind == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("open('x')", True),
        ("p.open()", True),
        ("p.open('w')", True),
        ("p.read_text()", True),
        ("p.write_text('x')", True),
        ("import subprocess\nsubprocess.run([], text=True)", True),
        ("open('x', 'rb')", False),
        ("p.open('w', encoding='utf-8')", False),
        ("p.read_text(encoding='utf-8')", False),
        ("course.open('L00')", False),
        ("ClassFolder.open(path)", False),
    ],
)
def test_blind_opening_is_caught(source: str, caught: bool, tmp_path: Path) -> None:
    """没写编码的抓得住，二进制与别的 open 放行。"""
    path = tmp_path / "x.py"
    path.write_text(source, encoding="utf-8")
    assert bool(opened_blind(path)) is caught


ILLEGAL = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", flags=re.IGNORECASE)
LONGEST = 150
"""仓库里的路径最多这么多字：Windows 默认一共 260 字，前面还有用户的文件夹"""


def name_faults(path: str) -> list[str]:
    """Windows 不认的名字。"""
    parts = path.split("/")
    faults = [f"{part} 有 Windows 不认的字符" for part in parts if ILLEGAL.search(part)]
    faults += [f"{part} 是 Windows 的设备名" for part in parts if RESERVED.fullmatch(part)]
    return faults + ([f"{len(path)} 字，太长"] if len(path) > LONGEST else [])


def test_file_names_can_be_written_on_windows() -> None:
    """仓库里的文件名 Windows 都写得出，只差大小写的没有两个。"""
    names = [path.relative_to(ROOT).as_posix() for path in FILES]
    assert [fault for name in names for fault in name_faults(name)] == []
    assert len({name.casefold() for name in names}) == len(names)
    for wrong in ("a:b", "x?.md", "aux.py", "末尾点.", "长" * 200):
        assert name_faults(wrong)


def test_names_made_from_what_people_wrote_are_safe() -> None:
    """用学员姓名、单元名造的文件名，Windows 不认的字都换掉。"""
    from wenzheng_lab.classroom.names import safe_name

    for wrong in ('张:三/"李|四?*', "con", "NUL.txt", "末尾点. ", "a\\b", "", "..", "\x00\x1f"):
        made = safe_name(wrong)
        assert made and not name_faults(made), (wrong, made)


MACHINES = ("3.11", "3.12", "3.13")
SDIST_ONLY = ("jieba",)
"""只发源码、没有轮子的：纯 Python，不用编译"""


@pytest.mark.soak
@pytest.mark.parametrize("version", MACHINES)
def test_windows_wheels_exist_for_every_dependency(version: str, tmp_path: Path) -> None:
    """64 位 Windows 上，各版 Python 都不用编译就装得上，装的就是 constraints.txt 里测过的版本。"""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("没有 uv：pip install uv 以后再跑")
    binary = [f"--no-binary={name}" for name in SDIST_ONLY]
    command = [
        uv, "pip", "compile", "pyproject.toml", "--extra=classroom", "--extra=test", "--constraint=constraints.txt",
        "--python-platform=x86_64-pc-windows-msvc", f"--python-version={version}", "--only-binary=:all:", *binary,
        "--no-annotate", "--no-header", "--quiet", f"--output-file={tmp_path / 'win.txt'}",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode and re.search("dns error|connect|timed out|network", done.stderr, flags=re.IGNORECASE):
        pytest.skip(f"连不上软件源，没有查：{done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    solved = (tmp_path / "win.txt").read_text(encoding="utf-8").splitlines()
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    print(f"\nPython {version}，win_amd64：{len(solved)} 个包，除 {'、'.join(SDIST_ONLY)} 外都有轮子")
    assert len(solved) > 100
    assert [line for line in solved if line.split(" ;")[0] not in pinned] == []
