"""人多、量大：成批评分、长日志、十个人同时办件。费时，``make soak`` 才跑；数字写在 docs/trust.md。"""

from __future__ import annotations

import json
import os

import pytest

from benchmarks import load

pytestmark = pytest.mark.soak
ROWS = int(os.environ.get("WENZHENG_LOAD_ROWS", "5000"))
EVENTS = int(os.environ.get("WENZHENG_LOAD_EVENTS", "200000"))
MEMORY = 60
"""份数涨几倍，内存最多涨这么多 MB"""


def test_scoring_a_long_table_keeps_memory_flat() -> None:
    """五倍的份数：内存持平，每份的代价不涨。"""
    found = load.replies(ROWS)
    print("\n" + json.dumps(found, ensure_ascii=False))
    assert found["large"]["rows"] == ROWS
    assert max(found["grew_mb"], found["worker_grew_mb"]) <= MEMORY
    assert found["cost_growth"] <= 1.3


def test_a_long_log_opens_in_proportion() -> None:
    """十倍的条数：打开它的代价成比例，打开以后往后走一天不变慢。"""
    found = load.log(EVENTS)
    print("\n" + json.dumps(found, ensure_ascii=False))
    assert found["large"]["events"] == EVENTS
    assert found["cost_growth"] <= 1.5
    assert found["large"]["next_day_cpu_s"] <= 10 * found["small"]["next_day_cpu_s"] + 1


def test_ten_desks_at_once_fit_in_a_laptop() -> None:
    """十个人同时办件：人人走完，每人不到半个 GB。"""
    found = load.desks(10)
    print("\n" + json.dumps(found, ensure_ascii=False))
    assert found["mb"] <= 500
    assert found["total_mb"] <= 4_000
