"""“指标动了、实事没动”的提醒：考核什么，什么就容易变好看。

提醒只说数字上看到了什么、去核对什么；不猜动机，不点个人。
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wenzheng_lab.trends.indicators_group import COUNTED
from wenzheng_lab.trends.indicators_rows import DERIVED
from wenzheng_lab.trends.indicators_spec import Spec

if TYPE_CHECKING:
    import pandas as pd

_ENOUGH = 30
"""前后两段各要有这么多封才比；再少，几封的偶然就会变成“趋势”"""
_Z = 1.96
"""两个比率之差的 95% 界"""
_SHOWN = 5
_DRIVES = {"on_time": "按时率", "answered": "答复率"}
_ENDS = {"solved": "解决率", "quality": "答复质量平均分"}


@dataclass(frozen=True, slots=True)
class GoodhartWarning:
    """一条提醒。"""

    code: str
    """编号，如 ``auto_praise``"""
    seen: str
    """数字上看到了什么"""
    check: str
    """该去核对什么"""

    def __str__(self) -> str:
        return f"{self.seen}{self.check}"


def find_warnings(raw: pd.DataFrame, total: pd.DataFrame, by: Sequence[str], spec: Spec) -> list[GoodhartWarning]:
    """由汇总表找提醒。

    Args:
        raw: 各组的汇总（没有去小组）。
        total: 合计一行的指标。
        by: 分组的列。
        spec: 指标的说明与门槛。

    Returns:
        各条提醒，可能没有。
    """
    return [*_standing(total, spec), *_moving(raw, by, spec)]


def _standing(total: pd.DataFrame, spec: Spec) -> list[GoodhartWarning]:
    """看合计就知道的。"""
    bar, row = spec.goodhart, {str(name): float(total[name].iloc[0]) for name in total.columns}
    out = []

    def value(name: str) -> float:
        return row.get(name, math.nan)

    gap = value("satisfied_with_auto") - value("satisfied_rate")
    if gap >= bar["auto_gap"]:
        out.append(
            GoodhartWarning(
                "auto_praise",
                f"满意率含自动好评是 {value('satisfied_with_auto'):.1%}，去掉后是 {value('satisfied_rate'):.1%}，"
                f"抬高了 {gap * 100:.1f} 个百分点。",
                "公布时请用去掉自动好评的，并写明有多少人评了。",
            )
        )
    if value("rated_rate") < bar["few_rated"] and value("rated") >= spec.smallest:
        out.append(
            GoodhartWarning(
                "few_rated",
                f"答复过的来信里只有 {value('rated_rate'):.1%} 有真评价。",
                "满意率、解决率只代表评了的人；请抽一些没评的回访，看是不是一样。",
            )
        )
    gap = value("attitude_mean") - value("solved_mean")
    if gap >= bar["attitude"]:
        out.append(
            GoodhartWarning(
                "attitude_over_solved",
                f"办理态度平均 {value('attitude_mean'):.2f} 分，解决程度只有 {value('solved_mean'):.2f} 分。",
                "话说得好、事没有办成：请抽查解决程度打低分的那些。",
            )
        )
    for name in [key for key in row if key.startswith("on_time__")]:
        clock = name.partition("__")[2]
        if value(f"last_day__{clock}") >= bar["last_day"]:
            out.append(
                GoodhartWarning(
                    "last_day",
                    f"按时（{clock}）答复的里有 {value(f'last_day__{clock}'):.1%} 是压着最后一天答的。",
                    "请看这些是不是到期才匆忙作答、先答后办。",
                )
            )
        for share, bound, word in (("template_rate", "template", "套用"), ("batch_rate", "batch", "一分钟里批量发出")):
            if value(name) >= bar["on_time"] and value(share) >= bar[bound]:
                out.append(
                    GoodhartWarning(
                        f"on_time_by_{bound}",
                        f"按时率（{clock}）有 {value(name):.1%}，而答复里 {value(share):.1%} 是{word}的。",
                        "按时不等于办理：请抽查这些答复有没有写查明的情况和办的结果。",
                    )
                )
    return out


def _moving(raw: pd.DataFrame, by: Sequence[str], spec: Spec) -> list[GoodhartWarning]:
    """前后两段比：推动的指标变好了，解决与质量没有。"""
    period = next((name for name in by if name in DERIVED), None)
    if period is None:
        return []
    columns = [name for name in raw.columns if str(name).endswith(("__sum", "__count")) or name == COUNTED]
    table = raw[raw[period].str[:1].str.isdigit()].groupby(period)[columns].sum().sort_index()
    if len(table) < 2:
        return []
    half = len(table) // 2
    early, late = table.iloc[:half].sum(), table.iloc[-half:].sum()
    names = f"{table.index[0]}—{table.index[half - 1]}", f"{table.index[-half]}—{table.index[-1]}"
    first, last = (name.partition("—")[0] if half == 1 else name for name in names)
    drives = [
        (f"on_time__{key.split('__')[1]}", f"按时率（{key.split('__')[1]}）")
        for key in columns
        if str(key).startswith("on_time__") and str(key).endswith("__sum")
    ]
    drives += [("answered", "答复率"), ("satisfied", "满意率")]
    out = []
    for drive, label in drives:
        moved = _change(early, late, drive)
        if moved is None or moved[2] < spec.goodhart["moved"] or moved[3] < _Z:
            continue
        for end, word in (("solved", "解决率"), ("template", "套用的答复"), ("quality", "答复质量")):
            told = _told(early, late, end, word)
            if told:
                out.append(
                    GoodhartWarning(
                        f"{drive.partition('__')[0]}_without_{end}",
                        f"{label}从{first}的 {moved[0]:.1%} 升到{last}的 {moved[1]:.1%}，{told}。",
                        "请看变好的是办事，还是办事的样子。",
                    )
                )
    return out[:_SHOWN]


def _told(early: pd.Series[float], late: pd.Series[float], end: str, word: str) -> str:
    """解决、质量没有变好，或套用变多了，就说出来；否则空串。"""
    if end == "quality":
        counts = [float(part.get("quality__count", 0)) for part in (early, late)]
        if min(counts) < _ENOUGH:
            return ""
        before, after = (float(part["quality__sum"]) / count for part, count in zip((early, late), counts, strict=True))
        # 平均分没有各封的散布可用，只有不升才说
        return f"{word}平均分没有升（{before:.1f} → {after:.1f}）" if after <= before else ""
    change = _change(early, late, end)
    if change is None:
        return ""
    before, after, diff, z = change
    if end == "template":
        return f"{word}也从 {before:.1%} 增到 {after:.1%}" if diff > 0 and z >= _Z else ""
    return f"{word}没有跟着升（{before:.1%} → {after:.1%}）" if diff <= 0 or z < _Z else ""


def _change(early: pd.Series[float], late: pd.Series[float], name: str) -> tuple[float, float, float, float] | None:
    """（前，后，差，差是标准误的几倍）；封数不够为 None。"""
    below = COUNTED if name == "answered" else f"{name}__count"
    if f"{name}__sum" not in early or below not in early:
        return None
    n1, n2 = float(early[below]), float(late[below])
    if min(n1, n2) < _ENOUGH:
        return None
    p1, p2 = float(early[f"{name}__sum"]) / n1, float(late[f"{name}__sum"]) / n2
    pooled = (float(early[f"{name}__sum"]) + float(late[f"{name}__sum"])) / (n1 + n2)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return p1, p2, p2 - p1, (p2 - p1) / error if error else 0.0
