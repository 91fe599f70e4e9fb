"""学了一程：各课、各题、做了几次、哪几项有长进、哪三样还要下功夫；可以打印、签名。

只由学习记录算出，不另存；记录里没有姓名，姓名由学员打印时自己写。
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._files import write_text
from wenzheng_lab._html import Content, join, tag
from wenzheng_lab._paths import as_path
from wenzheng_lab.course import cards
from wenzheng_lab.course.page import page
from wenzheng_lab.course.progress import Line, Progress
from wenzheng_lab.course.record import Record, learner_home
from wenzheng_lab.course.unit import Unit, open_unit, units
from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.model import Signature
from wenzheng_lab.rules.rubric import CriterionSpec, load_rubric

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BETTER = 0.3
"""一项升了这么多（0–3 的分）才算有长进：小于它，多半只是换了一题"""
_ENOUGH = 2.5
"""到了这么多就不列进要下功夫的"""
_LOWEST = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """一课学到哪里。"""

    id: str
    """单元号"""
    title: str
    """单元名"""
    progress: Progress
    """各题的结果与次数"""
    days: tuple[str, ...]
    """哪几天学过"""
    answers_seen: int
    """看参考答案几次"""

    @property
    def attempts(self) -> int:
        """作答几次。"""
        return sum(line.attempts for line in self.progress.lines)

    @property
    def hints(self) -> int:
        """看提示几次。"""
        return sum(line.hints for line in self.progress.lines)


@dataclass(frozen=True, slots=True)
class Growth:
    """书面答复的一项，先后怎样。"""

    name: str
    """项名，如 ``owner_date``"""
    label: str
    """给人看的名字"""
    first: float
    """各题第一次作答的平均（0–3）"""
    latest: float
    """各题最近一次作答的平均（0–3）"""
    attempts: int
    """有分的作答几次"""
    advice: str
    """照最近一次的分，下一步写什么；已经好的为空串"""

    @property
    def change(self) -> float:
        """升了多少；负数是降。"""
        return self.latest - self.first

    @property
    def better(self) -> bool:
        """有没有长进。"""
        return self.change >= _BETTER


@dataclass(frozen=True, slots=True)
class Journey:
    """一位学员自己的学习记录；在 Jupyter 里显示它。"""

    stages: tuple[Stage, ...]
    """各课，没有学过的也在"""
    growth: tuple[Growth, ...]
    """书面答复的各项"""
    signature: Signature
    """签名：记录内容的摘要与程序版本；同一份记录总是同一个"""

    @property
    def started(self) -> tuple[Stage, ...]:
        """学过的各课。"""
        return tuple(stage for stage in self.stages if stage.days)

    @property
    def days(self) -> tuple[str, ...]:
        """一共哪几天学过。"""
        return tuple(sorted({day for stage in self.stages for day in stage.days}))

    @property
    def to_work_on(self) -> tuple[str, ...]:
        """最该下功夫的三样：先看书面答复最弱的几项，再看试了几次还没有做对的题。"""
        weak = sorted((item for item in self.growth if item.latest < _ENOUGH), key=lambda item: item.latest)
        said = [f"{item.label}：最近平均 {item.latest:.1f}/3。{item.advice}" for item in weak]
        tried: list[tuple[Stage, Line]] = [
            (stage, line)
            for stage in self.stages
            for line in stage.progress.lines
            if line.attempts and not line.finished
        ]
        tried.sort(key=lambda pair: -pair[1].attempts)
        said += [f"{stage.id} {line.name} {line.title}：试了 {line.attempts} 次，还没有做对" for stage, line in tried]
        return tuple(said[:_LOWEST])

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            各课、各项、要下功夫的、签名。
        """
        return {
            "schema": "course-journey/1",
            "units": [
                {
                    **stage.progress.to_dict(),
                    "title": stage.title,
                    "days": list(stage.days),
                    "solutions": stage.answers_seen,
                }
                for stage in self.stages
            ],
            "criteria": [
                {"name": item.name, "first": item.first, "latest": item.latest, "attempts": item.attempts}
                for item in self.growth
            ],
            "to_work_on": list(self.to_work_on),
            "signature": self.signature.to_dict(),
        }

    def figure(self) -> Figure:
        """画一张图：左边各课做完几题，右边书面答复各项先后的分。

        Returns:
            matplotlib 的图。
        """
        from matplotlib.figure import Figure

        from wenzheng_lab._fonts import font_path

        return _draw(Figure(figsize=(10, 0.9 + 0.36 * max(len(self.stages), 8))), self, font_path())

    def write_html(self, path: str | Path, *, name: str = "", unit: str = "") -> Path:
        """写成自足的网页，用来打印、签名。

        Args:
            path: 以 ``.html`` 结尾的路径。
            name: 姓名；不写就留一条线，打印以后手写。
            unit: 单位；同上。

        Returns:
            写好的路径。

        Raises:
            InputTypeError: 姓名、单位不是文字。
            InputError: 后缀不是 ``.html``。
            WenzhengError: 写不进。
        """
        for value in (name, unit):
            if not isinstance(value, str):
                raise InputTypeError(explain(f"姓名或单位是 {show(value)}", "应为文字", "请加引号"))
        target = as_path(path)
        if target.suffix.lower() not in (".html", ".htm"):
            raise InputError(explain(f"文件名是 {target.name}", "应以 .html 结尾", "请改后缀"))
        write_text(target, journey_page(self, name=name, unit=unit))
        return target

    def __repr__(self) -> str:
        done = sum(stage.progress.done for stage in self.stages)
        total = sum(len(stage.progress.lines) for stage in self.stages)
        return f"学习记录：{len(self.started)}/{len(self.stages)} 课，{done}/{total} 题做完，学了 {len(self.days)} 天"

    def _repr_html_(self) -> str:
        return str(cards.frame("我的学习记录", *_body(self), colour=cards.BLUE, note=repr(self)))


def show_record(folder: str | Path | None = None) -> Journey:
    """看自己学到哪里、哪三样还要下功夫。

    各课、各题、做了几次、书面答复哪几项有长进。只读学习记录，不改它；不看别人的。

    Args:
        folder: 学习文件夹；不给就自己找。

    Returns:
        学习记录；``write_html`` 写成网页打印，``figure`` 画图。

    Raises:
        InputTypeError: ``folder`` 不是路径。

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as home:
        ...     show_record(home).started
        ()
    """
    home = learner_home() if folder is None else as_path(folder, "folder", what="学习文件夹")
    pairs = [(open_unit(name, folder=home), Record(name, home)) for name in units()]
    stages = tuple(_stage(unit, record) for unit, record in pairs)
    events = [(name, list(record.events)) for name, (_, record) in zip(units(), pairs, strict=True)]
    text = json.dumps(events, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    growth = tuple(_growth([event for _, rows in events for event in rows]))
    return Journey(stages, growth, Signature.of({"record": digest, "reply": load_rubric().version}))


def _stage(unit: Unit, record: Record) -> Stage:
    days = sorted({str(event.get("at", ""))[:10] for event in record.events} - {""})
    seen = sum(event.get("do") == "solution" for event in record.events)
    return Stage(unit.id, unit.title, unit.progress(), tuple(days), seen)


def _growth(events: Sequence[Mapping[str, object]]) -> Iterator[Growth]:
    """各项：每题取第一次与最近一次，再求平均；同一题改多少遍都只算两头。"""
    found: dict[str, dict[str, list[float]]] = {}
    for event in events:
        details = event.get("details")
        if event.get("do") != "check" or not isinstance(details, dict):
            continue
        for name, value in details.items():
            if name != "total" and isinstance(value, int | float) and not isinstance(value, bool):
                found.setdefault(name, {}).setdefault(str(event.get("question")), []).append(float(value))
    for name, spec in load_rubric().criteria.items():
        series = list(found.get(name, {}).values())
        if series:
            yield Growth(
                name,
                spec.label,
                statistics.fmean(values[0] for values in series),
                statistics.fmean(values[-1] for values in series),
                sum(len(values) for values in series),
                _advice(spec, statistics.fmean(values[-1] for values in series)),
            )


def _advice(spec: CriterionSpec, latest: float) -> str:
    return spec.advice[min(int(latest + 0.5), len(spec.advice) - 1)] if latest < _ENOUGH else ""


def journey_page(journey: Journey, *, name: str = "", unit: str = "") -> str:
    """打印用的网页。

    Args:
        journey: 学习记录。
        name: 姓名；不写留一条线。
        unit: 单位；不写留一条线。

    Returns:
        自足的 HTML。
    """
    line = "＿" * 10
    buffer = io.BytesIO()
    journey.figure().savefig(buffer, format="png", dpi=110)
    picture = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    said = "各课做完几题；书面答复各项的先后"
    places = [tag("div", text) for text in ("学员签名", "教员签名", "日期")]
    return page(
        "学习记录",
        tag("h1", "学习记录"),
        tag("p", f"姓名　{name or line}　　单位　{unit or line}"),
        tag("p", tag("b", repr(journey).removeprefix("学习记录："))),
        tag("img", attrs={"src": picture, "alt": said, "style": "max-width:100%"}),
        *_body(journey),
        tag("p", f"签名：{journey.signature}。由学习记录算出，同一份记录总是同一串。", attrs={"class": "grey"}),
        tag("div", *places, attrs={"class": "sign"}),
    )


def _body(journey: Journey) -> list[Content]:
    rows: list[list[Content]] = [
        [
            f"{stage.id}　{stage.title}",
            f"{stage.progress.done}/{len(stage.progress.lines)}",
            stage.attempts,
            stage.hints,
            stage.answers_seen,
            _span(stage.days),
        ]
        for stage in journey.stages
    ]
    parts: list[Content] = [
        tag("h2", "各课"),
        cards.grid(rows, headers=["课", "做完", "作答", "看提示", "看答案", "日期"]),
        tag("h2", "书面答复的各项"),
    ]
    if journey.growth:
        table: list[list[Content]] = [
            [item.label, f"{item.first:.1f}", f"{item.latest:.1f}", _word(item), item.attempts]
            for item in journey.growth
        ]
        parts.append(cards.grid(table, headers=["项（0–3）", "第一次", "最近一次", "先后", "作答次数"]))
        parts.append(cards.para(cards.small("机器给的形成性反馈，只看写法；最终成绩由老师评定。")))
    else:
        parts.append(cards.para("还没有写过答复。"))
    parts.append(tag("h2", "还要下功夫的三样"))
    work = journey.to_work_on
    parts.append(cards.bullets(f"△ {text}" for text in work) if work else cards.para("没有。做过的都做好了。"))
    tried: list[list[Content]] = [
        [stage.id, line.title, join([f"{line.outcome.sign} ", line.outcome.label]), line.attempts, line.hints]
        for stage in journey.started
        for line in stage.progress.lines
    ]
    if tried:
        grid = cards.grid(tried, headers=["课", "题", "结果", "作答", "看提示"])
        parts += [tag("h2", "学过的各题"), grid]
    return parts


def _word(item: Growth) -> str:
    if item.attempts < 2:
        return "只写过一次"
    if item.better:
        return f"▲ 升了 {item.change:.1f}"
    return f"▼ 降了 {-item.change:.1f}" if item.change <= -_BETTER else "＝ 差不多"


def _span(days: Sequence[str]) -> str:
    if not days:
        return "还没有学"
    return days[0] if len(days) == 1 else f"{days[0]} 至 {days[-1]}，{len(days)} 天"


def _draw(figure: Figure, journey: Journey, font: Path) -> Figure:
    from matplotlib.font_manager import FontProperties

    words = FontProperties(fname=font, size=10)
    left, right = figure.subplots(1, 2)
    names = [stage.id for stage in journey.stages]
    done = [stage.progress.done for stage in journey.stages]
    total = [len(stage.progress.lines) for stage in journey.stages]
    left.barh(names, total, color="#e6ebf1")
    left.barh(names, done, color="#1f6f5c")
    for at, (got, of) in enumerate(zip(done, total, strict=True)):
        left.text(of + 0.1, at, f"{got}/{of}", va="center", fontproperties=words)
    left.invert_yaxis()
    left.set_xlim(0, max([*total, 1]) + 1)
    left.set_title("各课做完几题", fontproperties=words)
    right.set_title("书面答复各项：空心第一次，实心最近一次（0–3）", fontproperties=words)
    right.set_xlim(0, 3.1)
    for at, item in enumerate(journey.growth):
        colour = "#1f6f5c" if item.change >= 0 else "#b35900"
        right.plot([item.first, item.latest], [at, at], color=colour, linewidth=2)
        right.plot([item.first], [at], "o", markerfacecolor="white", markeredgecolor=colour, markersize=7)
        right.plot([item.latest], [at], "o", color=colour, markersize=7)
    right.set_yticks(range(len(journey.growth)), [item.label for item in journey.growth], fontproperties=words)
    right.invert_yaxis()
    if not journey.growth:
        right.set_yticks([])
        right.text(1.5, 0.5, "还没有写过答复", ha="center", transform=right.get_xaxis_transform(), fontproperties=words)
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure
