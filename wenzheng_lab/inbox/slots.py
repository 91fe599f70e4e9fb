"""事项：一件事里的数、钱、日期、钟点、地点、企业；取值与各种写法。"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from wenzheng_lab.inbox.grammar import GrammarError

KINDS = ("int", "money", "float", "ago", "ahead", "clock", "choice", "place", "firm", "calc", "surname", "other")
"""事项的种类"""
OPTIONS = ("unit", "step", "digits")
PLACES = (
    "town",
    "area",
    "estate",
    "road",
    "river",
    "primary",
    "middle",
    "kindergarten",
    "hospital",
    "market",
    "park",
    "bridge",
)
"""不用声明就能写的地点"""
PERSON = ("name", "phone", "idcard", "bank", "plate", "address", "passport", "age")
"""不用声明就能写的来信人资料；除 age 外都记入个人信息真值"""
BUILTIN = (*PLACES, *PERSON, "我", "我们", "我家", "county", "to", "dept", "year", "month")
FORMS = {
    "int": ("n",),
    "money": ("n", "about"),
    "float": ("n",),
    "calc": ("n",),
    "ago": ("ago", "month", "day", "year", "full"),
    "ahead": ("day", "full"),
    "clock": ("range",),
}
"""各种事项可写的变形：{since.ago} 等"""

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


@dataclass(frozen=True, slots=True)
class Slot:
    """一个事项的取法。"""

    name: str
    """事项名"""
    kind: str
    """种类，见 ``KINDS``"""
    low: float = 0
    """下限"""
    high: float = 0
    """上限"""
    step: float = 1
    """间隔"""
    unit: str = ""
    """单位"""
    digits: int = 0
    """小数位数"""
    choices: tuple[str, ...] = ()
    """可取的文字，或地点、企业的种类"""
    formula: Formula | None = None
    """由别的事项算出时的算式"""
    steps: int = 0
    """从下限到上限共几档"""


class Formula:
    """只含数、事项名、加减乘除、比较与 and/or 的算式。"""

    __slots__ = ("holds", "names", "source")

    def __init__(self, source: str) -> None:
        """解析算式。

        Args:
            source: 如 ``"paid * 12 - back"``、``"late > early and kid < 12"``。

        Raises:
            GrammarError: 写错，或用了别的东西。
        """
        self.source = source
        try:
            tree = ast.parse(source, mode="eval")
        except SyntaxError as error:
            raise GrammarError(f"算式写错：{source}") from error
        names: set[str] = set()
        _check(tree.body, source, names)
        # 语法树只含 _check 放行的节点，没有调用与取属性；名字换成查表，译成函数，只译一次
        body = ast.fix_missing_locations(_Lookup().visit(tree)).body
        self.holds: Callable[[Mapping[str, float]], float] = eval(
            f"lambda v: {ast.unparse(body)}", {"__builtins__": {}}
        )
        self.names = frozenset(names)

    def value(self, values: Mapping[str, float]) -> float:
        """代入求值。"""
        return float(self.holds(values))


class _Lookup(ast.NodeTransformer):
    """把算式里的名字换成 ``v["名字"]``。"""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        table = ast.Name(id="v", ctx=ast.Load())
        return ast.Subscript(value=table, slice=ast.Constant(value=node.id), ctx=ast.Load())


def _check(node: ast.expr, source: str, names: set[str]) -> None:
    if isinstance(node, ast.Name):
        names.add(node.id)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
        children = [node.left, node.right]
    elif isinstance(node, ast.Compare) and all(isinstance(op, _COMPARISONS) for op in node.ops):
        children = [node.left, *node.comparators]
    elif isinstance(node, ast.BoolOp):
        children = node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        children = [node.operand]
    else:
        raise GrammarError(f"算式“{source}”里只能有数、事项名、+ - * / // %、比较、and、or、not")
    for child in children:
        _check(child, source, names)


def parse_slot(name: str, spec: object, firm_kinds: Collection[str]) -> Slot:
    """由数据造事项。

    Args:
        name: 事项名。
        spec: 数据文件里的一行，如 ``{"int": [3, 20], "unit": "天"}``。
        firm_kinds: 县里有哪些企业种类。

    Returns:
        事项。

    Raises:
        GrammarError: 写错。

    Examples:
        >>> parse_slot("days", {"int": [3, 20], "unit": "天"}, ()).high
        20
    """
    if not isinstance(spec, Mapping):
        raise GrammarError(f'事项 {name} 应写成一张表，如 {{ int = [3, 20], unit = "天" }}')
    if not name.isascii() or not name.isidentifier() or name in BUILTIN:
        raise GrammarError(f"事项名 {name!r} 应为英文小写标识符，且不与内置的重名（{'、'.join(BUILTIN)}）")
    kinds = [key for key in spec if key in KINDS]
    unknown = [key for key in spec if key not in KINDS and key not in OPTIONS]
    if unknown:
        raise GrammarError(
            f"事项 {name} 有未知字段 {unknown[0]!r}；种类可用：{'、'.join(KINDS)}，另可写：{'、'.join(OPTIONS)}"
        )
    if len(kinds) != 1:
        raise GrammarError(f"事项 {name} 应恰有一个种类（{'、'.join(KINDS)}），来的是 {kinds}")
    kind = kinds[0]
    value, unit = spec[kind], str(spec.get("unit", ""))
    if kind in ("int", "money", "float", "ago", "ahead", "clock"):
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(isinstance(bound, int | float) for bound in value)
            or value[0] > value[1]
        ):
            raise GrammarError(f"事项 {name} 的 {kind} 应为 [最小, 最大]，来的是 {value}")
        step = spec.get("step", 1)
        if not isinstance(step, int | float) or step <= 0:
            raise GrammarError(f"事项 {name} 的 step 应为正数")
        if kind == "clock" and not 0 <= value[0] <= value[1] <= 30:
            raise GrammarError(f"事项 {name} 的钟点应在 0–30 之间（25 表示凌晨 1 点）")
        digits = int(spec.get("digits", 1 if kind == "float" else 0))
        steps = 0 if kind == "float" else int((value[1] - value[0]) / step + 1e-9) + 1
        return Slot(name, kind, value[0], value[1], step, unit, digits, steps=steps)
    if kind == "choice":
        if not isinstance(value, list) or len(value) < 2 or not all(isinstance(item, str) and item for item in value):
            raise GrammarError(f"事项 {name} 的 choice 应为两个以上文字的列表")
        return Slot(name, kind, choices=tuple(value), unit=unit)
    if kind == "calc":
        return Slot(name, kind, unit=unit, digits=int(spec.get("digits", 0)), formula=Formula(str(value)))
    if kind == "place" and value not in PLACES:
        raise GrammarError(f"事项 {name} 的 place 可用：{'、'.join(PLACES)}，来的是 {value!r}")
    if kind == "firm" and value not in firm_kinds:
        raise GrammarError(
            f"事项 {name} 的 firm 种类 {value!r} 不在 county.toml 的 firms.kinds 里；可用：{'、'.join(firm_kinds)}"
        )
    return Slot(name, kind, choices=(str(value),), unit=unit)
