"""图：一种样式，画公共函数算好的数；每张图带着数、签名和一句读法。"""

from __future__ import annotations

import importlib

_PUBLIC = {
    "Chart": "wenzheng_lab.figures.chart",
    "plot_calendar": "wenzheng_lab.figures.calendar_map",
    "plot_keyness": "wenzheng_lab.figures.keyness",
    "plot_matrix": "wenzheng_lab.figures.matrix",
    "plot_response": "wenzheng_lab.figures.response",
    "plot_stream": "wenzheng_lab.figures.stream",
    "plot_timeline": "wenzheng_lab.figures.timeline",
    "plot_towns": "wenzheng_lab.figures.towns",
    "show_table": "wenzheng_lab.figures.grid",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"wenzheng_lab.figures 没有 {name!r}；可用的名字：{'、'.join(__all__)}")
    value: object = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
