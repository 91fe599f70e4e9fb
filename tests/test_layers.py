"""房间之间的引用只能向下；评判者与出题者互不相见；包里不联网、不用 pickle、不用全局随机数。"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import wenzheng_lab

PACKAGE = Path(wenzheng_lab.__file__).resolve().parent
NAME = "wenzheng_lab"

# 交给学员的文件是什么样子（_course_files），复制课程与发作业都要用
GROUND = frozenset(
    {
        "errors",
        "model",
        "text",
        "calendar",
        "_html",
        "_paths",
        "_processes",
        "_files",
        "_toml",
        "_segment",
        "_fonts",
        "_course_files",
    }
)
ENTRANCE = frozenset({"_hub", "cli", "__main__", "_copy", "_desk", "_desk_server", "_lab"})
_JUDGE = frozenset({"ground", "rules", "privacy", "letter"})
_TOOLS = _JUDGE | {"inbox", "reply", "post", "triage", "corpus", "trends", "figures", "research"}
# 房间 → 除自己以外可以引用的房间
ALLOWED = {
    "ground": frozenset(),
    "rules": frozenset({"ground"}),
    "privacy": frozenset({"ground", "rules"}),
    # 读来信（诉求、事由），评分与分拣都用
    "letter": frozenset({"ground", "rules"}),
    # 仿真留言与评分规则不得共用一个词，否则量出来的准确率是绕圈子
    "inbox": frozenset({"ground"}),
    "reply": _JUDGE,
    # 公开发布与答复同一套机器：结果的形状取自 reply
    "post": _JUDGE | {"reply"},
    "triage": _JUDGE,
    "corpus": _JUDGE,
    "trends": _JUDGE,
    # 图：画民意与指标算好的数
    "figures": _JUDGE | {"trends"},
    # 研究：回归、孪生来信、人工编码
    "research": _JUDGE | {"reply", "trends", "figures"},
    # 成品：把读入、评分、脱敏合成命令与报告
    "report": _JUDGE | {"reply", "triage", "corpus", "trends", "figures"},
    "office": _JUDGE | {"inbox", "reply", "post", "triage"},
    "course": _TOOLS | {"office"},
    "desk": _TOOLS | {"office"},
    # 带班：判分用课程的题；学员的代码在它起的隔离进程里
    "classroom": _TOOLS | {"office", "course"},
    "entrance": _TOOLS | {"report", "office", "course", "classroom", "desk"},
}
# 一条命令的模块（score_file、inbox/command 等）由 cli 按名字载入，仍守自己房间的规矩

GROUND_PACKAGES = frozenset({"jieba", "rjieba", "chinese_calendar", "platformdirs"})
HEAVY = frozenset({"pandas", "matplotlib", "ipywidgets", "IPython"})
NETWORK = frozenset({"requests", "httpx", "urllib3", "socket", "ftplib", "smtplib", "urllib.request", "http.client"})
# 唯一的例外：第二意见由使用者写明单位内网的地址才问，联网的代码全在这一个模块里；
# 它只许用标准库，只许被 second_opinion 引用，两条都有测试守着
NETWORK_DOOR = "reply/second_opinion_http.py"
DOOR_KEY = "reply/second_opinion.py"
DOOR_TOOLS = frozenset({"socket", "urllib.request", "http.client"})
UNSAFE = frozenset({"pickle", "marshal", "shelve", "dill", "joblib"})


def room_of(module: str) -> str:
    """模块属于哪个房间；``module`` 不带包名，例如 ``reply.asks``。"""
    top = module.split(".")[0]
    if top in GROUND:
        return "ground"
    return "entrance" if top in ENTRANCE else top


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def own_imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """（行号，引用的本包模块），不带包名；整个引用 ``import wenzheng_lab`` 记作 ``*``。"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == NAME:
                    yield node.lineno, "*"
                elif alias.name.startswith(NAME + "."):
                    yield node.lineno, alias.name.removeprefix(NAME + ".")
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == NAME:
            for alias in node.names:
                yield from ((node.lineno, module) for module in [_public_home(alias.name)] if module)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith(NAME + "."):
            yield node.lineno, (node.module or "").removeprefix(NAME + ".")
        elif isinstance(node, ast.ImportFrom) and node.level > 0:
            yield node.lineno, "."
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("import_module")
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and str(node.args[0].value).startswith(NAME + ".")
        ):
            yield node.lineno, str(node.args[0].value).removeprefix(NAME + ".")


def _public_home(name: str) -> str:
    if name == "__version__":
        return ""
    return wenzheng_lab._PUBLIC.get(name, f"{NAME}.{name}").removeprefix(NAME + ".")


def wrong_directions(room: str, source: str) -> list[str]:
    """这段源码里违反方向的引用。"""
    wrong = []
    for line, module in own_imports(ast.parse(source)):
        if module == ".":
            wrong.append(f"第 {line} 行用了相对引用；请写全名")
        elif module == "*":
            wrong.append(f"第 {line} 行引用整个包；请写明用哪个模块")
        elif room_of(module) not in ALLOWED[room] | {room}:
            wrong.append(f"第 {line} 行：{room} 不得引用 {module}")
    return wrong


def outside_imports(tree: ast.Module, *, top_level_only: bool) -> Iterator[tuple[int, str]]:
    """（行号，引用的外部模块全名）；``if TYPE_CHECKING`` 里的不算，它不在运行时发生。"""
    nodes: list[ast.AST] = list(tree.body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            nodes.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif not (top_level_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            nodes.extend(ast.iter_child_nodes(node))


def forbidden(source: str, names: frozenset[str], *, top_level_only: bool = False) -> list[str]:
    """源码里引用了 ``names`` 中的哪些外部模块。"""
    return [
        f"第 {line} 行引用 {name}"
        for line, name in outside_imports(ast.parse(source), top_level_only=top_level_only)
        if name in names or name.split(".")[0] in names
    ]


def global_random(source: str) -> list[str]:
    """用了全局随机数的地方；只许 ``random.Random(种子)``。"""
    return [
        f"第 {node.lineno} 行：{ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and ast.unparse(node.value) == "random" and node.attr != "Random")
        or (isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"))
        or (isinstance(node, ast.ImportFrom) and node.module == "random" and {a.name for a in node.names} != {"Random"})
    ]


def unnamed_encodings(source: str) -> list[str]:
    """打开文字文件而没有写明编码的地方。"""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or any(keyword.arg == "encoding" for keyword in node.keywords):
            continue
        called = ast.unparse(node.func)
        is_open = called == "open" or called.endswith((".read_text", ".write_text"))
        is_path_open = called.endswith(".open") and not called.startswith(
            ("webbrowser", "zipfile", "tarfile", "course")
        )
        modes = [
            arg.value
            for arg in [*node.args, *(k.value for k in node.keywords if k.arg == "mode")]
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        binary = any("b" in mode and len(mode) <= 4 for mode in modes)
        # 本包的 _files.write_text 总是 UTF-8，是另一个函数
        if (is_open and not binary) or (is_path_open and not binary and modes):
            found.append(f"第 {node.lineno} 行：{called}")
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


def everywhere(check: Callable[[str], list[str]], rooms: frozenset[str] | None = None) -> list[str]:
    """对每个模块的源码做一种检查，列出全部不合的地方。"""
    return [
        f"{path.relative_to(PACKAGE).as_posix()} {fault}"
        for path in MODULES
        if rooms is None or room_of(module_name(path)) in rooms
        for fault in check(path.read_text(encoding="utf-8"))
    ]


def test_imports_point_downwards() -> None:
    """每个模块只引用允许的房间；包的大门按需载入各房间的公共名，不受此限。"""
    wrong = [
        f"{path.relative_to(PACKAGE).as_posix()} {fault}"
        for path in MODULES
        if path != PACKAGE / "__init__.py"
        for fault in wrong_directions(room_of(module_name(path)), path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_network_and_no_pickle() -> None:
    """包里不联网（只有第二意见那一个模块例外），不用 pickle 之类读进来就能执行代码的格式。"""
    found = everywhere(lambda source: forbidden(source, NETWORK | UNSAFE))
    assert [fault for fault in found if not fault.startswith(NETWORK_DOOR)] == []


def test_the_network_door_uses_the_standard_library_only() -> None:
    """联网的那个模块只用标准库的三样，不用 pickle；它若没有了，例外也要删。"""
    source = (PACKAGE / NETWORK_DOOR).read_text(encoding="utf-8")
    assert forbidden(source, NETWORK | UNSAFE)
    assert forbidden(source, (NETWORK - DOOR_TOOLS) | UNSAFE) == []


def test_only_second_opinion_opens_the_network_door() -> None:
    """联网的那个模块只被第二意见引用；评分、命令、课程都碰不到它。"""
    door = NETWORK_DOOR.removesuffix(".py").replace("/", ".")
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for _, module in own_imports(ast.parse(path.read_text(encoding="utf-8")))
        if module == door
    }
    assert users == {DOOR_KEY}


def test_no_global_random() -> None:
    """不用全局随机数：同一个种子永远同一个结果。"""
    assert everywhere(global_random) == []


def test_every_open_names_its_encoding() -> None:
    """每次打开文字文件都写明编码。"""
    assert everywhere(unnamed_encodings) == []


def test_heavy_packages_are_loaded_when_needed() -> None:
    """底层、规则、脱敏、出题、评分几间，载入模块时不带 pandas 等大件。"""
    light = _JUDGE | {"inbox", "reply", "post", "entrance"}
    assert everywhere(lambda source: forbidden(source, HEAVY, top_level_only=True), light) == []


def test_the_ground_floor_stands_on_little() -> None:
    """底层只用标准库和几个小包。"""

    def strangers(source: str) -> list[str]:
        found = outside_imports(ast.parse(source), top_level_only=True)
        known = sys.stdlib_module_names | GROUND_PACKAGES | {NAME}
        return [f"第 {line} 行引用 {name}" for line, name in found if name.split(".")[0] not in known]

    assert everywhere(strangers, frozenset({"ground"})) == []
    assert strangers("import numpy") == ["第 1 行引用 numpy"]


def test_every_room_is_known() -> None:
    """新开的房间要先在这里写明它能引用谁。"""
    rooms = {room_of(module_name(path)) for path in MODULES if path != PACKAGE / "__init__.py"}
    assert rooms <= set(ALLOWED)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("inbox", "from wenzheng_lab.rules import load"),
        ("inbox", "from wenzheng_lab import redact"),
        ("ground", "import wenzheng_lab.rules.rubric"),
        ("reply", "def f():\n    from wenzheng_lab.corpus import read_messages"),
        ("rules", "from wenzheng_lab import score_reply"),
        ("trends", "import importlib\nimportlib.import_module('wenzheng_lab.reply')"),
        ("reply", "import wenzheng_lab as wz"),
        ("reply", "from ..corpus import read"),
        ("course", "from wenzheng_lab.cli import main"),
    ],
)
def test_wrong_directions_are_caught(room: str, source: str) -> None:
    """方向检查抓得住每种写法。"""
    assert len(wrong_directions(room, source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import urllib.request",
        "from urllib.request import urlopen",
        "from http import client",
        "def f():\n    import socket",
        "import pickle",
    ],
)
def test_network_and_pickle_are_caught(source: str) -> None:
    """联网与 pickle 的检查抓得住每种写法。"""
    assert forbidden(source, NETWORK | UNSAFE)


def test_types_only_and_lazy_imports_are_fine() -> None:
    """只为类型、或用到才载入的引用不算带大件。"""
    source = "if TYPE_CHECKING:\n    import pandas\ndef f():\n    import pandas"
    assert forbidden(source, HEAVY, top_level_only=True) == []
    assert forbidden("try:\n    import pandas\nexcept ImportError: pass", HEAVY, top_level_only=True)


@pytest.mark.parametrize(
    "source", ["import random\nrandom.choice(x)", "from random import choice", "np.random.rand()", "random.seed(1)"]
)
def test_global_random_is_caught(source: str) -> None:
    """全局随机数的检查抓得住每种写法。"""
    assert global_random(source)
    assert global_random("import random\nrandom.Random('7:word').choice(x)") == []


@pytest.mark.parametrize("source", ["open('a')", "p.read_text()", "p.open('w')", "open('a', 'w')", "p.write_text('x')"])
def test_unnamed_encodings_are_caught(source: str) -> None:
    """漏写编码抓得住；读写字节、写明编码的放行。"""
    assert unnamed_encodings(source)
    assert unnamed_encodings("open('a', 'rb'); p.read_text(encoding='utf-8'); p.open('rb'); open('a', mode='wb')") == []
