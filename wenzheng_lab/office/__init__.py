"""办件室：会自己走动的青禾县。

来信、单位、群众都会回应您做的每一件事。

公开的名字是 ``wz.Office`` 与本室 ``__all__`` 里的几个；其余模块可能随时改变。
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

_HOMES = {
    "CaseFile": "case",
    "Event": "events",
    "Heat": "heat",
    "LedgerError": "ledger",
    "Office": "office",
    "Scoreboard": "scoreboard",
    "Trace": "story",
    "check_log": "ledger",
    "compare": "colleagues",
    "play": "colleagues",
    "scenario_names": "scenario",
}
__all__ = [
    "CaseFile",
    "Event",
    "Heat",
    "LedgerError",
    "Office",
    "Scoreboard",
    "Trace",
    "check_log",
    "compare",
    "play",
    "scenario_names",
]

if TYPE_CHECKING:
    from wenzheng_lab.office.case import CaseFile
    from wenzheng_lab.office.colleagues import compare, play
    from wenzheng_lab.office.events import Event
    from wenzheng_lab.office.heat import Heat
    from wenzheng_lab.office.ledger import LedgerError, check_log
    from wenzheng_lab.office.office import Office
    from wenzheng_lab.office.scenario import scenario_names
    from wenzheng_lab.office.scoreboard import Scoreboard
    from wenzheng_lab.office.story import Trace


def __getattr__(name: str) -> object:
    """公共名第一次用到时才载入。"""
    if name in _HOMES:
        return getattr(importlib.import_module(f"wenzheng_lab.office.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
