"""``indicators``：来了多少、答了多少、多快、按不按时、来信人怎样评，各带分母。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

import narwhals as nw

from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.errors import InputError, InputTypeError, explain, require_kind, show, suggest
from wenzheng_lab.letter.frames import require_frame
from wenzheng_lab.model import Signature, parse_time
from wenzheng_lab.rules.deadlines import DeadlineRule, Deadlines, load_deadlines
from wenzheng_lab.trends.engine import Engine, open_engine
from wenzheng_lab.trends.engine_base import edges_of
from wenzheng_lab.trends.engine_calendar import FIRST, LAST, calendar_table, choose_rules, clocks_of, work_number
from wenzheng_lab.trends.engine_features import add_features
from wenzheng_lab.trends.indicators_codes import read_codes
from wenzheng_lab.trends.indicators_days import SEGMENT
from wenzheng_lab.trends.indicators_finish import merge_same, rates, suppress, whole_numbers
from wenzheng_lab.trends.indicators_group import (
    crowded_minutes,
    day_counts,
    narrow,
    rating_sums,
    span_counts,
    span_picks,
    text_sums,
)
from wenzheng_lab.trends.indicators_notes import build_notes
from wenzheng_lab.trends.indicators_pack import Lazy
from wenzheng_lab.trends.indicators_rows import (
    DERIVED,
    FEATURES,
    GROUPED,
    MEASURED,
    MINUTE,
    RATINGS,
    SENDER,
    TIMES,
    Plan,
    day_columns,
    wanted_columns,
)
from wenzheng_lab.trends.indicators_spec import Spec, spec
from wenzheng_lab.trends.indicators_table import IndicatorTable
from wenzheng_lab.trends.indicators_tally import Groups, Tally, tidy
from wenzheng_lab.trends.indicators_warnings import find_warnings

if TYPE_CHECKING:
    import pandas as pd

_PERSONS = ("author", "message_id")
_MOST_BY = 3
_SCALES = (1.0, 5.0, 10.0, 100.0)


def indicators(
    data: object,
    by: Sequence[str] = (),
    *,
    profile: str | Sequence[str] | None = None,
    as_of: datetime | None = None,
    smallest: int | None = None,
    engine: str = "auto",
    deadlines: Deadlines | None = None,
    reading: Mapping[str, object] | None = None,
) -> IndicatorTable:
    """分组算办理指标，每个都带分母与没有作答的人数。

    表里有哪些列就算哪些指标，没有的不猜。看文字的几项（套用、又来信、语气、城乡）对内存里的表当场算，
    对文件与 Spark 的表要先用 ``wenzheng_lab.trends.engine_features`` 存好。不按人分组，不给人排名。

    Args:
        data: 规范列的表（pandas、polars、pyarrow、Spark），或 parquet、csv 的路径，可以比内存大。
        by: 分组的列，至多三个；``month``、``quarter``、``year``、``week`` 由来信时间得出，其余是表里的列。
        profile: 看哪几套时限，如 ``["jinan12345", "xinfang", "shenyang.complex"]``；默认见说明文件。
        as_of: 截止时刻（北京时间），未答复的等到这时；默认取表里最晚的一个时间。
        smallest: 一组、一个分母不到这么多封的不显示，默认 5；只给内部看时可写 1。
        engine: ``auto``、``duckdb``、``pandas``、``polars``，或 Spark 的主节点，如 ``spark://主机:7077``。
        deadlines: 时限，默认随包的；自己单位的用 ``load_deadlines(文件)`` 读入。
        reading: 阅读报告，说明里据它写时间有多准；内存里的表自带。

    Returns:
        ``IndicatorTable``：``.table`` 每组一行，``.total`` 合计，另有 ``.warnings``、``.notes``、``.signature``。

    Raises:
        InputError: 分组、时限、引擎写错，或按人分组。
        InputTypeError: 来的不是表也不是路径。
        ReadError: 文件打不开。

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({
        ...     "created_at": pd.to_datetime(["2026-09-17 09:00"] * 6),
        ...     "replied_at": pd.to_datetime(["2026-09-21 09:00"] * 5 + [None]),
        ... })
        >>> found = indicators(frame, by=["month"], profile="jinan12345")
        >>> row = found.table.iloc[0]
        >>> float(row["answered_rate"]), float(row["hours_median"]), float(row["workdays_median"])
        (0.8333333333333334, 96.0, 3.0)
    """
    rulebook = spec()
    groups = _check_by(by)
    least = _check_smallest(rulebook.smallest if smallest is None else smallest)
    if deadlines is not None:
        require_kind(deadlines, Deadlines, "deadlines", "应为时限", "自己的请用 load_deadlines(文件) 读入")
    rules = choose_rules(
        rulebook.profiles if profile is None else [profile] if isinstance(profile, str) else profile, deadlines
    )
    if reading is None:
        reading = cast("Mapping[str, object] | None", getattr(data, "attrs", {}).get("reading"))
    hand = open_engine(_with_texts(data, groups), engine)
    try:
        have = hand.columns()
        _check_columns(have, groups)
        lf = _typed(hand.table(wanted_columns(list(have), groups)), groups)
        span = _span(hand, lf, as_of)
        odd = not all(FIRST <= day <= LAST for day in (*span.created, *span.replied) if day is not None)
        if odd:
            # 占位的 0001 年、9999 年：截止时刻会跟着跑到九千年后，间隔会算出几百万天
            lf = _without_odd_times(lf)
            span = _span(hand, lf, as_of, plain=False)
        dated = [day for day in (*span.created, *span.replied) if day is not None] or [date(2000, 1, 1)]
        calendar = WorkdayCalendar()
        days = calendar_table(min(dated), max(dated), rules, calendar)
        plan = _plan(lf, groups, rules, span, rulebook, days["day"])
        raw, total = _tally(hand, lf, days, plan)
        name = hand.name
    finally:
        hand.close()
    if merge_same(raw, groups):
        raise InputError(
            explain(
                f"{'、'.join(groups)} 里有只差首尾空白的名字，分成了两组",
                "同一个名字应写得一样",
                "请先去掉首尾空白，如 frame['department'] = frame['department'].str.strip()",
            )
        )
    whole = rates(total, (), rulebook)
    table, hidden, extra = suppress(rates(raw, groups, rulebook), groups, rulebook, least)
    shown, _, _ = suppress(whole, (), rulebook, least)
    return IndicatorTable(
        table=table,
        total=shown,
        by=groups,
        as_of=span.as_of,
        hidden=hidden,
        smallest=least,
        clocks=tuple((name, f"{_rule_text(rule)}") for name, rule in rules) if span.as_of else (),
        notes=(
            *build_notes(total, plan, reading, span.as_of, as_of is None, hidden, extra, least, have),
            *([f"有的时间在 {FIRST.year}–{LAST.year} 年以外，多半是写错了或占位的，按没有时间算。"] if odd else ()),
        ),
        warnings=tuple(find_warnings(raw, shown, groups, rulebook)),
        signature=_signature(rulebook, deadlines or load_deadlines(), calendar, name),
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """表里时间与评分的范围。"""

    created: tuple[date | None, date | None]
    replied: tuple[date | None, date | None]
    as_of: datetime | None
    latest: datetime | None
    scales: tuple[tuple[str, float], ...]


def _check_by(by: object) -> tuple[str, ...]:
    names = [by] if isinstance(by, str) else by
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise InputTypeError(explain(f"by 写成 {show(by)}", "应为列名的列表", '请写成 by=["month", "department"]'))
    groups = tuple(dict.fromkeys(names))
    persons = [name for name in groups if name in _PERSONS]
    if persons:
        raise InputError(
            explain(
                f"要按 {'、'.join(persons)} 分组",
                "指标只按事、按时间、按单位分，不按来信人分，也不逐封列",
                "请改用 month、department、category、place 等",
            )
        )
    if len(groups) > _MOST_BY:
        raise InputError(explain(f"by 有 {len(groups)} 列", f"至多 {_MOST_BY} 列", "列太多，每组就只剩几封，请减少"))
    return groups


def _check_smallest(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(explain(f"smallest 写成 {show(value)}", "应为 1 以上的整数", "公布的表请用默认的 5"))
    return value


def _check_columns(have: Mapping[str, str], by: Sequence[str]) -> None:
    if not have.keys() & {"created_at", "replied_at", "reply", "body", "subject", *RATINGS}:
        raise InputError(
            explain(
                f"表里的列是：{'、'.join(list(have)[:12]) or '（没有列）'}",
                "应有规范列，如 created_at、reply、replied_at、department",
                "原始导出请先用 wz.read_messages 读入，它会换好列名",
            )
        )
    for name in by:
        if name in DERIVED and name not in have and "created_at" in have:
            continue
        if name not in have or name in TIMES:
            usable = [
                *(DERIVED if "created_at" in have else ()),
                *(key for key in have if key not in (*TIMES, *_PERSONS)),
            ]
            raise InputError(
                explain(
                    f"by 里有 {name!r}，" + ("它是时刻，一刻一组没有意义" if name in TIMES else "表里没有这一列"),
                    f"可用：{'、'.join(usable[:24])}",
                    f"请改写 by；{suggest(name, usable)}",
                )
            )


def _with_texts(data: object, by: Sequence[str]) -> object:
    """内存里的 pandas 表：添上由文字得出的列，去掉用不着的列。"""
    import pandas as pd

    if not isinstance(data, pd.DataFrame):
        return data
    frame = require_frame(data)
    if not set(FEATURES) <= set(frame.columns):
        frame = add_features(frame)
    keep = wanted_columns([str(name) for name in frame.columns], by)
    # 只剩“来信”的表（既无时间也无答复）也要有一列，好数行数
    return frame[keep] if keep else frame


def _typed(lf: Lazy, by: Sequence[str]) -> Lazy:
    """评分换成小数，是非换成是非：各处存的类型不一；分组的列另抄一份。"""
    schema = lf.collect_schema()
    parts = []
    for name in schema.names():
        column = nw.col(name)
        if name in (*RATINGS, "quality", "round"):
            parts.append(column.cast(nw.Float64))
        elif name in ("auto_rated", "angry", "again", "rural", "has_reply"):
            parts.append(column.cast(nw.Boolean))
        elif name not in by or name in MEASURED:
            parts.append(column)
        if name in by:
            parts.append(_label(column, schema[name]).alias(f"{GROUPED}{name}"))
    if day_columns("replied_at")[0] in schema.names():
        unit = next((name for name in ("reply_unit", "department") if name in schema.names()), None)
        parts.append((nw.lit("") if unit is None else nw.col(unit)).alias(SENDER))
    return lf.select(*parts)


def _label(column: nw.Expr, kind: object) -> nw.Expr:
    """分组的列都当文字：空串与缺失是一回事，是非写成是、否，免得各引擎写法不一。"""
    if kind == nw.Boolean:
        no = nw.when(~column).then(nw.lit("否")).otherwise(nw.lit(""))
        return nw.when(column.is_null()).then(nw.lit("")).otherwise(nw.when(column).then(nw.lit("是")).otherwise(no))
    if kind == nw.String:
        return column
    return nw.when(~column.is_null()).then(column.cast(nw.String)).otherwise(nw.lit(""))


def _without_odd_times(lf: Lazy) -> Lazy:
    """日历表以外的时间当作没有。"""
    parts = []
    for name in lf.collect_schema().names():
        column = nw.col(name)
        for time in TIMES:
            day, moment = day_columns(time)
            if name in (day, moment, *((MINUTE,) if time == "replied_at" else ())):
                inside = (nw.col(day) >= FIRST.toordinal()) & (nw.col(day) <= LAST.toordinal())
                column = nw.when(inside).then(column)
        parts.append(column.alias(name))
    return lf.select(*parts)


def _span(hand: Engine, lf: Lazy, as_of: object, *, plain: bool = True) -> _Span:
    """时间的头尾、评分的最大值，一趟取齐；``plain`` 为假时不看原列，只看换好的列。"""
    have = lf.collect_schema().names()
    times = [name for name in TIMES if day_columns(name)[0] in have]
    ratings = [name for name in RATINGS if name in have]
    row = hand.edges(lf, times, ratings) if plain else edges_of(hand, lf, times, ratings)

    def moment_of(name: str) -> datetime | None:
        value = row.get(name)
        if value is None:
            return None
        days, seconds = divmod(int(value), 86_400)
        return datetime.fromordinal(days) + timedelta(seconds=seconds)

    def day_of(name: str) -> date | None:
        found = moment_of(name)
        return found.date() if found else None

    end = parse_time(as_of, "as_of") if as_of is not None else None
    latest = max((found for name in times if (found := moment_of(f"{name}__max"))), default=None)
    scales = []
    for name in ratings:
        top = row.get(f"{name}__max")
        if top is not None:
            scales.append((name, next((scale for scale in _SCALES if top <= scale), top)))
    return _Span(
        (day_of("created_at__min"), day_of("created_at__max")),
        (day_of("replied_at__min"), day_of("replied_at__max")),
        (end or latest) if "created_at" in times else None,
        latest,
        tuple(_same_scale(scales)),
    )


def _same_scale(scales: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """几项评分用同一个满分：取最大的。

    某一项碰巧没有人打过 2 分以上时，单看它会把五分制当成一分制。
    """
    top = max((scale for _, scale in scales), default=0.0)
    return [(name, top) for name, _ in scales]


def _plan(
    lf: Lazy,
    by: tuple[str, ...],
    rules: Sequence[tuple[str, DeadlineRule]],
    span: _Span,
    rulebook: Spec,
    days: Sequence[object],
) -> Plan:
    end = span.as_of or datetime(2000, 1, 1)
    have = lf.collect_schema().names()
    low, high = (date.fromordinal(cast(int, days[at])) for at in (0, -1))
    return Plan(
        columns=frozenset(have),
        by=tuple(name if name in DERIVED and f"{GROUPED}{name}" not in have else f"{GROUPED}{name}" for name in by),
        clocks=clocks_of(rules),
        as_of_day=end.toordinal(),
        as_of_moment=end.toordinal() * 86_400 + end.hour * 3600 + end.minute * 60 + end.second,
        as_of_workday=work_number(end.date(), WorkdayCalendar()),
        scales=span.scales,
        good_share=rulebook.good_share,
        copies=rulebook.copies,
        batch=rulebook.batch,
        first_day=cast(int, days[0]),
        last_day=cast(int, days[-1]),
        covered=all(low <= day <= high for day in (*span.created, *span.replied) if day is not None),
        ended=span.as_of is None or span.latest is None or span.latest <= span.as_of,
    )


def _tally(hand: Engine, lf: Lazy, days: Mapping[str, list[object]], plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """一趟一趟地算，各趟只取回一张小表；合成每组一行的与合计的。"""
    texts = [*plan.raw, *((SENDER,) if plan.has("replied_day") else ())]
    codes = read_codes(hand, lf, texts, [name for name, _ in plan.scales])
    plan = replace(plan, codes=codes.bits)
    labels = {name: codes.labels[name] for name in plan.raw}
    coded = dict(days)
    for name in DERIVED:
        names = sorted(set(map(str, days[name])))
        at = {label: code for code, label in enumerate(names)}
        coded[name] = [at[str(label)] for label in days[name]]
        if name in plan.derived:
            labels[name] = dict(enumerate(names))
    calendar = hand.small(coded)

    def fetch(part: Lazy) -> pd.DataFrame:
        return tidy(hand.fetch(part), plan.by)

    wide = codes.put(lf, codes.tables)
    table = narrow(wide, calendar, codes, plan)
    table = replace(table, lf=hand.keep(table.lf))
    crowded = crowded_minutes(table, plan)
    if crowded is not None:
        # 只有少数几分钟挤在一起：取回来再放进去，免得各处各数一遍
        crowded = hand.small(whole_numbers(hand.fetch(crowded)))
    sums = [
        fetch(part) for part in (rating_sums(table, codes, plan), text_sums(wide, calendar, plan)) if part is not None
    ]
    spans = span_counts(table, crowded, plan)
    tally = Tally(fetch(day_counts(table, calendar, plan)), sums, None if spans is None else fetch(spans))
    groups, everyone = Groups(tally.days, plan.by), Groups(tally.days, ())
    targets = tally.targets(groups, everyone)
    if targets[SEGMENT]:
        tally.add(fetch(span_picks(table, hand.small(targets), plan)))
    total = tally.table(everyone, labels)
    return (tally.table(groups, labels) if plan.by else total), total


def _rule_text(rule: DeadlineRule) -> str:
    return f"{rule.trigger}起{rule.limit_text}，{rule.deliver}（{rule.source}；{rule.status.label}）"


def _signature(rulebook: Spec, deadlines: Deadlines, calendar: WorkdayCalendar, engine: str) -> Signature:
    low, high = calendar.years
    return Signature.of(
        {
            "indicators": rulebook.version,
            "spec": rulebook.digest,
            "deadlines": deadlines.digest,
            "calendar": f"{low}-{high}",
            "engine": engine,
        }
    )
