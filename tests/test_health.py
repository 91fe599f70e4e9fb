"""代码本身：没有太长的模块，公开的函数说明写全，抄两遍的合成一处。"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import wenzheng_lab

PACKAGE = Path(wenzheng_lab.__file__).resolve().parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400
"""一个模块最多几行"""
LONGER = {
    "model.py": (430, "底层的几样名词（来信、答复、依据、签名、位置）互相提到，拆开要绕圈子引用"),
    "trends/indicators_compute.py": (410, "一个公开函数从核对到出表的次序；只多出几行，先不许再长"),
}
"""更长的模块 →（最多几行，为什么不拆）"""
_OURS = "WenzhengError InputError InputTypeError RuleFileError DatasetError ReadError"
ERRORS = frozenset([*_OURS.split(), "ValueError", "TypeError"])
"""我们自己的错误；直接抛的要写进说明"""


def test_modules_are_short() -> None:
    """一个模块说一件事，不超过四百行；更长的写明为什么。"""
    lengths = {path.relative_to(PACKAGE).as_posix(): len(path.read_bytes().splitlines()) for path in MODULES}
    long = {name: lines for name, lines in lengths.items() if lines > LONGER.get(name, (LONGEST, ""))[0]}
    assert long == {}
    stale = [name for name in LONGER if lengths.get(name, 0) <= LONGEST]
    assert stale == [], "已经不长了，从 LONGER 里去掉"


Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """模块里公开的函数与公开的类的公开方法；属性只有一句话，不在内。"""
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_") and not _is_property(node):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, Function) and not inner.name.startswith("_") and not _is_property(inner):
                    yield f"{node.name}.{inner.name}", inner


def _is_property(node: Function) -> bool:
    marks = {ast.unparse(mark).split("(")[0].split(".")[-1] for mark in node.decorator_list}
    return bool(marks & {"property", "cached_property", "setter", "overload", "observe", "default", "validate"})


def raised(node: Function) -> set[str]:
    """函数自己抛出的我们的错误；里面再定义的函数不算。"""
    found: set[str] = set()
    todo: list[ast.AST] = list(node.body)
    while todo:
        at = todo.pop()
        if isinstance(at, Function | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(at, ast.Raise) and isinstance(at.exc, ast.Call):
            name = ast.unparse(at.exc.func).split(".")[-1]
            found |= {name} & ERRORS
        todo += ast.iter_child_nodes(at)
    return found


def sections(text: str) -> dict[str, str]:
    """说明的各节：标题 → 内容。"""
    parts = re.split(r"^(Args|Returns|Yields|Raises|Examples|Attributes):\s*$", text, flags=re.MULTILINE)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def docstring_gaps(node: Function) -> list[str]:
    """一个函数的说明缺什么。"""
    text = ast.get_docstring(node)
    if not text:
        return ["没有说明"]
    found = sections(text)
    gaps = []
    arguments = node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]
    names = [name for name in names if name not in ("self", "cls") and not name.startswith("_")]
    for name in names:
        if not re.search(rf"^\s*\*{{0,2}}{name}\b[^:：\n]*[:：]", found.get("Args", ""), flags=re.MULTILINE):
            gaps.append(f"没有说参数 {name}")
    returns = ast.unparse(node.returns) if node.returns else ""
    if returns not in ("", "None", "NoReturn", "Never") and not {"Returns", "Yields"} & set(found):
        gaps.append("没有说返回什么")
    if raised(node) and "Raises" not in found:
        gaps.append(f"没有说会抛 {'、'.join(sorted(raised(node)))}")
    return gaps


def exported() -> set[tuple[str, str]]:
    """公开的名字写在哪个模块：包与各房间 ``__all__`` 里的函数，和类的公开方法（连同祖先的）。"""
    found = set()
    for room in ("wenzheng_lab", *(f"wenzheng_lab.{path.parent.name}" for path in PACKAGE.glob("*/__init__.py"))):
        module = importlib.import_module(room)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            for one in value.__mro__ if isinstance(value, type) else (value,):
                if str(getattr(one, "__module__", "")).startswith("wenzheng_lab"):
                    found.add((str(one.__module__), str(getattr(one, "__qualname__", name))))
    return found


def all_gaps(path: Path, public: set[tuple[str, str]]) -> list[str]:
    """一个模块里公开的函数与方法，说明缺什么。"""
    name = path.relative_to(PACKAGE).as_posix()
    module = ".".join(("wenzheng_lab", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{name}:{node.lineno} {title}：{gap}"
        for title, node in public_functions(tree)
        if (module, title.split(".")[0]) in public
        for gap in docstring_gaps(node)
    ]


def test_public_docstrings_are_whole() -> None:
    """公开的函数与方法：每个参数、返回什么、自己抛的错误，都写在说明里。"""
    public = exported()
    assert len(public) > 100
    assert [gap for path in MODULES for gap in all_gaps(path, public)] == []


def test_everything_unmarked_says_what_it_is() -> None:
    """不带下划线的模块级函数与类都有一句说明。"""
    silent = [
        f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node) and not (isinstance(node, Function) and _is_property(node))
    ]
    assert silent == []


WHOLE = """甲。

    Args:
        one: 乙。

    Returns:
        丙。

    Raises:
        InputError: 丁。
    """


@pytest.mark.parametrize(
    ("body", "gaps"),
    [
        (repr(WHOLE), 0),
        (repr(WHOLE.replace("one:", "two:")), 1),
        (repr(WHOLE.partition("    Raises")[0]), 1),
        (repr("甲。"), 3),
        ("pass", 1),
    ],
)
def test_gaps_in_a_docstring_are_seen(body: str, gaps: int) -> None:
    """缺参数、缺返回、缺错误、整个没写，都看得出。"""
    source = f"def f(one: int) -> int:\n    {body}\n    raise InputError(explain())\n"
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert len(docstring_gaps(node)) == gaps
