"""民意：热点、突增、早期预警、词语、话题、对照、指标。只看事，不看人。"""

from __future__ import annotations

import importlib

_PUBLIC = {
    "Burst": "wenzheng_lab.trends.bursts",
    "ChangePoint": "wenzheng_lab.trends.changes",
    "Claim": "wenzheng_lab.trends.claims",
    "GoodhartWarning": "wenzheng_lab.trends.indicators_warnings",
    "Hotspot": "wenzheng_lab.trends.hotspots",
    "IndicatorTable": "wenzheng_lab.trends.indicators_table",
    "Season": "wenzheng_lab.trends.season",
    "Topic": "wenzheng_lab.trends.topics",
    "Topics": "wenzheng_lab.trends.topics",
    "compare_groups": "wenzheng_lab.trends.compare",
    "compare_words": "wenzheng_lab.trends.keyness",
    "count_over_time": "wenzheng_lab.trends.compare",
    "decompose_season": "wenzheng_lab.trends.season",
    "find_bursts": "wenzheng_lab.trends.bursts",
    "find_changes": "wenzheng_lab.trends.changes",
    "find_hotspots": "wenzheng_lab.trends.hotspots",
    "find_topics": "wenzheng_lab.trends.topics",
    "group_duplicates": "wenzheng_lab.trends.copies",
    "indicators": "wenzheng_lab.trends.indicators_compute",
    "response_curve": "wenzheng_lab.trends.waiting",
    "store_features": "wenzheng_lab.trends.engine_features",
    "watch_claims": "wenzheng_lab.trends.claims",
    "watch_counts": "wenzheng_lab.trends.alarms",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"wenzheng_lab.trends 没有 {name!r}；可用的名字：{'、'.join(__all__)}")
    value: object = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
