"""取表里的列：同名的列说清是哪一个，不替人挑。"""

from __future__ import annotations

import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError
from wenzheng_lab.letter.frames import require_frame

TWICE = pd.DataFrame([["路灯", "坏了", "又坏了"]], columns=["subject", "body", "body"])


def test_two_columns_of_one_name_are_refused() -> None:
    """两列都叫 body：说出列名，请人改名。"""
    with pytest.raises(InputError, match="几列都叫 body"):
        require_frame(TWICE)


@pytest.mark.parametrize("door", ["find_hotspots", "find_duplicates", "score_replies", "triage_messages"])
def test_every_door_for_letters_says_so(door: str) -> None:
    """成批的入口都这样说，不抛别家的错。"""
    table = TWICE.assign(reply="已修好", created_at="2026-03-01")
    with pytest.raises(InputError, match="几列都叫 body"):
        getattr(wz, door)(table)


def test_missing_values_of_pandas_do_not_break_indicators() -> None:
    """格里是 pandas 的 NA：当没有，不当文字，也不出错。"""
    table = pd.DataFrame(
        {
            "message_id": [str(n) for n in range(12)],
            "subject": ["路灯"] * 12,
            "body": pd.array(["路灯坏了", pd.NA] * 6, dtype=object),
            "reply": pd.array(["已修好", pd.NA] * 6, dtype=object),
            "created_at": pd.Timestamp("2026-03-01 09:00"),
            "replied_at": [pd.Timestamp("2026-03-03 09:00"), pd.NaT] * 6,
        }
    )
    blank = table.assign(body=["路灯坏了", None] * 6, reply=["已修好", None] * 6)
    assert str(wz.indicators(table).table.to_dict()) == str(wz.indicators(blank).table.to_dict())
