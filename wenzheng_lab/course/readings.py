"""读民意的几张卡：各处每万人几封、热点怎么算、哪些词忽然多、一周周有多少。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wenzheng_lab._html import Content, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.quarter import residents
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.text import fold

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 5
"""一格不足这么多封，数字不显示：太少看得出是谁"""
_BAR = "background:{colour};height:1em;min-width:1px;width:{share:.1f}%"
_SOLID = "#4c78a8"
_HATCH = "repeating-linear-gradient(45deg,#4c78a8 0 4px,#b9cbe0 4px 8px)"
_WEEK = 7
_KINDS = {"工作日": "平常上班的日子", "周末": "不上班的周末", "节假日": "放假的日子"}


class Reading:
    """一张读数的卡：在 Jupyter 里是表，打印出来是一句话。"""

    def __init__(self, title: str, said: str, parts: Sequence[Content], note: str = "") -> None:
        self.title = title
        """标题"""
        self.said = said
        """一句话"""
        self._parts = tuple(parts)
        self._note = note

    def __repr__(self) -> str:
        return f"{self.title}：{self.said}"

    def _repr_html_(self) -> str:
        note = (cards.para(cards.small(self._note)),) if self._note else ()
        return str(cards.frame(self.title, *self._parts, *note, colour=cards.BLUE))


def show_places(letters: pd.DataFrame) -> Reading:
    """各街道、乡镇来了几封，每万人几封。

    Args:
        letters: 一行一封的表，有 ``place``；地名是青禾县的。

    Returns:
        一张卡：按封数排，旁边写按每万人排的名次。不足五封的不显示。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``place``，或没有一处是青禾县的。

    Examples:
        >>> import pandas as pd
        >>> show_places(pd.DataFrame({"place": ["禾阳街道"] * 49 + ["云雾岭乡"] * 11}))
        各处来信与每万人几封：按封数第一是禾阳街道，按每万人第一是云雾岭乡
    """
    _need(letters, "place")
    people = residents()
    counts = {str(name): int(n) for name, n in letters["place"].value_counts().items() if str(name) in people}
    shown = {name: n for name, n in counts.items() if n >= FEWEST}
    if not shown:
        raise InputError(explain("没有一处有五封以上的来信", "地点应是青禾县的街道、乡镇", "请查 place 一列"))
    rate = {name: 10_000 * n / people[name] for name, n in shown.items()}
    by_count = sorted(shown, key=lambda name: (-shown[name], name))
    by_rate = sorted(shown, key=lambda name: (-rate[name], name))
    rows: list[Sequence[Content]] = []
    for place, name in enumerate(by_count, 1):
        other = by_rate.index(name) + 1
        moved = "" if other == place else f"（升 {place - other}）" if other < place else f"（降 {other - place}）"
        rows.append([f"{place}", name, f"{shown[name]:,}", f"{people[name]:,}", f"{rate[name]:.1f}", f"{other}{moved}"])
    lost = len(letters) - sum(counts.values())
    parts: list[Content] = [
        cards.grid(rows, headers=["按封数", "地方", "来信（封）", "常住人口（人）", "每万人几封", "按每万人"])
    ]
    parts.append(cards.para(f"另有 {lost:,} 封没有写地点，不在表里。") if lost else "")
    if len(shown) < len(counts):
        parts.append(cards.para(f"还有 {len(counts) - len(shown)} 处不足 {FEWEST} 封，不显示。"))
    return Reading(
        "各处来信与每万人几封",
        f"按封数第一是{by_count[0]}，按每万人第一是{by_rate[0]}",
        parts,
        "人口是虚构的常住人口。" + str(letters.attrs.get("note", "")),
    )


def show_hotspots(letters: pd.DataFrame, *, top: int = 6) -> Reading:
    """找热点，把封数、人数、点赞、热度并排写出来。

    Args:
        letters: 一行一封的表，有主题、详情、留言人、时间、点赞数。
        top: 最多几件。

    Returns:
        一张卡：一件一行，标题是来信人的说法。

    Raises:
        InputTypeError: 不是表。

    Examples:
        >>> from wenzheng_lab.course.quarter import read_letters
        >>> letters = read_letters("county-week")
        >>> "热度最高的是" in repr(show_hotspots(letters, top=2))
        True
    """
    from wenzheng_lab.trends.hotspots import find_hotspots

    _need(letters, "created_at")
    found = find_hotspots(letters, top=top)
    rows: list[Sequence[Content]] = []
    for number, one in enumerate(found, 1):
        when = f"{one.start:%m-%d}—{one.end:%m-%d}" if one.start and one.end else ""
        heat = f"{one.heat:.0f} = {one.people} + {one.support:.0f} + {one.duration:.0f} + {one.growth:.0f}"
        where = one.place or "各处"
        rows.append(
            [f"{number}", one.title, where, when, f"{len(one.members)}", f"{one.people}", f"{one.likes:,}", heat]
        )
    heads = ["", "来信人的说法", "哪里", "起止", "封", "人", "赞", "热度 = 人数 + 赞同 + 持续 + 增长"]
    return Reading(
        f"热度最高的 {len(found)} 件",
        f"热度最高的是“{found[0].title}”，{found[0].people} 人写过" if found else "没有找到",
        [cards.grid(rows, headers=heads)],
        "热度一分相当于一个写信的人。标题是来信人的说法，没有核实。算法是课程组定的，不能拿去和考核对数。",
    )


def show_words(target: pd.DataFrame, reference: pd.DataFrame, *, top: int = 10) -> Reading:
    """比用词：这一批来信比那一批忽然多说了哪些词。

    Args:
        target: 要看的一批，如六月的来信。
        reference: 拿来比的一批，如五月的。
        top: 最多几个词。

    Returns:
        一张卡：一词一行，两边各写几封、每千封几封。

    Raises:
        InputTypeError: 不是表。

    Examples:
        >>> import pandas as pd
        >>> now = pd.DataFrame({"body": [f"停水，编号{i}" for i in range(20)]})
        >>> old = pd.DataFrame({"body": [f"路灯，编号{i}" for i in range(20)]})
        >>> show_words(now, old, top=3)
        忽然多说的词：说得最多的是“停水”，20 封，那一批 0 封
    """
    from wenzheng_lab.trends.keyness import compare_words

    found = compare_words(target, reference, top=5 * top)
    more = found[(found["log_ratio"] > 0) & (found["q"] < 0.01)].head(top)
    rows: list[Sequence[Content]] = []
    for row in more.to_dict("records"):
        times = f"{2 ** row['log_ratio']:.0f} 倍" if row["reference_count"] else "那批没有"
        here = [f"{row['count']:,}", f"{row['rate']:.0f}"]
        there = [f"{row['reference_count']:,}", f"{row['reference_rate']:.0f}"]
        rows.append([str(row["term"]), *here, *there, times, f"{2 ** row['low']:.1f} 倍"])
    heads = ["词", "这批（封）", "每千封", "那批（封）", "每千封", "是那批的", "至少是"]
    said = "没有哪个词忽然多起来"
    if len(more):
        first = more.iloc[0]
        said = f"说得最多的是“{first['term']}”，{first['count']} 封，那一批 {first['reference_count']} 封"
    return Reading(
        "忽然多说的词",
        said,
        [cards.grid(rows, headers=heads)],
        f"这批 {len(target):,} 封，那批 {len(reference):,} 封。"
        "一封里说十遍算一遍，抄件合成一份；“至少是”取 95% 区间的下限。",
    )


def show_weeks(letters: pd.DataFrame) -> Reading:
    """一周一条，看来信多少；放假、不满一周、报警的日子写在旁边。

    Args:
        letters: 一行一封的表，有 ``created_at``。

    Returns:
        一张卡：条形图，下面是平常日子、周末、放假各一天几封。

    Raises:
        InputTypeError: 不是表。
        InputError: 没有 ``created_at``，或不足三周。

    Examples:
        >>> from wenzheng_lab.course.quarter import read_letters
        >>> show_weeks(read_letters("county-quarter")).title
        '一周一周的来信'
    """
    import pandas as pd

    from wenzheng_lab.trends.alarms import watch_counts
    from wenzheng_lab.trends.counts import HOLIDAY, daily_counts, day_kinds
    from wenzheng_lab.trends.season import decompose_season

    _need(letters, "created_at")
    counts = daily_counts(letters)
    kinds = dict(zip(counts.index, day_kinds(counts.index), strict=True))
    season = decompose_season(letters)
    alarms = watch_counts(letters)
    alarmed = set(alarms.index[alarms["alarm"].astype(str) != ""])
    weeks: dict[pd.Timestamp, list[pd.Timestamp]] = {}
    for day in counts.index:
        weeks.setdefault(day - pd.Timedelta(days=day.weekday()), []).append(day)
    rows: list[Sequence[Content]] = []
    totals = {week: int(counts.loc[days].sum()) for week, days in weeks.items()}
    top = max(totals.values()) or 1
    for week, days in weeks.items():
        said = []
        if len(days) < _WEEK:
            said.append(f"只有 {len(days)} 天")
        holidays = sum(kinds[day] == HOLIDAY for day in days)
        if holidays:
            said.append(f"放假 {holidays} 天")
        loud = [day for day in days if day in alarmed]
        if loud:
            ends = f"—{loud[-1].month}月{loud[-1].day}日" if len(loud) > 1 else ""
            said.append(f"报警 {len(loud)} 天：{loud[0].month}月{loud[0].day}日{ends}")
        look = _BAR.format(colour=_SOLID if len(days) == _WEEK else _HATCH, share=100 * totals[week] / top)
        bar = tag("div", tag("div", attrs={"style": look}), attrs={"style": "width:14em"})
        name = tag("span", f"{week.month}月{week.day}日起", attrs={"style": "white-space:nowrap"})
        rows.append([name, bar, f"{totals[week]:,}", "；".join(said)])
    day_rows = [
        [_KINDS.get(row["kind"], row["kind"]), f"{row['days']} 天", f"{row['mean']:.0f} 封"]
        for row in season.days.to_dict("records")
    ]
    busiest = max(totals, key=lambda week: totals[week])
    return Reading(
        "一周一周的来信",
        f"来信最多的是{busiest.month}月{busiest.day}日起的一周，{totals[busiest]:,} 封",
        [
            cards.grid(rows, headers=["", "", "来信（封）", "要知道的"]),
            cards.grid(day_rows, headers=["平均一天几封", "", ""]),
        ],
        "条上有斜纹的不满一周，不能和别的比。放假与调休按国务院办公厅的安排。报警说的是“多得不寻常”，没有说为什么。",
    )


def _need(letters: object, column: str) -> None:
    columns = getattr(letters, "columns", None)
    if columns is None or not hasattr(letters, "iloc"):
        raise InputTypeError(
            explain(f"来的是 {type(letters).__name__}", "应为一行一封的表", "请用 wz.course.read_letters() 读入")
        )
    if column not in columns:
        have = "、".join(map(str, columns))
        raise InputError(explain(f"表里没有 {show(column)} 一列", f"有的是：{fold(have)[:80]}", "请换一张表"))
