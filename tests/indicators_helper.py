"""指标测试共用：一张有缺有错的表，与逐格比较。"""

from __future__ import annotations

import random

import numpy as np
import pandas as pd

from wenzheng_lab.trends import IndicatorTable

ENGINES = ("duckdb", "pandas", "polars")
_BODIES = ("路灯坏了请修", "凭什么不管！！还有没有王法", "我再次反映停水", "噪声太大睡不着", "请问怎样办证")
_REPLIES = ("已收悉，正在办理，请耐心等待结果。", "经查，路灯线路老化，3月5日已更换，请查看。", None, "", "　")
_PLACES = ("青石关镇", "柳浦街道", "白鹤塘镇采石冲村", None, "青禾县", "")
_DEPARTMENTS = ("住建局", "城市管理局", None, "教育局")


def made_table(rows: int, seed: int = 7) -> pd.DataFrame:
    """造一张表：缺时间、答复早于来信、放假前后、同一分钟许多封、0 分、自动好评、空的单位都有。"""
    pick = random.Random(f"{seed}:indicators")
    start = pd.Timestamp("2025-12-20 08:00:00")
    out: dict[str, list[object]] = {name: [] for name in (
        "message_id", "created_at", "replied_at", "department", "reply_unit", "place", "body", "reply",
        "rating_solved", "rating_attitude", "rating_speed", "auto_rated", "quality",
    )}  # fmt: skip
    for n in range(rows):
        created = start + pd.Timedelta(seconds=pick.randrange(90 * 86_400))
        replied = created + pd.Timedelta(seconds=pick.randrange(-86_400, 40 * 86_400))
        if pick.random() < 0.2:
            replied = replied.normalize() + pd.Timedelta(hours=9, seconds=pick.randrange(1, 59))
        if pick.random() < 0.05:
            replied = replied.normalize()
        rated = pick.random() < 0.6
        out["message_id"].append(f"M{n:05d}")
        out["created_at"].append(None if pick.random() < 0.03 else created)
        out["replied_at"].append(None if pick.random() < 0.2 else replied)
        out["department"].append(pick.choice(_DEPARTMENTS))
        out["reply_unit"].append(pick.choice(("甲局", "乙局", None)))
        out["place"].append(pick.choice(_PLACES))
        out["body"].append(pick.choice(_BODIES) + (str(n) if pick.random() < 0.7 else ""))
        out["reply"].append(pick.choice(_REPLIES))
        for name in ("rating_solved", "rating_attitude", "rating_speed"):
            out[name].append(float(pick.randrange(0, 6)) if rated and pick.random() < 0.9 else None)
        out["auto_rated"].append(pick.choice((True, False, None)) if rated else None)
        out["quality"].append(pick.choice((None, 35.5, 60.0, 88.25)))
    frame = pd.DataFrame(out)
    for name in ("created_at", "replied_at"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    frame["auto_rated"] = frame["auto_rated"].astype("boolean")
    return frame


def same(one: IndicatorTable, other: IndicatorTable) -> None:
    """两个结果一格不差（末位误差以内）。"""
    assert one.notes == other.notes
    assert [item.code for item in one.warnings] == [item.code for item in other.warnings]
    for left, right in ((one.table, other.table), (one.total, other.total)):
        assert list(left.columns) == list(right.columns)
        assert len(left) == len(right)
        for name in left.columns:
            if name in one.by:
                assert left[name].tolist() == right[name].tolist()
                continue
            a, b = left[name].to_numpy(dtype=float), right[name].to_numpy(dtype=float)
            assert np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True), (name, a, b)
