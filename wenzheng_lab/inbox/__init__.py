"""模拟收件箱：虚构的青禾县，虚构的来信，附真值。

本室的词表与话语只用来写信，不给评分与分办的规则用，否则量出来的准确率是循环论证。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Inbox", "simulate_inbox"]

if TYPE_CHECKING:
    from wenzheng_lab.inbox.simulate import Inbox, simulate_inbox


def __getattr__(name: str) -> object:
    """公共名第一次用到时才载入。"""
    if name in __all__:
        from wenzheng_lab.inbox import simulate

        return getattr(simulate, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
