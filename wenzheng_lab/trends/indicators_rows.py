"""一行一封的量：答了没有、用时、按不按时、怎样评。各引擎共用的 narwhals 式子只写在这里。

**缺失的规矩写明，不靠引擎猜。** 比较遇到缺失，pandas 得假、SQL 得空；所以每一步都先说“两个都不空时才比”，
不空的条件不成立，结果就是空，汇总时不进分子也不进分母。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

Lazy = nw.LazyFrame[Any]
"""各引擎上都一样的惰性表"""
DERIVED = {"month": "月", "quarter": "季度", "year": "年", "week": "周"}
"""由来信时间得出的分组：列名与中文名"""
BLANKS = " \t\r\n\u3000"
"""算作空白的字；写明，免得各引擎的“空白”不一样"""
FEATURES = ("body_key", "reply_key", "reply_group", "angry", "again", "rural")
"""由文字得出、另存的列，见 ``engine_features``"""
TEXTS = ("reply",)
TIMES = ("created_at", "replied_at")
RATINGS = ("rating_solved", "rating_attitude", "rating_speed")
MEASURED = (*TIMES, *TEXTS, *RATINGS, "auto_rated", "reply_unit", "department", "quality", "round", *FEATURES)
"""指标用到的列；别的列只有分组时才取"""


@dataclass(frozen=True, slots=True)
class Clock:
    """一套时限在表里的样子。"""

    id: str
    """列名里用的编号"""
    days: bool
    """按日计：日历表里有 ``due__编号`` 一列；否则按小时"""
    seconds: int
    """按小时计的长度（秒）；按日计为 0"""


@dataclass(frozen=True, slots=True)
class Plan:
    """一次计算：表里有哪些列，怎样分组，看哪几套时限。"""

    columns: frozenset[str]
    """表里有的列"""
    by: tuple[str, ...]
    """分组的列"""
    clocks: tuple[Clock, ...]
    """时限"""
    as_of_day: int
    """截止那天的序数（``date.toordinal``）"""
    as_of_second: int
    """截止时刻在那天的第几秒"""
    as_of_workday: int | None
    """截止那天以前的工作日数；放假安排没有收录为 None"""
    scales: tuple[tuple[str, float], ...]
    """各项评分的满分"""
    good_share: float
    """满分的几成算好"""
    copies: int
    """几封算套用"""
    batch: int
    """一分钟几封算批量"""

    def has(self, *names: str) -> bool:
        """这些列是否都有。"""
        return all(name in self.columns for name in names)


def _flag(condition: nw.Expr) -> nw.Expr:
    """真为 1，假为 0；条件空的也是 0。"""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _when(known: nw.Expr, condition: nw.Expr) -> nw.Expr:
    """知道时真为 1、假为 0；不知道是空。"""
    return nw.when(known & condition).then(nw.lit(1)).when(known).then(nw.lit(0))


def day_columns(name: str) -> tuple[str, str]:
    """一列时间在引擎里换成的两列整数：第几天（``date.toordinal``），那天的第几秒。

    Args:
        name: ``created_at`` 或 ``replied_at``。

    Returns:
        两列的名字。

    Examples:
        >>> day_columns("created_at")
        ('created_day', 'created_second')
    """
    short = name.removesuffix("_at")
    return f"{short}_day", f"{short}_second"


def measure(lf: Lazy, calendar: Lazy, crowded: Lazy | None, plan: Plan) -> Lazy:
    """由原列得出每封的量。

    Args:
        lf: 规范列的表，只含用得着的列；时间已换成 ``day_columns`` 两列，没有 NaN。
        calendar: 日历表，见 ``engine_calendar``。
        crowded: ``crowded_minutes`` 的结果；没有答复时间为 None。
        plan: 这次怎样算。

    Returns:
        分组的列与各个量；量的名字见 ``indicators_group``。
    """
    lf = _with_days(lf, calendar, plan)
    lf = _with_answers(lf, plan)
    lf = _with_times(lf, plan)
    lf = _with_ratings(lf, plan)
    lf = _with_copies(lf, crowded, plan)
    return _with_gaps(lf, plan)


def _with_days(lf: Lazy, calendar: Lazy, plan: Plan) -> Lazy:
    """接上日历：来信那天、答复那天的工作日数，各套时限的最后一天。"""
    if plan.has("created_day"):
        due = [f"due__{clock.id}" for clock in plan.clocks if clock.days]
        labels = [name for name in DERIVED if name in plan.by]
        mine = calendar.select("day", *labels, nw.col("day").alias("c_day"), nw.col("workdays").alias("c_work"), *due)
        lf = lf.join(mine, left_on="created_day", right_on="day", how="left").with_columns(c_second="created_second")
    if plan.has("replied_day"):
        theirs = calendar.select("day", nw.col("day").alias("r_day"), nw.col("workdays").alias("r_work"))
        lf = lf.join(theirs, left_on="replied_day", right_on="day", how="left").with_columns(r_second="replied_second")
    return lf


def crowded_minutes(lf: Lazy, plan: Plan) -> Lazy | None:
    """同一单位同一分钟里答复太多的（单位，分钟）。

    单位空着的归在一起；不填的话，pandas 会把空与空配上，SQL 不会。

    Args:
        lf: 同 ``measure``。
        plan: 这次怎样算。

    Returns:
        列 ``sender``、``minute``、``together``；没有答复时间为 None。
    """
    if not plan.has("replied_day"):
        return None
    lf = _with_minute(lf.filter(~nw.col("replied_day").is_null()), plan).filter(~nw.col("minute").is_null())
    return lf.group_by("sender", "minute").agg(together=nw.len()).filter(nw.col("together") >= plan.batch)


def _with_minute(lf: Lazy, plan: Plan) -> Lazy:
    """谁、哪一分钟答复的；恰为零时的当作没有钟点。"""
    unit = next((name for name in ("reply_unit", "department") if plan.has(name)), None)
    clocked = (~nw.col("replied_day").is_null()) & (nw.col("replied_second") > 0)
    minute = nw.col("replied_day").cast(nw.Int64) * 1440 + (
        (nw.col("replied_second") - nw.col("replied_second") % 60) / 60
    ).cast(nw.Int64)
    sender = nw.lit("") if unit is None else nw.col(unit).fill_null("")
    return lf.with_columns(sender=sender, minute=nw.when(clocked).then(minute))


def _with_answers(lf: Lazy, plan: Plan) -> Lazy:
    """答了没有：答复一格有字，或答复时间不空。"""
    signs = []
    if plan.has("has_reply"):
        signs.append((~nw.col("has_reply").is_null()) & nw.col("has_reply"))
    elif plan.has("reply"):
        signs.append((~nw.col("reply").is_null()) & (nw.col("reply").str.strip_chars(BLANKS) != nw.lit("")))
    if plan.has("replied_day"):
        signs.append(~nw.col("replied_day").is_null())
    if not signs:
        return lf
    either = signs[0] if len(signs) == 1 else signs[0] | signs[1]
    lf = lf.with_columns(answered=_flag(either))
    return lf.with_columns(open=nw.lit(1) - nw.col("answered"))


def _with_times(lf: Lazy, plan: Plan) -> Lazy:
    """用时、已等、按不按时。"""
    if not plan.has("created_day"):
        return lf
    begun = ~nw.col("c_day").is_null()
    lf = lf.with_columns(no_created=_flag(nw.col("c_day").is_null()))
    waited = (
        (nw.lit(plan.as_of_day) - nw.col("c_day")).cast(nw.Int64) * 86_400
        + nw.lit(plan.as_of_second)
        - nw.col("c_second")
    )
    if "replied_day" not in plan.columns:
        if plan.has("answered"):
            lf = _with_waits(lf, begun, waited, plan)
        return lf
    both = begun & ~nw.col("r_day").is_null()
    used = (nw.col("r_day") - nw.col("c_day")).cast(nw.Int64) * 86_400 + nw.col("r_second") - nw.col("c_second")
    lf = lf.with_columns(used=nw.when(both).then(used))
    timed = (~nw.col("used").is_null()) & (nw.col("used") >= 0)
    works = timed & ~nw.col("c_work").is_null() & ~nw.col("r_work").is_null()
    lf = lf.with_columns(
        backwards=_flag((~nw.col("used").is_null()) & (nw.col("used") < 0)),
        hours=nw.when(timed).then(nw.col("used") / 3600),
        workdays=nw.when(works).then(nw.col("r_work") - nw.col("c_work")),
    )
    lf = _with_waits(lf, begun, waited, plan)
    for clock in plan.clocks:
        lf = _with_deadline(lf, clock, timed, begun, waited, plan)
    return lf


def _with_waits(lf: Lazy, begun: nw.Expr, waited: nw.Expr, plan: Plan) -> Lazy:
    waiting = (nw.col("open") == 1) & begun
    lf = lf.with_columns(open_hours=nw.when(waiting & (waited >= 0)).then(waited / 3600))
    if plan.as_of_workday is None:
        return lf
    since = nw.lit(plan.as_of_workday) - nw.col("c_work")
    return lf.with_columns(open_workdays=nw.when(waiting & ~nw.col("c_work").is_null() & (waited >= 0)).then(since))


def _with_deadline(lf: Lazy, clock: Clock, timed: nw.Expr, begun: nw.Expr, waited: nw.Expr, plan: Plan) -> Lazy:
    """按时：答复不晚于最后一刻。逾期未答复的进分母；未到期又未答复的不进。"""
    waiting = (nw.col("open") == 1) & begun
    if clock.days:
        due = nw.col(f"due__{clock.id}")
        known = ~due.is_null()
        met = timed & known & (nw.col("r_day") <= due)
        missed = timed & known & (nw.col("r_day") > due)
        # 按日计的到当日二十四时止，所以过了那天才算逾期
        overdue = waiting & known & (nw.lit(plan.as_of_day) > due)
        lf = lf.with_columns(
            nw.when(met).then(_flag(nw.col("r_day") == due)).alias(f"last_day__{clock.id}"),
        )
    else:
        met = timed & (nw.col("used") <= clock.seconds)
        missed = timed & (nw.col("used") > clock.seconds)
        overdue = waiting & (waited > clock.seconds)
    return lf.with_columns(
        nw.when(met).then(nw.lit(1)).when(missed | overdue).then(nw.lit(0)).alias(f"on_time__{clock.id}")
    )


def _with_ratings(lf: Lazy, plan: Plan) -> Lazy:
    """评分：自动好评单列，其余的才算解决、满意。"""
    scales = dict(plan.scales)
    names = [name for name in RATINGS if name in scales]
    if not names:
        return lf
    auto = nw.lit(False)
    if plan.has("auto_rated"):
        known = ~nw.col("auto_rated").is_null()
        auto = known & nw.col("auto_rated")
        lf = lf.with_columns(auto=_when(known, nw.col("auto_rated")))
    count, total = nw.lit(0), nw.lit(0.0)
    for name in names:
        given = ~nw.col(name).is_null()
        if scales[name] > 1:
            # 星级、百分制里的 0 是没有评；只有 0/1 制的 0 才是“没解决”
            given = given & (nw.col(name) > 0)
        count = count + _flag(given)
        total = total + nw.when(given).then(nw.col(name) / scales[name]).otherwise(nw.lit(0.0))
        short = name.removeprefix("rating_")
        lf = lf.with_columns(nw.when(given & ~auto).then(nw.col(name)).alias(f"{short}_score"))
    lf = lf.with_columns(ratings=count, rating_sum=total)
    any_rating = nw.col("ratings") > 0
    # 平均 ≥ 八成写成乘法，免得各引擎除法的末位不同；0.8×5×3 这类数在二进制里差一丝，放一点宽
    good = nw.col("rating_sum") >= nw.col("ratings") * plan.good_share - 1e-9
    lf = lf.with_columns(
        rated=_flag(any_rating & ~auto),
        satisfied=_when(any_rating & ~auto, good),
        satisfied_all=_when(any_rating, good),
    )
    if "rating_solved" in names:
        bar = scales["rating_solved"] * plan.good_share - 1e-9
        score = nw.col("solved_score")
        lf = lf.with_columns(solved=_when(~score.is_null(), score >= bar))
    return lf


def _with_copies(lf: Lazy, crowded: Lazy | None, plan: Plan) -> Lazy:
    """套用与批量：先数一数同一种、同一分钟有多少，再接回来。"""
    if plan.has("round"):
        lf = lf.with_columns(again_mark=_when(~nw.col("round").is_null(), nw.col("round") > 1))
    elif plan.has("again"):
        lf = lf.with_columns(again_mark=_when(~nw.col("again").is_null(), nw.col("again")))
    if plan.has("reply_key", "body_key"):
        lf = _shared(lf, "reply_key", "identical", 2)
        lf = _shared(lf, "reply_group" if plan.has("reply_group") else "reply_key", "template", plan.copies)
    if crowded is not None:
        lf = _with_minute(lf, plan).join(crowded, on=["sender", "minute"], how="left")
        lf = lf.with_columns(batch=_when(~nw.col("minute").is_null(), ~nw.col("together").is_null()))
    return lf


def _shared(lf: Lazy, key: str, name: str, least: int) -> Lazy:
    """同一种答复用在几封不同的来信上；来信相同的只算一封，合并答复不算套用。"""
    known = ~nw.col(key).is_null()
    used = (
        lf.filter(known & ~nw.col("body_key").is_null())
        .select(key, "body_key")
        .unique(subset=[key, "body_key"])
        .group_by(key)
        .agg(nw.len().alias(f"{name}_bodies"))
        .filter(nw.col(f"{name}_bodies") >= least)
    )
    lf = lf.join(used, on=key, how="left")
    return lf.with_columns(_when(~nw.col(key).is_null(), ~nw.col(f"{name}_bodies").is_null()).alias(name))


def _with_gaps(lf: Lazy, plan: Plan) -> Lazy:
    """两类来信各自的量：带火气与平和，乡村与城镇。"""
    timed = plan.has("created_day", "replied_day")
    answered = bool({"reply", "has_reply", "replied_day"} & plan.columns)
    for mark, yes, no in (("angry", "angry", "calm"), ("rural", "rural", "urban")):
        if not plan.has(mark):
            continue
        known = ~nw.col(mark).is_null()
        lf = lf.with_columns(_when(known, nw.col(mark)).alias(f"{mark}_mark"))
        for name, value in ((yes, 1), (no, 0)):
            mine = (~nw.col(f"{mark}_mark").is_null()) & (nw.col(f"{mark}_mark") == value)
            wanted: list[nw.Expr] = []
            if answered:
                wanted.append(nw.when(mine).then(nw.col("answered")).alias(f"answered_{name}"))
            if timed:
                wanted.append(nw.when(mine).then(nw.col("hours")).alias(f"hours_{name}"))
            if plan.has("quality"):
                wanted.append(nw.when(mine).then(nw.col("quality")).alias(f"quality_{name}"))
            if wanted:
                lf = lf.with_columns(*wanted)
    return lf


def wanted_columns(columns: Sequence[str], by: Sequence[str]) -> list[str]:
    """从原表取哪些列，别的不读。

    Args:
        columns: 原表的列。
        by: 分组的列。

    Returns:
        要取的列，照原表的次序。

    Examples:
        >>> wanted_columns(["message_id", "created_at", "place"], ["month", "place"])
        ['created_at', 'place']
    """
    keep = {*MEASURED, "has_reply", *by}
    return [name for name in columns if name in keep]
