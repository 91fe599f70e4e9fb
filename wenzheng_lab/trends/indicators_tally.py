"""把各趟取回的小表合成一张：每组一行，各量的和、个数、分位。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wenzheng_lab.trends.indicators_days import SEGMENT
from wenzheng_lab.trends.indicators_group import COUNTED, FLAGS, GROUP
from wenzheng_lab.trends.indicators_pack import TIMES_SEEN
from wenzheng_lab.trends.indicators_rows import GROUPED, MARKS
from wenzheng_lab.trends.indicators_spread import Counts, Floats, Ints, needed, quantile, refine

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "（空）"
"""分组的列空着的，归在这一组"""
_WHOLE = ("workdays", "open_workdays")
# 名字 → （段是偶数还是奇数，哪一类来信，那一类的记号，要哪几个分位）
_SPREADS: Mapping[str, tuple[int, str, int, tuple[tuple[str, float], ...]]] = {
    "hours": (0, "", 0, (("p50", 0.5), ("p90", 0.9))),
    "open_hours": (1, "", 0, (("p50", 0.5), ("p90", 0.9))),
    "hours_angry": (0, "angry_mark", 1, (("p50", 0.5),)),
    "hours_calm": (0, "angry_mark", 0, (("p50", 0.5),)),
    "hours_rural": (0, "rural_mark", 1, (("p50", 0.5),)),
    "hours_urban": (0, "rural_mark", 0, (("p50", 0.5),)),
}
_SIDES = {
    "angry_mark": {"answered_angry": 1, "answered_calm": 0},
    "rural_mark": {"answered_rural": 1, "answered_urban": 0},
}


class Groups:
    """组与组号。"""

    def __init__(self, frame: pd.DataFrame, by: Sequence[str]) -> None:
        self.by = tuple(by)
        self._ids = frame[list(by)].drop_duplicates(ignore_index=True) if by else frame.iloc[:1, :0]
        if by:
            self._ids = self._ids.sort_values(list(by), kind="stable", ignore_index=True)
        self.count = len(self._ids) if by else 1

    def of(self, frame: pd.DataFrame) -> Ints:
        """各行是哪一组。"""
        if not self.by:
            return np.zeros(len(frame), dtype=np.int64)
        ids = self._ids.assign(**{GROUP: np.arange(self.count, dtype=np.int64)})
        found: Ints = frame[list(self.by)].merge(ids, on=list(self.by), how="left")[GROUP].to_numpy(dtype=np.int64)
        return found

    def columns(self, labels: Mapping[str, Mapping[int, str]]) -> dict[str, list[str]]:
        """分组的列，编号换回文字。"""
        out = {}
        for name in self.by:
            known = labels[name]
            out[name.removeprefix(GROUPED)] = [
                known.get(int(value), "").strip() or UNKNOWN for value in self._ids[name].tolist()
            ]
        return out

    def rows(self, wanted: Sequence[tuple[int, int]]) -> dict[str, list[object]]:
        """要取的段写成一张小表，好放进引擎里对。

        Args:
            wanted: （组号，段）。

        Returns:
            分组的列、段、组号。
        """
        at = [group for group, _ in wanted]
        out: dict[str, list[object]] = {name: self._ids[name].iloc[at].tolist() for name in self.by}
        out[SEGMENT] = [one for _, one in wanted]
        out[GROUP] = list(at)
        return out


def tidy(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """各引擎取回的表统一成一个样：分组的是整数编号，其余都是小数，空是 NaN。

    Args:
        frame: 取回的表。
        by: 分组的列。

    Returns:
        新表，索引从 0 起。
    """
    import pandas as pd

    data: dict[str, Any] = {}
    for name in map(str, frame.columns):
        column = frame[name]
        if name in by:
            data[name] = column.to_numpy(dtype=np.int64, na_value=-1)
        elif column.dtype == object:  # 一格也没有的、或整数大得像十进制数的
            data[name] = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            data[name] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.DataFrame(data)


class Tally:
    """一次汇总：同一批小表，按组算一遍，不分组算一遍。"""

    def __init__(self, days: pd.DataFrame, sums: Sequence[pd.DataFrame], spans: pd.DataFrame | None) -> None:
        self.days, self._sums, self._spans = days, sums, spans
        self._picks: pd.DataFrame | None = None

    def wanted(self, groups: Groups) -> list[tuple[int, int]]:
        """数到各个分位要取的段。

        Args:
            groups: 组。

        Returns:
            （组号，段），不重样。
        """
        found: set[tuple[int, int]] = set()
        for _, coarse, parts in self._coarse(groups).values():
            found.update(needed(coarse, [share for _, share in parts]))
        return sorted(found)

    def targets(self, groups: Groups, everyone: Groups) -> dict[str, list[object]]:
        """数到各个分位要取的段，写成一张小表：本组要的，与合计要的（组号 -1，各组都取）。

        Args:
            groups: 组。
            everyone: 不分组。

        Returns:
            分组的列、段、组号；没有要取的是空表。
        """
        out = groups.rows(self.wanted(groups) if groups.by else [])
        whole = {segment for _, segment in self.wanted(everyone)}
        if self._spans is None or not whole:
            return out
        cells = self._spans.loc[self._spans[SEGMENT].isin(whole), [*groups.by, SEGMENT]].drop_duplicates()
        for name in (*groups.by, SEGMENT):
            out[name] += [int(value) for value in cells[name].tolist()]
        out[GROUP] += [-1] * len(cells)
        return out

    def _coarse(self, groups: Groups) -> dict[str, tuple[int, Counts, tuple[tuple[str, float], ...]]]:
        """各种用时每组在每段有几个。"""
        frame = self._spans
        if frame is None or SEGMENT not in frame:
            return {}
        group = groups.of(frame)
        out = {}
        odd = frame[SEGMENT].to_numpy() % 2  # 空的还是空
        for name, (kind, mark, value, parts) in _SPREADS.items():
            if (mark and mark not in frame) or not self._could(kind):
                continue
            mine = odd == kind
            if mark:
                mine = mine & (frame[mark] == value).to_numpy()
            out[name] = (
                kind,
                Counts.of(group[mine], _ints(frame, SEGMENT, mine), _ints(frame, TIMES_SEEN, mine), groups.count),
                parts,
            )
        return out

    def _could(self, kind: int) -> bool:
        """这一样算得出（一封没有时也要有列）：用时要两个时间，已等要知道答没答。"""
        return ("workdays" if kind == 0 else "open") in self.days

    def add(self, picks: pd.DataFrame) -> None:
        """交来取到的段。

        Args:
            picks: ``span_picks`` 取回、``tidy`` 过的表。
        """
        self._picks = picks

    def table(self, groups: Groups, labels: Mapping[str, Mapping[int, str]]) -> pd.DataFrame:
        """合成一张。

        Args:
            groups: 组；不分组的是全体一行。
            labels: 分组的编号各是什么文字。

        Returns:
            分组的列与 ``量__sum``、``量__count``、``量__p50``、``量__p90``。
        """
        import pandas as pd

        named = groups.columns(labels)
        out: dict[str, Any] = dict(named)
        self._flags(out, groups)
        for frame in self._sums:
            group = groups.of(frame)
            for name in [name for name in frame.columns if name.endswith(("__sum", "__count"))]:
                out[name] = _added(group, np.nan_to_num(frame[name].to_numpy()), groups.count)
        self._add_spans(out, groups)
        found = pd.DataFrame(out)
        return found.sort_values(list(named), kind="stable", ignore_index=True) if named else found

    def _flags(self, out: dict[str, Any], groups: Groups) -> None:
        frame = self.days
        group, times = groups.of(frame), frame[TIMES_SEEN].to_numpy()
        out[COUNTED] = _added(group, times, groups.count)
        clocks = [name for name in frame.columns if name.partition("__")[0] in ("on_time", "last_day")]
        for name in [*(flag for flag in FLAGS if flag in frame), *clocks]:
            value = frame[name].to_numpy()
            known = ~np.isnan(value)
            out[f"{name}__sum"] = _added(group[known], (value * times)[known], groups.count)
            out[f"{name}__count"] = _added(group[known], times[known], groups.count)
        for mark in MARKS:
            if mark not in frame or "answered" not in frame:
                continue
            for name, which in _SIDES[mark].items():
                mine = (frame[mark] == which).to_numpy()
                answered = frame["answered"].to_numpy()
                out[f"{name}__sum"] = _added(group[mine], (answered * times)[mine], groups.count)
                out[f"{name}__count"] = _added(group[mine], times[mine], groups.count)
        for name in _WHOLE:
            if name in frame:
                mine = frame[name].notna().to_numpy()
                counts = Counts.of(group[mine], _ints(frame, name, mine), _ints(frame, TIMES_SEEN, mine), groups.count)
                out[f"{name}__count"] = counts.size.astype(np.float64)
                out[f"{name}__p50"], out[f"{name}__p90"] = quantile(counts, 0.5), quantile(counts, 0.9)

    def _add_spans(self, out: dict[str, Any], groups: Groups) -> None:
        for name, (kind, coarse, parts) in self._coarse(groups).items():
            out[f"{name}__count"] = coarse.size.astype(np.float64)
            for part, share in parts:
                out[f"{name}__{part}"] = self._refined(name, kind, coarse, share, groups)
        if self._spans is not None and "batch" in self._spans:
            group, batch = groups.of(self._spans), self._spans["batch"].to_numpy()
            times = self._spans[TIMES_SEEN].to_numpy()
            for column, mine in (("batch__sum", batch == 1), ("batch__count", batch >= 0)):
                out[column] = _added(group[mine], times[mine], groups.count)

    def _refined(self, name: str, kind: int, coarse: Counts, share: float, groups: Groups) -> Floats:
        picks = self._picks
        if picks is None:
            return np.full(groups.count, np.nan)
        _, mark, value, _ = _SPREADS[name]
        mine = picks[SEGMENT].to_numpy() % 2 == kind
        if mark:
            mine = mine & (picks[mark] == value).to_numpy()
        mine = mine & ((picks[GROUP] >= 0) if groups.by else (picks[GROUP] == -1)).to_numpy()
        group = _ints(picks, GROUP, mine) if groups.by else np.zeros(int(mine.sum()), dtype=np.int64)
        seconds = refine(
            coarse,
            share,
            group,
            _ints(picks, SEGMENT, mine),
            _ints(picks, "span", mine),
            _ints(picks, TIMES_SEEN, mine),
        )
        return seconds / 3600


def _ints(frame: pd.DataFrame, name: str, mine: Any) -> Ints:
    found: Ints = frame[name].to_numpy()[mine].astype(np.int64)
    return found


def _added(group: Ints, value: Floats, groups: int) -> Floats:
    return np.bincount(group, weights=value, minlength=groups).astype(np.float64)
