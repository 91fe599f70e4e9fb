"""模糊测试找到过的坏输入（``fuzz/seeds``）与起步的好例子，平常的测试也各撞一遍。

撞法在 ``fuzz/targets.py``；长跑：``make fuzz``。
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fuzz.targets import TARGETS, Target

from wenzheng_lab.errors import WenzhengError

SEEDS = Path(__file__).parent / "fuzz" / "seeds"


@functools.cache
def _target(name: str) -> Target:
    return TARGETS[name]()


def _found() -> Iterator[Any]:
    for path in sorted(SEEDS.glob("*/*.bin")):
        yield pytest.param(path.parent.name, path, id=f"{path.parent.name}-{path.stem}")


@pytest.mark.parametrize(("name", "path"), list(_found()))
def test_what_broke_once_does_not_break_again(name: str, path: Path) -> None:
    """找到过的：现在是本包的错误，或者合乎约定的结果。"""
    with contextlib.suppress(WenzhengError):
        _target(name).one(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_good_examples_are_accepted(name: str) -> None:
    """起步的好例子大半通得过：撞门的法子没有坏，模糊测试不是在撞一堵墙。"""
    seeds = list(_target(name).seeds())
    passed = 0
    for data in seeds:
        with contextlib.suppress(WenzhengError):
            _target(name).one(data)
            passed += 1
    assert passed >= len(seeds) / 2, f"{len(seeds)} 个里只有 {passed} 个通得过"
