"""从答题格里读出答案：读得出来的不运行。

``unit.q1.check(["A", "B"])`` 这样写死的答案，用语法树读，一行学员的代码也不运行；
算出来的答案、函数，才要到隔离进程里去运行。全角引号、漏写引号的字母，是不写程序的人常犯的，照本意读，并说明。
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection
from dataclasses import dataclass

from wenzheng_lab.course.blank import ____

_MAGIC = re.compile(r"^\s*[%!?].*$|^.*\?\s*$", re.M)
_WIDE = str.maketrans("“”‘’（），【】：；", "\"\"''(),[]:;")


@dataclass(frozen=True, slots=True)
class Literal:
    """读出来的答案。"""

    value: object
    """答案；没作答为空位"""
    note: str = ""
    """读的时候改正了什么；没有为空串"""


class NeedsRun(Exception):
    """答案要运行才知道。"""


def read_answer(source: str, name: str, *, taken: Collection[str] = ()) -> Literal:
    """读一个答题格。

    Args:
        source: 格子的内容。
        name: 题在单元对象上的名字，如 ``q1``。
        taken: 学员在别处赋过值的名字；漏写引号的字母若在里面，就不能照字面读。

    Returns:
        答案。

    Raises:
        NeedsRun: 要运行才知道，或写得读不懂。

    Examples:
        >>> read_answer('unit.q1.check(["A", "B"])', "q1").value
        ['A', 'B']
        >>> read_answer("unit.q1.check(“A”)", "q1").note
        '引号或括号是全角的，已按半角读'
    """
    code = clean_source(source)
    note = ""
    tree = _parse(code)
    if tree is None:
        tree = _parse(code.translate(_WIDE))
        note = "引号或括号是全角的，已按半角读"
    if tree is None:
        raise NeedsRun("语法不对")
    if not all(isinstance(part, ast.Expr | ast.Import | ast.ImportFrom) for part in tree.body):
        # 有循环、条件、函数、赋值：交的是不是这个值，运行了才知道
        raise NeedsRun("不只是交答案")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_check(node, name)]
    if not calls:
        if not any(isinstance(node, ast.Call) for node in ast.walk(tree)):
            return Literal(____, "这一格里没有交答案")
        raise NeedsRun("没有直接写答案")
    call = max(calls, key=lambda node: (node.lineno, node.col_offset))
    if len(call.args) + len(call.keywords) == 0:
        return Literal(____, note)
    if len(call.args) != 1 or call.keywords:
        # check("A", "B") 是多选的人常写的样子
        if call.args and not call.keywords and all(isinstance(arg, ast.Constant) for arg in call.args):
            return Literal([_literal(arg)[0] for arg in call.args], "几个答案没有放进方括号，已当作一组读")
        raise NeedsRun("写法特别")
    value, bare = _literal(call.args[0])
    if bare and any(isinstance(node, ast.Name) and node.id in taken for node in ast.walk(call)):
        raise NeedsRun("用了变量")
    return Literal(value, "；".join(part for part in (note, "字母没有加引号，已当作选项读" if bare else "") if part))


def clean_source(source: str) -> str:
    """把 Jupyter 的魔法命令变成空行，行号不变。

    Args:
        source: 格子的内容。

    Returns:
        可以编译的代码。
    """
    return _MAGIC.sub("", source.replace("\r\n", "\n").replace("\u00a0", " ").replace("\u3000", " "))


def _parse(code: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _is_check(node: ast.Call, name: str) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "check"
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == name
    )


def _literal(node: ast.expr) -> tuple[object, bool]:
    """（值，里面有没有漏写引号的字母）。"""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bytes | complex):
            raise NeedsRun("不是普通的值")
        return (____ if node.value is ... else node.value), False
    if isinstance(node, ast.Name):
        if set(node.id) <= {"_"}:
            return ____, False
        if re.fullmatch(r"[A-Ha-h]", node.id):
            return node.id, True
        raise NeedsRun("用了变量")
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value, bare = _literal(node.operand)
        if isinstance(value, int | float) and not bare:
            return (-value if isinstance(node.op, ast.USub) else value), False
        raise NeedsRun("要计算")
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        pairs = [_literal(item) for item in node.elts]
        return [value for value, _ in pairs], any(bare for _, bare in pairs)
    if isinstance(node, ast.Dict) and all(key is not None for key in node.keys):
        keys = [_literal(key)[0] for key in node.keys if key is not None]
        values = [_literal(item) for item in node.values]
        if not all(isinstance(key, str | int | float) for key in keys):
            raise NeedsRun("写法特别")
        return dict(zip(keys, (value for value, _ in values), strict=True)), any(bare for _, bare in values)
    raise NeedsRun("要计算")
