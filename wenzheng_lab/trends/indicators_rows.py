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
GROUPED = "by__"
"""分组的列另抄一份，名字加这个头：同一列可以既分组又计量"""
BLANKS = " \t\r\n\u3000"
"""算作空白的字；写明，免得各引擎的“空白”不一样"""
FEATURES = ("body_key", "reply_key", "reply_group", "angry", "again", "rural")
"""由文字得出、另存的列，见 ``engine_features``"""
TEXTS = ("reply",)
TIMES = ("created_at", "replied_at")
RATINGS = ("rating_solved", "rating_attitude", "rating_speed")
MARKS = ("angry_mark", "rural_mark")
"""两类来信：1 是带火气（乡村）的，0 是平和（城镇）的，空是分不出"""
_FINE, _COARSE = 7_200, 86_400
"""答复用时两小时一段，已等的一天一段（秒）"""
SEGMENT = "segment"
"""落在哪一段：偶数是答复用时，奇数是未答复的已等"""
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
    as_of_moment: int
    """截止时刻是从零日起的第几秒"""
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
    first_day: int
    """日历表的首日（序数）；以外的时间当作没有"""
    last_day: int
    """日历表的末日（序数）"""
    covered: bool
    """表里的时间是不是都在日历表里"""
    ended: bool
    """来信是不是都不晚于截止时刻"""

    @property
    def derived(self) -> tuple[str, ...]:
        """分组里由来信时间得出的；表里本来就有同名列的用原列，名字带 ``GROUPED``。"""
        return tuple(name for name in self.by if name in DERIVED)

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
    """一列时间在引擎里换成的两列整数：第几天（``date.toordinal``），从零日起的第几秒。

    Args:
        name: ``created_at`` 或 ``replied_at``。

    Returns:
        两列的名字。

    Examples:
        >>> day_columns("created_at")
        ('created_day', 'created_moment')
    """
    short = name.removesuffix("_at")
    return f"{short}_day", f"{short}_moment"


def prepare(lf: Lazy, plan: Plan) -> Lazy:
    """每封的基本量：答了没有、又来信、语气、城乡。

    Args:
        lf: 规范列的表，只含用得着的列；时间已换成 ``day_columns`` 两列，没有 NaN。
        plan: 这次怎样算。

    Returns:
        多了 answered、open、again_mark、angry_mark、rural_mark 各列里有原料的。
    """
    signs = []
    if plan.has("has_reply"):
        signs.append((~nw.col("has_reply").is_null()) & nw.col("has_reply"))
    elif plan.has("reply"):
        signs.append((~nw.col("reply").is_null()) & (nw.col("reply").str.strip_chars(BLANKS) != nw.lit("")))
    if plan.has("replied_day"):
        signs.append(~nw.col("replied_day").is_null())
    if signs:
        # 答复一格有字，或答复时间不空
        lf = lf.with_columns(answered=_flag(signs[0] if len(signs) == 1 else signs[0] | signs[1]))
        lf = lf.with_columns(open=nw.lit(1) - nw.col("answered"))
    if plan.has("round"):
        lf = lf.with_columns(again_mark=_when(~nw.col("round").is_null(), nw.col("round") > 1))
    elif plan.has("again"):
        lf = lf.with_columns(again_mark=_when(~nw.col("again").is_null(), nw.col("again")))
    for mark in MARKS:
        name = mark.removesuffix("_mark")
        if plan.has(name):
            lf = lf.with_columns(_when(~nw.col(name).is_null(), nw.col(name)).alias(mark))
    return lf


def same_days(lf: Lazy, plan: Plan) -> Lazy:
    """同一组里同一天来、同一天答、各样是非都一样的并成一行，记下有几封（``times``）。

    钟点上才分得出的几样先化成是非：用时是不是负的（``ahead``）、来信是不是晚于截止时刻（``future``）、
    过没过按小时的时限（``within__编号``、``over__编号``）。日子与是非压进一个整数，各引擎都只按它数。

    Args:
        lf: ``prepare`` 的结果。
        plan: 这次怎样算。

    Returns:
        分组的原列、created_day、replied_day 与各样是非，空的照旧是空。
    """
    have = lf.collect_schema().names()
    # 只有答复时间的，答没答看有没有答复那天；数过以后再定，不必一封一封地看
    dated = plan.has("replied_day") and plan.covered and not plan.has("has_reply") and not plan.has("reply")
    marks = [name for name in ("answered", "again_mark", *MARKS) if name in have and not (dated and name == "answered")]
    flags: dict[str, nw.Expr] = {name: nw.col(name) for name in marks}
    hourly = [clock for clock in plan.clocks if not clock.days]
    if plan.has("created_day"):
        waited = _waited(plan)
        if not plan.ended:
            flags["future"] = _flag(waited < 0)
        flags |= {f"over__{clock.id}": _flag(waited > clock.seconds) for clock in hourly}
        if plan.has("replied_day"):
            flags["ahead"] = _flag(_used() < 0)
            flags |= {f"within__{clock.id}": _flag(_used() <= clock.seconds) for clock in hourly}
    days = [name for name in ("created_day", "replied_day") if plan.has(name)]
    fields: Fields = [(name, _day_in(name, plan), _DAY_BITS) for name in days]
    fields += [(name, flag, 2) for name, flag in flags.items()]
    raw = [name for name in plan.by if name not in plan.derived]
    if not fields:
        return count_rows(lf, raw)
    few = unpack(count_rows(pack(lf, fields), [*raw, *packs(fields)]), fields)
    few = few.with_columns((nw.col(name) + plan.first_day).alias(name) for name in days)
    if dated:
        few = few.with_columns(answered=_flag(~nw.col("replied_day").is_null()))
    if plan.has("created_day") and plan.ended:
        few = few.with_columns(future=nw.lit(0))
    answers = dated or "answered" in flags
    return few.with_columns(open=nw.lit(1) - nw.col("answered")) if answers else few


def _day_in(name: str, plan: Plan) -> nw.Expr:
    """日历表里的第几天；以外的当作没有。"""
    day = nw.col(name) - plan.first_day
    return day if plan.covered else nw.when(_within(name, plan)).then(day)


Fields = list[tuple[str, nw.Expr, int]]
"""要压在一起的几个小整数：名字，式子，占几位"""
TIMES_SEEN = "times"
"""小表里一行代表几封"""
_DAY_BITS, _SEGMENT_BITS, _WHOLE = 15, 21, 52
"""日历表不到三万天，七十一年不到六十三万小时；小数能准准地表示的整数有五十三位"""


def packs(fields: Fields) -> dict[str, Fields]:
    """分成几个整数来压，各不超过五十二位。

    Args:
        fields: 要压的。

    Returns:
        压成的列名到其中的各样。
    """
    out: dict[str, Fields] = {}
    room = 0
    for field in fields:
        if field[2] > room:
            out[f"packed{len(out)}"], room = [], _WHOLE
        out[f"packed{len(out) - 1}"].append(field)
        room -= field[2]
    return out


def pack(lf: Lazy, fields: Fields) -> Lazy:
    """几个不小于 0 的小整数压在一起：按一列分组比按十列快得多。空的记作 0，别的加一。

    Args:
        lf: 表。
        fields: 要压的。

    Returns:
        多了 ``packs`` 那几列。
    """
    return lf.with_columns(packed(part).alias(name) for name, part in packs(fields).items())


def packed(fields: Fields) -> nw.Expr:
    """压成一个整数的式子。

    Args:
        fields: 要压的，合起来不超过五十二位。

    Returns:
        式子，没有空的。
    """
    whole = nw.lit(0).cast(nw.Int64)
    for at, (_, value, bits) in enumerate(fields):
        one = value.fill_null(-1).cast(nw.Int64) + 1
        whole = one if at == 0 else whole * (1 << bits) + one
    return whole


def unpack(lf: Lazy, fields: Fields) -> Lazy:
    """把 ``pack`` 压的拆开。

    Args:
        lf: 压过的表。
        fields: 同 ``pack``。

    Returns:
        各样拆成列，压成的列去掉。
    """
    for column, part in packs(fields).items():
        for name, _, bits in reversed(part):
            lf = lf.with_columns((nw.col(column) % (1 << bits)).alias(name)).with_columns(
                # 能整除，除出来的小数是准的
                ((nw.col(column) - nw.col(name)) / (1 << bits)).cast(nw.Int64).alias(column),
                nw.when(nw.col(name) > 0).then(nw.col(name) - 1).alias(name),
            )
        lf = lf.drop(column)
    return lf


def count_rows(lf: Lazy, keys: Sequence[str]) -> Lazy:
    """每一种有几封。

    Args:
        lf: 表。
        keys: 按哪几列分；没有就是全体一行。

    Returns:
        各列与 ``times``。
    """
    if not keys:
        return lf.select(nw.len().alias(TIMES_SEEN))
    return lf.group_by(*keys).agg(nw.len().alias(TIMES_SEEN))


def _used() -> nw.Expr:
    """用了多少秒；缺一个时间是空。"""
    return nw.col("replied_moment") - nw.col("created_moment")


def _waited(plan: Plan) -> nw.Expr:
    """到截止时刻等了多少秒。"""
    return nw.lit(plan.as_of_moment) - nw.col("created_moment")


def with_days(lf: Lazy, calendar: Lazy, plan: Plan) -> Lazy:
    """接上日历：来信那天、答复那天的工作日数，各套时限的最后一天，属于哪个月。

    Args:
        lf: 有 created_day、replied_day 的表。
        calendar: 日历表，见 ``engine_calendar``。
        plan: 这次怎样算。

    Returns:
        多了 c_day、c_work、``due__编号``、r_day、r_work；日期在日历以外的是空。
    """
    lf = with_periods(lf, calendar, plan, "workdays", *(f"due__{clock.id}" for clock in plan.clocks if clock.days))
    if plan.has("created_day"):
        lf = lf.rename({"workdays": "c_work"})
    if plan.has("replied_day"):
        theirs = calendar.select("day", nw.col("day").alias("r_day"), nw.col("workdays").alias("r_work"))
        lf = lf.join(theirs, left_on="replied_day", right_on="day", how="left")
    return lf


def with_periods(lf: Lazy, calendar: Lazy, plan: Plan, *more: str) -> Lazy:
    """接上来信那天属于哪个月（季、年、周）的编号。

    Args:
        lf: 有 created_day 的表。
        calendar: 日历表。
        plan: 这次怎样算。
        more: 日历表里还要接的列。

    Returns:
        多了 c_day 与各编号；没有来信时间的表原样。
    """
    if not plan.has("created_day") or not (plan.derived or more):
        return lf
    mine = calendar.select("day", nw.col("day").alias("c_day"), *plan.derived, *more)
    return lf.join(mine, left_on="created_day", right_on="day", how="left")


def with_times(lf: Lazy, plan: Plan) -> Lazy:
    """按天算得出的量：工作日、已等的工作日、按不按时。

    Args:
        lf: ``same_days`` 接上 ``with_days`` 的结果。
        plan: 这次怎样算。

    Returns:
        多了 no_created、backwards、timed、workdays、open_workdays、``on_time__编号``、``last_day__编号``。
    """
    if not plan.has("created_day"):
        return lf
    begun = ~nw.col("c_day").is_null()
    lf = lf.with_columns(no_created=_flag(~begun))
    if plan.has("answered") or "answered" in lf.collect_schema().names():
        waiting = (nw.col("open") == 1) & begun & (nw.col("future") == 0)
        lf = lf.with_columns(waiting=_flag(waiting))
        if plan.as_of_workday is not None:
            since = nw.lit(plan.as_of_workday) - nw.col("c_work")
            lf = lf.with_columns(open_workdays=nw.when(waiting & ~nw.col("c_work").is_null()).then(since))
    if not plan.has("replied_day"):
        return lf
    both = begun & ~nw.col("r_day").is_null()
    timed = both & (nw.col("ahead") == 0)
    works = timed & ~nw.col("c_work").is_null() & ~nw.col("r_work").is_null()
    lf = lf.with_columns(
        backwards=_flag(both & (nw.col("ahead") == 1)),
        timed=_flag(timed),
        workdays=nw.when(works).then(nw.col("r_work") - nw.col("c_work")),
    )
    for clock in plan.clocks:
        lf = _with_deadline(lf, clock, timed, begun, plan)
    return lf


def _with_deadline(lf: Lazy, clock: Clock, timed: nw.Expr, begun: nw.Expr, plan: Plan) -> Lazy:
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
        met = timed & (nw.col(f"within__{clock.id}") == 1)
        missed = timed & (nw.col(f"within__{clock.id}") == 0)
        overdue = waiting & (nw.col(f"over__{clock.id}") == 1)
    return lf.with_columns(
        nw.when(met).then(nw.lit(1)).when(missed | overdue).then(nw.lit(0)).alias(f"on_time__{clock.id}")
    )


def span_fields(lf: Lazy, plan: Plan) -> Fields:
    """用时与已等落在哪一段（``SEGMENT``）：两样都不是的是空。

    段只用来粗分，各引擎取整的法子不同也不要紧，只要越久的段号不越小。

    Args:
        lf: ``prepare`` 的结果。
        plan: 这次怎样算。

    Returns:
        （名字，式子，占几位）；没有来信时间的没有。
    """
    if not plan.has("created_day"):
        return []
    waiting, waited = _waiting(lf, plan), _waited(plan)
    # 已等的按天分段，答复用时按两小时；一个数里，奇的是已等，偶的是用时
    held = nw.when(waiting).then((waited / _COARSE).cast(nw.Int64) * 2 + 1)
    if not plan.has("replied_day"):
        return [(SEGMENT, held, _SEGMENT_BITS)]
    return [(SEGMENT, nw.when(_timed(plan)).then((_used() / _FINE).cast(nw.Int64) * 2).otherwise(held), _SEGMENT_BITS)]


def span_of(lf: Lazy, plan: Plan) -> nw.Expr:
    """用时（答复了的）或已等（没有答复的），秒；两样都算不出是空。

    Args:
        lf: ``prepare`` 的结果。
        plan: 这次怎样算。

    Returns:
        式子。
    """
    held = nw.when(_waiting(lf, plan)).then(_waited(plan))
    return nw.when(_timed(plan)).then(_used()).otherwise(held) if plan.has("replied_day") else held


def _timed(plan: Plan) -> nw.Expr:
    used = _used()
    known = ~used.is_null()
    if not plan.covered:
        known = _within("created_day", plan) & _within("replied_day", plan)
    return known & (used >= 0)


def _waiting(lf: Lazy, plan: Plan) -> nw.Expr:
    if "open" not in lf.collect_schema().names():
        return nw.lit(False)
    waiting = (nw.col("open") == 1) & _within("created_day", plan)
    return waiting if plan.ended else waiting & (_waited(plan) >= 0)


def _within(name: str, plan: Plan) -> nw.Expr:
    """这天在日历表里；不接日历也分得出。"""
    column = nw.col(name)
    known = ~column.is_null()
    return known if plan.covered else known & (column >= plan.first_day) & (column <= plan.last_day)


def with_ratings(lf: Lazy, plan: Plan) -> Lazy:
    """评分：自动好评单列，其余的才算解决、满意。

    Args:
        lf: 有评分各列的表，可以已把相同的并成一行。
        plan: 这次怎样算。

    Returns:
        多了 auto、rated、satisfied、satisfied_all、solved 与各项评分。
    """
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


def with_minute(lf: Lazy, plan: Plan) -> Lazy:
    """谁、哪一分钟答复的（那一分钟的头一秒）；恰为零时的当作没有钟点。

    单位空着的归在一起；不填的话，pandas 会把空与空配上，SQL 不会。

    Args:
        lf: 有 replied_day、replied_moment 的表。
        plan: 这次怎样算。

    Returns:
        多了 sender、minute；没有钟点的 minute 是空。
    """
    unit = next((name for name in ("reply_unit", "department") if plan.has(name)), None)
    moment = nw.col("replied_moment")
    clocked = (~moment.is_null()) & (moment > nw.col("replied_day") * 86_400)
    minute = moment - moment % 60
    sender = nw.lit("") if unit is None else nw.col(unit).fill_null("")
    return lf.with_columns(sender=sender, minute=nw.when(clocked).then(minute))


def with_batch(lf: Lazy, crowded: Lazy, plan: Plan) -> Lazy:
    """是不是批量答复：1 是，0 不是，空是没有钟点。

    Args:
        lf: 有 replied_day、replied_moment 的表。
        crowded: 挤在一起的那些（单位，分钟）。
        plan: 这次怎样算。

    Returns:
        多了 batch。
    """
    lf = with_minute(lf, plan).join(crowded, on=["sender", "minute"], how="left")
    return lf.with_columns(batch=_when(~nw.col("minute").is_null(), ~nw.col("together").is_null()))


def with_copies(lf: Lazy, plan: Plan) -> Lazy:
    """套用：先数一数同一种答复用在几封不同的来信上，再接回来。

    Args:
        lf: 有 reply_key、body_key 的表。
        plan: 这次怎样算。

    Returns:
        多了 identical、template。
    """
    lf = _shared(lf, "reply_key", "identical", 2)
    return _shared(lf, "reply_group" if plan.has("reply_group") else "reply_key", "template", plan.copies)


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
