"""孪生来信：事情相同、语气不同的一对，看对待一样不一样。"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from wenzheng_lab import _html
from wenzheng_lab.errors import InputError, explain, show
from wenzheng_lab.letter.frames import column_texts, column_times, message_ids, require_messages
from wenzheng_lab.model import Signature, is_blank
from wenzheng_lab.trends.compare import SMALLEST, period_labels
from wenzheng_lab.trends.counts import UNITS
from wenzheng_lab.trends.waiting import waiting_days

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("outcome", "label", "unit", "pairs", "calm", "angry", "gap", "low", "high", "p", "test")
"""结果的列"""
_MOST_STRATUM = 3000
_SCHEMA = "wenzheng.twins/1"


@dataclass(frozen=True, slots=True, repr=False)
class TwinTable:
    """平和与带火气的孪生来信，得到的对待差多少。"""

    table: pd.DataFrame
    """一行一项：``pairs`` 几对、``calm``、``angry`` 两边的平均、``gap`` 带火气减平和、95% 区间 ``low``、``high``、
    ``p``、``test`` 用的检验"""
    pairs: pd.DataFrame
    """用到的各对：``calm``、``angry`` 是来信编号，``similarity`` 是文字相像的程度（给定的对为空）"""
    dropped: int
    """给定的对里两边语气一样、或有一封不在表里的，没有用"""
    how: str
    """各对从哪里来"""
    signature: Signature
    """签名"""

    def labelled(self) -> pd.DataFrame:
        """中文表头。

        Returns:
            新表。
        """
        names = {
            **{"label": "看什么", "unit": "单位", "pairs": "对数", "calm": "平和", "angry": "带火气"},
            **{"gap": "差（带火气−平和）", "low": "下限", "high": "上限", "p": "p", "test": "检验"},
        }
        return self.table[list(names)].rename(columns=names)

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            schema 与各字段，不含来信原文。
        """
        return {
            "schema": _SCHEMA,
            "rows": self.table.to_dict("records"),
            "pairs": len(self.pairs),
            "dropped": self.dropped,
            "how": self.how,
            "signature": self.signature.to_dict(),
        }

    def __repr__(self) -> str:
        return f"<TwinTable {len(self.pairs)} 对，{len(self.table)} 项，{self.signature}>"

    def _repr_html_(self) -> str:
        rows = []
        for _, row in self.table.iterrows():
            if row["gap"] != row["gap"]:
                rows.append([row["label"], f"{row['pairs']}", f"不足 {SMALLEST} 对，不显示", "", "", "", ""])
                continue
            percent = row["unit"] == "百分点"
            cells = [f"{value:.1%}" if percent else f"{value:,.1f}" for value in (row["calm"], row["angry"])]
            gaps = [
                f"{value * 100:+.1f}" if percent else f"{value:+,.1f}"
                for value in (row["gap"], row["low"], row["high"])
            ]
            p = "<0.001" if row["p"] < 0.001 else f"{row['p']:.3f}"
            rows.append(
                [row["label"], f"{row['pairs']}", *cells, f"{gaps[0]} {row['unit']}", f"{gaps[1]} 至 {gaps[2]}", p]
            )
        headers = ["看什么", "对数", "平和", "带火气", "差（带火气−平和）", "95% 区间", "p"]
        notes = [self.how, "语气看字面认的。差距是去问为什么的起点；一对里的两件事也可能轻重不同。"]
        if self.dropped:
            notes.append(f"另有 {self.dropped} 对没有用：两边语气一样，或有一封不在表里。")
        return str(
            _html.tag(
                "div",
                _html.table(rows, headers=headers),
                _html.tag("ul", *(_html.tag("li", note) for note in notes)),
                _html.tag("p", _html.tag("small", f"签名 {self.signature}")),
                attrs={"class": "wz-twins"},
            )
        )


def compare_twins(
    frame: pd.DataFrame,
    *,
    pairs: Sequence[tuple[object, object]] | None = None,
    match: Sequence[str] = ("category", "department", "month"),
    alike: float = 0.3,
    as_of: datetime | None = None,
) -> TwinTable:
    """比孪生来信：同一件事，平和与带火气的对待差多少。

    给了 ``pairs``（自己写的孪生来信，或模拟来信的真值）就用它们；没有给，就在同类、同单位、同月份里，
    把说得最像的一封平和的与一封带火气的配成一对，一封只用一次。配对去掉一部分事情难易的差别，去不干净。

    Args:
        frame: 规范列的表；有 ``replied_at`` 比用时，有 ``quality`` 比质量。
        pairs: 各对的来信编号，两封的先后随意，哪封带火气由程序认。
        match: 没有给 ``pairs`` 时，哪几列必须相同；表里没有的略去。时期写 ``month`` 等。
        alike: 没有给 ``pairs`` 时，文字至少多像才配（0–1，二字片的余弦）。
        as_of: 截止时刻；默认取表里最晚的一个时间。

    Returns:
        ``TwinTable``：答复率（McNemar 精确检验）、答复用时与质量（配对 t），各带对数与区间。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有一对可比，或 ``alike`` 不在 0–1。

    Examples:
        >>> import pandas as pd
        >>> texts = ["路灯坏了，请修", "路灯坏了，凭什么不管！！还有没有王法"] * 6
        >>> frame = pd.DataFrame({"message_id": range(12), "body": texts, "reply": ["已修好", None] * 6})
        >>> found = compare_twins(frame, pairs=[(at, at + 1) for at in range(0, 12, 2)])
        >>> found.table[["label", "pairs", "calm", "angry"]].values.tolist()
        [['答复率', 6, 1.0, 0.0]]
    """
    from wenzheng_lab.trends.engine_features import add_features

    if isinstance(alike, bool) or not isinstance(alike, int | float) or not 0 <= alike <= 1:
        raise InputError(explain(f"alike 是 {show(alike)}", "应在 0 与 1 之间", "如 alike=0.3"))
    table = require_messages(frame)
    if not len(table):
        raise InputError(explain("表是空的，一封来信也没有", "至少要有一对同一件事的来信", "请核对是不是筛得太窄"))
    angry = [None if is_blank(cell) else bool(cell) for cell in add_features(table)["angry"].tolist()]
    dropped = 0
    if pairs is not None:
        chosen, dropped = _given(table, angry, pairs)
        how = "各对是给定的。"
    else:
        names = [name for name in match if name in table.columns or (name in UNITS and "created_at" in table.columns)]
        chosen = _matched(table, angry, names, alike)
        from wenzheng_lab.research.design import label_of

        same = "、".join(label_of(name) for name in names)
        how = f"各对由程序配：{same + '相同，' if same else ''}文字相像到 {alike:g} 以上，一封只用一次。"
    if not chosen:
        raise InputError(
            explain("没有一对可比", "应有一封平和、一封带火气的同一件事", "请给 pairs，或把 match 放宽、alike 调低")
        )
    return _compare(table, chosen, dropped, how, as_of)


def _given(
    frame: pd.DataFrame, angry: Sequence[bool | None], pairs: Sequence[tuple[object, object]]
) -> tuple[list[tuple[int, int, float]], int]:
    place = {str(number): at for at, number in enumerate(message_ids(frame))}
    out: dict[tuple[int, int], None] = {}
    unused: set[frozenset[str]] = set()
    for pair in pairs:
        spots = [place.get(str(number)) for number in pair]
        if len(spots) != 2 or None in spots:
            unused.add(frozenset(str(number) for number in pair))
            continue
        one, other = (int(spot) for spot in spots if spot is not None)
        if angry[one] is None or angry[other] is None or angry[one] == angry[other]:
            unused.add(frozenset(str(number) for number in pair))
            continue
        # 真值里每对写两遍（甲的孪生是乙，乙的孪生是甲），只算一次
        out[(other, one) if angry[one] else (one, other)] = None
    return [(calm, hot, math.nan) for calm, hot in out], len(unused)


def _matched(
    frame: pd.DataFrame, angry: Sequence[bool | None], names: Sequence[str], alike: float
) -> list[tuple[int, int, float]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [
        f"{subject}\n{body}"
        for subject, body in zip(column_texts(frame, "subject"), column_texts(frame, "body"), strict=True)
    ]
    keys = [
        period_labels(frame, name) if name in UNITS and name not in frame.columns else column_texts(frame, name)
        for name in names
    ]
    strata: dict[tuple[str, ...], list[int]] = {}
    for at, key in enumerate(zip(*keys, strict=True) if keys else ((),) * len(texts)):
        if angry[at] is not None and all(key) and texts[at].strip():
            strata.setdefault(tuple(key), []).append(at)
    matrix = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), min_df=1, sublinear_tf=True).fit_transform(texts)
    out: list[tuple[int, int, float]] = []
    for key in sorted(strata):
        rows = strata[key][:_MOST_STRATUM]
        calm, hot = ([at for at in rows if angry[at] is flag] for flag in (False, True))
        if not calm or not hot:
            continue
        near = (matrix[calm] @ matrix[hot].T).tocoo()
        order = np.lexsort((near.col, near.row, -near.data))
        used: set[int] = set()
        for at in order.tolist():
            if near.data[at] < alike:
                break
            one, other = calm[int(near.row[at])], hot[int(near.col[at])]
            # 一字不差的是重复来信，不是语气不同的一对
            if one not in used and other not in used and texts[one] != texts[other]:
                used |= {one, other}
                out.append((one, other, round(float(near.data[at]), 4)))
    return sorted(out)


def _compare(
    frame: pd.DataFrame, chosen: Sequence[tuple[int, int, float]], dropped: int, how: str, as_of: datetime | None
) -> TwinTable:
    import pandas as pd

    calm, hot = (np.array([pair[at] for pair in chosen]) for at in (0, 1))
    rows: list[tuple[object, ...]] = []
    columns = set(map(str, frame.columns))
    if {"reply", "replied_at"} & columns:
        replied = column_times(frame, "replied_at")
        done = np.array(
            [
                not is_blank(text) or when is not None
                for text, when in zip(column_texts(frame, "reply"), replied, strict=True)
            ]
        )
        rows.append(("answered", "答复率", "百分点", *_share(done[calm], done[hot])))
    if {"created_at", "replied_at"} <= columns:
        days, answered, known, _ = waiting_days(frame, as_of)
        fit = known & answered
        both = fit[calm] & fit[hot]
        rows.append(("hours", "答复用时", "小时", *_mean(24 * days[calm][both], 24 * days[hot][both])))
    if "quality" in columns:
        quality = pd.to_numeric(frame["quality"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        both = ~np.isnan(quality[calm]) & ~np.isnan(quality[hot])
        rows.append(("quality", "答复质量", "分", *_mean(quality[calm][both], quality[hot][both])))
    if not rows:
        raise InputError(explain("表里没有答复、答复时间、质量", "至少要有一样", "请把答复一并导出，或并进评分"))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    ids = message_ids(frame)
    used = pd.DataFrame(
        [(ids[one], ids[other], near) for one, other, near in chosen], columns=["calm", "angry", "similarity"]
    )
    text = used.to_csv(index=False) + table.to_csv(index=False, float_format="%.6g")
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return TwinTable(table, used, dropped, how, Signature.of({"twins": "1", "pairs": str(len(used)), "data": digest}))


def _share(calm: np.ndarray[Any, Any], hot: np.ndarray[Any, Any]) -> tuple[object, ...]:
    from scipy.stats import binomtest

    n = len(calm)
    if n < SMALLEST:
        return (n, *[math.nan] * 6, "不足五对")
    only_calm, only_hot = int((calm & ~hot).sum()), int((hot & ~calm).sum())
    gap = (only_hot - only_calm) / n
    # 配对比例之差的区间（Agresti、Min 2005：各格加半对）
    b, c, m = only_hot + 0.5, only_calm + 0.5, n + 2
    middle, half = (b - c) / m, 1.959963984540054 * math.sqrt((b + c) - (b - c) ** 2 / m) / m
    p = float(binomtest(only_hot, only_hot + only_calm).pvalue) if only_hot + only_calm else 1.0
    low, high = max(-1.0, middle - half), min(1.0, middle + half)
    return (n, float(calm.mean()), float(hot.mean()), gap, low, high, p, "McNemar 精确检验")


def _mean(calm: np.ndarray[Any, Any], hot: np.ndarray[Any, Any]) -> tuple[object, ...]:
    from scipy.stats import t

    n = len(calm)
    if n < SMALLEST:
        return (n, *[math.nan] * 6, "不足五对")
    gaps = hot - calm
    gap, error = float(gaps.mean()), float(gaps.std(ddof=1) / math.sqrt(n))
    half = float(t.ppf(0.975, n - 1)) * error
    p = 2 * float(t.sf(abs(gap / error), n - 1)) if error > 0 else (1.0 if gap == 0 else 0.0)
    return (n, float(calm.mean()), float(hot.mean()), gap, gap - half, gap + half, p, "配对 t 检验")
