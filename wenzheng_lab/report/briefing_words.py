"""月报的话：由数写成段落；短、平实，每个比例带分母。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wenzheng_lab.report.briefing_blocks import Block, Grid, Heading, Para
from wenzheng_lab.report.briefing_facts import PLACED, Facts, Matter, Period
from wenzheng_lab.report.briefing_phrases import day, few, share
from wenzheng_lab.report.briefing_quotes import quote
from wenzheng_lab.report.briefing_settings import briefing_settings
from wenzheng_lab.rules import load_rubric

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = "一二三四五六七八九十"


def opening(facts: Facts) -> Para:
    """开头一段：先说结论。

    Args:
        facts: 数。

    Returns:
        一段。
    """
    parts = []
    span = f"{day(facts.start)}至{day(facts.end)}" if facts.start and facts.end else "这份表里"
    text = f"{span}，收到群众网络来信{facts.total}件"
    if not facts.has_reply:
        parts.append(text + "；这份表没有答复，本文只说来信。")
    elif facts.whole.answered == facts.total:
        parts.append(text + "，都已答复。")
    else:
        parts.append(f"{text}，已答复{facts.whole.answered}件，没有答复{facts.total - facts.whole.answered}件。")
    if facts.whole.median is not None and facts.p90 is not None:
        parts.append(
            f"半数在{facts.whole.median:.1f}天内答复，九成在{facts.p90:.1f}天内答复；"
            + over(facts)
            + (f"，占{share(facts.whole.late, facts.whole.timed)}。" if facts.whole.late >= 5 else "。")
        )
    if facts.matters:
        first = facts.matters[0]
        parts.append(
            f"反映集中的有{len(facts.matters)}件事，最突出的是“{first.title}”，{first.people}人来信{first.letters}件。"
        )
    if facts.quality:
        bad = dict(facts.quality.grades).get("差", 0)
        parts.append(
            f"按课程组的评分细则，答复总分中位数{facts.quality.median:.1f}分（满分100分），"
            f"“差”的{few(bad)}，占已评{facts.quality.scored}件的{share(bad, facts.quality.scored)}。"
        )
    return Para("".join(parts))


def over(facts: Facts) -> str:
    """拖得久的有几件，写成一句。

    Args:
        facts: 数。

    Returns:
        如“超过60天才答复的159件”。
    """
    long = briefing_settings().limit("long")
    return f"超过{long}天才答复的{few(facts.whole.late)}" if facts.whole.late else f"没有超过{long}天才答复的"


def came(facts: Facts) -> list[Block]:
    """一、来了什么。

    Args:
        facts: 数。

    Returns:
        各块。
    """
    out: list[Block] = []
    text = []
    if facts.recent and facts.before:
        text.append(_compare(facts.recent, facts.before))
    elif facts.before:
        text.append(_compare(facts.whole, facts.before, now="本月"))
    if facts.kinds:
        listed = "，".join(f"{name}{count}件（{share(count, facts.kinds_known)}）" for name, count in facts.kinds)
        if facts.kinds_judged:
            known = f"按程序初分（没有经人核对），有把握的{facts.kinds_known}件里"
            text.append(f"{known}，{listed}；另有{facts.kinds_unsure}件程序没有把握，没有归类。")
        else:
            text.append(f"有分类的{facts.kinds_known}件里，{listed}。")
    if facts.places:
        text.append(f"来信较多的地方：{'，'.join(f'{name}{count}件' for name, count in facts.places)}。")
    if text:
        out.append(Para("".join(text)))
    if facts.periods:
        out.append(_periods(facts))
    return out


def _compare(now_: Period, before: Period, now: str = "") -> str:
    name = now or now_.label
    gap = now_.count - before.count
    if gap == 0:
        change = f"与{before.label}持平"
    else:
        change = f"比{before.label}（{before.count}件）{'多' if gap > 0 else '少'}{abs(gap)}件"
        change += f"，{'增' if gap > 0 else '减'}{share(abs(gap), before.count)}" if before.count >= 30 else ""
    text = f"{name}来信{now_.count}件，{change}"
    if now_.median is not None and before.median is not None:
        faster = now_.median < before.median
        text += f"；半数答复用时{now_.median:.1f}天，{before.label}是{before.median:.1f}天，"
        text += "快了" if faster else "没有变快" if now_.median < before.median * 1.05 else "慢了"
    return text + "。"


def _periods(facts: Facts) -> Grid:
    long = briefing_settings().limit("long")
    headers = ["时期", "来信（件）"]
    rows = []
    if facts.has_reply:
        headers += ["已答复（件）", "半数答复用时（天）", f"超过{long}天才答复"]
    for one in (*facts.periods, facts.whole):
        row = [one.label, str(one.count)]
        if facts.has_reply:
            middle = (
                "—" if one.median is None or one.timed < briefing_settings().limits["smallest"] else f"{one.median:.1f}"
            )
            late = few(one.late) + (f"（{share(one.late, one.timed)}）" if one.late >= 5 else "")
            row += [str(one.answered), middle, late]
        rows.append(tuple(row))
    widths = (38.0, 24.0, 27.0, 35.0, 32.0) if facts.has_reply else (60.0, 40.0)
    note = "括号里是占算得出用时的已答复来信的比例。零星的时期并在相邻一行。" if facts.has_reply else ""
    if facts.undated:
        note += f"{facts.undated}件没有时间，只在合计里。"
    return Grid(
        "来信与答复的件数" if facts.has_reply else "各时期来信的件数", tuple(headers), tuple(rows), widths, note
    )


def gathered(facts: Facts) -> list[Block]:
    """二、群众集中反映的事。

    Args:
        facts: 数。

    Returns:
        各块。
    """
    people = briefing_settings().limit("people")
    if not facts.matters:
        return [Para(f"没有{people}人以上说同一件事的来信。")]
    letters = sum(one.letters for one in facts.matters)
    text = (
        f"把不同的人用不同的话说的同一件事归到一起，{people}人以上来信的，最热的{len(facts.matters)}件"
        f"共来信{letters}件，占全部来信的{share(letters, facts.total)}。"
    )
    still = [str(at) for at, one in enumerate(facts.matters, 1) if one.still]
    if still and len(still) < len(facts.matters):
        text += f"第{'、'.join(still)}件近三个月仍有来信，还在发展。"
    elif still:
        text += "这几件近三个月都仍有来信。"
    headers = ["序", "反映的事", "人数", "来信", "起止"] + (["已答复"] if facts.has_reply else ["点赞"])
    rows = tuple(_matter(at, one, facts.has_reply) for at, one in enumerate(facts.matters, 1))
    note = "按热度排，热度看人数、点赞、持续多久、长得多快。人数：同一账号写几封算一人，匿名的一份文字算一人。"
    if not all(one.local for one in facts.matters):
        note += "“不止一处”的是各处问同一类事，未必是同一件。"
    return [
        Para(text),
        Grid("群众集中反映的事", tuple(headers), rows, (9.0, 67.0, 14.0, 14.0, 36.0, 16.0), note),
    ]


def _matter(at: int, one: Matter, has_reply: bool) -> tuple[str, ...]:
    when = "—"
    if one.start and one.end:
        when = f"{one.start:%Y.%m.%d}—{one.end:%m.%d}" if one.start.year == one.end.year else ""
        when = when or f"{one.start:%Y.%m}—{one.end:%Y.%m}"
    # 标题里已经说了是哪里，就不再添一个地点
    title = one.title + (f"（{one.place}）" if one.place and not PLACED.search(one.title) else "")
    title += "" if one.local else "（不止一处）"
    return (str(at), title, str(one.people), str(one.letters), when, str(one.answered if has_reply else one.likes))


def late(facts: Facts) -> list[Block]:
    """三、办得慢的。

    Args:
        facts: 数。

    Returns:
        各块。
    """
    if not facts.has_reply:
        return [Para("这份表没有答复和答复时间，办得快慢看不出来。")]
    long = briefing_settings().limit("long")
    waiting = facts.total - facts.whole.answered
    text = []
    if waiting:
        text.append(f"没有答复的{few(waiting)}，占来信{facts.total}件的{share(waiting, facts.total)}")
        text.append(f"，其中等了{long}天以上的{few(facts.open_long)}。" if facts.open_long else "。")
    else:
        text.append("表里的来信都有答复。")
    if facts.whole.median is not None and facts.p90 is not None:
        within = "，".join(
            f"{mark:g}天以内{count}件（{share(count, facts.whole.timed)}）" for mark, count in facts.within
        )
        text.append(f"算得出用时的{facts.whole.timed}件里，{within}；{over(facts)}。")
    if facts.slow:
        listed = "，".join(f"{name}（{count}件）半数要{days:.1f}天" for name, count, days in facts.slow[:3])
        text.append(f"按类看，慢的是：{listed}。")
    return [Para("".join(text))]


def clocks() -> Para:
    """三、末了的小字：天数只是刻度，适用哪个期限要看渠道与事项。

    Returns:
        一段。
    """
    long = briefing_settings().limit("long")
    return Para(
        f"{long}天只是刻度。《信访工作条例》规定信访事项自受理之日起60日内办结；来信各自适用哪个期限，要看渠道和事项。"
        "批准延长的表里看不出来，没有扣除。",
        small=True,
    )


def badly(facts: Facts, frame: pd.DataFrame) -> list[Block]:
    """四、答得不好的。

    Args:
        facts: 数。
        frame: 这一期的表。

    Returns:
        各块。
    """
    found = facts.quality
    if found is None:
        return [Para("这份表没有答复的文字，答得好不好看不出来。")]
    grades = "，".join(f"{name}{few(count)}（{share(count, found.scored)}）" for name, count in found.grades if count)
    text = f"评了{found.scored}件答复" + ("（从有答复的里抽的，抽法固定）" if facts.sampled else "") + f"：{grades}。"
    hit = [(label, count) for _, label, count in found.gates if count]
    if hit:
        listed = "，".join(f"“{label}”{few(count)}" for label, count in sorted(hit, key=lambda one: -one[1]))
        text += f"触到不宜发出的红线的{few(found.gated)}" + (f"，其中：{listed}。" if found.gated >= 5 else "。")
    weak = sorted(
        (one for one in found.criteria if one.count >= 0.5 * found.scored),
        key=lambda one: (one.levels[2] + one.levels[3]) / one.count,
    )
    weak = [one for one in weak if one.label not in ("态度", "及时")][:3]
    listed = "、".join(f"{one.label}（{share(one.levels[2] + one.levels[3], one.count)}）" for one in weak)
    text += f"写到位或大体写到位的比例最低的几项是{listed}。"
    if facts.template >= 5:
        text += f"{facts.template}件答复与别件不同来信的答复几乎一样，占有答复文字的{facts.texts}件的"
        text += f"{share(facts.template, facts.texts)}，其中有的是政策相同，应当逐件看。"
    out: list[Block] = [Para(text)]
    if facts.examples:
        out.append(Para("举几例（个人信息已遮去），供改进，不是对哪个人的评价："))
    out += [quote(at, one, frame) for at, one in enumerate(facts.examples, 1)]
    return out


def advice(facts: Facts, columns: Sequence[str]) -> list[Block]:
    """五、需要改进的：每条都带依据的数。

    Args:
        facts: 数。
        columns: 表里的列，中文名。

    Returns:
        各块，一条一段。
    """
    set_ = briefing_settings()
    found: list[tuple[str, dict[str, object]]] = []
    quality = facts.quality
    gates = {number: count for number, _, count in quality.gates} if quality else {}
    if quality and gates.get("G1", 0) >= 5:
        values = {"count": gates["G1"], "scored": quality.scored, "share": share(gates["G1"], quality.scored)}
        found.append(("privacy", values))
    waiting = facts.total - facts.whole.answered
    if facts.has_reply and waiting >= 5:
        found.append(("open", {"count": waiting, "total": facts.total, "share": share(waiting, facts.total)}))
    places = [one for one in facts.matters if one.local]
    still = [one for one in places if one.still]
    big = still if len(still) > 1 else places
    if big:
        letters = sum(one.letters for one in big)
        titles = "、".join(f"“{one.title}”" for one in big[:2])
        titles += f"等{len(big)}件集中反映的事，各" if len(big) > 2 else "两件事，各" if len(big) == 2 else "一事，"
        found.append(
            ("hot", {"titles": titles, "matters": len(big), "letters": letters, "share": share(letters, facts.total)})
        )
    asked = [one for one in facts.matters if not one.local]
    if asked:
        titles = "、".join(f"“{one.title}”" for one in asked[:2]) + (f"等{len(asked)}类事" if len(asked) > 2 else "")
        found.append(
            ("policy", {"titles": titles, "matters": len(asked), "letters": sum(one.letters for one in asked)})
        )
    if facts.whole.late >= 5:
        values = {
            **{"limit": set_.limit("long"), "timed": facts.whole.timed, "count": facts.whole.late},
            "share": share(facts.whole.late, facts.whole.timed),
        }
        found.append(("late", values))
    if quality:
        done = {one.label: share(one.levels[2] + one.levels[3], one.count) for one in quality.criteria if one.count}
        labels = load_rubric().criteria
        action, owner = labels["disposition"].label, labels["owner_date"].label
        if action in done and owner in done:
            found.append(("promise", {"scored": quality.scored, "action": done[action], "owner": done[owner]}))
    if facts.slow and facts.whole.median is not None:
        name, count, days = facts.slow[0]
        found.append(
            ("slow", {"name": name, "count": count, "days": f"{days:.1f}", "whole": f"{facts.whole.median:.1f}"})
        )
    if facts.texts and facts.template >= 0.05 * facts.texts and facts.template >= 5:
        values = {"count": facts.template, "texts": facts.texts, "share": share(facts.template, facts.texts)}
        found.append(("template", values))
    if not facts.has_reply:
        found.append(("export", {"columns": "、".join(columns)}))
    out: list[Block] = []
    for at, (name, values) in enumerate(found[: set_.limit("advice")]):
        words = set_.advice[name]
        body = f"{words.body.format_map(values)}（依据：{words.basis.format_map(values)}。）"
        out.append(Para(body, lead=f"（{_NUMBERS[at]}）{words.lead.format_map(values)}。"))
    return out


def caution(facts: Facts, name: str, reading: Sequence[str], signature: str) -> list[Block]:
    """六、说明：数从哪里来，不能说明什么。

    Args:
        facts: 数。
        name: 来源的名字。
        reading: 读入的情况。
        signature: 签名。

    Returns:
        各块。
    """
    set_ = briefing_settings()
    told = [line.removeprefix("请留意：") for line in reading]
    lines = [f"数取自“{name}”，{facts.total}件" + (f"；{'；'.join(told)}" if told else "") + "。"]
    if facts.as_of:
        lines.append(f"截止{day(facts.as_of)}。")
    lines += [*(set_.reply_caution if facts.has_reply else ()), *set_.caution]
    lines.append(
        f"不足{set_.limit('smallest')}件的分组不显示。同目录的 py 文件可重算本文各数并核对。签名：{signature}。"
    )
    return [Para("".join(f"{at}.{line}" for at, line in enumerate(lines, 1)), small=True)]


def headings() -> tuple[Heading, ...]:
    """六个部分的标题。

    Returns:
        依次的标题。
    """
    names = ("来了什么", "群众集中反映的事", "办得慢的", "答得不好的", "需要改进的", "说明")
    return tuple(Heading(f"{_NUMBERS[at]}、{name}", 1) for at, name in enumerate(names))
