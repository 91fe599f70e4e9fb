"""由每组的和、个数、分位算出指标，去掉小组。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wenzheng_lab.trends.indicators_group import COUNTED
from wenzheng_lab.trends.indicators_spec import Spec

if TYPE_CHECKING:
    import pandas as pd

    Numbers = pd.Series[float]

# 指标 → （分子，分母），都是汇总表里的列
_RATIOS = {
    "answered_rate": ("answered__sum", COUNTED),
    "rated_rate": ("rated__sum", "answered__sum"),
    "auto_rate": ("auto__sum", "auto__count"),
    "solved_rate": ("solved__sum", "solved__count"),
    "satisfied_rate": ("satisfied__sum", "satisfied__count"),
    "satisfied_with_auto": ("satisfied_all__sum", "satisfied_all__count"),
    "solved_mean": ("solved_score__sum", "solved_score__count"),
    "attitude_mean": ("attitude_score__sum", "attitude_score__count"),
    "speed_mean": ("speed_score__sum", "speed_score__count"),
    "again_rate": ("again_mark__sum", "again_mark__count"),
    "identical_rate": ("identical__sum", "identical__count"),
    "template_rate": ("template__sum", "template__count"),
    "batch_rate": ("batch__sum", "batch__count"),
    "angry_rate": ("angry_mark__sum", "angry_mark__count"),
    "rural_rate": ("rural_mark__sum", "rural_mark__count"),
    "quality_mean": ("quality__sum", "quality__count"),
}
_QUANTILES = {
    "hours_median": ("hours__p50", "hours__count"),
    "hours_p90": ("hours__p90", "hours__count"),
    "workdays_median": ("workdays__p50", "workdays__count"),
    "workdays_p90": ("workdays__p90", "workdays__count"),
    "open_hours_median": ("open_hours__p50", "open_hours__count"),
    "open_hours_p90": ("open_hours__p90", "open_hours__count"),
    "open_workdays_median": ("open_workdays__p50", "open_workdays__count"),
    "open_workdays_p90": ("open_workdays__p90", "open_workdays__count"),
}
_COUNTS = {"n": COUNTED, "answered": "answered__sum", "open": "open__sum", "rated": "rated__sum"}
# 差距 → （被减的一边，减去的一边，用什么，分母名）
_GAPS = {
    "gap_answered_angry": ("answered_calm", "answered_angry", "mean"),
    "gap_hours_angry": ("hours_angry", "hours_calm", "p50"),
    "gap_quality_angry": ("quality_calm", "quality_angry", "mean"),
    "gap_answered_rural": ("answered_urban", "answered_rural", "mean"),
    "gap_hours_rural": ("hours_rural", "hours_urban", "p50"),
    "gap_quality_rural": ("quality_urban", "quality_rural", "mean"),
}


def whole_numbers(frame: pd.DataFrame) -> dict[str, list[object]]:
    """一张取回的小表换成列，好再放进引擎；整数仍是整数。

    Args:
        frame: 取回的表，各列都是整数。

    Returns:
        列名到各值。
    """
    return {str(name): [int(value) for value in frame[name].tolist()] for name in frame.columns}


def merge_same(frame: pd.DataFrame, by: Sequence[str]) -> bool:
    """分组的列去了首尾空白后，有没有撞在一起的组。

    Args:
        frame: ``plain`` 的结果。
        by: 分组的列。

    Returns:
        有则真。
    """
    return bool(by) and bool(frame.duplicated(list(by)).any())


def rates(raw: pd.DataFrame, by: Sequence[str], spec: Spec) -> pd.DataFrame:
    """算出各指标与它们的分母，按说明的先后排列。

    Args:
        raw: ``plain`` 的结果。
        by: 分组的列。
        spec: 指标的说明。

    Returns:
        分组的列、各指标、各分母；比率是 0–1，差距里的百分点也是 0–1 的差。
    """
    import pandas as pd

    found: dict[str, Numbers] = {}
    bottoms: dict[str, Numbers] = {}
    for name, column in _COUNTS.items():
        if column in raw:
            found[name] = raw[column]
    for table in (_RATIOS, _QUANTILES):
        for name, (top, bottom) in table.items():
            if top in raw and bottom in raw:
                found[name] = raw[top] / raw[bottom].where(raw[bottom] > 0) if table is _RATIOS else raw[top]
                bottoms[name] = raw[bottom]
    for name, (more, less, how) in _GAPS.items():
        if f"{more}__count" in raw and f"{less}__count" in raw:
            found[name] = _side(raw, more, how) - _side(raw, less, how)
            bottoms[name] = raw[[f"{more}__count", f"{less}__count"]].min(axis=1)
    for column in raw.columns:
        kind, _, clock = str(column).removesuffix("__sum").partition("__")
        if kind in ("on_time", "last_day") and str(column).endswith("__sum"):
            count = raw[f"{kind}__{clock}__count"]
            found[f"{kind}__{clock}"] = raw[column] / count.where(count > 0)
            bottoms[f"{kind}__{clock}"] = count
    data: dict[str, Numbers] = {name: raw[name] for name in by}
    for item in spec.indicators:
        for name in [key for key in found if key.partition("__")[0] == item.id]:
            data[name] = found[name]
            of = bottom_name(name, spec)
            if of and of not in data and of not in found and name in bottoms:
                data[of] = bottoms[name]
    return pd.DataFrame(data)


def bottom_name(name: str, spec: Spec) -> str:
    """一个指标的分母在哪一列。

    Args:
        name: 指标的列名。
        spec: 指标的说明。

    Returns:
        列名；计数没有分母，为空串。
    """
    item = spec.get(name)
    clock = name.partition("__")[2]
    if item is None or not item.of:
        return ""
    return f"{item.of}__{clock}" if clock else item.of


def _side(raw: pd.DataFrame, name: str, how: str) -> Numbers:
    if how == "p50":
        side: Numbers = raw[f"{name}__p50"]
        return side
    count = raw[f"{name}__count"]
    mean: Numbers = raw[f"{name}__sum"] / count.where(count > 0)
    return mean


def suppress(table: pd.DataFrame, by: Sequence[str], spec: Spec, smallest: int) -> tuple[pd.DataFrame, int, int]:
    """小组整行不显示，分母太小的比率不显示。

    只藏一组时，用合计一减就露了，所以再藏最小的几组，直到藏起来的合计不小于门槛。

    Args:
        table: ``rates`` 的结果。
        by: 分组的列；空的是合计行。
        spec: 指标的说明。
        smallest: 门槛。

    Returns:
        （新表，不显示的组数，其中为防倒推而藏的组数）。
    """
    out = table.copy()
    hidden = [int(at) for at in out.index[out["n"] < smallest]] if by else []
    small = len(hidden)
    rest = [int(at) for at in out["n"].sort_values(kind="stable").index if at not in hidden]
    while hidden and rest and (len(hidden) == 1 or out.loc[hidden, "n"].sum() < smallest):
        hidden.append(rest.pop(0))
    for name in [column for column in out.columns if column not in by]:
        of = bottom_name(str(name), spec)
        if of and of in table:
            out.loc[table[of] < smallest, name] = float("nan")
    if hidden:
        out.loc[hidden, [column for column in out.columns if column not in by]] = float("nan")
    return out, len(hidden), len(hidden) - small


def rows_of(table: pd.DataFrame) -> list[Mapping[str, object]]:
    """表变成可写 JSON 的行；空的是 None。

    Args:
        table: 表。

    Returns:
        每行一个字典。
    """
    return [
        {str(key): None if value is None or value != value else value for key, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]
