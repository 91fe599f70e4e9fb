"""月报的数：来了多少、反映什么、多久答、答得怎样；只算数，不写话。"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.letter.frames import column_stamps, column_texts, column_times, require_messages
from wenzheng_lab.model import is_blank, parse_time
from wenzheng_lab.report.briefing_settings import briefing_settings
from wenzheng_lab.report.briefing_shape import Example, Facts, Matter, Period
from wenzheng_lab.report.masking import MASK, mask
from wenzheng_lab.report.summary import Summary, level_of, summarize
from wenzheng_lab.rules import load_rubric
from wenzheng_lab.trends.waiting import waiting_days

__all__ = ["PLACED", "Example", "Facts", "Matter", "Period", "collect_facts"]

if TYPE_CHECKING:
    import pandas as pd

    from wenzheng_lab.trends.hotspots import Hotspot


PLACED = re.compile("[市县区镇乡村街]|社区|[东西南北中]路")
"""标题里写了地点的征象"""
_LOOKED = 40
"""例子从每种毛病最低的几件里挑"""
_MUCH = 4
"""遮去这么多字以上的，读不出说了什么"""


def collect_facts(
    frame: pd.DataFrame,
    *,
    month: str | None = None,
    as_of: datetime | None = None,
    scores: pd.DataFrame | None = None,
    progress: bool = False,
) -> tuple[Facts, pd.DataFrame, tuple[Hotspot, ...]]:
    """算月报的数。

    Args:
        frame: 规范列的表。
        month: 只看哪个月，如 ``2026-06``；不给看全表。
        as_of: 截止时刻。
        scores: 现成的评分表（``wz.score_replies`` 的结果，与 ``frame`` 同索引）；不给当场评。
        progress: 评分时显示进度。

    Returns:
        （数，这一期的表，热点）。

    Raises:
        InputError: 月份写错，这个月没有来信。
    """
    table = require_messages(frame)
    times = column_times(table)
    part, earlier = _window(table, times, month)
    # 截止时刻看全表：只写一个月时，那个月的来信后来答了没有也看得到
    known = [time for time in (*times, *column_times(table, "replied_at")) if time is not None]
    as_of = as_of or max(known, default=None)
    set_ = briefing_settings()
    known = [time for time in column_times(part) if time is not None]
    whole = _period("合计", part, as_of)
    has_reply = bool({"reply", "replied_at"} & set(map(str, part.columns)))
    days, answered, usable, end = _waiting(part, as_of)
    done = days[usable & answered]
    recent, before = (None, _period("上月", earlier, as_of)) if month else _recent(part, as_of)
    kinds, kinds_known, unsure, judged, labels = _kinds(part)
    hot, hot_rows = _hotspots(part)
    quality, sampled, table_of_scores = _quality(part, scores, has_reply=has_reply, progress=progress)
    template, texts = _templates(part)
    facts = Facts(
        total=len(part),
        undated=len(part) - len(known),
        start=min(known, default=None),
        end=max(known, default=None),
        as_of=end,
        has_reply=has_reply,
        whole=whole,
        before=before if before and before.count >= set_.limit("smallest") else None,
        recent=recent,
        periods=_periods(part, as_of),
        p90=float(np.quantile(done, 0.9)) if len(done) else None,
        within=tuple((mark, int((done <= mark).sum())) for mark in set_.marks),
        open_long=int((usable & ~answered & (days > set_.limits["long"])).sum()) if has_reply else 0,
        kinds=kinds,
        kinds_known=kinds_known,
        kinds_unsure=unsure,
        kinds_judged=judged,
        places=_places(part),
        slow=_slow(part, labels, days, usable & answered, judged=judged),
        matters=_matters(hot, part, end),
        hot_rows=hot_rows,
        quality=quality,
        sampled=sampled,
        template=template,
        texts=texts,
        examples=_examples(part, table_of_scores, days) if table_of_scores is not None else (),
    )
    return facts, part, hot


def _window(
    table: pd.DataFrame, times: Sequence[datetime | None], month: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """（这一期的，上个月的）。"""
    if month is None:
        return table, table.iloc[:0]
    try:
        first = parse_time(f"{month}-01", "月份")
    except ValueError as error:
        raise InputError(explain(f"月份写成 {month!r}", "应写成 2026-06 这样", "请改写")) from error
    assert first is not None
    last = (first - timedelta(days=1)).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    inside = [time is not None and first <= time < following for time in times]
    if not any(inside):
        known = sorted(time for time in times if time is not None)
        span = f"{known[0]:%Y-%m} 至 {known[-1]:%Y-%m}" if known else "没有一个时间"
        raise InputError(explain(f"{month} 没有一封来信", f"表里的时间：{span}", "请换一个月"))
    return table[inside], table[[time is not None and last <= time < first for time in times]]


def _waiting(frame: pd.DataFrame, as_of: datetime | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, datetime | None]:
    none = np.zeros(len(frame), dtype=bool)
    if "created_at" not in frame or all(time is None for time in column_times(frame)):
        return np.full(len(frame), np.nan), none, none, as_of
    return waiting_days(frame, as_of)


def _answered(frame: pd.DataFrame) -> np.ndarray:
    replies, replied = column_texts(frame, "reply"), column_times(frame, "replied_at")
    return np.array([not is_blank(text) or time is not None for text, time in zip(replies, replied, strict=True)], bool)


def _period(label: str, frame: pd.DataFrame, as_of: datetime | None) -> Period:
    days, answered, usable, _ = _waiting(frame, as_of) if len(frame) else (np.array([]),) * 3 + (None,)
    done = days[(usable & answered).astype(bool)] if len(frame) else np.array([])
    return Period(
        label,
        len(frame),
        int(_answered(frame).sum()),
        len(done),
        float(np.median(done)) if len(done) else None,
        int((done > briefing_settings().limits["long"]).sum()),
    )


def _recent(frame: pd.DataFrame, as_of: datetime | None) -> tuple[Period | None, Period | None]:
    """近一年与再前一年；表不到两年，不比。"""
    times = column_times(frame)
    known = [time for time in times if time is not None]
    span = timedelta(days=briefing_settings().limit("recent"))
    if not known or max(known) - _core_start(known) < 2 * span - timedelta(days=20):
        return None, None
    last = max(known)

    def between(low: datetime, high: datetime) -> pd.DataFrame:
        return frame[[time is not None and low < time <= high for time in times]]

    return (
        _period("近一年", between(last - span, last), as_of),
        _period("前一年", between(last - 2 * span, last - span), as_of),
    )


def _core_start(known: Sequence[datetime]) -> datetime:
    """去掉最早的零星几封，来信是从什么时候成规模的：三年前的一封不能当作“有三年的数”。"""
    ordered = sorted(known)
    return ordered[int(len(ordered) * briefing_settings().limits["stray"])]


def _periods(frame: pd.DataFrame, as_of: datetime | None) -> tuple[Period, ...]:
    """分年或分月；头尾零星的并到相邻的一行，不显示很小的数。"""
    times = column_times(frame)
    known = [time for time in times if time is not None]
    if not known:
        return ()
    set_ = briefing_settings()
    yearly = (max(known) - _core_start(known)).days > set_.limits["by_year"]
    most = set_.limit("rows" if yearly else "months")
    keys = [None if time is None else (time.year, 0 if yearly else time.month) for time in times]
    order = sorted({key for key in keys if key is not None})
    groups = [[key] for key in order]
    sizes = Counter(key for key in keys if key is not None)

    def size(group: list[tuple[int, int]]) -> int:
        return sum(sizes[key] for key in group)

    while len(groups) > 1 and (size(groups[0]) < set_.limits["smallest"] or len(groups) > most):
        groups[:2] = [groups[0] + groups[1]]
    while len(groups) > 1 and size(groups[-1]) < set_.limits["smallest"]:
        groups[-2:] = [groups[-2] + groups[-1]]
    at = 1
    while at < len(groups) - 1:
        if size(groups[at]) < set_.limits["smallest"]:
            groups[at : at + 2] = [groups[at] + groups[at + 1]]
        else:
            at += 1
    if len(groups) < 2:
        return ()

    def name(key: tuple[int, int]) -> str:
        return f"{key[0]}年" if yearly else f"{key[0]}年{key[1]}月"

    out = []
    for at, group in enumerate(groups):
        label = name(group[0])
        if len(group) > 1:
            label = f"{name(group[-1])}及以前" if at == 0 else f"{label}至{name(group[-1])}"
        chosen = set(group)
        out.append(_period(label, frame[[key in chosen for key in keys]], as_of))
    return tuple(out)


def _kinds(frame: pd.DataFrame) -> tuple[tuple[tuple[str, int], ...], int, int, bool, list[str]]:
    """分类：表里有就用表里的，没有由程序初分。"""
    labels = column_texts(frame, "category")
    unsure, judged = 0, False
    if not any(labels):
        from wenzheng_lab.triage.category import judge_category

        found = [
            judge_category(subject, body)
            for subject, body in zip(column_texts(frame, "subject"), column_texts(frame, "body"), strict=True)
        ]
        labels = ["" if one.unsure else one.category for one in found]
        unsure, judged = sum(one.unsure for one in found), True
    counts = Counter(label for label in labels if label)
    set_ = briefing_settings()
    shown = [
        (name, count) for name, count in counts.most_common(set_.limit("kinds")) if count >= set_.limits["smallest"]
    ]
    return tuple(shown), sum(counts.values()), unsure, judged, labels


def _places(frame: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    set_ = briefing_settings()
    counts = Counter(place for place in column_texts(frame, "place") if place)
    if len(counts) < 2:
        return ()
    return tuple(
        (name, count) for name, count in counts.most_common(set_.limit("kinds")) if count >= set_.limits["smallest"]
    )


def _slow(
    frame: pd.DataFrame, labels: Sequence[str], days: np.ndarray, done: np.ndarray, *, judged: bool
) -> tuple[tuple[str, int, float], ...]:
    """比全部慢得多的类；件数太少的不比。"""
    set_ = briefing_settings()
    if not done.any():
        return ()
    whole = float(np.median(days[done]))
    found = []
    for name in sorted({label for label in labels if label}):
        inside = done & np.array([label == name for label in labels])
        if int(inside.sum()) >= set_.limits["groups"]:
            middle = float(np.median(days[inside]))
            if middle >= whole * set_.limits["slower"]:
                found.append((name, int(inside.sum()), middle))
    return tuple(sorted(found, key=lambda one: (-one[2], one[0])))


def _hotspots(frame: pd.DataFrame) -> tuple[tuple[Hotspot, ...], int]:
    from wenzheng_lab.trends.hotspots import find_hotspots

    set_ = briefing_settings()
    limit = set_.limit("most_hot")
    cut = 0
    if len(frame) > limit:
        order = column_stamps(frame).argsort(kind="stable")
        frame, cut = frame.iloc[order.to_numpy()[-limit:]], limit
    found = find_hotspots(frame, top=3 * set_.limit("hot"))
    return tuple(one for one in found if one.people >= set_.limits["people"])[: set_.limit("hot")], cut


def _matters(hot: Sequence[Hotspot], frame: pd.DataFrame, as_of: datetime | None) -> tuple[Matter, ...]:
    from wenzheng_lab.letter.frames import message_ids

    done = dict(zip(message_ids(frame), _answered(frame).tolist(), strict=True))
    still = timedelta(days=briefing_settings().limit("still"))
    return tuple(
        Matter(
            mask(one.title, "message").text,
            one.place,
            one.people,
            len(one.members),
            one.likes,
            one.start,
            one.end,
            sum(done[member] for member in one.members),
            bool(one.end and as_of and as_of - one.end <= still),
            bool(one.place) or bool(PLACED.search(one.title)),
        )
        for one in hot
    )


def _quality(
    frame: pd.DataFrame, scores: pd.DataFrame | None, *, has_reply: bool, progress: bool
) -> tuple[Summary | None, int, pd.DataFrame | None]:
    from wenzheng_lab.reply import score_replies

    texts = column_texts(frame, "reply")
    if not has_reply or not any(text.strip() for text in texts):
        return None, 0, None
    set_ = briefing_settings()
    sampled = 0
    chosen = frame
    if scores is None:
        with_reply = np.flatnonzero([bool(text.strip()) for text in texts])
        limit = set_.limit("most_scored")
        if len(with_reply) > limit:
            # 抽样固定：同一张表抽的永远是同一批
            drawn = random.Random(f"{len(with_reply)}:briefing").sample(with_reply.tolist(), limit)
            with_reply, sampled = np.sort(np.array(drawn)), limit
        chosen = frame.iloc[with_reply]
        scores = score_replies(chosen, progress=progress)
    else:
        scores = scores.loc[[index in set(frame.index) for index in scores.index]]
        chosen = frame.loc[scores.index]
    if not scores["total"].notna().any():
        return None, 0, None
    return summarize(chosen, scores, load_rubric()), sampled, scores


def _templates(frame: pd.DataFrame) -> tuple[int, int]:
    from wenzheng_lab.trends.indicators_compute import indicators

    if "reply" not in frame:
        return 0, 0
    found = indicators(frame, smallest=1).total.iloc[0]
    texts = found.get("reply_texts", 0)
    if not texts or texts != texts:
        return 0, 0
    return round(float(found["template_rate"]) * float(texts)), int(texts)


def _name(author: str) -> tuple[str, ...]:
    return (author,) if len(author) > 1 else ()


def _worst(item: tuple[int, pd.Series]) -> tuple[float, int]:
    return float(item[1]["total"]), item[0]


def _examples(frame: pd.DataFrame, scores: pd.DataFrame, days: np.ndarray) -> tuple[Example, ...]:
    """每种毛病取一件最典型的；同一件不重复取。"""
    set_ = briefing_settings()
    texts = column_texts(frame, "reply")
    place = {index: at for at, index in enumerate(frame.index)}
    rows = [(place[index], row) for index, row in scores.iterrows() if row["total"] == row["total"]]
    fit = [(at, row) for at, row in rows if 25 <= len(texts[at]) <= 400]

    def gates(row: pd.Series) -> set[str]:
        return {part for part in str(row["gates"]).split("、") if part and part != "nan"}

    tests: dict[str, Callable[[int, pd.Series], bool]] = {
        "off_topic": lambda at, row: "G3" in gates(row) or level_of(row["relevance"]) == 0,
        "empty": lambda at, row: level_of(row["disposition"]) == 0 and level_of(row["fact_finding"]) == 0,
        "privacy": lambda at, row: "G1" in gates(row),
        "late": lambda at, row: bool(days[at] > set_.limits["long"]) and level_of(row["timeliness"]) == 0,
    }
    out: list[Example] = []
    used: set[str] = set()
    numbers, authors = column_texts(frame, "message_id"), column_texts(frame, "author")
    for kind in set_.faults:
        pool = [(at, row) for at, row in fit if tests[kind](at, row) and texts[at] not in used]
        if not pool or len(out) >= set_.limits["examples"]:
            continue
        hidden = {
            at: mask(texts[at], "reply", _name(authors[at])).text.count(MASK)
            for at, _ in sorted(pool, key=_worst)[:_LOOKED]
        }
        at, row = min(
            ((at, row) for at, row in pool if at in hidden),
            # 泄露的取遮得最多的；别的取遮得少的，遮满了看不出毛病在哪里
            key=lambda item: (-hidden[item[0]] if kind == "privacy" else hidden[item[0]] > _MUCH, *_worst(item)),
        )
        used.add(texts[at])
        day = float(days[at]) if days[at] == days[at] else None
        out.append(Example(kind, numbers[at], at, day, float(row["total"])))
    return tuple(out)
