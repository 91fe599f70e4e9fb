"""考核的几张卡：四个率各除以谁；冲着指标去，指标怎样动、事情动没动；换一张考核表，谁排第一。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.readings import Reading
from wenzheng_lab.errors import InputError, InputTypeError, explain

if TYPE_CHECKING:
    import pandas as pd

_CLOCK = "jinan12345"
_CLOCK_SAYS = "按时看济南市12345条例（2018）第二十四条的5个工作日，拿来作例子；自己单位照自己的规定。"
_STARS = ("rating_solved", "rating_attitude", "rating_speed")
_TEMPLATE = "您好！您反映的问题已收悉，我们高度重视，已转有关部门研究处理，感谢您的理解与支持！"
_NEEDS = ("subject", "body", "created_at", "replied_at", "reply", "auto_rated", *_STARS)
_OURS = "“解决”“满意”的算法是课程组自定的，各地考核怎样算没有核实，不能拿去对数。"


def show_rates(letters: pd.DataFrame) -> Reading:
    """四个率，各写出分子、分母、没有算进去的。

    Args:
        letters: 一行一封的表，有来信与答复时间、三项评分、是否自动好评。

    Returns:
        一张卡。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列。

    Examples:
        >>> from wenzheng_lab.course.quarter import read_letters
        >>> "满意率" in repr(show_rates(read_letters("county-quarter").head(400)))
        True
    """
    row = _measure(letters)
    n, answered = row["n"], row["answered"]
    solved, satisfied = row["solved_rate"] * row["solved_n"], row["satisfied_rate"] * row["rated"]
    with_auto = row["satisfied_with_auto"] * row["rated_with_auto"]
    timely = row[f"on_time__{_CLOCK}"] * row[f"due__{_CLOCK}"]
    rest = answered - row["rated"]
    rows = [
        _line("答复率", answered, n, "答复了的", "来信", "答了没有，不问答得怎样"),
        _line("按时率", timely, row[f"due__{_CLOCK}"], "按时答的", "答了的＋过了期没答的", "没到期又没答的不算"),
        _line("解决率", solved, row["solved_n"], "说解决了的", "本人评过的", f"没有评的 {rest:,.0f} 封：没有说"),
        _line("满意率", satisfied, row["rated"], "满意的", "本人评过的", f"没有评的 {rest:,.0f} 封：没有说"),
        _line(
            "满意率（默认好评也算）", with_auto, row["rated_with_auto"], "满意的＋默认的", "评过的＋默认的", "不要公布"
        ),
    ]
    share = satisfied / row["rated"]
    parts: list[Content] = [cards.grid(rows, headers=["率", "", "分子", "分母", "要当心"])]
    said = f"满意率 {share:.0%}（{satisfied:,.0f}/{row['rated']:,.0f}），答复过的里有 {row['rated_rate']:.0%} 评过"
    parts.append(
        cards.para(f"答复过的 {answered:,.0f} 封里，本人评过的只有 {row['rated']:,.0f} 封（{row['rated_rate']:.0%}）。")
    )
    return Reading("四个率，各除以谁", said, parts, f"{_CLOCK_SAYS}{_OURS}{letters.attrs.get('note', '')}")


def try_targets(letters: pd.DataFrame) -> Reading:
    """冲着指标去的三招，各用一遍，看哪些数动了、哪些没有动。

    三招都只改表上的记录，一件事也没有多办：所以凡是动了的数，动的都不是事情。

    Args:
        letters: 一行一封的表，同 ``show_rates``。

    Returns:
        一张卡：一行一个指标，原样与三招各一栏。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列。

    Examples:
        >>> from wenzheng_lab.course.quarter import read_letters
        >>> try_targets(read_letters("county-quarter").head(400)).title
        '三招，一件事也没有多办'
    """
    from wenzheng_lab.trends.engine_features import add_features

    _check(letters)
    # 看文字的几列只算一遍；赶答换了答复，要另算
    base = add_features(letters[list(_NEEDS)])
    before = _measure(base)
    after = {name: _measure(move(base)) for name, move in _MOVES.items()}
    shown: Sequence[tuple[str, str]] = (
        ("答复率", "answered_rate"),
        ("按时率", f"on_time__{_CLOCK}"),
        ("满意率（默认好评也算）", "satisfied_with_auto"),
        ("满意率（本人评的）", "satisfied_rate"),
        ("评过的占答复的", "rated_rate"),
        ("套用的答复", "template_rate"),
        ("压着最后一天答的", f"last_day__{_CLOCK}"),
    )
    rows: list[Sequence[Content]] = []
    for label, key in shown:
        rows.append([label, f"{before[key]:.0%}", *(_moved(before[key], row[key]) for row in after.values())])
    counts: list[Content] = [f"{int(before['solved_rate'] * before['solved_n'] + 0.5):,} 封"]
    counts += [
        _same(int(row["solved_rate"] * row["solved_n"] + 0.5), int(before["solved_rate"] * before["solved_n"] + 0.5))
        for row in after.values()
    ]
    rows.append([tag("b", "本人说解决了的"), *counts])
    first = after["赶答"]
    timely = f"on_time__{_CLOCK}"
    said = f"赶答以后按时率由 {before[timely]:.0%} 到 {first[timely]:.0%}，说解决了的没有多一封"
    steps = cards.bullets(
        [
            "赶答：没答的、过期的，一律在最后一天下午发同一段套话。",
            "默认好评：答复过而没有评的，系统一律记五星。",
            "挑人评：办得不好的不请他评，评了一二星的抹掉。",
        ]
    )
    heads = ["", "原样", *_MOVES]
    return Reading(
        "三招，一件事也没有多办",
        said,
        [steps, cards.grid(rows, headers=heads)],
        _CLOCK_SAYS + _OURS + "为上课而设的推演。",
    )


def compare_targets(*, scenario: str = "goodhart", seed: int = 7, days: int = 10) -> Reading:
    """三位同事办同样的信，换一张考核表排一次名。

    Args:
        scenario: 情景。
        seed: 种子。
        days: 办几天。

    Returns:
        一张卡：一行一位同事，一栏一张考核表，写出分子分母与名次。

    Examples:
        >>> compare_targets(scenario="first-day", seed=3, days=1).title
        '同样的信，四张考核表'
    """
    from wenzheng_lab.office import compare

    boards = compare(scenario=scenario, seed=seed, days=days).boards
    tables = {
        "甲：满一周有没有回": {
            name: dict(board.rhythms)["一周一回复（满五个工作日有过答复）"] for name, board in boards.items()
        },
        "乙：本人评的满意": {name: board.satisfied for name, board in boards.items()},
        "丙：事情解决": {name: board.solved for name, board in boards.items()},
        "丁：答过又来信（少的好）": {name: board.reopened for name, board in boards.items()},
    }
    rows: list[Sequence[Content]] = []
    for name in boards:
        cells: list[Content] = []
        for title, rates in tables.items():
            mine = rates[name].value
            worse = 1 if "少的好" in title else -1
            known = [rate.value for rate in rates.values() if rate.value is not None]
            place = "" if mine is None else f"第 {1 + sum(worse * other < worse * mine for other in known)}"
            cells.append(join([f"{rates[name]}", tag("br"), place]))
        rows.append([tag("span", name, attrs={"style": "white-space:nowrap"}), *cells])
    first = [
        name
        for name, rate in tables["甲：满一周有没有回"].items()
        if rate.value == max(r.value or 0 for r in tables["甲：满一周有没有回"].values())
    ]
    said = f"甲表第一是{'、'.join(first)}，丙表第一是{max(boards, key=lambda name: boards[name].solved.value or 0)}"
    note = f"情景 {scenario}，种子 {seed}，办 {days} 天；每格是分子/分母（率）和名次。"
    return Reading("同样的信，四张考核表", said, [cards.grid(rows, headers=["", *tables])], note)


def show_small_rates(letters: pd.DataFrame, *, top: int = 8) -> Reading:
    """各处的满意率，写出几个人评的、一个人能动几个百分点。

    Args:
        letters: 一行一封的表，同 ``show_rates``，另有 ``place``。
        top: 评的人最少的几处。

    Returns:
        一张卡，评的人最少的在前；不足五封的不显示。

    Raises:
        InputTypeError: 不是表。
        InputError: 缺列。

    Examples:
        >>> from wenzheng_lab.course.quarter import read_letters
        >>> "评的人最少" in repr(show_small_rates(read_letters("county-quarter").tail(2000)))
        True
    """
    from wenzheng_lab.trends.indicators_compute import indicators

    _check(letters)
    if "place" not in letters.columns:
        raise InputError(explain("表里没有 place 一列", "要有地点", "请换 county-quarter 那一套"))
    frame = letters[letters["place"] != ""]
    table = indicators(frame[["place", *_NEEDS]], by=["place"], profile=[_CLOCK]).table
    shown = table[table["satisfied_rate"].notna()].sort_values(["rated", "place"]).head(top)
    rows = [
        [
            row["place"],
            f"{row['satisfied_rate'] * row['rated']:.0f}/{row['rated']:.0f}",
            f"{row['satisfied_rate']:.0%}",
            f"{100 / row['rated']:.0f} 个百分点",
        ]
        for row in shown.to_dict("records")
    ]
    hidden = len(set(frame["place"])) - int(table["satisfied_rate"].notna().sum())
    parts: list[Content] = [
        cards.grid(rows, headers=["地方", "满意的／评过的", "满意率", "一个人改主意，动几个百分点"])
    ]
    parts.append(cards.para(f"另有 {hidden} 处评过的不足五封，不显示。") if hidden else "")
    said = f"评的人最少的是{rows[0][0]}，一个人能动 {rows[0][3]}" if rows else "没有一处评的人够五个"
    return Reading(
        "各处的满意率，和它的分母", said, parts, "只供内部看，不公布。" + _OURS + str(letters.attrs.get("note", ""))
    )


def _check(letters: object) -> None:
    columns = getattr(letters, "columns", None)
    if columns is None or not hasattr(letters, "iloc"):
        raise InputTypeError(
            explain(f"来的是 {type(letters).__name__}", "应为一行一封的表", "请用 wz.course.read_letters() 读入")
        )
    lacking = [name for name in _NEEDS if name not in columns]
    if lacking:
        raise InputError(explain(f"表里缺 {'、'.join(lacking)}", "要有答复时间与评分", "请换 county-quarter 那一套"))


def _measure(letters: pd.DataFrame) -> Mapping[str, float]:
    from wenzheng_lab.trends.indicators_compute import indicators

    _check(letters)
    total = indicators(letters, profile=[_CLOCK], smallest=1).total
    return {str(name): float(total[name].iloc[0]) for name in total.columns}


def _rush(letters: pd.DataFrame) -> pd.DataFrame:
    """赶答：没答的、过期的，改成在最后一天下午发同一段话；没有办，所以没有新的评价。"""
    import pandas as pd

    from wenzheng_lab.calendar import WorkdayCalendar
    from wenzheng_lab.rules.deadlines import load_deadlines

    rule = load_deadlines().profile(_CLOCK).pick()
    limit = rule.limit if rule is not None else 5
    calendar, frame = WorkdayCalendar(estimate=True), letters[list(_NEEDS)].copy()
    last = {day: calendar.add_workdays(day, limit) for day in {stamp.date() for stamp in frame["created_at"]}}
    due = pd.to_datetime([last[stamp.date()] for stamp in frame["created_at"]]) + pd.Timedelta(hours=16)
    late = frame["replied_at"].isna() | (frame["replied_at"].dt.normalize() > due.normalize())
    frame.loc[late, "replied_at"] = due[late.to_numpy()]
    frame.loc[late, "reply"] = _TEMPLATE
    return frame


def _praise(letters: pd.DataFrame) -> pd.DataFrame:
    """默认好评：答复过、本人没有评的，记五星，打上自动的记号。"""
    frame = letters.copy()
    silent = frame["replied_at"].notna() & (frame[list(_STARS)].fillna(0) == 0).all(axis=1)
    frame.loc[silent, list(_STARS)] = 5.0
    frame.loc[silent, "auto_rated"] = True
    return frame


def _choose(letters: pd.DataFrame) -> pd.DataFrame:
    """挑人评：解决程度只给一二星的评价抹掉。"""
    frame = letters.copy()
    low = frame["rating_solved"].between(1, 2)
    frame.loc[low, list(_STARS)] = 0.0
    return frame


_MOVES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"赶答": _rush, "默认好评": _praise, "挑人评": _choose}
"""三招：名字到怎样改表"""


def _line(name: str, top: float, bottom: float, top_says: str, bottom_says: str, care: str) -> Sequence[Content]:
    share = f"{top / bottom:.0%}" if bottom else "（还没有）"
    return [tag("b", name), share, f"{top_says} {top:,.0f}", f"{bottom_says} {bottom:,.0f}", care]


def _moved(old: float, new: float) -> Content:
    gap = round(100 * new) - round(100 * old)
    if not gap:
        return f"{new:.0%}"
    return tag("b", f"{new:.0%}　{'↑' if gap > 0 else '↓'}{abs(gap)}")


def _same(new: int, old: int) -> Content:
    if new == old:
        return f"{new:,} 封　没有动"
    return tag("b", f"{new:,} 封　{'多' if new > old else '少'} {abs(new - old):,}")
