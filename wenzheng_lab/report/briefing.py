"""月报（一月一分析）：一张留言表，一份可以呈报的短文，Word 与自足的网页各一份。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.letter.frames import column_stamps, require_frame
from wenzheng_lab.model import Signature
from wenzheng_lab.report.briefing_blocks import Block, Heading, Picture, inert
from wenzheng_lab.report.briefing_facts import Facts, collect_facts
from wenzheng_lab.report.briefing_path import docx_path
from wenzheng_lab.report.briefing_settings import briefing_settings
from wenzheng_lab.report.briefing_words import advice, badly, came, caution, clocks, gathered, headings, late, opening

if TYPE_CHECKING:
    import pandas as pd

    from wenzheng_lab.trends.hotspots import Hotspot

SCHEMA = "wenzheng.briefing/1"
"""``to_dict`` 的格式名与版本"""
_CHART_FROM = 30
"""算得出用时的不到这么多件，曲线只是几级台阶，不画"""


@dataclass(frozen=True, slots=True, repr=False)
class Briefing:
    """一份月报。"""

    title: str
    """标题"""
    subtitle: str
    """标题下的一行：时期；写明月份的为空"""
    unit: str
    """落款的单位，空为不写"""
    made_on: date
    """成文日期"""
    opening: Block
    """开头一段"""
    blocks: tuple[Block, ...]
    """正文，依次"""
    facts: Facts
    """全部的数"""
    signature: Signature
    """签名"""

    @property
    def charts(self) -> tuple[Picture, ...]:
        """用到的图。"""
        return tuple(block for block in self.blocks if isinstance(block, Picture))

    def text(self) -> str:
        """全文的纯文字，供看、供比。

        Returns:
            一块一行。
        """
        from wenzheng_lab.report.briefing_html import block_text

        return "\n".join([self.title, self.subtitle, *(block_text(block) for block in (self.opening, *self.blocks))])

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典：只有数，没有来信、答复的原文。

        Returns:
            schema、title、made_on、facts、signature、digest。
        """
        facts = json.loads(json.dumps(asdict(self.facts), ensure_ascii=False, default=str))
        return {
            "schema": SCHEMA,
            "title": self.title,
            "made_on": self.made_on.isoformat(),
            "facts": facts,
            "signature": self.signature.to_dict(),
            "digest": digest(facts),
        }

    def save(self, path: str | Path) -> tuple[Path, Path, Path]:
        """写出 Word、网页、数三个文件，同名。

        Args:
            path: 目录，或以 ``.docx`` 结尾的文件名。

        Returns:
            （docx，html，json）。

        Raises:
            InputError: 后缀不是 docx。
            WenzhengError: 写不进。
        """
        from wenzheng_lab._files import atomic_path, write_text
        from wenzheng_lab.report.briefing_docx import build_docx
        from wenzheng_lab.report.briefing_html import build_html

        target = docx_path(path)
        with atomic_path(target) as temporary:
            temporary.write_bytes(build_docx(self))
        html, numbers = target.with_suffix(".html"), target.with_suffix(".json")
        write_text(html, build_html(self))
        write_text(numbers, json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n")
        return target, html, numbers

    def __repr__(self) -> str:
        return f"<Briefing {self.title}，{self.facts.total} 件，{self.signature}>"

    def _repr_html_(self) -> str:
        from wenzheng_lab.report.briefing_html import body_html

        return str(body_html(self))


def _with_times(frame: pd.DataFrame) -> pd.DataFrame:
    """写法混着的时间读成时间；年份不对的（占位的 0001、9999 年）说出来，不让月份、用时都跟着错。"""
    for name in ("created_at", "replied_at"):
        if name in frame.columns:
            frame = frame.assign(**{name: column_stamps(frame, name).to_numpy()})
    return frame


def make_briefing(
    frame: pd.DataFrame,
    *,
    month: str | None = None,
    title: str | None = None,
    unit: str = "",
    name: str = "留言表",
    as_of: datetime | None = None,
    made_on: date | None = None,
    scores: pd.DataFrame | None = None,
    reading: Sequence[str] = (),
    progress: bool = False,
) -> Briefing:
    """由一张留言表写月报：来了什么，热的、慢的、不好的，怎么改。

    话由数写成，没有数的不说；引文遮去个人信息；不足五件的分组不显示；不点个人，不排名次。
    热点、分类、评分都是程序判断的，文中写明，呈报前请人看过。

    Args:
        frame: 规范列的表（``wz.read_messages`` 的结果），有 ``subject``、``body`` 之一；有时间、答复就多说几样。
        month: 只写哪个月，如 ``2026-06``，并与上个月比；不给写全表。
        title: 标题；默认由时期得出。
        unit: 落款的单位；不给不写落款。
        name: 来源的名字，写进说明。
        as_of: 截止时刻；默认取表里最晚的一个时间。
        made_on: 成文日期；默认今天。
        scores: 现成的评分表，与 ``frame`` 同索引；不给当场评，答复很多时抽五千份。
        reading: 读入的情况，写进说明。
        progress: 评分时显示进度。

    Returns:
        ``Briefing``：``.text()`` 全文，``.facts`` 各数，``.save(目录)`` 写出 docx、html、json。

    Raises:
        InputTypeError: 不是表。
        InputError: 月份写错，或这个月没有来信。

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"subject": ["柳林路的路灯不亮"] * 6, "created_at": ["2026-03-01"] * 6})
        >>> make_briefing(frame, month="2026-03").title
        '2026年3月群众网络来信分析'
    """
    require_frame(frame)
    if not len(frame):
        raise InputError(explain("表是空的", "至少要有一封来信", "请检查导出的表"))
    if not frame.index.is_unique:
        frame = frame.reset_index(drop=True)
        scores = scores.reset_index(drop=True) if scores is not None else None
    frame = _with_times(frame)
    facts, part, hot = collect_facts(frame, month=month, as_of=as_of, scores=scores, progress=progress)
    set_ = briefing_settings()
    parts = {"briefing": set_.version, "words": set_.digest, "data": digest(facts_only(facts))}
    if hot:
        parts["hotspots"] = hot[0].signature.to_dict()["hotspots"]
    if facts.quality:
        from wenzheng_lab.reply.score import signature as reply_signature
        from wenzheng_lab.rules import load_rubric

        parts.update({k: v for k, v in reply_signature(load_rubric()).to_dict().items() if k in ("reply", "rules")})
    signature = Signature.of(parts)
    sections = [
        came(facts),
        [*gathered(facts), *_timeline(part, facts, hot)],
        [*late(facts), *_curve(part, facts, month), *([clocks()] if facts.has_reply else [])],
        badly(facts, part),
        advice(facts, _column_names(part)),
        caution(facts, inert(name), [inert(line) for line in reading], str(signature)),
    ]
    blocks: list[Block] = []
    heads = _heads(sections, facts)
    for head, section in zip(heads, sections, strict=True):
        if head is not None and section:
            blocks += [head, *section]
    return Briefing(
        inert(title or _title(month)),
        "" if month else _span(facts),
        inert(unit),
        made_on or date.today(),
        opening(facts),
        tuple(blocks),
        facts,
        signature,
    )


def _heads(sections: Sequence[Sequence[Block]], facts: Facts) -> list[Heading | None]:
    """各部分的标题；没有答复的表，慢与不好两部分不写，序号接着排。"""
    names = [head.text.partition("、")[2] for head in headings()]
    keep = [True, True, facts.has_reply, facts.quality is not None, True, True]
    out: list[Heading | None] = []
    numbers = iter("一二三四五六")
    for name, section, wanted in zip(names, sections, keep, strict=True):
        out.append(Heading(f"{next(numbers)}、{name}", 1) if wanted and section else None)
    return out


def _timeline(frame: pd.DataFrame, facts: Facts, hot: Sequence[Hotspot]) -> list[Block]:
    """没有答复的表画热点的起落：看得出哪几件还在发展。"""
    from wenzheng_lab.figures.timeline import plot_timeline

    if facts.has_reply or len(hot) < 2 or "created_at" not in frame or facts.start is None:
        return []
    return [
        Picture("集中反映的事，各在什么时候来信", plot_timeline(hot, frame, title="集中反映的事，各在什么时候来信"))
    ]


def _curve(frame: pd.DataFrame, facts: Facts, month: str | None) -> list[Block]:
    """等答复曲线：跨几年的分年画最近三年，看是不是快了。"""
    import pandas as pd

    from wenzheng_lab.figures.response import plot_response
    from wenzheng_lab.trends.waiting import response_curve

    if facts.whole.timed < _CHART_FROM or "replied_at" not in frame or facts.end is None or facts.start is None:
        return []
    marks = briefing_settings().marks
    title = "来信之后多久等到答复"
    if not month and (facts.end - facts.start).days > briefing_settings().limits["by_year"]:
        times = pd.to_datetime(frame["created_at"])
        late_years = frame[times >= pd.Timestamp(facts.end.year - (2 if facts.end.month > 6 else 3), 1, 1)]
        curve = response_curve(late_years, by="year", as_of=facts.as_of)
        sizes = curve.groupby("group")["letters"].first()
        kept = curve[curve["group"].isin(sizes[sizes >= _CHART_FROM].index)]
        kept.attrs = curve.attrs
        if kept["group"].nunique() > 1:
            return [Picture("近几年来信之后多久等到答复", plot_response(kept, marks=marks, height=1.8, title=title))]
    return [
        Picture(title, plot_response(response_curve(frame, as_of=facts.as_of), marks=marks, height=1.8, title=title))
    ]


def _title(month: str | None) -> str:
    if not month:
        return "群众网络来信分析"
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月群众网络来信分析"


def _span(facts: Facts) -> str:
    if facts.start is None or facts.end is None:
        return ""
    first, last = (f"{one.year}年{one.month}月" for one in (facts.start, facts.end))
    return f"（{first}）" if first == last else f"（{first}—{last}）"


def _column_names(frame: pd.DataFrame) -> list[str]:
    from wenzheng_lab.corpus import labels

    names = labels()
    return [names[str(name)] for name in frame.columns if str(name) in names]


def facts_only(facts: Facts) -> object:
    """各数，可写 JSON。

    Args:
        facts: 数。

    Returns:
        字典。
    """
    found: object = json.loads(json.dumps(asdict(facts), ensure_ascii=False, default=str))
    return found


def digest(facts: object) -> str:
    """各数的摘要：数一样，摘要一样。

    Args:
        facts: ``facts_only`` 的结果。

    Returns:
        八位。
    """
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
