"""办件台：在笔记本或浏览器里办一个下午的件，不用写代码。

公开的名字是本室 ``__all__`` 里的几个；其余模块可能随时改变。
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

_HOMES = {"Desk": "shell", "open": "shell", "replay": "playback"}
__all__ = ["Desk", "open", "replay"]

if TYPE_CHECKING:
    from wenzheng_lab.desk.playback import replay
    from wenzheng_lab.desk.shell import Desk, open


def __getattr__(name: str) -> object:
    """公共名第一次用到时才载入。"""
    if name in _HOMES:
        return getattr(importlib.import_module(f"wenzheng_lab.desk.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
