"""民意：热点、突增、早期预警、词语、话题、对照、指标。只看事，不看人。"""

from __future__ import annotations

import importlib

_PUBLIC = {
    "Hotspot": "wenzheng_lab.trends.hotspots",
    "find_hotspots": "wenzheng_lab.trends.hotspots",
    "GoodhartWarning": "wenzheng_lab.trends.indicators_warnings",
    "IndicatorTable": "wenzheng_lab.trends.indicators_table",
    "indicators": "wenzheng_lab.trends.indicators_compute",
    "store_features": "wenzheng_lab.trends.engine_features",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"wenzheng_lab.trends 没有 {name!r}；可用的名字：{'、'.join(__all__)}")
    value: object = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
