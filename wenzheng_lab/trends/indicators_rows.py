"""一行一封的量：答了没有、用时、按不按时、怎样评。各引擎共用的 narwhals 式子只写在这里。

**缺失的规矩写明，不靠引擎猜。** 比较遇到缺失，pandas 得假、SQL 得空；所以每一步都先说“两个都不空时才比”，
不空的条件不成立，结果就是空，汇总时不进分子也不进分母。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import narwhals as nw

from wenzheng_lab.trends.indicators_pack import Lazy, packed

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
MINUTE = "replied_minute"
"""答复时间是从零日起的第几分，各引擎在进口处换好"""
SENDER = "sender"
"""谁答复的：答复单位，没有就是承办单位"""
SENT = "sent"
"""谁、哪一分钟，压成一个整数"""
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
    codes: Mapping[str, int] = field(default_factory=dict)
    """换成编号的文字列，各占几位，见 ``indicators_codes``"""

    def bits(self, name: str) -> int:
        """一列编号占几位。"""
        return self.codes.get(name, 1)

    @property
    def derived(self) -> tuple[str, ...]:
        """分组里由来信时间得出的；表里本来就有同名列的用原列，名字带 ``GROUPED``。"""
        return tuple(name for name in self.by if name in DERIVED)

    @property
    def raw(self) -> tuple[str, ...]:
        """分组里表里本来有的列（另抄的那份）。"""
        return tuple(name for name in self.by if name not in DERIVED)

    def has(self, *names: str) -> bool:
        """这些列是否都有。"""
        return all(name in self.columns for name in names)


def flag(condition: nw.Expr) -> nw.Expr:
    """真为 1，假为 0；条件空的也是 0。"""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def when_known(known: nw.Expr, condition: nw.Expr) -> nw.Expr:
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
        lf = lf.with_columns(answered=flag(signs[0] if len(signs) == 1 else signs[0] | signs[1]))
        lf = lf.with_columns(open=nw.lit(1) - nw.col("answered"))
    if plan.has("round"):
        lf = lf.with_columns(again_mark=when_known(~nw.col("round").is_null(), nw.col("round") > 1))
    elif plan.has("again"):
        lf = lf.with_columns(again_mark=when_known(~nw.col("again").is_null(), nw.col("again")))
    for mark in MARKS:
        name = mark.removesuffix("_mark")
        if plan.has(name):
            lf = lf.with_columns(when_known(~nw.col(name).is_null(), nw.col(name)).alias(mark))
    return lf


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
        auto = known & (nw.col("auto_rated") == 1)
        lf = lf.with_columns(auto=when_known(known, nw.col("auto_rated") == 1))
    count, total = nw.lit(0), nw.lit(0.0)
    for name in names:
        given = ~nw.col(name).is_null()
        if scales[name] > 1:
            # 星级、百分制里的 0 是没有评；只有 0/1 制的 0 才是“没解决”
            given = given & (nw.col(name) > 0)
        count = count + flag(given)
        total = total + nw.when(given).then(nw.col(name) / scales[name]).otherwise(nw.lit(0.0))
        short = name.removeprefix("rating_")
        lf = lf.with_columns(nw.when(given & ~auto).then(nw.col(name)).alias(f"{short}_score"))
    lf = lf.with_columns(ratings=count, rating_sum=total)
    any_rating = nw.col("ratings") > 0
    # 平均 ≥ 八成写成乘法，免得各引擎除法的末位不同；0.8×5×3 这类数在二进制里差一丝，放一点宽
    good = nw.col("rating_sum") >= nw.col("ratings") * plan.good_share - 1e-9
    lf = lf.with_columns(
        rated=flag(any_rating & ~auto),
        satisfied=when_known(any_rating & ~auto, good),
        satisfied_all=when_known(any_rating, good),
    )
    if "rating_solved" in names:
        bar = scales["rating_solved"] * plan.good_share - 1e-9
        score = nw.col("solved_score")
        lf = lf.with_columns(solved=when_known(~score.is_null(), score >= bar))
    return lf


def sent_at(plan: Plan) -> nw.Expr:
    """谁、哪一分钟答复的，压成一个整数（``SENT``）；没有答复、恰为零时（当作没有钟点）的是空。

    Args:
        plan: 这次怎样算；表里有 replied_day、replied_moment、replied_minute 与 ``SENDER`` 的编号。

    Returns:
        式子。
    """
    moment, minute = nw.col("replied_moment"), nw.col(MINUTE)
    clocked = (~moment.is_null()) & (moment != nw.col("replied_day") * 86_400)
    # 分钟数从零日起，到公元九千年也不到三十三位
    return nw.when(clocked).then(packed([(SENDER, nw.col(SENDER), plan.bits(SENDER)), (MINUTE, minute, 33)]))


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
        .group_by(key, "body_key")
        .agg(nw.len().alias("same_body"))
        .group_by(key)
        .agg(nw.len().alias(f"{name}_bodies"))
        .filter(nw.col(f"{name}_bodies") >= least)
    )
    lf = lf.join(used, on=key, how="left")
    return lf.with_columns(when_known(~nw.col(key).is_null(), ~nw.col(f"{name}_bodies").is_null()).alias(name))


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
