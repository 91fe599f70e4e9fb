"""掂量用的数：一句话作几分数、一条诉求算答到几分。数是数据（weighing.toml）。"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.rules.load import rule_path

FILE = "weighing.toml"


@dataclass(frozen=True, slots=True)
class Weighing:
    """掂量用的全部数；每个数的意思写在文件里。"""

    unnamed: float
    """没有提到来信的事、但有新的实事的句子，关联最多多少，0–1"""
    copied_from: float
    """照抄的比例到多少开始打折，0–1"""
    copied_span: float
    """从开始打折到一点不算，照抄的比例再多多少，大于 0"""
    fresh_from: float
    """除去照抄还剩多少字开始算数，字"""
    fresh_span: float
    """从开始算数到整句算数，再多多少字，大于 0"""
    restated: float
    """复述来信而没有新的实事的句子剩多少，0–1"""
    slogan_cost: float
    """套话打掉多少力度，0–1"""
    buck_cost: float
    """推诿打掉多少力度，0–1"""
    promise_cost: float
    """空泛的打算打掉多少力度，0–1"""
    doubt: float
    """把握小于多少不算，0–1"""
    core: float
    """把握到多少算一句实在话，0–1"""
    own: float
    """自己的话占多少才算实在话，0–1"""
    empty: float
    """没有实在话时，态度、平实按多少成算，0–1"""
    untyped: float
    """问什么没有答什么，按多少成算，0–1"""
    misplaced: float
    """前后颠倒一处，平实打掉几成，0–1"""
    faint: float
    """关联小于多少不必再看，0–1"""
    spoken: float
    """有答法的句子，把握至少多少，0–1"""
    digest: str
    """文件的摘要，写进签名"""


PARTS = {
    "sentence": tuple(field.name for field in fields(Weighing))[:9],
    "amount": ("doubt", "core", "own", "empty", "untyped", "misplaced"),
    "match": ("faint", "spoken"),
}
_COUNTS = ("fresh_from", "fresh_span")
_SPANS = ("copied_span", "fresh_span")


def parse_weighing(file: TomlFile) -> Weighing:
    """由 TOML 读出掂量用的数，并校验。

    Args:
        file: 读好的文件。

    Returns:
        掂量用的数。

    Raises:
        RuleFileError: 缺项、多项、不是数或超出范围；带行号。

    Examples:
        >>> load_weighing().core
        0.3
    """
    top = file.table((), file.data, required=("version", *PARTS))
    numbers = {}
    for part, names in PARTS.items():
        for name, value in file.table((part,), top[part], required=names).items():
            low = 0.01 if name in _SPANS else 0.0
            numbers[name] = file.number((part, name), value, low=low, high=100 if name in _COUNTS else 1)
    return Weighing(**numbers, digest=file.digest)


@functools.cache
def load_weighing() -> Weighing:
    """读随包的数，只读一次。

    Returns:
        掂量用的数。

    Examples:
        >>> 0 < load_weighing().slogan_cost < 1
        True
    """
    return parse_weighing(TomlFile.read(rule_path(FILE)))
