"""班级报告：谁交了、谁没交，哪题难，哪一项弱，几次作业下来怎样；一个自足的网页和两张表。"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._files import write_text
from wenzheng_lab._html import Content, Markup, tag
from wenzheng_lab.classroom.assignment import released
from wenzheng_lab.classroom.class_stats import SMALLEST, alike_answers, criterion_scores, difficulties, mean, outliers
from wenzheng_lab.classroom.gradebook import STATES, Gradebook, Line, Paper, load_gradebook, write_scores
from wenzheng_lab.classroom.grading import BY_HAND, ERROR, LABELS, UNANSWERED, UNGRADED
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.classroom.pages import page
from wenzheng_lab.classroom.preflight import MISSING, READY, STOPPED
from wenzheng_lab.rules.rubric import load_rubric

_STEPS = (0.25, 0.5, 0.7, 0.9)
"""热图分五档的界"""


@dataclass(frozen=True, slots=True)
class ClassReport:
    """写好的班级报告。"""

    page: Path
    """网页"""
    tables: tuple[Path, ...]
    """给 Excel 的表"""

    def summary(self) -> str:
        """给教员看的话。

        Returns:
            几行文字。
        """
        return "\n".join([f"班级报告：{self.page}", *(f"给 Excel 的表：{path}" for path in self.tables)])


def write_report(folder: ClassFolder, names: Sequence[str] = (), *, anonymous: bool = False) -> ClassReport:
    """写班级报告。

    Args:
        folder: 班级。
        names: 哪几份作业；不写就是发过的全部。
        anonymous: 不写姓名学号，只留全班的数，不足 5 人的平均不给；要给班外的人看时用。

    Returns:
        写好的报告。

    Raises:
        DatasetError: 没有发过作业。
        WenzhengError: 写不进。
    """
    chosen = list(names) or released(folder)
    books = [load_gradebook(folder, name) for name in chosen]
    tables = [] if anonymous else [path for book in books for path in write_scores(folder, book)]
    target = folder.place("report", "班级报告_不记名.html" if anonymous else "班级报告.html")
    write_text(target, report_page(folder.name, books, anonymous=anonymous))
    return ClassReport(target, tuple(tables))


def report_page(title: str, books: Sequence[Gradebook], *, anonymous: bool = False) -> str:
    """班级报告的网页。

    Args:
        title: 班名。
        books: 各份作业的成绩。
        anonymous: 不写姓名学号。

    Returns:
        自足的 HTML。
    """
    warn = (
        "不记名：只有全班的数。"
        if anonymous
        else "给教员看，有姓名和成绩，不要外传；要给班外的人看，用 --anonymous 另写一份。"
    )
    parts: list[Content] = [
        tag("h1", f"{title}　班级报告"),
        tag(
            "p",
            warn,
            "“未交”“不能批”“未作答”“未批”与 0 分是五件事，表里分开写，平均数里也分开算。",
            attrs={"class": "grey"},
        ),
    ]
    if len(books) > 1 and not anonymous:
        parts += [tag("h2", "几次作业下来"), _progress(books)]
    for book in books:
        parts += _assignment(book, anonymous=anonymous)
    return page(f"{title} 班级报告", *parts, wide=True)


def _assignment(book: Gradebook, *, anonymous: bool) -> list[Content]:
    unit = book.assignment.unit
    parts: list[Content] = [tag("h2", f"{unit.id}　{unit.title}"), _tiles(book)]
    if not anonymous:
        parts += _troubles(book)
        parts += [tag("h3", "每人每题"), _by_question(book)]
    parts += [tag("h3", "最难的题"), _hardest(book)]
    criteria = _by_criterion(book, anonymous=anonymous)
    if criteria is not None:
        said = "书面题机评的十项（0–3），只看写法，供讲评时找方向，不是成绩。"
        parts += [tag("h3", "每人每项"), tag("p", said, attrs={"class": "grey"}), criteria]
    if not anonymous:
        parts += _look_again(book)
    return parts


def _tiles(book: Gradebook) -> Markup:
    papers = book.papers
    totals = [paper.total for paper in papers if paper.total is not None]
    unread = sum(paper.unread for paper in papers)
    tiles = [
        ("名单", f"{len(papers)} 人"),
        ("已交、已机评", f"{sum(bool(paper.lines) for paper in papers)} 人"),
        ("不能批", f"{sum(paper.state == STOPPED for paper in papers)} 人"),
        ("未交", f"{sum(paper.state == MISSING for paper in papers)} 人"),
        ("未批", f"{unread} 题"),
    ]
    if len(totals) >= SMALLEST:
        tiles.append(("总分中位", f"{statistics.median(totals):g} / {book.assignment.total:g}"))
    cells = [
        tag("div", tag("div", value, attrs={"class": "big"}), name, attrs={"class": "tile"}) for name, value in tiles
    ]
    return tag("div", *cells, attrs={"class": "tiles"})


def _troubles(book: Gradebook) -> list[Content]:
    rows = [
        [paper.learner.label, STATES[paper.state], problem.title, problem.repair]
        for paper in book.papers
        if paper.state != MISSING
        for problem in paper.problems
    ]
    missing = [paper.learner.label for paper in book.papers if paper.state == MISSING]
    parts: list[Content] = []
    if missing:
        parts.append(tag("p", tag("b", f"未交 {len(missing)} 人："), "、".join(missing)))
    if rows:
        parts += [tag("h3", "交来的文件有毛病的"), _table(["谁", "状态", "毛病", "怎样修"], rows)]
    return parts


def _by_question(book: Gradebook) -> Markup:
    tasks = book.assignment.tasks
    rows = []
    for paper in book.papers:
        cells: list[Markup] = [tag("td", paper.learner.label, attrs={"class": "who"})]
        if paper.lines:
            cells += [_heat(line) for line in paper.lines]
            total = f"{paper.total:g}" if paper.total is not None else f"已评 {paper.earned or 0:g}/{paper.possible:g}"
        else:
            cells += [tag("td", STATES[paper.state], attrs={"class": "gone", "colspan": len(tasks)})]
            total = "—"
        cells.append(tag("td", total, attrs={"class": "n"}))
        rows.append(tag("tr", *cells))
    head = [
        tag("th", text)
        for text in ("学员", *(f"{task.id.split('-')[-1]}（{task.points:g}）" for task in tasks), "总分")
    ]
    return _scroll(tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), attrs={"class": "heat"}))


def _heat(line: Line) -> Markup:
    kind = {UNANSWERED: "none", BY_HAND: "wait", UNGRADED: "none"}.get(line.status) or _step(line.share or 0.0)
    sign = "✖ " if line.status == ERROR else ""
    title = f"{line.id} {line.title}：{LABELS[line.status]}"
    return tag("td", f"{sign}{line.shown}", attrs={"class": kind, "title": title})


def _step(share: float) -> str:
    return f"h{sum(share >= step for step in _STEPS)}"


def _hardest(book: Gradebook) -> Markup:
    rows = []
    for item in difficulties(book):
        share = (
            ("没有批完" if item.unread else "没有分")
            if item.share is None
            else "不足 5 人，不给"
            if item.graded < SMALLEST
            else f"{item.share:.0%}"
        )
        said = "；".join(f"{text}（{count} 人）" for text, count in item.mistakes if count > 1)
        rows.append(
            [item.id, item.title, share, f"{item.graded} 人", f"{item.unanswered} 人", f"{item.unread} 人", said]
        )
    return _table(["题", "题名", "平均得分率", "有分", "未作答", "未批", "最多的毛病"], rows)


def _by_criterion(book: Gradebook, *, anonymous: bool) -> Markup | None:
    people = [(paper, criterion_scores(paper)) for paper in book.papers]
    people = [(paper, scores) for paper, scores in people if scores]
    if not people:
        return None
    names = {name: spec.label for name, spec in load_rubric().criteria.items()}
    used = [name for name in names if any(name in scores for _, scores in people)]
    rows = []
    if not anonymous:
        for paper, scores in people:
            cells = [tag("td", paper.learner.label, attrs={"class": "who"})]
            cells += [_level(scores.get(name)) for name in used]
            rows.append(tag("tr", *cells))
    average = [mean([scores[name] for _, scores in people if name in scores]) for name in used]
    last = [
        tag("td", tag("b", f"全班平均（{len(people)} 人）"), attrs={"class": "who"}),
        *(_level(value) for value in average),
    ]
    rows.append(tag("tr", *last))
    head = tag("thead", tag("tr", tag("th", "学员"), *(tag("th", names[name]) for name in used)))
    return _scroll(tag("table", head, tag("tbody", *rows), attrs={"class": "heat"}))


def _level(value: float | None) -> Markup:
    if value is None:
        return tag("td", "—", attrs={"class": "none"})
    return tag("td", f"{value:.1f}", attrs={"class": _step(value / 3)})


def _look_again(book: Gradebook) -> list[Content]:
    rows: list[list[Content]] = [[item.paper.learner.label, item.why] for item in outliers(book)]
    for question, people, share in alike_answers(book):
        said = f"{question} 的书面作答相近（四字片段重合 {share:.0%}）；相近不等于抄，先问清"
        rows.append(["、".join(paper.learner.label for paper in people), said])
    parts: list[Content] = [tag("h3", "要多看一眼的")]
    return [*parts, _table(["谁", "为什么"], rows) if rows else tag("p", "没有。")]


def _progress(books: Sequence[Gradebook]) -> Markup:
    rows = []
    for at, first in enumerate(books[0].papers):
        papers = [book.papers[at] for book in books]
        cells = [tag("td", first.learner.label, attrs={"class": "who"})]
        cells += [_share(paper) for paper in papers]
        known = [(paper.earned or 0) / paper.possible for paper in papers if paper.lines and paper.possible]
        trend = "—" if len(known) < 2 else f"{known[-1] - known[0]:+.0%}".replace("%", " 个百分点")
        rows.append(tag("tr", *cells, tag("td", trend, attrs={"class": "n"})))
    head = [tag("th", text) for text in ("学员", *(book.assignment.id for book in books), "末次比首次")]
    note = tag("p", "已评部分得到几成；有题未批的，数后面带“…”。", attrs={"class": "grey"})
    return tag(
        "div", note, _scroll(tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), attrs={"class": "heat"}))
    )


def _share(paper: Paper) -> Markup:
    if not paper.lines:
        return tag("td", STATES[paper.state], attrs={"class": "gone" if paper.state in (MISSING, READY) else "bad"})
    if not paper.possible:
        return tag("td", "未批", attrs={"class": "wait"})
    share = (paper.earned or 0.0) / paper.possible
    return tag("td", f"{share:.0%}{'…' if paper.unread else ''}", attrs={"class": _step(share)})


def _table(head: Sequence[str], rows: Sequence[Sequence[Content]]) -> Markup:
    top = tag("thead", tag("tr", *(tag("th", text) for text in head)))
    return _scroll(tag("table", top, tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))))


def _scroll(table: Markup) -> Markup:
    return tag("div", table, attrs={"class": "scroll"})
