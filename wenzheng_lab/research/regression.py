"""回归：答复快慢（Cox 或用时的对数）、答复质量；标准误稳健，可按单位聚类。"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.letter.frames import column_texts, require_frame
from wenzheng_lab.model import Signature
from wenzheng_lab.research.design import Design, build_design, label_of, trim
from wenzheng_lab.research.regression_table import COLUMNS, RegressionTable
from wenzheng_lab.trends.waiting import waiting_days

if TYPE_CHECKING:
    import pandas as pd

MODELS = ("cox", "log_hours")
"""答复快慢的两种模型"""
_UNSETTLED = explain("模型没有收敛", "各类里都应有等到与没等到的", "请合并太小的类，或去掉一个自变量")
_Z = 1.959963984540054
_MINUTE = 1 / 1440
_FEW_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class Words:
    """一张表的说法。"""

    outcome: str
    """因变量"""
    model: str
    """模型"""
    effect: str
    """``effect`` 一列的意思"""
    errors: str
    """标准误怎样算的"""


@dataclass(frozen=True, slots=True)
class Counts:
    """用了几封。"""

    n: int
    """用了的"""
    events: int | None
    """其中等到答复的；不是生存模型为 None"""
    left_out: int
    """没有用的"""
    whole: int
    """表里共几封"""


def regress_response(
    frame: pd.DataFrame,
    on: Sequence[str],
    *,
    model: str = "cox",
    cluster: str | None = None,
    as_of: datetime | None = None,
) -> RegressionTable:
    """回归答复快慢：其他相同时，哪些来信等得久。

    ``cox`` 用全部来信，没答复的算“至少等了这么久”；``effect`` 是快慢之比，大于 1 是答得快。
    ``log_hours`` 只用已答复的，``effect`` 是用时之比，大于 1 是答得慢。标准误都是稳健的。

    Args:
        frame: 有 ``created_at`` 与 ``replied_at`` 的表。
        on: 自变量：表里的列，或 ``angry`` 带火气、``again`` 又来信、``rural`` 乡村、``length`` 来信长短、
            ``dayoff`` 休息日、``month``、``quarter``、``year``。分类的列以最多的一类为基准。
        model: ``cox`` 或 ``log_hours``。
        cluster: 按哪一列聚类，如 ``department``：同一单位的来信彼此相像，不聚类会把偶然当成规律。
        as_of: 截止时刻；默认取表里最晚的一个时间。

    Returns:
        ``RegressionTable``。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，自变量不合用，来信太少，或 ``model`` 写错。

    Examples:
        >>> import pandas as pd
        >>> days = [1 + at % 7 + (6 if at % 2 else 0) for at in range(60)]
        >>> frame = pd.DataFrame({"created_at": pd.to_datetime(["2026-03-01"] * 60), "category": list("水电") * 30})
        >>> frame["replied_at"] = frame["created_at"] + pd.to_timedelta(days, unit="D")
        >>> found = regress_response(frame, ["category"], model="log_hours")
        >>> found.table["label"].tolist(), bool(found.table["effect"].item() > 2)
        (['一级分类：电（比水）'], True)
    """
    if model not in MODELS:
        raise InputError(explain(f"model 是 {model!r}", f"应为 {'、'.join(MODELS)}", "请改写"))
    table = require_frame(frame, needs=("created_at", "replied_at"))
    design = build_design(table, on)
    days, answered, usable, end = waiting_days(table, as_of)
    rows = usable & design.known
    silent: list[str] = []
    asked = rows
    if model == "log_hours":
        asked = rows = rows & answered & (days > 0)
    else:
        design, rows, silent = _without_silent(design, rows, answered)
    chosen, matrix = trim(design, rows)
    _need_spread(days[rows & answered])
    groups = _groups(table, cluster, rows)
    notes = [*chosen.notes, *silent, f"截止 {end:%Y-%m-%d %H:%M}。"]
    left = int(len(table) - asked.sum())
    if model == "log_hours":
        notes.append("没答复的不在内：拖着不答的越多，这张表越看不出来，宜与 cox 一起看。")
        fitted, errors = _ols(np.log(days[rows] * 24), matrix, groups)
        return _table(
            _rows(chosen, matrix, fitted["estimate"], fitted["se"], fitted["low"], fitted["high"], fitted["p"]),
            Words("答复用时", "线性模型，用时（小时）的自然对数", "用时之比（大于 1 是慢）", errors),
            Counts(len(matrix), None, left, len(table)),
            groups,
            float(fitted["fit"]),
            notes,
            cluster,
        )
    estimate, se, concordance = _cox(days[rows], answered[rows], matrix, groups)
    errors = _error_words(groups, "夹心估计（Lin、Wei）")
    from scipy.stats import norm

    p = 2 * norm.sf(np.abs(estimate / se))
    return _table(
        _rows(chosen, matrix, estimate, se, estimate - _Z * se, estimate + _Z * se, p),
        Words("答复快慢", "Cox 比例风险模型（Efron 处理同时）", "快慢之比（大于 1 是快）", errors),
        Counts(len(matrix), int(answered[rows].sum()), left, len(table)),
        groups,
        concordance,
        notes,
        cluster,
    )


def regress_quality(
    frame: pd.DataFrame, on: Sequence[str], *, score: str = "quality", cluster: str | None = None
) -> RegressionTable:
    """回归答复质量：其他相同时，哪些来信得到的答复好或差。

    质量用 ``wz.score_replies`` 的总分，先并进表里：``frame["quality"] = wz.score_replies(frame)["total"]``。
    没有评分的不用，不当作零分。标准误稳健（HC3），可按单位聚类。

    Args:
        frame: 有质量一列的表。
        on: 自变量，同 ``regress_response``。
        score: 质量在哪一列；也可以是别的数，如 ``rating_solved``。
        cluster: 按哪一列聚类。

    Returns:
        ``RegressionTable``；``effect`` 是相差几分。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列，自变量不合用，或来信太少。

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"quality": [60.0, 70, 61, 72, 59, 71] * 10, "category": list("水电") * 30})
        >>> round(float(regress_quality(frame, ["category"]).table["effect"].item()), 1)
        11.0
    """
    import pandas as pd

    table = require_frame(frame, needs=(score,))
    design = build_design(table, on)
    values = pd.to_numeric(table[score], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    rows = design.known & ~np.isnan(values)
    chosen, matrix = trim(design, rows)
    groups = _groups(table, cluster, rows)
    fitted, errors = _ols(values[rows], matrix, groups)
    made = _rows(
        chosen, matrix, fitted["estimate"], fitted["se"], fitted["low"], fitted["high"], fitted["p"], ratio=False
    )
    name = "答复质量（总分，0–100）" if score == "quality" else label_of(score)
    return _table(
        made,
        Words(name, "线性模型", "相差几分", errors),
        Counts(len(matrix), None, int(len(table) - rows.sum()), len(table)),
        groups,
        float(fitted["fit"]),
        list(chosen.notes),
        cluster,
    )


def _need_spread(days: np.ndarray[Any, Any]) -> None:
    """等的时间全一样，就没有快慢可比：系数是零，标准误也是零，相除是“不是数”。"""
    if len(days) > 1 and float(days.max() - days.min()) < _MINUTE / 2:
        raise InputError(
            explain(
                f"{len(days)} 封等到答复的都恰好等了 {days[0] * 24:.4g} 小时",
                "应有快有慢",
                "请核对答复时间是不是批量补填的；只有日期没有时刻的，看不出快慢",
            )
        )


def _without_silent(
    design: Design, rows: np.ndarray[Any, Any], answered: np.ndarray[Any, Any]
) -> tuple[Design, np.ndarray[Any, Any], list[str]]:
    """去掉一封也没有答复的那些类。

    它们的快慢之比是零，系数是负无穷，迭代不收敛；去掉这些行，别的系数正是收敛到的极限。
    """
    kept, terms, notes = rows.copy(), [], []
    for at, term in enumerate(design.terms):
        inside = rows & (design.matrix[:, at] == 1)
        if not term.level or not inside.any() or answered[inside].any():
            terms.append(at)
            continue
        kept &= ~inside
        notes.append(
            f"{label_of(term.name)}“{term.level}” {int(inside.sum())} 封一封也没有答复，比不出快慢，没有用；"
            "请看是不是本来就不用答。"
        )
    chosen = Design(design.matrix[:, terms], tuple(design.terms[at] for at in terms), design.known, design.notes)
    return (chosen if notes else design), kept, notes


def _groups(frame: pd.DataFrame, cluster: str | None, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    if cluster is None:
        return None
    require_frame(frame, needs=(cluster,))
    cells = [cell for cell, used in zip(column_texts(frame, cluster), rows, strict=True) if used]
    number: dict[str, int] = {}
    # 没有填的各算一组：它们不是同一个单位
    codes = [number.setdefault(cell or f"\0{at}", len(number)) for at, cell in enumerate(cells)]
    if len(number) < 2:
        raise InputError(explain(f"{cluster} 只有 {len(number)} 组", "聚类至少要两组", "请不聚类，或换一列"))
    return np.array(codes)


def _ols(
    outcome: np.ndarray[Any, Any], matrix: np.ndarray[Any, Any], groups: np.ndarray[Any, Any] | None
) -> tuple[dict[str, Any], str]:
    import statsmodels.api as sm

    model = sm.OLS(outcome, sm.add_constant(matrix, has_constant="add"))
    if groups is None:
        fitted = model.fit(cov_type="HC3", use_t=True)
    else:
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    bounds = np.asarray(fitted.conf_int())
    parts = {
        "estimate": np.asarray(fitted.params)[1:],
        "se": np.asarray(fitted.bse)[1:],
        "low": bounds[1:, 0],
        "high": bounds[1:, 1],
        "p": np.asarray(fitted.pvalues)[1:],
        "fit": float(fitted.rsquared),
    }
    return parts, _error_words(groups, "异方差稳健（HC3）")


def _cox(
    days: np.ndarray[Any, Any],
    answered: np.ndarray[Any, Any],
    matrix: np.ndarray[Any, Any],
    groups: np.ndarray[Any, Any] | None,
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], float]:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    if int(answered.sum()) < 10 * matrix.shape[1]:
        raise InputError(
            explain(f"等到答复的只有 {int(answered.sum())} 封", "每项自变量至少要十封", "请减少自变量，或多取一些来信")
        )
    times = np.maximum(days, _MINUTE)
    # 每封自成一组就是稳健的夹心估计
    labels = np.arange(len(days)) if groups is None else groups
    # 减去平均、除以标准差再拟合：系数不变，而指数不会溢出（来信长短一类的大数会使它溢出）
    scale = matrix.std(axis=0)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # 没有收敛的系数不能给人看：稳健的标准误这时反而很小，看着“显著”
        warnings.simplefilter("error", ConvergenceWarning)
        model = PHReg(times, (matrix - matrix.mean(axis=0)) / scale, status=answered.astype(int), ties="efron")
        try:
            fitted = model.fit(groups=labels)
        except ConvergenceWarning as error:
            raise InputError(_UNSETTLED) from error
    estimate, se = np.asarray(fitted.params) / scale, np.asarray(fitted.bse) / scale
    if not (np.isfinite(estimate).all() and np.isfinite(se).all()):
        raise InputError(_UNSETTLED)
    return estimate, se, _concordance(times, answered, matrix @ estimate)


def _concordance(times: np.ndarray[Any, Any], answered: np.ndarray[Any, Any], risk: np.ndarray[Any, Any]) -> float:
    """一致性指数：先等到答复的一封，模型也说它快，占可比的几成；封数多时取固定的一部分。"""
    step = max(1, len(times) // 3000)
    times, answered, risk = times[::step], answered[::step], risk[::step]
    good = pairs = 0.0
    for at in np.flatnonzero(answered):
        later = times > times[at]
        pairs += int(later.sum())
        good += float((risk[later] < risk[at]).sum()) + 0.5 * float((risk[later] == risk[at]).sum())
    return good / pairs if pairs else float("nan")


def _error_words(groups: np.ndarray[Any, Any] | None, plain: str) -> str:
    return f"标准误：{plain}。" if groups is None else f"标准误：按 {len(set(groups.tolist()))} 组聚类，稳健。"


def _rows(
    design: Design,
    matrix: np.ndarray[Any, Any],
    estimate: np.ndarray[Any, Any],
    se: np.ndarray[Any, Any],
    low: np.ndarray[Any, Any],
    high: np.ndarray[Any, Any],
    p: np.ndarray[Any, Any],
    *,
    ratio: bool = True,
) -> pd.DataFrame:
    import pandas as pd

    out = []
    for at, term in enumerate(design.terms):
        shown = [np.exp(value) if ratio else value for value in (estimate[at], low[at], high[at])]
        count = int((matrix[:, at] != 0).sum())
        out.append(
            (
                term.name,
                term.level,
                term.base,
                term.label,
                count,
                estimate[at],
                se[at],
                low[at],
                high[at],
                *shown,
                p[at],
            )
        )
    return pd.DataFrame(out, columns=list(COLUMNS))


def _table(
    values: pd.DataFrame,
    words: Words,
    counts: Counts,
    groups: np.ndarray[Any, Any] | None,
    fit: float,
    notes: list[str],
    cluster: str | None,
) -> RegressionTable:
    clusters = None if groups is None else len(set(groups.tolist()))
    if clusters is not None and clusters < _FEW_CLUSTERS:
        notes.append(f"聚类只有 {clusters} 组，标准误往往偏小；少于二十组时，区间当作下限看。")
    if counts.left_out:
        notes.append(f"{counts.left_out:,} 封缺值，没有用。")
    import statsmodels

    digest = hashlib.blake2b(values.to_csv(index=False, float_format="%.6g").encode("utf-8"), digest_size=4).hexdigest()
    parts = {
        "regression": "1",
        "model": words.model.partition("，")[0].partition("（")[0],
        "on": ",".join(dict.fromkeys(values["term"])),
        "cluster": cluster or "-",
        "rows": f"{counts.n}/{counts.whole}",
        "data": digest,
        "statsmodels": str(statsmodels.__version__),
    }
    return RegressionTable(
        table=values,
        outcome=words.outcome,
        model=words.model,
        effect=words.effect,
        errors=words.errors,
        n=counts.n,
        events=counts.events,
        left_out=counts.left_out,
        clusters=clusters,
        fit=fit,
        notes=tuple(notes),
        signature=Signature.of(parts),
    )
